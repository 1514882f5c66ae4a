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
#include <kmt/base/slice.h>
#include <kmt/base/vec.h>
#include <kmt/source/modinfo.h>
#include <kmt/source/trie.h>
#include <kmt/sys/root.h>

struct kmt_module {
	const char *name;	/* normal form */
	const char *path;	/* absolute below the root: /lib/modules/VERSION/kernel/.../x.ko.xz */
	const struct kmt_module **deps; /* hard dependencies in modules.dep's order (all transitive ones; the
					   last is loaded first) */
	size_t n_deps;
	bool builtin;		/* part of the kernel image: path is modules.builtin's entry, no file */
};

struct kmt_modindex {
	const struct kmt_root *root;
	const char *dir;	/* /lib/modules/VERSION, or where else the tree is */
	const char *version;
	/* Private: what is read or taken apart at its first use, which changes no answer. So all queries take
	 * a const index. NULL if it is not open: it knows no module then. */
	struct kmt_modindex_parts *parts;
};

/* Which trie a query goes to. */
enum kmt_index_kind {
	KMT_INDEX_ALIAS,
	KMT_INDEX_SYMBOLS,
	KMT_INDEX_BUILTIN_ALIAS,
	KMT_INDEX_DEP, /* the lines of modules.dep by module */
	KMT_INDEX_BUILTIN,
	KMT_INDEX_KINDS,
};

/*
 * Reads modules.dep and modules.builtin of kernel VERSION. NOT_FOUND if the tree is not there (the
 * message tells which trees are), FAILED if an index is missing or corrupt (the hint names depmod).
 * Missing modules.builtin is a warning.
 *
 * BY_NAME is for callers that look up a few modules by name: those are found in modules.dep.bin and
 * modules.builtin.bin unless one is older than its text. The text is read when all modules are asked for; if
 * it is damaged then, there are none.
 */
int kmt_modindex_open(struct kmt_modindex *idx, const struct kmt_root *root, const char *version,
	bool by_name, struct kmt_diag *diag, struct kmt_err *err);
void kmt_modindex_close(struct kmt_modindex *idx);

/* NULL if there is none. NAME in any spelling. A module found twice is the same object. */
const struct kmt_module *kmt_modindex_find(const struct kmt_modindex *idx, const char *name);
const struct kmt_module *kmt_modindex_find_builtin(const struct kmt_modindex *idx, const char *name);
/* All of modules.dep, in its order: how many there are, and the one at I. */
size_t kmt_modindex_count(const struct kmt_modindex *idx);
const struct kmt_module *kmt_modindex_at(const struct kmt_modindex *idx, size_t i);
/* The same of modules.builtin. */
size_t kmt_modindex_builtin_count(const struct kmt_modindex *idx);
const struct kmt_module *kmt_modindex_builtin_at(const struct kmt_modindex *idx, size_t i);
/* The next module of modules.dep from *AT, which starts at 0, without reading on; NULL after the last. */
const struct kmt_module *kmt_modindex_next(const struct kmt_modindex *idx, size_t *at);
/* Appends the names of all modules without taking their lines apart. Strings live as long as the index. */
void kmt_modindex_names(const struct kmt_modindex *idx, struct kmt_strv *out);

/* Appends all keys of the index that match QUERY (normal form), as fnmatch patterns, in libkmod's order.
 * A missing or corrupt index: FAILED (older kernels have no modules.builtin.alias.bin: no rows).
 * Strings live as long as the index. */
int kmt_modindex_match(const struct kmt_modindex *idx, enum kmt_index_kind kind, const char *query,
	struct kmt_index_matches *out, struct kmt_err *err);

/* The module that exports SYMBOL, the first of several; NULL: none does, or the index of symbols cannot be
 * read. Lives as long as the index. */
const char *kmt_modindex_exporter(const struct kmt_modindex *idx, const char *symbol);

/* Appends all keys of the index, in an order that depends on nothing else. Errors as above. */
int kmt_modindex_keys(const struct kmt_modindex *idx, enum kmt_index_kind kind,
	struct kmt_index_matches *out, struct kmt_err *err);

/* The next "MODULE.KEY=VALUE" of modules.builtin.modinfo at *P, before END: the name as it is written, and
 * KEY=VALUE. False at the end. Pure. */
bool kmt_builtin_next(
	const char **p, const char *end, struct kmt_slice *module, struct kmt_modinfo_field *field);

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
int kmt_modindex_builtin_fields(const struct kmt_modindex *idx, const char *name,
	struct kmt_builtin_fields *out, struct kmt_err *err);

/* The same of one of them as .modinfo has it; no fields where the file is missing. OUT is emptied first. */
int kmt_modindex_builtin_info(
	const struct kmt_modindex *idx, const char *name, struct kmt_modinfo *out, struct kmt_err *err);

/* The FAILED error for what is wrong with index FILE, with the command that rebuilds it as the hint. */
int kmt_modindex_corrupt(const struct kmt_modindex *idx, const char *file, struct kmt_err *err,
	const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* The hint for an index that does not fit: how it is built again. */
void kmt_modindex_hint_rebuild(const struct kmt_modindex *idx, struct kmt_err *err);

#endif
