/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/tui/changes.h>

#include <stdio.h>
#include <string.h>

static struct kmt_changes_row *find(const struct kmt_changes *c, const char *name)
{
	struct kmt_changes_row *row;

	kmt_vec_foreach (row, &c->rows)
		if (!strcmp(row->name, name))
			return row;
	return NULL;
}

static struct kmt_changes_row *add(struct kmt_changes *c, const struct kmt_procmod *mod, time_t since)
{
	struct kmt_changes_row row = {.all = {.at = since, .refs_before = mod->refs, .refs = mod->refs,
					      .size_before = mod->size, .size = mod->size}};

	snprintf(row.name, sizeof(row.name), "%s", mod->name);
	kmt_vec_push(&c->rows, row);
	return &c->rows.v[c->rows.n - 1];
}

/* What a module did before it was unloaded is about another one. */
static void leave_out(struct kmt_changes *c, const char *name)
{
	struct kmt_changes_row *row = find(c, name);

	if (row)
		*row = c->rows.v[--c->rows.n];
}

void kmt_changes_note(
	struct kmt_changes *c, const struct kmt_procmod *before, const struct kmt_procmod *now, time_t at)
{
	struct kmt_changes_row *row;

	if (!now) {
		leave_out(c, before->name);
		return;
	}
	if (!before) {
		leave_out(c, now->name);
		add(c, now, at);
		return;
	}
	if (before->refs == now->refs && before->size == now->size)
		return;
	row = find(c, now->name);
	if (!row)
		row = add(c, before, c->since);
	memmove(row->last + 1, row->last, sizeof(row->last) - sizeof(row->last[0]));
	row->last[0] = (struct kmt_change){at, before->refs, now->refs, before->size, now->size};
	row->all.refs = now->refs;
	row->all.size = now->size;
	row->n++;
}

const struct kmt_changes_row *kmt_changes_get(const struct kmt_changes *c, const char *name)
{
	const struct kmt_changes_row *row = find(c, name);

	return row && row->n ? row : NULL;
}

void kmt_changes_free(struct kmt_changes *c)
{
	kmt_vec_free(&c->rows);
}
