/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The helpers of a replacement below its directory, and what both halves of it do. */
#ifndef KMT_SYS_FILESET_PRIVATE_H
#define KMT_SYS_FILESET_PRIVATE_H

#define SET_SWITCH ".kmtool-set"
#define SET_OLD ".kmtool-set.old"
#define SET_NEW ".kmtool-set.new"
#define SET_TEMP ".kmtool-set.tmp"

/* Opens the helper directory NAME. -EPERM for what is not a directory that this program made there, for the
 * same user or the directory's owner; links are not followed. */
int kmt_fileset_open_helper(int dirfd, const char *name);
/* Makes NAME, atomically, a hard link to the file NAME of HELPERFD, or removes NAME if there is none. */
int kmt_fileset_settle(int dirfd, int helperfd, const char *name);
/* Removes the helpers. */
int kmt_fileset_clean(int dirfd);

#endif
