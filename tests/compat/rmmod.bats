# SPDX-License-Identifier: GPL-2.0-or-later
# rmmod and insmod, with a kernel that is played.

load compat

setup() {
	ROOT=$BATS_TEST_TMPDIR/root
	make_fixture "$ROOT"
}

@test "rmmod removes what it is told, and goes on after a failure" {
	expect_status 1 played "needs stp llc
loaded llc 0
loaded stp 0
loaded loop 2" rmmod llc loop nosuch stp
	calls "remove stp"
	says "rmmod: ERROR: Module llc is in use by: stp" "rmmod: ERROR: Module loop is in use" \
		"rmmod: ERROR: Module nosuch is not currently loaded"
	expect_status 1 played "" rmmod
	says "rmmod: ERROR: missing module name."
}

@test "rmmod: files stand for their modules, '-' is '_'" {
	expect_status 0 played "loaded snd_dummy 0" rmmod "$ROOT$K/sound/snd-dummy.ko"
	calls "remove snd_dummy"
	expect_status 0 played "loaded snd_dummy 0" rmmod snd-dummy
	# A file that is not there, but not one below a directory that is not there.
	expect_status 0 played "loaded snd_dummy 0" rmmod snd-dummy.ko
	calls "remove snd_dummy"
	expect_status 1 played "loaded snd_dummy 0" rmmod /nosuch/snd-dummy.ko
	says "rmmod: ERROR: Module /nosuch/snd-dummy.ko is not currently loaded"
	expect_status 1 played "loaded snd_dummy 0
fail remove snd_dummy 1" rmmod snd-dummy.ko
	says "rmmod: ERROR: could not remove module snd-dummy.ko: Operation not permitted"
}

@test "rmmod: built-in modules, kernels that cannot unload, errors" {
	two_dirs() {
		mkdir -p "$ROOT/sys/module/builtin" "$ROOT/sys/module/norefs"
		echo live >"$ROOT/sys/module/norefs/initstate"
	}
	SYS=two_dirs expect_status 1 played "" rmmod builtin norefs
	says "rmmod: ERROR: Module builtin is builtin." "rmmod: ERROR: Module unloading is not supported"
	expect_status 1 played "loaded loop 0
fail remove loop 1" rmmod loop
	says "rmmod: ERROR: could not remove module loop: Operation not permitted"
	expect_status 0 played "loaded loop 3" rmmod -f loop
	calls "remove loop force"
}

@test "insmod inserts a file as it is" {
	expect_status 0 played "" insmod "$ROOT$K/net/802/stp.ko" 'a=b c' d
	calls 'insert net/802/stp.ko a="b c" d'
	expect_status 1 played "" insmod
	says "insmod: ERROR: missing filename."
	expect_status 1 played "" insmod -
	says "insmod: ERROR: this tool does not support loading from stdin!"
	expect_status 1 played "" insmod "$ROOT/nosuch.ko"
	says "insmod: ERROR: could not load module /nosuch.ko: No such file or directory"
	mkdir "$ROOT/dir.ko"
	expect_status 1 played "" insmod "$ROOT/dir.ko"
	says "insmod: ERROR: could not insert module /dir.ko: Is a directory"
}

@test "insmod: what the kernel's errors mean" {
	local errnum text

	while read -r errnum text; do
		expect_status 1 played "fail insert stp $errnum" insmod "$ROOT$K/net/802/stp.ko"
		says "insmod: ERROR: could not insert module $K/net/802/stp.ko: $text"
	done <<-'END'
		8 Invalid module format
		2 Unknown symbol in module
		3 Module has wrong symbol version
		22 Invalid parameters
		1 Operation not permitted
	END
	expect_status 1 played "loaded stp 0" insmod "$ROOT$K/net/802/stp.ko"
	says "insmod: ERROR: could not insert module $K/net/802/stp.ko: File exists"
}
