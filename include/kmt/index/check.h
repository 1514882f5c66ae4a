/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is wrong with a module tree and with its index files: compared with what a build of now would
 * write, byte for byte or, for tries, entry for entry. Reads, changes nothing.
 */
#ifndef KMT_INDEX_CHECK_H
#define KMT_INDEX_CHECK_H

#include <stdbool.h>
#include <kmt/base/arena.h>
#include <kmt/base/vec.h>
#include <kmt/index/build.h>

enum kmt_finding_kind {
	KMT_FINDING_UNREADABLE,	/* a file or name in the tree that cannot be used */
	KMT_FINDING_AMBIGUOUS,	/* files with one module name, and nothing but the order of paths decides */
	KMT_FINDING_SHADOWED,	/* ... and depmod.d decides */
	KMT_FINDING_CYCLE,	/* modules that need each other */
	KMT_FINDING_BEREFT,	/* a module that needs one of a cycle */
	KMT_FINDING_SYMBOL,	/* a needed symbol that nobody exports */
	KMT_FINDING_VERSION,	/* a needed symbol that is exported with another CRC */
	KMT_FINDING_MISSING,	/* an index file is not there */
	KMT_FINDING_CORRUPT,	/* an index file cannot be read, or is damaged */
	KMT_FINDING_STALE,	/* an index file says something else than the tree */
	KMT_FINDING_INTERRUPTED, /* an update of the index files was interrupted */
	KMT_FINDING_KINDS,
};

struct kmt_finding {
	enum kmt_finding_kind kind;
	const char *object;	/* a path as seen from outside, or a module name */
	const char *detail;	/* what about it */
	const char *fix;	/* the next step; NULL if there is none to name */
};

/* Strings live in the arena: findings outlast the build. */
struct kmt_findings {
	KMT_VEC(struct kmt_finding) v;
	struct kmt_arena arena;
};

/* "stale" ...: a contract, in --raw and JSON. */
const char *kmt_finding_name(enum kmt_finding_kind kind);
/* Whether it is a problem; others are only worth knowing. */
bool kmt_finding_is_problem(enum kmt_finding_kind kind);

/* What the build itself found: unreadable to version above. */
void kmt_check_build(const struct kmt_build *b, const struct kmt_root *root, struct kmt_findings *out);

/* Compares the index files in DIR below ROOT with those of the build. FIX is the command that builds them. */
void kmt_check_files(const struct kmt_build *b, const struct kmt_root *root, const char *dir,
	const char *fix, struct kmt_findings *out);

void kmt_findings_free(struct kmt_findings *f);

/*
 * Whether the index files are newer than everything that they are made of: the same modules as in the
 * tree, nothing in it and nothing of the configuration changed since (modification or status change, so
 * that a file moved in with its old time counts). Opens no module. *WHY becomes the first thing that is
 * newer or missing, in ARENA.
 */
bool kmt_check_fresh(const struct kmt_build_opts *opts, const char *out_dir, const struct kmt_root *out_root,
	struct kmt_arena *arena, const char **why);

#endif
