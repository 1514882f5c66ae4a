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
#include <kmt/base/syntax.h>
#include <kmt/base/vec.h>
#include <kmt/out/text.h>
#include <kmt/sys/kernel.h>
#include <kmt/sys/root.h>

/*
 * Global options mean something to some commands only. A command names the groups that it obeys in
 * kmt_cmd.takes; any other is refused, shown in no help page and offered by no shell. Options of group 0
 * (--help, --version, --quiet, --verbose, --color) are always accepted.
 */
#define KMT_TAKES_ROOT (1u << 0)    /* --root */
#define KMT_TAKES_KERNEL (1u << 1)  /* --kernel */
#define KMT_TAKES_JSON (1u << 2)    /* --json */
#define KMT_TAKES_RAW (1u << 3)	    /* --raw */
#define KMT_TAKES_TABLE (1u << 4)   /* --no-headings, --output, --list-columns, --sort: needs columns */
#define KMT_TAKES_DRY_RUN (1u << 5) /* --dry-run */
#define KMT_TAKES_ASCII (1u << 6)   /* --ascii */
#define KMT_TAKES_SORT (1u << 7)    /* --sort alone */
#define KMT_TAKES_MACHINE (KMT_TAKES_ROOT | KMT_TAKES_KERNEL)
#define KMT_TAKES_ROWS (KMT_TAKES_JSON | KMT_TAKES_RAW | KMT_TAKES_TABLE | KMT_TAKES_ASCII)

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
	struct kmt_style style;	/* of stdout */
	struct kmt_root root;
	struct kmt_kernel kernel;
	struct kmt_diag diag;
	const struct kmt_cmd *const *cmds; /* all there are: kmt_cmds */
	bool has_document;	/* a JSON document was printed: kmt_cmd_print_document() */
	const struct kmt_cmd *cmd;
	int argc;		/* operands */
	char **argv;
};

struct kmt_column; /* out/rows.h */

/* What a command is for: `kmtool help` lists them in this order. */
enum kmt_cmd_group {
	KMT_CMD_LOOK,
	KMT_CMD_JUDGE,
	KMT_CMD_CHANGE,
	KMT_CMD_BUILD,
	KMT_CMD_OTHER,
	KMT_CMD_GROUPS,
};

struct kmt_cmd {
	const char *name;
	const char *summary;	/* one line */
	enum kmt_cmd_group group;
	const char *operands;	/* "NAME... [PARAM=VALUE...]": unless it starts with '[', one is required;
				   NULL: none are taken */
	enum kmt_comp_class complete; /* of operands */
	const struct kmt_opt *opts; /* ends with an all-zero entry; NULL if none */
	size_t opts_size;	/* of the options struct */
	const struct kmt_column *columns; /* ends with an all-zero entry; NULL if it prints no table */
	/*
	 * A command of several verbs ("config list"): NULL-terminated entries of the same kind, named
	 * "COMMAND VERB", each with its own options, operands, columns and run; the first is meant when none
	 * is named. The command itself then has neither options nor run; takes is what any verb takes.
	 */
	const struct kmt_cmd *const *verbs;
	bool bare; /* a first operand that is no verb is one of the first verb */
	const char *const *examples; /* NULL-terminated: "command line", "what it does" pairs */
	unsigned int takes;	/* KMT_TAKES_ bits: the global options that it obeys */
	bool hidden;		/* for the completion stubs: not in help and man pages */
	bool in_main_page;	/* described in kmtool(8), has no man page of its own */
	/*
	 * Returns the exit status (0 to 5), or -errno with ERR filled: then its kind becomes the status.
	 * A filled ERR is printed in either case. Prints to stdout only: main.c prints env->diag, the
	 * error and its hint, flushes stdout and checks that everything was written.
	 */
	int (*run)(struct kmt_env *env, const void *opts, struct kmt_err *err);
};

extern const struct kmt_cmd *const kmt_cmds[]; /* NULL-terminated, in the order of `kmtool help` */
/* The command of that name among CMDS; NULL if there is none. */
const struct kmt_cmd *kmt_cmd_find(const struct kmt_cmd *const *cmds, const char *name);
/* The USAGE error for a name that kmt_cmd_find() does not know, with the nearest name. Returns -EINVAL. */
int kmt_cmd_unknown(const struct kmt_cmd *const *cmds, const char *name, struct kmt_err *err);

/* The verb that WORD names; NULL if there is none. */
const struct kmt_cmd *kmt_cmd_verb(const struct kmt_cmd *cmd, const char *word);
/* What a person types for a verb: its name without the command's. */
const char *kmt_cmd_verb_name(const struct kmt_cmd *verb);
/* The USAGE error for a word that kmt_cmd_verb() does not know. Returns -EINVAL. */
int kmt_cmd_unknown_verb(const struct kmt_cmd *cmd, const char *word, struct kmt_err *err);

/* Global options as a table, shared by parser, help, completion and man-page test. */
extern const struct kmt_opt kmt_global_opts[];

/* From an error kind to the exit status (0 for NONE): the only place that knows. */
int kmt_exit_status(const struct kmt_err *err);

#endif
