/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "needs_priv.h"

#include <errno.h>
#include <string.h>

#include <kmt/base/name.h>
#include <kmt/model/lookup.h>
#include <kmt/source/kofile.h>

/* Dependencies are not nested deeper, unless an index lies. */
#define DEPTH_MAX 64

const char *kmt_need_kind_name(enum kmt_need_kind kind)
{
	static const char *const names[KMT_NEED_KINDS] = {
		[KMT_NEED_FS] = "fs",
		[KMT_NEED_STORAGE] = "storage",
		[KMT_NEED_CRYPTO] = "crypto",
		[KMT_NEED_NLS] = "nls",
		[KMT_NEED_FIRMWARE] = "firmware",
	};

	return names[kind];
}

void kmt_needs_init(struct kmt_needs *out, const struct kmt_snapshot *snap)
{
	*out = (struct kmt_needs){.snap = snap, .with = KMT_NEEDS_ALL};
	out->state = kmt_alloc(sizeof(*out->state));
}

void kmt_needs_free(struct kmt_needs *needs)
{
	struct kmt_needs_state *state = needs->state;

	if (!state)
		return;
	for (size_t i = 0; i < needs->places.n; i++)
		kmt_vec_free(&needs->places.v[i]->needs);
	kmt_vec_free(&needs->places);
	kmt_vec_free(&needs->modules);
	kmt_vec_free(&needs->missing);
	kmt_vec_free(&needs->firmware);
	kmt_vec_free(&needs->notes);
	kmt_map_free(&state->by_module);
	kmt_map_free(&state->by_request);
	kmt_map_free(&state->sysfs);
	kmt_mountinfo_free(&state->mounts);
	kmt_vec_free(&state->fstab.rows);
	kmt_strbuf_free(&state->kconfig);
	for (size_t i = 0; i < state->disks.n; i++)
		kmt_disk_free(state->disks.v[i]);
	kmt_vec_free(&state->disks);
	free(state);
	kmt_arena_free(&needs->arena);
}

struct kmt_needs_place *kmt_needs_place_new(
	struct kmt_needs *needs, const struct kmt_needs_place *above, const char *name)
{
	struct kmt_needs_place *place = KMT_ARENA_NEW(&needs->arena, struct kmt_needs_place);

	*place = (struct kmt_needs_place){
		.above = above, .index = needs->places.n, .name = kmt_arena_strdup(&needs->arena, name)};
	kmt_vec_push(&needs->places, place);
	return place;
}

void kmt_needs_fail(struct kmt_needs *needs, struct kmt_needs_place *place, enum kmt_needs_outcome outcome,
	const char *fmt, ...)
{
	va_list ap;

	if (outcome <= place->outcome)
		return;
	va_start(ap, fmt);
	place->outcome = outcome;
	place->problem = kmt_arena_vprintf(&needs->arena, fmt, ap);
	va_end(ap);
}

void kmt_needs_note(struct kmt_needs *needs, const char *fmt, ...)
{
	const char *text;
	va_list ap;

	va_start(ap, fmt);
	text = kmt_arena_vprintf(&needs->arena, fmt, ap);
	va_end(ap);
	for (size_t i = 0; i < needs->notes.n; i++)
		if (!strcmp(needs->notes.v[i], text))
			return;
	kmt_vec_push(&needs->notes, text);
}

enum kmt_needs_outcome kmt_needs_outcome(const struct kmt_needs *needs)
{
	enum kmt_needs_outcome worst = KMT_NEEDS_FOUND;

	for (size_t i = 0; i < needs->places.n; i++)
		if (needs->places.v[i]->outcome > worst)
			worst = needs->places.v[i]->outcome;
	return worst;
}

/* From a request to modules, and all that they depend on. */

struct closing {
	struct kmt_needs *needs;
	struct kmt_needs_place *place;
	struct kmt_map seen; /* modules of this request */
	struct kmt_err *err;
	unsigned int depth;
};

static const char *edge_why(struct kmt_needs *needs, const struct kmt_edge *edge, const char *of)
{
	static const char *const words[KMT_EDGE_COUNT] = {
		[KMT_EDGE_HARD] = "needed by",
		[KMT_EDGE_SOFT_PRE] = "softdep of",
		[KMT_EDGE_SOFT_POST] = "softdep (post) of",
		[KMT_EDGE_WEAK] = "weakdep of",
	};

	return kmt_arena_printf(&needs->arena, "%s %s%s%s", words[edge->kind], of, edge->alias ? " as " : "",
		edge->alias ? edge->alias : "");
}

static int close_over(struct closing *c, struct kmt_need *need);

static bool comes_after(enum kmt_edge_kind kind)
{
	return kind == KMT_EDGE_SOFT_POST || kind == KMT_EDGE_WEAK;
}

/* In the list of all modules NEED takes the place of one that is optional. */
static void list_required(struct kmt_needs *needs, struct kmt_need *need)
{
	struct kmt_need *listed = kmt_map_get(&needs->state->by_module, need->module);

	if (!listed || !listed->optional)
		return;
	for (size_t i = 0; i < needs->modules.n; i++)
		if (needs->modules.v[i] == listed)
			needs->modules.v[i] = need;
	kmt_map_set(&needs->state->by_module, need->module, need);
}

/* Optional ones are not listed. */
static void list_missing(struct kmt_needs *needs, struct kmt_need *need)
{
	const struct kmt_need *first = kmt_map_get(&needs->state->by_request, need->request);

	need->again = first && first != need;
	if (need->again && (need->optional || !first->optional))
		return;
	kmt_map_set(&needs->state->by_request, need->request, need);
	if (!need->optional)
		kmt_vec_push(&needs->missing, need);
}

/* NEED was found by an edge that does not count, and now by one that does. */
static void strengthen(struct kmt_needs *needs, const struct kmt_needs_place *place, struct kmt_need *need)
{
	if (!need->optional)
		return;
	need->optional = false;
	if (!need->module)
		list_missing(needs, need);
	else
		list_required(needs, need);
	for (size_t i = 0; i < place->needs.n; i++)
		if (place->needs.v[i]->via == need && !comes_after(place->needs.v[i]->edge))
			strengthen(needs, place, place->needs.v[i]);
}

static int follow(struct closing *c, const struct kmt_need *from, const struct kmt_edge *edge)
{
	struct kmt_need *need = kmt_map_get(&c->seen, edge->name);
	bool optional = from->optional || comes_after(edge->kind);

	if (need && !optional)
		strengthen(c->needs, c->place, need);
	/* What nothing answers to modprobe passes over. */
	if (need || !edge->module)
		return 0;
	need = KMT_ARENA_NEW(&c->needs->arena, struct kmt_need);
	*need = (struct kmt_need){
		.kind = from->kind,
		.request = edge->alias,
		.module = edge->name,
		.found = edge->module,
		.builtin = edge->module->builtin,
		.optional = optional,
		.why = edge_why(c->needs, edge, from->module),
		.via = from,
		.edge = edge->kind,
	};
	return close_over(c, need);
}

static int follow_all(
	struct closing *c, const struct kmt_need *need, const struct kmt_edges *edges, bool after)
{
	const struct kmt_edge *edge;
	int r = 0;

	kmt_vec_foreach (edge, &edges->rows)
		if (!r && comes_after(edge->kind) == after)
			r = follow(c, need, edge);
	return r;
}

/* Adds NEED to the place, and to the list of all modules behind what has to be loaded before it. */
static int close_over(struct closing *c, struct kmt_need *need)
{
	struct kmt_needs *needs = c->needs;
	struct kmt_edges edges = {0};
	int r = 0;

	kmt_map_add(&c->seen, need->module, need);
	need->again = kmt_map_get(&needs->state->by_module, need->module) != NULL;
	kmt_vec_push(&c->place->needs, need);
	if (!need->optional)
		list_required(needs, need);
	if (c->depth++ < DEPTH_MAX && !need->builtin)
		r = kmt_graph_needs(needs->snap, need->module, true, &edges, c->err);
	if (!r)
		r = follow_all(c, need, &edges, false);
	if (!kmt_map_add(&needs->state->by_module, need->module, need))
		kmt_vec_push(&needs->modules, need);
	if (!r)
		r = follow_all(c, need, &edges, true);
	c->depth--;
	kmt_edges_free(&edges);
	return r;
}

/* Whether PLACE has the answer to the request already; which counts from now on if this one does. */
static bool is_known(
	struct kmt_needs *needs, struct kmt_needs_place *place, const char *request, bool optional)
{
	bool known = false;

	for (size_t i = 0; i < place->needs.n; i++) {
		struct kmt_need *need = place->needs.v[i];

		if (need->via || strcmp(need->request, request) != 0)
			continue;
		known = true;
		if (!optional)
			strengthen(needs, place, need);
	}
	return known;
}

int kmt_needs_request(struct kmt_needs *needs, struct kmt_needs_place *place, struct kmt_needs_request how,
	const char *request, const char *why, struct kmt_err *err)
{
	struct closing c = {.needs = needs, .place = place, .err = err};
	kmt_autoerr struct kmt_err wrong = KMT_ERR_INIT;
	struct kmt_lookup found = {0};
	const struct kmt_lookup_match *m;
	int r, n = 0;

	if (!(needs->with & 1u << how.kind) || is_known(needs, place, request, how.optional))
		return 0;
	request = kmt_arena_strdup(&needs->arena, request);
	why = kmt_arena_strdup(&needs->arena, why);
	r = kmt_lookup_find(needs->snap, request, &found, &wrong);
	if (r < 0 && wrong.kind != KMT_ERR_USAGE) /* a name that no module can have */
		kmt_err_copy(err, &wrong);
	else
		r = 0;
	kmt_vec_foreach (m, &found.rows) {
		struct kmt_need *need = KMT_ARENA_NEW(&needs->arena, struct kmt_need);

		if (r < 0 || kmt_map_get(&c.seen, m->name))
			continue;
		*need = (struct kmt_need){.kind = how.kind, .request = request, .module = m->name, .found = m->module,
			.optional = how.optional, .why = why};
		need->builtin = m->stage == KMT_LOOKUP_BUILTIN_ALIAS || (m->module && m->module->builtin);
		r = close_over(&c, need);
		n++;
	}
	if (!r && !n && !how.quiet) {
		struct kmt_need *need = KMT_ARENA_NEW(&needs->arena, struct kmt_need);

		*need = (struct kmt_need){.kind = how.kind, .request = request, .optional = how.optional, .why = why};
		kmt_vec_push(&place->needs, need);
		list_missing(needs, need);
	}
	kmt_map_free(&c.seen);
	kmt_lookup_free(&found);
	return r < 0 ? r : n;
}
