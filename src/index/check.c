/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Findings about the tree itself, as the build met it. */
#include <kmt/index/check.h>

#include <string.h>

#include <kmt/base/strbuf.h>

/* How many names a message lists. */
#define NAMES_MAX 10

static const char *const kind_names[KMT_FINDING_KINDS] = {
	[KMT_FINDING_UNREADABLE] = "unreadable",
	[KMT_FINDING_AMBIGUOUS] = "ambiguous",
	[KMT_FINDING_SHADOWED] = "shadowed",
	[KMT_FINDING_CYCLE] = "cycle",
	[KMT_FINDING_BEREFT] = "bereft",
	[KMT_FINDING_SYMBOL] = "unknown-symbol",
	[KMT_FINDING_VERSION] = "symbol-version",
	[KMT_FINDING_MISSING] = "missing",
	[KMT_FINDING_CORRUPT] = "corrupt",
	[KMT_FINDING_STALE] = "stale",
	[KMT_FINDING_INTERRUPTED] = "interrupted",
};

const char *kmt_finding_name(enum kmt_finding_kind kind)
{
	return kind_names[kind];
}

bool kmt_finding_is_problem(enum kmt_finding_kind kind)
{
	return kind != KMT_FINDING_SHADOWED;
}

void kmt_findings_free(struct kmt_findings *f)
{
	kmt_vec_free(&f->v);
	kmt_arena_free(&f->arena);
}

static void add(struct kmt_findings *out, enum kmt_finding_kind kind, const char *object,
	const char *detail, const char *fix)
{
	kmt_vec_push(&out->v, (struct kmt_finding){kind, object, detail, fix});
}

/* "a, b, c and 5 more" */
static const char *list_names(
	struct kmt_arena *arena, const struct kmt_modfile *const *files, size_t n, const char *between)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;

	for (size_t i = 0; i < n && i < NAMES_MAX; i++)
		kmt_strbuf_item(&text, between, "%s", files[i]->name);
	if (n > NAMES_MAX)
		kmt_strbuf_addf(&text, " and %zu more", n - NAMES_MAX);
	return kmt_arena_strdup(arena, kmt_strbuf_str(&text));
}

static const char *outside(
	struct kmt_findings *out, const struct kmt_root *root, const struct kmt_modfile *f)
{
	return kmt_arena_printf(&out->arena, "%s%s", root->path, f->path);
}

static void add_unreadable(
	const struct kmt_build *b, const struct kmt_root *root, struct kmt_findings *out)
{
	for (size_t i = 0; i < b->scan.files.n; i++) {
		const struct kmt_modfile *f = b->scan.files.v[i];
		const char *path, *why = f->error;
		size_t n;

		if (!why)
			continue;
		path = outside(out, root, f);
		n = strlen(path);
		/* Messages begin with the path, which stands in a column of its own here. */
		if (!strncmp(why, path, n) && !strncmp(why + n, ": ", 2))
			why += n + 2;
		add(out, KMT_FINDING_UNREADABLE, path, kmt_arena_strdup(&out->arena, why),
			"remove or reinstall the file");
	}
}

static void add_shadows(
	const struct kmt_build *b, const struct kmt_root *root, struct kmt_findings *out)
{
	for (size_t i = 0; i < b->chosen.shadows.n; i++) {
		const struct kmt_shadow *s = &b->chosen.shadows.v[i];
		const char *winner = outside(out, root, s->winner);
		const char *detail = kmt_arena_printf(&out->arena,
			s->by_rank ? "not used: depmod.d ranks %s higher"
				   : "not used: %s, of equal rank, comes before it",
			winner);
		const char *fix = NULL;

		if (!s->by_rank)
			fix = kmt_arena_printf(&out->arena,
				"remove one, or choose with an 'override %s' line in depmod.d(5)",
				s->winner->name);
		add(out, s->by_rank ? KMT_FINDING_SHADOWED : KMT_FINDING_AMBIGUOUS,
			outside(out, root, s->loser), detail, fix);
	}
}

static void add_cycles(const struct kmt_build *b, struct kmt_findings *out)
{
	for (size_t i = 0; i < b->dropped.n; i++) {
		const struct kmt_dropped *d = &b->dropped.v[i];
		const char *path = list_names(&out->arena, d->path, d->path_n, " -> ");
		const char *detail = kmt_arena_printf(&out->arena,
			"%zu modules need each other, so none can be loaded: %s -> %s", d->n, path,
			d->path[0]->name);

		add(out, KMT_FINDING_CYCLE, list_names(&out->arena, d->members, d->n, ", "), detail,
			NULL);
	}
	for (size_t i = 0; i < b->bereft.n; i++)
		add(out, KMT_FINDING_BEREFT, kmt_arena_strdup(&out->arena, b->bereft.v[i]->name),
			"needs a module of a cycle, so it cannot be loaded", NULL);
}

static void add_unmet(const struct kmt_build *b, struct kmt_findings *out)
{
	for (size_t i = 0; i < b->links.unmet.n; i++) {
		const struct kmt_unmet *u = &b->links.unmet.v[i];

		add(out, u->crc ? KMT_FINDING_VERSION : KMT_FINDING_SYMBOL,
			kmt_arena_strdup(&out->arena, b->chosen.modules.v.v[u->module]->name),
			kmt_arena_strdup(&out->arena, b->links.names->names.v[u->name].name), NULL);
	}
}

void kmt_check_build(const struct kmt_build *b, const struct kmt_root *root, struct kmt_findings *out)
{
	add_unreadable(b, root, out);
	add_shadows(b, root, out);
	add_cycles(b, out);
	add_unmet(b, out);
}
