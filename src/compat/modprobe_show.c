/* SPDX-License-Identifier: GPL-2.0-or-later */
/* modprobe -c, --show-modversions and --show-exports. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <kmt/base/alloc.h>
#include <kmt/source/kofile.h>

#include "modprobe_priv.h"

static void print_words(const char *label, const struct kmt_strv *words)
{
	if (words->n)
		printf(" %s", label);
	for (size_t i = 0; i < words->n; i++)
		printf(" %s", words->v[i]);
}

static void print_line(const struct kmt_conf_line *line)
{
	printf("%s %s", kmt_conf_kind_name(line->kind), line->pattern);
	if (line->kind == KMT_CONF_SOFTDEP) {
		print_words("pre:", &line->deps->pre);
		print_words("post:", &line->deps->post);
		if (!line->deps->pre.n && !line->deps->post.n)
			putchar(' ');
	} else if (line->kind != KMT_CONF_BLACKLIST) {
		printf(" %s", line->value);
	}
	putchar('\n');
}

static void print_cmdline(const struct kmt_cmdline *cmdline, enum kmt_conf_kind kind)
{
	const struct kmt_cmdline_option *option;

	for (size_t i = 0; kind == KMT_CONF_BLACKLIST && i < cmdline->modprobe_blacklist.n; i++)
		printf("blacklist %s\n", cmdline->modprobe_blacklist.v[i]);
	if (kind == KMT_CONF_OPTIONS)
		kmt_vec_foreach(option, &cmdline->options)
			printf("options %s %s\n", option->module, option->param);
}

static void print_index(const struct kmt_modprobe *m, enum kmt_index_kind kind)
{
	struct kmt_index_matches keys = {0};
	const struct kmt_index_match *row;

	if (m->tree.snap.has_tree)
		kmt_modindex_keys(&m->tree.snap.index, kind, &keys, NULL);
	kmt_vec_foreach(row, &keys.rows)
		printf("alias %s %s\n", row->pattern, row->module);
	kmt_vec_free(&keys.rows);
}

static void show_config(const struct kmt_modprobe *m)
{
	static const enum kmt_conf_kind order[] = {KMT_CONF_BLACKLIST, KMT_CONF_INSTALL, KMT_CONF_REMOVE,
		KMT_CONF_ALIAS, KMT_CONF_OPTIONS, KMT_CONF_SOFTDEP, KMT_CONF_WEAKDEP};
	const struct kmt_snapshot *snap = &m->tree.snap;
	const struct kmt_conf_line *line;

	for (size_t i = 0; i < KMT_ARRAY_SIZE(order); i++) {
		kmt_vec_foreach(line, &snap->conf.lines)
			if (line->kind == order[i])
				print_line(line);
		print_cmdline(&snap->cmdline, order[i]);
	}
	puts("\n# End of configuration files. Dumping indexes now:\n");
	print_index(m, KMT_INDEX_ALIAS);
	print_index(m, KMT_INDEX_SYMBOLS);
}

struct printer {
	enum kmt_ko_name kind;
	size_t n;
};

static void print_symbol(void *ctx, enum kmt_ko_name kind, const char *name, size_t len, uint32_t crc)
{
	struct printer *p = ctx;

	if (kind != p->kind)
		return;
	printf("0x%08x\t%s\n", crc, name);
	p->n++;
}

/* The file of a module; NULL: it has none. The caller frees it. */
static char *file_of(struct kmt_modprobe *m, const char *name)
{
	struct kmt_lookup found = {0};
	char *path = NULL;

	if (strchr(name, '/') && !access(name, F_OK))
		return realpath(name, NULL);
	kmt_modprobe_lookup(m, name, &found);
	if (found.rows.n && found.rows.v[0].module && !found.rows.v[0].module->builtin)
		path = kmt_root_outside(&m->tree.root, found.rows.v[0].module->path);
	kmt_lookup_free(&found);
	return path;
}

/* What a module, by its name or file, needs (or with EXPORTS has). */
static int show_symbols(struct kmt_modprobe *m, const char *name, bool exports)
{
	kmt_autofree char *path = file_of(m, name);
	struct printer p = {.kind = exports ? KMT_KO_NAME_EXPORT : KMT_KO_NAME_VERSION};
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;
	struct kmt_kofile *ko;
	int r;

	if (!path) {
		kmt_tool_say(m->env, LOG_CRIT, "Module %s not found.", name);
		return -ENOENT;
	}
	ko = kmt_kofile_new();
	r = kmt_kofile_open(ko, &m->env->host, path, &err);
	if (!r && exports)
		r = kmt_kofile_names(ko, true, print_symbol, &p, &err);
	else if (!r)
		r = kmt_kofile_versions(ko, print_symbol, &p, &err);
	if (!r && !p.n)
		r = exports ? -ENOENT : -ENODATA;
	if (r)
		kmt_tool_say(m->env, LOG_CRIT, "could not get symbols of %s: %s", name, strerror(-r));
	kmt_kofile_free(ko);
	return r;
}

int kmt_modprobe_show(struct kmt_modprobe *m)
{
	if (!m->opts->config)
		return show_symbols(m, m->env->argv[0], m->opts->exports);
	show_config(m);
	return 0;
}
