/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/sys/dirents.h>

#include <errno.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* As getdents64(2) has it. Only some C libraries declare it, and by different names. */
struct entry {
	uint64_t ino;
	int64_t off;
	unsigned short reclen;
	unsigned char type;
	char name[];
};

/* The buffer is left as it is: most directories need little of it. */
void kmt_dirents_init(struct kmt_dirents *d, int fd)
{
	d->fd = fd;
	d->at = d->n = 0;
	d->name = NULL;
}

int kmt_dirents_next(struct kmt_dirents *d)
{
	const struct entry *entry;

	do {
		if (d->at == d->n) {
			long n = syscall(SYS_getdents64, d->fd, d->buf, sizeof(d->buf));

			if (n <= 0)
				return n < 0 ? -errno : 0;
			d->at = 0;
			d->n = (size_t)n;
		}
		entry = (const void *)(d->buf + d->at);
		d->at += entry->reclen;
	} while (!strcmp(entry->name, ".") || !strcmp(entry->name, ".."));
	d->name = entry->name;
	d->type = entry->type;
	return 1;
}
