# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# What every file of tests for bats starts with.

bats_require_minimum_version 1.5.0
: "${top_builddir:=$PWD}" "${top_srcdir:=$BATS_TEST_DIRNAME/../..}"
KMTOOL=${KMTOOL:-$top_builddir/kmtool}
PATH=$PATH:/usr/sbin:/sbin
unset NO_COLOR COLUMNS LINES TMUX
umask 022 # modes of files are compared

# not COMMAND...: COMMAND must answer no (exit status 1). A line that starts with '!' cannot fail a test.
not() {
	local answer=0

	"$@" || answer=$?
	[ "$answer" = 1 ] || {
		echo "exit status $answer instead of 1: $*"
		return 1
	}
}

# needs_library NAME: as `kmtool version` calls it; skips the test in a build without it.
needs_library() {
	"$KMTOOL" version | grep -q "^$1 *yes" || skip "this build has no $1"
}
