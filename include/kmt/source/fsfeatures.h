/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a filesystem's superblock says about the other modules that its driver asks for: the checksum and the
 * number of devices of btrfs, encryption, verity and case folding of ext4 and f2fs. The constants are those
 * of the kernel: include/uapi/linux/btrfs_tree.h, fs/ext4/ext4.h, include/linux/f2fs_fs.h.
 */
#ifndef KMT_SOURCE_FSFEATURES_H
#define KMT_SOURCE_FSFEATURES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of the filesystem that the parser may look at. */
#define KMT_FSFEATURES_SIZE ((size_t)68 << 10)

struct kmt_fsfeatures {
	const char *checksum; /* btrfs: "crc32c", "xxhash64", "sha256", "blake2b-256"; NULL: not known */
	uint64_t devices;     /* btrfs: how many; 1 else */
	bool encrypt, verity, casefold;
	bool external_journal; /* ext4: the journal is on another device */
};

/* DATA is the beginning of a filesystem of TYPE, libblkid's word. -ENOENT if there is nothing to learn from
 * that type, -EBADMSG if DATA is too short, or is no superblock of it. Pure. */
int kmt_fsfeatures_parse(const char *type, const void *data, size_t n, struct kmt_fsfeatures *out);
/* The same of the filesystem at AT of FD. -errno if it cannot be read. */
int kmt_fsfeatures_read(int fd, uint64_t at, const char *type, struct kmt_fsfeatures *out);

#endif
