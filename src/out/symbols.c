/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/out/symbols.h>

#include <inttypes.h>
#include <string.h>

#include <kmt/out/deps.h>

/* Who has a symbol that the module needs: the tree is asked first, as modprobe does. */
static void find_provider(struct kmt_snapshot *snap, const struct kmt_map *kernel,
	const struct kmt_ko_symbol *symbol, struct kmt_symbol_row *row)
{
	kmt_autofree char *query = kmt_asprintf("symbol:%s", symbol->name);
	const struct kmt_export *e = kmt_map_get(kernel, symbol->name);
	struct kmt_index_matches found = {0};

	if (snap->has_tree)
		kmt_modindex_match(&snap->index, KMT_INDEX_SYMBOLS, query, &found, NULL);
	if (found.rows.n)
		row->provider = found.rows.v[0].module;
	else if (e)
		row->provider = e->module;
	kmt_vec_free(&found.rows);
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

int kmt_symlist_read(struct kmt_kofile *ko, struct kmt_snapshot *snap, const struct kmt_map *kernel,
	struct kmt_symlist *out, struct kmt_err *err)
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
		row.terms = (struct kmt_export){.known = true, .gpl = s->gpl, .ns = s->ns};
		if (s->has_crc)
			snprintf(row.crc, sizeof(row.crc), "0x%08" PRIx32, s->crc);
		kmt_vec_push(&out->exported, row);
	}
	if (out->exported.n)
		qsort(out->exported.v, out->exported.n, sizeof(*out->exported.v), compare_names);
	if (out->needed.n)
		qsort(out->needed.v, out->needed.n, sizeof(*out->needed.v), compare_needed);
	kmt_ko_symbols_free(&symbols);
	return r;
}

void kmt_symlist_free(struct kmt_symlist *list)
{
	kmt_vec_free(&list->exported);
	kmt_vec_free(&list->needed);
	kmt_arena_free(&list->arena);
}

const char *kmt_symbol_from(const struct kmt_symbol_row *row)
{
	static const char *const words[] = {
		[KMT_SYMBOL_IN_KERNEL] = "vmlinux",
		[KMT_SYMBOL_WEAK] = "(optional)",
		[KMT_SYMBOL_NOT_KNOWN] = "(no module)",
		[KMT_SYMBOL_UNRESOLVED] = "(missing)",
	};

	return row->state == KMT_SYMBOL_IN_MODULE ? row->provider : words[row->state];
}

static void get_symbol(const void *data, void *ctx, struct kmt_cell *out)
{
	out->s = ((const struct kmt_symbol_row *)data)->name;
}

static void get_from(const void *data, void *ctx, struct kmt_cell *out)
{
	static const enum kmt_hue hues[] = {
		[KMT_SYMBOL_IN_MODULE] = KMT_HUE_BOLD,
		[KMT_SYMBOL_IN_KERNEL] = KMT_HUE_DIM,
		[KMT_SYMBOL_WEAK] = KMT_HUE_DIM,
		[KMT_SYMBOL_NOT_KNOWN] = KMT_HUE_DIM,
		[KMT_SYMBOL_UNRESOLVED] = KMT_HUE_BAD,
	};
	const struct kmt_symbol_row *row = data;

	if (row->state == KMT_SYMBOL_EXPORTED)
		return;
	out->s = kmt_symbol_from(row);
	out->hue = hues[row->state];
}

static void get_module(const void *data, void *ctx, struct kmt_cell *out)
{
	out->s = ((const struct kmt_symbol_row *)data)->provider;
}

static void get_state(const void *data, void *ctx, struct kmt_cell *out)
{
	const struct kmt_symbol_row *row = data;
	const struct kmt_deps_row provider = {.name = row->provider, .module = row->module};

	if (row->provider)
		out->s = kmt_deps_state(ctx, &provider);
}

static void get_terms(const void *data, void *ctx, struct kmt_cell *out)
{
	const struct kmt_export *e = &((const struct kmt_symbol_row *)data)->terms;

	if (e->known)
		out->s = e->gpl ? "GPL only" : "any";
}

static void get_namespace(const void *data, void *ctx, struct kmt_cell *out)
{
	out->s = ((const struct kmt_symbol_row *)data)->terms.ns;
}

static void get_crc(const void *data, void *ctx, struct kmt_cell *out)
{
	const struct kmt_symbol_row *row = data;

	if (*row->crc)
		out->s = row->crc;
}

const struct kmt_column kmt_symbol_columns[] = {
	{"provider", "FROM", KMT_CELL_STRING, true, .whole = true,
		.help = "of what is needed: the module that has it; vmlinux is the kernel image",
		.get = get_from},
	{"state", "STATE", KMT_CELL_STRING, true, .whole = true, .help = "of that module", .get = get_state},
	{"terms", "TERMS", KMT_CELL_STRING, true, .whole = true,
		.help = "who may use it, GPL only or any", .get = get_terms},
	{"namespace", "NAMESPACE", KMT_CELL_STRING, true, .help = "what users must import",
		.get = get_namespace},
	{"crc", "CRC", KMT_CELL_STRING, true, .whole = true,
		.help = "of what is exported, if the module has versions",
		.get = get_crc},
	{"symbol", "SYMBOL", KMT_CELL_STRING, true, .whole = true, .help = "its name", .get = get_symbol},
	{"module", "MODULE", KMT_CELL_STRING, .whole = true,
		.help = "that has what is needed; none for the kernel image",
		.get = get_module},
	{0},
};
