/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An initramfs image: what is handed out is a path from the top, and not more than there may be. */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <kmt/source/initramfs.h>
#include <kmt/source/uki.h>

#define OUTPUT_MAX ((uint64_t)4 << 20)

static bool want(void *ctx, const char *path)
{
	if (*path != '/' || strstr(path, "/../"))
		abort();
	return true;
}

static int entry(void *ctx, const struct kmt_initramfs_entry *e, struct kmt_err *err)
{
	if (e->data[e->n] || e->n > OUTPUT_MAX)
		abort();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct kmt_initramfs_visitor visitor = {want, entry, NULL, OUTPUT_MAX};
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;
	struct kmt_err err = KMT_ERR_INIT;
	int fd = memfd_create("image", MFD_CLOEXEC);

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	if (!kmt_initramfs_walk(fd, &visitor, NULL, &err) == !!err.kind)
		abort();
	kmt_uki_text(fd, ".uname", &text);
	kmt_err_clear(&err);
	close(fd);
	return 0;
}
