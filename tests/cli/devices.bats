# SPDX-License-Identifier: GPL-2.0-or-later
# kmtool devices

load fixture

E1000E=pci:v00008086d000010D3sv00001028sd0000087Cbc02sc00i00
AHCI=pci:v00008086d0000A352sv00001028sd0000087Cbc01sc06i01

# device PATH BUS MODALIAS [DRIVER [MODULE]]: PATH is below /sys/devices, its last part is the name.
device() {
	local dir=$ROOT/sys/devices/$1 driver=$ROOT/sys/bus/$2/drivers/${4-}

	mkdir -p "$dir" "$ROOT/sys/bus/$2/devices"
	printf '%b\n' "$3" >"$dir/modalias"
	ln -s "/sys/devices/$1" "$ROOT/sys/bus/$2/devices/${1##*/}"
	[ $# -gt 3 ] || return 0
	mkdir -p "$driver"
	ln -s "/sys/bus/$2/drivers/$4" "$dir/driver"
	[ $# -lt 5 ] || ln -s "/sys/module/$5" "$driver/module"
}

setup() {
	ROOT=$BATS_TEST_TMPDIR/root
	make_fixture "$ROOT"
	device pci0000:00/0000:00:19.0 pci $E1000E e1000e e1000e
	device pci0000:00/0000:00:1a.0 pci $E1000E
	device pci0000:00/0000:00:17.0 pci $AHCI ahci
	device pci0000:00/0000:00:17.0/ata1/0:0:0:0 scsi scsi:t-0x00 sd
	mkdir -p "$ROOT/sys/devices/pci0000:00/0000:00:17.0/ata1/0:0:0:0/block/sda" "$ROOT/sys/class/block" \
		"$ROOT/sys/devices/pci0000:00/0000:00:19.0/net/eth0" "$ROOT/sys/class/net" "$ROOT/proc/self"
	ln -s ../../devices/pci0000:00/0000:00:17.0/ata1/0:0:0:0/block/sda "$ROOT/sys/class/block/sda"
	ln -s ../../devices/pci0000:00/0000:00:19.0/net/eth0 "$ROOT/sys/class/net/eth0"
	echo '20 1 8:1 / / rw - ext4 /dev/nothing rw' >"$ROOT/proc/self/mountinfo"
	echo '21 1 8:2 / /home rw - ext4 /dev/sda rw' >>"$ROOT/proc/self/mountinfo"
	device pci0000:00/0000:00:14.0 pci pci:v00008086d0000A36Dsv00001028sd0000087Cbc0Csc03i30 xhci_hcd usbcore
	device pci0000:00/0000:00:14.0/usb1/1-2/1-2:1.0 usb usb:v1D6Bp0002d0100dc00dsc00dp00ic08isc06ip50in00
	ln -s /sys/devices/pci0000:00/0000:00:14.0/usb1/1-2 "$ROOT/sys/bus/usb/devices/1-2"
	echo Stick >"$ROOT/sys/devices/pci0000:00/0000:00:14.0/usb1/1-2/product"
}

names() {
	expect_status 0 kmtool devices --raw -o device "$@"
}

@test "what is not driven comes first" {
	expect_status 0 kmtool devices
	[ "$output" = 'STATE     BUS  DEVICE       WHAT                    DRIVER   MODULE   CANDIDATES
unbound   pci  0000:00:1a.0 Ethernet controller     -        -        e1000e
no driver usb  1-2:1.0      Stick, storage          -        -        -
bound     pci  0000:00:14.0 USB 3 controller (xHCI) xhci_hcd usbcore  -
bound     pci  0000:00:17.0 SATA controller         ahci     built-in -
bound     pci  0000:00:19.0 Ethernet controller     e1000e   e1000e   e1000e
bound     scsi 0:0:0:0      disk                    sd       built-in -' ]
	[ -z "$stderr" ]
	names --unbound
	[ "$output" = $'0000:00:1a.0\n1-2:1.0' ]
	sed -i /e1000e/d "$ROOT/proc/modules"
	expect_status 0 kmtool devices --raw -o state,candidates 0000:00:1a.0
	[ "$output" = $'loadable\te1000e' ]
}

@test "what is kept from being loaded" {
	sed -i /e1000e/d "$ROOT/proc/modules"
	echo 'blacklist e1000e' >"$ROOT/etc/modprobe.d/a.conf"
	expect_status 0 kmtool devices --raw -o state,candidates,blocked 0000:00:1a.0
	[ "$output" = $'blocked\t-\te1000e' ]
	# As provides has it.
	expect_status 0 kmtool provides --raw -o module,note $E1000E
	[ "$output" = $'e1000e\tblacklisted: /etc/modprobe.d/a.conf:1' ]
}

@test "devices by the words that other tools have for them" {
	local name

	for name in 0000:00:19.0 00:19.0 'pci 0000:00:19.0' eth0 /sys/bus/pci/devices/0000:00:19.0 \
		/sys/devices/pci0000:00/0000:00:19.0/net/eth0; do
		names "$name"
		[ "$output" = 0000:00:19.0 ]
	done
	names 8086:10D3
	[ "$output" = $'0000:00:1a.0\n0000:00:19.0' ]
	names 1d6b:0002
	[ "$output" = $'1-2:1.0\n0000:00:14.0' ]
}

@test "with all that they hang on" {
	local name

	for name in 0:0:0:0 /dev/sda /home /sys/class/block/sda; do
		names "$name"
		[ "$output" = $'0000:00:17.0\n0:0:0:0' ]
	done
	# A USB device says nothing of its driver, what is in it does.
	names 1-2
	[ "$output" = $'1-2:1.0\n0000:00:14.0' ]
	names --unbound 1-2
	[ "$output" = 1-2:1.0 ]
	# Not what hangs on it, if it has a driver itself; not what only begins with its name.
	device pci0000:00/0000:00:1b.0/virtio0 virtio virtio:d00000002v00001AF4
	device pci0000:00/0000:00:1b.0 pci pci:v00001AF4d00001001sv00001AF4sd00000002bc01sc00i00 virtio-pci
	device pci0000:00/0000:00:14.0/usb1/1-21/1-21:1.0 usb usb:v1D6Bp0002d0100dc00dsc00dp00ic08isc06ip50in00
	names virtio0
	[ "$output" = $'virtio0\n0000:00:1b.0' ]
	names 00:1b.0
	[ "$output" = 0000:00:1b.0 ]
	names 1-2
	[ "$output" = $'1-2:1.0\n0000:00:14.0' ]
	names --sort device /sys/devices/pci0000:00
	[ "$output" = "$(printf '0000:00:%s.0\n' 14 17 19 1a 1b)" ]
}

@test "kernel names of every kind" {
	local name

	mkdir -p "$ROOT/sys/class/video4linux" "$ROOT/sys/class/hidraw" "$ROOT/sys/devices/virtual/block/dm-0/slaves" \
		"$ROOT/sys/devices/virtual/net/bond0" "$ROOT/sys/devices/virtual/net/lo" \
		"$ROOT/sys/devices/pci0000:00/0000:00:14.0/usb1/1-2/1-2:1.0/video4linux/video0"
	ln -s ../../devices/pci0000:00/0000:00:14.0/usb1/1-2/1-2:1.0/video4linux/video0 \
		"$ROOT/sys/class/video4linux/video0"
	ln -s ../../devices/pci0000:00/0000:00:14.0/usb1/1-2/1-2:1.0/0003:046D:C52B.0001/hidraw/hidraw0 \
		"$ROOT/sys/class/hidraw/hidraw0"
	mkdir -p "$ROOT/sys/devices/pci0000:00/0000:00:14.0/usb1/1-2/1-2:1.0/0003:046D:C52B.0001/hidraw/hidraw0"
	for name in video0 hidraw0 /dev/video0 1-2 1-2:1.0 'usb 1-2:1.0'; do
		names "$name"
		[ "$output" = $'1-2:1.0\n0000:00:14.0' ]
	done
	for name in sda /dev/sda; do
		names "$name"
		[ "$output" = $'0000:00:17.0\n0:0:0:0' ]
	done
	# What is made of others: by what it is made of.
	ln -s ../../devices/virtual/block/dm-0 "$ROOT/sys/class/block/dm-0"
	ln -s ../../../../pci0000:00/0000:00:17.0/ata1/0:0:0:0/block/sda "$ROOT/sys/devices/virtual/block/dm-0/slaves/sda"
	names dm-0
	[ "$output" = $'0000:00:17.0\n0:0:0:0' ]
	ln -s ../../devices/virtual/net/bond0 "$ROOT/sys/class/net/bond0"
	ln -s ../../../pci0000:00/0000:00:19.0/net/eth0 "$ROOT/sys/devices/virtual/net/bond0/lower_eth0"
	names bond0
	[ "$output" = 0000:00:19.0 ]
	# What is made of nothing.
	ln -s ../../devices/virtual/net/lo "$ROOT/sys/class/net/lo"
	: >"$ROOT/sys/devices/virtual/net/lo/uevent"
	expect_status 4 kmtool devices lo
	contains "$stderr" "lo is a device of the kernel itself"
}

@test "what a module drives, and what it could drive" {
	names e1000e
	[ "$output" = $'0000:00:1a.0\n0000:00:19.0' ]
	[ -z "$stderr" ]
	expect_status 0 kmtool devices e1000e
	contains "$stderr" "note: e1000e drives 1 device here, and matches 1 more"
	names usbcore # no file in the tree, but loaded
	[ "$output" = 0000:00:14.0 ]
	expect_status 4 kmtool devices snd-dummy
	contains "$stderr" "snd_dummy drives no device here, and its aliases match none"
	contains "$stderr" "hint: kmtool info -F alias snd-dummy"
	# A device of that name comes first, and that is said.
	device platform/e1000e platform platform:e1000e
	names e1000e
	[ "$output" = e1000e ]
	contains "$stderr" "e1000e is a device and a module: --module shows the devices of the module"
	names --module e1000e
	[ "$output" = $'0000:00:1a.0\n0000:00:19.0' ]
	[ -z "$stderr" ]
	expect_status 4 kmtool devices --module eth0
	contains "$stderr" "no module, built-in or alias 'eth0'"
}

@test "names that are nearly right" {
	expect_status 4 kmtool devices ehh0
	contains "$stderr" "hint: did you mean eth0?"
	expect_status 4 kmtool devices 00:1b.0
	contains "$stderr" "hint: did you mean 00:14.0, 00:17.0, 00:19.0 or 00:1a.0?"
	expect_status 4 kmtool devices e1000x
	contains "$stderr" "e1000e"
}

@test "a table hides the system; scripts get all" {
	device pci0000:00/0000:00:1f.0 pci pci:v00008086d0000A30Csv00001028sd0000087Cbc06sc01i00
	device platform/PNP0C0C:00 platform acpi:PNP0C0C:
	device platform/reg-dummy platform platform:reg-dummy
	expect_status 0 kmtool devices
	contains "$output" 0000:00:1a.0
	[[ $output != *0000:00:1f.0* && $output != *PNP0C0C* ]]
	contains "$stderr" "note: 3 devices of the system are hidden: --all shows them"
	for option in --all --raw --json; do
		expect_status 0 kmtool devices "$option"
		contains "$output" 0000:00:1f.0
		contains "$output" PNP0C0C
		[ -z "$stderr" ]
	done
	expect_status 0 kmtool devices 00:1f.0 # asked for by name
	contains "$output" 0000:00:1f.0
	expect_status 0 kmtool devices --raw -o device,system --sort device
	contains "$output" $'0000:00:1f.0\tyes'
	contains "$output" $'0000:00:1a.0\tno'
	expect_status 0 kmtool devices --quiet
	[ -z "$stderr" ]
	# What a module could be loaded for is not hidden, whatever its bus.
	device platform/x platform "$E1000E"
	sed -i /e1000e/d "$ROOT/proc/modules"
	expect_status 0 kmtool devices
	contains "$output" 'loadable  platform x'
}

@test "names from the lists of hwdata" {
	mkdir -p "$ROOT/usr/share/misc"
	printf '8086  Intel Corporation\n\t10d3  82574L\033[2J Gigabit\n' >"$ROOT/usr/share/misc/pci.ids"
	printf '1d6b  Linux Foundation\n\t0002  2.0 root hub\n' >"$ROOT/usr/share/misc/usb.ids"
	expect_status 0 kmtool devices --raw -o device,what
	contains "$output" $'0000:00:19.0\tIntel 82574L\\x1b[2J Gigabit, Ethernet controller'
	contains "$output" $'0000:00:17.0\tIntel, SATA controller'
	contains "$output" $'1-2:1.0\tStick, storage' # its own name is better
	expect_status 0 kmtool devices --json -o vendor 00:19.0
	contains "$output" '"vendor": "Intel Corporation"'
	expect_status 0 kmtool devices --json -o vendor,model 1-2:1.0
	contains "$output" '"vendor": "Linux Foundation"'
	contains "$output" '"model": "2.0 root hub"'
	expect_status 0 kmtool devices --json 0:0:0:0
	contains "$output" '"vendor": null'
	contains "$output" '"id": null'
	# Without the lists the numbers are there.
	rm -r "$ROOT/usr/share/misc"
	expect_status 0 kmtool devices --raw -o device,what,id,vendor
	contains "$output" $'0000:00:19.0\tEthernet controller\t8086:10d3\t-'
	contains "$output" $'1-2:1.0\tStick, storage\t1d6b:0002\t-'
}

@test "firmware that was requested and is missing" {
	mkdir -p "$ROOT/dev"
	cat >"$ROOT/dev/kmsg" <<-'END'
		4,1,1,-;e1000e 0000:00:19.0: Direct firmware load for e1000e/a.bin failed with error -2
		4,2,2,-;e1000e 0000:00:19.0: Direct firmware load for e1000e/a.bin failed with error -2
		4,3,3,-;e1000e 0000:00:19.0: Direct firmware load for e1000e/b.bin failed with error -2
		12,4,4,-;e1000e 0000:00:1a.0: Direct firmware load for faked.bin failed with error -2
		3,5,5,-;ahci 0000:00:17.0: firmware: failed to load old.bin (-2)
		6,6,6,-;ahci 0000:00:17.0: firmware: direct-loading firmware new.bin
	END
	expect_status 0 kmtool devices
	contains "$stderr" "note: 0000:00:19.0: firmware e1000e/a.bin is missing (requested by e1000e)"
	contains "$stderr" "note: 0000:00:19.0: firmware e1000e/b.bin is missing (requested by e1000e)"
	[[ $stderr != *faked* && $stderr != *old.bin* ]]
	[ "$(grep -c firmware <<<"$stderr")" = 2 ]
	mkdir -p "$ROOT/lib/firmware/e1000e"
	: >"$ROOT/lib/firmware/e1000e/b.bin.xz"
	expect_status 0 kmtool devices --json -o device,firmware e1000e
	[ "$(tr -d ' \n' <<<"$output")" = '{"schema":1,"devices":[{"device":"0000:00:1a.0","firmware":[]},{"device":"0000:00:19.0","firmware":["e1000e/a.bin"]}]}' ]
}

@test "what is not there" {
	local name

	for name in nothing '' 0000:00:19 8086:10d 8086:10d33 /dev/sdz / /mnt /sys ../devices eth0/../eth0 /// \
		/sys/devices/pci0000:00/0000:00:19.0/nothing; do
		expect_status 4 kmtool devices "$name"
		[ -z "$output" ]
		contains "$stderr" "no such device:${name:+ $name}"
	done
	expect_status 3 kmtool devices --raw -o device eth0 eth1
	[ "$output" = 0000:00:19.0 ]
	contains "$stderr" "no such device: eth1"
	contains "$stderr" "1 of 2 devices"
	expect_status 4 kmtool devices eth1 eth2
	rm -r "$ROOT/sys/bus"
	expect_status 4 kmtool devices
	contains "$stderr" "no device information: $ROOT/sys/bus is missing"
}

@test "without a module tree, or with a damaged index" {
	echo nonsense >"$ROOT/lib/modules/$FIXTURE_VERSION/modules.alias.bin"
	expect_status 1 kmtool devices --raw -o state,candidates 00:19.0 00:1a.0
	[ "$output" = $'unknown\t-\nbound\t-' ]
	contains "$stderr" modules.alias.bin
	expect_status 4 kmtool devices -k 9.9
	rm -r "$ROOT/lib/modules"
	expect_status 0 kmtool devices --raw -o device,driver 00:19.0
	[ "$output" = $'0000:00:19.0\te1000e' ]
	contains "$stderr" "matching modules are unknown"
}

@test "several modaliases, JSON, and text that would play with a terminal" {
	device platform/evil platform 'platform:\033[2J\nof:N\007x'
	printf '\033]0;title\a\n' >"$ROOT/sys/devices/pci0000:00/0000:00:14.0/usb1/1-2/product"
	# An unmatched bracket makes it no alias.
	expect_status 0 kmtool devices --json -o device,modalias evil
	[ "$(tr -d ' \n' <<<"$output")" = '{"schema":1,"devices":[{"device":"evil","modalias":["of:N\u0007x"]}]}' ]
	expect_status 0 kmtool devices --raw -o what,modalias 1-2:1.0
	contains "$output" '\x1b]0;title\x07, storage'
	expect_status 0 kmtool devices
	[[ $output != *$'\033'* ]]
}
