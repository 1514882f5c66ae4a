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

/* What a line or word is: a directive of modprobe.d, a word of the kernel command line, a line of
 * modules-load.d. */
enum kmt_conf_kind {
	KMT_CONF_ALIAS,
	KMT_CONF_BLACKLIST,
	KMT_CONF_OPTIONS, /* also MODULE.PARAM= on the kernel command line */
	KMT_CONF_INSTALL,
	KMT_CONF_REMOVE,
	KMT_CONF_SOFTDEP,
	KMT_CONF_WEAKDEP,
	KMT_CONF_DIRECTIVES, /* how many of them modprobe.d has */
	KMT_CONF_MODPROBE_BLACKLIST = KMT_CONF_DIRECTIVES, /* modprobe.blacklist= */
	KMT_CONF_MODULE_BLACKLIST,			   /* module_blacklist= */
	KMT_CONF_MODULES_LOAD,				   /* modules_load= */
	KMT_CONF_LOAD,					   /* a line of modules-load.d */
	KMT_CONF_WRONG,					   /* a line that cannot be read */
	KMT_CONF_COUNT,
};

/* Names as written. */
struct kmt_conf_deps {
	struct kmt_strv pre, post; /* softdep */
	struct kmt_strv weak;	   /* weakdep */
};

struct kmt_conf_line {
	enum kmt_conf_kind kind;
	const char *pattern;	/* alias or module pattern, normalised; NULL: WRONG */
	const char *written;	/* alias: the pattern as in the file; NULL else */
	const char *value;	/* alias: module, normalised; options: the rest of the line, tabs as blanks;
				   install, remove, softdep, weakdep: the rest; blacklist: ""; WRONG: the whole
				   line, joined */
	const char *extra;	/* alias, blacklist: words behind it that modprobe does not look at */
	const char *wrong;	/* WRONG: why, in words; NULL else */
	struct kmt_conf_deps *deps; /* softdep and weakdep; NULL else */
	const struct kmt_conf_file *file;
	struct kmt_origin origin;	/* where the directive starts, if it goes on over several lines */
};

/* How to show what the line is about: an alias as written ("net-pf-10"), a module in normal form. */
const char *kmt_conf_line_name(const struct kmt_conf_line *line);

struct kmt_conf {
	KMT_VEC(struct kmt_conf_line) lines; /* good and wrong ones, in kmod's order */
	struct kmt_conf_files files;
	struct kmt_arena arena;
};

const char *kmt_conf_kind_name(enum kmt_conf_kind kind); /* "alias", "options" ...; NULL: WRONG */

/* The directive of modprobe.d that the first N bytes of WORD spell; WRONG if there is none. */
enum kmt_conf_kind kmt_conf_kind_of(const char *word, size_t n);

/* Parses the text of FILE, which outlives OUT, and appends its lines. Lines that modprobe cannot read are
 * rows too, and are reported with their number. Pure. */
void kmt_modprobed_parse(const struct kmt_conf_file *file, const char *text, size_t n, struct kmt_conf *out,
	struct kmt_diag *diag);

/* Reads all configuration below ROOT: the five modprobe.d directories and, if TREE_DIR is not NULL,
 * its modules.softdep and modules.weakdep. An unreadable file is a warning; always returns 0. */
int kmt_modprobed_read(const struct kmt_root *root, const char *tree_dir, struct kmt_conf *out,
	struct kmt_diag *diag, struct kmt_err *err);
/* The same with N directories or files (modprobe -C) in place of the five. */
void kmt_modprobed_read_places(const struct kmt_root *root, const char *const *places, size_t n,
	const char *tree_dir, struct kmt_conf *out, struct kmt_diag *diag);
/* Reads what the MASKED ones of FILES would say if they were not. */
void kmt_modprobed_read_masked(
	const struct kmt_root *root, const struct kmt_conf_files *files, struct kmt_conf *out);
void kmt_conf_free(struct kmt_conf *conf);

#endif
