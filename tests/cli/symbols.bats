# SPDX-License-Identifier: GPL-2.0-or-later
# kmtool symbols

load fixture

setup() {
	ROOT=$BATS_TEST_TMPDIR/root
	make_fixture "$ROOT"
	TREE=$ROOT/lib/modules/$FIXTURE_VERSION
	mkdir -p "$TREE/extra" "$TREE/build"
	provider "$TREE/extra/prov.ko"
	write_module "$TREE/extra/cons.ko" import:prov_any import:prov_gpl import:kfree import:nobody license=GPL
	depmod -b "$ROOT" "$FIXTURE_VERSION"
	printf '0x12345678\tkfree\tvmlinux\tEXPORT_SYMBOL\t\n0x1\tpi\tvmlinux\tEXPORT_SYMBOL_GPL\tNUMBERS\n' \
		>"$TREE/build/Module.symvers"
}

# provider FILE: a module that exports prov_any to all and prov_gpl, in a namespace, to GPL modules.
provider() {
	${CC:-cc} -c -x c -fno-pic -o "$1" - <<-'END'
		static char this_module[64] __attribute__((used, section(".gnu.linkonce.this_module")));
		static const char license[] __attribute__((used, section(".modinfo"), aligned(1))) = "license=GPL";
		int prov_any(void) { return 0; }
		int prov_gpl(void) { return 0; }
		asm(".section __ksymtab_strings, \"aMS\", %progbits, 1\n"
			"__kstrtab_prov_any: .asciz \"prov_any\"\n__kstrtabns_prov_any: .asciz \"\"\n"
			"__kstrtab_prov_gpl: .asciz \"prov_gpl\"\n__kstrtabns_prov_gpl: .asciz \"PROV\"\n"
			".section __ksymtab, \"a\"\n__ksymtab_prov_any: .quad 0\n"
			".section __ksymtab_gpl, \"a\"\n__ksymtab_prov_gpl: .quad 0\n"
			".globl __crc_prov_any\n__crc_prov_any = 0x1a2b3c4d\n"
			".globl __crc_prov_gpl\n__crc_prov_gpl = 2\n");
	END
}

@test "what a module exports, on which terms, and to whom" {
	expect_status 0 kmtool symbols prov
	[ "$output" = 'SYMBOL   FROM STATE     TERMS    NAMESPACE CRC        USED BY
prov_any prov available any      -         0x1a2b3c4d cons
prov_gpl prov available GPL only PROV      0x00000002 cons' ]
	[ -z "$stderr" ]
	expect_status 0 kmtool symbols --needed prov
	[ -z "$output" ]
}

@test "what a module needs, and who has it; a file that is not in the tree" {
	expect_status 0 kmtool symbols --raw cons
	[ "$output" = $'nobody\tneeded\t-\tmissing\t-\t-\t-\t-
prov_any\tneeded\tprov\tavailable\tany\t-\t-\t-
prov_gpl\tneeded\tprov\tavailable\tGPL only\tPROV\t-\t-
kfree\tneeded\tvmlinux\tbuilt-in\tany\t-\t-\t-' ]
	cp "$TREE/extra/cons.ko" "$ROOT/x.ko"
	[ "$(kmtool symbols --raw /x.ko)" = "$output" ]
	expect_status 0 kmtool symbols --exported cons
	[ -z "$output" ]
}

@test "symbols of the kernel image, and by patterns" {
	printf '%s\n' '0000000000000000 r __ksymtab_schedule' $'0000000000000000 r __ksymtab_other\t[vendor]' \
		>"$ROOT/proc/kallsyms"
	expect_status 0 kmtool symbols vmlinux --raw -o symbol,provider,state,terms,namespace,crc
	[ "$output" = $'kfree\tvmlinux\tbuilt-in\tany\t-\t0x12345678
pi\tvmlinux\tbuilt-in\tGPL only\tNUMBERS\t0x00000001
schedule\tvmlinux\tbuilt-in\t-\t-\t-' ]
	expect_status 0 kmtool symbols --raw -o symbol vmlinux 'k*' sched
	[ "$output" = $'kfree\nschedule' ]
	expect_status 3 kmtool symbols vmlinux kfree nosuch
	contains "$stderr" "vmlinux has no symbol 'nosuch'"
	contains "$output" kfree
	expect_status 4 kmtool symbols vmlinux nosuch
	[ -z "$output" ]
	expect_status 0 kmtool symbols --raw -o symbol prov '*_gpl'
	[ "$output" = prov_gpl ]
}

@test "what is built in, what is not there, and wrong use" {
	expect_status 4 kmtool symbols usbcore
	contains "$stderr" "usbcore is built in: its symbols are those of the kernel image"
	contains "$stderr" "kmtool symbols vmlinux"
	expect_status 4 kmtool symbols vendor
	contains "$stderr" "there is no file of vendor"
	expect_status 4 kmtool symbols prow
	contains "$stderr" prov
	rm "$TREE/build/Module.symvers"
	expect_status 4 kmtool symbols vmlinux
	contains "$stderr" "install its headers"
	expect_status 2 kmtool symbols
	printf 'no module' >"$ROOT/bad.ko"
	expect_status 1 kmtool symbols /bad.ko
}

@test "JSON" {
	kmtool symbols --json prov | python3 -c '
import json, sys
a, b = json.load(sys.stdin)["symbols"]
assert (a["symbol"], a["kind"], a["crc"], a["users"]) == ("prov_any", "exported", "0x1a2b3c4d", ["cons"]), a
assert (b["terms"], b["namespace"], b["state"]) == ("GPL only", "PROV", "available"), b'
}
