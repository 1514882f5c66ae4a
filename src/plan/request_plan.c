/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From a request to its plan: one function for each kind. */
#include <kmt/plan/request.h>

#include <errno.h>

#include <kmt/model/modfacts.h>
#include <kmt/plan/effects.h>
#include <kmt/plan/load.h>
#include <kmt/plan/options.h>
#include <kmt/plan/params.h>
#include <kmt/plan/reload.h>
#include <kmt/plan/unload.h>

#define PARTS_ALL (KMT_SNAP_LOADED | KMT_SNAP_TREE | KMT_SNAP_CONFIG)

struct planning {
	const struct kmt_request *request;
	const struct kmt_machine *machine;
	struct kmt_snapshot *snap;
	struct kmt_plan *plan;
	struct kmt_forecast *forecast;
	struct kmt_err *err;
};

static void warn_forced(struct kmt_plan *plan)
{
	const struct kmt_step *step;

	kmt_vec_foreach (step, &plan->steps)
		if (step->kind == KMT_STEP_INSERT)
			kmt_vec_push(&plan->warnings,
				kmt_arena_printf(&plan->arena,
					"%s is loaded by force: it taints the kernel (F) until the next reboot",
					step->module));
}

static int plan_load(const struct planning *p)
{
	const struct kmt_request *r = p->request;
	const struct kmt_load_request load = {
		.targets = r->targets,
		.params = r->params,
		.cwd = p->machine->cwd,
		.no_config = r->no_config,
		.insert_flags = (r->force_vermagic ? KMT_INSERT_IGNORE_VERMAGIC : 0u) |
				(r->force_modversion ? KMT_INSERT_IGNORE_MODVERSIONS : 0u),
	};
	int ret = kmt_plan_load(p->snap, &load, p->plan, p->err);

	if (!ret && load.insert_flags)
		warn_forced(p->plan);
	return ret;
}

static void warn_unload(const struct planning *p)
{
	struct kmt_essentials essentials;

	kmt_essentials_read(p->snap, p->machine->ssh_interface, &essentials);
	kmt_plan_unload_warn(&essentials, p->plan);
	kmt_essentials_free(&essentials);
}

static int plan_unload(const struct planning *p)
{
	const struct kmt_request *r = p->request;
	const struct kmt_unload_request unload = {
		.targets = r->targets,
		.dependents = r->dependents,
		.unused_deps = r->unused_deps,
		.no_config = r->no_config,
		.wait = r->wait_ms > 0,
		.remove_flags = r->force ? KMT_REMOVE_FORCE : 0,
	};
	int ret = kmt_plan_unload(p->snap, &unload, p->plan, &p->forecast->in_use, p->err);

	if (!ret)
		warn_unload(p);
	return ret;
}

static int plan_reload(const struct planning *p)
{
	const struct kmt_request *r = p->request;
	const struct kmt_reload_request reload = {.target = r->targets.v[0],
		.params = r->params,
		.dependents = r->dependents,
		.version = p->machine->version};
	int ret = kmt_plan_reload(p->snap, &reload, p->plan, &p->forecast->in_use, p->err);

	if (!ret)
		warn_unload(p);
	return ret;
}

/* How long a value that was set now lasts. */
static void add_lasting(const struct planning *p, const struct kmt_modfacts *f)
{
	kmt_vec_push(&p->forecast->effects,
		kmt_arena_printf(&p->plan->arena,
			f->module.builtin ? "until the next start of the machine"
					  : "until %s is unloaded; --save makes it last",
			f->module.name));
}

static int plan_values(const struct planning *p, const struct kmt_modfacts *f)
{
	const struct kmt_request *r = p->request;
	const struct kmt_option_edit edit = {.module = f->module.name, .builtin = f->module.builtin,
		.set = &r->params, .unset = &r->unset, .file = r->file, .version = p->machine->version};
	struct kmt_strv *effects = &p->forecast->effects;
	bool save = kmt_request_is_saved(r);
	int ret = kmt_plan_check_params(f, &r->params, p->plan, p->err);

	if (!ret && kmt_request_is_now(r))
		ret = kmt_plan_params(f, &r->params, save, effects, p->plan, p->err);
	if (!ret && save)
		ret = kmt_plan_options(p->snap, &edit, effects, p->plan, p->err);
	if (!ret && !save && p->plan->steps.n)
		add_lasting(p, f);
	return ret;
}

static int plan_params(const struct planning *p)
{
	struct kmt_modfacts facts = {0};
	int ret = kmt_modfacts_find(&facts, p->snap, p->request->targets.v[0], p->err);

	if (!ret)
		ret = plan_values(p, &facts);
	kmt_modfacts_free(&facts);
	return ret;
}

static void add_block_effects(const struct planning *p, const char *name)
{
	struct kmt_strv *effects = &p->forecast->effects;

	if (p->request->verify) /* the proof tells more */
		return;
	if (kmt_snapshot_loaded(p->snap, name))
		kmt_vec_push(effects, kmt_arena_printf(&p->plan->arena,
					      "%s is loaded now, and stays: kmtool unload %s", name, name));
	kmt_effects_initramfs(p->snap, name, &p->plan->arena, effects);
}

static int plan_block(const struct planning *p)
{
	struct kmt_forecast *f = p->forecast;
	int ret = 0;

	for (size_t i = 0; !ret && i < p->request->targets.n; i++) {
		struct kmt_block_module module = {0};

		ret = kmt_block_name(p->snap, p->request->targets.v[i], module.name, p->err);
		if (ret)
			break;
		ret = kmt_plan_block(p->snap, module.name, p->plan, p->err);
		kmt_vec_push(&f->blocks, module);
		add_block_effects(p, module.name);
	}
	return ret ? ret
		   : kmt_block_prove_plan(p->snap, p->machine->version, p->request->verify, p->plan, f->blocks.v,
			     f->blocks.n, p->err);
}

static int plan_unblock(const struct planning *p)
{
	int ret = 0;

	for (size_t i = 0; !ret && i < p->request->targets.n; i++) {
		const char *arg = p->request->targets.v[i];
		char name[KMT_NAME_MAX];

		if (kmt_name_normalize(arg, name, sizeof(name)))
			return kmt_err_set(
				p->err, KMT_ERR_USAGE, EINVAL, "'%s' cannot be the name of a module", arg);
		ret = kmt_plan_unblock(p->snap, name, p->plan, p->err);
		if (!ret && p->plan->steps.n)
			kmt_effects_initramfs(p->snap, name, &p->plan->arena, &p->forecast->effects);
	}
	return ret;
}

static const struct {
	unsigned int parts;
	int (*plan)(const struct planning *p);
} kinds[KMT_REQUEST_COUNT] = {
	[KMT_REQUEST_LOAD] = {PARTS_ALL, plan_load},
	[KMT_REQUEST_UNLOAD] = {PARTS_ALL | KMT_SNAP_TREE_OPTIONAL, plan_unload},
	[KMT_REQUEST_RELOAD] = {PARTS_ALL, plan_reload},
	[KMT_REQUEST_PARAMS] = {PARTS_ALL | KMT_SNAP_TREE_OPTIONAL, plan_params},
	[KMT_REQUEST_BLOCK] = {PARTS_ALL | KMT_SNAP_TREE_OPTIONAL, plan_block},
	[KMT_REQUEST_UNBLOCK] = {PARTS_ALL | KMT_SNAP_TREE_OPTIONAL, plan_unblock},
};

unsigned int kmt_request_parts(const struct kmt_request *r)
{
	return kinds[r->kind].parts;
}

int kmt_request_plan(const struct kmt_request *r, const struct kmt_machine *machine,
	struct kmt_snapshot *snap, struct kmt_plan *plan, struct kmt_forecast *forecast, struct kmt_err *err)
{
	const struct planning p = {r, machine, snap, plan, forecast, err};

	*forecast = (struct kmt_forecast){0};
	return kinds[r->kind].plan(&p);
}

void kmt_forecast_free(struct kmt_forecast *forecast)
{
	for (size_t i = 0; i < forecast->blocks.n; i++)
		kmt_block_proof_free(&forecast->blocks.v[i].proof);
	kmt_vec_free(&forecast->blocks);
	kmt_vec_free(&forecast->effects);
}
