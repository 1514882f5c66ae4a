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
	struct kmt_dep_table *deps;
	struct kmt_map builtin_by_name;
	bool builtin_info_read; /* the map has the names of modules.builtin.modinfo, too */
	struct kmt_trie tries[KMT_INDEX_KINDS]; /* data NULL: not read yet */
	struct kmt_arena arena;
};

/* Fill IDX (with dir, root and parts set) from the text of modules.dep, which is taken over, and from the N
 * bytes of modules.builtin. Pure. */
int kmt_modindex_parse_dep(struct kmt_modindex *idx, struct kmt_strbuf *text, struct kmt_diag *diag,
	struct kmt_err *err);
int kmt_modindex_parse_builtin(struct kmt_modindex *idx, const char *text, size_t n,
	struct kmt_diag *diag, struct kmt_err *err);

/* Reads a file of the tree. A missing one is FAILED, not NOT_FOUND: the hint names depmod. */
int kmt_modindex_read(const struct kmt_modindex *idx, const char *file, struct kmt_strbuf *out,
	struct kmt_err *err);

#endif
