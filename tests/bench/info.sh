# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2154 # what run sets
# Sourced by run: `kmtool info` against modinfo, and how long it takes to start.

mapfile -t files < <(sed "s,^,$KMTOOL_TEST_TREE/lib/modules/$version/,; s/:.*//" \
	"$KMTOOL_TEST_TREE/lib/modules/$version/modules.dep")
info=("$KMTOOL" --root "$KMTOOL_TEST_TREE" -k "$version" info)

info_by_instructions() {
	judge "info, all modules, 1 thread" "$(instructions "${info[@]}" --all --threads 1)" \
		"$(instructions modinfo "${files[@]}")" 0.2 M
	judge "info, one module" "$(instructions "${info[@]}" loop)" \
		"$(instructions modinfo -b "$KMTOOL_TEST_TREE" -k "$version" loop)" 0.5 M
	judge "list" "$(instructions "$KMTOOL" list)" "$(instructions kmod list)" 0.75 M
	judge "help" "$(instructions "$KMTOOL" help)" "$(instructions kmod list)" 0.75 M
}

info_by_time() {
	local one=(modinfo -b "$KMTOOL_TEST_TREE" -k "$version")

	compare "$ROUNDS" cpu 0.2 "info, all modules, 1 thread" "${info[@]}" --all --threads 1 -- \
		modinfo "${files[@]}"
	compare "$ROUNDS" wall 0.143 "info, all modules, 2 threads" "${info[@]}" --all --threads 2 -- \
		modinfo "${files[@]}"
	compare "$ROUNDS" cpu 0.2 "info, all modules, one field" "${info[@]}" --all --threads 1 -F alias -- \
		modinfo -F alias "${files[@]}"
	compare "$ROUNDS" wall 1.2 "info, one module" "${info[@]}" loop -- "${one[@]}" loop
	compare "$ROUNDS" wall 0.75 "info, one field of one module" "${info[@]}" -F license loop -- \
		"${one[@]}" -F license loop
	compare "$ROUNDS" wall 0.75 "start: list" "$KMTOOL" list -- kmod list
	compare "$ROUNDS" wall 0.75 "start: help, against kmod list" "$KMTOOL" help -- kmod list
}
