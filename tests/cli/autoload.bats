# SPDX-License-Identifier: GPL-2.0-or-later
# `kmtool autoload`: modules-load.d, and Debian's /etc/modules.

load fixture

setup() {
	ROOT=$BATS_TEST_TMPDIR/root
	make_fixture "$ROOT"
	d=$ROOT/etc/modules-load.d
	mkdir -p "$d"
	printf '# at boot\nloop\nno-such\n' >"$ROOT/etc/modules"
	ln -s ../modules "$d/modules.conf"
	own=$d/kmtool.conf
}

@test "list: each line with its file and line number, and what is wrong with it" {
	printf 'usbcore\next4\n' >"$d/a.conf"
	echo "blacklist ext4" >"$ROOT/etc/modprobe.d/b.conf"
	expect_status 0 kmtool autoload --raw -o name,state,where
	[ "$output" = "$(printf '%s\t%s\t%s\n' usbcore built-in /etc/modules-load.d/a.conf:1 \
		ext4 available /etc/modules-load.d/a.conf:2 loop live /etc/modules-load.d/modules.conf:2 \
		no_such missing /etc/modules-load.d/modules.conf:3)" ]
	expect_status 0 kmtool autoload list --raw -o problem
	contains "${lines[0]}" "built into the kernel"
	contains "${lines[1]}" "blacklisted by /etc/modprobe.d/b.conf:1"
	[ "${lines[2]}" = - ]
	contains "${lines[3]}" "no module"
}

@test "add: a line in a file of our own, once" {
	expect_status 0 kmtool autoload add -n br_netfilter
	contains "$output" "+br_netfilter"
	[ ! -e "$own" ]
	expect_status 0 kmtool autoload add br-netfilter ext4
	[ "$(cat "$own")" = "$(printf 'br_netfilter\next4')" ]
	expect_status 0 kmtool autoload add ext4 loop
	contains "$output" "loop is loaded at boot by /etc/modules-load.d/modules.conf:2"
	[ "$(wc -l <"$own")" = 2 ]
}

@test "add: what would not be loaded is refused" {
	expect_status 4 kmtool autoload add ext44
	expect_status 5 kmtool autoload add usbcore
	echo "blacklist ext4" >"$ROOT/etc/modprobe.d/b.conf"
	expect_status 5 kmtool autoload add ext4
	contains "$stderr" "/etc/modprobe.d/b.conf:1"
	[ ! -e "$own" ]
}

@test "remove: our file goes with its last line" {
	kmtool autoload add ext4 br_netfilter
	expect_status 0 kmtool autoload remove ext4
	[ "$(cat "$own")" = br_netfilter ]
	expect_status 0 kmtool autoload remove br_netfilter
	[ ! -e "$own" ]
}

@test "remove: a line of another file is named, and taken out on request" {
	expect_status 5 kmtool autoload remove loop
	contains "$stderr" "/etc/modules-load.d/modules.conf:2"
	expect_status 0 kmtool autoload remove loop --file /etc/modules
	[ "$(cat "$ROOT/etc/modules")" = "$(printf '# at boot\nno-such')" ]
	[ -L "$d/modules.conf" ]
	expect_status 4 kmtool autoload remove loop
}

@test "files that nobody reads are refused" {
	expect_status 2 kmtool autoload add ext4 --file /etc/other.conf
	expect_status 2 kmtool autoload add ext4 --file noending
}
