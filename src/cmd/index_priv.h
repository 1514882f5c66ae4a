/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parts of `kmtool index`: index.c reads the command line and decides, the others do. */
#ifndef KMT_CMD_INDEX_H
#define KMT_CMD_INDEX_H

#include <kmt/cmd/cmd.h>
#include <kmt/index/build.h>
#include <kmt/index/check.h>
#include <kmt/out/rows.h>
#include <kmt/sys/fileset.h>

enum kmt_index_cache_mode { KMT_INDEX_CACHE_AUTO, KMT_INDEX_CACHE_YES, KMT_INDEX_CACHE_NO };

struct kmt_index_opts {
	bool check, quick, unresolved;
	const char *output_root;
	struct kmt_strv config;
	const char *symvers, *system_map;
	const char *symbol_prefix;
	unsigned int threads;
	int cache;		/* enum kmt_index_cache_mode */
	int trie_order;		/* enum kmt_trie_order */
};

/* One run. */
struct kmt_index_run {
	struct kmt_env *env;
	const struct kmt_index_opts *opts;
	char *version, *dir;	/* DIR: of the tree, below the root */
	struct kmt_strv files;	/* named on the command line, absolute; owned */
	struct kmt_strbuf ksyms;
	struct kmt_root out_root; /* where the index files go: the root, or --output-root */
	struct kmt_fileset set;
	struct kmt_build_opts build_opts;
	struct kmt_build build;
	bool built;
	struct kmt_findings findings;
	char *fix;		/* the command that builds this index */
};

/* Opens and locks the output directory, before anything is read. */
int kmt_index_open_output(struct kmt_index_run *run, struct kmt_err *err);
/* Writes what was built. */
int kmt_index_write(struct kmt_index_run *run, struct kmt_err *err);
/* --dry-run: the files that are text, on stdout. */
void kmt_index_print(const struct kmt_index_run *run);

extern const struct kmt_column kmt_index_columns[];
/* What was found, as a table, lines or JSON on stdout. */
int kmt_index_print_findings(const struct kmt_index_run *run, const struct kmt_selection *sel,
	struct kmt_err *err);
/* The same as warnings, as far as they matter to who did not ask for them. */
void kmt_index_warn(const struct kmt_index_run *run);
/* --json: what was built, and whether it was written. */
void kmt_index_print_json(const struct kmt_index_run *run, bool written);
/* PARTLY if something of the tree had to be left out. */
int kmt_index_judge(const struct kmt_index_run *run, struct kmt_err *err);

#endif
