/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Needs against what an initramfs image has. */
#include "needs_priv.h"

#include <string.h>

#include <kmt/base/name.h>
#include <kmt/source/initramfs.h>
#include <kmt/sys/paths.h>

struct reading {
	const char *version;
	struct kmt_arena *arena;
	struct kmt_map *names;
};

static bool want(void *ctx, const char *path)
{
	const struct reading *r = ctx;
	const char *at = strncmp(path, "/usr/lib/", 9) ? path : path + 4;
	size_t n = strlen(KMT_PATH_IMAGE_MODULES "/"), v = strlen(r->version);

	return kmt_name_is_module_file(path) && !strncmp(at, KMT_PATH_IMAGE_MODULES "/", n) &&
	       !strncmp(at + n, r->version, v) && at[n + v] == '/';
}

static int take(void *ctx, const struct kmt_initramfs_entry *entry, struct kmt_err *err)
{
	struct reading *r = ctx;
	char name[KMT_NAME_MAX];

	if (!kmt_name_from_path(entry->path, name, sizeof(name)))
		kmt_map_set(r->names, kmt_arena_strdup(r->arena, name), kmt_arena_strdup(r->arena, entry->path));
	return 0;
}

int kmt_needs_read_image(int fd, const char *version, struct kmt_arena *arena, struct kmt_map *names,
	struct kmt_err *err)
{
	struct reading r = {version, arena, names};
	const struct kmt_initramfs_visitor visitor = {.want = want, .entry = take, .ctx = &r};

	return kmt_initramfs_walk(fd, &visitor, NULL, err);
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

/* Whether another module that answers the same request is there: one of several does. */
static bool is_replaced(
	const struct kmt_needs_place *place, const struct kmt_need *need, const struct kmt_map *in_image)
{
	for (size_t i = 0; need->request && i < place->needs.n; i++) {
		const struct kmt_need *other = place->needs.v[i];

		if (other->module && other->via == need->via && same_text(other->request, need->request) &&
			(other->builtin || kmt_map_get(in_image, other->module)))
			return true;
	}
	return false;
}

/* What only a module needs that the image may do without is not needed either. */
static bool is_wanted(
	const struct kmt_need *need, const struct kmt_needs_place *place, const struct kmt_map *in_image)
{
	for (const struct kmt_need *n = need; n; n = n->via)
		if (n->optional || (!kmt_map_get(in_image, n->module) && is_replaced(place, n, in_image)))
			return false;
	return true;
}

void kmt_needs_compare(struct kmt_needs *needs, const struct kmt_map *in_image)
{
	needs->lacking = 0;
	for (size_t p = 0; p < needs->places.n; p++) {
		const struct kmt_needs_place *place = needs->places.v[p];

		for (size_t i = 0; i < place->needs.n; i++) {
			struct kmt_need *need = place->needs.v[i];
			struct kmt_need *first = need->module ? kmt_map_get(&needs->state->by_module, need->module) : NULL;

			if (!need->found || need->builtin || kmt_map_get(in_image, need->module) ||
				!is_wanted(need, place, in_image) || first->lacking)
				continue;
			first->lacking = true;
			needs->lacking++;
		}
	}
}

void kmt_needs_of_root(
	const struct kmt_snapshot *snap, const struct kmt_initramfs_diff *diff, struct kmt_needs *out)
{
	kmt_needs_init(out, snap);
	out->with = 1u << KMT_NEED_FS | 1u << KMT_NEED_STORAGE | 1u << KMT_NEED_CRYPTO;
	/* An image without modules is not the one that looks for the root. */
	if (snap->has_tree && diff->image && !diff->unreadable.kind && diff->modules.n &&
		!kmt_needs_add_boot(out, true, NULL))
		kmt_needs_compare(out, &diff->modules);
}

/* How many are named. */
#define NAMED_MAX 3

const char *kmt_needs_lacking_text(const struct kmt_needs *needs, struct kmt_arena *arena)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;
	size_t n = 0;

	for (size_t i = 0; i < needs->modules.n; i++) {
		const struct kmt_need *need = needs->modules.v[i];

		if (need->lacking && n++ < NAMED_MAX)
			kmt_strbuf_item(&text, ", ", "%s (%s)", need->module, need->why);
	}
	if (n > NAMED_MAX)
		kmt_strbuf_addf(&text, " and %zu more", n - NAMED_MAX);
	return kmt_arena_strdup(arena, kmt_strbuf_str(&text));
}
