# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2016 # the commands are expanded by try
. "${0%/*}/../exercise.sh"

say "A module is loaded at boot if a file in /etc/modules-load.d contains its name."
try 'kmtool autoload add km_boot'
try 'cat /etc/modules-load.d/*.conf'
try 'kmtool autoload list'

say "/etc/modprobe.d is not the boot list and loads nothing. It configures modprobe."
try 'echo "options km_boot reason=configured" >/etc/modprobe.d/km_boot.conf'
try 'grep -c ^km_boot /proc/modules'

say "At boot systemd-modules-load loads each name, as modprobe does here."
try 'dmesg -C; sed "/^#/d" /etc/modules-load.d/*.conf | xargs -n 1 modprobe; dmesg -t'
try 'kmtool params -o name,value,configured,origin km_boot'
try 'kmtool why km_boot'
try 'rmmod km_boot'

say "On demand: udev requests the modalias of a device; for file systems and protocols the kernel"\
	"itself runs this program."
try 'cat /proc/sys/kernel/modprobe'
try 'modinfo -F alias km_boot'
try 'dmesg -C; modprobe km-sample-service reason=wanted; dmesg -t'
try 'kmtool provides -o query,module,state km-sample-service'
try 'kmtool autoload remove km_boot; rm /etc/modprobe.d/km_boot.conf; kmtool unload km_boot'
