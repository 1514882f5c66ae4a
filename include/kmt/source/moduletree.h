/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the modules of a kernel are: kmod's module directory is /lib/modules or /usr/lib/modules, whatever
 * links there are between them, and NixOS has the one of the running system below /run. Only this file
 * chooses among them.
 */
#ifndef KMT_SOURCE_MODULETREE_H
#define KMT_SOURCE_MODULETREE_H

#include <kmt/base/err.h>
#include <kmt/base/vec.h>
#include <kmt/sys/root.h>

/*
 * The directory of kernel VERSION, absolute below the root: the first one that `make modules_install` or
 * depmod has filled, else the first with anything in it, else the first that is there. Where there is none
 * the one below /lib/modules. The caller frees it.
 */
char *kmt_moduletree_dir(const struct kmt_root *root, const char *version);

/* Versions that have a directory in one of the places, sorted. Free with kmt_root_list_free(). */
int kmt_moduletree_versions(const struct kmt_root *root, struct kmt_strv *out);

/* The directories that are tried for VERSION as seen from outside, "A or B"; "" names the places. */
char *kmt_moduletree_tried(const struct kmt_root *root, const char *version);

/* NOT_FOUND for a kernel without a tree: the places tried, and which trees there are. Returns -ENOENT. */
int kmt_moduletree_missing(const struct kmt_root *root, const char *version, struct kmt_err *err);

#endif
