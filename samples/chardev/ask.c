// SPDX-License-Identifier: GPL-2.0-only
/*
 * ask: calls ioctl() and poll() on /dev/km_chardev, which a shell cannot do.
 *
 *	cc -o ask ask.c && ./ask status
 */
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>

#include "km_chardev.h"

static int status(int fd)
{
	struct km_chardev_status status;

	if (ioctl(fd, KM_CHARDEV_STATUS, &status))
		return -1;
	printf("used %u of %u, passed %llu\n", status.used, status.size,
	       (unsigned long long)status.passed);
	return 0;
}

/* Waits at most a second until something is ready. */
static int ready(int fd)
{
	struct pollfd fds = { .fd = fd, .events = POLLIN | POLLOUT };

	if (poll(&fds, 1, 1000) < 0)
		return -1;
	printf("readable: %s, writable: %s\n", fds.revents & POLLIN ? "yes" : "no",
	       fds.revents & POLLOUT ? "yes" : "no");
	return 0;
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	int fd = open("/dev/km_chardev", O_RDWR | O_NONBLOCK), err;

	if (fd < 0) {
		perror("ask: /dev/km_chardev");
		return 1;
	}
	if (!strcmp(what, "status")) {
		err = status(fd);
	} else if (!strcmp(what, "ready")) {
		err = ready(fd);
	} else if (!strcmp(what, "clear")) {
		err = ioctl(fd, KM_CHARDEV_CLEAR);
	} else if (!strcmp(what, "nonsense")) {
		err = ioctl(fd, _IO('k', 99));
	} else {
		fprintf(stderr, "usage: ask status|ready|clear|nonsense\n");
		return 2;
	}
	if (err)
		perror("ask");
	return err ? 1 : 0;
}
