/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/out/devices.h>

#include <kmt/base/name.h>

const char *kmt_device_state_name(enum kmt_device_state state)
{
	static const char *const names[KMT_DEVICE_STATE_COUNT] = {
		[KMT_DEVICE_LOADABLE] = "loadable",
		[KMT_DEVICE_BLOCKED] = "blocked",
		[KMT_DEVICE_UNBOUND] = "unbound",
		[KMT_DEVICE_UNKNOWN] = "unknown",
		[KMT_DEVICE_NONE] = "no driver",
		[KMT_DEVICE_SERVED] = "served",
		[KMT_DEVICE_BOUND] = "bound",
	};

	return names[state];
}

enum kmt_hue kmt_device_state_hue(enum kmt_device_state state)
{
	static const enum kmt_hue hues[KMT_DEVICE_STATE_COUNT] = {
		[KMT_DEVICE_LOADABLE] = KMT_HUE_WARN,
		[KMT_DEVICE_BLOCKED] = KMT_HUE_BAD,
		[KMT_DEVICE_UNBOUND] = KMT_HUE_WARN,
		[KMT_DEVICE_UNKNOWN] = KMT_HUE_WARN,
		[KMT_DEVICE_NONE] = KMT_HUE_DIM,
		[KMT_DEVICE_SERVED] = KMT_HUE_GOOD,
		[KMT_DEVICE_BOUND] = KMT_HUE_GOOD,
	};

	return hues[state];
}

static void get_bus(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = ((const struct kmt_device *)row)->bus;
}

static void get_device(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = ((const struct kmt_device *)row)->name;
	out->hue = KMT_HUE_BOLD;
}

static void get_state(const void *data, void *ctx, struct kmt_cell *out)
{
	const struct kmt_device *device = data;

	out->s = kmt_device_state_name(device->state);
	out->hue = kmt_device_state_hue(device->state);
}

static void get_what(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = ((const struct kmt_device *)row)->what;
}

static void get_id(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = ((const struct kmt_device *)row)->id;
}

static void get_vendor(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = ((const struct kmt_device *)row)->vendor;
}

static void get_model(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = ((const struct kmt_device *)row)->model;
}

static void get_firmware(const void *row, void *ctx, struct kmt_cell *out)
{
	out->list = ((const struct kmt_device *)row)->firmware;
	out->hue = KMT_HUE_BAD;
}

static void get_system(const void *row, void *ctx, struct kmt_cell *out)
{
	out->n = kmt_device_is_system(row);
}

static void get_driver(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = ((const struct kmt_device *)row)->driver;
}

/* No module has a '-' in its name. */
static void get_module(const void *data, void *ctx, struct kmt_cell *out)
{
	const struct kmt_device *device = data;

	out->s = device->module;
	if (!device->module && device->driver) {
		out->s = "built-in";
		out->hue = KMT_HUE_DIM;
	}
}

static void get_candidates(const void *row, void *ctx, struct kmt_cell *out)
{
	out->list = ((const struct kmt_device *)row)->open;
}

static void get_blocked(const void *row, void *ctx, struct kmt_cell *out)
{
	out->list = ((const struct kmt_device *)row)->blocked;
	out->hue = KMT_HUE_BAD;
}

static void get_modalias(const void *row, void *ctx, struct kmt_cell *out)
{
	out->list = ((const struct kmt_device *)row)->modaliases;
}

static void get_path(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = ((const struct kmt_device *)row)->path;
}

const struct kmt_column kmt_device_columns[] = {
	{"state", "STATE", KMT_CELL_STRING, true, .whole = true,
		.help = "loadable, blocked, unbound, unknown, no driver, served or bound", .get = get_state},
	{"bus", "BUS", KMT_CELL_STRING, true, .whole = true, .help = "its bus, or its class", .get = get_bus},
	{"device", "DEVICE", KMT_CELL_STRING, true, .whole = true,
		.help = "its name there", .get = get_device},
	{"what", "WHAT", KMT_CELL_STRING, true, .help = "what it is, where sysfs or hwdata tells",
		.get = get_what},
	{"driver", "DRIVER", KMT_CELL_STRING, true, .whole = true,
		.help = "that it is bound to", .get = get_driver},
	{"module", "MODULE", KMT_CELL_STRING, true, .whole = true,
		.help = "of the driver; built-in if none is",
		.get = get_module},
	{"candidates", "CANDIDATES", KMT_CELL_LIST, true,
		.help = "modules that match the device", .get = get_candidates},
	{"blocked", "BLOCKED", KMT_CELL_LIST, true,
		.help = "matching modules that would not be loaded",
		.get = get_blocked},
	{"modalias", "MODALIAS", KMT_CELL_LIST, false, .help = "what the kernel asks for when it appears",
		.get = get_modalias},
	{"path", "PATH", KMT_CELL_STRING, false, .path = true,
		.help = "its directory in sysfs", .get = get_path},
	{"id", "ID", KMT_CELL_STRING, false, .in_json = true, .help = "numbers of its vendor and model: 8086:10d3",
		.get = get_id},
	{"vendor", "VENDOR", KMT_CELL_STRING, false, .in_json = true, .help = "its vendor in the lists of hwdata",
		.get = get_vendor},
	{"model", "MODEL", KMT_CELL_STRING, false, .in_json = true, .help = "its name in the lists of hwdata",
		.get = get_model},
	{"firmware", "FIRMWARE", KMT_CELL_LIST, false, .in_json = true,
		.help = "files that its driver asked for and that are missing", .get = get_firmware},
	{"system", "SYSTEM", KMT_CELL_BOOL, false, .in_json = true,
		.help = "of the system: a table hides it without --all", .get = get_system},
	{0},
};

static const struct kmt_device_candidate *find(const struct kmt_device *device, const char *name)
{
	const struct kmt_device_candidate *c;

	kmt_vec_foreach (c, &device->candidates)
		if (c->name == name)
			return c;
	return NULL;
}

/* What could still be done about one that is blocked. */
static const char *way_out(enum kmt_obstacle_kind kind)
{
	switch (kind) {
	case KMT_OBSTACLE_BLACKLISTED:
		return "That stops those who ask for the device; loading it by its name works.";
	case KMT_OBSTACLE_OFF:
		return "As long as that line is there, nothing is loaded for the device; loading it by its name works.";
	case KMT_OBSTACLE_KERNEL:
		return "The kernel refuses it as long as it runs.";
	case KMT_OBSTACLE_MISSING:
		return "The module tree has no file of it.";
	default:
		return "As long as that line is there, the module is not loaded.";
	}
}

static const char *story_blocked(const struct kmt_device *device, struct kmt_arena *arena)
{
	const struct kmt_device_candidate *c = find(device, device->blocked.v[0]);

	return kmt_arena_printf(arena, "No driver is bound. %s claims it, but is not loaded (%s). %s", c->name,
		kmt_obstacle_text(&c->obstacle, arena), way_out(c->obstacle.kind));
}

static const char *story_bound(const struct kmt_device *device, struct kmt_arena *arena)
{
	const char *through = device->by_node ? ", by the device that ACPI describes with it" : "";

	if (!device->module)
		return kmt_arena_printf(arena, "The driver %s has it%s; it is part of the kernel image.",
			device->driver, through);
	if (kmt_name_equal(device->driver, device->module))
		return kmt_arena_printf(arena, "The driver %s has it%s.", device->driver, through);
	return kmt_arena_printf(
		arena, "The driver %s of module %s has it%s.", device->driver, device->module, through);
}

const char *kmt_device_story(const struct kmt_device *device, struct kmt_arena *arena)
{
	const char *module = kmt_device_module(device);

	switch (device->state) {
	case KMT_DEVICE_LOADABLE:
		return kmt_arena_printf(arena, "%s%s claims it and is not loaded: L shows what loading it would do.",
			device->on_bus ? "No driver is bound. " : "", module);
	case KMT_DEVICE_BLOCKED:
		return story_blocked(device, arena);
	case KMT_DEVICE_UNBOUND:
		return kmt_arena_printf(arena,
			"No driver is bound, though %s is there: it did not take the device, or drives it in "
			"another way. The kernel's log may say why.",
			device->open.v[0]);
	case KMT_DEVICE_SERVED:
		return kmt_arena_printf(arena, "Nothing is bound to what is in a class; %s, which claims it, is there.",
			device->open.v[0]);
	case KMT_DEVICE_BOUND:
		return story_bound(device, arena);
	default:
		return device->unsure ? "No driver is bound. The module tree is missing or damaged: it does not "
					"tell what claims the device."
				      : "No driver is bound, and no module of this kernel claims it.";
	}
}
