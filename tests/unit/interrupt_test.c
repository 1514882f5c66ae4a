/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Signals that come while a child works: passed on to it, and not lost. */
#include "unit.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <kmt/sys/interrupt.h>

#define WOKEN 7
#define SIGNAL_AFTER_MS 100u

static void sleep_ms(unsigned int ms)
{
	struct timespec t = {.tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000};

	nanosleep(&t, NULL);
}

/* Sleeps as an init function may: until a signal wakes it, or, STUBBORN, until it is killed. */
static pid_t start_child(bool stubborn)
{
	pid_t child = fork();

	assert_true(child >= 0);
	if (child)
		return child;
	kmt_interrupt_in_child(true);
	do
		pause();
	while (stubborn);
	_exit(WOKEN);
}

/* Sends the signals to this process, one after the other, while it waits. */
static pid_t start_sender(const int *signals, size_t n)
{
	pid_t parent = getpid(), child = fork();

	assert_true(child >= 0);
	if (child)
		return child;
	for (size_t i = 0; i < n; i++) {
		sleep_ms(SIGNAL_AFTER_MS);
		kill(parent, signals[i]);
	}
	_exit(0);
}

static int wait_with(const int *signals, size_t n, bool stubborn, unsigned int grace_ms)
{
	pid_t child = start_child(stubborn), sender = start_sender(signals, n);
	int status, ignored;

	assert_int_equal(kmt_interrupt_wait(child, grace_ms, &status), 0);
	assert_int_equal(waitpid(sender, &ignored, 0), sender);
	return status;
}

static void a_child_that_ends_is_waited_for(void **state)
{
	struct kmt_interrupt held;
	int status;
	pid_t child;

	kmt_interrupt_hold(&held);
	child = fork();
	if (!child)
		_exit(3);
	assert_int_equal(kmt_interrupt_wait(child, 0, &status), 0);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 3);
	assert_int_equal(kmt_interrupt_take(), 0);
	assert_int_equal(kmt_interrupt_wait(child, 0, &status), -ECHILD);
	kmt_interrupt_release(&held);
}

static void the_first_signal_wakes_it(void **state)
{
	static const int signals[] = {SIGTERM};
	struct kmt_interrupt held;
	int status;

	kmt_interrupt_hold(&held);
	status = wait_with(signals, 1, false, 60000);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == WOKEN);
	assert_int_equal(kmt_interrupt_take(), SIGTERM);
	assert_int_equal(kmt_interrupt_take(), 0);
	kmt_interrupt_release(&held);
}

static void the_second_kills_it(void **state)
{
	static const int signals[] = {SIGINT, SIGTERM};
	struct kmt_interrupt held;
	int status;

	kmt_interrupt_hold(&held);
	status = wait_with(signals, 2, true, 0);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	assert_int_equal(kmt_interrupt_take(), SIGINT);
	kmt_interrupt_release(&held);
}

static void time_kills_it_too(void **state)
{
	static const int signals[] = {SIGHUP};
	struct kmt_interrupt held;
	int status;

	kmt_interrupt_hold(&held);
	status = wait_with(signals, 1, true, 30);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	assert_int_equal(kmt_interrupt_take(), SIGHUP);
	kmt_interrupt_release(&held);
}

/* As below nohup(1). */
static void an_ignored_signal_stays_ignored(void **state)
{
	struct sigaction before, ignore = {.sa_handler = SIG_IGN};
	struct kmt_interrupt held;

	assert_int_equal(sigaction(SIGHUP, &ignore, &before), 0);
	kmt_interrupt_hold(&held);
	raise(SIGHUP);
	assert_int_equal(kmt_interrupt_take(), 0);
	raise(SIGINT);
	assert_int_equal(kmt_interrupt_take(), SIGINT);
	kmt_interrupt_release(&held);
	assert_int_equal(sigaction(SIGHUP, &before, NULL), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_child_that_ends_is_waited_for),
		cmocka_unit_test(the_first_signal_wakes_it),
		cmocka_unit_test(the_second_kills_it),
		cmocka_unit_test(time_kills_it_too),
		cmocka_unit_test(an_ignored_signal_stays_ignored),
	};

	unit_obey_signals();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
