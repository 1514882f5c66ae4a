/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of modindex share. */
#ifndef KMT_SOURCE_MODINDEX_PRIV_H
#define KMT_SOURCE_MODINDEX_PRIV_H

#include <kmt/base/map.h>
#include <kmt/base/strbuf.h>
#include <kmt/source/modindex.h>

/* modules.dep in memory; a module becomes a struct kmt_module when somebody asks for it. */
struct kmt_dep_table;

struct kmt_modindex_parts {
	struct kmt_diag *diag;
	bool by_name;
	struct kmt_dep_table *deps;
	KMT_VEC(const struct kmt_module *) builtins;
	struct kmt_map builtin_by_name;
	bool builtin_asked, builtin_by_trie, builtin_list_read;
	bool builtin_info_read; /* the map has the names of modules.builtin.modinfo, too */
	struct kmt_trie tries[KMT_INDEX_KINDS]; /* data NULL: not read yet */
	bool mapped[KMT_INDEX_KINDS];
	struct kmt_arena arena;
};

/* Fill IDX (with dir, root and parts set) from the text of modules.dep, which is taken over, and from the N
 * bytes of modules.builtin. Pure. */
int kmt_modindex_parse_dep(struct kmt_modindex *idx, struct kmt_strbuf *text, struct kmt_err *err);
int kmt_modindex_parse_builtin(
	const struct kmt_modindex *idx, const char *text, size_t n, struct kmt_err *err);

/* An index whose modules are looked up in modules.dep.bin. */
void kmt_modindex_start_dep(struct kmt_modindex *idx);
/* modules.dep, as kmt_modindex_open() says. */
int kmt_modindex_open_dep(struct kmt_modindex *idx, struct kmt_err *err);
void kmt_modindex_free_dep(struct kmt_dep_table *t);
/* NAME in normal form. */
const struct kmt_module *kmt_modindex_find_dep(const struct kmt_modindex *idx, const char *name);

/* A warning about LINE (0: none in particular) of an index file. */
void kmt_modindex_warn(const struct kmt_modindex *idx, const char *file, unsigned int line,
	const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* Whether modules are looked up in the trie of KIND: they are asked for by name, and it is not older than the
 * text FILE, from which it is made. */
bool kmt_modindex_goes_by(const struct kmt_modindex *idx, enum kmt_index_kind kind, const char *file);
void kmt_modindex_free_tries(struct kmt_modindex_parts *parts);
/* The value of KEY in a trie, not of a pattern that matches it; NULL: none. -EBADMSG: the trie is damaged. */
int kmt_modindex_value(
	const struct kmt_modindex *idx, enum kmt_index_kind kind, const char *key, const char **value);

/* Writes the module name of the file PATH (N bytes) to OUT, of KMT_NAME_MAX bytes. Returns its length, 0
 * if there is none: empty, too long, or with bytes that no module name has. */
size_t kmt_modindex_name(const char *path, size_t n, char *out);

/* Reads a file of the tree. A missing one is FAILED, not NOT_FOUND: the hint names depmod. */
int kmt_modindex_read(const struct kmt_modindex *idx, const char *file, struct kmt_strbuf *out,
	struct kmt_err *err);

#endif
