# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2016 # the commands are expanded by try
. "${0%/*}/../exercise.sh"

try 'modprobe km_wait; cd /sys/kernel/debug/km_wait'

say "There is no token yet: the reader sleeps in a function of the module."
try 'cat token >/tmp/got & sleep 0.3; grep State /proc/$!/status; cat /proc/$!/wchan; echo'

say "It has the file open, so the module is in use."
try 'kmtool list -o name,refs,state km_wait'
try 'echo 1 >give; wait; cat /tmp/got'

say "A signal ends the sleep."
try 'timeout 0.3 cat token; echo $?'

say "Two readers, one token: both wake up, one takes it, the other one sleeps again."
try 'for i in 1 2; do timeout 0.6 cat token >/tmp/got$i & done; sleep 0.2; echo 1 >give; wait; cat /tmp/got? | wc -l'

say "A wait with a timeout."
try 'cat token_soon'
try 'echo 2 >give; cat token_soon; cat token'

say "A completion: a thread does a job, the reader waits until it is done."
try 'cat job'
try 'kmtool list -o name,refs,state km_wait; cd /; kmtool unload km_wait'
