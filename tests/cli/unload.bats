# SPDX-License-Identifier: GPL-2.0-or-later
# kmtool unload: plans, refusals and who stands in the way. Unloading itself is tested in tests/vm.

load fixture

setup() {
	ROOT=$BATS_TEST_TMPDIR/root
	make_fixture "$ROOT"
}

@test "only the named module, or with all that is unused afterwards" {
	expect_status 0 kmtool unload -n --raw bridge
	[ "$output" = "remove	bridge	-	-	requested	-" ]
	expect_status 0 kmtool unload -n --raw --unused-deps bridge
	[ "$output" = "remove	bridge	-	-	requested	-
remove	stp	-	-	unused-after	-
remove	llc	-	-	unused-after	-" ]
	expect_status 0 kmtool unload -n --unused-deps bridge
	contains "${lines[1]}" "unused without bridge"
}

@test "all that uses it" {
	expect_status 5 kmtool unload -n llc
	contains "$stderr" "llc is in use by bridge, stp"
	contains "$stderr" "module bridge"
	contains "$stderr" "hint: --dependents"
	expect_status 0 kmtool unload -n --raw --dependents llc
	[ "$(cut -f2 <<<"$output" | tr '\n' ' ')" = "bridge stp llc " ]
	[ "$(cut -f5 <<<"$output" | tr '\n' ' ')" = "holder holder requested " ]
}

@test "in use: the users that can be found, and how many references that leaves" {
	add_network
	expect_status 5 kmtool unload -n e1000e
	contains "$stderr" "e1000e is in use (1 reference)"
	contains "$stderr" "drives device 0000:00:03.0 (pci:e1000e)"
	contains "$stderr" "drives network interface eth0"
	contains "$stderr" "1 of 1 could not be explained"
	run --separate-stderr -5 kmtool unload -n --json e1000e
	python3 -c '
import json, sys
d = json.load(sys.stdin)
assert (d["module"], d["references"], d["unexplained"]) == ("e1000e", 1, 1)
assert [u["kind"] for u in d["users"]] == ["device", "interface"]
assert d["users"][1] == {"kind": "interface", "what": "eth0", "detail": None, "pid": None, "counts": False}
' <<<"$output"
}

@test "a refcount of 0 is no proof of disuse: what it drives is told, by block too" {
	add_network
	sed -i 's/^e1000e 339968 1/e1000e 339968 0/' "$ROOT/proc/modules"
	echo up >"$ROOT/sys/class/net/eth0/operstate"
	for words in "unload -n" "block -n"; do
		# shellcheck disable=SC2086 # two words
		expect_status 0 kmtool $words e1000e
		contains "$stderr$output" "e1000e drives the only network interface that is up (eth0)"
		contains "$stderr$output" "e1000e drives 1 device, which holds no reference: 0000:00:03.0 (pci:e1000e)"
	done
	expect_status 0 kmtool unload -n bridge
	[ -z "$stderr" ]
}

@test "with --wait a module in use is planned" {
	expect_status 0 kmtool unload -n --raw --wait 100 e1000e
	[ "$output" = "remove	e1000e	-	-	requested	-" ]
}

@test "permanent, half loaded, built in" {
	expect_status 5 kmtool unload -n keep
	contains "$stderr" "permanent"
	expect_status 0 kmtool unload -n --force keep
	expect_status 5 kmtool unload -n wakeup
	contains "$stderr" "still loading"
	expect_status 5 kmtool unload -n usbcore
	contains "$stderr" "built into the kernel"
}

@test "a module whose exit function runs, and one that lost a reference" {
	printf '%s\n' 'snd_dummy 32768 -1 - Unloading 0x0000000000000000 (OE-)' 'lost 16384 -1 - Live 0x0000000000000000' \
		>>"$ROOT/proc/modules"
	expect_status 0 kmtool list --raw -o name,refs,state snd_dummy lost
	[ "$output" = "snd_dummy	-1	unloading
lost	-1	live" ]
	[ -z "$stderr" ]
	expect_status 0 kmtool list --json -o refs snd_dummy
	python3 -c 'import json, sys; assert json.load(sys.stdin)["modules"][0]["refs"] == -1' <<<"$output"
	expect_status 5 kmtool unload -n snd_dummy
	contains "$stderr" "snd_dummy is being unloaded: its exit function has not returned"
	expect_status 5 kmtool load -n snd_dummy
	contains "$stderr" "snd_dummy is being unloaded: its exit function has not returned"
	expect_status 0 kmtool info snd_dummy
	contains "$output" "unloading"
	for force in -n "-n --force"; do
		# shellcheck disable=SC2086 # two words
		expect_status 5 kmtool unload $force lost
		contains "$stderr" "lost has a reference count of -1: a reference was released that was not held"
		contains "$stderr" "hint: unloading it would crash the kernel: reboot"
	done
}

@test "not loaded: nothing to do; unknown: not found" {
	expect_status 0 kmtool unload -n br_netfilter
	contains "$output" "not loaded"
	expect_status 4 kmtool unload -n lop
	contains "$stderr" "loop"
	expect_status 2 kmtool unload -n
}

@test "a remove command is in the plan, with its line" {
	echo 'remove loop losetup -D; rmmod loop' >"$ROOT/etc/modprobe.d/r.conf"
	expect_status 0 kmtool unload -n --raw loop
	[ "$output" = "run	loop	losetup -D; rmmod loop	-	remove-command	/etc/modprobe.d/r.conf:1" ]
	expect_status 0 kmtool unload -n --raw --no-config loop
	[ "$output" = "remove	loop	-	-	requested	-" ]
}

@test "a warning before the root filesystem's driver goes" {
	mkdir -p "$ROOT/proc/self"
	echo '22 1 8:1 / / rw - bridge /dev/sda1 rw' >"$ROOT/proc/self/mountinfo"
	expect_status 0 kmtool unload -n bridge
	contains "$output" "bridge is the root filesystem"
}

@test "without a module tree it works all the same" {
	rm -r "$ROOT/lib/modules"
	expect_status 0 kmtool unload -n --raw bridge
	[ "$output" = "remove	bridge	-	-	requested	-" ]
	expect_status 4 kmtool unload -n nothing
}

@test "below another root nothing is unloaded" {
	expect_status 5 kmtool unload bridge
	contains "$stderr" "not below $ROOT"
}
