/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KMT_CMD_DEPS_H
#define KMT_CMD_DEPS_H

#include <kmt/out/deps.h>

/* The tree as a graph for Graphviz. */
void kmt_deps_dot(const struct kmt_deps_tree *tree, FILE *out);

#endif
