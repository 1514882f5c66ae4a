/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A set of files is the old one or the new one at every moment: killed at each system call, out of space,
 * under the eyes of a reader. */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <kmt/base/alloc.h>
#include <kmt/sys/fileset.h>

/* The first two exist before, the third is new. */
static const char *const names[] = {"one", "two", "three"};
#define NAMES KMT_ARRAY_SIZE(names)
#define GENERATIONS 150

struct fixture {
	char dir[64];
	struct kmt_root root;
};

static int setup(void **state)
{
	struct fixture *f = kmt_alloc(sizeof(*f));

	strcpy(f->dir, "/tmp/kmtool-fileset-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	assert_int_equal(kmt_root_open(&f->root, f->dir, NULL), 0);
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

static char *below(const struct fixture *f, const char *name)
{
	return kmt_asprintf("%s/d/%s", f->dir, name);
}

/* An empty directory with the old set, of generation 1. */
static void start(const struct fixture *f)
{
	kmt_autofree char *cmd = kmt_asprintf(
		"cd %s && rm -rf d && mkdir d && echo one 1 >d/one && echo two 1 >d/two", f->dir);

	assert_int_equal(system(cmd), 0);
}

static int replace(const struct fixture *f, unsigned int generation, struct kmt_err *err)
{
	struct kmt_fileset_file files[NAMES] = {0};
	char *texts[NAMES];
	struct kmt_fileset set;
	int r = kmt_fileset_open(&set, &f->root, "/d", err);

	if (r < 0)
		return r;
	for (size_t i = 0; i < NAMES; i++) {
		texts[i] = kmt_asprintf("%s %u\n", names[i], generation);
		files[i] = (struct kmt_fileset_file){
			.name = names[i], .data = texts[i], .n = strlen(texts[i])};
	}
	r = kmt_fileset_replace(&set, files, NAMES, err);
	for (size_t i = 0; i < NAMES; i++)
		free(texts[i]);
	kmt_fileset_close(&set);
	return r;
}

/* The generation that NAME shows; 0 if it is not there. */
static unsigned int generation(const struct fixture *f, const char *name)
{
	kmt_autofree char *path = below(f, name);
	FILE *file = fopen(path, "r");
	char word[16];
	unsigned int n;

	if (!file) {
		assert_int_equal(errno, ENOENT);
		return 0;
	}
	assert_int_equal(fscanf(file, "%15s %u", word, &n), 2);
	assert_string_equal(word, name);
	fclose(file);
	return n;
}

/* All old (1, 1, none) or all new (2, 2, 2). Returns which. */
static unsigned int one_whole_set(const struct fixture *f)
{
	unsigned int g = generation(f, "one");

	assert_true(g == 1 || g == 2);
	assert_int_equal(generation(f, "two"), g);
	assert_int_equal(generation(f, "three"), g == 1 ? 0 : 2);
	return g;
}

/* Plain files and nothing beside them. */
static void nothing_is_left(const struct fixture *f, size_t files)
{
	struct kmt_strv list = {0};

	assert_int_equal(kmt_root_list(&f->root, "/d", &list), 0);
	assert_int_equal(list.n, files);
	for (size_t i = 0; i < list.n; i++) {
		kmt_autofree char *path = below(f, list.v[i]);
		struct stat st;

		assert_int_equal(lstat(path, &st), 0);
		assert_true(S_ISREG(st.st_mode));
		assert_int_equal(st.st_nlink, 1);
	}
	kmt_root_list_free(&list);
}

static void a_set_is_replaced(void **state)
{
	struct fixture *f = *state;
	kmt_autofree char *one = below(f, "one"), *three = below(f, "three");
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;
	struct stat st;

	start(f);
	assert_int_equal(chmod(one, 0640), 0);
	assert_int_equal(replace(f, 2, &err), 0);
	assert_int_equal(one_whole_set(f), 2);
	nothing_is_left(f, 3);
	assert_int_equal(stat(one, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0640);
	assert_int_equal(stat(three, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0644);
}

/* Emulators of a processor, for one, cannot trace. */
static bool can_trace(void)
{
	pid_t pid = fork();
	int status;

	if (!pid)
		_exit(ptrace(PTRACE_TRACEME, 0, NULL, NULL) ? 1 : 0);
	return pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status) && !WEXITSTATUS(status);
}

/* Runs replace() in a child that is killed when it enters its Nth system call. Returns false if it had
 * ended before. */
static bool killed_at(const struct fixture *f, unsigned int n)
{
	pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (!pid) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		raise(SIGSTOP);
		_exit(replace(f, 2, NULL) ? 1 : 0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSTOPPED(status));
	/* Each system call stops twice: when it is entered and when it returns. */
	for (unsigned int stop = 0; stop < 2 * n - 1; stop++) {
		assert_int_equal(ptrace(PTRACE_SYSCALL, pid, NULL, NULL), 0);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		if (WIFEXITED(status)) {
			assert_int_equal(WEXITSTATUS(status), 0);
			return false;
		}
	}
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	return true;
}

static void killed_anywhere_it_is_one_whole_set(void **state)
{
	struct fixture *f = *state;
	unsigned int seen[3] = {0}, n;
	struct kmt_fileset set;

	for (n = 1; start(f), killed_at(f, n); n++) {
		unsigned int g = one_whole_set(f);

		seen[g]++;
		assert_int_equal(kmt_fileset_open(&set, &f->root, "/d", NULL), 0);
		assert_int_equal(kmt_fileset_recover(&set, NULL), 0);
		kmt_fileset_close(&set);
		assert_int_equal(one_whole_set(f), g);
		nothing_is_left(f, g == 1 ? 2 : 3);
	}
	/* Both sides of the moment were met, many times. */
	assert_true(n > 60 && seen[1] > 20 && seen[2] > 20);
}

/* The next replacement needs no recovery by hand. */
static void killed_and_done_again(void **state)
{
	struct fixture *f = *state;

	for (unsigned int n = 1; start(f), killed_at(f, n); n += 7) {
		assert_int_equal(replace(f, 2, NULL), 0);
		assert_int_equal(one_whole_set(f), 2);
		nothing_is_left(f, 3);
	}
}

static void a_failed_write_keeps_the_old_set(void **state)
{
	struct fixture *f = *state;
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;
	struct rlimit before, none;

	start(f);
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	none = (struct rlimit){.rlim_cur = 3, .rlim_max = before.rlim_max};
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
	assert_int_equal(replace(f, 2, &err), -EFBIG);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_non_null(strstr(err.msg, "old ones are still in place"));
	assert_int_equal(one_whole_set(f), 1);
	nothing_is_left(f, 2);
}

/* A name that is somebody's own link: no second link to it can be made, the plain way is taken. */
static void without_links_files_are_renamed(void **state)
{
	struct fixture *f = *state;
	kmt_autofree char *cmd = kmt_asprintf("cd %s/d && mv one real && ln -s real one", f->dir);
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;

	start(f);
	assert_int_equal(system(cmd), 0);
	assert_int_equal(replace(f, 2, &err), 0);
	assert_int_equal(one_whole_set(f), 2);
	nothing_is_left(f, 4);
}

static void what_is_no_file_is_refused(void **state)
{
	struct fixture *f = *state;
	kmt_autofree char *cmd = kmt_asprintf("cd %s/d && rm two && mkdir two", f->dir);
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;

	start(f);
	assert_int_equal(system(cmd), 0);
	assert_int_equal(replace(f, 2, &err), -EINVAL);
	assert_int_equal(generation(f, "one"), 1);
}

struct watch {
	const struct fixture *f;
	atomic_bool stop;
	unsigned int rounds;
	unsigned int went_back;
	unsigned int missed;
};

/* Reads all names in turn, again and again: what is opened later is never older. Who is stopped in the
 * middle of following a link may miss a name. */
static void *watch(void *arg)
{
	struct watch *w = arg;
	unsigned int last = 1;

	while (!atomic_load(&w->stop)) {
		for (size_t i = 0; i < 2; i++) {
			unsigned int g = generation(w->f, names[i]);

			if (!g) {
				w->missed++;
				continue;
			}
			if (g < last)
				w->went_back++;
			last = g;
		}
		w->rounds++;
	}
	return NULL;
}

static void a_reader_sees_each_name_at_all_times(void **state)
{
	struct fixture *f = *state;
	struct watch w = {.f = f};
	pthread_t thread;

	start(f);
	assert_int_equal(pthread_create(&thread, NULL, watch, &w), 0);
	for (unsigned int g = 2; g <= GENERATIONS; g++)
		assert_int_equal(replace(f, g, NULL), 0);
	atomic_store(&w.stop, true);
	pthread_join(thread, NULL);
	assert_true(w.rounds > 0);
	assert_int_equal(w.went_back, 0);
	assert_true(w.missed <= GENERATIONS / 20);
	assert_int_equal(generation(f, "three"), GENERATIONS);
}

static void one_holder_at_a_time(void **state)
{
	struct fixture *f = *state;
	struct kmt_fileset a, b;

	start(f);
	assert_int_equal(kmt_fileset_open(&a, &f->root, "/d", NULL), 0);
	assert_int_equal(kmt_fileset_open(&b, &f->root, "/d", NULL), 0);
	assert_int_equal(kmt_fileset_lock(&a, 0, NULL), 0);
	assert_int_equal(kmt_fileset_lock(&b, 0, NULL), -EWOULDBLOCK);
	kmt_fileset_close(&a);
	assert_int_equal(kmt_fileset_lock(&b, 0, NULL), 0);
	kmt_fileset_close(&b);
}

/* Whatever an image has in the place of the helpers, nothing from outside gets into it, and nothing outside
 * changes. "secret" is not below the root. */
static void planted_helpers_lead_nowhere(void **state)
{
	static const char *const plants[] = {
		"ln -s $F/out .kmtool-set && ln -sf .kmtool-set/secret one",
		"ln -s ../../out .kmtool-set && ln -sf .kmtool-set/secret secret",
		"ln -s .kmtool-set.new .kmtool-set && ln -s $F/out .kmtool-set.new && ln -s .kmtool-set/secret secret",
		"ln -s .kmtool-set.old .kmtool-set && ln -s ../../out .kmtool-set.old && ln -s .kmtool-set/secret secret",
		"ln -s $F/out .kmtool-set.old",
		"ln -s $F/out .kmtool-set.new",
		"ln -s .kmtool-set.new/.. .kmtool-set && mkdir .kmtool-set.new && ln -s .kmtool-set/one three",
		"ln -s .kmtool-set.new .kmtool-set && mkdir -m 777 .kmtool-set.new && ln -s .kmtool-set/x x",
		"ln -s .kmtool-set.new .kmtool-set && mkdir .kmtool-set.new && ln -s $F/out/secret .kmtool-set.new/x "
			"&& ln -s .kmtool-set/x x",
		"ln -s .kmtool-set.new .kmtool-set && ln -s .kmtool-set/one three",
		"mkdir .kmtool-set",
	};
	struct fixture *f = *state;
	kmt_autofree char *root_dir = kmt_asprintf("%s/root", f->dir);
	struct fixture image = *f;

	strcat(image.dir, "/root");
	for (size_t i = 0; i < KMT_ARRAY_SIZE(plants); i++) {
		kmt_autofree char *fresh = kmt_asprintf("cd %s && rm -rf out root && mkdir out root && "
			"echo secret >out/secret && chmod 600 out/secret", f->dir);
		kmt_autofree char *plant_it = kmt_asprintf("umask 0 && F=%s && cd $F/root/d && %s", f->dir, plants[i]);
		kmt_autofree char *unchanged = kmt_asprintf("cd %s && [ \"$(ls -A out)\" = secret ] && "
			"[ \"$(stat -c %%h%%a out/secret)\" = 1600 ]", f->dir);
		kmt_autoerr struct kmt_err err = KMT_ERR_INIT;

		assert_int_equal(system(fresh), 0);
		assert_int_equal(kmt_root_open(&image.root, root_dir, NULL), 0);
		start(&image);
		assert_int_equal(system(plant_it), 0);
		assert_int_equal(replace(&image, 2, &err), -EPERM);
		assert_int_equal(err.kind, KMT_ERR_REFUSED);
		assert_non_null(strstr(err.msg, "/d/.kmtool-set"));
		assert_int_equal(system(unchanged), 0);
		kmt_root_close(&image.root);
	}
}

/* A link in the place of the directory, or of one above it, leads to what is below the root. */
static void directories_that_are_links_stay_below_the_root(void **state)
{
	static const char *const plants[] = {
		"mkdir -p root/lib && ln -s $F/out root/lib/d",
		"mkdir -p root/lib && ln -s ../../out root/lib/d",
		"ln -s $F root/lib && mkdir -p d",
		"ln -s .. root/lib && mkdir -p d",
	};
	struct fixture *f = *state;
	kmt_autofree char *root_dir = kmt_asprintf("%s/root", f->dir);
	kmt_autofree char *unchanged = kmt_asprintf("cd %s && [ -z \"$(ls -A out)\" ]", f->dir);

	for (size_t i = 0; i < KMT_ARRAY_SIZE(plants); i++) {
		kmt_autofree char *cmd = kmt_asprintf(
			"F=%s && cd $F && rm -rf out root d && mkdir out root && %s", f->dir, plants[i]);
		struct kmt_fileset_file file = {.name = "one", .data = "x", .n = 1};
		struct kmt_fileset set;
		struct kmt_root root;

		assert_int_equal(system(cmd), 0);
		assert_int_equal(kmt_root_open(&root, root_dir, NULL), 0);
		kmt_fileset_make_dir(&root, "/lib/d", NULL);
		if (!kmt_fileset_open(&set, &root, "/lib/d", NULL)) {
			assert_int_equal(kmt_fileset_replace(&set, &file, 1, NULL), 0);
			kmt_fileset_close(&set);
		}
		assert_int_equal(system(unchanged), 0);
		kmt_root_close(&root);
	}
}

static void directories_are_made(void **state)
{
	struct fixture *f = *state;
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;
	struct kmt_fileset set;

	start(f);
	assert_int_equal(kmt_fileset_make_dir(&f->root, "/d/x/y/z", &err), 0);
	assert_int_equal(kmt_fileset_make_dir(&f->root, "/d/x/y/z", &err), 0);
	assert_int_equal(kmt_fileset_open(&set, &f->root, "/d/x/y/z", &err), 0);
	kmt_fileset_close(&set);
	assert_int_equal(kmt_fileset_make_dir(&f->root, "/d/one/x", &err), -ENOTDIR);
	assert_int_equal(kmt_fileset_open(&set, &f->root, "/d/none", &err), -ENOENT);
}

int main(void)
{
	const bool traces = can_trace();
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_set_is_replaced, setup, teardown),
		UNIT_TEST_IF(traces, "tracing is not allowed here", killed_anywhere_it_is_one_whole_set, setup, teardown),
		UNIT_TEST_IF(traces, "tracing is not allowed here", killed_and_done_again, setup, teardown),
		cmocka_unit_test_setup_teardown(a_failed_write_keeps_the_old_set, setup, teardown),
		cmocka_unit_test_setup_teardown(without_links_files_are_renamed, setup, teardown),
		cmocka_unit_test_setup_teardown(what_is_no_file_is_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(a_reader_sees_each_name_at_all_times, setup, teardown),
		cmocka_unit_test_setup_teardown(one_holder_at_a_time, setup, teardown),
		cmocka_unit_test_setup_teardown(planted_helpers_lead_nowhere, setup, teardown),
		cmocka_unit_test_setup_teardown(directories_that_are_links_stay_below_the_root, setup, teardown),
		cmocka_unit_test_setup_teardown(directories_are_made, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
