# SPDX-License-Identifier: GPL-2.0-or-later
# kmtool list

load fixture

setup() {
	ROOT=$BATS_TEST_TMPDIR/root
	make_fixture "$ROOT"
}

@test "what is loaded, as a table" {
	expect_status 0 kmtool list
	[ "$output" = "NAME   SIZE REFS USED BY    STATE   TAINT
vendor 1.2M    0 -          live    POE
loop    40K    0 -          live    -
wakeup  16K    0 -          loading O
keep    16K    0 -          live    -
bridge 304K    0 -          live    -
stp     16K    1 bridge     live    -
llc     16K    2 bridge,stp live    -
e1000e 332K    1 -          live    -" ]
	[ -z "$stderr" ]
	expect_status 0 kmtool list --no-headings
	[ "${lines[0]}" = "vendor 1.2M    0 -          live    POE" ]
}

@test "raw: tab-separated, sizes in bytes" {
	expect_status 0 kmtool list --raw
	[ "${lines[0]}" = $'vendor\t1228800\t0\t-\tlive\tPOE' ]
	[ "${lines[6]}" = $'llc\t16384\t2\tbridge,stp\tlive\t-' ]
}

@test "json: a contract" {
	kmtool list --json -o +version,addr,permanent | python3 -c '
import json, sys
d = json.load(sys.stdin)
assert d["schema"] == 1
m = {x["name"]: x for x in d["modules"]}
assert m["vendor"] == {"name": "vendor", "size": 1228800, "refs": 0, "holders": [], "state": "live",
	"taint": "POE", "version": "9.9", "addr": "0xffffffffc0900000", "permanent": False}, m["vendor"]
assert m["llc"]["holders"] == ["bridge", "stp"]
assert m["llc"]["version"] is None and m["llc"]["taint"] is None
assert m["keep"]["permanent"] is True'
}

@test "columns: these, these besides, unknown ones" {
	expect_status 0 kmtool list --raw -o refs,name e1000e
	[ "$output" = $'1\te1000e' ]
	expect_status 0 kmtool list --raw -o +version,srcversion e1000e
	[ "$output" = $'e1000e\t339968\t1\t-\tlive\t-\t3.2.6-k\t0123456789ABCDEF' ]
	expect_status 2 kmtool list -o nose
	contains "$stderr" "no column 'nose'"
	contains "$stderr" "name, size"
	[ -z "$output" ]
}

@test "every column can be printed, for every kind of module, in every format" {
	local all format

	all=$(kmtool list --list-columns --raw | cut -f1 | paste -sd,)
	for format in --raw --json --color=always; do
		expect_status 0 kmtool list --all -o "$all" "$format"
		[ -z "$stderr" ]
	done
	expect_status 0 kmtool list --raw -o file,signed,params loop
	[ "$output" = $'/lib/modules/6.1.0-test/kernel/drivers/block/loop.ko\tno\tmax_loop=8,max_part=15' ]
	expect_status 0 kmtool list --raw -o signed,description e1000e
	[ "$output" = $'no\tIntel(R) PRO/1000 Network Driver' ]
	expect_status 0 kmtool list --available --raw -o signed crc32c
	[ "$output" = yes ]
}

@test "sorting: names, numbers, descending" {
	[ "$(kmtool list --raw -o name --sort name | head -n 2 | paste -sd' ')" = "bridge e1000e" ]
	[ "$(kmtool list --raw -o name --sort size | tail -n 2 | paste -sd' ')" = "e1000e vendor" ]
	[ "$(kmtool list --raw -o name --sort -size | head -n 2 | paste -sd' ')" = "vendor e1000e" ]
	expect_status 2 kmtool list --sort nose
}

@test "patterns: part of a name, glob, several, spelling of '-'" {
	[ "$(kmtool list --raw -o name dg)" = bridge ]
	[ "$(kmtool list --raw -o name '*e')" = $'bridge\ne1000e' ]
	[ "$(kmtool list --raw -o name '[ls]*p')" = $'loop\nstp' ]
	[ "$(kmtool list --raw -o name loop llc)" = $'loop\nllc' ]
	[ "$(kmtool list --available --raw -o name snd-d)" = snd_dummy ]
	[ "$(kmtool list --available --raw -o name 'snd-*')" = snd_dummy ]
}

@test "a pattern without a match is named, and the status says so" {
	expect_status 4 kmtool list --raw -o name loop nothing
	[ "$output" = loop ]
	contains "$stderr" "none of the modules matches 'nothing'"
	expect_status 4 kmtool list --json nothing
	python3 -c 'import json, sys; assert json.load(sys.stdin)["modules"] == []' <<<"$output"
	expect_status 2 kmtool list ''
	expect_status 2 kmtool list 'a[b'
}

@test "available: in the tree and not loaded" {
	expect_status 0 kmtool list --available --raw
	[ "${lines[0]}" = $'ext4\tavailable\t/lib/modules/6.1.0-test/kernel/fs/ext4/ext4.ko' ]
	[ "${#lines[@]}" = 4 ]
	[[ $output != *loop* ]]
}

@test "built-in, and all" {
	[ "$(kmtool list --builtin --raw -o name,state)" = $'usbcore\tbuilt-in\next2\tbuilt-in' ]
	[ "$(kmtool list --builtin --raw -o params usbcore)" = autosuspend=2 ]
	[ "$(kmtool list --all --raw -o name | wc -l)" = 14 ]
	[ "$(kmtool list --available --builtin --raw -o name | wc -l)" = 6 ]
}

@test "another kernel: nothing is loaded, its tree can be listed" {
	cp -a "$ROOT/lib/modules/6.1.0-test" "$ROOT/lib/modules/6.2.0-other"
	expect_status 2 kmtool list -k 6.2.0-other
	contains "$stderr" "kernel 6.2.0-other does not run here"
	expect_status 0 kmtool list -k 6.2.0-other --available --raw -o name
	[ "${#lines[@]}" = 9 ]
	expect_status 0 kmtool list -k 6.1.0-test
	expect_status 4 kmtool list -k 9.9 --available
	contains "$stderr" "6.2.0-other"
	expect_status 2 kmtool list -k ../../../etc --available
}

@test "an image without /proc: its only tree is taken" {
	rm -r "$ROOT/proc" "$ROOT/sys"
	expect_status 2 kmtool list
	contains "$stderr" "no kernel runs below $ROOT"
	contains "$stderr" "--available"
	expect_status 0 kmtool list --available --raw -o name
	[ "${#lines[@]}" = 9 ]
	cp -a "$ROOT/lib/modules/6.1.0-test" "$ROOT/lib/modules/6.2.0-other"
	expect_status 2 kmtool list --available
	contains "$stderr" "6.1.0-test, 6.2.0-other"
}

@test "a kernel without loadable modules" {
	rm "$ROOT/proc/modules"
	expect_status 0 kmtool list
	[ -z "$output" ]
	[ "$stderr" = "kmtool: note: this kernel has no loadable-module support" ]
	expect_status 0 kmtool list -q
	[ -z "$stderr" ]
	expect_status 0 kmtool list --available --raw -o name
	[ "${#lines[@]}" = 9 ]
	expect_status 4 kmtool list loop
}

@test "a running kernel without a module tree" {
	mv "$ROOT/lib/modules/6.1.0-test" "$ROOT/lib/modules/6.2.0-new"
	expect_status 0 kmtool list -o name,file
	contains "$stderr" "note: the running kernel 6.1.0-test has no module tree (installed: 6.2.0-new)"
	contains "$stderr" "reboot"
	expect_status 0 kmtool list
	contains "$stderr" "until you reboot"
	expect_status 0 kmtool list --all
	contains "$output" vendor
	expect_status 4 kmtool list --available
	rm -r "$ROOT/lib/modules/6.2.0-new"
	expect_status 0 kmtool list -o name,file
	contains "$stderr" \
		"has no module tree: there is no $ROOT/lib/modules/6.1.0-test or $ROOT/usr/lib/modules/6.1.0-test"
}

@test "modules installed after the last depmod" {
	mkdir "$ROOT/lib/modules/6.1.0-test/updates"
	touch -d '+1 hour' "$ROOT/lib/modules/6.1.0-test/updates"
	expect_status 0 kmtool list --available
	contains "$stderr" "updates was changed after the module index was made"
	contains "$stderr" "kmtool --root $ROOT index 6.1.0-test"
}

@test "a damaged index does not hide what is loaded" {
	printf 'x' >"$ROOT/lib/modules/6.1.0-test/modules.dep"
	expect_status 0 kmtool list -o name,file
	contains "$output" loop
	contains "$stderr" "modules.dep"
	expect_status 1 kmtool list --available
	contains "$stderr" "kmtool --root $ROOT index"
}

@test "a module that vanishes while we look has empty cells" {
	rm -r "$ROOT/sys/module/e1000e"
	expect_status 0 kmtool list --raw -o name,version,initstate,params,build_id e1000e
	[ "$output" = $'e1000e\t-\t-\t-\t-' ]
	[ -z "$stderr" ]
}

@test "lines that are no module are skipped with a warning" {
	printf 'what is this\n%s\n' "$(cat "$ROOT/proc/modules")" >"$ROOT/proc/modules.new"
	mv "$ROOT/proc/modules.new" "$ROOT/proc/modules"
	expect_status 0 kmtool list --raw -o name
	[ "${#lines[@]}" = 8 ]
	contains "$stderr" "kmtool: warning: /proc/modules:1: "
	expect_status 0 kmtool list -q
	[ -z "$stderr" ]
}

@test "hostile text is escaped" {
	printf '1\033[31m\n2\377' >"$ROOT/sys/module/loop/version"
	expect_status 0 kmtool list --raw -o version loop
	[ "$output" = '1\x1b[31m\x0a2\xff' ]
	expect_status 0 kmtool list -o version loop
	[[ $output != *$'\033'* ]]
	kmtool list --json -o version loop | python3 -c '
import json, sys
v = json.loads(sys.stdin.buffer.read().decode("utf-8"))["modules"][0]["version"]
assert v == "1\x1b[31m\n2\ufffd", v'
}

@test "a file that is no module: a warning, empty cells" {
	echo nonsense >"$ROOT/lib/modules/6.1.0-test/kernel/fs/ext4/ext4.ko"
	expect_status 0 kmtool list --available --raw -o name,signed ext4
	[ "$output" = $'ext4\t-' ]
	contains "$stderr" "ext4.ko"
}

@test "formats cannot be used together" {
	expect_status 2 kmtool list --json --raw
}

@test "four thousand loaded modules" {
	awk 'BEGIN { for (i = 0; i < 4000; i++) print "m" i " 16384 0 - Live 0x0" }' >"$ROOT/proc/modules"
	[ "$(kmtool list | wc -l)" = 4001 ]
	[ "$(kmtool list --raw --sort -name | head -n 1 | cut -f1)" = m999 ]
	kmtool list --json | python3 -c 'import json, sys; assert len(json.load(sys.stdin)["modules"]) == 4000'
}

@test "a module that is available, not loaded" {
	expect_status 4 kmtool list ext4
	contains "$stderr" "ext4 is available, not loaded"
	contains "$stderr" "hint: kmtool list --available ext4"
	expect_status 4 kmtool list 'br_netf*'
	contains "$stderr" "is available, not loaded"
	expect_status 4 kmtool list nosuch
	contains "$stderr" "none of the modules matches 'nosuch'"
	expect_status 4 kmtool list --available nosuch
	contains "$stderr" "none of the modules matches 'nosuch'"
}

@test "the tree of the running kernel is gone: reboot" {
	local command

	mv "$ROOT/lib/modules/$FIXTURE_VERSION" "$ROOT/lib/modules/6.2.0-new"
	for command in list "info loop" "deps loop" "load -n loop" "params nosuch" config autoload; do
		# shellcheck disable=SC2086 # words
		run --separate-stderr kmtool $command
		contains "$stderr" "the running kernel $FIXTURE_VERSION has no module tree (installed: 6.2.0-new): nothing new can be loaded until you reboot"
		[[ $stderr != *"with -k"* ]]
	done
	expect_status 4 kmtool deps ext4
	contains "$stderr" "hint: reboot"
	rm -r "$ROOT/lib/modules/6.2.0-new"
	run --separate-stderr kmtool unload -n nosuch
	[ "$status" = 4 ]
	[[ $stderr != *'(null)'* ]]
	contains "$stderr" "no loaded module 'nosuch'"
	mkdir -p "$ROOT/sys/module/md_mod/parameters"
	echo 4 >"$ROOT/sys/module/md_mod/parameters/start_ro"
	expect_status 0 kmtool params --raw -o name,value md_mod
	[ "$output" = $'start_ro\t4' ]
}
