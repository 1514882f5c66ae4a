# SPDX-License-Identifier: GPL-2.0-or-later
# kmtool provides

load fixture

setup() {
	ROOT=$BATS_TEST_TMPDIR/root
	make_fixture "$ROOT"
}

@test "file systems, protocols and ciphers in the kernel's words" {
	expect_status 0 kmtool provides fs:ext4
	[ "$output" = 'MODULE STATE     AS      WHERE
ext4   available fs-ext4 modules.alias' ]
	[ -z "$stderr" ]
	expect_status 0 kmtool provides --raw -o module,state,source fs:ext2 crypto:crc32c
	[ "$output" = $'ext2\tbuilt-in\tmodules.builtin.alias\ncrc32c_generic\tavailable\tmodules.alias' ]
	expect_status 2 kmtool provides fs:
	expect_status 2 kmtool provides net:no-such-family
	contains "$stderr" "net:38"
	write_module "$ROOT/lib/modules/$FIXTURE_VERSION/extra/alg.ko" license=GPL alias=net-pf-38 alias=net-pf-16-proto-4
	depmod -b "$ROOT" "$FIXTURE_VERSION"
	expect_status 0 kmtool provides --raw -o module net:alg net:38 net:pf-38 net:netlink-proto-4
	[ "$output" = $'alg\nalg\nalg\nalg' ]
}

@test "the pattern that matches a device" {
	expect_status 0 kmtool provides pci:v00008086d000010D3sv00001043sd00008369bc02sc00i00
	[ "$output" = 'MODULE STATE MATCHED                              WHERE
e1000e live  pci:v00008086d000010D3sv*sd*bc*sc*i* modules.alias' ]
}

@test "several answers in modprobe's order, which modprobe confirms" {
	local tree=$ROOT/lib/modules/$FIXTURE_VERSION

	write_module "$tree/extra/second.ko" license=GPL alias=crypto-crc32c 'alias=crypto-*'
	write_module "$tree/extra/third.ko" license=GPL alias=crypto-crc32c
	depmod -b "$ROOT" "$FIXTURE_VERSION"
	expect_status 0 kmtool provides --raw -o order,module crypto-crc32c
	[ "$(cut -f2 <<<"$output")" = "$(modprobe -C /dev/null -d "$ROOT" -S "$FIXTURE_VERSION" -R crypto-crc32c)" ]
	[ "$(cut -f1 <<<"$output")" = "$(seq "${#lines[@]}")" ]
}

@test "configuration: the line of an alias, what keeps a module from loading" {
	printf '%s\n' 'blacklist ext4' 'install snd-dummy /bin/true' 'alias fs-old no-such-module' \
		>"$ROOT/etc/modprobe.d/a.conf"
	expect_status 0 kmtool provides --raw -o module,source,note network-card fs:ext4 ext4 snd-dummy fs:old
	[ "$output" = $'e1000e\t/etc/modprobe.d/local.conf:3\t-
ext4\tmodules.alias\tblacklisted: /etc/modprobe.d/a.conf:1
ext4\tmodules.dep\t-
snd_dummy\tmodules.dep\tinstall command: /etc/modprobe.d/a.conf:2
no_such_module\t/etc/modprobe.d/a.conf:3\tno such module' ]
}

@test "symbols: who exports them, who uses them" {
	expect_status 0 kmtool provides llc_sap_open
	contains "$output" 'llc    live  symbol:llc_sap_open modules.symbols'
	contains "$output" 'bridge'
	expect_status 0 kmtool provides --raw -o module,users symbol:llc_sap_open
	[ "$output" = $'llc\tbridge,stp' ] || [ "$output" = $'llc\tstp,bridge' ]
}

@test "symbols of the kernel image" {
	mkdir -p "$ROOT/lib/modules/$FIXTURE_VERSION/build"
	printf '0x12345678\tkfree\tvmlinux\tEXPORT_SYMBOL\t\n0x1\tpi\tvmlinux\tEXPORT_SYMBOL_GPL\tNUMBERS\n' \
		>"$ROOT/lib/modules/$FIXTURE_VERSION/build/Module.symvers"
	printf '%s\n' '0000000000000000 r __ksymtab_schedule' $'0000000000000000 r __ksymtab_other\t[vendor]' \
		>"$ROOT/proc/kallsyms"
	expect_status 0 kmtool provides --raw -o module,state,terms,namespace,source kfree symbol:pi schedule other
	[ "$output" = $'vmlinux\tbuilt-in\tany\t-\t/lib/modules/'$FIXTURE_VERSION$'/build/Module.symvers
vmlinux\tbuilt-in\tGPL only\tNUMBERS\t/lib/modules/'$FIXTURE_VERSION$'/build/Module.symvers
vmlinux\tbuilt-in\t-\t-\t/proc/kallsyms
vendor\tlive\t-\t-\t/proc/kallsyms' ]
	expect_status 4 kmtool provides kfre
}

@test "a kernel that does not tell what it exports" {
	printf '%s\n' '0000000000000000 T schedule' '0000000000000000 t static_one' \
		$'0000000000000000 T vendor_call\t[vendor]' >"$ROOT/proc/kallsyms"
	expect_status 0 kmtool provides --raw -o module,state,terms,source,note schedule
	[ "$output" = $'vmlinux\tbuilt-in\t-\t/proc/kallsyms\tmay not be exported: this kernel does not tell (CONFIG_KALLSYMS_ALL is off)' ]
	expect_status 4 kmtool provides static_one
	echo '0000000000000000 r __ksymtab_printk' >>"$ROOT/proc/kallsyms"
	expect_status 4 kmtool provides schedule
}

@test "what is not found: names that are nearly the same" {
	expect_status 4 kmtool provides fs:etx4
	contains "$stderr" "fs:ext4"
	expect_status 4 kmtool provides llc_sap_opne
	contains "$stderr" "llc_sap_open"
	expect_status 4 kmtool provides ext3000
	expect_status 0 kmtool provides ext4
	expect_status 4 kmtool provides crc32c
	contains "$stderr" "did you mean crypto:crc32c"
	[ -z "$output" ]
	expect_status 3 kmtool provides fs:ext4 nothing
	contains "$stderr" "answers to 'nothing'"
	contains "$stderr" "1 of 2"
	expect_status 4 kmtool provides nothing never
	# shellcheck disable=SC2046 # words
	expect_status 4 kmtool provides $(seq 1000 1999)
	contains "$stderr" "and 980 more, from '1020' on"
	expect_status 2 kmtool provides
	expect_status 2 kmtool provides 'a[b'
}

@test "JSON" {
	expect_status 0 kmtool provides --json fs:ext4 llc_sap_open
	python3 - "$output" <<-'END'
		import json, sys
		doc = json.loads(sys.argv[1])
		assert doc["schema"] == 1
		a, b = doc["providers"]
		assert (a["query"], a["alias"], a["module"], a["users"]) == ("fs:ext4", "fs-ext4", "ext4", None), a
		assert (b["module"], sorted(b["users"]), b["source"]) == ("llc", ["bridge", "stp"],
			{"file": "modules.symbols", "line": None}), b
	END
}

@test "hostile configuration is escaped" {
	printf 'alias fs-x a\e[31mb\n' >"$ROOT/etc/modprobe.d/x.conf"
	run kmtool provides fs:x
	[[ $output != *$'\e'* ]]
}

@test "damaged indexes are named" {
	printf 'garbage' >"$ROOT/lib/modules/$FIXTURE_VERSION/modules.alias.bin"
	expect_status 1 kmtool provides fs:ext4
	contains "$stderr" "modules.alias.bin is damaged"
	rm "$ROOT/lib/modules/$FIXTURE_VERSION"/modules.alias.bin
	expect_status 4 kmtool provides fs:ext4
	contains "$stderr" "modules.alias.bin is missing"
}

@test "a PCI or USB id finds the drivers, each once" {
	local tree=$ROOT/lib/modules/$FIXTURE_VERSION

	write_module "$tree/extra/r8152.ko" license=GPL 'alias=usb:v0BDAp8153d*dc*dsc*dp*icFFisc*ip*in*' \
		'alias=usb:v0BDAp8153d*dc*dsc*dp*ic02isc06ip00in*' 'alias=usb:v0BDAp8152d*dc*dsc*dp*ic*isc*ip*in*'
	write_module "$tree/extra/vendor_any.ko" license=GPL 'alias=pci:v00008086d*sv*sd*bc0Csc03i*'
	depmod -b "$ROOT" "$FIXTURE_VERSION"
	expect_status 0 kmtool provides --raw -o module,pattern 8086:10d3
	[ "$output" = $'e1000e\tpci:v00008086d000010D3sv*sd*bc*sc*i*\nvendor_any\tpci:v00008086d*sv*sd*bc0Csc03i*' ]
	expect_status 0 kmtool provides --raw -o module 0bda:8153
	[ "$output" = r8152 ]
	expect_status 4 kmtool provides 0bda:9999
	expect_status 4 kmtool provides 8086:10d3f
}

@test "symbols that modules cannot use by that name" {
	printf '%s\n' '0000000000000000 T _printk' '0000000000000000 r __ksymtab__printk' \
		'0000000000000000 T kallsyms_lookup_name' $'0000000000000000 t inner\t[vendor]' >"$ROOT/proc/kallsyms"
	expect_status 4 kmtool provides printk
	contains "$stderr" "printk is a macro: the symbol is _printk"
	expect_status 4 kmtool provides symbol:printk
	contains "$stderr" "kmtool provides _printk"
	expect_status 4 kmtool provides kallsyms_lookup_name
	contains "$stderr" "kallsyms_lookup_name exists in the kernel image, but is not exported"
	expect_status 4 kmtool provides inner
	contains "$stderr" "inner exists in vendor, but is not exported"
}
