/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One holder at a time, whoever else can read the directory; waiting ends; the message names the holder. */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <kmt/base/alloc.h>
#include <kmt/sys/lock.h>

#define WRITERS 6
#define ROUNDS 100
#define LONG_MS 60000u

struct fixture {
	char dir[64];
	struct kmt_root root;
	int dirfd;
};

static void shell(const struct fixture *f, const char *command)
{
	kmt_autofree char *cmd = kmt_asprintf("cd %s && %s", f->dir, command);

	assert_int_equal(system(cmd), 0);
}

static int setup(void **state)
{
	struct fixture *f = kmt_alloc(sizeof(*f));

	strcpy(f->dir, "/tmp/kmtool-lock-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	shell(f, "mkdir etc");
	assert_int_equal(kmt_root_open(&f->root, f->dir, NULL), 0);
	f->dirfd = kmt_root_openat(&f->root, "/etc", O_RDONLY | O_DIRECTORY);
	assert_true(f->dirfd >= 0);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;
	kmt_autofree char *cmd = kmt_asprintf("rm -rf %s", f->dir);

	close(f->dirfd);
	kmt_root_close(&f->root);
	assert_int_equal(system(cmd), 0);
	free(f);
	return 0;
}

static int take(struct fixture *f, struct kmt_lock *lock, unsigned int ms, struct kmt_err *err)
{
	*lock = (struct kmt_lock){0};
	return kmt_lock_take(lock, f->dirfd, "DIR", ms, err);
}

static unsigned int ms_since(const struct timespec *start)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (unsigned int)((now.tv_sec - start->tv_sec) * 1000 + (now.tv_nsec - start->tv_nsec) / 1000000);
}

static void it_is_private_and_leaves_nothing(void **state)
{
	struct fixture *f = *state;
	struct kmt_lock lock;

	assert_int_equal(take(f, &lock, 0, NULL), 0);
	shell(f, "[ $(stat -c %a etc/.kmtool-lock) = 600 ]");
	kmt_lock_release(&lock);
	shell(f, "[ -z \"$(ls -A etc)\" ]");
	kmt_lock_release(&lock); /* twice does no harm */
}

static void waiting_ends_and_names_the_holder(void **state)
{
	struct fixture *f = *state;
	kmt_autofree char *pid = kmt_asprintf("(pid %ld)", (long)getpid());
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;
	struct kmt_lock a, b;
	struct timespec start;

	assert_int_equal(take(f, &a, 0, NULL), 0);
	clock_gettime(CLOCK_MONOTONIC, &start);
	assert_int_equal(take(f, &b, 80, &err), -EWOULDBLOCK);
	assert_true(ms_since(&start) >= 80);
	assert_non_null(strstr(err.msg, "DIR is locked by '"));
	assert_non_null(strstr(err.msg, "lock_test"));
	assert_non_null(strstr(err.msg, pid));
	assert_non_null(err.hint);
	kmt_lock_release(&b); /* was not got: takes nothing from the holder */
	assert_int_equal(take(f, &b, 0, NULL), -EWOULDBLOCK);
	kmt_lock_release(&a);
	assert_int_equal(take(f, &b, 0, NULL), 0);
	kmt_lock_release(&b);
}

/* Everybody can open /lib/modules/VERSION and lock it. */
static void a_lock_on_the_directory_does_not_matter(void **state)
{
	struct fixture *f = *state;
	int fd = openat(f->dirfd, ".", O_RDONLY | O_DIRECTORY);
	struct kmt_lock lock;

	assert_int_equal(flock(fd, LOCK_EX), 0);
	assert_int_equal(take(f, &lock, 0, NULL), 0);
	kmt_lock_release(&lock);
	close(fd);
}

static void one_that_was_killed_holds_nothing(void **state)
{
	struct fixture *f = *state;
	struct kmt_lock lock;
	int status;
	pid_t pid = fork();

	if (!pid) {
		if (!take(f, &lock, 0, NULL))
			raise(SIGKILL);
		_exit(1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	shell(f, "[ -e etc/.kmtool-lock ]");
	assert_int_equal(take(f, &lock, 0, NULL), 0);
	kmt_lock_release(&lock);
	shell(f, "[ ! -e etc/.kmtool-lock ]");
}

/* What others can open may be held by others: another file takes its place. */
static void a_file_for_everybody_is_replaced(void **state)
{
	static const char *const plants[] = {
		": >etc/.kmtool-lock && chmod 644 etc/.kmtool-lock",
		"echo text >other && ln other etc/.kmtool-lock && chmod 600 other",
	};
	struct fixture *f = *state;
	struct kmt_lock lock;

	for (size_t i = 0; i < KMT_ARRAY_SIZE(plants); i++) {
		shell(f, plants[i]);
		assert_int_equal(take(f, &lock, 0, NULL), 0);
		shell(f, "[ $(stat -c %a%h etc/.kmtool-lock) = 6001 ]");
		shell(f, "[ ! -e other ] || [ \"$(cat other)\" = text ]");
		kmt_lock_release(&lock);
	}
}

static void what_is_no_file_is_refused(void **state)
{
	static const char *const plants[] = {
		"ln -s ../other etc/.kmtool-lock", "mkfifo etc/.kmtool-lock", "mkdir etc/.kmtool-lock"};
	struct fixture *f = *state;

	for (size_t i = 0; i < KMT_ARRAY_SIZE(plants); i++) {
		kmt_autoerr struct kmt_err err = KMT_ERR_INIT;
		struct kmt_lock lock;

		shell(f, plants[i]);
		assert_int_equal(take(f, &lock, 0, &err), -EEXIST);
		assert_int_equal(err.kind, KMT_ERR_REFUSED);
		assert_non_null(strstr(err.msg, "DIR/.kmtool-lock"));
		shell(f, "[ ! -e other ] && rm -r etc/.kmtool-lock");
	}
}

/* Adds one to the number in the file. The read and the write are apart, as those of an edit are. */
static void count_up(const struct fixture *f)
{
	kmt_autofree char *path = kmt_asprintf("%s/count", f->dir);
	FILE *file = fopen(path, "r+");
	int n = 0;

	if (!file || fscanf(file, "%d", &n) != 1)
		_exit(1);
	rewind(file);
	fprintf(file, "%d\n", n + 1);
	fclose(file);
}

static void write_rounds(struct fixture *f)
{
	for (int i = 0; i < ROUNDS; i++) {
		struct kmt_lock lock = {0};

		if (kmt_lock_config(&lock, &f->root, LONG_MS, NULL))
			_exit(1);
		count_up(f);
		kmt_lock_release(&lock);
	}
	_exit(0);
}

static void nothing_is_lost(void **state)
{
	struct fixture *f = *state;
	int status;

	shell(f, "echo 0 >count");
	for (int i = 0; i < WRITERS; i++)
		if (!fork())
			write_rounds(f);
	for (int i = 0; i < WRITERS; i++) {
		assert_true(wait(&status) > 0);
		assert_int_equal(status, 0);
	}
	shell(f, "[ $(cat count) = 600 ] && [ -z \"$(ls -A etc)\" ]");
}

/* An image without /etc: nothing can be edited there, and the edit says so. */
static void without_a_place_there_is_no_lock(void **state)
{
	struct fixture *f = *state;
	struct kmt_lock lock = {0};

	shell(f, "rmdir etc");
	assert_int_equal(kmt_lock_config(&lock, &f->root, 0, NULL), 0);
	kmt_lock_release(&lock);
	shell(f, "[ -z \"$(ls -A)\" ]");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(it_is_private_and_leaves_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(waiting_ends_and_names_the_holder, setup, teardown),
		cmocka_unit_test_setup_teardown(a_lock_on_the_directory_does_not_matter, setup, teardown),
		cmocka_unit_test_setup_teardown(one_that_was_killed_holds_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(a_file_for_everybody_is_replaced, setup, teardown),
		cmocka_unit_test_setup_teardown(what_is_no_file_is_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(nothing_is_lost, setup, teardown),
		cmocka_unit_test_setup_teardown(without_a_place_there_is_no_lock, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
