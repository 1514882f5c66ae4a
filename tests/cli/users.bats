# SPDX-License-Identifier: GPL-2.0-or-later
# kmtool users

load fixture

setup() {
	ROOT=$BATS_TEST_TMPDIR/root
	make_fixture "$ROOT"
}

# A loop device with a file, mounted, and open in two processes.
add_loop() {
	local dev=$ROOT/sys/devices/virtual/block/loop0

	mkdir -p "$dev/loop" "$ROOT/sys/dev/block" "$ROOT/proc/self" "$ROOT/proc/1234/fd" "$ROOT/proc/77/fd"
	printf 'MAJOR=7\nMINOR=0\nDEVNAME=loop0\n' >"$dev/uevent"
	echo /tmp/disk >"$dev/loop/backing_file"
	ln -s ../../devices/virtual/block/loop0 "$ROOT/sys/dev/block/7:0"
	printf 'Character devices:\n 10 misc\n\nBlock devices:\n  7 loop\n' >"$ROOT/proc/devices"
	echo '21 1 7:0 / /mnt rw - ext2 /dev/loop0 rw' >"$ROOT/proc/self/mountinfo"
	echo losetup >"$ROOT/proc/1234/comm"
	ln -s /dev/loop0 "$ROOT/proc/1234/fd/3"
	ln -s /dev/null "$ROOT/proc/77/fd/3"
	sed -i 's/^loop 40960 0/loop 40960 3/' "$ROOT/proc/modules"
}

@test "mounts, files and processes, and that they explain all references" {
	add_loop
	expect_status 0 kmtool users loop
	[ "$output" = 'KIND    WHAT       DETAIL      PID COUNTS
mount   /mnt       /dev/loop0    - yes
stacked /tmp/disk  /dev/loop0    - yes
process /dev/loop0 losetup    1234 yes
loop: 3 references, all explained' ]
	[ -z "$stderr" ]
	expect_status 0 kmtool users --raw -o module,pid --sort -pid loop
	[ "$output" = $'loop\t1234\nloop\t-\nloop\t-' ]
}

@test "a reference that nothing explains is told" {
	add_loop
	sed -i 's/^loop 40960 3/loop 40960 5/' "$ROOT/proc/modules"
	expect_status 0 kmtool users loop
	contains "$output" $'\nloop: 5 references; 2 of 5 could not be explained: something in the kernel, or a file that is open'
}

@test "a refcount of 0 is no proof of disuse" {
	add_network
	echo up >"$ROOT/sys/class/net/eth0/operstate"
	sed -i 's/^e1000e 339968 1/e1000e 339968 0/' "$ROOT/proc/modules"
	expect_status 0 kmtool users e1000e
	[ "$output" = 'KIND      WHAT         DETAIL     COUNTS
device    0000:00:03.0 pci:e1000e no
interface eth0         up         no
e1000e: 0 references, but unloading it takes away what is listed' ]
	echo dormant >"$ROOT/sys/class/net/eth0/operstate"
	expect_status 0 kmtool users --raw -o detail e1000e
	[ "$output" = $'pci:e1000e\ndormant' ]
}

@test "nothing uses it" {
	expect_status 0 kmtool users vendor
	[ "$output" = 'vendor: 0 references: nothing uses it' ]
	expect_status 0 kmtool users --raw vendor
	[ -z "$output" ]
}

@test "several modules, in any spelling, by an alias and by a file" {
	expect_status 0 kmtool users llc stp
	[ "$output" = 'MODULE KIND   WHAT   COUNTS
llc    module bridge yes
llc    module stp    yes
stp    module bridge yes
llc: 2 references, all explained
stp: 1 reference, all explained' ]
	expect_status 0 kmtool users block-major-7-0
	contains "$output" "loop: 0 references"
	expect_status 0 kmtool users "/lib/modules/$FIXTURE_VERSION/kernel/net/llc/llc.ko"
	contains "$output" "llc: 2 references"
	write_module "$ROOT/other.ko" name=stp license=GPL
	expect_status 0 kmtool users /other.ko
	contains "$output" "stp: 1 reference"
}

@test "what is not loaded" {
	expect_status 4 kmtool users ext4
	[ -z "$output" ]
	[ "$stderr" = "kmtool: ext4 is not loaded" ]
	expect_status 4 kmtool users usbcore
	contains "$stderr" "usbcore is built into the kernel"
	expect_status 4 kmtool users extt4
	contains "$stderr" "did you mean ext4"
	expect_status 3 kmtool users ext4 llc
	contains "$output" "llc: 2 references"
	contains "$stderr" "ext4 is not loaded"
	contains "$stderr" "1 of 2 modules are not loaded"
	expect_status 4 kmtool users ext4 extt4
	# shellcheck disable=SC2119
	expect_status 2 kmtool users
}

@test "JSON tells the references of each module" {
	add_loop
	expect_status 0 kmtool users --json loop llc
	python3 -c '
import json, sys
loop, llc = json.load(sys.stdin)["modules"]
assert (loop["module"], loop["references"], loop["unexplained"], loop["hidden"]) == ("loop", 3, 0, 0)
assert loop["users"][2] == {"kind": "process", "what": "/dev/loop0", "detail": "losetup", "pid": 1234, "counts": True}
assert [u["what"] for u in llc["users"]] == ["bridge", "stp"]
' <<<"$output"
	expect_status 0 kmtool users --json -o what llc
	[ "$(tr -d ' \n' <<<"$output")" = \
		'{"schema":1,"modules":[{"module":"llc","references":2,"unexplained":0,"hidden":0,"users":[{"what":"bridge"},{"what":"stp"}]}]}' ]
	expect_status 4 kmtool users --json ext4
	contains "$output" '"not-found"'
}

@test "control characters reach no terminal" {
	add_loop
	printf 'a\033]0;b\n' >"$ROOT/proc/1234/comm"
	expect_status 0 kmtool users loop
	run ! grep -q $'\033' <<<"$output"
}
