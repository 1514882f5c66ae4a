/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Direct edges out of modules.dep's complete ones, forwards and backwards, also where it is wrong. */
#include "fixture.h"
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include <kmt/base/alloc.h>
#include <kmt/model/graph.h>

#define TREE "/lib/modules/6.1.0-test"

struct state {
	struct fixture f;
	struct kmt_snapshot snap;
};

static int setup(void **state)
{
	struct state *s = kmt_alloc(sizeof(*s));

	fixture_init(&s->f);
	fixture_text(&s->f, TREE "/modules.dep",
		"a.ko: b.ko c.ko d.ko e.ko\n"
		"b.ko: d.ko\n"
		"c.ko: d.ko e.ko\n"
		"d.ko:\n"
		"e.ko:\n"
		"one.ko: two.ko three.ko\n"
		"two.ko: three.ko two.ko\n"
		"three.ko: two.ko\n");
	fixture_text(&s->f, TREE "/modules.builtin", "kernel/z.ko\n");
	fixture_text(&s->f, "/etc/modprobe.d/x.conf",
		"softdep a pre: e gone [ post: z\nsoftdep [bc] post: a\nsoftdep c pre: d\nweakdep a d\n");
	assert_int_equal(kmt_snapshot_take(&s->snap, &s->f.root, "6.1.0-test",
				 KMT_SNAP_TREE | KMT_SNAP_CONFIG, NULL, NULL),
		0);
	*state = s;
	return 0;
}

static int teardown(void **state)
{
	struct state *s = *state;

	kmt_snapshot_free(&s->snap);
	fixture_clear(&s->f);
	free(s);
	return 0;
}

static void compare(struct kmt_edges *edges, const char *want)
{
	kmt_autostrbuf struct kmt_strbuf got = KMT_STRBUF_INIT;

	for (size_t i = 0; i < edges->rows.n; i++) {
		const struct kmt_edge *e = &edges->rows.v[i];

		kmt_strbuf_addf(&got, "%s%s", i ? " " : "", e->name);
		if (e->kind != KMT_EDGE_HARD)
			kmt_strbuf_addf(&got, "/%s:%u", kmt_edge_kind_name(e->kind), e->origin.line);
		if (!e->module)
			kmt_strbuf_addc(&got, '!');
	}
	kmt_edges_free(edges);
	assert_string_equal(kmt_strbuf_str(&got), want);
}

static void needs(struct state *s, const char *name, bool all, const char *want)
{
	struct kmt_edges edges = {0};

	assert_int_equal(kmt_graph_needs(&s->snap, name, all, &edges, NULL), 0);
	compare(&edges, want);
}

static void needed_by(struct state *s, const char *name, bool all, const char *want)
{
	struct kmt_config_edges soft = {0};
	struct kmt_edges edges = {0};

	assert_int_equal(kmt_graph_config_edges(&s->snap, &soft, NULL), 0);
	kmt_graph_needed_by(&s->snap, name, all ? &soft : NULL, &edges);
	kmt_config_edges_free(&soft);
	compare(&edges, want);
}

static void test_hard(void **state)
{
	struct state *s = *state;

	needs(s, "a", false, "c b"); /* in the order of loading */
	needs(s, "c", false, "e d");
	needs(s, "d", false, "");
	needs(s, "z", false, "");
	needs(s, "nothing", false, "");
	needed_by(s, "d", false, "b c");
	needed_by(s, "e", false, "c");
	needed_by(s, "a", false, "");
	needed_by(s, "nothing", false, "");
}

/* An index that somebody made up: every edge is followed at most once, none is lost twice. */
static void test_circles(void **state)
{
	struct state *s = *state;

	needs(s, "one", false, "two");
	needs(s, "two", false, "three");
	needs(s, "three", false, "two");
	needed_by(s, "two", false, "one three");
}

static void test_configured(void **state)
{
	struct state *s = *state;

	needs(s, "a", true, "c b e/softdep-pre:1 gone/softdep-pre:1! [/softdep-pre:1! z/softdep-post:1 d/weakdep:4");
	needs(s, "c", true, "e d a/softdep-post:2"); /* the first line that matches */
	needed_by(s, "a", true, "b/softdep-post:2 c/softdep-post:2");
	needed_by(s, "d", true, "b c a/weakdep:4");
	needed_by(s, "z", true, "a/softdep-post:1");
	needed_by(s, "gone", true, "a/softdep-pre:1");
}

static void test_damaged_index(void **state)
{
	struct state *s = *state;
	struct kmt_edges edges = {0};
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;
	struct kmt_config_edges soft = {0};

	fixture_text(&s->f, TREE "/modules.alias.bin", "nonsense");
	assert_true(kmt_graph_needs(&s->snap, "a", true, &edges, &err) < 0);
	assert_int_equal(err.kind, KMT_ERR_FAILED);
	kmt_edges_free(&edges);
	assert_true(kmt_graph_config_edges(&s->snap, &soft, NULL) < 0);
	kmt_config_edges_free(&soft);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_hard),
		TEST(test_circles),
		TEST(test_configured),
		TEST(test_damaged_index),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
