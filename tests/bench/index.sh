# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2154 # what run sets
# Sourced by run: `kmtool index` against depmod, each on a tree of its own, so that neither replaces what the
# other has just written. Trees are made once and kept.

few=$(((ROUNDS + 4) / 5))

# linked FROM TO: the same files under other names.
linked() {
	rm -rf "$2"
	mkdir -p "$2"
	cp -al "$1/lib" "$2/"
	find "$2" -name 'modules.*' ! -name modules.order ! -name modules.builtin ! -name modules.builtin.modinfo \
		-delete
}

# Four times the modules: each under three more names.
four_times() {
	local dir=$1/lib/modules/$version i

	linked "$KMTOOL_TEST_TREE" "$1"
	for i in 2 3 4; do
		cp -al "$dir/kernel" "$dir/kernel$i"
		(cd "$dir/kernel$i" && rename_all "_$i")
	done
}

# rename_all SUFFIX: a.ko becomes aSUFFIX.ko, everywhere below.
rename_all() {
	python3 - "$1" <<-'END'
		import os, sys
		for where, _, names in os.walk("."):
		    for name in names:
		        if name.endswith(".ko"):
		            os.rename(os.path.join(where, name), os.path.join(where, name[:-3] + sys.argv[1] + ".ko"))
	END
}

# A module that needs 32,000 symbols, with their versions, and those that export them.
hub() {
	local dir=$1/lib/modules/$version

	rm -rf "$1"
	mkdir -p "$dir/kernel"
	: | tee "$dir/modules.order" "$dir/modules.builtin" >"$dir/modules.builtin.modinfo"
	awk 'BEGIN {
		for (m = 0; m < 100; m++) {
			printf "kernel/m%d.ko", m
			for (i = 0; i < 320; i++)
				printf " export:sym_%d=%x", m * 320 + i, m * 320 + i
			print ""
		}
		printf "kernel/hub.ko"
		for (i = 0; i < 32000; i++)
			printf " import:sym_%d=%x", i, i
		print ""
	}' | (cd "$dir" && "$KMTOOL_BUILD/tests/tree/make_modules")
}

# The trees: NAME for kmtool, NAME.kmod for depmod.
index_trees() {
	local kind bench=$KMTOOL_TREES/bench

	for kind in zst xz; do
		"$here/../tree/compress-tree" "$KMTOOL_TEST_TREE" "$KMTOOL_TREES/$kind" $kind || exit
	done
	[ ! -e "$bench/stamp" ] || return 0
	linked "$KMTOOL_TEST_TREE" "$bench/plain"
	linked "$KMTOOL_TEST_TREE" "$bench/plain.kmod"
	for kind in zst xz; do
		linked "$KMTOOL_TREES/$kind" "$bench/$kind"
		linked "$KMTOOL_TREES/$kind" "$bench/$kind.kmod"
	done
	four_times "$bench/four"
	hub "$bench/hub"
	hub "$bench/hub.kmod"
	touch "$bench/stamp"
	sleep 2.1 # the cache leaves out what has just changed
}

# ours TREE OPTION... and theirs TREE: the commands.
ours() {
	local tree=$1

	shift
	command=("$KMTOOL" --root "$KMTOOL_TREES/bench/$tree" -q index "$@" "$version")
}

theirs() {
	against=(depmod -b "$KMTOOL_TREES/bench/$1.kmod" "$version")
}

# both ROUNDS KIND TARGET WHAT TREE OPTION...
both() {
	local numbers=("${@:1:4}") tree=$5

	shift 5
	ours "$tree" "$@"
	theirs "$tree"
	compare "${numbers[@]}" "${command[@]}" -- "${against[@]}"
}

# growth WHAT: CPU time, four times the modules against once.
growth() {
	local once

	ours plain --cache=no --threads 1
	once=("${command[@]}")
	ours four --cache=no --threads 1
	compare "$few" cpu 4.2 "$1" "${command[@]}" -- "${once[@]}"
}

index_by_time() {
	index_trees
	both "$ROUNDS" wall 0.111 "index, 2 threads" plain --cache=no --threads 2
	again memory 0.45 "index, 2 threads"
	both "$ROUNDS" cpu 0.167 "index, 1 thread" plain --cache=no --threads 1
	both "$few" wall 0.222 "index, zstd, 2 threads" zst --cache=no --threads 2
	again memory 0.85 "index, zstd, 2 threads"
	both "$few" wall 0.476 "index, xz, 2 threads" xz --cache=no --threads 2
	again memory 0.85 "index, xz, 2 threads"
	both "$ROUNDS" wall 0.1 "index again, by the cache" plain --cache=yes --threads 2
	both "$few" wall 0.0167 "index again, xz, by the cache" xz --cache=yes --threads 2
	both "$few" cpu 0.04 "index, a module that needs 32,000 symbols" hub --cache=no --threads 1
	growth "index, 4 times the modules against once"
}

index_by_instructions() {
	local tree limit

	index_trees
	for tree in plain:0.16 zst:0.7 hub:0.04; do
		limit=${tree#*:}
		tree=${tree%:*}
		ours "$tree" --cache=no --threads 1
		theirs "$tree"
		judge "index, $tree, 1 thread" "$(instructions "${command[@]}")" "$(instructions "${against[@]}")" \
			"$limit" M
	done
	ours plain --cache=yes --threads 1
	"${command[@]}"
	theirs plain
	judge "index again, by the cache" "$(instructions "${command[@]}")" "$(instructions "${against[@]}")" 0.1 M
}
