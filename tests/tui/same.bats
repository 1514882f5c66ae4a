# SPDX-License-Identifier: GPL-2.0-or-later
# The same request on the command line and in the browser, on machines that are alike: the same verdict, the
# same lines, and the browser names the command that was typed.

bats_require_minimum_version 1.5.0
load machine

# The lines of the command line without the labels of stderr, and without the diff, which the browser has
# shown in its plan.
plain() {
	sed -e 's/^kmtool: warning: //; s/^kmtool: hint: //; s/^kmtool: note: //; s/^kmtool: //' \
		-e '/^--- /d; /^+++ /d; /^@@/d; /^[-+]/d'
}

words() {
	tr -s ' ' '\n' | sort
}

# same STATUS COMMAND [LINE...]: LINE prepares the machine. COMMAND is typed behind ':' and run; then it is
# given to the command line, on a machine that nothing was done to.
same() {
	local want=$1 command=$2 keys root="--root $MACHINE/r "

	shift 2
	keys=${command// /<Space>}
	setup
	printf '%s\n' 'size 1000x60' fake "$@" "keys :$keys<Enter><Tab><Enter>" result |
		"$top_builddir/tests/tui/replay" "$MACHINE/r" >"$BATS_TEST_TMPDIR/browser"
	setup
	printf '%s\n' fake "$@" "kmtool $command" |
		"$top_builddir/tests/tui/replay" "$MACHINE/r" >"$BATS_TEST_TMPDIR/typed" 2>&1
	cat "$BATS_TEST_TMPDIR/browser" "$BATS_TEST_TMPDIR/typed"
	grep -qx "status: $want" "$BATS_TEST_TMPDIR/typed"
	grep '^command: ' "$BATS_TEST_TMPDIR/browser" | sed "s|$root||" >"$BATS_TEST_TMPDIR/command"
	[ "$(cat "$BATS_TEST_TMPDIR/command")" = "command: kmtool $command" ]
	# Word by word: the dialog breaks lines, and what is told on stderr comes later.
	diff <(sed 's/^kernel: *//' "$BATS_TEST_TMPDIR/browser" | grep -v '^command: ' | words) \
		<(plain <"$BATS_TEST_TMPDIR/typed" | sed -e 's/^kernel: //' -e "$PROOF" | words)
}

# Of a proof, which the browser has shown in its plan, too.
PROOF=

@test "load: done" {
	same 0 'load br_netfilter' 'shell : >proc/modules' 'needs stp llc'
	grep -qx 'loaded br_netfilter' "$BATS_TEST_TMPDIR/browser"
}

@test "load: what is there already" {
	same 0 'load llc dummy' 'shell : >proc/modules' 'loaded llc 0'
	grep -qx 'llc: already loaded' "$BATS_TEST_TMPDIR/browser"
}

@test "load: refused by the kernel, and taken back" {
	same 1 'load stp' 'shell : >proc/modules' 'needs stp llc' 'fail insert stp 8'
	grep -qx 'unloaded again: llc' "$BATS_TEST_TMPDIR/browser"
}

@test "load: what stays is partly done" {
	same 3 'load --partial-ok stp' 'shell : >proc/modules' 'fail insert stp 8'
	grep -qx 'loaded llc' "$BATS_TEST_TMPDIR/browser"
}

@test "load: an alias of which no module loads has failed" {
	same 1 'load twice' 'shell : >proc/modules' "shell printf 'alias twice dummy\\nalias twice loop\\n' >etc/modprobe.d/twice.conf" \
		'fail insert dummy 19' 'fail insert loop 19'
	grep -q '^dummy was not loaded (.*No such device' "$BATS_TEST_TMPDIR/browser"
}

@test "load: of an alias one module is enough" {
	same 0 'load twice' 'shell : >proc/modules' "shell printf 'alias twice dummy\\nalias twice loop\\n' >etc/modprobe.d/twice.conf" \
		'fail insert dummy 19'
	grep -qx 'loaded loop' "$BATS_TEST_TMPDIR/browser"
	grep -q '^dummy was not loaded: ' "$BATS_TEST_TMPDIR/browser"
}

@test "load: an alias that fails is no success because something else was loaded" {
	same 3 'load llc twice' 'shell : >proc/modules' "shell printf 'alias twice dummy\\nalias twice loop\\n' >etc/modprobe.d/twice.conf" \
		'fail insert dummy 19' 'fail insert loop 19'
}

@test "unload: done, with unused dependencies" {
	same 0 'unload --unused-deps stp' 'shell : >proc/modules' 'needs stp llc' 'loaded llc 0' 'loaded stp 0'
}

@test "unload: refused by the kernel" {
	same 5 'unload loop' 'shell : >proc/modules' 'loaded loop 0' 'fail remove loop 11'
}

@test "unload: in the middle" {
	same 3 'unload llc loop' 'shell : >proc/modules' 'loaded llc 0' 'loaded loop 0' 'fail remove loop 11'
}

@test "block and its proof" {
	# The exit status of --verify is that of the proof; the browser tells that of the change.
	PROOF='/^dummy$/,/^loaded-now /d;s/^status: 3$/status: 0/'
	same 3 'block --verify dummy'
	grep -qx 'wrote .*/etc/modprobe.d/kmtool-block-dummy.conf' "$BATS_TEST_TMPDIR/browser"
}

@test "unblock: a name as people write it" {
	same 0 'unblock snd-hda-intel' "shell cd \"\$OLDPWD\"; $(realpath "$top_builddir")/kmtool --root $MACHINE/r block -q snd_hda_intel"
	grep -qx 'removed .*/etc/modprobe.d/kmtool-block-snd_hda_intel.conf' "$BATS_TEST_TMPDIR/browser"
}

@test "params: set now" {
	same 0 'params snd_hda_intel power_save=7' 'loaded snd_hda_intel 0'
}

@test "params: now and for every load" {
	same 0 'params --save snd_hda_intel power_save_controller=N' 'loaded snd_hda_intel 0'
}

@test "params: a value that the kernel does not take is a problem" {
	same 1 'params snd_hda_intel power_save=7' 'loaded snd_hda_intel 0' deaf
	grep -q "'7' was written, but the kernel shows '1'" "$BATS_TEST_TMPDIR/browser"
}
