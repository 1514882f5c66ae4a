# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2016 # the commands are expanded by try
. "${0%/*}/../exercise.sh"

try 'modprobe km_sysfs; cd /sys/kernel/km_sysfs; find . -type f | sort | xargs stat -c "%a %n"'

say "Each file has one value. Reading calls show, writing calls store."
try 'cat level; echo 7 >level; cat level'

say "store checks the value and returns an error."
try 'echo 11 >level'
try 'echo many >level'
try 'echo 5 >limits/maximum'
try 'cat level limits/maximum'

say "/proc/km_sysfs is a text for people."
try 'cat /proc/km_sysfs'

say "is_visible() decides which files exist: limits/changes only with expert=1."
try 'cd /; rmmod km_sysfs; modprobe km_sysfs expert=1; ls /sys/kernel/km_sysfs/limits'
try 'for i in 4 4 5; do echo $i >/sys/kernel/km_sysfs/level; done; cat /sys/kernel/km_sysfs/limits/changes'
try 'kmtool params --no-headings -o name,value,mode km_sysfs'
try 'kmtool unload km_sysfs; ls /sys/kernel/km_sysfs /proc/km_sysfs'
