# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2154 # what run sets
# Sourced by run: the browser on a terminal. Nothing else does that job: it is held against `kmtool list`, and
# against what a person would feel.

# on_terminal ROUNDS ROOT: first screen (ms), key (CPU ms), idle (CPU %), memory (MiB).
on_terminal() {
	XDG_CONFIG_HOME=/nonexistent "$KMTOOL_BUILD/tests/bench/on_terminal" "$1" F10 \
		"$KMTOOL" --root "$2" -k "$version" browse
}

browse_by_time() {
	local four=$KMTOOL_TREES/bench/four first key idle memory list

	if [ ! -e "$four/lib/modules/$version/modules.dep" ]; then
		four_times "$four"
		"$KMTOOL" --root "$four" -q index "$version" ||
			[ $? = 3 ] || exit # some are left out: their names are those of others
	fi
	read -r first key idle memory < <(on_terminal "$few" "$KMTOOL_TEST_TREE") || exit
	list=("$KMTOOL" --root "$KMTOOL_TEST_TREE" -k "$version" list --available)
	measured=$("$KMTOOL_BUILD/tests/bench/measure" "$few" "${list[@]}" -- "${list[@]}") || exit
	judge "browse, first screen against list --available: wall" "$first" \
		"$(awk 'NR == 1 { print $2 }' <<<"$measured")" 1.5 ms
	read -r first key idle memory < <(on_terminal 1 "$four") || exit
	judge "browse, 16,000 rows, dearest key against 5 ms: cpu" "$key" 5 1 ms
	judge "browse, 16,000 rows, idle against 0.5 %: cpu" "$idle" 0.5 1 %
	judge "browse, 16,000 rows, against 40 MiB: memory" "$memory" 40 1 MiB
}
