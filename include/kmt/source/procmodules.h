/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * /proc/modules as rows: one consistent picture of what is loaded (kernel/module/procfs.c). Pure: text
 * in, rows out.
 */
#ifndef KMT_SOURCE_PROCMODULES_H
#define KMT_SOURCE_PROCMODULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <kmt/base/arena.h>
#include <kmt/base/diag.h>
#include <kmt/base/vec.h>

enum kmt_state {
	KMT_STATE_LIVE,
	KMT_STATE_LOADING,
	KMT_STATE_UNLOADING,
	KMT_STATE_UNKNOWN, /* a word that this program does not know */
};

/* "live", "loading", "unloading", "unknown". */
const char *kmt_state_word(enum kmt_state state);

struct kmt_procmod {
	const char *name;	/* normal form, as the kernel prints it */
	uint64_t size;		/* bytes of core memory */
	/* As the kernel prints it: 0 or more, or below it while the module unloads, and after something gave
	 * back a reference that it did not hold. -1 if it is not known, too. */
	int64_t refs;
	bool refs_unknown;	/* "-": a kernel without CONFIG_MODULE_UNLOAD, or no number */
	bool permanent;		/* has no exit function: [permanent] among the holders */
	struct kmt_strv holders; /* names of the modules that use it, in the kernel's order */
	enum kmt_state state;
	uint64_t addr;		/* 0 if hidden from this user */
	const char *taint;	/* letters such as "OE", "" if none */
};

struct kmt_procmodules {
	KMT_VEC(struct kmt_procmod) rows; /* newest first, as the kernel prints them */
};

/* Strings and holder lists live in ARENA; kmt_procmodules_free() frees the rows. A module is never left out
 * for what its fields hold: one that is not understood is reported to DIAG and has the value for "not
 * known". Only lines whose first word cannot be a name, or with nothing that is known, are skipped. */
void kmt_procmodules_parse(const char *text, size_t n, struct kmt_arena *arena,
	struct kmt_procmodules *out, struct kmt_diag *diag);
void kmt_procmodules_free(struct kmt_procmodules *m);

#endif
