# SPDX-License-Identifier: GPL-2.0-or-later
# Completion: what `kmtool __complete` offers, and that a real bash, zsh and fish make use of it.

load fixture

setup() {
	ROOT=$BATS_TEST_TMPDIR/root
	make_fixture "$ROOT"
}

# offers WORD...: the candidates without descriptions, on one line.
offers() {
	"$KMTOOL" __complete -- "$@" | cut -f1 | paste -sd' '
}

@test "commands, with descriptions" {
	[[ " $(offers '') " == *" list "* ]]
	[[ " $(offers '') " == *" help version "* ]]
	[[ $(offers '') != *__complete* ]]
	[ "$(offers lis)" = list ]
	[ "$("$KMTOOL" __complete -- vers)" = $'version\tPrint the version and the optional libraries that are built in and found' ]
	[ "$(offers help lis)" = list ]
	[ -z "$(offers help list '')" ]
	[ -z "$(offers nonsense '')" ]
}

@test "options of the command and those common ones that it obeys" {
	[ "$(offers list --a)" = "--available --all --ascii" ]
	[[ " $(offers list --) " == *" --loaded "*" --root "*" --color "* ]]
	[[ $(offers list --) != *--dry-run* ]]
	[[ " $(offers --) " == *" --root "*" --dry-run "* ]]
	[ -z "$(offers list -- --a)" ]
}

@test "values of options" {
	[ "$(offers list --color '')" = "auto always never" ]
	[ "$(offers list --color=a)" = "--color=auto --color=always" ]
	[ "$(offers --root '')" = ":dirs" ]
	[ "$(offers --root "$ROOT" list --kernel '')" = 6.1.0-test ]
	[ "$(offers --root="$ROOT" list -k 6)" = 6.1.0-test ]
	[ -z "$(offers --root "$ROOT" list -k 7)" ]
}

@test "columns, also behind a comma, a '+' and a '-'" {
	[ "$(offers list -o na)" = name ]
	[ "$(offers list -o name,re)" = name,refs ]
	[ "$(offers list -o +ver)" = +version ]
	[ "$(offers list --output=name,re)" = --output=name,refs ]
	[ "$(offers list --sort -si)" = "-size -signed" ]
	[ -z "$(offers help -o na)" ]
}

@test "modules by state, spelt as they were begun" {
	[ "$(offers --root "$ROOT" list br)" = "bridge br_netfilter" ]
	[ "$(offers --root "$ROOT" list usb)" = usbcore ]
	[ "$(offers --root "$ROOT" list snd-d)" = snd-dummy ]
	[ "$(offers --root "$ROOT" list snd_d)" = snd_dummy ]
	[ "$("$KMTOOL" --root "$ROOT" __complete -- list ll)" = $'llc\tin use by bridge, stp' ]
	[ "$(offers --root "$ROOT" list ./)" = ":files" ]
	[ "$(offers --root "$ROOT" list /lib)" = ":files" ]
}

@test "load: what is not loaded, then the parameters of the first module" {
	[ "$(offers --root "$ROOT" load br)" = br_netfilter ]
	[ -z "$(offers --root "$ROOT" load loo)" ] # is loaded
	[ "$(offers --root "$ROOT" load snd-dummy '')" = enable= ]
	[ "$("$KMTOOL" __complete -- --root "$ROOT" load snd-dummy en)" = $'enable=\tbool: Enable this card' ]
	[ "$(offers --root "$ROOT" load snd-dummy enable=)" = "enable=Y enable=N" ]
	[ "$(offers --root "$ROOT" load snd-dummy e)" = "enable= ext4" ]
	[ "$(offers --root "$ROOT" load br-netfilter e)" = ext4 ] # has no parameters
	[ "$(offers --root "$ROOT" load ./dr)" = ":files" ]
}

@test "provides: filesystems, algorithms, protocols and symbols" {
	[ "$(offers --root "$ROOT" provides '')" = "fs: crypto: net: symbol:" ]
	[ "$("$KMTOOL" __complete -- --root "$ROOT" provides fs:ext4)" = $'fs:ext4\text4' ]
	[ "$(offers --root "$ROOT" provides crypto:)" = crypto:crc32c ]
	[ "$(offers --root "$ROOT" provides symbol:llc_sap_o)" = symbol:llc_sap_open ]
	[ -z "$(offers --root "$ROOT" provides net:x)" ]
}

@test "devices: interfaces, block devices, addresses on a bus" {
	add_network
	[ "$(offers --root "$ROOT" devices eth)" = eth0 ]
	[ "$(offers --root "$ROOT" devices /dev/s)" = ":files" ]
	# A module, too; and its verbs, of which the first need not be named.
	[ "$(offers --root "$ROOT" devices ext)" = "ext4 ext2" ]
	[ "$(offers --root "$ROOT" devices eth0 ext)" = "ext4 ext2" ]
	[ "$(offers --root "$ROOT" devices --unb)" = --unbound ]
	[ "$(offers --root "$ROOT" devices b)" = "bind bridge br_netfilter" ]
	[ "$(offers --root "$ROOT" devices bind eth)" = eth0 ]
	[ "$(offers --root "$ROOT" devices bind eth0 l)" = "loop llc" ]
	[ "$(offers --root "$ROOT" devices bind --p)" = --persist ]
	[ "$(offers --root "$ROOT" devices unbind eth)" = eth0 ]
}

@test "the present value of a parameter" {
	[ "$("$KMTOOL" __complete -- --root "$ROOT" params loop max_part=)" = $'max_part=15\tpresent value' ]
}

@test "unload: what is loaded" {
	[ "$(offers --root "$ROOT" unload l)" = "loop llc" ]
	[ -z "$(offers --root "$ROOT" unload ext)" ]
}

@test "reload: what is loaded, then the parameters of the first module" {
	[ "$(offers --root "$ROOT" reload l)" = "loop llc" ]
	[ "$(offers --root "$ROOT" reload loop max_)" = "max_loop= max_part=" ]
	[ "$(offers --root "$ROOT" reload ./dr)" = ":files" ]
}

@test "nothing is said and nothing fails when nothing can be read" {
	rm -r "$ROOT/lib" "$ROOT/proc"
	expect_status 0 "$KMTOOL" __complete -- --root "$ROOT" list ''
	[ -z "$output$stderr" ]
	expect_status 0 "$KMTOOL" __complete -- --root "$BATS_TEST_TMPDIR/nowhere" list ''
	[ -z "$output$stderr" ]
	expect_status 0 "$KMTOOL" __complete
	expect_status 0 "$KMTOOL" __complete -- --nonsense --color=purple -ZZ list -o
	[ -z "$stderr" ]
}

@test "every option and command can be completed without a complaint" {
	local command option

	for command in $(offers ''); do
		for option in $(offers "$command" --); do
			expect_status 0 "$KMTOOL" __complete -- --root "$ROOT" "$command" "$option" ''
			[ -z "$stderr" ]
		done
		expect_status 0 "$KMTOOL" __complete -- --root "$ROOT" "$command" ''
		[ -z "$stderr" ]
	done
}

# in_shell SHELL WORD...: see type-in-shell; kmtool is a program that only tells how it is called.
in_shell() {
	local shell=$1 home=$BATS_TEST_TMPDIR/home

	shift
	mkdir -p "$home/bin" "$home/fish/generated_completions" # else fish makes those of all man pages
	cat >"$home/bin/kmtool" <<-END
		#!/bin/sh
		[ "\$1" != __complete ] || exec "$KMTOOL" "\$@"
		printf '<%s>' "\$@" >"$home/words.new"
		mv "$home/words.new" "$home/words"
	END
	chmod +x "$home/bin/kmtool"
	"$BATS_TEST_DIRNAME/type-in-shell" "$shell" "$top_srcdir/completions" "$home" "$@"
}

# works_in SHELL [?TEXT...]: TEXTs are shown with the candidates.
works_in() {
	local shell=$1

	command -v "$shell" >/dev/null || skip "$shell is not installed"
	shift
	run in_shell "$shell" 'kmtool lis' 'kmtool list --outp' 'kmtool list --output=nam' 'kmtool list -o name,ref' \
		"kmtool --root $ROOT list loo" "kmtool --root=$ROOT list snd-d" "kmtool --root $ROOT/et" \
		"kmtool --root=$ROOT/et" "kmtool --root $ROOT load snd_dummy en" "kmtool --root $ROOT list br" '?br_netfilter' "$@"
	echo "$output"
	[ "$status" = 0 ]
	[ "${lines[0]}" = '<list>' ]
	[ "${lines[1]}" = '<list><--output>' ]
	[ "${lines[2]}" = '<list><--output=name>' ]
	[ "${lines[3]}" = '<list><-o><name,refs>' ]
	[ "${lines[4]}" = "<--root><$ROOT><list><loop>" ]
	[ "${lines[5]}" = "<--root=$ROOT><list><snd-dummy>" ]
	# zsh takes the '/' away again when the word is done.
	[[ ${lines[6]} == "<--root><$ROOT/etc"?(/)">" ]]
	[[ ${lines[7]} == "<--root=$ROOT/etc"?(/)">" ]]
	[ "${lines[8]}" = "<--root><$ROOT><load><snd_dummy><enable=>" ]
}

@test "in bash" {
	works_in bash
}

@test "in zsh" {
	works_in zsh '?-- loaded' '?-- available'
}

@test "in fish" {
	works_in fish '?(loaded)' '?(available)'
}
