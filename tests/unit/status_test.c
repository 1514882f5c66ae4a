/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rows of a machine's state: each switch, each letter of taint with its causes, and what is unknown. */
#include "unit.h"

#include <errno.h>
#include <string.h>

#include <kmt/base/alloc.h>
#include <kmt/check/status.h>
#include <kmt/source/taint.h>
#include "fixture.h"

#define TREE "/lib/modules/6.1.0"

struct machine {
	struct fixture files;
	struct kmt_snapshot snap;
	struct kmt_policy policy;
	struct kmt_kernels kernels;
	struct kmt_initramfs_diff diff;
	struct kmt_kmsg_log log;
	struct kmt_status_facts facts;
	struct kmt_arena arena;
	struct kmt_status status;
};

static int setup(void **state)
{
	struct machine *m = kmt_alloc(sizeof(*m));

	fixture_init(&m->files);
	fixture_text(&m->files, "/proc/sys/kernel/osrelease", "6.1.0\n");
	fixture_text(&m->files, "/proc/sys/kernel/version", "#1 SMP\n");
	fixture_text(&m->files, "/proc/sys/kernel/modules_disabled", "0\n");
	fixture_text(&m->files, "/proc/sys/kernel/tainted", "0\n");
	fixture_text(&m->files, "/proc/modules", "a 1 0 - Live 0x0 (OE)\nb 1 0 - Live 0x0\nc 1 0 - Live 0x0 (O)\n");
	fixture_text(&m->files, "/sys/module/module/parameters/sig_enforce", "N\n");
	fixture_text(&m->files, "/sys/kernel/security/lockdown", "[none] integrity\n");
	fixture_text(&m->files, TREE "/modules.dep", "kernel/a.ko:\nkernel/b.ko:\nkernel/d.ko:\n");
	m->facts = (struct kmt_status_facts){.snap = &m->snap, .policy = &m->policy, .kernels = &m->kernels,
		.diff = &m->diff, .log = &m->log, .index = "ok"};
	*state = m;
	return 0;
}

static void clear(struct machine *m)
{
	kmt_vec_free(&m->status.rows);
	kmt_arena_free(&m->status.arena);
	m->status = (struct kmt_status){0};
	kmt_kernels_free(&m->kernels);
	kmt_snapshot_free(&m->snap);
}

static int teardown(void **state)
{
	struct machine *m = *state;

	clear(m);
	kmt_kmsg_log_free(&m->log);
	kmt_arena_free(&m->arena);
	fixture_clear(&m->files);
	free(m);
	return 0;
}

static void find(struct machine *m)
{
	clear(m);
	assert_int_equal(kmt_snapshot_take(&m->snap, &m->files.root, NULL,
				 KMT_SNAP_LOADED | KMT_SNAP_TREE | KMT_SNAP_TREE_OPTIONAL | KMT_SNAP_CONFIG, NULL,
				 NULL),
		0);
	kmt_policy_read(&m->files.root, &m->arena, &m->policy);
	kmt_kernels_find(&m->kernels, &m->files.root, m->snap.version);
	kmt_status_find(&m->facts, &m->status);
}

static const struct kmt_status_row *row(const struct machine *m, const char *item)
{
	const struct kmt_status_row *r;

	kmt_vec_foreach (r, &m->status.rows)
		if (!strcmp(r->item, item))
			return r;
	return NULL;
}

static void expect(const struct machine *m, const char *item, enum kmt_status_state state, const char *part)
{
	const struct kmt_status_row *r = row(m, item);

	assert_non_null(r);
	assert_int_equal(r->state, state);
	if (!strstr(r->value, part))
		assert_string_equal(r->value, part);
}

static void say(struct machine *m, const char *text)
{
	struct kmt_kmsg_record record;
	kmt_autofree char *line = kmt_asprintf("4,%zu,1500000,-;%s", m->log.records.n, text);

	assert_int_equal(kmt_kmsg_parse(line, strlen(line), &m->log.arena, &record), 0);
	kmt_vec_push(&m->log.records, record);
}

static void a_healthy_machine_is_ok(void **state)
{
	struct machine *m = *state;

	find(m);
	expect(m, "kernel", KMT_STATUS_OK, "6.1.0");
	expect(m, "version", KMT_STATUS_OK, "#1 SMP");
	expect(m, "modules_disabled", KMT_STATUS_OK, "no");
	expect(m, "sig_enforce", KMT_STATUS_OK, "no");
	expect(m, "lockdown", KMT_STATUS_OK, "none");
	expect(m, "taint", KMT_STATUS_OK, "none");
	expect(m, "loaded", KMT_STATUS_OK, "3");
	expect(m, "available", KMT_STATUS_OK, "3");
	expect(m, "blocked", KMT_STATUS_OK, "0");
	expect(m, "index", KMT_STATUS_OK, "up to date");
	expect(m, "reboot", KMT_STATUS_OK, "not needed");
	assert_false(m->status.has_problem);
}

static void switches_are_noted(void **state)
{
	struct machine *m = *state;

	fixture_text(&m->files, "/proc/sys/kernel/modules_disabled", "1\n");
	fixture_text(&m->files, "/sys/module/module/parameters/sig_enforce", "Y\n");
	fixture_text(&m->files, "/sys/kernel/security/lockdown", "none [integrity]\n");
	fixture_text(&m->files, "/sys/module/compression", "zstd\n");
	find(m);
	expect(m, "modules_disabled", KMT_STATUS_NOTE, "until the next reboot");
	assert_non_null(row(m, "modules_disabled")->next);
	expect(m, "sig_enforce", KMT_STATUS_OK, "yes");
	expect(m, "lockdown", KMT_STATUS_NOTE, "integrity");
	expect(m, "decompression", KMT_STATUS_OK, "zstd, by the kernel");
}

static void secure_boot_is_read(void **state)
{
	static const char variable[] =
		"/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c";
	static const char setup_mode[] =
		"/sys/firmware/efi/efivars/SetupMode-8be4df61-93ca-11d2-aa0d-00e098032b8c";
	struct machine *m = *state;

	find(m);
	expect(m, "secure-boot", KMT_STATUS_OK, "not booted through EFI");
	fixture_text(&m->files, "/sys/firmware/efi/efivars/other", "");
	find(m);
	expect(m, "secure-boot", KMT_STATUS_UNKNOWN, "SecureBoot cannot be read");
	fixture_write(&m->files, variable, "\6\0\0\0\1", 5);
	find(m);
	expect(m, "secure-boot", KMT_STATUS_OK, "on");
	fixture_write(&m->files, setup_mode, "\6\0\0\0\1", 5);
	find(m);
	expect(m, "secure-boot", KMT_STATUS_OK, "setup mode");
	fixture_write(&m->files, variable, "\6\0\0\0\0", 5);
	find(m);
	expect(m, "secure-boot", KMT_STATUS_OK, "off");
	fixture_write(&m->files, variable, "\6\0", 2);
	find(m);
	expect(m, "secure-boot", KMT_STATUS_UNKNOWN, "SecureBoot cannot be read");
}

static void taint_names_its_causes(void **state)
{
	struct machine *m = *state;
	const struct kmt_status_row *o;

	fixture_text(&m->files, "/proc/sys/kernel/tainted", "12288\n");
	say(m, "x: something else: loading");
	say(m, "a: loading out-of-tree module taints kernel.");
	say(m, "a: module verification failed: signature and/or required key missing - tainting kernel");
	find(m);
	expect(m, "taint", KMT_STATUS_NOTE, "OE (12288)");
	expect(m, "taint O", KMT_STATUS_NOTE, "an out-of-tree module was loaded: a, c");
	expect(m, "taint E", KMT_STATUS_NOTE, "an unsigned module was loaded: a");
	o = row(m, "taint O");
	assert_int_equal(o->modules.n, 2);
	assert_string_equal(o->modules.v[1], "c");
	assert_int_equal(o->log.n, 1);
	assert_string_equal(o->log.v[0], "[    1.500000] a: loading out-of-tree module taints kernel.");
	assert_false(m->status.has_problem);
	m->facts.log = NULL;
	m->facts.log_errno = EPERM;
	find(m);
	expect(m, "log", KMT_STATUS_UNKNOWN, "Operation not permitted");
	assert_non_null(strstr(row(m, "log")->next, "root"));
}

/* A line of a real kernel for each letter that has one. */
static void every_letter_is_decoded(void **state)
{
	static const char letters[] = "PFSRMBUDAWCIOELKXTNJ";
	static const char *const lines[] = {
		"vendor: module license 'NVIDIA' taints kernel.",
		"km_x: no vermagic: kernel tainted.",
		"microcode: Attempting late microcode loading - it is dangerous and taints the kernel.",
		NULL,
		"mce: [Hardware Error]: CPU 0: Machine Check: 0 Bank 5: be00000000800400",
		"BUG: Bad page state in process cc1  pfn:1a2b3c",
		NULL,
		"BUG: kernel NULL pointer dereference, address: 0000000000000000",
		"ACPI: Override [DSDT-  VENDOR], this is unsafe: tainting kernel",
		"WARNING: CPU: 0 PID: 12 at kernel/x.c:3 f+0x1/0x2 [km_x]",
		"r8712u: module is from the staging directory, the quality is unknown, you have been warned.",
		"DMAR: Your BIOS is broken; DMAR reported at address 0!",
		"km_x: loading out-of-tree module taints kernel.",
		"km_x: module verification failed: signature and/or required key missing - tainting kernel",
		"watchdog: BUG: soft lockup - CPU#1 stuck for 22s! [cc1:12]",
		"klp_x: tainting kernel with TAINT_LIVEPATCH",
		NULL,
		NULL,
		"kunit_x: loading test module taints kernel.",
		"fwctl fwctl0: mlx5(12): has requested full access to the physical device device",
	};
	struct machine *m = *state;
	char all[KMT_TAINT_LETTERS], item[] = "taint ?";

	kmt_taint_letters((1u << 20) - 1, all);
	assert_string_equal(all, letters);
	kmt_taint_letters(1ull << 20 | 1ull << 63 | 1, all);
	assert_string_equal(all, "P??");
	for (size_t i = 0; letters[i]; i++)
		if (lines[i])
			say(m, lines[i]);
	fixture_text(&m->files, "/proc/sys/kernel/tainted", "2097151\n");
	find(m);
	for (size_t i = 0; letters[i]; i++) {
		const struct kmt_status_row *r;

		item[6] = letters[i];
		r = row(m, item);
		assert_non_null(r);
		assert_int_equal(r->log.n, lines[i] ? 1 : 0);
		if (lines[i])
			assert_string_equal(strchr(r->log.v[0], ']') + 2, lines[i]);
		assert_int_equal(r->state, strchr("MBDL", letters[i]) ? KMT_STATUS_PROBLEM : KMT_STATUS_NOTE);
	}
	expect(m, "taint ?", KMT_STATUS_NOTE, "newer kernel");
	assert_true(m->status.has_problem);
}

static void what_cannot_be_read_is_unknown(void **state)
{
	struct machine *m = *state;

	fixture_text(&m->files, "/proc/sys/kernel/tainted", "many\n");
	fixture_text(&m->files, "/sys/module/compression/x", "");
	fixture_text(&m->files, "/sys/kernel/security/lockdown", "");
	find(m);
	expect(m, "taint", KMT_STATUS_UNKNOWN, "/proc/sys/kernel/tainted: Invalid argument");
	expect(m, "decompression", KMT_STATUS_UNKNOWN, "/sys/module/compression: Is a directory");
	expect(m, "lockdown", KMT_STATUS_UNKNOWN, "/sys/kernel/security/lockdown");
}

static void blocked_modules_are_counted(void **state)
{
	struct machine *m = *state;

	fixture_text(&m->files, "/etc/modprobe.d/x.conf",
		"blacklist a\ninstall d /bin/false\nblacklist nosuch\ninstall b /sbin/modprobe -i b\n");
	find(m);
	expect(m, "blocked", KMT_STATUS_OK, "2");
	assert_string_equal(row(m, "blocked")->modules.v[0], "a");
	assert_string_equal(row(m, "blocked")->modules.v[1], "d");
}

static void problems_have_a_next_step(void **state)
{
	struct machine *m = *state;
	const struct kmt_initramfs_diff_row gone = {KMT_INITRAMFS_DIFF_CONFIG_DIFFERS, "/etc/modprobe.d/x.conf", NULL};

	m->facts.index = "stale";
	m->facts.index_note = "extra/x.ko is not in the index";
	m->diff.image = "/boot/initrd.img-6.1.0";
	m->diff.rebuild = "update-initramfs -u -k 6.1.0";
	kmt_vec_push(&m->diff.rows, gone);
	find(m);
	expect(m, "index", KMT_STATUS_PROBLEM, "stale: extra/x.ko is not in the index");
	assert_non_null(strstr(row(m, "index")->next, "index 6.1.0"));
	expect(m, "initramfs", KMT_STATUS_PROBLEM, "/etc/modprobe.d/x.conf");
	assert_string_equal(row(m, "initramfs")->next, m->diff.rebuild);
	assert_true(m->status.has_problem);
	kmt_vec_free(&m->diff.rows);
}

static void a_pending_reboot_says_why(void **state)
{
	struct machine *m = *state;

	fixture_text(&m->files, "/lib/modules/6.12.0/modules.dep", "");
	find(m);
	expect(m, "reboot", KMT_STATUS_NOTE, "a newer kernel is installed: 6.12.0");
	assert_non_null(strstr(row(m, "reboot")->next, "kmtool diff --loaded 6.12.0 && reboot"));
	fixture_text(&m->files, "/proc/sys/kernel/osrelease", "6.13.0\n");
	find(m);
	expect(m, "reboot", KMT_STATUS_PROBLEM, "6.13.0 has no module tree (installed: 6.1.0, 6.12.0)");
	assert_string_equal(row(m, "reboot")->next, "reboot");
}

#define TEST(t) cmocka_unit_test_setup_teardown(t, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_healthy_machine_is_ok),
		TEST(switches_are_noted),
		TEST(secure_boot_is_read),
		TEST(taint_names_its_causes),
		TEST(every_letter_is_decoded),
		TEST(what_cannot_be_read_is_unknown),
		TEST(blocked_modules_are_counted),
		TEST(problems_have_a_next_step),
		TEST(a_pending_reboot_says_why),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
