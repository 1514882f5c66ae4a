/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/sys/lock.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <kmt/base/alloc.h>
#include <kmt/base/num.h>
#include <kmt/sys/paths.h>
#include "file_priv.h"

/* Naps between two tries grow from the first to the longest. */
#define FIRST_NAP_MS 1u
#define LONGEST_NAP_MS 50u
/* How often the file may change under our hands before somebody must be doing that on purpose. */
#define TRIES_MAX 100u

/* Opens the lock file, which is created where there is none. -EEXIST: something else has its name. */
static int open_file(int dirfd, struct stat *st)
{
	int fd = openat(dirfd, KMT_LOCK_NAME, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

	if (fd < 0 && errno != EEXIST)
		return -errno;
	/* Opening a device or a FIFO can have effects: look first. */
	if (fd < 0 && fstatat(dirfd, KMT_LOCK_NAME, st, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? -ESTALE : -errno;
	if (fd < 0 && !S_ISREG(st->st_mode))
		return -EEXIST;
	if (fd < 0)
		fd = openat(dirfd, KMT_LOCK_NAME, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? -ESTALE : -errno;
	return fstat(fd, st) < 0 ? -errno : fd;
}

/* Whether the open file still has the name, that is, was not removed by its last holder. */
static bool has_name(int dirfd, const struct stat *st)
{
	struct stat now;

	return !fstatat(dirfd, KMT_LOCK_NAME, &now, AT_SYMLINK_NOFOLLOW) && now.st_dev == st->st_dev &&
	       now.st_ino == st->st_ino;
}

/* What others can open or write to is no lock of ours, and no place to write our process id to. */
static bool is_private(const struct stat *st)
{
	return st->st_uid == geteuid() && st->st_nlink == 1 && !(st->st_mode & 077);
}

/* -EWOULDBLOCK: held; -ESTALE: it has changed meanwhile, try again. */
static int try_lock(struct kmt_lock *lock, int dirfd)
{
	struct stat st;
	kmt_autofree char *pid = NULL;
	kmt_autoclose int fd = open_file(dirfd, &st);

	if (fd < 0)
		return fd;
	/* File systems that cannot lock have no holder either. */
	if (flock(fd, LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK)
		return -EWOULDBLOCK;
	if (!has_name(dirfd, &st))
		return -ESTALE;
	if (!is_private(&st)) {
		unlinkat(dirfd, KMT_LOCK_NAME, 0);
		return -ESTALE;
	}
	lock->dirfd = fcntl(dirfd, F_DUPFD_CLOEXEC, 0);
	if (lock->dirfd < 0)
		return -errno;
	pid = kmt_asprintf("%ld\n", (long)getpid());
	if (!ftruncate(fd, 0))
		kmt_file_write_all(fd, pid, strlen(pid));
	lock->fd = kmt_take_fd(&fd);
	lock->held = true;
	return 0;
}

/* "'kmtool index' (pid 12)"; "another process" if the file does not say. */
static char *holder(int dirfd)
{
	kmt_autoclose int fd = openat(dirfd, KMT_LOCK_NAME, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	kmt_autostrbuf struct kmt_strbuf command = KMT_STRBUF_INIT;
	__attribute__((cleanup(kmt_root_close))) struct kmt_root host = {.fd = -1};
	kmt_autofree char *path = NULL;
	char text[24];
	ssize_t n = fd < 0 ? 0 : read(fd, text, sizeof(text) - 1);
	uint64_t pid;

	text[n > 0 ? n : 0] = '\0';
	text[strcspn(text, "\n")] = '\0';
	if (kmt_num_u64(text, 10, &pid) < 0 || kmt_root_open(&host, NULL, NULL) < 0)
		return kmt_strdup("another process");
	path = kmt_asprintf("%s/%s/cmdline", KMT_PATH_PROC, text);
	if (kmt_root_read(&host, path, 0, &command, NULL) < 0 || !command.len)
		return kmt_asprintf("the process with pid %s", text);
	for (size_t i = 0; i + 1 < command.len; i++)
		if (!command.s[i])
			command.s[i] = ' ';
	return kmt_asprintf("'%.80s' (pid %s)", command.s, text);
}

static int fail(int dirfd, const char *label, int error, struct kmt_err *err)
{
	kmt_autofree char *who = NULL;

	if (error == -EEXIST) {
		kmt_err_set(err, KMT_ERR_REFUSED, EEXIST, "%s/%s is not a regular file: kmtool did not create it",
			label, KMT_LOCK_NAME);
		kmt_err_hint(err, "remove it");
		return error;
	}
	if (error != -EWOULDBLOCK)
		return kmt_err_errno(err, -error, "locking %s/%s", label, KMT_LOCK_NAME);
	who = holder(dirfd);
	kmt_err_set(err, KMT_ERR_FAILED, EWOULDBLOCK, "%s is locked by %s", label, who);
	kmt_err_hint(err, "try again when that process has ended");
	return error;
}

static void nap(unsigned int *left, unsigned int *ms)
{
	unsigned int now = *ms < *left ? *ms : *left;
	struct timespec t = {.tv_nsec = (long)now * 1000000};

	nanosleep(&t, NULL);
	*left -= now;
	*ms = 2 * *ms < LONGEST_NAP_MS ? 2 * *ms : LONGEST_NAP_MS;
}

int kmt_lock_take(struct kmt_lock *lock, int dirfd, const char *label, unsigned int wait_ms,
	struct kmt_err *err)
{
	unsigned int ms = FIRST_NAP_MS;
	int r;

	for (;;) {
		unsigned int tries = 0;

		do
			r = try_lock(lock, dirfd);
		while (r == -ESTALE && ++tries < TRIES_MAX);
		if (r != -EWOULDBLOCK || !wait_ms)
			break;
		nap(&wait_ms, &ms);
	}
	return r < 0 ? fail(dirfd, label, r, err) : 0;
}

/* Of the host, /run: every configuration directory may be missing, and /run is empty after a boot. An image
 * is not running: nothing of it but /etc is known to be there. */
int kmt_lock_config(struct kmt_lock *lock, const struct kmt_root *root, unsigned int wait_ms,
	struct kmt_err *err)
{
	static const char *const dirs[] = {KMT_PATH_RUN, KMT_PATH_ETC};

	for (size_t i = root->is_host ? 0 : 1; i < KMT_ARRAY_SIZE(dirs); i++) {
		kmt_autoclose int fd = kmt_root_openat(root, dirs[i], O_RDONLY | O_DIRECTORY);
		kmt_autofree char *label = kmt_root_outside(root, dirs[i]);

		if (fd >= 0 && !faccessat(fd, ".", W_OK | X_OK, AT_EACCESS))
			return kmt_lock_take(lock, fd, label, wait_ms, err);
	}
	return 0;
}

void kmt_lock_release(struct kmt_lock *lock)
{
	if (lock->held) {
		unlinkat(lock->dirfd, KMT_LOCK_NAME, 0);
		close(lock->fd);
		close(lock->dirfd);
	}
	*lock = (struct kmt_lock){0};
}
