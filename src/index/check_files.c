/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Index files as they are against what they should be. */
#include <kmt/index/check.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include <kmt/base/map.h>
#include <kmt/source/modindex.h>
#include <kmt/sys/fileset.h>

/* Lines that only one of two texts has. */
struct difference {
	size_t gone, added;	/* only in the file; only in what it should be */
	const char *first_gone, *first_added;
};

struct compare {
	const struct kmt_build *b;
	const struct kmt_root *root;
	const char *dir, *fix;
	struct kmt_findings *out;
};

static void find(struct compare *c, enum kmt_finding_kind kind, enum kmt_index_file file,
	const char *detail)
{
	const char *path = kmt_arena_printf(&c->out->arena, "%s%s/%s", c->root->path, c->dir,
		kmt_index_file_name(file));

	kmt_vec_push(&c->out->v, (struct kmt_finding){kind, path, detail, c->fix});
}

/* Puts each line of TEXT, which it cuts up, into MAP. */
static void map_lines(struct kmt_strbuf *text, struct kmt_map *map)
{
	char *p = text->s, *end = text->s + text->len;

	while (p < end) {
		char *nl = memchr(p, '\n', (size_t)(end - p));

		if (nl)
			*nl = '\0';
		kmt_map_add(map, p, p);
		p = nl ? nl + 1 : end;
	}
}

static void count_missing(const struct kmt_map *have, const struct kmt_map *want, size_t *n,
	const char **first)
{
	for (size_t i = 0; i < have->cap; i++) {
		const char *line = have->slots[i].key;

		if (!line || kmt_map_get(want, line))
			continue;
		(*n)++;
		if (!*first || strcmp(line, *first) < 0)
			*first = line;
	}
}

/* Cuts both texts up. */
static struct difference compare_lines(struct kmt_strbuf *is, struct kmt_strbuf *should)
{
	struct kmt_map is_map = {0}, should_map = {0};
	struct difference d = {0};

	if (is->len)
		map_lines(is, &is_map);
	if (should->len)
		map_lines(should, &should_map);
	count_missing(&is_map, &should_map, &d.gone, &d.first_gone);
	count_missing(&should_map, &is_map, &d.added, &d.first_added);
	kmt_map_free(&is_map);
	kmt_map_free(&should_map);
	return d;
}

static const char *describe(struct kmt_arena *arena, const struct difference *d)
{
	if (!d->gone && !d->added)
		return "the same entries in another order";
	if (!d->gone)
		return kmt_arena_printf(arena, "%zu entries are missing, such as '%.100s'", d->added,
			d->first_added);
	if (!d->added)
		return kmt_arena_printf(arena, "%zu entries of modules that are gone, such as '%.100s'",
			d->gone, d->first_gone);
	return kmt_arena_printf(arena,
		"%zu entries should be gone, such as '%.100s'; %zu are missing, such as '%.100s'",
		d->gone, d->first_gone, d->added, d->first_added);
}

/* The entries of a trie as lines "KEY VALUE", in an order that does not depend on how it is laid out. */
static int dump_trie(const struct kmt_strbuf *data, struct kmt_strbuf *lines)
{
	struct kmt_trie trie = {(const unsigned char *)kmt_strbuf_str(data), data->len};
	struct kmt_index_matches all = {0};
	struct kmt_arena arena = {0};
	int r = kmt_trie_all(&trie, &arena, &all);

	for (size_t i = 0; i < all.rows.n; i++)
		kmt_strbuf_addf(lines, "%s %s\n", all.rows.v[i].pattern, all.rows.v[i].module);
	kmt_vec_free(&all.rows);
	kmt_arena_free(&arena);
	return r;
}

static bool same(const struct kmt_strbuf *a, const struct kmt_strbuf *b)
{
	return a->len == b->len && (!a->len || !memcmp(a->s, b->s, a->len));
}

static void compare_bin(struct compare *c, enum kmt_index_file file, const struct kmt_strbuf *is,
	const struct kmt_strbuf *should)
{
	kmt_autostrbuf struct kmt_strbuf is_lines = KMT_STRBUF_INIT, should_lines = KMT_STRBUF_INIT;
	struct difference d;

	dump_trie(should, &should_lines);
	/* depmod leaves an empty file behind where the kernel's own list is missing. */
	if (is->len && dump_trie(is, &is_lines) < 0) {
		find(c, KMT_FINDING_CORRUPT, file, "truncated or damaged: its tree leads nowhere");
		return;
	}
	if (same(&is_lines, &should_lines))
		return;
	d = compare_lines(&is_lines, &should_lines);
	find(c, KMT_FINDING_STALE, file, describe(&c->out->arena, &d));
}

static void compare_text(struct compare *c, enum kmt_index_file file, struct kmt_strbuf *is,
	const struct kmt_strbuf *should)
{
	kmt_autostrbuf struct kmt_strbuf copy = KMT_STRBUF_INIT;
	struct difference d;

	kmt_strbuf_add(&copy, should->s, should->len);
	if (is->len && is->s[is->len - 1] != '\n') {
		find(c, KMT_FINDING_CORRUPT, file, "truncated: the last line has no end");
		return;
	}
	d = compare_lines(is, &copy);
	find(c, KMT_FINDING_STALE, file, describe(&c->out->arena, &d));
}

/* A file that older versions of depmod do not write, and that would say nothing. */
static bool may_be_missing(enum kmt_index_file file, const struct kmt_strbuf *should)
{
	const char *nl = should->s ? memchr(should->s, '\n', should->len) : NULL;

	return file == KMT_FILE_WEAKDEP && nl && nl + 1 == should->s + should->len;
}

static void compare_file(struct compare *c, enum kmt_index_file file)
{
	kmt_autofree char *path = kmt_asprintf("%s/%s", c->dir, kmt_index_file_name(file));
	kmt_autostrbuf struct kmt_strbuf is = KMT_STRBUF_INIT;
	const struct kmt_strbuf *should = &c->b->output.files[file];
	int r = kmt_root_read(c->root, path, 0, &is, NULL);

	if (r == -ENOENT && may_be_missing(file, should))
		return;
	if (r == -ENOENT)
		find(c, KMT_FINDING_MISSING, file, "it is not there");
	else if (r < 0)
		find(c, KMT_FINDING_CORRUPT, file, strerror(-r));
	else if (same(&is, should))
		return;
	else if (kmt_index_file_is_bin(file))
		compare_bin(c, file, &is, should);
	else
		compare_text(c, file, &is, should);
}

static bool is_interrupted(const struct compare *c)
{
	kmt_autoclose int dirfd = kmt_root_openat(c->root, c->dir, O_RDONLY | O_DIRECTORY);

	return dirfd >= 0 && kmt_fileset_interrupted(&(struct kmt_fileset){.dirfd = dirfd});
}

void kmt_check_files(const struct kmt_build *b, const struct kmt_root *root, const char *dir,
	const char *fix, struct kmt_findings *out)
{
	struct compare c = {.b = b, .root = root, .dir = dir, .out = out};

	c.fix = kmt_arena_strdup(&out->arena, fix);
	if (is_interrupted(&c))
		kmt_vec_push(&out->v,
			(struct kmt_finding){KMT_FINDING_INTERRUPTED,
				kmt_arena_printf(&out->arena, "%s%s", root->path, dir),
				"an update of the index was interrupted; what is there is one whole set",
				c.fix});
	for (int file = 0; file < KMT_FILE_COUNT; file++)
		compare_file(&c, (enum kmt_index_file)file);
}
