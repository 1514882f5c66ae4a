/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The operations that change a machine, with their syscall(2) played here: the kernel is never asked. */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
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
	char bytes[BYTES]; /* of the module */
	char text[BYTES];  /* its parameters, or the name */
	unsigned int flags;
	int errnum, signal;
	bool in_child;
};

static struct played *played;
static pid_t self;

static void note_insert(long number, va_list args)
{
	if (number == SYS_finit_module) {
		assert_true(pread(va_arg(args, int), played->bytes, BYTES - 1, 0) >= 0);
	} else {
		const void *image = va_arg(args, const void *);

		memcpy(played->bytes, image, va_arg(args, size_t));
	}
	strncpy(played->text, va_arg(args, const char *), BYTES - 1);
	if (number == SYS_finit_module)
		played->flags = va_arg(args, unsigned int);
}

long __wrap_syscall(long number, ...);
long __real_syscall(long number, ...);

/* What else the library calls so: openat2(2), with four arguments. */
static long pass_on(long number, va_list args)
{
	long arg[4];

	for (size_t i = 0; i < KMT_ARRAY_SIZE(arg); i++)
		arg[i] = va_arg(args, long);
	return __real_syscall(number, arg[0], arg[1], arg[2], arg[3]);
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

long __wrap_syscall(long number, ...)
{
	long r = 0;
	va_list args;
	bool is_played;

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
	errno = played->errnum;
	return played->errnum ? -1 : 0;
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
	*state = f;
	return 0;
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
	struct kmt_kernel k;

	kmt_kernel_real(&k);
	return k.ops->insert(&k, fd, full, "a=1", flags);
}

static int insert_image(const char *bytes, unsigned int flags)
{
	struct kmt_kernel k;

	kmt_kernel_real(&k);
	return k.ops->insert_image(&k, bytes, strlen(bytes), "b=2", flags);
}

static void a_file_is_inserted_by_a_child(void **state)
{
	play(0, 0);
	assert_int_equal(insert(*state, "/m.ko", KMT_INSERT_COMPRESSED), 0);
	was(SYS_finit_module, "the module", "a=1", KMT_INSERT_COMPRESSED);
	assert_true(played->in_child);
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
	struct kmt_kernel k;

	kmt_kernel_real(&k);
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
	struct kmt_kernel k;
	int status;

	kmt_kernel_real(&k);
	assert_int_equal(k.ops->run(&k, command, "m", "a=1 b", &status), 0);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 3);
	assert_int_equal(kmt_root_read_line(&f->root, "/told", &told), 0);
	assert_string_equal(kmt_strbuf_str(&told), "m,a=1 b");
	assert_int_equal(k.ops->run(&k, "kill -9 $$", "m", NULL, &status), 0);
	assert_true(WIFSIGNALED(status));
}

static void a_value_is_written_to_what_exists(void **state)
{
	struct fixture *f = *state;
	kmt_autofree char *there = kmt_asprintf("%s/m.ko", f->dir), *missing = kmt_asprintf("%s/none", f->dir);
	kmt_autostrbuf struct kmt_strbuf now = KMT_STRBUF_INIT;
	struct kmt_kernel k;

	kmt_kernel_real(&k);
	assert_int_equal(k.ops->write(&k, there, "THE", 3), 0);
	assert_int_equal(kmt_root_read_line(&f->root, "/m.ko", &now), 0);
	assert_string_equal(kmt_strbuf_str(&now), "THE module");
	assert_int_equal(k.ops->write(&k, missing, "x", 1), -ENOENT);
	assert_int_equal(k.ops->write(&k, "/dev/full", "x", 1), -ENOSPC);
}

#define TEST(t) cmocka_unit_test_setup_teardown(t, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_file_is_inserted_by_a_child),
		TEST(an_image_with_flags_becomes_a_file),
		TEST(errors_of_an_insert_come_back),
		TEST(a_killed_insert_is_no_success),
		TEST(removal_never_blocks),
		TEST(commands_know_their_module),
		TEST(a_value_is_written_to_what_exists),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
