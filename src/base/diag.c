/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/base/diag.h>

#include <stdarg.h>
#include <string.h>

#include <kmt/base/alloc.h>
#include <kmt/base/strbuf.h>

static bool same(const struct kmt_diag_item *a, const struct kmt_diag_item *b)
{
	bool same_file = a->origin.file && b->origin.file ? !strcmp(a->origin.file, b->origin.file)
							  : a->origin.file == b->origin.file;

	return same_file && a->origin.line == b->origin.line && !strcmp(a->msg, b->msg);
}

void kmt_diag_add(struct kmt_diag *diag, const struct kmt_origin *origin, const char *fmt, ...)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;
	struct kmt_diag_item item = {0};
	va_list ap;

	if (!diag)
		return;
	va_start(ap, fmt);
	kmt_strbuf_vaddf(&text, fmt, ap);
	va_end(ap);
	item.msg = kmt_strbuf_str(&text);
	if (origin)
		item.origin = *origin;
	for (size_t i = 0; i < diag->n; i++)
		if (same(&diag->items[i], &item))
			return;

	item.msg = kmt_arena_strdup(&diag->arena, item.msg);
	if (item.origin.file)
		item.origin.file = kmt_arena_strdup(&diag->arena, item.origin.file);
	if (diag->n == diag->cap) {
		diag->cap = diag->cap ? 2 * diag->cap : 8;
		diag->items = kmt_realloc_array(diag->items, diag->cap, sizeof(*diag->items));
	}
	diag->items[diag->n++] = item;
}

void kmt_diag_clear(struct kmt_diag *diag)
{
	free(diag->items);
	kmt_arena_free(&diag->arena);
	*diag = (struct kmt_diag){0};
}
