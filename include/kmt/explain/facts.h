/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the file of a failed load says about itself, and who exports the symbols that the kernel
 * missed. Reads, never judges.
 */
#ifndef KMT_EXPLAIN_FACTS_H
#define KMT_EXPLAIN_FACTS_H

#include <stdbool.h>
#include <stdint.h>
#include <kmt/base/arena.h>
#include <kmt/base/vec.h>
#include <kmt/model/snapshot.h>
#include <kmt/plan/plan.h>
#include <kmt/source/decompress.h>

enum kmt_file_type {
	KMT_FILE_UNKNOWN,
	KMT_FILE_REGULAR,
	KMT_FILE_EMPTY,
	KMT_FILE_DIRECTORY,
	KMT_FILE_SPECIAL,
};

/* A symbol that the kernel named in its complaint. */
struct kmt_symbol_fact {
	const char *name;
	const char *provider;	/* the module of the tree that exports it; NULL: none does */
	bool provider_loaded;
	bool in_kernel;		/* something that is there now has it: the kernel or a loaded module */
	bool gpl_only;		/* PROVIDER exports it to GPL-compatible modules only */
};

struct kmt_kofile_facts {
	enum kmt_file_type type;
	enum kmt_compression compression;
	bool is_module;		/* it could be read as a module file; what follows is from it */
	const char *vermagic;	/* NULL if it has none */
	const char *license;
	bool gpl_compatible;
	bool is_signed;
	KMT_VEC(struct kmt_symbol_fact) symbols;
};

/* Reads the file of step FAILED of PLAN and looks up the symbols that LINES name. Modules that the plan
 * inserts before that step count as loaded. Strings live in ARENA; kmt_facts_free() frees the rest. */
void kmt_facts_read(const struct kmt_snapshot *snap, const struct kmt_plan *plan, size_t failed,
	const struct kmt_strv *lines, struct kmt_arena *arena, struct kmt_kofile_facts *out);
void kmt_facts_free(struct kmt_kofile_facts *facts);

#endif
