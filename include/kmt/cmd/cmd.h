/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A command is one file in src/cmd and one const entry in src/cmd/table.c. Its option table is read by
 * the parser, by --help, by `kmtool __complete` and by the test that compares the man page with it.
 */
#ifndef KMT_CMD_CMD_H
#define KMT_CMD_CMD_H

#include <stdbool.h>
#include <stddef.h>
#include <kmt/base/diag.h>
#include <kmt/base/err.h>
#include <kmt/base/vec.h>
#include <kmt/sys/kernel.h>
#include <kmt/sys/root.h>

enum kmt_opt_kind {
	KMT_OPT_FLAG,	/* bool */
	KMT_OPT_STRING, /* const char * */
	KMT_OPT_UINT,	/* unsigned int */
	KMT_OPT_CHOICE, /* int: index into choices */
	KMT_OPT_LIST,	/* struct kmt_strv: may be given several times */
};

/* What the shell offers for an operand or an option's value. */
enum kmt_comp_class {
	KMT_COMPLETE_NONE,
	KMT_COMPLETE_MODULE,	/* every module of the tree */
	KMT_COMPLETE_LOADED,	/* loaded ones */
	KMT_COMPLETE_AVAILABLE, /* of the tree, not loaded */
	KMT_COMPLETE_LOAD_ARG,	/* available modules, then parameters of the first */
	KMT_COMPLETE_KERNEL,
	KMT_COMPLETE_DIR,
	KMT_COMPLETE_FILE,
	KMT_COMPLETE_COLUMN,	/* of the command's column table */
	KMT_COMPLETE_COMMAND,
	KMT_COMPLETE_CHOICE,	/* the option's choices */
	KMT_COMPLETE_FIELD,	/* modinfo keys */
};

struct kmt_opt {
	const char *long_name;
	char short_name;	/* 0 if none */
	enum kmt_opt_kind kind;
	const char *metavar;	/* "DIR"; NULL for flags */
	enum kmt_comp_class complete;
	const char *const *choices; /* NULL-terminated, for CHOICE */
	const char *help;	/* one line, no full stop */
	size_t offset;		/* into the options struct of the command (or of the globals) */
};

enum kmt_color { KMT_COLOR_AUTO, KMT_COLOR_ALWAYS, KMT_COLOR_NEVER };

/* Global options, accepted before and after the command name. */
struct kmt_globals {
	const char *root;
	const char *kernel;
	bool json;
	bool raw;
	bool no_headings;
	const char *output;	/* -o COL,COL or +COL */
	bool list_columns;
	const char *sort;
	bool dry_run;
	bool quiet;
	bool verbose;
	int color;		/* enum kmt_color */
	bool ascii;
	bool help;
	bool version;
};

/* What every command gets: built by main.c, replaced by fakes in tests. */
struct kmt_env {
	struct kmt_globals g;
	struct kmt_root root;
	struct kmt_kernel kernel;
	struct kmt_diag diag;
	const struct kmt_cmd *cmd;
	int argc;		/* operands */
	char **argv;
};

struct kmt_column; /* out/rows.h */

struct kmt_cmd {
	const char *name;
	const char *summary;	/* one line */
	const char *operands;	/* "NAME... [PARAM=VALUE...]" */
	enum kmt_comp_class complete; /* of operands */
	const struct kmt_opt *opts; /* ends with an all-zero entry; NULL if none */
	size_t opts_size;	/* of the options struct */
	const struct kmt_column *columns; /* ends with an all-zero entry; NULL if it prints no table */
	const char *const *examples; /* NULL-terminated: "command line", "what it does" pairs */
	bool hidden;
	/* Returns the exit status 0 or 1 to 5; ERR is filled for anything that main.c should print. */
	int (*run)(struct kmt_env *env, const void *opts, struct kmt_err *err);
};

extern const struct kmt_cmd *const kmt_cmds[]; /* NULL-terminated, in the order of `kmtool help` */
const struct kmt_cmd *kmt_cmd_find(const char *name);

/* Global options as a table, shared by parser, help, completion and man-page test. */
extern const struct kmt_opt kmt_global_opts[];

/* From an error kind to the exit status (0 for NONE). */
int kmt_exit_status(const struct kmt_err *err);

#endif
