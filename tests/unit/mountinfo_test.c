/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Mounts and swaps as /proc writes them, and text that is neither. */
#include "unit.h"

#include <string.h>

#include <kmt/base/alloc.h>
#include <kmt/source/mountinfo.h>

static const char mountinfo[] =
	"22 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw,errors=remount-ro\n"
	"36 35 98:0 /a /mnt/with\\040blank\\134 rw shared:2 master:1 propagate_from:2 - ext3 /dev/x rw\n"
	"40 22 0:33 / /home/u/sshfs rw,nosuid - fuse.sshfs user@host:/ rw\n"
	"41 22 0:34 / /tmp rw - tmpfs  rw\n"
	"broken\n"
	"42 22 nonsense / /x rw - ext4 /dev/y rw\n"
	"43 22 1:2 / /y rw - ";

static void mounts_are_parsed(void **state)
{
	struct kmt_arena arena = {0};
	struct kmt_mountinfo m = {0};

	kmt_mountinfo_parse(mountinfo, sizeof(mountinfo) - 1, &arena, &m);
	assert_int_equal(m.rows.n, 4);
	assert_int_equal(m.rows.v[0].major, 254);
	assert_int_equal(m.rows.v[0].minor, 1);
	assert_string_equal(m.rows.v[0].point, "/");
	assert_string_equal(m.rows.v[0].type, "ext4");
	assert_string_equal(m.rows.v[0].source, "/dev/vda1");
	assert_string_equal(m.rows.v[1].point, "/mnt/with blank\\");
	assert_string_equal(m.rows.v[1].type, "ext3");
	assert_string_equal(m.rows.v[2].type, "fuse.sshfs");
	assert_string_equal(m.rows.v[2].source, "user@host:/");
	assert_string_equal(m.rows.v[3].point, "/tmp");
	kmt_mountinfo_free(&m);
	kmt_arena_free(&arena);
}

static const char swaps[] =
	"Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"
	"/dev/vda2                               partition\t998396\t\t0\t\t-2\n"
	"/with\\040blank file 1 0 -3\n\n/last";

static void swaps_are_parsed(void **state)
{
	struct kmt_arena arena = {0};
	struct kmt_strv s = {0};

	kmt_swaps_parse(swaps, sizeof(swaps) - 1, &arena, &s);
	assert_int_equal(s.n, 3);
	assert_string_equal(s.v[0], "/dev/vda2");
	assert_string_equal(s.v[1], "/with blank");
	assert_string_equal(s.v[2], "/last");
	kmt_vec_free(&s);
	kmt_arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mounts_are_parsed),
		cmocka_unit_test(swaps_are_parsed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
