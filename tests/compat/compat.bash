# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034,SC2154 # variables are set by bats and read by the tests
# The tools of kmod on the fixture, for bats.

load ../cli/fixture
KMOD=$top_builddir/kmtool-kmod
K=/lib/modules/6.1.0-test/kernel

# modprobe ARG...: on this machine, with the fixture's tree and configuration.
modprobe() {
	"$KMOD" modprobe -d "$ROOT" -S 6.1.0-test -C "$ROOT/etc/modprobe.d" "$@"
}

# played SCRIPT TOOL ARG...: with the fixture for the machine, and the kernel that SCRIPT (lines) makes. What is in
# /sys/module besides is from $SYS, a function.
played() {
	rm -rf "$ROOT/sys/module"
	${SYS:-:}
	printf '%s' "${1:+$1
}" >"$ROOT/kernel"
	shift
	(export ROOT && exec -a kmtool-kmod "$top_builddir/tests/compat/played" "$@")
}

# calls LINE...: what the kernel was asked to do; paths are below $K.
calls() {
	local want

	want=$(printf '%s\n' "$@")
	[ "$(sed "s|$ROOT$K/||" "$ROOT/calls")" = "$want" ] || {
		cat "$ROOT/calls"
		return 1
	}
}

# says LINE...: all of what is on stderr, the path of the root aside.
says() {
	local want

	want=$(printf '%s\n' "$@")
	[ "${stderr//$ROOT/}" = "$want" ] || diff <(echo "$want") <(echo "${stderr//$ROOT/}")
}

# prints LINE...: all of stdout, likewise.
prints() {
	local want

	want=$(printf '%s\n' "$@")
	[ "${output//$ROOT/}" = "$want" ] || diff <(echo "$want") <(echo "${output//$ROOT/}")
}
