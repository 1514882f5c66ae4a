/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Edits of a configuration file with any text: what is not meant stays as it is, byte for byte, and what was
 * written is read back. Byte 0 chooses a line, byte 1 the edit; the rest is the file.
 */
#include "fuzz.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <kmt/plan/edit.h>
#include <kmt/source/conftext.h>

#define MODULE "a"
#define PARAM "x"

static void demand(bool truth)
{
	if (!truth)
		abort();
}

static void set_text(struct kmt_edit *e, const uint8_t *data, size_t n)
{
	*e = (struct kmt_edit){.path = "fuzz.conf", .join = true};
	kmt_strbuf_add(&e->old, data, n);
	kmt_strbuf_add(&e->text, data, n);
}

static bool same(const struct kmt_strbuf *a, const struct kmt_strbuf *b)
{
	return a->len == b->len && !memcmp(kmt_strbuf_str(a), kmt_strbuf_str(b), a->len);
}

/* The lines are all of the text, and nothing else. */
static void check_split(const struct kmt_strbuf *text, const struct kmt_conftext *t)
{
	size_t at = 0;

	for (size_t i = 0; i < t->lines.n; i++) {
		demand(t->lines.v[i].start == at && t->lines.v[i].n > 0);
		at += t->lines.v[i].n;
	}
	demand(at == text->len);
}

/* All before line I, and all behind it, is as it was. */
static void check_others(const struct kmt_edit *e, const struct kmt_conftext_line *line)
{
	size_t rest = e->old.len - line->start - line->n;
	const char *old = kmt_strbuf_str(&e->old), *now = kmt_strbuf_str(&e->text);

	demand(e->text.len >= line->start + rest);
	demand(!memcmp(old, now, line->start));
	demand(!memcmp(old + e->old.len - rest, now + e->text.len - rest, rest));
}

static void edit_line(struct kmt_edit *e, const struct kmt_conftext_line *line, unsigned int which)
{
	bool marked = kmt_conftext_is_marked(kmt_strbuf_str(&e->old), line);

	if (which == 0) {
		demand(!kmt_edit_comment_out(e, line->number));
		check_others(e, line);
		demand(!kmt_edit_restore(e, line->number));
		demand(same(&e->old, &e->text));
	} else if (which == 1) {
		demand(kmt_edit_restore(e, line->number) == (marked ? 0 : -EINVAL));
		check_others(e, line);
	} else {
		demand(!kmt_edit_replace(e, line->number, which == 2 ? "blacklist y" : NULL));
		check_others(e, line);
	}
}

/* Lines of the file that are not options of MODULE. */
static size_t count_others(const struct kmt_conf *conf)
{
	size_t n = 0;

	for (size_t i = 0; i < conf->lines.n; i++)
		n += conf->lines.v[i].kind != KMT_CONF_OPTIONS || strcmp(conf->lines.v[i].pattern, MODULE);
	return n;
}

static const struct kmt_conf_line *last_options(const struct kmt_conf *conf)
{
	const struct kmt_conf_line *last = NULL, *line;

	kmt_vec_foreach(line, &conf->lines) {
		if (line->kind == KMT_CONF_OPTIONS && !strcmp(line->pattern, MODULE) &&
			strstr(line->value, PARAM))
			last = line;
	}
	return last;
}

static void parse(const struct kmt_strbuf *text, struct kmt_conf *out)
{
	static const struct kmt_conf_file file = {.path = "fuzz.conf"};

	kmt_modprobed_parse(&file, kmt_strbuf_str(text), text->len, out, NULL);
}

/* Set, it is there; set again, nothing changes; all other lines are the same ones. */
static void edit_option(struct kmt_edit *e, const char *value)
{
	struct kmt_strbuf once = KMT_STRBUF_INIT;
	struct kmt_conf before = {0}, after = {0};

	parse(&e->old, &before);
	demand(!kmt_edit_set_option(e, MODULE, PARAM, 1, value, NULL));
	parse(&e->text, &after);
	demand(count_others(&before) == count_others(&after));
	demand(!value || last_options(&after));
	kmt_strbuf_add(&once, kmt_strbuf_str(&e->text), e->text.len);
	demand(!kmt_edit_set_option(e, MODULE, PARAM, 1, value, NULL));
	demand(same(&once, &e->text));
	kmt_strbuf_free(&once);
	kmt_conf_free(&before);
	kmt_conf_free(&after);
}

static void edit_softdep(struct kmt_edit *e)
{
	struct kmt_conf after = {0};
	const struct kmt_conf_line *line, *first = NULL;

	kmt_edit_set_line(e, KMT_CONF_SOFTDEP, MODULE, "pre: q");
	parse(&e->text, &after);
	kmt_vec_foreach(line, &after.lines) {
		if (!first && line->kind == KMT_CONF_SOFTDEP && !strcmp(line->pattern, MODULE))
			first = line;
	}
	demand(first && first->deps->pre.n == 1 && !strcmp(first->deps->pre.v[0], "q") && !first->deps->post.n);
	kmt_conf_free(&after);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct kmt_conftext t = {0};
	struct kmt_edit e;

	/* A NUL is no text: modprobe ends there. */
	if (size < 2 || memchr(data + 2, '\0', size - 2))
		return 0;
	set_text(&e, data + 2, size - 2);
	kmt_conftext_split(kmt_strbuf_str(&e.old), e.old.len, true, &t);
	check_split(&e.old, &t);
	if (data[1] % 7 < 4 && t.lines.n)
		edit_line(&e, &t.lines.v[data[0] % t.lines.n], data[1] % 7);
	else if (data[1] % 7 == 4)
		edit_softdep(&e);
	else
		edit_option(&e, data[1] % 7 == 5 ? "1 2\\" : NULL);
	kmt_conftext_free(&t);
	kmt_edit_close(&e);
	return 0;
}
