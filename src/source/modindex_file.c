/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What reading each index file needs: its bytes, the names in it, and saying what is wrong with it. */
#include "modindex_priv.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include <kmt/base/name.h>

void kmt_modindex_hint_rebuild(const struct kmt_modindex *idx, struct kmt_err *err)
{
	if (idx->root->is_host)
		kmt_err_hint(err, "kmtool index %s", idx->version);
	else
		kmt_err_hint(err, "kmtool --root %s index %s", idx->root->path, idx->version);
}

int kmt_modindex_corrupt(const struct kmt_modindex *idx, const char *file, struct kmt_err *err,
	const char *fmt, ...)
{
	kmt_autostrbuf struct kmt_strbuf why = KMT_STRBUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	kmt_strbuf_vaddf(&why, fmt, ap);
	va_end(ap);
	kmt_err_set(err, KMT_ERR_FAILED, EBADMSG, "%s%s/%s is damaged: %s", idx->root->path, idx->dir,
		file, kmt_strbuf_str(&why));
	kmt_modindex_hint_rebuild(idx, err);
	return -EBADMSG;
}

void kmt_modindex_warn(
	const struct kmt_modindex *idx, const char *file, unsigned int line, const char *fmt, ...)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;
	struct kmt_origin origin = {.line = line};
	va_list ap;

	va_start(ap, fmt);
	kmt_strbuf_vaddf(&text, fmt, ap);
	va_end(ap);
	origin.file = kmt_arena_printf(&idx->parts->arena, "%s/%s", idx->dir, file);
	kmt_diag_add(idx->parts->diag, &origin, "%s", kmt_strbuf_str(&text));
}

int kmt_modindex_read(
	const struct kmt_modindex *idx, const char *file, struct kmt_strbuf *out, struct kmt_err *err)
{
	kmt_autofree char *path = kmt_asprintf("%s/%s", idx->dir, file);
	int r = kmt_root_read(idx->root, path, 0, out, err);

	if (r == -ENOENT) {
		kmt_err_set(err, KMT_ERR_FAILED, ENOENT, "%s%s is missing", idx->root->path, path);
		kmt_modindex_hint_rebuild(idx, err);
	}
	return r;
}

size_t kmt_modindex_name(const char *path, size_t n, char *out)
{
	const char *slash = memrchr(path, '/', n);
	const char *name = slash ? slash + 1 : path;
	size_t max = n - (size_t)(name - path), len = 0;

	for (; len < max && name[len] != '.'; len++) {
		unsigned char c = (unsigned char)name[len];

		if (c <= ' ' || c == 0x7f || len + 1 == KMT_NAME_MAX)
			return 0;
		out[len] = c == '-' ? '_' : (char)c;
	}
	out[len] = '\0';
	return len;
}
