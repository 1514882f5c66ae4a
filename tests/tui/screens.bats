# SPDX-License-Identifier: GPL-2.0-or-later
# Screens of the browser, driven by scripts (tests/tui/replay.c), compared with those that were looked at
# before. KMTOOL_UPDATE_SCREENS=1 writes them anew: look at every line that git diff shows then.

load machine

@test "every script's screens are as they were" {
	local script name failed=

	for script in "$top_srcdir"/tests/tui/scripts/*; do
		name=$(basename "$script")
		setup
		replay <"$script" >"$BATS_TEST_TMPDIR/$name"
		[ "${PIPESTATUS[0]}" = 0 ]
		if [ -n "${KMTOOL_UPDATE_SCREENS-}" ]; then
			cp "$BATS_TEST_TMPDIR/$name" "$top_srcdir/tests/tui/screens/$name"
		elif ! diff -u "$top_srcdir/tests/tui/screens/$name" "$BATS_TEST_TMPDIR/$name"; then
			failed="$failed $name"
		fi
	done
	[ -z "$failed" ] || {
		echo "not as they were:$failed"
		return 1
	}
}

# The headings at each width; those of the details beside the list are none of the list's.
@test "a wider terminal shows all columns that a narrower one shows" {
	local view

	for view in 1 2 3 4 5 6; do
		{
			echo "keys $view"
			for ((width = 60; width <= 250; width++)); do
				printf 'size %dx40\ntext\n' $width
			done
		} | replay | awk -v view=$view '
			/^ kmtool  / { width = 60 + n++; getline; getline; sub(/│.*/, "")
				split("", now)
				for (i = 1; i <= NF; i++) now[$i] = 1
				for (column in before) if (!(column in now)) {
					print "view " view ": no " column " at " width " columns"; bad = 1 }
				for (column in now) before[column] = 1 }
			END { exit bad || n != 191 || !length(before) }'
	done
}

@test "every screen has a script" {
	local file

	for file in "$top_srcdir"/tests/tui/s*s/*; do
		[ -e "$top_srcdir/tests/tui/scripts/$(basename "$file")" ]
		[ -e "$top_srcdir/tests/tui/screens/$(basename "$file")" ]
	done
}

@test "no line of any screen is longer than the screen, no control character is in it" {
	run -1 env LC_ALL=C grep -l "$(printf '[\001-\010\013-\037\177]')" "$top_srcdir"/tests/tui/screens/*
	[ "$(cat "$top_srcdir"/tests/tui/screens/* | wc -L)" = 120 ]
}

# More of it, and under a sanitizer: KMTOOL_STORM=100000.
@test "random keys, sizes and events leave it standing" {
	local seed

	for seed in 1 2 3; do
		setup
		run -0 "$top_builddir/tests/tui/storm" "$MACHINE/r" $seed "${KMTOOL_STORM:-1500}"
	done
}

@test "a screen that differs is found" {
	printf 'keys <Down>\ntext\n' | replay >"$BATS_TEST_TMPDIR/one"
	printf 'keys <Up>\ntext\n' | replay >"$BATS_TEST_TMPDIR/other"
	run -1 cmp -s "$BATS_TEST_TMPDIR/one" "$BATS_TEST_TMPDIR/other"
}
