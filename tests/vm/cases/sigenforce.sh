# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# A kernel that insists on signatures (module.sig_enforce=1).
. "${0%/*}/lib.sh"

check "the distribution's own module loads" kmtool load dummy
clean_up
expect 5 "an unsigned one is refused, and the policy named" 'sig_enforce' 'unsigned|not signed|no signature' \
	'Loading of unsigned module is rejected' -- kmtool load /m/unsigned/dummy.ko
expect 5 "so is one of our own" 'sig_enforce' -- kmtool load km_hello
expect 5 "one with an unknown key, and the key is what it is about" 'key' \
	'Loading of module with unavailable key is rejected' -- kmtool load /m/unknown_key/km_hello.ko
judged unsigned-enforced insmod /m/unsigned/dummy.ko
expect 5 "a dry run says so" 'sig_enforce' -- kmtool load -n /m/unsigned/dummy.ko
expect 5 "force does not help" 'sig_enforce' -- kmtool load --force-vermagic --force-modversion dummy
expect 5 "a damaged signature" 'signature' -- kmtool load /m/corrupted/dummy.ko
same "nothing stayed" "" "$(modules)"
finish
