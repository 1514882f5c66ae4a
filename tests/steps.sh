# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2154 # the variables of who sources this
# Sourced by tests that are a list of steps: prints TAP. Their logs are in $work; $label, where it is set, begins the names.
# shellcheck shell=bash disable=SC2154 # the variables of who sources this
n=0 failed=0

# result NAME STATUS [LOG]
result() {
	local name=${label:+$label: }$1

	n=$((n + 1))
	if [ "$2" = 0 ]; then
		echo "ok $n - $name"
		return
	fi
	grep -vE '^(# ok|ok|PASS)' "$3" | tail -n 60 | sed 's/^/# /'
	echo "not ok $n - $name"
	failed=1
	return 1
}

# step NAME COMMAND...: one test.
step() {
	local name=$1 log=$work/log.$n status=0

	shift
	"$@" >"$log" 2>&1 </dev/null || status=$?
	result "$name" "$status" "$log"
}

# tap_of NAME COMMAND...: the tests that COMMAND prints, one by one.
tap_of() {
	local name=$1 log=$work/log.$n status=0 line before=$n

	shift
	"$@" >"$log" 2>&1 </dev/null || status=$?
	: >"$log.comment"
	while IFS= read -r line; do
		case $line in
		'ok '*) result "$name: ${line#* - }" 0 ;;
		'not ok '*) result "$name: ${line#* - }" 1 "$log.comment" ;;
		'# '*) echo "${line#\# }" >>"$log.comment" && continue ;;
		esac
		: >"$log.comment"
	done <"$log"
	[ "$status" = 0 ] && [ "$n" != "$before" ] || [ "$failed" = 1 ] || result "$name" 1 "$log"
}

finish() {
	echo "1..$n"
	exit "$failed"
}
