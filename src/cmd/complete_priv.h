/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What src/cmd/complete.c found out about a command line, for those who offer candidates. */
#ifndef KMT_CMD_COMPLETE_H
#define KMT_CMD_COMPLETE_H

#include <kmt/cmd/cmd.h>

struct kmt_completion {
	const struct kmt_cmd *cmd; /* NULL: the command name is not there yet */
	const char *root, *kernel; /* of --root and --kernel */
	struct kmt_strv operands;  /* before the word that is completed */
	const struct kmt_opt
		*wants;     /* the option whose value is completed; NULL: an operand or option */
	bool only_operands; /* after "--" */
	const char *prefix; /* stands before each candidate: "--output=", "name,size," */
	const char *word;   /* what candidates must begin with */
};

/* Prints "PREFIX CANDIDATE \t DESCRIPTION" if CANDIDATE begins with the word. */
void kmt_complete_offer(
	const struct kmt_completion *c, const char *candidate, const char *description);

/* In a list, "name,size,ST", the last is completed: moves past the first DONE bytes of the word or past its
 * last comma, so that candidates are offered behind them. Returns the prefix, which the caller frees when
 * all are offered. */
char *kmt_complete_list(struct kmt_completion *c, size_t done);

/* Offers what belongs to CLASS: modules, parameters, kernels, columns. Reads the machine; what
 * cannot be read is not offered. */
void kmt_complete_class(struct kmt_completion *c, enum kmt_comp_class class);

#endif
