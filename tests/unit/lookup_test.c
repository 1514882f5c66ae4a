/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a name means: modprobe's seven stages, of which the first with an answer counts. */
#include "fixture.h"
#include "unit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <kmt/base/alloc.h>
#include <kmt/model/lookup.h>

#define TREE "/lib/modules/6.1.0-test"

struct state {
	struct fixture f;
	struct kmt_snapshot snap;
	struct kmt_diag diag;
	struct kmt_err err;
};

static void write_trie(struct fixture *f, const char *file, const char *const *pairs)
{
	kmt_autostrbuf struct kmt_strbuf trie = KMT_STRBUF_INIT;
	kmt_autofree char *path = kmt_asprintf(TREE "/%s", file);

	trie_build(&trie, pairs, false);
	fixture_write(f, path, trie.s, trie.len);
}

static int setup(void **state)
{
	static const char *const aliases[] = {"usb:v1p[0-9]*", "late", "usb:*", "mod_a", "mod_b", "mod_a",
		"virtual", "mod_a", "both", "mod_b", "built", "mod_b", NULL};
	static const char *const symbols[] = {"symbol:do_it", "mod_b", NULL};
	static const char *const builtin[] = {"net_pf_1", "built", "net_pf_2", "unlisted", "mod_a", "built", NULL};
	struct state *s = kmt_alloc(sizeof(*s));

	fixture_init(&s->f);
	fixture_text(&s->f, TREE "/modules.dep",
		"kernel/mod-a.ko:\nkernel/mod-b.ko:\nkernel/late.ko:\nkernel/hidden.ko:\n");
	fixture_text(&s->f, TREE "/modules.builtin", "kernel/built.ko\nkernel/plain-built.ko\n");
	fixture_text(&s->f, "/etc/modprobe.d/t.conf",
		"alias hid* mod-b\nalias hidden2 late\nalias hidden late\nalias loop-1 loop-2\nalias loop-2 loop-1\n"
		"install virtual /bin/x\ninstall glob* /bin/y\nremove only-remove /bin/z\nremove virtual /bin/w\n"
		"alias [a]-c mod-a\n");
	write_trie(&s->f, "modules.alias.bin", aliases);
	write_trie(&s->f, "modules.symbols.bin", symbols);
	write_trie(&s->f, "modules.builtin.alias.bin", builtin);
	assert_int_equal(kmt_snapshot_take(&s->snap, &s->f.root, "6.1.0-test", KMT_SNAP_TREE | KMT_SNAP_CONFIG,
				 &s->diag, &s->err), 0);
	*state = s;
	return 0;
}

static int teardown(void **state)
{
	struct state *s = *state;

	kmt_snapshot_free(&s->snap);
	kmt_diag_clear(&s->diag);
	kmt_err_clear(&s->err);
	fixture_clear(&s->f);
	free(s);
	return 0;
}

static void dump(const struct kmt_lookup *found, struct kmt_strbuf *out)
{
	for (size_t i = 0; i < found->rows.n; i++) {
		const struct kmt_lookup_match *m = &found->rows.v[i];

		kmt_strbuf_addf(out, "%s%s by %s", i ? ", " : "", m->name, kmt_lookup_stage_name(m->stage));
		if (m->pattern)
			kmt_strbuf_addf(out, " %s", m->pattern);
		if (m->line)
			kmt_strbuf_addf(out, " :%u", m->line->origin.line);
		if (!m->module)
			kmt_strbuf_addstr(out, " (none)");
		else if (m->module->builtin)
			kmt_strbuf_addstr(out, " (built in)");
	}
}

static void find(struct state *s, const char *query, const char *want)
{
	kmt_autostrbuf struct kmt_strbuf got = KMT_STRBUF_INIT;
	struct kmt_lookup found = {0};

	assert_int_equal(kmt_lookup_find(&s->snap, query, &found, &s->err), 0);
	dump(&found, &got);
	kmt_lookup_free(&found);
	assert_string_equal(kmt_strbuf_str(&got), want);
}

static void test_stages(void **state)
{
	struct state *s = *state;

	find(s, "mod-a", "mod_a by modules.dep");
	find(s, "mod_b", "mod_b by modules.dep"); /* not the alias of that name */
	find(s, "hidden", "mod_b by alias line hid* :1, late by alias line hidden :3");
	find(s, "symbol:do_it", "mod_b by modules.symbols symbol:do_it");
	find(s, "do_it", "");
	find(s, "virtual", "virtual by install or remove line :6 (none)");
	find(s, "globe", ""); /* the name itself, not the pattern */
	find(s, "only-remove", "only_remove by install or remove line :8 (none)");
	find(s, "usb:v1p5x", "late by modules.alias usb:v1p[0-9]*, mod_a by modules.alias usb:*");
	find(s, "both", "mod_b by modules.alias both");
	find(s, "built", "mod_b by modules.alias built"); /* the alias goes before the built-in */
	find(s, "plain-built", "plain_built by modules.builtin (built in)");
	find(s, "net-pf-1", "built by modules.builtin.alias net_pf_1 (built in)");
	find(s, "net-pf-2", "unlisted by modules.builtin.alias net_pf_2 (none)");
	find(s, "nothing", "");
	find(s, "loop-1", "loop_2 by alias line loop_1 :4 (none)"); /* no alias of an alias */
	find(s, "a-c", "mod_a by alias line [a]_c :10");
}

static void test_without_configuration(void **state)
{
	static const char *const names[] = {"hidden", "virtual", "only_remove"};
	static const char *const want[] = {"hidden by modules.dep", "mod_a by modules.alias virtual", ""};
	struct state *s = *state;

	for (size_t i = 0; i < KMT_ARRAY_SIZE(names); i++) {
		kmt_autostrbuf struct kmt_strbuf got = KMT_STRBUF_INIT;
		struct kmt_lookup found = {0};

		assert_int_equal(kmt_lookup_find_shipped(&s->snap, names[i], &found, &s->err), 0);
		dump(&found, &got);
		kmt_lookup_free(&found);
		assert_string_equal(kmt_strbuf_str(&got), want[i]);
	}
}

static void test_alias_for_options(void **state)
{
	struct state *s = *state;
	struct kmt_lookup found = {0};

	assert_int_equal(kmt_lookup_find(&s->snap, "hidden", &found, &s->err), 0);
	assert_string_equal(found.rows.v[0].alias, "hid*");
	found.rows.n = 0;
	assert_int_equal(kmt_lookup_find(&s->snap, "usb:v1p5-x", &found, &s->err), 0);
	assert_string_equal(found.rows.v[0].alias, "usb:v1p5_x");
	found.rows.n = 0;
	assert_int_equal(kmt_lookup_find(&s->snap, "mod_a", &found, &s->err), 0);
	assert_null(found.rows.v[0].alias);
	kmt_lookup_free(&found);
}

static void test_bad_queries(void **state)
{
	kmt_autostrbuf struct kmt_strbuf longest = KMT_STRBUF_INIT;
	struct state *s = *state;
	struct kmt_lookup found = {0};

	for (int i = 0; i < 5000; i++)
		kmt_strbuf_addc(&longest, 'x');
	assert_int_equal(kmt_lookup_find(&s->snap, "", &found, &s->err), -EINVAL);
	assert_int_equal(kmt_lookup_find(&s->snap, "a[b", &found, &s->err), -EINVAL);
	assert_int_equal(kmt_lookup_find(&s->snap, longest.s, &found, &s->err), -EINVAL);
	assert_int_equal(s->err.kind, KMT_ERR_USAGE);
	kmt_lookup_free(&found);
}

static void test_near(void **state)
{
	struct state *s = *state;
	struct kmt_strv near = {0};

	kmt_lookup_near(&s->snap, "mod-c", 5, &near);
	assert_int_equal(near.n, 2);
	assert_string_equal(near.v[0], "mod_a");
	assert_string_equal(near.v[1], "mod_b");
	near.n = 0;
	kmt_lookup_near(&s->snap, "plainbuilt", 5, &near);
	assert_int_equal(near.n, 1);
	assert_string_equal(near.v[0], "plain_built");
	near.n = 0;
	kmt_lookup_near(&s->snap, "something_else", 5, &near);
	assert_int_equal(near.n, 0);
	kmt_vec_free(&near);

	assert_int_equal(kmt_lookup_not_found(&s->snap, "mod_x", &s->err), -ENOENT);
	assert_int_equal(s->err.kind, KMT_ERR_NOT_FOUND);
	assert_string_equal(s->err.hint, "did you mean mod_a or mod_b?");
}

static void test_missing_index(void **state)
{
	struct state *s = *state;
	struct kmt_lookup found = {0};
	struct fixture f;

	fixture_init(&f);
	fixture_text(&f, TREE "/modules.dep", "kernel/mod-a.ko:\n");
	fixture_text(&f, TREE "/modules.builtin", "kernel/plain-built.ko\n");
	kmt_snapshot_free(&s->snap);
	assert_int_equal(kmt_snapshot_take(
				 &s->snap, &f.root, "6.1.0-test", KMT_SNAP_TREE, &s->diag, &s->err), 0);
	find(s, "plain-built", "plain_built by modules.builtin (built in)");
	assert_int_equal(s->diag.n, 1);
	assert_non_null(strstr(s->diag.items[0].msg, "modules.alias.bin is missing"));
	fixture_text(&f, TREE "/modules.alias.bin", "damaged");
	assert_int_equal(kmt_lookup_find(&s->snap, "x", &found, &s->err), -EBADMSG);
	assert_int_equal(s->err.kind, KMT_ERR_FAILED);
	fixture_clear(&f);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_stages),
		TEST(test_without_configuration),
		TEST(test_alias_for_options),
		TEST(test_bad_queries),
		TEST(test_near),
		TEST(test_missing_index),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
