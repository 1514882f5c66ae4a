/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a run comes to: plans are run by the fake kernel; the verdict and every line are compared whole. */
#include "unit.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

#include <kmt/base/alloc.h>
#include <kmt/base/strbuf.h>

#include "plan_fixture.h"

static int setup(void **state)
{
	struct machine *m;

	machine_setup(state);
	m = *state;
	fixture_text(&m->files, "/sys/module/a/parameters/n", "1\n");
	return 0;
}

static struct kmt_step *add(struct machine *m, enum kmt_step_kind kind, const char *module, const char *path)
{
	const struct kmt_step step = {
		.kind = kind, .module = module, .path = path, .params = "", .required = true};

	kmt_vec_push(&m->plan.steps, step);
	return &m->plan.steps.v[m->plan.steps.n - 1];
}

/* One of several modules that answer to ALIAS. */
static void add_candidate(struct machine *m, const char *module, const char *path, const char *alias)
{
	struct kmt_step *step = add(m, KMT_STEP_INSERT, module, path);

	step->because_of = alias;
	step->required = false;
}

static void script(struct machine *m, const char *op, const char *module, int errnum)
{
	kmt_fake_script(m->fake,
		(struct kmt_fake_script){.op = op, .module = module, .errnum = errnum, .times = 1000});
}

static const char letters[] = {
	[KMT_OUTCOME_STEP] = 's', [KMT_OUTCOME_SKIPPED] = '-', [KMT_OUTCOME_WARNING] = 'w',
	[KMT_OUTCOME_MISMATCH] = 'm', [KMT_OUTCOME_LOG] = 'l', [KMT_OUTCOME_LOG_DONE] = 'd',
	[KMT_OUTCOME_NOTE] = 'n', [KMT_OUTCOME_USER] = 'u', [KMT_OUTCOME_UNDONE] = '<',
	[KMT_OUTCOME_UNDO_FAILED] = '!', [KMT_OUTCOME_FAILURE] = 'f', [KMT_OUTCOME_HINT] = 'h',
	[KMT_OUTCOME_EFFECT] = 'e', [KMT_OUTCOME_OUTPUT] = 'o'};

/* Runs the plan; WANT is all lines, each behind a letter that stands for its role. */
static void run(struct machine *m, enum kmt_outcome_verdict verdict, const char *want)
{
	const char *effect = "at the next load";
	const struct kmt_strv effects = {.v = &effect, .n = 1};
	struct kmt_policy policy = {.euid_root = true, .cap_sys_module = true};
	struct kmt_snapshot snap = {0};
	struct kmt_run run = {.root = &m->files.root, .snap = &snap, .plan = &m->plan, .report = &m->report,
		.policy = &policy, .effects = &effects};
	kmt_autostrbuf struct kmt_strbuf got = KMT_STRBUF_INIT;
	const struct kmt_outcome_line *line;

	snap.root = &m->files.root;
	run.result = kmt_plan_exec(&m->plan, &m->kernel, &m->files.root, &m->opts, &m->report);
	kmt_outcome_make(&run, &m->o);
	kmt_vec_foreach(line, &m->o.lines) {
		kmt_strbuf_addf(&got, "%c %s\n", letters[line->role], line->text);
	}
	assert_string_equal(kmt_strbuf_str(&got), want);
	assert_string_equal(kmt_outcome_title(m->o.verdict), kmt_outcome_title(verdict));
	assert_int_equal(m->o.verdict, verdict);
}

/* The exit status and the error that follow from it. */
static void status(const struct machine *m, int r, enum kmt_err_kind kind, const char *msg)
{
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;

	assert_int_equal(kmt_outcome_status(&m->o, &err), r);
	assert_int_equal(err.kind, kind);
	if (msg)
		assert_string_equal(err.msg, msg);
	else
		assert_null(err.msg);
}

static void all_done(void **state)
{
	struct machine *m = *state;

	add(m, KMT_STEP_SKIP, "z", NULL)->reason = "already loaded";
	add(m, KMT_STEP_INSERT, "a", "/m/a.ko");
	add(m, KMT_STEP_RUN, "b", NULL)->command = "x";
	add(m, KMT_STEP_REMOVE, "a", NULL);
	run(m, KMT_OUTCOME_DONE,
		"- z: already loaded\ns loaded a\ns b: ran its command\ns unloaded a\ne at the next load\n");
	status(m, 0, KMT_ERR_NONE, NULL);
	assert_int_equal(m->o.failed, 4);
}

/* What explain/ says of it. */
#define CAUSE(module) \
	module ": init failed with -ENODEV (No such device): the hardware it drives is not present, or parameters " \
	       "must say where it is"
#define FAILURE(module, whose) module whose " was not loaded (No such device): " CAUSE(module)
#define HINT(module) \
	"h the module's own lines in the kernel log and its documentation tell what it needs ('kmtool log " module \
	"')\n"

static void an_alias_of_which_none_loads_has_failed(void **state)
{
	struct machine *m = *state;

	add_candidate(m, "a", "/m/a.ko", "twice");
	add_candidate(m, "b", "/m/b.ko", "twice");
	script(m, "insert", "a", ENODEV);
	script(m, "insert", "b", ENOENT);
	run(m, KMT_OUTCOME_FAILED, "f " FAILURE("a", "") "\n" HINT("a"));
	status(m, -ENODEV, KMT_ERR_FAILED, FAILURE("a", ""));
}

static void of_an_alias_one_is_enough(void **state)
{
	struct machine *m = *state;

	add_candidate(m, "a", "/m/a.ko", "twice");
	add_candidate(m, "b", "/m/b.ko", "twice");
	script(m, "insert", "a", ENODEV);
	run(m, KMT_OUTCOME_DONE, "s loaded b\nw a was not loaded: " CAUSE("a") "\ne at the next load\n");
	status(m, 0, KMT_ERR_NONE, NULL);
}

/* Another target that was loaded does not stand for the alias. */
static void each_alias_counts(void **state)
{
	struct machine *m = *state;

	add(m, KMT_STEP_INSERT, "c", "/m/c.ko");
	add_candidate(m, "a", "/m/a.ko", "twice");
	add_candidate(m, "b", "/m/b.ko", "twice");
	script(m, "insert", "a", ENODEV);
	script(m, "insert", "b", ENODEV);
	run(m, KMT_OUTCOME_PARTLY, "s loaded c\nf " FAILURE("a", "") "\n" HINT("a"));
	status(m, -ENODEV, KMT_ERR_PARTLY, FAILURE("a", ""));
	assert_int_equal(m->o.failed, 1);
}

static void add_value(struct machine *m, const char *value)
{
	struct kmt_step *step = add(m, KMT_STEP_SETPARAM, "a", "/sys/module/a/parameters/n");

	step->params = value;
	step->before = "1";
	step->type = "int";
}

static void a_value_that_is_not_taken_is_a_problem(void **state)
{
	struct machine *m = *state;

	add_value(m, "7");
	run(m, KMT_OUTCOME_PROBLEM, "s a.n = 1 (was 1)\nm a.n: '7' was written, but the kernel shows '1'\n");
	status(m, 1, KMT_ERR_NONE, NULL);
}

/* The same number, written another way. */
static void a_value_that_is_taken_is_none(void **state)
{
	struct machine *m = *state;

	add_value(m, "0x1");
	run(m, KMT_OUTCOME_DONE, "s a.n = 1 (was 1)\ne at the next load\n");
}

static void what_stays_is_partly_done(void **state)
{
	struct machine *m = *state;

	m->opts.partial_ok = true;
	add(m, KMT_STEP_INSERT, "a", "/m/a.ko");
	add(m, KMT_STEP_INSERT, "b", "/m/b.ko");
	script(m, "insert", "b", ENODEV);
	run(m, KMT_OUTCOME_PARTLY, "s loaded a\nf " FAILURE("b", "") "\n" HINT("b"));
	status(m, -ENODEV, KMT_ERR_PARTLY, FAILURE("b", ""));
}

static void what_is_taken_back_is_no_part(void **state)
{
	struct machine *m = *state;

	add(m, KMT_STEP_INSERT, "a", "/m/a.ko");
	add(m, KMT_STEP_INSERT, "b", "/m/b.ko");
	add(m, KMT_STEP_INSERT, "c", "/m/c.ko")->because_of = "top";
	m->plan.steps.v[2].why = KMT_WHY_DEPENDENCY;
	script(m, "insert", "c", ENODEV);
	run(m, KMT_OUTCOME_FAILED, "< unloaded again: a, b\nf " FAILURE("c", " (for top)") "\n" HINT("c"));
	status(m, -ENODEV, KMT_ERR_FAILED, FAILURE("c", " (for top)"));
}

static void what_cannot_be_taken_back_stays(void **state)
{
	struct machine *m = *state;

	add(m, KMT_STEP_INSERT, "a", "/m/a.ko");
	add(m, KMT_STEP_INSERT, "b", "/m/b.ko");
	script(m, "insert", "b", ENODEV);
	script(m, "remove", "a", EAGAIN);
	run(m, KMT_OUTCOME_PARTLY, "! could not be unloaded again: a\nf " FAILURE("b", "") "\n" HINT("b"));
	status(m, -ENODEV, KMT_ERR_PARTLY, FAILURE("b", ""));
}

static void an_interrupted_run_has_failed(void **state)
{
	struct machine *m = *state;

	kmt_fake_script(m->fake, (struct kmt_fake_script){.op = "insert", .module = "a", .raise = SIGTERM});
	add(m, KMT_STEP_INSERT, "a", "/m/a.ko");
	add(m, KMT_STEP_INSERT, "b", "/m/b.ko");
	run(m, KMT_OUTCOME_FAILED,
		"< unloaded again: a\nf stopped by signal 15 (Terminated) before b\n");
	status(m, -EINTR, KMT_ERR_FAILED, "stopped by signal 15 (Terminated) before b");
	assert_string_equal(m->o.why.id, "interrupted");
}

static void an_interrupted_run_that_keeps_something_is_partly_done(void **state)
{
	struct machine *m = *state;

	m->opts.partial_ok = true;
	kmt_fake_script(m->fake, (struct kmt_fake_script){.op = "insert", .module = "a", .raise = SIGTERM});
	add(m, KMT_STEP_INSERT, "a", "/m/a.ko");
	add(m, KMT_STEP_INSERT, "b", "/m/b.ko");
	run(m, KMT_OUTCOME_PARTLY, "s loaded a\nf stopped by signal 15 (Terminated) before b\n");
	status(m, -EINTR, KMT_ERR_PARTLY, "stopped by signal 15 (Terminated) before b");
}

static bool at_once(void *ctx)
{
	return true;
}

static void a_cancelled_run_says_so(void **state)
{
	static const struct kmt_exec_watch watch = {.cancelled = at_once};
	struct machine *m = *state;

	m->opts.watch = &watch;
	add(m, KMT_STEP_INSERT, "a", "/m/a.ko");
	run(m, KMT_OUTCOME_FAILED, "f cancelled before a\n");
	status(m, -EINTR, KMT_ERR_FAILED, "cancelled before a");
}

static void what_a_command_printed_is_told(void **state)
{
	struct machine *m = *state;

	m->opts.collect = true;
	kmt_fake_script(m->fake, (struct kmt_fake_script){.op = "run", .module = "a", .prints = "one\ntwo"});
	add(m, KMT_STEP_RUN, "a", NULL);
	run(m, KMT_OUTCOME_DONE, "o one\no two\ns a: ran its command\ne at the next load\n");
}

/* The first lines of an oops say what it is. */
static void a_long_log_is_cut(void **state)
{
	struct machine *m = *state;

	kmt_fake_script(m->fake,
		(struct kmt_fake_script){.op = "insert", .module = "a", .errnum = ENODEV,
			.log = "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n14"});
	add(m, KMT_STEP_INSERT, "a", "/m/a.ko");
	run(m, KMT_OUTCOME_FAILED,
		"l 1\nl 2\nl 3\nl 4\nl 5\nl 6\nl 7\nl 8\nl 9\nl 10\nl 11\nl 12\nl ... 2 more lines\nf " FAILURE("a", "")
		"\n" HINT("a"));
}

#define T(test) cmocka_unit_test_setup_teardown(test, setup, machine_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(all_done),
		T(an_alias_of_which_none_loads_has_failed),
		T(of_an_alias_one_is_enough),
		T(each_alias_counts),
		T(a_value_that_is_not_taken_is_a_problem),
		T(a_value_that_is_taken_is_none),
		T(what_stays_is_partly_done),
		T(what_is_taken_back_is_no_part),
		T(what_cannot_be_taken_back_stays),
		T(an_interrupted_run_has_failed),
		T(an_interrupted_run_that_keeps_something_is_partly_done),
		T(a_cancelled_run_says_so),
		T(what_a_command_printed_is_told),
		T(a_long_log_is_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
