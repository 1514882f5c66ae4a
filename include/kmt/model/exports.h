/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An exported symbol: on which terms it may be used, by which modules it is, and whether the kernel
 * image has it. Reads module files and what is known about the kernel; never judges.
 */
#ifndef KMT_MODEL_EXPORTS_H
#define KMT_MODEL_EXPORTS_H

#include <stdbool.h>
#include <stdint.h>
#include <kmt/base/arena.h>
#include <kmt/base/map.h>
#include <kmt/base/vec.h>
#include <kmt/model/snapshot.h>
#include <kmt/source/kofile.h>

struct kmt_export {
	bool known;	/* whether GPL says anything */
	bool gpl;	/* for GPL-compatible modules only */
	const char *ns; /* namespace, NULL if none */
	bool has_crc;
	uint32_t crc;
	const char *module; /* of the kernel's: the loaded module that exports it, NULL for the image */
	const char *where;  /* of the kernel's: the file that tells so */
};

/* What a module file says of a symbol that it exports. The namespace lives as long as S. */
struct kmt_export kmt_export_of_symbol(const struct kmt_ko_symbol *s);

/* Adds to OUT what the module file at PATH exports: name -> struct kmt_export, both in ARENA. Nothing if it
 * cannot be read. */
void kmt_exports_of_file(
	const struct kmt_root *root, const char *path, struct kmt_arena *arena, struct kmt_map *out);

/* WANTED has a struct kmt_strv for each symbol: appends the modules that depend on PROVIDER and whose files
 * need it, in modules.dep's order. Opens all that depend on it. Names live as long as the snapshot. */
void kmt_export_users(
	const struct kmt_snapshot *snap, const struct kmt_module *provider, const struct kmt_map *wanted);

/* What the kernel image and loaded modules export: told by /proc/kallsyms if SNAP is of the running kernel,
 * and by the Module.symvers of its headers, if they are installed. Empty if nothing tells. */
struct kmt_kernel_exports {
	struct kmt_map by_name; /* -> struct kmt_export, whose terms only Module.symvers tells */
	/* The same for functions of the image, where nothing tells which of them are exported: a kernel without
	 * CONFIG_KALLSYMS_ALL and without its headers. */
	struct kmt_map functions;
	struct kmt_arena arena;
};
/* Without KALLSYMS, only what Module.symvers tells, which costs much less. */
void kmt_kernel_exports_read(const struct kmt_snapshot *snap, bool kallsyms, struct kmt_kernel_exports *out);
/* Whether the running kernel has the symbol, exported or not. *MODULE, in ARENA: which module has it;
 * NULL for the image. */
bool kmt_kernel_has_symbol(
	const struct kmt_snapshot *snap, const char *name, struct kmt_arena *arena, const char **module);
void kmt_kernel_exports_free(struct kmt_kernel_exports *k);

#endif
