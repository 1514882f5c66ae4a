/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which texts are found in which fields. */
#include "unit.h"

#include <errno.h>
#include <string.h>

#include <kmt/base/alloc.h>
#include <kmt/model/textsearch.h>

static struct kmt_textsearch make(unsigned int in, size_t n, const char *const *texts)
{
	struct kmt_textsearch s;

	assert_int_equal(kmt_textsearch_init(&s, n, (char *const *)texts, in, NULL), 0);
	return s;
}

static uint32_t match(const struct kmt_textsearch *s, enum kmt_field field, const char *value)
{
	return kmt_textsearch_match(s, field, value, strlen(value));
}

static void test_substrings(void **state)
{
	static const char *const texts[] = {"Ether-Net", "x"};
	struct kmt_textsearch s = make(0, 2, texts);

	assert_int_equal(match(&s, KMT_FIELD_NAME, "my_ethernet"), 0);
	assert_int_equal(match(&s, KMT_FIELD_NAME, "my_ETHER_NETx"), 3);
	assert_int_equal(match(&s, KMT_FIELD_ALIAS, "ether-net"), 1);
	assert_int_equal(match(&s, KMT_FIELD_DESCRIPTION, "ether_net"), 0);
	assert_int_equal(match(&s, KMT_FIELD_DESCRIPTION, "An ETHER-NET X"), 3);
	assert_int_equal(match(&s, KMT_FIELD_DESCRIPTION, ""), 0);
	/* Only N bytes belong to the value. */
	assert_int_equal(kmt_textsearch_match(&s, KMT_FIELD_NAME, "abx", 2), 0);
	assert_int_equal(kmt_textsearch_all(&s), 3);
	kmt_textsearch_free(&s);
}

static void test_patterns(void **state)
{
	static const char *const texts[] = {"SND-?da*", "[ab]c"};
	struct kmt_textsearch s = make(0, 2, texts);

	assert_int_equal(match(&s, KMT_FIELD_NAME, "snd_hda_intel"), 1);
	assert_int_equal(match(&s, KMT_FIELD_NAME, "xsnd_hda_intel"), 0);
	assert_int_equal(match(&s, KMT_FIELD_NAME, "bc"), 2);
	assert_int_equal(kmt_textsearch_match(&s, KMT_FIELD_NAME, "bcd", 2), 2);
	kmt_textsearch_free(&s);
}

static void test_fields(void **state)
{
	static const char *const texts[] = {"a"};
	struct kmt_textsearch s = make(1u << KMT_FIELD_PARAM | 1u << KMT_FIELD_AUTHOR, 1, texts);

	assert_int_equal(match(&s, KMT_FIELD_NAME, "a"), 0);
	assert_int_equal(match(&s, KMT_FIELD_PARAM, "a"), 1);
	assert_int_equal(match(&s, KMT_FIELD_AUTHOR, "A"), 1);
	kmt_textsearch_free(&s);
	for (size_t i = 0; i < KMT_FIELD_FIELDS; i++)
		assert_non_null(kmt_field_names[i]);
	assert_null(kmt_field_names[KMT_FIELD_FIELDS]);
	assert_int_equal(kmt_field_of_key("parm", 4), KMT_FIELD_PARAM);
	assert_int_equal(kmt_field_of_key("alias=x", 5), KMT_FIELD_ALIAS);
	assert_int_equal(kmt_field_of_key("parmtype", 8), KMT_FIELD_FIELDS);
	assert_int_equal(kmt_field_of_key("", 0), KMT_FIELD_FIELDS);
}

static void test_refused(void **state)
{
	static const char *const empty[] = {"x", ""};
	const char *many[KMT_TEXTSEARCH_MAX + 1];
	struct kmt_textsearch s;

	assert_int_equal(kmt_textsearch_init(&s, 2, (char *const *)empty, 0, NULL), -EINVAL);
	kmt_textsearch_free(&s);
	for (size_t i = 0; i < KMT_ARRAY_SIZE(many); i++)
		many[i] = "x";
	assert_int_equal(kmt_textsearch_init(&s, KMT_ARRAY_SIZE(many), (char *const *)many, 0, NULL),
		-EINVAL);
	kmt_textsearch_free(&s);
	s = make(0, KMT_TEXTSEARCH_MAX, many);
	assert_int_equal(match(&s, KMT_FIELD_NAME, "x"), kmt_textsearch_all(&s));
	kmt_textsearch_free(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_substrings),
		cmocka_unit_test(test_patterns),
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
