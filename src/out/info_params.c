/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Parameters and configuration of one module: what the file declares, what the kernel has, and what
 * the configuration sets, joined by name.
 */
#include <kmt/out/info.h>

#include <string.h>

#include <kmt/base/name.h>
#include <kmt/model/config.h>
#include <kmt/sys/paths.h>

/* Whether a line of modprobe.d is about module NAME; of an alias line what it stands for counts. */
static bool touches(const struct kmt_conf_line *line, const char *name)
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
		if (touches(line, f->item->name))
			add_config(f, line->origin,
				kmt_arena_printf(arena, "%s %s%s%s", kmt_conf_kind_name(line->kind),
					line->pattern, *line->value ? " " : "", line->value));
	add_cmdline(snap, f, arena);
}

/* Length of the next word of an options string: blanks inside of double quotes do not end it. */
static size_t word_length(const char *s)
{
	bool quoted = false;
	size_t n = 0;

	for (; s[n] && (quoted || (s[n] != ' ' && s[n] != '\t')); n++)
		if (s[n] == '"')
			quoted = !quoted;
	return n;
}

/* "name=value" or "name", as the kernel splits it (kernel/params.c: '-' and '_' are the same). */
static bool sets(
	const char *word, size_t n, const char *name, struct kmt_arena *arena, const char **value)
{
	const char *equals = memchr(word, '=', n);
	kmt_autofree char *key = kmt_strndup(word, equals ? (size_t)(equals - word) : n);

	if (!kmt_name_equal(key, name))
		return false;
	*value =
		equals ? kmt_arena_strndup(arena, equals + 1, n - (size_t)(equals - word) - 1) : "";
	return true;
}

static void look_in(const char *options, const struct kmt_origin *origin, struct kmt_arena *arena,
	struct kmt_info_param *p)
{
	while (*options) {
		size_t n;

		options += strspn(options, " \t");
		n = word_length(options);
		if (n && sets(options, n, p->name, arena, &p->configured))
			p->origin = *origin;
		options += n;
	}
}

/* The kernel takes the last of several settings. */
static void find_configured(
	const struct kmt_config_options *options, struct kmt_arena *arena, struct kmt_info_param *p)
{
	const struct kmt_config_option *option;

	kmt_vec_foreach (option, &options->rows)
		look_in(option->text, &option->origin, arena, p);
}

static bool is_declared(const struct kmt_info_params *list, const char *name)
{
	const struct kmt_info_param *p;

	kmt_vec_foreach (p, &list->rows)
		if (kmt_name_equal(p->name, name))
			return true;
	return false;
}

static const struct kmt_sysparam *find_live(const struct kmt_info_facts *f, const char *name)
{
	const struct kmt_sysparam *p;

	kmt_vec_foreach (p, &f->live.rows)
		if (kmt_name_equal(p->name, name))
			return p;
	return NULL;
}

void kmt_info_join_params(struct kmt_info_worker *w, struct kmt_info_params *out)
{
	const struct kmt_modinfo_param *declared;
	struct kmt_config_options options = {0};
	const struct kmt_sysparam *live;
	struct kmt_info_param *p;

	kmt_vec_foreach (declared, &w->facts.params.rows) {
		struct kmt_info_param row = {
			.name = kmt_arena_strndup(&w->arena, declared->name, declared->name_len),
			.type = declared->type,
			.description = declared->description,
		};

		row.live = find_live(&w->facts, row.name);
		kmt_vec_push(&out->rows, row);
	}
	kmt_vec_foreach (live, &w->facts.live.rows)
		if (!is_declared(out, live->name))
			kmt_vec_push(&out->rows,
				(struct kmt_info_param){.name = live->name, .live = live});
	if (w->request->parts & KMT_INFO_CONFIG)
		kmt_config_options(w->request->snap, w->facts.item->name, NULL, &options);
	kmt_vec_foreach (p, &out->rows)
		find_configured(&options, &w->arena, p);
	kmt_config_options_free(&options);
}

static void get_name(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = ((const struct kmt_info_param *)row)->name;
	out->hue = KMT_HUE_BOLD;
}

static void get_type(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = ((const struct kmt_info_param *)row)->type;
}

static void get_value(const void *row, void *ctx, struct kmt_cell *out)
{
	const struct kmt_info_param *p = row;

	out->s = p->live ? p->live->value : NULL;
}

static void get_mode(const void *row, void *ctx, struct kmt_cell *out)
{
	const struct kmt_info_param *p = row;

	if (p->live)
		out->s = kmt_arena_printf(ctx, "%04o", (unsigned int)p->live->mode & 07777);
}

static void get_configured(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = ((const struct kmt_info_param *)row)->configured;
}

/* Descriptions of several lines become one. */
static void get_description(const void *row, void *ctx, struct kmt_cell *out)
{
	const char *s = ((const struct kmt_info_param *)row)->description;
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

const struct kmt_column kmt_info_param_columns[] = {
	{"name", "PARAMETER", KMT_CELL_STRING, true, .help = "its name", .get = get_name},
	{"type", "TYPE", KMT_CELL_STRING, true, .help = "its type", .get = get_type},
	{"value", "VALUE", KMT_CELL_STRING, true, .help = "what the kernel has", .get = get_value},
	{"mode", "MODE", KMT_CELL_STRING, true, .help = "who may read and write it",
		.get = get_mode},
	{"configured", "CONFIGURED", KMT_CELL_STRING, true, .help = "what modprobe would set",
		.get = get_configured},
	/* The first to be cut on a narrow terminal: the "parm:" lines have all of it. */
	{"description", "DESCRIPTION", KMT_CELL_STRING, true, .width = 0.2,
		.help = "what it is for", .get = get_description},
	{0},
};
