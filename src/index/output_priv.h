/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The jobs that make the index files; each fills its own files and runs on any thread. */
#ifndef KMT_INDEX_OUTPUT_PRIVATE_H
#define KMT_INDEX_OUTPUT_PRIVATE_H

#include <kmt/index/output.h>

/* What a job finds out besides its files; joined when all are done. */
struct kmt_output_job {
	struct kmt_output *out;
	struct kmt_diag diag;
	size_t n_skipped;
	int error;
};

void kmt_output_dep(struct kmt_output_job *job);
void kmt_output_modinfo(struct kmt_output_job *job);	/* alias, softdep, weakdep, devname */
void kmt_output_symbols(struct kmt_output_job *job);
void kmt_output_builtin(struct kmt_output_job *job);

/* Whether VALUE of module NAME can stand in a line: no control characters, no backslash that would join
 * the next line. If not, it is told. KEY says what it is. */
bool kmt_output_fits(struct kmt_output_job *job, const char *name, const char *key, const char *value);
/* The same for what is also a key of a trie: short and 7-bit. */
bool kmt_output_key_fits(
	struct kmt_output_job *job, const char *name, const char *key, const char *value);
/* Counts and tells one that is left out. */
void kmt_output_skip(struct kmt_output_job *job, const char *name, const char *key, const char *value,
	const char *why);

/* "WORD A B\n" */
void kmt_output_line(struct kmt_strbuf *to, const char *word, const char *a, const char *b);

/* Writes the trie to FILE and frees it. */
void kmt_output_trie(struct kmt_output_job *job, struct kmt_trie_writer *w, enum kmt_index_file file);

#endif
