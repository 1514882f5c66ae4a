# SPDX-License-Identifier: GPL-2.0-or-later
# A loaded module is a module, whatever its file is called, wherever it is, and if there is none.

load fixture

setup() {
	ROOT=$BATS_TEST_TMPDIR/root
	make_fixture "$ROOT"
	TREE=$ROOT/lib/modules/$FIXTURE_VERSION
	# other: the file is renamed.ko; odd.name: a dot, and the file is odd.name.ko; nofile: in no tree
	write_module "$TREE/extra/renamed.ko" license=GPL name=other version=1 parmtype=level:int
	write_module "$TREE/extra/odd.name.ko" license=GPL name=odd.name
	write_module "$ROOT/tmp/elsewhere.ko" license=GPL name=nofile srcversion=ABCD
	depmod -b "$ROOT" "$FIXTURE_VERSION"
	cat >>"$ROOT/proc/modules" <<-'END'
		odd.name 16384 0 - Live 0xffffffffc0a00000 (OE)
		other 16384 1 odd.name, Live 0xffffffffc0b00000 (OE)
		nofile 16384 0 - Live 0xffffffffc0c00000 (OE)
	END
	sed -i 's/^llc 16384 2 bridge,stp,/llc 16384 3 bridge,stp,nofile,/' "$ROOT/proc/modules"
	fixture_sys "$ROOT" odd.name 0 taint=OE
	fixture_sys "$ROOT" other 1 taint=OE parameters/level=3
	fixture_sys "$ROOT" nofile 0 taint=OE srcversion=ABCD parameters/speed=9
}

# answers: what is said of the module that has no file, with and without a tree.
answers() {
	local name

	for name in odd.name nofile other; do
		expect_status 0 kmtool info "$name"
		contains "$output" "loaded-state:   live"
		contains "$output" "loaded-taint:   OE"
	done
	expect_status 0 kmtool info -F loaded-holders other
	[ "$output" = odd.name ]
	expect_status 0 kmtool info nofile
	contains "$output" "speed"
	contains "$output" "loaded-copy:    no file has this name"
	expect_status 0 kmtool deps --raw -o module,state nofile
	[ "$output" = $'nofile\tlive\nllc\tlive' ]
	expect_status 0 kmtool deps --raw -o module odd.name
	[ "$output" = $'odd.name\nother' ]
	expect_status 0 kmtool deps --reverse --raw -o module other
	[ "$output" = $'other\nodd.name' ]
	expect_status 0 kmtool params --raw -o name,value nofile
	[ "$output" = $'speed\t9' ]
	expect_status 0 kmtool params --raw -o name,value other
	[ "$output" = $'level\t3' ]
	expect_status 0 kmtool unload -n --raw nofile
	[[ $output == $'remove\tnofile\t'* ]]
	expect_status 0 kmtool unload -n --raw odd.name --unused-deps
	[[ $output == $'remove\todd.name\t'*$'\nremove\tother\t'* ]]
}

@test "by the name that the kernel knows" {
	answers
}

@test "by that name when the module tree is gone" {
	rm -r "$ROOT/lib/modules"
	answers
	expect_status 4 kmtool info nosuch
	contains "$stderr" "no modules of kernel $FIXTURE_VERSION: there is no $ROOT/lib/modules"
	expect_status 4 kmtool deps nosuch
	contains "$stderr" "no modules of kernel $FIXTURE_VERSION: there is no $ROOT/lib/modules"
}

@test "by its file, in the tree or outside of it" {
	expect_status 0 kmtool info /tmp/elsewhere.ko
	contains "$output" "loaded-state:   live"
	contains "$output" "loaded-copy:    this file"
	expect_status 0 kmtool info renamed
	contains "$output" "loaded-holders: odd.name"
	expect_status 0 kmtool params --raw -o name,value renamed
	[ "$output" = $'level\t3' ]
	expect_status 0 kmtool params --raw -o name,value /tmp/elsewhere.ko
	[ "$output" = $'speed\t9' ]
	expect_status 0 kmtool deps --raw -o module /tmp/elsewhere.ko
	[ "$output" = $'nofile\nllc' ]
	for file in /tmp/elsewhere.ko "/lib/modules/$FIXTURE_VERSION/extra/odd.name.ko"; do
		expect_status 0 kmtool unload -n --raw "$file"
		[[ $output == $'remove\t'@(nofile|odd.name)$'\t'* ]]
	done
	expect_status 5 kmtool unload -n renamed
	contains "$stderr" "other is in use by odd.name"
}
