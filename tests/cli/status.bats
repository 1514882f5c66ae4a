# SPDX-License-Identifier: GPL-2.0-or-later
# kmtool status

load fixture

setup() {
	ROOT=$BATS_TEST_TMPDIR/root
	make_fixture "$ROOT"
	echo '#1 SMP PREEMPT_DYNAMIC Test 6.1.0-1 (2026-11-02)' >"$ROOT/proc/sys/kernel/version"
	mkdir -p "$ROOT/sys/module/module/parameters" "$ROOT/sys/kernel/security" "$ROOT/dev"
	echo N >"$ROOT/sys/module/module/parameters/sig_enforce"
	echo '[none] integrity confidentiality' >"$ROOT/sys/kernel/security/lockdown"
	echo xz >"$ROOT/sys/module/compression"
	printf '%s\n' '6,1,1000000,-;Booting' \
		'4,2,2690000,-;vendor: loading out-of-tree module taints kernel.' \
		'4,3,2691000,-;vendor: module verification failed: signature and/or required key missing - tainting kernel' \
		>"$ROOT/dev/kmsg"
}

# of ITEM: its state and value.
of() {
	kmtool status --raw -o item,state,value | awk -F '\t' -v item="$1" '$1 == item { print $2 "|" $3 }'
}

@test "a machine on which nothing is wrong, with the causes of its taint" {
	expect_status 0 kmtool status
	[ "$output" = 'ITEM             STATE VALUE
kernel           ok    6.1.0-test
version          ok    #1 SMP PREEMPT_DYNAMIC Test 6.1.0-1 (2026-11-02)
modules          ok    loadable
modules_disabled ok    no
sig_enforce      ok    no
lockdown         ok    none
secure-boot      ok    no: not booted through EFI
decompression    ok    xz, by the kernel
taint            note  OE (12288)
taint O          note  an out-of-tree module was loaded: vendor, wakeup
taint E          note  an unsigned module was loaded: vendor
loaded           ok    8
available        ok    9
built-in         ok    2
blocked          ok    0
index            ok    up to date
initramfs        ok    none
reboot           ok    not needed

In the kernel log:
  [    2.690000] vendor: loading out-of-tree module taints kernel.
  [    2.691000] vendor: module verification failed: signature and/or required key missing - tainting kernel' ]
	[ -z "$stderr" ]
}

@test "what somebody has to do makes the exit status 1" {
	touch "$ROOT/lib/modules/$FIXTURE_VERSION/kernel/new.ko"
	expect_status 1 kmtool status
	[ "$(of index)" = "problem|stale: kernel/new.ko is not in the index" ]
	contains "$output" "kmtool --root $ROOT index $FIXTURE_VERSION"
	rm "$ROOT/lib/modules/$FIXTURE_VERSION/kernel/new.ko"
	echo 128 >"$ROOT/proc/sys/kernel/tainted"
	expect_status 1 kmtool status
	[ "$(of 'taint D')" = "problem|the kernel died (oops or BUG)" ]
	echo 0 >"$ROOT/proc/sys/kernel/tainted"
	expect_status 0 kmtool status
	[ "$(of taint)" = "ok|none" ]
}

@test "a pending reboot, and a kernel that is not the running one" {
	mkdir "$ROOT/lib/modules/6.12.0"
	touch "$ROOT/lib/modules/6.12.0/modules.dep"
	expect_status 0 kmtool status
	[ "$(of reboot)" = "note|a newer kernel is installed: 6.12.0" ]
	expect_status 1 kmtool status -k 6.12.0 --raw -o item,value
	[ "$output" = $'kernel\t6.12.0 (not running)
available\t0
built-in\t0
blocked\t0
index\tmissing: modules.dep.bin is missing
initramfs\tnone' ]
	expect_status 4 kmtool status -k 9.9.9
	echo 6.0.0-gone >"$ROOT/proc/sys/kernel/osrelease"
	expect_status 1 kmtool status
	contains "$(of reboot)" "problem|the running kernel 6.0.0-gone has no module tree"
}

@test "what cannot be read is unknown, with the reason" {
	rm "$ROOT/dev/kmsg" "$ROOT/sys/kernel/security/lockdown"
	expect_status 0 kmtool status
	[ "$(of lockdown)" = "unknown|/sys/kernel/security/lockdown: the file does not exist" ]
	[ "$(of log)" = "unknown|/dev/kmsg: No such file or directory" ]
	[ -z "$stderr" ]
	rm "$ROOT/proc/modules"
	[ "$(of modules)" = "note|this kernel has no loadable-module support" ]
	ROOT=$BATS_TEST_TMPDIR/empty
	mkdir "$ROOT"
	expect_status 0 kmtool status
	contains "$output" "no kernel runs here"
}

# identifying: a machine whose files are full of what identifies it.
identifying() {
	printf 'PRETTY_NAME="Test Linux 1"\nID=test\n' >"$ROOT/etc/os-release"
	echo web01.example.com >"$ROOT/proc/sys/kernel/hostname"
	printf '%s\n' 'root:x:0:0::/root:/bin/sh' 'alice:x:1000:1000::/home/alice:/bin/sh' >"$ROOT/etc/passwd"
	echo 'BOOT_IMAGE=/vmlinuz root=UUID=3e6be9de-8139-11d1-9106-a43f08d823a6 ip=10.0.0.7::10.0.0.1 loop.max_loop=8' \
		>"$ROOT/proc/cmdline"
	printf '%s\n' 'options netconsole netconsole=6665@10.0.0.7/eth0,6666@10.0.0.1/00:11:22:33:44:55' \
		'install loop /home/alice/bin/notify web01' >"$ROOT/etc/modprobe.d/z.conf"
	printf '%s\n' '6,4,3000000,-;usb 1-1: SerialNumber: 0123ABCD' \
		'3,5,4000000,-;other: Unknown symbol of_web01 (err -2)' \
		'4,6,4100000,-;WARNING: CPU: 0 PID: 9 at alice@web01 fe80::1' \
		'3,7,5000000,-;Module loop is blacklisted' >>"$ROOT/dev/kmsg"
	echo 12800 >"$ROOT/proc/sys/kernel/tainted"
}

@test "--report tells what a bug report needs, and not whose machine it is" {
	identifying
	expect_status 0 kmtool status --report
	contains "$output" 'Test Linux 1'
	contains "$output" 'Kernel command line:
  BOOT_IMAGE=/vmlinuz root=UUID=<removed> ip=<removed> loop.max_loop=8'
	contains "$output" 'Loaded modules with taint:
MODULE TAINT STATE   VERSION FILE
vendor POE   live    9.9     -
wakeup O     loading -       -'
	contains "$output" 'Configuration in /etc:
  /etc/modprobe.d/local.conf:2: options loop max_part=15
  /etc/modprobe.d/local.conf:3: alias network-card e1000e
  /etc/modprobe.d/z.conf:1: options netconsole netconsole=<removed>
  /etc/modprobe.d/z.conf:2: install loop /home/<user>/bin/notify <host>'
	contains "$output" 'Failed loads in the kernel log:
  [    4.000000] other: Unknown symbol of_web01 (err -2)
  [    5.000000] Module loop is blacklisted'
	contains "$output" '[    4.100000] WARNING: CPU: 0 PID: 9 at <user>@<host> <ip>'
	not grep -qE 'alice|web01[^ ]|example|10\.0\.0|00:11|3e6be9de|0123ABCD|fe80' <<<"${output//of_web01/}"
	expect_status 0 kmtool status --report --json
	not grep -qE 'alice|example|10\.0\.0|00:11|3e6be9de|0123ABCD|fe80' <<<"$output"
}

@test "JSON" {
	kmtool status --json | python3 -c '
import json, sys
rows = {r["item"]: r for r in json.load(sys.stdin)["status"]}
o = rows["taint O"]
assert o["modules"] == ["vendor", "wakeup"], o
assert o["log"] == ["[    2.690000] vendor: loading out-of-tree module taints kernel."], o
assert (o["state"], o["source"], o["next"]) == ("note",
	{"file": "/proc/sys/kernel/tainted", "line": None}, None), o
assert rows["lockdown"]["value"] == "none"'
}

@test "hostile text is escaped" {
	printf '4,9,1,-;vendor: loading out-of-tree module taints kernel.\\x1b[31m\n' >>"$ROOT/dev/kmsg"
	printf 'options loop a=\e[31m\n' >"$ROOT/etc/modprobe.d/h.conf"
	run kmtool status --report
	[[ $output != *$'\e'* ]]
}
