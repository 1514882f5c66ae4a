/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An exported symbol: on which terms it may be used, by which modules it is, and whether the kernel
 * image has it. Reads module files and what is known about the kernel; never judges.
 */
#ifndef KMT_EXPLAIN_EXPORTS_H
#define KMT_EXPLAIN_EXPORTS_H

#include <stdbool.h>
#include <kmt/base/arena.h>
#include <kmt/base/map.h>
#include <kmt/base/strbuf.h>
#include <kmt/base/vec.h>
#include <kmt/model/snapshot.h>

struct kmt_export {
	bool known;	/* whether GPL says anything */
	bool gpl;	/* for GPL-compatible modules only */
	const char *ns; /* namespace, NULL if none */
	const char *module; /* what exports it, NULL for the kernel image; see kmt_kernel_exports_find() */
};

/* What the module file at PATH says of SYMBOL. False if it cannot be read or does not export it. */
bool kmt_export_of_file(const struct kmt_root *root, const char *path, const char *symbol,
	struct kmt_arena *arena, struct kmt_export *out);

/* Appends the modules that depend on PROVIDER and whose files need SYMBOL, in modules.dep's order. Opens
 * all that depend on it. Names live as long as the snapshot. */
void kmt_export_users(
	struct kmt_snapshot *snap, const struct kmt_module *provider, const char *symbol, struct kmt_strv *out);

/* What tells of the kernel image: /proc/kallsyms if SNAP is of the running kernel, and the Module.symvers
 * of its headers, if they are installed. */
struct kmt_kernel_exports {
	struct kmt_strbuf kallsyms, symvers;
	char *symvers_path;
};
void kmt_kernel_exports_read(const struct kmt_snapshot *snap, struct kmt_kernel_exports *out);
/* Whether the image, or a loaded module, exports SYMBOL; *WHERE, if not NULL, becomes the file that says
 * so. */
bool kmt_kernel_exports_find(const struct kmt_kernel_exports *k, const char *symbol,
	struct kmt_arena *arena, struct kmt_export *out, const char **where);
/* All of them by name, for those who ask for hundreds: the values of BY_NAME are struct kmt_export, whose
 * terms are known only from Module.symvers. Nothing is added if nothing tells of the kernel. */
void kmt_kernel_exports_all(
	const struct kmt_kernel_exports *k, struct kmt_arena *arena, struct kmt_map *by_name);
void kmt_kernel_exports_free(struct kmt_kernel_exports *k);

#endif
