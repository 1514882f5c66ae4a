/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table behind explain/explain: one entry for each way to fail, the more certain ones first. */
#ifndef KMT_EXPLAIN_RULES_H
#define KMT_EXPLAIN_RULES_H

#include <stdbool.h>
#include <kmt/base/pattern.h>
#include <kmt/explain/explain.h>

/*
 * CAUSE and NEXT are texts with {token}s (fill.c knows them; {1} is the first capture, {all} the first
 * captures of all lines that match). What stands in [...] goes when a token in it has no value.
 */
struct kmt_rule {
	const char *id;
	int errnum;	  /* 0: any */
	const char *line; /* a kernel line that must be there (base/pattern.h); NULL: none */
	/* More that must be so; CAP are the captures of the line. NULL: nothing. */
	bool (*when)(const struct kmt_failure *f, const struct kmt_capture *cap);
	const char *cause, *next;
	enum kmt_err_kind kind;
};

#define KMT_RULE(id_, errnum_, line_, when_, cause_, next_, kind_)                                 \
	{                                                                                          \
		.id = id_, .errnum = errnum_, .line = line_, .when = when_, .cause = cause_,       \
		.next = next_, .kind = kind_                                                       \
	}
#define FAILS(id, errnum, line, when, cause, next)                                                 \
	KMT_RULE(id, errnum, line, when, cause, next, KMT_ERR_FAILED)
/* A policy forbids it. */
#define REFUSES(id, errnum, line, when, cause, next)                                               \
	KMT_RULE(id, errnum, line, when, cause, next, KMT_ERR_REFUSED)

/* In rules_remove.c: the module's exit function still runs. */
bool kmt_rule_unloading(const struct kmt_failure *f, const struct kmt_capture *cap);

/* Each ends with an entry that always fits. */
extern const struct kmt_rule kmt_rules_insert[];
extern const struct kmt_rule kmt_rules_remove[];
extern const struct kmt_rule kmt_rules_run[];
extern const struct kmt_rule kmt_rules_setparam[];
extern const struct kmt_rule kmt_rules_bind[];

/* The rule that fits, with its captures. */
struct kmt_rule_match {
	const struct kmt_failure *failure;
	const struct kmt_rule *rule;
	struct kmt_capture cap[KMT_CAPTURES];
};

/* TEMPLATE with its tokens filled in; NULL for NULL. */
const char *kmt_rule_fill(
	const char *template, const struct kmt_rule_match *match, struct kmt_arena *arena);

/* The fact about the symbol that CAP names, or NULL. */
const struct kmt_symbol_fact *kmt_rule_symbol(
	const struct kmt_failure *f, const struct kmt_capture *cap);

#endif
