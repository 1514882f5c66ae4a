# SPDX-License-Identifier: GPL-2.0-or-later
# kmtool log, on a saved kernel log: what `cat /dev/kmsg` printed, below --root.

load fixture

setup() {
	root=$BATS_TEST_TMPDIR/root
	mkdir -p "$root/dev"
	cat >"$root/dev/kmsg" <<-'END'
		6,1,1000,-;Linux version 6.1.0
		6,2,1500000,-;loop: module loaded
		 SUBSYSTEM=block
		4,3,2000001,-;snd_dummy: odd\x1b[31m thing\x0anext line
		3,4,3000000,-;something about snd-dummy here
		30,5,4000000,-;systemd[1]: Inserted module 'loop'
		6,6,5000000,-;loops and loop2 are other words
		garbage
	END
}

@test "all lines, with their time" {
	expect_status 0 "$KMTOOL" --root "$root" log
	[ "${#lines[@]}" = 6 ]
	[ "${lines[0]}" = "[    0.001000] Linux version 6.1.0" ]
	[ "${lines[1]}" = "[    1.500000] loop: module loaded" ]
	[ -z "$stderr" ]
}

@test "lines that name a module as a word" {
	expect_status 0 "$KMTOOL" --root "$root" log loop
	[ "${#lines[@]}" = 2 ]
	contains "${lines[1]}" "Inserted module 'loop'"
}

@test "- and _ are the same, and so is a file" {
	expect_status 0 "$KMTOOL" --root "$root" log snd-dummy
	[ "${#lines[@]}" = 2 ]
	[ "$("$KMTOOL" --root "$root" log snd_dummy)" = "$output" ]
	[ "$("$KMTOOL" --root "$root" log /x/snd-dummy.ko.xz)" = "$output" ]
}

@test "what could move the terminal's cursor is escaped" {
	expect_status 0 "$KMTOOL" --root "$root" log snd_dummy
	[ "${lines[0]}" = '[    2.000001] snd_dummy: odd\x1b[31m thing\x0anext line' ]
}

@test "--raw: microseconds, level, text" {
	expect_status 0 "$KMTOOL" --root "$root" log --raw snd_dummy
	[ "${lines[0]}" = $'2000001\twarn\tsnd_dummy: odd\\x1b[31m thing\\x0anext line' ]
	[ "${lines[1]}" = $'3000000\terr\tsomething about snd-dummy here' ]
}

@test "--json" {
	"$KMTOOL" --root "$root" log --json loop | python3 -c '
import json, sys
d = json.load(sys.stdin)
assert d["schema"] == 1
a, b = d["lines"]
assert a == {"seq": 2, "usec": 1500000, "level": "info", "facility": 0, "text": "loop: module loaded"}
assert b["facility"] == 3 and b["text"].startswith("systemd[1]: Inserted")
'
}

@test "colours by level" {
	expect_status 0 "$KMTOOL" --root "$root" log --color=always snd_dummy
	contains "${lines[0]}" $'\e['
	[[ ${lines[0]} != *$'\e[31m thing'* ]]
}

@test "a module that no line names: a note, no failure" {
	expect_status 0 "$KMTOOL" --root "$root" log nothing
	[ -z "$output" ]
	contains "$stderr" "no line of the kernel log names nothing"
	expect_status 0 "$KMTOOL" --root "$root" log -q nothing
	[ -z "$stderr" ]
}

@test "usage errors" {
	expect_status 2 "$KMTOOL" --root "$root" log a b
	expect_status 2 "$KMTOOL" --root "$root" log ''
	expect_status 2 "$KMTOOL" --root "$root" log -f
	contains "$stderr" "running kernel"
}

@test "no log: its path is named" {
	rm "$root/dev/kmsg"
	expect_status 4 "$KMTOOL" --root "$root" log
	contains "$stderr" "$root/dev/kmsg"
}

@test "a log that may not be read: the line to type instead" {
	local prefix=()

	[ "$(id -u)" != 0 ] || prefix=(setpriv --bounding-set -dac_override,-dac_read_search)
	chmod 0 "$root/dev/kmsg"
	expect_status 5 "${prefix[@]}" "$KMTOOL" --root "$root" log loop
	contains "$stderr" "sudo kmtool log --root $root loop"
}
