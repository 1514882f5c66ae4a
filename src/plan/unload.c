/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/plan/unload.h>

#include <errno.h>
#include <string.h>

#include <kmt/base/alloc.h>
#include <kmt/base/map.h>
#include <kmt/base/name.h>
#include <kmt/base/strbuf.h>
#include <kmt/model/config.h>
#include <kmt/model/modfacts.h>
#include <kmt/model/snapshot.h>
#include <kmt/sys/kernel.h>

/* What is loaded, and who uses whom, as it changes while modules go. */

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

static void sim_init(struct kmt_sim *sim, const struct kmt_snapshot *snap)
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

static void sim_free(struct kmt_sim *sim)
{
	for (size_t i = 0; i < sim->n; i++) {
		kmt_vec_free(&sim->modules[i].uses);
		kmt_vec_free(&sim->modules[i].holders);
	}
	free(sim->modules);
	kmt_map_free(&sim->by_name);
}

/* Normal form. */
static struct kmt_sim_module *sim_find(const struct kmt_sim *sim, const char *name)
{
	return kmt_map_get(&sim->by_name, name);
}

/* It is gone: what it used has one user less. */
static void sim_remove(struct kmt_sim_module *m)
{
	if (m->state == KMT_SIM_GONE)
		return;
	m->state = KMT_SIM_GONE;
	for (size_t i = 0; i < m->uses.n; i++)
		if (m->uses.v[i]->refs > 0)
			m->uses.v[i]->refs--;
}

/* A soft dependency that no module in the list holds, and that still has references. */
struct held {
	struct kmt_sim_module *module;
	const char *because_of;
	struct kmt_origin origin;
};

struct unload {
	const struct kmt_snapshot *snap;
	const struct kmt_unload_request *req;
	struct kmt_plan *plan;
	const struct kmt_procmod **in_use;
	struct kmt_err *err;
	struct kmt_sim sim;
	KMT_VEC(struct kmt_sim_module *) removed; /* in the order of the plan */
	KMT_VEC(struct held) held;
};

/* Why a module is planned. */
struct cause {
	enum kmt_why why;
	const char *because_of;
	struct kmt_origin origin;
};

static int plan_removal(struct unload *u, struct kmt_sim_module *m, const struct cause *cause);

static struct kmt_step *add_step(
	struct unload *u, enum kmt_step_kind kind, const char *module, const struct cause *cause)
{
	const char *because = cause->because_of;
	struct kmt_step step = {
		.kind = kind,
		.module = kmt_arena_strdup(&u->plan->arena, module),
		.params = "",
		.why = cause->why,
		.because_of = because ? kmt_arena_strdup(&u->plan->arena, because) : NULL,
		.origin = cause->origin,
		.required = cause->why == KMT_WHY_REQUESTED || cause->why == KMT_WHY_HOLDER,
	};

	kmt_vec_push(&u->plan->steps, step);
	return &u->plan->steps.v[u->plan->steps.n - 1];
}

static void add_skip(struct unload *u, const char *module, const struct cause *cause,
	enum kmt_skip skip, const char *reason)
{
	struct kmt_step *step = add_step(u, KMT_STEP_SKIP, module, cause);

	step->skip = skip;
	step->reason = kmt_arena_strdup(&u->plan->arena, reason);
}

static int refuse_in_use(struct unload *u, const struct kmt_sim_module *m)
{
	kmt_autostrbuf struct kmt_strbuf users = KMT_STRBUF_INIT;
	int r;

	for (size_t i = 0; i < m->holders.n; i++)
		if (m->holders.v[i]->state == KMT_SIM_THERE)
			kmt_strbuf_item(&users, ", ", "%s", m->holders.v[i]->mod->name);
	*u->in_use = m->mod;
	if (users.len) {
		r = kmt_err_set(u->err, KMT_ERR_REFUSED, EBUSY, "%s is in use by %s", m->mod->name, users.s);
		kmt_err_hint(u->err, "--dependents unloads what uses it too");
		return r;
	}
	return kmt_err_set(u->err, KMT_ERR_REFUSED, EBUSY, "%s is in use (%lld reference%s)",
		m->mod->name, (long long)m->refs, m->refs == 1 ? "" : "s");
}

/* What no waiting and no option but force helps against. */
static int refuse_stuck(struct unload *u, const struct kmt_procmod *mod)
{
	int r;

	if (mod->state == KMT_STATE_LOADING) {
		r = kmt_err_set(u->err, KMT_ERR_REFUSED, EBUSY,
			"%s is still loading: its init function has not come back, or crashed", mod->name);
		kmt_err_hint(u->err, "after a crash only a reboot removes it; 'kmtool log %s' shows what "
				     "it said", mod->name);
		return r;
	}
	if (mod->state == KMT_STATE_UNLOADING) {
		r = kmt_err_set(u->err, KMT_ERR_REFUSED, EBUSY,
			"%s is being unloaded: its exit function has not returned", mod->name);
		kmt_err_hint(u->err, "wait; 'kmtool log %s' shows what it said", mod->name);
		return r;
	}
	if (mod->refs_unknown)
		return kmt_err_set(u->err, KMT_ERR_REFUSED, EBUSY,
			"%s cannot be unloaded: this kernel was built without unloading", mod->name);
	if (mod->refs < 0) { /* the kernel would stop with a BUG, by force too */
		r = kmt_err_set(u->err, KMT_ERR_REFUSED, EBUSY,
			"%s has a reference count of %lld: a reference was released that was not held", mod->name,
			(long long)mod->refs);
		kmt_err_hint(u->err, "unloading it would crash the kernel: reboot");
		return r;
	}
	if (mod->permanent && !(u->req->remove_flags & KMT_REMOVE_FORCE)) {
		r = kmt_err_set(u->err, KMT_ERR_REFUSED, EBUSY,
			"%s is permanent: it has no exit function", mod->name);
		kmt_err_hint(u->err, "a reboot removes it; where the kernel allows it, --force does, and "
				     "may crash it");
		return r;
	}
	return 0;
}

static bool is_free(const struct kmt_sim_module *m)
{
	return m->state == KMT_SIM_THERE && m->mod->state == KMT_STATE_LIVE && !m->refs &&
	       !m->mod->permanent;
}

static bool is_held_unseen(const struct kmt_sim_module *m)
{
	for (size_t i = 0; i < m->holders.n; i++)
		if (m->holders.v[i]->state != KMT_SIM_GONE)
			return false;
	return m->state == KMT_SIM_THERE && m->mod->state == KMT_STATE_LIVE && m->refs > 0 && !m->mod->permanent;
}

/* A soft dependency goes only if nothing uses it; whatever else it is, that is no failure. */
static int plan_softdep(struct unload *u, const char *name, const struct cause *cause)
{
	struct kmt_lookup found = {0};
	int r = kmt_lookup_find(u->snap, name, &found, u->err);

	for (size_t i = 0; r >= 0 && i < found.rows.n; i++) {
		struct kmt_sim_module *m = sim_find(&u->sim, found.rows.v[i].name);

		if (m && is_free(m))
			r = plan_removal(u, m, cause);
		else if (m && cause->why == KMT_WHY_SOFTDEP_PRE && is_held_unseen(m))
			kmt_vec_push(&u->held, ((struct held){m, cause->because_of, cause->origin}));
	}
	kmt_lookup_free(&found);
	return r;
}

static int plan_softdeps(struct unload *u, const struct kmt_conf_line *line,
	const struct kmt_strv *names, enum kmt_why why, const char *module)
{
	const struct cause cause = {why, module, line->origin};
	int r = 0;

	for (size_t i = names->n; !r && i-- > 0;)
		r = plan_softdep(u, names->v[i], &cause);
	return r;
}

/* Holders that go anyway, because they were asked for or --dependents was given. */
static int plan_holders(struct unload *u, struct kmt_sim_module *m)
{
	for (size_t i = 0; i < m->holders.n; i++) {
		struct kmt_sim_module *holder = m->holders.v[i];
		const struct cause cause = {holder->target ? KMT_WHY_REQUESTED : KMT_WHY_HOLDER,
			holder->target ? NULL : m->mod->name, {0}};
		int r;

		if (!holder->target && !u->req->dependents)
			continue;
		r = plan_removal(u, holder, &cause);
		if (r < 0)
			return r;
	}
	return 0;
}

static void add_removal(struct unload *u, const char *module, const struct kmt_conf_line *command,
	const struct cause *cause)
{
	struct kmt_step *step;

	if (!command) {
		step = add_step(u, KMT_STEP_REMOVE, module, cause);
		step->flags = u->req->remove_flags;
		return;
	}
	step = add_step(u, KMT_STEP_RUN, module, cause);
	step->why = KMT_WHY_REMOVE_COMMAND;
	step->command = kmt_arena_strdup(&u->plan->arena, command->value);
	step->origin = command->origin;
}

static const struct kmt_conf_line *config_line(
	const struct unload *u, enum kmt_conf_kind kind, const char *module)
{
	return kmt_confindex_first(&u->snap->lines, kind, module, u->req->no_config);
}

static int plan_removal(struct unload *u, struct kmt_sim_module *m, const struct cause *cause)
{
	const char *name = m->mod->name;
	const struct kmt_conf_line *softdep = config_line(u, KMT_CONF_SOFTDEP, name);
	const struct kmt_conf_line *command = config_line(u, KMT_CONF_REMOVE, name);
	bool keep = !command && !u->req->wait && !(u->req->remove_flags & KMT_REMOVE_FORCE);
	int r;

	if (m->state != KMT_SIM_THERE)
		return 0;
	m->state = KMT_SIM_LEAVING;
	r = command ? 0 : refuse_stuck(u, m->mod);
	if (!r && softdep)
		r = plan_softdeps(u, softdep, &softdep->deps->post, KMT_WHY_SOFTDEP_POST, name);
	if (!r)
		r = plan_holders(u, m);
	if (!r && keep && m->refs > 0)
		r = refuse_in_use(u, m);
	if (r < 0)
		return r;
	add_removal(u, name, command, cause);
	sim_remove(m);
	kmt_vec_push(&u->removed, m);
	if (softdep)
		r = plan_softdeps(u, softdep, &softdep->deps->pre, KMT_WHY_SOFTDEP_PRE, name);
	return r;
}

/* What nothing uses any more, level by level: the list of removed modules grows while it is walked. */
static int plan_unused(struct unload *u)
{
	for (size_t i = 0; i < u->removed.n; i++) {
		struct kmt_sim_module *user = u->removed.v[i];
		const struct cause cause = {KMT_WHY_UNUSED_AFTER, user->mod->name, {0}};

		for (size_t j = 0; j < user->uses.n; j++) {
			int r = 0;

			if (is_free(user->uses.v[j]))
				r = plan_removal(u, user->uses.v[j], &cause);
			if (r < 0)
				return r;
		}
	}
	return 0;
}

/* crc32c_generic is a soft dependency of libcrc32c, which takes a reference by the crypto API: no list shows
 * whose it is, and only the unloading tells. */
static void plan_held(struct unload *u)
{
	for (size_t i = 0; i < u->held.n; i++) {
		const struct held *held = &u->held.v[i];
		const struct cause cause = {KMT_WHY_SOFTDEP_PRE, held->because_of, held->origin};

		if (!is_held_unseen(held->module) ||
			config_line(u, KMT_CONF_REMOVE, held->module->mod->name))
			continue;
		add_removal(u, held->module->mod->name, NULL, &cause);
		u->plan->steps.v[u->plan->steps.n - 1].if_unused = true;
		sim_remove(held->module);
	}
}

/* Says what stays and why, each once: LEAVING marks what was said. */
static void tell_what_stays(struct unload *u)
{
	for (size_t i = 0; i < u->removed.n; i++) {
		struct kmt_sim_module *user = u->removed.v[i];
		const struct cause cause = {KMT_WHY_UNUSED_AFTER, user->mod->name, {0}};

		for (size_t j = 0; j < user->uses.n; j++) {
			struct kmt_sim_module *m = user->uses.v[j];
			kmt_autostrbuf struct kmt_strbuf reason = KMT_STRBUF_INIT;

			if (m->state != KMT_SIM_THERE)
				continue;
			m->state = KMT_SIM_LEAVING;
			for (size_t k = 0; k < m->holders.n; k++)
				if (m->holders.v[k]->state != KMT_SIM_GONE)
					kmt_strbuf_addf(&reason, "%s%s", reason.len ? ", " : "used by ",
						m->holders.v[k]->mod->name);
			if (!reason.len)
				kmt_strbuf_addstr(&reason, m->mod->permanent ? "permanent" : "still in use");
			add_skip(u, m->mod->name, &cause, KMT_SKIP_IN_USE, reason.s);
		}
	}
}

static int refuse_builtin(struct unload *u, const char *name)
{
	return kmt_err_set(u->err, KMT_ERR_REFUSED, EBUSY,
		"%s is built into the kernel: it cannot be unloaded", name);
}

/* A name that is not loaded: a remove command runs anyway, as it does with modprobe. */
static int plan_not_loaded(struct unload *u, const struct kmt_lookup_match *found)
{
	const struct kmt_conf_line *command = config_line(u, KMT_CONF_REMOVE, found->name);
	const struct cause cause = {.why = KMT_WHY_REQUESTED};

	if (command)
		add_removal(u, found->name, command, &cause);
	else if (found->module && found->module->builtin)
		return refuse_builtin(u, found->name);
	else
		add_skip(u, found->name, &cause, KMT_SKIP_NOT_LOADED, "not loaded");
	return 0;
}

/* The name in TARGET: of a module, of what is in a file, or an alias as it is. */
static int target_name(struct unload *u, const char *target, char out[KMT_ALIAS_MAX])
{
	struct kmt_modref ref;
	int r;

	if (!kmt_name_is_path(target))
		r = kmt_alias_normalize(target, out, KMT_ALIAS_MAX);
	else if (!kmt_modref_of_file(u->snap, target, &ref, NULL) &&
		 !kmt_modref_kernel_name(u->snap->root, ref.path, out))
		r = 0;
	else
		r = kmt_name_from_path(target, out, KMT_ALIAS_MAX);
	if (r < 0)
		return kmt_err_set(u->err, KMT_ERR_USAGE, -r, "'%s' is not a module name", target);
	return 0;
}

/* What is loaded of the module that was found: its file may have another name. */
static struct kmt_sim_module *find_loaded(const struct unload *u, const struct kmt_lookup_match *found)
{
	struct kmt_sim_module *m = sim_find(&u->sim, found->name);
	char name[KMT_NAME_MAX];

	if (!m && found->module && !found->module->builtin &&
		!kmt_modref_kernel_name(u->snap->root, found->module->path, name))
		m = sim_find(&u->sim, name);
	return m;
}

/* First all targets are marked, then each is planned: one may hold another. */
static int each_target(struct unload *u,
	int (*act)(struct unload *u, struct kmt_sim_module *m, const struct kmt_lookup_match *found))
{
	for (size_t i = 0; i < u->req->targets.n; i++) {
		struct kmt_lookup found = {0};
		char name[KMT_ALIAS_MAX];
		struct kmt_sim_module *m;
		int r = target_name(u, u->req->targets.v[i], name);

		if (r < 0)
			return r;
		m = sim_find(&u->sim, name);
		if (m) {
			r = act(u, m, NULL);
		} else {
			r = kmt_lookup_find_module(u->snap, name, &found, u->err);
			for (size_t j = 0; !r && j < found.rows.n; j++)
				r = act(u, find_loaded(u, &found.rows.v[j]), &found.rows.v[j]);
		}
		kmt_lookup_free(&found);
		if (r < 0)
			return r;
	}
	return 0;
}

static int mark(struct unload *u, struct kmt_sim_module *m, const struct kmt_lookup_match *found)
{
	if (m)
		m->target = true;
	return 0;
}

static int plan_target(struct unload *u, struct kmt_sim_module *m, const struct kmt_lookup_match *found)
{
	const struct cause cause = {
		.why = KMT_WHY_REQUESTED, .because_of = found ? found->alias : NULL};

	return m ? plan_removal(u, m, &cause) : plan_not_loaded(u, found);
}

int kmt_plan_unload(const struct kmt_snapshot *snap, const struct kmt_unload_request *req,
	struct kmt_plan *plan, const struct kmt_procmod **in_use, struct kmt_err *err)
{
	struct unload u = {.snap = snap, .req = req, .plan = plan, .in_use = in_use, .err = err};
	int r = kmt_plan_start(plan, snap, req->no_config, err);

	*in_use = NULL;
	if (r < 0)
		return r;
	sim_init(&u.sim, snap);
	r = each_target(&u, mark);
	if (!r)
		r = each_target(&u, plan_target);
	if (!r && req->unused_deps) {
		r = plan_unused(&u);
		if (!r)
			plan_held(&u);
		tell_what_stays(&u);
	}
	kmt_vec_free(&u.removed);
	kmt_vec_free(&u.held);
	sim_free(&u.sim);
	if (r < 0)
		kmt_plan_free(plan);
	return r;
}
