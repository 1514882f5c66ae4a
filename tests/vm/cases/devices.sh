# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# A network card that two modules claim, and a third that takes any device: which driver has it, before and
# after, and what a rule of udev makes of it at the next boot.
. "${0%/*}/lib.sh"

device=0000:00:04.0
rule=/etc/udev/rules.d/70-kmtool-bind-pci-$device.rules

driver() {
	basename "$(readlink /sys/bus/pci/devices/$device/driver || echo none)"
}

override() {
	cat /sys/bus/pci/devices/$device/driver_override
}

# at_boot: the device appears again, and what udev does with the rule is done: the attribute is set and the module
# loaded, then the modules for the modalias.
at_boot() {
	local name attribute value module

	echo 1 >/sys/bus/pci/devices/$device/remove
	rmmod pci_stub 8139cp 8139too 2>/dev/null
	echo 0 >/sys/bus/pci/drivers_autoprobe
	echo 1 >/sys/bus/pci/rescan
	echo 1 >/sys/bus/pci/drivers_autoprobe
	if [ -e "$rule" ]; then
		grep -q ", ATTR{modalias}==\"$(cat /sys/bus/pci/devices/$device/modalias)\"" "$rule" || return 1
		name=$(sed -n 's/^.*, KERNEL=="\([^"]*\)".*$/\1/p' "$rule")
		attribute=$(sed -n 's/^.*, ATTR{\([^}]*\)}="[^"]*".*$/\1/p' "$rule")
		value=$(sed -n 's/^.*, ATTR{[^}]*}="\([^"]*\)".*$/\1/p' "$rule")
		module=$(sed -n 's/^.*, RUN{builtin}+="kmod load \([^"]*\)"$/\1/p' "$rule")
		echo "$value" >"/sys/bus/pci/devices/$name/$attribute"
	fi
	modprobe -a "$(cat /sys/bus/pci/devices/$device/modalias)" ${module:+"$module"}
}

expect 0 "two modules claim it, none is loaded" "loadable.*$device.*8139cp, ?8139too" -- kmtool devices 00:04.0
check "both are loaded" modprobe -a 8139too 8139cp
same "the kernel chose one" 8139cp "$(driver)"
expect 0 "which has it" "bound +pci +$device.*8139cp +8139cp" -- kmtool devices 00:04.0
interface=$(ls /sys/bus/pci/devices/$device/net)
expect 0 "by the name of its interface" "$device" -- kmtool devices "$interface"
expect 0 "what the module drives" "$device" -- kmtool devices 8139cp
expect 0 "what the other could drive" "$device" -- kmtool devices 8139too
expect 4 "a module that drives nothing here" 'drives no device' -- kmtool devices --module dummy
expect 4 "a name that is nearly right" "did you mean .*0000:00:04.0" -- kmtool devices 0000:00:04.1

expect 1 "a driver that refuses the device: all is put back" "unbound|$device was not bound \(No such device\)" \
	'use 8139cp' "put back as it was: $device$" -- kmtool devices bind $device 8139too
same "the driver is back" 8139cp "$(driver)"
same "and no driver is preferred" '(null)' "$(override)"
check "the interface is there again" test -d "/sys/bus/pci/devices/$device/net"

expect 1 "one that is not loaded" 'pci_stub is not loaded' 'kmtool load pci_stub' -- kmtool devices bind $device pci_stub
expect 5 "one of another bus" 'km_params has no driver of the bus pci' -- \
	sh -c "modprobe km_params && kmtool devices bind $device km_params"
check "it is loaded" kmtool load pci_stub
expect 0 "a dry run changes nothing" 'unbind +0000:00:04.0 +from 8139cp' 'bind +0000:00:04.0 +to pci-stub' -- \
	kmtool devices bind -n "$interface" pci_stub
same "nothing" 8139cp "$(driver)"
expect 5 "nobody may do that, and is told how" 'sudo kmtool devices bind' -- \
	as_nobody kmtool devices bind $device pci_stub
ip link set "$interface" up 2>/dev/null
expect 0 "bound to the third" "unbound $device from 8139cp" "reserved $device for pci-stub" \
	"bound $device to pci-stub" 'until the next boot' "warning: $device carries .*network interface" -- kmtool devices bind $device pci_stub
same "it has it" pci-stub "$(driver)"
same "and nobody else may" pci-stub "$(override)"
check "the interface is gone" test ! -e "/sys/class/net/$interface"
expect 0 "again: nothing to do" 'nothing to do' -- kmtool devices bind $device pci_stub
expect 0 "--undo: the kernel's choice" "bound $device to 8139cp" -- kmtool devices bind --undo $device
same "which is the first one" 8139cp "$(driver)"
same "no driver is preferred" '(null)' "$(override)"
expect 0 "--undo again: nothing to do" 'nothing to do' -- kmtool devices bind --undo $device

expect 0 "a dry run tells the rule, too" '\+ACTION=="add", SUBSYSTEM=="pci"' -- \
	kmtool devices bind -n --persist $device pci_stub
expect 0 "for good" "wrote $rule" "the rule chooses pci-stub" -- kmtool devices bind --persist $device pci-stub
same "now" pci-stub "$(driver)"
at_boot
same "and after the device appeared again" pci-stub "$(driver)"
expect 0 "config undo takes the rule back" "removed $rule" -- kmtool config undo
check "it is gone" test ! -e "$rule"
expect 0 "config undo puts it back" "wrote $rule" -- kmtool config undo
expect 0 "--undo takes both back" "removed $rule" "bound $device to 8139cp" -- kmtool devices bind --undo $device
check "the rule is gone" test ! -e "$rule"
at_boot
same "the next boot is as the first" 8139cp "$(driver)"

expect 0 "unbind" "unbound $device from 8139cp" "bind --undo $device" -- kmtool devices unbind $device
same "no driver" none "$(driver)"
expect 0 "which is told" "unbound +pci +$device" -- kmtool devices 00:04.0
expect 0 "again: nothing to do" 'nothing to do' -- kmtool devices unbind $device
expect 0 "JSON of a run" '"kind": "bind"' '"value": "8139cp"' -- kmtool devices bind --undo --json $device
same "the driver is back" 8139cp "$(driver)"
expect 4 "a device that is not there" 'no such device' -- kmtool devices bind 00:1e.0 8139cp
expect 2 "one word is missing" 'module is missing' -- kmtool devices bind $device
clean_up
finish
