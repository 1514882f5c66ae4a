# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Sourced by the programs of this directory: the tools of kmod and ours side by side, over a distribution's tree.
#
# KMTOOL		the program; kmtool-kmod is beside it
# KMTOOL_TEST_TREE	a directory with lib/modules/VERSION
set -u -o pipefail

: "${KMTOOL:?}" "${KMTOOL_TEST_TREE:?}"
# shellcheck source=tests/tree/tap.sh
. "$(dirname "$0")/../tree/tap.sh"
KMOD=$(dirname "$(realpath "$KMTOOL")")/kmtool-kmod
# shellcheck disable=SC2034 # for those who source this
version=$(basename "$KMTOOL_TEST_TREE"/lib/modules/*)

inside=() # a command that runs both, such as unshare(1)

# needs_kmod TOOL: skips everything where there is nothing to compare with.
needs_kmod() {
	command -v "$1" >/dev/null && return
	echo "1..0 # SKIP $1 of kmod is not installed"
	exit 0
}

# differences TOOL STREAM: the sed commands that make kmod's output and ours the same. What the version of kmod that
# is installed has already is no difference.
differences() {
	local version

	version=$(kmod --version | sed -n 's/^kmod version \([0-9]*\).*/\1/p')
	awk -F'\t' -v tool="$1" -v stream="$2" -v version="$version" \
		'$1 == tool && $2 == stream && $3 != "-" && ($4 == "-" || $4 > version + 0) { print $3 }' "$here/differences"
}

# both NAME TOOL ARG...: stdout, stderr and exit status of both are the same, but for what is meant to differ.
# Stdin is given to both.
both() {
	local name=$1 tool=$2 stream want got

	shift 2
	cat >"$work/stdin"
	"${inside[@]}" "$tool" "$@" <"$work/stdin" >"$work/want.stdout" 2>"$work/want.stderr"
	want=$?
	"${inside[@]}" "$KMOD" "$tool" "$@" <"$work/stdin" >"$work/got.stdout" 2>"$work/got.stderr"
	got=$?
	for stream in stdout stderr; do
		sed -E -f <(differences "$tool" "$stream") "$work/want.$stream" >"$work/want.newer"
		sed -E -f <(differences "$tool" "our $stream") "$work/got.$stream" | diff "$work/want.newer" - >>"$work/why"
	done
	[ "$want" = "$got" ] || echo "exit status $got instead of $want" >>"$work/why"
	[ ! -s "$work/why" ]
	report $? "$name"
}
