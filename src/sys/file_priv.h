/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files that change files share. */
#ifndef KMT_SYS_FILE_PRIV_H
#define KMT_SYS_FILE_PRIV_H

#include <stddef.h>
#include <sys/stat.h>

/* Gives TO what a file that replaces FROM takes over: owner, mode, extended attributes (security labels,
 * access control lists). Both are open; ST is FROM's. -errno if one of FROM's attributes cannot be set. */
int kmt_file_keep(int from, const struct stat *st, int to);

/* Writes all N bytes or returns -errno. */
int kmt_file_write_all(int fd, const char *data, size_t n);

#endif
