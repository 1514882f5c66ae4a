/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A replaced file keeps what it was but for its bytes; a failure leaves everything as it was. */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <kmt/base/alloc.h>
#include <kmt/sys/file.h>

struct fixture {
	char dir[64];
	struct kmt_root root;
};

static char *below(const struct fixture *f, const char *path)
{
	return kmt_asprintf("%s/root%s", f->dir, path);
}

static void make_file(const struct fixture *f, const char *path, const char *text, mode_t mode)
{
	kmt_autofree char *full = below(f, path);
	FILE *out = fopen(full, "w");

	assert_non_null(out);
	fputs(text, out);
	fclose(out);
	assert_int_equal(chmod(full, mode), 0);
}

static int setup(void **state)
{
	static const char *const dirs[] = {"", "/etc", "/etc/modprobe.d", "/usr", "/dev"};
	struct fixture *f = kmt_alloc(sizeof(*f));

	strcpy(f->dir, "/tmp/kmtool-file-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	for (size_t i = 0; i < KMT_ARRAY_SIZE(dirs); i++) {
		kmt_autofree char *dir = below(f, dirs[i]);

		assert_int_equal(mkdir(dir, 0755), 0);
	}
	kmt_autofree char *root = below(f, "");

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

static int replace(struct fixture *f, const char *path, const char *text, struct kmt_err *err)
{
	return kmt_file_replace(&f->root, path, text, strlen(text), 0644, err);
}

static void holds(struct fixture *f, const char *path, const char *text)
{
	kmt_autostrbuf struct kmt_strbuf b = KMT_STRBUF_INIT;

	assert_int_equal(kmt_root_read(&f->root, path, 0, &b, NULL), 0);
	assert_string_equal(kmt_strbuf_str(&b), text);
}

static size_t count_names(struct fixture *f, const char *dir)
{
	struct kmt_strv names = {0};
	size_t n;

	assert_int_equal(kmt_root_list(&f->root, dir, &names), 0);
	n = names.n;
	kmt_root_list_free(&names);
	return n;
}

static void a_new_file_gets_the_mode(void **state)
{
	struct fixture *f = *state;
	mode_t mask = umask(077);
	struct stat st;

	assert_int_equal(replace(f, "/etc/modprobe.d/a.conf", "options a b=1\n", NULL), 0);
	umask(mask);
	holds(f, "/etc/modprobe.d/a.conf", "options a b=1\n");
	assert_int_equal(kmt_root_stat(&f->root, "/etc/modprobe.d/a.conf", &st), 0);
	assert_int_equal(st.st_mode & 07777, 0644);
	assert_int_equal(count_names(f, "/etc/modprobe.d"), 1);
}

static void mode_and_attributes_stay(void **state)
{
	struct fixture *f = *state;
	kmt_autofree char *full = below(f, "/etc/x");
	char value[8] = "";
	struct stat st;
	bool has_xattr;

	make_file(f, "/etc/x", "old text, longer than the new one\n", 0640);
	has_xattr = !setxattr(full, "user.kmtool", "kept", 4, 0);
	assert_true(has_xattr || errno == ENOTSUP);
	assert_int_equal(replace(f, "/etc/x", "new\n", NULL), 0);
	holds(f, "/etc/x", "new\n");
	assert_int_equal(stat(full, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0640);
	if (has_xattr) {
		assert_int_equal(getxattr(full, "user.kmtool", value, sizeof(value)), 4);
		assert_string_equal(value, "kept");
	}
}

static void the_owner_stays(void **state)
{
	struct fixture *f = *state;
	kmt_autofree char *full = below(f, "/etc/x");
	uid_t uid = geteuid() ? geteuid() : 12;
	gid_t gid = geteuid() ? getegid() : 13;
	struct stat st;

	make_file(f, "/etc/x", "old", 0600);
	assert_int_equal(chown(full, uid, gid), 0);
	assert_int_equal(replace(f, "/etc/x", "new", NULL), 0);
	assert_int_equal(stat(full, &st), 0);
	assert_int_equal(st.st_uid, uid);
	assert_int_equal(st.st_gid, gid);
}

static void a_link_is_followed_below_the_root(void **state)
{
	struct fixture *f = *state;
	kmt_autofree char *absolute = below(f, "/etc/absolute"), *relative = below(f, "/etc/relative");
	kmt_autofree char *loop = below(f, "/etc/loop");
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;
	struct stat st;

	make_file(f, "/usr/real", "old", 0644);
	assert_int_equal(symlink("/usr/real", absolute), 0);
	assert_int_equal(symlink("../../../etc/absolute", relative), 0);
	assert_int_equal(symlink("loop", loop), 0);
	assert_int_equal(replace(f, "/etc/relative", "new", NULL), 0);
	holds(f, "/usr/real", "new");
	assert_int_equal(kmt_root_lstat(&f->root, "/etc/relative", &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	assert_int_equal(replace(f, "/etc/loop", "new", &err), -ELOOP);
	assert_non_null(strstr(err.msg, "/etc/loop"));
}

static void a_directory_is_made_and_removed(void **state)
{
	struct fixture *f = *state;
	kmt_autofree char *dir = below(f, "/etc/new.d");
	struct stat st;

	assert_int_equal(kmt_file_may_write(&f->root, "/etc/new.d", true), 0);
	assert_int_equal(kmt_file_may_write(&f->root, "/etc/new.d/x.conf", true), -ENOENT);
	assert_int_equal(replace(f, "/etc/new.d/x.conf", "x", NULL), -ENOENT);
	assert_int_equal(stat(dir, &st), -1);
	assert_int_equal(kmt_file_make_dir(&f->root, "/none/new.d", 0755, NULL), -ENOENT);
	umask(077);
	assert_int_equal(kmt_file_make_dir(&f->root, "/etc/new.d", 0755, NULL), 0);
	umask(022);
	assert_int_equal(stat(dir, &st), 0);
	assert_int_equal(st.st_mode, S_IFDIR | 0755);
	assert_int_equal(kmt_file_make_dir(&f->root, "/etc/new.d", 0755, NULL), -EEXIST);
	assert_int_equal(replace(f, "/etc/new.d/x.conf", "x", NULL), 0);
	assert_int_equal(count_names(f, "/etc/new.d"), 1);
	assert_int_equal(kmt_file_may_write(&f->root, "/none/none/x", true), -ENOENT);
	if (geteuid()) { /* root may write everywhere */
		assert_int_equal(chmod(dir, 0555), 0);
		assert_int_equal(kmt_file_may_write(&f->root, "/etc/new.d/x.conf", true), -EACCES);
		assert_int_equal(chmod(dir, 0755), 0);
	}
	assert_int_equal(kmt_file_remove_dir(&f->root, "/etc/new.d", NULL), -ENOTEMPTY);
	assert_int_equal(kmt_file_remove(&f->root, "/etc/new.d/x.conf", NULL), 0);
	assert_int_equal(kmt_file_remove_dir(&f->root, "/etc/new.d", NULL), 0);
	assert_int_equal(stat(dir, &st), -1);
}

static void what_is_no_file_is_refused(void **state)
{
	struct fixture *f = *state;
	kmt_autofree char *fifo = below(f, "/dev/null"), *mask = below(f, "/etc/modprobe.d/m.conf");
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;
	struct stat st;

	assert_int_equal(mkfifo(fifo, 0600), 0);
	assert_int_equal(symlink("/dev/null", mask), 0);
	assert_int_equal(replace(f, "/etc/modprobe.d/m.conf", "x", &err), -EINVAL);
	assert_int_equal(err.kind, KMT_ERR_REFUSED);
	assert_non_null(strstr(err.msg, "/dev/null is not a regular file"));
	assert_int_equal(stat(fifo, &st), 0);
	assert_true(S_ISFIFO(st.st_mode));
	assert_int_equal(replace(f, "/etc", "x", NULL), -EINVAL);
	assert_int_equal(replace(f, "/etc/", "x", NULL), -EINVAL);
	assert_int_equal(replace(f, "/etc/..", "x", NULL), -EINVAL);
	assert_int_equal(replace(f, "/none/none/x", "x", &err), -ENOENT);
	assert_int_equal(count_names(f, "/etc/modprobe.d"), 1);
}

/* A limit on the size of files stands for a full disk. */
static void a_failed_write_leaves_nothing(void **state)
{
	struct fixture *f = *state;
	struct rlimit old, small = {.rlim_cur = 10, .rlim_max = RLIM_INFINITY};
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;
	int r;

	make_file(f, "/etc/modprobe.d/a.conf", "old", 0644);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	small.rlim_max = old.rlim_max;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	r = replace(f, "/etc/modprobe.d/a.conf", "more than ten bytes", &err);
	setrlimit(RLIMIT_FSIZE, &old);
	signal(SIGXFSZ, SIG_DFL);
	assert_int_equal(r, -EFBIG);
	assert_non_null(strstr(err.msg, "/etc/modprobe.d/a.conf"));
	holds(f, "/etc/modprobe.d/a.conf", "old");
	assert_int_equal(count_names(f, "/etc/modprobe.d"), 1);
}

static void what_a_killed_process_left_is_removed(void **state)
{
	static const char left[] = "/etc/modprobe.d/.kmtool-0123456789abcdef.tmp";
	static const char held[] = "/etc/modprobe.d/.kmtool-fedcba9876543210.tmp";
	static const char other[] = "/etc/modprobe.d/.kmtool-mine.tmp";
	struct fixture *f = *state;
	kmt_autofree char *path = below(f, held), *link = below(f, "/etc/modprobe.d/.kmtool-0000000000000000.tmp");
	kmt_autofree char *fifo = below(f, "/etc/modprobe.d/.kmtool-0000000000000001.tmp");
	kmt_autoclose int fd = -1;

	make_file(f, left, "x", 0600);
	make_file(f, held, "x", 0600);
	make_file(f, other, "x", 0600);
	assert_int_equal(symlink("../x", link), 0);
	assert_int_equal(mkfifo(fifo, 0600), 0);
	fd = open(path, O_RDONLY);
	assert_int_equal(flock(fd, LOCK_EX), 0);
	assert_int_equal(replace(f, "/etc/modprobe.d/a.conf", "x", NULL), 0);
	assert_false(kmt_root_exists(&f->root, left));
	assert_true(kmt_root_exists(&f->root, held));
	assert_true(kmt_root_exists(&f->root, other));
	assert_int_equal(count_names(f, "/etc/modprobe.d"), 5);
}

/* A link in the place of each component of the path: what is outside of the root stays as it is. */
static void links_do_not_lead_out(void **state)
{
	static const char *const plants[] = {
		"ln -s $F/out etc",
		"ln -s ../out etc",
		"mkdir etc && ln -s $F/out etc/modprobe.d",
		"mkdir etc && ln -s ../../out etc/modprobe.d",
		"mkdir -p etc/modprobe.d && ln -s $F/out/a.conf etc/modprobe.d/a.conf",
		"mkdir -p etc/modprobe.d && ln -s ../../../out/a.conf etc/modprobe.d/a.conf",
		"mkdir -p etc/modprobe.d && ln -s b etc/modprobe.d/a.conf && ln -s /../../out/a.conf etc/modprobe.d/b",
	};
	struct fixture *f = *state;
	kmt_autofree char *unchanged = kmt_asprintf(
		"cd %s/out && [ \"$(ls -A)\" = a.conf ] && [ \"$(cat a.conf)\" = out ]", f->dir);

	for (size_t i = 0; i < KMT_ARRAY_SIZE(plants); i++) {
		kmt_autofree char *cmd = kmt_asprintf("F=%s && cd $F && rm -rf out root/etc && mkdir out && "
			"echo out >out/a.conf && cd root && %s", f->dir, plants[i]);

		assert_int_equal(system(cmd), 0);
		replace(f, "/etc/modprobe.d/a.conf", "x", NULL);
		assert_int_equal(system(unchanged), 0);
		kmt_file_remove(&f->root, "/etc/modprobe.d/a.conf", NULL);
		assert_int_equal(system(unchanged), 0);
	}
}

static int new_dir(struct fixture *f, const char *dir, const char *second, struct kmt_err *err)
{
	struct kmt_new_file files[] = {{"a", "one", 3}, {second, "", 0}};

	return kmt_file_new_dir(&f->root, dir, files, 2, err);
}

static void a_new_directory_is_whole_or_not_there(void **state)
{
	struct fixture *f = *state;
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;

	/* The second file cannot be made: its name is taken, or is none. */
	assert_int_equal(new_dir(f, "/etc/new", "a", NULL), -EEXIST);
	assert_int_equal(new_dir(f, "/etc/new", "no/such", NULL), -ENOENT);
	assert_false(kmt_root_exists(&f->root, "/etc/new"));

	assert_int_equal(new_dir(f, "/etc/new", "b", NULL), 0);
	holds(f, "/etc/new/a", "one");
	holds(f, "/etc/new/b", "");

	assert_int_equal(new_dir(f, "/etc/new", "c", &err), -EEXIST);
	assert_false(kmt_root_exists(&f->root, "/etc/new/c"));
	assert_int_equal(err.kind, KMT_ERR_FAILED);
	assert_int_equal(new_dir(f, "/nowhere/new", "b", NULL), -ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_new_file_gets_the_mode, setup, teardown),
		cmocka_unit_test_setup_teardown(mode_and_attributes_stay, setup, teardown),
		cmocka_unit_test_setup_teardown(the_owner_stays, setup, teardown),
		cmocka_unit_test_setup_teardown(a_link_is_followed_below_the_root, setup, teardown),
		cmocka_unit_test_setup_teardown(a_directory_is_made_and_removed, setup, teardown),
		cmocka_unit_test_setup_teardown(what_is_no_file_is_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(what_a_killed_process_left_is_removed, setup, teardown),
		cmocka_unit_test_setup_teardown(links_do_not_lead_out, setup, teardown),
		cmocka_unit_test_setup_teardown(a_new_directory_is_whole_or_not_there, setup, teardown),
		cmocka_unit_test_setup_teardown(a_failed_write_leaves_nothing, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
