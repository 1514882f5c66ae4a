/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The superblock of a member of a Linux software RAID, as far as it tells what assembles it: versions 0.90,
 * 1.0, 1.1 and 1.2 (include/uapi/linux/raid/md_p.h). */
#ifndef KMT_SOURCE_MDRAID_H
#define KMT_SOURCE_MDRAID_H

#include <stddef.h>
#include <stdint.h>

/* Bytes of a superblock that are read. */
#define KMT_MDRAID_SIZE 256

struct kmt_mdraid {
	int level;	   /* 0, 1, 4, 5, 6, 10; -1: linear */
	unsigned int disks;
};

/* -EBADMSG if DATA is no superblock. Pure. */
int kmt_mdraid_parse(const void *data, size_t n, struct kmt_mdraid *out);
/* The superblock of the member that takes SIZE bytes at AT of FD, wherever it is. -errno if it cannot be
 * read. */
int kmt_mdraid_read(int fd, uint64_t at, uint64_t size, struct kmt_mdraid *out);

#endif
