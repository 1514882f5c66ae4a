/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines of modules-load.d: what is loaded at boot. */
#include "request_priv.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include <kmt/base/name.h>
#include <kmt/model/config.h>
#include <kmt/model/lookup.h>
#include <kmt/model/settings.h>
#include <kmt/plan/edit.h>
#include <kmt/source/confdirs.h>
#include <kmt/sys/paths.h>

struct boot_edit {
	const struct kmt_planning *p;
	struct kmt_arena *arena;  /* of the plan */
	struct kmt_strv *effects; /* of the forecast */
	struct kmt_err *err;
	struct kmt_settings settings;
	const char *path; /* of the file to change, as systemd names it */
	struct kmt_edit text;
};

static bool same_file(const struct kmt_root *root, const char *a, const char *b)
{
	struct stat x, y;

	return !strcmp(a, b) || (!kmt_root_stat(root, a, &x) && !kmt_root_stat(root, b, &y) &&
					x.st_dev == y.st_dev && x.st_ino == y.st_ino);
}

/* Debian's /etc/modules is one of the files by a link: it is known by either name. */
static const char *as_read(const struct boot_edit *e, const char *path)
{
	const struct kmt_conf_file *file;

	kmt_vec_foreach(file, &e->settings.boot.files.rows) {
		if (file->state == KMT_CONF_FILE_READ && same_file(e->p->machine->root, file->path, path))
			return file->path;
	}
	return NULL;
}

static int choose_file(struct boot_edit *e, const char *file)
{
	static const char *const dirs[] = KMT_MODULES_LOAD_D_DIRS;
	const char *path, *base;
	size_t n;

	if (!file)
		file = "kmtool.conf";
	path = strchr(file, '/') ? file : kmt_arena_printf(e->arena, "%s/%s", KMT_PATH_MODULES_LOAD_D, file);
	e->path = as_read(e, path);
	if (e->path)
		return 0;
	e->path = path;
	base = strrchr(path, '/');
	n = strlen(base);
	if (!kmt_confdirs_have(dirs, KMT_ARRAY_SIZE(dirs), path) || n <= strlen("/.conf") ||
		strcmp(base + n - strlen(".conf"), ".conf") != 0)
		return kmt_err_set(e->err, KMT_ERR_USAGE, EINVAL,
			"%s is not read at boot, only *.conf files of %s and related directories are", path,
			KMT_PATH_MODULES_LOAD_D);
	return 0;
}

/* What would be added in vain is refused. */
static int check_add(struct boot_edit *e, const char *arg, char *name)
{
	const struct kmt_snapshot *snap = e->p->snap;
	struct kmt_lookup found = {0};
	struct kmt_origin by;
	int r;

	if (kmt_name_normalize(arg, name, KMT_NAME_MAX))
		return kmt_err_set(e->err, KMT_ERR_USAGE, EINVAL, "'%s' cannot be the name of a module", arg);
	if (!snap->has_tree)
		return 0;
	r = kmt_lookup_find(snap, name, &found, e->err);
	if (!r && !found.rows.n) {
		r = kmt_lookup_none(snap, arg, &found, e->err);
	} else if (!r && !kmt_modindex_find(&snap->index, name) && kmt_modindex_find_builtin(&snap->index, name)) {
		r = kmt_err_set(e->err, KMT_ERR_REFUSED, EINVAL,
			"%s is built into the kernel: nothing is to be loaded", name);
	} else if (!r && kmt_config_blacklisted(snap, name, &by)) {
		r = kmt_err_set(e->err, KMT_ERR_REFUSED, EPERM, "%s is blacklisted by %s, which systemd obeys", name,
			kmt_origin_text(&by, e->arena));
		if (by.line)
			kmt_err_hint(e->err, "kmtool config comment-out %s:%u", by.file, by.line);
	}
	kmt_lookup_free(&found);
	return r;
}

static const struct kmt_setting *find_line(const struct boot_edit *e, const char *name, const char *path)
{
	const struct kmt_setting *s;

	kmt_vec_foreach(s, &e->settings.rows) {
		if (kmt_setting_is_boot(s) && !strcmp(s->name, name) && (!path || !strcmp(s->origin.file, path)))
			return s;
	}
	return NULL;
}

static int add(struct boot_edit *e, const char *arg)
{
	char name[KMT_NAME_MAX];
	const struct kmt_setting *s;
	int r = check_add(e, arg, name);

	if (r < 0)
		return r;
	s = find_line(e, name, NULL);
	if (!s)
		kmt_edit_append(&e->text, name);
	else if (s->origin.line)
		kmt_vec_push(e->effects, kmt_arena_printf(e->arena, "%s is loaded at boot by %s:%u", name,
						 s->origin.file, s->origin.line));
	else
		kmt_vec_push(e->effects,
			kmt_arena_printf(e->arena, "%s is loaded at boot by the kernel command line", name));
	return 0;
}

static int not_here(struct boot_edit *e, const char *name)
{
	const struct kmt_setting *s = find_line(e, name, NULL);

	if (!s)
		return kmt_err_set(e->err, KMT_ERR_NOT_FOUND, ENOENT, "no line loads %s at boot", name);
	if (!s->origin.line) {
		kmt_err_set(e->err, KMT_ERR_REFUSED, EPERM,
			"%s is loaded at boot by modules_load= on the kernel command line", name);
		kmt_err_hint(e->err, "take it out of the boot loader's configuration");
		return -EPERM;
	}
	kmt_err_set(e->err, KMT_ERR_REFUSED, EPERM, "%s is loaded at boot by %s:%u, not by %s", name, s->origin.file,
		s->origin.line, e->path);
	kmt_err_hint(e->err, "kmtool autoload remove %s --file %s", name, s->origin.file);
	return -EPERM;
}

/* The number of a line of the text that names the module; 0 if none does. */
static unsigned int number_of(const struct boot_edit *e, const char *name)
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

static int take_out(struct boot_edit *e, const char *arg)
{
	char name[KMT_NAME_MAX];
	unsigned int number;

	if (kmt_name_normalize(arg, name, sizeof(name)))
		return kmt_err_set(e->err, KMT_ERR_USAGE, EINVAL, "'%s' cannot be the name of a module", arg);
	number = number_of(e, name);
	if (!number)
		return not_here(e, name);
	while ((number = number_of(e, name)))
		kmt_edit_replace(&e->text, number, NULL);
	if (kmt_snapshot_loaded(e->p->snap, name))
		kmt_vec_push(e->effects, kmt_arena_printf(e->arena, "%s is loaded now, and stays", name));
	return 0;
}

static int plan(struct boot_edit *e)
{
	const struct kmt_request *req = e->p->request;
	int r = kmt_edit_open(&e->text, e->p->machine->root, e->path, e->err);

	if (r < 0)
		return r;
	e->text.join = false;
	for (size_t i = 0; !r && i < req->targets.n; i++)
		r = req->kind == KMT_REQUEST_AUTOLOAD_ADD ? add(e, req->targets.v[i])
							  : take_out(e, req->targets.v[i]);
	/* Our own file goes with its last line. */
	if (!r)
		kmt_edit_plan_state(&e->text, e->p->plan,
			e->text.text.len || (!e->text.absent && strcmp(e->path, KMT_PATH_MODULES_LOAD_D "/kmtool.conf")));
	kmt_edit_close(&e->text);
	return r;
}

int kmt_plan_autoload(const struct kmt_planning *p)
{
	struct boot_edit e = {
		.p = p, .arena = &p->plan->arena, .effects = &p->forecast->effects, .err = p->err};
	int r = kmt_settings_read(p->snap, &e.settings, p->err);

	if (!r)
		r = choose_file(&e, p->request->file);
	if (!r)
		r = plan(&e);
	kmt_settings_free(&e.settings);
	return r;
}
