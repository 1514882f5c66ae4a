/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `kmtool autoload`: what is loaded at boot because a line says so. */
#include <errno.h>
#include <string.h>

#include <kmt/base/name.h>
#include <kmt/cmd/banner.h>
#include <kmt/cmd/cmd.h>
#include <kmt/cmd/print.h>
#include <kmt/model/config.h>
#include <kmt/model/lookup.h>
#include <kmt/model/settings.h>
#include <kmt/out/modstate.h>
#include <kmt/plan/edit.h>
#include <kmt/source/confdirs.h>
#include <kmt/sys/paths.h>

#include "change_priv.h"
#include "cmds_priv.h"
#include "config_priv.h"

/* `kmtool autoload add` and `remove`: lines of modules-load.d. */

#define TAKES_EDIT (KMT_TAKES_MACHINE | KMT_TAKES_DRY_RUN | KMT_TAKES_JSON | KMT_TAKES_RAW)

struct edit_opts {
	const char *file;
};

static const struct kmt_opt options[] = {
	{"file", 0, KMT_OPT_STRING, "FILE", KMT_COMPLETE_FILE,
		.help = "the file to change, as a path or a name in /etc/modules-load.d",
		.offset = offsetof(struct edit_opts, file)},
	{0},
};

struct edit {
	struct kmt_change c;
	struct kmt_settings settings;
	const char *path; /* of the file to change, as systemd names it */
	struct kmt_edit text;
	struct kmt_strv effects;
};

static bool same_file(const struct kmt_root *root, const char *a, const char *b)
{
	struct stat x, y;

	return !strcmp(a, b) || (!kmt_root_stat(root, a, &x) && !kmt_root_stat(root, b, &y) &&
					x.st_dev == y.st_dev && x.st_ino == y.st_ino);
}

/* Debian's /etc/modules is one of the files by a link: it is known by either name. */
static const char *as_read(const struct edit *e, const char *path)
{
	const struct kmt_conf_file *file;

	kmt_vec_foreach(file, &e->settings.boot.files.rows) {
		if (file->state == KMT_CONF_FILE_READ && same_file(&e->c.env->root, file->path, path))
			return file->path;
	}
	return NULL;
}

static int choose_file(struct edit *e, const char *file, struct kmt_err *err)
{
	static const char *const dirs[] = KMT_MODULES_LOAD_D_DIRS;
	struct kmt_arena *arena = &e->c.arena;
	const char *path, *base;
	size_t n;

	if (!file)
		file = "kmtool.conf";
	path = strchr(file, '/') ? file : kmt_arena_printf(arena, "%s/%s", KMT_PATH_MODULES_LOAD_D, file);
	e->path = as_read(e, path);
	if (e->path)
		return 0;
	e->path = path;
	base = strrchr(path, '/');
	n = strlen(base);
	if (!kmt_confdirs_have(dirs, KMT_ARRAY_SIZE(dirs), path) || n <= strlen("/.conf") ||
		strcmp(base + n - strlen(".conf"), ".conf") != 0)
		return kmt_err_set(err, KMT_ERR_USAGE, EINVAL,
			"%s is not read at boot, only *.conf files of %s and related directories are", path,
			KMT_PATH_MODULES_LOAD_D);
	return 0;
}

/* What would be added in vain is refused. */
static int check_add(struct edit *e, const char *arg, char *name, struct kmt_err *err)
{
	struct kmt_snapshot *snap = &e->c.snap;
	struct kmt_lookup found = {0};
	struct kmt_origin by;
	int r;

	if (kmt_name_normalize(arg, name, KMT_NAME_MAX))
		return kmt_err_set(err, KMT_ERR_USAGE, EINVAL, "'%s' cannot be the name of a module", arg);
	if (!snap->has_tree)
		return 0;
	r = kmt_lookup_find(snap, name, &found, err);
	if (!r && !found.rows.n) {
		r = kmt_lookup_none(snap, arg, &found, err);
	} else if (!r && !kmt_modindex_find(&snap->index, name) && kmt_modindex_find_builtin(&snap->index, name)) {
		r = kmt_err_set(err, KMT_ERR_REFUSED, EINVAL,
			"%s is built into the kernel: nothing is to be loaded", name);
	} else if (!r && kmt_config_blacklisted(snap, name, &by)) {
		r = kmt_err_set(err, KMT_ERR_REFUSED, EPERM, "%s is blacklisted by %s, which systemd obeys", name,
			kmt_origin_text(&by, &e->c.arena));
		if (by.line)
			kmt_err_hint(err, "kmtool config comment-out %s:%u", by.file, by.line);
	}
	kmt_lookup_free(&found);
	return r;
}

static const struct kmt_setting *find_line(const struct edit *e, const char *name, const char *path)
{
	const struct kmt_setting *s;

	kmt_vec_foreach(s, &e->settings.rows) {
		if (kmt_setting_is_boot(s) && !strcmp(s->name, name) && (!path || !strcmp(s->origin.file, path)))
			return s;
	}
	return NULL;
}

static int add(struct edit *e, const char *arg, struct kmt_err *err)
{
	char name[KMT_NAME_MAX];
	const struct kmt_setting *s;
	int r = check_add(e, arg, name, err);

	if (r < 0)
		return r;
	s = find_line(e, name, NULL);
	if (!s)
		kmt_edit_append(&e->text, name);
	else if (s->origin.line)
		kmt_vec_push(&e->effects, kmt_arena_printf(&e->c.plan.arena, "%s is loaded at boot by %s:%u",
						  name, s->origin.file, s->origin.line));
	else
		kmt_vec_push(&e->effects, kmt_arena_printf(&e->c.plan.arena,
						  "%s is loaded at boot by the kernel command line", name));
	return 0;
}

static int not_here(struct edit *e, const char *name, struct kmt_err *err)
{
	const struct kmt_setting *s = find_line(e, name, NULL);

	if (!s)
		return kmt_err_set(err, KMT_ERR_NOT_FOUND, ENOENT, "no line loads %s at boot", name);
	if (!s->origin.line) {
		kmt_err_set(err, KMT_ERR_REFUSED, EPERM, "%s is loaded at boot by modules_load= on the kernel command line",
			name);
		kmt_err_hint(err, "take it out of the boot loader's configuration");
		return -EPERM;
	}
	kmt_err_set(err, KMT_ERR_REFUSED, EPERM, "%s is loaded at boot by %s:%u, not by %s", name, s->origin.file,
		s->origin.line, e->path);
	kmt_err_hint(err, "kmtool autoload remove %s --file %s", name, s->origin.file);
	return -EPERM;
}

/* The number of a line of the text that names the module; 0 if none does. */
static unsigned int number_of(const struct edit *e, const char *name)
{
	struct kmt_modulesload now = {0};
	const struct kmt_load_line *line;
	unsigned int number = 0;

	kmt_modulesload_parse(e->path, kmt_strbuf_str(&e->text.text), e->text.text.len, &now);
	kmt_vec_foreach(line, &now.lines) {
		if (!number && !strcmp(line->name ? line->name : line->text, name))
			number = line->origin.line;
	}
	kmt_modulesload_free(&now);
	return number;
}

static int take_out(struct edit *e, const char *arg, struct kmt_err *err)
{
	char name[KMT_NAME_MAX];
	unsigned int number;

	if (kmt_name_normalize(arg, name, sizeof(name)))
		return kmt_err_set(err, KMT_ERR_USAGE, EINVAL, "'%s' cannot be the name of a module", arg);
	number = number_of(e, name);
	if (!number)
		return not_here(e, name, err);
	while ((number = number_of(e, name)))
		kmt_edit_replace(&e->text, number, NULL);
	if (kmt_snapshot_loaded(&e->c.snap, name))
		kmt_vec_push(&e->effects, kmt_arena_printf(&e->c.plan.arena, "%s is loaded now, and stays", name));
	return 0;
}

typedef int (*edit_fn)(struct edit *e, const char *name, struct kmt_err *err);

static int plan(struct edit *e, edit_fn change, struct kmt_err *err)
{
	int r = kmt_edit_open(&e->text, &e->c.env->root, e->path, err);

	if (r < 0)
		return r;
	e->text.join = false;
	for (int i = 0; !r && i < e->c.env->argc; i++)
		r = change(e, e->c.env->argv[i], err);
	/* Our own file goes with its last line. */
	if (!r)
		kmt_edit_plan_state(&e->text, &e->c.plan,
			e->text.text.len || (!e->text.absent && strcmp(e->path, KMT_PATH_MODULES_LOAD_D "/kmtool.conf")));
	kmt_edit_close(&e->text);
	return r;
}

static int run_once(struct edit *e, const struct edit_opts *opts, edit_fn change, struct kmt_err *err)
{
	int r = kmt_config_start(&e->c, err);

	if (!r)
		r = kmt_settings_read(&e->c.snap, &e->settings, err);
	if (!r)
		r = choose_file(e, opts->file, err);
	if (!r)
		r = plan(e, change, err);
	if (!r)
		r = kmt_change_edit(&e->c, &e->effects, err);
	kmt_settings_free(&e->settings);
	e->effects.n = 0;
	return r;
}

static int run(struct kmt_env *env, const struct edit_opts *opts, edit_fn change, struct kmt_err *err)
{
	struct edit e = {.c = {.env = env, .opts = opts}};
	int r;

	do
		r = run_once(&e, opts, change, err);
	while (kmt_change_again(&e.c));
	kmt_vec_free(&e.effects);
	kmt_change_free(&e.c);
	return r;
}

static int run_add(struct kmt_env *env, const void *opts, struct kmt_err *err)
{
	return run(env, opts, add, err);
}

static int run_remove(struct kmt_env *env, const void *opts, struct kmt_err *err)
{
	return run(env, opts, take_out, err);
}

static const char *const add_examples[] = {"kmtool autoload add -n br_netfilter",
	"show what would be written to load it at every boot", NULL};

static const struct kmt_cmd cmd_autoload_add = {
	.name = "autoload add",
	.summary = "Load modules at every boot",
	.operands = "NAME...",
	.complete = KMT_COMPLETE_MODULE,
	.opts = options,
	.opts_size = sizeof(struct edit_opts),
	.examples = add_examples,
	.takes = TAKES_EDIT,
	.run = run_add,
};

static const char *const remove_examples[] = {
	"kmtool autoload remove -n br_netfilter", "show which lines would be removed, from which files", NULL};

static const struct kmt_cmd cmd_autoload_remove = {
	.name = "autoload remove",
	.summary = "Stop loading modules at boot",
	.operands = "NAME...",
	.complete = KMT_COMPLETE_MODULE,
	.opts = options,
	.opts_size = sizeof(struct edit_opts),
	.examples = remove_examples,
	.takes = TAKES_EDIT,
	.run = run_remove,
};

struct context {
	struct kmt_snapshot *snap;
	struct kmt_settings *settings;
};

static void get_name(const void *row, void *ctx, struct kmt_cell *out)
{
	const struct kmt_setting *s = row;

	out->s = s->name;
	out->hue = s->effect == KMT_SETTING_EFFECTIVE ? KMT_HUE_BOLD : KMT_HUE_DIM;
}

static void get_where(const void *row, void *ctx, struct kmt_cell *out)
{
	const struct context *c = ctx;
	const struct kmt_origin *origin = &((const struct kmt_setting *)row)->origin;

	kmt_cell_origin(origin, &c->settings->arena, out);
}

static void get_file(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = ((const struct kmt_setting *)row)->origin.file;
}

static void get_line(const void *row, void *ctx, struct kmt_cell *out)
{
	out->n = ((const struct kmt_setting *)row)->origin.line;
	out->absent = !out->n;
}

/* A line may name an alias: then any module that answers counts, a loaded one first. *MODULE: its name. */
static const char *state(struct context *c, const char *name, const char **module)
{
	const struct kmt_procmod *loaded = kmt_snapshot_loaded(c->snap, name);
	const char *text = kmt_modstate_word(loaded, false, false);
	struct kmt_lookup found = {0};

	*module = loaded ? loaded->name : NULL;
	if (loaded)
		return text;
	if (!c->snap->has_tree)
		return NULL;
	kmt_lookup_find(c->snap, name, &found, NULL);
	for (size_t i = 0; i < found.rows.n && !loaded; i++) {
		const struct kmt_module *m = found.rows.v[i].module;

		if (!m)
			continue;
		loaded = kmt_snapshot_loaded(c->snap, m->name);
		text = kmt_modstate_word(loaded, true, m->builtin);
		*module = m->name;
	}
	kmt_lookup_free(&found);
	return text;
}

static void get_module(const void *row, void *ctx, struct kmt_cell *out)
{
	state(ctx, ((const struct kmt_setting *)row)->name, &out->s);
}

static void get_state(const void *row, void *ctx, struct kmt_cell *out)
{
	const struct kmt_setting *s = row;
	const char *module, *word = state(ctx, s->name, &module);

	if (word)
		kmt_modstate_cell(word, out);
	if (out->hue != KMT_HUE_GOOD && s->effect != KMT_SETTING_EFFECTIVE)
		out->hue = KMT_HUE_WARN;
}

static void get_problem(const void *row, void *ctx, struct kmt_cell *out)
{
	const struct kmt_setting *s = row;

	out->s = s->effect == KMT_SETTING_EFFECTIVE ? NULL : s->reason;
	out->hue = KMT_HUE_WARN;
}

static const struct kmt_column columns[] = {
	{"name", "NAME", KMT_CELL_STRING, true, .whole = true,
		.help = "the module name, as written in the line", .get = get_name},
	{"state", "STATE", KMT_CELL_STRING, true, .whole = true,
		.help = "live, loading, unloading, available, built-in or missing", .get = get_state},
	{"where", "WHERE", KMT_CELL_ORIGIN, true, .whole = true,
		.help = "the file and line that loads it", .get = get_where},
	{"file", "FILE", KMT_CELL_STRING, false, .path = true, .help = "the file only", .get = get_file},
	{"line", "LINE", KMT_CELL_NUMBER, false, .help = "the line number only", .get = get_line},
	{"problem", "PROBLEM", KMT_CELL_STRING, true,
		.help = "why the line has no effect", .get = get_problem},
	{"module", "MODULE", KMT_CELL_STRING, false, .in_json = true, .whole = true,
		.help = "the module that the name resolves to", .get = get_module},
	{0},
};

static int print(struct kmt_env *env, struct context *c, const struct kmt_selection *sel,
	struct kmt_err *err)
{
	KMT_VEC(const void *) rows = {0};
	const struct kmt_setting *s;
	int r;

	kmt_vec_foreach(s, &c->settings->rows) {
		if (kmt_setting_is_boot(s))
			kmt_vec_push(&rows, s);
	}
	r = kmt_cmd_print(env,
		&(struct kmt_rows){
			.columns = columns, .rows = rows.v, .n = rows.n, .ctx = c, .json_name = "autoload"},
		sel, err);
	kmt_vec_free(&rows);
	return r;
}

static int run_list(struct kmt_env *env, const void *opts, struct kmt_err *err)
{
	kmt_auto(kmt_selection_free) struct kmt_selection sel = {0};
	struct kmt_settings settings;
	struct kmt_snapshot snap;
	int r = kmt_cmd_select(env, &sel, err);

	if (!r)
		r = kmt_config_snapshot(env, &snap, err);
	if (r < 0)
		return r;
	kmt_banner(env, &snap, KMT_BANNER_TREE);
	r = kmt_settings_read(&snap, &settings, err);
	if (!r) {
		r = print(env, &(struct context){&snap, &settings}, &sel, err);
		kmt_settings_free(&settings);
	}
	kmt_snapshot_free(&snap);
	return r;
}

static const char *const list_examples[] = {
	"kmtool autoload list", "modules loaded at boot, and by which line", NULL};

static const struct kmt_cmd cmd_autoload_list = {
	.name = "autoload list",
	.summary = "List the lines that load modules at boot, in reading order",
	.columns = columns,
	.examples = list_examples,
	.takes = KMT_TAKES_MACHINE | KMT_TAKES_ROWS,
	.run = run_list,
};

static const struct kmt_cmd *const verbs[] = {
	&cmd_autoload_list,
	&cmd_autoload_add,
	&cmd_autoload_remove,
	NULL,
};

static const char *const examples[] = {"kmtool autoload", "modules loaded at boot, and by which line",
	"kmtool autoload add -n br_netfilter", "show what would be written to load it at every boot", NULL};

const struct kmt_cmd kmt_cmd_autoload = {
	.name = "autoload",
	.group = KMT_CMD_CHANGE,
	.summary = "Show and change which modules are loaded at boot",
	.operands = "[VERB] [NAME...]",
	.verbs = verbs,
	.examples = examples,
	.takes = KMT_TAKES_MACHINE | KMT_TAKES_ROWS | KMT_TAKES_DRY_RUN,
};
