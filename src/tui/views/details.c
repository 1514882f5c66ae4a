/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/tui/details.h>

#include <string.h>

static const struct {
	const char *title;
	kmt_tab_fn *make;
} tabs[KMT_TAB_COUNT] = {
	[KMT_TAB_OVERVIEW] = {"Overview", kmt_tab_overview},
	[KMT_TAB_PARAMS] = {"Params", kmt_tab_params},
	[KMT_TAB_DEPS] = {"Deps", kmt_tab_deps},
	[KMT_TAB_ALIAS] = {"Alias", kmt_tab_alias},
	[KMT_TAB_SYM] = {"Sym", kmt_tab_sym},
	[KMT_TAB_CONFIG] = {"Cfg", kmt_tab_config},
	[KMT_TAB_SECT] = {"Sect", kmt_tab_sect},
	[KMT_TAB_SIG] = {"Sig", kmt_tab_sig},
};

const char *kmt_tab_title(enum kmt_tab tab)
{
	return tabs[tab].title;
}

static struct kmt_details_entry *find(struct kmt_details *d, const char *name)
{
	for (size_t i = 0; d->entries && i < KMT_DETAILS_KEPT; i++)
		if (!strcmp(d->entries[i].name, name)) {
			d->entries[i].used = ++d->clock;
			return &d->entries[i];
		}
	return NULL;
}

const size_t *kmt_details_counts(struct kmt_details *d, const char *name)
{
	const struct kmt_details_entry *e = *name ? find(d, name) : NULL;

	return e ? e->counts : NULL;
}

static void count(struct kmt_details_entry *e)
{
	const struct kmt_modinfo_field *f;

	e->counts[KMT_TAB_PARAMS] = e->facts.params.n;
	kmt_vec_foreach (f, &e->facts.fields.fields)
		if (kmt_modinfo_is(f, "alias"))
			e->counts[KMT_TAB_ALIAS]++;
	e->counts[KMT_TAB_CONFIG] = e->facts.config.n;
}

static void forget_entry(struct kmt_details_entry *e)
{
	for (size_t i = 0; i < KMT_TAB_COUNT; i++)
		kmt_doc_free(&e->docs[i]);
	kmt_modfacts_free(&e->facts);
	kmt_users_free(&e->users);
	kmt_err_clear(&e->err);
	*e = (struct kmt_details_entry){0};
}

void kmt_details_forget(struct kmt_details *d)
{
	for (size_t i = 0; d->entries && i < KMT_DETAILS_KEPT; i++)
		forget_entry(&d->entries[i]);
	kmt_settings_free(&d->settings);
	d->has_settings = false;
}

void kmt_details_free(struct kmt_details *d)
{
	kmt_details_forget(d);
	free(d->entries);
	*d = (struct kmt_details){0};
}

const struct kmt_doc *kmt_details_get(
	struct kmt_details *d, const char *name, enum kmt_tab tab, int width)
{
	struct kmt_details_entry *e = *name ? find(d, name) : NULL;

	return e && e->docs[tab].width == width ? &e->docs[tab] : NULL;
}

static struct kmt_details_entry *oldest(struct kmt_details *d)
{
	struct kmt_details_entry *e = &d->entries[0];

	for (size_t i = 1; i < KMT_DETAILS_KEPT; i++)
		if (d->entries[i].used < e->used)
			e = &d->entries[i];
	return e;
}

/* The view of configuration says why, where it cannot be judged. */
static void judge_config(struct kmt_details *d, struct kmt_modfacts *facts)
{
	if (facts->config.n && !d->has_settings)
		d->has_settings = !kmt_settings_read(facts->snap, &d->settings, NULL);
	if (d->has_settings)
		kmt_modfacts_judge(facts, &d->settings);
}

/* Reads the file, /sys/module and the configuration of one module. */
static struct kmt_details_entry *read_entry(
	struct kmt_details *d, struct kmt_model *m, const struct kmt_list_row *row)
{
	const struct kmt_snapshot *snap = &m->list.snap;
	const struct kmt_module *module = row->module;
	struct kmt_details_entry *e;
	struct kmt_modref ref;
	struct stat st;

	if (!d->entries)
		d->entries = kmt_alloc(KMT_DETAILS_KEPT * sizeof(*d->entries));
	e = oldest(d);
	forget_entry(e);
	snprintf(e->name, sizeof(e->name), "%s", row->name);
	e->used = ++d->clock;
	if (!module && snap->has_tree)
		module = kmt_modindex_find(&snap->index, row->name);
	ref = (struct kmt_modref){.name = e->name,
		.path = module && !module->builtin ? module->path : NULL,
		.builtin = row->builtin};
	if (ref.path && !kmt_root_stat(m->root, ref.path, &st))
		e->file_size = (uint64_t)st.st_size;
	/* Without a file there still is what the kernel and the configuration say. */
	kmt_modfacts_read(&e->facts, snap, &ref,
		KMT_FACTS_BUILD_ID | KMT_FACTS_SIGNATURE | KMT_FACTS_ALL_PARAMS, &e->err);
	judge_config(d, &e->facts);
	if (ref.path)
		e->verdict = kmt_model_verdict(m, module->name, ref.path);
	count(e);
	return e;
}

void kmt_details_make(struct kmt_details *d, struct kmt_model *m, const struct kmt_list_row *row,
	enum kmt_tab tab, int width)
{
	struct kmt_details_entry *e = find(d, row->name);

	if (!e)
		e = read_entry(d, m, row);
	kmt_doc_free(&e->docs[tab]);
	e->docs[tab].width = width;
	tabs[tab].make(e, m, row, &e->docs[tab]);
}
