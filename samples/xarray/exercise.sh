# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2016 # the commands are expanded by try
. "${0%/*}/../exercise.sh"

try 'modprobe km_xarray'
try 'cd /sys/kernel/debug/km_xarray'

say "Pointers and plain numbers side by side, at any index."
try 'for i in 1 2 70000; do echo $i >store; done'
try 'echo 3 >value'
try 'cat entries'

say "Storing at an index that is in use replaces the entry. (The radix tree returns an error.)"
try 'echo 3 >store; cat entries'

say "Marks, and a loop over the marked entries only. An empty index cannot be marked."
try 'echo 2 >mark; echo 70000 >mark'
try 'echo 99 >mark'
try 'cat marked'
try 'echo 2 >unmark; cat marked'

say "Two operations under one lock: an entry moves to index + 10, if that is free. Its mark is lost:"\
	"a mark belongs to the index, and erasing clears it."
try 'echo 70000 >move; echo 1 >move'
try 'cat entries'
try 'echo 12 >store; echo 2 >move'

say "xa_alloc() allocates the lowest free number. Here the limit is 5."
try 'for i in 1 2 3 4 5 6; do cat number; done'
try 'echo 3 >number; cat number'

say "Erase one entry, and all entries in a loop (of an array that is created at run time)."
try 'echo 11 >erase'
try 'echo 11 >erase'
try 'cat local'
try 'kmtool list -o name,refs,state km_xarray; cd /; kmtool unload km_xarray'
