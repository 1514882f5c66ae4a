/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the editing commands share: which file is meant, what a plan of WRITE steps does to the fate of all
 * lines, and when a change takes effect.
 */
#ifndef KMT_CMD_CONFIG_PLAN_H
#define KMT_CMD_CONFIG_PLAN_H

#include <kmt/model/settings.h>

#include "change.h"

/* The path of a modprobe.d file: NAME, as a path or as a name in /etc/modprobe.d; NULL: OWN there. USAGE for
 * what modprobe would not read. Lives in ARENA. */
int kmt_config_file(const char *name, const char *own, struct kmt_arena *arena, const char **path,
	struct kmt_err *err);

/*
 * Compares the configuration as c->plan leaves it with that of c->snap. REFUSED if a line that the plan adds
 * would have no effect (unless ANYWAY: then it is a warning of the plan). Other lines that lose or get their
 * effect by it become warnings of the plan.
 */
int kmt_config_judge_plan(struct kmt_change *c, bool anyway, struct kmt_err *err);

/* Adds sentences about when a change for module NAME (normal form) takes effect: at its next load; and where
 * an initramfs has the module. */
void kmt_config_effects(struct kmt_change *c, const char *name, struct kmt_strv *effects);
/* Only about the initramfs. */
void kmt_config_effects_initramfs(struct kmt_change *c, const char *name, struct kmt_strv *effects);

/* Parameters of a module in modprobe.d. */
struct kmt_option_edit {
	const char *module;	/* normal form */
	bool builtin;
	const struct kmt_strv *set, *unset; /* "PARAM=VALUE"; "PARAM" */
	const char *file;	/* as for kmt_config_file(); NULL: our own */
};

/* Adds the WRITE step to c->plan, after making sure that the values would be the ones that count. REFUSED
 * else. */
int kmt_config_plan_options(
	struct kmt_change *c, const struct kmt_option_edit *edit, struct kmt_strv *effects, struct kmt_err *err);

#endif
