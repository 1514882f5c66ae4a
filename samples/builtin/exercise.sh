# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2016 # the commands are expanded by try
. "${0%/*}/../exercise.sh"

say "The configuration that the module was built against: y is built in, m is a module, n is not"\
	"built."
try 'modprobe km_builtin; cd /sys/kernel/debug/km_builtin'
try 'cat options'
try 'cat self'

say "A built-in module has no file; modules.builtin lists it. Loading it succeeds and does nothing."
try 'kmtool list --all -o name,state tcp_cubic ext4 km_builtin'
try 'modinfo -F filename tcp_cubic'
try 'modprobe tcp_cubic; echo $?'
try 'rmmod tcp_cubic'
try 'kmtool unload tcp_cubic'

say "Its parameters are in /sys/module, too, and are set on the kernel command line:"\
	"tcp_cubic.NAME=VALUE. It has no refcount, state or taint."
try 'cat /sys/module/tcp_cubic/parameters/beta'
try 'ls /sys/module/tcp_cubic'
try 'kmtool params --no-headings -o name,value,mode tcp_cubic beta'
try 'cd /; kmtool unload km_builtin'
