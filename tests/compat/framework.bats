# SPDX-License-Identifier: GPL-2.0-or-later
# kmtool-kmod: which tool is meant, what all have in common, and that it works where hardly anything is there.

load compat

setup() {
	ROOT=$BATS_TEST_TMPDIR/root
	make_fixture "$ROOT"
	BIN=$BATS_TEST_TMPDIR/bin
	mkdir "$BIN"
	for name in kmod modprobe rmmod; do
		ln -s "$(realpath "$KMOD")" "$BIN/$name"
	done
}

@test "it links no library for tables, JSON or terminals" {
	readelf -d "$(realpath "$KMOD")" >"$BATS_TEST_TMPDIR/needed" || skip "not a program of its own"
	not grep -E 'NEEDED.*(smartcols|json-c|curses|libkmod|libcrypto)' "$BATS_TEST_TMPDIR/needed"
}

@test "the tool is the name of the program, or its first word" {
	expect_status 1 "$BIN/rmmod"
	says "rmmod: ERROR: missing module name."
	expect_status 1 "$KMOD" rmmod
	says "rmmod: ERROR: missing module name."
	ln -s "$(realpath "$KMOD")" "$BIN/other"
	expect_status 1 "$BIN/other" rmmod
	[ -z "$output$stderr" ]
	# kmod has commands, but runs no tool by its first word.
	expect_status 1 "$BIN/kmod" rmmod
	contains "$stderr" "invalid command 'rmmod'"
}

@test "kmod help, and without a command" {
	expect_status 0 "$BIN/kmod" help
	contains "$output" "modprobe     Load and remove modules with what they need"
	expect_status 1 "$BIN/kmod"
	contains "$stderr" "missing command"
}

@test "-V: the version of kmod whose behaviour it has, in the first line" {
	expect_status 0 "$BIN/modprobe" -V
	[[ ${lines[0]} =~ ^'kmod version '[0-9]+$ ]]
	[[ ${lines[1]} == [+-]ZSTD\ [+-]XZ\ [+-]ZLIB* ]]
	[[ ${lines[2]} == kmtool* ]]
	expect_status 0 "$BIN/kmod" --version
}

@test "every tool tells its options, which are its own table's" {
	for tool in $("$KMOD" help | sed -n '/one of these/,$s/^  \([a-z]*\) .*/\1/p'); do
		expect_status 0 "$KMOD" "$tool" --help
		contains "$output" "Usage:"
		contains "$output" "-h, --help"
		expect_status 1 "$KMOD" "$tool" --no-such-option
		says "$tool: unrecognized option '--no-such-option'"
	done
}

# options_of_help TOOL: "-w, --wait MSEC" a line, but those that the page has once for several tools.
options_of_help() {
	# shellcheck disable=SC2086 # "kmod list" is two words
	"$KMOD" $1 --help | sed -nE 's/^\t *(-.*)/\1/; T; s/  .*//; s/=| (\w)/ \1/; p' |
		grep -vxE -e '-[svVh], --(syslog|verbose|version|help)' | LC_ALL=C sort
}

# options_of_page TOOL: the same from ".It Fl w , Fl -wait Ar MSEC".
options_of_page() {
	awk -v name="$1" '/^\.S[hs] / { inside = substr($0, 5) == name; next } inside' "$top_srcdir/man/kmtool-kmod.8" |
		sed -n 's/^\.It Fl /-/p' | sed -e 's/ , Fl /, -/' -e 's/ Ar / /' | LC_ALL=C sort
}

@test "kmtool-kmod(8) has every tool, with its options" {
	local tool

	[ -n "$(options_of_page modprobe)" ]
	for tool in $("$KMOD" help | sed -n '/one of these/,$s/^  \([a-z]*\) .*/\1/p') "kmod static-nodes"; do
		grep -qxF ".Ss ${tool#kmod }" "$top_srcdir/man/kmtool-kmod.8"
		diff <(options_of_help "$tool") <(options_of_page "${tool#kmod }")
	done
}

@test "bash-completion, which asks for --help, completes every long option" {
	local script=/usr/share/bash-completion/bash_completion

	[ -e $script ] || skip "no bash-completion"
	expect_status 0 bash -c '. "$1" && _parse_help "$2"' - $script "$BIN/modprobe"
	diff <("$BIN/modprobe" --help | grep -oE '(^|[ \t])--[a-z-]+' | tr -d ' \t' | sort -u) \
		<(tr -d = <<<"$output" | sort -u)
}

@test "without environment, and with nothing open" {
	expect_status 0 env -i "$KMOD" modprobe -d "$ROOT" -S 6.1.0-test -D ext4
	contains "$output" ext4.ko
	"$KMOD" modprobe -d "$ROOT" -S 6.1.0-test -D ext4 <&- >&- 2>&-
	not "$KMOD" modprobe -d "$ROOT" -S 6.1.0-test -D nosuch <&- >&- 2>&-
	# What is opened later must not become stdout.
	cp -a "$ROOT/lib" "$BATS_TEST_TMPDIR/before"
	"$KMOD" modprobe -d "$ROOT" -S 6.1.0-test -c >&-
	diff -r "$ROOT/lib" "$BATS_TEST_TMPDIR/before"
	expect_status 0 env -i LC_ALL=no_SUCH.locale "$KMOD" modprobe -d "$ROOT" -S 6.1.0-test -R fs-ext4
	prints ext4
}

@test "before /proc and /sys are there" {
	rm -rf "$ROOT/proc" "$ROOT/sys"
	expect_status 0 env -i "$KMOD" modprobe -d "$ROOT" -S 6.1.0-test -D br_netfilter
	played_without() {
		(export ROOT && exec -a modprobe "$top_builddir/tests/compat/played" -S 6.1.0-test "$@")
	}
	: >"$ROOT/kernel"
	expect_status 0 played_without br_netfilter
	calls "insert net/llc/llc.ko" "insert net/802/stp.ko" "insert net/bridge/bridge.ko" \
		"insert net/bridge/br_netfilter.ko"
}

# The program, its libraries in /lib, and the tree: what an initramfs has before it mounts anything, or less.
bare_root() {
	local library

	mkdir -p "$BARE/lib" "$BARE/lib64"
	cp "$(realpath "$KMOD")" "$BARE/kmtool-kmod"
	ldd "$BARE/kmtool-kmod" | sed -n 's,^[^/]*\(/[^ ]*\).*,\1,p' >"$BATS_TEST_TMPDIR/libraries" || return
	while read -r library; do
		case $library in
		/lib64/*) cp -L "$library" "$BARE/lib64" ;;
		*) cp -L "$library" "$BARE/lib" ;;
		esac
	done <"$BATS_TEST_TMPDIR/libraries"
	cp -R "$ROOT/lib/modules" "$BARE/lib"
}

# in_bare ARG...
in_bare() {
	env -i "$(command -v unshare)" -r "$(command -v chroot)" "$BARE" /kmtool-kmod "$@"
}

@test "a root with nothing but the program and its libraries" {
	unshare -r true || skip "no user namespace"
	# Sanitizers need /proc: this is for the usual build.
	not grep -q -e __asan_init -e __tsan_init "$(realpath "$KMOD")" || return 0
	BARE=$BATS_TEST_TMPDIR/bare
	bare_root
	expect_status 0 in_bare modprobe -S 6.1.0-test -D br_netfilter
	contains "$output" "insmod /lib/modules/6.1.0-test/kernel/net/llc/llc.ko"
	in_bare modprobe -S 6.1.0-test -D br_netfilter <&- >&- 2>&-
	expect_status 1 in_bare modprobe nosuch
	says "modprobe: FATAL: Module nosuch not found in directory /lib/modules/$(uname -r)"
	not in_bare modprobe -S 6.1.0-test -s nosuch <&- >&- 2>&-
	expect_status 1 in_bare insmod /nosuch.ko
	says "insmod: ERROR: could not load module /nosuch.ko: No such file or directory"
	expect_status 1 in_bare rmmod loop
	says "rmmod: ERROR: Module loop is not currently loaded"
	expect_status 1 in_bare lsmod
	says "lsmod: ERROR: could not get list of modules: No such file or directory"
	expect_status 0 in_bare modinfo -k 6.1.0-test -F license loop
	prints GPL
	expect_status 0 in_bare depmod 6.1.0-test
	expect_status 0 in_bare kmod static-nodes
	contains "$stderr" "kmod: WARNING:"
}

@test "no tree, no configuration: it says what is missing" {
	expect_status 1 "$KMOD" modprobe -d "$BATS_TEST_TMPDIR/nosuch" -S 1.2 loop
	says "modprobe: FATAL: Module loop not found in directory $BATS_TEST_TMPDIR/nosuch/lib/modules/1.2"
	expect_status 1 "$KMOD" modprobe -d "$BATS_TEST_TMPDIR" -S 1.2 -C "$BATS_TEST_TMPDIR/none" loop
	contains "$stderr" "/lib/modules/1.2"
}

@test "a parent that ignores its children's end" {
	echo 'install made_up true' >"$ROOT/etc/modprobe.d/t.conf"
	expect_status 0 timeout 20 sh -c 'trap "" CHLD; exec "$@"' - "$KMOD" modprobe -d "$ROOT" -S 6.1.0-test \
		-C "$ROOT/etc/modprobe.d" made_up
}

@test "output that does not arrive is a failure" {
	[ -e /dev/full ] || skip "no /dev/full"
	expect_status 1 sh -c '"$@" >/dev/full' - "$KMOD" modprobe -d "$ROOT" -S 6.1.0-test -D ext4
	contains "$stderr" "cannot write the output: No space left on device"
}

@test "hundreds at once" {
	local pids=() pid

	for _ in {1..100}; do
		"$KMOD" modprobe -q -d "$ROOT" -S 6.1.0-test -n br_netfilter &
		pids+=($!)
	done
	for pid in "${pids[@]}"; do
		wait "$pid"
	done
}
