# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Every exercise notices a fault in its module: with the mutants (tests/vm/mutations) none prints what the walk
# shows.
. "${0%/*}/lib.sh"

mask() {
	sed -E -f /samples/lab/mask.sed
}

for topic in $(bash /samples/lab/list /samples | cut -d ' ' -f 1); do
	run bash /samples/lab/run "$topic"
	got=$(sed -e 1d -e '2{/^$/d}' <<<"$out" | mask)
	want=$(bash /samples/lab/transcript "/docs/walk/$topic.md" | mask)
	if [ "$got" = "$want" ]; then
		not_ok "$topic notices the fault" "prints what the walk shows"
	elif [ "$(grep -c '^\$ ' <<<"$got")" = "$(grep -c '^\$ ' <<<"$want")" ]; then
		ok "$topic notices the fault"
	else
		not_ok "$topic notices the fault" "does not come to its end"
	fi
done
finish
