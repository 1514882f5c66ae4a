/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether an index needs to be built at all, told from names and times. */
#include <kmt/index/check.h>

#include <errno.h>
#include <string.h>

#include <kmt/base/map.h>
#include <kmt/sys/paths.h>

struct fresh {
	const struct kmt_build_opts *opts;
	char *dir;		/* of the tree */
	const char *out_dir;	/* of the index files, below OUT_ROOT */
	const struct kmt_root *out_root;
	int64_t oldest;		/* time of the oldest index file */
	struct kmt_arena *arena;
	const char **why;
	KMT_VEC(struct kmt_modfile *) files;
};

static bool tell(struct fresh *f, const char *path, const char *what)
{
	*f->why = kmt_arena_printf(f->arena, "%s %s", path, what);
	return false;
}

/* The older of both times: one of them may have been set by hand. */
static int64_t older_time(const struct kmt_filestamp *s)
{
	return s->mtime_ns < s->ctime_ns ? s->mtime_ns : s->ctime_ns;
}

static bool outputs_are_there(struct fresh *f)
{
	f->oldest = INT64_MAX;
	for (int i = 0; i < KMT_FILE_COUNT; i++) {
		const char *path = kmt_arena_printf(f->arena, "%s/%s", f->out_dir,
			kmt_index_file_name((enum kmt_index_file)i));
		struct kmt_filestamp stamp;
		struct stat st;

		if (kmt_root_lstat(f->out_root, path, &st) < 0 || !S_ISREG(st.st_mode))
			return tell(f, path, "is missing");
		kmt_filestamp_set(&stamp, &st);
		if (older_time(&stamp) < f->oldest)
			f->oldest = older_time(&stamp);
	}
	return true;
}

/* What changed in the same moment may have changed after it. */
static bool is_older(struct fresh *f, const char *path, const struct stat *st)
{
	struct kmt_filestamp stamp;

	kmt_filestamp_set(&stamp, st);
	if (stamp.mtime_ns < f->oldest && stamp.ctime_ns < f->oldest)
		return true;
	return tell(f, path, "has changed since");
}

/* A missing file has not changed; that it went away shows in the time of its directory. */
static bool path_is_older(struct fresh *f, const char *path)
{
	struct stat st;

	return kmt_root_stat(f->opts->root, path, &st) < 0 || is_older(f, path, &st);
}

static bool inputs_are_older(struct fresh *f, const struct kmt_depmodd *conf)
{
	static const char *const own[] = {
		"modules.order", "modules.builtin", "modules.builtin.modinfo"};
	static const char *const dirs[] = KMT_DEPMOD_D_DIRS;
	bool usual = !f->opts->config;

	for (size_t i = 0; i < KMT_ARRAY_SIZE(own); i++)
		if (!path_is_older(f, kmt_arena_printf(f->arena, "%s/%s", f->dir, own[i])))
			return false;
	for (size_t i = 0; usual && i < KMT_ARRAY_SIZE(dirs); i++)
		if (!path_is_older(f, dirs[i]))
			return false;
	for (size_t i = 0; !usual && i < f->opts->config->n; i++)
		if (!path_is_older(f, f->opts->config->v[i]))
			return false;
	for (size_t i = 0; i < conf->files.n; i++)
		if (!path_is_older(f, conf->files.v[i]))
			return false;
	return true;
}

static void add_file(void *ctx, struct kmt_modfile *file)
{
	struct fresh *f = ctx;

	kmt_vec_push(&f->files, file);
}

/* The modules that modules.dep lists: the part of each line before the colon. */
static int read_listed(struct fresh *f, struct kmt_strbuf *text, struct kmt_map *listed)
{
	const char *path = kmt_arena_printf(
		f->arena, "%s/%s", f->out_dir, kmt_index_file_name(KMT_FILE_DEP));
	char *line, *rest;
	int r = kmt_root_read(f->out_root, path, 0, text, NULL);

	if (r < 0 || !text->len)
		return r;
	for (line = strtok_r(text->s, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		char *colon = strchr(line, ':');

		if (!colon)
			return -EBADMSG;
		*colon = '\0';
		kmt_map_add(listed, line, line);
	}
	return 0;
}

static bool modules_are_older(struct fresh *f, const struct kmt_chosen *chosen)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;
	kmt_auto(kmt_map_free) struct kmt_map listed = {0};

	if (read_listed(f, &text, &listed) < 0)
		return tell(f, kmt_index_file_name(KMT_FILE_DEP), "cannot be read");
	for (size_t i = 0; i < chosen->modules.v.n; i++)
		if (!kmt_map_get(&listed, chosen->modules.v.v[i]->rel))
			return tell(f, chosen->modules.v.v[i]->path, "is not listed");
	if (listed.n != chosen->modules.v.n)
		return tell(f, kmt_index_file_name(KMT_FILE_DEP), "lists modules that are gone");
	/* Those that are not used may have become better ones. */
	for (size_t i = 0; i < f->files.n; i++) {
		const struct kmt_modfile *file = f->files.v[i];
		struct stat st;

		if (kmt_root_stat(f->opts->root, file->path, &st) < 0)
			return tell(f, file->path, "cannot be looked at");
		if (!is_older(f, file->path, &st))
			return false;
	}
	return true;
}

static bool tree_is_older(struct fresh *f, const struct kmt_depmodd *conf)
{
	struct kmt_tree tree = {
		.root = f->opts->root,
		.dir = f->dir,
		.conf = conf,
		.arena = f->arena,
		.found = add_file,
		.ctx = f,
	};
	struct kmt_chosen chosen = {0};
	bool fresh = false;

	if (kmt_tree_walk(&tree, NULL) < 0 || tree.skipped) {
		tell(f, f->dir, "holds something that cannot be listed");
	} else {
		kmt_tree_sort(f->files.v, f->files.n);
		kmt_choose(conf, f->files.v, f->files.n, &chosen);
		fresh = modules_are_older(f, &chosen);
	}
	kmt_chosen_free(&chosen);
	return fresh;
}

bool kmt_check_fresh(const struct kmt_build_opts *opts, const char *out_dir, const struct kmt_root *out_root,
	struct kmt_arena *arena, const char **why)
{
	struct fresh f = {
		.opts = opts, .out_dir = out_dir, .out_root = out_root, .arena = arena, .why = why};
	struct kmt_depmodd conf = {0};
	bool fresh;

	*why = "";
	if (kmt_build_opts_dir(opts, &f.dir, NULL) < 0)
		return false;
	fresh = outputs_are_there(&f) &&
		!kmt_depmodd_read(&conf, opts->root, opts->version, opts->config, NULL, NULL) &&
		inputs_are_older(&f, &conf) && tree_is_older(&f, &conf);
	kmt_depmodd_free(&conf);
	kmt_vec_free(&f.files);
	free(f.dir);
	return fresh;
}
