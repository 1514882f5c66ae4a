# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2016 # the commands are expanded by try
. "${0%/*}/../exercise.sh"

say "What the file declares, without loading it."
try 'modinfo -F description km_hello'
try 'modinfo -F license km_hello'
try 'modinfo -F version km_hello'

say "Loading runs the init function. Its messages are in the kernel log, each with its level. The"\
	"kernel adds two: the module is out-of-tree, and it has no signature."
try 'modprobe km_hello'
try 'dmesg -t -x -c'

say "Both set a taint flag, of the module and of the kernel: O for out-of-tree, E for unsigned."
try 'cat /sys/module/km_hello/taint'
try 'cat /proc/sys/kernel/tainted'

say "The exit function is in memory. The init function is not: its memory was freed."
try 'grep -cw km_hello_exit /proc/kallsyms'
try 'grep -cw km_hello_init /proc/kallsyms'
try 'cat /sys/module/km_hello/initsize'

say "kmtool shows the file and the loaded module."
try 'kmtool list -o name,refs,state,taint,version km_hello'
try 'kmtool info -F license km_hello; kmtool info -F loaded-copy km_hello'

say "pr_debug() is compiled in, but prints nothing until dynamic debug enables it."
try 'echo "module km_hello +p" >/sys/kernel/debug/dynamic_debug/control'
try 'rmmod km_hello'
try 'dmesg -t -x -c'
