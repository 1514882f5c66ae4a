/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The operations that change a machine, with their system calls played here: the kernel is never asked. The
 * functions of libc that are defined here are also those that libkmod calls.
 */
#include "unit.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <kmt/base/alloc.h>
#include <kmt/sys/kernel.h>
#include "fixture.h"

#define BYTES 16

/* What the last call was, and how it ends. Shared with the child that makes it. */
struct played {
	long number;
	int fd, inserts;
	char bytes[BYTES]; /* of the module */
	char text[BYTES];  /* its parameters, or the name */
	unsigned int flags;
	int errnum, signal;
	bool in_child, no_finit;
};

static struct played *played;
static pid_t self;
static bool direct; /* not through libkmod */

static void note_insert(long number, va_list args)
{
	played->inserts++;
	if (number == SYS_finit_module) {
		played->fd = va_arg(args, int);
		assert_true(pread(played->fd, played->bytes, BYTES - 1, 0) >= 0);
	} else {
		const void *image = va_arg(args, const void *);

		memcpy(played->bytes, image, va_arg(args, size_t));
	}
	strncpy(played->text, va_arg(args, const char *), BYTES - 1);
	if (number == SYS_finit_module)
		played->flags = va_arg(args, unsigned int);
}

long delete_module(const char *name, unsigned int flags);
long init_module(const void *image, unsigned long n, const char *params);

/* What else is called so: openat2(2), with four arguments. */
static long pass_on(long number, va_list args)
{
	long arg[4], (*next)(long, ...);
	void *address = dlsym(RTLD_NEXT, "syscall");

	assert_non_null(address);
	memcpy(&next, &address, sizeof(next));

	for (size_t i = 0; i < KMT_ARRAY_SIZE(arg); i++)
		arg[i] = va_arg(args, long);
	return next(number, arg[0], arg[1], arg[2], arg[3]);
}

/* Whether the call is one of those that are played; then it is noted. */
static bool note(long number, va_list args)
{
	if (number != SYS_finit_module && number != SYS_init_module && number != SYS_delete_module)
		return false;
	played->number = number;
	played->in_child = getpid() != self;
	if (number == SYS_delete_module) {
		strncpy(played->text, va_arg(args, const char *), BYTES - 1);
		played->flags = va_arg(args, unsigned int);
	} else {
		note_insert(number, args);
	}
	return true;
}

long syscall(long number, ...)
{
	long r = 0;
	va_list args;
	bool is_played;

	va_start(args, number);
	if (number == SYS_finit_module && va_arg(args, int) < 0) {
		va_end(args);
		errno = played->no_finit ? ENOSYS : EBADF;
		return -1;
	}
	va_end(args);
	va_start(args, number);
	is_played = note(number, args);
	if (!is_played)
		r = pass_on(number, args);
	va_end(args);
	if (!is_played)
		return r;
	if (played->signal) {
		signal(played->signal, SIG_DFL); /* cmocka catches it */
		raise(played->signal);
	}
	errno = played->no_finit && number == SYS_finit_module ? ENOSYS : played->errnum;
	return errno ? -1 : 0;
}

long delete_module(const char *name, unsigned int flags)
{
	return syscall(SYS_delete_module, name, flags);
}

long init_module(const void *image, unsigned long n, const char *params)
{
	return syscall(SYS_init_module, image, n, params);
}

static struct kmt_kernel kernel(void)
{
	struct kmt_kernel k;

	if (direct)
		kmt_kernel_direct(&k);
	else
		kmt_kernel_real(&k);
	return k;
}

static void play(int errnum, int signal)
{
	*played = (struct played){.errnum = errnum, .signal = signal};
}

static void was(long number, const char *bytes, const char *text, unsigned int flags)
{
	assert_int_equal(played->number, number);
	assert_string_equal(played->bytes, bytes);
	assert_string_equal(played->text, text);
	assert_int_equal(played->flags, flags);
}

static int setup(void **state)
{
	struct fixture *f = kmt_alloc(sizeof(*f));

	self = getpid();
	played = mmap(NULL, sizeof(*played), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_true(played != MAP_FAILED);
	fixture_init(f);
	fixture_text(f, "/m.ko", "the module");
	fixture_text(f, "/short.ko", "short");
	*state = f;
	return 0;
}

static int setup_direct(void **state)
{
	direct = true;
	return setup(state);
}

static int setup_kmod(void **state)
{
	direct = false;
	return setup(state);
}

static int teardown(void **state)
{
	fixture_clear(*state);
	free(*state);
	munmap(played, sizeof(*played));
	return 0;
}

static int insert(const struct fixture *f, const char *path, unsigned int flags)
{
	kmt_autofree char *full = kmt_asprintf("%s%s", f->dir, path);
	kmt_autoclose int fd = open(full, O_RDONLY);
	struct kmt_kernel k = kernel();

	return k.ops->insert(&k, fd, full, "a=1", flags);
}

static int insert_image(const char *bytes, unsigned int flags)
{
	struct kmt_kernel k = kernel();

	return k.ops->insert_image(&k, bytes, strlen(bytes), "b=2", flags);
}

static void a_file_is_inserted_by_a_child(void **state)
{
	static const unsigned int flags[] = {0, KMT_INSERT_IGNORE_VERMAGIC, KMT_INSERT_IGNORE_MODVERSIONS,
		KMT_INSERT_IGNORE_VERMAGIC | KMT_INSERT_IGNORE_MODVERSIONS};

	for (size_t i = 0; i < KMT_ARRAY_SIZE(flags); i++) {
		play(0, 0);
		assert_int_equal(insert(*state, "/m.ko", flags[i]), 0);
		was(SYS_finit_module, "the module", "a=1", flags[i]);
		assert_true(played->in_child);
	}
}

static void a_compressed_file_is_the_kernels(void **state)
{
	play(0, 0);
	assert_int_equal(insert(*state, "/m.ko", KMT_INSERT_COMPRESSED), 0);
	was(SYS_finit_module, "the module", "a=1", KMT_INSERT_COMPRESSED);
}

/* What libkmod would refuse by itself is the kernel's to judge. */
static void libkmod_decides_nothing(void **state)
{
	const struct fixture *f = *state;
	kmt_autofree char *path = kmt_asprintf("%s/m.ko", f->dir), *too_short = kmt_asprintf("%s/short.ko", f->dir);
	kmt_autoclose int fd = open(path, O_RDONLY), short_fd = open(too_short, O_RDONLY);
	struct kmt_kernel k = kernel();
	struct rlimit before, few;
	int r;

	play(0, 0);
	assert_int_equal(k.ops->insert(&k, fd, path, "", 0), 0);
	assert_int_not_equal(played->fd, fd); /* libkmod opened it again */
	play(ENOEXEC, 0);
	assert_int_equal(k.ops->insert(&k, short_fd, too_short, "", 0), -ENOEXEC);
	was(SYS_finit_module, "short", "", 0);
	/* Not one file more: the pipe of the answer takes two, of which the child closes none. */
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	few = (struct rlimit){.rlim_cur = (rlim_t)short_fd + 3, .rlim_max = before.rlim_max};
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
	play(ENOEXEC, 0);
	r = k.ops->insert(&k, fd, path, "", 0);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	assert_int_equal(r, -ENOEXEC);
	was(SYS_finit_module, "the module", "", 0);
	assert_int_equal(k.ops->remove(&k, "a-b", 0), -ENOEXEC);
	was(SYS_delete_module, "the module", "a-b", O_NONBLOCK);
}

static void a_kernel_without_finit_gets_the_image(void **state)
{
	play(0, 0);
	played->no_finit = true;
	assert_int_equal(insert(*state, "/m.ko", 0), 0);
	was(SYS_init_module, "the module", "a=1", 0);
}

/* An init function that answers ENOSYS runs once; and no flag is lost on the way. */
static void only_a_missing_call_is_replaced(void **state)
{
	play(ENOSYS, 0);
	assert_int_equal(insert(*state, "/m.ko", 0), -ENOSYS);
	assert_int_equal(played->inserts, 1);
	play(0, 0);
	played->no_finit = true;
	assert_int_equal(insert(*state, "/m.ko", KMT_INSERT_IGNORE_VERMAGIC), -ENOSYS);
	assert_int_equal(played->inserts, 1);
}

static void an_image_with_flags_becomes_a_file(void **state)
{
	play(0, 0);
	assert_int_equal(insert_image("an image", 0), 0);
	was(SYS_init_module, "an image", "b=2", 0);
	play(0, 0);
	assert_int_equal(insert_image("an image", KMT_INSERT_IGNORE_VERMAGIC), 0);
	was(SYS_finit_module, "an image", "b=2", KMT_INSERT_IGNORE_VERMAGIC);
}

/* Errors that no exit status can hold, too. */
static void errors_of_an_insert_come_back(void **state)
{
	static const int errors[] = {EEXIST, ENOKEY, 512, 4095};

	for (size_t i = 0; i < KMT_ARRAY_SIZE(errors); i++) {
		play(errors[i], 0);
		assert_int_equal(insert(*state, "/m.ko", 0), -errors[i]);
		assert_int_equal(insert_image("an image", 0), -errors[i]);
	}
}

/* An init function that oopses: its process is killed before it can answer. */
static void a_killed_insert_is_no_success(void **state)
{
	play(0, SIGSEGV);
	assert_int_equal(insert(*state, "/m.ko", 0), -KMT_KERNEL_KILLED);
	assert_int_equal(insert_image("an image", 0), -KMT_KERNEL_KILLED);
	assert_int_equal(insert_image("an image", KMT_INSERT_IGNORE_VERMAGIC), -KMT_KERNEL_KILLED);
	/* By somebody else. */
	play(0, SIGKILL);
	assert_int_equal(insert(*state, "/m.ko", 0), -KMT_KERNEL_NO_ANSWER);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* no child is left */
	assert_int_equal(errno, ECHILD);
}

static void removal_never_blocks(void **state)
{
	struct kmt_kernel k = kernel();

	play(0, 0);
	assert_int_equal(k.ops->remove(&k, "m", 0), 0);
	was(SYS_delete_module, "", "m", O_NONBLOCK);
	assert_int_equal(k.ops->remove(&k, "m", KMT_REMOVE_FORCE), 0);
	was(SYS_delete_module, "", "m", O_NONBLOCK | O_TRUNC);
	play(EAGAIN, 0);
	assert_int_equal(k.ops->remove(&k, "m", 0), -EAGAIN);
}

static void commands_know_their_module(void **state)
{
	struct fixture *f = *state;
	kmt_autofree char *command = kmt_asprintf("echo $MODPROBE_MODULE,$CMDLINE_OPTS >%s/told; exit 3", f->dir);
	kmt_autostrbuf struct kmt_strbuf told = KMT_STRBUF_INIT;
	struct kmt_kernel k = kernel();
	int status;

	assert_int_equal(k.ops->run(&k, command, "m", "a=1 b", NULL, &status), 0);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 3);
	assert_int_equal(kmt_root_read_line(&f->root, "/told", &told), 0);
	assert_string_equal(kmt_strbuf_str(&told), "m,a=1 b");
	assert_int_equal(k.ops->run(&k, "kill -9 $$", "m", NULL, NULL, &status), 0);
	assert_true(WIFSIGNALED(status));
}

/* It reads nothing, however much it prints it does not wait, and who stays behind is not waited for. */
static void what_a_command_prints_is_collected(void **state)
{
	kmt_autostrbuf struct kmt_strbuf out = KMT_STRBUF_INIT, much = KMT_STRBUF_INIT;
	struct kmt_kernel k = kernel();
	int status;

	assert_int_equal(k.ops->run(&k, "read x; echo \"$x.\"; echo error >&2; sleep 5 & exit 4", "m", "", &out,
		&status), 0);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 4);
	assert_string_equal(kmt_strbuf_str(&out), ".\nerror\n");
	assert_int_equal(k.ops->run(&k, "head -c 300000 /dev/zero | tr '\\0' x", "m", "", &much, &status), 0);
	assert_int_equal(status, 0);
	assert_int_equal(much.len, 64 << 10);
}

static void a_value_is_written_to_what_exists(void **state)
{
	struct fixture *f = *state;
	kmt_autofree char *there = kmt_asprintf("%s/m.ko", f->dir), *missing = kmt_asprintf("%s/none", f->dir);
	kmt_autostrbuf struct kmt_strbuf now = KMT_STRBUF_INIT;
	struct kmt_kernel k = kernel();

	assert_int_equal(k.ops->write(&k, there, "THE", 3), 0);
	assert_int_equal(kmt_root_read_line(&f->root, "/m.ko", &now), 0);
	assert_string_equal(kmt_strbuf_str(&now), "THE module");
	assert_int_equal(k.ops->write(&k, missing, "x", 1), -ENOENT);
	assert_int_equal(k.ops->write(&k, "/dev/full", "x", 1), -ENOSPC);
}

#define TEST_DIRECT(t) cmocka_unit_test_setup_teardown(t, setup_direct, teardown)
#define TEST_KMOD(t)                                                                                        \
	{                                                                                                   \
		kmt_lazy_built(KMT_LAZY_KMOD) ? #t " by libkmod" : #t " # SKIP needs libkmod",              \
			kmt_lazy_built(KMT_LAZY_KMOD) ? t : unit_nothing, setup_kmod, teardown, NULL        \
	}
#define TEST(t) TEST_DIRECT(t), TEST_KMOD(t)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_file_is_inserted_by_a_child),
		TEST_DIRECT(a_compressed_file_is_the_kernels),
		TEST_KMOD(libkmod_decides_nothing),
		TEST(a_kernel_without_finit_gets_the_image),
		TEST_DIRECT(only_a_missing_call_is_replaced),
		TEST(an_image_with_flags_becomes_a_file),
		TEST(errors_of_an_insert_come_back),
		TEST(a_killed_insert_is_no_success),
		TEST(removal_never_blocks),
		TEST_DIRECT(commands_know_their_module),
		TEST_DIRECT(what_a_command_prints_is_collected),
		TEST_DIRECT(a_value_is_written_to_what_exists),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
