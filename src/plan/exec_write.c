/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "exec_write_priv.h"

#include <errno.h>
#include <string.h>

#include <kmt/source/undo.h>
#include <kmt/sys/file.h>
#include <kmt/sys/paths.h>

#define NEW_FILE_MODE 0644
#define NEW_DIR_MODE 0755
#define RECORD_MODE 0600 /* it may hold what only root may read */

static int changed(const struct kmt_root *root, const char *path, struct kmt_err *err)
{
	kmt_err_set(err, KMT_ERR_FAILED, ESTALE, "%s%s was changed by somebody else meanwhile", root->path,
		path);
	kmt_err_hint(err, "nothing was written to it; run the command again to see the new plan");
	return -ESTALE;
}

/* Whether the file is what it was when the plan was made. */
static int check_unchanged(
	const struct kmt_root *root, const char *path, const struct kmt_write *w, struct kmt_err *err)
{
	kmt_autostrbuf struct kmt_strbuf now = KMT_STRBUF_INIT;
	int r;

	if (!kmt_root_exists(root, path))
		return w->absent ? 0 : changed(root, path, err);
	if (w->absent)
		return changed(root, path, err);
	r = kmt_root_read(root, path, 0, &now, err);
	if (r < 0)
		return r;
	return now.len == w->old_n && !memcmp(kmt_strbuf_str(&now), w->old, w->old_n)
		       ? 0
		       : changed(root, path, err);
}

int kmt_exec_write(const struct kmt_root *root, const struct kmt_step *step, struct kmt_err *err)
{
	const struct kmt_write *w = step->write;
	int r = check_unchanged(root, step->path, w, err);

	if (r < 0)
		return r;
	if (!w->data)
		return kmt_file_remove(root, step->path, err);
	return kmt_file_replace(root, step->path, w->data, w->n, NEW_FILE_MODE, err);
}

int kmt_exec_unwrite(const struct kmt_root *root, const struct kmt_step *step)
{
	const struct kmt_write *w = step->write;
	const struct kmt_write back = {
		.old = w->data,
		.old_n = w->data ? w->n : 0,
		.absent = !w->data,
		.data = w->absent ? NULL : w->old,
		.n = w->old_n,
	};
	const struct kmt_step reversed = {.path = step->path, .write = &back};

	return kmt_exec_write(root, &reversed, NULL);
}

int kmt_exec_mkdir(const struct kmt_root *root, const char *path, struct kmt_err *err)
{
	return kmt_file_make_dir(root, path, NEW_DIR_MODE, err);
}

int kmt_exec_rmdir(const struct kmt_root *root, const char *path, struct kmt_err *err)
{
	struct kmt_strv names = {0};
	int r = kmt_root_list(root, path, &names);

	if (!r && names.n == 1) {
		kmt_autofree char *only = kmt_asprintf("%s/%s", path, names.v[0]);

		if (!strcmp(only, KMT_PATH_UNDO))
			r = kmt_file_remove_link(root, only, err);
	}
	kmt_root_list_free(&names);
	return r ? r : kmt_file_remove_dir(root, path, err);
}

/* A link in the place of the record is not followed: what a record holds may be root's only. */
static int write_record(const struct kmt_root *root, const struct kmt_strbuf *record, struct kmt_err *err)
{
	kmt_autostrbuf struct kmt_strbuf target = KMT_STRBUF_INIT;

	if (!kmt_root_readlink(root, KMT_PATH_UNDO, &target)) {
		int r = kmt_file_remove_link(root, KMT_PATH_UNDO, err);

		if (r < 0)
			return r;
	}
	return kmt_file_replace(root, KMT_PATH_UNDO, record->s, record->len, RECORD_MODE, err);
}

int kmt_exec_record_undo(const struct kmt_root *root, const struct kmt_plan *plan,
	const struct kmt_report *report, struct kmt_err *err)
{
	kmt_autostrbuf struct kmt_strbuf record = KMT_STRBUF_INIT;
	struct kmt_undo undo = {0};
	int r = 0;

	for (size_t i = 0; i < plan->steps.n; i++) {
		const struct kmt_step *step = &plan->steps.v[i];
		const struct kmt_write *w = step->write;

		/* /etc is more than a place for our files. */
		if (step->kind == KMT_STEP_MKDIR && report->results.v[i].outcome == KMT_STEP_DONE &&
			strcmp(step->path, KMT_PATH_ETC) != 0)
			kmt_vec_push(&undo.dirs, step->path);
		if (step->kind != KMT_STEP_WRITE)
			continue;
		kmt_vec_push(&undo.files, (struct kmt_undo_file){
						  .path = step->path,
						  .before = w->absent ? NULL : w->old,
						  .before_n = w->old_n,
						  .after = w->data,
						  .after_n = w->data ? w->n : 0,
					  });
	}
	if (undo.files.n) {
		kmt_undo_write(&undo, &record);
		r = write_record(root, &record, err);
	}
	kmt_undo_free(&undo);
	return r;
}
