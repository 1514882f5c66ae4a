/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/tui/recent.h>

#include <stdio.h>
#include <string.h>

const struct kmt_recent_row *kmt_recent_get(const struct kmt_recent *r, const char *name)
{
	const struct kmt_recent_row *row;

	kmt_vec_foreach (row, &r->rows)
		if (!strcmp(row->name, name))
			return row;
	return NULL;
}

static void leave_out(struct kmt_recent *r, size_t i)
{
	r->rows.n--;
	memmove(r->rows.v + i, r->rows.v + i + 1, (r->rows.n - i) * sizeof(*r->rows.v));
}

void kmt_recent_note(struct kmt_recent *r, const char *name, bool gone)
{
	const struct kmt_recent_row *before = kmt_recent_get(r, name);
	struct kmt_recent_row row = {.gone = gone, .at = r->now};

	if (before)
		leave_out(r, (size_t)(before - r->rows.v));
	snprintf(row.name, sizeof(row.name), "%s", name);
	kmt_vec_push(&r->rows, row);
}

/* Rows are in the order of time. */
bool kmt_recent_tick(struct kmt_recent *r)
{
	size_t n = 0;

	r->now++;
	while (n < r->rows.n && r->rows.v[n].at + KMT_RECENT_TICKS <= r->now)
		n++;
	for (size_t i = 0; i < n; i++)
		leave_out(r, 0);
	return n;
}

void kmt_recent_free(struct kmt_recent *r)
{
	kmt_vec_free(&r->rows);
}
