# SPDX-License-Identifier: GPL-2.0-or-later
# `kmtool block` and `unblock`, as modprobe sees what they write.

load fixture

setup() {
	ROOT=$BATS_TEST_TMPDIR/root
	make_fixture "$ROOT"
	d=$ROOT/etc/modprobe.d
	own=$d/kmtool-block-ext4.conf
}

# plan_of_modprobe NAME: what Debian's modprobe would do.
plan_of_modprobe() {
	modprobe -d "$ROOT" -S "$FIXTURE_VERSION" -C "$d" -D "$1"
}

@test "modprobe loads a module with a soft dependency past its install line, but not past a block" {
	echo "install ext4 /bin/false" >"$d/a.conf"
	contains "$(plan_of_modprobe ext4)" "insmod $ROOT/lib/modules/$FIXTURE_VERSION/kernel/fs/ext4/ext4.ko"
	rm "$d/a.conf"
	expect_status 0 kmtool block ext4
	[ "$(plan_of_modprobe ext4)" = "install /bin/false " ]
	[ -z "$(plan_of_modprobe fs-ext4)" ]
}

@test "unblock leaves the bytes of before" {
	cp -a "$d" "$BATS_TEST_TMPDIR/before"
	kmtool block ext4 loop
	[ -e "$own" ]
	expect_status 0 kmtool unblock ext4 loop
	rm "$d/.kmtool-undo"
	diff -r "$BATS_TEST_TMPDIR/before" "$d"
}

@test "--dry-run shows the lines and writes nothing" {
	expect_status 0 kmtool block -n ext4
	contains "$output" "+install ext4 /bin/false"
	[ ! -e "$own" ]
}

@test "--verify has a line for each way" {
	expect_status 3 kmtool block ext4 --verify # there is no initramfs image to look into
	for way in name alias dependency softdep udev kernel-request; do
		grep -Eq "^$way +closed " <<<"$output"
	done
	grep -Eq "^insmod +open .*module_blacklist=ext4" <<<"$output"
	expect_status 3 kmtool block ext4 --verify --json
	[ "$(python3 -c 'import json,sys; print(len(json.load(sys.stdin)["verify"]))' <<<"$output")" = 10 ]
}

@test "what is loaded is told of" {
	expect_status 0 kmtool block loop
	contains "$output" "loop is loaded now, and stays"
}

@test "a second block changes nothing" {
	kmtool block ext4
	expect_status 0 kmtool block ext4
	contains "$output" "nothing to do"
}

@test "refused: a block that would not hold, with the line that is the reason" {
	echo "softdep ext4 post: loop" >"$d/00-a.conf"
	expect_status 5 kmtool block ext4
	contains "$stderr" "would not hold"
	contains "$stderr" "/etc/modprobe.d/00-a.conf:1"
	[ ! -e "$own" ]
}

@test "refused: built-in modules, aliases, unknown names" {
	expect_status 5 kmtool block usbcore
	expect_status 2 kmtool block fs-ext4
	contains "$stderr" "kmtool block ext4"
	expect_status 4 kmtool block ext44
	contains "$stderr" "ext4"
}

@test "unblock does not touch lines of somebody else" {
	echo "blacklist ext4" >"$d/a.conf"
	expect_status 5 kmtool unblock ext4
	contains "$stderr" "/etc/modprobe.d/a.conf:1"
	kmtool block ext4
	expect_status 0 kmtool unblock ext4
	contains "$stderr" "/etc/modprobe.d/a.conf:1"
	[ "$(cat "$d/a.conf")" = "blacklist ext4" ]
}

@test "undo takes a block back" {
	kmtool block ext4
	expect_status 0 kmtool config undo
	[ ! -e "$own" ]
}

@test "lint has nothing against a block" {
	kmtool block ext4
	expect_status 0 kmtool config lint
}

@test "unblock of a name that nothing has is an error" {
	expect_status 4 kmtool unblock lop
	contains "$stderr" "no module, built-in or alias 'lop'"
	contains "$stderr" "did you mean loop"
	expect_status 0 kmtool unblock loop
}

@test "--verify: what was not looked at is unknown, and the exit status tells" {
	expect_status 3 kmtool block -n ext4 --verify --json
	python3 -c '
import json, sys
verify = {v["way"]: v for v in json.load(sys.stdin)["verify"]}
assert verify["initramfs"]["verdict"] == "unknown", verify
assert "no image of kernel" in verify["initramfs"]["detail"], verify
assert verify["insmod"]["verdict"] == "open", verify' <<<"$output"
	expect_status 3 kmtool block ext4 --verify
	grep -Eq "^initramfs +unknown .*may not be mounted" <<<"$output"
	mkdir -p "$ROOT/boot"
	(cd "$ROOT/etc" && echo modprobe.d | cpio -o -H newc --quiet >"$ROOT/boot/initrd.img-$FIXTURE_VERSION")
	expect_status 0 kmtool block ext4 --verify
	grep -Eq "^insmod +open .*cannot be closed by configuration" <<<"$output"
	echo "root=/dev/vda1 module_blacklist=ext4" >"$ROOT/proc/cmdline"
	expect_status 0 kmtool block ext4 --verify
	grep -Eq "^insmod +closed" <<<"$output"
	# A way that configuration or a command can close is another matter.
	expect_status 1 kmtool block loop --verify
	grep -Eq "^loaded-now +open .*kmtool unload loop" <<<"$output"
}

@test "a block of what the machine needs is warned of" {
	mkdir -p "$ROOT/proc/self"
	echo '22 1 8:1 / / rw - ext4 /dev/sda1 rw' >"$ROOT/proc/self/mountinfo"
	expect_status 0 kmtool block -n ext4
	contains "$output$stderr" "ext4 is the root filesystem"
	expect_status 0 kmtool block -n bridge
	[[ $output$stderr != *"root filesystem"* ]]
	echo '/dev/vdb	/a\040b bridge defaults' >"$ROOT/etc/fstab"
	expect_status 0 kmtool block bridge
	contains "$output$stderr" "bridge is the filesystem of /a b (/etc/fstab:1)"
	expect_status 1 kmtool config lint
	contains "$output" "/etc/modprobe.d/kmtool-block-bridge.conf:3: essential-block"
	contains "$output" "fix: kmtool unblock bridge"
}
