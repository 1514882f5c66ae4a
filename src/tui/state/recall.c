/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What was typed at a prompt before. */
#include "act_priv.h"

#include <stdlib.h>
#include <string.h>

#include <kmt/base/alloc.h>

void kmt_recall_open(struct kmt_recall *r)
{
	r->at = r->lines.n;
}

bool kmt_recall_key(struct kmt_recall *r, struct kmt_line *line, int key)
{
	bool up = key == KMT_KEY_UP || key == KMT_KEY_CTRL('p');

	if (!up && key != KMT_KEY_DOWN && key != KMT_KEY_CTRL('n'))
		return false;
	if (up ? r->at : r->at < r->lines.n) {
		r->at += up ? (size_t)-1 : 1;
		kmt_line_set(line, r->at < r->lines.n ? r->lines.v[r->at] : "");
	}
	return true;
}

/* What was typed before moves to the end. */
void kmt_recall_add(struct kmt_recall *r, const char *text)
{
	size_t kept = 0;
	char *copy;

	if (!*text)
		return;
	copy = kmt_strdup(text);
	for (size_t i = 0; i < r->lines.n; i++) {
		if (!strcmp(r->lines.v[i], copy) || r->lines.n - i >= KMT_RECALL_MAX)
			free(r->lines.v[i]);
		else
			r->lines.v[kept++] = r->lines.v[i];
	}
	r->lines.n = kept;
	kmt_vec_push(&r->lines, copy);
}

void kmt_recall_free(struct kmt_recall *r)
{
	for (size_t i = 0; i < r->lines.n; i++)
		free(r->lines.v[i]);
	kmt_vec_free(&r->lines);
}
