/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Records as the kernel writes them, records that are none, and reading them from a device. */
#include "unit.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <kmt/base/alloc.h>
#include <kmt/sys/kmsg.h>

static struct kmt_arena arena;

static int free_arena(void **state)
{
	kmt_arena_free(&arena);
	return 0;
}

static int parse(const char *s, struct kmt_kmsg_record *r)
{
	return kmt_kmsg_parse(s, strlen(s), &arena, r);
}

static void records_are_parsed(void **state)
{
	struct kmt_kmsg_record r;

	assert_int_equal(parse("4,348,2180777,-;km_cons: Unknown symbol km_add (err -2)\n", &r), 0);
	assert_int_equal(r.level, 4);
	assert_int_equal(r.facility, 0);
	assert_int_equal(r.seq, 348);
	assert_int_equal(r.usec, 2180777);
	assert_false(r.fragment);
	assert_string_equal(r.text, "km_cons: Unknown symbol km_add (err -2)");
	assert_int_equal(parse("30,1,5,c,caller=T1;a;b\n SUBSYSTEM=usb\n DEVICE=+usb:1\n", &r), 0);
	assert_int_equal(r.level, 6);
	assert_int_equal(r.facility, 3);
	assert_true(r.fragment);
	assert_string_equal(r.text, "a;b");
	assert_int_equal(parse("6,18446744073709551615,0,-;", &r), 0);
	assert_true(r.seq == UINT64_MAX);
	assert_string_equal(r.text, "");
}

static void escapes_are_decoded(void **state)
{
	struct kmt_kmsg_record r;

	assert_int_equal(parse("6,1,1,-;a\\x0ab\\x5cx41 \\x1b[0m", &r), 0);
	assert_string_equal(r.text, "a\nb\\x41 \x1b[0m");
	assert_int_equal(parse("6,1,1,-;\\x4 \\xzz \\x00 \\x", &r), 0);
	assert_string_equal(r.text, "\\x4 \\xzz \\x00 \\x");
	assert_int_equal(kmt_kmsg_parse("6,1,1,-;a\0b", 11, &arena, &r), 0);
	assert_string_equal(r.text, "a");
}

static void other_text_is_refused(void **state)
{
	static const char *const bad[] = {"", "\n", "6", "6,1,1,-", "6,1;text", "6,1,1;text",
		"-6,1,1,-;text", "6,,1,-;text", "6,1,99999999999999999999,-;text",
		"4294967296,1,1,-;text", " SUBSYSTEM=usb", "a,b,c,-;text", "6,1,1\n,-;text"};
	struct kmt_kmsg_record r;

	for (size_t i = 0; i < KMT_ARRAY_SIZE(bad); i++)
		assert_int_equal(parse(bad[i], &r), -EINVAL);
}

/* As /dev/kmsg: one record a read, EAGAIN at the end. */
static void a_device_is_read_to_its_end(void **state)
{
	struct kmt_kmsg_log log = {0};
	struct kmt_kmsg k = {0};
	int fds[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, fds), 0);
	k.fd = fds[0];
	assert_int_equal(write(fds[1], "6,1,1,-;one\n", 12), 12);
	assert_int_equal(write(fds[1], "garbage", 7), 7);
	assert_int_equal(write(fds[1], "6,2,2,-;two\n K=v\n", 17), 17);
	assert_int_equal(kmt_kmsg_read_new(&k, &log), 0);
	assert_int_equal(log.records.n, 2);
	assert_string_equal(log.records.v[1].text, "two");
	assert_int_equal(kmt_kmsg_read_new(&k, &log), 0);
	assert_int_equal(log.records.n, 2);
	assert_false(log.overrun);
	kmt_kmsg_log_free(&log);
	kmt_kmsg_close(&k);
	close(fds[1]);
}

static void a_saved_log_is_read(void **state)
{
	static const char text[] = "6,1,1,-;one\n SUBSYSTEM=x\n6,2,2,-;two\nnoise\n6,3,3,-;three";
	struct kmt_kmsg_log log = {0};
	struct kmt_kmsg k;
	struct kmt_root root;
	char dir[] = "/tmp/kmtool-kmsg-XXXXXX", path[64];
	FILE *f;

	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/dev", dir);
	assert_int_equal(mkdir(path, 0755), 0);
	assert_int_equal(kmt_root_open(&root, dir, NULL), 0);
	kmt_kmsg_open_end(&k, &root);
	assert_int_equal(k.fd, -1);
	assert_int_equal(kmt_kmsg_read_new(&k, &log), -ENOENT);
	snprintf(path, sizeof(path), "%s/dev/kmsg", dir);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
	kmt_kmsg_open_start(&k, &root);
	assert_int_equal(kmt_kmsg_read_new(&k, &log), 0);
	assert_int_equal(log.records.n, 3);
	assert_string_equal(log.records.v[2].text, "three");
	kmt_kmsg_close(&k);
	kmt_kmsg_open_end(&k, &root);
	assert_int_equal(kmt_kmsg_read_new(&k, &log), 0);
	assert_int_equal(log.records.n, 3);
	kmt_kmsg_close(&k);
	kmt_kmsg_log_free(&log);
	kmt_root_close(&root);
	unlink(path);
	snprintf(path, sizeof(path), "%s/dev", dir);
	rmdir(path);
	rmdir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(records_are_parsed, free_arena),
		cmocka_unit_test_teardown(escapes_are_decoded, free_arena),
		cmocka_unit_test_teardown(other_text_is_refused, free_arena),
		cmocka_unit_test(a_device_is_read_to_its_end),
		cmocka_unit_test(a_saved_log_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
