/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The lines of modprobe.d by what they are for: names are hashed, patterns by what comes before their first
 * wildcard, so that a question about one module does not look at every line. Pure.
 */
#ifndef KMT_MODEL_CONFINDEX_H
#define KMT_MODEL_CONFINDEX_H

#include <stdbool.h>
#include <kmt/base/map.h>
#include <kmt/source/modprobed.h>

struct kmt_confindex_entry {
	const struct kmt_conf_line *line;
	struct kmt_confindex_entry *next; /* the next line of this directive with the same text */
};

struct kmt_conf_linev {
	KMT_VEC(const struct kmt_conf_line *) rows;
};

/* All zero is an index of no lines. */
struct kmt_confindex {
	struct kmt_map exact[KMT_CONF_DIRECTIVES]; /* what stands behind the directive -> its lines */
	struct kmt_map aliases;			   /* the module of an alias line -> these lines */
	struct kmt_map patterns[KMT_CONF_DIRECTIVES]; /* what comes before the wildcard -> these lines */
	size_t longest[KMT_CONF_DIRECTIVES];	      /* of these keys */
	struct kmt_arena arena;
};

/* CONF outlives OUT and does not change. */
void kmt_confindex_build(const struct kmt_conf *conf, struct kmt_confindex *out);
void kmt_confindex_free(struct kmt_confindex *index);

/* Whether NAME has characters of fnmatch(3). */
bool kmt_conf_is_pattern(const char *name);
/* Whether a pattern of an alias, install, remove, softdep or weakdep line matches NAME. */
bool kmt_conf_matches(const char *pattern, const char *name);

/* The first line of KIND that matches NAME; NULL if there is none. Blacklist and options lines take no
 * patterns. SHIPPED_ONLY: as if there were only those of the module tree. */
const struct kmt_conf_line *kmt_confindex_first(const struct kmt_confindex *index, enum kmt_conf_kind kind,
	const char *name, bool shipped_only);
/* Appends all of them, in their order. */
void kmt_confindex_match(const struct kmt_confindex *index, enum kmt_conf_kind kind, const char *name,
	struct kmt_conf_linev *out);

/* The first line of KIND whose pattern is spelt TEXT; NULL if there is none. */
const struct kmt_confindex_entry *kmt_confindex_spelt(
	const struct kmt_confindex *index, enum kmt_conf_kind kind, const char *text);
/* Likewise the alias lines that stand for MODULE. */
const struct kmt_confindex_entry *kmt_confindex_aliases(
	const struct kmt_confindex *index, const char *module);

/* Appends the lines about module NAME, in their order: its name or a pattern that matches it, the module of
 * an alias; and options for ALIAS, if that is not NULL. */
void kmt_confindex_about(const struct kmt_confindex *index, const char *name, const char *alias,
	struct kmt_conf_linev *out);
/* The same question about one line. */
bool kmt_conf_line_is_about(const struct kmt_conf_line *line, const char *name);

#endif
