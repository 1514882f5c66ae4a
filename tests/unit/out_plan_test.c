/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A plan as text, raw and JSON: the last two are contracts. */
#include "unit.h"

#include <json.h>
#include <string.h>

#include <kmt/out/json.h>
#include <kmt/out/plan.h>

#define TREE "/lib/modules/6.1"

static const struct kmt_step_part parts[] = {
	{.text = "a=1", .origin = {"/etc/modprobe.d/x.conf", 3}},
	{.text = "bb=2"},
};

static const struct kmt_step steps[] = {
	{.kind = KMT_STEP_SKIP, .module = "crc16", .why = KMT_WHY_DEPENDENCY, .because_of = "ext4",
		.skip = KMT_SKIP_LOADED, .reason = "already loaded"},
	{.kind = KMT_STEP_INSERT, .module = "jbd2", .path = TREE "/kernel/jbd2.ko", .params = "",
		.why = KMT_WHY_DEPENDENCY, .because_of = "ext4", .required = true},
	{.kind = KMT_STEP_INSERT, .module = "crc32c_generic", .path = "/tmp/a\tb.ko", .params = "",
		.why = KMT_WHY_SOFTDEP_PRE, .because_of = "jbd2", .origin = {TREE "/modules.softdep", 3}},
	{.kind = KMT_STEP_SKIP, .module = "gone", .why = KMT_WHY_SOFTDEP_POST, .because_of = "ext4",
		.skip = KMT_SKIP_NO_FILE, .reason = "no module has this name"},
	{.kind = KMT_STEP_RUN, .module = "usb", .command = " /bin/x $CMDLINE_OPTS", .params = "q=1",
		.why = KMT_WHY_INSTALL_COMMAND, .because_of = "ext4", .origin = {"/proc/cmdline", 0}},
	{.kind = KMT_STEP_INSERT, .module = "ext4", .path = TREE "/kernel/ext4.ko", .params = "a=1 bb=2",
		.why = KMT_WHY_REQUESTED, .parts = parts, .n_parts = 2, .required = true},
	{.kind = KMT_STEP_REMOVE, .module = "loop", .why = KMT_WHY_REQUESTED},
};

static const char *warnings[] = {"mind\x1b the gap"};

static const struct kmt_plan plan = {
	.steps = {(struct kmt_step *)steps, KMT_ARRAY_SIZE(steps), 0},
	.warnings = {warnings, 1, 0},
	.dir = TREE,
};

static void test_text(void **state)
{
	static const char want[] =
		"1  insert  jbd2            needed by ext4                                  kernel/jbd2.ko\n"
		"2  insert  crc32c_generic  softdep of jbd2, before it (modules.softdep:3)  /tmp/a\\x09b.ko\n"
		"-  skip    gone            no module has this name\n"
		"3  run     usb             install command, for ext4 (/proc/cmdline)       /bin/x $CMDLINE_OPTS\n"
		"           with q=1\n"
		"4  insert  ext4            requested                                       kernel/ext4.ko\n"
		"           with a=1   /etc/modprobe.d/x.conf:3\n"
		"           with bb=2  as requested\n"
		"5  remove  loop            requested\n"
		"   already loaded: crc16\n"
		"warning: mind\\x1b the gap\n";
	kmt_autostrbuf struct kmt_strbuf out = KMT_STRBUF_INIT;
	struct kmt_style style = {0};

	kmt_plan_text(&plan, &style, &out);
	assert_string_equal(out.s, want);
	kmt_strbuf_truncate(&out, 0);
	style.color = true;
	kmt_plan_text(&plan, &style, &out);
	assert_non_null(strstr(out.s, "\033[1mext4\033[0m      "));
}

static void test_raw(void **state)
{
	static const char want[] =
		"skip\tcrc16\tloaded\t-\tdependency\t-\n"
		"insert\tjbd2\t" TREE "/kernel/jbd2.ko\t-\tdependency\t-\n"
		"insert\tcrc32c_generic\t/tmp/a\\x09b.ko\t-\tsoftdep-pre\t" TREE "/modules.softdep:3\n"
		"skip\tgone\tno-file\t-\tsoftdep-post\t-\n"
		"run\tusb\t /bin/x $CMDLINE_OPTS\tq=1\tinstall-command\t/proc/cmdline\n"
		"insert\text4\t" TREE "/kernel/ext4.ko\ta=1 bb=2\trequested\t/etc/modprobe.d/x.conf:3\n"
		"remove\tloop\t-\t-\trequested\t-\n";
	kmt_autostrbuf struct kmt_strbuf out = KMT_STRBUF_INIT;

	kmt_plan_raw(&plan, &out);
	assert_string_equal(out.s, want);
}

static void test_json(void **state)
{
	struct json_object *doc = kmt_json_document(), *list, *step, *member;

	kmt_plan_json(&plan, doc);
	assert_true(json_object_object_get_ex(doc, "steps", &list));
	assert_int_equal(json_object_array_length(list), KMT_ARRAY_SIZE(steps));
	step = json_object_array_get_idx(list, 5);
	assert_true(json_object_object_get_ex(step, "parameters", &member));
	assert_string_equal(json_object_get_string(member), "a=1 bb=2");
	assert_true(json_object_object_get_ex(step, "parameter_origins", &member));
	assert_int_equal(json_object_array_length(member), 2);
	assert_true(json_object_object_get_ex(step, "skip", &member));
	assert_null(member);
	step = json_object_array_get_idx(list, 0);
	assert_true(json_object_object_get_ex(step, "skip", &member));
	assert_string_equal(json_object_get_string(member), "loaded");
	assert_true(json_object_object_get_ex(doc, "warnings", &list));
	assert_int_equal(json_object_array_length(list), 1);
	json_object_put(doc);
}

static void test_names(void **state)
{
	for (int i = 0; i < KMT_STEP_COUNT; i++)
		assert_non_null(kmt_step_kind_name((enum kmt_step_kind)i));
	for (int i = 0; i < KMT_WHY_COUNT; i++)
		assert_non_null(kmt_why_name((enum kmt_why)i));
	for (int i = 0; i < KMT_SKIP_COUNT; i++)
		assert_non_null(kmt_skip_name((enum kmt_skip)i));
	assert_int_equal(kmt_plan_changes(&plan), 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_raw),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
