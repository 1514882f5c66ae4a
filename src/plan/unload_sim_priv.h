/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is loaded, and who uses whom, as it changes while modules go. Pure. */
#ifndef KMT_PLAN_UNLOAD_SIM_H
#define KMT_PLAN_UNLOAD_SIM_H

#include <kmt/base/map.h>
#include <kmt/model/snapshot.h>

enum kmt_sim_state {
	KMT_SIM_THERE,
	KMT_SIM_LEAVING, /* being planned: stops cycles of soft dependencies */
	KMT_SIM_GONE,
};

struct kmt_sim_module {
	const struct kmt_procmod *mod;
	int64_t refs;
	enum kmt_sim_state state;
	bool target;
	KMT_VEC(struct kmt_sim_module *) uses;	  /* modules that it holds */
	KMT_VEC(struct kmt_sim_module *) holders; /* modules that hold it */
};

struct kmt_sim {
	struct kmt_sim_module *modules;
	size_t n;
	struct kmt_map by_name;
};

void kmt_sim_init(struct kmt_sim *sim, const struct kmt_snapshot *snap);
void kmt_sim_free(struct kmt_sim *sim);
struct kmt_sim_module *kmt_sim_find(const struct kmt_sim *sim, const char *name); /* normal form */

/* It is gone: what it used has one user less. */
void kmt_sim_remove(struct kmt_sim_module *m);

#endif
