/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The modules that a plan comes to, and what all parts of the planner say about them. */
#include "load_priv.h"

#include <stdarg.h>

struct kmt_load_node *kmt_load_node_get(
	struct kmt_load *load, const char *name, const char *alias, const struct kmt_module *module)
{
	struct kmt_arena *arena = &load->plan->arena;
	const char *key = alias ? kmt_arena_printf(arena, "%s\\%s", name, alias) : name;
	struct kmt_load_node *node = kmt_map_get(&load->nodes, key);

	if (node)
		return node;
	node = KMT_ARENA_NEW(arena, struct kmt_load_node);
	node->name = kmt_arena_strdup(arena, name);
	node->alias = alias ? kmt_arena_strdup(arena, alias) : NULL;
	node->module = module;
	node->builtin = module && module->builtin;
	kmt_map_add(&load->nodes, alias ? key : node->name, node);
	kmt_vec_push(&load->all_nodes, node);
	return node;
}

struct kmt_load_node *kmt_load_node_of_match(struct kmt_load *load, const struct kmt_lookup_match *match)
{
	struct kmt_load_node *node =
		kmt_load_node_get(load, match->name, match->alias, match->module);

	if (match->stage == KMT_LOOKUP_BUILTIN || match->stage == KMT_LOOKUP_BUILTIN_ALIAS)
		node->builtin = true;
	if (match->stage == KMT_LOOKUP_COMMAND && !node->command)
		node->command = match->line;
	return node;
}

int kmt_load_lookup(
	struct kmt_load *load, const char *query, struct kmt_lookup *out, struct kmt_err *err)
{
	return load->req->no_config ? kmt_lookup_find_shipped(load->snap, query, out, err)
				    : kmt_lookup_find(load->snap, query, out, err);
}

const char *kmt_load_own(struct kmt_load *load, const char *s)
{
	return s ? kmt_arena_strdup(&load->plan->arena, s) : NULL;
}

void kmt_load_warn(struct kmt_load *load, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	kmt_vec_push(&load->plan->warnings, kmt_arena_vprintf(&load->plan->arena, fmt, ap));
	va_end(ap);
}
