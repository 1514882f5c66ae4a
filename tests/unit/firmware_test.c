/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Firmware files that drivers asked for, and that are missing. */
#include "fixture.h"
#include "unit.h"

#include <string.h>

#include <kmt/source/firmware.h>

/* "DEVICE NAME", a line for each that the N LINES tell of. */
static void check(const struct fixture *f, const char *version, const char *const *lines, size_t n, const char *want)
{
	kmt_autostrbuf struct kmt_strbuf got = KMT_STRBUF_INIT;
	struct kmt_firmwares found = {0};
	struct kmt_kmsg_log log = {0};

	for (size_t i = 0; i < n; i++)
		kmt_vec_push(&log.records, (struct kmt_kmsg_record){.text = lines[i]});
	kmt_firmware_find(&log, &f->root, version, &log.arena, &found);
	for (size_t i = 0; i < found.rows.n; i++)
		kmt_strbuf_addf(&got, "%s %s\n", found.rows.v[i].device, found.rows.v[i].name);
	assert_string_equal(kmt_strbuf_str(&got), want);
	kmt_vec_free(&found.rows);
	kmt_kmsg_log_free(&log);
}

static void lines_of_the_log(void **state)
{
	static const char *const lines[] = {
		"r8169 0000:03:00.0: Direct firmware load for rtl_nic/rtl8168g-2.fw failed with error -2",
		"r8169 0000:03:00.0: Direct firmware load for rtl_nic/rtl8168g-2.fw failed with error -2",
		"usb 1-1.4: firmware: failed to load rt2870.bin (-2)",
		"e100 0000:00:03.0: firmware: failed to load e100/old.bin (-2)",
		"e100 0000:00:03.0: firmware: direct-loading firmware e100/d101m.bin", "", "firmware",
		"loop: module loaded", "a b: Direct firmware load for  failed with error -2",
		"r8169 0000:03:00.0: Direct firmware load for x.fw failed with error -12",
		"r8169: Direct firmware load for x.fw", "a b: firmware: failed to load x (-110)"};
	static const char text[] = "a b: firmware: failed to load by-a-program (-2)";
	struct kmt_firmwares found = {0};
	struct kmt_kmsg_log log = {0};
	struct fixture f;

	fixture_init(&f);
	check(&f, NULL, lines, KMT_ARRAY_SIZE(lines), "0000:03:00.0 rtl_nic/rtl8168g-2.fw\n1-1.4 rt2870.bin\n");
	kmt_vec_push(&log.records, (struct kmt_kmsg_record){.text = text, .facility = 1});
	kmt_firmware_find(&log, &f.root, NULL, &log.arena, &found);
	assert_int_equal(found.rows.n, 0);
	kmt_vec_free(&found.rows);
	kmt_kmsg_log_free(&log);
	fixture_clear(&f);
}

static void where_the_kernel_looks(void **state)
{
	static const char *const lines[] = {"a b: firmware: failed to load a.bin (-2)",
		"a b: firmware: failed to load dir/b.bin (-2)", "a b: firmware: failed to load b.bin (-2)",
		"a b: firmware: failed to load c.bin (-2)", "a b: firmware: failed to load d.bin (-2)"};
	struct fixture f;

	fixture_init(&f);
	fixture_text(&f, "/lib/firmware/a.bin", "x");
	fixture_text(&f, "/lib/firmware/dir/b.bin.xz", "x");
	fixture_text(&f, "/lib/firmware/updates/c.bin.zst", "x");
	fixture_text(&f, "/lib/firmware/6.1/d.bin", "x");
	check(&f, "6.1", lines, KMT_ARRAY_SIZE(lines), "b b.bin\n");
	check(&f, "6.2", lines, KMT_ARRAY_SIZE(lines), "b b.bin\nb d.bin\n");
	check(&f, NULL, lines, KMT_ARRAY_SIZE(lines), "b b.bin\nb d.bin\n");
	fixture_clear(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_of_the_log),
		cmocka_unit_test(where_the_kernel_looks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
