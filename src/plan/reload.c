/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/plan/reload.h>

#include <string.h>

#include <kmt/plan/load.h>
#include <kmt/plan/unload.h>
#include <kmt/sys/paths.h>

struct reload {
	struct kmt_snapshot *snap;
	const struct kmt_reload_request *req;
	struct kmt_plan *plan;
	struct kmt_err *err;
};

/* Installing by a command is loading, removing by one is unloading. */
static bool loads(const struct kmt_step *step)
{
	return step->kind == KMT_STEP_INSERT || step->why == KMT_WHY_INSTALL_COMMAND;
}

static bool unloads(const struct kmt_step *step)
{
	return step->kind == KMT_STEP_REMOVE || step->why == KMT_WHY_REMOVE_COMMAND;
}

static bool goes(const struct kmt_plan *plan, const char *module, size_t n)
{
	const struct kmt_step *step;

	kmt_vec_foreach(step, &plan->steps) {
		if (unloads(step) && strlen(step->module) == n && !memcmp(step->module, module, n))
			return true;
	}
	return false;
}

/* /proc/modules as it is after the steps that are planned so far. Counts and holders stay: who plans a load
 * asks only what is there. */
static int list_after(const struct reload *rl, struct kmt_strbuf *out)
{
	kmt_autostrbuf struct kmt_strbuf now = KMT_STRBUF_INIT;
	const struct kmt_step *step;
	int r = kmt_root_read(rl->snap->root, KMT_PATH_PROC_MODULES, 0, &now, rl->err);

	for (const char *line = kmt_strbuf_str(&now); !r && *line;) {
		size_t n = strcspn(line, "\n"), name = strcspn(line, " \n");

		n += line[n] == '\n';
		if (!goes(rl->plan, line, name))
			kmt_strbuf_add(out, line, n);
		line += n;
	}
	kmt_vec_foreach(step, &rl->plan->steps) {
		if (loads(step))
			kmt_strbuf_addf(out, "%s 0 0 - Live 0x0\n", step->module);
	}
	return r;
}

/* Plans the load on top of what is planned. */
static int add_load(const struct reload *rl, const struct kmt_load_request *load)
{
	kmt_autostrbuf struct kmt_strbuf list = KMT_STRBUF_INIT;
	struct kmt_root root = *rl->snap->root;
	struct kmt_root_overlay overlay = {.path = KMT_PATH_PROC_MODULES};
	struct kmt_snapshot after;
	struct kmt_plan more = {0};
	int r = list_after(rl, &list);

	if (r < 0)
		return r;
	overlay.data = kmt_strbuf_str(&list);
	overlay.n = list.len;
	root.overlay = &overlay;
	root.n_overlay = 1;
	r = kmt_snapshot_take(&after, &root, rl->req->version,
		KMT_SNAP_LOADED | KMT_SNAP_TREE | KMT_SNAP_CONFIG, NULL, rl->err);
	if (r < 0)
		return r;
	r = kmt_plan_load(&after, load, &more, rl->err);
	kmt_plan_append(rl->plan, &more);
	kmt_snapshot_free(&after);
	return r;
}

void kmt_reload_holders(const struct kmt_snapshot *snap, const struct kmt_plan *plan, struct kmt_strv *out)
{
	for (size_t i = plan->steps.n; i-- > 0;) {
		const struct kmt_step *step = &plan->steps.v[i];

		/* A target may be there because of an alias, which is no loaded module. */
		if (unloads(step) && step->required && step->because_of &&
			kmt_map_get(&snap->loaded_by_name, step->because_of))
			kmt_vec_push(out, step->module);
	}
}

static int load_holders(const struct reload *rl)
{
	struct kmt_load_request load = {0};
	int r = 0;

	kmt_reload_holders(rl->snap, rl->plan, &load.targets);
	if (load.targets.n)
		r = add_load(rl, &load);
	kmt_vec_free(&load.targets);
	return r;
}

int kmt_plan_reload(struct kmt_snapshot *snap, const struct kmt_reload_request *req, struct kmt_plan *plan,
	const struct kmt_procmod **in_use, struct kmt_err *err)
{
	const struct reload rl = {snap, req, plan, err};
	struct kmt_unload_request unload = {.dependents = req->dependents};
	struct kmt_load_request load = {.params = req->params};
	int r;

	kmt_vec_push(&unload.targets, req->target);
	kmt_vec_push(&load.targets, req->target);
	r = kmt_plan_unload(snap, &unload, plan, in_use, err);
	if (!r)
		r = add_load(&rl, &load);
	if (!r)
		r = load_holders(&rl);
	if (r < 0)
		kmt_plan_free(plan);
	kmt_vec_free(&unload.targets);
	kmt_vec_free(&load.targets);
	return r;
}
