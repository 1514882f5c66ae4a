/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "exec_insert_priv.h"

#include <errno.h>
#include <string.h>

#include <kmt/base/alloc.h>
#include <kmt/source/decompress.h>
#include <kmt/sys/paths.h>

static bool kernel_unpacks(const struct kmt_root *root, enum kmt_compression c)
{
	kmt_autostrbuf struct kmt_strbuf name = KMT_STRBUF_INIT;

	return !kmt_root_read_line(root, KMT_PATH_SYS_COMPRESSION, &name) &&
	       !strcmp(kmt_strbuf_str(&name), kmt_compression_name(c));
}

/* EINVAL has many causes, but only the decoder's own complaint speaks of compression. */
static bool decoder_complained(const struct kmt_inserter *in, size_t first)
{
	if (kmt_kmsg_read_new(in->kmsg, in->log) < 0)
		return true; /* nothing is known: to try it unpacked costs little */
	for (size_t i = first; i < in->log->records.n; i++)
		if (strstr(in->log->records.v[i].text, "compress"))
			return true;
	return false;
}

/* Whether the kernel failed to unpack it, rather than to load it. */
static bool not_unpacked(const struct kmt_inserter *in, int r, size_t first)
{
	if (r == -ENOSYS || r == -EOPNOTSUPP)
		return true;
	return r == -EINVAL && decoder_complained(in, first);
}

static int insert_unpacked(const struct kmt_inserter *in, const struct kmt_step *step,
	enum kmt_compression c, struct kmt_err *err)
{
	kmt_autostrbuf struct kmt_strbuf packed = KMT_STRBUF_INIT, image = KMT_STRBUF_INIT;
	__attribute__((cleanup(kmt_decompressor_free))) struct kmt_decompressor d = {0};
	int r = kmt_root_read(in->root, step->path, 0, &packed, err);

	if (r < 0)
		return r;
	r = kmt_decompress(&d, c, packed.s, packed.len, &image, err);
	if (r < 0)
		return kmt_err_wrap(err, "%s%s", in->root->path, step->path);
	kmt_strbuf_free(&packed);
	return in->kernel->ops->insert_image(
		in->kernel, image.s, image.len, step->params, step->flags);
}

int kmt_exec_insert(const struct kmt_inserter *in, const struct kmt_step *step, struct kmt_err *err)
{
	const struct kmt_kernel_ops *ops = in->kernel->ops;
	size_t first = in->log->records.n;
	enum kmt_compression c = KMT_COMP_NONE;
	int r = kmt_compression_of_file(in->root, step->path, &c, err);

	if (r < 0)
		return r;
	if (c == KMT_COMP_NONE)
		return ops->insert(in->kernel, step->path, step->params, step->flags);
	if (kernel_unpacks(in->root, c)) {
		r = ops->insert(in->kernel, step->path, step->params,
			step->flags | KMT_INSERT_COMPRESSED);
		if (!not_unpacked(in, r, first))
			return r;
	}
	return insert_unpacked(in, step, c, err);
}
