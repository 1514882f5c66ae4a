/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Planning changes of configuration files: reads a file, changes its text line by line, and turns the
 * outcome into a WRITE step. Nothing is written here; the executor writes, and refuses when the file is
 * not any more what was read.
 */
#ifndef KMT_PLAN_EDIT_H
#define KMT_PLAN_EDIT_H

#include <stdbool.h>
#include <stddef.h>
#include <kmt/base/err.h>
#include <kmt/base/strbuf.h>
#include <kmt/plan/plan.h>
#include <kmt/source/modprobed.h>
#include <kmt/sys/root.h>

/* The largest configuration file that is edited. */
#define KMT_EDIT_MAX ((size_t)1 << 20)

struct kmt_edit {
	const struct kmt_root *root;
	const char *path;	/* absolute below the root; the caller's */
	struct kmt_strbuf old;	/* as it was read */
	bool absent;		/* there was no such file */
	struct kmt_strbuf text;	/* as it shall be */
	bool join;		/* a backslash joins lines: all but modules-load.d */
};

/* The path of a modprobe.d file: NAME, as a path or as a name in /etc/modprobe.d; NULL: OWN there. USAGE for
 * what modprobe would not read. Lives in ARENA. */
int kmt_edit_file(const char *name, const char *own, struct kmt_arena *arena, const char **path,
	struct kmt_err *err);

/* Reads PATH. A file that is masked by a link to /dev/null, that is no regular file, or whose directory is a
 * link to nothing: REFUSED. */
int kmt_edit_open(struct kmt_edit *e, const struct kmt_root *root, const char *path, struct kmt_err *err);
/* The same; if there is no such file, it begins with the text of MASKED, which it will be read instead of. */
int kmt_edit_open_over(struct kmt_edit *e, const struct kmt_root *root, const char *path,
	const char *masked, struct kmt_err *err);
void kmt_edit_close(struct kmt_edit *e);

void kmt_edit_append(struct kmt_edit *e, const char *line);
/* The line that starts at physical line NUMBER of the text as it is now. -ENOENT if none does. LINE NULL:
 * the line goes. */
int kmt_edit_replace(struct kmt_edit *e, unsigned int number, const char *line);
int kmt_edit_comment_out(struct kmt_edit *e, unsigned int number);
/* Puts a line back that comment_out took out. -EINVAL if it is none. */
int kmt_edit_restore(struct kmt_edit *e, unsigned int number);

/* The last word of "options MODULE ..." lines for PARAM (NAME_LEN bytes at NAME) becomes VALUE, in its
 * place; a new line if there is none. VALUE NULL: no line sets it any more. USAGE for a value that cannot
 * be written. */
int kmt_edit_set_option(struct kmt_edit *e, const char *module, const char *name, size_t name_len,
	const char *value, struct kmt_err *err);
/* The first line of KIND for exactly PATTERN becomes "KIND PATTERN TEXT", a new line if there is none. */
void kmt_edit_set_line(
	struct kmt_edit *e, enum kmt_conf_kind kind, const char *pattern, const char *text);

/* ROOT as it will be after the WRITE steps of PLAN, to be read from. OUT borrows ROOT and PLAN: it is not
 * to be closed. */
void kmt_edit_preview(struct kmt_plan *plan, const struct kmt_root *root, struct kmt_root *out);

/* Adds the WRITE step, after MKDIR steps for directories that are missing; or nothing if the text did not
 * change. A text that became empty in one of our own files (kmtool-*.conf) removes the file. */
void kmt_edit_plan(const struct kmt_edit *e, struct kmt_plan *plan, const char *module);
/* The same with the choice left to the caller: EXISTS false removes the file. */
void kmt_edit_plan_state(const struct kmt_edit *e, struct kmt_plan *plan, bool exists);
/* Adds an RMDIR step, if nothing will be in DIR after the plan but the record of changes. */
void kmt_edit_plan_rmdir(const struct kmt_root *root, const char *dir, struct kmt_plan *plan);

#endif
