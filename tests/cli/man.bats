# SPDX-License-Identifier: GPL-2.0-or-later
# The manual pages agree with the tables of commands, options and columns, as help prints them.

load fixture

setup() {
	man=$top_srcdir/man
}

# Commands with a page of their own.
commands() {
	local command

	for command in $("$KMTOOL" help | sed -n '/^Commands:/,/^$/s/^  \([a-z]\{1,\}\) .*/\1/p'); do
		if "$KMTOOL" help "$command" | grep -q "kmtool-$command(8)"; then
			echo "$command"
		fi
	done
}

# All pages: kmtool-kmod(8) is about a program of its own (tests/compat/framework.bats).
pages() {
	{ commands && echo kmod; } | LC_ALL=C sort
}

# section PAGE NAME: the lines below ".Sh NAME", or ".Ss NAME", up to the next heading.
section() {
	awk -v name="$2" '
		/^\.S[hs] / { inside = substr($0, 5) == name; next }
		inside' "$1"
}

# verbs COMMAND: of a command that has some.
verbs() {
	"$KMTOOL" help "$1" | sed -n '/^Verbs /,/^$/s/^  \([a-z-]\{1,\}\) .*/\1/p'
}

# columns_of_verb PAGE VERB: the lines below ".Ss Columns of ..." that names VERB.
columns_of_verb() {
	awk -v verb="$2" '
		/^\.S[hs] / { inside = / Columns of / && index($0 " ", " " verb " ") || index($0, " " verb ","); next }
		inside' "$1"
}

# options_of_help TITLE [COMMAND]: "-k, --kernel VERSION" a line, from below "TITLE:".
options_of_help() {
	# shellcheck disable=SC2086 # no command: no word
	"$KMTOOL" help ${2:-} | awk -v title="$1" '
		/^[^ ]/ { inside = index($0, title) == 1; next }
		inside && /^  (-[a-zA-Z], |    )--/ {
			sub(/^ +/, "")
			sub(/  .*/, "")
			print
		}' | LC_ALL=C sort
}

# The same from ".It Fl k , Fl -kernel Ar VERSION".
options_of_page() {
	sed -n 's/^\.It Fl /-/p' | sed -e 's/ , Fl /, -/' -e 's/ Ar / /' | LC_ALL=C sort
}

# "--kernel" from "-k, --kernel VERSION".
long_names() {
	sed -e 's/^-., //' -e 's/ .*//' | LC_ALL=C sort
}

# same WHAT EXPECTED FOUND
same() {
	[ "$2" = "$3" ] || {
		printf '%s: the tables say\n%s\nthe page says\n%s\n' "$1" "$2" "$3"
		return 1
	}
}

@test "every command has a page, every page a command, all are installed" {
	local found page

	found=$(for page in "$man"/kmtool-*.8; do basename "$page" .8 | sed s/kmtool-//; done | LC_ALL=C sort)
	same pages "$(pages)" "$found"
	for page in "$man"/*.8; do
		grep -q "^dist_man_MANS += \(%D%\|man\)/$(basename "$page")\$" "$man/Makemodule.am" \
			"$top_srcdir/src/cmd/commands.am"
	done
}

@test "kmtool(8) has the global options, and names every command" {
	local command

	same "global options" "$({ options_of_help "Options of all" && options_of_help "Options of most"; } | LC_ALL=C sort)" \
		"$(section "$man/kmtool.8" OPTIONS | options_of_page)"
	for command in $(commands) help version; do
		section "$man/kmtool.8" Commands | grep -q "^\.It Cm $command\b"
	done
}

@test "SYNOPSIS is the usage line" {
	local command

	for command in $(commands); do
		same "$command" "$("$KMTOOL" help "$command" | sed '/^$/Q; s/^Usage: //; s/^  *//' | paste -sd' ')" \
			"$(section "$man/kmtool-$command.8" SYNOPSIS | sed -e 's/ Ns / /g' -e 's/^\.Nm //' -e 's/^\.//' \
				-e 's/Ar //g' -e 's/^Op \(.*\)/[\1]/' -e 's/ \.\.\./.../g' -e 's/ \([=|:]\) /\1/g' | paste -sd' ')"
	done
}

@test "each page has the options of its command" {
	local command

	for command in $(commands); do
		# Of a common option it may say more than kmtool(8) does.
		same "$command" "$(options_of_help "Options:" "$command")" \
			"$(section "$man/kmtool-$command.8" OPTIONS | options_of_page |
				grep -vxFe "$(options_of_help "Common options:" "$command")")"
	done
}

@test "each page names the common options that its command obeys" {
	local command

	for command in $(commands); do
		same "$command" "$(options_of_help "Common options:" "$command" | long_names)" \
			"$(section "$man/kmtool-$command.8" "Common options" | sed -n 's/^\.Fl -\([a-z-]*\).*/--\1/p' |
				grep -vxFe "$(options_of_help "Options:" "$command" | long_names)" | LC_ALL=C sort -u)"
	done
}

@test "each page has the columns of its command" {
	local command

	for command in $(commands); do
		[ -z "$(verbs "$command")" ] || continue
		"$KMTOOL" help "$command" | grep -q -e --list-columns || continue
		same "$command" "$("$KMTOOL" "$command" --list-columns --raw | cut -f1)" \
			"$(section "$man/kmtool-$command.8" COLUMNS | sed -n 's/^\.It Cm //p')"
	done
}

@test "each page has the verbs of its command, and their columns" {
	local command verb page

	for command in $(commands); do
		[ -n "$(verbs "$command")" ] || continue
		page=$man/kmtool-$command.8
		same "$command" "$(verbs "$command")" "$(section "$page" VERBS | sed -n 's/^\.It Cm \([a-z-]*\).*/\1/p')"
		for verb in $(verbs "$command"); do
			"$KMTOOL" help "$command" "$verb" | grep -q -e --list-columns || continue
			same "$command $verb" "$("$KMTOOL" "$command" "$verb" --list-columns --raw | cut -f1)" \
				"$(columns_of_verb "$page" "$verb" | sed -n 's/^\.It Cm //p')"
		done
	done
}

@test "each page has exit statuses and examples" {
	local page

	for page in "$man"/*.8; do
		section "$page" "EXIT STATUS" | grep -q '^\.It 0'
		section "$page" EXAMPLES | grep -q '^\.Dl \$.*kmtool'
	done
}

@test "the footer of each page has the version" {
	local page version

	version=$("$KMTOOL" version --json | sed -n 's/.*"version": *"\([^"]*\)".*/\1/p')
	[ -n "$version" ]
	for page in "$man"/*.8; do
		grep -qxF ".Os \"Linux (kmtool $version)\"" "$page"
	done
}

@test "kmtool(8) refers to all other pages" {
	same "SEE ALSO" "$(pages)" \
		"$(section "$man/kmtool.8" "SEE ALSO" | sed -n 's/^\.Xr kmtool-\([a-z]*\) 8.*/\1/p')"
}

@test "references to other pages of ours lead somewhere" {
	local page

	for page in $(sed -n 's/^\.Xr \(kmtool[a-z-]*\) \([0-9]\).*/\1.\2/p' "$man"/*.8 | sort -u); do
		[ -e "$man/$page" ]
	done
}

@test "mandoc has nothing to complain about" {
	command -v mandoc >/dev/null || skip "mandoc is not installed"
	mandoc -T lint -W warning "$man"/*.8
}

@test "these checks find a page that disagrees" {
	local page=$BATS_TEST_TMPDIR/page.8

	sed '/^\.It Fl -available/d' "$man/kmtool-list.8" >"$page"
	[ "$(options_of_help "Options:" list)" != "$(section "$page" OPTIONS | options_of_page)" ]
	sed 's/^\.It Fl -available/.It Fl -new\n&/' "$man/kmtool-list.8" >"$page"
	[ "$(options_of_help "Options:" list)" != "$(section "$page" OPTIONS | options_of_page)" ]
	[ "$(options_of_help "Options:" list)" = "$(section "$man/kmtool-list.8" OPTIONS | options_of_page)" ]
	[ -n "$(options_of_help "Options:" list)" ]
}
