/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From an edit to a WRITE step, to the file, and back by the undo record. */
#include "unit.h"

#include <errno.h>
#include <string.h>

#include <kmt/base/alloc.h>
#include <kmt/plan/edit.h>
#include <kmt/plan/exec.h>
#include <kmt/source/conftext.h>
#include <kmt/source/undo.h>
#include <kmt/sys/paths.h>
#include "fixture.h"

#define CONF "/etc/modprobe.d/a.conf"
#define OURS "/etc/modprobe.d/kmtool-a.conf"

static const char text[] = "# mine\noptions a x=1 \\\n y=2\nblacklist b";

struct machine {
	struct fixture files;
	struct kmt_kernel kernel;
	struct kmt_plan plan;
};

static int setup(void **state)
{
	struct machine *m = kmt_alloc(sizeof(*m));

	fixture_init(&m->files);
	fixture_text(&m->files, CONF, text);
	kmt_kernel_refuse(&m->kernel);
	*state = m;
	return 0;
}

static int teardown(void **state)
{
	struct machine *m = *state;

	kmt_plan_free(&m->plan);
	fixture_clear(&m->files);
	free(m);
	return 0;
}

static void holds(const struct machine *m, const char *path, const char *want)
{
	kmt_autostrbuf struct kmt_strbuf now = KMT_STRBUF_INIT;

	if (!want) {
		assert_false(kmt_root_exists(&m->files.root, path));
		return;
	}
	assert_int_equal(kmt_root_read(&m->files.root, path, 0, &now, NULL), 0);
	assert_string_equal(kmt_strbuf_str(&now), want);
}

static int run(struct machine *m)
{
	struct kmt_exec_options opts = {0};
	struct kmt_report report;
	int r = kmt_plan_exec(&m->plan, &m->kernel, &m->files.root, &opts, &report);

	kmt_report_free(&report);
	return r;
}

static void edits_touch_one_line(void **state)
{
	struct machine *m = *state;
	struct kmt_edit e;

	assert_int_equal(kmt_edit_open(&e, &m->files.root, CONF, NULL), 0);
	assert_int_equal(kmt_edit_comment_out(&e, 2), 0);
	assert_int_equal(kmt_edit_comment_out(&e, 3), -ENOENT);
	assert_int_equal(kmt_edit_restore(&e, 1), -EINVAL);
	kmt_edit_append(&e, "options c z=1");
	kmt_edit_plan(&e, &m->plan, "a");
	kmt_edit_close(&e);
	assert_int_equal(m->plan.steps.n, 1);
	holds(m, CONF, text);
	assert_int_equal(run(m), 0);
	holds(m, CONF,
		"# mine\n" KMT_CONFTEXT_MARK "options a x=1 \\\n y=2\nblacklist b\noptions c z=1\n");
}

static void set(const char *text_before, const char *value, const char *want)
{
	struct kmt_edit e = {.path = OURS, .join = true};

	kmt_strbuf_addstr(&e.text, text_before);
	assert_int_equal(kmt_edit_set_option(&e, "a", "x", 1, value, NULL), 0);
	assert_string_equal(kmt_strbuf_str(&e.text), want);
	kmt_edit_close(&e);
}

static void options_are_set_in_place(void **state)
{
	set("", "1", "options a x=1\n");
	set("# c\noptions a x=1 y=2\nblacklist b\n", "3", "# c\noptions a x=3 y=2\nblacklist b\n");
	set("options a x=1\n", "1", "options a x=1\n");
	set("options  a\tx=1\n", "1", "options  a\tx=1\n"); /* not even its blanks */
	set("options a x=1\noptions a x=2 x=3\n", "4", "options a x=4\n");
	set("options a \\\n y=\"p q\" \\\n x=1\nz\n", "2", "options a y=\"p q\" x=2\nz\n");
	set("options a y=2\n", "p q", "options a y=2\noptions a x=\"p q\"\n");
	set("options b x=1\n", "2", "options b x=1\noptions a x=2\n");
	set("", "\\d", "options a x=\\\\d\n");
	set("options a y=\\\\ x=1\n", "2", "options a y=\\\\ x=2\n");
}

static void options_are_taken_out(void **state)
{
	set("options a x=1\nblacklist b\n", NULL, "blacklist b\n");
	set("options a x y=2\noptions a x=3\n", NULL, "options a y=2\n");
	set("options a y=2\n", NULL, "options a y=2\n");
}

static void a_value_may_be_unwritable(void **state)
{
	struct kmt_edit e = {.path = OURS, .join = true};
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;

	assert_int_equal(kmt_edit_set_option(&e, "a", "x", 1, "p\"q", &err), -EINVAL);
	assert_int_equal(err.kind, KMT_ERR_USAGE);
	assert_int_equal(e.text.len, 0);
}

static void the_first_line_is_set(void **state)
{
	struct kmt_edit e = {.path = OURS, .join = true};

	kmt_strbuf_addstr(&e.text, "softdep b pre: c\nsoftdep a pre: b\nsoftdep a pre: c\n");
	kmt_edit_set_line(&e, KMT_CONF_SOFTDEP, "a", "pre: d");
	kmt_edit_set_line(&e, KMT_CONF_SOFTDEP, "e", "pre:");
	assert_string_equal(e.text.s, "softdep b pre: c\nsoftdep a pre: d\nsoftdep a pre: c\nsoftdep e pre:\n");
	kmt_edit_close(&e);
}

static void a_preview_is_what_will_be(void **state)
{
	struct machine *m = *state;
	struct kmt_conf conf = {0};
	struct kmt_root after;
	struct kmt_edit e;

	fixture_text(&m->files, OURS, "blacklist gone\n");
	assert_int_equal(kmt_edit_open(&e, &m->files.root, OURS, NULL), 0);
	kmt_strbuf_truncate(&e.text, 0);
	kmt_edit_plan(&e, &m->plan, NULL);
	kmt_edit_close(&e);
	assert_int_equal(kmt_edit_open(&e, &m->files.root, "/etc/modprobe.d/new.conf", NULL), 0);
	kmt_edit_append(&e, "blacklist new");
	kmt_edit_plan(&e, &m->plan, NULL);
	kmt_edit_close(&e);
	kmt_edit_preview(&m->plan, &m->files.root, &after);
	kmt_modprobed_read(&after, NULL, &conf, NULL, NULL);
	assert_int_equal(conf.lines.n, 3); /* two of CONF */
	assert_string_equal(conf.lines.v[2].pattern, "new");
	assert_string_equal(conf.lines.v[2].origin.file, "/etc/modprobe.d/new.conf");
	assert_false(kmt_root_exists(&after, OURS));
	assert_true(kmt_root_exists(&m->files.root, OURS));
	kmt_conf_free(&conf);
}

static void a_copy_takes_the_place(void **state)
{
	struct machine *m = *state;
	struct kmt_edit e;

	fixture_text(&m->files, "/usr/lib/modprobe.d/p.conf", "blacklist p\n");
	assert_int_equal(kmt_edit_open_over(&e, &m->files.root, "/etc/modprobe.d/p.conf",
				 "/usr/lib/modprobe.d/p.conf", NULL),
		0);
	assert_true(e.absent);
	assert_int_equal(kmt_edit_comment_out(&e, 1), 0);
	kmt_edit_plan(&e, &m->plan, NULL);
	kmt_edit_close(&e);
	assert_int_equal(run(m), 0);
	holds(m, "/etc/modprobe.d/p.conf", KMT_CONFTEXT_MARK "blacklist p\n");
	holds(m, "/usr/lib/modprobe.d/p.conf", "blacklist p\n");
}

/* The second file was changed meanwhile: the first gets back what it held. */
static void several_files_are_one_change(void **state)
{
	struct machine *m = *state;
	struct kmt_edit e;

	assert_int_equal(kmt_edit_open(&e, &m->files.root, OURS, NULL), 0);
	kmt_edit_append(&e, "blacklist x");
	kmt_edit_plan(&e, &m->plan, NULL);
	kmt_edit_close(&e);
	assert_int_equal(kmt_edit_open(&e, &m->files.root, CONF, NULL), 0);
	kmt_edit_append(&e, "blacklist y");
	kmt_edit_plan(&e, &m->plan, NULL);
	kmt_edit_close(&e);
	assert_false(kmt_plan_is_stale(&m->plan, &m->files.root));
	fixture_text(&m->files, CONF, "somebody else\n");
	assert_true(kmt_plan_is_stale(&m->plan, &m->files.root));
	assert_int_equal(run(m), -ESTALE);
	holds(m, OURS, NULL);
	holds(m, CONF, "somebody else\n");
}

static void no_change_is_no_step(void **state)
{
	struct machine *m = *state;
	struct kmt_edit e;

	assert_int_equal(kmt_edit_open(&e, &m->files.root, CONF, NULL), 0);
	assert_int_equal(kmt_edit_comment_out(&e, 1), 0);
	assert_int_equal(kmt_edit_restore(&e, 1), 0);
	kmt_edit_plan(&e, &m->plan, "a");
	kmt_edit_close(&e);
	assert_int_equal(kmt_edit_open(&e, &m->files.root, OURS, NULL), 0);
	kmt_edit_plan(&e, &m->plan, "a");
	kmt_edit_close(&e);
	assert_int_equal(m->plan.steps.n, 0);
}

static void changed_files_are_left_alone(void **state)
{
	struct machine *m = *state;
	struct kmt_edit e;

	assert_int_equal(kmt_edit_open(&e, &m->files.root, CONF, NULL), 0);
	kmt_edit_append(&e, "blacklist c");
	kmt_edit_plan(&e, &m->plan, "c");
	kmt_edit_close(&e);
	fixture_text(&m->files, CONF, "blacklist d\n");
	assert_int_equal(run(m), -ESTALE);
	holds(m, CONF, "blacklist d\n");
}

static void new_files_must_still_be_new(void **state)
{
	struct machine *m = *state;
	struct kmt_edit e;

	assert_int_equal(kmt_edit_open(&e, &m->files.root, OURS, NULL), 0);
	kmt_edit_append(&e, "blacklist c");
	kmt_edit_plan(&e, &m->plan, "c");
	kmt_edit_close(&e);
	fixture_text(&m->files, OURS, "");
	assert_int_equal(run(m), -ESTALE);
	holds(m, OURS, "");
}

static void read_record(const struct machine *m, struct kmt_arena *arena, struct kmt_undo *undo)
{
	kmt_autostrbuf struct kmt_strbuf record = KMT_STRBUF_INIT;

	assert_int_equal(kmt_root_read(&m->files.root, KMT_PATH_UNDO, 0, &record, NULL), 0);
	assert_int_equal(kmt_undo_parse(record.s, record.len, arena, undo), 0);
}

static void own_files_come_and_go(void **state)
{
	struct machine *m = *state;
	struct kmt_arena arena = {0};
	struct kmt_undo undo = {0};
	struct kmt_edit e;

	assert_int_equal(kmt_edit_open(&e, &m->files.root, OURS, NULL), 0);
	kmt_edit_append(&e, "blacklist c");
	kmt_edit_plan(&e, &m->plan, "c");
	kmt_edit_close(&e);
	assert_int_equal(run(m), 0);
	holds(m, OURS, "blacklist c\n");
	read_record(m, &arena, &undo);
	assert_int_equal(undo.files.n, 1);
	assert_string_equal(undo.files.v[0].path, OURS);
	assert_null(undo.files.v[0].before);
	assert_string_equal(undo.files.v[0].after, "blacklist c\n");

	kmt_plan_free(&m->plan);
	assert_int_equal(kmt_edit_open(&e, &m->files.root, OURS, NULL), 0);
	assert_int_equal(kmt_edit_replace(&e, 1, NULL), 0);
	kmt_edit_plan(&e, &m->plan, "c");
	kmt_edit_close(&e);
	assert_int_equal(run(m), 0);
	holds(m, OURS, NULL);
	kmt_undo_free(&undo);
	kmt_arena_free(&arena);
}

#define LOAD_D "/etc/modules-load.d"

static void add_edit(struct machine *m, const char *path)
{
	struct kmt_edit e;

	assert_int_equal(kmt_edit_open(&e, &m->files.root, path, NULL), 0);
	kmt_edit_append(&e, "c");
	kmt_edit_plan(&e, &m->plan, NULL);
	kmt_edit_close(&e);
}

static void directories_are_made_once_and_taken_back(void **state)
{
	struct machine *m = *state;
	struct kmt_arena arena = {0};
	struct kmt_undo undo = {0};

	add_edit(m, LOAD_D "/x.conf");
	add_edit(m, LOAD_D "/y.conf");
	add_edit(m, CONF);
	assert_int_equal(m->plan.steps.n, 4);
	assert_int_equal(m->plan.steps.v[0].kind, KMT_STEP_MKDIR);
	assert_string_equal(m->plan.steps.v[0].path, LOAD_D);
	fixture_text(&m->files, CONF, "changed meanwhile\n");
	assert_int_equal(run(m), -ESTALE);
	assert_false(kmt_root_exists(&m->files.root, LOAD_D));

	/* One that somebody else creates meanwhile is not ours. */
	fixture_text(&m->files, LOAD_D "/z", "");
	assert_int_equal(run(m), -ESTALE);
	assert_true(kmt_root_exists(&m->files.root, LOAD_D));
	read_record(m, &arena, &undo);
	assert_int_equal(undo.files.n, 3);
	assert_int_equal(undo.dirs.n, 0);
	kmt_undo_free(&undo);
	kmt_arena_free(&arena);
}

static void masks_are_respected(void **state)
{
	struct machine *m = *state;
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;
	struct kmt_edit e;

	fixture_link(&m->files, "/etc/modprobe.d/masked.conf", "/dev");
	fixture_text(&m->files, "/dev/x", "");
	assert_int_equal(kmt_edit_open(&e, &m->files.root, "/etc/modprobe.d/masked.conf", &err), -EINVAL);
	assert_int_equal(err.kind, KMT_ERR_REFUSED);
	kmt_edit_close(&e);
}

static void damaged_records_are_refused(void **state)
{
	static const char *const bad[] = {"", "kmtool-undo 2\n", "kmtool-undo 1\n3\n/ab",
		"kmtool-undo 1\n3\n/ab\n", "kmtool-undo 1\n3\n/ab\n-\n99\nx\n", "kmtool-undo 1\n-\n-\n-\n",
		"kmtool-undo 1\n3\nabc\n-\n-\n", "kmtool-undo 1\n18446744073709551615\n/ab\n-\n-\n"};
	static const char good[] = "kmtool-undo 1\n2\n/a\n0\n\n-\n";
	struct kmt_arena arena = {0};
	struct kmt_undo undo = {0};

	for (size_t i = 0; i < KMT_ARRAY_SIZE(bad); i++)
		assert_int_equal(kmt_undo_parse(bad[i], strlen(bad[i]), &arena, &undo), -EBADMSG);
	assert_int_equal(kmt_undo_parse(good, strlen(good), &arena, &undo), 0);
	assert_string_equal(undo.files.v[0].before, "");
	assert_null(undo.files.v[0].after);
	kmt_undo_free(&undo);
	kmt_arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(edits_touch_one_line, setup, teardown),
		cmocka_unit_test_setup_teardown(options_are_set_in_place, setup, teardown),
		cmocka_unit_test_setup_teardown(options_are_taken_out, setup, teardown),
		cmocka_unit_test_setup_teardown(a_value_may_be_unwritable, setup, teardown),
		cmocka_unit_test_setup_teardown(the_first_line_is_set, setup, teardown),
		cmocka_unit_test_setup_teardown(a_preview_is_what_will_be, setup, teardown),
		cmocka_unit_test_setup_teardown(a_copy_takes_the_place, setup, teardown),
		cmocka_unit_test_setup_teardown(several_files_are_one_change, setup, teardown),
		cmocka_unit_test_setup_teardown(no_change_is_no_step, setup, teardown),
		cmocka_unit_test_setup_teardown(changed_files_are_left_alone, setup, teardown),
		cmocka_unit_test_setup_teardown(new_files_must_still_be_new, setup, teardown),
		cmocka_unit_test_setup_teardown(own_files_come_and_go, setup, teardown),
		cmocka_unit_test_setup_teardown(directories_are_made_once_and_taken_back, setup, teardown),
		cmocka_unit_test_setup_teardown(masks_are_respected, setup, teardown),
		cmocka_unit_test(damaged_records_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
