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

say "Operations on whole sets."
try 'cat combined'

say "The CPU masks are bitmaps. When the module was loaded its callback was called for each CPU."
try 'cat cpus'

say "A CPU goes offline, and comes back online."
try 'echo 0 >/sys/devices/system/cpu/cpu1/online; cat cpus'
try 'echo 1 >/sys/devices/system/cpu/cpu1/online; cat cpus'

say "The function that registers the callbacks. vmlinux is the kernel itself."
try 'kmtool provides -o query,module __cpuhp_setup_state'

say "When the callback is removed, its teardown function is called for each online CPU."
try 'cd /; kmtool unload km_bitmap; dmesg -t -c | grep km_'
