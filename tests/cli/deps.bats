# SPDX-License-Identifier: GPL-2.0-or-later
# kmtool deps

load fixture

setup() {
	ROOT=$BATS_TEST_TMPDIR/root
	make_fixture "$ROOT"
}

@test "what a module needs directly, and what that needs" {
	expect_status 0 kmtool deps br_netfilter
	[ "$output" = 'MODULE       STATE
br_netfilter available
`-bridge     live
  `-stp      live
    `-llc    live' ]
	[ -z "$stderr" ]
	expect_status 0 kmtool deps --depth 1 br-netfilter
	[ "$output" = 'MODULE       STATE     NOTE
br_netfilter available -
`-bridge     live      has branches' ]
}

@test "who needs it" {
	expect_status 0 kmtool deps --reverse llc
	[ "$output" = 'MODULE             STATE
llc                live
`-stp              live
  `-bridge         live
    `-br_netfilter available' ]
	expect_status 0 kmtool deps --reverse ext4
	[ "${#lines[@]}" = 2 ]
}

@test "soft and weak dependencies, with what their names mean and the line" {
	expect_status 0 kmtool deps --all ext4
	[ "$output" = 'MODULE           KIND        STATE     ALIAS         LINE
ext4             -           available -             -
`-crc32c_generic softdep-pre available crypto-crc32c '"/lib/modules/$FIXTURE_VERSION/modules.softdep:2" ]
	echo 'softdep loop post: snd-dummy no-such-one
weakdep loop ext2 bridge' >"$ROOT/etc/modprobe.d/a.conf"
	expect_status 0 kmtool deps -a --raw loop
	[ "$output" = $'loop\t-\t-\tlive\t-\t-\t-
snd_dummy\tloop\tsoftdep-post\tavailable\t-\t/etc/modprobe.d/a.conf:1\t-
no-such-one\tloop\tsoftdep-post\tmissing\t-\t/etc/modprobe.d/a.conf:1\tno such module
ext2\tloop\tweakdep\tbuilt-in\t-\t/etc/modprobe.d/a.conf:2\t-
bridge\tloop\tweakdep\tlive\t-\t/etc/modprobe.d/a.conf:2\t-
stp\tbridge\thard\tlive\t-\t-\t-
llc\tstp\thard\tlive\t-\t-\t-' ]
	expect_status 0 kmtool deps --all --reverse --raw crc32c_generic bridge
	[ "$output" = $'crc32c_generic\t-\t-\tavailable\t-\t-\t-
ext4\tcrc32c_generic\tsoftdep-pre\tavailable\tcrypto-crc32c\t/lib/modules/'$FIXTURE_VERSION$'/modules.softdep:2\t-
bridge\t-\t-\tlive\t-\t-\t-
br_netfilter\tbridge\thard\tavailable\t-\t-\t-
loop\tbridge\tweakdep\tlive\t-\t/etc/modprobe.d/a.conf:2\t-' ]
}

@test "only lines that count are shown" {
	printf '%s\n' 'softdep lo* pre: stp' 'softdep loop pre: ext4' >"$ROOT/etc/modprobe.d/a.conf"
	expect_status 0 kmtool deps -a --raw -o module,parent loop
	[ "$output" = $'loop\t-\nstp\tloop\nllc\tstp' ]
	expect_status 0 kmtool deps -a -r --raw -o module ext4
	[ "$output" = ext4 ]
	expect_status 0 kmtool deps -a -r --raw -o module,origin stp
	contains "$output" $'loop\t/etc/modprobe.d/a.conf:1'
}

@test "cycles of soft dependencies end" {
	printf '%s\n' 'softdep loop pre: snd-dummy' 'softdep snd_dummy pre: loop' >"$ROOT/etc/modprobe.d/a.conf"
	expect_status 0 kmtool deps -a loop
	[ "$output" = 'MODULE      KIND        STATE     LINE                     NOTE
loop        -           live      -                        -
`-snd_dummy softdep-pre available /etc/modprobe.d/a.conf:1 -
  `-loop    softdep-pre live      /etc/modprobe.d/a.conf:2 its branches are above' ]
}

@test "a list in the order of loading, or of unloading" {
	expect_status 0 kmtool deps --format list --raw -o module br_netfilter
	[ "$output" = $'llc\nstp\nbridge\nbr_netfilter' ]
	expect_status 0 kmtool deps --format list --reverse --raw -o module llc
	[ "$output" = $'br_netfilter\nbridge\nstp\nllc' ]
	echo 'softdep loop pre: stp post: snd-dummy' >"$ROOT/etc/modprobe.d/a.conf"
	expect_status 0 kmtool deps --format list --all --raw -o module loop stp
	[ "$output" = $'llc\nstp\nloop\nsnd_dummy' ]
	expect_status 0 kmtool deps --format list llc
	[ "$output" = "MODULE STATE FILE
llc    live  /lib/modules/$FIXTURE_VERSION/kernel/net/llc/llc.ko" ]
}

@test "a graph for Graphviz" {
	echo 'softdep br_netfilter pre: \"q\\ \ post: loop' >"$ROOT/etc/modprobe.d/a.conf"
	expect_status 0 kmtool deps -a --format dot br_netfilter
	[ "$output" = 'digraph modules {
	rankdir=LR;
	node [shape=box];
	"br_netfilter";
	"bridge" [style=filled, fillcolor=palegreen];
	"stp" [style=filled, fillcolor=palegreen];
	"llc" [style=filled, fillcolor=palegreen];
	"\"q\\" [style=dotted];
	"loop" [style=filled, fillcolor=palegreen];
	"br_netfilter" -> "bridge";
	"bridge" -> "stp";
	"stp" -> "llc";
	"br_netfilter" -> "\"q\\" [style=dashed, label="before"];
	"br_netfilter" -> "loop" [style=dashed, label="after"];
}' ]
	expect_status 0 kmtool deps -r --format dot stp
	contains "$output" '"bridge" -> "stp";'
	expect_status 2 kmtool deps --format dot --json stp
}

@test "json: a contract" {
	kmtool deps --all --json ext4 fs-ext3 | python3 -c '
import json, sys
d = json.load(sys.stdin)
assert d["schema"] == 1
rows = d["dependencies"]
assert rows[0] == {"module": "ext4", "parent": None, "kind": None, "state": "available", "alias": None,
	"origin": None, "note": None}, rows[0]
assert rows[1]["parent"] == "ext4" and rows[1]["kind"] == "softdep-pre" and rows[1]["alias"] == "crypto-crc32c"
assert rows[2]["alias"] == "fs-ext3" and rows[2]["note"]
'
	[ "$(kmtool deps --format json llc)" = "$(kmtool deps --json llc)" ]
}

@test "files, aliases of the configuration, built-ins" {
	expect_status 0 kmtool deps --raw -o module "/some/where/br-netfilter.ko"
	[ "${lines[0]}" = br_netfilter ]
	expect_status 0 kmtool deps --raw -o module,alias,origin network-card
	[ "$output" = $'e1000e\tnetwork-card\t/etc/modprobe.d/local.conf:3' ]
	expect_status 0 kmtool deps --raw -o module,state usbcore
	[ "$output" = $'usbcore\tbuilt-in' ]
}

@test "what is not there" {
	expect_status 4 kmtool deps brige
	contains "$stderr" "no module, built-in or alias 'brige'"
	contains "$stderr" "did you mean bridge?"
	expect_status 4 kmtool deps ./nothing.ko
	expect_status 4 kmtool deps llc nothing-at-all
	[ -z "$output" ]
	expect_status 2 kmtool deps
	expect_status 2 kmtool deps 'x[y'
	expect_status 2 kmtool deps --format nonsense llc
	expect_status 2 kmtool deps --depth x llc
	rm "$ROOT/lib/modules/$FIXTURE_VERSION/modules.dep"
	expect_status 1 kmtool deps llc
	contains "$stderr" "modules.dep is missing"
	contains "$stderr" "kmtool --root $ROOT index $FIXTURE_VERSION"
	rm -r "$ROOT/lib/modules/$FIXTURE_VERSION"
	expect_status 4 kmtool deps ext4
}

@test "lines are drawn as the terminal can" {
	command -v script >/dev/null || skip "script is not installed"
	run script -qec "LC_ALL=C.UTF-8 TERM=xterm-256color '$KMTOOL' --root '$ROOT' deps --color=never br_netfilter" /dev/null
	contains "$output" '└─bridge'
	run script -qec "LC_ALL=C.UTF-8 TERM=xterm-256color '$KMTOOL' --root '$ROOT' deps --ascii --color=never br_netfilter" /dev/null
	contains "$output" '`-bridge'
	run script -qec "LC_ALL=C.UTF-8 TERM=xterm-256color '$KMTOOL' --root '$ROOT' deps --color=always br_netfilter" /dev/null
	contains "$output" $'\033[32mlive'
}
