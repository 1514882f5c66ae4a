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

/* -ENOENT if there is no such directory. Strings live in ARENA. */
int kmt_sysmodule_read(const struct kmt_root *root, const char *name, struct kmt_arena *arena,
	struct kmt_sysmodule *out);
/* The parameters below /sys/module/NAME/parameters; none is not an error. */
int kmt_sysmodule_params(const struct kmt_root *root, const char *name, struct kmt_arena *arena,
	struct kmt_sysparams *out);
void kmt_sysparams_free(struct kmt_sysparams *p);

#endif
