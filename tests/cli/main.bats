# SPDX-License-Identifier: GPL-2.0-or-later
# The frame around every command: help, options, exit statuses, output that cannot be written.

load fixture

@test "without a command: usage error" {
	expect_status 2 "$KMTOOL"
	[ -z "$output" ]
	contains "$stderr" "no command was given"
	contains "$stderr" "kmtool: hint: 'kmtool help'"
}

@test "help lists every command and every global option" {
	local option

	expect_status 0 "$KMTOOL" help
	contains "$output" "  list "
	contains "$output" "  version "
	for option in root kernel dry-run output sort list-columns no-headings json raw ascii color quiet verbose help \
		version; do
		contains "$output" "--$option"
	done
	[[ $output != *__complete* ]]
	[ "$("$KMTOOL" --help)" = "$output" ]
	[ "$("$KMTOOL" -h)" = "$output" ]
}

@test "help of a command: options, columns, examples" {
	expect_status 0 "$KMTOOL" help list
	contains "$output" "Usage: kmtool list [OPTION...] [PATTERN...]"
	contains "$output" "--available"
	contains "$output" "* holders"
	contains "$output" "Examples:"
	contains "$output" "kmtool-list(8)"
	[[ $output != *--dry-run* ]] # means nothing to list
	[ "$("$KMTOOL" list --help)" = "$output" ]
	[ "$("$KMTOOL" --help list)" = "$output" ]
	[ "$("$KMTOOL" list -h nonsense)" = "$output" ]
}

@test "help is not wider than the terminal asked for" {
	local command

	for command in "" $("$KMTOOL" help | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p'); do
		# shellcheck disable=SC2086
		"$KMTOOL" help $command | expand |
			awk -v c="$command" 'length > 80 && !/^  kmtool |^      / { print c ": " $0; bad = 1 } END { exit bad }'
	done
}

@test "help of an unknown command" {
	expect_status 2 "$KMTOOL" help lits
	contains "$stderr" "unknown command 'lits'"
	contains "$stderr" "did you mean 'kmtool list'?"
	expect_status 2 "$KMTOOL" help list version
}

@test "commands are in groups, and kmtool alone prints them" {
	local group want=

	for group in look judge change build; do
		want+=" $group"$'\n'
	done
	[ "$("$KMTOOL" help | grep -x -e ' look' -e ' judge' -e ' change' -e ' build')" = "${want%?}" ]
	"$KMTOOL" help | sed -n '/^ change/,/^ build/p' | grep -q '^  load '
	"$KMTOOL" help | sed -n '/^ look/,/^ judge/p' | grep -q '^  list '
	expect_status 2 "$KMTOOL"
	contains "$stderr" "$("$KMTOOL" help)"
}

@test "names of other tools lead on; what is not near is not suggested" {
	local pair

	for pair in lsmod:list modinfo:info modprobe:load rmmod:unload insmod:load depmod:index remove:unload show:info; do
		expect_status 2 "$KMTOOL" "${pair%:*}"
		contains "$stderr" "did you mean 'kmtool ${pair#*:}'?"
	done
	for pair in xyz abc frobnicate; do
		expect_status 2 "$KMTOOL" "$pair"
		[[ $stderr != *"did you mean"* ]]
	done
}

@test "unknown command" {
	expect_status 2 "$KMTOOL" nonsense
	contains "$stderr" "unknown command 'nonsense'"
}

@test "unknown and wrong options: what is wrong, and where help is" {
	expect_status 2 "$KMTOOL" list --availible
	contains "$stderr" "'kmtool list' has no option '--availible'"
	contains "$stderr" "did you mean '--available'?"
	expect_status 2 "$KMTOOL" list --avail # an abbreviation
	contains "$stderr" "did you mean '--available'?"
	expect_status 2 "$KMTOOL" list -Z
	contains "$stderr" "'kmtool help list' lists its options"
	expect_status 2 "$KMTOOL" list --color=blue
	contains "$stderr" "auto, always, never"
	expect_status 2 "$KMTOOL" list --root
	contains "$stderr" "--root needs a value: DIR"
	expect_status 2 "$KMTOOL" --available list
	contains "$stderr" "options of a command come after its name"
	expect_status 2 "$KMTOOL" list --json=yes
	contains "$stderr" "--json takes no value"
	expect_status 2 "$KMTOOL" version extra
	contains "$stderr" "takes no operand"
}

@test "global options stand before or after the command name" {
	ROOT=$BATS_TEST_TMPDIR/root
	make_fixture "$ROOT"
	expect_status 0 "$KMTOOL" --raw --root "$ROOT" list
	local before=$output
	expect_status 0 "$KMTOOL" list --root="$ROOT" --raw
	[ "$output" = "$before" ]
	expect_status 0 "$KMTOOL" list --root "$ROOT" 'e1000*' --raw
	[ "${#lines[@]}" = 1 ]
}

@test "an option that means nothing to the command is refused" {
	expect_status 2 "$KMTOOL" list --dry-run
	contains "$stderr" "'kmtool list' does not take --dry-run"
	expect_status 2 "$KMTOOL" -n list
	contains "$stderr" "does not take --dry-run"
}

@test "a root that is not there" {
	expect_status 4 "$KMTOOL" --root "$BATS_TEST_TMPDIR/nowhere" list
	contains "$stderr" "$BATS_TEST_TMPDIR/nowhere"
}

@test "version" {
	expect_status 0 "$KMTOOL" version
	[[ ${lines[0]} =~ ^kmtool\ [0-9]+\.[0-9]+ ]]
	contains "$output" "libcrypto"
	[[ $output =~ libkmod\ +(not\ in|missing:|yes,\ libkmod\.so\.2\.) ]]
	[ "$("$KMTOOL" --version)" = "${lines[0]}" ]
	[ "$("$KMTOOL" list --version)" = "${lines[0]}" ]
	expect_status 0 "$KMTOOL" version --json
	python3 -c 'import json, sys; d = json.load(sys.stdin); assert d["schema"] == 1 and "zstd" in d["features"]' \
		<<<"$output"
}

@test "a full disk is an error" {
	[ -w /dev/full ] || skip "no /dev/full"
	expect_status 1 sh -c '"$1" help >/dev/full' sh "$KMTOOL"
	contains "$stderr" "cannot write the output: No space left on device"
	expect_status 1 sh -c '"$1" help --version >/dev/full' sh "$KMTOOL"
}

@test "a closed stdout is an error if something was to be printed" {
	expect_status 1 sh -c '"$1" help >&-' sh "$KMTOOL"
	contains "$stderr" "cannot write the output"
}

@test "a reader that goes away is no reason to complain" {
	# The reader is gone before the first byte: the status says so, nothing is printed.
	expect_status 0 bash -c '
		mkfifo "$2"
		exec 3<>"$2" 4>"$2" 3<&-
		{ sleep 0.2; "$1" help; echo "status $?" >&2; } 2>"$2.err" | true
		cat "$2.err"' sh "$KMTOOL" "$BATS_TEST_TMPDIR/fifo"
	[ "$output" = "status 1" ]
}

@test "hostile words in messages are escaped" {
	expect_status 2 "$KMTOOL" $'no\033[31msuch\ncommand'
	[[ $stderr != *$'\033'* ]]
	contains "$stderr" 'no\x1b[31msuch\x0acommand'
}

@test "no colours in a pipe, none with NO_COLOR" {
	ROOT=$BATS_TEST_TMPDIR/root
	make_fixture "$ROOT"
	[[ $(kmtool list) != *$'\033'* ]]
	[[ $(kmtool list --color=always) == *$'\033[1mvendor'* ]]
}

@test "starting loads no library that is not needed" {
	local libraries

	ROOT=$BATS_TEST_TMPDIR/root
	make_fixture "$ROOT"
	# What libraries need in turn (libelf: libzstd) is not kmtool's choice.
	libraries=$(readelf -d "$KMTOOL" | sed -n 's/.*(NEEDED).*\[\(lib[a-z]*\).*/\1/p')
	[ -n "$libraries" ]
	for library in libkmod libcrypto liblzma libzstd libblkid libncurses; do
		[[ $libraries != *$library* ]]
	done
	libraries=$(LD_DEBUG=libs kmtool list 2>&1 | sed -n 's/.*calling init: .*\/\(lib[^/]*\)$/\1/p' | sort -u)
	[ -n "$libraries" ]
	# ldd(1) is for this machine's own programs.
	LD_TRACE_LOADED_OBJECTS=1 "$KMTOOL" | sed -n 's/.*\(lib[^ /]*\) => .*/\1/p' | sort -u >"$BATS_TEST_TMPDIR/linked"
	[ -s "$BATS_TEST_TMPDIR/linked" ]
	[ -z "$(comm -13 "$BATS_TEST_TMPDIR/linked" - <<<"$libraries")" ]
}
