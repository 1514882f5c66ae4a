/* SPDX-License-Identifier: GPL-2.0-or-later */
/* When a change of configuration takes effect, in sentences. Reads the initramfs image below the snapshot's
 * root, to see whether it has the module. */
#ifndef KMT_PLAN_EFFECTS_H
#define KMT_PLAN_EFFECTS_H

#include <kmt/model/snapshot.h>

/* Adds sentences about a change for module NAME (normal form): at its next load; and where an initramfs has
 * the module. Strings live in ARENA. */
void kmt_effects_of_edit(const struct kmt_snapshot *snap, const char *name, struct kmt_arena *arena,
	struct kmt_strv *effects);
/* Only about the initramfs. */
void kmt_effects_initramfs(const struct kmt_snapshot *snap, const char *name, struct kmt_arena *arena,
	struct kmt_strv *effects);

#endif
