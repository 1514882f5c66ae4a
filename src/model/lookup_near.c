/* SPDX-License-Identifier: GPL-2.0-or-later */
/* "Did you mean": names that differ from what was asked for by a typing error or two. */
#include <kmt/model/lookup.h>

#include <errno.h>
#include <string.h>

#include <kmt/base/name.h>
#include <kmt/base/strbuf.h>

#define MAX_HINTS 4

struct near {
	const char *name;
	unsigned int distance;
};

struct nears {
	KMT_VEC(struct near) v;
};

/* How many errors a name of N letters may have before another word was meant. */
static unsigned int tolerance(size_t n)
{
	if (n < 4)
		return 1;
	return n < 8 ? 2 : 3;
}

static void consider(const char *asked, const char *name, struct nears *out)
{
	size_t n = strlen(asked), len = strlen(name);
	unsigned int most = tolerance(n), d;

	if ((len > n ? len - n : n - len) > most)
		return;
	d = kmt_name_distance(asked, name);
	if (d <= most)
		kmt_vec_push(&out->v, (struct near){.name = name, .distance = d});
}

static int compare_near(const void *a, const void *b)
{
	const struct near *x = a, *y = b;

	if (x->distance != y->distance)
		return x->distance < y->distance ? -1 : 1;
	return strcmp(x->name, y->name);
}

void kmt_lookup_nearest(
	const struct kmt_strv *names, const char *name, size_t max, struct kmt_strv *out)
{
	struct nears near = {0};

	for (size_t i = 0; i < names->n; i++)
		consider(name, names->v[i], &near);
	if (near.v.n)
		qsort(near.v.v, near.v.n, sizeof(*near.v.v), compare_near);
	for (size_t i = 0; i < near.v.n && i < max; i++)
		kmt_vec_push(out, near.v.v[i].name);
	kmt_vec_free(&near.v);
}

void kmt_lookup_near(
	const struct kmt_snapshot *snap, const char *name, size_t max, struct kmt_strv *out)
{
	struct kmt_strv names = {0};

	kmt_modindex_names(&snap->index, &names);
	for (size_t i = 0; i < snap->index.builtins.n; i++)
		kmt_vec_push(&names, snap->index.builtins.v[i]->name);
	kmt_lookup_nearest(&names, name, max, out);
	kmt_vec_free(&names);
}

void kmt_lookup_hint(const struct kmt_strv *near, struct kmt_err *err)
{
	kmt_autostrbuf struct kmt_strbuf list = KMT_STRBUF_INIT;

	for (size_t i = 0; i < near->n; i++)
		kmt_strbuf_addf(&list, "%s%s", i == 0 ? "" : i + 1 < near->n ? ", " : " or ", near->v[i]);
	if (list.len)
		kmt_err_hint(err, "did you mean %s?", list.s);
}

int kmt_lookup_none(const struct kmt_snapshot *snap, const char *name, const struct kmt_lookup *found,
	struct kmt_err *err)
{
	const struct kmt_conf_line *off = found->off;

	if (!off)
		return kmt_lookup_not_found(snap, name, err);
	kmt_err_set(err, KMT_ERR_REFUSED, EPERM, "%s is switched off by %s:%u: alias %s off", name,
		off->origin.file, off->origin.line, off->pattern);
	kmt_err_hint(err, "kmtool config comment-out %s:%u", off->origin.file, off->origin.line);
	return -EPERM;
}

int kmt_lookup_not_found(const struct kmt_snapshot *snap, const char *name, struct kmt_err *err)
{
	struct kmt_strv near = {0};

	if (!snap->has_tree) {
		kmt_err_set(err, KMT_ERR_NOT_FOUND, ENOENT, "no loaded module '%s'%s%s", name,
			snap->tree_err.msg ? "; " : "", snap->tree_err.msg ? snap->tree_err.msg : "");
		if (snap->tree_err.hint)
			kmt_err_hint(err, "%s", snap->tree_err.hint);
		return -ENOENT;
	}
	kmt_err_set(err, KMT_ERR_NOT_FOUND, ENOENT, "no module, built-in or alias '%s' in %s%s", name,
		snap->root->path, snap->index.dir);
	kmt_lookup_near(snap, name, MAX_HINTS, &near);
	kmt_lookup_hint(&near, err);
	kmt_vec_free(&near);
	return -ENOENT;
}
