/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rows of a view as a tree: below each row those that hold it. */
#include "tree_priv.h"

#include <stdint.h>
#include <string.h>

#include <kmt/base/map.h>

#define DEPTH_MAX 16

struct tree {
	struct kmt_model *m;
	struct kmt_model_view *v;
	const struct kmt_view_def *def;
	struct kmt_map index; /* id to a row's place among those that are shown, + 1 */
	bool *is_child, *done;
	KMT_VEC(const void *) rows;
	KMT_VEC(unsigned int) places;
	KMT_VEC(const char *) guides;
};

static bool find(const struct tree *t, const char *id, size_t *i)
{
	*i = (size_t)kmt_map_get(&t->index, id);
	return (*i)--;
}

/* A row that was there before is there again, without what is below it. */
static void add(struct tree *t, size_t i, const char *before, bool last, int depth)
{
	const struct kmt_strv *kids = t->def->children(t->m, t->v->shown[i]);
	const char *corner = depth ? last ? "`- " : "+- " : "";
	const char *below = depth ? last ? "   " : "|  " : "";
	const char *guide = kmt_arena_printf(&t->v->guide_arena, "%s%s", before, corner);
	const char *next = kmt_arena_printf(&t->v->guide_arena, "%s%s", before, below);
	size_t last_kid = SIZE_MAX, k;

	kmt_vec_push(&t->rows, t->v->shown[i]);
	kmt_vec_push(&t->places, t->v->places[i]);
	kmt_vec_push(&t->guides, guide);
	if (t->done[i] || depth == DEPTH_MAX)
		return;
	t->done[i] = true;
	for (size_t n = 0; kids && n < kids->n; n++)
		if (find(t, kids->v[n], &k))
			last_kid = n;
	for (size_t n = 0; kids && n < kids->n; n++)
		if (find(t, kids->v[n], &k))
			add(t, k, next, n == last_kid, depth + 1);
}

static void find_children(struct tree *t)
{
	for (size_t i = 0; i < t->v->n_shown; i++) {
		const struct kmt_strv *kids = t->def->children(t->m, t->v->shown[i]);
		size_t k;

		for (size_t n = 0; kids && n < kids->n; n++)
			if (find(t, kids->v[n], &k) && k != i)
				t->is_child[k] = true;
	}
}

static void measure(struct tree *t)
{
	for (size_t i = 0; i < t->rows.n; i++) {
		int len = (int)(strlen(t->guides.v[i]) + strlen(t->def->id(t->rows.v[i])));

		if (len > t->v->longest)
			t->v->longest = len;
	}
}

void kmt_tree_arrange(struct kmt_model *m, struct kmt_model_view *v, const struct kmt_view_def *def)
{
	struct tree t = {.m = m, .v = v, .def = def,
		.is_child = kmt_alloc(v->n_shown + 1), .done = kmt_alloc(v->n_shown + 1)};

	for (size_t i = 0; i < v->n_shown; i++)
		kmt_map_add(&t.index, def->id(v->shown[i]), (void *)(i + 1));
	find_children(&t);
	for (size_t i = 0; i < v->n_shown; i++)
		if (!t.is_child[i])
			add(&t, i, "", true, 0);
	/* In a circle nobody comes first. */
	for (size_t i = 0; i < v->n_shown; i++)
		if (!t.done[i])
			add(&t, i, "", true, 0);
	measure(&t);
	kmt_map_free(&t.index);
	free(t.is_child);
	free(t.done);
	free(v->shown);
	free(v->places);
	v->shown = t.rows.v;
	v->places = t.places.v;
	v->n_shown = t.rows.n;
	v->guides = t.guides.v;
}
