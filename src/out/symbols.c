/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/out/symbols.h>

#include <kmt/out/deps.h>

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
		.help = "licence terms: GPL only or any", .get = get_terms},
	{"namespace", "NAMESPACE", KMT_CELL_STRING, true, .help = "what users must import",
		.get = get_namespace},
	{"crc", "CRC", KMT_CELL_STRING, true, .whole = true,
		.help = "of what is exported, if the module has versions",
		.get = get_crc},
	{"symbol", "SYMBOL", KMT_CELL_STRING, true, .whole = true, .help = "its name", .get = get_symbol},
	{"module", "MODULE", KMT_CELL_STRING, .whole = true,
		.help = "the module that exports it; empty for the kernel",
		.get = get_module},
	{0},
};
