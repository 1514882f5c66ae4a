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

# edit_overtaken FILE TEXT WORD...: between the plan and the write of the edit, another program, which knows no
# lock, appends TEXT to FILE.
edit_overtaken() {
	local file=$1 text=$2 record=$ROOT/etc/modprobe.d/.kmtool-undo other

	shift 2
	strace -qq -o /dev/null -e inject=renameat:delay_exit=1:when=1 true 2>/dev/null || skip "strace cannot run here"
	{
		timeout 30 bash -c 'until [ -e "$1" ]; do sleep 0.02; done' - "$record"
		printf '%s\n' "$text" >>"$file"
	} &
	other=$!
	# The record of the change is renamed first: a second before the file itself is looked at.
	ASAN_OPTIONS=detect_leaks=0 run --separate-stderr strace -qq -o "$BATS_TEST_TMPDIR/trace" -e trace=renameat \
		-e inject=renameat:delay_exit=1000000:when=1 "$KMTOOL" --root "$ROOT" "$@"
	wait "$other"
	grep -q DELAYED "$BATS_TEST_TMPDIR/trace"
}

@test "an edit whose file another program changed meanwhile is planned again" {
	local d=$ROOT/etc/modprobe.d

	echo '# mine' >"$d/kmtool-alias.conf"
	edit_overtaken "$d/kmtool-alias.conf" 'alias theirs loop' config alias ours loop
	[ "$status" = 0 ]
	contains "$stderr" "another program changed the configuration meanwhile: planned again"
	[ "$(cat "$d/kmtool-alias.conf")" = $'# mine\nalias theirs loop\nalias ours loop' ]
	expect_status 0 kmtool config undo
	[ "$(cat "$d/kmtool-alias.conf")" = $'# mine\nalias theirs loop' ]
	rm -f "$d/.kmtool-undo"
	edit_overtaken "$d/local.conf" 'options loop max_part=9' params loop max_part=7 --save-only --file local.conf
	[ "$status" = 0 ]
	grep -qx 'options loop max_part=7' "$d/local.conf"
	not grep -q 'max_part=9' "$d/local.conf"
}

@test "an edit of what stood at a line is not planned again for another text" {
	local d=$ROOT/etc/modprobe.d

	printf 'blacklist loop\n' >"$d/a.conf"
	edit_overtaken "$d/a.conf" 'blacklist llc' config comment-out a.conf:1
	[ "$status" = 1 ]
	contains "$stderr" "was changed by somebody else meanwhile"
	[ "$(cat "$d/a.conf")" = $'blacklist loop\nblacklist llc' ]
}
