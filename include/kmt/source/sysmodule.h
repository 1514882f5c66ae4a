/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * /sys/module/NAME: what the running kernel says about one module. Built-in modules with parameters
 * have a directory too, but no "initstate". See Documentation/ABI/testing/sysfs-module.
 */
#ifndef KMT_SOURCE_SYSMODULE_H
#define KMT_SOURCE_SYSMODULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <kmt/base/arena.h>
#include <kmt/base/err.h>
#include <kmt/base/vec.h>
#include <kmt/sys/root.h>

struct kmt_sysmodule {
	bool has_initstate;	/* false: built in */
	const char *initstate;	/* "live", "coming", "going" */
	int64_t refs;		/* -1: no refcnt file */
	const char *version, *srcversion, *taint; /* NULL if absent */
	const char *build_id;	/* lower-case hex from notes/.note.gnu.build-id, NULL if absent */
	struct kmt_strv holders;  /* sorted */
	struct kmt_strv drivers;  /* "pci:e1000e", sorted */
};

struct kmt_sysparam {
	const char *name;
	const char *value;	/* without the final newline; NULL if not readable by this user */
	mode_t mode;		/* permission bits */
};

struct kmt_sysparams {
	KMT_VEC(struct kmt_sysparam) rows; /* sorted by name */
};

/*
 * A module may be unloaded while this reads: what is gone by then is NULL or empty, never an error.
 * -ENOENT if there is no such directory from the start. Strings live in ARENA; kmt_sysmodule_free()
 * frees the lists.
 */
int kmt_sysmodule_read(const struct kmt_root *root, const char *name, struct kmt_arena *arena,
	struct kmt_sysmodule *out);
void kmt_sysmodule_free(struct kmt_sysmodule *m);

/* One attribute ("version"), or NULL: one read where kmt_sysmodule_read() needs a dozen. */
const char *kmt_sysmodule_attr(const struct kmt_root *root, const char *name, const char *attr,
	struct kmt_arena *arena);
/* As in struct kmt_sysmodule. */
const char *kmt_sysmodule_build_id(const struct kmt_root *root, const char *name, struct kmt_arena *arena);

/* The parameters below /sys/module/NAME/parameters; none is not an error. */
int kmt_sysmodule_params(const struct kmt_root *root, const char *name, struct kmt_arena *arena,
	struct kmt_sysparams *out);
void kmt_sysparams_free(struct kmt_sysparams *p);

struct kmt_syssection {
	const char *name;
	uint64_t address; /* 0: hidden by the kernel, or not readable by this user */
};

struct kmt_syssections {
	KMT_VEC(struct kmt_syssection) rows; /* sorted by name */
};

/* Where the sections of a loaded module are in memory. -ENOENT if nothing tells: it is not loaded, or the
 * kernel has no such lists; -EACCES if there are names, but this user may not read an address. */
int kmt_sysmodule_sections(const struct kmt_root *root, const char *name, struct kmt_arena *arena,
	struct kmt_syssections *out);
void kmt_syssections_free(struct kmt_syssections *s);

#endif
