/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The parameters of one module, joined by name. No source has them all: a parameter with permission 0 is not
 * in sysfs, one with a callback and no description is not in .modinfo.
 */
#include "modfacts_priv.h"

#include <errno.h>
#include <string.h>

#include <kmt/base/name.h>
#include <kmt/model/config.h>
#include <kmt/model/params.h>

#define MAX_LISTED 24

const struct kmt_param *kmt_modfacts_param(const struct kmt_modfacts *f, const char *name, size_t n)
{
	const struct kmt_param_word word = {.name = name, .name_len = n};
	const struct kmt_param *p;

	kmt_vec_foreach (p, &f->params)
		if (kmt_param_word_is(&word, p->name))
			return p;
	return NULL;
}

static void add_name(struct kmt_modfacts *f, const char *name, bool known)
{
	if (*name && !kmt_modfacts_param(f, name, strlen(name)))
		kmt_vec_push(&f->params, (struct kmt_param){.name = name, .known = known});
}

static void add_declared(struct kmt_modfacts *f)
{
	const struct kmt_modinfo_param *p;

	kmt_vec_foreach (p, &f->declared.rows)
		kmt_vec_push(&f->params, (struct kmt_param){
						 .name = kmt_arena_strndup(&f->arena, p->name, p->name_len),
						 .type = p->type,
						 .description = p->description,
						 .known = true,
					 });
}

static int add_undeclared(struct kmt_modfacts *f)
{
	struct kmt_strv names = {0};
	int r = kmt_kofile_param_names(f->ko, &f->arena, &names, &f->params_err);

	for (size_t i = 0; i < names.n; i++)
		add_name(f, names.v[i], true);
	kmt_vec_free(&names);
	return r;
}

static void add_live(struct kmt_modfacts *f)
{
	if (f->snap->running && (f->loaded || f->module.builtin))
		kmt_sysmodule_params(f->snap->root, f->module.name, &f->arena, &f->live);
	for (size_t i = 0; i < f->live.rows.n; i++)
		add_name(f, f->live.rows.v[i].name, true);
}

static void add_configured(struct kmt_modfacts *f, const struct kmt_config_options *options)
{
	const struct kmt_config_option *option;

	kmt_vec_foreach (option, &options->rows) {
		const char *s = option->text;
		struct kmt_param_word word;

		while (kmt_param_word_next(&s, &word))
			add_name(f, kmt_arena_strndup(&f->arena, word.name, word.name_len), false);
	}
}

static void fill(struct kmt_modfacts *f, const struct kmt_config_options *options, struct kmt_param *p)
{
	const struct kmt_ko_default *d;
	const struct kmt_sysparam *live;

	p->own_ops = f->module.builtin || (f->has_file && kmt_kofile_has_section(f->ko, "__param"));
	kmt_vec_foreach (d, &f->defaults.rows)
		if (kmt_name_equal(d->name, p->name)) {
			p->default_value = d->value;
			p->own_ops = !d->standard_ops;
		}
	kmt_vec_foreach (live, &f->live.rows)
		if (!p->live && kmt_name_equal(live->name, p->name))
			p->live = live;
	p->configured = kmt_config_value(options, p->name, &f->arena, &p->origin);
}

void kmt_modfacts_read_params(struct kmt_modfacts *f, unsigned int parts)
{
	struct kmt_config_options options = {0};
	struct kmt_param *p;
	int r = 0;

	add_declared(f);
	if (f->has_file)
		r = add_undeclared(f);
	if (f->has_file && !r)
		kmt_kofile_param_defaults(f->ko, &f->arena, &f->defaults, &f->params_err);
	if (parts & KMT_FACTS_LIVE)
		add_live(f);
	if (parts & KMT_FACTS_CONFIG)
		kmt_config_options(f->snap, f->module.name, f->module.alias, &options);
	add_configured(f, &options);
	kmt_vec_foreach (p, &f->params)
		fill(f, &options, p);
	kmt_config_options_free(&options);
}

/* What every module takes: kernel/module/main.c, unknown_module_param_cb(). */
static bool is_universal(const char *name, size_t n)
{
	static const char *const names[] = {"dyndbg", "async_probe"};

	for (size_t i = 0; i < KMT_ARRAY_SIZE(names); i++)
		if (strlen(names[i]) == n && !strncmp(name, names[i], n))
			return true;
	return false;
}

static int no_such_param(const struct kmt_modfacts *f, const char *name, int n, struct kmt_err *err)
{
	kmt_autostrbuf struct kmt_strbuf list = KMT_STRBUF_INIT;
	const struct kmt_param *p;
	size_t count = 0;

	kmt_err_set(err, KMT_ERR_USAGE, EINVAL, "%s has no parameter '%.*s'", f->module.name, n, name);
	kmt_vec_foreach (p, &f->params)
		if (p->known && count++ < MAX_LISTED)
			kmt_strbuf_item(&list, ", ", "%s", p->name);
	if (!count)
		kmt_err_hint(err, "%s takes no parameters", f->module.name);
	else if (count > MAX_LISTED)
		kmt_err_hint(err, "its parameters are: %s and %zu more", list.s, count - MAX_LISTED);
	else
		kmt_err_hint(err, "its parameters are: %s", list.s);
	return -EINVAL;
}

static int bad_value(const struct kmt_modfacts *f, const struct kmt_param *p, const char *value,
	const char *wrong, struct kmt_err *err)
{
	if (value)
		kmt_err_set(err, KMT_ERR_USAGE, EINVAL, "parameter %s of %s is of type %s, and '%s' is %s",
			p->name, f->module.name, p->type, value, wrong);
	else
		kmt_err_set(err, KMT_ERR_USAGE, EINVAL, "parameter %s of %s is of type %s and needs a value",
			p->name, f->module.name, p->type);
	if (p->description)
		kmt_err_hint(err, "%s: %s", p->name, p->description);
	return -EINVAL;
}

int kmt_modfacts_check_param(const struct kmt_modfacts *f, const char *arg, struct kmt_err *err)
{
	kmt_auto(kmt_arena_free) struct kmt_arena arena = {0};
	size_t n = strcspn(arg, "=");
	const char *value = arg[n] ? kmt_param_unquoted(&arena, arg + n + 1) : NULL, *wrong;
	const struct kmt_param *p = kmt_modfacts_param(f, arg, n);

	if (!n)
		return kmt_err_set(
			err, KMT_ERR_USAGE, EINVAL, "'%s' is not a parameter: NAME=VALUE", arg);
	if (f->module.unchecked || is_universal(arg, n))
		return 0;
	if (!p || !p->known)
		return no_such_param(f, arg, (int)n, err);
	wrong = p->type ? kmt_params_value_wrong(p->type, value, f->long_bits) : NULL;
	return wrong && !p->own_ops ? bad_value(f, p, value, wrong, err) : 0;
}

const char *kmt_modfacts_param_doubt(const struct kmt_modfacts *f, const char *arg, struct kmt_arena *arena)
{
	kmt_autoerr struct kmt_err why = KMT_ERR_INIT;
	size_t n = strcspn(arg, "=");
	const char *value = arg[n] ? kmt_param_unquoted(arena, arg + n + 1) : NULL, *wrong;
	const struct kmt_param *p = kmt_modfacts_param(f, arg, n);

	wrong = p && p->own_ops && p->type ? kmt_params_value_wrong(p->type, value, f->long_bits) : NULL;
	if (!wrong)
		return NULL;
	bad_value(f, p, value, wrong, &why);
	return kmt_arena_printf(
		arena, "%s; the module may have its own function to set it, and may refuse the value", why.msg);
}
