/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The contents of the index files, byte for byte as Debian's depmod 30 writes them (modules.weakdep as
 * version 33 does). Pure: from modules and links to buffers.
 */
#ifndef KMT_INDEX_OUTPUT_H
#define KMT_INDEX_OUTPUT_H

#include <kmt/base/diag.h>
#include <kmt/base/strbuf.h>
#include <kmt/index/links.h>
#include <kmt/index/trie_write.h>
#include <kmt/sys/fileset.h>

/* In depmod's order, in which `-n` prints those that are text. */
enum kmt_index_file {
	KMT_FILE_DEP,
	KMT_FILE_DEP_BIN,
	KMT_FILE_ALIAS,
	KMT_FILE_ALIAS_BIN,
	KMT_FILE_SOFTDEP,
	KMT_FILE_WEAKDEP,
	KMT_FILE_SYMBOLS,
	KMT_FILE_SYMBOLS_BIN,
	KMT_FILE_BUILTIN_BIN,
	KMT_FILE_BUILTIN_ALIAS_BIN,
	KMT_FILE_DEVNAME,
	KMT_FILE_COUNT,
};

/* "modules.dep" ... */
const char *kmt_index_file_name(enum kmt_index_file file);
/* Whether it is a trie. */
bool kmt_index_file_is_bin(enum kmt_index_file file);

struct kmt_output {
	const struct kmt_modules *modules;
	const struct kmt_links *links; /* without cycles */
	enum kmt_trie_order order;
	unsigned int threads;
	/* The kernel's own files, NULL if they are missing. */
	const struct kmt_strbuf *builtin, *builtin_modinfo;

	struct kmt_strbuf files[KMT_FILE_COUNT];
	size_t n_aliases, n_symbols;
	/* Values that would break a line or a key: left out and told. */
	size_t n_skipped;
	struct kmt_diag *diag;
	int error;		/* -EFBIG: a trie became too large */
};

/* Fills FILES; returns OUT->error. */
int kmt_output_build(struct kmt_output *out);
/* The files as a set to be replaced; they point into OUT. */
void kmt_output_fileset(const struct kmt_output *out, struct kmt_fileset_file files[KMT_FILE_COUNT]);
/* Appends those that are text, one after the other. */
void kmt_output_text(const struct kmt_output *out, struct kmt_strbuf *text);
void kmt_output_free(struct kmt_output *out);

#endif
