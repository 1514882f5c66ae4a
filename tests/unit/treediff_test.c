/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What one kernel's modules have that another's have not. */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include <kmt/base/alloc.h>
#include <kmt/base/strbuf.h>
#include <kmt/model/treediff.h>

struct sides {
	struct kmt_treeside a, b;
	struct kmt_arena arena;
};

/* By the lists alone, without patterns; "wide*" answers to all that begins with "wide". */
static const char *answer(void *ctx, const char *pattern)
{
	const struct kmt_treeside *side = ctx;

	for (size_t i = 0; i < side->mods.n; i++)
		for (size_t k = 0; k < side->mods.v[i]->aliases.n; k++)
			if (!strcmp(side->mods.v[i]->aliases.v[k], pattern) ||
				(!strcmp(side->mods.v[i]->aliases.v[k], "wide*") &&
					!strncmp(pattern, "wide", 4)))
				return side->mods.v[i]->name;
	return NULL;
}

/* WORDS: "dep:x", "alias:x", "fw:x", "param:name=type", "builtin". */
static void mod(struct sides *s, struct kmt_treeside *side, const char *name, const char *const *words)
{
	struct kmt_treemod *m;

	m = kmt_treeside_add(side, &s->arena, (struct kmt_treemod){
		.name = name, .place = kmt_arena_printf(&s->arena, "kernel/%s.ko", name)});
	for (; *words; words++) {
		const char *value = strchr(*words, ':');

		if (!**words)
			continue;
		if (!strcmp(*words, "builtin"))
			m->builtin = true;
		else if (**words == 'd')
			kmt_vec_push(&m->deps, value + 1);
		else if (**words == 'a')
			kmt_vec_push(&m->aliases, value + 1);
		else if (**words == 'f')
			kmt_vec_push(&m->firmware, value + 1);
		else
			kmt_vec_push(&m->params,
				(struct kmt_treeparam){
					.name = kmt_arena_strndup(&s->arena, value + 1, strcspn(value + 1, "=")),
					.type = strchr(value, '=') ? strchr(value, '=') + 1 : NULL});
	}
}
#define MOD(s, side, name, ...) mod(s, side, name, (const char *const[]){"", ##__VA_ARGS__, NULL})

static int setup(void **state)
{
	struct sides *s = kmt_alloc(sizeof(*s));

	s->a.answer = s->b.answer = answer;
	s->a.ctx = &s->a;
	s->b.ctx = &s->b;
	*state = s;
	return 0;
}

static int teardown(void **state)
{
	struct sides *s = *state;

	kmt_treeside_free(&s->a);
	kmt_treeside_free(&s->b);
	kmt_arena_free(&s->arena);
	free(s);
	return 0;
}

static void expect(struct sides *s, enum kmt_diff_kind kind, const char *want)
{
	kmt_autostrbuf struct kmt_strbuf got = KMT_STRBUF_INIT;
	struct kmt_treediff d = {0};
	size_t n = 0;

	kmt_treeside_sort(&s->a);
	kmt_treeside_sort(&s->b);
	kmt_treediff_compare(&s->a, &s->b, 1u << kind, &d);
	for (size_t i = 0; i < d.rows.n; i++) {
		const struct kmt_diff_row *r = &d.rows.v[i];

		assert_int_equal(r->kind, kind);
		kmt_strbuf_addf(&got, "%s%s %s %s %s>%s", i ? ", " : "", kmt_diff_change_names[r->change],
			r->module, r->item, r->before ? r->before : "", r->after ? r->after : "");
	}
	for (int c = 0; c < KMT_DIFF_CHANGES; c++)
		n += d.counts[kind][c];
	assert_int_equal(n, d.rows.n);
	assert_string_equal(kmt_strbuf_str(&got), want);
	kmt_treediff_free(&d);
}

static void test_modules(void **state)
{
	struct sides *s = *state;

	MOD(s, &s->a, "z_lost");
	MOD(s, &s->a, "same");
	MOD(s, &s->a, "half", "alias:here", "alias:nowhere");
	MOD(s, &s->a, "old", "alias:x", "alias:y");
	MOD(s, &s->a, "in");
	MOD(s, &s->a, "out", "builtin");
	MOD(s, &s->b, "same");
	MOD(s, &s->b, "heir", "alias:x", "alias:y", "alias:here");
	MOD(s, &s->b, "in", "builtin");
	MOD(s, &s->b, "out");
	expect(s, KMT_DIFF_MODULE, "lost half half kernel/half.ko>, lost z_lost z_lost kernel/z_lost.ko>, "
				   "renamed old old kernel/old.ko>heir, "
				   "built-in in in kernel/in.ko>built-in, modular out out built-in>kernel/out.ko");
}

static void test_params(void **state)
{
	struct sides *s = *state;

	MOD(s, &s->a, "m", "param:gone=int", "param:same=int", "param:other=int", "param:unsaid");
	MOD(s, &s->b, "m", "param:unsaid=int", "param:other=uint", "param:same=int", "param:new=bool");
	MOD(s, &s->a, "lost", "param:x=int");
	expect(s, KMT_DIFF_PARAM, "lost m gone int>, gained m new >bool, changed m other int>uint");
}

static void test_aliases(void **state)
{
	struct sides *s = *state;

	MOD(s, &s->a, "m", "alias:same", "alias:gone", "alias:wide_1", "alias:moved", "alias:gone");
	MOD(s, &s->b, "m", "alias:same", "alias:wide*", "alias:new");
	MOD(s, &s->b, "n", "alias:moved");
	expect(s, KMT_DIFF_ALIAS, "lost m gone m>, gained m new >m, gained m wide* >m, moved m moved m>n");
}

/* What comes with another new dependency is not listed, and what is built in is there. */
static void test_deps(void **state)
{
	struct sides *s = *state;

	MOD(s, &s->a, "m", "dep:old", "dep:core");
	MOD(s, &s->a, "core");
	MOD(s, &s->a, "old");
	MOD(s, &s->b, "m", "dep:new", "dep:below");
	MOD(s, &s->b, "new", "dep:below");
	MOD(s, &s->b, "below");
	MOD(s, &s->b, "core", "builtin");
	expect(s, KMT_DIFF_DEP, "lost m old >, gained m new >");
}

static void test_firmware(void **state)
{
	struct sides *s = *state;

	MOD(s, &s->a, "m", "fw:a", "fw:b", "fw:b");
	MOD(s, &s->b, "m", "fw:c", "fw:b");
	expect(s, KMT_DIFF_FIRMWARE, "lost m a >, gained m c >");
}

static void test_empty(void **state)
{
	struct sides *s = *state;

	for (int k = 0; k < KMT_DIFF_KINDS; k++)
		expect(s, (enum kmt_diff_kind)k, "");
	MOD(s, &s->b, "m", "fw:c", "alias:x");
	expect(s, KMT_DIFF_FIRMWARE, "");
	expect(s, KMT_DIFF_ALIAS, "gained m x >m");
}

static void test_outside(void **state)
{
	struct sides *s = *state;

	assert_null(kmt_treediff_outside("kernel/fs/x.ko", &s->arena));
	assert_null(kmt_treediff_outside("x.ko", &s->arena));
	assert_string_equal(kmt_treediff_outside("updates/dkms/x.ko.xz", &s->arena), "updates/dkms");
	assert_string_equal(kmt_treediff_outside("extra/x.ko", &s->arena), "extra");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_modules),
		TEST(test_params),
		TEST(test_aliases),
		TEST(test_deps),
		TEST(test_firmware),
		TEST(test_empty),
		TEST(test_outside),
	};

	for (int k = 0; k < KMT_DIFF_KINDS; k++)
		assert_non_null(kmt_diff_kind_names[k]);
	for (int c = 0; c < KMT_DIFF_CHANGES; c++)
		assert_non_null(kmt_diff_change_names[c]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
