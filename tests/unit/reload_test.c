/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Plans to unload a module and to load it again. Plans that are made are also run on the fake kernel: what is
 * planned must work, and leave loaded what was loaded before.
 */
#include "unit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <kmt/base/alloc.h>
#include <kmt/plan/exec.h>
#include <kmt/plan/reload.h>
#include "kernel_fake.h"
#include "tree_fixture.h"

#define CONF "/etc/modprobe.d/t.conf"
#define ALL "snd_dummy snd_aloop snd_pcm snd other"

struct machine {
	struct fixture files;
	struct kmt_fake *fake;
	struct kmt_snapshot snap;
	struct kmt_reload_request req;
	struct kmt_plan plan;
	const struct kmt_procmod *in_use;
	struct kmt_err err;
	bool taken;
};

/* snd_dummy and snd_aloop use snd_pcm, which uses snd; "gone" is in the index and has no file. */
static void make_tree(const struct fixture *f)
{
	fixture_text(f, "/proc/sys/kernel/osrelease", TREE_VERSION "\n");
	fixture_text(f, "/proc/cmdline", "quiet\n");
	fixture_text(f, TREE "/modules.dep",
		"kernel/snd.ko:\nkernel/snd-pcm.ko: kernel/snd.ko\n"
		"kernel/snd-dummy.ko: kernel/snd-pcm.ko kernel/snd.ko\n"
		"kernel/snd-aloop.ko: kernel/snd-pcm.ko kernel/snd.ko\nkernel/other.ko:\nkernel/gone.ko: kernel/snd.ko\n");
	fixture_text(f, TREE "/modules.builtin", "kernel/ipv6.ko\n");
	TREE_MODULE(f, "/kernel/snd.ko", "license=GPL");
	TREE_MODULE(f, "/kernel/snd-pcm.ko", "parmtype=slots:int");
	TREE_MODULE(f, "/kernel/snd-dummy.ko", "parmtype=index:array of int");
	TREE_MODULE(f, "/kernel/snd-aloop.ko", "license=GPL");
	TREE_MODULE(f, "/kernel/other.ko", "parmtype=count:int");
}

static int setup(void **state)
{
	static const char *const needs[][2] = {{"snd_pcm", "snd"}, {"snd_dummy", "snd_pcm"}, {"snd_dummy", "snd"},
		{"snd_aloop", "snd_pcm"}, {"snd_aloop", "snd"}, {"gone", "snd"}};
	static const char *const loaded[] = {"other", "snd", "snd_pcm", "snd_aloop", "snd_dummy"};
	struct machine *m = kmt_alloc(sizeof(*m));

	fixture_init(&m->files);
	make_tree(&m->files);
	m->fake = kmt_fake_new(m->files.dir);
	for (size_t i = 0; i < KMT_ARRAY_SIZE(needs); i++)
		kmt_fake_needs(m->fake, needs[i][0], needs[i][1]);
	for (size_t i = 0; i < KMT_ARRAY_SIZE(loaded); i++)
		kmt_fake_loaded(m->fake, loaded[i], 0);
	*state = m;
	return 0;
}

static int teardown(void **state)
{
	struct machine *m = *state;

	kmt_err_clear(&m->err);
	kmt_vec_free(&m->req.targets);
	kmt_vec_free(&m->req.params);
	kmt_plan_free(&m->plan);
	if (m->taken)
		kmt_snapshot_free(&m->snap);
	kmt_fake_free(m->fake);
	fixture_clear(&m->files);
	free(m);
	return 0;
}

static int plan(struct machine *m, const char *target)
{
	kmt_vec_push(&m->req.targets, target);
	assert_int_equal(kmt_snapshot_take(&m->snap, &m->files.root, m->req.version,
				 KMT_SNAP_LOADED | KMT_SNAP_TREE | KMT_SNAP_CONFIG, NULL, NULL),
		0);
	m->taken = true;
	return kmt_plan_reload(&m->snap, &m->req, &m->plan, &m->in_use, &m->err);
}

/* WANT: the steps that change something, with parameters or the command. */
static void planned(const struct machine *m, const char *want)
{
	kmt_autostrbuf struct kmt_strbuf got = KMT_STRBUF_INIT;
	const struct kmt_step *step;

	kmt_vec_foreach(step, &m->plan.steps) {
		if (step->kind == KMT_STEP_SKIP)
			continue;
		kmt_strbuf_addf(&got, "%s%s %s", got.len ? ", " : "", kmt_step_kind_name(step->kind), step->module);
		if (step->kind == KMT_STEP_INSERT && *step->params)
			kmt_strbuf_addf(&got, " %s", step->params);
		if (step->kind == KMT_STEP_RUN)
			kmt_strbuf_addf(&got, " (%s)", step->command);
	}
	assert_string_equal(kmt_strbuf_str(&got), want);
}

static void refused(struct machine *m, const char *target, enum kmt_err_kind kind, int errnum, const char *says)
{
	assert_int_equal(plan(m, target), -errnum);
	assert_int_equal(m->err.kind, kind);
	assert_non_null(strstr(m->err.msg, says));
	assert_int_equal(m->plan.steps.n, 0);
	assert_int_equal(m->plan.warnings.n, 0);
}

static int run(struct machine *m)
{
	struct kmt_kernel kernel = kmt_fake_kernel(m->fake);
	const struct kmt_exec_options opts = {0};
	struct kmt_report report;
	int r = kmt_plan_exec(&m->plan, &kernel, &m->files.root, &opts, &report);

	for (size_t i = 0; !r && i < report.results.n; i++)
		if (report.results.v[i].outcome == KMT_STEP_FAILED)
			r = -1;
	kmt_report_free(&report);
	return r;
}

/* It can be run; LEFT is loaded then, newest first. */
static void works(struct machine *m, const char *left)
{
	kmt_autofree char *modules = NULL;

	assert_int_equal(run(m), 0);
	modules = kmt_fake_modules(m->fake);
	assert_string_equal(modules, left);
}

static void gone_and_back(void **state)
{
	struct machine *m = *state;

	assert_int_equal(plan(m, "snd-dummy"), 0);
	planned(m, "remove snd_dummy, insert snd_dummy");
	assert_int_equal(m->plan.steps.v[0].why, KMT_WHY_REQUESTED);
	assert_true(m->plan.steps.v[0].required);
	works(m, ALL);
}

/* On the machine as it will be: what stays is there, which is said once, and what was loaded again is, too. */
static void what_stays_is_said_once(void **state)
{
	struct machine *m = *state;
	size_t skips = 0;

	m->req.dependents = true;
	assert_int_equal(plan(m, "snd_pcm"), 0);
	for (size_t i = 0; i < m->plan.steps.n; i++) {
		if (m->plan.steps.v[i].kind != KMT_STEP_SKIP)
			continue;
		assert_int_equal(m->plan.steps.v[i].skip, KMT_SKIP_LOADED);
		assert_string_equal(m->plan.steps.v[i].module, "snd");
		skips++;
	}
	assert_int_equal(skips, 1);
}

static void holders_go_first_and_come_back_last(void **state)
{
	struct machine *m = *state;

	m->req.dependents = true;
	assert_int_equal(plan(m, "snd"), 0);
	planned(m, "remove snd_dummy, remove snd_aloop, remove snd_pcm, remove snd, "
		   "insert snd, insert snd_pcm, insert snd_aloop, insert snd_dummy");
	works(m, "snd_dummy snd_aloop snd_pcm snd other");
}

static void parameters_are_for_the_target(void **state)
{
	struct machine *m = *state;

	fixture_text(&m->files, CONF, "options snd_pcm slots=1\noptions snd_dummy index=5\n");
	m->req.dependents = true;
	kmt_vec_push(&m->req.params, "slots=3");
	assert_int_equal(plan(m, "snd_pcm"), 0);
	planned(m, "remove snd_dummy, remove snd_aloop, remove snd_pcm, insert snd_pcm slots=1 slots=3, "
		   "insert snd_aloop, insert snd_dummy index=5");
	/* The plan owns where they are from: the machine that they were planned on is gone. */
	for (size_t i = 0; i < m->plan.steps.n; i++)
		if (m->plan.steps.v[i].n_parts)
			assert_string_equal(m->plan.steps.v[i].parts[0].origin.file, CONF);
	works(m, ALL);
}

static void in_use_is_refused(void **state)
{
	struct machine *m = *state;

	refused(m, "snd_pcm", KMT_ERR_REFUSED, EBUSY, "snd_pcm is in use by snd_dummy, snd_aloop");
	assert_non_null(m->in_use);
	assert_string_equal(m->in_use->name, "snd_pcm");
}

static void not_loaded_is_only_loaded(void **state)
{
	struct machine *m = *state;

	fixture_text(&m->files, "/proc/modules", "snd 16384 0 - Live 0x0\n");
	assert_int_equal(plan(m, "snd_pcm"), 0);
	planned(m, "insert snd_pcm");
	assert_int_equal(m->plan.steps.v[0].skip, KMT_SKIP_NOT_LOADED);
}

/* What could not be loaded again is not unloaded, whatever the reason. */
static void no_way_back_is_refused(void **state)
{
	struct machine *m = *state;

	kmt_fake_loaded(m->fake, "gone", 0);
	refused(m, "gone", KMT_ERR_FAILED, ENOENT, "gone");
}

static void no_way_back_for_a_holder_is_refused(void **state)
{
	struct machine *m = *state;

	kmt_fake_loaded(m->fake, "gone", 0);
	m->req.dependents = true;
	refused(m, "snd", KMT_ERR_FAILED, ENOENT, "gone");
}

static void what_is_blocked_is_refused(void **state)
{
	struct machine *m = *state;

	fixture_text(&m->files, CONF, "install other /bin/false\n");
	refused(m, "other", KMT_ERR_REFUSED, EPERM, "module other is blocked by " CONF ":1");
}

static void a_wrong_parameter_is_refused(void **state)
{
	struct machine *m = *state;

	kmt_vec_push(&m->req.params, "amount=3");
	refused(m, "other", KMT_ERR_USAGE, EINVAL, "other has no parameter 'amount'");
}

static void builtin_and_unknown_are_refused(void **state)
{
	struct machine *m = *state;

	refused(m, "ipv6", KMT_ERR_REFUSED, EBUSY, "ipv6 is built into the kernel");
	m->req.targets.n = 0;
	kmt_snapshot_free(&m->snap);
	kmt_err_clear(&m->err);
	refused(m, "nonesuch", KMT_ERR_NOT_FOUND, ENOENT, "nonesuch");
}

/* The command stands for the insertion: it is run once, not once more for each of what uses the module. */
static void an_install_command_is_run_once(void **state)
{
	struct machine *m = *state;

	fixture_text(&m->files, CONF, "install snd_pcm load-it\n");
	m->req.dependents = true;
	assert_int_equal(plan(m, "snd_pcm"), 0);
	planned(m, "remove snd_dummy, remove snd_aloop, remove snd_pcm, run snd_pcm (load-it), "
		   "insert snd_aloop, insert snd_dummy");
}

/* Also a holder that a command unloads is loaded again. */
static void a_remove_command_counts_as_gone(void **state)
{
	struct machine *m = *state;

	fixture_text(&m->files, CONF, "remove snd_dummy drop-it\nremove snd_pcm drop-it-too\n");
	m->req.dependents = true;
	assert_int_equal(plan(m, "snd_pcm"), 0);
	planned(m, "run snd_dummy (drop-it), remove snd_aloop, run snd_pcm (drop-it-too), insert snd_pcm, "
		   "insert snd_aloop, insert snd_dummy");
}

/* Something opened it meanwhile: it stays as it is, nothing is loaded instead. */
static void what_does_not_go_is_not_loaded(void **state)
{
	struct machine *m = *state;

	assert_int_equal(plan(m, "other"), 0);
	kmt_fake_script(m->fake, (struct kmt_fake_script){.op = "remove", .module = "other", .errnum = EAGAIN});
	assert_int_not_equal(run(m), 0);
	assert_string_equal(kmt_fake_calls(m->fake), "remove other\n");
}

/* The value of a parameter of the loaded module. */
static void shows(const struct machine *m, const char *module, const char *param, const char *value, mode_t mode)
{
	kmt_autofree char *path = kmt_asprintf("/sys/module/%s/parameters/%s", module, param);
	kmt_autofree char *full = kmt_asprintf("%s%s", m->files.dir, path);

	unlink(full); /* the mode of an earlier one forbids writing */
	fixture_text(&m->files, path, value);
	assert_int_equal(chmod(full, mode), 0);
}

/* The parts of the parameters of the last step: "TEXT [kept] (WAS)". */
static void parts_are(const struct machine *m, const char *want)
{
	const struct kmt_step *step = &m->plan.steps.v[m->plan.steps.n - 1];
	kmt_autostrbuf struct kmt_strbuf got = KMT_STRBUF_INIT;

	for (size_t i = 0; i < step->n_parts; i++) {
		const struct kmt_step_part *part = &step->parts[i];

		kmt_strbuf_item(&got, ", ", "%s%s%s%s%s", part->text, part->kept ? " kept" : "", part->was ? " (" : "",
			part->was ? part->was : "", part->was ? ")" : "");
	}
	assert_string_equal(kmt_strbuf_str(&got), want);
}

static void warned(const struct machine *m, const char *want)
{
	kmt_autostrbuf struct kmt_strbuf got = KMT_STRBUF_INIT;

	for (size_t i = 0; i < m->plan.warnings.n; i++)
		kmt_strbuf_item(&got, "\n", "%s", m->plan.warnings.v[i]);
	assert_string_equal(kmt_strbuf_str(&got), want);
}

#define CARD TREE "/kernel/card.ko"

/* A module with parameters of all sorts, loaded with values of its own. */
static void add_card(const struct machine *m)
{
	fixture_text(&m->files, TREE "/modules.dep",
		"kernel/card.ko:\nkernel/snd.ko:\nkernel/snd-pcm.ko: kernel/snd.ko\n");
	TREE_MODULE(&m->files, "/kernel/card.ko", "parmtype=count:int", "parmtype=name:charp", "parmtype=irq:int",
		"parmtype=ids:array of charp", "parmtype=on:bool", "parmtype=slots:array of int", "srcversion=AAAA");
	shows(m, "card", "count", "16\n", 0644);
	shows(m, "card", "irq", "5\n", 0444);
	shows(m, "card", "name", "a b\n", 0644);
	shows(m, "card", "ids", "(null),(null)\n", 0444);
	shows(m, "card", "on", "Y\n", 0644);
	shows(m, "card", "slots", "1,2\n", 0644);
	fixture_text(&m->files, "/sys/module/card/srcversion", "AAAA\n");
	kmt_fake_loaded(m->fake, "card", 0);
}

static void live_values_are_kept(void **state)
{
	struct machine *m = *state;

	add_card(m);
	assert_int_equal(plan(m, "card"), 0);
	planned(m, "remove card, insert card count=16 irq=5 name=\"a b\" on=Y slots=1,2");
	parts_are(m, "count=16 kept, irq=5 kept, name=\"a b\" kept, on=Y kept, slots=1,2 kept");
	warned(m, "");
	works(m, "card " ALL);
}

/* What could only be set by a load comes from the configuration, which may be newer; what is asked for wins. */
static void configuration_and_request(void **state)
{
	struct machine *m = *state;

	add_card(m);
	fixture_text(&m->files, CONF, "options card count=4 irq=7 on=1\noptions card slots=1,2 name=x\n");
	kmt_vec_push(&m->req.params, "name=y");
	kmt_vec_push(&m->req.params, "slots=1,2");
	assert_int_equal(plan(m, "card"), 0);
	planned(m, "remove card, insert card count=4 irq=7 on=1 slots=1,2 name=x count=16 name=y slots=1,2");
	parts_are(m, "count=4 irq=7 on=1 (irq was 5), slots=1,2 name=x, count=16 kept, name=y (name was a b), slots=1,2");
}

static void what_cannot_be_kept_is_told(void **state)
{
	struct machine *m = *state;

	add_card(m);
	TREE_MODULE(&m->files, "/kernel/card.ko", "parmtype=count:int", "parmtype=name:charp", "parmtype=irq:int",
		"parmtype=ids:array of charp", "parmtype=secret:int", "parmtype=known:int", "srcversion=AAAA");
	fixture_text(&m->files, CONF, "options card known=1\n");
	shows(m, "card", "ids", "a,(null)\n", 0444);
	shows(m, "card", "irq", "5\n", 0200);
	shows(m, "card", "name", "a\"b\n", 0644);
	assert_int_equal(plan(m, "card"), 0);
	planned(m, "remove card, insert card known=1 count=16");
	warned(m, "card: values are not kept, as the kernel does not show them: secret\n"
		  "card: values are not kept, as they cannot be read: irq\n"
		  "card: values are not kept, as the file has no such parameters: on, slots\n"
		  "card: values are not kept, as they cannot be written as parameters: ids, name");
}

static void dependents_keep_theirs(void **state)
{
	struct machine *m = *state;

	shows(m, "snd_pcm", "slots", "2\n", 0644);
	shows(m, "snd_dummy", "index", "7,8\n", 0444);
	m->req.dependents = true;
	assert_int_equal(plan(m, "snd"), 0);
	planned(m, "remove snd_dummy, remove snd_aloop, remove snd_pcm, remove snd, "
		   "insert snd, insert snd_pcm slots=2, insert snd_aloop, insert snd_dummy index=7,8");
}

/* The new one is refused by the kernel: the old one comes back, with its values, then what uses it. */
static void a_failure_brings_back_what_was(void **state)
{
	struct machine *m = *state;

	shows(m, "snd_pcm", "slots", "2\n", 0644);
	m->req.dependents = true;
	kmt_vec_push(&m->req.params, "slots=3");
	assert_int_equal(plan(m, "snd_pcm"), 0);
	kmt_fake_script(m->fake, (struct kmt_fake_script){.op = "insert", .module = "snd_pcm", .errnum = EINVAL});
	assert_int_equal(run(m), -EINVAL);
	assert_string_equal(kmt_fake_calls(m->fake),
		"remove snd_dummy\nremove snd_aloop\nremove snd_pcm\n"
		"insert " TREE "/kernel/snd-pcm.ko slots=3\ninsert " TREE "/kernel/snd-pcm.ko slots=2\n"
		"insert " TREE "/kernel/snd-aloop.ko\ninsert " TREE "/kernel/snd-dummy.ko\n");
}

/* Without the file of the loaded build there is no way back, which is said before. */
static void another_build_cannot_come_back(void **state)
{
	struct machine *m = *state;

	add_card(m);
	fixture_text(&m->files, "/sys/module/card/srcversion", "BBBB\n");
	assert_int_equal(plan(m, "card"), 0);
	warned(m, "the loaded build of card is not the one in the module tree: it cannot be loaded again if the reload "
		  "fails");
	assert_null(m->plan.steps.v[0].restore);
	kmt_fake_script(m->fake, (struct kmt_fake_script){.op = "insert", .module = "card", .errnum = EINVAL});
	assert_int_equal(run(m), -EINVAL);
	assert_string_equal(kmt_fake_calls(m->fake),
		"remove card\ninsert " CARD " count=16 irq=5 name=\"a b\" on=Y slots=1,2\n");
}

/* A file is loaded in the place of the build that is loaded, which comes from the tree. */
static void a_file_replaces_the_loaded_build(void **state)
{
	struct machine *m = *state;
	kmt_autofree char *modules = NULL;

	add_card(m);
	TREE_MODULE(&m->files, "/../card-new.ko", "name=card", "parmtype=count:int", "parmtype=name:charp",
		"parmtype=irq:int", "parmtype=ids:array of charp", "parmtype=on:bool", "srcversion=CCCC");
	assert_int_equal(plan(m, "/lib/modules/card-new.ko"), 0);
	planned(m, "remove card, insert card count=16 irq=5 name=\"a b\" on=Y");
	assert_string_equal(m->plan.steps.v[1].path, "/lib/modules/card-new.ko");
	assert_string_equal(m->plan.steps.v[0].restore->path, CARD);
	assert_string_equal(m->plan.steps.v[0].restore->params, "count=16 irq=5 name=\"a b\" on=Y slots=1,2");
	warned(m, "card: values are not kept, as the file has no such parameters: slots");
	kmt_fake_script(m->fake, (struct kmt_fake_script){.op = "insert", .module = "card_new", .errnum = ENOEXEC});
	assert_int_equal(run(m), -ENOEXEC);
	modules = kmt_fake_modules(m->fake);
	assert_string_equal(modules, "card " ALL);
}

/* A copy of the tree's file that the kernel refuses, as it was damaged, has the same build-id. */
static void the_tree_is_the_better_way_back(void **state)
{
	struct machine *m = *state;

	add_card(m);
	TREE_MODULE(&m->files, "/../card.ko", "parmtype=count:int", "srcversion=AAAA");
	assert_int_equal(plan(m, "/lib/modules/card.ko"), 0);
	assert_string_equal(m->plan.steps.v[0].restore->path, CARD);
	assert_string_equal(m->plan.steps.v[0].restore->params, "count=16 irq=5 name=\"a b\" on=Y slots=1,2");
}

static void a_file_that_is_not_loaded_is_loaded(void **state)
{
	struct machine *m = *state;

	TREE_MODULE(&m->files, "/../new.ko", "license=GPL");
	assert_int_equal(plan(m, "/lib/modules/new.ko"), 0);
	planned(m, "insert new");
	works(m, "new " ALL);
}

/* A build that no file has is only replaced by one of another file. */
static void what_is_known_of_the_loaded_build(void **state)
{
	struct machine *m = *state;

	TREE_MODULE(&m->files, "/../other.ko", "license=GPL");
	TREE_MODULE(&m->files, "/../card.ko", "license=GPL");
	kmt_fake_loaded(m->fake, "card", 0);
	kmt_vec_push(&m->req.targets, "/lib/modules/card.ko");
	assert_int_equal(plan(m, "/lib/modules/other.ko"), 0);
	planned(m, "remove card, remove other, insert card, insert other");
	assert_null(m->plan.steps.v[0].restore);
	assert_string_equal(m->plan.steps.v[1].restore->path, TREE "/kernel/other.ko");
	warned(m, "the loaded build of card has no file in the module tree: it cannot be loaded again if the reload fails\n"
		  "if the reload fails, other is loaded from the module tree: whether that is the loaded build is not known");
}

/* The same file again: the loaded build is in it, wherever it is. */
static void the_same_file_is_the_way_back(void **state)
{
	struct machine *m = *state;

	TREE_MODULE(&m->files, "/../card.ko", "srcversion=AAAA");
	fixture_text(&m->files, "/sys/module/card/srcversion", "AAAA\n");
	kmt_fake_loaded(m->fake, "card", 0);
	assert_int_equal(plan(m, "/lib/modules/card.ko"), 0);
	assert_string_equal(m->plan.steps.v[0].restore->path, "/lib/modules/card.ko");
	warned(m, "");
}

/* What the planner looked at is what is inserted; nothing is unloaded for another file. */
static void a_file_that_was_swapped_unloads_nothing(void **state)
{
	struct machine *m = *state;

	TREE_MODULE(&m->files, "/../new.ko", "name=other");
	kmt_vec_push(&m->req.targets, "/lib/modules/new.ko");
	assert_int_equal(plan(m, "snd-dummy"), 0);
	planned(m, "remove other, remove snd_dummy, insert other, insert snd_dummy");
	assert_int_equal(m->plan.fds.n, 1);
	assert_int_equal(m->plan.steps.v[2].file->fd, m->plan.fds.v[0]);
	assert_int_equal(m->plan.steps.v[m->plan.steps.n - 1].file->fd, -1);
	TREE_MODULE(&m->files, "/kernel/snd-dummy.ko", "parmtype=index:array of int", "license=GPL");
	assert_int_equal(run(m), -ESTALE);
	assert_string_equal(kmt_fake_calls(m->fake), "");
}

static void several_together(void **state)
{
	struct machine *m = *state;

	kmt_vec_push(&m->req.targets, "snd-dummy");
	kmt_vec_push(&m->req.targets, "other");
	m->req.dependents = true;
	assert_int_equal(plan(m, "snd_pcm"), 0);
	planned(m, "remove snd_dummy, remove other, remove snd_aloop, remove snd_pcm, insert snd_pcm, insert snd_dummy, "
		   "insert other, insert snd_aloop");
	works(m, "snd_aloop other snd_dummy snd_pcm snd");
}

static void in_use_is_left_to_waiting(void **state)
{
	struct machine *m = *state;

	kmt_fake_loaded(m->fake, "busy", 1);
	fixture_text(&m->files, TREE "/modules.dep", "kernel/busy.ko:\n");
	TREE_MODULE(&m->files, "/kernel/busy.ko", "license=GPL");
	m->req.wait = true;
	assert_int_equal(plan(m, "busy"), 0);
	planned(m, "remove busy, insert busy");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(gone_and_back, setup, teardown),
		cmocka_unit_test_setup_teardown(what_stays_is_said_once, setup, teardown),
		cmocka_unit_test_setup_teardown(holders_go_first_and_come_back_last, setup, teardown),
		cmocka_unit_test_setup_teardown(parameters_are_for_the_target, setup, teardown),
		cmocka_unit_test_setup_teardown(in_use_is_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(not_loaded_is_only_loaded, setup, teardown),
		cmocka_unit_test_setup_teardown(no_way_back_is_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(no_way_back_for_a_holder_is_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(what_is_blocked_is_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(a_wrong_parameter_is_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(builtin_and_unknown_are_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(an_install_command_is_run_once, setup, teardown),
		cmocka_unit_test_setup_teardown(a_remove_command_counts_as_gone, setup, teardown),
		cmocka_unit_test_setup_teardown(what_does_not_go_is_not_loaded, setup, teardown),
		cmocka_unit_test_setup_teardown(live_values_are_kept, setup, teardown),
		cmocka_unit_test_setup_teardown(configuration_and_request, setup, teardown),
		cmocka_unit_test_setup_teardown(what_cannot_be_kept_is_told, setup, teardown),
		cmocka_unit_test_setup_teardown(dependents_keep_theirs, setup, teardown),
		cmocka_unit_test_setup_teardown(a_failure_brings_back_what_was, setup, teardown),
		cmocka_unit_test_setup_teardown(another_build_cannot_come_back, setup, teardown),
		cmocka_unit_test_setup_teardown(a_file_replaces_the_loaded_build, setup, teardown),
		cmocka_unit_test_setup_teardown(the_tree_is_the_better_way_back, setup, teardown),
		cmocka_unit_test_setup_teardown(a_file_that_is_not_loaded_is_loaded, setup, teardown),
		cmocka_unit_test_setup_teardown(what_is_known_of_the_loaded_build, setup, teardown),
		cmocka_unit_test_setup_teardown(the_same_file_is_the_way_back, setup, teardown),
		cmocka_unit_test_setup_teardown(a_file_that_was_swapped_unloads_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(several_together, setup, teardown),
		cmocka_unit_test_setup_teardown(in_use_is_left_to_waiting, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
