/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Options as tables: from argv to the structs that the tables describe, by getopt_long(3), and back to
 * words. Knows no option by name. Long options must be written out: an abbreviation that works today would
 * break a script as soon as a second option starts with the same letters.
 */
#ifndef KMT_BASE_SYNTAX_H
#define KMT_BASE_SYNTAX_H

#include <stdbool.h>
#include <stddef.h>
#include <kmt/base/arena.h>
#include <kmt/base/err.h>
#include <kmt/base/vec.h>

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
	KMT_COMPLETE_RELOAD_ARG, /* the same for loaded ones */
	KMT_COMPLETE_PARAMS_ARG, /* a module, then its parameters */
	KMT_COMPLETE_PROVIDED,	/* what a module may provide: filesystems, symbols ... */
	KMT_COMPLETE_DEVICE,
	KMT_COMPLETE_DEVICE_MODULE, /* devices, then modules */
	KMT_COMPLETE_BIND_ARG, /* a device, then a loaded module */
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
	const char *const *choices; /* NULL-terminated, for CHOICE; LIST: what completion offers */
	const char *help;	/* one line, no full stop */
	size_t offset;		/* into the struct that the table is for */
	unsigned int group;	/* options that only some commands obey: one bit of kmt_syntax.takes; or 0 */
};

/* What the command line of one command may hold. */
struct kmt_syntax {
	const char *name;	      /* NULL: options before the command's name */
	const char *operands;	      /* "NAME... [PARAM=VALUE...]": unless it starts with '[', one is
					 required; NULL: none are taken */
	const struct kmt_opt *opts;   /* ends with an all-zero entry; NULL if none */
	const struct kmt_opt *shared; /* the same for options that several commands have */
	unsigned int takes;	      /* groups of SHARED that the command obeys */
};

/*
 * Parses ARGV, which is permuted; ARGV[0] is the command's name. Options of the command go into OPTS, shared
 * ones into SHARED; bit I of *SEEN, which may be NULL, is set for option I of the shared table. *NEXT becomes
 * the index of the first operand. Returns 0 or a USAGE error. Strings point into ARGV.
 */
int kmt_syntax_parse(const struct kmt_syntax *syntax, int argc, char **argv, void *opts, void *shared,
	unsigned int *seen, int *next, struct kmt_err *err);
/* Refuses shared options that the command does not obey. */
int kmt_syntax_check_shared(const struct kmt_syntax *syntax, unsigned int seen, struct kmt_err *err);
/* Checks the number of operands. */
int kmt_syntax_check_operands(const struct kmt_syntax *syntax, int n, char **operands, struct kmt_err *err);

/* Frees the lists in OPTS. */
void kmt_syntax_free(const struct kmt_opt *table, void *opts);
/* Appends the words that would set OPTS as it is. They live in ARENA or in OPTS. */
void kmt_syntax_words(
	const struct kmt_opt *table, const void *opts, struct kmt_arena *arena, struct kmt_strv *out);

#endif
