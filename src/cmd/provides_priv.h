/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rows and columns of `kmtool provides`. */
#ifndef KMT_CMD_PROVIDES_H
#define KMT_CMD_PROVIDES_H

#include <kmt/base/arena.h>
#include <kmt/model/exports.h>
#include <kmt/model/lookup.h>
#include <kmt/out/rows.h>

struct kmt_provides_row {
	const char *query;	/* the operand */
	const char *alias;	/* what the kernel would ask for */
	const char *symbol;	/* the same without "symbol:"; NULL if it is something else */
	size_t order;		/* from 1: modprobe tries the first one first */
	const char *name;
	const struct kmt_module *module; /* NULL: in no index, or the kernel image */
	bool builtin;
	const char *pattern;	/* what matched */
	struct kmt_origin source; /* the index file, or the line of configuration */
	const char *note;	/* what would keep modprobe from loading it */
	bool export_read;
	struct kmt_export terms;
	bool users_read;
	struct kmt_strv users;
};

struct kmt_provides {
	struct kmt_snapshot *snap;
	struct kmt_arena arena;
	KMT_VEC(struct kmt_provides_row *) rows;
	/* Read when the first symbol is asked for that no module has. */
	struct kmt_kernel_exports kernel;
	bool kernel_read;
};

/* Appends a row for everything that answers to QUERY: none is not an error. */
int kmt_provides_add(struct kmt_provides *p, const char *query, struct kmt_err *err);
void kmt_provides_free(struct kmt_provides *p);

/* NOT_FOUND for QUERY, with what is spelt nearly the same as the hint. */
int kmt_provides_not_found(struct kmt_provides *p, const char *query, struct kmt_err *err);

extern const struct kmt_column kmt_provides_columns[]; /* context: struct kmt_provides */

#endif
