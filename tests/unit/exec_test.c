/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The executor against the fake kernel: order, rollback, retries, signals, packed files. */
#include "unit.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <kmt/base/alloc.h>
#include "plan_fixture.h"

static struct kmt_step *plan_step(struct machine *f, enum kmt_step_kind kind, const char *module)
{
	struct kmt_step step = {.kind = kind, .module = module, .params = "", .required = true};

	kmt_vec_push(&f->plan.steps, step);
	return &f->plan.steps.v[f->plan.steps.n - 1];
}

static struct kmt_step *plan_insert(struct machine *f, const char *module, const char *path)
{
	struct kmt_step *step = plan_step(f, KMT_STEP_INSERT, module);

	step->path = path;
	return step;
}

static int run(struct machine *f)
{
	return kmt_plan_exec(&f->plan, &f->kernel, &f->files.root, &f->opts, &f->report);
}

static void loaded_are(const struct machine *f, const char *want)
{
	kmt_autofree char *got = kmt_fake_modules(f->fake);

	assert_string_equal(got, want);
}

static void outcome(const struct machine *f, size_t i, enum kmt_step_outcome want, int errnum)
{
	assert_string_equal(kmt_step_outcome_name(f->report.results.v[i].outcome),
		kmt_step_outcome_name(want));
	assert_int_equal(f->report.results.v[i].errnum, errnum);
}

static void steps_run_in_order(void **state)
{
	struct machine *f = *state;

	kmt_fake_needs(f->fake, "b", "a");
	plan_step(f, KMT_STEP_SKIP, "z");
	plan_insert(f, "a", "/m/a.ko");
	plan_insert(f, "b", "/m/b.ko")->params = "x=1 y";
	plan_step(f, KMT_STEP_RUN, "c")->command = "echo $CMDLINE_OPTS";
	f->plan.steps.v[3].params = "z=2";
	assert_int_equal(run(f), 0);
	assert_string_equal(kmt_fake_calls(f->fake),
		"insert /m/a.ko\ninsert /m/b.ko x=1 y\nrun c echo $CMDLINE_OPTS opts=z=2\n");
	loaded_are(f, "b a");
	outcome(f, 0, KMT_STEP_SKIPPED, 0);
	outcome(f, 2, KMT_STEP_DONE, 0);
	assert_int_equal(f->report.failed_step, 4);
	assert_int_equal(f->report.log_errnum, 0);
}

static void a_failure_takes_back_what_was_loaded(void **state)
{
	struct machine *f = *state;

	kmt_fake_loaded(f->fake, "before", 0);
	kmt_fake_needs(f->fake, "b", "a");
	kmt_fake_script(f->fake, (struct kmt_fake_script){.op = "insert", .module = "c",
		.errnum = ENOENT, .log = "c: Unknown symbol s (err -2)\nc: Unknown symbol t (err -2)"});
	plan_insert(f, "a", "/m/a.ko");
	plan_insert(f, "b", "/m/b.ko");
	plan_insert(f, "c", "/m/c.ko");
	plan_insert(f, "d", "/m/d.ko");
	assert_int_equal(run(f), -ENOENT);
	assert_string_equal(kmt_fake_calls(f->fake),
		"insert /m/a.ko\ninsert /m/b.ko\ninsert /m/c.ko\nremove b\nremove a\n");
	loaded_are(f, "before");
	assert_int_equal(f->report.failed_step, 2);
	outcome(f, 0, KMT_STEP_UNDONE, 0);
	outcome(f, 2, KMT_STEP_FAILED, ENOENT);
	outcome(f, 3, KMT_STEP_NOT_RUN, 0);
	assert_int_equal(f->report.results.v[2].log_n, 2);
	assert_string_equal(f->report.log.records.v[f->report.results.v[2].log_first + 1].text,
		"c: Unknown symbol t (err -2)");
	assert_int_equal(f->report.results.v[1].log_n, 0);
}

/* As the planner sees it: PATH below the fixture; HOLD: as a file that a person named. */
static struct kmt_step_file look_at(const struct machine *f, const char *path, bool hold)
{
	struct kmt_step_file file = {.fd = -1};
	int fd = kmt_root_open_file(&f->files.root, path, 0, &file.st);

	assert_true(fd >= 0);
	if (hold)
		file.fd = fd;
	else
		close(fd);
	return file;
}

static void refused_as_changed(struct machine *f)
{
	kmt_autofree char *want = kmt_asprintf(
		"%s/m/a.ko changed after the plan was made; run the command again to see the new plan", f->files.dir);

	assert_int_equal(run(f), -ESTALE);
	assert_string_equal(kmt_fake_calls(f->fake), "");
	outcome(f, 0, KMT_STEP_FAILED, ESTALE);
	assert_string_equal(f->report.results.v[0].detail, want);
	kmt_report_free(&f->report);
}

/* Between the plan and the insertion another file takes its place, or its content changes. */
static void a_swapped_file_is_not_inserted(void **state)
{
	struct machine *f = *state;
	struct kmt_step_file file = look_at(f, "/m/a.ko", false);
	kmt_autofree char *from = kmt_asprintf("%s/m/b.ko", f->files.dir);
	kmt_autofree char *to = kmt_asprintf("%s/m/a.ko", f->files.dir);

	plan_insert(f, "a", "/m/a.ko")->file = &file;
	assert_int_equal(rename(from, to), 0);
	refused_as_changed(f);
	file = look_at(f, "/m/a.ko", false);
	fixture_text(&f->files, "/m/a.ko", "\177ELF and more");
	refused_as_changed(f);
	file = look_at(f, "/m/a.ko", false);
	assert_int_equal(run(f), 0);
	assert_string_equal(kmt_fake_bytes(f->fake), "\177ELF and more");
}

/* The descriptor that the plan holds is what is inserted, wherever its name leads to by then. */
static void a_held_file_is_inserted(void **state)
{
	struct machine *f = *state;
	kmt_autofree char *name = kmt_asprintf("%s/m/link.ko", f->files.dir);
	struct kmt_step_file file;

	fixture_text(&f->files, "/m/a.ko", "\177ELF planned");
	fixture_link(&f->files, "/m/link.ko", "a.ko");
	file = look_at(f, "/m/link.ko", true);
	plan_insert(f, "a", "/m/link.ko")->file = &file;
	assert_int_equal(unlink(name), 0);
	fixture_link(&f->files, "/m/link.ko", "b.ko");
	assert_int_equal(run(f), 0);
	assert_string_equal(kmt_fake_bytes(f->fake), "\177ELF planned");
	kmt_report_free(&f->report);
	fixture_text(&f->files, "/m/a.ko", "\177ELF in place");
	assert_int_equal(run(f), -ESTALE);
	close(file.fd);
}

static void partial_ok_keeps_it(void **state)
{
	struct machine *f = *state;

	f->opts.partial_ok = true;
	kmt_fake_script(f->fake,
		(struct kmt_fake_script){.op = "insert", .module = "b", .errnum = ENODEV});
	plan_insert(f, "a", "/m/a.ko");
	plan_insert(f, "b", "/m/b.ko");
	assert_int_equal(run(f), -ENODEV);
	loaded_are(f, "a");
	outcome(f, 0, KMT_STEP_DONE, 0);
}

static void what_cannot_be_taken_back_is_told(void **state)
{
	struct machine *f = *state;

	kmt_fake_script(f->fake, (struct kmt_fake_script){.op = "remove", .module = "a",
		.errnum = EAGAIN, .times = 3});
	kmt_fake_script(f->fake, (struct kmt_fake_script){.op = "remove", .module = "b",
		.errnum = EAGAIN, .times = 1000});
	kmt_fake_script(f->fake,
		(struct kmt_fake_script){.op = "insert", .module = "c", .errnum = EIO});
	plan_insert(f, "a", "/m/a.ko");
	plan_insert(f, "c", "/m/c.ko");
	assert_int_equal(run(f), -EIO);
	outcome(f, 0, KMT_STEP_UNDONE, 0);
	loaded_are(f, "");
	kmt_report_free(&f->report);
	kmt_fake_script(f->fake,
		(struct kmt_fake_script){.op = "insert", .module = "c", .errnum = EIO});
	f->plan.steps.v[0].module = "b";
	f->plan.steps.v[0].path = "/m/b.ko";
	assert_int_equal(run(f), -EIO);
	outcome(f, 0, KMT_STEP_UNDO_FAILED, EAGAIN);
	loaded_are(f, "b");
}

static void what_need_not_succeed_may_fail(void **state)
{
	struct machine *f = *state;

	kmt_fake_script(f->fake,
		(struct kmt_fake_script){.op = "insert", .module = "a", .errnum = ENODEV});
	plan_insert(f, "a", "/m/a.ko")->required = false;
	plan_insert(f, "b", "/m/b.ko");
	assert_int_equal(run(f), 0);
	loaded_are(f, "b");
	outcome(f, 0, KMT_STEP_FAILED, ENODEV);
}

static void somebody_else_was_faster(void **state)
{
	struct machine *f = *state;

	kmt_fake_loaded(f->fake, "y", 0);
	kmt_fake_script(f->fake,
		(struct kmt_fake_script){.op = "insert", .module = "a", .appears = true});
	kmt_fake_script(f->fake,
		(struct kmt_fake_script){.op = "remove", .module = "y", .appears = true});
	kmt_fake_script(f->fake,
		(struct kmt_fake_script){.op = "insert", .module = "b", .errnum = EEXIST});
	plan_insert(f, "a", "/m/a.ko");
	plan_step(f, KMT_STEP_REMOVE, "y");
	plan_insert(f, "b", "/m/b.ko"); /* its init says EEXIST: it is not there */
	assert_int_equal(run(f), -EEXIST);
	outcome(f, 0, KMT_STEP_ALREADY, 0);
	outcome(f, 1, KMT_STEP_ALREADY, 0);
	outcome(f, 2, KMT_STEP_FAILED, EEXIST);
	loaded_are(f, "a"); /* not ours to take back */
}

static void busy_modules_are_waited_for(void **state)
{
	struct machine *f = *state;

	f->opts.wait_ms = 20;
	kmt_fake_loaded(f->fake, "a", 0);
	kmt_fake_loaded(f->fake, "b", 1);
	kmt_fake_script(f->fake, (struct kmt_fake_script){.op = "remove", .module = "a",
		.errnum = EAGAIN, .times = 2});
	plan_step(f, KMT_STEP_REMOVE, "a");
	plan_step(f, KMT_STEP_REMOVE, "b");
	assert_int_equal(run(f), -EAGAIN);
	assert_string_equal(kmt_fake_calls(f->fake),
		"remove a\nsleep 2\nremove a\nsleep 4\nremove a\n"
		"remove b\nsleep 2\nremove b\nsleep 4\nremove b\nsleep 8\nremove b\n");
	outcome(f, 0, KMT_STEP_DONE, 0);
	outcome(f, 1, KMT_STEP_FAILED, EAGAIN);
	loaded_are(f, "b");
}

static void without_wait_there_is_one_try(void **state)
{
	struct machine *f = *state;

	kmt_fake_loaded(f->fake, "a", 1);
	plan_step(f, KMT_STEP_REMOVE, "a")->flags = 0;
	assert_int_equal(run(f), -EAGAIN);
	assert_string_equal(kmt_fake_calls(f->fake), "remove a\n");
	kmt_report_free(&f->report);
	f->plan.steps.v[0].flags = KMT_REMOVE_FORCE;
	assert_int_equal(run(f), 0);
	loaded_are(f, "");
}

/* Where a screen is drawn, nothing else may print. */
static void what_a_command_prints_is_collected_when_asked_for(void **state)
{
	struct kmt_fake_script prints = {.op = "run", .module = "b", .prints = "one\ntwo\n", .status = 1 << 8};
	struct machine *f = *state;

	plan_step(f, KMT_STEP_RUN, "b")->command = "x";
	kmt_fake_script(f->fake, prints);
	assert_int_equal(run(f), -ECHILD);
	assert_null(f->report.results.v[0].output);
	kmt_report_free(&f->report);
	f->opts.collect = true;
	kmt_fake_script(f->fake, prints);
	assert_int_equal(run(f), -ECHILD);
	assert_string_equal(f->report.results.v[0].output, "one\ntwo\n");
	kmt_report_free(&f->report);
	assert_int_equal(run(f), 0);
	assert_null(f->report.results.v[0].output);
}

struct watched {
	char steps[8];
	size_t n, stop_before;
};

static void watch_step(void *ctx, size_t i)
{
	struct watched *w = ctx;

	w->steps[w->n++] = (char)('0' + i);
}

static bool watch_cancelled(void *ctx)
{
	const struct watched *w = ctx;

	return w->n == w->stop_before;
}

static void whoever_watches_can_cancel_before_a_step(void **state)
{
	struct machine *f = *state;
	struct watched w = {.stop_before = 2};
	struct kmt_exec_watch watch = {watch_step, watch_cancelled, &w};

	plan_insert(f, "a", "/m/a.ko");
	plan_insert(f, "b", "/m/b.ko");
	plan_insert(f, "c", "/m/c.ko");
	f->opts.watch = &watch;
	assert_int_equal(run(f), -EINTR);
	assert_string_equal(w.steps, "01");
	assert_true(f->report.cancelled);
	outcome(f, 0, KMT_STEP_UNDONE, 0);
	outcome(f, 1, KMT_STEP_UNDONE, 0);
	outcome(f, 2, KMT_STEP_NOT_RUN, 0);
	loaded_are(f, "");
	kmt_report_free(&f->report);
	/* After the last step it is too late. */
	w = (struct watched){.stop_before = 3};
	assert_int_equal(run(f), 0);
	loaded_are(f, "c b a");
}

static void commands_that_fail_or_are_killed_fail(void **state)
{
	static const int statuses[] = {1 << 8, SIGKILL};
	struct machine *f = *state;

	plan_insert(f, "a", "/m/a.ko");
	plan_step(f, KMT_STEP_RUN, "b")->command = "x";
	for (size_t i = 0; i < KMT_ARRAY_SIZE(statuses); i++) {
		kmt_fake_script(f->fake, (struct kmt_fake_script){.op = "run", .module = "b",
			.status = statuses[i]});
		assert_int_equal(run(f), -ECHILD);
		outcome(f, 1, KMT_STEP_FAILED, 0);
		assert_int_equal(f->report.results.v[1].status, statuses[i]);
		loaded_are(f, "");
		kmt_report_free(&f->report);
	}
}

static void a_signal_stops_between_steps(void **state)
{
	struct machine *f = *state;

	kmt_fake_script(f->fake,
		(struct kmt_fake_script){.op = "insert", .module = "a", .raise = SIGINT});
	plan_insert(f, "a", "/m/a.ko");
	plan_insert(f, "b", "/m/b.ko");
	assert_int_equal(run(f), -EINTR);
	assert_string_equal(kmt_fake_calls(f->fake), "insert /m/a.ko\nremove a\n");
	assert_int_equal(f->report.interrupted, SIGINT);
	assert_int_equal(f->report.failed_step, 1);
	outcome(f, 0, KMT_STEP_UNDONE, 0);
	outcome(f, 1, KMT_STEP_NOT_RUN, 0);
	loaded_are(f, "");
}

/* It came too late to stop anything, but not too late to be obeyed. */
static void a_signal_in_the_last_step_takes_all_back(void **state)
{
	struct machine *f = *state;

	kmt_fake_needs(f->fake, "b", "a");
	kmt_fake_script(f->fake,
		(struct kmt_fake_script){.op = "insert", .module = "b", .raise = SIGHUP});
	plan_insert(f, "a", "/m/a.ko");
	plan_insert(f, "b", "/m/b.ko");
	assert_int_equal(run(f), -EINTR);
	assert_int_equal(f->report.interrupted, SIGHUP);
	assert_int_equal(f->report.failed_step, 2);
	outcome(f, 0, KMT_STEP_UNDONE, 0);
	outcome(f, 1, KMT_STEP_UNDONE, 0);
	loaded_are(f, "");
}

static void a_signal_after_a_reload_takes_nothing_back(void **state)
{
	struct machine *f = *state;

	kmt_fake_loaded(f->fake, "a", 0);
	kmt_fake_script(f->fake,
		(struct kmt_fake_script){.op = "insert", .module = "a", .raise = SIGINT});
	plan_step(f, KMT_STEP_REMOVE, "a");
	plan_insert(f, "a", "/m/a.ko");
	assert_int_equal(run(f), -EINTR);
	assert_int_equal(f->report.interrupted, SIGINT);
	outcome(f, 1, KMT_STEP_DONE, 0);
	loaded_are(f, "a");
}

/* The process that called the kernel was killed. What became of the module is seen, not guessed. */
static void a_lost_answer_is_looked_up(void **state)
{
	struct machine *f = *state;
	struct kmt_fake_script lost = {.op = "insert", .module = "a", .errnum = KMT_KERNEL_NO_ANSWER};

	plan_insert(f, "a", "/m/a.ko");
	kmt_fake_script(f->fake, lost);
	assert_int_equal(run(f), -EINTR);
	outcome(f, 0, KMT_STEP_FAILED, EINTR);
	assert_string_equal(f->report.results.v[0].detail, "the process that asked the kernel for it was killed");
	kmt_report_free(&f->report);

	lost.raise = SIGTERM;
	kmt_fake_script(f->fake, lost);
	assert_int_equal(run(f), -EINTR);
	assert_string_equal(f->report.results.v[0].detail, "a signal stopped it");
	assert_int_equal(f->report.interrupted, SIGTERM);
	kmt_report_free(&f->report);

	lost.raise = 0;
	lost.appears = true;
	kmt_fake_script(f->fake, lost);
	assert_int_equal(run(f), 0);
	outcome(f, 0, KMT_STEP_DONE, 0);
	loaded_are(f, "a");
	kmt_report_free(&f->report);

	/* Somebody else's was there before: it is not ours to take back. */
	kmt_fake_script(f->fake, lost);
	assert_int_equal(run(f), -EINTR);
	loaded_are(f, "a a");
}

static void a_lost_answer_of_a_removal_too(void **state)
{
	struct machine *f = *state;
	struct kmt_fake_script lost = {
		.op = "remove", .module = "a", .errnum = KMT_KERNEL_NO_ANSWER, .appears = true};

	plan_step(f, KMT_STEP_REMOVE, "a");
	kmt_fake_loaded(f->fake, "a", 0);
	kmt_fake_script(f->fake, lost);
	assert_int_equal(run(f), 0);
	outcome(f, 0, KMT_STEP_DONE, 0);
	kmt_report_free(&f->report);

	lost.appears = false;
	kmt_fake_loaded(f->fake, "a", 0);
	kmt_fake_script(f->fake, lost);
	assert_int_equal(run(f), -EINTR);
	outcome(f, 0, KMT_STEP_FAILED, EINTR);
}

/* The kernel ends the process of a crashed init or exit function by SIGKILL, too: the module tells. */
static void a_crash_is_no_lost_answer(void **state)
{
	static const char *const states[][2] = {{"insert", "coming\n"}, {"remove", "going\n"}};
	struct machine *f = *state;

	for (size_t i = 0; i < KMT_ARRAY_SIZE(states); i++) {
		kmt_plan_free(&f->plan);
		if (i)
			plan_step(f, KMT_STEP_REMOVE, "a");
		else
			plan_insert(f, "a", "/m/a.ko");
		kmt_fake_loaded(f->fake, "a", 0);
		fixture_text(&f->files, "/sys/module/a/initstate", states[i][1]);
		kmt_fake_script(f->fake, (struct kmt_fake_script){
						 .op = states[i][0], .module = "a", .errnum = KMT_KERNEL_NO_ANSWER});
		assert_int_equal(run(f), -KMT_KERNEL_KILLED);
		outcome(f, 0, KMT_STEP_FAILED, KMT_KERNEL_KILLED);
		assert_null(f->report.results.v[0].detail);
		kmt_report_free(&f->report);
	}
}

static void our_own_failures_are_not_the_modules(void **state)
{
	struct machine *f = *state;

	kmt_fake_script(f->fake, (struct kmt_fake_script){
		.op = "insert", .module = "b", .errnum = KMT_KERNEL_NOT_ASKED + EMFILE});
	kmt_fake_script(f->fake, (struct kmt_fake_script){
		.op = "remove", .module = "a", .errnum = KMT_KERNEL_NOT_ASKED + EAGAIN});
	plan_insert(f, "a", "/m/a.ko");
	plan_insert(f, "b", "/m/b.ko");
	assert_int_equal(run(f), -EMFILE);
	outcome(f, 1, KMT_STEP_FAILED, EMFILE);
	assert_string_equal(f->report.results.v[1].detail, "kmtool could not ask the kernel: Too many open files");
	/* EAGAIN of fork() is not "in use": there is no waiting for it. */
	outcome(f, 0, KMT_STEP_UNDO_FAILED, EAGAIN);
	assert_string_equal(kmt_fake_calls(f->fake), "insert /m/a.ko\ninsert /m/b.ko\nremove a\n");
}

static void a_signal_ends_waiting(void **state)
{
	struct machine *f = *state;

	f->opts.wait_ms = 1000000;
	kmt_fake_loaded(f->fake, "a", 1);
	kmt_fake_script(f->fake, (struct kmt_fake_script){.op = "remove", .module = "a",
		.errnum = EAGAIN, .raise = SIGTERM});
	plan_step(f, KMT_STEP_REMOVE, "a");
	assert_int_equal(run(f), -EAGAIN);
	assert_int_equal(f->report.interrupted, SIGTERM);
	assert_string_equal(kmt_fake_calls(f->fake), "remove a\nsleep 2\n");
}

/* gzip of "b", made by gzip(1). */
static const unsigned char packed_b[] = {0x1f, 0x8b, 0x08, 0, 0, 0, 0, 0, 0, 0x03, 0x4b, 0x02, 0,
	0xf9, 0xef, 0xbe, 0x71, 0x01, 0, 0, 0};

static void the_kernel_unpacks_what_it_can(void **state)
{
	struct machine *f = *state;

	fixture_write(&f->files, "/m/b.ko.gz", packed_b, sizeof(packed_b));
	fixture_text(&f->files, "/sys/module/compression", "gzip\n");
	plan_insert(f, "b", "/m/b.ko.gz")->flags = KMT_INSERT_IGNORE_VERMAGIC;
	assert_int_equal(run(f), 0);
	assert_string_equal(kmt_fake_calls(f->fake), "insert /m/b.ko.gz flags=6\n");
}

static void we_unpack_the_rest(void **state)
{
	static const struct kmt_fake_script cannot[] = {
		{.op = "insert", .module = "b", .errnum = EOPNOTSUPP},
		{.op = "insert", .module = "b", .errnum = EINVAL,
			.log = "decompression failed with status 6"},
	};
	struct machine *f = *state;

	fixture_write(&f->files, "/m/b.ko.gz", packed_b, sizeof(packed_b));
	plan_insert(f, "b", "/m/b.ko.gz")->params = "p=1";
	assert_int_equal(run(f), 0);
	assert_string_equal(kmt_fake_calls(f->fake), "insert-image b p=1\n");
	fixture_text(&f->files, "/sys/module/compression", "gzip\n");
	for (size_t i = 0; i < KMT_ARRAY_SIZE(cannot); i++) {
		kmt_report_free(&f->report);
		assert_int_equal(f->kernel.ops->remove(&f->kernel, "b", 0), 0);
		kmt_fake_script(f->fake, cannot[i]);
		assert_int_equal(run(f), 0);
		loaded_are(f, "b");
	}
}

static void other_errors_are_not_tried_twice(void **state)
{
	struct machine *f = *state;

	fixture_write(&f->files, "/m/b.ko.gz", packed_b, sizeof(packed_b));
	fixture_text(&f->files, "/sys/module/compression", "gzip\n");
	kmt_fake_script(f->fake, (struct kmt_fake_script){.op = "insert", .module = "b",
		.errnum = EINVAL, .log = "b: `x' invalid for parameter `n'"});
	plan_insert(f, "b", "/m/b.ko.gz");
	assert_int_equal(run(f), -EINVAL);
	assert_string_equal(kmt_fake_calls(f->fake), "insert /m/b.ko.gz flags=4\n");
	assert_null(f->report.results.v[0].detail);
	assert_int_equal(f->report.results.v[0].log_n, 1);
}

static void files_that_cannot_be_read_are_named(void **state)
{
	struct machine *f = *state;

	plan_insert(f, "n", "/m/none.ko");
	assert_int_equal(run(f), -ENOENT);
	assert_non_null(strstr(f->report.results.v[0].detail, "/m/none.ko"));
	kmt_report_free(&f->report);
	fixture_write(&f->files, "/m/none.ko", packed_b, sizeof(packed_b) - 6);
	assert_int_equal(run(f), -EBADMSG);
	assert_non_null(strstr(f->report.results.v[0].detail, "/m/none.ko"));
	assert_string_equal(kmt_fake_calls(f->fake), "");
}

static void a_root_that_is_no_host_is_refused(void **state)
{
	struct machine *f = *state;

	kmt_kernel_refuse(&f->kernel);
	plan_insert(f, "a", "/m/a.ko");
	assert_int_equal(run(f), -EROFS);
	kmt_report_free(&f->report);
	f->plan.steps.v[0].kind = KMT_STEP_REMOVE;
	assert_int_equal(run(f), -EROFS);
	kmt_report_free(&f->report);
	f->plan.steps.v[0].kind = KMT_STEP_RUN;
	assert_int_equal(run(f), -EROFS);
	kmt_report_free(&f->report);
	f->plan.steps.v[0].kind = KMT_STEP_SETPARAM;
	assert_int_equal(run(f), -EROFS);
}

static struct kmt_step *plan_set(struct machine *f, const char *path, const char *value, const char *before)
{
	struct kmt_step *step = plan_step(f, KMT_STEP_SETPARAM, "a");

	step->path = path;
	step->params = value;
	step->before = before;
	return step;
}

static void parameters_are_read_back(void **state)
{
	struct machine *f = *state;

	fixture_text(&f->files, "/sys/x", "16\n");
	plan_set(f, "/sys/x", "0x10", "1");
	plan_set(f, "/sys/gone", "", NULL); /* nothing written would be nothing heard */
	assert_int_equal(run(f), 0);
	outcome(f, 0, KMT_STEP_DONE, 0);
	assert_string_equal(f->report.results.v[0].value, "16");
	assert_null(f->report.results.v[1].value);
	assert_string_equal(kmt_fake_calls(f->fake), "write /sys/x 0x10\nwrite /sys/gone \n\n");
}

static void parameters_are_put_back(void **state)
{
	struct machine *f = *state;

	kmt_fake_script(f->fake, (struct kmt_fake_script){.op = "write", .module = "/sys/z", .errnum = EINVAL});
	plan_set(f, "/sys/x", "2", "1");
	plan_set(f, "/sys/y", "2", NULL); /* what it held is not known */
	plan_set(f, "/sys/z", "2", "1");
	assert_int_equal(run(f), -EINVAL);
	outcome(f, 0, KMT_STEP_UNDONE, 0);
	outcome(f, 1, KMT_STEP_DONE, 0);
	outcome(f, 2, KMT_STEP_FAILED, EINVAL);
	assert_string_equal(kmt_fake_calls(f->fake),
		"write /sys/x 2\nwrite /sys/y 2\nwrite /sys/z 2\nwrite /sys/x 1\n");
}

#define DEVICE "/sys/bus/b/devices/d"

static void plan_device(struct machine *f, enum kmt_step_kind kind, const char *path, const char *text,
	const char *before, const char *undo_path)
{
	struct kmt_step *step = plan_step(f, kind, "a");

	step->path = path;
	step->params = text;
	step->device = DEVICE;
	step->before = before;
	step->undo_path = undo_path;
}

static void plan_bind(struct machine *f)
{
	plan_device(f, KMT_STEP_UNBIND, "/sys/old/unbind", "d", "d", "/sys/old/bind");
	plan_device(f, KMT_STEP_OVERRIDE, "/sys/override", "new", "", NULL);
	plan_device(f, KMT_STEP_BIND, "/sys/new/bind", "d", "d", "/sys/new/unbind");
}

static void the_driver_of_a_device_is_told(void **state)
{
	struct machine *f = *state;

	fixture_link(&f->files, DEVICE "/driver", "../../drivers/new");
	plan_bind(f);
	plan_device(f, KMT_STEP_OVERRIDE, "/sys/override", "", "new", NULL);
	assert_int_equal(run(f), 0);
	assert_string_equal(f->report.results.v[2].value, "new");
	assert_null(f->report.results.v[0].value);
	assert_string_equal(kmt_fake_calls(f->fake),
		"write /sys/old/unbind d\nwrite /sys/override new\nwrite /sys/new/bind d\nwrite /sys/override \n\n");
}

/* In reverse: the old driver takes it only once it may. */
static void a_device_gets_its_driver_back(void **state)
{
	struct machine *f = *state;

	kmt_fake_script(f->fake,
		(struct kmt_fake_script){.op = "write", .module = "/sys/new/bind", .errnum = ENODEV});
	plan_bind(f);
	assert_int_equal(run(f), -ENODEV);
	outcome(f, 0, KMT_STEP_UNDONE, 0);
	outcome(f, 1, KMT_STEP_UNDONE, 0);
	outcome(f, 2, KMT_STEP_FAILED, ENODEV);
	assert_string_equal(kmt_fake_calls(f->fake),
		"write /sys/old/unbind d\nwrite /sys/override new\nwrite /sys/new/bind d\n"
		"write /sys/override \n\nwrite /sys/old/bind d\n");
}

#define TEST(t) cmocka_unit_test_setup_teardown(t, machine_setup, machine_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(steps_run_in_order),
		TEST(a_failure_takes_back_what_was_loaded),
		TEST(a_swapped_file_is_not_inserted),
		TEST(a_held_file_is_inserted),
		TEST(partial_ok_keeps_it),
		TEST(what_cannot_be_taken_back_is_told),
		TEST(what_need_not_succeed_may_fail),
		TEST(somebody_else_was_faster),
		TEST(busy_modules_are_waited_for),
		TEST(without_wait_there_is_one_try),
		TEST(commands_that_fail_or_are_killed_fail),
		TEST(what_a_command_prints_is_collected_when_asked_for),
		TEST(whoever_watches_can_cancel_before_a_step),
		TEST(a_signal_stops_between_steps),
		TEST(a_signal_in_the_last_step_takes_all_back),
		TEST(a_signal_after_a_reload_takes_nothing_back),
		TEST(a_lost_answer_is_looked_up),
		TEST(a_lost_answer_of_a_removal_too),
		TEST(a_crash_is_no_lost_answer),
		TEST(our_own_failures_are_not_the_modules),
		TEST(a_signal_ends_waiting),
		TEST(the_kernel_unpacks_what_it_can),
		UNIT_TEST_OF(KMT_LAZY_ZLIB, we_unpack_the_rest, machine_setup, machine_teardown),
		TEST(other_errors_are_not_tried_twice),
		UNIT_TEST_OF(KMT_LAZY_ZLIB, files_that_cannot_be_read_are_named, machine_setup, machine_teardown),
		TEST(parameters_are_read_back),
		TEST(parameters_are_put_back),
		TEST(the_driver_of_a_device_is_told),
		TEST(a_device_gets_its_driver_back),
		TEST(a_root_that_is_no_host_is_refused),
	};

	unit_obey_signals();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
