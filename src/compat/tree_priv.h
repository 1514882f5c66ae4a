/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What kmod calls a context: the module tree below -d of kernel -S, and the configuration of the host,
 * whatever -d says. Reads only.
 */
#ifndef KMT_COMPAT_TREE_PRIV_H
#define KMT_COMPAT_TREE_PRIV_H

#include <kmt/model/snapshot.h>

#include "tool_priv.h"

struct kmt_tool_tree_place {
	const char *root;	/* -d, -b; NULL: "/" */
	const char *version;	/* -S, -k; NULL: that of the running kernel */
	const struct kmt_strv *config; /* -C: files and directories; NULL or empty: the usual directories */
};

struct kmt_tool_tree {
	struct kmt_root root;
	struct kmt_diag diag;
	struct kmt_snapshot snap; /* with TREE, where there is one, and CONFIG; not with LOADED */
	char *dir;		/* ROOT/lib/modules/VERSION, for messages */
};

/* A tree that is missing or damaged is no error: nothing is found in it then. Lines of the configuration that
 * cannot be read are reported on stderr, in libkmod's words. */
void kmt_tool_tree_open(
	struct kmt_tool_env *env, const struct kmt_tool_tree_place *place, struct kmt_tool_tree *tree);
/* The same without the configuration. */
void kmt_tool_tree_open_index(
	const struct kmt_tool_env *env, const struct kmt_tool_tree_place *place, struct kmt_tool_tree *tree);
void kmt_tool_tree_close(struct kmt_tool_tree *tree);

/* The file of a module as seen from the host. The caller frees it. */
char *kmt_tool_tree_path(const struct kmt_tool_tree *tree, const struct kmt_module *m);

#endif
