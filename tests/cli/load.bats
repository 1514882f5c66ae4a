# SPDX-License-Identifier: GPL-2.0-or-later
# kmtool load: plans, and what is refused before anything happens. Loading itself is tested in tests/vm.

load fixture

setup() {
	ROOT=$BATS_TEST_TMPDIR/root
	make_fixture "$ROOT"
}

K=lib/modules/6.1.0-test/kernel

@test "the plan: what is not loaded yet, in order, with the reason" {
	expect_status 0 kmtool load -n br_netfilter
	contains "$output" "insert  br_netfilter  requested"
	contains "$output" "already loaded: "
	[ -z "$stderr" ]
}

@test "--raw: kind, module, path, parameters, why, origin" {
	expect_status 0 kmtool load -n --raw ext4
	[ "${lines[0]}" = "insert	crc32c_generic	/$K/lib/crc32c_generic.ko	-	softdep-pre	/lib/modules/6.1.0-test/modules.softdep:2" ]
	[ "${lines[1]}" = "insert	ext4	/$K/fs/ext4/ext4.ko	-	requested	-" ]
	[ "${#lines[@]}" = 2 ]
}

@test "--json" {
	kmtool load -n --json snd-dummy enable=1 | python3 -c '
import json, sys
d = json.load(sys.stdin)
assert d["schema"] == 1
(s,) = d["steps"]
assert s["kind"] == "insert" and s["module"] == "snd_dummy" and s["parameters"] == "enable=1", s
assert s["required"] is True and s["why"] == "requested"
'
}

@test "operands with '=' after the first are parameters" {
	expect_status 0 kmtool load -n --raw snd_dummy enable=1
	contains "${lines[0]}" "	enable=1	requested"
	expect_status 2 kmtool load -n snd_dummy enable=maybe
	contains "$stderr" "enable"
	expect_status 2 kmtool load -n snd_dummy nosuch=1
	contains "$stderr" "has no parameter 'nosuch'"
	contains "$stderr" "enable"
	expect_status 2 kmtool load -n
}

@test "what is loaded, built in, unknown" {
	expect_status 0 kmtool load -n loop
	contains "$output" "already loaded"
	expect_status 0 kmtool load -n usbcore
	contains "$output" "built in"
	expect_status 4 kmtool load -n br_netfiltr
	contains "$stderr" "br_netfilter"
}

@test "--no-config leaves modprobe.d out" {
	echo 'options snd_dummy enable=0' >"$ROOT/etc/modprobe.d/s.conf"
	expect_status 0 kmtool load -n --raw snd_dummy
	contains "${lines[0]}" "	enable=0	requested	/etc/modprobe.d/s.conf:1"
	expect_status 0 kmtool load -n --raw --no-config snd_dummy
	contains "${lines[0]}" "	-	requested	-"
}

@test "an install line that forbids a module is named" {
	echo 'install snd_dummy /bin/false' >"$ROOT/etc/modprobe.d/s.conf"
	expect_status 5 kmtool load -n snd_dummy
	contains "$stderr" "/etc/modprobe.d/s.conf:1"
}

@test "a dry run says that the machine allows nothing any more" {
	echo 1 >"$ROOT/proc/sys/kernel/modules_disabled"
	expect_status 5 kmtool load -n snd_dummy
	contains "$stderr" "modules_disabled"
	[[ $stderr != *sudo* ]]
}

@test "a plan for another kernel does not ask the running one" {
	echo 6.9.9 >"$ROOT/proc/sys/kernel/osrelease"
	echo 1 >"$ROOT/proc/sys/kernel/modules_disabled"
	expect_status 0 kmtool load -n --raw -k 6.1.0-test loop
	contains "$output" "insert	loop"
}

@test "below another root nothing is loaded" {
	expect_status 5 kmtool load snd_dummy
	contains "$stderr" "not below $ROOT"
	contains "$stderr" "--dry-run"
	[ -z "$output" ]
}

# Whatever this machine is: a kernel without modules, or no privilege.
@test "on this machine, without privilege: refused before anything is read" {
	local prefix=()

	[ "$(id -u)" != 0 ] || prefix=(setpriv --bounding-set -sys_module)
	expect_status 5 "${prefix[@]}" "$KMTOOL" load kmtool_no_such_module
	contains "$stderr" "kmtool: "
	expect_status 5 "${prefix[@]}" "$KMTOOL" unload kmtool_no_such_module
}

@test "another kernel than the running one is refused" {
	expect_status 5 "$KMTOOL" -k 1.2.3-no-such-kernel load loop
	contains "$stderr" "1.2.3-no-such-kernel"
}

@test "a block in a large file counts; what cannot be read is no reason to load" {
	local conf=$ROOT/etc/modprobe.d/x.conf

	(yes '# a long comment of a large file' | head -c 17M && echo && echo "install $FIXTURE_MODULE /bin/false") >"$conf"
	expect_status 5 kmtool load -n "$FIXTURE_MODULE"
	contains "$stderr" "blocked by /etc/modprobe.d/x.conf:"
	ln -sf x.conf "$conf"
	for verb in "load -n $FIXTURE_MODULE" "unload -n loop" "block --verify bridge" "block -n bridge"; do
		# shellcheck disable=SC2086 # a command with options and a name
		expect_status 5 kmtool $verb
		contains "$stderr" "/etc/modprobe.d/x.conf cannot be read (Too many levels of symbolic links)"
	done
	expect_status 0 kmtool load -n --no-config "$FIXTURE_MODULE"
	expect_status 0 kmtool unload -n --no-config loop
	expect_status 0 kmtool config list
	rm -r "$ROOT/etc/modprobe.d"
	ln -s modprobe.d "$ROOT/etc/modprobe.d"
	expect_status 5 kmtool load -n "$FIXTURE_MODULE"
	contains "$stderr" "/etc/modprobe.d cannot be read"
}

@test "a file is compared with what is loaded" {
	local file=$ROOT/lib/modules/6.1.0-test/kernel/drivers/net/e1000e/e1000e.ko
	local id='\1\2\3\4\5\6\7\10\11\12\13\14\15\16\17\20\21\22\23' usual=(license=GPL name=e1000e)

	# By srcversion.
	expect_status 0 kmtool load -n /lib/modules/6.1.0-test/kernel/drivers/net/e1000e/e1000e.ko
	contains "$output" "already loaded"
	write_module "$ROOT/tmp/e1000e-new.ko" "${usual[@]}" srcversion=FEDCBA9876543210
	expect_status 1 kmtool load -n /tmp/e1000e-new.ko
	contains "$stderr" "another build of e1000e is loaded: /tmp/e1000e-new.ko has the srcversion FEDCBA9876543210"
	contains "$stderr" "the loaded module 0123456789ABCDEF"
	contains "$stderr" "hint: kmtool reload /tmp/e1000e-new.ko"

	# The build-id says more.
	mkdir "$ROOT/sys/module/e1000e/notes"
	build_id_note "$ROOT/sys/module/e1000e/notes/.note.gnu.build-id" "${id}\24"
	build_id_note "$BATS_TEST_TMPDIR/note" "${id}\25"
	objcopy --add-section .note.gnu.build-id="$BATS_TEST_TMPDIR/note" "$file"
	expect_status 1 kmtool load -n /lib/modules/6.1.0-test/kernel/drivers/net/e1000e/e1000e.ko
	contains "$stderr" "the build-id 0102030405060708090a0b0c0d0e0f1011121315"
	contains "$stderr" "the loaded module 0102030405060708090a0b0c0d0e0f1011121314"
	# By its name it is the module that is loaded.
	expect_status 0 kmtool load -n e1000e
	contains "$output" "already loaded"

	# Nothing to compare.
	write_module "$ROOT/tmp/loop.ko" license=GPL name=loop
	expect_status 0 kmtool load -n /tmp/loop.ko
	contains "$output" "already loaded; whether from this file is not known"
}

# A source has the same srcversion on all architectures.
@test "a file of another architecture is not the module that is loaded" {
	local file=$ROOT/lib/modules/6.1.0-test/kernel/drivers/net/e1000e/e1000e.ko machine='\267\0'

	mkdir -p "$ROOT/tmp"
	cp "$file" "$ROOT/tmp/e1000e.ko"
	expect_status 0 kmtool load -n /tmp/e1000e.ko
	contains "$output" "already loaded"
	# In the byte order of the file.
	[ "$(od -An -tu1 -j 5 -N 1 "$file")" -eq 1 ] || machine='\0\267'
	printf '%b' "$machine" | dd of="$ROOT/tmp/e1000e.ko" bs=1 seek=18 conv=notrunc status=none
	expect_status 1 kmtool load -n /tmp/e1000e.ko
	contains "$stderr" "/tmp/e1000e.ko was built for another architecture: ELF machine 183, the modules of 6.1.0-test are of"
	not contains "$output$stderr" "already loaded"
}

@test "a load by force is told to taint the kernel" {
	kmtool load -n --force-vermagic snd-dummy >"$BATS_TEST_TMPDIR/out"
	grep -q "warning: snd_dummy is loaded by force: it taints the kernel (F)" "$BATS_TEST_TMPDIR/out"
	kmtool load -n snd-dummy >"$BATS_TEST_TMPDIR/out"
	[[ "$(<"$BATS_TEST_TMPDIR/out")" != *"by force"* ]]
}

@test "a dry run says what the kernel would refuse" {
	local usual=(license=GPL "vermagic=$FIXTURE_VERSION SMP preempt mod_unload " intree=Y)

	write_module "$ROOT/lib/modules/$FIXTURE_VERSION/kernel/a.ko" "${usual[@]}"
	depmod -b "$ROOT" "$FIXTURE_VERSION"
	expect_status 0 kmtool load -n a
	write_module "$ROOT/m/rt.ko" license=GPL "vermagic=$FIXTURE_VERSION SMP preempt_rt mod_unload "
	expect_status 1 kmtool load -n /m/rt.ko
	contains "$output" 'FAIL vermagic: '
	contains "$stderr" 'kmtool: rt would not load: '
	contains "$stderr" '+preempt_rt -preempt'
	expect_status 1 kmtool load -n --json /m/rt.ko
	python3 -c '
import json, sys
check = json.load(sys.stdin)["steps"][0]["check"]
assert check["verdict"] == "would not load", check
assert ("vermagic", "FAIL", 8) in [(l["id"], l["result"], l["errno"]) for l in check["lines"]], check
' <<<"$output"
	# What a policy forbids is another kind of refusal.
	mkdir -p "$ROOT/sys/module/module/parameters"
	echo Y >"$ROOT/sys/module/module/parameters/sig_enforce"
	expect_status 5 kmtool load -n a
	contains "$output" 'FAIL signature: the kernel insists on signatures (sig_enforce), and it is not signed'
}
