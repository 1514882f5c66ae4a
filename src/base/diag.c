/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/base/diag.h>

#include <stdarg.h>
#include <string.h>

#include <kmt/base/alloc.h>
#include <kmt/base/strbuf.h>

void kmt_diag_add(struct kmt_diag *diag, const struct kmt_origin *origin, const char *fmt, ...)
{
	const struct kmt_origin none = {0};
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;
	struct kmt_diag_item item;
	size_t start;
	char *key;
	va_list ap;

	if (!diag)
		return;
	item.origin = origin ? *origin : none;
	kmt_strbuf_addf(&text, "%u %s: ", item.origin.line, item.origin.file ?: "");
	start = text.len;
	va_start(ap, fmt);
	kmt_strbuf_vaddf(&text, fmt, ap);
	va_end(ap);
	if (kmt_map_get(&diag->known, text.s))
		return;

	key = kmt_arena_strdup(&diag->arena, text.s);
	kmt_map_add(&diag->known, key, key);
	item.msg = key + start;
	if (diag->n && item.origin.file && diag->items[diag->n - 1].origin.file &&
		!strcmp(item.origin.file, diag->items[diag->n - 1].origin.file))
		item.origin.file = diag->items[diag->n - 1].origin.file;
	else if (item.origin.file)
		item.origin.file = kmt_arena_strdup(&diag->arena, item.origin.file);
	if (diag->n == diag->cap) {
		diag->cap = diag->cap ? 2 * diag->cap : 8;
		diag->items = kmt_realloc_array(diag->items, diag->cap, sizeof(*diag->items));
	}
	diag->items[diag->n++] = item;
}

char *kmt_diag_text(const struct kmt_diag_item *item)
{
	const struct kmt_origin *o = &item->origin;

	if (!o->file)
		return kmt_strdup(item->msg);
	if (!o->line)
		return kmt_asprintf("%s: %s", o->file, item->msg);
	return kmt_asprintf("%s:%u: %s", o->file, o->line, item->msg);
}

void kmt_diag_clear(struct kmt_diag *diag)
{
	free(diag->items);
	kmt_map_free(&diag->known);
	kmt_arena_free(&diag->arena);
	*diag = (struct kmt_diag){0};
}
