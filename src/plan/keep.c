/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "keep_priv.h"

#include <string.h>

#include <kmt/model/params.h>

/* How the kernel shows a text that nothing has set; written back it would be one. */
#define NEVER_SET "(null)"

static const struct kmt_sysparam *find_live(const struct kmt_keep *k, const char *name)
{
	const struct kmt_sysparam *live;

	kmt_vec_foreach(live, &k->live->rows)
		if (kmt_name_equal(live->name, name))
			return live;
	return NULL;
}

static bool is_set_in(const char *text, const char *name)
{
	struct kmt_param_word word;

	while (kmt_param_word_next(&text, &word))
		if (kmt_param_word_is(&word, name))
			return true;
	return false;
}

static bool is_asked(const struct kmt_keep *k, const char *name)
{
	for (size_t i = 0; k->asked && i < k->asked->n; i++)
		if (is_set_in(k->asked->v[i], name))
			return true;
	return false;
}

/* Also an array of texts that were never set. */
static bool was_never_set(const char *value)
{
	const size_t n = strlen(NEVER_SET);

	while (!strncmp(value, NEVER_SET, n))
		value += n + (value[n] == ',');
	return !*value;
}

/* Whether a load comes to another value by itself. */
static bool must_be_given(const struct kmt_param *p, const struct kmt_sysparam *live)
{
	bool is_default = p->default_value && kmt_params_same_value(p->type, p->default_value, live->value);

	if (!p->configured)
		return !is_default && (*live->value || p->default_value);
	return !is_default && (live->mode & 0222) && !kmt_params_same_value(p->type, p->configured, live->value);
}

/* Why a value is not kept. */
enum loss { LOSS_HIDDEN, LOSS_UNREADABLE, LOSS_UNKNOWN, LOSS_TEXT, LOSS_COUNT };

struct losses {
	struct kmt_strbuf names[LOSS_COUNT];
};

static void lose(struct losses *l, enum loss loss, const char *name)
{
	kmt_strbuf_item(&l->names[loss], ", ", "%s", name);
}

static void tell_losses(
	const struct kmt_keep *k, struct losses *l, struct kmt_arena *arena, struct kmt_strv *warnings)
{
	static const char *const reasons[LOSS_COUNT] = {
		[LOSS_HIDDEN] = "the kernel does not show them",
		[LOSS_UNREADABLE] = "they cannot be read",
		[LOSS_UNKNOWN] = "the file has no such parameters",
		[LOSS_TEXT] = "they cannot be written as parameters",
	};

	for (size_t i = 0; i < LOSS_COUNT; i++) {
		if (l->names[i].len && warnings)
			kmt_vec_push(warnings, kmt_arena_printf(arena, "%s: values are not kept, as %s: %s",
						       k->facts->module.name, reasons[i], l->names[i].s));
		kmt_strbuf_free(&l->names[i]);
	}
}

static void keep(const struct kmt_keep *k, const struct kmt_sysparam *live, struct losses *lost,
	struct kmt_arena *arena, struct kmt_strv *words)
{
	const struct kmt_param *p = kmt_modfacts_param(k->facts, live->name, strlen(live->name));
	kmt_autostrbuf struct kmt_strbuf word = KMT_STRBUF_INIT;

	if (is_asked(k, live->name) || (live->value && *live->value && was_never_set(live->value)))
		return;
	if (!p || !p->known)
		lose(lost, LOSS_UNKNOWN, live->name);
	else if (!live->value)
		lose(lost, LOSS_UNREADABLE, live->name);
	else if (!must_be_given(p, live))
		return;
	else if (strstr(live->value, NEVER_SET) ||
		 kmt_param_word_write(live->name, strlen(live->name), live->value, &word))
		lose(lost, LOSS_TEXT, live->name);
	else
		kmt_vec_push(words, kmt_arena_strdup(arena, word.s));
}

void kmt_keep_values(
	const struct kmt_keep *k, struct kmt_arena *arena, struct kmt_strv *words, struct kmt_strv *warnings)
{
	const struct kmt_sysparam *live;
	const struct kmt_param *p;
	struct losses lost = {0};

	kmt_vec_foreach(live, &k->live->rows)
		keep(k, live, &lost, arena, words);
	kmt_vec_foreach(p, &k->facts->params)
		if (p->known && !p->configured && !find_live(k, p->name) && !is_asked(k, p->name))
			lose(&lost, LOSS_HIDDEN, p->name);
	tell_losses(k, &lost, arena, warnings);
}

static bool is_set_later(const struct kmt_step_part *parts, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (is_set_in(parts[i].text, name))
			return true;
	return false;
}

void kmt_keep_compare(
	const struct kmt_keep *k, struct kmt_step_part *parts, size_t n, struct kmt_arena *arena)
{
	for (size_t i = 0; i < n; i++) {
		kmt_autostrbuf struct kmt_strbuf was = KMT_STRBUF_INIT;
		const char *text = parts[i].text;
		struct kmt_param_word word;

		while (!parts[i].kept && kmt_param_word_next(&text, &word)) {
			const char *name = kmt_arena_strndup(arena, word.name, word.name_len);
			const char *value = word.value ? kmt_arena_strndup(arena, word.value, word.value_len) : "";
			const struct kmt_param *p = kmt_modfacts_param(k->facts, name, word.name_len);
			const struct kmt_sysparam *live = find_live(k, name);

			if (p && live && live->value && !is_set_later(parts + i + 1, n - i - 1, name) &&
				!kmt_params_same_value(p->type, value, live->value))
				kmt_strbuf_item(&was, ", ", "%s was %s", name, live->value);
		}
		parts[i].was = was.len ? kmt_arena_strdup(arena, was.s) : NULL;
	}
}
