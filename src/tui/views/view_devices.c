/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rows of the view of devices: those of `kmtool devices`. */
#include "views_priv.h"

#include <string.h>

#include <kmt/base/map.h>
#include <kmt/model/devchain.h>
#include <kmt/out/devices.h>
#include <kmt/out/modstate.h>
#include <kmt/sys/paths.h>

#define LABEL KMT_VIEW_LABEL
#define NAME_WIDTH 20 /* of a candidate */
#define NESTED 4      /* columns before what is said of it */

/* A struct kmt_device to its columns. */
struct device_row {
	struct kmt_device device;
	const char *id;
};

#define GROUP "no driver" /* the row that stands for all that nothing drives or claims */

static void add_row(
	struct kmt_model *m, struct kmt_model_view *v, const struct kmt_device *device, const char *id)
{
	struct device_row *row = KMT_ARENA_NEW(&m->device_rows.arena, struct device_row);

	*row = (struct device_row){*device, id};
	kmt_vec_push(&v->rows, row);
}

static size_t count_driverless(const struct kmt_devices *all)
{
	size_t n = 0;

	for (size_t i = 0; i < all->rows.n; i++)
		n += all->rows.v[i]->state == KMT_DEVICE_NONE;
	return n;
}

/* One of N needs no group. */
static void add_group(struct kmt_model *m, struct kmt_model_view *v, size_t n)
{
	const char *name = kmt_arena_printf(&m->device_rows.arena, "%zu devices", n);

	if (n < 2)
		return;
	add_row(m, v, &(struct kmt_device){.bus = "", .name = name, .state = KMT_DEVICE_NONE}, GROUP);
	v->n_gone++;
}

static bool is_group(const void *row)
{
	return !strcmp(((const struct device_row *)row)->id, GROUP);
}

static const struct kmt_strv *children(struct kmt_model *m, const void *row)
{
	return is_group(row) ? &m->driverless : NULL;
}

static void read_rows(struct kmt_model *m, struct kmt_model_view *v)
{
	const struct kmt_modaliases *found = kmt_model_devices(m);
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;
	struct kmt_devices *all = &m->device_rows;
	struct kmt_map known = {0};

	v->ctx = &v->scratch;
	if (!found) {
		v->why = "No device information: there is no " KMT_PATH_SYS_BUS ".";
		return;
	}
	if (kmt_devices_find(&m->list.snap, found, all, &err) < 0)
		kmt_diag_add(&m->diag, NULL, "matching modules are unknown: %s", err.msg);
	kmt_view_id(GROUP, &known, &all->arena);
	for (size_t i = 0; i < all->rows.n; i++) {
		const struct kmt_device *device = all->rows.v[i];
		kmt_autofree char *text = kmt_asprintf("%s %s", device->bus, device->name);
		const char *id = kmt_view_id(text, &known, &all->arena);

		if (device->state == KMT_DEVICE_NONE && !m->driverless.n)
			add_group(m, v, count_driverless(all));
		if (device->state == KMT_DEVICE_NONE)
			kmt_vec_push(&m->driverless, id);
		add_row(m, v, device, id);
	}
	kmt_map_free(&known);
}

static void forget(struct kmt_model *m)
{
	kmt_devices_free(&m->device_rows);
	kmt_vec_free(&m->driverless);
}

static const char *devices_id(const void *row)
{
	return ((const struct device_row *)row)->id;
}

static const char *devices_module(struct kmt_model *m, const void *row)
{
	const char *name = kmt_device_module(row);

	return name && kmt_model_view_of(m, name) != KMT_VIEW_COUNT ? name : NULL;
}

/* What drives it; else what could, and what is kept from it. */
static void get_modules(const void *data, void *ctx, struct kmt_cell *out)
{
	const struct kmt_device *device = data;
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;

	if (device->driver) {
		out->s = device->module ? device->module : "built-in";
		out->hue = device->module ? KMT_HUE_GOOD : KMT_HUE_DIM;
		return;
	}
	for (size_t i = 0; i < device->open.n; i++)
		kmt_strbuf_item(&text, ", ", "%s", device->open.v[i]);
	for (size_t i = 0; i < device->blocked.n; i++)
		kmt_strbuf_item(&text, ", ", "%s (blocked)", device->blocked.v[i]);
	out->s = kmt_arena_strdup(ctx, kmt_strbuf_str(&text));
	out->hue = kmt_device_state_hue(device->state);
}

static const struct kmt_column devices_columns[] = {
	{"modules", "MODULES", KMT_CELL_STRING, .help = "the module of the driver, else the matching modules",
		.get = get_modules},
	{0},
};

static void add_field(struct kmt_doc *doc, const char *label, const char *text)
{
	if (text)
		kmt_doc_wrap(doc, label, LABEL, KMT_ROLE_TEXT, text);
}

/* Where it really is: the place on its bus is a link. */
static void add_path(struct kmt_model *m, const struct kmt_device *device, struct kmt_doc *doc)
{
	kmt_autostrbuf struct kmt_strbuf real = KMT_STRBUF_INIT;

	add_field(doc, "Path",
		kmt_devchain_resolve(m->root, device->path, &real) < 0 ? device->path : kmt_strbuf_str(&real));
}

static void add_driver(struct kmt_model *m, const struct kmt_device *device, struct kmt_doc *doc)
{
	const char *module = devices_module(m, device);

	kmt_doc_line(doc, NULL);
	kmt_doc_addf(doc, KMT_ROLE_LABEL, "%-*s", LABEL, "Driver");
	kmt_doc_add(doc, KMT_ROLE_TEXT, device->driver);
	if (!device->module)
		kmt_doc_add(doc, KMT_ROLE_DIM, "  built into the kernel");
	else if (module)
		kmt_view_add_module(doc, m, module);
	else
		add_field(doc, "Module", device->module);
}

static const char *state_of(struct kmt_model *m, const struct kmt_device_candidate *c)
{
	if (!c->loaded && !c->builtin && c->obstacle.blocks)
		return "blocked";
	return kmt_modstate_word(kmt_snapshot_loaded(&m->list.snap, c->name), true, c->builtin);
}

static void add_candidate(
	struct kmt_model *m, const struct kmt_device_candidate *c, struct kmt_doc *doc)
{
	bool known = kmt_model_view_of(m, c->name) != KMT_VIEW_COUNT;
	bool there = c->loaded || c->builtin;
	const char *obstacle = there ? NULL : kmt_obstacle_text(&c->obstacle, &doc->arena);

	kmt_doc_line(doc, known ? c->name : NULL);
	kmt_doc_addf(doc, KMT_ROLE_NAME, "  %-*s ", NAME_WIDTH, c->name);
	kmt_doc_add(doc, there ? KMT_ROLE_GOOD : c->obstacle.blocks ? KMT_ROLE_BAD : KMT_ROLE_WARN,
		state_of(m, c));
	if (obstacle)
		kmt_doc_wrap(doc, "", NESTED, KMT_ROLE_WARN, obstacle);
	kmt_doc_line(doc, known ? c->name : NULL);
	kmt_doc_addf(doc, KMT_ROLE_DIM, "%*s%s (%s)", NESTED, "", c->pattern ? c->pattern : "by its name",
		c->source);
}

static void add_candidates(struct kmt_model *m, const struct kmt_device *device, struct kmt_doc *doc)
{
	const struct kmt_device_candidate *c;

	if (!device->candidates.n)
		return;
	kmt_doc_line(doc, NULL);
	kmt_doc_add(doc, KMT_ROLE_HEADING, "Matching modules, in the order in which modprobe tries them");
	kmt_vec_foreach (c, &device->candidates)
		add_candidate(m, c, doc);
}

static void group_details(struct kmt_model *m, struct kmt_doc *doc)
{
	kmt_doc_wrap(doc, "", 0, KMT_ROLE_TEXT,
		"No driver is bound to these devices, and no module claims them. Enter or Right shows them in "
		"the list, Left hides them.");
	for (size_t i = 0; i < m->driverless.n; i++) {
		kmt_doc_line(doc, NULL);
		kmt_doc_addf(doc, KMT_ROLE_TEXT, "  %s", m->driverless.v[i]);
	}
}

static void details(struct kmt_model *m, const void *row, struct kmt_doc *doc)
{
	const struct kmt_device *device = row;
	bool good = device->state == KMT_DEVICE_BOUND || device->state == KMT_DEVICE_SERVED;

	if (is_group(row)) {
		group_details(m, doc);
		return;
	}
	kmt_doc_wrap(doc, "", 0, good ? KMT_ROLE_GOOD : KMT_ROLE_WARN,
		kmt_device_story(device, &doc->arena));
	add_field(doc, "What", device->what);
	if (device->driver)
		add_driver(m, device, doc);
	add_candidates(m, device, doc);
	for (size_t i = 0; i < device->modaliases.n; i++)
		add_field(doc, i ? "" : "Modalias", device->modaliases.v[i]);
	add_path(m, device, doc);
}

const struct kmt_view_def kmt_view_devices = {
	.brief = "Devs",
	.empty = "No device has a modalias.",
	.group = GROUP,
	.lazy = true,
	.tables = {kmt_device_columns, devices_columns},
	.columns = {
		{"state", 9, .searched = true},
		{"bus", 8, .searched = true},
		{"device", 0, .searched = true},
		{"what", 19, .from_width = 76, .searched = true},
		{"driver", 13, .from_width = 66, .searched = true},
		{"modules", -1, .searched = true},
	},
	.read = read_rows,
	.forget = forget,
	.children = children,
	.id = devices_id,
	.module = devices_module,
	.details = details,
};
