# SPDX-License-Identifier: GPL-2.0-or-later
# modprobe: what it prints, and what it has the kernel do, with a kernel that is played.

load compat

setup() {
	ROOT=$BATS_TEST_TMPDIR/root
	make_fixture "$ROOT"
	: >"$ROOT/proc/cmdline"
	rm -f "$ROOT"/etc/modprobe.d/*
}

# config LINE...: all of the configuration.
config() {
	printf '%s\n' "$@" >"$ROOT/etc/modprobe.d/t.conf"
}

@test "-D: dependencies, options, install lines, built-in modules, what is not found" {
	config 'options loop max_part=15' 'install made /bin/false $CMDLINE_OPTS'
	expect_status 0 modprobe -D br_netfilter
	prints "insmod $K/net/llc/llc.ko " "insmod $K/net/802/stp.ko " "insmod $K/net/bridge/bridge.ko " \
		"insmod $K/net/bridge/br_netfilter.ko "
	expect_status 0 modprobe -D loop 'max_loop=a b' "x='c d'"
	prints "insmod $K/drivers/block/loop.ko max_part=15 max_loop=\"a b\" x='c d'"
	expect_status 0 modprobe -D made a=1
	prints 'install /bin/false $CMDLINE_OPTS a=1'
	expect_status 0 modprobe -D ext2
	prints "builtin ext2"
	expect_status 1 modprobe -D nosuch
	says "modprobe: FATAL: Module nosuch not found in directory /lib/modules/6.1.0-test"
	[ -z "$output" ]
	expect_status 1 modprobe -a -D nosuch ext2
	says "modprobe: WARNING: Module nosuch not found in directory /lib/modules/6.1.0-test"
	prints "builtin ext2"
}

@test "-n prints the plan, with -q it does not" {
	expect_status 0 modprobe -n snd_dummy
	prints "insmod $K/sound/snd-dummy.ko "
	expect_status 0 modprobe -n -q snd_dummy
	[ -z "$output$stderr" ]
	expect_status 1 modprobe -n -q nosuch
	[ -z "$output$stderr" ]
}

@test "deprecated options work and are warned about" {
	expect_status 0 modprobe --resolve-alias fs-ext4
	prints ext4
	says "modprobe: WARNING: --resolve-alias is deprecated, use --show-alias"
	expect_status 0 modprobe -q --resolve-alias fs-ext4
	[ -z "$stderr" ]
	expect_status 0 modprobe --showconfig
	contains "$stderr" "use --show-config"
}

@test "usage" {
	expect_status 1 modprobe
	says "modprobe: ERROR: missing parameters. See -h."
	expect_status 1 modprobe --nosuch
	says "modprobe: unrecognized option '--nosuch'"
	expect_status 1 modprobe -r -w x loop
	says "modprobe: ERROR: unexpected wait value 'x'."
	expect_status 0 modprobe -h
	contains "$output" "--show-depends"
}

@test "MODPROBE_OPTIONS comes before the command line, in words with quotes" {
	mkdir "$BATS_TEST_TMPDIR/a b"
	echo 'alias by_env loop' >"$BATS_TEST_TMPDIR/a b/x.conf"
	MODPROBE_OPTIONS="-C \"$BATS_TEST_TMPDIR/a b\" -R" expect_status 0 modprobe by_env
	prints loop
	MODPROBE_OPTIONS="-q" expect_status 1 modprobe -D nosuch
	[ -z "$stderr" ]
	MODPROBE_OPTIONS="-a '" expect_status 1 modprobe -D
	contains "$stderr" "Module  not found"
}

@test "commands inherit the options that count for them" {
	config 'install made env | grep ^M; echo "$CMDLINE_OPTS"' 'options made a="1 2"'
	MODPROBE_OPTIONS=-v expect_status 0 modprobe -q -C "$ROOT/etc/modprobe.d" made b=3
	contains "$output" "MODPROBE_OPTIONS=-v -C \"$ROOT/etc/modprobe.d\" -C \"$ROOT/etc/modprobe.d\" -q"
	contains "$output" "MODPROBE_MODULE=made"
	contains "$output" "a=1 2 b=3"
}

@test "wrong lines of the configuration are reported, whatever the options" {
	config 'bogus line' '' 'options'
	expect_status 0 modprobe -q -R loop
	says "libkmod: ERROR: kmod_config_parse: /etc/modprobe.d/t.conf line 1: ignoring bad line starting with 'bogus'" \
		"libkmod: ERROR: kmod_config_parse: /etc/modprobe.d/t.conf line 3: ignoring bad line starting with 'options'"
}

@test "-c" {
	config 'softdep a pre: b post: c' 'alias x-y z' 'blacklist q' 'weakdep e f g'
	expect_status 0 modprobe -c
	[ "${lines[0]}" = "blacklist q" ]
	[ "${lines[1]}" = "alias x_y z" ]
	contains "$output" $'\nsoftdep a pre: b post: c\n'
	contains "$output" $'\nweakdep e f g\n'
	contains "$output" $'\n# End of configuration files. Dumping indexes now:\n'
	contains "$output" $'\nalias fs_ext4 ext4\n'
	contains "$output" $'\nalias symbol:br_forward bridge'
}

@test "loads in order, and what is there already stays" {
	expect_status 0 played "loaded llc 0" modprobe -S 6.1.0-test br_netfilter
	calls "insert net/802/stp.ko" "insert net/bridge/bridge.ko" "insert net/bridge/br_netfilter.ko"
	[ -z "$output$stderr" ]
	expect_status 0 played "loaded loop 0" modprobe -S 6.1.0-test -v loop
	[ ! -s "$ROOT/calls" ]
	expect_status 1 played "loaded loop 0" modprobe -S 6.1.0-test --first-time loop
	says "modprobe: ERROR: could not insert 'loop': Module already in kernel"
	expect_status 0 played "" modprobe -S 6.1.0-test -v loop max_part=3
	prints "insmod $K/drivers/block/loop.ko max_part=3"
	calls "insert drivers/block/loop.ko max_part=3"
	expect_status 0 played "" modprobe -S 6.1.0-test ext2
	[ ! -s "$ROOT/calls" ]
}

@test "a race that somebody else wins is no failure" {
	expect_status 0 played "meanwhile insert llc" modprobe -S 6.1.0-test stp
	calls "insert net/llc/llc.ko" "insert net/802/stp.ko"
	expect_status 0 played "meanwhile insert stp" modprobe -S 6.1.0-test stp
	[ -z "$stderr" ]
	expect_status 1 played "meanwhile insert stp" modprobe -S 6.1.0-test --first-time stp
	says "modprobe: ERROR: could not insert 'stp': Module already in kernel"
	# What is just being loaded is asked for: the kernel waits for it.
	coming() {
		mkdir -p "$ROOT/sys/module/loop"
		echo coming >"$ROOT/sys/module/loop/initstate"
	}
	SYS=coming expect_status 0 played "" modprobe -S 6.1.0-test loop
	calls "insert drivers/block/loop.ko"
}

@test "errors of the kernel, and what was loaded before stays" {
	expect_status 1 played "fail insert bridge 12" modprobe -S 6.1.0-test br_netfilter
	calls "insert net/llc/llc.ko" "insert net/802/stp.ko" "insert net/bridge/bridge.ko"
	says "modprobe: ERROR: could not insert 'br_netfilter': Cannot allocate memory"
	expect_status 1 played "fail insert loop 2" modprobe -S 6.1.0-test loop
	says "modprobe: ERROR: could not insert 'loop': Unknown symbol in module, or unknown parameter (see dmesg)"
	expect_status 1 played "fail insert loop 16" modprobe -S 6.1.0-test -a loop stp
	says "modprobe: ERROR: could not insert 'loop': Device or resource busy"
	calls "insert drivers/block/loop.ko" "insert net/llc/llc.ko" "insert net/802/stp.ko"
	config 'alias gone nosuch'
	expect_status 1 played "" modprobe -S 6.1.0-test gone
	says "modprobe: ERROR: could not find module by name='nosuch'" \
		"modprobe: ERROR: could not insert 'nosuch': Function not implemented"
}

@test "soft dependencies: their errors do not count, and an install line is ignored for them" {
	config 'softdep loop pre: stp post: snd-dummy' 'install loop /bin/false'
	expect_status 0 played "fail insert stp 5" modprobe -S 6.1.0-test loop
	calls "insert net/llc/llc.ko" "insert net/802/stp.ko" "insert drivers/block/loop.ko" "insert sound/snd-dummy.ko"
	expect_status 0 played "" modprobe -S 6.1.0-test -i loop
	calls "insert drivers/block/loop.ko"
}

@test "install and remove commands" {
	config 'install loop run $CMDLINE_OPTS;' 'options loop a=1' 'remove stp gone'
	expect_status 0 played "" modprobe -S 6.1.0-test loop 'b="c d"'
	calls 'run loop run a=1 b="c d"; opts=a=1 b="c d"'
	expect_status 1 played "exits loop 256" modprobe -S 6.1.0-test loop
	says "modprobe: ERROR: Error running install command 'run a=1;' for module loop: retcode 1" \
		"modprobe: ERROR: could not insert 'loop': Invalid argument"
	# One that a signal ended has not failed, to kmod.
	expect_status 0 played "exits loop 9" modprobe -S 6.1.0-test loop
	expect_status 0 played "loaded stp 1" modprobe -S 6.1.0-test -r stp
	calls "run stp gone"
	expect_status 0 played "loaded stp 0" modprobe -S 6.1.0-test -r -i stp
	calls "remove stp"
}

@test "blacklist: aliases, with -b names" {
	config 'blacklist ext4'
	expect_status 0 played "" modprobe -S 6.1.0-test fs-ext4
	[ ! -s "$ROOT/calls" ]
	expect_status 0 played "" modprobe -S 6.1.0-test -b ext4
	[ ! -s "$ROOT/calls" ]
	expect_status 0 played "" modprobe -S 6.1.0-test ext4
	calls "insert lib/crc32c_generic.ko" "insert fs/ext4/ext4.ko"
}

@test "a file: dependencies and options are those of the installed module" {
	config 'options stp a=1'
	cp "$ROOT$K/net/802/stp.ko" "$BATS_TEST_TMPDIR/stp.ko"
	cd "$BATS_TEST_TMPDIR"
	expect_status 0 played "" modprobe -S 6.1.0-test ./stp.ko
	calls "insert net/llc/llc.ko" "insert $BATS_TEST_TMPDIR/stp.ko a=1"
	expect_status 1 played "" modprobe -S 6.1.0-test ../nosuch/stp.ko
	contains "$stderr" "FATAL: Module ../nosuch/stp.ko not found"
}

three_users="needs stp llc
needs bridge stp
needs bridge llc
loaded llc 0
loaded stp 0
loaded bridge 0"

@test "-r: the module and, in one pass from the deepest, what nobody uses any more" {
	expect_status 0 played "$three_users" modprobe -S 6.1.0-test -r -v bridge
	calls "remove bridge" "remove stp"
	prints "rmmod bridge" "rmmod stp"
	expect_status 1 played "$three_users" modprobe -S 6.1.0-test -r stp bridge
	says "modprobe: FATAL: Module stp is in use."
	[ ! -s "$ROOT/calls" ]
	expect_status 1 played "$three_users" modprobe -S 6.1.0-test -r -a stp bridge
	says "modprobe: WARNING: Module stp is in use."
	calls "remove bridge" "remove stp"
	expect_status 0 played "" modprobe -S 6.1.0-test -r loop
	expect_status 1 played "" modprobe -S 6.1.0-test -r --first-time loop
	says "modprobe: FATAL: Module loop is not in kernel."
	expect_status 1 played "" modprobe -S 6.1.0-test -r ext2
	says "modprobe: FATAL: Module ext2 is builtin."
	expect_status 1 played "" modprobe -S 6.1.0-test -r nosuch
	says "modprobe: FATAL: Module nosuch not found."
}

@test "--remove-holders removes holders, one level, without -r too" {
	expect_status 0 played "needs stp llc
loaded llc 0
loaded stp 0" modprobe -S 6.1.0-test --remove-holders llc
	# With its holder it went itself, as what nobody used any more.
	calls "remove stp" "remove llc" "remove llc"
	[ -z "$stderr" ]
	expect_status 1 played "$three_users
needs br_netfilter bridge
loaded br_netfilter 0" modprobe -S 6.1.0-test -r --remove-holders stp
	says "modprobe: FATAL: Module bridge is in use."
}

@test "-r: soft dependencies after and before" {
	config 'softdep loop pre: snd-dummy post: e1000e'
	expect_status 0 played "loaded loop 0
loaded snd_dummy 0
loaded e1000e 0" modprobe -S 6.1.0-test -r loop
	calls "remove e1000e" "remove loop" "remove snd_dummy"
}

@test "-r -w: waits until it is unused, and fails when the time is up" {
	expect_status 0 played "loaded loop 0
fail remove loop 11" modprobe -S 6.1.0-test -r -w 100 loop
	calls "remove loop" "sleep 2" "remove loop"
	expect_status 1 played "loaded loop 1" modprobe -S 6.1.0-test -r -w 5 loop
	calls "remove loop" "sleep 2" "remove loop" "sleep 3" "remove loop"
	says "modprobe: ERROR: could not remove 'loop': Resource temporarily unavailable"
	expect_status 0 played "loaded loop 0
meanwhile remove loop" modprobe -S 6.1.0-test -r loop
}

@test "as kmod's, where it is installed" {
	[ "$(command modprobe -V | sed -n 's/^kmod version //p')" = 30 ] || skip "no kmod 30"
	local place=(-d "$ROOT" -S 6.1.0-test -C "$ROOT/etc/modprobe.d") words

	config 'options loop  max_part=15 ' 'alias net x' 'alias two loop' 'alias two stp' 'blacklist stp' \
		'install made  true $CMDLINE_OPTS' 'softdep loop pre: e1000e'
	while read -r -a words; do
		diff <(command modprobe "${place[@]}" "${words[@]}" 2>&1; echo $?) \
			<("$KMOD" modprobe "${place[@]}" "${words[@]}" 2>&1; echo $?)
	done <<-'END'
		-D br_netfilter
		-D loop a=1
		-D two
		-R two
		-D made x=1
		-i -D loop
		-a -b -D two stp nosuch ext2
		-D -r bridge
		-n -v ext4
		-c
		-D net
		-R symbol:br_forward
		-R pci:v00008086d000010D3sv0sd0bc0sc0i0
		-q -D nosuch
	END
}
