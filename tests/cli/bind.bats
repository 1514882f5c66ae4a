# SPDX-License-Identifier: GPL-2.0-or-later
# kmtool devices bind and unbind: plans, rules of udev, and runs with a kernel that is played (played.c).

load fixture

E1000E=pci:v00008086d000010D3sv00001028sd0000087Cbc02sc00i00
D=/sys/bus/pci/devices/0000:00:19.0
RULE=/etc/udev/rules.d/70-kmtool-bind-pci-0000:00:19.0.rules

# driver BUS NAME MODULE: a driver of a module that is loaded.
driver() {
	mkdir -p "$ROOT/sys/bus/$1/drivers/$2" "$ROOT/sys/module/$3/drivers"
	ln -s "/sys/module/$3" "$ROOT/sys/bus/$1/drivers/$2/module"
	ln -s "/sys/bus/$1/drivers/$2" "$ROOT/sys/module/$3/drivers/$1:$2"
	touch "$ROOT/sys/bus/$1/drivers/$2/bind" "$ROOT/sys/bus/$1/drivers/$2/unbind"
}

setup() {
	export ROOT=$BATS_TEST_TMPDIR/root
	make_fixture "$ROOT"
	mkdir -p "$ROOT/proc/self"
	printf 'Name:\tx\nUid:\t0\t0\t0\t0\nCapEff:\t000001ffffffffff\n' >"$ROOT/proc/self/status"
	mkdir -p "$ROOT/sys/devices/pci0/0000:00:19.0/net/eth0" "$ROOT/sys/bus/pci/devices" "$ROOT/sys/class/net" \
		"$ROOT/sys/devices/usb1/1-2/1-2:1.0" "$ROOT/sys/bus/usb/devices"
	ln -s ../../../devices/pci0/0000:00:19.0 "$ROOT$D"
	ln -s ../../devices/pci0/0000:00:19.0/net/eth0 "$ROOT/sys/class/net/eth0"
	echo up >"$ROOT/sys/class/net/eth0/operstate"
	echo "$E1000E" >"$ROOT$D/modalias"
	echo '(null)' >"$ROOT$D/driver_override"
	driver pci e1000e e1000e
	driver pci pci-stub llc
	ln -s /sys/bus/pci/drivers/e1000e "$ROOT$D/driver"
	touch "$ROOT/sys/bus/pci/drivers_probe" "$ROOT/sys/bus/usb/drivers_probe"
	ln -s ../../../devices/usb1/1-2/1-2:1.0 "$ROOT/sys/bus/usb/devices/1-2:1.0"
	echo usb:v1D6Bp0002d0100dc00dsc00dp00ic08isc06ip50in00 >"$ROOT/sys/bus/usb/devices/1-2:1.0/modalias"
}

@test "the plan: from one driver to the other, with what the device carries" {
	expect_status 0 kmtool devices bind -n eth0 llc
	[ "$output" = '1  unbind    0000:00:19.0  from e1000e  /sys/bus/pci/drivers/e1000e/unbind
2  override  0000:00:19.0  to pci-stub  /sys/bus/pci/devices/0000:00:19.0/driver_override
3  bind      0000:00:19.0  to pci-stub  /sys/bus/pci/drivers/pci-stub/bind
warning: 0000:00:19.0 carries the only network interface that is up (eth0)
until the next boot, or until 0000:00:19.0 is removed; --persist makes it last' ]
	# By the name of the driver; -n before the verb.
	expect_status 0 kmtool -n devices bind --raw 00:19.0 pci-stub
	[ "$(cut -f1-3 <<<"$output")" = "$(printf '%s\t0000:00:19.0\t%s\n' unbind /sys/bus/pci/drivers/e1000e/unbind \
		override $D/driver_override bind /sys/bus/pci/drivers/pci-stub/bind)" ]
	expect_status 0 kmtool devices bind -n 00:19.0 e1000e
	[ "$output" = "nothing to do: already configured" ]
	expect_status 0 kmtool devices unbind -n 00:19.0
	contains "$output" '1  unbind  0000:00:19.0  from e1000e'
	contains "$output" 'kmtool devices bind --undo 0000:00:19.0 binds it again'
}

@test "a run, and one that fails" {
	expect_status 0 played "" devices bind 00:19.0 llc
	calls "write /sys/bus/pci/drivers/e1000e/unbind 0000:00:19.0" "write $D/driver_override pci-stub" \
		"write /sys/bus/pci/drivers/pci-stub/bind 0000:00:19.0"
	contains "$output" 'unbound 0000:00:19.0 from e1000e
reserved 0000:00:19.0 for pci-stub (driver_override)'
	echo '(null)' >"$ROOT$D/driver_override"
	expect_status 1 played "fail write /sys/bus/pci/drivers/pci-stub/bind 19" devices bind 00:19.0 llc
	calls "write /sys/bus/pci/drivers/e1000e/unbind 0000:00:19.0" "write $D/driver_override pci-stub" \
		"write /sys/bus/pci/drivers/pci-stub/bind 0000:00:19.0" "write $D/driver_override " '' \
		"write /sys/bus/pci/drivers/e1000e/bind 0000:00:19.0"
	contains "$stderr" "put back as it was: 0000:00:19.0"
	contains "$stderr" "0000:00:19.0 was not bound (No such device): the driver pci-stub did not take the device"
	expect_status 0 played "" devices unbind 00:19.0
	calls "write /sys/bus/pci/drivers/e1000e/unbind 0000:00:19.0"
}

@test "a rule for every boot, and its end" {
	expect_status 0 played "" devices bind --persist 00:19.0 llc
	contains "$output" "wrote $ROOT$RULE"
	contains "$output" "the rule chooses pci-stub whenever 0000:00:19.0 appears, as at boot"
	[ "$(grep -v '^#' "$ROOT$RULE")" = 'ACTION=="add", SUBSYSTEM=="pci", KERNEL=="0000:00:19.0", ATTR{modalias}=="'$E1000E'", ATTR{driver_override}="pci-stub", RUN{builtin}+="kmod load llc"' ]
	# The record of changes has it.
	expect_status 0 kmtool config undo
	[ ! -e "$ROOT$RULE" ]
	expect_status 0 kmtool config undo
	[ -e "$ROOT$RULE" ]
	# Written again, the same is nothing.
	rm "$ROOT$D/driver"
	ln -s /sys/bus/pci/drivers/pci-stub "$ROOT$D/driver"
	expect_status 0 kmtool devices bind -n --persist 00:19.0 llc
	[ "$output" = "nothing to do: already configured" ]
	echo pci-stub >"$ROOT$D/driver_override"
	expect_status 0 played "" devices bind --undo 00:19.0
	calls "write /sys/bus/pci/drivers/pci-stub/unbind 0000:00:19.0" "write $D/driver_override " '' \
		"write /sys/bus/pci/drivers_probe 0000:00:19.0"
	contains "$output" "removed $ROOT$RULE"
	[ ! -e "$ROOT$RULE" ]
}

@test "a rule for hardware that is not there any more" {
	mkdir -p "${ROOT}${RULE%/*}" "$ROOT/sys/bus/platform/devices"
	touch "$ROOT$RULE" "$ROOT${RULE%/*}/70-kmtool-bind-platform-a-b.rules" "$ROOT${RULE%/*}/70-other-pci-x.rules"
	rm -r "$ROOT$D"
	expect_status 0 played "" devices bind --undo 0000:00:19.0
	contains "$output" "removed $ROOT$RULE"
	[ ! -e "$ROOT$RULE" ]
	# "platform-a" is no bus.
	expect_status 4 kmtool devices bind --undo b
	contains "$stderr" "no such device: b"
	expect_status 4 kmtool devices bind --undo x
	expect_status 0 played "" devices bind --undo a-b
	[ ! -e "$ROOT${RULE%/*}/70-kmtool-bind-platform-a-b.rules" ]
	[ -e "$ROOT${RULE%/*}/70-other-pci-x.rules" ]
}

@test "a bus that cannot override: only now, and only what matches" {
	driver usb one loop
	expect_status 0 kmtool devices bind -n 1-2:1.0 loop
	contains "$output" '1  bind    1-2:1.0  to one  /sys/bus/usb/drivers/one/bind'
	contains "$output" 'warning: loop does not match 1-2:1.0, and the bus usb cannot override that'
	expect_status 5 kmtool devices bind -n --persist 1-2:1.0 loop
	contains "$stderr" "the bus usb has no driver_override, so a rule cannot choose the driver of 1-2:1.0"
	expect_status 0 kmtool devices bind -n --undo 1-2:1.0
	contains "$output" "1  bind    1-2:1.0  to the kernel's choice  /sys/bus/usb/drivers_probe"
	driver usb two loop
	expect_status 2 kmtool devices bind -n 1-2:1.0 loop
	contains "$stderr" "loop has 2 drivers of the bus usb; name one: one, two"
	expect_status 0 kmtool devices bind -n 1-2:1.0 two
}

@test "what cannot be" {
	expect_status 1 kmtool devices bind -n 00:19.0 ext4
	contains "$stderr" "ext4 is not loaded: only then the names of its drivers are known"
	contains "$stderr" "hint: kmtool load ext4"
	expect_status 5 kmtool devices bind -n 00:19.0 loop
	contains "$stderr" "loop has no driver of the bus pci, which 0000:00:19.0 is on"
	expect_status 4 kmtool devices bind -n 00:19.0 lop
	contains "$stderr" "did you mean loop?"
	expect_status 4 kmtool devices bind -n eth9 loop
	contains "$stderr" "no such device: eth9"
	expect_status 2 kmtool devices bind -n 00:19.0 ../..
	expect_status 2 kmtool devices bind -n 00:19.0
	contains "$stderr" "the module is missing"
	rm "$ROOT/sys/bus/pci/drivers/pci-stub/bind"
	expect_status 5 kmtool devices bind -n 00:19.0 llc
	contains "$stderr" "the driver pci-stub does not let anybody bind a device to it"
	expect_status 5 kmtool devices unbind 00:19.0
	contains "$stderr" "a driver can only be chosen on the running system"
	# Two devices of one identifier.
	mkdir -p "$ROOT/sys/bus/pci/devices/0000:00:1a.0"
	echo "$E1000E" >"$ROOT/sys/bus/pci/devices/0000:00:1a.0/modalias"
	expect_status 2 kmtool devices unbind -n 8086:10d3
	contains "$stderr" "'8086:10d3' means 2 devices: 0000:00:1a.0, 0000:00:19.0"
}

@test "a name that a rule would take for a pattern" {
	mkdir -p "$ROOT/sys/bus/pci/devices/a*\"b"
	echo "$E1000E" >"$ROOT/sys/bus/pci/devices/a*\"b/modalias"
	echo '(null)' >"$ROOT/sys/bus/pci/devices/a*\"b/driver_override"
	expect_status 5 kmtool devices bind -n --persist 'a*"b' llc
	contains "$stderr" 'a rule of udev cannot name a*"b or pci-stub'
	# A modalias that is one is left out; a device whose name is plain is enough.
	echo 'pci:v"*' >"$ROOT$D/modalias"
	expect_status 0 kmtool devices bind -n --persist 00:19.0 llc
	[[ $output == *'KERNEL=="0000:00:19.0", ATTR{driver_override}='* ]]
}
