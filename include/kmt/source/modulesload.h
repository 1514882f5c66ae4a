/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * modules-load.d(5): what systemd loads at boot, a module a line. Debian's /etc/modules is one of these
 * files by a link. The kernel command line's modules_load= is in source/cmdline.
 */
#ifndef KMT_SOURCE_MODULESLOAD_H
#define KMT_SOURCE_MODULESLOAD_H

#include <kmt/source/confdirs.h>

struct kmt_load_line {
	const char *text;	/* the line without the blanks around it */
	const char *name;	/* its normal form; NULL if it cannot be a name */
	struct kmt_origin origin;
};

struct kmt_modulesload {
	KMT_VEC(struct kmt_load_line) lines; /* in the order in which they are read */
	struct kmt_conf_files files;
	struct kmt_arena arena;
};

/* Appends the lines of one file. Blank lines, and those that begin with '#' or ';', are none. FILE is
 * copied. Pure. */
void kmt_modulesload_parse(const char *file, const char *text, size_t n, struct kmt_modulesload *out);
/* Reads all that there is below ROOT. An unreadable file is a warning. */
void kmt_modulesload_read(
	const struct kmt_root *root, struct kmt_modulesload *out, struct kmt_diag *diag);
void kmt_modulesload_free(struct kmt_modulesload *m);

#endif
