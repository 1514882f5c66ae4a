/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/out/lines.h>

#include <stdarg.h>
#include <string.h>

#include <kmt/base/escape.h>

void kmt_lines_free(struct kmt_lines *l)
{
	kmt_vec_free(&l->pieces);
	kmt_vec_free(&l->starts);
	kmt_arena_free(&l->arena);
}

void kmt_lines_start(struct kmt_lines *l)
{
	kmt_vec_push(&l->starts, l->pieces.n);
}

void kmt_lines_add_bytes(struct kmt_lines *l, enum kmt_hue hue, const char *bytes, size_t n)
{
	kmt_vec_push(&l->pieces, (struct kmt_lines_piece){hue, kmt_arena_strndup(&l->arena, bytes, n)});
}

void kmt_lines_add(struct kmt_lines *l, enum kmt_hue hue, const char *text)
{
	kmt_autostrbuf struct kmt_strbuf escaped = KMT_STRBUF_INIT;

	kmt_escape_text(&escaped, text, strlen(text));
	kmt_lines_add_bytes(l, hue, kmt_strbuf_str(&escaped), escaped.len);
}

void kmt_lines_addf(struct kmt_lines *l, enum kmt_hue hue, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	kmt_vec_push(&l->pieces, (struct kmt_lines_piece){hue, kmt_arena_vprintf(&l->arena, fmt, ap)});
	va_end(ap);
}

const struct kmt_lines_piece *kmt_lines_at(const struct kmt_lines *l, size_t i, size_t *n)
{
	size_t first = l->starts.v[i];

	*n = (i + 1 < l->starts.n ? l->starts.v[i + 1] : l->pieces.n) - first;
	return l->pieces.v + first;
}

void kmt_lines_text(const struct kmt_lines *l, const struct kmt_style *style, struct kmt_strbuf *out)
{
	for (size_t i = 0; i < l->starts.n; i++) {
		size_t n;
		const struct kmt_lines_piece *piece = kmt_lines_at(l, i, &n);

		for (; n; n--, piece++) {
			bool colour = style && piece->hue != KMT_HUE_NONE;

			kmt_strbuf_addstr(out, colour ? kmt_hue_on(style, piece->hue) : "");
			kmt_strbuf_addstr(out, piece->text);
			kmt_strbuf_addstr(out, colour ? kmt_hue_off(style) : "");
		}
		kmt_strbuf_addc(out, '\n');
	}
}
