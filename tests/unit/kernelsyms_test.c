/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines that tell of the kernel's symbols. */
#include "unit.h"

#include <string.h>

#include <kmt/source/kernelsyms.h>

static struct kmt_slice slice(const char *s)
{
	return (struct kmt_slice){s, strlen(s)};
}

static void kallsyms_have_names_and_modules(void **state)
{
	struct kmt_kallsym row;

	assert_true(kmt_kallsyms_line(slice("ffffffff81000000 T _text"), &row));
	assert_true(kmt_slice_is(row.name, "_text"));
	assert_int_equal(row.module.n, 0);
	assert_false(kmt_kallsyms_is_export(&row.name));
	assert_true(kmt_kallsyms_line(slice("0000000000000000 r __ksymtab_ata_x\t[libata]"), &row));
	assert_true(kmt_slice_is(row.module, "libata"));
	assert_true(kmt_kallsyms_is_export(&row.name));
	assert_true(kmt_slice_is(row.name, "ata_x"));
	assert_true(kmt_kallsyms_line(slice("0 t x\t["), &row));
	assert_int_equal(row.module.n, 0);
	assert_false(kmt_kallsyms_line(slice("0 t"), &row));
	assert_false(kmt_kallsyms_line(slice(""), &row));
}

static void symvers_have_terms(void **state)
{
	struct kmt_symver row;

	assert_true(kmt_symvers_line(slice("0x12345678\tkfree\tvmlinux\tEXPORT_SYMBOL_GPL\tMM"), &row));
	assert_true(kmt_slice_is(row.crc, "0x12345678"));
	assert_true(kmt_slice_is(row.name, "kfree"));
	assert_true(kmt_slice_is(row.where, "vmlinux"));
	assert_true(row.gpl);
	assert_true(kmt_slice_is(row.ns, "MM"));
	assert_true(kmt_symvers_line(slice("0x1\ta\tdrivers/x\tEXPORT_SYMBOL\t"), &row));
	assert_false(row.gpl);
	assert_int_equal(row.ns.n, 0);
	/* Kernels before 5.4 have no namespaces, hand-made files not even terms. */
	assert_true(kmt_symvers_line(slice("0x1 a vmlinux"), &row));
	assert_false(row.gpl);
	assert_false(kmt_symvers_line(slice("0x1\ta"), &row));
	assert_false(kmt_symvers_line(slice("\t\t"), &row));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kallsyms_have_names_and_modules),
		cmocka_unit_test(symvers_have_terms),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
