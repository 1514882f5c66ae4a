/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The last edit taken back, as its record (source/undo.h) says. */
#include "request_priv.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include <kmt/plan/edit.h>
#include <kmt/source/confdirs.h>
#include <kmt/source/undo.h>
#include <kmt/sys/paths.h>

#define RECORD_MAX ((size_t)16 << 20)

static bool holds(const struct kmt_edit *e, const char *text, size_t n)
{
	return text ? !e->absent && e->old.len == n && !memcmp(kmt_strbuf_str(&e->old), text, n) : e->absent;
}

static int undo_file(const struct kmt_planning *p, const struct kmt_undo_file *file)
{
	struct kmt_edit e;
	int r = kmt_edit_open(&e, p->machine->root, file->path, p->err);

	if (r < 0)
		return r;
	if (holds(&e, file->after, file->after_n)) {
		kmt_strbuf_truncate(&e.text, 0);
		kmt_strbuf_add(&e.text, file->before ? file->before : "", file->before_n);
		kmt_edit_plan_state(&e, p->plan, file->before != NULL);
	} else if (!holds(&e, file->before, file->before_n)) {
		r = kmt_err_set(p->err, KMT_ERR_REFUSED, ESTALE, "%s was changed since: nothing is undone", file->path);
		kmt_err_hint(p->err, "edit it by hand; the text from before is in %s%s", p->machine->root->path,
			KMT_PATH_UNDO);
	}
	kmt_edit_close(&e);
	return r;
}

/* The record of an image may be anybody's: it is no link, and only files that an edit writes are in it. */
static bool is_record(const struct kmt_root *root, const struct kmt_undo *undo)
{
	static const char *const modprobe_d[] = KMT_MODPROBE_D_DIRS;
	static const char *const load_d[] = KMT_MODULES_LOAD_D_DIRS;
	static const char *const made[] = {
		KMT_PATH_MODPROBE_D, KMT_PATH_MODULES_LOAD_D, KMT_PATH_UDEV, KMT_PATH_UDEV_RULES_D};
	static const char rule[] = KMT_PATH_UDEV_RULES_D "/" KMT_BIND_RULE;
	struct stat st;
	bool good = !kmt_root_lstat(root, KMT_PATH_UNDO, &st) && S_ISREG(st.st_mode);

	for (size_t i = 0; good && i < undo->files.n; i++) {
		const char *path = undo->files.v[i].path;

		good = kmt_confdirs_have(modprobe_d, KMT_ARRAY_SIZE(modprobe_d), path) ||
		       kmt_confdirs_have(load_d, KMT_ARRAY_SIZE(load_d), path) ||
		       (!strncmp(path, rule, strlen(rule)) && !strchr(path + strlen(rule), '/'));
	}
	for (size_t i = 0; good && i < undo->dirs.n; i++) {
		good = false;
		for (size_t k = 0; k < KMT_ARRAY_SIZE(made); k++)
			good |= !strcmp(undo->dirs.v[i], made[k]);
	}
	return good;
}

int kmt_plan_undo(const struct kmt_planning *p)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;
	const struct kmt_root *root = p->machine->root;
	struct kmt_undo undo = {0};
	int r = kmt_root_read(root, KMT_PATH_UNDO, RECORD_MAX, &text, p->err);

	if (r == -ENOENT)
		return kmt_err_set(p->err, KMT_ERR_NOT_FOUND, ENOENT, "there is no change to undo");
	if (!r && (kmt_undo_parse(kmt_strbuf_str(&text), text.len, &p->plan->arena, &undo) < 0 ||
			  !is_record(root, &undo)))
		r = kmt_err_set(p->err, KMT_ERR_FAILED, EBADMSG, "%s%s is damaged", root->path, KMT_PATH_UNDO);
	for (size_t i = 0; !r && i < undo.files.n; i++)
		r = undo_file(p, &undo.files.v[i]);
	for (size_t i = undo.dirs.n; !r && i-- > 0;)
		kmt_edit_plan_rmdir(root, undo.dirs.v[i], p->plan);
	kmt_undo_free(&undo);
	return r ? r : kmt_plan_judge_config(p, true);
}

