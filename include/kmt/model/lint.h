/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Configuration lines that silently have no effect: one rule for each kind. Pure: works on a
 * snapshot, its settings, and what the caller found out about parameters and the initramfs image.
 *
 * A rule looks at what a person can change: the lines that a distribution ships in /usr/lib, and those of
 * the module tree, are written for many kernels and are left alone unless the rule says otherwise.
 */
#ifndef KMT_MODEL_LINT_H
#define KMT_MODEL_LINT_H

#include <stdbool.h>
#include <kmt/base/arena.h>
#include <kmt/base/err.h>
#include <kmt/base/vec.h>
#include <kmt/model/essentials.h>
#include <kmt/model/initramfs_diff.h>
#include <kmt/model/needs.h>
#include <kmt/model/settings.h>
#include <kmt/model/snapshot.h>

struct kmt_lint;

struct kmt_lint_rule {
	const char *id;	   /* "void-install": contract */
	const char *title; /* one line, no full stop */
	bool note;	   /* worth knowing, but nothing is wrong: no reason to fail */
	int (*run)(struct kmt_lint *lint, struct kmt_err *err);
};

extern const struct kmt_lint_rule kmt_lint_rules[]; /* ends with an all-zero entry */

struct kmt_lint_finding {
	const struct kmt_lint_rule *rule;
	struct kmt_origin origin;
	const char *module;	  /* NULL if it is about no single one */
	const char *message;
	const char *fix; /* NULL if nobody can do anything */
};

/* What has to be looked up elsewhere. Functions may be NULL: then their rules find nothing. */
struct kmt_lint_facts {
	/* Whether MODULE takes the parameter WORD ("name=value"): 0, or -EINVAL with what is wrong. */
	int (*check_param)(void *ctx, const char *module, const char *word, struct kmt_err *err);
	/* The value of a loaded module's parameter, appended to OUT; false if nobody can tell. */
	bool (*live)(void *ctx, const char *module, const char *param, struct kmt_strbuf *out);
	void *ctx;
	const struct kmt_initramfs_diff *diff; /* NULL: the image was not looked at */
	const struct kmt_needs *root; /* of the root filesystem, compared with the image; NULL: nobody looked */
	const struct kmt_essentials *essentials; /* for the next boot; NULL: nobody looked */
};

struct kmt_lint {
	KMT_VEC(struct kmt_lint_finding) rows; /* by file and line */
	const struct kmt_snapshot *snap;
	const struct kmt_settings *settings;
	const struct kmt_lint_facts *facts;
	const struct kmt_lint_rule *rule; /* the one that runs */
	size_t n_near; /* names that were compared with all others */
	struct kmt_arena arena;
};

/* SNAP as for kmt_settings_read(), which made SETTINGS. Strings live as long as these and OUT. FAILED for
 * a damaged index. */
int kmt_lint_run(const struct kmt_snapshot *snap, const struct kmt_settings *settings,
	const struct kmt_lint_facts *facts, struct kmt_lint *out, struct kmt_err *err);
void kmt_lint_free(struct kmt_lint *lint);

/* How many findings are more than notes. */
size_t kmt_lint_problems(const struct kmt_lint *lint);

#endif
