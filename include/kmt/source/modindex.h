/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The index files that depmod wrote below /lib/modules/VERSION, as rows: which modules exist, where,
 * what each depends on, and who answers to an alias or symbol. Reading only; says what the files say,
 * not whether it is true.
 *
 * kmtool reads the indexes itself instead of through libkmod, because libkmod also reads the host's
 * /proc/cmdline and configuration, keeps no pattern, priority or origin, and costs libcrypto at
 * start-up. The order of matches is libkmod's (ascending priority; among equals the last found first).
 */
#ifndef KMT_SOURCE_MODINDEX_H
#define KMT_SOURCE_MODINDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
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

/* modules.dep in memory; a module becomes a struct kmt_module when somebody asks for it. */
struct kmt_dep_table;

struct kmt_modindex {
	const char *dir;	/* /lib/modules/VERSION */
	const char *version;
	KMT_VEC(const struct kmt_module *) modules; /* all of modules.dep, in its order, once
						       kmt_modindex_all() was called */
	KMT_VEC(const struct kmt_module *) builtins;	/* in modules.builtin's order */
	struct kmt_dep_table *deps;	/* private, as is what follows */
	struct kmt_map builtin_by_name;
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

struct kmt_index_matches {
	KMT_VEC(struct kmt_index_match) rows;
};

/*
 * Reads modules.dep and modules.builtin of kernel VERSION. NOT_FOUND if the tree is not there (the
 * message tells which trees are), FAILED if an index is missing or corrupt (the hint names depmod).
 * Missing modules.builtin is a warning.
 */
int kmt_modindex_open(struct kmt_modindex *idx, const struct kmt_root *root, const char *version,
	struct kmt_diag *diag, struct kmt_err *err);
void kmt_modindex_close(struct kmt_modindex *idx);

/* NULL if there is none. NAME in any spelling. A module found twice is the same object. */
const struct kmt_module *kmt_modindex_find(const struct kmt_modindex *idx, const char *name);
const struct kmt_module *kmt_modindex_find_builtin(const struct kmt_modindex *idx, const char *name);
/* Fills idx->modules, for those who walk the whole tree. */
void kmt_modindex_all(struct kmt_modindex *idx);
/* Appends the names of all modules without taking their lines apart. Strings live as long as the index. */
void kmt_modindex_names(const struct kmt_modindex *idx, struct kmt_strv *out);

/* Appends all keys of the index that match QUERY (normal form), as fnmatch patterns, in libkmod's order.
 * A missing or corrupt index: FAILED (older kernels have no modules.builtin.alias.bin: no rows).
 * Strings live as long as the index. */
int kmt_modindex_match(struct kmt_modindex *idx, enum kmt_index_kind kind, const char *query,
	struct kmt_index_matches *out, struct kmt_err *err);

/* Appends all keys of the index, in an order that depends on nothing else. Errors as above. */
int kmt_modindex_keys(struct kmt_modindex *idx, enum kmt_index_kind kind, struct kmt_index_matches *out,
	struct kmt_err *err);

/* The same on a trie in memory; strings are put in ARENA. Pure. -EBADMSG if it is corrupt. */
int kmt_trie_match(const struct kmt_trie *trie, const char *query, struct kmt_arena *arena,
	struct kmt_index_matches *out);

/* All keys with their values, in an order that depends on nothing else. */
int kmt_trie_all(const struct kmt_trie *trie, struct kmt_arena *arena, struct kmt_index_matches *out);

/* What modules.builtin.modinfo says about built-in modules, also those that no modules.builtin names. */
struct kmt_builtin_field {
	const char *module;	/* normal form */
	const char *key, *value;
};
struct kmt_builtin_fields {
	KMT_VEC(struct kmt_builtin_field) rows;
};
/* Appends the fields of the built-in NAME, of all of them if NAME is NULL, in the file's order. -ENOENT
 * (NOT_FOUND) if the file is missing: kernels before 5.2 have none. Strings live as long as the index. */
int kmt_modindex_builtin_fields(struct kmt_modindex *idx, const char *name, struct kmt_builtin_fields *out,
	struct kmt_err *err);

/* The same of one of them as .modinfo has it; no fields where the file is missing. OUT is emptied first. */
struct kmt_modinfo;
int kmt_modindex_builtin_info(
	struct kmt_modindex *idx, const char *name, struct kmt_modinfo *out, struct kmt_err *err);

/* The FAILED error for what is wrong with index FILE, with the command that builds it anew as the hint. */
int kmt_modindex_corrupt(const struct kmt_modindex *idx, const char *file, struct kmt_err *err,
	const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* The hint for an index that does not fit: how it is built anew. */
void kmt_modindex_hint_rebuild(const struct kmt_modindex *idx, struct kmt_err *err);

/* Versions with a directory below /lib/modules, sorted. Free with kmt_root_list_free(). */
int kmt_modindex_versions(const struct kmt_root *root, struct kmt_strv *out);

#endif
