# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2016 # the commands are expanded by try
. "${0%/*}/../exercise.sh"

try 'modprobe km_alloc'
try 'cd /sys/kernel/debug/km_alloc'

say "4 MiB from each: kmalloc's pages are contiguous in physical memory, vmalloc's need not be."\
	"Their virtual addresses are in different parts of the address space."
try 'cat pages'

say "kmalloc rounds up to the size of one of its caches."
try 'cat sizes'

say "8 MiB is above the limit of kmalloc. vmalloc has no such limit."
try 'echo 8388608 >/sys/module/km_alloc/parameters/size'
try 'cat pages | grep :'

say "One page, a thousand times: with GFP_KERNEL, which may sleep, and with GFP_ATOMIC under a"\
	"spinlock, where sleeping is forbidden. With enough free memory they hardly differ."
try 'cat gfp | grep :\ .*done'
try 'kmtool params --no-headings -o name,type,value,mode km_alloc'
try 'cd /; kmtool unload km_alloc'
