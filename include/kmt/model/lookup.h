/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From what a person or the kernel asks for (name, alias, symbol:x) to modules, in libkmod's stages: the
 * first stage with a hit ends the search. Pure.
 */
#ifndef KMT_MODEL_LOOKUP_H
#define KMT_MODEL_LOOKUP_H

#include <kmt/base/err.h>
#include <kmt/base/vec.h>
#include <kmt/model/snapshot.h>

enum kmt_lookup_stage {
	KMT_LOOKUP_CONFIG_ALIAS, /* an alias line of modprobe.d */
	KMT_LOOKUP_NAME,	 /* a module of modules.dep */
	KMT_LOOKUP_SYMBOL,	 /* modules.symbols, for "symbol:NAME" */
	KMT_LOOKUP_COMMAND,	 /* an install or remove line for a name that is not a module */
	KMT_LOOKUP_ALIAS,	 /* modules.alias */
	KMT_LOOKUP_BUILTIN,	 /* modules.builtin */
	KMT_LOOKUP_BUILTIN_ALIAS, /* modules.builtin.alias */
};

struct kmt_lookup_match {
	const char *name;	/* normal form */
	const struct kmt_module *module; /* file or built-in; NULL if the name is in no index */
	enum kmt_lookup_stage stage;
	const char *pattern;	/* the alias pattern that matched; NULL if the name itself did */
	const char *alias;	/* what options lines may name instead of the module: the pattern of the
				   alias line, else the query; NULL if the name itself matched */
	const struct kmt_conf_line *line; /* the alias, install or remove line; NULL for index files */
	const struct kmt_conf_line *off; /* kmt_lookup_find_claims(): "alias QUERY off"; NULL else */
};

struct kmt_lookup {
	KMT_VEC(struct kmt_lookup_match) rows; /* in the order modprobe would try them */
	const struct kmt_conf_line *off; /* "alias QUERY off": nothing but other alias lines answers; or NULL */
};

/* Appends what answers to QUERY, in any spelling. No match is not an error: no rows. Errors: FAILED for a
 * corrupt index (a missing one is a warning in snap->diag), USAGE for a name that none can have. Strings
 * live as long as the snapshot. */
int kmt_lookup_find(const struct kmt_snapshot *snap, const char *query, struct kmt_lookup *out,
	struct kmt_err *err);
/* The same as if modprobe.d was empty. */
int kmt_lookup_find_shipped(const struct kmt_snapshot *snap, const char *query, struct kmt_lookup *out,
	struct kmt_err *err);
/* What would answer if no line switched the query off; that line is in each row. */
int kmt_lookup_find_claims(const struct kmt_snapshot *snap, const char *query, struct kmt_lookup *out,
	struct kmt_err *err);
/* For questions about modules: a module's own name finds it even if it is switched off. Nothing found is an
 * error: NOT_FOUND or REFUSED. */
int kmt_lookup_find_module(const struct kmt_snapshot *snap, const char *query, struct kmt_lookup *out,
	struct kmt_err *err);
void kmt_lookup_free(struct kmt_lookup *l);

const char *kmt_lookup_stage_name(enum kmt_lookup_stage stage); /* "alias line", "modules.alias" ... */

/* Appends the names nearest to NAME among modules and built-ins, best first, at most MAX; for "did you
 * mean". Strings live as long as the snapshot. */
void kmt_lookup_near(const struct kmt_snapshot *snap, const char *name, size_t max, struct kmt_strv *out);
/* The same among NAMES. */
void kmt_lookup_nearest(
	const struct kmt_strv *names, const char *name, size_t max, struct kmt_strv *out);
/* "did you mean A, B or C?" as the hint of ERR; nothing if there are no names. */
void kmt_lookup_hint(const struct kmt_strv *near, struct kmt_err *err);
/* For FOUND without rows: REFUSED if NAME is switched off, else as kmt_lookup_not_found(). */
int kmt_lookup_none(const struct kmt_snapshot *snap, const char *name, const struct kmt_lookup *found,
	struct kmt_err *err);
/* NOT_FOUND for NAME, with the near names in the hint. Returns -ENOENT. */
int kmt_lookup_not_found(const struct kmt_snapshot *snap, const char *name, struct kmt_err *err);

#endif
