/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/tui/find.h>

#include <ctype.h>
#include <string.h>

#include <kmt/base/alloc.h>

static char fold(char c)
{
	return c == '-' ? '_' : (char)tolower((unsigned char)c);
}

void kmt_find_fold(char *s)
{
	for (; *s; s++)
		*s = fold(*s);
}

static bool has_upper(const char *s)
{
	while (*s && !isupper((unsigned char)*s))
		s++;
	return *s;
}

/* As folded text has it; a range in brackets stays one. */
static void fold_expression(char *s)
{
	bool bracket = false;

	for (; *s; s++) {
		if (*s == '[')
			bracket = true;
		else if (*s == ']')
			bracket = false;
		else if (*s == '-' && !bracket)
			*s = '_';
	}
}

static void add_expression(struct kmt_find *f, const char *s, size_t n)
{
	struct kmt_find_term *term = &f->terms[f->n];
	kmt_autofree char *text = kmt_strndup(s, n);
	int r;

	term->exact = has_upper(text);
	if (!term->exact)
		fold_expression(text);
	r = regcomp(&term->re, text, REG_EXTENDED | REG_NEWLINE);
	if (r) {
		regerror(r, &term->re, f->wrong, sizeof(f->wrong));
		return;
	}
	f->exact |= term->exact;
	f->n++;
}

static void add_word(struct kmt_find *f, const char *s, size_t n)
{
	struct kmt_find_term *term = &f->terms[f->n++];

	term->text = kmt_strndup(s, n);
	term->folded = kmt_strdup(term->text);
	kmt_find_fold(term->folded);
	term->exact = has_upper(term->text);
	f->exact |= term->exact;
}

void kmt_find_init(struct kmt_find *f, const char *text)
{
	*f = (struct kmt_find){0};
	while (*(text += strspn(text, " ")) && f->n < KMT_FIND_TERMS) {
		const char *end = *text == '/' ? strchr(text + 1, '/') : NULL;
		size_t n;

		/* "/etc/modprobe.d" is a word. */
		if (end && end > text + 1 && (!end[1] || end[1] == ' ')) {
			add_expression(f, text + 1, (size_t)(end - text - 1));
			text = end + 1;
			continue;
		}
		n = strcspn(text, " ");
		add_word(f, text, n);
		text += n;
	}
}

void kmt_find_free(struct kmt_find *f)
{
	for (size_t i = 0; i < f->n; i++) {
		if (!f->terms[i].text)
			regfree(&f->terms[i].re);
		free(f->terms[i].text);
		free(f->terms[i].folded);
	}
	*f = (struct kmt_find){0};
}

/* The first place of WORD in S where case counts, but '-' is '_'. */
static const char *find_exactly(const char *s, const char *word)
{
	for (; *s; s++) {
		size_t i = 0;

		while (word[i] && (s[i] == word[i] || (fold(s[i]) == '_' && fold(word[i]) == '_')))
			i++;
		if (!word[i])
			return s;
	}
	return NULL;
}

/* Where the term is in a text, and how long that is; NULL: nowhere. */
static const char *find_term(const struct kmt_find_term *term, const char *s, size_t *len)
{
	regmatch_t at;

	if (term->text) {
		*len = strlen(term->text);
		return term->exact ? find_exactly(s, term->text) : strstr(s, term->folded);
	}
	if (regexec(&term->re, s, 1, &at, 0))
		return NULL;
	*len = (size_t)(at.rm_eo - at.rm_so);
	return s + at.rm_so;
}

bool kmt_find_has(const struct kmt_find *f, size_t i, const struct kmt_find_text *text)
{
	const struct kmt_find_term *term = &f->terms[i];
	const char *s = term->exact ? text->exact : text->folded;
	size_t len;

	return s && find_term(term, s, &len);
}

bool kmt_find_matches(const struct kmt_find *f, const struct kmt_find_text *texts, size_t n)
{
	if (*f->wrong)
		return false;
	for (size_t i = 0; i < f->n; i++) {
		bool found = false;

		for (size_t t = 0; !found && t < n; t++)
			found = kmt_find_has(f, i, &texts[t]);
		if (!found)
			return false;
	}
	return true;
}

bool kmt_find_in(const struct kmt_find *f, const char *text)
{
	kmt_autofree char *folded = kmt_strdup(text);

	kmt_find_fold(folded);
	return kmt_find_matches(f, &(struct kmt_find_text){folded, text}, 1);
}

/* Columns whose text begins within bytes FROM to TO. */
static void mark_bytes(struct kmt_canvas *c, const int *columns, size_t from, size_t to, int y)
{
	for (; from < to; from++)
		c->cells[y * c->width + columns[from]].role = KMT_ROLE_MATCH;
}

static void mark_term(const struct kmt_find_term *term, struct kmt_canvas *c, const char *text,
	const int *columns, int y)
{
	const char *s = text, *at;
	size_t len;

	while (*s && (at = find_term(term, s, &len))) {
		mark_bytes(c, columns, (size_t)(at - text), (size_t)(at - text) + len, y);
		/* An expression may find nothing at all. */
		s = at + (len ? len : 1);
	}
}

void kmt_find_mark(const struct kmt_find *f, struct kmt_canvas *c, int x, int y, int limit)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;
	kmt_autofree char *folded = NULL;
	kmt_autofree int *columns = NULL;

	if (!f->n || *f->wrong || y < 0 || y >= c->height)
		return;
	if (limit > c->width)
		limit = c->width;
	columns = kmt_realloc_array(NULL, (size_t)c->width + 1, sizeof(c->cells->text) * sizeof(*columns));
	for (int at = x > 0 ? x : 0; at < limit; at++) {
		const char *s = c->cells[y * c->width + at].text;

		for (size_t i = 0; s[i]; i++)
			columns[text.len + i] = at;
		kmt_strbuf_addstr(&text, s);
	}
	folded = kmt_strdup(kmt_strbuf_str(&text));
	kmt_find_fold(folded);
	for (size_t i = 0; i < f->n; i++)
		mark_term(&f->terms[i], c, f->terms[i].exact ? kmt_strbuf_str(&text) : folded, columns, y);
}
