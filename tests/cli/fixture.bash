# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034,SC2154 # variables are set by bats and read by the tests
# A small machine in a directory, for --root: a module tree with its indexes, /proc, /sys, modprobe.d.
# The modules are compiled here: ELF files with the sections that kmtool and depmod read, no code.
#
#	load fixture
#	setup() { make_fixture "$BATS_TEST_TMPDIR/root"; }

load ../bats
FIXTURE_VERSION=6.1.0-test
FIXTURE_MODULE=br_netfilter # in the tree, not loaded; needs bridge, stp and llc
FIXTURE_LOADED=loop	    # loaded, unused
export LC_ALL=C TERM=dumb

# c_string TEXT: as a C literal.
c_string() {
	local text=${1//\\/\\\\}

	printf '"%s"' "${text//\"/\\\"}"
}

# write_module FILE WORD...: WORD is export:SYMBOL, import:SYMBOL, param:NAME (an int of 7 that .modinfo does not
# tell of), signed, or a .modinfo string KEY=VALUE.
write_module() {
	local file=$1 word n=0 exports='' is_signed='' source

	shift
	mkdir -p "$(dirname "$file")"
	source=$(
		echo 'static char this_module[64] __attribute__((used, section(".gnu.linkonce.this_module")));'
		for word; do
			n=$((n + 1))
			case $word in
			export:*)
				echo "int ${word#*:}(void) { return 0; }"
				exports+=${word#*:}'\0'
				;;
			param:*)
				echo "static const char __param_str_${word#*:}[] __attribute__((used)) = \"${word#*:}\";" \
					"extern char __this_module[], param_ops_int[]; static int value_$n = 7;" \
					"static const struct { const void *name, *mod, *ops; long perm; void *arg; } param_$n" \
					"__attribute__((used, section(\"__param\"), aligned(8))) =" \
					"{ __param_str_${word#*:}, __this_module, param_ops_int, 0, &value_$n };"
				;;
			import:*)
				echo "extern int ${word#*:}(void); int (*use_$n)(void) = ${word#*:};"
				;;
			*=*)
				echo "static const char info_${n}[] __attribute__((used, section(\".modinfo\"), aligned(1))) =" \
					"$(c_string "$word");"
				;;
			esac
		done
		[ -z "$exports" ] ||
			echo "static const char names[] __attribute__((used, section(\"__ksymtab_strings\"))) = \"$exports\";"
	)
	# shellcheck disable=SC2086 # CC may hold options
	${CC:-cc} -c -x c -fno-pic -o "$file" - <<<"$source" || return
	for word; do
		[ "$word" != signed ] || is_signed=yes
	done
	if [ -n "$is_signed" ]; then
		# 4 bytes of signature, struct module_signature (PKCS#7), the marker
		printf 'XXXX\0\0\2\0\0\0\0\0\0\0\0\4~Module signature appended~\n' >>"$file"
	fi
}

# build_id_note FILE ID: the section .note.gnu.build-id of the machine that is built for; ID is 20 bytes as C has them.
build_id_note() {
	${CC:-cc} -c -x c -fno-pic -o "$BATS_TEST_TMPDIR/note.o" - <<<"const struct {
		unsigned int name_size, size, type;
		char name[4], id[20];
	} note = { 4, 20, 3, \"GNU\", \"$2\" };"
	objcopy -O binary --only-section=.rodata "$BATS_TEST_TMPDIR/note.o" "$1"
}

# sign_module FILE: with a new key, whose certificate is $ROOT/cert.pem.
sign_module() {
	local key=$BATS_TEST_TMPDIR/key size

	openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=Key -days 2 -keyout "$key" -out "$ROOT/cert.pem" 2>/dev/null
	openssl cms -sign -binary -noattr -nocerts -md sha256 -outform DER -in "$1" -signer "$ROOT/cert.pem" \
		-inkey "$key" -out "$key.sig"
	size=$(stat -c %s "$key.sig")
	{
		cat "$key.sig"
		printf '\0\0\2\0\0\0\0\0\0\0'
		printf '%b' "$(printf '\\x%02x\\x%02x' $((size / 256)) $((size % 256)))"
		printf '~Module signature appended~\n'
	} >>"$1"
}

fixture_modules() {
	local dir=$1/lib/modules/$FIXTURE_VERSION/kernel
	local usual=(license=GPL "vermagic=$FIXTURE_VERSION SMP preempt mod_unload modversions ")

	write_module "$dir/net/llc/llc.ko" export:llc_sap_open "${usual[@]}" "description=LLC IEEE 802.2 core support"
	write_module "$dir/net/802/stp.ko" import:llc_sap_open export:stp_proto_register "${usual[@]}"
	write_module "$dir/net/bridge/bridge.ko" import:stp_proto_register import:llc_sap_open export:br_forward \
		"${usual[@]}" version=2.3 alias=rtnl-link-bridge
	write_module "$dir/net/bridge/br_netfilter.ko" import:br_forward "${usual[@]}" \
		"description=Linux ethernet netfilter firewall bridge"
	write_module "$dir/drivers/block/loop.ko" "${usual[@]}" "alias=block-major-7-*" \
		"parm=max_loop:Maximum number of loop devices" parmtype=max_loop:int \
		"parm=max_part:Maximum number of partitions per loop device" parmtype=max_part:int
	write_module "$dir/drivers/net/e1000e/e1000e.ko" "${usual[@]}" version=3.2.6-k srcversion=0123456789ABCDEF \
		"description=Intel(R) PRO/1000 Network Driver" "alias=pci:v00008086d000010D3sv*sd*bc*sc*i*" \
		"parm=InterruptThrottleRate:Interrupt Throttling Rate" "parmtype=InterruptThrottleRate:array of int"
	write_module "$dir/sound/snd-dummy.ko" "${usual[@]}" parmtype=enable:bool "parm=enable:Enable this card"
	write_module "$dir/lib/crc32c_generic.ko" signed "${usual[@]}" alias=crypto-crc32c
	write_module "$dir/fs/ext4/ext4.ko" "${usual[@]}" alias=fs-ext4 alias=fs-ext3 "softdep=pre: crypto-crc32c"
}

fixture_tree() {
	local dir=$1/lib/modules/$FIXTURE_VERSION

	fixture_modules "$1"
	(cd "$dir" && find kernel -name '*.ko' | LC_ALL=C sort >modules.order)
	printf '%s\n' kernel/drivers/usb/core/usbcore.ko kernel/fs/ext2/ext2.ko >"$dir/modules.builtin"
	printf 'usbcore.license=GPL\0usbcore.parmtype=autosuspend:int\0ext2.license=GPL\0ext2.alias=fs-ext2\0' \
		>"$dir/modules.builtin.modinfo"
	depmod -b "$1" "$FIXTURE_VERSION"
}

fixture_proc() {
	mkdir -p "$1/proc/sys/kernel"
	echo "$FIXTURE_VERSION" >"$1/proc/sys/kernel/osrelease"
	echo 0 >"$1/proc/sys/kernel/modules_disabled"
	echo 12288 >"$1/proc/sys/kernel/tainted"
	echo 'BOOT_IMAGE=/vmlinuz root=/dev/vda1 quiet loop.max_loop=8' >"$1/proc/cmdline"
	cat >"$1/proc/modules" <<-'END'
		vendor 1228800 0 - Live 0xffffffffc0900000 (POE)
		loop 40960 0 - Live 0xffffffffc0800000
		wakeup 16384 0 - Loading 0xffffffffc0700000 (O+)
		keep 16384 0 [permanent], Live 0xffffffffc0600000
		bridge 311296 0 - Live 0xffffffffc0500000
		stp 16384 1 bridge, Live 0xffffffffc0400000
		llc 16384 2 bridge,stp, Live 0xffffffffc0300000
		e1000e 339968 1 - Live 0xffffffffc0200000
	END
}

# fixture_sys ROOT NAME REFCNT ATTRIBUTE=VALUE...
fixture_sys() {
	local dir=$1/sys/module/$2 attribute

	mkdir -p "$dir/holders" "$dir/parameters"
	echo "$3" >"$dir/refcnt"
	echo live >"$dir/initstate"
	shift 3
	for attribute; do
		echo "${attribute#*=}" >"$dir/${attribute%%=*}"
	done
}

fixture_sysfs() {
	fixture_sys "$1" vendor 0 taint=POE version=9.9
	fixture_sys "$1" loop 0 parameters/max_loop=8 parameters/max_part=15
	fixture_sys "$1" wakeup 0 initstate=coming taint=O
	fixture_sys "$1" keep 0
	fixture_sys "$1" bridge 0 version=2.3
	fixture_sys "$1" stp 1
	fixture_sys "$1" llc 2
	fixture_sys "$1" e1000e 1 version=3.2.6-k srcversion=0123456789ABCDEF
	ln -s ../../bridge "$1/sys/module/stp/holders/bridge"
	ln -s ../../bridge "$1/sys/module/llc/holders/bridge"
	ln -s ../../stp "$1/sys/module/llc/holders/stp"
	mkdir -p "$1/sys/module/e1000e/drivers/pci:e1000e" "$1/sys/module/usbcore/parameters"
	echo 2 >"$1/sys/module/usbcore/parameters/autosuspend"
}

fixture_config() {
	mkdir -p "$1/etc/modprobe.d"
	cat >"$1/etc/modprobe.d/local.conf" <<-'END'
		# settings of this machine
		options loop max_part=15
		alias network-card e1000e
	END
}

# fixture_made DIRECTORY: makes it, unless another test file was faster.
fixture_made() {
	flock 9
	[ ! "$1" -nt "${BASH_SOURCE[0]}" ] || return 0
	rm -rf "$1" "$1.new"
	fixture_tree "$1.new"
	fixture_proc "$1.new"
	fixture_sysfs "$1.new"
	fixture_config "$1.new"
	# The time of the directory says how old the whole is.
	touch "$1.new"
	mv -T "$1.new" "$1"
}

# make_fixture ROOT: a copy of the one that is made once for all test files, in the build directory.
make_fixture() {
	local made=$top_builddir/tests/cli/fixture

	if [ ! "$made" -nt "${BASH_SOURCE[0]}" ]; then
		command -v depmod >/dev/null || skip "depmod is not installed"
		mkdir -p "${made%/*}"
		(fixture_made "$made") 9<"${made%/*}"
	fi
	cp -a "$made" "$1"
}

# kmtool ARG...: on the fixture $ROOT.
kmtool() {
	"$KMTOOL" --root "${ROOT:?}" "$@"
}

# played SCRIPT ARG...: kmtool with the kernel that SCRIPT (lines) makes.
played() {
	printf '%s' "${1:+$1
}" >"$ROOT/kernel"
	shift
	"$top_builddir/tests/cli/played" --root "$ROOT" "$@"
}

# calls LINE...: what the kernel was asked to do.
calls() {
	local want

	want=$(printf '%s\n' "$@")
	[ "$(cat "$ROOT/calls")" = "$want" ] || {
		cat "$ROOT/calls"
		return 1
	}
}

# expect_status N COMMAND...: runs it as `run` does and compares the exit status; stderr goes to $stderr.
expect_status() {
	local want=$1

	shift
	run --separate-stderr "$@"
	[ "$status" = "$want" ] || {
		echo "exit status $status instead of $want: $*"
		echo "$output"
		echo "$stderr"
		return 1
	}
}

# contains TEXT PART: with both printed if it does not.
contains() {
	[[ $1 == *"$2"* ]] || {
		printf 'not found: %s\nin: %s\n' "$2" "$1"
		return 1
	}
}

# add_network: a network card of e1000e with the interface eth0, which has no state yet; below $ROOT, made by make_fixture.
add_network() {
	mkdir -p "$ROOT/sys/devices/pci0/0000:00:03.0/net/eth0" "$ROOT/sys/bus/pci/drivers/e1000e" "$ROOT/sys/class/net"
	rmdir "$ROOT/sys/module/e1000e/drivers/pci:e1000e"
	ln -s ../../../bus/pci/drivers/e1000e "$ROOT/sys/module/e1000e/drivers/pci:e1000e"
	ln -s ../../../../devices/pci0/0000:00:03.0 "$ROOT/sys/bus/pci/drivers/e1000e/0000:00:03.0"
	ln -s ../../../../module/e1000e "$ROOT/sys/bus/pci/drivers/e1000e/module"
	ln -s ../../../bus/pci/drivers/e1000e "$ROOT/sys/devices/pci0/0000:00:03.0/driver"
	ln -s ../../devices/pci0/0000:00:03.0/net/eth0 "$ROOT/sys/class/net/eth0"
}
