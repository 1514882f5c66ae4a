/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/out/params.h>

static const struct kmt_param *param(const void *row)
{
	return row;
}

static void get_name(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = param(row)->name;
	out->hue = KMT_HUE_BOLD;
}

static void get_module(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = param(row)->module;
}

static void get_type(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = param(row)->type;
}

static void get_default(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = param(row)->default_value;
}

static void get_value(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = param(row)->live ? param(row)->live->value : NULL;
}

static void get_mode(const void *row, void *ctx, struct kmt_cell *out)
{
	if (param(row)->live)
		out->s = kmt_arena_printf(ctx, "%04o", (unsigned int)param(row)->live->mode & 07777);
}

static void get_configured(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = param(row)->configured;
}

static void get_origin(const void *row, void *ctx, struct kmt_cell *out)
{
	const struct kmt_param *p = row;

	if (p->configured)
		kmt_cell_origin(&p->origin, ctx, out);
}

static void get_note(const void *row, void *ctx, struct kmt_cell *out)
{
	const struct kmt_param *p = row;

	if (!p->known)
		out->s = "the module has no such parameter";
	else if (!p->type && !p->description)
		out->s = "undocumented";
	if (!p->known)
		out->hue = KMT_HUE_WARN;
}

/* Descriptions of several lines become one. */
static void get_description(const void *row, void *ctx, struct kmt_cell *out)
{
	const char *s = param(row)->description;
	char *copy, *to;

	if (!s)
		return;
	out->s = to = copy = kmt_arena_strdup(ctx, s);
	for (; *copy; copy++) {
		bool blank = *copy == ' ' || *copy == '\t' || *copy == '\n';

		if (!blank)
			*to++ = *copy;
		else if (to > out->s && to[-1] != ' ')
			*to++ = ' ';
	}
	*to = '\0';
}

const struct kmt_column kmt_param_columns[] = {
	{"name", "PARAMETER", KMT_CELL_STRING, true, .whole = true, .help = "its name", .get = get_name},
	{"type", "TYPE", KMT_CELL_STRING, true,
		.help = "its type, as the module declares it", .get = get_type},
	{"default", "DEFAULT", KMT_CELL_STRING, true, .repeats = true,
		.help = "the initial value; empty if the file does not have it", .get = get_default},
	{"value", "VALUE", KMT_CELL_STRING, true, .repeats = true, .help = "what the kernel has", .get = get_value},
	{"mode", "MODE", KMT_CELL_STRING, true, .whole = true,
		.help = "permissions of its file in sysfs; empty if it has none",
		.get = get_mode},
	{"configured", "CONFIGURED", KMT_CELL_STRING, true, .repeats = true,
		.help = "the value that loading the module would set", .get = get_configured},
	{"origin", "WHERE", KMT_CELL_ORIGIN, true, .whole = true,
		.help = "the file and line that set it, or the kernel command line", .get = get_origin},
	{"note", "NOTE", KMT_CELL_STRING, true, .help = "what is odd about it", .get = get_note},
	/* The first to be cut on a narrow terminal. */
	{"description", "DESCRIPTION", KMT_CELL_STRING, true, .help = "what it is for",
		.get = get_description},
	{"module", "MODULE", KMT_CELL_STRING, false, .in_json = true, .whole = true,
		.help = "the module that has it", .get = get_module},
	{0},
};
