# SPDX-License-Identifier: GPL-2.0-or-later
# kmtool info

load fixture

setup() {
	ROOT=$BATS_TEST_TMPDIR/root
	make_fixture "$ROOT"
	TREE=/lib/modules/$FIXTURE_VERSION/kernel
}

# without_modinfo: what is printed beside modinfo's lines.
ours() {
	grep -vE '^(filename|license|vermagic|alias|parm|version|srcversion|description|build-id):'
}

@test "a loaded module: file, kernel, configuration, parameters" {
	expect_status 0 kmtool info loop
	[ "${lines[0]}" = "filename:       $ROOT$TREE/drivers/block/loop.ko" ]
	[ "${lines[1]}" = "license:        GPL" ]
	contains "$output" $'\nalias:          block-major-7-*\n'
	contains "$output" $'\nparm:           max_loop:Maximum number of loop devices (int)\n'
	[ "$(ours <<<"$output")" = "loaded-state:   live
loaded-refs:    0
loaded-copy:    unknown (the kernel shows neither build-id nor srcversion)
config:         /etc/modprobe.d/local.conf:2: options loop max_part=15
config-effect:  effective
config:         /proc/cmdline: loop.max_loop=8
config-effect:  effective

PARAMETER TYPE VALUE MODE CONFIGURED DESCRIPTION
max_loop  int  8     0644 8          Maximum number of loop devices
max_part  int  15    0644 15         Maximum number of partitions per loop device" ]
	[ -z "$stderr" ]
}

@test "a module that is not loaded says what modinfo says" {
	expect_status 0 kmtool info br_netfilter
	[ "$output" = "$(modinfo -b "$ROOT" -k "$FIXTURE_VERSION" br_netfilter)" ]
}

@test "the loaded copy is this file, or another" {
	[ "$(kmtool info -F loaded-copy e1000e)" = "this file (same srcversion)" ]
	echo FEDCBA9876543210 >"$ROOT/sys/module/e1000e/srcversion"
	[ "$(kmtool info -F loaded-copy e1000e)" = "another file (srcversion differs)" ]
	# the build-id says more than srcversion
	mkdir -p "$ROOT/sys/module/e1000e/notes"
	build_id_note "$BATS_TEST_TMPDIR/note" twenty-bytes-of-a-su
	objcopy --remove-section .note.gnu.build-id "$ROOT$TREE/drivers/net/e1000e/e1000e.ko"
	objcopy --add-section .note.gnu.build-id="$BATS_TEST_TMPDIR/note" \
		"$ROOT$TREE/drivers/net/e1000e/e1000e.ko"
	cp "$BATS_TEST_TMPDIR/note" "$ROOT/sys/module/e1000e/notes/.note.gnu.build-id"
	[ "$(kmtool info -F loaded-copy e1000e)" = "this file (same build-id)" ]
	printf 'x' | dd of="$ROOT/sys/module/e1000e/notes/.note.gnu.build-id" bs=1 seek=20 conv=notrunc status=none
	[ "$(kmtool info -F loaded-copy e1000e)" = "another file (build-id differs)" ]
}

@test "what it drives, and the meaning of its taint" {
	add_network
	echo up >"$ROOT/sys/class/net/eth0/operstate"
	[ "$(kmtool info -F drives e1000e)" = 'device 0000:00:03.0 (pci:e1000e)
interface eth0 (up)' ]
	[ "$(kmtool info -F taint vendor)" = 'P: a proprietary module was loaded
O: an out-of-tree module was loaded
E: an unsigned module was loaded' ]
	kmtool info --json e1000e vendor | python3 -c '
import json, sys
card, vendor = json.load(sys.stdin)["modules"]
assert card["drives"][1] == {"kind": "interface", "what": "eth0", "detail": "up"}, card
assert card["taint"] == [] and [t["letter"] for t in vendor["taint"]] == ["P", "O", "E"], vendor'
}

@test "other files of its name, and which one is loaded" {
	local tree=/lib/modules/$FIXTURE_VERSION

	expect_status 0 kmtool info e1000e
	[[ $output != *copies:* ]]
	write_module "$ROOT$tree/updates/dkms/e1000e.ko" license=GPL srcversion=FEDCBA9876543210
	[ "$(kmtool info -F copies e1000e)" = \
		"$ROOT$tree/kernel/drivers/net/e1000e/e1000e.ko (modprobe loads it, loaded now)
$ROOT$tree/updates/dkms/e1000e.ko (shadowed, not the loaded one)" ]
	depmod -b "$ROOT" "$FIXTURE_VERSION"
	[ "$(kmtool info -F copies e1000e)" = \
		"$ROOT$tree/kernel/drivers/net/e1000e/e1000e.ko (shadowed, loaded now)
$ROOT$tree/updates/dkms/e1000e.ko (modprobe loads it, not the loaded one)" ]
	kmtool info --json e1000e | python3 -c '
import json, sys
c = json.load(sys.stdin)["modules"][0]["copies"]
assert [(x["chosen"], x["loaded"]) for x in c] == [(False, True), (True, False)], c'
	[[ $(kmtool info --all) != *copies:* ]]
	[ "$(kmtool info --all -F copies --raw | cut -f1,2 | uniq -c | tr -s ' ')" = $' 2 e1000e\tcopies' ]
}

@test "-k of another kernel says nothing of what is loaded" {
	echo other >"$ROOT/proc/sys/kernel/osrelease"
	expect_status 0 kmtool -k "$FIXTURE_VERSION" info loop
	[[ $output != *loaded-* ]]
	[[ $output != *cmdline* ]]
	contains "$output" "config:         /etc/modprobe.d/local.conf:2: options loop max_part=15"
}

@test "a built-in module" {
	expect_status 0 kmtool info usbcore
	[ "$output" = "name:           usbcore
filename:       (builtin)
license:        GPL
parm:           autosuspend:int

PARAMETER   TYPE VALUE MODE DESCRIPTION
autosuspend int  2     0644 -" ]
}

@test "one field: values, one a line" {
	[ "$(kmtool info -F license loop)" = GPL ]
	[ "$(kmtool info -F alias loop ext4)" = $'block-major-7-*\nfs-ext4\nfs-ext3' ]
	[ "$(kmtool info --field filename usbcore)" = "(builtin)" ]
	[ "$(kmtool info -F parm loop)" = "$(modinfo -b "$ROOT" -k "$FIXTURE_VERSION" -F parm loop)" ]
	[ "$(kmtool info -F parm usbcore)" = "autosuspend: (int)" ]
	[ "$(kmtool info -F parmtype loop)" = $'max_loop:int\nmax_part:int' ]
	[ "$(kmtool info -F config loop | head -n 1)" = "/etc/modprobe.d/local.conf:2: options loop max_part=15" ]
	[ "$(kmtool info -F loaded-holders llc)" = bridge,stp ]
	[ "$(kmtool info -F loaded-taint vendor)" = POE ] # it has no file
	expect_status 4 kmtool info -F no_such_field loop
	[ -z "$output" ]
}

@test "raw: name, key and value" {
	expect_status 0 kmtool info --raw ext4
	[ "${lines[0]}" = $'ext4\tfilename\t'"$ROOT$TREE/fs/ext4/ext4.ko" ]
	contains "$output" $'\next4\tsoftdep\tpre: crypto-crc32c'
	[ "$(kmtool info --raw -F license loop usbcore)" = $'loop\tlicense\tGPL\nusbcore\tlicense\tGPL' ]
}

@test "json: a contract" {
	kmtool info --json loop usbcore | python3 -c '
import json, sys
d = json.load(sys.stdin)
assert d["schema"] == 1
loop, usbcore = d["modules"]
assert loop["name"] == "loop" and loop["builtin"] is False and loop["compression"] == "none"
assert loop["filename"].endswith("/loop.ko")
assert loop["fields"]["license"] == ["GPL"]
assert loop["fields"]["alias"][-1] == "block-major-7-*"
assert "parm" not in loop["fields"]
assert loop["build_id"] is None and loop["signature"] is None
assert loop["loaded"] == {"state": "live", "refs": 0, "holders": [], "taint": None, "same_file": None,
	"same_by": None}, loop["loaded"]
p = {x["name"]: x for x in loop["parameters"]}
assert p["max_part"] == {"name": "max_part", "type": "int", "default": None, "value": "15", "mode": "0644",
	"description": "Maximum number of partitions per loop device", "configured": "15",
	"configured_by": {"file": "/etc/modprobe.d/local.conf", "line": 2}}, p["max_part"]
assert p["max_loop"]["configured_by"] == {"file": "/proc/cmdline", "line": None}
assert loop["config"][0] == {"file": "/etc/modprobe.d/local.conf", "line": 2,
	"text": "options loop max_part=15", "effect": "effective", "by": None, "reason": None}
assert usbcore["builtin"] is True and usbcore["filename"] is None and usbcore["loaded"] is None
assert usbcore["parameters"][0]["value"] == "2"'
}

@test "all modules, in the order of modules.dep, with any number of threads" {
	local n

	sed 's/:.*//; s,.*/,,; s/\.ko$//; y/-/_/' "$ROOT/lib/modules/$FIXTURE_VERSION/modules.dep" \
		>"$BATS_TEST_TMPDIR/want"
	for n in 1 2 5; do
		kmtool info --all --threads $n --raw -F license | cut -f1 >"$BATS_TEST_TMPDIR/got"
		diff "$BATS_TEST_TMPDIR/want" "$BATS_TEST_TMPDIR/got"
	done
	[ "$(kmtool info --all | grep -c '^filename:')" = "$(wc -l <"$BATS_TEST_TMPDIR/want")" ]
}

@test "aliases, other spellings, several modules" {
	[ "$(kmtool info --raw -F license snd-dummy | cut -f1)" = snd_dummy ]
	[ "$(kmtool info --raw -F license fs-ext4 network-card | cut -f1 | paste -sd' ')" = "ext4 e1000e" ]
	[ "$(kmtool info --raw -F license pci:v00008086d000010D3sv1sd2bc3sc4i5 | cut -f1)" = e1000e ]
	# an alias with a slash is no path
	printf 'alias devname:snd/x loop\n' >>"$ROOT/etc/modprobe.d/local.conf"
	[ "$(kmtool info --raw -F license devname:snd/x | cut -f1)" = loop ]
}

@test "files: absolute and relative, with and without a root" {
	local file=$ROOT$TREE/fs/ext4/ext4.ko

	[ "$(kmtool info -F filename "$TREE/fs/ext4/ext4.ko")" = "$file" ]
	[ "$(kmtool info -F filename "${TREE#/}/fs/ext4/ext4.ko")" = "$file" ]
	[ "$("$KMTOOL" info -F filename "$file")" = "$file" ]
	cd "$ROOT$TREE/fs/ext4"
	[ "$("$KMTOOL" info -F license ./ext4.ko ext4.ko)" = $'GPL\nGPL' ]
	# a file below a root in which no kernel runs needs no tree
	mkdir "$BATS_TEST_TMPDIR/image"
	cp ext4.ko "$BATS_TEST_TMPDIR/image"
	[ "$("$KMTOOL" --root "$BATS_TEST_TMPDIR/image" info -F softdep /ext4.ko)" = "pre: crypto-crc32c" ]
}

@test "compressed files, whatever their names" {
	local tool

	cd "$BATS_TEST_TMPDIR"
	for tool in zstd xz gzip; do
		command -v $tool >/dev/null || skip "$tool is not installed"
		needs_library $tool
		$tool -c <"$ROOT$TREE/fs/ext4/ext4.ko" >"packed.ko"
		expect_status 0 "$KMTOOL" info -F alias ./packed.ko
		[ "$output" = $'fs-ext4\nfs-ext3' ]
		"$KMTOOL" info --json ./packed.ko | grep -q "\"compression\": \"$tool\""
		head -c 300 packed.ko >cut.ko
		expect_status 1 "$KMTOOL" info ./cut.ko
		contains "$stderr" "/cut.ko: damaged $tool data"
	done
}

@test "nothing of that name: similar ones are suggested" {
	expect_status 4 kmtool info exta4
	contains "$stderr" "'exta4'"
	contains "$stderr" "hint: did you mean ext4"
	expect_status 4 kmtool info /no/such.ko
	contains "$stderr" "$ROOT/no/such.ko: No such file or directory"
	[ -z "$output" ]
}

@test "some of several: the others are shown, exit status 3" {
	expect_status 3 kmtool info -F license ext4 exta4 loop
	[ "$output" = $'GPL\nGPL' ]
	contains "$stderr" "warning: no module, built-in or alias 'exta4'"
	contains "$stderr" "1 of 3 modules could not be shown"
	expect_status 4 kmtool info exta4 exta5
	contains "$stderr" "2 of 2 modules could not be shown"
}

@test "usage" {
	expect_status 2 kmtool info
	contains "$stderr" "--all"
	expect_status 2 kmtool info --all loop
	expect_status 2 kmtool info --json --raw loop
	expect_status 2 kmtool info --json -F name loop
	expect_status 2 kmtool info --threads 1000 --all
}

@test "what is no module file: the error names it and says why" {
	cd "$ROOT"
	: >empty.ko
	printf 'no ELF file at all' >text.ko
	head -c 4096 /dev/urandom >random.ko
	mkfifo fifo.ko
	mkdir dir.ko
	ln -s /dev/null null.ko
	cp "$KMTOOL" program.ko
	printf 'int x;\n' | ${CC:-cc} -c -x c -o object.ko -
	local file

	for file in empty text random fifo dir program object; do
		expect_status 1 kmtool info /$file.ko
		contains "$stderr" "$ROOT/$file.ko: "
		[ -z "$output" ]
	done
	expect_status 4 kmtool info /null.ko # the link stays below the root
	expect_status 1 kmtool info /empty.ko
	contains "$stderr" "empty"
	expect_status 1 kmtool info /object.ko
	contains "$stderr" "no .modinfo section"
}

@test "control characters and broken UTF-8 do no harm" {
	printf '%s\0' $'license=\e[31mGPL\a' $'author=\xff\xfe' $'description=one\nlicense:        fake' \
		$'parm=x:two\n\tlines' parmtype=x:int >"$ROOT/modinfo"
	objcopy --update-section .modinfo="$ROOT/modinfo" "$ROOT$TREE/fs/ext4/ext4.ko" "$ROOT/evil.ko"
	expect_status 0 kmtool info /evil.ko
	contains "$output" 'license:        \x1b[31mGPL\x07'
	contains "$output" 'author:         \xff\xfe'
	# what follows a line break can not be taken for a field
	contains "$output" $'description:    one\n\t\tlicense:        fake'
	contains "$output" $'parm:           x:two\n\tlines (int)'
	contains "$(kmtool info --raw /evil.ko)" 'one\x0alicense:        fake'
	kmtool info --json /evil.ko | python3 -c '
import json, sys
f = json.load(sys.stdin)["modules"][0]["fields"]
assert f["license"] == ["\x1b[31mGPL\x07"] and f["author"] == ["\ufffd\ufffd"], f'
}

@test "a signature that cannot be read is a warning" {
	expect_status 0 kmtool info crc32c_generic
	contains "$stderr" "warning: $ROOT$TREE/lib/crc32c_generic.ko: the signature is"
	[[ $output != *sig_id* ]]
	# nobody asks for it: nobody looks
	expect_status 0 kmtool info -F license crc32c_generic
	[ -z "$stderr" ]
	printf '~Module signature appended~\n' >"$ROOT/end.ko"
	cat "$ROOT$TREE/fs/ext4/ext4.ko" "$ROOT/end.ko" >"$ROOT/cut.ko"
	expect_status 0 kmtool info /cut.ko
	contains "$stderr" "$ROOT/cut.ko: the signature is damaged"
	kmtool info --json /cut.ko crc32c_generic ext4 2>/dev/null | python3 -c '
import json, sys
s = [m["signature"] for m in json.load(sys.stdin)["modules"]]
assert list(s[0]) == ["error"] and "damaged" in s[0]["error"], s
assert list(s[1]) == ["error"], s
assert s[2] is None, s'
}

@test "who signed a module is told without libcrypto" {
	command -v openssl >/dev/null || skip "needs openssl"
	mkdir "$BATS_TEST_TMPDIR/lib"
	: >"$BATS_TEST_TMPDIR/lib/libcrypto.so.3"
	: >"$BATS_TEST_TMPDIR/lib/libcrypto.so.1.1"
	sign_module "$ROOT$TREE/fs/ext4/ext4.ko"
	LD_LIBRARY_PATH=$BATS_TEST_TMPDIR/lib expect_status 0 kmtool info ext4
	contains "$output" $'sig_id:         PKCS#7\nsigner:         Key\nsig_key:        '
	contains "$output" 'sig_hashalgo:   sha256'
	[ -z "$stderr" ]
}

@test "no tree, no kernel with modules" {
	rm -rf "$ROOT/lib/modules"
	expect_status 4 kmtool info ext4
	contains "$stderr" "$FIXTURE_VERSION"
	rm -rf "$ROOT/proc" "$ROOT/sys"
	expect_status 4 kmtool info loop
	[ -n "$stderr" ]
}

@test "a field that there is not is an error, one that is empty is none" {
	expect_status 4 kmtool info -F nosuch loop
	[ -z "$output" ]
	contains "$stderr" "has a field 'nosuch'"
	expect_status 4 kmtool info -F licence loop
	contains "$stderr" "did you mean license?"
	expect_status 0 kmtool info -F version loop
	[ -z "$output" ]
	expect_status 0 kmtool info -F version loop bridge
}

# The same judgement as that of `config show`, for each line and each word of the kernel command line.
@test "the effect of each configuration line" {
	d=$ROOT/etc/modprobe.d
	printf '%s\n' 'options loop max_loop=4' 'install loop /bin/echo 1' 'install loop /bin/echo 2' >"$d/a.conf"
	printf '%s\n' 'blacklist llc' 'install ext4 /bin/false' 'options usbcore autosuspend=3' >"$d/b.conf"
	echo 'loop.max_loop=8 modprobe.blacklist=loop,bridge' >"$ROOT/proc/cmdline"
	effects() { kmtool info --raw "$1" | awk -F '\t' '$2 == "config" { c = $3 } $2 == "config-effect" { print c " | " $3 }'; }
	[ "$(effects loop)" = "/etc/modprobe.d/a.conf:1: options loop max_loop=4 | shadowed: max_loop is set again on the kernel command line
/etc/modprobe.d/a.conf:2: install loop /bin/echo 1 | effective
/etc/modprobe.d/a.conf:3: install loop /bin/echo 2 | shadowed: /etc/modprobe.d/a.conf:2 has the first install line for it, and only that counts
/etc/modprobe.d/local.conf:2: options loop max_part=15 | effective
/proc/cmdline: loop.max_loop=8 | effective
/proc/cmdline: modprobe.blacklist=loop | effective" ]
	[[ $(effects llc) = "/etc/modprobe.d/b.conf:1: blacklist llc | partial: it is still loaded by name and as a dependency"* ]]
	contains "$(effects ext4)" "b.conf:2: install ext4 /bin/false | ignored: modprobe runs no install command"
	contains "$(effects usbcore)" "b.conf:3: options usbcore autosuspend=3 | ignored: usbcore is built into the kernel"
	[ "$(kmtool info -F config-effect loop | tail -n 1)" = effective ]
	kmtool info --json loop | python3 -c '
import json, sys
c = json.load(sys.stdin)["modules"][0]["config"]
assert c[2]["effect"] == "shadowed" and c[2]["by"] == {"file": "/etc/modprobe.d/a.conf", "line": 2}, c
assert c[4]["effect"] == "effective" and c[4]["by"] is None and c[4]["reason"] is None, c'
}
