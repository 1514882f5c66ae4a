/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/check/symbols.h>

#include <string.h>

/* Who has a symbol that the module needs: the image, else the tree, which may have been made for
 * another. */
static void find_provider(const struct kmt_snapshot *snap, const struct kmt_map *kernel,
	const struct kmt_ko_symbol *symbol, struct kmt_symbol_row *row)
{
	const struct kmt_export *e = kmt_map_get(kernel, symbol->name);

	if (snap->has_tree && (!e || e->module))
		row->provider = kmt_modindex_exporter(&snap->index, symbol->name);
	if (!row->provider && e)
		row->provider = e->module;
	if (e)
		row->terms = *e;
	if (row->provider) {
		row->state = KMT_SYMBOL_IN_MODULE;
		if (snap->has_tree)
			row->module = kmt_modindex_find(&snap->index, row->provider);
	} else if (e) {
		row->state = KMT_SYMBOL_IN_KERNEL;
	} else if (!kernel->n) {
		row->state = KMT_SYMBOL_NOT_KNOWN;
	} else {
		row->state = symbol->weak ? KMT_SYMBOL_WEAK : KMT_SYMBOL_UNRESOLVED;
	}
}

static int rank(const struct kmt_symbol_row *row)
{
	static const int ranks[] = {
		[KMT_SYMBOL_UNRESOLVED] = 0,
		[KMT_SYMBOL_WEAK] = 1,
		[KMT_SYMBOL_IN_MODULE] = 2,
		[KMT_SYMBOL_NOT_KNOWN] = 3,
		[KMT_SYMBOL_IN_KERNEL] = 4,
	};

	return ranks[row->state];
}

static int compare_names(const void *a, const void *b)
{
	const struct kmt_symbol_row *x = a, *y = b;

	return strcmp(x->name, y->name);
}

static int compare_needed(const void *a, const void *b)
{
	const struct kmt_symbol_row *x = a, *y = b;
	int r = rank(x) - rank(y);

	if (!r && x->provider)
		r = strcmp(x->provider, y->provider);
	return r ? r : compare_names(a, b);
}

/* What the module expects of a symbol that it needs. */
static void note_version(void *ctx, enum kmt_ko_name kind, const char *name, size_t len, uint32_t crc)
{
	const struct kmt_map *by_name = ctx;
	struct kmt_symbol_row *row = kind == KMT_KO_NAME_VERSION ? kmt_map_getn(by_name, name, len) : NULL;

	if (row)
		kmt_symbol_row_set_crc(row, crc);
}

static void read_versions(struct kmt_kofile *ko, struct kmt_symlist *list)
{
	kmt_auto(kmt_map_free) struct kmt_map by_name = {0};
	struct kmt_symbol_row *row;

	kmt_vec_foreach (row, &list->needed)
		kmt_map_add(&by_name, row->name, row);
	kmt_kofile_names(ko, true, note_version, &by_name, NULL);
}

/* What a module of the tree that has some of it says about them: rows from FIRST on have one provider. */
static size_t read_terms(const struct kmt_snapshot *snap, struct kmt_symlist *list, size_t first)
{
	const struct kmt_module *module = list->needed.v[first].module;
	kmt_auto(kmt_map_free) struct kmt_map exports = {0};
	size_t end = first;

	if (module && module->path)
		kmt_exports_of_file(snap->root, module->path, &list->arena, &exports);
	for (; end < list->needed.n && list->needed.v[end].module == module; end++) {
		struct kmt_symbol_row *row = &list->needed.v[end];
		const struct kmt_export *e = kmt_map_get(&exports, row->name);

		if (e && !row->terms.known)
			row->terms = *e;
	}
	return end;
}

static void find_users(
	const struct kmt_snapshot *snap, const struct kmt_module *self, struct kmt_symlist *list)
{
	kmt_auto(kmt_map_free) struct kmt_map wanted = {0};
	struct kmt_symbol_row *row;

	kmt_vec_foreach (row, &list->exported)
		kmt_map_add(&wanted, row->name, &row->users);
	kmt_export_users(snap, self, &wanted);
}

int kmt_symlist_read(struct kmt_kofile *ko, const struct kmt_snapshot *snap, const struct kmt_map *kernel,
	const struct kmt_module *self, struct kmt_symlist *out, struct kmt_err *err)
{
	struct kmt_ko_symbols symbols = {0};
	const struct kmt_ko_symbol *s;
	int r = kmt_kofile_symbols(ko, &out->arena, &symbols, err);

	kmt_vec_foreach (s, &symbols.rows) {
		struct kmt_symbol_row row = {.name = s->name};

		if (s->undefined) {
			find_provider(snap, kernel, s, &row);
			kmt_vec_push(&out->needed, row);
			continue;
		}
		row.terms = kmt_export_of_symbol(s);
		if (s->has_crc)
			kmt_symbol_row_set_crc(&row, s->crc);
		kmt_vec_push(&out->exported, row);
	}
	if (out->exported.n)
		qsort(out->exported.v, out->exported.n, sizeof(*out->exported.v), compare_names);
	if (out->needed.n)
		qsort(out->needed.v, out->needed.n, sizeof(*out->needed.v), compare_needed);
	kmt_ko_symbols_free(&symbols);
	read_versions(ko, out);
	for (size_t i = 0; i < out->needed.n;)
		i = read_terms(snap, out, i);
	if (self)
		find_users(snap, self, out);
	return r;
}

void kmt_symlist_free(struct kmt_symlist *list)
{
	for (size_t i = 0; i < list->exported.n; i++)
		kmt_vec_free(&list->exported.v[i].users);
	kmt_vec_free(&list->exported);
	kmt_vec_free(&list->needed);
	kmt_arena_free(&list->arena);
}
