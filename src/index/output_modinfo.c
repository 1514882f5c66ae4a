/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What .modinfo says: modules.alias and its trie, modules.softdep, modules.weakdep, modules.devname. */
#include "output_priv.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <kmt/base/name.h>
#include <kmt/source/modinfo.h>

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

/* A line of modules.softdep or modules.weakdep. */
static void add_line(struct kmt_output_job *job, const struct kmt_modfile *f, enum kmt_index_file file,
	const char *key, const char *value)
{
	if (kmt_output_fits(job, f->name, key, value))
		kmt_output_line(&job->out->files[file], key, f->name, value);
}

static void add_module(struct kmt_output_job *job, const struct kmt_modfile *f, uint32_t module,
	struct kmt_trie_writer *trie, struct kmt_arena *arena)
{
	const char *p = f->modinfo, *end = p + f->modinfo_n;
	struct kmt_modinfo_field field;
	struct node node = {0};

	while (kmt_modinfo_next(&p, end, &field)) {
		if (kmt_modinfo_is(&field, "alias")) {
			add_alias(job, f, module, field.value, trie, arena);
			/* The first name and numbers that are found together count. */
			if (!node.name || !node.type)
				read_node_alias(field.value, &node);
		} else if (kmt_modinfo_is(&field, "softdep")) {
			add_line(job, f, KMT_FILE_SOFTDEP, "softdep", field.value);
		} else if (kmt_modinfo_is(&field, "weakdep")) {
			add_line(job, f, KMT_FILE_WEAKDEP, "weakdep", field.value);
		}
	}
	if (node.name)
		add_node(job, f->name, &node);
}

void kmt_output_modinfo(struct kmt_output_job *job)
{
	const struct kmt_modules *modules = job->out->modules;
	struct kmt_strbuf *files = job->out->files;
	struct kmt_trie_writer trie = {0};
	struct kmt_arena arena = {0};

	kmt_strbuf_addstr(&files[KMT_FILE_ALIAS], "# Aliases extracted from modules themselves.\n");
	kmt_strbuf_addstr(
		&files[KMT_FILE_SOFTDEP], "# Soft dependencies extracted from modules themselves.\n");
	kmt_strbuf_addstr(
		&files[KMT_FILE_WEAKDEP], "# Weak dependencies extracted from modules themselves.\n");
	for (uint32_t m = 0; m < modules->v.n; m++)
		add_module(job, modules->v.v[m], m, &trie, &arena);
	kmt_output_trie(job, &trie, KMT_FILE_ALIAS_BIN);
	kmt_arena_free(&arena);
}
