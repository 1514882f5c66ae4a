/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/sys/events.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/netlink.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <unistd.h>

#include <kmt/base/alloc.h>
#include <kmt/sys/paths.h>

#define KERNEL_GROUP 1	   /* udev's own messages are in another */
#define MESSAGE_MAX 8192   /* the kernel's are at most 2 KiB */
#define UEVENTS (KMT_EVENT_MODULES | KMT_EVENT_DEVICES)

static int open_uevents(void)
{
	struct sockaddr_nl address = {.nl_family = AF_NETLINK, .nl_groups = KERNEL_GROUP};
	int fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_KOBJECT_UEVENT);

	if (fd < 0)
		return -1;
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) == 0)
		return fd;
	close(fd);
	return -1;
}

void kmt_events_open(struct kmt_events *e, const struct kmt_root *root)
{
	e->uevents = root->is_host ? open_uevents() : -1;
	e->files = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
}

void kmt_events_close(struct kmt_events *e)
{
	if (e->uevents >= 0)
		close(e->uevents);
	if (e->files >= 0)
		close(e->files);
	*e = (struct kmt_events){-1, -1};
}

void kmt_events_watch(struct kmt_events *e, const struct kmt_root *root, const char *dir)
{
	/* inotify knows no descriptors: the name of an open one stays inside of the root. */
	kmt_autoclose int fd = kmt_root_openat(root, dir, O_PATH | O_DIRECTORY);
	kmt_autofree char *path = NULL;

	if (fd < 0 || e->files < 0)
		return;
	path = kmt_asprintf("%s/%d", KMT_PATH_PROC_SELF_FD, fd);
	inotify_add_watch(e->files, path,
		IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_ATTRIB | IN_ONLYDIR);
}

unsigned int kmt_events_parse(const char *message, size_t n)
{
	static const char subsystem[] = "SUBSYSTEM=";
	const char *end = message + n, *at, *nul;

	for (at = message; at < end; at = nul + 1) {
		nul = memchr(at, '\0', (size_t)(end - at));
		if (!nul)
			return 0;
		if (strncmp(at, subsystem, sizeof(subsystem) - 1) != 0)
			continue;
		return strcmp(at + sizeof(subsystem) - 1, "module") ? KMT_EVENT_DEVICES : KMT_EVENT_MODULES;
	}
	return 0;
}

static unsigned int take_uevents(int fd)
{
	unsigned int events = 0;

	for (;;) {
		char message[MESSAGE_MAX];
		struct sockaddr_nl from = {0};
		struct iovec data = {message, sizeof(message)};
		struct msghdr header = {
			.msg_name = &from, .msg_namelen = sizeof(from), .msg_iov = &data, .msg_iovlen = 1};
		ssize_t n = recvmsg(fd, &header, 0);

		if (n < 0 && errno == ENOBUFS) {
			events |= UEVENTS;
			continue;
		}
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return events;
		/* Others may send to the group, too. */
		if (from.nl_pid == 0)
			events |= kmt_events_parse(message, (size_t)n);
	}
}

static unsigned int take_files(int fd)
{
	_Alignas(struct inotify_event) char events[sizeof(struct inotify_event) + NAME_MAX + 1];
	unsigned int found = 0;
	ssize_t n;

	while ((n = read(fd, events, sizeof(events))) > 0 || (n < 0 && errno == EINTR))
		found = KMT_EVENT_FILES;
	return found;
}

unsigned int kmt_events_take(struct kmt_events *e)
{
	unsigned int events = 0;

	if (e->uevents >= 0)
		events |= take_uevents(e->uevents);
	if (e->files >= 0)
		events |= take_files(e->files);
	return events;
}
