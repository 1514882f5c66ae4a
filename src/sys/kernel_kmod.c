/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Inserting and removing through libkmod. It decides nothing: it is given the descriptor that was checked,
 * and no configuration. Where it would not answer what the kernel answers, the kernel is asked directly.
 */
#include "kernel_priv.h"

#ifdef HAVE_KMOD
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <kmt/base/alloc.h>
#include <kmt/sys/lazy_kmod.h>
#include <kmt/sys/paths.h>

/* libkmod reads so many bytes to tell the compression; of a shorter file it says EINVAL by itself. */
#define MAGIC_SIZE 6

/* What it reports is in the errno, too. */
static void no_log(void *data, int priority, const char *file, int line, const char *fn, const char *format,
	va_list args)
{
}

/* Neither configuration nor indexes: no directory is below /dev/null. */
static struct kmod_ctx *new_context(const struct kmt_lazy_kmod *lib)
{
	static const char *const no_config[] = {NULL};
	struct kmod_ctx *ctx = lib->kmod_new(KMT_PATH_DEV_NULL, no_config);

	if (ctx)
		lib->kmod_set_log_fn(ctx, no_log, NULL);
	return ctx;
}

/* kmod 30 decompresses every file itself. */
static bool takes(const struct kmt_question *q)
{
	return !(q->flags & KMT_INSERT_COMPRESSED) || kmt_lazy_kmod_asks_kernel_to_decompress();
}

/* Whether libkmod can open it: not without /proc, nor if this process has as many files as it may have. Its
 * error would be taken for the kernel's. */
static bool opens(const char *path)
{
	kmt_autoclose int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;

	return fd >= 0 && !fstat(fd, &st) && st.st_size >= MAGIC_SIZE;
}

static int insert(const struct kmt_lazy_kmod *lib, const struct kmt_question *q)
{
	unsigned int flags = 0;
	struct kmod_module *module;
	struct kmod_ctx *ctx;
	char path[sizeof(KMT_PATH_PROC_SELF_FD) + 16];

	snprintf(path, sizeof(path), KMT_PATH_PROC_SELF_FD "/%d", q->fd);
	if (!takes(q) || !opens(path))
		return kmt_kernel_call(q);
	ctx = new_context(lib);
	if (!ctx || lib->kmod_module_new_from_path(ctx, path, &module) < 0)
		return kmt_kernel_call(q);
	if (q->flags & KMT_INSERT_IGNORE_MODVERSIONS)
		flags |= KMOD_INSERT_FORCE_MODVERSION;
	if (q->flags & KMT_INSERT_IGNORE_VERMAGIC)
		flags |= KMOD_INSERT_FORCE_VERMAGIC;
	return lib->kmod_module_insert_module(module, flags, q->params);
}

/* libkmod normalises names: a module that was built with a '-' in its name is not the one it would remove. */
static int remove_module(const struct kmt_lazy_kmod *lib, const struct kmt_question *q)
{
	struct kmod_ctx *ctx = new_context(lib);
	struct kmod_module *module;

	if (!ctx || lib->kmod_module_new_from_name(ctx, q->remove, &module) < 0 ||
		strcmp(lib->kmod_module_get_name(module), q->remove) != 0)
		return kmt_kernel_call(q);
	return lib->kmod_module_remove_module(module, q->flags);
}

bool kmt_kernel_kmod_open(void)
{
	return kmt_lazy_kmod(NULL);
}

/* Runs in a child that ends after it: nothing is freed. */
int kmt_kernel_call_kmod(const struct kmt_question *q)
{
	const struct kmt_lazy_kmod *lib = kmt_lazy_kmod(NULL);

	if (q->remove)
		return remove_module(lib, q);
	return q->fd >= 0 ? insert(lib, q) : kmt_kernel_call(q);
}
#else
bool kmt_kernel_kmod_open(void)
{
	return false;
}

int kmt_kernel_call_kmod(const struct kmt_question *q)
{
	return kmt_kernel_call(q);
}
#endif
