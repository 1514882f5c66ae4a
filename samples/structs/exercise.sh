# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2016 # the commands are expanded by try
. "${0%/*}/../exercise.sh"

try 'modprobe km_structs'
try 'cd /sys/kernel/debug/km_structs'

say "What an operation costs, for a hundred and for ten thousand items: nanoseconds, or with"\
	"\"./lab --icount\" instructions."
try 'echo 100 >run; echo 10000 >run'
try 'cat results'

say "With keys further apart each node of the tree with 64 slots holds fewer: one, in the end."
try 'echo 0 >run; echo 64 >/sys/module/km_structs/parameters/stride; echo 10000 >run'
try 'grep sparse results'
try 'kmtool params --no-headings -o name,value,default km_structs'
try 'cd /; kmtool unload km_structs'
