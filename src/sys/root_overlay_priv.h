/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files of a kmt_root that are not there yet, for src/sys/root.c. */
#ifndef KMT_SYS_ROOT_OVERLAY_H
#define KMT_SYS_ROOT_OVERLAY_H

#include <kmt/sys/root.h>

/* The overlay's word about PATH; NULL if it says nothing. */
const struct kmt_root_overlay *kmt_root_overlay_find(const struct kmt_root *root, const char *path);
/* Adds to NAMES, or takes from them, what the overlay says about files in directory DIR. Whether it adds
 * any. */
bool kmt_root_overlay_list(const struct kmt_root *root, const char *dir, struct kmt_strv *names);

#endif
