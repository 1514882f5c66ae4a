/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rules about what is loaded at boot, and what an initramfs image makes of it. */
#include "lint_priv.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <kmt/model/config.h>
#include <kmt/model/lookup.h>
#include <kmt/model/obstacle.h>
#include <kmt/model/params.h>
#include <kmt/sys/paths.h>

enum boot_effect { BOOT_FINE, BOOT_UNKNOWN, BOOT_BUILTIN, BOOT_BLACKLISTED };

static void find_off(struct kmt_lint *lint, const char *name, struct kmt_origin *by)
{
	struct kmt_lookup found = {0};

	if (!kmt_lookup_find(lint->snap, name, &found, NULL) && found.off)
		*by = found.off->origin;
	kmt_lookup_free(&found);
}

/* Why an ignored line of modules-load.d is. BY is the blacklist line. */
static int judge(struct kmt_lint *lint, const struct kmt_setting *s, enum boot_effect *effect,
	struct kmt_origin *by, struct kmt_err *err)
{
	enum kmt_lint_known known;
	int r;

	*effect = BOOT_FINE;
	if (!kmt_setting_is_boot(s) || s->effect != KMT_SETTING_IGNORED || !lint->snap->has_tree)
		return 0;
	*effect = BOOT_UNKNOWN;
	if (strpbrk(s->name, " \t"))
		return 0;
	r = kmt_lint_known(lint, s->name, &known, err);
	if (known == KMT_LINT_BUILTIN)
		*effect = BOOT_BUILTIN;
	else if (known != KMT_LINT_NOWHERE)
		*effect = BOOT_BLACKLISTED;
	*by = (struct kmt_origin){0};
	if (!kmt_config_blacklisted(lint->snap, s->name, by))
		find_off(lint, s->name, by);
	return r;
}

/* A line that is more than a name: options, a directive of modprobe.d, several modules, a comment. */
static const char *how_to_split(struct kmt_lint *lint, const char *line)
{
	const char *comment = kmt_lint_comment_in(line);
	size_t end = comment ? (size_t)(comment - line) : strlen(line), n = strcspn(line, " \t"), rest;

	while (end && strchr(" \t", line[end - 1]))
		end--;
	if (end <= n)
		return "put the comment on a line of its own";
	if (kmt_conf_kind_of(line, n) != KMT_CONF_WRONG)
		return kmt_arena_printf(
			&lint->arena, "move the line into a file of modprobe.d: %.*s", (int)end, line);
	if (!memchr(line, '=', end))
		return "write each module on a line of its own";
	rest = n + strspn(line + n, " \t");
	return kmt_arena_printf(&lint->arena,
		"write only %.*s here, and 'options %.*s %.*s' into a file of modprobe.d", (int)n, line, (int)n,
		line, (int)(end - rest), line + rest);
}

static void tell(struct kmt_lint *lint, const struct kmt_setting *s, enum boot_effect effect,
	const struct kmt_origin *by)
{
	struct kmt_lint_finding *f = kmt_lint_add(lint, &s->origin, s->name, "%s: %s", s->name, s->reason);

	if (effect == BOOT_UNKNOWN)
		f->fix = strpbrk(s->name, " \t") ? how_to_split(lint, s->name) : kmt_lint_near(lint, s->name, 1);
	else if (effect == BOOT_BUILTIN)
		f->fix = "remove the line, unless other kernels need it";
	else if (by->file)
		f->fix = kmt_arena_printf(&lint->arena, "remove this line, or what %s says",
			kmt_setting_where(by, &lint->arena));
}

static int boot_rule(struct kmt_lint *lint, enum boot_effect want, struct kmt_err *err)
{
	const struct kmt_setting *s;
	int r = 0;

	kmt_vec_foreach(s, &lint->settings->rows) {
		struct kmt_origin by;
		enum boot_effect effect = BOOT_FINE;

		if (!r)
			r = judge(lint, s, &effect, &by, err);
		if (!r && effect == want)
			tell(lint, s, effect, &by);
	}
	return r;
}

int kmt_lint_boot_name(struct kmt_lint *lint, struct kmt_err *err)
{
	return boot_rule(lint, BOOT_UNKNOWN, err);
}

int kmt_lint_boot_builtin(struct kmt_lint *lint, struct kmt_err *err)
{
	return boot_rule(lint, BOOT_BUILTIN, err);
}

int kmt_lint_boot_blacklisted(struct kmt_lint *lint, struct kmt_err *err)
{
	return boot_rule(lint, BOOT_BLACKLISTED, err);
}

/* The line that keeps NAME out. BY_ALIAS: it is enough that nobody gets it by an alias. */
static bool find_block(
	struct kmt_lint *lint, const char *name, bool by_alias, struct kmt_origin *by, struct kmt_err *err)
{
	struct kmt_install install;

	*by = (struct kmt_origin){.file = KMT_PATH_PROC_CMDLINE};
	if (kmt_config_kernel_blacklisted(lint->snap, name))
		return true;
	if (kmt_install_find(lint->snap, name, &install, err) < 0)
		return false;
	if (install.blocks && !install.softdep)
		*by = install.line->origin;
	return (install.blocks && !install.softdep) ||
	       (by_alias && kmt_config_blacklisted(lint->snap, name, by));
}

static const char *how_to_unblock(struct kmt_lint *lint, const char *name, const struct kmt_origin *by)
{
	if (!by->line)
		return kmt_arena_printf(&lint->arena, "remove %s from the kernel command line", name);
	if (strstr(by->file, "/" KMT_BLOCK_FILE) || strstr(by->file, "/00-" KMT_BLOCK_FILE))
		return kmt_arena_printf(&lint->arena, "kmtool unblock %s", name);
	return kmt_arena_printf(&lint->arena, "kmtool config comment-out %s",
		kmt_setting_where(by, &lint->arena));
}

/* One finding for each module, however many lines keep it out, and however much it carries. */
static void find_essential(
	struct kmt_lint *lint, const char *name, bool by_alias, struct kmt_map *seen, struct kmt_err *err)
{
	struct kmt_strv reasons = {0};
	struct kmt_origin by;

	if (kmt_map_get(seen, name) || kmt_snapshot_is_builtin(lint->snap, name) ||
		!find_block(lint, name, by_alias, &by, err))
		return;
	kmt_map_add(seen, name, lint);
	kmt_essentials_tell(lint->facts->essentials, name, &lint->arena, &reasons);
	if (reasons.n)
		kmt_lint_add(lint, &by, name, "%s, and this line keeps it out", reasons.v[0])->fix =
			how_to_unblock(lint, name, &by);
	kmt_vec_free(&reasons);
}

int kmt_lint_essential_block(struct kmt_lint *lint, struct kmt_err *err)
{
	const struct kmt_essentials *e = lint->facts->essentials;
	kmt_autoerr struct kmt_err why = KMT_ERR_INIT;
	struct kmt_map seen = {0};

	for (size_t i = 0; e && i < e->rows.n; i++) {
		const struct kmt_essential *row = &e->rows.v[i];

		for (size_t m = 0; m < row->modules.n; m++)
			find_essential(lint, row->modules.v[m], true, &seen, &why);
		/* What needs it brings it in past a blacklist line. */
		for (size_t d = 0; d < row->deps.n; d++)
			find_essential(lint, row->deps.v[d], false, &seen, &why);
	}
	kmt_map_free(&seen);
	return why.kind ? kmt_err_copy(err, &why) : 0;
}

/* What the kernel prints of a bool is 'Y' or 'N', of a number often another base. */
static bool same_value(const char *live, const struct kmt_param_word *word)
{
	kmt_autofree char *value = word->value ? kmt_strndup(word->value, word->value_len) : kmt_strdup("Y");
	char *end_live, *end_value;
	long long a, b;

	if (!strcmp(live, value))
		return true;
	if (!strcmp(live, "Y"))
		return *value && strchr("yY1tT", *value);
	if (!strcmp(live, "N"))
		return *value && strchr("nN0fF", *value);
	a = strtoll(live, &end_live, 0);
	b = strtoll(value, &end_value, 0);
	return *live && *value && !*end_live && !*end_value && a == b;
}

/* A parameter of a list or of the module's own kind is printed in the module's own way. */
static bool is_plain(const char *value)
{
	return !strpbrk(value, ", \n");
}

static void compare_live(
	struct kmt_lint *lint, const struct kmt_setting *s, const struct kmt_param_word *word)
{
	kmt_autofree char *param = kmt_strndup(word->name, word->name_len);
	kmt_autostrbuf struct kmt_strbuf live = KMT_STRBUF_INIT;

	if (!lint->facts->live(lint->facts->ctx, s->name, param, &live) || !live.len ||
		!is_plain(live.s) || same_value(live.s, word))
		return;
	kmt_lint_add(lint, &s->origin, s->name,
		"%s is loaded with %s=%s, and this line says %.*s: it was loaded before the line was there, "
		"from an initramfs without it, or the value was changed since",
		s->name, param, live.s, (int)word->value_len, word->value ? word->value : "Y")
		->fix = lint->facts->diff && lint->facts->diff->rebuild
				? kmt_arena_printf(&lint->arena, "unload and load %s again; if that does not last, %s", s->name,
					  lint->facts->diff->rebuild)
				: kmt_arena_printf(&lint->arena, "unload and load %s again", s->name);
}

int kmt_lint_late_options(struct kmt_lint *lint, struct kmt_err *err)
{
	const struct kmt_setting *s;

	if (!lint->facts->live)
		return 0;
	kmt_vec_foreach(s, &lint->settings->rows) {
		const char *p = s->value;
		struct kmt_param_word word;

		if (s->kind != KMT_CONF_OPTIONS || s->effect == KMT_SETTING_IGNORED ||
			!kmt_snapshot_loaded(lint->snap, s->name))
			continue;
		while (kmt_lint_word_next(s->value, &p, &word))
			if (word.name_len && kmt_setting_is_last(lint->settings, s, &word))
				compare_live(lint, s, &word);
	}
	return 0;
}

static void tell_config(struct kmt_lint *lint, const struct kmt_initramfs_diff_row *row)
{
	const struct kmt_origin origin = {.file = row->path};
	const char *image = lint->facts->diff->image;
	struct kmt_lint_finding *f;

	switch (row->kind) {
	case KMT_INITRAMFS_DIFF_CONFIG_DIFFERS:
		f = kmt_lint_add(lint, &origin, NULL, "%s has another version of this file", image);
		break;
	case KMT_INITRAMFS_DIFF_CONFIG_GONE:
		f = kmt_lint_add(lint, &origin, NULL, "only %s has this file: until the root is mounted it counts",
			image);
		break;
	case KMT_INITRAMFS_DIFF_CONFIG_MISSING:
		f = kmt_lint_add(lint, &origin, row->module,
			"%s does not have this file, but has %s: it is loaded without it", image, row->module);
		break;
	case KMT_INITRAMFS_DIFF_OLDER:
		f = kmt_lint_add(lint, &origin, NULL, "it was changed after %s was made, which cannot be read", image);
		break;
	default:
		return;
	}
	f->fix = lint->facts->diff->rebuild;
}

int kmt_lint_initramfs_config(struct kmt_lint *lint, struct kmt_err *err)
{
	const struct kmt_initramfs_diff *diff = lint->facts->diff;

	for (size_t i = 0; diff && i < diff->rows.n; i++)
		tell_config(lint, &diff->rows.v[i]);
	return 0;
}

/* One finding for all: after an update there may be hundreds. */
int kmt_lint_initramfs_module(struct kmt_lint *lint, struct kmt_err *err)
{
	const struct kmt_initramfs_diff *diff = lint->facts->diff;
	kmt_autostrbuf struct kmt_strbuf names = KMT_STRBUF_INIT;
	struct kmt_origin origin = {.file = diff ? diff->image : NULL};
	size_t n = 0;

	for (size_t i = 0; diff && i < diff->rows.n; i++) {
		const struct kmt_initramfs_diff_row *row = &diff->rows.v[i];

		if (row->kind != KMT_INITRAMFS_DIFF_MODULE_DIFFERS && row->kind != KMT_INITRAMFS_DIFF_MODULE_GONE)
			continue;
		if (n++ < 5)
			kmt_strbuf_item(&names, ", ", "%s%s", row->module,
				row->kind == KMT_INITRAMFS_DIFF_MODULE_GONE ? " (not on the disk)" : "");
	}
	if (n)
		kmt_lint_add(lint, &origin, NULL,
			"it has %zu module%s that the disk has not, or in another version: %s%s", n,
			n == 1 ? "" : "s", names.s, n > 5 ? " ..." : "")
			->fix = diff->rebuild;
	return 0;
}

int kmt_lint_initramfs_root(struct kmt_lint *lint, struct kmt_err *err)
{
	const struct kmt_initramfs_diff *diff = lint->facts->diff;
	const struct kmt_needs *root = lint->facts->root;

	if (diff && root && root->lacking)
		kmt_lint_add(lint, &(struct kmt_origin){.file = diff->image}, NULL,
			"it lacks %s: the kernel will not find its root after the next boot",
			kmt_needs_lacking_text(root, &lint->arena))
			->fix = diff->rebuild;
	return 0;
}
