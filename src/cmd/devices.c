/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `kmtool devices`: what drives each device, and what could; and giving a device to another driver. */
#include <errno.h>

#include <kmt/cmd/banner.h>
#include <kmt/cmd/print.h>
#include <kmt/model/devselect.h>
#include <kmt/out/devices.h>
#include <kmt/sys/paths.h>

#include "change_priv.h"
#include "cmds_priv.h"

#define NOTES (KMT_BANNER_MODULES | KMT_BANNER_TREE | KMT_BANNER_INDEX)

struct list_opts {
	bool all, module, unbound;
};

static const struct kmt_opt list_options[] = {
	{"all", 'a', KMT_OPT_FLAG, .help = "also devices of the system: firmware, bridges, classes",
		.offset = offsetof(struct list_opts, all)},
	{"module", 'm', KMT_OPT_FLAG, .help = "operands are modules, even where a device has the same name",
		.offset = offsetof(struct list_opts, module)},
	{"unbound", 'u', KMT_OPT_FLAG, .help = "only devices without a driver",
		.offset = offsetof(struct list_opts, unbound)},
	{0},
};

struct listing {
	struct kmt_env *env;
	const struct list_opts *opts;
	const struct kmt_snapshot *snap;
	const struct kmt_devices *devices;
	bool *wanted;
};

static bool is_for_scripts(const struct listing *l)
{
	return l->env->g.json || l->env->g.raw;
}

static int choose_one(struct listing *l, const char *arg, struct kmt_err *err)
{
	struct kmt_devselected how = {.wanted = l->wanted};
	int r = kmt_devselect(l->snap, l->devices, arg, l->opts->module, &how, err);

	if (!r && how.matching && !is_for_scripts(l))
		kmt_note(l->env, "%s drives %zu device%s here, and matches %zu more", arg, how.driven,
			how.driven == 1 ? "" : "s", how.matching - how.driven);
	else if (!r && how.is_module && !how.matching)
		kmt_note(l->env, "%s is a device and a module: --module shows the devices of the module", arg);
	return r;
}

/* The operands: each without a device is a warning, if there are several, and their number the error. */
static int choose(struct listing *l, struct kmt_err *err)
{
	struct kmt_env *env = l->env;
	int missed = 0;

	for (int i = 0; i < env->argc; i++) {
		kmt_autoerr struct kmt_err why = KMT_ERR_INIT;

		if (!choose_one(l, env->argv[i], env->argc > 1 ? &why : err))
			continue;
		missed++;
		if (env->argc > 1)
			kmt_diag_add(&env->diag, NULL, "%s", why.msg);
	}
	if (!missed || env->argc == 1)
		return missed ? -ENOENT : 0;
	return kmt_err_set(err, missed < env->argc ? KMT_ERR_PARTLY : KMT_ERR_NOT_FOUND, ENOENT,
		"%d of %d devices not found", missed, env->argc);
}

static bool has_no_driver(const struct kmt_device *device)
{
	return device->state != KMT_DEVICE_BOUND && device->state != KMT_DEVICE_SERVED;
}

/* A table for people hides what nobody can do anything about; scripts get all. */
static bool is_hidden(const struct listing *l, const struct kmt_device *device)
{
	return !l->opts->all && !l->env->argc && !is_for_scripts(l) && kmt_device_is_system(device);
}

/* What is to be done about one: firmware to install, a driver to choose. */
static void tell(const struct listing *l, const struct kmt_device *device)
{
	for (size_t i = 0; i < device->firmware.n; i++)
		kmt_note(l->env, "%s: firmware %s is missing%s%s%s", device->name, device->firmware.v[i],
			device->driver ? " (requested by " : "", device->driver ? device->driver : "",
			device->driver ? ")" : "");
	if (l->env->argc && device->on_bus && device->driver && device->open.n > 1)
		kmt_note(l->env, "%s: %zu modules match; 'kmtool devices bind %s MODULE' chooses one", device->name,
			device->open.n, device->name);
}

static int print(struct listing *l, struct kmt_err *err)
{
	const struct kmt_devices *devices = l->devices;
	kmt_autoerr struct kmt_err missed = KMT_ERR_INIT;
	kmt_autofree bool *wanted = kmt_alloc(devices->rows.n + 1);
	kmt_autofree const void **order = kmt_realloc_array(NULL, devices->rows.n + 1, sizeof(*order));
	struct kmt_rows rows = {.columns = kmt_device_columns, .rows = order, .json_name = "devices"};
	size_t hidden = 0;
	int r;

	l->wanted = wanted;
	choose(l, &missed);
	for (size_t i = 0; i < devices->rows.n; i++) {
		const struct kmt_device *device = devices->rows.v[i];

		if ((l->env->argc && !wanted[i]) || (l->opts->unbound && !has_no_driver(device)))
			continue;
		if (is_hidden(l, device))
			hidden++;
		else
			order[rows.n++] = device;
	}
	r = kmt_cmd_print_telling(l->env, &rows, NULL, err);
	for (size_t i = 0; !r && !is_for_scripts(l) && i < rows.n; i++)
		tell(l, order[i]);
	if (!r && hidden)
		kmt_note(l->env, "%zu device%s of the system %s hidden: --all shows %s", hidden, hidden == 1 ? "" : "s",
			hidden == 1 ? "is" : "are", hidden == 1 ? "it" : "them");
	return r || !missed.kind ? r : kmt_err_copy(err, &missed);
}

/* What a damaged index does not tell is missing, and an error after the rest. */
static int answer(
	struct kmt_env *env, const struct kmt_snapshot *snap, const struct list_opts *opts, struct kmt_err *err)
{
	kmt_autoerr struct kmt_err damaged = KMT_ERR_INIT;
	struct kmt_modaliases found;
	struct kmt_devices devices;
	int r;

	if (kmt_modaliases_read(&env->root, &found))
		return kmt_err_set(err, KMT_ERR_NOT_FOUND, ENOENT, "no device information: %s%s is missing",
			env->root.path, KMT_PATH_SYS_BUS);
	kmt_devices_find(snap, &found, &devices, &damaged);
	r = print(&(struct listing){.env = env, .opts = opts, .snap = snap, .devices = &devices}, err);
	if (!r && damaged.kind) {
		r = kmt_err_set(err, damaged.kind, damaged.errnum, "%s", damaged.msg);
		if (damaged.hint)
			kmt_err_hint(err, "%s", damaged.hint);
	}
	kmt_devices_free(&devices);
	kmt_modaliases_free(&found);
	return r;
}

static int run_list(struct kmt_env *env, const void *opts, struct kmt_err *err)
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

static const char *const list_examples[] = {"kmtool devices --unbound",
	"devices without a driver, with matching modules",
	"kmtool devices eth0", "a network interface with its parent devices and their modules",
	"kmtool devices e1000e", "what a module drives here, and what it could drive",
	"kmtool devices --raw -o device,candidates 8086:10d3",
	"modules that match a device, by its PCI or USB ID",
	NULL};

static const struct kmt_cmd cmd_devices_list = {
	.name = "devices list",
	.summary = "List devices with their drivers and matching modules",
	.operands = "[DEVICE|MODULE...]",
	.complete = KMT_COMPLETE_DEVICE_MODULE,
	.opts = list_options,
	.opts_size = sizeof(struct list_opts),
	.columns = kmt_device_columns,
	.examples = list_examples,
	.takes = KMT_TAKES_MACHINE | KMT_TAKES_ROWS,
	.run = run_list,
};

#define TAKES_BIND (KMT_TAKES_MACHINE | KMT_TAKES_DRY_RUN | KMT_TAKES_JSON | KMT_TAKES_RAW)

static const char *const bind_examples[] = {
	"kmtool devices bind -n 00:1f.3 vfio_pci", "show what giving the device to this driver would do",
	"kmtool devices bind --persist 00:1f.3 vfio_pci", "now and at every boot",
	"kmtool devices bind --undo 00:1f.3", "let the kernel choose again", NULL};

static const struct kmt_cmd cmd_devices_bind = {
	.name = "devices bind",
	.summary = "Give a device to the driver of a module",
	.operands = KMT_BIND_OPERANDS,
	.complete = KMT_COMPLETE_BIND_ARG,
	.opts = kmt_bind_options,
	.opts_size = sizeof(struct kmt_request),
	.examples = bind_examples,
	.takes = TAKES_BIND,
	.run = kmt_change_request,
};

static const char *const unbind_examples[] = {
	"kmtool devices unbind 1-2:1.0", "take a USB interface from its driver", NULL};

static const struct kmt_cmd cmd_devices_unbind = {
	.name = "devices unbind",
	.summary = "Take a device from its driver",
	.operands = KMT_UNBIND_OPERANDS,
	.complete = KMT_COMPLETE_DEVICE,
	.examples = unbind_examples,
	.takes = TAKES_BIND,
	.run = kmt_change_request,
};

static const struct kmt_cmd *const verbs[] = {
	&cmd_devices_list,
	&cmd_devices_bind,
	&cmd_devices_unbind,
	NULL,
};

static const char *const examples[] = {"kmtool devices", "hardware with its drivers, what has none first",
	"kmtool devices bind -n 00:1f.3 vfio_pci", "show what giving a device to another driver would do", NULL};

const struct kmt_cmd kmt_cmd_devices = {
	.name = "devices",
	.summary = "Show devices, their drivers and matching modules; choose a driver",
	.operands = "[VERB] [ARGUMENT...]",
	.complete = KMT_COMPLETE_DEVICE,
	.verbs = verbs,
	.bare = true,
	.examples = examples,
	.takes = KMT_TAKES_MACHINE | KMT_TAKES_ROWS | KMT_TAKES_DRY_RUN,
};
