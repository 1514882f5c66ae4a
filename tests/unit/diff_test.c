/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Unified diffs: the wanted ones are what diff -u prints. */
#include "unit.h"

#include <string.h>

#include <kmt/base/alloc.h>
#include <kmt/out/textdiff.h>

static void differ(const char *before, const char *after, const char *want)
{
	kmt_autostrbuf struct kmt_strbuf got = KMT_STRBUF_INIT;

	kmt_diff(&(struct kmt_diff_side){"f", before, before ? strlen(before) : 0},
		&(struct kmt_diff_side){"f", after, after ? strlen(after) : 0}, NULL, &got);
	assert_string_equal(kmt_strbuf_str(&got), want);
}

static void test_changes(void **state)
{
	differ("a\nb\n", "a\nb\n", "");
	differ("a\nb\nc\n", "a\nx\nc\n", "--- f\n+++ f\n@@ -1,3 +1,3 @@\n a\n-b\n+x\n c\n");
	differ("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nx\n5\n6\n7\n8\n9\n",
		"--- f\n+++ f\n@@ -2,6 +2,7 @@\n 2\n 3\n 4\n+x\n 5\n 6\n 7\n");
	differ("a\nb\nc\nd\n", "b\nd\ne\n",
		"--- f\n+++ f\n@@ -1,4 +1,3 @@\n-a\n b\n-c\n d\n+e\n");
}

static void test_hunks(void **state)
{
	/* Six lines between two changes: one hunk; seven: two. */
	differ("a\n1\n2\n3\n4\n5\n6\nb\n", "A\n1\n2\n3\n4\n5\n6\nB\n",
		"--- f\n+++ f\n@@ -1,8 +1,8 @@\n-a\n+A\n 1\n 2\n 3\n 4\n 5\n 6\n-b\n+B\n");
	differ("a\n1\n2\n3\n4\n5\n6\n7\nb\n", "A\n1\n2\n3\n4\n5\n6\n7\nB\n",
		"--- f\n+++ f\n@@ -1,4 +1,4 @@\n-a\n+A\n 1\n 2\n 3\n@@ -6,4 +6,4 @@\n 5\n 6\n 7\n-b\n+B\n");
}

static void test_ends(void **state)
{
	differ(NULL, "a\nb\n", "--- /dev/null\n+++ f\n@@ -0,0 +1,2 @@\n+a\n+b\n");
	differ("a\n", NULL, "--- f\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n");
	differ("a", "a\nb", "--- f\n+++ f\n@@ -1 +1,2 @@\n-a\n\\ No newline at end of file\n"
			    "+a\n+b\n\\ No newline at end of file\n");
}

static void test_hostile_text(void **state)
{
	const struct kmt_style style = {.terminal = true, .color = true};
	kmt_autostrbuf struct kmt_strbuf got = KMT_STRBUF_INIT;

	kmt_diff(&(struct kmt_diff_side){"f", "", 0}, &(struct kmt_diff_side){"f", "a\t\033[2J\n", 7}, &style,
		&got);
	assert_non_null(strstr(got.s, "+a\t\\x1b[2J"));
	assert_null(strstr(got.s, "\033[2J"));
}

static char *many_lines(const char *prefix, size_t n)
{
	struct kmt_strbuf text = KMT_STRBUF_INIT;

	for (size_t i = 0; i < n; i++)
		kmt_strbuf_addf(&text, "%s%zu\n", prefix, i);
	return kmt_strbuf_steal(&text);
}

/* Too much to compare line by line: all of it is exchanged, and nothing is lost. */
static void test_large(void **state)
{
	kmt_autofree char *a = many_lines("a", 3000), *b = many_lines("b", 3000);
	kmt_autostrbuf struct kmt_strbuf got = KMT_STRBUF_INIT;

	kmt_diff(&(struct kmt_diff_side){"f", a, strlen(a)}, &(struct kmt_diff_side){"f", b, strlen(b)}, NULL,
		&got);
	assert_non_null(strstr(got.s, "@@ -1,3000 +1,3000 @@"));
	assert_non_null(strstr(got.s, "\n-a2999\n"));
	assert_non_null(strstr(got.s, "\n+b2999\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_changes),
		cmocka_unit_test(test_hunks),
		cmocka_unit_test(test_ends),
		cmocka_unit_test(test_hostile_text),
		cmocka_unit_test(test_large),
	};

	return cmocka_run_group_tests_name("diff", tests, NULL, NULL);
}
