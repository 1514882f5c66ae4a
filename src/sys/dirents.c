/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/sys/dirents.h>

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/types.h>

/* The buffer is left as it is: most directories need little of it. */
void kmt_dirents_init(struct kmt_dirents *d, int fd)
{
	d->fd = fd;
	d->at = d->n = 0;
}

int kmt_dirents_next(struct kmt_dirents *d, const char **name, unsigned char *type)
{
	const struct dirent64 *entry;

	do {
		if (d->at == d->n) {
			ssize_t n = getdents64(d->fd, d->buf, sizeof(d->buf));

			if (n <= 0)
				return n < 0 ? -errno : 0;
			d->at = 0;
			d->n = (size_t)n;
		}
		entry = (const void *)(d->buf + d->at);
		d->at += entry->d_reclen;
	} while (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."));
	*name = entry->d_name;
	*type = entry->d_type;
	return 1;
}
