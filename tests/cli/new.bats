# SPDX-License-Identifier: GPL-2.0-or-later
# kmtool new

load fixture

setup() {
	mkdir "$BATS_TEST_TMPDIR/here"
	cd "$BATS_TEST_TMPDIR/here" || return
}

# names DIR: the files in it, in one line.
names() {
	(cd "$1" && find . -mindepth 1 -printf '%P\n' | LC_ALL=C sort | paste -sd' ')
}

@test "a module is a source, a Kbuild file and a Makefile" {
	expect_status 0 "$KMTOOL" new my-module
	[ "$output" = "created my-module/my-module.c
created my-module/Kbuild
created my-module/Makefile" ]
	contains "$stderr" "make -C my-module"
	contains "$stderr" "linux-headers-"
	[ "$(names my-module)" = "Kbuild Makefile my-module.c" ]
	[ "$(sed -n 's/^obj-m := //p' my-module/Kbuild)" = my-module.o ]
	grep -qx 'module_init(my_module_mod_init);' my-module/my-module.c
	grep -q 'M=$(CURDIR).* $@$' my-module/Makefile
	[ -z "$(cat my-module/* | grep -e '@[A-Z]')" ]
}

@test "the author is who calls it" {
	local name

	name=$(getent passwd "$(id -u)" | cut -d: -f5 | cut -d, -f1)
	expect_status 0 "$KMTOOL" new mine
	grep -qxF "MODULE_AUTHOR(\"${name:-$(id -un)}\");" mine/mine.c
}

@test "make without the kernel's headers names their package" {
	expect_status 0 "$KMTOOL" new mine
	run -2 make -C mine KDIR=/nonexistent
	contains "$output" "no kernel headers in /nonexistent: install linux-headers-$(uname -r)"
}

@test "--with adds what is asked for, and only that" {
	local parts

	for parts in params export debugfs; do
		expect_status 0 "$KMTOOL" new "with_$parts" --with "$parts"
	done
	grep -q module_param with_params/*.c
	grep -q EXPORT_SYMBOL_GPL with_export/*.c
	grep -q debugfs_create_file with_debugfs/*.c
	[ "$(grep -l module_param ./*/*.c)" = ./with_params/with_params.c ]
	[ "$(grep -l EXPORT_SYMBOL ./*/*.c)" = ./with_export/with_export.c ]
	[ "$(grep -l debugfs_ ./*/*.c)" = ./with_debugfs/with_debugfs.c ]
	[ "$(ls ./*/*.h)" = ./with_export/with_export.h ]
	expect_status 0 "$KMTOOL" new all -w params,export --with=debugfs
	grep -q module_param all/all.c
	grep -q EXPORT_SYMBOL all/all.c
	grep -q debugfs_ all/all.c
}

@test "what is there stays as it is" {
	mkdir taken
	echo mine >taken/Makefile
	echo mine >file
	ln -s nowhere link
	for name in taken file link; do
		expect_status 1 "$KMTOOL" new "$name"
		contains "$stderr" "creating ./$name: File exists"
		contains "$stderr" "nothing was changed"
		[ -z "$output" ]
	done
	[ "$(names taken)" = Makefile ]
	[ "$(cat taken/Makefile file)" = "mine
mine" ]
	[ "$(readlink link)" = nowhere ]
}

@test "--dry-run prints the files and writes nothing" {
	expect_status 0 "$KMTOOL" new -n my_module --with export
	[ "$(grep '^==> ' <<<"$output")" = "==> my_module/my_module.c <==
==> my_module/my_module.h <==
==> my_module/Kbuild <==
==> my_module/Makefile <==" ]
	[ "$(names .)" = "" ]
	printed=$output
	expect_status 0 "$KMTOOL" new -q my_module --with export
	[ -z "$output$stderr" ]
	[ "$printed" = "$(cd my_module && head -n 999 my_module.c my_module.h Kbuild Makefile |
		sed 's,^==> ,&my_module/,')" ]
}

@test "names that no module can have" {
	local name

	for name in 1st ../up a/b a.b '' 'a b' "$(printf 'a%.0s' {1..56})"; do
		expect_status 2 "$KMTOOL" new "$name"
	done
	expect_status 2 "$KMTOOL" new -- -x
	expect_status 0 "$KMTOOL" new "$(printf 'a%.0s' {1..55})"
	expect_status 2 "$KMTOOL" new
	expect_status 2 "$KMTOOL" new a b
	expect_status 2 "$KMTOOL" new a --with paint
	contains "$stderr" "--with: there is no 'paint'"
	expect_status 2 "$KMTOOL" new a --with params,
	[ ! -e a ]
}

@test "a directory that cannot be written to" {
	# root may write everywhere
	strace -qq -o /dev/null true 2>/dev/null || skip "tracing is not allowed here"
	expect_status 5 env ASAN_OPTIONS=detect_leaks=0 strace -qq -o /dev/null -e inject=mkdir,mkdirat:error=EACCES \
		"$KMTOOL" new a
	contains "$stderr" "creating ./a: Permission denied"
}

@test "a full disk leaves nothing behind" {
	run bash -c "ulimit -f 0; trap '' XFSZ; exec \"$KMTOOL\" new a >/dev/null"
	[ "$status" = 1 ]
	contains "$output" "writing to ./a: File too large"
	[ ! -e a ]
}

@test "parts are completed, also behind a comma" {
	expect_status 0 "$KMTOOL" __complete -- new --with ''
	[ "$output" = "params
export
debugfs" ]
	expect_status 0 "$KMTOOL" __complete -- new a --with=params,e
	[ "$output" = "--with=params,export" ]
	expect_status 0 "$KMTOOL" __complete -- new -w export,d
	[ "$output" = "export,debugfs" ]
}
