# SPDX-License-Identifier: GPL-2.0-or-later
# With --root, nothing on the host is opened outside of that root: the kernel's answers are told by
# strace. What the program itself is made of does not count: libraries, locale, terminfo.

load fixture

setup() {
	command -v strace >/dev/null || skip "strace is not installed"
	strace -qq -o /dev/null true 2>/dev/null || skip "tracing is not allowed here"
	# The leak check of a sanitizer build cannot run under a tracer, and the run time reads /proc/self.
	export ASAN_OPTIONS=detect_leaks=0
	make_fixture "$BATS_TEST_TMPDIR/root"
}

# outside COMMAND...: the files outside the fixture that the command asked the kernel for.
outside() {
	local root=$BATS_TEST_TMPDIR/root

	strace -f -qq -e trace=%file,openat2 -o "$BATS_TEST_TMPDIR/log" "$@" \
		>"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" </dev/null || true
	# openat2() with RESOLVE_IN_ROOT cannot leave the root; all else is judged by its path. What it opened
	# so is opened again for reading through /proc/self/fd.
	grep -v -e RESOLVE_IN_ROOT -e 'execve(' -e 'exited with' -e '+++' "$BATS_TEST_TMPDIR/log" |
		sed -n 's/^[0-9 ]*[a-z0-9_]*([^"]*"\([^"]*\)".*/\1/p' |
		grep '^/' |
		grep -v -e "^$root\(/\|\$\)" \
			-e '^/etc/ld\.so\.' -e '\.so\(\.[0-9.]*\)\?$' -e '/glibc-hwcaps/' -e '^/\(usr/\)\?lib[^ ]*/$' \
			-e '/locale' -e '/gconv' -e '/terminfo' -e '^/proc/self/\(maps\|exe\|cmdline\|environ\|task\)' \
			-e '^/proc/self/fd/[0-9]*$' -e '^/proc/[0-9]*/\(maps\|cmdline\|task\)' | sort -u || true
}

@test "the check finds a command that reads the host" {
	[ -n "$(outside cat /proc/cmdline)" ]
}

# Every command of the table but those that only print what is built in.
@test "no command reads outside of --root" {
	local root=$BATS_TEST_TMPDIR/root found command

	for command in "list" "list --available" "list --all -o +version,file,params" "info $FIXTURE_MODULE" \
		"info --all" "info --json $FIXTURE_MODULE" "deps $FIXTURE_MODULE" "deps --reverse --all $FIXTURE_MODULE" \
		"load -n $FIXTURE_MODULE" "load $FIXTURE_MODULE" "unload -n $FIXTURE_LOADED" \
		"unload $FIXTURE_LOADED" "config" "config show loop" "config files" "params loop" \
		"params --save-only snd-dummy enable=1" "config comment-out local.conf:2" "config undo" \
		"config softdep ext4 pre: loop" "log" "__complete load ''"; do
		# shellcheck disable=SC2086 # words
		found=$(outside "$KMTOOL" --root "$root" -k "$FIXTURE_VERSION" $command)
		[ -z "$found" ] || {
			echo "kmtool --root ROOT $command opened:" "$found"
			return 1
		}
	done
}
