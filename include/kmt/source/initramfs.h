/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Initramfs images: where the image of a kernel is, and what is in it. An image is a row of cpio archives
 * in the "newc" format, padded with zeros between them (early microcode is one of its own, in front), the
 * last of them usually compressed: Documentation/driver-api/early-userspace/buffer-format.rst. It may be in
 * the sections .ucode and .initrd of a unified kernel image (source/uki.h).
 *
 * The archives are read here, frame by frame, as the kernel reads them: libarchive does not tell where the
 * frame of a decompressor ends, and may be missing. Only lz4 and bzip2 are decompressed by it.
 * Nothing is unpacked. The bytes are hostile: names, sizes and the amount of output are capped.
 */
#ifndef KMT_SOURCE_INITRAMFS_H
#define KMT_SOURCE_INITRAMFS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <kmt/base/arena.h>
#include <kmt/base/err.h>
#include <kmt/sys/root.h>

enum kmt_initramfs_tool {
	KMT_INITRAMFS_TOOLS, /* Debian's */
	KMT_INITRAMFS_DRACUT,
	KMT_INITRAMFS_MKINITCPIO,
	KMT_INITRAMFS_TOOL_COUNT,
};

const char *kmt_initramfs_tool_name(enum kmt_initramfs_tool tool); /* "initramfs-tools" ... */
/* The command that builds the image of kernel VERSION again; lives in ARENA. */
const char *kmt_initramfs_rebuild(
	enum kmt_initramfs_tool tool, const char *version, struct kmt_arena *arena);

/* The image of kernel VERSION below ROOT: a file named after it, one of an entry of the Boot Loader
 * Specification, or a unified kernel image. NULL if there is none; else its path, in ARENA, and *TOOL, which
 * made it. */
const char *kmt_initramfs_find(const struct kmt_root *root, const char *version,
	struct kmt_arena *arena, enum kmt_initramfs_tool *tool);

/* The kernel VERSION itself, as the Boot Loader Specification has it, or in a unified kernel image. */
const char *kmt_initramfs_find_kernel(
	const struct kmt_root *root, const char *version, struct kmt_arena *arena);

/* The most that may come out of one image, and the largest file in it that is handed out. */
#define KMT_INITRAMFS_MAX ((uint64_t)4 << 30)
#define KMT_INITRAMFS_FILE_MAX ((uint64_t)256 << 20)
#define KMT_INITRAMFS_ENTRIES_MAX 1000000u

struct kmt_initramfs_entry {
	const char *path; /* absolute: "/etc/modprobe.d/x.conf" */
	const char *data; /* N bytes and a NUL; of a symbolic link the target */
	size_t n;
	bool is_link;
};

struct kmt_initramfs_info {
	size_t archives;	 /* cpio archives that it is made of */
	size_t entries;
	bool early;		 /* an uncompressed archive stands before a compressed one */
	const char *compression; /* of the last archive that has one: "zstd" ...; NULL: none is compressed */
};

/* WANT says by its path whether a file is handed to ENTRY, which may fail and so end the walk. An entry is
 * gone after the call. Of a path that comes twice the later one counts, as in the kernel. */
struct kmt_initramfs_visitor {
	bool (*want)(void *ctx, const char *path);
	int (*entry)(void *ctx, const struct kmt_initramfs_entry *entry, struct kmt_err *err);
	void *ctx;
	uint64_t max; /* 0: KMT_INITRAMFS_MAX */
};

/* Walks over the image that FD is open for, from its beginning; INFO may be NULL. FAILED -EBADMSG for what
 * is no image or is damaged, -EFBIG for too much, -EOPNOTSUPP for a compression that cannot be read
 * here. */
int kmt_initramfs_walk(int fd, const struct kmt_initramfs_visitor *visitor,
	struct kmt_initramfs_info *info, struct kmt_err *err);

/* Whether the image of kernel VERSION has module NAME (normal form): 1, 0, or -errno if it cannot be read.
 * *IMAGE, in ARENA, and *TOOL as kmt_initramfs_find() has them; NULL also for one that cannot be opened. */
int kmt_initramfs_module(const struct kmt_root *root, const char *version, const char *name,
	struct kmt_arena *arena, const char **image, enum kmt_initramfs_tool *tool);

#endif
