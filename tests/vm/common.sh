# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Sourced by the scripts of this folder that run on the host: where things are, and how they end.
#
# KMTOOL_BUILD	where kmtool was built (default: build/ in the source tree)
# KMTOOL		the program under test (default: kmtool in the build directory)
# KMTOOL_VM_DIR	what is downloaded and built for the test machine (default: vm/ in the build directory)

# An ordinary user of Debian has neither folder, but depmod and mke2fs are there.
export PATH=$PATH:/usr/sbin:/sbin
export LC_ALL=C
# A make that runs these scripts is none of the business of the ones that they run.
unset MAKEFLAGS MFLAGS MAKELEVEL

vm_src=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top_src=${vm_src%/tests/vm}
KMTOOL_BUILD=${KMTOOL_BUILD:-$top_src/build}
KMTOOL=${KMTOOL:-$KMTOOL_BUILD/kmtool}
vm_dir=${KMTOOL_VM_DIR:-$KMTOOL_BUILD/vm}

# The exit status of "cannot be done here", as automake has it.
readonly VM_SKIP=77
# The exit status of a machine that ended without saying how its script went.
readonly VM_LOST=125
export VM_SKIP VM_LOST KMTOOL vm_dir

# skip REASON...: ends the script where something is missing on this machine.
skip() {
	echo "${0##*/}: $*" >&2
	exit "$VM_SKIP"
}

die() {
	echo "${0##*/}: $*" >&2
	exit 1
}

say() {
	echo "${0##*/}: $*" >&2
}

# need_programs NAME...: ends with "skip" when one is missing.
need_programs() {
	local program missing=()

	for program; do
		command -v "$program" >/dev/null || missing+=("$program")
	done
	[ ${#missing[@]} -eq 0 ] ||
		skip "not installed: ${missing[*]} (the packages are listed in tests/packages.sh)"
}

# quiet LOG COMMAND...: keeps the output of a long command away unless it fails.
quiet() {
	local log=$1

	shift
	"$@" >"$log" 2>&1 && return 0
	say "failed: $*"
	tail -n 20 "$log" >&2
	return 1
}

# pack DIR OUT.cpio: a raw archive for the kernel to unpack. Compression would only cost: unpacking
# it in an emulated machine is slower than reading the bytes.
pack() {
	(cd "$1" && find . -mindepth 1 | LC_ALL=C sort | cpio --quiet -o -H newc -R 0:0) >"$2.new"
	mv "$2.new" "$2"
}
