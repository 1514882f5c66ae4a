# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2016 # the commands are expanded by try
. "${0%/*}/../exercise.sh"

try 'modprobe km_kprobe; cd /sys/kernel/debug/km_kprobe; cat calls'

say "Create two directories, and one that exists."
try 'mkdir /tmp/one /tmp/two; mkdir /tmp/one'
try 'cat calls'

say "The list of active probes: one at the entry, one for the return."
try 'grep -c do_mkdirat ../kprobes/list'
try 'cd /; rmmod km_kprobe; grep -c do_mkdirat /sys/kernel/debug/kprobes/list'

say "Any function in /proc/kallsyms can be probed, exported or not, except those in"\
	"/sys/kernel/debug/kprobes/blacklist."
try 'kmtool load -q km_kprobe symbol=do_rmdir; rmdir /tmp/one /tmp/two; cat /sys/kernel/debug/km_kprobe/calls'
try 'kmtool unload km_kprobe'
try 'modprobe km_kprobe symbol=no_such_function'
try 'kmtool load km_kprobe symbol=no_such_function'
