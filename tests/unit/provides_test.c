/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From the words of a person to aliases, and back. */
#include "unit.h"

#include <errno.h>
#include <string.h>

#include <kmt/base/strbuf.h>
#include <kmt/model/provides.h>

static void expect(const char *query, const char *want)
{
	kmt_autostrbuf struct kmt_strbuf got = KMT_STRBUF_INIT;
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;
	struct kmt_arena arena = {0};
	struct kmt_strv list = {0};

	assert_int_equal(kmt_provides_aliases(query, &arena, &list, &err), 0);
	for (size_t i = 0; i < list.n; i++)
		kmt_strbuf_addf(&got, "%s%s", i ? " " : "", list.v[i]);
	assert_string_equal(kmt_strbuf_str(&got), want);
	kmt_vec_free(&list);
	kmt_arena_free(&arena);
}

static void test_words(void **state)
{
	expect("fs:ext4", "fs-ext4");
	expect("crypto:cbc(aes)", "crypto-cbc(aes) crypto-cbc(aes)-all");
	expect("net:inet6", "net-pf-10");
	expect("net:ALG", "net-pf-38");
	expect("net:38", "net-pf-38");
	expect("net:pf-38", "net-pf-38");
	expect("net:netlink-proto-16-type-2", "net-pf-16-proto-16-type-2");
	expect("net:16-proto-16", "net-pf-16-proto-16");
}

static void test_what_is_an_alias_already(void **state)
{
	expect("fs-ext4", "fs-ext4");
	expect("pci:v00008086d*", "pci:v00008086d*");
	expect("symbol:kfree", "symbol:kfree");
	expect("", "");
	expect("fsx:y", "fsx:y");
}

static void test_refused(void **state)
{
	static const char *const bad[] = {"fs:", "crypto:", "net:", "net:inet7", "net:-proto-1"};
	struct kmt_arena arena = {0};
	struct kmt_strv list = {0};

	for (size_t i = 0; i < KMT_ARRAY_SIZE(bad); i++) {
		kmt_autoerr struct kmt_err err = KMT_ERR_INIT;

		assert_int_equal(kmt_provides_aliases(bad[i], &arena, &list, &err), -EINVAL);
		assert_int_equal(err.kind, KMT_ERR_USAGE);
	}
	assert_int_equal(list.n, 0);
	kmt_arena_free(&arena);
}

static void test_back(void **state)
{
	static const char *const pairs[][2] = {{"fs_ext4", "fs:ext4"}, {"fs-ext4", "fs:ext4"},
		{"net_pf_38", "net:38"}, {"crypto-aes", "crypto:aes"}, {"usb:v1", "usb:v1"},
		{"fs_", "fs_"}, {"f", "f"}};
	struct kmt_arena arena = {0};

	for (size_t i = 0; i < KMT_ARRAY_SIZE(pairs); i++)
		assert_string_equal(kmt_provides_word(pairs[i][0], &arena), pairs[i][1]);
	kmt_arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_what_is_an_alias_already),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
