/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `kmtool devices`: what drives each device, and what could. */
#include <errno.h>

#include <kmt/cmd/banner.h>
#include <kmt/cmd/print.h>
#include <kmt/model/devselect.h>
#include <kmt/out/devices.h>
#include <kmt/sys/paths.h>

#include "cmds_priv.h"

#define NOTES (KMT_BANNER_MODULES | KMT_BANNER_TREE | KMT_BANNER_INDEX)

struct devices_opts {
	bool unbound;
};

static const struct kmt_opt devices_options[] = {
	{"unbound", 'u', KMT_OPT_FLAG, .help = "only devices without a driver",
		.offset = offsetof(struct devices_opts, unbound)},
	{0},
};

/* The operands: each without a device is a warning, if there are several, and their number the error. */
static int choose(
	struct kmt_env *env, const struct kmt_devices *devices, bool *wanted, struct kmt_err *err)
{
	int missed = 0;

	for (int i = 0; i < env->argc; i++) {
		if (kmt_devselect(&env->root, devices, env->argv[i], wanted))
			continue;
		missed++;
		if (env->argc > 1)
			kmt_diag_add(&env->diag, NULL, "no such device: %s",
				env->argv[i]);
	}
	if (!missed)
		return 0;
	if (env->argc == 1)
		return kmt_err_set(err, KMT_ERR_NOT_FOUND, ENOENT, "no such device: %s",
			env->argv[0]);
	return kmt_err_set(err, missed < env->argc ? KMT_ERR_PARTLY : KMT_ERR_NOT_FOUND, ENOENT,
		"%d of %d devices are not there", missed, env->argc);
}

static bool has_no_driver(const struct kmt_device *device)
{
	return device->state != KMT_DEVICE_BOUND && device->state != KMT_DEVICE_SERVED;
}

static int print(struct kmt_env *env, const struct kmt_devices *devices, const struct devices_opts *opts,
	struct kmt_err *err)
{
	kmt_autoerr struct kmt_err missed = KMT_ERR_INIT;
	kmt_autofree bool *wanted = kmt_alloc(devices->rows.n + 1);
	kmt_autofree const void **order = kmt_realloc_array(NULL, devices->rows.n + 1, sizeof(*order));
	struct kmt_rows rows = {.columns = kmt_device_columns, .rows = order, .json_name = "devices"};
	int r;

	choose(env, devices, wanted, &missed);
	for (size_t i = 0; i < devices->rows.n; i++)
		if ((!env->argc || wanted[i]) && (!opts->unbound || has_no_driver(devices->rows.v[i])))
			order[rows.n++] = devices->rows.v[i];
	r = kmt_cmd_print_telling(env, &rows, NULL, err);
	if (!r && missed.kind)
		r = kmt_err_set(err, missed.kind, missed.errnum, "%s", missed.msg);
	return r;
}

/* What a damaged index does not tell is missing, and an error after the rest. */
static int answer(struct kmt_env *env, struct kmt_snapshot *snap, const struct devices_opts *opts,
	struct kmt_err *err)
{
	kmt_autoerr struct kmt_err damaged = KMT_ERR_INIT;
	struct kmt_modaliases found;
	struct kmt_devices devices;
	int r;

	if (kmt_modaliases_read(&env->root, &found))
		return kmt_err_set(err, KMT_ERR_NOT_FOUND, ENOENT, "no device information: %s%s is missing",
			env->root.path, KMT_PATH_SYS_BUS);
	kmt_devices_find(snap, &found, &devices, &damaged);
	r = print(env, &devices, opts, err);
	if (!r && damaged.kind) {
		r = kmt_err_set(err, damaged.kind, damaged.errnum, "%s", damaged.msg);
		if (damaged.hint)
			kmt_err_hint(err, "%s", damaged.hint);
	}
	kmt_devices_free(&devices);
	kmt_modaliases_free(&found);
	return r;
}

static int run_devices(struct kmt_env *env, const void *opts, struct kmt_err *err)
{
	kmt_auto(kmt_selection_free) struct kmt_selection sel = {0};
	struct kmt_snapshot snap;
	int r = kmt_cmd_select(env, &sel, err);

	if (!r)
		r = kmt_snapshot_take(&snap, &env->root, env->g.kernel,
			/* Drivers are known without a tree; but a kernel that somebody names has to be there. */
			KMT_SNAP_LOADED | KMT_SNAP_TREE | KMT_SNAP_CONFIG |
				(env->g.kernel ? 0 : KMT_SNAP_TREE_OPTIONAL),
			&env->diag, err);
	if (r)
		return r;
	kmt_banner(env, &snap, NOTES);
	if (!snap.has_tree)
		kmt_diag_add(&env->diag, NULL, "matching modules are unknown: %s", snap.tree_err.msg);
	r = answer(env, &snap, opts, err);
	kmt_snapshot_free(&snap);
	return r;
}

static const char *const examples[] = {"kmtool devices --unbound",
	"devices without a driver, with matching modules",
	"kmtool devices eth0", "a network interface with its parent devices and their modules",
	"kmtool devices --raw -o device,candidates 8086:10d3",
	"modules that match a device, by its PCI or USB ID",
	NULL};

const struct kmt_cmd kmt_cmd_devices = {
	.name = "devices",
	.summary = "Show devices, their drivers and matching modules",
	.operands = "[DEVICE...]",
	.complete = KMT_COMPLETE_DEVICE,
	.opts = devices_options,
	.opts_size = sizeof(struct devices_opts),
	.columns = kmt_device_columns,
	.examples = examples,
	.takes = KMT_TAKES_MACHINE | KMT_TAKES_ROWS,
	.run = run_devices,
};
