/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * modprobe -r NAME, in the order of kmod: soft dependencies after it, holders, the module, what it needed and
 * nobody uses any more (one pass over modules.dep's line, the deepest first), soft dependencies before it.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <kmt/base/alloc.h>

#include "modprobe_priv.h"

/* Soft dependencies of each other: a dry run removes nothing that would end them. */
#define MAX_DEPTH 100
/* Naps between two tries grow from the first to the longest. */
#define FIRST_NAP_MS 2u
#define LONGEST_NAP_MS 1024u

struct removal {
	struct kmt_modprobe *m;
	bool named;		/* on the command line: its holders go too, a built-in is an error */
	unsigned int depth;
};

static int remove_now(struct kmt_modprobe *m, const char *name)
{
	unsigned int left = m->wait_ms, nap = FIRST_NAP_MS;
	int r = kmt_tool_remove(m->env, name, m->opts->force);

	while ((r == -EAGAIN || r == -EBUSY) && left) {
		nap = nap < left ? nap : left;
		m->env->kernel->ops->sleep_ms(m->env->kernel, nap);
		left -= nap;
		nap = 2 * nap < LONGEST_NAP_MS ? 2 * nap : LONGEST_NAP_MS;
		r = kmt_tool_remove(m->env, name, m->opts->force);
	}
	return r;
}

/* REQUIRED: that it cannot be removed is worth a message. */
static int remove_module(struct kmt_modprobe *m, const char *name, bool required)
{
	int r;

	if (m->show)
		printf("rmmod %s\n", name);
	r = m->dry_run ? 0 : remove_now(m, name);
	if (r == -ENOENT) /* somebody else did it meanwhile */
		r = 0;
	if (r && required)
		kmt_tool_say(m->env, LOG_ERR, "could not remove '%s': %s", name, strerror(-r));
	return r;
}

static int remove_match(const struct removal *rm, const struct kmt_lookup_match *match);

/* The soft dependencies NAMES, the last one first: errors do not count. */
static void remove_softdeps(const struct removal *rm, const struct kmt_strv *names)
{
	const struct removal inner = {.m = rm->m, .depth = rm->depth + 1};

	for (size_t i = names->n; inner.depth < MAX_DEPTH && i-- > 0;) {
		struct kmt_lookup found = {0};

		kmt_modprobe_lookup(rm->m, names->v[i], &found);
		for (size_t j = found.rows.n; j-- > 0;)
			remove_match(&inner, &found.rows.v[j]);
		kmt_lookup_free(&found);
	}
}

static int remove_holders(const struct removal *rm, const char *name)
{
	const struct removal inner = {.m = rm->m, .depth = rm->depth + 1};
	struct kmt_strv holders = {0};
	int r = 0;

	kmt_tool_holders(rm->m->env, name, &holders);
	for (size_t i = holders.n; !r && inner.depth < MAX_DEPTH && i-- > 0;)
		r = remove_match(&inner, &(struct kmt_lookup_match){.name = holders.v[i],
						 .module = kmt_modindex_find(&rm->m->tree.snap.index, holders.v[i])});
	kmt_root_list_free(&holders);
	return r;
}

static void remove_unused_deps(struct kmt_modprobe *m, const struct kmt_module *module)
{
	for (size_t i = module && !module->builtin ? module->n_deps : 0; i-- > 0;)
		if (kmt_tool_refs(m->env, module->deps[i]->name) == 0)
			remove_module(m, module->deps[i]->name, false);
}

/* Whether there is anything to do. Sets *R if not. */
static bool is_removable(const struct removal *rm, const char *name, int *r)
{
	struct kmt_modprobe *m = rm->m;
	bool builtin, in_kernel = kmt_modprobe_in_kernel(m, name, &builtin);

	*r = 0;
	if (builtin && rm->named) {
		kmt_tool_say(m->env, m->complaint, "Module %s is builtin.", name);
		*r = -ENOENT;
	} else if (!in_kernel && kmt_tool_state(m->env, name) == KMT_TOOL_ABSENT && m->opts->first_time) {
		kmt_tool_say(m->env, m->complaint, "Module %s is not in kernel.", name);
		*r = -ENOENT;
	}
	return !builtin && kmt_tool_state(m->env, name) != KMT_TOOL_ABSENT;
}

static int remove_itself(struct kmt_modprobe *m, const struct kmt_lookup_match *match)
{
	int r;

	if (!m->ignore_loaded && !m->wait_ms && kmt_tool_refs(m->env, match->name) > 0) {
		kmt_tool_say(m->env, m->complaint, "Module %s is in use.", match->name);
		return -EBUSY;
	}
	r = remove_module(m, match->name, true);
	if (!r)
		remove_unused_deps(m, match->module);
	return r;
}

static const struct kmt_conf_line *remove_line(
	const struct kmt_modprobe *m, const struct kmt_lookup_match *match)
{
	if (match->line && match->line->kind == KMT_CONF_REMOVE)
		return match->line;
	return kmt_confindex_first(&m->tree.snap.lines, KMT_CONF_REMOVE, match->name, false);
}

static int remove_match(const struct removal *rm, const struct kmt_lookup_match *match)
{
	struct kmt_modprobe *m = rm->m;
	bool bare = m->opts->ignore_commands;
	const struct kmt_conf_line *command = bare ? NULL : remove_line(m, match),
		*softdep = bare ? NULL : kmt_confindex_first(&m->tree.snap.lines, KMT_CONF_SOFTDEP, match->name, false);
	int r = 0;

	if (!command && !m->ignore_loaded && !is_removable(rm, match->name, &r))
		return r;
	if (softdep)
		remove_softdeps(rm, &softdep->deps->post);
	if (m->opts->holders && rm->named)
		r = remove_holders(rm, match->name);
	if (!r)
		r = command ? kmt_modprobe_command(m, "remove", command->value, match->name, "")
			    : remove_itself(m, match);
	if (!r && softdep)
		remove_softdeps(rm, &softdep->deps->pre);
	return r;
}

int kmt_modprobe_remove(struct kmt_modprobe *m, const char *name)
{
	const struct removal rm = {.m = m, .named = true};
	struct kmt_lookup found = {0};
	int r = kmt_modprobe_lookup(m, name, &found);

	if (r < 0 || !found.rows.n) {
		kmt_tool_say(m->env, m->complaint, "Module %s not found.", name);
		r = -ENOENT;
	}
	for (size_t i = 0; !r && i < found.rows.n; i++)
		r = remove_match(&rm, &found.rows.v[i]);
	kmt_lookup_free(&found);
	return r;
}
