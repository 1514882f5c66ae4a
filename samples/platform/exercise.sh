# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2016 # the commands are expanded by try
. "${0%/*}/../exercise.sh"

say "Two devices without a driver. The modalias of each matches the alias of a driver."
try 'modprobe km_board; cd /sys/bus/platform/devices; ls -d km_platform.*'
try 'cat km_platform.0/modalias'
try 'ls km_platform.0/driver'
try 'kmtool provides -o query,module,state "$(cat km_platform.0/modalias)"'

say "udev would request it. The driver is loaded, and probe is called for each device."
try 'dmesg -C; modprobe "$(cat km_platform.0/modalias)"; dmesg -t'
try 'basename "$(readlink km_platform.0/driver)"'
try 'cat km_platform.0/reads km_platform.0/reads km_platform.1/reads'

say "Unbind a device from its driver and bind it again. devm releases what probe acquired."
try 'cd /sys/bus/platform/drivers/km_platform; dmesg -C; echo km_platform.0 >unbind; dmesg -t'
try 'dmesg -C; echo km_platform.0 >bind; dmesg -t; cat km_platform.0/reads'

say "A probe that fails: remove is not called, but devm releases what was acquired before."
try 'echo km_platform.1 >unbind; echo 1 >/sys/module/km_platform/parameters/refuse'
try 'dmesg -C; echo km_platform.1 >bind; dmesg -t'
try 'kmtool devices -o state,device,driver,candidates km_platform.0 km_platform.1'

say "Unloading the driver calls remove for each device that is still bound."
try 'cd /; dmesg -C; kmtool unload km_platform km_board; dmesg -t'
