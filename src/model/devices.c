/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/model/devices.h>

#include <string.h>

#include <kmt/base/name.h>
#include <kmt/source/devdesc.h>
#include <kmt/source/firmware.h>
#include <kmt/source/hwdata.h>
#include <kmt/sys/kmsg.h>

struct joining {
	const struct kmt_snapshot *snap;
	struct kmt_devices *all;
	struct kmt_err *err;
	int r; /* of the first search that failed: others would, too */
};

static bool is_candidate(const struct kmt_device *device, const char *name)
{
	const struct kmt_device_candidate *c;

	kmt_vec_foreach (c, &device->candidates)
		if (!strcmp(c->name, name))
			return true;
	return false;
}

static void add_candidate(struct joining *j, struct kmt_device *device, const struct kmt_lookup_match *m)
{
	struct kmt_device_candidate c = {.name = m->name, .pattern = m->pattern};

	if (is_candidate(device, m->name))
		return;
	c.builtin = m->stage == KMT_LOOKUP_BUILTIN_ALIAS || (m->module && m->module->builtin);
	c.loaded = kmt_snapshot_loaded(j->snap, m->name) != NULL;
	c.source = m->line ? kmt_origin_text(&m->line->origin, &j->all->arena)
			   : kmt_lookup_stage_name(m->stage);
	kmt_obstacle_find(j->snap, m, &c.obstacle);
	kmt_vec_push(&device->candidates, c);
}

static void find_candidates(struct joining *j, struct kmt_device *device, const char *modalias)
{
	struct kmt_lookup found = {0};
	const struct kmt_lookup_match *m;

	if (!j->r)
		j->r = kmt_lookup_find_claims(j->snap, modalias, &found, j->err);
	device->unsure = j->r || !j->snap->has_tree;
	kmt_vec_foreach (m, &found.rows)
		add_candidate(j, device, m);
	kmt_lookup_free(&found);
}

static bool is_there(const struct kmt_device_candidate *c)
{
	return c->loaded || c->builtin;
}

/* The state of a device without a driver depends on what claims it. */
static void judge(struct kmt_device *device)
{
	const struct kmt_device_candidate *c;
	size_t there = 0, loadable = 0;

	kmt_vec_foreach (c, &device->candidates) {
		if (is_there(c))
			there++;
		else if (!c->obstacle.blocks)
			loadable++;
		if (is_there(c) || !c->obstacle.blocks)
			kmt_vec_push(&device->open, c->name);
		else
			kmt_vec_push(&device->blocked, c->name);
	}
	if (device->driver)
		device->state = KMT_DEVICE_BOUND;
	else if (!device->candidates.n)
		device->state = device->unsure ? KMT_DEVICE_UNKNOWN : KMT_DEVICE_NONE;
	else if (loadable)
		device->state = KMT_DEVICE_LOADABLE;
	else if (there)
		device->state = device->on_bus ? KMT_DEVICE_UNBOUND : KMT_DEVICE_SERVED;
	else
		device->state = KMT_DEVICE_BLOCKED;
}

static const char *normal_name(const char *module, struct kmt_arena *arena)
{
	char name[KMT_NAME_MAX];

	return module && !kmt_name_normalize(module, name, sizeof(name)) ? kmt_arena_strdup(arena, name) : NULL;
}

static struct kmt_device *new_device(
	struct joining *j, const struct kmt_modalias *from, const struct kmt_hwdata_name *name)
{
	struct kmt_device *device = KMT_ARENA_NEW(&j->all->arena, struct kmt_device);

	*device = (struct kmt_device){
		.bus = from->kind,
		.name = from->name,
		.path = from->path,
		.on_bus = from->on_bus,
		.by_node = from->by_node,
		.driver = from->driver,
		.module = normal_name(from->module, &j->all->arena),
		.id = name->id ? kmt_arena_printf(&j->all->arena, "%04x:%04x", name->id >> 16, name->id & 0xffff) : NULL,
		.what = kmt_devdesc_read(j->snap->root, from, name, &j->all->arena),
		.vendor = name->vendor,
		.model = name->device,
	};
	return device;
}

/* Rows of one state keep the order that they were read in. */
static void sort(struct kmt_devices *all)
{
	size_t n = all->rows.n, at = 0;
	struct kmt_device **read = all->rows.v, **sorted = kmt_realloc_array(NULL, n + 1, sizeof(*sorted));

	for (int state = 0; state < KMT_DEVICE_STATE_COUNT; state++)
		for (size_t i = 0; i < n; i++)
			if ((int)read[i]->state == state)
				sorted[at++] = read[i];
	free(read);
	all->rows.v = sorted;
	all->rows.cap = n + 1;
}

/* From the kernel log, as far as this process may read it. */
static void find_firmware(const struct kmt_snapshot *snap, struct kmt_devices *all)
{
	struct kmt_firmwares missing = {0};
	struct kmt_kmsg_log log = {0};
	const struct kmt_firmware *f;
	struct kmt_kmsg kmsg;

	kmt_kmsg_open_start(&kmsg, snap->root);
	kmt_kmsg_read_new(&kmsg, &log);
	kmt_kmsg_close(&kmsg);
	kmt_firmware_find(&log, snap->root, snap->version, &all->arena, &missing);
	kmt_vec_foreach (f, &missing.rows)
		for (size_t i = 0; i < all->rows.n; i++)
			if (all->rows.v[i]->on_bus && !strcmp(all->rows.v[i]->name, f->device))
				kmt_vec_push(&all->rows.v[i]->firmware, f->name);
	kmt_vec_free(&missing.rows);
	kmt_kmsg_log_free(&log);
}

int kmt_devices_find(const struct kmt_snapshot *snap, const struct kmt_modaliases *from,
	struct kmt_devices *out, struct kmt_err *err)
{
	struct joining j = {.snap = snap, .all = out, .err = err};
	const struct kmt_hwdata_name *names;
	struct kmt_device *device = NULL;
	const struct kmt_modalias *m;

	*out = (struct kmt_devices){0};
	names = kmt_hwdata_read(snap->root, from, &out->arena);
	kmt_vec_foreach (m, &from->rows) {
		if (!device || strcmp(device->path, m->path)) {
			device = new_device(&j, m, &names[m - from->rows.v]);
			kmt_vec_push(&out->rows, device);
		}
		kmt_vec_push(&device->modaliases, m->text);
		find_candidates(&j, device, m->modalias);
	}
	for (size_t i = 0; i < out->rows.n; i++)
		judge(out->rows.v[i]);
	sort(out);
	find_firmware(snap, out);
	return j.r;
}

void kmt_devices_free(struct kmt_devices *devices)
{
	for (size_t i = 0; i < devices->rows.n; i++) {
		struct kmt_device *device = devices->rows.v[i];

		kmt_vec_free(&device->modaliases);
		kmt_vec_free(&device->candidates);
		kmt_vec_free(&device->open);
		kmt_vec_free(&device->blocked);
		kmt_vec_free(&device->firmware);
	}
	kmt_vec_free(&devices->rows);
	kmt_arena_free(&devices->arena);
}

const char *kmt_device_module(const struct kmt_device *device)
{
	const struct kmt_device_candidate *c;

	if (device->driver)
		return device->module;
	kmt_vec_foreach (c, &device->candidates)
		if (!is_there(c) && !c->obstacle.blocks)
			return c->name;
	return device->candidates.n ? device->candidates.v[0].name : NULL;
}

/* A PCI bridge, memory, a timer and the like, but not a card reader: by its class, which begins at a
 * fixed place. */
static bool is_of_board(const char *modalias)
{
	static const char before[] = "pci:vVVVVVVVVdDDDDDDDDsvSSSSSSSSsdDDDDDDDDbc";
	const char *class = modalias + strlen(before);
	static const char *const classes[] = {"05", "06", "08", "0B"};

	if (strncmp(modalias, "pci:", 4) != 0 || strlen(modalias) < strlen(before) + strlen("06sc04") ||
		!strncmp(class, "08sc05", strlen("08sc05")))
		return false;
	for (size_t i = 0; i < KMT_ARRAY_SIZE(classes); i++)
		if (!strncmp(class, classes[i], strlen(classes[i])))
			return true;
	return false;
}

bool kmt_device_is_system(const struct kmt_device *device)
{
	static const char *const buses[] = {"acpi", "cpu", "dmi", "platform", "pnp", "system", "wmi"};

	if (device->state == KMT_DEVICE_LOADABLE || device->state == KMT_DEVICE_BLOCKED)
		return false;
	for (size_t i = 0; i < KMT_ARRAY_SIZE(buses); i++)
		if (!strcmp(device->bus, buses[i]))
			return true;
	return !device->on_bus || is_of_board(device->modaliases.v[0]);
}
