# SPDX-License-Identifier: GPL-2.0-or-later
# kmtool diff

load fixture

NEW=6.12.0-test

setup() {
	ROOT=$BATS_TEST_TMPDIR/root
	make_fixture "$ROOT"
	TREE=$ROOT/lib/modules/$FIXTURE_VERSION
	NEXT=$ROOT/lib/modules/$NEW
	cp -a "$TREE" "$NEXT"
}

# reindex: the second kernel.
reindex() {
	(cd "$NEXT" && find kernel -name '*.ko' | LC_ALL=C sort >modules.order)
	depmod -b "$ROOT" "$NEW"
}

# changes ARG...: those between the two, without notes.
changes() {
	expect_status 0 kmtool diff --raw -o kind,change,module,item,before,after "$@" "$FIXTURE_VERSION" "$NEW"
}

@test "equal trees" {
	expect_status 0 kmtool diff "$FIXTURE_VERSION" "$NEW"
	[ "$output" = '             BEFORE AFTER LOST GAINED CHANGED
modules          11    11    0      0       0
parameters        5     5    0      0       0
aliases           7     7    0      0       0
dependencies      6     6    0      0       0
firmware          0     0    0      0       0' ]
	changes
	[ -z "$output" ]
}

@test "modules lost, gained, built in, modular, renamed" {
	rm "$NEXT/kernel/drivers/block/loop.ko" "$NEXT/kernel/sound/snd-dummy.ko" "$NEXT/kernel/fs/ext4/ext4.ko"
	write_module "$NEXT/kernel/new.ko" license=GPL
	write_module "$NEXT/kernel/ext2.ko" license=GPL alias=fs-ext2
	write_module "$NEXT/kernel/ext5.ko" license=GPL alias=fs-ext4 alias=fs-ext3
	printf '%s\n' kernel/drivers/usb/core/usbcore.ko kernel/drivers/block/loop.ko >"$NEXT/modules.builtin"
	printf 'usbcore.license=GPL\0usbcore.parmtype=autosuspend:int\0loop.alias=block-major-7-*\0' \
		>"$NEXT/modules.builtin.modinfo"
	reindex
	changes --what module
	[ "$output" = $'module\tlost\tsnd_dummy\t-\tkernel/sound/snd-dummy.ko\t-
module\tgained\tnew\t-\t-\tkernel/new.ko
module\trenamed\text4\t-\tkernel/fs/ext4/ext4.ko\text5
module\tbuilt-in\tloop\t-\tkernel/drivers/block/loop.ko\tbuilt-in
module\tmodular\text2\t-\tbuilt-in\tkernel/ext2.ko' ]
	expect_status 0 kmtool diff "$FIXTURE_VERSION" "$NEW"
	contains "$output" 'modules          11    11    1      1       3'
	contains "$output" 'module lost    snd_dummy'
	contains "$output" 'module renamed ext4'
	[[ $output != *gained* ]]
	expect_status 0 kmtool diff -v "$FIXTURE_VERSION" "$NEW"
	contains "$output" 'module gained   new'
	contains "$output" 'alias  moved    ext4'
}

@test "parameters, aliases, dependencies, firmware" {
	write_module "$NEXT/kernel/drivers/block/loop.ko" license=GPL "alias=block-major-8-*" \
		parmtype=max_part:uint parmtype=fresh:bool firmware=a.bin
	write_module "$NEXT/kernel/net/bridge/br_netfilter.ko" license=GPL import:br_forward import:added
	write_module "$NEXT/kernel/added.ko" license=GPL export:added
	write_module "$NEXT/kernel/net/802/stp.ko" license=GPL export:stp_proto_register
	reindex
	changes --what param,firmware
	[ "$output" = $'param\tlost\tloop\tmax_loop\tint\t-
param\tgained\tloop\tfresh\t-\tbool
param\tchanged\tloop\tmax_part\tint\tuint
firmware\tgained\tloop\ta.bin\t-\t-' ]
	changes --what alias
	[ "$output" = $'alias\tlost\tloop\tblock_major_7_*\tloop\t-\nalias\tgained\tloop\tblock_major_8_*\t-\tloop' ]
	changes --what dep
	[ "$output" = $'dep\tlost\tstp\tllc\t-\t-\ndep\tgained\tbr_netfilter\tadded\t-\t-' ]
}

@test "the numbers add up" {
	rm "$NEXT/kernel/drivers/block/loop.ko" "$NEXT/kernel/fs/ext4/ext4.ko"
	write_module "$NEXT/kernel/ext5.ko" license=GPL alias=fs-ext4 alias=fs-ext3 parmtype=a:int firmware=a.bin
	write_module "$NEXT/kernel/net/802/stp.ko" license=GPL export:stp_proto_register alias=more
	reindex
	expect_status 0 kmtool diff --json "$FIXTURE_VERSION" "$NEW"
	python3 - "$output" <<-'END'
		import json, sys
		summary = json.loads(sys.argv[1])["summary"]
		wrong = {k: n for k, n in summary.items() if n["before"] - n["lost"] + n["gained"] != n["after"]}
		assert not wrong, wrong
		assert summary["module"] == {"before": 11, "after": 10, "lost": 1, "gained": 0, "changed": 1}, summary
	END
}

@test "--loaded names what would be missing" {
	sed -i '/^vendor\|^wakeup\|^keep/d' "$ROOT/proc/modules"
	expect_status 0 kmtool diff --loaded "$NEW"
	[ -z "$output" ]
	contains "$stderr" "all 5 loaded modules are in $NEW"
	rm "$NEXT/kernel/drivers/net/e1000e/e1000e.ko" "$NEXT/kernel/fs/ext4/ext4.ko"
	write_module "$NEXT/kernel/drivers/block/loop.ko" license=GPL "alias=block-major-7-*" parmtype=max_loop:int
	reindex
	expect_status 1 kmtool diff --loaded "$NEW"
	contains "$output" 'e1000e'
	contains "$output" 'set by /etc/modprobe.d/local.conf:2'
	[[ $output != *ext4* ]]
	contains "$stderr" "1 of 5 loaded modules are not in $NEW: e1000e"
	expect_status 1 kmtool diff --loaded --json "$FIXTURE_VERSION" "$NEW"
	python3 - "$output" <<-'END'
		import json, sys
		doc = json.loads(sys.argv[1])
		assert (doc["schema"], doc["before"], doc["after"]) == (1, "6.1.0-test", "6.12.0-test"), doc
		lost = [c for c in doc["changes"] if c["kind"] == "module"]
		assert [(c["module"], c["change"]) for c in lost] == [("e1000e", "lost")], doc
	END
}

@test "--loaded: built in now is no loss, DKMS modules and others from elsewhere are" {
	printf '%s\n' kernel/drivers/block/loop.ko >>"$NEXT/modules.builtin"
	rm "$NEXT/kernel/drivers/block/loop.ko"
	reindex
	write_module "$TREE/updates/dkms/vendor.ko" license=GPL
	depmod -b "$ROOT" "$FIXTURE_VERSION"
	expect_status 1 kmtool diff --loaded --what module --raw -o change,module,note "$NEW"
	[ "$output" = $'lost\tkeep\thas no file in the tree
lost\tvendor\tnot of the kernel\'s package (updates/dkms): to be built for '"$NEW"$'
lost\twakeup\thas no file in the tree
built-in\tloop\t-' ]
}

@test "--loaded: the name that the kernel knows counts, not that of the file" {
	printf 'odd.name 16384 0 - Live 0xffffffffc0a00000\n' >>"$ROOT/proc/modules"
	sed -i '/^vendor\|^wakeup\|^keep/d' "$ROOT/proc/modules"
	rm "$NEXT/kernel/drivers/net/e1000e/e1000e.ko"
	write_module "$NEXT/kernel/e1000e-ng.ko" license=GPL name=e1000e parmtype=InterruptThrottleRate:uint
	write_module "$NEXT/extra/odd.name.ko" license=GPL name=odd.name
	reindex
	expect_status 0 kmtool diff --loaded --what module "$NEW"
	contains "$stderr" "all 6 loaded modules are in $NEW"
	# Their parameters are compared, too.
	expect_status 0 kmtool diff --loaded --raw -o change,module,item "$NEW"
	[ "$output" = $'changed\te1000e\tInterruptThrottleRate' ]
}

@test "--loaded: a module that answers to the same aliases is another one" {
	sed -i '/^vendor\|^wakeup\|^keep/d' "$ROOT/proc/modules"
	rm "$NEXT/kernel/drivers/block/loop.ko"
	write_module "$NEXT/kernel/drivers/block/broad.ko" license=GPL "alias=block-major-*"
	reindex
	expect_status 1 kmtool diff --loaded --what module --raw -o change,module,after "$NEW"
	[ "$output" = $'renamed\tloop\tbroad' ]
	contains "$stderr" "1 of 5 loaded modules are not in $NEW: loop (its aliases are those of broad)"
}

@test "--loaded works when the running kernel's tree is gone" {
	rm -r "$TREE"
	expect_status 1 kmtool diff --loaded "$NEW"
	contains "$stderr" "3 of 8 loaded modules are not in $NEW: keep, vendor, wakeup"
}

@test "which kernels" {
	expect_status 0 kmtool diff "$NEW"
	expect_status 4 kmtool diff 9.9.9
	contains "$stderr" "$NEW"
	expect_status 4 kmtool diff "$NEW" 9.9.9
	expect_status 2 kmtool diff
	expect_status 2 kmtool diff a b c
	expect_status 2 kmtool diff --what nothing "$NEW"
	contains "$stderr" "module, param, alias, dep, firmware"
	expect_status 2 kmtool diff --loaded "$NEW" "$FIXTURE_VERSION"
	expect_status 2 kmtool diff ../x "$NEW"
	rm -r "$ROOT/proc"
	expect_status 2 kmtool diff "$NEW"
	contains "$stderr" "name both kernels"
	expect_status 2 kmtool diff --loaded "$FIXTURE_VERSION" "$NEW"
	expect_status 0 kmtool diff "$FIXTURE_VERSION" "$NEW"
}

@test "module files that cannot be read" {
	echo garbage >"$NEXT/kernel/drivers/block/loop.ko"
	expect_status 3 kmtool diff "$FIXTURE_VERSION" "$NEW"
	contains "$stderr" "loop.ko: too short"
	contains "$stderr" "1 module files could not be compared"
	expect_status 0 kmtool diff --what module,alias,dep "$FIXTURE_VERSION" "$NEW"
}
