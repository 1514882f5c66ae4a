/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The index tries of a tree (modules.*.bin), each read at its first use. */
#include "modindex_priv.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <kmt/base/alloc.h>
#include <kmt/base/strbuf.h>

static const char *const file_names[KMT_INDEX_KINDS] = {
	[KMT_INDEX_ALIAS] = "modules.alias.bin",
	[KMT_INDEX_SYMBOLS] = "modules.symbols.bin",
	[KMT_INDEX_BUILTIN_ALIAS] = "modules.builtin.alias.bin",
	[KMT_INDEX_DEP] = "modules.dep.bin",
	[KMT_INDEX_BUILTIN] = "modules.builtin.bin",
};

/* Where a few keys are looked up, most of the file is never touched. On the host whoever writes an index
 * replaces it; below a root somebody may cut it meanwhile. */
static bool map_trie(const struct kmt_modindex *idx, enum kmt_index_kind kind)
{
	struct kmt_trie *trie = &idx->parts->tries[kind];
	kmt_autofree char *path = kmt_asprintf("%s/%s", idx->dir, file_names[kind]);
	const void *data;

	if (!idx->parts->by_name || !idx->root->is_host || !kmt_root_map(idx->root, path, &data, &trie->size))
		return false;
	trie->data = data;
	return idx->parts->mapped[kind] = true;
}

/* Reads the index at its first use. Older kernels have no modules.builtin.alias.bin: then it stays empty. */
static int load_trie(const struct kmt_modindex *idx, enum kmt_index_kind kind, struct kmt_err *err)
{
	struct kmt_trie *trie = &idx->parts->tries[kind];
	struct kmt_strbuf data = KMT_STRBUF_INIT;
	int r;

	if (trie->data || map_trie(idx, kind))
		return 0;
	r = kmt_modindex_read(idx, file_names[kind], &data, err);
	if (r == -ENOENT && kind == KMT_INDEX_BUILTIN_ALIAS) {
		kmt_err_clear(err);
		return 0;
	}
	if (r < 0)
		return r;
	trie->size = data.len;
	trie->data = (const unsigned char *)kmt_strbuf_steal(&data);
	return 0;
}

void kmt_modindex_free_tries(struct kmt_modindex_parts *parts)
{
	for (size_t i = 0; i < KMT_INDEX_KINDS; i++)
		if (parts->mapped[i])
			munmap((void *)parts->tries[i].data, parts->tries[i].size);
		else
			free((void *)parts->tries[i].data);
}

int kmt_modindex_match(const struct kmt_modindex *idx, enum kmt_index_kind kind, const char *query,
	struct kmt_index_matches *out, struct kmt_err *err)
{
	const struct kmt_trie *trie = &idx->parts->tries[kind];
	int r = load_trie(idx, kind, err);

	if (r < 0)
		return r;
	if (query)
		r = kmt_trie_match(trie, query, &idx->parts->arena, out);
	else
		r = kmt_trie_all(trie, &idx->parts->arena, out);
	if (r < 0)
		return kmt_modindex_corrupt(idx, file_names[kind], err, "its tree leads nowhere");
	return 0;
}

int kmt_modindex_value(
	const struct kmt_modindex *idx, enum kmt_index_kind kind, const char *key, const char **value)
{
	struct kmt_index_matches found = {0};
	const struct kmt_index_match *row;
	int r = kmt_modindex_match(idx, kind, key, &found, NULL);

	*value = NULL;
	kmt_vec_foreach (row, &found.rows)
		if (!*value && !strcmp(row->pattern, key))
			*value = row->module;
	kmt_vec_free(&found.rows);
	return r;
}

static int64_t mtime_ns(const struct stat *st)
{
	return (int64_t)st->st_mtim.tv_sec * 1000000000 + st->st_mtim.tv_nsec;
}

bool kmt_modindex_goes_by(const struct kmt_modindex *idx, enum kmt_index_kind kind, const char *file)
{
	kmt_autofree char *text = kmt_asprintf("%s/%s", idx->dir, file);
	kmt_autofree char *trie = kmt_asprintf("%s/%s", idx->dir, file_names[kind]);
	struct stat of_text, of_trie;

	if (!idx->parts->by_name || kmt_root_stat(idx->root, text, &of_text) < 0 ||
		kmt_root_stat(idx->root, trie, &of_trie) < 0)
		return false;
	return of_trie.st_size > 0 && mtime_ns(&of_trie) >= mtime_ns(&of_text);
}

int kmt_modindex_keys(const struct kmt_modindex *idx, enum kmt_index_kind kind,
	struct kmt_index_matches *out, struct kmt_err *err)
{
	return kmt_modindex_match(idx, kind, NULL, out, err);
}

const char *kmt_modindex_exporter(const struct kmt_modindex *idx, const char *symbol)
{
	kmt_autofree char *query = kmt_asprintf("symbol:%s", symbol);
	struct kmt_index_matches found = {0};
	const char *module = NULL;

	if (!kmt_modindex_match(idx, KMT_INDEX_SYMBOLS, query, &found, NULL) && found.rows.n)
		module = found.rows.v[0].module;
	kmt_vec_free(&found.rows);
	return module;
}
