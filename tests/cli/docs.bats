# SPDX-License-Identifier: GPL-2.0-or-later
# The walk through the sample modules (docs/walk.md). What its transcripts say is compared with real runs in
# the kernel tier; here, that it is whole, and that its plot shows its data.

load fixture

setup() {
	docs=$top_srcdir/docs
	walk=$docs/walk.md
	topics=$(bash "$top_srcdir/samples/lab/list" "$top_srcdir/samples" | cut -d ' ' -f 1)
}

transcript() {
	bash "$top_srcdir/samples/lab/transcript" "$walk" "$1"
}

@test "the walk has all topics in the order of the laboratory, each with its title" {
	[ "$(sed -n 's/^## //p' "$walk")" = "$(bash "$top_srcdir/samples/lab/list" "$top_srcdir/samples" |
		sed 's/^\([a-z]*\) */\1: /')" ]
}

@test "every topic has a transcript with all commands of its exercise" {
	local topic

	for topic in $topics; do
		[ "$(transcript "$topic" | sed -n 's/^\$ //p')" = \
			"$(sed -n "s/^try '\(.*\)'\$/\1/p" "$top_srcdir/samples/$topic/exercise.sh")" ]
	done
	[ -z "$(transcript none)" ]
}

@test "its links lead somewhere" {
	local link n=0

	for link in $(grep -o '](\([^)]*\))' "$walk" | sed 's/^](\(.*\))$/\1/'); do
		[ -e "$docs/$link" ]
		n=$((n + 1))
	done
	[ "$n" -gt 20 ]
}

@test "the measurements are complete" {
	[ "$(sed '/^#/d' "$docs/structs.data" | awk '{ print $1, $2, $3 }' | LC_ALL=C sort)" = "$(
		for structure in radix rbtree rhashtable xarray; do
			for keys in dense sparse; do
				printf "$structure $keys %s\n" 100 1000 10000 100000 1000000
			done
		done | LC_ALL=C sort)" ]
}

@test "the plot shows the measurements" {
	command -v gnuplot >/dev/null || skip "gnuplot is not installed"
	made=$(sed -n 's/.*<desc>Produced by GNUPLOT \(.*[^ ]\) *<\/desc>.*/\1/p' "$docs/structs.svg")
	[ -n "$made" ]
	[ "gnuplot $made" = "$(gnuplot --version)" ] || skip "drawn by another gnuplot: $made"
	"$docs/plot" | cmp - "$docs/structs.svg"
}
