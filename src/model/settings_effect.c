/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The effect of each line. What looks odd here is what modprobe does: of install, remove, softdep and weakdep
 * lines the first counts, in the order of file names; install lines give way to soft dependencies; of
 * options all count, and the kernel takes the last of several values.
 */
#include "settings_priv.h"

#include <errno.h>
#include <string.h>

#include <kmt/base/name.h>
#include <kmt/model/config.h>
#include <kmt/model/lookup.h>
#include <kmt/model/obstacle.h>
#include <kmt/model/params.h>
#include <kmt/sys/paths.h>

struct judge {
	struct kmt_snapshot *snap;
	struct kmt_settings *all;
	struct kmt_setting *row;
};

/* The word that the kernel takes, of all that set a parameter. */
struct last {
	const struct kmt_setting *row;
	const char *at;
};

static const char *where(const struct judge *j, const struct kmt_origin *origin)
{
	if (!origin->line)
		return strcmp(origin->file, KMT_PATH_PROC_CMDLINE) ? origin->file
								   : "the kernel command line";
	return kmt_arena_printf(&j->all->arena, "%s:%u", origin->file, origin->line);
}

static void ignore(struct judge *j, const char *reason)
{
	j->row->effect = KMT_SETTING_IGNORED;
	j->row->reason = reason;
}

static void shadow(struct judge *j, const struct kmt_origin *by, const struct kmt_conf_line *line,
	const char *reason)
{
	j->row->effect = KMT_SETTING_SHADOWED;
	j->row->by = *by;
	j->row->by_line = line;
	j->row->reason = reason;
}

static bool is_builtin(const struct kmt_snapshot *snap, const char *name)
{
	return snap->has_tree && !kmt_modindex_find(&snap->index, name) &&
	       kmt_modindex_find_builtin(&snap->index, name);
}

static bool has_alias_line(const struct kmt_snapshot *snap, const char *pattern)
{
	return kmt_confindex_spelt(&snap->lines, KMT_CONF_ALIAS, pattern) != NULL;
}

/* What a parameter is called in the map of the last words: '-' and '_' are the same. */
static const char *key(
	const struct kmt_setting *row, const struct kmt_param_word *word, struct kmt_strbuf *out)
{
	kmt_strbuf_truncate(out, 0);
	kmt_strbuf_addf(out, "%s ", row->name);
	for (size_t i = 0; i < word->name_len; i++)
		kmt_strbuf_addc(out, word->name[i] == '-' ? '_' : word->name[i]);
	return kmt_strbuf_str(out);
}

static const struct last *last_of(
	const struct kmt_settings *all, const struct kmt_setting *row, const struct kmt_param_word *word)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;

	return kmt_map_get(&all->last, key(row, word, &text));
}

bool kmt_setting_is_last(
	const struct kmt_settings *all, const struct kmt_setting *s, const struct kmt_param_word *word)
{
	return last_of(all, s, word)->at == word->name;
}

static void note_words(struct kmt_settings *all, const struct kmt_setting *row, struct kmt_strbuf *text)
{
	const char *s = row->value;
	struct kmt_param_word word;

	while (kmt_param_word_next(&s, &word)) {
		struct last *last = kmt_map_get(&all->last, key(row, &word, text));

		if (!last) {
			last = KMT_ARENA_NEW(&all->arena, struct last);
			kmt_map_add(&all->last, kmt_arena_strdup(&all->arena, text->s), last);
		}
		*last = (struct last){row, word.name};
	}
}

static void judge_values(struct judge *j)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;
	const struct kmt_setting *by = NULL;
	const char *s = j->row->value;
	struct kmt_param_word word;
	size_t kept = 0;

	while (kmt_param_word_next(&s, &word)) {
		const struct last *last = last_of(j->all, j->row, &word);
		const struct kmt_setting *other = last->row;

		if (last->at == word.name) {
			kept++;
			continue;
		}
		if (other != j->row)
			by = other;
		kmt_strbuf_addf(&text, "%s%.*s is set again in %s", text.len ? ", " : "",
			(int)word.name_len, word.name, other == j->row ? "this line" : where(j, &other->origin));
	}
	if (!text.len)
		return;
	j->row->reason = kmt_arena_strdup(&j->all->arena, text.s);
	if (!kept && by)
		shadow(j, &by->origin, by->line, j->row->reason);
}

static void judge_options(struct judge *j)
{
	const struct kmt_setting *row = j->row;

	if (strpbrk(row->name, "*?[") && !has_alias_line(j->snap, row->name))
		ignore(j, "options take the name of a module or of an alias line, not a pattern");
	else if (is_builtin(j->snap, row->name))
		ignore(j, kmt_arena_printf(&j->all->arena,
				  "%s is built into the kernel: only %s.PARAMETER= on the kernel command line reaches it",
				  row->name, row->name));
}

/* A part of the kernel that is no module at all has parameters too ("printk.time"). */
static bool is_in_kernel(const struct kmt_snapshot *snap, const char *name)
{
	kmt_autofree char *path = kmt_asprintf("%s/%s", KMT_PATH_SYS_MODULE, name);

	return is_builtin(snap, name) || (snap->running && kmt_root_exists(snap->root, path));
}

static void judge_cmdline_option(struct judge *j)
{
	const struct kmt_snapshot *snap = j->snap;
	const char *name = j->row->name;

	if (snap->has_tree && !kmt_modindex_find(&snap->index, name) && !is_in_kernel(snap, name) &&
		!has_alias_line(snap, name))
		ignore(j, kmt_arena_printf(&j->all->arena, "%s is no module of %s", name, snap->version));
}

/* The line that counts where MINE does not: the first of its kind for the module, or for the same pattern. */
static const struct kmt_conf_line *earlier(const struct judge *j)
{
	const struct kmt_conf_line *mine = j->row->line;
	const struct kmt_conf_line *first =
		kmt_conf_is_pattern(mine->pattern)
			? kmt_confindex_spelt(&j->snap->lines, mine->kind, mine->pattern)->line
			: kmt_config_first(j->snap, mine->kind, mine->pattern, false);

	return first == mine ? NULL : first;
}

static int judge_first(struct judge *j, struct kmt_err *err)
{
	const struct kmt_conf_line *line = j->row->line, *first = earlier(j);
	struct kmt_install install;
	int r;

	if (first) {
		shadow(j, &first->origin, first,
			kmt_arena_printf(&j->all->arena, "%s has the first %s line for it, and only that counts",
				where(j, &first->origin), kmt_conf_kind_name(line->kind)));
		return 0;
	}
	if (line->kind == KMT_CONF_SOFTDEP && !line->deps->pre.n && !line->deps->post.n && *j->row->value &&
		strcmp(j->row->value, "pre:") != 0 && strcmp(j->row->value, "post:") != 0)
		j->row->reason = "says nothing: its modules stand behind neither pre: nor post:";
	/* Of a pattern it is true for some modules and not for others. */
	if (line->kind != KMT_CONF_INSTALL || kmt_conf_is_pattern(line->pattern))
		return 0;
	r = kmt_install_find(j->snap, line->pattern, &install, err);
	if (!r && install.softdep)
		ignore(j, kmt_arena_printf(&j->all->arena,
				  "modprobe runs no install command for a module with soft dependencies (%s)",
				  where(j, &install.softdep->origin)));
	return r;
}

/* Compared byte for byte, with names that have no '-'. */
static void judge_cmdline_blacklist(struct judge *j)
{
	char name[KMT_NAME_MAX];

	if (!strchr(j->row->name, '-') || kmt_name_normalize(j->row->name, name, sizeof(name)))
		return;
	ignore(j, kmt_arena_printf(&j->all->arena, "'-' is not '_' here: write %s", name));
}

static void judge_boot(struct judge *j, const struct kmt_lookup *found)
{
	const struct kmt_setting *row = j->row;
	struct kmt_origin by;
	size_t blacklisted = 0;

	if (!found->rows.n && j->snap->has_tree)
		ignore(j, kmt_arena_printf(&j->all->arena, "there is no module %s in %s", row->name,
				  j->snap->version));
	else if (is_builtin(j->snap, row->name))
		ignore(j, "built into the kernel: nothing is to be loaded");
	for (size_t i = 0; i < found->rows.n; i++)
		blacklisted += kmt_config_blacklisted(j->snap, found->rows.v[i].name, &by);
	if (found->rows.n && blacklisted == found->rows.n)
		ignore(j, kmt_arena_printf(&j->all->arena,
				  "blacklisted by %s, which systemd obeys", where(j, &by)));
}

/* A module that is to be loaded at boot, by its line or by modules_load=. */
static int judge_load(struct judge *j, struct kmt_err *err)
{
	struct kmt_lookup found = {0};
	kmt_autoerr struct kmt_err why = KMT_ERR_INIT;
	int r;

	if (strpbrk(j->row->name, " \t")) {
		ignore(j, "not a module name: options belong into modprobe.d");
		return 0;
	}
	r = kmt_lookup_find(j->snap, j->row->name, &found, &why);
	if (why.kind == KMT_ERR_USAGE)
		ignore(j, "not a module name");
	else if (!r)
		judge_boot(j, &found);
	kmt_lookup_free(&found);
	return r < 0 && why.kind != KMT_ERR_USAGE ? kmt_err_set(err, why.kind, -r, "%s", why.msg) : 0;
}

static int judge(struct judge *j, struct kmt_err *err)
{
	switch (j->row->kind) {
	case KMT_CONF_LOAD:
	case KMT_CONF_MODULES_LOAD:
		return judge_load(j, err);
	case KMT_CONF_MODPROBE_BLACKLIST:
	case KMT_CONF_MODULE_BLACKLIST:
		judge_cmdline_blacklist(j);
		return 0;
	case KMT_CONF_OPTIONS:
		if (j->row->source == KMT_SETTING_CMDLINE)
			judge_cmdline_option(j);
		else
			judge_options(j);
		return 0;
	case KMT_CONF_INSTALL:
	case KMT_CONF_REMOVE:
	case KMT_CONF_SOFTDEP:
	case KMT_CONF_WEAKDEP:
		return judge_first(j, err);
	default:
		return 0;
	}
}

int kmt_settings_judge(struct kmt_snapshot *snap, struct kmt_settings *all, struct kmt_err *err)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;
	struct judge j = {.snap = snap, .all = all};
	int r = 0;

	kmt_vec_foreach(j.row, &all->rows) {
		if (!r && j.row->effect != KMT_SETTING_IGNORED)
			r = judge(&j, err);
	}
	kmt_vec_foreach(j.row, &all->rows) {
		if (j.row->kind == KMT_CONF_OPTIONS && j.row->effect != KMT_SETTING_IGNORED)
			note_words(all, j.row, &text);
	}
	kmt_vec_foreach(j.row, &all->rows) {
		if (j.row->kind == KMT_CONF_OPTIONS && j.row->effect != KMT_SETTING_IGNORED)
			judge_values(&j);
	}
	return r;
}
