/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KMT_SYS_ROOT_WALK_H
#define KMT_SYS_ROOT_WALK_H

/* Opens PATH as if ROOTFD were "/", component by component: for kernels without openat2(2). Returns the
 * fd or -errno. A directory that is moved out of the root while it is being walked cannot be noticed;
 * openat2 can. */
int kmt_root_walk(int rootfd, const char *path, int flags);

#endif
