/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command lines of the commands of cmd.h, by base/syntax. */
#ifndef KMT_CMD_OPT_H
#define KMT_CMD_OPT_H

#include <stdbool.h>
#include <kmt/base/err.h>
#include <kmt/cmd/cmd.h>

/* Which global options were given: bit I is kmt_global_opts[I]. */
struct kmt_opt_seen {
	unsigned int bits;
};

/*
 * Parses the global options before the command name. *NEXT becomes the index of the command name, or
 * ARGC if there is none. Returns 0 or a USAGE error. Strings point into ARGV.
 */
int kmt_opt_parse_globals(int argc, char **argv, struct kmt_globals *g, struct kmt_opt_seen *seen,
	int *next, struct kmt_err *err);

/*
 * Parses what follows the command name (ARGV[0]): its own options into OPTS (zeroed, cmd->opts_size
 * bytes, may be NULL for a command without options), global ones into G. ARGV is permuted; *NEXT is the
 * index of the first operand. Refuses global options that the command does not obey, those in SEEN too.
 */
int kmt_opt_parse(const struct kmt_cmd *cmd, int argc, char **argv, struct kmt_globals *g,
	struct kmt_opt_seen *seen, void *opts, int *next, struct kmt_err *err);

/* Checks the number of operands against cmd->operands. */
int kmt_opt_check_operands(const struct kmt_cmd *cmd, int n, char **operands, struct kmt_err *err);

/* The words of an option that takes several of CHOICES, with commas between them: bit I of *BITS is
 * CHOICES[I]. USAGE, with OPTION's name, for any other. */
int kmt_opt_words(const char *option, const struct kmt_strv *given, const char *const *choices,
	unsigned int *bits, struct kmt_err *err);

/* USAGE if the value of --threads is more than base/ordered takes. */
int kmt_opt_check_threads(unsigned int n, struct kmt_err *err);
/* --all, or N names. */
int kmt_opt_check_names(bool all, int n, struct kmt_err *err);

/* Frees the lists in OPTS. */
void kmt_opt_free(const struct kmt_cmd *cmd, void *opts);

/* Whether the command obeys this option of kmt_global_opts. */
bool kmt_opt_applies(const struct kmt_cmd *cmd, const struct kmt_opt *global);

#endif
