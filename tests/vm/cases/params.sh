# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Parameters: what the module does not know or cannot hold is refused before anything happens; what only
# the kernel can judge is explained afterwards.
. "${0%/*}/lib.sh"

expect 2 "an unknown parameter is refused, and the known ones offered" 'nosuch' 'count' -- \
	kmtool load km_params nosuch=1
check "nothing was loaded" not_loaded km_params
expect 2 "so it is in a dry run" 'nosuch' -- kmtool load -n km_params nosuch=1
expect 2 "so is a word for an int" 'count' 'abc' 'int' -- kmtool load km_params count=abc
expect 2 "a number too big for an int" 'count' -- kmtool load km_params count=99999999999
expect 2 "a number for a bool" 'loud' -- kmtool load km_params loud=7
expect 2 "a word in an array of int" 'nums' -- kmtool load km_params nums=1,x
same "nothing was loaded by any of them" "" "$(modules)"
expect 2 "a dependency is not loaded either" 'nosuch' -- kmtool load km_cons nosuch=1
same "km_prov is not there" "" "$(modules)"

check "one of each sort" kmtool load km_params count=-7 loud=1 'who=a b' nums=1,2,3 secret=5 level=9
p=/sys/module/km_params/parameters
same "the int arrived" -7 "$(cat $p/count)"
same "the bool" Y "$(cat $p/loud)"
same "the text with a blank in it" 'a b' "$(cat $p/who)"
same "the array" 1,2,3 "$(cat $p/nums)"
same "the one with a callback" 9 "$(cat $p/level)"
check "the one that sysfs hides" grep -q 'secret=5' <(dmesg)
clean_up

expect 1 "a value that the module's own check refuses is explained" 'level' \
	"km_params: .42' invalid for parameter .level'" -- kmtool load km_params level=42
expect 1 "so is a fifth number for an array of four" 'nums' 'can only take 4 arguments' -- \
	kmtool load km_params nums=1,2,3,4,5
same "nothing stayed" "" "$(modules)"
clean_up
finish
