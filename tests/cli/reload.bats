# SPDX-License-Identifier: GPL-2.0-or-later
# kmtool reload: plans, what is kept, what cannot come back. Reloading itself is tested in tests/vm.

load fixture

setup() {
	ROOT=$BATS_TEST_TMPDIR/root
	make_fixture "$ROOT"
}

# The live value of a parameter of loop, and its permissions.
shows() {
	echo "$2" >"$ROOT/sys/module/loop/parameters/$1"
	chmod "$3" "$ROOT/sys/module/loop/parameters/$1"
}

@test "unload and load are one plan, and dependents come back in order" {
	expect_status 0 kmtool reload -n --raw loop
	[ "$output" = "remove	loop	-	-	requested	-
insert	loop	/lib/modules/6.1.0-test/kernel/drivers/block/loop.ko	max_part=15 max_loop=8	requested	/etc/modprobe.d/local.conf:2,/proc/cmdline" ]
	expect_status 0 kmtool reload -n --raw --dependents llc loop
	[ "$(cut -f1,2 <<<"$output" | tr '\t\n' ' ,')" = "remove bridge,remove stp,remove llc,remove loop,insert llc,insert loop,insert stp,insert bridge," ]
}

@test "what is in use is refused, and who uses it" {
	expect_status 5 kmtool reload -n llc
	contains "$stderr" "llc is in use by bridge, stp"
	contains "$stderr" "hint: --dependents"
	run --separate-stderr -5 kmtool reload -n --json llc
	python3 -c 'import json, sys; assert json.load(sys.stdin)["module"] == "llc"' <<<"$output"
	expect_status 0 kmtool reload -n --raw --wait 100 e1000e
	expect_status 5 kmtool reload -n keep
	expect_status 5 kmtool reload -n usbcore
	expect_status 4 kmtool reload -n nosuch
	expect_status 4 kmtool reload -n /nosuch.ko
	contains "$stderr" "/nosuch.ko: No such file or directory"
	expect_status 2 kmtool reload -n loop nosuch=1
	contains "$stderr" "loop has no parameter 'nosuch'"
	expect_status 2 kmtool reload
}

@test "only on the running system" {
	expect_status 5 kmtool reload loop
	contains "$stderr" "modules can only be reloaded on the running system, not below $ROOT"
}

@test "values are kept, what changes is shown with the old value" {
	rm "$ROOT/etc/modprobe.d/local.conf"
	sed -i 's/ loop.max_loop=8//' "$ROOT/proc/cmdline"
	shows max_part 31 0444
	expect_status 0 kmtool reload -n loop
	[ "$output" = "1  remove  loop  requested
2  insert  loop  requested  kernel/drivers/block/loop.ko
           with max_loop=8   kept
           with max_part=31  kept" ]
	expect_status 0 kmtool reload -n loop max_part=7
	contains "$output" "with max_part=7  as requested (max_part was 31)"
	# Read-only while it is loaded: the configuration may be newer. What can be written is as somebody wrote it.
	echo 'options loop max_part=1 max_loop=2' >"$ROOT/etc/modprobe.d/local.conf"
	shows max_loop 8 0644
	expect_status 0 kmtool reload -n loop
	[ "$output" = "1  remove  loop  requested
2  insert  loop  requested  kernel/drivers/block/loop.ko
           with max_part=1 max_loop=2  /etc/modprobe.d/local.conf:1 (max_part was 31)
           with max_loop=8             kept" ]
	expect_status 0 kmtool reload -n --json loop
	python3 -c '
import json, sys
remove, insert = json.load(sys.stdin)["steps"]
assert remove["restore"] == {"path": "/lib/modules/6.1.0-test/kernel/drivers/block/loop.ko",
	"parameters": "max_loop=8 max_part=31"}, remove
assert insert["restore"] is None
assert insert["parameters"] == "max_part=1 max_loop=2 max_loop=8"
assert [(p["text"], p["kept"], p["was"]) for p in insert["parameter_origins"]] == [
	("max_part=1 max_loop=2", False, "max_part was 31"), ("max_loop=8", True, None)]
' <<<"$output"
}

@test "a file takes the place of the loaded build; whether that can come back is said before" {
	local usual=(license=GPL name=e1000e)

	sed -i 's/^e1000e 339968 1/e1000e 339968 0/' "$ROOT/proc/modules"
	write_module "$ROOT/tmp/new.ko" "${usual[@]}" srcversion=FEDCBA9876543210
	expect_status 1 kmtool load -n /tmp/new.ko
	contains "$stderr" "hint: kmtool reload /tmp/new.ko"
	expect_status 0 kmtool reload -n /tmp/new.ko
	contains "$output" "insert  e1000e  requested as /tmp/new.ko  /tmp/new.ko"
	not contains "$output" warning
	echo 1111 >"$ROOT/sys/module/e1000e/srcversion"
	expect_status 0 kmtool reload -n /tmp/new.ko
	contains "$output" "warning: the loaded build of e1000e is not the one in the module tree: it cannot be loaded again if the reload fails"
	rm "$ROOT/sys/module/e1000e/srcversion"
	expect_status 0 kmtool reload -n /tmp/new.ko
	contains "$output" "warning: if the reload fails, e1000e is loaded from the module tree: whether that is the loaded build is not known"
	write_module "$ROOT/tmp/vendor.ko" license=GPL
	expect_status 0 kmtool reload -n /tmp/vendor.ko
	contains "$output" "warning: the loaded build of vendor has no file in the module tree: it cannot be loaded again if the reload fails"
	write_module "$ROOT/tmp/fresh.ko" license=GPL
	expect_status 0 kmtool reload -n --raw /tmp/fresh.ko
	[ "$output" = "insert	fresh	/tmp/fresh.ko	-	requested	-" ]
}
