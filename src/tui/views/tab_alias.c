/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the kernel may ask for to get a module, and which devices of this machine make it ask so. */
#include <kmt/tui/details.h>

#include <string.h>

#include <kmt/base/name.h>

/* An alias, and one of the devices that it stands for. */
struct alias_row {
	const char *alias;
	const struct kmt_modalias *device; /* NULL: none that is there */
};

static const struct kmt_modalias *device(const void *row)
{
	return ((const struct alias_row *)row)->device;
}

static void get_device(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = device(row) ? device(row)->device : NULL;
}

/* A driver of another module, or none, is what one looks for. CTX is the name of this module. */
static void get_driver(const void *row, void *ctx, struct kmt_cell *out)
{
	const struct kmt_modalias *d = device(row);

	if (!d)
		return;
	out->s = d->driver ? d->driver : "no driver";
	if (!d->driver)
		out->hue = KMT_HUE_DIM;
	else
		out->hue = kmt_name_equal(d->module ? d->module : d->driver, ctx) ? KMT_HUE_GOOD
										   : KMT_HUE_WARN;
}

static void get_alias(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = ((const struct alias_row *)row)->alias;
	out->hue = device(row) ? KMT_HUE_NONE : KMT_HUE_DIM;
}

/* Where Enter goes: not to where one is. */
static void get_module(const void *row, void *ctx, struct kmt_cell *out)
{
	const struct kmt_modalias *d = device(row);

	if (d && d->module && !kmt_name_equal(d->module, ctx))
		out->s = d->module;
}

static const struct kmt_column columns[] = {
	{"device", "DEVICE", KMT_CELL_STRING, true, .help = "that is there, and matches", .get = get_device},
	{"driver", "DRIVER", KMT_CELL_STRING, true, .help = "that the device is bound to", .get = get_driver},
	/* The longest: it may run off the screen. */
	{"alias", "ALIAS", KMT_CELL_STRING, true, .help = "as the module's file has it", .get = get_alias},
	{"module", "MODULE", KMT_CELL_STRING, .help = "of the driver", .get = get_module},
	{0},
};

struct aliases {
	KMT_VEC(struct alias_row) rows; /* in order of the file, but those of devices first */
	size_t n;			/* different aliases */
	size_t here;			/* ... of which a device is there */
};

static size_t add_matches(
	struct aliases *a, const char *alias, const struct kmt_modaliases *devices)
{
	char pattern[KMT_ALIAS_MAX];
	const struct kmt_modalias *d;
	size_t found = 0;

	if (!devices || kmt_alias_normalize(alias, pattern, sizeof(pattern)))
		return 0;
	kmt_vec_foreach (d, &devices->rows)
		if (kmt_modalias_matches(pattern, d->modalias)) {
			kmt_vec_push(&a->rows, (struct alias_row){alias, d});
			found++;
		}
	return found;
}

static void collect(
	const struct kmt_details_entry *e, const struct kmt_modaliases *devices, struct aliases *a)
{
	const struct kmt_modinfo_field *f;
	struct kmt_strv others = {0};

	kmt_vec_foreach (f, &e->facts.fields.fields) {
		if (!kmt_modinfo_is(f, "alias"))
			continue;
		a->n++;
		if (add_matches(a, f->value, devices))
			a->here++;
		else
			kmt_vec_push(&others, f->value);
	}
	for (size_t i = 0; i < others.n; i++)
		kmt_vec_push(&a->rows, (struct alias_row){.alias = others.v[i]});
	kmt_vec_free(&others);
}

static void add_summary(const struct aliases *a, bool has_devices, struct kmt_doc *doc)
{
	kmt_doc_line(doc, NULL);
	kmt_doc_addf(doc, KMT_ROLE_TEXT, "%zu %s; ", a->n, a->n == 1 ? "alias" : "aliases");
	if (!has_devices)
		kmt_doc_add(doc, KMT_ROLE_WARN, "no device information");
	else if (a->here)
		kmt_doc_addf(doc, KMT_ROLE_GOOD, "%zu %s devices of this machine", a->here,
			a->here == 1 ? "matches" : "match");
	else
		kmt_doc_add(doc, KMT_ROLE_DIM, "none matches a device of this machine");
}

static void add_table(const struct aliases *a, const char *name, struct kmt_doc *doc)
{
	kmt_auto(kmt_selection_free) struct kmt_selection sel = {0};
	kmt_autofree const void **order = kmt_realloc_array(NULL, a->rows.n, sizeof(*order));
	struct kmt_rows rows = {.columns = columns, .rows = order, .ctx = (void *)name};

	for (; rows.n < a->rows.n; rows.n++)
		order[rows.n] = &a->rows.v[rows.n];
	kmt_select(columns, NULL, NULL, &sel, NULL);
	kmt_doc_table(doc, &rows, &sel, &columns[KMT_ARRAY_SIZE(columns) - 2]);
}

void kmt_tab_alias(struct kmt_details_entry *e, struct kmt_model *m, const struct kmt_list_row *row,
	struct kmt_doc *doc)
{
	struct aliases a = {0};
	const struct kmt_modaliases *devices = NULL;

	if (kmt_details_no_file(e, m, row, doc))
		return;
	devices = kmt_model_devices(m);
	collect(e, devices, &a);
	if (a.n) {
		add_summary(&a, devices != NULL, doc);
		add_table(&a, row->name, doc);
	} else {
		kmt_doc_line(doc, NULL);
		kmt_doc_add(doc, KMT_ROLE_DIM, "The module has no alias: it can be loaded only by name.");
	}
	kmt_vec_free(&a.rows);
}
