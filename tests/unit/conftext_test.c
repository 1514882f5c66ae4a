/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit.h"

#include <string.h>

#include <kmt/source/conftext.h>

static const char sample[] = "# first\n"
			     "options a x=1 \\\n"
			     "  y=2\n"
			     "\n"
			     "\tblacklist b\n"
			     "nonsense \\x\n"
			     "install c /bin/false";

static void split(const char *text, struct kmt_conftext *t)
{
	kmt_conftext_split(text, strlen(text), true, t);
}

static void lines_hold_every_byte(void **state)
{
	struct kmt_conftext t = {0};
	size_t at = 0;

	split(sample, &t);
	for (size_t i = 0; i < t.lines.n; i++) {
		assert_int_equal(t.lines.v[i].start, at);
		at += t.lines.v[i].n;
	}
	assert_int_equal(at, strlen(sample));
	assert_int_equal(t.lines.n, 6);
	assert_int_equal(t.lines.v[2].number, 4);
	assert_int_equal(kmt_conftext_find(&t, 2), 1);
	assert_int_equal(kmt_conftext_find(&t, 3), t.lines.n);
	assert_true(t.open);
	kmt_conftext_free(&t);
}

static void other_lines_keep_their_bytes(void **state)
{
	kmt_autostrbuf struct kmt_strbuf commented = KMT_STRBUF_INIT, back = KMT_STRBUF_INIT;
	struct kmt_conftext t = {0}, again = {0};

	split(sample, &t);
	for (size_t i = 0; i < t.lines.n; i++) {
		kmt_strbuf_truncate(&commented, 0);
		kmt_strbuf_truncate(&back, 0);
		kmt_conftext_comment_out(sample, strlen(sample), &t, i, &commented);
		split(commented.s, &again);
		assert_int_equal(again.lines.n, t.lines.n);
		assert_true(kmt_conftext_is_marked(commented.s, &again.lines.v[i]));
		assert_false(kmt_conftext_is_marked(sample, &t.lines.v[i]));
		kmt_conftext_restore(commented.s, commented.len, &again, i, &back);
		assert_string_equal(back.s, sample);
		kmt_conftext_free(&again);
	}
	kmt_conftext_free(&t);
}

static void lines_are_replaced(void **state)
{
	kmt_autostrbuf struct kmt_strbuf out = KMT_STRBUF_INIT;
	const char *text = "a\nb \\\n c\nd";
	struct kmt_conftext t = {0};

	split(text, &t);
	kmt_conftext_replace(text, strlen(text), &t, 1, "new", &out);
	assert_string_equal(out.s, "a\nnew\nd");
	kmt_strbuf_truncate(&out, 0);
	kmt_conftext_replace(text, strlen(text), &t, 1, NULL, &out);
	assert_string_equal(out.s, "a\nd");
	kmt_strbuf_truncate(&out, 0);
	kmt_conftext_replace(text, strlen(text), &t, 2, "last", &out);
	assert_string_equal(out.s, "a\nb \\\n c\nlast");
	kmt_conftext_free(&t);
}

static void appends(const char *text, const char *want)
{
	kmt_autostrbuf struct kmt_strbuf out = KMT_STRBUF_INIT;

	kmt_conftext_append(text, strlen(text), "new", &out);
	assert_string_equal(out.s, want);
}

static void appended_lines_stand_alone(void **state)
{
	appends("", "new\n");
	appends("a\n", "a\nnew\n");
	appends("a", "a\nnew\n");
	appends("a\\", "a\\\n\nnew\n");
	appends("a\\\n", "a\\\n\nnew\n");
	appends("a\\\\\n", "a\\\\\nnew\n");
	appends("a\\\\", "a\\\\\nnew\n");
	appends("# c \\", "# c \\\n\nnew\n");
}

static void backslashes_join_only_in_modprobe_d(void **state)
{
	struct kmt_conftext t = {0};

	kmt_conftext_split("a\\\nb\n", 5, false, &t);
	assert_int_equal(t.lines.n, 2);
	assert_false(t.open);
	kmt_conftext_free(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_hold_every_byte),
		cmocka_unit_test(other_lines_keep_their_bytes),
		cmocka_unit_test(lines_are_replaced),
		cmocka_unit_test(appended_lines_stand_alone),
		cmocka_unit_test(backslashes_join_only_in_modprobe_d),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
