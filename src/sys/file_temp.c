/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "file_temp_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <kmt/base/alloc.h>
#include <kmt/sys/dirents.h>
#include <kmt/sys/root.h>

/* A dot-file that does not end in .conf is read by no tool. */
#define PREFIX ".kmtool-"
#define SUFFIX ".tmp"
#define DIGITS 16

static int create_locked(int dirfd, char name[FILE_TEMP_SIZE])
{
	kmt_autoclose int fd = -1;
	uint64_t random;
	struct stat st;

	if (getrandom(&random, sizeof(random), 0) != sizeof(random))
		return -errno;
	snprintf(name, FILE_TEMP_SIZE, PREFIX "%0*" PRIx64 SUFFIX, DIGITS, random);
	fd = openat(dirfd, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	flock(fd, LOCK_EX);
	/* Before it was locked another process may have taken it for a remainder. */
	if (!fstat(fd, &st) && !st.st_nlink)
		return -EEXIST;
	return kmt_take_fd(&fd);
}

int kmt_file_temp_create(int dirfd, char name[FILE_TEMP_SIZE])
{
	int fd;

	do
		fd = create_locked(dirfd, name);
	while (fd == -EEXIST);
	return fd;
}

static bool is_temp(const char *name)
{
	size_t prefix = strlen(PREFIX);

	return !strncmp(name, PREFIX, prefix) && strspn(name + prefix, "0123456789abcdef") == DIGITS &&
	       !strcmp(name + prefix + DIGITS, SUFFIX);
}

static void remove_unlocked(int dirfd, const char *name)
{
	struct stat st;
	kmt_autoclose int fd = kmt_root_open_file_in(dirfd, name, &st);

	if (fd >= 0 && !flock(fd, LOCK_EX | LOCK_NB))
		unlinkat(dirfd, name, 0);
}

void kmt_file_temp_clean(int dirfd)
{
	kmt_autoclose int fd = openat(dirfd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct kmt_dirents entries;
	const char *name;
	unsigned char type;

	if (fd < 0)
		return;
	kmt_dirents_init(&entries, fd);
	while (kmt_dirents_next(&entries, &name, &type) > 0)
		if (is_temp(name))
			remove_unlocked(dirfd, name);
}
