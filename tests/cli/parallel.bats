# SPDX-License-Identifier: GPL-2.0-or-later
# Edits of one root at the same time: each says what it wrote, and what it wrote is there. KMTOOL_ROUNDS=100 tries
# longer than `make check` does.

load fixture

WRITERS="1 2 3 4 5 6"

setup() {
	ROOT=$BATS_TEST_TMPDIR/root
	make_fixture "$ROOT"
	rounds=${KMTOOL_ROUNDS:-10}
}

# together COMMAND...: one process for each writer, whose number stands for @ in the words. All must succeed.
together() {
	local writer pid pids='' rc=0

	for writer in $WRITERS; do
		"$KMTOOL" --root "$ROOT" "${@//@/$writer}" >>"$BATS_TEST_TMPDIR/said" 2>&1 &
		pids+=" $!"
	done
	for pid in $pids; do
		wait "$pid" || rc=$?
	done
	[ "$rc" = 0 ] || cat "$BATS_TEST_TMPDIR/said"
	return "$rc"
}

@test "no line of modprobe.d is lost" {
	local round writer

	for ((round = 0; round < rounds; round++)); do
		together config alias "parallel_${round}_@" loop
	done
	for ((round = 0; round < rounds; round++)); do
		for writer in $WRITERS; do
			grep -rqx "alias parallel_${round}_$writer loop" "$ROOT/etc/modprobe.d"
		done
	done
	[ -z "$(find "$ROOT/etc" -name '.kmtool-lock' -o -name '.kmtool-*.tmp')" ]
}

@test "no line of modules-load.d is lost" {
	local round name modules=(stp llc bridge br_netfilter e1000e ext4)

	for ((round = 0; round < rounds; round++)); do
		rm -f "$ROOT"/etc/modules-load.d/kmtool.conf
		for name in "${modules[@]}"; do
			"$KMTOOL" --root "$ROOT" autoload add "$name" >/dev/null &
		done
		wait
		for name in "${modules[@]}"; do
			grep -qx "$name" "$ROOT"/etc/modules-load.d/*.conf
		done
	done
}

@test "who waits too long is told for whom" {
	(
		umask 077
		echo "$BASHPID" >"$ROOT/etc/.kmtool-lock"
		exec 8<"$ROOT/etc/.kmtool-lock"
		flock 8
		exec sleep 60
	) &
	holder=$!
	until [ -s "$ROOT/etc/.kmtool-lock" ]; do sleep 0.1; done
	sleep 0.2
	expect_status 1 kmtool config alias x loop
	kill "$holder"
	contains "$stderr" "$ROOT/etc is locked by 'sleep 60' (pid $holder)"
	expect_status 0 kmtool config alias x loop
	[ ! -e "$ROOT/etc/.kmtool-lock" ]
}
