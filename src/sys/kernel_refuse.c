/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A root that is not the host has no kernel: whoever forgets that is stopped here. */
#include <kmt/sys/kernel.h>

static int refuse_insert(
	struct kmt_kernel *k, int fd, const char *path, const char *params, unsigned int flags)
{
	return -EROFS;
}

static int refuse_insert_image(
	struct kmt_kernel *k, const void *data, size_t n, const char *params, unsigned int flags)
{
	return -EROFS;
}

static int refuse_remove(struct kmt_kernel *k, const char *name, unsigned int flags)
{
	return -EROFS;
}

static int refuse_run(
	struct kmt_kernel *k, const char *command, const char *module, const char *opts, struct kmt_strbuf *output,
	int *status)
{
	return -EROFS;
}

static int refuse_write(struct kmt_kernel *k, const char *path, const void *data, size_t n)
{
	return -EROFS;
}

static void no_sleep(struct kmt_kernel *k, unsigned int ms)
{
}

static const struct kmt_kernel_ops refuse_ops = {
	.insert = refuse_insert,
	.insert_image = refuse_insert_image,
	.remove = refuse_remove,
	.run = refuse_run,
	.write = refuse_write,
	.sleep_ms = no_sleep,
};

void kmt_kernel_refuse(struct kmt_kernel *k)
{
	*k = (struct kmt_kernel){.ops = &refuse_ops};
}

bool kmt_kernel_refuses(const struct kmt_kernel *k)
{
	return k->ops == &refuse_ops;
}
