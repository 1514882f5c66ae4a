# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Sourced by the programs of this directory: results as TAP, and a directory that goes away at the end.

PATH=$PATH:/usr/sbin:/sbin
export LC_ALL=C
# shellcheck disable=SC2034 # for those who source this
here=$(cd "$(dirname "$0")" && pwd)
# Below the build directory, so that files can be linked with those of the trees there.
[ -z "${KMTOOL_BUILD:-}" ] || mkdir -p "$KMTOOL_BUILD/trees"
work=$(mktemp -d ${KMTOOL_BUILD:+-p "$KMTOOL_BUILD/trees"})
trap 'rm -rf "$work"' EXIT
n=0
failed=0
tree=

# report STATUS NAME: what is in the file "why" explains a failure.
report() {
	n=$((n + 1))
	if [ "$1" = 0 ]; then
		echo "ok $n - $2"
	else
		echo "not ok $n - $2"
		[ ! -s "$work/why" ] || head -n 20 "$work/why" | sed 's/^/# /'
		failed=1
	fi
	: >"$work/why"
}

skip() {
	n=$((n + 1))
	echo "ok $n - $1 # SKIP $2"
}

# same NAME WANT GOT: two files are equal and not empty.
same() {
	[ -s "$2" ] && diff "$2" "$3" >"$work/why" 2>&1
	report $? "$1"
}

# helper PROGRAM: builds one of this directory, or tests/FOLDER/PROGRAM. Others may do so at the same time.
helper() {
	local target=tests/tree/$1

	[[ $1 != */* ]] || target=$1
	flock "$KMTOOL_BUILD/trees" make -s -C "$KMTOOL_BUILD" "$target" >"$work/why" 2>&1 && : >"$work/why" && return
	sed 's/^/# /' "$work/why"
	echo "Bail out! cannot build $1"
	exit 1
}

# fetch_foreign ARCH|FLAVOUR: sets "tree" to a tree with another kernel.
fetch_foreign() {
	local status

	tree=${KMTOOL_FOREIGN:-$KMTOOL_BUILD/foreign}/$1
	mkdir -p "$tree"
	flock "$tree" "$here/../fetch-foreign" "$1" "$tree" >"$work/why" 2>&1
	status=$?
	if [ $status = 77 ]; then
		skip "$1" "$(tail -n 1 "$work/why")"
		return $status
	fi
	report $status "fetch a kernel for $1"
	return $status
}

finish() {
	echo "1..$n"
	exit $failed
}
