# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2016 # the commands are expanded by try
. "${0%/*}/../exercise.sh"

try 'modprobe km_radix'
try 'cd /sys/kernel/debug/km_radix'

say "Inserted in any order, shown in the order of the index. The slots are the way from the root:"\
	"six bits of the index at each level."
try 'for i in 70000 1 5 4096; do echo $i >insert; done'
try 'cat items'

say "A place is taken once. The writer gets what radix_tree_insert() returned."
try 'echo 5 >insert'

say "Look up, delete, and look again."
try 'echo 5 >lookup; echo 4096 >lookup'
try 'echo 4096 >delete'
try 'echo 4096 >lookup'

say "Tags: any entry can be tagged, and the tagged ones are found without a look at the others."
try 'echo 1 >tag; echo 70000 >tag'
try 'echo 2 >tag'
try 'cat tagged'
try 'echo 1 >untag; cat tagged'
try 'cat items'

say "kmtool: who exports the function of km_radix that does the work?"
try 'kmtool provides -o query,module,terms radix_tree_insert'

say "A tree made at run time, with INIT_RADIX_TREE()."
try 'cat local'
try 'cd /; kmtool unload km_radix'
