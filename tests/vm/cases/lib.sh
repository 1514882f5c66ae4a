# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Sourced by every case: runs commands in the test machine and prints one line for each check,
# "ok CASE: NAME" or "not ok CASE: NAME: REASON", followed by what the command printed ("# ...") when
# it went wrong.
#
# A case ends with "finish"; one that ends before is counted as failed.

set -u
case_name=${0##*/}
case_name=${case_name%.sh}
finished='' checks=0

# What the last command of check, expect or run printed (both streams), and its exit status.
out='' status=0

trap '[ -n "$finished" ] || echo "not ok $case_name: ended before its last line"' EXIT

finish() {
	[ "$checks" -gt 0 ] || not_ok "the case" "checks nothing"
	finished=yes
	exit 0
}

ok() {
	checks=$((checks + 1))
	printf 'ok %s: %s\n' "$case_name" "$1"
}

not_ok() {
	checks=$((checks + 1))
	printf 'not ok %s: %s: %s\n' "$case_name" "$1" "$2"
	printf '%s\n' "$out" | tail -n 40 | sed 's/^/# /'
}

# skip NAME REASON: what this machine lacks; a failure with CI=true.
skip() {
	checks=$((checks + 1))
	printf 'skip %s: %s: %s\n' "$case_name" "$1" "$2"
}

# run COMMAND...: sets out and status.
run() {
	out=$("$@" 2>&1 </dev/null)
	status=$?
}

# expect STATUS NAME [REGEX...] -- COMMAND...: the command ends with STATUS ("not0": any other), and what it prints
# matches every REGEX (extended, any case); with "!" before it, does not.
expect() {
	local want=$1 name=$2 patterns=()

	shift 2
	while [ "$1" != -- ]; do
		patterns+=("$1")
		shift
	done
	shift
	run "$@"
	if [ "$want" != "$status" ] && { [ "$want" != not0 ] || [ "$status" -eq 0 ]; }; then
		not_ok "$name" "status $status instead of $want"
		return
	fi
	matches "$name" "${patterns[@]}"
}

# matches NAME REGEX...: the same for what the last command printed.
matches() {
	local name=$1 pattern

	shift
	for pattern; do
		case $pattern in
		!*)
			if grep -Eqi -e "${pattern#!}" <<<"$out"; then
				not_ok "$name" "prints /${pattern#!}/"
				return
			fi
			;;
		*)
			if ! grep -Eqi -e "$pattern" <<<"$out"; then
				not_ok "$name" "does not print /$pattern/"
				return
			fi
			;;
		esac
	done
	ok "$name"
}

# check NAME COMMAND...: the command succeeds.
check() {
	local name=$1

	shift
	expect 0 "$name" -- "$@"
}

# same NAME WANT GOT: both texts are equal.
same() {
	if [ "$2" = "$3" ]; then
		ok "$1"
	else
		out=$(diff <(printf '%s\n' "$2") <(printf '%s\n' "$3"))
		not_ok "$1" "differs (< wanted, > got)"
	fi
}

# What /proc/modules says now.
loaded() {
	grep -q "^$1 " /proc/modules
}

not_loaded() {
	! loaded "$1"
}

modules() {
	cut -d' ' -f1 /proc/modules | sort
}

# clean_up: unloads whatever is left and drops the configuration, so that cases stay independent.
clean_up() {
	local before=''

	rm -f /etc/modprobe.d/*
	while [ "$before" != "$(modules)" ]; do
		before=$(modules)
		for name in $before; do
			rmmod "$name" 2>/dev/null
		done
	done
}

# kernel_says insmod|modprobe|insert ARGS...: the name of the error that the kernel answers; nothing if it loads.
kernel_says() {
	strace -f -e trace=init_module,finit_module "$@" 2>&1 >/dev/null |
		sed -n 's/.*init_module(.* = -1 \(E[A-Z]*\) .*/\1/p' | tail -n 1
}

# The descriptors of /tmp/trace: what libkmod made of /proc/self/fd, and what the kernel was given.
reopened() {
	sed -n 's,.*open.*"/proc/self/fd/[0-9]*"\, O_RDONLY|O_CLOEXEC) = ,,p' /tmp/trace | tail -n 1
}

inserted() {
	sed -n 's/.*init_module(\([0-9]*\),.*/\1/p' /tmp/trace
}

# judged ID insmod|modprobe|insert ARGS...: before, `kmtool check` gives this cause first and an error; and the
# kernel then answers that error.
judged() {
	local id=$1 verdict

	shift
	verdict=$(kmtool check --raw -o result,id,errno "${@:2}" | awk -F'\t' '$1 == "FAIL" { print $2, $3; exit }')
	same "check tells '$id' of ${*:2} before the kernel" "$id $(kernel_says "$@")" "$verdict"
}

# planned KIND ARGS...: the modules of the steps of this kind in the plan that kmtool makes for ARGS.
planned() {
	local kind=$1

	shift
	kmtool "$@" -n --raw | awk -F'\t' -v kind="$kind" '$1 == kind { print $2 }'
}

# as_nobody COMMAND...: without any privilege.
as_nobody() {
	setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all "$@"
}
