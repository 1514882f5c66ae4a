# SPDX-License-Identifier: GPL-2.0-or-later
# The laboratory's script, as far as it goes without a machine. What runs in one: tests/vm/builds and the walk.

load fixture

setup() {
	here=$BATS_TEST_TMPDIR/here
	mkdir -p "$here/tests" "$here/samples/whole" "$here/samples/bare" "$here/samples/lab"
	cp "$top_srcdir/lab" "$here/"
	cp "$top_srcdir/tests/setup.sh" "$top_srcdir/tests/packages.sh" "$here/tests/"
	printf 'for t in whole; do echo "$t"; done\n' >"$here/samples/lab/list"
	touch "$here/samples/bare/km_bare.c" "$here/samples/bare/km_second.c"
}

@test "what is neither a topic nor a directory: the topics are listed" {
	local name

	for name in nosuch lab samples/nosuch ../samples; do
		expect_status 2 "$here/lab" run "$name"
		contains "$stderr" "lab: $name: no such topic, and no directory"
		contains "$stderr" "whole"
	done
	expect_status 1 "$here/lab" load nosuch
	contains "$stderr" "lab: nosuch: no such directory"
}

@test "a topic without exercise or README says so, however it is named" {
	local name

	for name in bare km_bare km_second "$here/samples/bare"; do
		expect_status 1 "$here/lab" run "$name"
		[ "$stderr" = "lab: $name: samples/bare has no exercise.sh" ]
	done
	touch "$here/samples/bare/exercise.sh"
	expect_status 1 "$here/lab" run bare
	[ "$stderr" = "lab: bare: samples/bare has no README.md" ]
}

@test "parameters of one's own module look like parameters" {
	mkdir "$here/mine"
	expect_status 1 "$here/lab" run "$here/mine" count
	contains "$stderr" "lab: count: neither a topic nor PARAMETER=VALUE"
}

@test "usage" {
	local arguments

	for arguments in run load nosuch "--kernel old list" "--nosuch list" "--kernel"; do
		expect_status 2 "$here/lab" $arguments
		contains "$stderr" "usage: ./lab"
	done
	expect_status 0 "$here/lab" list
	[ "$output" = whole ]
}
