/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether the type information of a module continues that of the kernel. */
#include "unit.h"

#include <errno.h>
#include <string.h>
#include <linux/btf.h>

#include <kmt/base/strbuf.h>
#include <kmt/source/btf.h>

#define RECORD(name, kind, vlen, type) name, (uint32_t)(kind) << 24 | (vlen), type

/* "int" and a pointer to it; the names end at 5. */
static const uint32_t kernel_types[] = {RECORD(1, BTF_KIND_INT, 0, 4), 32, RECORD(0, BTF_KIND_PTR, 0, 1)};
static const char kernel_names[] = "\0int";

struct file {
	struct kmt_strbuf bytes;
	struct kmt_btf btf;
};

static int build(struct file *f, const uint32_t *types, size_t n, const char *names, size_t n_names)
{
	const struct btf_header h = {.magic = BTF_MAGIC,
		.version = BTF_VERSION,
		.hdr_len = sizeof(h),
		.type_len = (uint32_t)n,
		.str_off = (uint32_t)n,
		.str_len = (uint32_t)n_names};

	*f = (struct file){.bytes = KMT_STRBUF_INIT};
	kmt_strbuf_add(&f->bytes, &h, sizeof(h));
	kmt_strbuf_add(&f->bytes, types, n);
	kmt_strbuf_add(&f->bytes, names, n_names);
	return kmt_btf_open(f->bytes.s, f->bytes.len, &f->btf, NULL);
}

/* A module with one structure of one member, "mine" and "field" at 5 and 10, and what else is said. */
static enum kmt_btf_fit compare(uint32_t name, uint32_t member, uint32_t type)
{
	const uint32_t types[] = {RECORD(name, BTF_KIND_STRUCT, 1, 8), member, 2, 0,
		RECORD(0, BTF_KIND_CONST, 0, type)};
	static const char names[] = "mine\0field";
	struct file kernel, module;
	enum kmt_btf_fit fit;

	assert_int_equal(
		build(&kernel, kernel_types, sizeof(kernel_types), kernel_names, sizeof(kernel_names)), 0);
	assert_int_equal(build(&module, types, sizeof(types), names, sizeof(names)), 0);
	fit = kmt_btf_compare(&kernel.btf, &module.btf);
	kmt_strbuf_free(&kernel.bytes);
	kmt_strbuf_free(&module.bytes);
	return fit;
}

static void names_and_types_go_on_where_the_kernels_end(void **state)
{
	assert_int_equal(compare(5, 10, 4), KMT_BTF_FITS);
	assert_int_equal(compare(1, 0, 0), KMT_BTF_FITS);
	assert_int_equal(compare(2, 10, 4), KMT_BTF_OTHER);
	assert_int_equal(compare(5, 7, 4), KMT_BTF_OTHER);
	assert_int_equal(compare(5, 10, 5), KMT_BTF_OTHER);
	assert_int_equal(compare(5, 16, 4), KMT_BTF_OUTSIDE);
	assert_int_equal(compare(0xffffffff, 10, 5), KMT_BTF_OUTSIDE);
}

static void records_that_do_not_end_where_they_should(void **state)
{
	static const uint32_t types[] = {RECORD(0, BTF_KIND_STRUCT, 2, 8), 0, 0, 0};
	static const uint32_t unknown[] = {RECORD(0, 31, 0, 0)};
	struct file kernel, module;

	build(&kernel, kernel_types, sizeof(kernel_types), kernel_names, sizeof(kernel_names));
	assert_int_equal(build(&module, types, sizeof(types), "", 1), 0);
	assert_int_equal(kmt_btf_compare(&kernel.btf, &module.btf), KMT_BTF_DAMAGED);
	kmt_strbuf_free(&module.bytes);
	assert_int_equal(build(&module, unknown, sizeof(unknown), "", 1), 0);
	assert_int_equal(kmt_btf_compare(&kernel.btf, &module.btf), KMT_BTF_DAMAGED);
	kmt_strbuf_free(&module.bytes);
	kmt_strbuf_free(&kernel.bytes);
}

static void what_is_no_type_information(void **state)
{
	struct kmt_btf out;
	struct file f;

	assert_int_equal(kmt_btf_open("x", 1, &out, NULL), -EINVAL);
	assert_int_equal(build(&f, kernel_types, sizeof(kernel_types), "int", 3), -EINVAL);
	for (size_t n = f.bytes.len; n--;)
		assert_int_equal(kmt_btf_open(f.bytes.s, n, &out, NULL), -EINVAL);
	kmt_strbuf_free(&f.bytes);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_and_types_go_on_where_the_kernels_end),
		cmocka_unit_test(records_that_do_not_end_where_they_should),
		cmocka_unit_test(what_is_no_type_information),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
