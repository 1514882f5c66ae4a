# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2016 # the commands are expanded by try
. "${0%/*}/../exercise.sh"

try 'modprobe km_chardev; stat -c "%A %F" /dev/km_chardev'
try 'cut -d : -f 1 /sys/class/misc/km_chardev/dev'

say "A small program calls ioctl() and poll()."
try 'cd /samples/chardev; ./ask status; ./ask ready'

say "One process writes, another one reads."
try 'echo hello >/dev/km_chardev; ./ask ready; ./ask status'
try 'head -n 1 /dev/km_chardev'

say "Reading from the empty queue blocks until there is data, or a signal."
try 'timeout 0.3 head -n 1 /dev/km_chardev; echo $?'
try 'head -n 1 /dev/km_chardev >/tmp/got & sleep 0.2; echo late >/dev/km_chardev; wait; cat /tmp/got'

say "The queue has room for 64 bytes: writing 100 blocks."
try 'head -c 100 /dev/zero | timeout 0.3 cat >/dev/km_chardev; ./ask ready; ./ask status'
try './ask clear; ./ask status'

say "An ioctl that the device does not know."
try './ask nonsense'

say "While the device is open the module is in use."
try 'exec 3</dev/km_chardev; rmmod km_chardev; kmtool list -o name,refs,state km_chardev'
try 'kmtool users -o kind,what,detail km_chardev 3<&-'
try 'exec 3<&-; cd /; kmtool unload km_chardev; ls /dev/km_chardev'
