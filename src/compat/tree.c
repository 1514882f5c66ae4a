/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tree_priv.h"

#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

#include <kmt/base/alloc.h>
#include <kmt/base/escape.h>
#include <kmt/base/strbuf.h>
#include <kmt/sys/paths.h>

#define PREFIX "libkmod: ERROR: kmod_config_parse: "

void kmt_tool_tree_open_index(
	const struct kmt_tool_env *env, const struct kmt_tool_tree_place *place, struct kmt_tool_tree *tree)
{
	struct kmt_snapshot *snap = &tree->snap;
	kmt_autofree char *root =
		place->root ? kmt_path_absolute(place->root) : kmt_root_outside(&env->host, "/");
	struct utsname uts;

	*tree = (struct kmt_tool_tree){.root = {.fd = -1}};
	kmt_snapshot_init(snap, &tree->root, &tree->diag);
	snap->running = !place->version;
	snap->version = kmt_strdup(place->version ? place->version : uname(&uts) ? "" : uts.release);
	snap->has_tree =
		!kmt_root_open(&tree->root, root, NULL) &&
		!kmt_modindex_open(&snap->index, &tree->root, snap->version, true, &tree->diag, NULL);
	if (!tree->root.path)
		tree->root.path = kmt_strdup(strcmp(root, "/") ? root : "");
	if (snap->has_tree)
		tree->dir = kmt_root_outside(&tree->root, snap->index.dir);
	else
		tree->dir = kmt_asprintf("%s" KMT_MODULE_DIRECTORY "/%s", tree->root.path, snap->version);
}

/* Before -q can hide it, and in the words that scripts know from kmod. */
static void report_line(const struct kmt_conf_line *line)
{
	kmt_autostrbuf struct kmt_strbuf word = KMT_STRBUF_INIT;
	const char *text = line->value + strspn(line->value, " \t");

	kmt_escape_text(&word, text, strcspn(text, " \t"));
	if (!strcmp(kmt_strbuf_str(&word), "include") || !strcmp(kmt_strbuf_str(&word), "config"))
		fprintf(stderr, PREFIX "%s: command %s is deprecated and not parsed anymore\n", line->origin.file,
			word.s);
	else
		fprintf(stderr, PREFIX "%s line %u: ignoring bad line starting with '%s'\n", line->origin.file,
			line->origin.line, kmt_strbuf_str(&word));
}

static void read_config(
	struct kmt_tool_env *env, const struct kmt_tool_tree_place *place, struct kmt_tool_tree *tree)
{
	static const char *const dirs[] = KMT_MODPROBE_D_DIRS;
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;
	struct kmt_snapshot *snap = &tree->snap;
	const struct kmt_conf_line *line;
	/* As seen from the host. */
	const char *dir = place->root ? tree->dir : snap->index.dir;
	struct kmt_strv places = {0};

	for (size_t i = 0; place->config && i < place->config->n; i++)
		kmt_vec_push(&places, kmt_path_absolute(place->config->v[i]));
	kmt_modprobed_read_places(&env->host, places.n ? places.v : dirs,
		places.n ? places.n : KMT_ARRAY_SIZE(dirs), snap->has_tree ? dir : NULL, &snap->conf, &tree->diag);
	kmt_root_list_free(&places);
	kmt_vec_foreach(line, &snap->conf.lines)
		if (line->kind == KMT_CONF_WRONG)
			report_line(line);
	kmt_confindex_build(&snap->conf, &snap->lines);
	if (!kmt_root_read(&env->host, KMT_PATH_PROC_CMDLINE, 0, &text, NULL))
		kmt_cmdline_parse(kmt_strbuf_str(&text), text.len, snap->texts, &snap->cmdline);
}

void kmt_tool_tree_open(
	struct kmt_tool_env *env, const struct kmt_tool_tree_place *place, struct kmt_tool_tree *tree)
{
	kmt_tool_tree_open_index(env, place, tree);
	read_config(env, place, tree);
}

void kmt_tool_tree_close(struct kmt_tool_tree *tree)
{
	kmt_snapshot_free(&tree->snap);
	kmt_root_close(&tree->root);
	kmt_diag_clear(&tree->diag);
	free(tree->dir);
}

char *kmt_tool_tree_path(const struct kmt_tool_tree *tree, const struct kmt_module *m)
{
	return kmt_root_outside(&tree->root, m->path);
}
