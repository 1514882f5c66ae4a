# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2016 # the commands are expanded by try
. "${0%/*}/../exercise.sh"

try 'modprobe km_bitmap'
try 'cd /sys/kernel/debug/km_bitmap'

say "Bits are set, cleared and changed; the kernel prints the set as a mask and as a list."
try 'for i in 3 4 5 6 7 100 127; do echo $i >set; done'
try 'echo 6 >clear; echo 127 >change; echo 0 >change'
try 'echo 128 >set'
try 'cat bits'

say "Whole sets at once."
try 'cat combined'

say "The CPUs are sets like this one. A callback was called for each when the module was loaded."
try 'cat cpus'

say "A CPU goes, and comes back."
try 'echo 0 >/sys/devices/system/cpu/cpu1/online; cat cpus'
try 'echo 1 >/sys/devices/system/cpu/cpu1/online; cat cpus'

say "When the callback is removed, it is told that every CPU goes."
try 'cd /; kmtool unload km_bitmap; dmesg -t -c | grep km_'
