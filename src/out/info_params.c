/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Parameters and configuration of one module: what the file declares, what the kernel has, and what
 * the configuration sets, joined by name.
 */
#include <kmt/out/info.h>

#include <string.h>

#include <kmt/model/config.h>
#include <kmt/model/settings.h>
#include <kmt/sys/paths.h>

static void add_config(struct kmt_info_facts *f, struct kmt_origin origin, const char *text)
{
	kmt_vec_push(&f->config, (struct kmt_info_config){.origin = origin, .text = text});
}

static void add_cmdline(
	const struct kmt_snapshot *snap, struct kmt_info_facts *f, struct kmt_arena *arena)
{
	const struct kmt_origin origin = {.file = KMT_PATH_PROC_CMDLINE};
	const struct kmt_cmdline_option *option;
	struct kmt_origin blacklist;
	const char *name = f->item->name;

	kmt_vec_foreach (option, &snap->cmdline.options)
		if (!strcmp(option->module, name))
			add_config(f, origin,
				kmt_arena_printf(arena, "%s.%s", option->module, option->param));
	if (kmt_config_blacklisted(snap, name, &blacklist) &&
		!strcmp(blacklist.file, KMT_PATH_PROC_CMDLINE))
		add_config(f, origin, kmt_arena_printf(arena, "modprobe.blacklist=%s", name));
	if (kmt_config_kernel_blacklisted(snap, name))
		add_config(f, origin, kmt_arena_printf(arena, "module_blacklist=%s", name));
}

void kmt_info_read_config(
	const struct kmt_snapshot *snap, struct kmt_info_facts *f, struct kmt_arena *arena)
{
	const struct kmt_conf_line *line;

	kmt_vec_foreach (line, &snap->conf.lines)
		if (kmt_conf_line_is_about(line, f->item->name))
			add_config(f, line->origin,
				kmt_arena_printf(arena, "%s %s%s%s", kmt_conf_kind_name(line->kind),
					line->pattern, *line->value ? " " : "", line->value));
	add_cmdline(snap, f, arena);
}

void kmt_info_join_params(struct kmt_info_worker *w, struct kmt_paramlist *out)
{
	struct kmt_config_options options = {0};
	const struct kmt_param_sources from = {
		.declared = &w->facts.params, .live = &w->facts.live, .options = &options};

	if (w->request->parts & KMT_INFO_CONFIG)
		kmt_config_options(w->request->snap, w->facts.item->name, NULL, &options);
	kmt_paramlist_join(&from, &w->arena, out);
	kmt_config_options_free(&options);
}

void kmt_info_add_defaults(struct kmt_info_worker *w, struct kmt_paramlist *list)
{
	struct kmt_ko_defaults defaults = {0};

	/* A file that could be read as far as .modinfo, but no further, tells no defaults. */
	if (w->facts.item->path && w->facts.fields.fields.n &&
		!kmt_kofile_param_defaults(w->ko, &w->arena, &defaults, NULL))
		kmt_paramlist_set_defaults(list, &defaults);
	kmt_ko_defaults_free(&defaults);
}
