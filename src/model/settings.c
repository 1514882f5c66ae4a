/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "settings_priv.h"

#include <string.h>

#include <kmt/sys/paths.h>

const char *kmt_setting_source_name(enum kmt_setting_source source)
{
	static const char *const names[KMT_SETTING_SOURCE_COUNT] = {
		[KMT_SETTING_MODPROBE_D] = "modprobe.d",
		[KMT_SETTING_TREE] = "module-tree",
		[KMT_SETTING_CMDLINE] = "command-line",
		[KMT_SETTING_MODULES_LOAD] = "modules-load.d",
	};

	return names[source];
}

const char *kmt_setting_effect_name(enum kmt_setting_effect effect)
{
	static const char *const names[KMT_SETTING_COUNT] = {
		[KMT_SETTING_EFFECTIVE] = "effective",
		[KMT_SETTING_PARTIAL] = "partial",
		[KMT_SETTING_SHADOWED] = "shadowed",
		[KMT_SETTING_IGNORED] = "ignored",
	};

	return names[effect];
}

const char *kmt_setting_text(const struct kmt_setting *s, struct kmt_arena *arena)
{
	if (s->kind == KMT_CONF_WRONG)
		return s->value;
	return kmt_arena_printf(arena, "%s %s%s%s", kmt_conf_kind_name(s->kind),
		s->line ? kmt_conf_line_name(s->line) : s->name, *s->value ? " " : "",
		s->value);
}

bool kmt_setting_is_about(const struct kmt_setting *s, const char *name)
{
	return s->line ? kmt_conf_line_is_about(s->line, name) : s->name && !strcmp(s->name, name);
}

bool kmt_setting_is_boot(const struct kmt_setting *s)
{
	return s->kind == KMT_CONF_LOAD || s->kind == KMT_CONF_MODULES_LOAD;
}

static void add_line(const struct kmt_conf_line *line, struct kmt_settings *out)
{
	struct kmt_setting row = {
		.source = line->file->shipped ? KMT_SETTING_TREE : KMT_SETTING_MODPROBE_D,
		.kind = line->kind,
		.name = line->pattern,
		.value = line->value,
		.origin = line->origin,
	};

	if (line->wrong) {
		row.effect = KMT_SETTING_IGNORED;
		row.reason = line->wrong;
	} else {
		row.line = line;
		row.value += strspn(row.value, " \t");
	}
	kmt_vec_push(&out->rows, row);
}

static void add_word(enum kmt_conf_kind kind, const char *name, const char *value, struct kmt_settings *out)
{
	kmt_vec_push(&out->rows, (struct kmt_setting){.source = KMT_SETTING_CMDLINE,
					 .kind = kind,
					 .name = name,
					 .value = value,
					 .origin = {.file = KMT_PATH_PROC_CMDLINE}});
}

static void add_words(enum kmt_conf_kind kind, const struct kmt_strv *names, struct kmt_settings *out)
{
	for (size_t i = 0; i < names->n; i++)
		add_word(kind, names->v[i], "", out);
}

static void add_cmdline(const struct kmt_cmdline *cmdline, struct kmt_settings *out)
{
	const struct kmt_cmdline_option *option;

	kmt_vec_foreach(option, &cmdline->options) {
		add_word(KMT_CONF_OPTIONS, option->module, option->param, out);
	}
	add_words(KMT_CONF_MODPROBE_BLACKLIST, &cmdline->modprobe_blacklist, out);
	add_words(KMT_CONF_MODULE_BLACKLIST, &cmdline->module_blacklist, out);
	add_words(KMT_CONF_MODULES_LOAD, &cmdline->modules_load, out);
}

static void add_boot(struct kmt_settings *out)
{
	const struct kmt_load_line *line;

	kmt_vec_foreach(line, &out->boot.lines) {
		kmt_vec_push(&out->rows, (struct kmt_setting){.source = KMT_SETTING_MODULES_LOAD,
						 .kind = KMT_CONF_LOAD,
						 .name = line->name ? line->name : line->text,
						 .value = "",
						 .origin = line->origin});
	}
}

static void add_masked(const struct kmt_snapshot *snap, struct kmt_settings *out)
{
	const struct kmt_conf_line *line;

	kmt_modprobed_read_masked(snap->root, &snap->conf.files, &out->masked);
	kmt_vec_foreach(line, &out->masked.lines) {
		struct kmt_setting *row;

		if (line->wrong)
			continue;
		add_line(line, out);
		row = &out->rows.v[out->rows.n - 1];
		row->effect = KMT_SETTING_IGNORED;
		row->reason =
			kmt_arena_printf(&out->arena, "%s is read instead of this file", line->file->masked_by);
	}
}

int kmt_settings_read(struct kmt_snapshot *snap, struct kmt_settings *out, struct kmt_err *err)
{
	const struct kmt_conf_line *line;
	int r;

	*out = (struct kmt_settings){0};
	kmt_vec_foreach(line, &snap->conf.lines) {
		add_line(line, out);
	}
	add_cmdline(&snap->cmdline, out);
	kmt_modulesload_read(snap->root, &out->boot, snap->diag);
	add_boot(out);
	add_masked(snap, out);
	r = kmt_settings_judge(snap, out, err);
	if (r < 0)
		kmt_settings_free(out);
	return r;
}

void kmt_settings_free(struct kmt_settings *s)
{
	kmt_vec_free(&s->rows);
	kmt_modulesload_free(&s->boot);
	kmt_conf_free(&s->masked);
	kmt_map_free(&s->last);
	kmt_arena_free(&s->arena);
	*s = (struct kmt_settings){0};
}
