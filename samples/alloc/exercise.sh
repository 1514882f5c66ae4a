# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2016 # the commands are expanded by try
. "${0%/*}/../exercise.sh"

try 'modprobe km_alloc'
try 'cd /sys/kernel/debug/km_alloc'

say "4 MiB from each: kmalloc's pages follow one another in the machine's memory, vmalloc's need"\
	"not. Their virtual addresses come from different parts of the address space."
try 'cat pages'

say "Less than a page, in steps. kmalloc rounds up to the size of one of its caches."
try 'cat sizes'

say "So 8 MiB is too much for kmalloc, and nothing for vmalloc."
try 'echo 8388608 >/sys/module/km_alloc/parameters/size'
try 'cat pages | grep :'

say "A page a thousand times: with GFP_KERNEL, which may wait, and with GFP_ATOMIC under a"\
	"spinlock, where nobody may. With memory to spare they hardly differ."
try 'cat gfp | grep :\ .*done'
try 'kmtool params --no-headings -o name,type,value,mode km_alloc'
try 'cd /; kmtool unload km_alloc'
