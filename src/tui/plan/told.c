/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/tui/told.h>

#include <string.h>

void kmt_told_add(struct kmt_told *t, enum kmt_outcome_role role, const char *text)
{
	kmt_vec_push(&t->lines, (struct kmt_outcome_line){role, kmt_arena_strdup(&t->arena, text)});
}

void kmt_told_free(struct kmt_told *t)
{
	kmt_vec_free(&t->lines);
	kmt_arena_free(&t->arena);
	*t = (struct kmt_told){0};
}

static const struct {
	const char *label; /* NULL: the line is not told */
	enum kmt_role role;
	bool plain; /* whoever has seen the plan need not read it */
} looks[] = {
	[KMT_OUTCOME_STEP] = {"", KMT_ROLE_GOOD, true},
	[KMT_OUTCOME_SKIPPED] = {"", KMT_ROLE_TEXT, true},
	[KMT_OUTCOME_WARNING] = {"", KMT_ROLE_WARN, false},
	[KMT_OUTCOME_MISMATCH] = {"", KMT_ROLE_BAD, false},
	[KMT_OUTCOME_LOG] = {"kernel: ", KMT_ROLE_DIM, false},
	[KMT_OUTCOME_LOG_DONE] = {.plain = true},
	[KMT_OUTCOME_OUTPUT] = {"command: ", KMT_ROLE_DIM, false},
	[KMT_OUTCOME_NOTE] = {"", KMT_ROLE_DIM, false},
	[KMT_OUTCOME_USER] = {"", KMT_ROLE_TEXT, false},
	[KMT_OUTCOME_UNDONE] = {"", KMT_ROLE_WARN, false},
	[KMT_OUTCOME_UNDO_FAILED] = {"", KMT_ROLE_BAD, false},
	[KMT_OUTCOME_FAILURE] = {"", KMT_ROLE_BAD, false},
	[KMT_OUTCOME_HINT] = {"  ", KMT_ROLE_TEXT, false},
	[KMT_OUTCOME_EFFECT] = {"", KMT_ROLE_DIM, true},
};

/* The further lines of a text are indented as it is. */
void kmt_told_doc(const struct kmt_told *t, struct kmt_doc *doc)
{
	const struct kmt_outcome_line *line;

	kmt_vec_foreach(line, &t->lines) {
		const char *label = looks[line->role].label;
		size_t indent = label && *label ? 0 : strspn(line->text, " ");

		if (label)
			kmt_doc_wrap(doc, label, (int)(strlen(label) + indent), looks[line->role].role,
				line->text + indent);
	}
}

bool kmt_told_is_plain(const struct kmt_told *t)
{
	const struct kmt_outcome_line *line;

	kmt_vec_foreach(line, &t->lines) {
		if (!looks[line->role].plain)
			return false;
	}
	return t->verdict == KMT_OUTCOME_DONE;
}

void kmt_told_brief(const struct kmt_told *t, struct kmt_strbuf *out)
{
	const struct kmt_outcome_line *line;

	kmt_vec_foreach(line, &t->lines) {
		if (line->role == KMT_OUTCOME_STEP || line->role == KMT_OUTCOME_SKIPPED)
			kmt_strbuf_item(out, "; ", "%s", line->text);
	}
}
