/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rules about the modules and parameters that lines name. */
#include "lint_priv.h"

#include <errno.h>
#include <string.h>

#include <kmt/base/map.h>
#include <kmt/base/name.h>
#include <kmt/model/config.h>
#include <kmt/model/lookup.h>
#include <kmt/model/obstacle.h>
#include <kmt/model/params.h>

/* NAME, which line S speaks of, is in no index. */
static int unknown(struct kmt_lint *lint, const struct kmt_setting *s, const char *name, struct kmt_err *err)
{
	enum kmt_lint_known known;
	int r = kmt_lint_known(lint, name, &known, err);

	if (r || known != KMT_LINT_NOWHERE ||
		kmt_confindex_spelt(&lint->snap->lines, KMT_CONF_ALIAS, name))
		return r;
	kmt_lint_add(lint, &s->origin, name, "there is no module %s in %s", name, lint->snap->version)->fix =
		kmt_lint_near(lint, name, 2);
	return 0;
}

static int unknown_of_softdep(struct kmt_lint *lint, const struct kmt_setting *s, struct kmt_err *err)
{
	const struct kmt_strv *const lists[] = {&s->line->deps->pre, &s->line->deps->post};
	int r = 0;

	for (size_t i = 0; i < KMT_ARRAY_SIZE(lists); i++)
		for (size_t k = 0; !r && k < lists[i]->n; k++)
			if (!kmt_lint_has_label(lists[i]->v[k]))
				r = unknown(lint, s, lists[i]->v[k], err);
	return r;
}

static bool is_off(const struct kmt_setting *s)
{
	return s->line && s->kind == KMT_CONF_ALIAS && !strcmp(s->line->value, "off");
}

/* An install line may make up a name; "off" is not a module but a way to switch an alias off. */
int kmt_lint_unknown_module(struct kmt_lint *lint, struct kmt_err *err)
{
	const struct kmt_setting *s;
	int r = 0;

	if (!lint->snap->has_tree)
		return 0;
	kmt_vec_foreach(s, &lint->settings->rows) {
		if (r || !s->line || !kmt_setting_is_local(s))
			continue;
		if (s->kind == KMT_CONF_ALIAS)
			r = is_off(s) ? 0 : unknown(lint, s, s->line->value, err);
		else if (!kmt_conf_is_pattern(s->name) &&
			 (s->kind != KMT_CONF_INSTALL || kmt_config_command_blocks(s->value)))
			r = unknown(lint, s, s->name, err);
		if (!r && s->kind == KMT_CONF_SOFTDEP)
			r = unknown_of_softdep(lint, s, err);
	}
	return r;
}

static bool is_options(const struct kmt_setting *s)
{
	return s->kind == KMT_CONF_OPTIONS && !kmt_conf_is_pattern(s->name);
}

static void check_word(struct kmt_lint *lint, const struct kmt_setting *s, const struct kmt_param_word *word)
{
	kmt_autoerr struct kmt_err why = KMT_ERR_INIT;
	kmt_autofree char *text =
		word->value ? kmt_asprintf("%.*s=%.*s", (int)word->name_len, word->name,
				      (int)word->value_len, word->value)
			    : kmt_strndup(word->name, word->name_len);

	if (!word->name_len ||
		lint->facts->check_param(lint->facts->ctx, s->name, text, &why) != -EINVAL)
		return;
	kmt_lint_add(lint, &s->origin, s->name, "%s", why.msg)->fix =
		why.hint ? kmt_arena_strdup(&lint->arena, why.hint) : "correct it, or take it out of the line";
}

int kmt_lint_bad_parameter(struct kmt_lint *lint, struct kmt_err *err)
{
	const struct kmt_setting *s;

	if (!lint->snap->has_tree || !lint->facts->check_param)
		return 0;
	kmt_vec_foreach(s, &lint->settings->rows) {
		const char *p = s->value;
		struct kmt_param_word word;

		if (!is_options(s) || s->source == KMT_SETTING_TREE ||
			(s->effect == KMT_SETTING_IGNORED && s->source != KMT_SETTING_CMDLINE) ||
			!kmt_modindex_find(&lint->snap->index, s->name))
			continue;
		while (kmt_lint_word_next(s->value, &p, &word))
			check_word(lint, s, &word);
	}
	return 0;
}

/* "a=1 b" becomes "x.a=1 x.b", as the kernel command line takes it. */
static const char *for_cmdline(struct kmt_lint *lint, const struct kmt_setting *s)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;
	const char *p = s->value;
	struct kmt_param_word word;

	kmt_strbuf_addstr(&text, "put on the kernel command line:");
	while (kmt_param_word_next(&p, &word)) {
		bool quote = word.value && memchr(word.value, ' ', word.value_len);

		kmt_strbuf_addf(&text, " %s.%.*s", s->name, (int)word.name_len, word.name);
		if (word.value)
			kmt_strbuf_addf(&text, quote ? "=\"%.*s\"" : "=%.*s", (int)word.value_len, word.value);
	}
	return kmt_arena_strdup(&lint->arena, text.s);
}

int kmt_lint_builtin_options(struct kmt_lint *lint, struct kmt_err *err)
{
	const struct kmt_setting *s;

	kmt_vec_foreach(s, &lint->settings->rows) {
		if (s->line && s->kind == KMT_CONF_OPTIONS && kmt_setting_is_local(s) &&
			kmt_snapshot_is_builtin(lint->snap, s->name))
			kmt_lint_add(lint, &s->origin, s->name,
				"%s is built into the kernel: nothing ever reads these options", s->name)
				->fix = for_cmdline(lint, s);
	}
	return 0;
}

int kmt_lint_builtin_block(struct kmt_lint *lint, struct kmt_err *err)
{
	const struct kmt_setting *s;

	kmt_vec_foreach(s, &lint->settings->rows) {
		if (!s->line || !kmt_setting_is_local(s) || !kmt_snapshot_is_builtin(lint->snap, s->name) ||
			(s->kind != KMT_CONF_BLACKLIST && !is_off(s) &&
				!(s->kind == KMT_CONF_INSTALL && kmt_config_command_blocks(s->value))))
			continue;
		kmt_lint_add(lint, &s->origin, s->name, "%s is built into the kernel: no configuration keeps it out",
			s->name)
			->fix = "remove the line; initcall_blacklist=FUNCTION on the kernel command line can skip its "
			       "init function";
	}
	return 0;
}

/* Each module once, however many lines it has. */
int kmt_lint_weak_blacklist(struct kmt_lint *lint, struct kmt_err *err)
{
	const struct kmt_setting *s;
	struct kmt_map told = {0};

	kmt_vec_foreach(s, &lint->settings->rows) {
		if (s->effect != KMT_SETTING_PARTIAL || !kmt_setting_is_local(s) ||
			kmt_map_add(&told, s->name, (void *)s))
			continue;
		kmt_lint_add(lint, &s->origin, s->name, "%s: %s", s->name, s->reason)->fix =
			kmt_arena_printf(&lint->arena, "kmtool block %s", s->name);
	}
	kmt_map_free(&told);
	return 0;
}

/* What MATCH, which S switches off, is still loaded by. */
static int tell_off(struct kmt_lint *lint, const struct kmt_setting *s, const struct kmt_lookup_match *match,
	struct kmt_err *err)
{
	bool by_name = match->stage == KMT_LOOKUP_NAME;
	struct kmt_install install;
	int r = kmt_install_find(lint->snap, match->name, &install, err);

	if (r || (install.blocks && !install.softdep) || !match->module || match->module->builtin ||
		kmt_config_kernel_blacklisted(lint->snap, match->name))
		return r;
	kmt_lint_add(lint, &s->origin, match->name,
		"it stops only requests for %s: %s is still loaded by its %s and as a dependency", s->name,
		match->name, by_name ? "aliases" : "name, by other aliases")
		->fix = kmt_arena_printf(&lint->arena, "kmtool block %s", match->name);
	return 0;
}

int kmt_lint_alias_off(struct kmt_lint *lint, struct kmt_err *err)
{
	const struct kmt_setting *s;
	int r = 0;

	kmt_vec_foreach(s, &lint->settings->rows) {
		kmt_autoerr struct kmt_err why = KMT_ERR_INIT;
		struct kmt_lookup found = {0};

		if (r || !is_off(s) || s->effect == KMT_SETTING_IGNORED || !kmt_setting_is_local(s) ||
			kmt_conf_is_pattern(s->name))
			continue;
		r = kmt_lookup_find_shipped(lint->snap, s->name, &found, &why);
		if (r < 0)
			r = why.kind == KMT_ERR_USAGE ? 0 : kmt_err_set(err, why.kind, -r, "%s", why.msg);
		for (size_t i = 0; !r && i < found.rows.n; i++)
			r = tell_off(lint, s, &found.rows.v[i], err);
		kmt_lookup_free(&found);
	}
	return r;
}

int kmt_lint_cmdline_dash(struct kmt_lint *lint, struct kmt_err *err)
{
	const struct kmt_setting *s;

	kmt_vec_foreach(s, &lint->settings->rows) {
		char name[KMT_NAME_MAX];

		if (s->source != KMT_SETTING_CMDLINE || s->effect != KMT_SETTING_IGNORED ||
			(s->kind != KMT_CONF_MODPROBE_BLACKLIST && s->kind != KMT_CONF_MODULE_BLACKLIST) ||
			kmt_name_normalize(s->name, name, sizeof(name)))
			continue;
		kmt_lint_add(lint, &s->origin, kmt_arena_strdup(&lint->arena, name),
			"%s=%s matches nothing: a '-' is not taken for a '_' here",
			kmt_conf_kind_name(s->kind), s->name)
			->fix = kmt_arena_printf(&lint->arena, "%s=%s", kmt_conf_kind_name(s->kind), name);
	}
	return 0;
}
