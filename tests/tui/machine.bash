# SPDX-License-Identifier: GPL-2.0-or-later
# A machine for tests that drive the browser by a script (tests/tui/replay.c).

load ../bats
export LC_ALL=C.UTF-8 TZ=UTC KMTOOL=$top_builddir/kmtool

# A short path: it stands in messages that the screen must have room for, and is replaced by one as long.
setup_file() {
	export MACHINE
	MACHINE=$(mktemp -d /tmp/kmtool-tui.XXXXXX)
	mkdir "$MACHINE/a"
	"$top_builddir/tests/tui/mkroot" "$MACHINE/a"
	"$top_builddir/kmtool" index --root "$MACHINE/a"
}

teardown_file() {
	rm -rf "$MACHINE"
}

# Each script has a machine of its own, at the same path.
setup() {
	rm -rf "$MACHINE/r"
	cp -a "$MACHINE/a" "$MACHINE/r"
}

replay() {
	"$top_builddir/tests/tui/replay" "$MACHINE/r" | sed "s|$MACHINE/r|/tmp/kmtool-tui.XXXXXX/r|g"
}

# play LINE...: the output of a script is what `run` would have.
play() {
	status=0
	output=$(printf '%s\n' "$@" | "$top_builddir/tests/tui/replay" "$MACHINE/r") || status=$?
	[ "$status" = 0 ]
}

# says TEXT, says_not TEXT: whether it is in the output of play.
says() {
	[[ $output == *"$1"* ]] || {
		printf '%s\n' "not there: $1" "$output"
		return 1
	}
}

says_not() {
	[[ $output != *"$1"* ]] || {
		printf '%s\n' "there: $1" "$output"
		return 1
	}
}
