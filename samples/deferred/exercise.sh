# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2016 # the commands are expanded by try
. "${0%/*}/../exercise.sh"

try 'modprobe km_deferred; cd /sys/kernel/debug/km_deferred'

say "A timer fires five times and queues work each time. In which context does each function run?"
try 'echo 5 >start; sleep 0.5; cat where'

say "Again, a hundred times. An active timer is no reference: the module can be unloaded meanwhile."\
	"Its exit function must stop the timer and wait for the work."
try 'echo 100 >start; kmtool list -o name,refs,state km_deferred'
try 'cd /; kmtool unload km_deferred'
