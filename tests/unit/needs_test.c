/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From requests to modules: what counts, what is optional, what an image may lack. */
#include "tree_fixture.h"
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include <kmt/base/alloc.h>
#include <kmt/model/needs.h>

struct state {
	struct fixture f;
	struct kmt_diag diag;
	struct kmt_snapshot snap;
	struct kmt_needs needs;
};

static int setup(void **state)
{
	static const char *const aliases[] = {"fs_one", "one", "fs_two", "two", "crypto_sum", "fast", "crypto_sum", "slow",
		"fs_four", "four", "fs_five", "five", "crypto_side", "left", "crypto_side", "right", NULL};
	kmt_autostrbuf struct kmt_strbuf trie = KMT_STRBUF_INIT;
	struct state *s = kmt_alloc(sizeof(*s));

	fixture_init(&s->f);
	fixture_text(&s->f, TREE "/modules.dep",
		"k/one.ko: k/base.ko k/core.ko\nk/base.ko: k/core.ko\nk/core.ko:\nk/two.ko: k/core.ko\nk/fast.ko:\n"
		"k/slow.ko:\nk/after.ko: k/late.ko\nk/late.ko:\nk/maybe.ko: k/deep.ko\nk/deep.ko:\n"
		"k/four.ko:\nk/five.ko:\nk/left.ko:\nk/right.ko:\n");
	trie_build(&trie, aliases, false);
	fixture_write(&s->f, TREE "/modules.alias.bin", trie.s, trie.len);
	fixture_text(&s->f, TREE "/modules.builtin", "kernel/inside.ko\n");
	fixture_text(&s->f, TREE "/modules.softdep",
		"softdep one pre: crypto-sum nowhere inside post: after\nsoftdep late pre: one\nsoftdep fast pre: slow\n"
		"softdep slow pre: fast\nweakdep base maybe\nweakdep two maybe\nsoftdep two pre: deep\n"
		"softdep four pre: crypto-side\nweakdep five left\n");
	fixture_text(&s->f, "/proc/sys/kernel/osrelease", TREE_VERSION "\n");
	assert_int_equal(kmt_snapshot_take(&s->snap, &s->f.root, NULL, KMT_SNAP_TREE | KMT_SNAP_CONFIG, &s->diag, NULL),
		0);
	kmt_needs_init(&s->needs, &s->snap);
	*state = s;
	return 0;
}

static int teardown(void **state)
{
	struct state *s = *state;

	kmt_needs_free(&s->needs);
	kmt_snapshot_free(&s->snap);
	kmt_diag_clear(&s->diag);
	fixture_clear(&s->f);
	free(s);
	return 0;
}

/* The modules in loading order, optional ones with '?', built-in ones with '+', lacking ones with '!'. */
static void are(const struct kmt_needs *needs, const char *want)
{
	kmt_autostrbuf struct kmt_strbuf got = KMT_STRBUF_INIT;

	for (size_t i = 0; i < needs->modules.n; i++) {
		const struct kmt_need *need = needs->modules.v[i];

		kmt_strbuf_item(&got, " ", "%s%s%s%s", need->module, need->optional ? "?" : "", need->builtin ? "+" : "",
			need->lacking ? "!" : "");
	}
	assert_string_equal(kmt_strbuf_str(&got), want);
}

static void add(struct state *s, const char *target)
{
	assert_int_equal(kmt_needs_add(&s->needs, target, NULL), 0);
}

static void test_closure(void **state)
{
	struct state *s = *state;

	add(s, "fs:one");
	/* What is before and after; "nowhere" is passed over, circles end. */
	are(&s->needs, "core base deep? maybe? slow fast inside+ one late? after?");
	assert_int_equal(s->needs.missing.n, 0);
	assert_int_equal(kmt_needs_outcome(&s->needs), KMT_NEEDS_FOUND);
}

static void test_stronger_reason(void **state)
{
	struct state *s = *state;

	add(s, "fs:one");
	add(s, "fs:two");
	/* two needs deep for itself; maybe is still a thing that may be asked for */
	are(&s->needs, "core base deep maybe? slow fast inside+ one late? after? two");
}

static void test_missing(void **state)
{
	struct state *s = *state;

	add(s, "fs:none");
	add(s, "fs:none");
	assert_int_equal(s->needs.missing.n, 1);
	assert_string_equal(s->needs.missing.v[0]->request, "fs-none");
	assert_true(s->needs.places.v[1]->needs.v[0]->again);
	s->needs.with = 1u << KMT_NEED_CRYPTO;
	add(s, "fs:two");
	are(&s->needs, "");
}

static void lacks(struct state *s, const char *in_image, const char *want)
{
	kmt_autofree char *names = kmt_strdup(in_image);
	struct kmt_map map = {0};
	char *save = NULL;

	for (char *name = strtok_r(names, " ", &save); name; name = strtok_r(NULL, " ", &save))
		kmt_map_add(&map, name, s);
	for (size_t i = 0; i < s->needs.modules.n; i++)
		s->needs.modules.v[i]->lacking = false;
	kmt_needs_compare(&s->needs, &map);
	are(&s->needs, want);
	kmt_map_free(&map);
}

static void test_compare(void **state)
{
	struct state *s = *state;

	add(s, "fs:one");
	lacks(s, "core base slow fast one", "core base deep? maybe? slow fast inside+ one late? after?");
	assert_int_equal(s->needs.lacking, 0);
	/* Of two that answer one is enough, but fast itself wants slow. */
	lacks(s, "core base fast one", "core base deep? maybe? slow! fast inside+ one late? after?");
	lacks(s, "core one", "core base! deep? maybe? slow! fast! inside+ one late? after?");
	assert_int_equal(s->needs.lacking, 3);
}

/* "left" is optional for one, and one of two that would do for the other. */
static void test_compare_optional(void **state)
{
	struct state *s = *state;

	add(s, "fs:five");
	are(&s->needs, "five left?");
	add(s, "fs:four");
	lacks(s, "five four right", "five left right four");
	assert_int_equal(s->needs.lacking, 0);
	lacks(s, "five four", "five left! right! four");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_closure),
		TEST(test_stronger_reason),
		TEST(test_missing),
		TEST(test_compare),
		TEST(test_compare_optional),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
