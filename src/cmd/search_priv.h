/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parts of `kmtool search`: what is found, first in the index, then in module files, and its output. */
#ifndef KMT_CMD_SEARCH_H
#define KMT_CMD_SEARCH_H

#include <kmt/base/arena.h>
#include <kmt/base/map.h>
#include <kmt/cmd/cmd.h>
#include <kmt/model/textsearch.h>
#include <kmt/model/snapshot.h>
#include <kmt/out/rows.h>

/* What matched in one field of a module. */
struct kmt_search_hit {
	enum kmt_field field;
	const char *text;
	uint32_t mask;	/* the texts that are in it */
	size_t n;	/* how many values of this field matched */
};

enum kmt_found {
	KMT_FOUND_IN_TREE,	/* of the index */
	KMT_FOUND_BUILTIN,
	KMT_FOUND_LOADED_ONLY,	/* loaded, but in no index */
	KMT_FOUND_UNINDEXED,	/* a file that the index does not know */
	KMT_FOUND_SHADOWED,	/* a file with the name of one that it knows */
};

struct kmt_search_module {
	const char *name;
	const char *path;	/* NULL: no file */
	enum kmt_found where;
	uint32_t mask;		/* of all hits */
	bool told;		/* its hits so far are in the output */
	KMT_VEC(struct kmt_search_hit) hits;
};

/* A line of output. */
struct kmt_search_row {
	const struct kmt_search_module *module;
	struct kmt_search_hit hit;
};

struct kmt_search_output {
	struct kmt_env *env;
	const struct kmt_selection *sel;
	const struct kmt_snapshot *snap;
	bool keep;		/* all rows have to be there before the first is printed */
	size_t n;		/* rows in all */
	struct kmt_rows_parts parts;
	KMT_VEC(const void *) rows; /* not yet printed */
	struct kmt_arena arena;
	struct kmt_err *err;
	int result;		/* the first failure of printing */
};

struct kmt_search_run {
	struct kmt_env *env;
	struct kmt_diag *diag;
	struct kmt_textsearch query;
	bool every;		/* each value that matches, not one of each field */
	unsigned int threads;
	const struct kmt_snapshot *snap;
	bool alias_from_files;	/* the alias index cannot be read */
	KMT_VEC(struct kmt_search_module *) modules; /* what the index knows, sorted by name */
	struct kmt_map by_name;	/* those of the tree and built-in ones */
	struct kmt_arena arena;
	struct kmt_search_output out;
	size_t n_files, n_bad;	/* module files; those that could not be read */
};

/* Fills run->modules with what the index files and the running kernel tell, and tells what is found. An index
 * that cannot be read is a warning. */
void kmt_search_index(struct kmt_search_run *run);
/* Then reads module files and tells what is found as it goes. */
int kmt_search_files(struct kmt_search_run *run, struct kmt_err *err);

extern const struct kmt_column kmt_search_columns[]; /* rows: struct kmt_search_row; context: the snapshot */

/* Puts the hits of M to the output. */
void kmt_search_tell(struct kmt_search_output *out, const struct kmt_search_module *m);
/* Prints what can be printed now; LAST: everything. False if it is of no use to go on. */
bool kmt_search_flush(struct kmt_search_output *out, bool last);

#endif
