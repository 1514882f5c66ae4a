# SPDX-License-Identifier: GPL-2.0-or-later
# How a screen becomes a picture (tests/tui/svg.py), by small screens. That the pictures in README.md are those of
# this browser is in terminal.bats.

load ../bats
export LC_ALL=C.UTF-8

setup() {
	command -v python3 >/dev/null || skip "python3 is not installed"
}

# draw COLUMNS LINES SCREEN: the picture, in $output.
draw() {
	run -0 python3 "$top_srcdir/tests/tui/svg.py" "$1" "$2" < <(printf "$3")
}

# has PART: whether it is in the picture.
has() {
	[[ $output == *"$1"* ]] || {
		printf 'not there: %s\n%s\n' "$1" "$output"
		return 1
	}
}

has_not() {
	[[ $output != *"$1"* ]] || {
		printf 'there: %s\n%s\n' "$1" "$output"
		return 1
	}
}

# The text of the picture, a line for each piece.
texts() {
	python3 -c 'import sys, xml.dom.minidom as x
for t in x.parse(sys.stdin).getElementsByTagName("text"): print(t.firstChild.data)' <<<"$output"
}

@test "the same screen gives the same picture, and it is XML with all of the text" {
	local screen='\033[1mname\033[0m  a <b> & "c"\n\033[36m└─\033[39m 日本 e\314\201\n' first

	draw 20 2 "$screen"
	first=$output
	draw 20 2 "$screen"
	[ "$output" = "$first" ]
	[ "$(texts)" = $'name\na <b> & "c"\n└─\n日本 e\314\201' ]
	if command -v xmllint >/dev/null; then
		xmllint --noout - <<<"$output"
	fi
	# Nothing is fetched from elsewhere.
	[ "$(grep -o 'http[^"]*' <<<"$output")" = "http://www.w3.org/2000/svg" ]
	has_not "href"
}

@test "every piece is in its place, wide characters count twice" {
	draw 20 2 'ae\314\201\n日\033[1mx\033[0m  y\n'
	has '<text x="10.0" y="23" textLength="16.8" fill="#d8dee9">a'
	has '<text x="10.0" y="40" textLength="16.8" fill="#d8dee9">日<'
	has '<text x="26.8" y="40" textLength="8.4" fill="#d8dee9" font-weight="bold">x<'
	has '<text x="52.0" y="40" textLength="8.4" fill="#d8dee9">y<'
	has 'viewBox="0 0 188 54"'
}

@test "colours and attributes are seen, until they end" {
	draw 20 1 '\033[31mred\033[39mno\033[4;32mline\033[0m\033[2mdim\033[0mend'
	has 'fill="#f07178">red<'
	has 'fill="#d8dee9">no<'
	has 'fill="#a5d076" text-decoration="underline">line<'
	has 'fill="#8a93a3">dim<'
	has 'fill="#d8dee9">end<'
}

@test "256 colours; a light background" {
	draw 20 1 '\033[38;5;160mred\033[38;5;243;1mgrey'
	has 'fill="#d70000">red<'
	has 'fill="#767676" font-weight="bold">grey<'
	run -0 python3 "$top_srcdir/tests/tui/svg.py" 20 1 light < <(printf 'ink')
	has 'fill="#fbf8f0"/>'
	has 'fill="#2e3440">ink<'
}

@test "what is reversed has its own background, blanks too" {
	draw 20 1 '\033[7mbar  \033[0m\033[44mblue\033[49mno\033[42m  '
	has '<rect x="10.0" y="10" width="42.0" height="17" fill="#d8dee9"/>'
	has 'fill="#1b1f27">bar<'
	has '<rect x="52.0" y="10" width="33.6" height="17" fill="#7aa2f7"/>'
	has '<rect x="102.4" y="10" width="16.8" height="17" fill="#a5d076"/>'
	# These, and the paper: no more.
	[ "$(grep -c '<rect' <<<"$output")" = 4 ]
}

@test "lines that the screen does not have are left out, looks that are not known are refused" {
	draw 20 1 'one\ntwo\n'
	[ "$(texts)" = one ]
	run -1 python3 "$top_srcdir/tests/tui/svg.py" 20 1 < <(printf '\033[38;2;1;2;3mx')
	[[ $output == *"attribute 38 is not known"* ]]
}

@test "screens become a recording, with the times that they stay, and an animated picture" {
	cd "$BATS_TEST_TMPDIR"
	printf 'o\033[1mne\n\n' >1
	printf 'a\nb "c"\n' >2
	run -0 python3 "$top_srcdir/tests/tui/cast.py" 20 2 < <(printf '1500 1\n500 2\n')
	[ "${#lines[@]}" = 4 ]
	[[ ${lines[0]} == '{"version": 2, "width": 20, "height": 2, '* ]]
	[ "${lines[1]}" = '[0.0, "o", "\u001b[0m\u001b[H\u001b[2Jo\u001b[1mne"]' ]
	[ "${lines[2]}" = '[1.5, "o", "\u001b[0m\u001b[H\u001b[2Ja\r\nb \"c\""]' ]
	[ "${lines[3]}" = '[2.0, "o", ""]' ]
	echo "$output" >cast
	run -0 python3 "$top_srcdir/tests/tui/svg.py" 20 2 cast <cast
	[ "$(texts)" = $'o\nne\na\nb "c"' ]
	has '<g visibility="visible">'
	has 'dur="2s" repeatCount="indefinite" values="visible;hidden" keyTimes="0;0.75"/>'
	has '<g visibility="hidden">'
	has 'values="hidden;visible" keyTimes="0;0.75"/>'
	has 'y="40" textLength="42.0" fill="#d8dee9">b "c"<'
	run -1 python3 "$top_srcdir/tests/tui/svg.py" 20 2 cast < <(printf '{}\n[0, "o", "x"]\n[1, "o", ""]\n')
	[[ $output == *"does not draw a whole screen"* ]]
}
