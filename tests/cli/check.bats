# SPDX-License-Identifier: GPL-2.0-or-later
# kmtool check

load fixture

usual=(license=GPL "vermagic=$FIXTURE_VERSION SMP preempt mod_unload modversions ")

setup() {
	ROOT=$BATS_TEST_TMPDIR/root
	make_fixture "$ROOT"
	# What the kernel's build is can be told: two of its own modules.
	write_module "$ROOT/lib/modules/$FIXTURE_VERSION/kernel/lib/own_a.ko" "${usual[@]}" intree=Y export:own_symbol
	write_module "$ROOT/lib/modules/$FIXTURE_VERSION/kernel/lib/own_b.ko" "${usual[@]}" intree=Y
	depmod -b "$ROOT" "$FIXTURE_VERSION"
	echo N >"$BATS_TEST_TMPDIR/N"
	install -D "$BATS_TEST_TMPDIR/N" "$ROOT/sys/module/module/parameters/sig_enforce"
	printf '0 r __ksymtab_%s\n' kernel_symbol param_ops_int __this_module >"$ROOT/proc/kallsyms"
}

# result TEST: of the last output with --raw -o test,result,id,errno.
result() {
	awk -F'\t' -v test="$1" '$1 == test { print $2, $3, $4 }' <<<"$output"
}

check() {
	kmtool check --raw -o test,result,id,errno "$@"
}

@test "a module of the tree would load" {
	expect_status 0 kmtool check own_b
	contains "$output" 'own_b would load with warnings: signature'
	contains "$output" "vermagic    pass   $FIXTURE_VERSION SMP preempt mod_unload modversions"
	[ -z "$stderr" ]
	# What is behind the fixture's signed module is no PKCS#7 message.
	write_module "$ROOT/lib/modules/$FIXTURE_VERSION/kernel/lib/crc32c_generic.ko" "${usual[@]}" alias=crypto-crc32c
	expect_status 0 kmtool check --all
	contains "$output" '11 modules: 11 would load with warnings'
}

@test "another kernel, another machine, and files that are no module" {
	write_module "$ROOT/m/other.ko" license=GPL "vermagic=6.1.0-other SMP preempt mod_unload modversions "
	expect_status 1 check /m/other.ko
	[ "$(result vermagic)" = 'FAIL vermagic ENOEXEC' ]
	write_module "$ROOT/m/rt.ko" license=GPL "vermagic=$FIXTURE_VERSION SMP preempt_rt mod_unload modversions "
	expect_status 1 kmtool check /m/rt.ko
	contains "$output" '+preempt_rt -preempt'
	contains "$output" 'rt would not load: vermagic (ENOEXEC)'
	write_module "$ROOT/m/arm.ko" "${usual[@]}"
	printf '\267' | dd of="$ROOT/m/arm.ko" bs=1 seek=18 conv=notrunc status=none
	expect_status 1 check /m/arm.ko
	[ "$(result elf)" = 'FAIL other-machine ENOEXEC' ]
	write_module "$ROOT/m/bare.ko" "${usual[@]}"
	strip -s -o "$ROOT/m/stripped.ko" "$ROOT/m/bare.ko"
	expect_status 1 check /m/stripped.ko
	[ "$(result structure)" = 'FAIL stripped ENOEXEC' ]
	objcopy -R .gnu.linkonce.this_module "$ROOT/m/bare.ko" "$ROOT/m/object.ko"
	expect_status 1 check /m/object.ko
	[ "$(result structure)" = 'FAIL no-module-structure ENOEXEC' ]
	: >"$ROOT/m/empty.ko"
	expect_status 1 check /m/empty.ko
	[ "$(result file)" = 'FAIL empty EINVAL' ]
	mkdir "$ROOT/m/dir.ko"
	expect_status 1 check /m/dir.ko
	[ "$(result file)" = 'FAIL directory EINVAL' ]
	echo '#!/bin/sh and a text that is longer than an ELF header, so that this is the first fault' >"$ROOT/m/text.ko"
	expect_status 1 check /m/text.ko
	[ "$(result file)" = 'FAIL not-elf ENOEXEC' ]
	head -c -9 "$ROOT/m/bare.ko" >"$ROOT/m/short.ko"
	expect_status 1 check /m/short.ko
	[ "$(result file)" = 'FAIL truncated ENOEXEC' ]
	echo 'int main(void) { return 0; }' | ${CC:-cc} -x c -o "$ROOT/m/program.ko" -
	expect_status 1 check /m/program.ko
	[ "$(result file)" = 'FAIL not-relocatable ENOEXEC' ]
	expect_status 1 check /m/nothing.ko
	[ "$(result file)" = 'FAIL no-file ENOENT' ]
}

@test "symbols: of the kernel, of modules, of nobody, and on which terms" {
	write_module "$ROOT/m/user.ko" "${usual[@]}" import:kernel_symbol import:own_symbol depends=own_a
	expect_status 0 kmtool check /m/user.ko
	contains "$output" '1 of the kernel, others of own_a'
	write_module "$ROOT/m/alone.ko" "${usual[@]}" import:own_symbol depends=
	expect_status 1 check /m/alone.ko
	[ "$(result symbols)" = 'FAIL provider-not-loaded ENOENT' ]
	write_module "$ROOT/m/lost.ko" "${usual[@]}" import:no_such_symbol
	expect_status 1 check /m/lost.ko
	[ "$(result symbols)" = 'FAIL missing-symbol ENOENT' ]
	# A file that is given with it may have it.
	write_module "$ROOT/m/provider.ko" "${usual[@]}" export:no_such_symbol
	expect_status 0 check /m/provider.ko /m/lost.ko
	# Where nothing tells what the kernel exports, nothing is wrong.
	rm "$ROOT/proc/kallsyms"
	expect_status 3 check /m/lost.ko
	[ "$(result symbols)" = 'unknown missing-symbol -' ]
	mkdir -p "$ROOT/lib/modules/$FIXTURE_VERSION/build"
	printf '0x00000000\t%s\tvmlinux\t%s\t%s\n' gpl_symbol EXPORT_SYMBOL_GPL '' spaced EXPORT_SYMBOL KM_SPACE \
		any EXPORT_SYMBOL '' >"$ROOT/lib/modules/$FIXTURE_VERSION/build/Module.symvers"
	echo 'loop 40960 0 - Live 0x0' >"$ROOT/proc/modules"
	write_module "$ROOT/m/closed.ko" license=Proprietary "${usual[@]:1}" import:gpl_symbol
	expect_status 1 check /m/closed.ko
	[ "$(result license)" = 'FAIL gpl-only-symbol ENOENT' ]
	write_module "$ROOT/m/closed.ko" license=Proprietary "${usual[@]:1}" import:any
	expect_status 0 check /m/closed.ko
	[ "$(result license)" = 'warn proprietary -' ]
	write_module "$ROOT/m/ns.ko" "${usual[@]}" import:spaced
	expect_status 1 check /m/ns.ko
	[ "$(result namespaces)" = 'FAIL namespace EINVAL' ]
	write_module "$ROOT/m/ns.ko" "${usual[@]}" import:spaced import_ns=KM_SPACE
	expect_status 0 check /m/ns.ko
}

@test "what the machine forbids" {
	expect_status 0 check own_a
	[ "$(result signature)" = 'warn unsigned -' ]
	echo Y >"$ROOT/sys/module/module/parameters/sig_enforce"
	expect_status 1 check own_a
	[ "$(result signature)" = 'FAIL unsigned-enforced EKEYREJECTED' ]
	echo N >"$ROOT/sys/module/module/parameters/sig_enforce"
	mkdir -p "$ROOT/sys/kernel/security"
	echo 'none [integrity] confidentiality' >"$ROOT/sys/kernel/security/lockdown"
	expect_status 1 check own_a
	[ "$(result signature)" = 'FAIL lockdown EPERM' ]
	rm "$ROOT/sys/kernel/security/lockdown"
	echo 'module_blacklist=own_a' >"$ROOT/proc/cmdline"
	expect_status 1 check own_a
	[ "$(result blacklist)" = 'FAIL kernel-blacklist EPERM' ]
	: >"$ROOT/proc/cmdline"
	echo 'install own_a /bin/false' >"$ROOT/etc/modprobe.d/b.conf"
	expect_status 1 check own_a
	[ "$(result configuration)" = 'FAIL blocked -' ]
	rm "$ROOT/etc/modprobe.d/b.conf"
	echo 1 >"$ROOT/proc/sys/kernel/modules_disabled"
	expect_status 1 check own_a
	[ "$(result policy)" = 'FAIL modules-disabled EPERM' ]
	# Another kernel is for another boot.
	cp -a "$ROOT/lib/modules/$FIXTURE_VERSION" "$ROOT/lib/modules/6.1.0-next"
	expect_status 1 check -k 6.1.0-next own_a
	[ "$(result vermagic)" = 'FAIL vermagic ENOEXEC' ]
	[ "$(result policy)" = 'pass - -' ]
}

@test "loaded, built in, parameters" {
	expect_status 0 check e1000e
	[ "$(result loaded)" = 'warn loaded -' ]
	expect_status 0 kmtool check usbcore
	contains "$output" 'usbcore is built in'
	write_module "$ROOT/m/p.ko" "${usual[@]}" param:level parmtype=level:int
	expect_status 0 check /m/p.ko level=3
	[ "$(result parameters)" = 'pass - -' ]
	expect_status 1 check /m/p.ko level=abc
	[ "$(result parameters)" = 'FAIL parameter-value EINVAL' ]
	expect_status 0 check /m/p.ko nosuch=1
	[ "$(result parameters)" = 'warn parameter-unknown -' ]
}

@test "what cannot be asked" {
	expect_status 2 kmtool check
	expect_status 2 kmtool check --all loop
	expect_status 4 kmtool check no_such_module
	expect_status 2 kmtool check --threads 9999 loop
}

@test "a signature is verified with a certificate" {
	local file=$ROOT/m/own.ko

	command -v openssl >/dev/null || skip "needs openssl"
	needs_library libcrypto
	write_module "$file" "${usual[@]}"
	cp "$file" "$file.plain"
	sign_module "$file"
	printf '%s 1 perm 1f0b0000 0 0 keyring .builtin_trusted_keys: 1\n' '3b5a1650 I------' >"$ROOT/proc/keys"
	printf '%s 1 perm 1f030000 0 0 asymmetri Key: 1122334455: X509.rsa 22334455 []\n' '3b5a1651 I------' >>"$ROOT/proc/keys"
	expect_status 0 check --cert /cert.pem /m/own.ko
	[ "$(result signature)" = 'warn unsigned -' ]
	contains "$(kmtool check --cert /cert.pem /m/own.ko)" 'is not listed in /proc/keys'
	expect_status 0 check /m/own.ko
	[ "$(result signature)" = 'pass - -' ]
	echo Y >"$ROOT/sys/module/module/parameters/sig_enforce"
	expect_status 1 check --cert /cert.pem /m/own.ko
	[ "$(result signature)" = 'FAIL unknown-key-enforced EKEYREJECTED' ]
	sed -i 's/license=GPL/license=GpL/' "$file"
	expect_status 1 check --cert /cert.pem /m/own.ko
	contains "$(kmtool check /m/own.ko 2>&1 || :)" 'has to know this key'
	expect_status 1 kmtool check --cert /m/own.ko.plain /m/own.ko
	contains "$stderr" 'no certificate'
}
