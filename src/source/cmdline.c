/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Words of the command line end at white space, isspace(3), that is not between double quotes. modprobe takes
 * a word as an option of a module when it has the form MODULE.PARAM or MODULE.PARAM=VALUE, quotes only in
 * VALUE or around the whole word: boot loaders pass a.b="c d" on as "a.b=c d". Anything else is not for it.
 */
#include <kmt/source/cmdline.h>

#include <ctype.h>
#include <string.h>

#include <kmt/base/name.h>

#define MAX_LOOKED_AT 4095

struct word {
	const char *s;
	size_t n;
	bool quoted; /* as a whole: S does not hold the first quote */
};

/* The next word from *P on. False at the end; a last word whose quotes do not end is none. */
static bool next_word(const char **p, const char *end, struct word *word)
{
	bool in_quotes = false;
	const char *c = *p;

	while (c < end && isspace((unsigned char)*c))
		c++;
	word->s = c;
	for (; c < end && (in_quotes || !isspace((unsigned char)*c)); c++)
		in_quotes ^= *c == '"';
	*p = c;
	word->n = (size_t)(c - word->s);
	word->quoted = word->n && *word->s == '"';
	if (word->quoted) {
		word->s++;
		word->n--;
	}
	return word->n && !in_quotes;
}

static void add_list(const char *s, size_t n, struct kmt_arena *arena, struct kmt_strv *out)
{
	while (n) {
		const char *comma = memchr(s, ',', n);
		size_t len = comma ? (size_t)(comma - s) : n;

		if (len)
			kmt_vec_push(out, kmt_arena_strndup(arena, s, len));
		s += len + (comma != NULL);
		n -= len + (comma != NULL);
	}
}

/* MODULE.PARAM[=VALUE]: where the dot is, and the '=' (NULL if there is none). */
static bool split_option(const struct word *w, const char **dot, const char **equals)
{
	const char *end = w->s + w->n;

	*equals = memchr(w->s, '=', w->n);
	if (*equals)
		end = *equals;
	*dot = memchr(w->s, '.', (size_t)(end - w->s));
	if (!*dot || memchr(*dot + 1, '.', (size_t)(end - *dot - 1)))
		return false;
	for (const char *c = w->s; c < end; c++)
		if (*c == '"' || isspace((unsigned char)*c))
			return false;
	return true;
}

static void add_option(const struct word *w, struct kmt_arena *arena, struct kmt_cmdline *out)
{
	static const char list[] = "blacklist=";
	struct kmt_cmdline_option row = {0};
	char given[KMT_NAME_MAX], name[KMT_NAME_MAX];
	const char *dot, *equals, *end = w->s + w->n;
	size_t len;

	if (!split_option(w, &dot, &equals))
		return;
	len = (size_t)(dot - w->s);
	if (!len || len >= sizeof(given))
		return;
	memcpy(given, w->s, len);
	given[len] = '\0';
	if (w->quoted && equals)
		row.param = kmt_arena_printf(arena, "%.*s\"%.*s", (int)(equals - dot), dot + 1,
			(int)(end - equals - 1), equals + 1);
	else
		row.param = kmt_arena_strndup(arena, dot + 1, (size_t)(end - dot - 1));
	if (!strcmp(given, "modprobe") && !strncmp(row.param, list, strlen(list))) {
		add_list(row.param + strlen(list), strlen(row.param + strlen(list)), arena,
			&out->modprobe_blacklist);
	} else if (!kmt_alias_normalize(given, name, sizeof(name))) {
		row.module = kmt_arena_strdup(arena, name);
		kmt_vec_push(&out->options, row);
	}
}

/* The kernel's own list: the last one counts, '-' is '_' in the option's name but not in the modules'. */
static void take_module_blacklist(const struct word *w, struct kmt_arena *arena, struct kmt_cmdline *out)
{
	static const char option[] = "module_blacklist";
	const char *value;
	size_t n;

	if (w->n < sizeof(option) || w->s[sizeof(option) - 1] != '=')
		return;
	for (size_t i = 0; i < sizeof(option) - 1; i++)
		if (w->s[i] != option[i] && !(w->s[i] == '-' && option[i] == '_'))
			return;
	value = w->s + sizeof(option);
	n = w->n - sizeof(option);
	if (n && *value == '"') {
		value++;
		n--;
	}
	if (n && value[n - 1] == '"')
		n--;
	out->module_blacklist.n = 0;
	add_list(value, n, arena, &out->module_blacklist);
}

/* systemd-modules-load(8), on the machine itself and in its initramfs. */
static void take_modules_load(const struct word *w, struct kmt_arena *arena, struct kmt_cmdline *out)
{
	static const char *const keys[] = {"modules_load=", "modules-load=", "rd.modules_load=",
		"rd.modules-load="};

	for (size_t i = 0; i < KMT_ARRAY_SIZE(keys); i++) {
		size_t n = strlen(keys[i]);

		if (w->n > n && !memcmp(w->s, keys[i], n))
			add_list(w->s + n, w->n - n, arena, &out->modules_load);
	}
}

void kmt_cmdline_parse(const char *text, size_t n, struct kmt_arena *arena, struct kmt_cmdline *out)
{
	const char *end = text + strnlen(text, n < MAX_LOOKED_AT ? n : MAX_LOOKED_AT);
	bool for_init = false;
	struct word word;

	while (next_word(&text, end, &word)) {
		add_option(&word, arena, out);
		take_modules_load(&word, arena, out);
		/* What follows "--" is for init, says the kernel; modprobe does not know. */
		for_init |= word.n == 2 && !memcmp(word.s, "--", 2);
		if (!for_init)
			take_module_blacklist(&word, arena, out);
	}
}

void kmt_cmdline_free(struct kmt_cmdline *c)
{
	kmt_vec_free(&c->options);
	kmt_vec_free(&c->modprobe_blacklist);
	kmt_vec_free(&c->modules_load);
	kmt_vec_free(&c->module_blacklist);
}
