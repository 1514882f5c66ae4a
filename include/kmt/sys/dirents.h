/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The names in a directory that is open already, as getdents64(2) tells them. fdopendir(3) asks the kernel
 * three times more before the first name, which is much for a tree of many small directories.
 */
#ifndef KMT_SYS_DIRENTS_H
#define KMT_SYS_DIRENTS_H

#include <stddef.h>
#include <stdint.h>

struct kmt_dirents {
	const char *name;   /* of this entry, valid until the next */
	unsigned char type; /* DT_REG ... DT_UNKNOWN, readdir(3) */

	int fd;
	size_t at, n; /* the next entry and the end of BUF */
	_Alignas(uint64_t) char buf[32 << 10];
};

/* FD is the caller's to close. */
void kmt_dirents_init(struct kmt_dirents *d, int fd);

/* 1: NAME and TYPE are the next entry's, without "." and "..". 0: there is none any more. Otherwise
 * -errno. */
int kmt_dirents_next(struct kmt_dirents *d);

#endif
