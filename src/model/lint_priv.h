/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rules of kmt_lint_rules, and what they share. Private to src/model/lint*.c. */
#ifndef KMT_MODEL_LINT_PRIV_H
#define KMT_MODEL_LINT_PRIV_H

#include <kmt/model/lint.h>

/* One finding of the rule that runs. MODULE may be NULL. The caller sets .fix of what is returned. */
struct kmt_lint_finding *kmt_lint_add(struct kmt_lint *lint, const struct kmt_origin *origin,
	const char *module, const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* What to do about NAME, which is in no index: "did you mean X?". */
const char *kmt_lint_near(struct kmt_lint *lint, const char *name, size_t max);

/* The '#' that somebody meant to begin a comment in the rest of a line; NULL if there is none. */
const char *kmt_lint_comment_in(const char *value);
/* kmt_param_word_next() up to there. *S begins as VALUE. */
bool kmt_lint_word_next(const char *value, const char **s, struct kmt_param_word *word);

enum kmt_lint_known { KMT_LINT_NOWHERE, KMT_LINT_MODULE, KMT_LINT_BUILTIN, KMT_LINT_OTHER };
/* What NAME is: a module, a built-in, an alias or a command (OTHER), or nothing. */
int kmt_lint_known(struct kmt_lint *lint, const char *name, enum kmt_lint_known *known, struct kmt_err *err);

/* lint_lines.c: how lines are written and which of them count. */
bool kmt_lint_has_label(const char *word); /* "pre:NAME": nothing that a softdep line can name */
int kmt_lint_comment(struct kmt_lint *lint, struct kmt_err *err);
int kmt_lint_trailing_comment(struct kmt_lint *lint, struct kmt_err *err);
int kmt_lint_bad_line(struct kmt_lint *lint, struct kmt_err *err);
int kmt_lint_carriage_return(struct kmt_lint *lint, struct kmt_err *err);
int kmt_lint_extra_words(struct kmt_lint *lint, struct kmt_err *err);
int kmt_lint_masked_file(struct kmt_lint *lint, struct kmt_err *err);
int kmt_lint_shadowed_same(struct kmt_lint *lint, struct kmt_err *err);
int kmt_lint_not_conf(struct kmt_lint *lint, struct kmt_err *err);
int kmt_lint_shadowed(struct kmt_lint *lint, struct kmt_err *err);
int kmt_lint_after_softdep(struct kmt_lint *lint, struct kmt_err *err);
int kmt_lint_void_install(struct kmt_lint *lint, struct kmt_err *err);
int kmt_lint_empty_softdep(struct kmt_lint *lint, struct kmt_err *err);
int kmt_lint_duplicate(struct kmt_lint *lint, struct kmt_err *err);
int kmt_lint_overridden(struct kmt_lint *lint, struct kmt_err *err);
int kmt_lint_options_pattern(struct kmt_lint *lint, struct kmt_err *err);
/* lint_names.c: modules and parameters. */
int kmt_lint_unknown_module(struct kmt_lint *lint, struct kmt_err *err);
int kmt_lint_bad_parameter(struct kmt_lint *lint, struct kmt_err *err);
int kmt_lint_builtin_options(struct kmt_lint *lint, struct kmt_err *err);
int kmt_lint_builtin_block(struct kmt_lint *lint, struct kmt_err *err);
int kmt_lint_weak_blacklist(struct kmt_lint *lint, struct kmt_err *err);
int kmt_lint_alias_off(struct kmt_lint *lint, struct kmt_err *err);
int kmt_lint_cmdline_dash(struct kmt_lint *lint, struct kmt_err *err);
/* lint_boot.c: what is loaded when, and from where. */
int kmt_lint_boot_name(struct kmt_lint *lint, struct kmt_err *err);
int kmt_lint_boot_builtin(struct kmt_lint *lint, struct kmt_err *err);
int kmt_lint_boot_blacklisted(struct kmt_lint *lint, struct kmt_err *err);
int kmt_lint_essential_block(struct kmt_lint *lint, struct kmt_err *err);
int kmt_lint_late_options(struct kmt_lint *lint, struct kmt_err *err);
int kmt_lint_initramfs_config(struct kmt_lint *lint, struct kmt_err *err);
int kmt_lint_initramfs_module(struct kmt_lint *lint, struct kmt_err *err);
int kmt_lint_initramfs_root(struct kmt_lint *lint, struct kmt_err *err);

#endif
