/* SPDX-License-Identifier: GPL-2.0-or-later */
/* depmod: the index files of a module tree, by index/. */
#include "tools_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <kmt/base/map.h>
#include <kmt/base/name.h>
#include <kmt/index/build.h>
#include <kmt/index/check.h>
#include <kmt/sys/fileset.h>

/* Several times what the largest tree takes. */
#define LOCK_WAIT_MS 60000u
#define READ_SIZE ((size_t)64 << 10)

struct options {
	bool all, quick, errsyms, show, warn, unresolved, quiet, root, map;
	const char *basedir, *moduledir, *outdir, *symvers, *filesyms, *prefix;
	struct kmt_strv config;
};

/* One run. */
struct run {
	struct kmt_tool_env *env;
	const struct options *opts;
	char *dir, *out_dir;
	struct kmt_strv config, files;
	struct kmt_strbuf ksyms;
	struct kmt_build_opts build_opts;
	struct kmt_build build;
	struct kmt_diag diag;
};

static bool is_version(const char *s)
{
	unsigned int major, minor;

	return sscanf(s, "%u.%u", &major, &minor) == 2;
}

static char *tree_below(const char *root, const char *moduledir, const char *version)
{
	return kmt_asprintf("%s%s%s/%s", root, *moduledir == '/' ? "" : "/", moduledir, version);
}

/* Which kernel, and where its tree is. */
static int find_tree(struct run *run, char **version)
{
	const struct options *o = run->opts;
	const char *moduledir = o->moduledir ? o->moduledir : KMT_MODULE_DIRECTORY;
	kmt_autofree char *base = o->basedir ? kmt_path_absolute(o->basedir) : kmt_strdup("");
	kmt_autofree char *out = o->outdir ? kmt_path_absolute(o->outdir) : kmt_strdup(base);
	struct utsname un;

	if (run->env->argc && !is_version(run->env->argv[0])) {
		kmt_tool_say(run->env, LOG_ERR, "Bad version passed %s", run->env->argv[0]);
		return -EINVAL;
	}
	*version = kmt_strdup(run->env->argc ? run->env->argv[0] : uname(&un) ? "" : un.release);
	run->dir = tree_below(base, moduledir, *version);
	run->out_dir = tree_below(out, moduledir, *version);
	return 0;
}

/* Those that are missing are passed over, as kmod does. */
static void find_config(struct run *run)
{
	for (size_t i = 0; i < run->opts->config.n; i++) {
		kmt_autofree char *path = kmt_path_absolute(run->opts->config.v[i]);
		struct stat st;

		if (!kmt_root_stat(&run->env->host, path, &st) && (S_ISREG(st.st_mode) || S_ISDIR(st.st_mode)))
			kmt_vec_push(&run->config, kmt_take(path));
	}
}

static int find_files(struct run *run)
{
	for (int i = 1; i < run->env->argc; i++) {
		const char *path = run->env->argv[i];
		struct stat st;
		int r;

		if (*path != '/') {
			kmt_tool_say(run->env, LOG_CRIT, "%s: not absolute path.", path);
			return -EINVAL;
		}
		r = kmt_root_stat(&run->env->host, path, &st);
		if (r < 0) {
			kmt_tool_say(run->env, LOG_CRIT, "could not create module %s: %s", path, strerror(-r));
			return r;
		}
		kmt_vec_push(&run->files, path);
	}
	return 0;
}

/* Also of what is no regular file: a shell may give a pipe. */
static int read_any(const struct kmt_root *root, const char *path, struct kmt_strbuf *out)
{
	kmt_autoclose int fd = kmt_root_openat(root, path, O_RDONLY);
	ssize_t n;

	if (fd < 0)
		return fd;
	do {
		kmt_strbuf_reserve(out, READ_SIZE);
		n = read(fd, out->s + out->len, READ_SIZE);
		if (n > 0)
			out->len += (size_t)n;
	} while (n > 0 && out->len < KMT_ROOT_READ_MAX);
	return n < 0 ? -errno : n ? -EFBIG : 0;
}

/* What the kernel exports. */
static int read_symbols(struct run *run)
{
	const struct options *o = run->opts;
	const char *file = o->symvers ? o->symvers : o->filesyms;
	kmt_autofree char *path = file ? kmt_path_absolute(file) : NULL;
	int r;

	if (!file) {
		if (o->errsyms)
			kmt_tool_say(run->env, LOG_WARNING, "-e needs -E or -F");
		return 0;
	}
	r = read_any(&run->env->host, path, &run->ksyms);
	if (r < 0)
		kmt_tool_say(run->env, LOG_CRIT, "could not load %s: %s", file, strerror(-r));
	run->build_opts.symvers = o->symvers ? &run->ksyms : NULL;
	run->build_opts.system_map = o->symvers ? NULL : &run->ksyms;
	run->build_opts.ksyms_file = file;
	run->build_opts.check_needs = o->errsyms;
	return r;
}

static void say_ignored(const struct run *run)
{
	const struct options *o = run->opts;

	if (o->unresolved)
		kmt_tool_say(run->env, LOG_WARNING, "Ignored deprecated option -u");
	if (o->quiet)
		kmt_tool_say(run->env, LOG_WARNING, "Ignored deprecated option -q");
	if (o->root)
		kmt_tool_say(run->env, LOG_WARNING, "Ignored deprecated option -r");
	if (o->map)
		kmt_tool_say(run->env, LOG_WARNING, "Ignored deprecated option --map");
}

/* What the build told on its way, and files that are no modules: those are not in the index. */
static void say_diag(struct run *run)
{
	const struct kmt_build *b = &run->build;

	for (size_t i = 0; i < run->diag.n; i++) {
		kmt_autofree char *text = kmt_diag_text(&run->diag.items[i]);

		kmt_tool_say(run->env, LOG_WARNING, "%s", text);
	}
	for (size_t i = 0; i < b->scan.files.n; i++)
		if (b->scan.files.v[i]->error)
			kmt_tool_say(run->env, LOG_ERR, "failed to load symbols from %s",
				b->scan.files.v[i]->error);
}

/* With a cycle nothing is written. */
static int check_cycles(const struct run *run)
{
	const struct kmt_build *b = &run->build;
	size_t n = 0;

	for (size_t i = 0; i < b->dropped.n; i++) {
		const struct kmt_dropped *d = &b->dropped.v[i];
		kmt_autostrbuf struct kmt_strbuf path = KMT_STRBUF_INIT;

		for (size_t m = 0; m < d->path_n; m++)
			kmt_strbuf_addf(&path, "%s -> ", d->path[m]->name);
		kmt_tool_say(run->env, LOG_ERR, "Cycle detected: %s%s", kmt_strbuf_str(&path), d->path[0]->name);
		n += d->n;
	}
	if (!n)
		return 0;
	kmt_tool_say(run->env, LOG_ERR, "Found %zu modules in dependency cycles!", n);
	return -EINVAL;
}

static void say_unmet(const struct run *run)
{
	const struct kmt_links *links = &run->build.links;

	for (size_t i = 0; i < links->unmet.n; i++) {
		const struct kmt_unmet *u = &links->unmet.v[i];

		kmt_tool_say(run->env, LOG_WARNING, "%s %s %s", run->build.chosen.modules.v.v[u->module]->path,
			u->crc ? "disagrees about version of symbol" : "needs unknown symbol",
			links->names->names.v[u->name].name);
	}
}

/* -v: each dependency with the first symbol that makes it one. */
static void print_needs(const struct run *run)
{
	const struct kmt_links *links = &run->build.links;
	struct kmt_modfile *const *modules = run->build.chosen.modules.v.v;

	for (size_t m = 0; m < run->build.chosen.modules.v.n; m++)
		for (size_t i = links->slices[m].first; i < links->slices[m].first + links->slices[m].n; i++)
			printf("%s needs \"%s\": %s\n", modules[m]->path,
				links->names->names.v[links->names_of_deps.v[i]].name,
				modules[links->deps.v[i]]->path);
}

/* -w: lines of modules.alias that say the same as an earlier one. */
static void say_duplicates(const struct run *run)
{
	const struct kmt_strbuf *text = &run->build.output.files[KMT_FILE_ALIAS];
	kmt_auto(kmt_map_free) struct kmt_map seen = {0};
	kmt_auto(kmt_arena_free) struct kmt_arena arena = {0};
	char *copy = kmt_arena_strdup(&arena, kmt_strbuf_str(text)), *line, *rest;

	for (line = strtok_r(copy, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		char key[KMT_ALIAS_MAX], *alias = strchr(line, ' ') + 1, *module = strrchr(line, ' ');
		const char *same;

		if (*line == '#')
			continue;
		*module++ = '\0';
		if (kmt_alias_normalize(alias, key, sizeof(key)))
			continue;
		same = kmt_arena_printf(&arena, "%s %s", key, module);
		if (kmt_map_add(&seen, same, line))
			kmt_tool_say(run->env, LOG_WARNING, "duplicate module alias: %s", same);
	}
}

static int write_files(struct run *run, struct kmt_err *err)
{
	struct kmt_fileset set = KMT_FILESET_INIT;
	struct kmt_fileset_file files[KMT_FILE_COUNT];
	int r = run->opts->outdir ? kmt_fileset_make_dir(&run->env->host, run->out_dir, err) : 0;

	kmt_output_fileset(&run->build.output, files);
	if (!r)
		r = kmt_fileset_open(&set, &run->env->host, run->out_dir, err);
	if (!r)
		r = kmt_fileset_lock(&set, LOCK_WAIT_MS, err);
	if (!r)
		r = kmt_fileset_replace(&set, files, KMT_FILE_COUNT, err);
	kmt_fileset_close(&set);
	return r;
}

static int output(struct run *run, struct kmt_err *err)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;

	if (!run->opts->show)
		return write_files(run, err);
	kmt_output_text(&run->build.output, &text);
	fwrite(kmt_strbuf_str(&text), 1, text.len, stdout);
	return 0;
}

static void say_scan_failed(const struct run *run, int r, const struct kmt_err *err)
{
	if (run->build_opts.files) {
		kmt_tool_say(run->env, LOG_CRIT, "could not add module %s", err->msg);
		return;
	}
	kmt_tool_say(run->env, LOG_ERR, "could not open directory %s: %s", run->dir, strerror(-r));
	kmt_tool_say(run->env, LOG_CRIT, "could not search modules: %s", strerror(-r));
}

static int build(struct run *run)
{
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;
	int r = kmt_build_scan(&run->build, &run->build_opts, &run->diag, &err);

	if (r < 0) {
		say_scan_failed(run, r, &err);
		return r;
	}
	r = kmt_build_link(&run->build, &run->build_opts, &err);
	say_diag(run);
	if (!r)
		r = check_cycles(run);
	if (!r) {
		say_unmet(run);
		if (run->env->verbose)
			print_needs(run);
		if (run->opts->warn)
			say_duplicates(run);
		r = output(run, &err);
	}
	if (err.kind)
		kmt_tool_say(run->env, LOG_ERR, "%s", err.msg);
	return r;
}

static bool is_fresh(const struct run *run)
{
	kmt_auto(kmt_arena_free) struct kmt_arena arena = {0};
	const char *why;

	return kmt_check_fresh(&run->build_opts, run->out_dir, &run->env->host, &arena, &why);
}

static int run_all(struct run *run, char **version)
{
	const char *prefix = run->opts->prefix;
	int r;

	if (prefix && strlen(prefix) > 1) {
		kmt_tool_say(run->env, LOG_CRIT, "-P only takes a single char");
		return -EINVAL;
	}
	say_ignored(run);
	r = find_tree(run, version);
	if (r < 0)
		return r;
	find_config(run);
	run->build_opts = (struct kmt_build_opts){
		.root = &run->env->host,
		.version = *version,
		.dir = run->dir,
		.config = run->opts->config.n ? &run->config : NULL,
		.prefix = prefix ? *prefix : '\0',
	};
	if (run->opts->quick && (run->opts->show || is_fresh(run)))
		return 0;
	r = read_symbols(run);
	if (!r)
		r = find_files(run);
	if (run->files.n && !run->opts->all)
		run->build_opts.files = &run->files;
	return r < 0 ? r : build(run);
}

static int run_depmod(struct kmt_tool_env *env, const void *opts)
{
	struct run run = {.env = env, .opts = opts};
	kmt_autofree char *version = NULL;
	int r = run_all(&run, &version);

	kmt_build_free(&run.build);
	kmt_diag_clear(&run.diag);
	kmt_strbuf_free(&run.ksyms);
	for (size_t i = 0; i < run.config.n; i++)
		free((char *)run.config.v[i]);
	kmt_vec_free(&run.config);
	kmt_vec_free(&run.files);
	free(run.dir);
	free(run.out_dir);
	return r;
}

#define FLAG(name, letter, member, ...)                                                            \
	{KMT_TOOL_FLAG, name, letter, .offset = offsetof(struct options, member), __VA_ARGS__}
#define STRING(name, letter, var, member, ...)                                                     \
	{KMT_TOOL_STRING, name, letter, var, .offset = offsetof(struct options, member), __VA_ARGS__}

static const struct kmt_tool_opt depmod_opts[] = {
	FLAG("all", 'a', all, .help = "read all modules (the default without files)"),
	FLAG("quick", 'A', quick, .help = "do nothing if nothing has changed since the last time"),
	FLAG("errsyms", 'e', errsyms, .help = "report symbols that nothing exports; needs -E or -F"),
	FLAG("dry-run", 'n', show, .help = "print the files that are text, write nothing"),
	FLAG("show", 0, show),
	STRING("symbol-prefix", 'P', "CHAR", prefix, .help = "remove CHAR from the start of symbol names"),
	{KMT_TOOL_LIST, "config", 'C', "PATH", .help = "read this file or directory in place of depmod.d",
		.offset = offsetof(struct options, config)},
	KMT_TOOL_OPT_VERBOSE,
	FLAG("warn", 'w', warn, .help = "report aliases that a module has twice"),
	STRING("basedir", 'b', "DIR", basedir, .help = "the module tree is below DIR"),
	STRING("moduledir", 'm', "DIR", moduledir, .help = "module trees are in DIR, not in " KMT_MODULE_DIRECTORY),
	STRING("outdir", 'o', "DIR", outdir, .help = "write below DIR, not into the tree"),
	STRING("filesyms", 'F', "FILE", filesyms, .help = "System.map of the kernel"),
	STRING("symvers", 'E', "FILE", symvers, .help = "Module.symvers of the kernel, to check versions too"),
	FLAG("unresolved-error", 'u', unresolved),
	FLAG("quiet", 'q', quiet),
	FLAG("root", 'r', root),
	FLAG("map", 0, map),
	KMT_TOOL_OPT_VERSION,
	KMT_TOOL_OPT_HELP,
	{0},
};

const struct kmt_tool kmt_tool_depmod = {
	.name = "depmod",
	.summary = "Write modules.dep and the other index files of a module tree",
	.usage = "[-a|-A] [options] [version]\n[options] version file ...",
	.opts = depmod_opts,
	.opts_size = sizeof(struct options),
	.level = LOG_WARNING,
	.run = run_depmod,
};
