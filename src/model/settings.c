/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/model/settings.h>

#include <errno.h>
#include <string.h>

#include <kmt/base/name.h>
#include <kmt/model/config.h>
#include <kmt/model/graph.h>
#include <kmt/model/lookup.h>
#include <kmt/model/obstacle.h>
#include <kmt/model/params.h>
#include <kmt/sys/paths.h>

/*
 * The effect of each line. What looks odd here is what modprobe does: of install, remove, softdep and weakdep
 * lines the first counts, in the order of file names; install lines give way to soft dependencies; of
 * options all count, and the kernel takes the last of several values.
 */

struct judge {
	const struct kmt_snapshot *snap;
	struct kmt_settings *all;
	struct kmt_setting *row;
	struct kmt_map users; /* of kmt_graph_direct_users(), when the first question comes */
	bool users_known;
	struct kmt_arena arena; /* of these */
};

/* The word that the kernel takes, of all that set a parameter. */
struct last {
	const struct kmt_setting *row;
	const char *at;
};

const char *kmt_setting_where(const struct kmt_origin *origin, struct kmt_arena *arena)
{
	return !origin->line && !strcmp(origin->file, KMT_PATH_PROC_CMDLINE) ? "the kernel command line"
									     : kmt_origin_text(origin, arena);
}

static const char *where(const struct judge *j, const struct kmt_origin *origin)
{
	return kmt_setting_where(origin, &j->all->arena);
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

static bool ignore_builtin(struct judge *j, const char *why)
{
	if (!kmt_snapshot_is_builtin(j->snap, j->row->name))
		return false;
	ignore(j, kmt_arena_printf(&j->all->arena, "%s is built into the kernel: %s", j->row->name, why));
	return true;
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
		kmt_strbuf_item(&text, ", ", "%.*s is set again %s %s", (int)word.name_len, word.name,
			other->origin.line ? "in" : "on", other == j->row ? "this line" : where(j, &other->origin));
	}
	if (!text.len)
		return;
	j->row->reason = kmt_arena_strdup(&j->all->arena, text.s);
	if (!kept && by)
		shadow(j, &by->origin, by->line, j->row->reason);
}

static void judge_options(struct judge *j)
{
	const char *name = j->row->name;

	if (strpbrk(name, "*?[") && !has_alias_line(j->snap, name))
		ignore(j, "options take the name of a module or of an alias line, not a pattern");
	else if (kmt_snapshot_is_builtin(j->snap, name))
		ignore_builtin(j, kmt_arena_printf(&j->all->arena,
					  "only %s.PARAMETER= on the kernel command line reaches it", name));
}

/* A part of the kernel that is not a module has parameters too ("printk.time"). */
static bool is_in_kernel(const struct kmt_snapshot *snap, const char *name)
{
	kmt_autofree char *path = kmt_asprintf("%s/%s", KMT_PATH_SYS_MODULE, name);

	return kmt_snapshot_is_builtin(snap, name) || (snap->running && kmt_root_exists(snap->root, path));
}

static void judge_cmdline_option(struct judge *j)
{
	const struct kmt_snapshot *snap = j->snap;
	const char *name = j->row->name;

	if (snap->has_tree && !kmt_modindex_find(&snap->index, name) && !is_in_kernel(snap, name) &&
		!has_alias_line(snap, name))
		ignore(j, kmt_arena_printf(&j->all->arena, "%s is not a module of %s", name, snap->version));
}

/* The line that counts where MINE does not: the first of its kind for the module, or for the same pattern. */
static const struct kmt_conf_line *earlier(const struct judge *j)
{
	const struct kmt_conf_line *mine = j->row->line;
	const struct kmt_conf_line *first =
		kmt_conf_is_pattern(mine->pattern)
			? kmt_confindex_spelt(&j->snap->lines, mine->kind, mine->pattern)->line
			: kmt_confindex_first(&j->snap->lines, mine->kind, mine->pattern, false);

	return first == mine ? NULL : first;
}

/* An empty "pre:" is the way to say that there is no soft dependency. */
bool kmt_setting_is_void(const struct kmt_conf_line *line)
{
	const char *s = line->value;

	if (line->kind != KMT_CONF_SOFTDEP || line->deps->pre.n || line->deps->post.n)
		return false;
	for (s += strspn(s, " \t"); *s; s += strspn(s, " \t")) {
		size_t n = strcspn(s, " \t");

		if (!(n == 4 && !memcmp(s, "pre:", n)) && !(n == 5 && !memcmp(s, "post:", n)))
			return true;
		s += n;
	}
	return false;
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
	if (kmt_setting_is_void(line)) {
		ignore(j, "names must follow pre: or post:");
		return 0;
	}
	/* Of a pattern it is true for some modules and not for others. */
	if (kmt_conf_is_pattern(line->pattern) || ignore_builtin(j, "modprobe does nothing for it") ||
		line->kind != KMT_CONF_INSTALL)
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

static const struct kmt_direct_users *users_of(struct judge *j, const char *name)
{
	if (!j->users_known)
		kmt_graph_direct_users(j->snap, &j->arena, &j->users);
	j->users_known = true;
	return kmt_map_get(&j->users, name);
}

/* modprobe obeys a blacklist line only where an alias led to the module. */
static int judge_blacklist(struct judge *j, struct kmt_err *err)
{
	const char *name = j->row->name;
	const struct kmt_direct_users *users;
	struct kmt_install install;
	int r;

	if (ignore_builtin(j, "no configuration keeps it out") || !j->snap->has_tree)
		return 0;
	users = users_of(j, name);
	if (!users || kmt_config_kernel_blacklisted(j->snap, name))
		return 0;
	r = kmt_install_find(j->snap, name, &install, err);
	if (r || (install.blocks && !install.softdep))
		return r;
	j->row->effect = KMT_SETTING_PARTIAL;
	j->row->reason = kmt_arena_printf(&j->all->arena,
		"it is still loaded by name and as a dependency (of %s%s%s%s%s%s): blacklist stops only aliases",
		users->names[0], users->n > 1 ? ", " : "", users->n > 1 ? users->names[1] : "",
		users->n > 2 ? ", " : "", users->n > 2 ? users->names[2] : "", users->n > 3 ? ", ..." : "");
	return 0;
}

static void judge_boot(struct judge *j, const struct kmt_lookup *found)
{
	const struct kmt_setting *row = j->row;
	struct kmt_origin by;
	size_t blacklisted = 0;

	if (!found->rows.n && found->off)
		ignore(j, kmt_arena_printf(&j->all->arena, "switched off by %s: alias %s off",
				  where(j, &found->off->origin), found->off->pattern));
	else if (!found->rows.n && j->snap->has_tree)
		ignore(j, kmt_arena_printf(&j->all->arena, "there is no module %s in %s", row->name,
				  j->snap->version));
	else if (kmt_snapshot_is_builtin(j->snap, row->name))
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
		ignore(j, "not a module name: the whole line is taken for one, and options belong in modprobe.d");
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
		if (j->row->effect == KMT_SETTING_IGNORED || ignore_builtin(j, "no configuration keeps it out"))
			return 0;
		return j->row->kind == KMT_CONF_MODPROBE_BLACKLIST ? judge_blacklist(j, err) : 0;
	case KMT_CONF_BLACKLIST:
		return judge_blacklist(j, err);
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

/* Fills effect, by and reason of all rows that are not ignored yet. */
static int settings_judge(const struct kmt_snapshot *snap, struct kmt_settings *all, struct kmt_err *err)
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
	kmt_map_free(&j.users);
	kmt_arena_free(&j.arena);
	return r;
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

bool kmt_setting_is_vendor_file(const char *path)
{
	static const char *const vendor[] = KMT_VENDOR_DIRS;

	for (size_t i = 0; i < KMT_ARRAY_SIZE(vendor); i++)
		if (!strncmp(path, vendor[i], strlen(vendor[i])))
			return true;
	return false;
}

bool kmt_setting_is_local(const struct kmt_setting *s)
{
	return s->source != KMT_SETTING_TREE && !kmt_setting_is_vendor_file(s->origin.file);
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

int kmt_settings_read(const struct kmt_snapshot *snap, struct kmt_settings *out, struct kmt_err *err)
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
	r = settings_judge(snap, out, err);
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
