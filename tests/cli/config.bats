# SPDX-License-Identifier: GPL-2.0-or-later
# kmtool config: the lines and their effects, the files, and edits of them on any root.

load fixture

setup() {
	ROOT=$BATS_TEST_TMPDIR/root
	make_fixture "$ROOT"
	D=$ROOT/etc/modprobe.d
}

# effect FILE:LINE: what the list says of it.
effect() {
	kmtool config list --all --raw -o where,effect,reason | awk -F'\t' -v where="$1" '$1 == where { print $2 ": " $3 }'
}

@test "list is what is done without a verb; every line has its place" {
	expect_status 0 kmtool config
	contains "$output" "/etc/modprobe.d/local.conf:2"
	[ "$(kmtool config list)" = "$output" ]
	[ "$(kmtool config --raw)" = "$(kmtool config list --raw)" ]
	kmtool config --all --raw -o where,directive,name,value,effect >"$BATS_TEST_TMPDIR/list"
	grep -qx '/etc/modprobe.d/local.conf:2	options	loop	max_part=15	effective' "$BATS_TEST_TMPDIR/list"
	grep -qx '/proc/cmdline	options	loop	max_loop=8	effective' "$BATS_TEST_TMPDIR/list"
	grep -q '/modules.softdep:2	softdep	ext4	pre: crypto-crc32c	effective' "$BATS_TEST_TMPDIR/list"
}

# What kernels and packages ship is for --all.
@test "list: what people configured" {
	mkdir -p "$ROOT/usr/lib/modprobe.d" "$ROOT/lib/modprobe.d" "$ROOT/usr/local/lib/modprobe.d" "$ROOT/run/modprobe.d" \
		"$ROOT/usr/lib/modules-load.d" "$ROOT/etc/modules-load.d"
	rm "$D"/*
	echo 'blacklist loop' >"$D/a.conf"
	echo 'blacklist llc' >"$ROOT/run/modprobe.d/b.conf"
	echo 'blacklist stp' >"$ROOT/usr/local/lib/modprobe.d/c.conf"
	echo 'blacklist ext4' >"$ROOT/usr/lib/modprobe.d/d.conf"
	echo 'blacklist bridge' >"$ROOT/usr/lib/modprobe.d/a.conf" # masked
	echo 'loop' >"$ROOT/etc/modules-load.d/a.conf"
	echo 'ext4' >"$ROOT/usr/lib/modules-load.d/b.conf"
	[ "$(kmtool config --raw -o source,where | tr '\t' ' ')" = "modprobe.d /etc/modprobe.d/a.conf:1
modprobe.d /run/modprobe.d/b.conf:1
modprobe.d /usr/local/lib/modprobe.d/c.conf:1
command-line /proc/cmdline
modules-load.d /etc/modules-load.d/a.conf:1" ]
	kmtool config list -a --raw -o source,where | tr '\t' ' ' >"$BATS_TEST_TMPDIR/list"
	grep -qx 'modprobe.d /usr/lib/modprobe.d/d.conf:1' "$BATS_TEST_TMPDIR/list"
	grep -qx 'modprobe.d /usr/lib/modprobe.d/a.conf:1' "$BATS_TEST_TMPDIR/list"
	grep -qx 'modules-load.d /usr/lib/modules-load.d/b.conf:1' "$BATS_TEST_TMPDIR/list"
	grep -q '^module-tree .*/modules.softdep:2' "$BATS_TEST_TMPDIR/list"
	[ "$("$KMTOOL" __complete -- config list --al | cut -f1)" = --all ]
	[ "$("$KMTOOL" __complete -- config --al | cut -f1)" = --all ]
	contains "$(kmtool config show ext4 --raw)" "/usr/lib/modprobe.d/d.conf:1"
}

@test "shadowed, ignored and masked lines say why" {
	printf 'install ext4 /bin/false\noptions usbcore autosuspend=1\n # x\n' >"$D/a.conf"
	echo 'options loop max_part=7' >"$D/z.conf"
	mkdir -p "$ROOT/usr/lib/modprobe.d"
	echo 'blacklist loop' >"$ROOT/usr/lib/modprobe.d/z.conf"
	contains "$(effect /etc/modprobe.d/a.conf:1)" "ignored: modprobe runs no install command"
	contains "$(effect /etc/modprobe.d/a.conf:2)" "ignored: usbcore is built into the kernel"
	contains "$(effect /etc/modprobe.d/a.conf:3)" "ignored: a comment has to start in the first column"
	contains "$(effect /etc/modprobe.d/local.conf:2)" "shadowed: max_part is set again in /etc/modprobe.d/z.conf:1"
	contains "$(effect /usr/lib/modprobe.d/z.conf:1)" "ignored: /etc/modprobe.d/z.conf is read instead"
}

@test "show: the lines about one module, by its name or an alias" {
	[ "$(kmtool config show loop --raw -o where | paste -sd' ')" = "/etc/modprobe.d/local.conf:2 /proc/cmdline" ]
	contains "$(kmtool config show network-card)" "local.conf:3"
	expect_status 4 kmtool config show lop
	contains "$stderr" "did you mean"
	expect_status 2 kmtool config show
	expect_status 2 kmtool config show loop ext4
}

@test "files: read, masked, ignored" {
	ln -s /dev/null "$D/mask.conf"
	echo x >"$D/noext"
	mkdir -p "$ROOT/run/modprobe.d"
	echo x >"$ROOT/run/modprobe.d/mask.conf"
	kmtool config files --raw -o state,file,by >"$BATS_TEST_TMPDIR/files"
	grep -qx 'mask	/etc/modprobe.d/mask.conf	-' "$BATS_TEST_TMPDIR/files"
	grep -qx 'masked	/run/modprobe.d/mask.conf	/etc/modprobe.d/mask.conf' "$BATS_TEST_TMPDIR/files"
	grep -qx 'ignored	/etc/modprobe.d/noext	-' "$BATS_TEST_TMPDIR/files"
	grep -qx 'read	/etc/modprobe.d/local.conf	-' "$BATS_TEST_TMPDIR/files"
}

@test "a verb that there is not; global options before a verb; help of verbs" {
	expect_status 2 kmtool config nonsense
	contains "$stderr" "it knows list, show"
	[ "$(kmtool config --json list)" = "$(kmtool config list --json)" ]
	contains "$("$KMTOOL" help config)" "comment-out"
	contains "$("$KMTOOL" config set-option --help)" "--unset PARAM"
	[ "$("$KMTOOL" help config set-option)" = "$("$KMTOOL" config set-option --help)" ]
	expect_status 2 "$KMTOOL" help config nonsense
	[ "$("$KMTOOL" __complete -- config comm | cut -f1)" = comment-out ]
	[ "$("$KMTOOL" __complete -- config set-option --uns | cut -f1)" = --unset ]
}

@test "set-option: a new line, shown as a diff that patch would take" {
	cp -a "$D" "$BATS_TEST_TMPDIR/before"
	expect_status 0 kmtool config set-option -n snd-dummy enable=1
	contains "$output" "+options snd_dummy enable=1"
	[ ! -e "$D/kmtool-options.conf" ]
	expect_status 0 kmtool config set-option snd-dummy enable=1
	contains "$output" "+++ /etc/modprobe.d/kmtool-options.conf"
	contains "$output" "wrote $D/kmtool-options.conf"
	contains "$output" "when snd_dummy is loaded next"
	[ "$(cat "$D/kmtool-options.conf")" = "options snd_dummy enable=1" ]
	contains "$(kmtool load -n --raw snd_dummy)" "enable=1"
	expect_status 0 kmtool config set-option snd-dummy enable=1
	contains "$output" "nothing to do"
	expect_status 0 kmtool config set-option snd-dummy --unset enable
	[ ! -e "$D/kmtool-options.conf" ]
}

@test "set-option: what would have no effect, and what is wrong, is refused" {
	expect_status 5 kmtool config set-option loop max_part=1
	contains "$stderr" "local.conf:2 is read later and sets it to '15'"
	contains "$stderr" "--file zz-local.conf"
	expect_status 0 kmtool config set-option loop max_part=1 --file zz-local.conf
	contains "$stderr" "local.conf:2 (options loop max_part=15)" || contains "$(effect /etc/modprobe.d/local.conf:2)" shadowed
	expect_status 5 kmtool config set-option loop max_loop=1 --file zz-local.conf
	contains "$stderr" "boot loader"
	expect_status 5 kmtool config set-option usbcore autosuspend=1
	contains "$stderr" "usbcore.autosuspend=1 on the kernel command line"
	expect_status 2 kmtool config set-option loop nosuch=1
	expect_status 2 kmtool config set-option loop max_part=x
	expect_status 2 kmtool config set-option loop
	expect_status 2 kmtool config set-option snd-dummy enable=1 --file x
	contains "$stderr" "only files named *.conf"
	expect_status 2 kmtool config set-option snd-dummy enable=1 --file /etc/x.conf
	expect_status 4 kmtool config set-option lop max_part=1
}

@test "set-option: all other bytes stay, as do mode and owner" {
	printf '# c \\\n goes on\n\n  bad \377\noptions loop \\\n  max_part=15 x=1\nblacklist pcspkr' >"$D/local.conf"
	chmod 640 "$D/local.conf"
	kmtool config set-option loop max_part=3 --file local.conf
	printf '# c \\\n goes on\n\n  bad \377\noptions loop max_part=3 x=1\nblacklist pcspkr' | cmp - "$D/local.conf"
	[ "$(stat -c %a "$D/local.conf")" = 640 ]
}

@test "a link stays one; a mask is left alone" {
	mkdir "$ROOT/srv"
	echo '# there' >"$ROOT/srv/real.conf"
	ln -s /srv/real.conf "$D/link.conf"
	ln -s /dev/null "$D/mask.conf"
	kmtool config set-option snd-dummy enable=1 --file link.conf
	[ "$(readlink "$D/link.conf")" = /srv/real.conf ]
	grep -q enable=1 "$ROOT/srv/real.conf"
	expect_status 5 kmtool config set-option snd-dummy enable=0 --file mask.conf
	contains "$stderr" "it masks files of that name"
	[ ! -e "$ROOT/dev/null" ]
}

@test "alias and softdep" {
	expect_status 0 kmtool config alias my-card e1000e
	contains "$(kmtool load -n --raw my-card || true)" "e1000e"
	expect_status 0 kmtool config alias my-card e1000e
	contains "$output" "nothing to do"
	expect_status 4 kmtool config alias x nosuch
	expect_status 2 kmtool config alias x
	expect_status 0 kmtool config softdep ext4 pre: loop
	contains "$stderr" "modules.softdep:2 (softdep ext4 pre: crypto-crc32c) has no effect any more"
	contains "$(effect /etc/modprobe.d/kmtool-softdep.conf:1)" effective
	expect_status 2 kmtool config softdep ext4 loop
	expect_status 2 kmtool config softdep ext4
	echo 'softdep ext4 pre:' >"$D/a.conf"
	expect_status 5 kmtool config softdep ext4 pre: stp
	contains "$stderr" "sorts before"
}

@test "comment-out, restore, undo, undo of the undo" {
	cp "$D/local.conf" "$BATS_TEST_TMPDIR/old"
	expect_status 0 kmtool config comment-out /etc/modprobe.d/local.conf:2
	[ "$(sed -n 2p "$D/local.conf")" = "#kmtool# options loop max_part=15" ]
	cp "$D/local.conf" "$BATS_TEST_TMPDIR/new"
	expect_status 5 kmtool config comment-out local.conf:2
	expect_status 0 kmtool config undo
	cmp "$D/local.conf" "$BATS_TEST_TMPDIR/old"
	expect_status 0 kmtool config undo
	cmp "$D/local.conf" "$BATS_TEST_TMPDIR/new"
	expect_status 0 kmtool config restore local.conf:2
	cmp "$D/local.conf" "$BATS_TEST_TMPDIR/old"
	expect_status 5 kmtool config restore local.conf:2
	expect_status 4 kmtool config comment-out local.conf:9
	expect_status 4 kmtool config comment-out none.conf:1
	expect_status 2 kmtool config comment-out local.conf
}

# All files of both directories, with what they hold.
configured() {
	(cd "$ROOT/etc" && find modprobe.d modules-load.d ! -name '.*' ! -type d -exec sh -c 'ls -og "$@"; cat "$@"' _ {} +)
}

@test "a backup leads back to what was configured, and undo to what came since" {
	local backup=$BATS_TEST_TMPDIR/modules.backup

	mkdir -p "$ROOT/etc/modules-load.d"
	printf 'loop\n' >"$ROOT/etc/modules-load.d/mine.conf"
	printf 'options loop max_part=3' >"$D/no-newline.conf"
	: >"$D/empty.conf"
	configured >"$BATS_TEST_TMPDIR/old"
	expect_status 0 kmtool config backup "$backup"
	contains "$output" "of /etc/modprobe.d and /etc/modules-load.d in $backup"
	# Nothing has changed: there is nothing to do. A backup is not overwritten.
	expect_status 0 kmtool config restore-backup "$backup"
	contains "$output" "nothing to do"
	expect_status 1 kmtool config backup "$backup"
	contains "$stderr" "choose another name"
	# One file changed, one removed, one new, one that nothing reads.
	kmtool config comment-out local.conf:2
	rm "$ROOT/etc/modules-load.d/mine.conf" "$D/empty.conf"
	echo 'blacklist stp' >"$D/new.conf"
	echo 'blacklist llc' >"$D/unread.txt"
	configured >"$BATS_TEST_TMPDIR/new"
	expect_status 0 kmtool config restore-backup -n --raw "$backup"
	[ "$(grep -c /etc/ <<<"$output")" = 4 ]
	configured | cmp - "$BATS_TEST_TMPDIR/new"
	(cd "$BATS_TEST_TMPDIR" && kmtool config restore-backup modules.backup)
	rm "$D/unread.txt"
	configured | sed 's/[A-Z][a-z][a-z] .*:.. / /' >"$BATS_TEST_TMPDIR/now"
	sed 's/[A-Z][a-z][a-z] .*:.. / /' "$BATS_TEST_TMPDIR/old" | diff - "$BATS_TEST_TMPDIR/now"
	expect_status 0 kmtool config undo
	[ "$(cat "$D/new.conf")" = 'blacklist stp' ]
	[ ! -e "$D/empty.conf" ]
	grep -q '^#kmtool#' "$D/local.conf"
}

@test "links to /dev/null are told of, not made, not removed" {
	ln -s /dev/null "$D/mask.conf"
	kmtool config backup "$BATS_TEST_TMPDIR/b"
	rm "$D/mask.conf"
	ln -s /dev/null "$D/later.conf"
	expect_status 0 kmtool config restore-backup "$BATS_TEST_TMPDIR/b"
	contains "$stderr" "/etc/modprobe.d/mask.conf was a link to /dev/null"
	contains "$stderr" "/etc/modprobe.d/later.conf is a link that is not in the backup: it stays"
	[ -L "$D/later.conf" ] && [ ! -e "$D/mask.conf" ]
}

@test "what is no backup, or names other files, changes nothing" {
	echo old >"$ROOT/etc/passwd"
	printf 'kmtool-backup 1\n11\n/etc/passwd\n4\nnew\n\n-\n' >"$BATS_TEST_TMPDIR/b"
	expect_status 5 kmtool config restore-backup "$BATS_TEST_TMPDIR/b"
	[ "$(cat "$ROOT/etc/passwd")" = old ]
	kmtool config comment-out local.conf:2
	expect_status 1 kmtool config restore-backup "$D/.kmtool-undo"
	contains "$stderr" "is not a backup made by 'kmtool config backup'"
	expect_status 4 kmtool config restore-backup "$BATS_TEST_TMPDIR/none"
	# A file that cannot be read would be missing in it.
	truncate -s 2M "$D/large.conf"
	expect_status 1 kmtool config backup "$BATS_TEST_TMPDIR/other"
	[ ! -e "$BATS_TEST_TMPDIR/other" ]
}

@test "undo takes no record that is a link or names other files" {
	echo old >"$ROOT/etc/passwd"
	printf 'kmtool-undo 1\n11\n/etc/passwd\n4\nnew\n\n4\nold\n\n' >"$D/.kmtool-undo"
	expect_status 1 kmtool config undo
	contains "$stderr" "/etc/modprobe.d/.kmtool-undo is damaged"
	[ "$(cat "$ROOT/etc/passwd")" = old ]
	rm "$D/.kmtool-undo"
	expect_status 0 kmtool config alias one loop
	mv "$D/.kmtool-undo" "$ROOT/etc/record"
	ln -s ../record "$D/.kmtool-undo"
	expect_status 1 kmtool config undo
	# Writing a record replaces the link and not what it leads to.
	expect_status 0 kmtool config alias two loop
	[ -f "$D/.kmtool-undo" ] && [ ! -L "$D/.kmtool-undo" ]
	expect_status 0 kmtool config undo
}

@test "undo is refused when somebody else changed the file, and without a change" {
	expect_status 4 kmtool config undo
	kmtool config comment-out local.conf:2
	echo '# more' >>"$D/local.conf"
	expect_status 5 kmtool config undo
	contains "$stderr" "was changed since"
	tail -n 1 "$D/local.conf" | grep -qx '# more'
	echo broken >"$D/.kmtool-undo"
	expect_status 1 kmtool config undo
}

@test "a package's file gets a copy that takes its place" {
	mkdir -p "$ROOT/usr/lib/modprobe.d"
	printf '# vendor\nblacklist loop\n' >"$ROOT/usr/lib/modprobe.d/vendor.conf"
	expect_status 0 kmtool config comment-out /usr/lib/modprobe.d/vendor.conf:2
	contains "$stderr" "takes its place"
	[ "$(cat "$D/vendor.conf")" = "$(printf '# vendor\n#kmtool# blacklist loop')" ]
	[ "$(cat "$ROOT/usr/lib/modprobe.d/vendor.conf")" = "$(printf '# vendor\nblacklist loop')" ]
	expect_status 5 kmtool config comment-out /usr/lib/modprobe.d/vendor.conf:2
	contains "$stderr" "is masked by"
}

@test "an image without modprobe.d, and one without a module tree" {
	rm -r "$D" "$ROOT/lib"
	expect_status 0 kmtool config set-option loop max_part=3
	contains "$stderr" "is not checked"
	[ "$(cat "$D/kmtool-options.conf")" = "options loop max_part=3" ]
}

@test "nobody may write: said before anything is done, with the line to type" {
	strace -qq -o /dev/null true 2>/dev/null || skip "tracing is not allowed here"
	# So it is for all, root too: the answer to the question is made up.
	expect_status 5 env ASAN_OPTIONS=detect_leaks=0 strace -qq -o /dev/null \
		-e inject=faccessat,faccessat2:error=EACCES "$KMTOOL" --root "$ROOT" config comment-out local.conf:2
	contains "$stderr" "sudo kmtool config comment-out --root $ROOT local.conf:2"
	[ ! -e "$D/.kmtool-undo" ]
}

@test "--json: the plan with its diff, the outcome, the effects" {
	kmtool config set-option --json snd-dummy enable=1 | python3 -c '
import json, sys
d = json.load(sys.stdin)
assert d["schema"] == 1 and d["done"] is True and d["failure"] is None
(s,) = d["steps"]
assert s["kind"] == "write" and s["path"] == "/etc/modprobe.d/kmtool-options.conf" and s["outcome"] == "done", s
assert s["diff"].endswith("+options snd_dummy enable=1\n"), s["diff"]
assert any("loaded next" in e for e in d["effects"])
'
	kmtool config --json | python3 -c '
import json, sys
assert {"where", "directive", "name", "value", "effect", "reason"} <= set(json.load(sys.stdin)["settings"][0])
'
}

@test "alias off: no command knows a module 'off'" {
	local by='/etc/modprobe.d/off.conf:1: alias network_card off'

	sed -i '/network-card/d' "$D/local.conf"
	printf 'alias network-card off\nalias loop off\n' >"$D/off.conf"
	for verb in info params deps "load -n" "autoload add" "config set-option" "unload -n"; do
		# shellcheck disable=SC2086 # a command and its verb
		expect_status 5 kmtool $verb network-card $([ "$verb" != "config set-option" ] || echo x=1)
		contains "${stderr//-/_}" "network_card is switched off by ${by//-/_}"
	done
	expect_status 0 kmtool provides rtnl-link-bridge
	# A question about a module finds it by its own name; what loads it does not.
	[ "$(kmtool info -F license loop)" = GPL ]
	[ "$(kmtool params loop --raw -o name | head -1)" = max_loop ]
	expect_status 5 kmtool load --dry-run --json loop
	echo 'softdep br_netfilter pre: network-card' >>"$D/off.conf"
	not grep -qx off <<<"$(kmtool deps --all br_netfilter --raw -o module)"
	mkdir -p "$ROOT/etc/modules-load.d"
	echo network-card >"$ROOT/etc/modules-load.d/n.conf"
	contains "$(effect /etc/modules-load.d/n.conf:1)" "ignored: switched off by /etc/modprobe.d/off.conf:1"
}

# many AWK-PROGRAM: every command that judges configuration, on 100,000 lines; the limits are those of one that
# looks at each line a fixed number of times, with room for a slow machine.
many() {
	local memory=400000 seconds=6

	# A sanitizer takes its own share of both, and so does an emulator (tests/cross).
	[ -z "${ASAN_OPTIONS-}${KMTOOL_EMULATED-}" ] || memory=unlimited seconds=60
	awk "BEGIN { for (i = 0; i < 100000; i++) { $1 } }" >"$D/many.conf"
	for verb in "config list" autoload "block -n loop" "config alias -n zz loop" "config lint" "load -n br_netfilter" \
		"params loop" "info loop" "params -n --save-only loop max_part=3"; do
		# shellcheck disable=SC2086 # a command, its verb and its operands
		(ulimit -t $seconds -v $memory && kmtool $verb >/dev/null 2>&1) || [ $? -lt 128 ] || {
			echo "kmtool $verb, with lines: $1"
			return 1
		}
	done
}

@test "100,000 lines: no command compares each line with every other" {
	many 'print "options loop p" i "=1"'
	many 'print "blacklist m" i; print "install m" i " /bin/false"; i++'
	many 'print (i % 4 ? "softdep b" : "remove x") i " pre: bridge"'
	many 'print "alias a" i " loop"; print "alias a" i "* off"; i++'
	many 'print "wrong" i " line"; print "blacklist bridge"; i++'
}

# Flatcar, NixOS and minimal images have none of these directories.
@test "directories that are missing are steps of the plan" {
	local plan

	rm -r "$ROOT/etc"
	expect_status 0 kmtool autoload add loop -n
	plan=$output
	[[ $plan == "1  mkdir   /etc"$'\n'"2  mkdir   /etc/modprobe.d"$'\n'"3  mkdir   /etc/modules-load.d"$'\n'* ]]
	expect_status 0 kmtool autoload add loop -n --raw
	[ "${lines[0]}" = $'mkdir\t-\t/etc\t-\trequested\t-' ]
	[ "${#lines[@]}" = 4 ]
	expect_status 0 kmtool autoload add loop -n --json
	python3 - "$output" <<-'END'
		import json, sys
		steps = json.loads(sys.argv[1])["steps"]
		assert [s["kind"] for s in steps] == ["mkdir", "mkdir", "mkdir", "write"], steps
		assert steps[2]["path"] == "/etc/modules-load.d" and steps[2]["diff"] is None, steps
	END
	[ ! -e "$ROOT/etc" ]
	umask 077
	expect_status 0 kmtool autoload add loop
	[ -z "$stderr" ]
	contains "$output" "created $ROOT/etc/modules-load.d"
	[ "$(stat -c %a "$ROOT/etc/modules-load.d" "$D" | uniq)" = 755 ]
	# The next edit has nothing to create.
	expect_status 0 kmtool config alias fs-x stp --raw
	[ "${lines[0]}" = $'done\twrite\tfs_x' ]
	expect_status 0 kmtool config undo
	[ -d "$D" ] && [ -d "$ROOT/etc/modules-load.d" ]
}

@test "undo removes the directories that the edit created, if they are empty" {
	rm -r "$D"
	expect_status 0 kmtool autoload add loop
	expect_status 0 kmtool config undo -n --raw
	[ "${lines[1]}" = $'rmdir\t-\t/etc/modules-load.d\t-\trequested\t-' ]
	[ "${lines[2]}" = $'rmdir\t-\t/etc/modprobe.d\t-\trequested\t-' ]
	expect_status 0 kmtool config undo
	[ "$(ls -A "$ROOT/etc")" = "" ]

	# Not if something else is in one of them; and what was there before stays.
	mkdir "$ROOT/etc/modules-load.d"
	expect_status 0 kmtool autoload add loop
	echo 'options loop max_part=1' >"$D/other.conf"
	expect_status 0 kmtool config undo
	[ -e "$D/other.conf" ]
	[ "$(ls -A "$ROOT/etc/modules-load.d")" = "" ]
	expect_status 0 kmtool config undo # of the undo
	[ -s "$ROOT/etc/modules-load.d/kmtool.conf" ]
}

@test "a directory that is a link to nothing is refused before the run, too" {
	rm -r "$D"
	ln -s nowhere "$D"
	for n in -n --quiet; do
		expect_status 5 kmtool block loop $n
		contains "$stderr" "$ROOT/etc/modprobe.d is a link to nothing"
	done
}

@test "the pattern of an alias is shown as it is written" {
	echo "alias net-pf-10 loop" >"$ROOT/etc/modprobe.d/pf.conf"
	kmtool config list --all --raw -o directive,name,value >"$BATS_TEST_TMPDIR/out"
	grep -qx 'alias	net-pf-10	loop' "$BATS_TEST_TMPDIR/out"
	kmtool info loop | grep -q 'config: *.*alias net-pf-10 loop'
}
