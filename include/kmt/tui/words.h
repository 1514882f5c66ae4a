/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The words of modules, for searching: aliases, symbols, descriptions, parameters, firmware. Read in pieces
 * from the index and the module files when somebody searches first, and kept while the tree stays as it is.
 * See model/textsearch.h for the fields.
 */
#ifndef KMT_TUI_WORDS_H
#define KMT_TUI_WORDS_H

#include <kmt/base/arena.h>
#include <kmt/base/map.h>
#include <kmt/base/strbuf.h>
#include <kmt/base/vec.h>
#include <kmt/index/metas.h>
#include <kmt/model/snapshot.h>

/* Of one module: values in lines. */
struct kmt_words_entry {
	struct kmt_strbuf exact;
	char *folded; /* as kmt_find_fold() does it */
	struct kmt_strbuf kinds; /* enum kmt_field of each line */
};

/* All zero is nothing. */
struct kmt_words {
	bool done;
	size_t next; /* file to be read */
	size_t n;    /* files */
	struct kmt_metas metas;
	struct kmt_meta_reader *reader; /* NULL: not begun, or done */
	struct kmt_map by_name;
	KMT_VEC(struct kmt_words_entry *) entries;
	struct kmt_arena arena; /* of names */
	char *dir; /* of the tree, and when its index was written */
	struct timespec written;
};

/* Reads a piece more. False: all is there. */
bool kmt_words_step(struct kmt_words *w, struct kmt_snapshot *snap);
/* NULL: nothing is known of it, or not all is read yet. */
const struct kmt_words_entry *kmt_words_get(const struct kmt_words *w, const char *name);
/* Another snapshot was taken: forgets everything if the tree is another one. */
void kmt_words_renew(struct kmt_words *w, const struct kmt_snapshot *snap);
void kmt_words_free(struct kmt_words *w);

#endif
