/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The text of a new kernel module: a source that does what its parts are for, a Kbuild file, a Makefile. Pure
 * text, nothing is written here. It builds without a warning from 6.1 on, and loads and unloads.
 */
#ifndef KMT_OUT_SKELETON_H
#define KMT_OUT_SKELETON_H

#include <stddef.h>
#include <kmt/base/err.h>
#include <kmt/base/strbuf.h>

#define KMT_SKELETON_PARAMS (1u << 0)  /* a parameter with a file in sysfs */
#define KMT_SKELETON_EXPORT (1u << 1)  /* a function for other modules, and its header */
#define KMT_SKELETON_DEBUGFS (1u << 2) /* a directory in debugfs with one file */

/* The parts' names, NULL-terminated, in the order of their bits. */
extern const char *const kmt_skeleton_parts[];

/* One more than the longest name that the kernel loads: MODULE_NAME_LEN. */
#define KMT_SKELETON_NAME_MAX 56

struct kmt_skeleton_file {
	char *name;		/* below the module's directory */
	struct kmt_strbuf text;
};

#define KMT_SKELETON_FILES_MAX 4

struct kmt_skeleton {
	struct kmt_skeleton_file files[KMT_SKELETON_FILES_MAX];
	size_t n;
};

/*
 * NAME must begin with a letter, hold letters, digits, '-' and '_', and be shorter than the limit: USAGE
 * otherwise. Symbols in the source have '_' for '-', as the kernel names the module. AUTHOR may be any
 * text. PARTS: the bits above.
 */
int kmt_skeleton_make(struct kmt_skeleton *out, const char *name, const char *author, unsigned int parts,
	struct kmt_err *err);
void kmt_skeleton_free(struct kmt_skeleton *s);

#endif
