/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines of the configuration: commented out, added; and the last change reverted. */
#include "act_priv.h"

#include <string.h>

const struct kmt_origin *kmt_act_origin(
	const struct kmt_tui_state *s, const struct kmt_model *m, const struct kmt_doc *doc)
{
	const struct kmt_view_def *def = kmt_views[s->view];
	const void *row = kmt_tui_selected(s, m);

	if (s->pane == KMT_PANE_DETAILS && doc && s->doc_cursor < doc->lines.n &&
		doc->lines.v[s->doc_cursor].origin.file)
		return &doc->lines.v[s->doc_cursor].origin;
	return row && def->origin ? def->origin(row) : NULL;
}

static enum kmt_effect comment_out(struct kmt_tui_state *s, const struct kmt_origin *origin)
{
	kmt_autofree char *where = NULL;

	if (!origin || !origin->file || !origin->line) {
		kmt_tui_say(s, "This line does not come from a configuration file.");
		return KMT_EFFECT_NONE;
	}
	where = kmt_asprintf("%s:%u", origin->file, origin->line);
	kmt_act_start_request(s, KMT_REQUEST_COMMENT_OUT, where);
	kmt_act_show_plan(s);
	return KMT_EFFECT_PLAN;
}

/* The command is typed to its end. */
static enum kmt_effect add(struct kmt_tui_state *s, const char *module)
{
	kmt_autofree char *text = kmt_asprintf("config set-option %s%s", module ? module : "", module ? " " : "");

	s->overlay = KMT_OVERLAY_COMMAND;
	s->prompt_failed = false;
	s->prompt_why[0] = '\0';
	kmt_recall_open(&s->recall[KMT_RECALL_COMMAND]);
	kmt_line_set(&s->prompt, text);
	return KMT_EFFECT_NONE;
}

bool kmt_act_is_autoloaded(struct kmt_model *m, const char *module)
{
	const struct kmt_setting *setting;

	kmt_model_read_view(m, KMT_VIEW_CONFIG);
	kmt_vec_foreach(setting, &m->settings.rows) {
		if (setting->source == KMT_SETTING_MODULES_LOAD && kmt_setting_is_about(setting, module))
			return true;
	}
	return false;
}

static enum kmt_effect autoload(struct kmt_tui_state *s, struct kmt_model *m, const char *module)
{
	if (!module) {
		kmt_tui_say(s, "No module is selected.");
		return KMT_EFFECT_NONE;
	}
	kmt_act_start_request(s,
		kmt_act_is_autoloaded(m, module) ? KMT_REQUEST_AUTOLOAD_REMOVE : KMT_REQUEST_AUTOLOAD_ADD, module);
	kmt_act_show_plan(s);
	return KMT_EFFECT_PLAN;
}

enum kmt_effect kmt_act_config(
	struct kmt_tui_state *s, struct kmt_model *m, const struct kmt_doc *doc, enum kmt_action action)
{
	switch (action) {
	case KMT_ACT_LINE_OFF:
		return comment_out(s, kmt_act_origin(s, m, doc));
	case KMT_ACT_LINE_ADD:
		return add(s, kmt_tui_selected_module(s, m));
	case KMT_ACT_AUTOLOAD:
		return autoload(s, m, kmt_tui_selected_module(s, m));
	default:
		kmt_act_start_request(s, KMT_REQUEST_UNDO, NULL);
		kmt_act_show_plan(s);
		return KMT_EFFECT_PLAN;
	}
}
