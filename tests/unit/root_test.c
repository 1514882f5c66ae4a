/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Both ways of resolving a path (openat2 and the walk) must agree, and neither may leave the root. */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <kmt/base/alloc.h>
#include <kmt/sys/root.h>

static void make_file(const char *dir, const char *name, const char *text)
{
	kmt_autofree char *path = kmt_asprintf("%s/%s", dir, name);
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static void make_dir(const char *dir, const char *name)
{
	kmt_autofree char *path = kmt_asprintf("%s/%s", dir, name);

	assert_int_equal(mkdir(path, 0755), 0);
}

static void make_link(const char *dir, const char *name, const char *target)
{
	kmt_autofree char *path = kmt_asprintf("%s/%s", dir, name);

	assert_int_equal(symlink(target, path), 0);
}

struct fixture {
	char dir[64];
	struct kmt_root root;
};

static int setup(void **state)
{
	struct fixture *f = kmt_alloc(sizeof(*f));

	strcpy(f->dir, "/tmp/kmtool-root-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	make_file(f->dir, "outside", "secret");
	make_dir(f->dir, "root");
	make_dir(f->dir, "root/etc");
	make_dir(f->dir, "root/usr");
	make_dir(f->dir, "root/usr/lib");
	make_file(f->dir, "root/usr/lib/file", "inside\n");
	make_file(f->dir, "root/outside", "the root's own");
	make_link(f->dir, "root/lib", "usr/lib");
	make_link(f->dir, "root/etc/abs", "/usr/lib/file");
	make_link(f->dir, "root/etc/up", "../../../../outside");
	make_link(f->dir, "root/etc/loop", "loop");
	make_link(f->dir, "root/etc/dirlink", "/usr/lib/");
	make_link(f->dir, "root/etc/nowhere", "/nonexistent");
	make_file(f->dir, "root/etc/b", "");
	kmt_autofree char *root = kmt_asprintf("%s/root/", f->dir);

	assert_int_equal(kmt_root_open(&f->root, root, NULL), 0);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;
	kmt_autofree char *cmd = kmt_asprintf("rm -rf %s", f->dir);

	kmt_root_close(&f->root);
	assert_int_equal(system(cmd), 0);
	free(f);
	return 0;
}

static void reads(struct fixture *f, const char *path, const char *text)
{
	for (int walk = 0; walk < 2; walk++) {
		kmt_autostrbuf struct kmt_strbuf b = KMT_STRBUF_INIT;

		f->root.walk = walk;
		assert_int_equal(kmt_root_read(&f->root, path, 0, &b, NULL), 0);
		assert_string_equal(kmt_strbuf_str(&b), text);
	}
}

static void fails(struct fixture *f, const char *path, int flags, int want)
{
	for (int walk = 0; walk < 2; walk++) {
		int fd;

		f->root.walk = walk;
		fd = kmt_root_openat(&f->root, path, flags);
		if (fd >= 0)
			close(fd);
		assert_int_equal(fd, want);
	}
}

static void links_stay_inside(void **state)
{
	struct fixture *f = *state;

	reads(f, "/lib/file", "inside\n");
	reads(f, "/etc/abs", "inside\n");
	reads(f, "/etc/dirlink/file", "inside\n");
	reads(f, "/etc/up", "the root's own");
	reads(f, "/../../outside", "the root's own");
	reads(f, "//usr/./lib/../lib//file", "inside\n");
}

static void failures_agree(void **state)
{
	struct fixture *f = *state;

	fails(f, "/etc/loop", O_RDONLY, -ELOOP);
	fails(f, "/etc/nowhere", O_RDONLY, -ENOENT);
	fails(f, "/none", O_RDONLY, -ENOENT);
	fails(f, "/usr/lib/file/x", O_RDONLY, -ENOTDIR);
	fails(f, "/usr/lib/file/", O_RDONLY, -ENOTDIR);
	fails(f, "/usr/lib/file", O_RDONLY | O_DIRECTORY, -ENOTDIR);
	fails(f, "/etc/abs", O_RDONLY | O_NOFOLLOW, -ELOOP);
	fails(f, "relative", O_RDONLY, -EINVAL);
	fails(f, "/usr/lib/file", O_WRONLY, -EINVAL);
	fails(f, "/new", O_RDONLY | O_CREAT, -EINVAL);
}

static void lists_are_sorted(void **state)
{
	struct fixture *f = *state;
	struct kmt_strv names = {0};

	for (int walk = 0; walk < 2; walk++) {
		f->root.walk = walk;
		assert_int_equal(kmt_root_list(&f->root, "/etc/", &names), 0);
		assert_int_equal(names.n, 6);
		assert_string_equal(names.v[0], "abs");
		assert_string_equal(names.v[5], "up");
		kmt_root_list_free(&names);
	}
	assert_int_equal(kmt_root_list(&f->root, "/none", &names), -ENOENT);
}

/* More than the buffer holds: each name once, whichever call of the kernel told it. */
static void long_lists_are_whole(void **state)
{
	struct fixture *f = *state;
	struct kmt_strv names = {0};
	char name[64];

	make_dir(f->dir, "root/many");
	for (int i = 0; i < 1500; i++) {
		snprintf(name, sizeof(name), "root/many/a-rather-long-name-%04d", i);
		make_file(f->dir, name, "");
	}
	assert_int_equal(kmt_root_list(&f->root, "/many", &names), 0);
	assert_int_equal(names.n, 1500);
	for (int i = 0; i < 1500; i++) {
		snprintf(name, sizeof(name), "a-rather-long-name-%04d", i);
		assert_string_equal(names.v[i], name);
	}
	kmt_root_list_free(&names);
}

static void links_are_read(void **state)
{
	struct fixture *f = *state;

	for (int walk = 0; walk < 2; walk++) {
		kmt_autostrbuf struct kmt_strbuf b = KMT_STRBUF_INIT;
		struct stat st;

		f->root.walk = walk;
		assert_int_equal(kmt_root_readlink(&f->root, "/etc/abs", &b), 0);
		assert_string_equal(kmt_strbuf_str(&b), "/usr/lib/file");
		assert_int_equal(kmt_root_readlink(&f->root, "/etc/b", &b), -EINVAL);
		assert_int_equal(kmt_root_lstat(&f->root, "/etc/abs", &st), 0);
		assert_true(S_ISLNK(st.st_mode));
		assert_int_equal(kmt_root_stat(&f->root, "/etc/abs", &st), 0);
		assert_int_equal(st.st_size, 7);
		assert_false(kmt_root_exists(&f->root, "/etc/nowhere"));
	}
}

static void large_files_are_refused(void **state)
{
	struct fixture *f = *state;
	kmt_autostrbuf struct kmt_strbuf b = KMT_STRBUF_INIT;
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;

	assert_int_equal(kmt_root_read(&f->root, "/lib/file", 3, &b, &err), -EFBIG);
	assert_int_equal(b.len, 0);
	assert_non_null(strstr(err.msg, "/root/lib/file"));
	assert_int_equal(kmt_root_read_line(&f->root, "/lib/file", &b), 0);
	assert_string_equal(kmt_strbuf_str(&b), "inside");
}

static void only_files_are_opened(void **state)
{
	static const struct {
		const char *path;
		int flags, r;
	} cases[] = {
		{"/usr/lib/file", 0, 0}, {"/etc/abs", 0, 0}, {"/etc/abs", O_NOFOLLOW, -ELOOP},
		{"/usr/lib", 0, -EISDIR}, {"/fifo", 0, -EINVAL}, {"/etc/fifo", 0, -EINVAL}, {"/none", 0, -ENOENT},
		{"/etc/up", 0, 0},
	};
	struct fixture *f = *state;
	kmt_autofree char *fifo = kmt_asprintf("%s/root/fifo", f->dir);
	kmt_autoclose int dirfd = -1;
	struct stat st;

	assert_int_equal(mkfifo(fifo, 0600), 0);
	make_link(f->dir, "root/etc/fifo", "/fifo");
	for (int walk = 0; walk < 2; walk++) {
		f->root.walk = walk;
		for (size_t i = 0; i < KMT_ARRAY_SIZE(cases); i++) {
			kmt_autoclose int fd =
				kmt_root_open_file(&f->root, cases[i].path, cases[i].flags, &st);

			assert_int_equal(fd < 0 ? fd : 0, cases[i].r);
			assert_int_equal(st.st_mode == 0, cases[i].r == -ENOENT);
		}
	}
	dirfd = kmt_root_openat(&f->root, "/", O_PATH | O_DIRECTORY);
	assert_int_equal(kmt_root_open_file_in(dirfd, "fifo", &st), -EINVAL);
	assert_int_equal(kmt_root_open_file_in(dirfd, "lib", &st), -ELOOP);
	assert_int_equal(kmt_root_open_file_in(dirfd, "usr", &st), -EISDIR);
	assert_int_equal(kmt_root_open_file_in(dirfd, "none", &st), -ENOENT);
	assert_int_equal(close(kmt_root_open_file_in(dirfd, "outside", &st)), 0);
	assert_int_equal(kmt_root_open_listed(&f->root, dirfd, "fifo", &st), -EINVAL);
	assert_int_equal(kmt_root_open_listed(&f->root, dirfd, "lib", &st), -ELOOP);
	assert_int_equal(kmt_root_open_listed(&f->root, dirfd, "usr", &st), -EISDIR);
	assert_int_equal(kmt_root_open_listed(&f->root, dirfd, "none", &st), -ENOENT);
	assert_int_equal(close(kmt_root_open_listed(&f->root, dirfd, "outside", &st)), 0);
	assert_int_equal(kmt_root_open_listed(&f->root, -1, "/etc/abs", &st), -ELOOP);
	assert_int_equal(kmt_root_open_listed(&f->root, -1, "/etc/../../none", &st), -ENOENT);
	assert_int_equal(close(kmt_root_open_listed(&f->root, -1, "/usr/lib/file", &st)), 0);
}

struct renaming {
	const char *dir;
	atomic_bool over;
};

static void *rename_often(void *arg)
{
	struct renaming *r = arg;
	kmt_autofree char *one = kmt_asprintf("%s/one", r->dir), *other = kmt_asprintf("%s/other", r->dir);
	int failed = 0;

	for (int i = 0; i < 20000 && !failed; i++)
		failed = rename(one, other) || rename(other, one);
	r->over = true;
	return failed ? r : NULL;
}

/* openat2(2) fails with EAGAIN when a path leads upwards while something is renamed, wherever that is. */
static void renames_elsewhere_do_not_matter(void **state)
{
	struct fixture *f = *state;
	struct renaming renaming = {.dir = f->dir};
	pthread_t thread;
	void *failed;
	int r = 0;

	make_file(f->dir, "one", "");
	assert_int_equal(pthread_create(&thread, NULL, rename_often, &renaming), 0);
	while (!renaming.over && r >= 0) {
		r = kmt_root_openat(&f->root, "/usr/../usr/../usr/lib/file", O_RDONLY);
		if (r >= 0)
			close(r);
	}
	pthread_join(thread, &failed);
	assert_null(failed);
	assert_true(r >= 0);
}

static void regular_files_are_mapped(void **state)
{
	static const char *const not_mapped[] = {"/usr/lib", "/none", "/empty", "/fifo", "/overlaid"};
	static const struct kmt_root_overlay overlaid = {"/overlaid", "x", 1};
	struct fixture *f = *state;
	kmt_autofree char *fifo = kmt_asprintf("%s/root/fifo", f->dir);
	const void *data;
	size_t size;

	assert_int_equal(mkfifo(fifo, 0600), 0);
	make_file(f->dir, "root/empty", "");
	make_file(f->dir, "root/overlaid", "below");
	f->root.overlay = &overlaid;
	f->root.n_overlay = 1;
	for (size_t i = 0; i < KMT_ARRAY_SIZE(not_mapped); i++)
		assert_false(kmt_root_map(&f->root, not_mapped[i], &data, &size));
	assert_true(kmt_root_map(&f->root, "/etc/abs", &data, &size));
	assert_int_equal(size, strlen("inside\n"));
	assert_memory_equal(data, "inside\n", size);
	assert_int_equal(munmap((void *)data, size), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(links_stay_inside, setup, teardown),
		cmocka_unit_test_setup_teardown(only_files_are_opened, setup, teardown),
		cmocka_unit_test_setup_teardown(regular_files_are_mapped, setup, teardown),
		cmocka_unit_test_setup_teardown(failures_agree, setup, teardown),
		cmocka_unit_test_setup_teardown(lists_are_sorted, setup, teardown),
		cmocka_unit_test_setup_teardown(long_lists_are_whole, setup, teardown),
		cmocka_unit_test_setup_teardown(links_are_read, setup, teardown),
		cmocka_unit_test_setup_teardown(large_files_are_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(renames_elsewhere_do_not_matter, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
