# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2016 # the commands are expanded by try
. "${0%/*}/../exercise.sh"

try 'modprobe km_radix'
try 'cd /sys/kernel/debug/km_radix'

say "Inserted in any order, listed in the order of the index. The slots are the path from the root:"\
	"six bits of the index at each level."
try 'for i in 70000 1 5 4096; do echo $i >insert; done'
try 'cat items'

say "An index can be used once. The writer gets the error of radix_tree_insert()."
try 'echo 5 >insert'

say "Look up, delete, and look up again."
try 'echo 5 >lookup; echo 4096 >lookup'
try 'echo 4096 >delete'
try 'echo 4096 >lookup'

say "Tags: any entry can be tagged, and tagged entries are found without visiting the others."
try 'echo 1 >tag; echo 70000 >tag'
try 'echo 2 >tag'
try 'cat tagged'
try 'echo 1 >untag; cat tagged'
try 'cat items'

say "Which module exports the function that inserts? vmlinux is the kernel itself."
try 'kmtool provides -o query,module,terms radix_tree_insert'

say "A tree made at run time, with INIT_RADIX_TREE()."
try 'cat local'
try 'cd /; kmtool unload km_radix'
