/* SPDX-License-Identifier: GPL-2.0-or-later */
/* New modules: each set of parts has what it asks for, and names go where they belong. */
#include "unit.h"

#include <errno.h>
#include <string.h>

#include <kmt/base/alloc.h>
#include <kmt/out/skeleton.h>

#define ALL (KMT_SKELETON_PARAMS | KMT_SKELETON_EXPORT | KMT_SKELETON_DEBUGFS)

static const char *file_of(const struct kmt_skeleton *s, const char *name)
{
	for (size_t i = 0; i < s->n; i++)
		if (!strcmp(s->files[i].name, name))
			return kmt_strbuf_str(&s->files[i].text);
	return NULL;
}

static void every_set_of_parts(void **state)
{
	static const char *const marks[] = {"module_param(", "EXPORT_SYMBOL_GPL(", "debugfs_remove("};

	for (unsigned int parts = 0; parts <= ALL; parts++) {
		struct kmt_skeleton s;
		const char *source;

		assert_int_equal(kmt_skeleton_make(&s, "new", "A. Student", parts, NULL), 0);
		source = file_of(&s, "new.c");
		assert_non_null(source);
		for (unsigned int i = 0; i < KMT_ARRAY_SIZE(marks); i++)
			assert_int_equal(!!strstr(source, marks[i]), !!(parts & 1u << i));
		assert_non_null(strstr(source, "MODULE_AUTHOR(\"A. Student\");\n"));
		assert_int_equal(!!file_of(&s, "new.h"), !!(parts & KMT_SKELETON_EXPORT));
		assert_non_null(strstr(file_of(&s, "Kbuild"), "obj-m := new.o\n"));
		for (size_t i = 0; i < s.n; i++) {
			const char *text = kmt_strbuf_str(&s.files[i].text);

			assert_null(strstr(text, "@S"));
			assert_null(strstr(text, "\n\n\n"));
			assert_int_equal(text[strlen(text) - 1], '\n');
		}
		kmt_skeleton_free(&s);
	}
}

static void parts_have_names(void **state)
{
	for (unsigned int i = 0; i < 3; i++)
		assert_non_null(kmt_skeleton_parts[i]);
	assert_null(kmt_skeleton_parts[3]);
}

static void a_hyphen_stays_in_file_names(void **state)
{
	struct kmt_skeleton s;

	assert_int_equal(kmt_skeleton_make(&s, "My-mod", "A. Student", ALL, NULL), 0);
	assert_non_null(strstr(file_of(&s, "My-mod.c"), "#include \"My-mod.h\"\n"));
	assert_non_null(strstr(file_of(&s, "My-mod.c"), "module_init(My_mod_mod_init);\n"));
	assert_non_null(strstr(file_of(&s, "My-mod.c"), "/sys/kernel/debug/My_mod/"));
	assert_non_null(strstr(file_of(&s, "My-mod.h"), "#ifndef MY_MOD_H\n"));
	assert_non_null(strstr(file_of(&s, "Kbuild"), "obj-m := My-mod.o\n"));
	kmt_skeleton_free(&s);
}

static void the_author_is_a_C_string(void **state)
{
	struct kmt_skeleton s;

	assert_int_equal(kmt_skeleton_make(&s, "new", "Ada \"A\\\" L.\nM_LICENSE", 0, NULL), 0);
	assert_non_null(strstr(file_of(&s, "new.c"), "MODULE_AUTHOR(\"Ada \\\"A\\\\\\\" L. M_LICENSE\");\n"));
	kmt_skeleton_free(&s);
}

static void bad_names(void **state)
{
	static const char *const names[] = {"", "1a", "-a", "_a", "a.b", "a/b", "..", "a b", "a\n", "\xc3\xa4"};
	struct kmt_skeleton s;
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;

	for (size_t i = 0; i < KMT_ARRAY_SIZE(names); i++) {
		assert_int_equal(kmt_skeleton_make(&s, names[i], "", 0, &err), -EINVAL);
		assert_int_equal(err.kind, KMT_ERR_USAGE);
		assert_int_equal(s.n, 0);
		kmt_err_clear(&err);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_set_of_parts),
		cmocka_unit_test(parts_have_names),
		cmocka_unit_test(a_hyphen_stays_in_file_names),
		cmocka_unit_test(the_author_is_a_C_string),
		cmocka_unit_test(bad_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
