# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2154 # what tap.sh sets
# Sourced by the tests of `kmtool index`, after tap.sh: the same tree for depmod and for kmtool.

# The files that depmod makes in a tree, without the kernel's own.
made_files() {
	(cd "$1" && ls modules.*) | grep -v -x -e modules.order -e modules.builtin -e modules.builtin.modinfo
}

# compare NAME WANT GOT: two directories. Ours may have modules.weakdep, which depmod 30 does not write;
# what the variable "but" names may differ.
compare() {
	local f count=0

	for f in $(made_files "$2" | grep -v -x "${but:-}"); do
		cmp "$2/$f" "$3/$f" >>"$work/why" 2>&1 && count=$((count + 1))
	done
	made_files "$3" | grep -v -x modules.weakdep | diff <(made_files "$2") - >>"$work/why"
	[ ! -s "$work/why" ] && [ $count -ge 9 ]
	report $? "$1: $count files as depmod writes them"
}

# index ROOT OPTION...: kmtool's index of the tree below ROOT, into $out.
index() {
	local root=$1

	shift
	rm -rf "$work/out"
	mkdir "$work/out"
	out=$work/out/lib/modules/$(basename "$root"/lib/modules/*)
	"$KMTOOL" --root "$root" index --output-root "$work/out" "$@" 2>"$work/said"
}

# indexed NAME ROOT OPTION...: compares it with what depmod left in the tree.
indexed() {
	local name=$1 root=$2

	shift 2
	index "$root" "$@" || cat "$work/said" >>"$work/why"
	compare "$name" "$(echo "$root"/lib/modules/*)" "$out"
}

# depmods ROOT OPTION...: depmod's index, in the tree.
depmods() {
	local root=$1

	shift
	depmod -b "$root" "$@" "$(basename "$root"/lib/modules/*)" >>"$work/depmod" 2>&1
}
