/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "root_walk_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <kmt/base/alloc.h>
#include <kmt/base/vec.h>

#define MAX_LINKS 40 /* as the kernel's own limit */

struct walk {
	int rootfd;
	KMT_VEC(int) stack;	/* directories from below the root to here; empty at the root */
	char todo[2 * PATH_MAX]; /* what is left to resolve */
	int links;
};

static int here(const struct walk *w)
{
	return w->stack.n ? w->stack.v[w->stack.n - 1] : w->rootfd;
}

static void go_to_root(struct walk *w)
{
	while (w->stack.n)
		close(w->stack.v[--w->stack.n]);
}

/* Cuts the first component off w->todo into NAME; false when nothing is left. */
static bool next_component(struct walk *w, char name[NAME_MAX + 1], int *r)
{
	size_t skip = strspn(w->todo, "/");
	size_t n = strcspn(w->todo + skip, "/");

	*r = n > NAME_MAX ? -ENAMETOOLONG : 0;
	if (!n || *r < 0)
		return false;
	memcpy(name, w->todo + skip, n);
	name[n] = '\0';
	memmove(w->todo, w->todo + skip + n, strlen(w->todo + skip + n) + 1);
	return true;
}

/* Puts the target of the link open at FD before what is left. */
static int follow(struct walk *w, int fd)
{
	char target[PATH_MAX];
	size_t rest = strlen(w->todo);
	ssize_t n;

	if (++w->links > MAX_LINKS)
		return -ELOOP;
	n = readlinkat(fd, "", target, sizeof(target));
	if (n < 0)
		return -errno;
	if ((size_t)n >= sizeof(target) || (size_t)n + rest >= sizeof(w->todo))
		return -ENAMETOOLONG;
	/* What is left starts with '/' or is empty: a final link must not become "want a directory". */
	memmove(w->todo + n, w->todo, rest + 1);
	memcpy(w->todo, target, (size_t)n);
	if (target[0] == '/')
		go_to_root(w);
	return 0;
}

/* "a/b" wants more than the last component; "a/" and "a//" want a directory. */
static bool is_last(const struct walk *w)
{
	return w->todo[strspn(w->todo, "/")] == '\0';
}

/* One step down. *DONE gets the opened fd when NAME was the last component. */
static int step(struct walk *w, const char *name, int flags, int *done)
{
	bool last = is_last(w), want_dir = last && *w->todo;
	kmt_autoclose int fd = openat(here(w), name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) < 0)
		return -errno;
	if (S_ISLNK(st.st_mode) && !(last && !want_dir && (flags & O_NOFOLLOW)))
		return follow(w, fd);
	if ((!last || want_dir) && !S_ISDIR(st.st_mode))
		return -ENOTDIR;
	if (!last) {
		kmt_vec_push(&w->stack, kmt_take_fd(&fd));
		return 0;
	}
	if (S_ISLNK(st.st_mode) && !(flags & O_PATH))
		return -ELOOP;
	*done = openat(here(w), name, flags | O_NOFOLLOW | O_CLOEXEC);
	return *done < 0 ? -errno : 0;
}

static int resolve(struct walk *w, int flags)
{
	char name[NAME_MAX + 1];
	int done = -1, r;

	while (next_component(w, name, &r)) {
		if (!strcmp(name, "."))
			continue;
		if (!strcmp(name, "..")) {
			if (w->stack.n)
				close(w->stack.v[--w->stack.n]);
			continue;
		}
		r = step(w, name, flags, &done);
		if (r < 0)
			return r;
		if (done >= 0)
			return done;
	}
	if (r < 0)
		return r;
	/* The path ended in "/", "." or "..": the directory we stand in. */
	done = openat(here(w), ".", flags | O_CLOEXEC);
	return done < 0 ? -errno : done;
}

int kmt_root_walk(int rootfd, const char *path, int flags)
{
	struct walk w = {.rootfd = rootfd};
	int fd;

	if (strlen(path) >= PATH_MAX)
		return -ENAMETOOLONG;
	strcpy(w.todo, path);
	fd = resolve(&w, flags);
	go_to_root(&w);
	kmt_vec_free(&w.stack);
	return fd;
}
