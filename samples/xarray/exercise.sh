# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2016 # the commands are expanded by try
. "${0%/*}/../exercise.sh"

try 'modprobe km_xarray'
try 'cd /sys/kernel/debug/km_xarray'

say "Pointers and plain numbers side by side, at any index."
try 'for i in 1 2 70000; do echo $i >store; done'
try 'echo 3 >value'
try 'cat entries'

say "Storing again replaces, where the radix tree would refuse."
try 'echo 3 >store; cat entries'

say "Marks, and a loop over the marked entries only. An empty place cannot be marked."
try 'echo 2 >mark; echo 70000 >mark'
try 'echo 99 >mark'
try 'cat marked'
try 'echo 2 >unmark; cat marked'

say "Two steps under one lock: an entry moves ten places up, if that place is free. Its mark stays"\
	"behind and is gone: marks belong to the place."
try 'echo 70000 >move; echo 1 >move'
try 'cat entries'
try 'echo 12 >store; echo 2 >move'

say "xa_alloc() gives out the first free number; here there are five."
try 'for i in 1 2 3 4 5 6; do cat number; done'
try 'echo 3 >number; cat number'

say "Erasing, one by one and in a loop over an array made at run time."
try 'echo 11 >erase'
try 'echo 11 >erase'
try 'cat local'
try 'kmtool list -o name,refs,state km_xarray; cd /; kmtool unload km_xarray'
