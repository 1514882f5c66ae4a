/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A plan that runs in a process of its own: followed, cancelled, killed. */
#include "unit.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <kmt/base/alloc.h>
#include "../../src/tui/term/job_priv.h"
#include "fixture.h"

#define DEADLINE_MS 20000

struct machine {
	struct fixture files;
	struct kmt_kernel kernel;
	struct kmt_machine machine;
	struct kmt_request request;
	struct kmt_plan_view view;
	struct kmt_job job;
	sigset_t mask;
};

/* What happens is written down where another process can see it. */
static void note(struct kmt_kernel *k, const char *what, const char *name)
{
	const struct machine *m = k->data;
	kmt_autofree char *path = kmt_asprintf("%s/calls", m->files.dir);
	FILE *f = fopen(path, "a");

	if (!f)
		abort();
	fprintf(f, "%s %s\n", what, name);
	fclose(f);
}

static bool may_go_on(const struct machine *m)
{
	return kmt_root_exists(&m->files.root, "/go-on");
}

static void nap(void)
{
	nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
}

/* A command takes until somebody lets it go on; "die" takes its process with it. */
static int slow_run(struct kmt_kernel *k, const char *command, const char *module, const char *opts,
	struct kmt_strbuf *output, int *status)
{
	note(k, "run", module);
	if (!strcmp(command, "die"))
		kill(getpid(), SIGKILL);
	for (int i = 0; i < DEADLINE_MS / 5 && !may_go_on(k->data); i++)
		nap();
	kmt_strbuf_addf(output, "ran %s\n", command);
	*status = 0;
	return 0;
}

static int note_write(struct kmt_kernel *k, const char *path, const void *data, size_t n)
{
	note(k, "write", path);
	return 0;
}

static int setup(void **state)
{
	static const struct kmt_kernel_ops ops = {.run = slow_run, .write = note_write};
	struct machine *m = kmt_alloc(sizeof(*m));

	fixture_init(&m->files);
	m->kernel = (struct kmt_kernel){.ops = &ops, .data = m};
	m->machine = (struct kmt_machine){.root = &m->files.root, .kernel = &m->kernel};
	sigemptyset(&m->mask);
	*state = m;
	return 0;
}

static int teardown(void **state)
{
	struct machine *m = *state;

	kmt_job_free(&m->job);
	kmt_vec_free(&m->view.plan.steps);
	kmt_arena_free(&m->view.arena);
	fixture_clear(&m->files);
	free(m);
	return 0;
}

static void add(struct machine *m, const char *module, const char *command)
{
	struct kmt_step step = {
		.kind = KMT_STEP_RUN, .module = module, .params = "", .command = command, .required = true};

	kmt_vec_push(&m->view.plan.steps, step);
}

static void start(struct machine *m)
{
	kmt_job_start(&m->job, &m->view, &m->machine, &m->request, &m->mask);
}

/* Until step STEP begins; 0: until the end. */
static void follow(struct machine *m, size_t step)
{
	for (int i = 0; i < DEADLINE_MS / 10; i++) {
		struct pollfd p = {.fd = m->job.fd, .events = POLLIN};
		bool ended = kmt_job_read(&m->job);

		if (ended || (step && m->job.step == step)) {
			assert_int_equal(ended, !step);
			return;
		}
		poll(&p, 1, 10);
	}
	fail_msg("step %zu does not come", step);
}

static void told_is(const struct machine *m, enum kmt_outcome_verdict verdict, const char *want)
{
	kmt_autostrbuf struct kmt_strbuf got = KMT_STRBUF_INIT;
	const struct kmt_outcome_line *line;

	kmt_vec_foreach(line, &m->job.told.lines) {
		kmt_strbuf_item(&got, "\n", "%s", line->text);
	}
	assert_string_equal(kmt_strbuf_str(&got), want);
	assert_int_equal(m->job.told.verdict, verdict);
}

static void it_is_followed_to_its_end(void **state)
{
	struct machine *m = *state;

	add(m, "a", "first");
	add(m, "b", "second");
	start(m);
	follow(m, 1);
	fixture_text(&m->files, "/go-on", "");
	follow(m, 0);
	assert_int_equal(m->job.step, 2);
	told_is(m, KMT_OUTCOME_DONE, "ran first\na: ran its command\nran second\nb: ran its command");
}

static void calls_are(const struct machine *m, const char *want)
{
	kmt_autostrbuf struct kmt_strbuf got = KMT_STRBUF_INIT;

	assert_int_equal(kmt_root_read(&m->files.root, "/calls", 0, &got, NULL), 0);
	assert_string_equal(kmt_strbuf_str(&got), want);
}

static void cancelled_it_finishes_the_step_and_takes_back(void **state)
{
	struct machine *m = *state;
	struct kmt_step set = {.kind = KMT_STEP_SETPARAM, .module = "a", .path = "/value", .params = "1",
		.before = "0", .required = true};

	fixture_text(&m->files, "/value", "1\n");
	kmt_vec_push(&m->view.plan.steps, set);
	add(m, "b", "second");
	add(m, "c", "third");
	start(m);
	follow(m, 2);
	kmt_job_cancel(&m->job);
	fixture_text(&m->files, "/go-on", "");
	follow(m, 0);
	assert_int_equal(m->job.told.verdict, KMT_OUTCOME_PARTLY);
	calls_are(m, "write /value\nrun b\nwrite /value\n");
}

/* The browser may be killed: its end of the socket goes with it. */
static void without_the_browser_it_goes_no_further(void **state)
{
	struct machine *m = *state;

	add(m, "a", "first");
	add(m, "b", "second");
	start(m);
	follow(m, 1);
	close(m->job.fd);
	m->job.fd = -1;
	fixture_text(&m->files, "/go-on", "");
	m->job.ended = true; /* to be waited for */
	kmt_job_free(&m->job);
	calls_are(m, "run a\n");
}

static void a_killed_process_is_told_of(void **state)
{
	struct machine *m = *state;

	add(m, "a", "die");
	start(m);
	follow(m, 0);
	told_is(m, KMT_OUTCOME_FAILED, "The process that ran the plan was killed; what it did is not known");
}

#define TEST(t) cmocka_unit_test_setup_teardown(t, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(it_is_followed_to_its_end),
		TEST(cancelled_it_finishes_the_step_and_takes_back),
		TEST(without_the_browser_it_goes_no_further),
		TEST(a_killed_process_is_told_of),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
