/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who needs whom: exported names to their modules, needed names to dependencies, and an order in which
 * every module comes before those that it needs. Pure. Modules are known by their index in the list.
 */
#ifndef KMT_INDEX_LINKS_H
#define KMT_INDEX_LINKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <kmt/base/arena.h>
#include <kmt/base/vec.h>
#include <kmt/index/intern.h>
#include <kmt/index/choose.h>

#define KMT_OWNER_NONE UINT32_MAX	  /* nobody exports it */
#define KMT_OWNER_KERNEL (UINT32_MAX - 1) /* the kernel image does */

struct kmt_owner {
	uint32_t module;	/* or one of the above */
	uint32_t crc;
};

/* A need that the tree does not meet: nobody exports the name, or with another CRC. */
struct kmt_unmet {
	uint32_t module, name;
	bool crc;		/* exported, but with another CRC */
};

struct kmt_depslice {
	size_t first;		/* in DEPS */
	uint32_t n;
};

struct kmt_links {
	/* Given by the caller. */
	const struct kmt_modules *modules;
	struct kmt_intern *names;	/* names with another spelling may be added */
	char prefix;		/* of symbol names, to be left out; 0 if there is none */
	bool check;		/* fill UNMET */

	KMT_VEC(struct kmt_owner) owners; /* by number of a name */
	struct kmt_depslice *slices;	/* by module: direct dependencies, each once */
	KMT_VEC(uint32_t) deps;
	KMT_VEC(uint32_t) names_of_deps; /* beside DEPS: the first name that each is needed for */
	uint32_t *order;	/* the topological order: N_SORTED modules */
	uint32_t *position;	/* by module: its place in ORDER */
	size_t n_sorted;	/* smaller than the number of modules if there are cycles */
	KMT_VEC(struct kmt_unmet) unmet;
};

/* A name that the kernel exports, without the prefix. To be called before kmt_links_build(). */
void kmt_links_add_kernel(struct kmt_links *links, const char *name, size_t len, uint32_t crc);
/* Adds the exports of all modules: the last one in their order owns a name. Then resolves needs and sorts. */
void kmt_links_build(struct kmt_links *links);
void kmt_links_free(struct kmt_links *links);

/* All modules that MODULE needs, directly or not, in the order of modules.dep. There must be no cycles. */
struct kmt_closure {
	uint32_t *marks;
	uint32_t round;
	KMT_VEC(uint32_t) v;
};
void kmt_closure_init(struct kmt_closure *c, const struct kmt_links *links);
void kmt_closure_find(struct kmt_closure *c, const struct kmt_links *links, uint32_t module);
void kmt_closure_free(struct kmt_closure *c);

/* Modules that need each other: none of them can be loaded first. */
struct kmt_cycle {
	const uint32_t *members; /* ascending */
	size_t n;
	const uint32_t *path;	/* each needs the next, the last one the first */
	size_t path_n;
};
struct kmt_cycles {
	KMT_VEC(struct kmt_cycle) v;
	struct kmt_arena arena;
};
/* Appends the groups; ascending by their first member. */
void kmt_links_cycles(const struct kmt_links *links, struct kmt_cycles *out);
void kmt_cycles_free(struct kmt_cycles *cycles);

#endif
