# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2016 # the commands are expanded by try
. "${0%/*}/../exercise.sh"

try 'modprobe km_notifier; cd /sys/kernel/debug/km_notifier'

say "Load and unload one module, and load one whose init function fails."
try 'modprobe km_hello; rmmod km_hello; modprobe km_faults fail=19'
try 'cat events'

say "The notifier can refuse a module: the load fails before its init function runs."
try 'printf km_hello >/sys/module/km_notifier/parameters/veto'
try 'dmesg -C; modprobe km_hello; dmesg -t | grep -c "km_hello: hello"'
try 'tail -n 2 events'
try 'kmtool params --no-headings -o name,value,mode km_notifier'
try 'printf none >/sys/module/km_notifier/parameters/veto; kmtool load -q km_hello; kmtool unload km_hello'
try 'cd /; kmtool unload km_notifier'
