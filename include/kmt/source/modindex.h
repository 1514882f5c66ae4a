/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The index files that depmod wrote below /lib/modules/VERSION, as rows: which modules exist, where,
 * what each depends on, and who answers to an alias or symbol. Reading only.
 *
 * kmtool reads the indexes itself instead of through libkmod, because libkmod also reads the host's
 * /proc/cmdline and configuration, keeps no pattern, priority or origin, and costs libcrypto at
 * start-up. The order of matches is libkmod's (ascending priority; among equals the last found first).
 */
#ifndef KMT_SOURCE_MODINDEX_H
#define KMT_SOURCE_MODINDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <kmt/base/arena.h>
#include <kmt/base/diag.h>
#include <kmt/base/err.h>
#include <kmt/base/map.h>
#include <kmt/base/vec.h>
#include <kmt/sys/root.h>

struct kmt_module {
	const char *name;	/* normal form */
	const char *path;	/* absolute below the root: /lib/modules/VERSION/kernel/.../x.ko.xz */
	const struct kmt_module **deps; /* hard dependencies in modules.dep's order (all transitive ones; the
					   last is loaded first) */
	size_t n_deps;
	bool builtin;		/* part of the kernel image: path is modules.builtin's entry, no file */
};

/* One index trie (*.bin) in memory; see modindex_trie.c for the format. */
struct kmt_trie {
	const unsigned char *data;
	size_t size;
};

struct kmt_modindex {
	const char *dir;	/* /lib/modules/VERSION */
	KMT_VEC(struct kmt_module *) modules;	/* in modules.dep's order */
	KMT_VEC(struct kmt_module *) builtins;	/* in modules.builtin's order */
	struct kmt_map by_name;		/* name -> struct kmt_module, modules only */
	struct kmt_map builtin_by_name;	/* name -> struct kmt_module, built-ins only */
	struct kmt_trie alias, symbols, builtin_alias;	/* read at first use by kmt_modindex_match() */
	const struct kmt_root *root;
	struct kmt_arena arena;
};

/* Which trie a query goes to. */
enum kmt_index_kind {
	KMT_INDEX_ALIAS,
	KMT_INDEX_SYMBOLS,
	KMT_INDEX_BUILTIN_ALIAS,
};

struct kmt_index_match {
	const char *pattern;	/* the key that matched */
	const char *module;	/* normal form; need not exist in modules.dep if the index is stale */
	unsigned int priority;
};

/*
 * Reads modules.dep and modules.builtin of kernel VERSION. NOT_FOUND if the tree is not there (the
 * message tells which trees are), FAILED if an index is missing or corrupt (the hint names depmod).
 * Missing modules.builtin is a warning.
 */
int kmt_modindex_open(struct kmt_modindex *idx, const struct kmt_root *root, const char *version,
	struct kmt_diag *diag, struct kmt_err *err);
void kmt_modindex_close(struct kmt_modindex *idx);

/* NAME in any spelling; NULL if there is none. */
const struct kmt_module *kmt_modindex_find(const struct kmt_modindex *idx, const char *name);
const struct kmt_module *kmt_modindex_find_builtin(const struct kmt_modindex *idx, const char *name);

/* All keys of the index that match QUERY (normal form), as fnmatch patterns, in libkmod's order. A
 * corrupt index: FAILED. Rows are in idx->arena. */
struct kmt_index_matches {
	KMT_VEC(struct kmt_index_match) rows;
};
int kmt_modindex_match(struct kmt_modindex *idx, enum kmt_index_kind kind, const char *query,
	struct kmt_index_matches *out, struct kmt_err *err);

/* Versions with a directory below /lib/modules, sorted. Free with kmt_root_list_free(). */
int kmt_modindex_versions(const struct kmt_root *root, struct kmt_strv *out);

#endif
