/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rows of the view of configuration: those of `kmtool config list`. */
#include "views_priv.h"

#include <string.h>

#include <kmt/base/map.h>
#include <kmt/out/settings.h>

#define LABEL KMT_VIEW_LABEL

/* A struct kmt_setting to its columns. */
struct config_row {
	struct kmt_setting setting;
	const char *id;
};

/* What is written, not where: the bar stays on a line that others are written above of. */
static const char *make_id(const struct kmt_setting *s, struct kmt_map *known, struct kmt_arena *arena)
{
	return kmt_view_id(kmt_setting_text(s, arena), known, arena);
}

static void read_rows(struct kmt_model *m, struct kmt_model_view *v)
{
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;
	struct kmt_settings *settings = &m->settings;
	const struct kmt_setting *s;
	struct kmt_map known = {0};

	v->ctx = &v->scratch;
	if (kmt_settings_read(&m->list.snap, settings, &err) < 0) {
		v->why = kmt_arena_strdup(&m->list.arena, err.msg);
		return;
	}
	kmt_vec_foreach (s, &settings->rows) {
		struct config_row *row = KMT_ARENA_NEW(&settings->arena, struct config_row);

		*row = (struct config_row){*s, make_id(s, &known, &settings->arena)};
		kmt_vec_push(&v->rows, row);
	}
	kmt_map_free(&known);
}

static void forget(struct kmt_model *m)
{
	kmt_settings_free(&m->settings);
}

static const char *config_id(const void *row)
{
	return ((const struct config_row *)row)->id;
}

/* Of an alias line it is the module that the alias stands for. */
static const char *config_module(struct kmt_model *m, const void *row)
{
	const struct kmt_setting *s = row;
	const char *name = s->name;

	if (s->line && s->line->kind == KMT_CONF_ALIAS)
		name = s->line->value;
	return name && kmt_model_view_of(m, name) != KMT_VIEW_COUNT ? name : NULL;
}

static void get_at(const void *row, void *ctx, struct kmt_cell *out)
{
	const struct kmt_setting *s = row;
	const char *slash = strrchr(s->origin.file, '/');
	const char *file = slash ? slash + 1 : s->origin.file;

	out->s = kmt_origin_text(&(struct kmt_origin){file, s->origin.line}, ctx);
	out->hue = KMT_HUE_DIM;
}

static const struct kmt_column columns[] = {
	{"at", "WHERE", KMT_CELL_STRING, .help = "the file, without its directory, and the line", .get = get_at},
	{0},
};

static const struct kmt_origin *config_origin(const void *row)
{
	return &((const struct kmt_setting *)row)->origin;
}

static void add_origin(struct kmt_doc *doc, const char *label, const struct kmt_origin *origin)
{
	kmt_doc_line(doc, NULL);
	kmt_doc_addf(doc, KMT_ROLE_LABEL, "%-*s", LABEL, label);
	kmt_doc_add(doc, KMT_ROLE_TEXT, kmt_origin_text(origin, &doc->arena));
	kmt_doc_origin(doc, origin);
}

static void details(struct kmt_model *m, const void *row, struct kmt_doc *doc)
{
	const struct kmt_setting *s = row;
	const char *module = config_module(m, row);
	bool effective = s->effect == KMT_SETTING_EFFECTIVE;

	kmt_doc_wrap(doc, "Says", LABEL, KMT_ROLE_TEXT, kmt_setting_text(s, &doc->arena));
	add_origin(doc, "Where", &s->origin);
	kmt_doc_line(doc, NULL);
	kmt_doc_addf(doc, KMT_ROLE_LABEL, "%-*s", LABEL, "Effect");
	kmt_doc_add(doc, effective ? KMT_ROLE_GOOD : KMT_ROLE_WARN, kmt_setting_effect_name(s->effect));
	if (s->by.file)
		add_origin(doc, "By", &s->by);
	if (s->reason)
		kmt_doc_wrap(doc, effective ? "But" : "Why", LABEL, KMT_ROLE_WARN, s->reason);
	if (module)
		kmt_view_add_module(doc, m, module);
}

const struct kmt_view_def kmt_view_config = {
	.brief = "Conf",
	.empty = "Nothing is configured about modules.",
	.lazy = true,
	.tables = {kmt_setting_columns, columns},
	.columns = {
		{"directive", 9, .searched = true},
		{"name", 0, .searched = true},
		{"value", 20, .from_width = 70, .searched = true},
		{"effect", 9, .searched = true},
		{"at", 24, .searched = true},
		{"reason", -1, .from_width = 96},
	},
	.read = read_rows,
	.forget = forget,
	.id = config_id,
	.module = config_module,
	.origin = config_origin,
	.details = details,
};
