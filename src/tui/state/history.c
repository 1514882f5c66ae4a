/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/tui/history.h>

#include <string.h>

#include <kmt/base/escape.h>

#define INDENT 10 /* behind the time of day */

void kmt_history_free(struct kmt_history *d)
{
	for (size_t i = 0; i < d->rows.n; i++) {
		kmt_vec_free(&d->rows.v[i].told);
		kmt_vec_free(&d->rows.v[i].targets);
	}
	kmt_vec_free(&d->rows);
	kmt_arena_free(&d->arena);
}

void kmt_history_add(struct kmt_history *d, const struct kmt_history_entry *entry, const struct kmt_doc *told)
{
	struct kmt_history_entry copy = {.when = entry->when,
		.done = entry->done,
		.kind = entry->kind,
		.undoes = entry->undoes,
		.title = kmt_arena_strdup(&d->arena, entry->title),
		.command = kmt_arena_strdup(&d->arena, entry->command)};

	for (size_t i = 0; i < entry->targets.n; i++)
		kmt_vec_push(&copy.targets, kmt_arena_strdup(&d->arena, entry->targets.v[i]));
	for (size_t i = 0; told && i < told->lines.n; i++) {
		kmt_autostrbuf struct kmt_strbuf line = KMT_STRBUF_INIT;

		kmt_doc_text(told, i, &line);
		kmt_vec_push(&copy.told, kmt_arena_strdup(&d->arena, kmt_strbuf_str(&line)));
	}
	kmt_vec_push(&d->rows, copy);
}

struct kmt_history_entry *kmt_history_last(struct kmt_history *d, enum kmt_request_kind *kind)
{
	/* Files are taken back as `kmtool config undo` does it; there is nothing to take back of a reload. */
	static const enum kmt_request_kind inverse[KMT_REQUEST_COUNT] = {
		[KMT_REQUEST_LOAD] = KMT_REQUEST_UNLOAD,
		[KMT_REQUEST_UNLOAD] = KMT_REQUEST_LOAD,
		[KMT_REQUEST_RELOAD] = KMT_REQUEST_COUNT,
		[KMT_REQUEST_PARAMS] = KMT_REQUEST_COUNT,
		[KMT_REQUEST_BLOCK] = KMT_REQUEST_UNBLOCK,
		[KMT_REQUEST_UNBLOCK] = KMT_REQUEST_BLOCK,
		[KMT_REQUEST_BIND] = KMT_REQUEST_COUNT,
		[KMT_REQUEST_UNBIND] = KMT_REQUEST_COUNT,
		[KMT_REQUEST_SET_OPTION] = KMT_REQUEST_UNDO,
		[KMT_REQUEST_ALIAS] = KMT_REQUEST_UNDO,
		[KMT_REQUEST_SOFTDEP] = KMT_REQUEST_UNDO,
		[KMT_REQUEST_COMMENT_OUT] = KMT_REQUEST_UNDO,
		[KMT_REQUEST_RESTORE] = KMT_REQUEST_UNDO,
		[KMT_REQUEST_UNDO] = KMT_REQUEST_UNDO,
		[KMT_REQUEST_RESTORE_BACKUP] = KMT_REQUEST_UNDO,
		[KMT_REQUEST_AUTOLOAD_ADD] = KMT_REQUEST_AUTOLOAD_REMOVE,
		[KMT_REQUEST_AUTOLOAD_REMOVE] = KMT_REQUEST_AUTOLOAD_ADD,
	};

	for (size_t i = d->rows.n; i-- > 0;) {
		struct kmt_history_entry *entry = &d->rows.v[i];

		if (!entry->done || entry->undone || entry->undoes)
			continue;
		*kind = inverse[entry->kind];
		return *kind < KMT_REQUEST_COUNT ? entry : NULL;
	}
	return NULL;
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

void kmt_history_doc(const struct kmt_history *d, struct kmt_doc *doc)
{
	const struct kmt_history_entry *entry;
	char when[32];

	kmt_vec_foreach (entry, &d->rows) {
		kmt_doc_line(doc, NULL);
		kmt_doc_addf(doc, KMT_ROLE_DIM, "%-*s", INDENT, time_text(entry->when, when) + DATE_SIZE);
		kmt_doc_add(doc, KMT_ROLE_NAME, entry->title);
		kmt_doc_add(doc, entry->done ? KMT_ROLE_GOOD : KMT_ROLE_BAD,
			entry->undone ? "  undone" : entry->done ? "  done" : "  failed");
		for (size_t i = 0; i < entry->told.n; i++)
			kmt_doc_wrap(doc, "", INDENT, KMT_ROLE_TEXT, entry->told.v[i]);
		kmt_doc_wrap(doc, "        = ", INDENT, KMT_ROLE_DIM, entry->command);
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

void kmt_history_script(const struct kmt_history *d, struct kmt_strbuf *out)
{
	const struct kmt_history_entry *entry;
	char when[32];

	kmt_strbuf_addstr(out, "#!/bin/sh\n"
			       "# What was done with kmtool browse. It stops where a command fails.\n"
			       "set -e\n");
	kmt_vec_foreach (entry, &d->rows) {
		kmt_strbuf_addf(out, "\n# %s%s\n", time_text(entry->when, when),
			entry->done ? "" : ": this failed");
		for (size_t i = 0; i < entry->told.n; i++)
			add_comment(out, "", entry->told.v[i]);
		if (entry->done)
			kmt_strbuf_addf(out, "%s\n", entry->command);
		else
			add_comment(out, "", entry->command);
	}
}
