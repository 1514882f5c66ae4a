/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/model/treediff.h>

#include <stdlib.h>
#include <string.h>

#define BUILTIN "built-in"

const char *const kmt_diff_kind_names[] = {
	[KMT_DIFF_MODULE] = "module",
	[KMT_DIFF_PARAM] = "param",
	[KMT_DIFF_ALIAS] = "alias",
	[KMT_DIFF_DEP] = "dep",
	[KMT_DIFF_FIRMWARE] = "firmware",
	[KMT_DIFF_KINDS] = NULL,
};

const char *const kmt_diff_change_names[] = {
	[KMT_DIFF_LOST] = "lost",
	[KMT_DIFF_GAINED] = "gained",
	[KMT_DIFF_RENAMED] = "renamed",
	[KMT_DIFF_BUILTIN] = "built-in",
	[KMT_DIFF_MODULAR] = "modular",
	[KMT_DIFF_MOVED] = "moved",
	[KMT_DIFF_CHANGED] = "changed",
};

struct comparison {
	const struct kmt_treeside *a, *b;
	struct kmt_treediff *out;
	struct kmt_map renamed_to; /* modules of B -> those of A that they replace */
};

static int compare_strings(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int compare_params(const void *a, const void *b)
{
	return strcmp(((const struct kmt_treeparam *)a)->name, ((const struct kmt_treeparam *)b)->name);
}

static int compare_mods(const void *a, const void *b)
{
	const struct kmt_treemod *const *x = a, *const *y = b;

	return strcmp((*x)->name, (*y)->name);
}

static void sort_list(struct kmt_strv *list)
{
	size_t n = 0;

	if (list->n)
		qsort(list->v, list->n, sizeof(*list->v), compare_strings);
	for (size_t i = 0; i < list->n; i++)
		if (!n || strcmp(list->v[n - 1], list->v[i]) != 0)
			list->v[n++] = list->v[i];
	list->n = n;
}

struct kmt_treemod *kmt_treeside_add(
	struct kmt_treeside *side, struct kmt_arena *arena, struct kmt_treemod mod)
{
	struct kmt_treemod *m = kmt_map_get(&side->by_name, mod.name);

	if (m)
		return m;
	m = KMT_ARENA_NEW(arena, struct kmt_treemod);
	*m = mod;
	kmt_map_add(&side->by_name, m->name, m);
	kmt_vec_push(&side->mods, m);
	return m;
}

void kmt_treeside_sort(struct kmt_treeside *side)
{
	if (side->mods.n)
		qsort(side->mods.v, side->mods.n, sizeof(*side->mods.v), compare_mods);
	for (size_t i = 0; i < side->mods.n; i++) {
		struct kmt_treemod *m = side->mods.v[i];

		sort_list(&m->deps);
		sort_list(&m->aliases);
		sort_list(&m->firmware);
		if (m->params.n)
			qsort(m->params.v, m->params.n, sizeof(*m->params.v), compare_params);
	}
}

void kmt_treeside_free(struct kmt_treeside *side)
{
	for (size_t i = 0; i < side->mods.n; i++) {
		kmt_vec_free(&side->mods.v[i]->deps);
		kmt_vec_free(&side->mods.v[i]->aliases);
		kmt_vec_free(&side->mods.v[i]->params);
		kmt_vec_free(&side->mods.v[i]->firmware);
	}
	kmt_vec_free(&side->mods);
	kmt_map_free(&side->by_name);
}

static void add(struct comparison *c, struct kmt_diff_row row)
{
	row.module = row.mod->name;
	c->out->counts[row.kind][row.change]++;
	kmt_vec_push(&c->out->rows, row);
}

static const char *place_of(const struct kmt_treemod *m)
{
	return m->builtin ? BUILTIN : m->place;
}

/* The module of B that answers to the aliases of the lost module M, if to each of them somebody does. */
static const char *successor(const struct comparison *c, const struct kmt_treemod *m)
{
	const char *first = NULL;

	for (size_t i = 0; i < m->aliases.n; i++) {
		const char *name = c->b->answer(c->b->ctx, m->aliases.v[i]);

		if (!name)
			return NULL;
		first = first ? first : name;
	}
	return first;
}

/* A new module that is what a lost one became is told once. */
static void find_renamed(struct comparison *c)
{
	for (size_t i = 0; i < c->a->mods.n; i++) {
		struct kmt_treemod *m = c->a->mods.v[i];
		const char *name = kmt_map_get(&c->b->by_name, m->name) ? NULL : successor(c, m);

		if (name && !kmt_map_get(&c->renamed_to, name))
			kmt_map_add(&c->renamed_to, name, m);
	}
}

static void compare_modules_of(
	struct comparison *c, const struct kmt_treemod *a, const struct kmt_treemod *b)
{
	const struct kmt_treemod *m = a ? a : b;
	struct kmt_diff_row row = {.kind = KMT_DIFF_MODULE, .item = m->name, .mod = m,
		.before = a ? place_of(a) : NULL, .after = b ? place_of(b) : NULL};

	if (a && b) {
		if (a->builtin == b->builtin)
			return;
		row.change = b->builtin ? KMT_DIFF_BUILTIN : KMT_DIFF_MODULAR;
	} else if (b) {
		if (kmt_map_get(&c->renamed_to, b->name))
			return;
		row.change = KMT_DIFF_GAINED;
	} else {
		row.after = successor(c, a);
		row.change = row.after ? KMT_DIFF_RENAMED : KMT_DIFF_LOST;
	}
	add(c, row);
}

static void compare_params_of(
	struct comparison *c, const struct kmt_treemod *a, const struct kmt_treemod *b)
{
	size_t i = 0, j = 0;

	while (i < a->params.n || j < b->params.n) {
		const struct kmt_treeparam *p = i < a->params.n ? &a->params.v[i] : NULL;
		const struct kmt_treeparam *q = j < b->params.n ? &b->params.v[j] : NULL;
		int order = !p ? 1 : !q ? -1 : strcmp(p->name, q->name);
		struct kmt_diff_row row = {.kind = KMT_DIFF_PARAM, .mod = a};

		row.item = order <= 0 ? p->name : q->name;
		row.before = order <= 0 ? p->type : NULL;
		row.after = order >= 0 ? q->type : NULL;
		row.change = order < 0 ? KMT_DIFF_LOST : order > 0 ? KMT_DIFF_GAINED : KMT_DIFF_CHANGED;
		if (order || (p->type && q->type && strcmp(p->type, q->type) != 0))
			add(c, row);
		i += order <= 0;
		j += order >= 0;
	}
}

static bool has(const struct kmt_strv *sorted, const char *s)
{
	return sorted->n && bsearch(&s, sorted->v, sorted->n, sizeof(*sorted->v), compare_strings);
}

/* Appends what ONE has and OTHER has not. */
static void only_in(const struct kmt_strv *one, const struct kmt_strv *other, struct kmt_strv *out)
{
	for (size_t i = 0; i < one->n; i++)
		if (!has(other, one->v[i]))
			kmt_vec_push(out, one->v[i]);
}

static void add_list(struct comparison *c, enum kmt_diff_kind kind, enum kmt_diff_change change,
	const struct kmt_treemod *m, const struct kmt_strv *items)
{
	for (size_t i = 0; i < items->n; i++)
		add(c, (struct kmt_diff_row){
			       .kind = kind, .change = change, .item = items->v[i], .mod = m});
}

static void compare_firmware_of(
	struct comparison *c, const struct kmt_treemod *a, const struct kmt_treemod *b)
{
	struct kmt_strv lost = {0}, gained = {0};

	only_in(&a->firmware, &b->firmware, &lost);
	only_in(&b->firmware, &a->firmware, &gained);
	add_list(c, KMT_DIFF_FIRMWARE, KMT_DIFF_LOST, a, &lost);
	add_list(c, KMT_DIFF_FIRMWARE, KMT_DIFF_GAINED, a, &gained);
	kmt_vec_free(&lost);
	kmt_vec_free(&gained);
}

/* Leaves out what comes with another of the list, and what is built in on the side OTHER: that is there
 * anyway. */
static void direct_only(
	const struct kmt_treeside *side, const struct kmt_treeside *other, struct kmt_strv *deps)
{
	struct kmt_strv kept = {0};

	for (size_t i = 0; i < deps->n; i++) {
		const struct kmt_treemod *there = kmt_map_get(&other->by_name, deps->v[i]);
		bool implied = there && there->builtin;

		for (size_t j = 0; !implied && j < deps->n; j++) {
			const struct kmt_treemod *m = kmt_map_get(&side->by_name, deps->v[j]);

			implied = j != i && m && has(&m->deps, deps->v[i]);
		}
		if (!implied)
			kmt_vec_push(&kept, deps->v[i]);
	}
	kmt_vec_free(deps);
	*deps = kept;
}

static void compare_deps_of(
	struct comparison *c, const struct kmt_treemod *a, const struct kmt_treemod *b)
{
	struct kmt_strv lost = {0}, gained = {0};

	if (a->builtin || b->builtin)
		return;
	only_in(&a->deps, &b->deps, &lost);
	only_in(&b->deps, &a->deps, &gained);
	direct_only(c->a, c->b, &lost);
	direct_only(c->b, c->a, &gained);
	add_list(c, KMT_DIFF_DEP, KMT_DIFF_LOST, a, &lost);
	add_list(c, KMT_DIFF_DEP, KMT_DIFF_GAINED, a, &gained);
	kmt_vec_free(&lost);
	kmt_vec_free(&gained);
}

/* Aliases are compared whatever became of the module that had them. */
static void compare_aliases_of(
	struct comparison *c, const struct kmt_treemod *a, const struct kmt_treemod *b)
{
	for (size_t i = 0; a && i < a->aliases.n; i++) {
		const char *alias = a->aliases.v[i], *now;

		if (b && has(&b->aliases, alias))
			continue;
		now = c->b->answer(c->b->ctx, alias);
		/* The same module by a broader pattern. */
		if (now && !strcmp(now, a->name))
			continue;
		add(c, (struct kmt_diff_row){.kind = KMT_DIFF_ALIAS,
			       .change = now ? KMT_DIFF_MOVED : KMT_DIFF_LOST, .item = alias,
			       .before = a->name, .after = now, .mod = a});
	}
	for (size_t i = 0; b && i < b->aliases.n; i++) {
		const char *alias = b->aliases.v[i];

		if ((a && has(&a->aliases, alias)) || c->a->answer(c->a->ctx, alias))
			continue;
		add(c, (struct kmt_diff_row){.kind = KMT_DIFF_ALIAS, .change = KMT_DIFF_GAINED,
			       .item = alias, .after = b->name, .mod = b});
	}
}

typedef void (*compare_fn)(struct comparison *c, const struct kmt_treemod *a, const struct kmt_treemod *b);

/* Calls FN for each module that both sides have; LONELY: also for the others, in the order of names. */
static void for_pairs(struct comparison *c, compare_fn fn, bool lonely)
{
	size_t i = 0, j = 0;

	while (i < c->a->mods.n || j < c->b->mods.n) {
		const struct kmt_treemod *a = i < c->a->mods.n ? c->a->mods.v[i] : NULL;
		const struct kmt_treemod *b = j < c->b->mods.n ? c->b->mods.v[j] : NULL;
		int order = !a ? 1 : !b ? -1 : strcmp(a->name, b->name);

		if (!order || lonely)
			fn(c, order <= 0 ? a : NULL, order >= 0 ? b : NULL);
		i += order <= 0;
		j += order >= 0;
	}
}

static void count_side(const struct kmt_treeside *side, size_t *counts)
{
	for (size_t i = 0; i < side->mods.n; i++) {
		const struct kmt_treemod *m = side->mods.v[i];

		counts[KMT_DIFF_MODULE]++;
		counts[KMT_DIFF_PARAM] += m->params.n;
		counts[KMT_DIFF_ALIAS] += m->aliases.n;
		counts[KMT_DIFF_DEP] += m->deps.n;
		counts[KMT_DIFF_FIRMWARE] += m->firmware.n;
	}
}

static size_t count_params(const struct kmt_treemod *one, const struct kmt_treemod *other)
{
	size_t n = 0;

	for (size_t i = 0; i < one->params.n; i++)
		n += !other || !other->params.n ||
		     !bsearch(&one->params.v[i], other->params.v, other->params.n, sizeof(*other->params.v),
			     compare_params);
	return n;
}

static size_t count_list(const struct kmt_strv *one, const struct kmt_strv *other)
{
	size_t n = 0;

	for (size_t i = 0; i < one->n; i++)
		n += !other || !has(other, one->v[i]);
	return n;
}

/* Adds to COUNTS what ONE (may be NULL) has and OTHER (may be NULL) has not. */
static void count_only_in(const struct kmt_treemod *one, const struct kmt_treemod *other, size_t *counts)
{
	if (!one)
		return;
	counts[KMT_DIFF_MODULE] += !other;
	counts[KMT_DIFF_PARAM] += count_params(one, other);
	counts[KMT_DIFF_ALIAS] += count_list(&one->aliases, other ? &other->aliases : NULL);
	counts[KMT_DIFF_DEP] += count_list(&one->deps, other ? &other->deps : NULL);
	counts[KMT_DIFF_FIRMWARE] += count_list(&one->firmware, other ? &other->firmware : NULL);
}

static void count_pair(struct comparison *c, const struct kmt_treemod *a, const struct kmt_treemod *b)
{
	count_only_in(a, b, c->out->lost);
	count_only_in(b, a, c->out->gained);
}

/* What is neither lost nor gained by its row has moved: it is counted on both sides. */
static void leave_out_moved(struct kmt_treediff *d, enum kmt_diff_kind kind)
{
	size_t gone = d->lost[kind] - d->counts[kind][KMT_DIFF_LOST];
	size_t come = d->gained[kind] - d->counts[kind][KMT_DIFF_GAINED];
	size_t moved = gone < come ? gone : come;

	d->lost[kind] -= moved;
	d->gained[kind] -= moved;
}

static int compare_rows(const void *a, const void *b)
{
	const struct kmt_diff_row *x = a, *y = b;
	int r;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	if (x->change != y->change)
		return x->change < y->change ? -1 : 1;
	r = strcmp(x->module, y->module);
	return r ? r : strcmp(x->item, y->item);
}

void kmt_treediff_compare(const struct kmt_treeside *a, const struct kmt_treeside *b, unsigned int kinds,
	struct kmt_treediff *out)
{
	static const struct {
		enum kmt_diff_kind kind;
		compare_fn fn;
		bool lonely;
	} steps[] = {
		{KMT_DIFF_MODULE, compare_modules_of, true},
		{KMT_DIFF_PARAM, compare_params_of, false},
		{KMT_DIFF_ALIAS, compare_aliases_of, true},
		{KMT_DIFF_DEP, compare_deps_of, false},
		{KMT_DIFF_FIRMWARE, compare_firmware_of, false},
	};
	struct comparison c = {.a = a, .b = b, .out = out};

	count_side(a, out->before);
	count_side(b, out->after);
	find_renamed(&c);
	for_pairs(&c, count_pair, true);
	for (size_t i = 0; i < KMT_ARRAY_SIZE(steps); i++)
		if (kinds & 1u << steps[i].kind)
			for_pairs(&c, steps[i].fn, steps[i].lonely);
	leave_out_moved(out, KMT_DIFF_MODULE);
	leave_out_moved(out, KMT_DIFF_ALIAS);
	kmt_map_free(&c.renamed_to);
	if (out->rows.n)
		qsort(out->rows.v, out->rows.n, sizeof(*out->rows.v), compare_rows);
}

void kmt_treediff_free(struct kmt_treediff *d)
{
	kmt_vec_free(&d->rows);
}

const char *kmt_treediff_outside(const char *place, struct kmt_arena *arena)
{
	const char *slash = strrchr(place, '/');

	if (!slash || !strncmp(place, "kernel/", strlen("kernel/")))
		return NULL;
	return kmt_arena_strndup(arena, place, (size_t)(slash - place));
}
