/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Notes about the machine that explain what a command can do on it: one line each on stderr, before the
 * output, not with --quiet. They are no errors and change no exit status.
 */
#ifndef KMT_CMD_BANNER_H
#define KMT_CMD_BANNER_H

#include <kmt/cmd/cmd.h>
#include <kmt/model/snapshot.h>

#define KMT_BANNER_MODULES (1u << 0) /* the running kernel has no loadable-module support */
#define KMT_BANNER_TREE (1u << 1)    /* the running kernel has no module tree: reboot needed? */
#define KMT_BANNER_POLICY (1u << 2)  /* modules_disabled=1, lockdown */
#define KMT_BANNER_INDEX (1u << 3)   /* modules were installed after the last depmod */

/* Prints those of WHICH that apply. SNAP needs LOADED for MODULES and POLICY. Nothing applies to a kernel
 * that is not the running one, but INDEX. */
void kmt_banner(const struct kmt_env *env, const struct kmt_snapshot *snap, unsigned int which);

/* One note. */
void kmt_note(const struct kmt_env *env, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
