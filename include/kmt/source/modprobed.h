/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * modprobe.d(5) as rows with file:line: every directive of every file in kmod's order, modules.softdep
 * and modules.weakdep merged in by file name. Says what is written, not what wins: that is model/config.
 *
 * The grammar is that of kmod 30 and later as it really is (checked against it in tests/tree), with one
 * exception: kmod up to 32 also reads *.alias files, which is warned about.
 */
#ifndef KMT_SOURCE_MODPROBED_H
#define KMT_SOURCE_MODPROBED_H

#include <stdbool.h>
#include <stddef.h>
#include <kmt/base/arena.h>
#include <kmt/base/diag.h>
#include <kmt/base/err.h>
#include <kmt/base/origin.h>
#include <kmt/base/vec.h>
#include <kmt/source/confdirs.h>
#include <kmt/sys/root.h>

enum kmt_conf_kind {
	KMT_CONF_ALIAS,
	KMT_CONF_BLACKLIST,
	KMT_CONF_OPTIONS,
	KMT_CONF_INSTALL,
	KMT_CONF_REMOVE,
	KMT_CONF_SOFTDEP,
	KMT_CONF_WEAKDEP,
	KMT_CONF_COUNT,
};

struct kmt_conf_line {
	enum kmt_conf_kind kind;
	const char *pattern;	/* alias or module pattern, normalised */
	const char *value;	/* alias: module, normalised; options: the rest of the line, tabs as blanks;
				   install, remove, softdep, weakdep: the rest; blacklist: "" */
	struct kmt_strv pre, post; /* softdep only: names as written */
	struct kmt_strv weak;	/* weakdep only */
	struct kmt_origin origin;	/* where the directive starts, if it goes on over several lines */
	bool shipped;			/* from modules.softdep or modules.weakdep: belongs to the tree */
};

/* A line that modprobe cannot read. */
struct kmt_conf_bad {
	const char *text;	/* lines joined */
	const char *wrong;	/* what is wrong with it, in words */
	struct kmt_origin origin;
};

struct kmt_conf {
	KMT_VEC(struct kmt_conf_line) lines; /* in kmod's order */
	KMT_VEC(struct kmt_conf_bad) bad;    /* likewise */
	struct kmt_conf_files files;
	struct kmt_arena arena;
};

const char *kmt_conf_kind_name(enum kmt_conf_kind kind); /* "alias", "options" ... */

/* Parses one file's text and appends its lines. Lines that modprobe would ignore, or that it cannot read
 * either, are reported with their number. FILE is copied. Pure. */
void kmt_modprobed_parse(const char *file, const char *text, size_t n, struct kmt_conf *out,
	struct kmt_diag *diag);

/* Reads all configuration below ROOT: the five modprobe.d directories and, if TREE_DIR is not NULL,
 * its modules.softdep and modules.weakdep. An unreadable file is a warning; always returns 0. */
int kmt_modprobed_read(const struct kmt_root *root, const char *tree_dir, struct kmt_conf *out,
	struct kmt_diag *diag, struct kmt_err *err);
/* Reads what the MASKED ones of FILES would say if they were not. */
void kmt_modprobed_read_masked(
	const struct kmt_root *root, const struct kmt_conf_files *files, struct kmt_conf *out);
void kmt_conf_free(struct kmt_conf *conf);

#endif
