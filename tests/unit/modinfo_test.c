/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit.h"

#include <string.h>

#include <kmt/source/modinfo.h>

static void assert_field(const struct kmt_modinfo_field *f, const char *key, const char *value)
{
	assert_true(kmt_modinfo_is(f, key));
	assert_string_equal(f->value, value);
	assert_int_equal(f->value_len, strlen(value));
}

static void strings_become_fields(void **state)
{
	static const char data[] = "\0\0license=GPL\0\0alias=a=b\0empty=\0bare\0alias=c";
	struct kmt_modinfo m = {0};

	kmt_modinfo_parse(data, sizeof(data), &m);
	assert_int_equal(m.fields.n, 5);
	assert_field(&m.fields.v[0], "license", "GPL");
	assert_field(&m.fields.v[1], "alias", "a=b");
	assert_field(&m.fields.v[2], "empty", "");
	assert_field(&m.fields.v[3], "bare", "");
	assert_field(&m.fields.v[4], "alias", "c");
	assert_string_equal(kmt_modinfo_get(&m, "alias"), "a=b");
	assert_null(kmt_modinfo_get(&m, "alia"));
	assert_null(kmt_modinfo_get(&m, "aliases"));

	kmt_modinfo_parse(data, sizeof(data) - 1, &m); /* the last NUL is missing */
	assert_int_equal(m.fields.n, 4);
	kmt_modinfo_parse("", 0, &m);
	assert_int_equal(m.fields.n, 0);
	kmt_modinfo_free(&m);
}

static void parameters_are_put_together(void **state)
{
	static const char data[] =
		"parmtype=b:int\0parm=a:first: of all\0parm=b:second\0parm=none\0"
		"parmtype=a:charp\0parm=a:again\0parm=c:";
	struct kmt_modinfo_params p = {0};
	struct kmt_modinfo m = {0};

	kmt_modinfo_parse(data, sizeof(data), &m);
	kmt_modinfo_params(&m, &p);
	assert_int_equal(p.rows.n, 3);
	assert_memory_equal(p.rows.v[0].name, "b", p.rows.v[0].name_len);
	assert_string_equal(p.rows.v[0].type, "int");
	assert_string_equal(p.rows.v[0].description, "second");
	assert_memory_equal(p.rows.v[1].name, "a", p.rows.v[1].name_len);
	assert_string_equal(p.rows.v[1].type, "charp");
	assert_string_equal(p.rows.v[1].description, "again");
	assert_null(p.rows.v[2].type);
	assert_string_equal(p.rows.v[2].description, "");
	kmt_modinfo_params_free(&p);
	kmt_modinfo_free(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(strings_become_fields),
		cmocka_unit_test(parameters_are_put_together),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
