/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/out/settings.h>

/* Lines without effect step back. */
static void dim(const struct kmt_setting *s, struct kmt_cell *out)
{
	if (s->effect != KMT_SETTING_EFFECTIVE && s->effect != KMT_SETTING_PARTIAL)
		out->hue = KMT_HUE_DIM;
}

static void put(const struct kmt_setting *s, const char *text, struct kmt_cell *out)
{
	out->s = text;
	dim(s, out);
}

static void get_where(const void *row, void *ctx, struct kmt_cell *out)
{
	const struct kmt_setting *s = row;

	kmt_cell_origin(&s->origin, ctx, out);
	dim(s, out);
}

static void get_file(const void *row, void *ctx, struct kmt_cell *out)
{
	put(row, ((const struct kmt_setting *)row)->origin.file, out);
}

static void get_line(const void *row, void *ctx, struct kmt_cell *out)
{
	out->n = ((const struct kmt_setting *)row)->origin.line;
	out->absent = !out->n;
}

static void get_source(const void *row, void *ctx, struct kmt_cell *out)
{
	static const char *const names[KMT_SETTING_SOURCE_COUNT] = {
		[KMT_SETTING_MODPROBE_D] = "modprobe.d",
		[KMT_SETTING_TREE] = "module-tree",
		[KMT_SETTING_CMDLINE] = "command-line",
		[KMT_SETTING_MODULES_LOAD] = "modules-load.d",
	};

	put(row, names[((const struct kmt_setting *)row)->source], out);
}

static void get_directive(const void *row, void *ctx, struct kmt_cell *out)
{
	put(row, kmt_conf_kind_name(((const struct kmt_setting *)row)->kind), out);
}

static void get_name(const void *row, void *ctx, struct kmt_cell *out)
{
	const struct kmt_setting *s = row;

	put(row, s->line ? kmt_conf_line_name(s->line) : s->name, out);
	if (!out->hue)
		out->hue = KMT_HUE_BOLD;
}

static void get_value(const void *row, void *ctx, struct kmt_cell *out)
{
	put(row, ((const struct kmt_setting *)row)->value, out);
}

static void get_effect(const void *row, void *ctx, struct kmt_cell *out)
{
	const struct kmt_setting *s = row;

	put(s, kmt_setting_effect_name(s->effect), out);
	if (s->effect != KMT_SETTING_EFFECTIVE)
		out->hue = KMT_HUE_WARN;
}

static void get_by(const void *row, void *ctx, struct kmt_cell *out)
{
	kmt_cell_origin(&((const struct kmt_setting *)row)->by, ctx, out);
	dim(row, out);
}

const char *kmt_setting_effect_text(const struct kmt_setting *s, struct kmt_arena *arena)
{
	const char *effect = kmt_setting_effect_name(s->effect);

	return s->reason ? kmt_arena_printf(arena, "%s: %s", effect, s->reason) : effect;
}

static void get_reason(const void *row, void *ctx, struct kmt_cell *out)
{
	put(row, ((const struct kmt_setting *)row)->reason, out);
}

const struct kmt_column kmt_setting_columns[] = {
	{"where", "WHERE", KMT_CELL_ORIGIN, true, .whole = true,
		.help = "the file and line number",
		.get = get_where},
	{"file", "FILE", KMT_CELL_STRING, false, .path = true, .help = "the file only", .get = get_file},
	{"line", "LINE", KMT_CELL_NUMBER, false, .help = "the line number only", .get = get_line},
	{"source", "SOURCE", KMT_CELL_STRING, false, .whole = true,
		.help = "modprobe.d, module-tree, command-line or modules-load.d", .get = get_source},
	{"directive", "DIRECTIVE", KMT_CELL_STRING, true, .whole = true,
		.help = "options, alias, blacklist ...; empty if the line cannot be parsed",
		.get = get_directive},
	{"name", "NAME", KMT_CELL_STRING, true, .whole = true,
		.help = "the module, alias or pattern of the line",
		.get = get_name},
	{"value", "VALUE", KMT_CELL_STRING, true, .help = "the rest of the line",
		.get = get_value},
	{"effect", "EFFECT", KMT_CELL_STRING, true, .whole = true,
		.help = "effective, partial, shadowed or ignored",
		.get = get_effect},
	{"by", "BY", KMT_CELL_ORIGIN, false, .whole = true,
		.help = "the line that overrides it", .get = get_by},
	{"reason", "REASON", KMT_CELL_STRING, true,
		.help = "why it is not effective, or which part of it is not", .get = get_reason},
	{0},
};
