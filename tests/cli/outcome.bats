# SPDX-License-Identifier: GPL-2.0-or-later
# What came of a run: exit status, what is told and what is taken back, by kmtool with a kernel that is played
# (played.c).

load fixture

setup() {
	export ROOT=$BATS_TEST_TMPDIR/root
	make_fixture "$ROOT"
	rm -r "$ROOT/sys/module"
	mkdir -p "$ROOT/proc/self"
	printf 'Name:\tx\nUid:\t0\t0\t0\t0\nCapEff:\t000001ffffffffff\n' >"$ROOT/proc/self/status"
}

# tells TEXT: all of what is printed, the path of the root aside.
tells() {
	local told

	told=$(printf '%s\n%s' "$output" "$stderr" | sed "s|$ROOT||g; /^\$/d; s/ *\$//")
	[ "$told" = "$1" ] || diff <(echo "$1") <(echo "$told")
}

M=/lib/modules/6.1.0-test/kernel

@test "all is well" {
	expect_status 0 played "" load br_netfilter
	calls "insert $M/net/llc/llc.ko" "insert $M/net/802/stp.ko" "insert $M/net/bridge/bridge.ko" \
		"insert $M/net/bridge/br_netfilter.ko"
}

@test "an alias of two modules: one that loads is enough, none is a failure" {
	echo 'alias either loop
alias either snd_dummy' >"$ROOT/etc/modprobe.d/either.conf"
	expect_status 0 played "fail insert loop 19" load either
	expect_status 1 played "fail insert loop 19
fail insert snd_dummy 19" load either
	calls "insert $M/drivers/block/loop.ko max_part=15 max_loop=8" "insert $M/sound/snd-dummy.ko"
	tells "kmtool: loop was not loaded (No such device): loop: init failed with -ENODEV (No such device): the hardware it drives is not present, or parameters must say where it is
kmtool: hint: the module's own lines in the kernel log and its documentation tell what it needs ('kmtool log loop')"
}

@test "a soft dependency that is also asked for has to load" {
	expect_status 0 played "fail insert crc32c_generic 19" load ext4
	calls "insert $M/lib/crc32c_generic.ko" "insert $M/fs/ext4/ext4.ko"
	expect_status 1 played "fail insert crc32c_generic 19" load ext4 crc32c_generic
	calls "insert $M/lib/crc32c_generic.ko"
	tells "kmtool: crc32c_generic (for ext4) was not loaded (No such device): crc32c_generic: init failed with -ENODEV (No such device): the hardware it drives is not present, or parameters must say where it is
kmtool: hint: the module's own lines in the kernel log and its documentation tell what it needs ('kmtool log crc32c_generic')"
}

@test "an init function that the kernel kills" {
	expect_status 1 played "fail insert loop 130" load loop
	tells "kmtool: loop was not loaded: the kernel ended the process that ran the init function of loop: most likely the module crashed
kmtool: hint: the module stays half loaded, and all that it uses with it, until a reboot; see 'kmtool log'"
}

@test "what programs write to the log is not the kernel's" {
	expect_status 1 played "fail insert loop 22 <4>loop: from the kernel" load loop
	contains "$output$stderr" "from the kernel"
	expect_status 1 played "fail insert loop 22 <12>loop: from a program" load loop
	[[ $output$stderr != *"from a program"* ]]
}

@test "a permanent module among the unused dependencies stays, the others go" {
	cat >"$ROOT/proc/modules" <<-'END'
		user 16384 0 - Live 0x0
		keep 16384 1 user,[permanent], Live 0x0
		other 16384 1 user, Live 0x0
	END
	expect_status 0 kmtool unload -n --raw --unused-deps user
	[ "$(cut -f 1,2 <<<"$output")" = $'remove\tuser\nremove\tother\nskip\tkeep' ]
}

@test "a failure takes back what was loaded" {
	expect_status 1 played "fail insert br_netfilter 12" load br_netfilter
	[ "$(tail -n 3 "$ROOT/calls")" = "$(printf 'remove %s\n' bridge stp llc)" ]
	tells "unloaded again: llc, stp, bridge
kmtool: br_netfilter was not loaded (Cannot allocate memory): the kernel (or the init function of br_netfilter) found not enough memory for it
kmtool: hint: free memory, or give the module smaller parameters"
}
