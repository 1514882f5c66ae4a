/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What one kernel's modules have that another's have not: modules, parameters, aliases, dependencies,
 * firmware. Pure: compares two sides that somebody else has filled.
 */
#ifndef KMT_MODEL_TREEDIFF_H
#define KMT_MODEL_TREEDIFF_H

#include <stdbool.h>
#include <stddef.h>
#include <kmt/base/arena.h>
#include <kmt/base/map.h>
#include <kmt/base/vec.h>

struct kmt_treeparam {
	const char *name;
	const char *type;	/* "int"; NULL if not said */
};

struct kmt_treemod {
	const char *name;	/* normal form */
	const char *place;	/* below the tree: "kernel/fs/ext4/ext4.ko" */
	bool builtin;
	struct kmt_strv deps;	/* all hard dependencies */
	struct kmt_strv aliases; /* as in the index */
	KMT_VEC(struct kmt_treeparam) params;
	struct kmt_strv firmware;
};

struct kmt_treeside {
	KMT_VEC(struct kmt_treemod *) mods; /* sorted by name */
	struct kmt_map by_name;
	/* The module that answers to an alias pattern, also by a broader pattern; NULL: none. */
	const char *(*answer)(void *ctx, const char *pattern);
	void *ctx;
};

enum kmt_diff_kind {
	KMT_DIFF_MODULE,
	KMT_DIFF_PARAM,
	KMT_DIFF_ALIAS,
	KMT_DIFF_DEP,
	KMT_DIFF_FIRMWARE,
	KMT_DIFF_KINDS,
};

enum kmt_diff_change {
	KMT_DIFF_LOST,
	KMT_DIFF_GAINED,
	KMT_DIFF_RENAMED,	/* a module, all whose aliases others answer to */
	KMT_DIFF_BUILTIN,	/* a module that is part of the kernel image now */
	KMT_DIFF_MODULAR,	/* the other way round */
	KMT_DIFF_MOVED,		/* an alias: another module answers to it */
	KMT_DIFF_CHANGED,	/* a parameter: it has another type */
	KMT_DIFF_CHANGES,
};

struct kmt_diff_row {
	enum kmt_diff_kind kind;
	enum kmt_diff_change change;
	const char *module;
	const char *item;	/* the parameter, alias ...; the module itself */
	const char *before, *after; /* place or "built-in", type, module that answers; NULL: none */
	const struct kmt_treemod *mod; /* of the first side, else of the second */
};

struct kmt_treediff {
	KMT_VEC(struct kmt_diff_row) rows; /* by kind, then change, module, item */
	size_t before[KMT_DIFF_KINDS], after[KMT_DIFF_KINDS]; /* how many each side has */
	size_t counts[KMT_DIFF_KINDS][KMT_DIFF_CHANGES]; /* rows */
	/* Also those of modules that only one side has; what moved is in neither: before - lost + gained = after. */
	size_t lost[KMT_DIFF_KINDS], gained[KMT_DIFF_KINDS];
};

extern const char *const kmt_diff_kind_names[];	  /* "module", "param" ...; NULL-terminated */
extern const char *const kmt_diff_change_names[]; /* "lost", "gained" ... */

/* Adds MOD, which has name, place and builtin set, unless there is one of its name. Returns what is there. */
struct kmt_treemod *kmt_treeside_add(
	struct kmt_treeside *side, struct kmt_arena *arena, struct kmt_treemod mod);
/* To be called when all are added, before the comparison. */
void kmt_treeside_sort(struct kmt_treeside *side);
void kmt_treeside_free(struct kmt_treeside *side);

/* KINDS: bits of enum kmt_diff_kind. */
void kmt_treediff_compare(const struct kmt_treeside *a, const struct kmt_treeside *b, unsigned int kinds,
	struct kmt_treediff *out);
void kmt_treediff_free(struct kmt_treediff *d);

/* Whether a module comes from elsewhere than the kernel's own package: "updates", "extra" ...; the directory
 * of PLACE, in ARENA, or NULL. */
const char *kmt_treediff_outside(const char *place, struct kmt_arena *arena);

#endif
