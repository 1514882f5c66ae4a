# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2016 # the commands are expanded by try
. "${0%/*}/../exercise.sh"

try 'modprobe km_structs'
try 'cd /sys/kernel/debug/km_structs'

say "The cost of one operation, with 100 and with 10000 items: nanoseconds, or instructions with"\
	"\"./lab --icount\"."
try 'echo 100 >run; echo 10000 >run'
try 'cat results'

say "The further apart the keys, the fewer entries share a node of 64 slots: only one at stride 64."
try 'echo 0 >run; echo 64 >/sys/module/km_structs/parameters/stride; echo 10000 >run'
try 'grep sparse results'
try 'kmtool params --no-headings -o name,value,default km_structs'
try 'cd /; kmtool unload km_structs'
