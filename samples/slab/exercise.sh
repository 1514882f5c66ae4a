# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2016 # the commands are expanded by try
. "${0%/*}/../exercise.sh"

try 'modprobe km_slab; cd /sys/kernel/debug/km_slab; cat objects'

say "Name of the cache and objects in use. Shrinking it first makes the count exact: otherwise free"\
	"objects in the slabs of each CPU count as used."
try 'slab() { echo 1 >/sys/kernel/slab/km_slab/shrink; awk "/^km_slab / { print \$1, \$2 }" /proc/slabinfo; }'
try 'slab; echo 1000 >allocate; slab'
try 'cat objects'
try 'echo 1 >free; slab'

say "The same with a bug: every tenth object is not freed. The list of the module is empty."
try 'echo 10 >/sys/module/km_slab/parameters/leak'
try 'echo 1000 >allocate; echo 1 >free; cat objects'
try 'slab'
try 'kmtool params --no-headings -o name,value km_slab'

say "When the cache is destroyed the kernel reports the leak, with a stack trace."
try 'cd /; dmesg -C; rmmod km_slab'
try 'dmesg -t | grep -o -e "km_slab: .* never freed" -e "kmem_cache_destroy km_slab: Slab cache still has objects"'
