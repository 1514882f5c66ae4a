/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "unload_sim_priv.h"

#include <kmt/base/alloc.h>

void kmt_sim_init(struct kmt_sim *sim, const struct kmt_snapshot *snap)
{
	sim->n = snap->loaded.rows.n;
	sim->modules = kmt_realloc_array(NULL, sim->n + 1, sizeof(*sim->modules));
	sim->by_name = (struct kmt_map){0};
	for (size_t i = 0; i < sim->n; i++) {
		const struct kmt_procmod *mod = &snap->loaded.rows.v[i];

		sim->modules[i] = (struct kmt_sim_module){.mod = mod, .refs = mod->refs};
		kmt_map_add(&sim->by_name, mod->name, &sim->modules[i]);
	}
	for (size_t i = 0; i < sim->n; i++) {
		struct kmt_sim_module *used = &sim->modules[i];

		for (size_t j = 0; j < used->mod->holders.n; j++) {
			struct kmt_sim_module *user =
				kmt_map_get(&sim->by_name, used->mod->holders.v[j]);

			if (!user || user == used)
				continue;
			kmt_vec_push(&user->uses, used);
			kmt_vec_push(&used->holders, user);
		}
	}
}

void kmt_sim_free(struct kmt_sim *sim)
{
	for (size_t i = 0; i < sim->n; i++) {
		kmt_vec_free(&sim->modules[i].uses);
		kmt_vec_free(&sim->modules[i].holders);
	}
	free(sim->modules);
	kmt_map_free(&sim->by_name);
}

struct kmt_sim_module *kmt_sim_find(const struct kmt_sim *sim, const char *name)
{
	return kmt_map_get(&sim->by_name, name);
}

void kmt_sim_remove(struct kmt_sim_module *m)
{
	if (m->state == KMT_SIM_GONE)
		return;
	m->state = KMT_SIM_GONE;
	for (size_t i = 0; i < m->uses.n; i++)
		if (m->uses.v[i]->refs > 0)
			m->uses.v[i]->refs--;
}
