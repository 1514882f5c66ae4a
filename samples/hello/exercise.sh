# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2016 # the commands are expanded by try
. "${0%/*}/../exercise.sh"

say "What the file says of itself, without loading it."
try 'modinfo -F description km_hello'
try 'modinfo -F license km_hello'
try 'modinfo -F version km_hello'

say "Loading runs the init function; its lines are in the kernel log, each with its level. The"\
	"kernel adds two of its own: the module is not part of its source, and nobody signed it."
try 'modprobe km_hello'
try 'dmesg -t -x -c'

say "So it is tainted, for as long as it runs: O for out of tree, E for unsigned."
try 'cat /sys/module/km_hello/taint'
try 'cat /proc/sys/kernel/tainted'

say "The exit function is there, the init function is gone, and so is its memory."
try 'grep -cw km_hello_exit /proc/kallsyms'
try 'grep -cw km_hello_init /proc/kallsyms'
try 'cat /sys/module/km_hello/initsize'

say "kmtool puts the file, the kernel and the log together."
try 'kmtool list -o name,refs,state,taint,version km_hello'
try 'kmtool info -F license km_hello; kmtool info -F loaded-copy km_hello'

say "pr_debug() is compiled in and silent, until dynamic debug is told to let it speak."
try 'echo "module km_hello +p" >/sys/kernel/debug/dynamic_debug/control'
try 'rmmod km_hello'
try 'dmesg -t -x -c'
