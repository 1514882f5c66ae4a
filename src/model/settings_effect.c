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
#include <kmt/model/params.h>
#include <kmt/sys/paths.h>

#define PATTERN_CHARS "*?[\\" /* of fnmatch(3) */

struct judge {
	struct kmt_snapshot *snap;
	struct kmt_settings *all;
	struct kmt_setting *row;
	size_t index;
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

static void shadow(struct judge *j, const struct kmt_origin *by, const char *reason)
{
	j->row->effect = KMT_SETTING_SHADOWED;
	j->row->by = *by;
	j->row->reason = reason;
}

static bool is_builtin(const struct kmt_snapshot *snap, const char *name)
{
	return snap->has_tree && !kmt_modindex_find(&snap->index, name) &&
	       kmt_modindex_find_builtin(&snap->index, name);
}

static bool has_alias_line(const struct kmt_snapshot *snap, const char *pattern)
{
	const struct kmt_conf_line *line;

	kmt_vec_foreach(line, &snap->conf.lines) {
		if (line->kind == KMT_CONF_ALIAS && !strcmp(line->pattern, pattern))
			return true;
	}
	return false;
}

/* The last later line that sets the same parameter; NULL if none does. */
static const struct kmt_setting *overrides(const struct judge *j, const struct kmt_param_word *word)
{
	kmt_autofree char *name = kmt_strndup(word->name, word->name_len);
	const struct kmt_setting *found = NULL;

	for (size_t i = j->index; i < j->all->rows.n; i++) {
		const struct kmt_setting *other = &j->all->rows.v[i];
		const char *s = other->value;
		struct kmt_param_word theirs;

		if (!other->directive || strcmp(other->directive, "options") ||
			strcmp(other->name, j->row->name) || other->effect == KMT_SETTING_IGNORED)
			continue;
		while (kmt_param_word_next(&s, &theirs))
			if (theirs.name > word->name || i > j->index)
				found = kmt_param_word_is(&theirs, name) ? other : found;
	}
	return found;
}

static void judge_values(struct judge *j)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;
	const struct kmt_setting *by = NULL;
	const char *s = j->row->value;
	struct kmt_param_word word;
	size_t kept = 0;

	while (kmt_param_word_next(&s, &word)) {
		const struct kmt_setting *other = overrides(j, &word);

		if (!other) {
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
		shadow(j, &by->origin, j->row->reason);
}

static void judge_options(struct judge *j)
{
	const struct kmt_setting *row = j->row;

	if (strpbrk(row->name, "*?[") && !has_alias_line(j->snap, row->name))
		ignore(j, "options take the name of a module or of an alias line, not a pattern");
	else if (is_builtin(j->snap, row->name) && row->source != KMT_SETTING_CMDLINE)
		ignore(j, kmt_arena_printf(&j->all->arena,
				  "%s is built into the kernel: only %s.PARAMETER= on the kernel command line reaches it",
				  row->name, row->name));
	else
		judge_values(j);
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
	else
		judge_values(j);
}

int kmt_settings_overruled(struct kmt_snapshot *snap, const char *name,
	const struct kmt_conf_line **softdep, struct kmt_err *err)
{
	const struct kmt_conf_line *line = kmt_config_first(snap, KMT_CONF_SOFTDEP, name, false);
	const struct kmt_strv *lists[2];
	int found = 0;

	if (!line)
		return 0;
	*softdep = line;
	lists[0] = &line->pre;
	lists[1] = &line->post;
	for (size_t i = 0; !found && i < 2; i++) {
		for (size_t k = 0; !found && k < lists[i]->n; k++) {
			struct kmt_lookup matches = {0};
			kmt_autoerr struct kmt_err why = KMT_ERR_INIT;
			int r = kmt_lookup_find(snap, lists[i]->v[k], &matches, &why);

			found = matches.rows.n > 0;
			kmt_lookup_free(&matches);
			if (r < 0 && why.kind != KMT_ERR_USAGE) /* that one is a name that none can have */
				return kmt_err_set(err, why.kind, -r, "%s", why.msg);
		}
	}
	return found;
}

/* The line of this kind before this one that matches all that this one does; NULL if there is none. */
static const struct kmt_conf_line *earlier(const struct judge *j)
{
	const struct kmt_conf_line *mine = j->row->line, *line;

	kmt_vec_foreach(line, &j->snap->conf.lines) {
		if (line == mine)
			break;
		if (line->kind == mine->kind &&
			(!strcmp(line->pattern, mine->pattern) ||
				(!strpbrk(mine->pattern, PATTERN_CHARS) &&
					kmt_config_matches(line->pattern, mine->pattern))))
			return line;
	}
	return NULL;
}

static int judge_first(struct judge *j, struct kmt_err *err)
{
	const struct kmt_conf_line *line = j->row->line, *first = earlier(j), *softdep;
	int r;

	if (first) {
		shadow(j, &first->origin,
			kmt_arena_printf(&j->all->arena, "%s has the first %s line for it, and only that counts",
				where(j, &first->origin), kmt_conf_kind_name(line->kind)));
		return 0;
	}
	if (line->kind == KMT_CONF_SOFTDEP && !line->pre.n && !line->post.n && *j->row->value &&
		strcmp(j->row->value, "pre:") != 0 && strcmp(j->row->value, "post:") != 0)
		j->row->reason = "says nothing: its modules stand behind neither pre: nor post:";
	/* Of a pattern it is true for some modules and not for others. */
	if (line->kind != KMT_CONF_INSTALL || strpbrk(line->pattern, PATTERN_CHARS))
		return 0;
	r = kmt_settings_overruled(j->snap, line->pattern, &softdep, err);
	if (r > 0)
		ignore(j, kmt_arena_printf(&j->all->arena,
				  "modprobe runs no install command for a module with soft dependencies (%s)",
				  where(j, &softdep->origin)));
	return r < 0 ? r : 0;
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

int kmt_settings_judge(
	struct kmt_snapshot *snap, struct kmt_settings *all, size_t index, struct kmt_err *err)
{
	struct judge j = {.snap = snap, .all = all, .row = &all->rows.v[index], .index = index};
	const struct kmt_setting *row = j.row;

	if (!row->directive)
		return 0;
	if (!strcmp(row->directive, "load") || !strcmp(row->directive, "modules_load"))
		return judge_load(&j, err);
	if (!strcmp(row->directive, "modprobe.blacklist") || !strcmp(row->directive, "module_blacklist"))
		judge_cmdline_blacklist(&j);
	else if (row->source == KMT_SETTING_CMDLINE)
		judge_cmdline_option(&j);
	else if (row->line->kind == KMT_CONF_OPTIONS)
		judge_options(&j);
	else if (row->line->kind != KMT_CONF_ALIAS && row->line->kind != KMT_CONF_BLACKLIST)
		return judge_first(&j, err);
	return 0;
}
