# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2154 # what run sets
# Sourced by run: `kmtool search` against modinfo of all modules, which is what a person would grep.

search=("$KMTOOL" --root "$KMTOOL_TEST_TREE" -k "$version" search)

search_by_instructions() {
	judge "search, a text anywhere, 1 thread" "$(instructions "${search[@]}" --threads 1 bluetooth)" \
		"$(instructions modinfo "${files[@]}")" 0.3 M
}

search_by_time() {
	# A cache in the tree (kmtool index --cache yes) makes it faster still.
	compare "$ROUNDS" cpu 0.3 "search, a text anywhere" "${search[@]}" --threads 1 bluetooth -- \
		modinfo "${files[@]}"
	compare "$ROUNDS" wall 0.2 "search, a text anywhere, 2 threads" "${search[@]}" --threads 2 bluetooth -- \
		modinfo "${files[@]}"
	compare "$ROUNDS" wall 0.1 "search in what the index has" \
		"${search[@]}" --in name,alias,symbol bluetooth -- modinfo "${files[@]}"
}
