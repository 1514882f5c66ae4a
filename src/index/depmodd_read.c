/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/index/depmodd.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <kmt/base/map.h>
#include <kmt/base/strbuf.h>
#include <kmt/sys/paths.h>

/* The files to read, before they are sorted. */
struct collect {
	const struct kmt_root *root;
	struct kmt_depmodd *conf;
	struct kmt_map by_name; /* base name -> path */
};

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static void add_file(struct collect *c, const char *path)
{
	const char *own = kmt_arena_strdup(&c->conf->arena, path);

	if (!kmt_map_add(&c->by_name, base_name(own), (void *)own))
		kmt_vec_push(&c->conf->files, own);
}

static bool is_conf_name(const char *name)
{
	size_t n = strlen(name);

	return *name != '.' && n > strlen(".conf") && !strcmp(name + n - strlen(".conf"), ".conf");
}

static int add_dir(struct collect *c, const char *dir)
{
	struct kmt_strv names = {0};
	int r = kmt_root_list(c->root, dir, &names);

	if (r < 0)
		return r;
	for (size_t i = 0; i < names.n; i++) {
		kmt_autofree char *path = kmt_asprintf("%s/%s", dir, names.v[i]);

		if (is_conf_name(names.v[i]))
			add_file(c, path);
	}
	kmt_root_list_free(&names);
	return 0;
}

static int add_named(struct collect *c, const struct kmt_strv *paths, struct kmt_err *err)
{
	for (size_t i = 0; i < paths->n; i++) {
		const char *path = paths->v[i];
		struct stat st;
		int r = kmt_root_stat(c->root, path, &st);

		if (!r && S_ISDIR(st.st_mode))
			r = add_dir(c, path);
		else if (!r)
			add_file(c, path);
		if (r < 0)
			return kmt_err_errno(err, -r, "%s%s", c->root->path, path);
	}
	return 0;
}

static void add_usual(struct collect *c)
{
	static const char *const dirs[] = KMT_DEPMOD_D_DIRS;

	for (size_t i = 0; i < KMT_ARRAY_SIZE(dirs); i++)
		add_dir(c, dirs[i]); /* most machines have only one of them */
}

static int compare_base_names(const void *a, const void *b)
{
	return strcmp(base_name(*(const char *const *)a), base_name(*(const char *const *)b));
}

/* A file that cannot be read is told and left out: depmod does the same. */
static void read_files(struct kmt_depmodd *conf, const struct kmt_root *root, const char *version,
	struct kmt_diag *diag)
{
	for (size_t i = 0; i < conf->files.n; i++) {
		kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;
		kmt_autoerr struct kmt_err err = KMT_ERR_INIT;

		if (kmt_root_read(root, conf->files.v[i], 0, &text, &err) < 0)
			kmt_diag_add(diag, NULL, "%s", err.msg);
		else if (text.len)
			kmt_depmodd_parse(conf, conf->files.v[i], text.s, text.len, version, diag);
	}
}

int kmt_depmodd_read(struct kmt_depmodd *conf, const struct kmt_root *root, const char *version,
	const struct kmt_strv *paths, struct kmt_diag *diag, struct kmt_err *err)
{
	struct collect c = {.root = root, .conf = conf};
	int r = 0;

	if (paths && paths->n)
		r = add_named(&c, paths, err);
	else
		add_usual(&c);
	kmt_map_free(&c.by_name);
	if (r < 0)
		return r;
	if (conf->files.n)
		qsort(conf->files.v, conf->files.n, sizeof(*conf->files.v), compare_base_names);
	read_files(conf, root, version, diag);
	kmt_depmodd_finish(conf);
	return 0;
}
