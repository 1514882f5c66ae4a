# SPDX-License-Identifier: GPL-2.0-or-later
# kmtool params: the list, plans, and what is saved. Writing to the kernel is tested in tests/vm.

load fixture

setup() {
	ROOT=$BATS_TEST_TMPDIR/root
	make_fixture "$ROOT"
	D=$ROOT/etc/modprobe.d
}

@test "the list: declared, live, configured, each with its place" {
	kmtool params loop --raw >"$BATS_TEST_TMPDIR/list"
	grep -qx 'max_loop	int	-	8	0644	8	/proc/cmdline	-	Maximum number of loop devices' "$BATS_TEST_TMPDIR/list"
	grep -q '^max_part	int	-	15	0644	15	/etc/modprobe.d/local.conf:2	-	' "$BATS_TEST_TMPDIR/list"
	expect_status 0 kmtool params loop max-part
	[ "${#lines[@]}" = 2 ]
	contains "$(kmtool params usbcore --raw)" 'autosuspend	int	-	2	0644	-	-	-	-'
}

@test "what one source alone knows" {
	echo 5 >"$ROOT/sys/module/loop/parameters/hidden_cb"
	echo 'options loop gone=1' >>"$D/local.conf"
	kmtool params loop --raw -o name,type,value,configured,note >"$BATS_TEST_TMPDIR/list"
	grep -qx 'hidden_cb	-	5	-	undocumented' "$BATS_TEST_TMPDIR/list"
	grep -qx 'gone	-	-	1	the module has no such parameter' "$BATS_TEST_TMPDIR/list"
	rm "$ROOT/sys/module/loop/parameters/max_part"
	contains "$(kmtool params loop --raw -o name,type,mode)" 'max_part	int	-'
}

@test "a file, an alias, a module that is not there" {
	expect_status 0 kmtool params "/lib/modules/$FIXTURE_VERSION/kernel/sound/snd-dummy.ko"
	contains "$output" "enable"
	contains "$(kmtool params network-card)" "InterruptThrottleRate"
	expect_status 4 kmtool params lop
	contains "$stderr" "did you mean loop"
	expect_status 2 kmtool params loop nosuch
	contains "$stderr" "its parameters are: max_loop, max_part"
	expect_status 0 kmtool params stp
	contains "$stderr" "takes no parameters"
}

@test "values are checked before anything else" {
	expect_status 2 kmtool params loop max_part=x
	expect_status 2 kmtool params loop nosuch=1
	expect_status 2 kmtool params loop max_part=1 max_loop
	expect_status 2 kmtool params loop --save
	expect_status 2 kmtool params loop max_part=1 --file x.conf
}

@test "a dry run shows the steps; a root that is no host is refused" {
	expect_status 0 kmtool params -n loop max_part=7
	contains "$output" "/sys/module/loop/parameters/max_part"
	[ "$(kmtool params -n --raw loop max_part=7 max_loop=1 | cut -f1,3,4)" = "$(
		printf 'set\t/sys/module/loop/parameters/max_part\t7\nset\t/sys/module/loop/parameters/max_loop\t1'
	)" ]
	expect_status 5 kmtool params loop max_part=7
	contains "$stderr" "--save-only"
	[ "$(cat "$ROOT/sys/module/loop/parameters/max_part")" = 15 ]
}

@test "what cannot be set now is refused with the way out" {
	expect_status 1 kmtool params -n snd-dummy enable=1
	contains "$stderr" "kmtool load snd_dummy enable=1"
	chmod 444 "$ROOT/sys/module/loop/parameters/max_part"
	expect_status 5 kmtool params -n loop max_part=7
	contains "$stderr" "read-only"
	rm "$ROOT/sys/module/loop/parameters/max_part"
	expect_status 5 kmtool params -n loop max_part=7
	contains "$stderr" "permission 0"
}

@test "--save-only, --unset and --file" {
	expect_status 0 kmtool params --save-only snd-dummy enable=1
	[ "$(cat "$D/kmtool-options.conf")" = "options snd_dummy enable=1" ]
	contains "$(kmtool params snd-dummy --raw)" '/etc/modprobe.d/kmtool-options.conf:1'
	expect_status 0 kmtool params snd-dummy --unset enable
	[ ! -e "$D/kmtool-options.conf" ]
	expect_status 5 kmtool params loop --unset max_part
	contains "$stderr" "comment-out /etc/modprobe.d/local.conf:2"
	expect_status 0 kmtool params loop --unset max_part --file local.conf
	not grep -q max_part "$D/local.conf"
}

@test "--save of what cannot be set now is for the next load" {
	expect_status 0 kmtool params -n --save snd-dummy enable=1
	contains "$output" "+options snd_dummy enable=1"
	contains "$output" "snd_dummy.enable is not set now: the module is not loaded"
	expect_status 5 kmtool params -n --save usbcore autosuspend=5
	contains "$stderr" "kernel command line"
}

@test "--json and completion" {
	kmtool params loop --json | python3 -c '
import json, sys
(a, b) = json.load(sys.stdin)["parameters"]
assert a["name"] == "max_loop" and a["value"] == "8" and a["origin"] == {"file": "/proc/cmdline", "line": None}, a
'
	[ "$("$KMTOOL" __complete -- --root "$ROOT" params loop max_p | cut -f1)" = max_part= ]
	[ "$("$KMTOOL" __complete -- --root "$ROOT" params lo | cut -f1)" = loop ]
}

@test "options of a built-in that only modprobe.d has are not configured" {
	echo "options usbcore autosuspend=5" >"$ROOT/etc/modprobe.d/b.conf"
	kmtool params usbcore --raw -o name,configured,origin >"$BATS_TEST_TMPDIR/out"
	grep -qx 'autosuspend	-	-' "$BATS_TEST_TMPDIR/out"
	echo "quiet usbcore.autosuspend=5" >"$ROOT/proc/cmdline"
	kmtool params usbcore --raw -o name,configured,origin >"$BATS_TEST_TMPDIR/out"
	grep -qx 'autosuspend	5	/proc/cmdline' "$BATS_TEST_TMPDIR/out"
}

@test "an array of equal items is short in a table, whole for scripts" {
	mkdir -p "$ROOT/sys/module/e1000e/parameters"
	echo 3,3,3,3 >"$ROOT/sys/module/e1000e/parameters/InterruptThrottleRate"
	kmtool params e1000e -o name,value | grep -qx 'InterruptThrottleRate 3 x4'
	[ "$(kmtool params e1000e --raw -o value)" = 3,3,3,3 ]
	kmtool params e1000e --json | grep -q '"value": "3,3,3,3"'
	echo 3,3,3,33 >"$ROOT/sys/module/e1000e/parameters/InterruptThrottleRate"
	kmtool params e1000e -o name,value | grep -qx 'InterruptThrottleRate 3,3,3,33'
}

@test "a value that only the module's own function may take is a warning" {
	run --separate-stderr kmtool params -n usbcore autosuspend=auto
	[ "$status" -eq 0 ]
	contains "$output" "warning: parameter autosuspend of usbcore is of type int, and 'auto' is not a number"
	expect_status 2 kmtool params -n loop max_part=auto
}

@test "a plan tells the old value and the new one" {
	contains "$(kmtool params -n loop max_part=7)" 'with 7 (was 15)'
}
