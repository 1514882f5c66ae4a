# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2016 # the commands are expanded by try
. "${0%/*}/../exercise.sh"

say "The module starts a thread that dereferences a NULL pointer."
try 'modprobe km_oops; dmesg -C; echo 1 >/sys/kernel/debug/km_oops/go; sleep 0.5'

say "The kind of fault, its address, and the access: a read by the kernel."
try 'dmesg -t | grep -o -e "^BUG: .*" -e "^#PF: supervisor.*" -e "Oops: 0000 .#[0-9]*."'

say "The location: function and offset of the instruction pointer, and the callers."
try 'dmesg -t | grep -m 1 ^RIP:'
try 'dmesg -t | grep -o "^ [a-z_]*+.*\[km_oops\]"'

say "Decode it: the debugging information in the .ko file has the line."
try 'at=$(dmesg -t | sed -n "s/^RIP: 0010:\(read_member+0x[0-9a-f]*\).*/\1/p" | head -n 1)'
try 'addr2line -s -f -e /samples/oops/km_oops.ko "$at"'
try 'sed -n 17,21p /samples/oops/km_oops.c'

say "The thread was killed, the machine runs on. The kernel is tainted: bit 7, D."
try 'echo $(($(cat /proc/sys/kernel/tainted) >> 7 & 1))'
try 'kmtool log km_oops | grep -m 1 -o "RIP: .*"; kmtool list -o name,refs,state,taint km_oops; kmtool unload km_oops'
