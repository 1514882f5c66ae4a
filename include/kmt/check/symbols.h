/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The symbols of one module: what it exports, on which terms, and what it needs, with who has that. Reads
 * the open module file and those of the modules that it needs; the rest is the snapshot's and the caller's.
 */
#ifndef KMT_CHECK_SYMBOLS_H
#define KMT_CHECK_SYMBOLS_H

#include <inttypes.h>
#include <stdio.h>
#include <kmt/base/map.h>
#include <kmt/model/exports.h>
#include <kmt/source/kofile.h>

enum kmt_symbol_state {
	KMT_SYMBOL_EXPORTED,
	KMT_SYMBOL_IN_MODULE,	/* needed: PROVIDER has it */
	KMT_SYMBOL_IN_KERNEL,	/* needed: the kernel image has it */
	KMT_SYMBOL_WEAK,	/* needed, found nowhere, and may stay so */
	KMT_SYMBOL_NOT_KNOWN,	/* needed: in no module of the tree, and nothing tells of the kernel */
	KMT_SYMBOL_UNRESOLVED,	/* needed, and nothing has it */
};

struct kmt_symbol_row {
	const char *name;
	enum kmt_symbol_state state;
	const char *provider;		 /* IN_MODULE */
	const struct kmt_module *module; /* the provider in the tree; NULL if it is not */
	struct kmt_export terms;	 /* if they are known */
	char crc[11]; /* "0x1a2b3c4d": EXPORTED: its own; needed: what the module expects. "" if it has none */
	struct kmt_strv users; /* EXPORTED: if that was asked for */
};

static inline void kmt_symbol_row_set_crc(struct kmt_symbol_row *row, uint32_t crc)
{
	snprintf(row->crc, sizeof(row->crc), "0x%08" PRIx32, crc);
}

struct kmt_symlist {
	KMT_VEC(struct kmt_symbol_row) exported, needed; /* by name; what is missing comes first, what no
							    module has last */
	struct kmt_arena arena;
};

/* KERNEL is what kmt_kernel_exports_read() found, by name. SELF, if it is not NULL, is the module in the
 * tree: the users of what it exports are looked for, too. OUT must be empty. */
int kmt_symlist_read(struct kmt_kofile *ko, const struct kmt_snapshot *snap, const struct kmt_map *kernel,
	const struct kmt_module *self, struct kmt_symlist *out, struct kmt_err *err);
void kmt_symlist_free(struct kmt_symlist *list);

#endif
