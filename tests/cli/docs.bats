# SPDX-License-Identifier: GPL-2.0-or-later
# The walk through the sample modules (docs/walk). What its transcripts say is compared with real runs in
# the kernel tier; here, that it is whole, and that its plot shows its data.

load fixture

setup() {
	docs=$top_srcdir/docs
	samples=$top_srcdir/samples
	topics=$(bash "$samples/lab/list" "$samples" | cut -d ' ' -f 1)
}

transcript() {
	bash "$samples/lab/transcript" "$docs/walk/$1.md"
}

@test "the index has all topics in the order of the laboratory, each with its title" {
	[ "$(sed '1,/^|---/d' "$docs/walk.md")" = "$(bash "$samples/lab/list" "$samples" |
		sed 's,^\([a-z]*\) *\(.*\),| [\1](walk/\1.md) | \2 |,')" ]
}

@test "every topic is a folder with a page of the same title, and every folder is a topic" {
	local topic

	for topic in $topics; do
		[ "$(sed -n '1s/^# [^:]*: //p' "$samples/$topic/README.md")" = \
			"$(sed -n "1s/^# $topic: //p" "$docs/walk/$topic.md")" ]
	done
	[ "$(sort <<<"$topics")" = "$(ls "$docs/walk" | sed 's/\.md$//' | sort)" ]
	[ "$(sort <<<"$topics")" = "$(ls -d "$samples"/*/ | grep -v '/lab/' | xargs -n 1 basename | sort)" ]
}

@test "every page has a transcript with all commands of its exercise" {
	local topic

	for topic in $topics; do
		[ -n "$(transcript "$topic")" ]
		[ "$(transcript "$topic" | sed -n 's/^\$ //p')" = \
			"$(sed -n "s/^try '\(.*\)'\$/\1/p" "$samples/$topic/exercise.sh")" ]
	done
}

@test "every README ends with questions and their answers" {
	local topic

	for topic in $topics; do
		[ "$(sed -n '/^\*\*Questions\*\*$/,$p' "$samples/$topic/README.md" | grep -c '^[0-9]\. .*')" -ge 3 ]
	done
}

@test "every module of a topic is in Kbuild, dkms.conf and the tests" {
	local module

	for module in $(sed -n 's,^obj-m += .*/\(km_[a-z_]*\)\.o$,\1,p' "$samples/Kbuild") km_structs; do
		grep -q "\"$module\"" "$samples/dkms.conf"
		grep -q "\`*$module\b" "$samples/README.md"
	done
}

@test "the links lead somewhere" {
	local page link n=0

	for page in "$docs/walk.md" "$docs"/walk/*.md; do
		for link in $(grep -o '](\([^)]*\))' "$page" | sed 's/^](\(.*\))$/\1/'); do
			[ -e "$(dirname "$page")/$link" ]
			n=$((n + 1))
		done
	done
	[ "$n" -gt 40 ]
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
