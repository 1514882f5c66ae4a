# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2154 # what run sets
# Sourced by run: `kmtool check` against `kmtool info` of the same modules: a verdict is asked for as readily. Of one
# module it reads two more, which tell the kernel's build.

check=("$KMTOOL" --root "$KMTOOL_TEST_TREE" -k "$version" check)

check_by_instructions() {
	judge "check, one module, against info" "$(instructions "${check[@]}" loop)" \
		"$(instructions "${info[@]}" loop)" 1.5 M
	judge "check, all modules, 1 thread, against info" "$(instructions "${check[@]}" --all --threads 1)" \
		"$(instructions "${info[@]}" --all --threads 1)" 2 M
}

check_by_time() {
	compare "$ROUNDS" wall 1.5 "check, one module, against info" "${check[@]}" loop -- "${info[@]}" loop
	compare "$ROUNDS" wall 2 "check, all modules, against info" "${check[@]}" --all -- "${info[@]}" --all
}
