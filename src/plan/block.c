/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/plan/block.h>

#include <errno.h>
#include <string.h>

#include <kmt/model/config.h>
#include <kmt/plan/edit.h>
#include <kmt/source/conftext.h>
#include <kmt/sys/paths.h>

#define LINES 4

/* Both sort before modules.softdep; the second before (almost) everything else, too. */
static const char *const prefixes[] = {KMT_BLOCK_FILE, "00-" KMT_BLOCK_FILE};

static const char *file_path(struct kmt_arena *arena, const char *prefix, const char *name)
{
	return kmt_arena_printf(arena, "%s/%s%s.conf", KMT_PATH_MODPROBE_D, prefix, name);
}

static void own_lines(struct kmt_arena *arena, const char *name, const char *lines[LINES])
{
	lines[0] = kmt_arena_printf(arena, "# 'kmtool block %s' wrote this; 'kmtool unblock %s' takes it back.",
		name, name);
	lines[1] = kmt_arena_printf(arena, "blacklist %s", name);
	lines[2] = kmt_arena_printf(arena, "install %s /bin/false", name);
	lines[3] = kmt_arena_printf(arena, "softdep %s pre:", name);
}

/* Whether a line for NAME stands in a file that sorts before PATH: then only it would count. */
static bool comes_too_late(const struct kmt_snapshot *snap, const char *name, const char *path)
{
	static const enum kmt_conf_kind kinds[] = {KMT_CONF_INSTALL, KMT_CONF_SOFTDEP};

	for (size_t i = 0; i < KMT_ARRAY_SIZE(kinds); i++) {
		const struct kmt_conf_line *line = kmt_confindex_first(&snap->lines, kinds[i], name, false);

		if (line && strcmp(strrchr(line->file->path, '/'), strrchr(path, '/')) < 0)
			return true;
	}
	return false;
}

int kmt_plan_block(
	const struct kmt_snapshot *snap, const char *name, struct kmt_plan *plan, struct kmt_err *err)
{
	const char *path = file_path(&plan->arena, prefixes[0], name), *lines[LINES];
	struct kmt_edit e;
	int r;

	if (comes_too_late(snap, name, path))
		path = file_path(&plan->arena, prefixes[1], name);
	r = kmt_edit_open(&e, snap->root, path, err);
	if (r < 0)
		return r;
	own_lines(&plan->arena, name, lines);
	/* Whatever somebody made of our own file, it is as it should be afterwards. */
	kmt_strbuf_truncate(&e.text, 0);
	for (size_t i = 0; i < LINES; i++)
		kmt_edit_append(&e, lines[i]);
	kmt_edit_plan(&e, plan, name);
	kmt_edit_close(&e);
	return 0;
}

static bool is_own(const char *text, const struct kmt_conftext_line *line, const char *const lines[LINES])
{
	size_t n = line->n - (line->n && text[line->start + line->n - 1] == '\n');

	for (size_t i = 0; i < LINES; i++)
		if (strlen(lines[i]) == n && !memcmp(text + line->start, lines[i], n))
			return true;
	return false;
}

/* The number of the first line that is ours; 0 if there is none. */
static unsigned int find_own(const struct kmt_edit *e, const char *const lines[LINES])
{
	const char *text = kmt_strbuf_str(&e->text);
	struct kmt_conftext t = {0};
	unsigned int number = 0;

	kmt_conftext_split(text, e->text.len, true, &t);
	for (size_t i = 0; !number && i < t.lines.n; i++)
		if (is_own(text, &t.lines.v[i], lines))
			number = t.lines.v[i].number;
	kmt_conftext_free(&t);
	return number;
}

static int take_away(const struct kmt_snapshot *snap, const char *path, const char *name,
	const char *const lines[LINES], struct kmt_plan *plan, struct kmt_err *err)
{
	unsigned int number;
	struct kmt_edit e;
	int r = kmt_edit_open(&e, snap->root, path, err);

	if (r < 0)
		return r;
	while ((number = find_own(&e, lines)))
		kmt_edit_replace(&e, number, NULL);
	if (!e.absent)
		kmt_edit_plan_state(&e, plan, e.text.len > 0);
	kmt_edit_close(&e);
	return 0;
}

static bool is_own_file(const char *path, const char *name)
{
	struct kmt_arena arena = {0};
	bool own = false;

	for (size_t i = 0; i < KMT_ARRAY_SIZE(prefixes); i++)
		own |= !strcmp(path, file_path(&arena, prefixes[i], name));
	kmt_arena_free(&arena);
	return own;
}

bool kmt_block_is_there(const struct kmt_snapshot *snap, const char *name)
{
	const struct kmt_conf_file *file;

	kmt_vec_foreach(file, &snap->conf.files.rows) {
		if (file->state == KMT_CONF_FILE_READ && is_own_file(file->path, name))
			return true;
	}
	return false;
}

/* A line of somebody else that keeps NAME out, or wants to. */
static const struct kmt_conf_line *foreign_block(const struct kmt_snapshot *snap, const char *name)
{
	const struct kmt_conf_line *found = NULL;
	struct kmt_conf_linev lines = {0};

	kmt_confindex_about(&snap->lines, name, NULL, &lines);
	for (size_t i = 0; !found && i < lines.rows.n; i++) {
		const struct kmt_conf_line *line = lines.rows.v[i];
		bool blocks = line->kind == KMT_CONF_BLACKLIST ||
			      (line->kind == KMT_CONF_INSTALL && kmt_config_command_blocks(line->value));

		if (blocks && !is_own_file(line->file->path, name))
			found = line;
	}
	kmt_vec_free(&lines.rows);
	return found;
}

static int still_blocked(const struct kmt_snapshot *snap, const char *name, struct kmt_plan *plan,
	struct kmt_err *err)
{
	const struct kmt_conf_line *line = foreign_block(snap, name);
	struct kmt_origin cmdline;

	if (line && !plan->steps.n) {
		kmt_err_set(err, KMT_ERR_REFUSED, EPERM, "%s is blocked by %s:%u (%s %s), which kmtool did not write",
			name, line->origin.file, line->origin.line, kmt_conf_kind_name(line->kind), line->pattern);
		kmt_err_hint(err, "take that line out: kmtool config comment-out %s:%u", line->origin.file,
			line->origin.line);
		return -EPERM;
	}
	if (line)
		kmt_vec_push(&plan->warnings,
			kmt_arena_printf(&plan->arena, "%s:%u (%s %s) stays, and is not ours", line->origin.file,
				line->origin.line, kmt_conf_kind_name(line->kind), line->pattern));
	if (kmt_config_kernel_blacklisted(snap, name) ||
		(kmt_config_blacklisted(snap, name, &cmdline) && !cmdline.line))
		kmt_vec_push(&plan->warnings,
			kmt_arena_printf(&plan->arena, "%s is blacklisted on the kernel command line, too", name));
	return 0;
}

int kmt_plan_unblock(
	const struct kmt_snapshot *snap, const char *name, struct kmt_plan *plan, struct kmt_err *err)
{
	const char *lines[LINES];
	int r = 0;

	own_lines(&plan->arena, name, lines);
	for (size_t i = 0; !r && i < KMT_ARRAY_SIZE(prefixes); i++)
		r = take_away(snap, file_path(&plan->arena, prefixes[i], name), name, lines, plan, err);
	return r ? r : still_blocked(snap, name, plan, err);
}
