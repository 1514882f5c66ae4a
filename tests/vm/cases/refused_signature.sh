# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Signatures, on a kernel that does not insist on them.
. "${0%/*}/lib.sh"

check "a signed module loads" kmtool load /m/signed/dummy.ko
clean_up
check "an unsigned one does too" kmtool load /m/unsigned/dummy.ko
clean_up
check "and one signed with a key that the kernel does not know" kmtool load /m/unknown_key/km_hello.ko
clean_up
expect 5 "a damaged one does not, and the signature is named" 'signature' '!unsigned' -- \
	kmtool load /m/corrupted/dummy.ko
same "nothing stayed" "" "$(modules)"
finish
