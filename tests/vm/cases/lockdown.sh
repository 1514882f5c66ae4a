# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# A locked down kernel (lockdown=integrity, as with Secure Boot).
. "${0%/*}/lib.sh"

check "the distribution's own module loads" kmtool load dummy
clean_up
expect 5 "an unsigned one is refused, and lockdown named" 'lockdown' 'unsigned|not signed|no signature' \
	'unsigned module loading is restricted' '!sudo' -- kmtool load /m/unsigned/dummy.ko
judged lockdown insmod /m/unsigned/dummy.ko
expect 5 "so is one with an unknown key" 'lockdown' -- kmtool load /m/unknown_key/km_hello.ko
expect 5 "so is force" 'lockdown' -- kmtool load --force-vermagic dummy
same "nothing stayed" "" "$(modules)"
finish
