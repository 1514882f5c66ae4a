# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Modules whose own init says no, and the one that is there already.
. "${0%/*}/lib.sh"

expect 1 "init says ENODEV" 'init' 'No such device' -- kmtool load km_result result=-19
expect 1 "init says EBUSY" 'init' 'busy' -- kmtool load km_result result=-16
expect 1 "init says EEXIST, which is not 'already loaded'" 'init' '!already loaded' -- \
	kmtool load km_result result=-17
expect 1 "init says EPERM, which is no lack of privilege" 'init' '!sudo' -- kmtool load km_result result=-1
expect 1 "init says ENOENT, which is no missing symbol" 'init' -- kmtool load km_result result=-2
expect 1 "init says EINVAL, which is no parameter" 'init' -- kmtool load km_result result=-22
same "nothing stayed" "" "$(modules)"
expect 0 "init says 5: it loads, with a complaint" 'suspiciously returned 5' -- \
	kmtool load km_result result=5
check "it is there" loaded km_result
clean_up

finish
