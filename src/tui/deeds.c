/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/tui/deeds.h>

#include <string.h>

#include <kmt/base/escape.h>

#define INDENT 10 /* behind the time of day */

void kmt_deeds_free(struct kmt_deeds *d)
{
	for (size_t i = 0; i < d->rows.n; i++)
		kmt_vec_free(&d->rows.v[i].told);
	kmt_vec_free(&d->rows);
	kmt_arena_free(&d->arena);
}

void kmt_deeds_add(struct kmt_deeds *d, const struct kmt_deed *deed, const struct kmt_doc *told)
{
	struct kmt_deed copy = {.when = deed->when,
		.done = deed->done,
		.title = kmt_arena_strdup(&d->arena, deed->title),
		.command = kmt_arena_strdup(&d->arena, deed->command)};

	for (size_t i = 0; told && i < told->lines.n; i++) {
		kmt_autostrbuf struct kmt_strbuf line = KMT_STRBUF_INIT;

		kmt_doc_text(told, i, &line);
		kmt_vec_push(&copy.told, kmt_arena_strdup(&d->arena, kmt_strbuf_str(&line)));
	}
	kmt_vec_push(&d->rows, copy);
}

#define DATE_SIZE 11 /* of it, the date and a blank */

/* "2026-01-02 12:00:00" */
static const char *time_text(time_t when, char out[32])
{
	struct tm tm;

	if (!localtime_r(&when, &tm) || !strftime(out, 32, "%Y-%m-%d %H:%M:%S", &tm))
		memset(out, 0, 32);
	return out;
}

void kmt_deeds_doc(const struct kmt_deeds *d, struct kmt_doc *doc)
{
	const struct kmt_deed *deed;
	char when[32];

	kmt_vec_foreach (deed, &d->rows) {
		kmt_doc_line(doc, NULL);
		kmt_doc_addf(doc, KMT_ROLE_DIM, "%-*s", INDENT, time_text(deed->when, when) + DATE_SIZE);
		kmt_doc_add(doc, KMT_ROLE_NAME, deed->title);
		kmt_doc_add(doc, deed->done ? KMT_ROLE_GOOD : KMT_ROLE_BAD, deed->done ? "  done" : "  failed");
		for (size_t i = 0; i < deed->told.n; i++)
			kmt_doc_wrap(doc, "", INDENT, KMT_ROLE_TEXT, deed->told.v[i]);
		kmt_doc_wrap(doc, "        = ", INDENT, KMT_ROLE_DIM, deed->command);
	}
	if (!d->rows.n) {
		kmt_doc_line(doc, NULL);
		kmt_doc_add(doc, KMT_ROLE_DIM, "Nothing was changed in this session.");
	}
}

/* A comment of one line, whatever is in TEXT. */
static void add_comment(struct kmt_strbuf *out, const char *label, const char *text)
{
	kmt_strbuf_addf(out, "# %s", label);
	kmt_escape_text(out, text, strlen(text));
	kmt_strbuf_addc(out, '\n');
}

void kmt_deeds_script(const struct kmt_deeds *d, struct kmt_strbuf *out)
{
	const struct kmt_deed *deed;
	char when[32];

	kmt_strbuf_addstr(out, "#!/bin/sh\n"
			       "# What was done with kmtool browse. It stops where a command fails.\n"
			       "set -e\n");
	kmt_vec_foreach (deed, &d->rows) {
		kmt_strbuf_addf(out, "\n# %s%s\n", time_text(deed->when, when),
			deed->done ? "" : ": this failed");
		for (size_t i = 0; i < deed->told.n; i++)
			add_comment(out, "", deed->told.v[i]);
		if (deed->done)
			kmt_strbuf_addf(out, "%s\n", deed->command);
		else
			add_comment(out, "", deed->command);
	}
}
