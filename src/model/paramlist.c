/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/model/paramlist.h>

#include <string.h>

#include <kmt/base/name.h>
#include <kmt/model/params.h>

const char *kmt_config_value(const struct kmt_config_options *options, const char *name,
	struct kmt_arena *arena, struct kmt_origin *origin)
{
	const struct kmt_config_option *option;
	struct kmt_param_word word, last = {0};
	bool found = false;

	kmt_vec_foreach(option, &options->rows) {
		const char *s = option->text;

		while (kmt_param_word_next(&s, &word)) {
			if (!kmt_param_word_is(&word, name))
				continue;
			found = true;
			last = word;
			*origin = option->origin;
		}
	}
	if (!found)
		return NULL;
	return last.value ? kmt_arena_strndup(arena, last.value, last.value_len) : "";
}

const struct kmt_param *kmt_paramlist_find(const struct kmt_paramlist *list, const char *name, size_t n)
{
	const struct kmt_param_word word = {.name = name, .name_len = n};
	const struct kmt_param *p;

	kmt_vec_foreach(p, &list->rows) {
		if (kmt_param_word_is(&word, p->name))
			return p;
	}
	return NULL;
}

static bool has(const struct kmt_paramlist *list, const char *name)
{
	return kmt_paramlist_find(list, name, strlen(name)) != NULL;
}

static const struct kmt_sysparam *find_live(const struct kmt_sysparams *live, const char *name)
{
	const struct kmt_sysparam *p;

	kmt_vec_foreach(p, &live->rows) {
		if (kmt_name_equal(p->name, name))
			return p;
	}
	return NULL;
}

static void add_declared(
	const struct kmt_param_sources *from, struct kmt_arena *arena, struct kmt_paramlist *out)
{
	const struct kmt_modinfo_param *declared;

	kmt_vec_foreach(declared, &from->declared->rows) {
		kmt_vec_push(&out->rows, (struct kmt_param){
						 .name = kmt_arena_strndup(
							 arena, declared->name, declared->name_len),
						 .type = declared->type,
						 .description = declared->description,
						 .known = true,
					 });
	}
}

static void add_name(struct kmt_paramlist *out, const char *name, bool known)
{
	if (*name && !has(out, name))
		kmt_vec_push(&out->rows, (struct kmt_param){.name = name, .known = known});
}

static void add_configured(
	const struct kmt_config_options *options, struct kmt_arena *arena, struct kmt_paramlist *out)
{
	const struct kmt_config_option *option;

	kmt_vec_foreach(option, &options->rows) {
		const char *s = option->text;
		struct kmt_param_word word;

		while (kmt_param_word_next(&s, &word))
			add_name(out, kmt_arena_strndup(arena, word.name, word.name_len), false);
	}
}

void kmt_paramlist_join(
	const struct kmt_param_sources *from, struct kmt_arena *arena, struct kmt_paramlist *out)
{
	struct kmt_param *p;

	add_declared(from, arena, out);
	for (size_t i = 0; from->others && i < from->others->n; i++)
		add_name(out, from->others->v[i], true);
	for (size_t i = 0; i < from->live->rows.n; i++)
		add_name(out, from->live->rows.v[i].name, true);
	if (from->with_unknown)
		add_configured(from->options, arena, out);
	kmt_vec_foreach(p, &out->rows) {
		p->live = find_live(from->live, p->name);
		p->configured = kmt_config_value(from->options, p->name, arena, &p->origin);
	}
}

void kmt_paramlist_set_defaults(struct kmt_paramlist *list, const struct kmt_ko_defaults *defaults)
{
	struct kmt_param *p;

	kmt_vec_foreach(p, &list->rows) {
		for (size_t i = 0; i < defaults->rows.n; i++)
			if (kmt_name_equal(p->name, defaults->rows.v[i].name))
				p->default_value = defaults->rows.v[i].value;
	}
}

void kmt_paramlist_free(struct kmt_paramlist *list)
{
	kmt_vec_free(&list->rows);
}
