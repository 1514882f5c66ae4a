/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a machine and a process allow, read from a fixture's /proc and /sys, and what is said about it. */
#include "unit.h"

#include <errno.h>
#include <string.h>

#include <kmt/base/alloc.h>
#include <kmt/check/policy.h>
#include "fixture.h"

struct machine {
	struct fixture files;
	struct kmt_arena arena;
	struct kmt_policy policy;
	struct kmt_err err;
};

static int setup(void **state)
{
	struct machine *m = kmt_alloc(sizeof(*m));

	fixture_init(&m->files);
	fixture_text(&m->files, "/proc/sys/kernel/modules_disabled", "0\n");
	fixture_text(&m->files, "/proc/sys/kernel/osrelease", "6.1.0-test\n");
	fixture_text(&m->files, "/proc/self/status",
		"Name:\tkmtool\nUid:\t1000\t0\t0\t0\nCapInh:\t0000000000000000\n"
		"CapPrm:\t000001ffffffffff\nCapEff:\t000001ffffffffff\n");
	fixture_text(&m->files, "/sys/module/module/parameters/sig_enforce", "Y\n");
	fixture_text(&m->files, "/sys/kernel/security/lockdown", "none [integrity] confidentiality\n");
	*state = m;
	return 0;
}

static int teardown(void **state)
{
	struct machine *m = *state;

	kmt_err_clear(&m->err);
	kmt_arena_free(&m->arena);
	fixture_clear(&m->files);
	free(m);
	return 0;
}

static struct kmt_policy *read_policy(struct machine *m)
{
	kmt_policy_read(&m->files.root, &m->arena, &m->policy);
	return &m->policy;
}

static void switches_are_read(void **state)
{
	struct machine *m = *state;
	const struct kmt_policy *p = read_policy(m);

	assert_string_equal(p->release, "6.1.0-test");
	assert_string_equal(p->lockdown, "integrity");
	assert_int_equal(p->sig_enforce, 1);
	assert_int_equal(p->modules_disabled, 0);
	assert_true(p->euid_root && p->cap_sys_module && p->cap_syslog);
	assert_false(p->in_container || p->module_blacklisted);
	assert_int_equal(kmt_policy_check(p, "kmtool load x", &m->err), 0);
}

static void what_is_not_there_is_unknown(void **state)
{
	struct machine *m = *state;
	struct fixture empty;
	struct kmt_policy p;

	fixture_init(&empty);
	kmt_policy_read(&empty.root, &m->arena, &p);
	assert_null(p.release);
	assert_null(p.lockdown);
	assert_int_equal(p.sig_enforce, -1);
	assert_int_equal(p.modules_disabled, -1);
	assert_false(p.euid_root || p.cap_sys_module || p.cap_syslog);
	fixture_text(&empty, "/sys/kernel/security/lockdown", "");
	fixture_text(&empty, "/sys/module/module/parameters/sig_enforce", "maybe\n");
	fixture_text(&empty, "/proc/self/status", "Uid:");
	kmt_policy_read(&empty.root, &m->arena, &p);
	assert_null(p.lockdown);
	assert_int_equal(p.sig_enforce, -1);
	assert_false(p.euid_root || p.cap_sys_module);
	fixture_clear(&empty);
}

static void a_user_is_told_the_sudo_line(void **state)
{
	struct machine *m = *state;

	fixture_text(&m->files, "/proc/self/status",
		"Name:\tkmtool\nUid:\t0\t1000\t0\t0\nCapEff:\t0000000000000000\n");
	assert_int_equal(kmt_policy_check(read_policy(m), "kmtool load x", &m->err), -EPERM);
	assert_int_equal(m->err.kind, KMT_ERR_REFUSED);
	assert_string_equal(m->err.hint, "sudo kmtool load x");
	kmt_err_clear(&m->err);
	assert_int_equal(kmt_policy_check(&m->policy, NULL, &m->err), 0); /* a dry run */
}

static void a_capability_is_enough(void **state)
{
	struct machine *m = *state;

	fixture_text(&m->files, "/proc/self/status",
		"Name:\tkmtool\nUid:\t1\t1\t1\t1\nCapEff:\t0000000000010000\n");
	assert_int_equal(kmt_policy_check(read_policy(m), "kmtool load x", &m->err), 0);
	assert_false(m->policy.cap_syslog || m->policy.euid_root);
}

static void sudo_does_not_help_in_a_container(void **state)
{
	struct machine *m = *state;

	fixture_text(&m->files, "/run/.containerenv", "");
	fixture_text(&m->files, "/proc/self/status",
		"Name:\tkmtool\nUid:\t0\t0\t0\t0\nCapEff:\t00000000a80425fb\n");
	assert_int_equal(kmt_policy_check(read_policy(m), "kmtool load x", &m->err), -EPERM);
	assert_non_null(strstr(m->err.msg, "container"));
	assert_null(strstr(m->err.hint, "sudo"));
}

static void a_shut_door_is_named(void **state)
{
	struct machine *m = *state;

	fixture_text(&m->files, "/proc/sys/kernel/modules_disabled", "1\n");
	assert_int_equal(kmt_policy_check(read_policy(m), NULL, &m->err), -EPERM);
	assert_int_equal(m->err.kind, KMT_ERR_REFUSED);
	assert_non_null(strstr(m->err.msg, "modules_disabled"));
	assert_null(strstr(m->err.hint, "sudo"));
}

#define TEST(t) cmocka_unit_test_setup_teardown(t, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(switches_are_read),
		TEST(what_is_not_there_is_unknown),
		TEST(a_user_is_told_the_sudo_line),
		TEST(a_capability_is_enough),
		TEST(sudo_does_not_help_in_a_container),
		TEST(a_shut_door_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
