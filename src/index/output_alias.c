/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What .modinfo says: modules.alias and its trie, modules.softdep, modules.weakdep, modules.devname. */
#include "output_priv.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <kmt/base/name.h>

#define DEVNAME "devname:"

static void add_alias(struct kmt_output_job *job, const struct kmt_modfile *f, uint32_t module,
	const char *alias, struct kmt_trie_writer *trie, struct kmt_arena *arena)
{
	char key[KMT_ALIAS_MAX];
	int r;

	if (!kmt_output_key_fits(job, f->name, "alias", alias))
		return;
	kmt_output_line(&job->out->files[KMT_FILE_ALIAS], "alias", alias, f->name);
	job->out->n_aliases++;
	r = kmt_alias_normalize(alias, key, sizeof(key));
	if (r < 0)
		kmt_diag_add(&job->diag, NULL, "module %s: alias '%s' can never match: %s", f->name,
			alias, r == -EINVAL ? "unmatched bracket" : "too long");
	else
		kmt_trie_add(trie, kmt_arena_strdup(arena, key), f->name, strlen(f->name), module);
}

void kmt_output_alias(struct kmt_output_job *job)
{
	static const char *const key = "alias";
	const struct kmt_modules *modules = job->out->modules;
	struct kmt_trie_writer trie = {0};
	struct kmt_arena arena = {0};

	kmt_strbuf_addstr(&job->out->files[KMT_FILE_ALIAS],
		"# Aliases extracted from modules themselves.\n");
	for (uint32_t m = 0; m < modules->v.n; m++) {
		const struct kmt_modfile *f = modules->v.v[m];
		const char *p = f->modinfo, *value;
		size_t found;

		while ((value = kmt_output_next_field(&p, f->modinfo + f->modinfo_n, &key, 1, &found)))
			add_alias(job, f, m, value, &trie, &arena);
	}
	kmt_output_trie(job, &trie, KMT_FILE_ALIAS_BIN);
	kmt_arena_free(&arena);
}

/* What a module says about its device node: a name in one alias, numbers in another. */
struct node {
	const char *name;
	char type;		/* 'c' or 'b'; 0 if not yet known */
	unsigned int major, minor;
};

static void read_node_alias(const char *alias, struct node *node)
{
	unsigned int major, minor;

	switch (*alias) {
	case 'd':
		if (!strncmp(alias, DEVNAME, strlen(DEVNAME)))
			node->name = alias + strlen(DEVNAME);
		break;
	case 'c':
		if (sscanf(alias, "char-major-%u-%u", &major, &minor) == 2)
			*node = (struct node){node->name, 'c', major, minor};
		break;
	case 'b':
		if (sscanf(alias, "block-major-%u-%u", &major, &minor) == 2)
			*node = (struct node){node->name, 'b', major, minor};
		break;
	}
}

static void add_node(struct kmt_output_job *job, const char *module, const struct node *node)
{
	struct kmt_strbuf *text = &job->out->files[KMT_FILE_DEVNAME];

	if (!node->type) {
		kmt_output_skip(job, module, "devname", node->name,
			"no alias tells major and minor number");
		return;
	}
	if (!kmt_output_fits(job, module, "devname", node->name))
		return;
	if (!text->len)
		kmt_strbuf_addstr(text, "# Device nodes to trigger on-demand module loading.\n");
	kmt_strbuf_addf(text, "%s %s %c%u:%u\n", module, node->name, node->type, node->major,
		node->minor);
}

enum soft_key { SOFT_ALIAS, SOFT_SOFTDEP, SOFT_WEAKDEP, SOFT_KEYS };

static void add_soft(struct kmt_output_job *job, const struct kmt_modfile *f)
{
	static const char *const keys[SOFT_KEYS] = {"alias", "softdep", "weakdep"};
	const char *p = f->modinfo, *value;
	struct node node = {0};
	size_t key;

	while ((value = kmt_output_next_field(
			&p, f->modinfo + f->modinfo_n, keys, SOFT_KEYS, &key))) {
		if (key != SOFT_ALIAS) {
			enum kmt_index_file file =
				key == SOFT_SOFTDEP ? KMT_FILE_SOFTDEP : KMT_FILE_WEAKDEP;

			if (kmt_output_fits(job, f->name, keys[key], value))
				kmt_output_line(&job->out->files[file], keys[key], f->name, value);
		} else if (!node.name || !node.type) {
			/* The first name and numbers that are found together count. */
			read_node_alias(value, &node);
		}
	}
	if (node.name)
		add_node(job, f->name, &node);
}

void kmt_output_soft(struct kmt_output_job *job)
{
	const struct kmt_modules *modules = job->out->modules;

	kmt_strbuf_addstr(&job->out->files[KMT_FILE_SOFTDEP],
		"# Soft dependencies extracted from modules themselves.\n");
	kmt_strbuf_addstr(&job->out->files[KMT_FILE_WEAKDEP],
		"# Weak dependencies extracted from modules themselves.\n");
	for (uint32_t m = 0; m < modules->v.n; m++)
		add_soft(job, modules->v.v[m]);
}
