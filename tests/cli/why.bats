# SPDX-License-Identifier: GPL-2.0-or-later
# kmtool why

load fixture

setup() {
	ROOT=$BATS_TEST_TMPDIR/root
	make_fixture "$ROOT"
	mkdir -p "$ROOT/etc/modules-load.d" "$ROOT/usr/lib/udev/rules.d" "$ROOT/proc/self"
	printf '# at boot\nloop\n' >"$ROOT/etc/modules-load.d/a.conf"
}

@test "what loads it, with the line, and the strongest first" {
	expect_status 0 kmtool why loop
	[ "$output" = 'CONFIDENCE KIND    EVIDENCE                                                                     WHERE
high       boot    systemd loads it at boot                                                     /etc/modules-load.d/a.conf:2
medium     request opening a block device of major number 7 requests it (alias block-major-7-*) -
loop is loaded: systemd loads it at boot' ]
	[ -z "$stderr" ]
	expect_status 0 kmtool why --raw -o confidence,kind,origin loop
	[ "$output" = $'high\tboot\t/etc/modules-load.d/a.conf:2\nmedium\trequest\t-' ]
}

@test "holders lead to the cause" {
	echo '21 1 0:5 / /mnt rw - ext4 /dev/vda1 rw' >"$ROOT/proc/self/mountinfo"
	echo 'ext4 100 1 - Live 0x0' >>"$ROOT/proc/modules"
	sed -i 's/^llc .*/llc 16384 1 ext4, Live 0x0/' "$ROOT/proc/modules"
	expect_status 0 kmtool why llc
	contains "$output" "llc is loaded: ext4 depends on it; ext4: mounted on /mnt (/dev/vda1)"
}

@test "nothing explains it" {
	expect_status 1 kmtool why vendor
	contains "$output" "vendor is loaded, and nothing explains it"
	contains "$stderr" "no initramfs image was found"
	expect_status 1 kmtool why --quiet --raw vendor
	[ -z "$output$stderr" ]
	# What only may have loaded it is a guess.
	echo 'RUN+="/sbin/modprobe vendor"' >"$ROOT/usr/lib/udev/rules.d/60-v.rules"
	expect_status 0 kmtool why vendor
	contains "$output" "the best guess is"
	contains "$output" "/usr/lib/udev/rules.d/60-v.rules:1"
}

@test "not loaded: blocked, not asked for, built in, unknown" {
	echo 'blacklist ext4' >"$ROOT/etc/modprobe.d/a.conf"
	expect_status 0 kmtool why --raw -o kind,origin ext4
	contains "$output" $'blocked\t/etc/modprobe.d/a.conf:1'
	expect_status 0 kmtool why br_netfilter
	contains "$output" "br_netfilter is not loaded: nothing asks for it now"
	expect_status 0 kmtool why usbcore
	contains "$output" "usbcore is built into the kernel"
	expect_status 4 kmtool why extt4
	contains "$stderr" "did you mean ext4"
	expect_status 2 kmtool why loop llc
	echo br_netfilter >>"$ROOT/etc/modules-load.d/a.conf"
	expect_status 1 kmtool why br_netfilter
	contains "$output" "although something asks for it"
}

@test "where no kernel runs" {
	echo br_netfilter >>"$ROOT/etc/modules-load.d/a.conf"
	rm -r "$ROOT/proc"
	expect_status 0 kmtool why br_netfilter
	contains "$output" "br_netfilter would be loaded: systemd loads it at boot"
	expect_status 0 kmtool why ext4
	contains "$output" "ext4 would not be loaded: nothing asks for it now"
}

@test "by an alias and by a file" {
	expect_status 0 kmtool why block-major-7-0
	contains "$output" "loop is loaded: systemd"
	expect_status 0 kmtool why "/lib/modules/$FIXTURE_VERSION/kernel/drivers/block/loop.ko"
	contains "$output" "loop is loaded: systemd"
}

@test "JSON has the answer, too" {
	expect_status 1 kmtool why --json vendor
	python3 -c '
import json, sys
d = json.load(sys.stdin)
assert (d["module"], d["state"], d["verdict"], d["evidence"]) == ("vendor", "live", "unexplained", []), d
assert "no initramfs image was found" in d["missing"]' <<<"$output"
}

@test "control characters reach no terminal" {
	printf 'RUN+="modprobe vendor \033]0;x"\n' >"$ROOT/usr/lib/udev/rules.d/60-v.rules"
	expect_status 0 kmtool why vendor
	run ! grep -q $'\033' <<<"$output"
}
