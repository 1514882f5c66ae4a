/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/plan/backup.h>

#include <errno.h>
#include <string.h>

#include <kmt/plan/edit.h>
#include <kmt/source/confdirs.h>
#include <kmt/source/undo.h>
#include <kmt/sys/paths.h>

#include "request_priv.h"

#define BACKUP_MAX ((size_t)64 << 20)

static const char *const own_dirs[] = {KMT_PATH_MODPROBE_D, KMT_PATH_MODULES_LOAD_D};

/* The files that are read, and the masks. */
static int list_files(
	const struct kmt_root *root, struct kmt_arena *arena, struct kmt_conf_files *out, struct kmt_err *err)
{
	for (size_t i = 0; i < KMT_ARRAY_SIZE(own_dirs); i++)
		kmt_confdirs_list(root, &own_dirs[i], 1, NULL, arena, out, NULL);
	return out->unread ? kmt_err_errno(err, out->unread_errno, "%s%s", root->path, out->unread) : 0;
}

static bool is_own(const struct kmt_conf_file *file)
{
	return file->state == KMT_CONF_FILE_READ || file->state == KMT_CONF_FILE_MASK;
}

static int add_file(const struct kmt_root *root, const struct kmt_conf_file *file, struct kmt_arena *arena,
	struct kmt_undo *out, struct kmt_err *err)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;
	struct kmt_undo_file row = {.path = file->path};
	char *copy;
	int r = 0;

	if (file->state == KMT_CONF_FILE_READ) {
		r = kmt_root_read(root, file->path, KMT_EDIT_MAX, &text, err);
		copy = kmt_arena_alloc(arena, text.len + 1);
		memcpy(copy, kmt_strbuf_str(&text), text.len);
		row.before = copy;
		row.before_n = text.len;
	}
	if (!r)
		kmt_vec_push(&out->files, row);
	return r;
}

int kmt_backup_make(const struct kmt_root *root, struct kmt_strbuf *out, size_t *n, struct kmt_err *err)
{
	struct kmt_conf_files files = {0};
	struct kmt_undo backup = {0};
	struct kmt_arena arena = {0};
	int r = list_files(root, &arena, &files, err);

	for (size_t i = 0; !r && i < files.rows.n; i++)
		if (is_own(&files.rows.v[i]))
			r = add_file(root, &files.rows.v[i], &arena, &backup, err);
	*n = backup.files.n;
	if (!r)
		kmt_undo_write_backup(&backup, out);
	kmt_vec_free(&files.rows);
	kmt_undo_free(&backup);
	kmt_arena_free(&arena);
	return r;
}

/* FILE is named as a person sees files, also with --root: a backup may be kept elsewhere. */
static int read_backup(const struct kmt_planning *p, struct kmt_undo *out)
{
	const char *file = p->request->targets.v[0], *slash = strrchr(file, '/');
	kmt_autofree char *dir = slash ? kmt_strndup(file, (size_t)(slash - file) + 1) : kmt_strdup(".");
	kmt_autofree char *name = kmt_asprintf("/%s", slash ? slash + 1 : file);
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;
	struct kmt_root root;
	int r = kmt_root_open(&root, dir, p->err);

	if (r < 0)
		return r;
	r = kmt_root_read(&root, name, BACKUP_MAX, &text, NULL);
	if (r < 0)
		kmt_err_errno(p->err, -r, "%s", file);
	else if (kmt_undo_parse_backup(kmt_strbuf_str(&text), text.len, &p->plan->arena, out) < 0)
		r = kmt_err_set(
			p->err, KMT_ERR_FAILED, EBADMSG, "%s is not a backup made by 'kmtool config backup'", file);
	kmt_root_close(&root);
	return r;
}

/* Its text becomes TEXT; NULL: it goes. */
static int plan_file(const struct kmt_planning *p, const char *path, const char *text, size_t n)
{
	struct kmt_edit e;
	int r = kmt_edit_open(&e, p->machine->root, path, p->err);

	if (r < 0)
		return r;
	kmt_strbuf_truncate(&e.text, 0);
	kmt_strbuf_add(&e.text, text ? text : "", n);
	kmt_edit_plan_state(&e, p->plan, text != NULL);
	kmt_edit_close(&e);
	return 0;
}

/* A mask is a link, which no plan makes or removes. */
static void warn_mask(const struct kmt_planning *p, const char *path, const char *what)
{
	kmt_vec_push(&p->plan->warnings, kmt_arena_printf(&p->plan->arena, "%s %s", path, what));
}

static int restore_file(const struct kmt_planning *p, const struct kmt_undo_file *file)
{
	if (!kmt_confdirs_have(own_dirs, KMT_ARRAY_SIZE(own_dirs), file->path))
		return kmt_err_set(p->err, KMT_ERR_REFUSED, EINVAL, "%s: the backup may not hold this file", file->path);
	if (file->before)
		return plan_file(p, file->path, file->before, file->before_n);
	if (!kmt_conf_file_is_mask(p->machine->root, file->path))
		warn_mask(p, file->path, "was a link to /dev/null, which is not made: ln -sf /dev/null FILE does it");
	return 0;
}

static bool has_file(const struct kmt_undo *backup, const char *path)
{
	const struct kmt_undo_file *file;

	kmt_vec_foreach(file, &backup->files)
		if (!strcmp(file->path, path))
			return true;
	return false;
}

/* What was configured since the backup goes; `config undo` has it. */
static int remove_others(const struct kmt_planning *p, const struct kmt_undo *backup)
{
	struct kmt_conf_files files = {0};
	const struct kmt_conf_file *file;
	int r = list_files(p->machine->root, &p->plan->arena, &files, p->err);

	kmt_vec_foreach(file, &files.rows) {
		if (r || !is_own(file) || has_file(backup, file->path))
			continue;
		if (file->state == KMT_CONF_FILE_READ)
			r = plan_file(p, file->path, NULL, 0);
		else
			warn_mask(p, file->path, "is a link that is not in the backup: it stays");
	}
	kmt_vec_free(&files.rows);
	return r;
}

int kmt_plan_restore_backup(const struct kmt_planning *p)
{
	struct kmt_undo backup = {0};
	int r = read_backup(p, &backup);

	for (size_t i = 0; !r && i < backup.files.n; i++)
		r = restore_file(p, &backup.files.v[i]);
	if (!r)
		r = remove_others(p, &backup);
	kmt_undo_free(&backup);
	return r ? r : kmt_plan_judge_config(p, true);
}
