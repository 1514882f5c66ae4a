/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "settings_priv.h"

#include <string.h>

#include <kmt/model/config.h>
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
		[KMT_SETTING_SHADOWED] = "shadowed",
		[KMT_SETTING_IGNORED] = "ignored",
	};

	return names[effect];
}

bool kmt_conf_line_is_about(const struct kmt_conf_line *line, const char *name)
{
	switch (line->kind) {
	case KMT_CONF_ALIAS:
		return !strcmp(line->value, name);
	case KMT_CONF_BLACKLIST:
	case KMT_CONF_OPTIONS:
		return !strcmp(line->pattern, name);
	default:
		return kmt_config_matches(line->pattern, name);
	}
}

bool kmt_setting_is_about(const struct kmt_setting *s, const char *name)
{
	return s->line ? kmt_conf_line_is_about(s->line, name) : s->name && !strcmp(s->name, name);
}

static void add_line(const struct kmt_conf_line *line, struct kmt_settings *out)
{
	kmt_vec_push(&out->rows, (struct kmt_setting){
					 .source = line->shipped ? KMT_SETTING_TREE : KMT_SETTING_MODPROBE_D,
					 .directive = kmt_conf_kind_name(line->kind),
					 .name = line->pattern,
					 .value = line->value + strspn(line->value, " \t"),
					 .origin = line->origin,
					 .line = line,
				 });
}

static void add_bad(const struct kmt_conf_bad *bad, struct kmt_settings *out)
{
	kmt_vec_push(&out->rows, (struct kmt_setting){.source = KMT_SETTING_MODPROBE_D,
					 .value = bad->text,
					 .origin = bad->origin,
					 .effect = KMT_SETTING_IGNORED,
					 .reason = bad->wrong});
}

/* The lines of CONF, those that cannot be read among the others of their file. */
static void add_conf(const struct kmt_conf *conf, struct kmt_settings *out)
{
	const struct kmt_conf_bad *bad = conf->bad.v, *end = bad + conf->bad.n;
	const struct kmt_conf_file *file;
	size_t i = 0;

	kmt_vec_foreach(file, &conf->files.rows) {
		for (;;) {
			const struct kmt_conf_line *line = i < conf->lines.n ? &conf->lines.v[i] : NULL;
			bool has_line = line && !strcmp(line->origin.file, file->path);
			bool has_bad = bad < end && !strcmp(bad->origin.file, file->path);

			if (!has_line && !has_bad)
				break;
			if (has_bad && (!has_line || bad->origin.line < line->origin.line))
				add_bad(bad++, out);
			else
				add_line(&conf->lines.v[i++], out);
		}
	}
}

static void add_word(const char *directive, const char *name, const char *value, struct kmt_settings *out)
{
	kmt_vec_push(&out->rows, (struct kmt_setting){.source = KMT_SETTING_CMDLINE,
					 .directive = directive,
					 .name = name,
					 .value = value,
					 .origin = {.file = KMT_PATH_PROC_CMDLINE}});
}

static void add_words(const char *directive, const struct kmt_strv *names, struct kmt_settings *out)
{
	for (size_t i = 0; i < names->n; i++)
		add_word(directive, names->v[i], "", out);
}

static void add_cmdline(const struct kmt_cmdline *cmdline, struct kmt_settings *out)
{
	const struct kmt_cmdline_option *option;

	kmt_vec_foreach(option, &cmdline->options) {
		add_word("options", option->module, option->param, out);
	}
	add_words("modprobe.blacklist", &cmdline->modprobe_blacklist, out);
	add_words("module_blacklist", &cmdline->module_blacklist, out);
	add_words("modules_load", &cmdline->modules_load, out);
}

static void add_boot(struct kmt_settings *out)
{
	const struct kmt_load_line *line;

	kmt_vec_foreach(line, &out->boot.lines) {
		kmt_vec_push(&out->rows, (struct kmt_setting){.source = KMT_SETTING_MODULES_LOAD,
						 .directive = "load",
						 .name = line->name ? line->name : line->text,
						 .value = "",
						 .origin = line->origin});
	}
}

static void add_masked(const struct kmt_snapshot *snap, struct kmt_settings *out)
{
	const struct kmt_conf_file *file;
	size_t first = out->rows.n;

	kmt_modprobed_read_masked(snap->root, &snap->conf.files, &out->masked);
	for (size_t i = 0; i < out->masked.lines.n; i++)
		add_line(&out->masked.lines.v[i], out);
	for (size_t i = first; i < out->rows.n; i++) {
		struct kmt_setting *row = &out->rows.v[i];

		kmt_vec_foreach(file, &snap->conf.files.rows) {
			if (file->masked_by && !strcmp(file->path, row->origin.file))
				break;
		}
		row->effect = KMT_SETTING_IGNORED;
		row->reason = kmt_arena_printf(&out->arena, "%s is read instead of this file", file->masked_by);
	}
}

int kmt_settings_read(struct kmt_snapshot *snap, struct kmt_settings *out, struct kmt_err *err)
{
	size_t judged;
	int r = 0;

	*out = (struct kmt_settings){0};
	add_conf(&snap->conf, out);
	add_cmdline(&snap->cmdline, out);
	kmt_modulesload_read(snap->root, &out->boot, snap->diag);
	add_boot(out);
	judged = out->rows.n;
	add_masked(snap, out);
	for (size_t i = 0; !r && i < judged; i++)
		r = kmt_settings_judge(snap, out, i, err);
	if (r < 0)
		kmt_settings_free(out);
	return r;
}

void kmt_settings_free(struct kmt_settings *s)
{
	kmt_vec_free(&s->rows);
	kmt_modulesload_free(&s->boot);
	kmt_conf_free(&s->masked);
	kmt_arena_free(&s->arena);
	*s = (struct kmt_settings){0};
}
