# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2016 # the commands are expanded by try
. "${0%/*}/../exercise.sh"

try 'mount -t tracefs none /sys/kernel/tracing; modprobe km_trace; cd /sys/kernel/tracing'
try 'shown() { sed -n "s/^ *\([^ ]*\)-[0-9].*[0-9]: /\1: /p" trace; echo >trace; }'

say "The tracepoint is an event like those of the kernel, with a format that tools can read."
try 'ls events/km_trace; grep field:.*value events/km_trace/km_trace_step/format'
try 'echo 1 >events/km_trace/enable; echo 6 >/sys/kernel/debug/km_trace/number; shown'

say "A filter is applied before the record is written."
try 'echo "value > 5000" >events/km_trace/km_trace_step/filter'
try 'echo 27 >/sys/kernel/debug/km_trace/number; shown; cat /sys/kernel/debug/km_trace/number'
try 'echo 0 >events/km_trace/enable'

say "The function tracer works for every function that is not inlined."
try 'grep -w km_trace available_filter_functions | grep -e halve -e triple | sort'
try 'echo halve triple >set_ftrace_filter; echo function >current_tracer'
try 'echo 3 >/sys/kernel/debug/km_trace/number; shown'
try 'echo nop >current_tracer; echo >set_ftrace_filter'
try 'kmtool list -o name,refs,state km_trace; cd /; umount /sys/kernel/tracing; kmtool unload km_trace'
