/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/index/choose.h>

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <kmt/base/map.h>
#include <kmt/base/slice.h>
#include <kmt/index/superfast.h>

#define NOT_LISTED UINT32_MAX

struct candidate {
	struct kmt_modfile *file;
	int rank;
	size_t module;		/* its place in the result */
};

static int rank_of(const struct kmt_depmodd *conf, const struct kmt_modfile *f)
{
	return kmt_depmodd_rank(conf, f->in_tree ? f->rel : NULL, f->path);
}

static bool same_file(const struct kmt_modfile *a, const struct kmt_modfile *b)
{
	return a->stamp.ino == b->stamp.ino && a->stamp.dev == b->stamp.dev;
}

/* BEST is in the result already, and sorts before NEXT. */
static void contend(struct kmt_chosen *out, struct candidate *best, const struct candidate *next)
{
	struct kmt_modfile *loser = next->file;

	if (next->rank > best->rank) {
		loser = best->file;
		out->modules.v.v[best->module] = next->file;
		best->file = next->file;
		best->rank = next->rank;
	}
	kmt_vec_push(&out->shadows, (struct kmt_shadow){.loser = loser});
}

/* Now that the winners are known; a second name of the winner's own file is no loser. */
static void finish_shadows(const struct kmt_depmodd *conf, const struct kmt_map *by_name,
	struct kmt_chosen *out)
{
	size_t n = 0;

	for (size_t i = 0; i < out->shadows.n; i++) {
		struct kmt_shadow s = out->shadows.v[i];
		const struct candidate *best = kmt_map_get(by_name, s.loser->name);

		if (same_file(best->file, s.loser))
			continue;
		s.winner = best->file;
		s.by_rank = best->rank > rank_of(conf, s.loser);
		out->shadows.v[n++] = s;
	}
	out->shadows.n = n;
}

void kmt_choose(const struct kmt_depmodd *conf, struct kmt_modfile *const *files, size_t n,
	struct kmt_chosen *out)
{
	struct candidate *all = kmt_realloc_array(NULL, n ? n : 1, sizeof(*all));
	struct kmt_map by_name = {0};

	for (size_t i = 0; i < n; i++) {
		struct candidate *c = &all[i], *best;

		if (files[i]->error)
			continue;
		*c = (struct candidate){files[i], rank_of(conf, files[i]), out->modules.v.n};
		best = kmt_map_add(&by_name, files[i]->name, c);
		if (best)
			contend(out, best, c);
		else
			kmt_vec_push(&out->modules.v, files[i]);
	}
	finish_shadows(conf, &by_name, out);
	kmt_map_free(&by_name);
	free(all);
}

void kmt_chosen_free(struct kmt_chosen *s)
{
	kmt_vec_free(&s->modules.v);
	kmt_vec_free(&s->shadows);
}

struct place {
	struct kmt_modfile *file;
	uint32_t listed;	/* line of modules.order */
	uint32_t bucket;	/* for those that are not listed */
};

static int compare_places(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	if (x->listed != y->listed)
		return x->listed < y->listed ? -1 : 1;
	if (x->bucket != y->bucket)
		return x->bucket < y->bucket ? -1 : 1;
	return strcmp(x->file->name, y->file->name);
}

/* What modules.order calls a module: its path without the ending of a compressed file. */
static size_t listed_len(const struct kmt_modfile *f)
{
	size_t n = (size_t)(f->base - f->path) + strcspn(f->base, ".") + strlen(".ko");

	return n - (size_t)(f->rel - f->path);
}

/* A path that is listed twice has its later place. */
static void read_order(struct kmt_map *by_path, const char *order, size_t n)
{
	struct kmt_slice rest = {order, n}, path;

	for (uint32_t line = 0; kmt_slice_line(&rest, &path); line++) {
		struct place *p = kmt_map_getn(by_path, path.s, path.n);

		if (p)
			p->listed = line;
	}
}

void kmt_choose_order(struct kmt_modules *modules, const char *order, size_t n, const char *file,
	struct kmt_diag *diag)
{
	size_t count = modules->v.n;
	struct place *places = kmt_realloc_array(NULL, count ? count : 1, sizeof(*places));
	struct kmt_arena arena = {0};
	struct kmt_map by_path = {0};

	for (size_t i = 0; i < count; i++) {
		struct kmt_modfile *f = modules->v.v[i];
		uint32_t hash = kmt_superfast(f->name, strlen(f->name));

		places[i] = (struct place){f, NOT_LISTED, hash % KMT_SUPERFAST_MODULES};
		if (f->in_tree)
			kmt_map_add(&by_path, kmt_arena_strndup(&arena, f->rel, listed_len(f)),
				&places[i]);
	}
	if (n && order[n - 1] != '\n')
		kmt_diag_add(diag, &(struct kmt_origin){.file = file},
			"the last line has no end: the order is not used");
	else
		read_order(&by_path, order, n);
	qsort(places, count, sizeof(*places), compare_places);
	for (size_t i = 0; i < count; i++)
		modules->v.v[i] = places[i].file;
	kmt_map_free(&by_path);
	kmt_arena_free(&arena);
	free(places);
}
