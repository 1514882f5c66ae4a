/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the parts of modprobe share. */
#ifndef KMT_COMPAT_MODPROBE_PRIV_H
#define KMT_COMPAT_MODPROBE_PRIV_H

#include <kmt/model/lookup.h>

#include "kernel_priv.h"
#include "tree_priv.h"

struct kmt_modprobe_opts {
	bool all, remove, holders, first_time, ignore_commands, use_blacklist;
	bool force, force_modversion, force_vermagic;
	bool resolve, depends, dry_run;
	bool config, modversions, exports;
	const char *wait, *root, *version;
	struct kmt_strv places; /* -C */
};

struct kmt_modprobe {
	struct kmt_tool_env *env;
	const struct kmt_modprobe_opts *opts;
	struct kmt_tool_tree tree;
	bool dry_run, show;	/* do nothing; print what is done, or would be */
	bool ignore_loaded;	/* as if nothing were loaded */
	unsigned int wait_ms;	/* -w */
	const char *file;	/* named on the command line: not one of the tree; NULL */
	int complaint;		/* how bad it is that a name cannot be had: LOG_CRIT, with -a LOG_WARNING */
};

/* Whether the kernel has it: it is live, or built in. */
bool kmt_modprobe_in_kernel(const struct kmt_modprobe *m, const char *name, bool *builtin);
/* What answers to NAME, in the order of modprobe; 0 or -errno. The caller frees OUT. */
int kmt_modprobe_lookup(struct kmt_modprobe *m, const char *name, struct kmt_lookup *out);
/* Runs the command of an install or remove (KIND) LINE of module NAME, with PARAMS for $CMDLINE_OPTS.
 * -EINVAL if it fails. */
int kmt_modprobe_command(struct kmt_modprobe *m, const char *kind, const char *line, const char *name,
	const char *params);

/* Loads what answers to NAME, or the file of that path, with PARAMS. */
int kmt_modprobe_load(struct kmt_modprobe *m, const char *name, const struct kmt_strv *params);
int kmt_modprobe_remove(struct kmt_modprobe *m, const char *name);
/* -c, --show-modversions and --show-exports. */
int kmt_modprobe_show(struct kmt_modprobe *m);

#endif
