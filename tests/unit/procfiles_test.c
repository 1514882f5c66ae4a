/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Mounts, swaps and devices as /proc and /sys write them, and text that is none of these. */
#include "unit.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <kmt/source/inputdevices.h>
#include <kmt/source/mountinfo.h>
#include <kmt/source/uevent.h>
#include <kmt/sys/ssh.h>

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

static void fstab_is_parsed(void **state)
{
	static const char text[] = "# <file system> <mount point>\n"
				   "UUID=1-2 / ext4 errors=remount-ro 0 1\r\n"
				   " \t/dev/sdb1\t/with\\040blank\txfs\n"
				   "\n  # nothing\n/dev/sr0 /cd iso9660 ro,noauto 0 0\n"
				   "/dev/sda2 none swap sw,noautomatic\n/dev/short /mnt\n"
				   "/dev/sdc1 /cr vfat\r\n/swapfile none swap";
	struct kmt_arena arena = {0};
	struct kmt_fstab f = {0};

	kmt_fstab_parse(text, sizeof(text) - 1, &arena, &f);
	assert_int_equal(f.rows.n, 5);
	assert_string_equal(f.rows.v[0].source, "UUID=1-2");
	assert_string_equal(f.rows.v[0].point, "/");
	assert_string_equal(f.rows.v[0].type, "ext4");
	assert_int_equal(f.rows.v[0].line, 2);
	assert_string_equal(f.rows.v[1].point, "/with blank");
	assert_string_equal(f.rows.v[1].type, "xfs");
	assert_int_equal(f.rows.v[1].line, 3);
	assert_string_equal(f.rows.v[2].source, "/dev/sda2");
	assert_string_equal(f.rows.v[3].type, "vfat");
	assert_string_equal(f.rows.v[4].source, "/swapfile");
	assert_int_equal(f.rows.v[4].line, 10);
	kmt_vec_free(&f.rows);
	kmt_arena_free(&arena);
}

static struct kmt_slice slice(const char *s)
{
	return (struct kmt_slice){s, strlen(s)};
}

static void input_devices_are_parsed(void **state)
{
	static const char text[] =
		"I: Bus=0019 Vendor=0000\nN: Name=\"Power Button\"\nS: Sysfs=/devices/acpi/input/input0\n"
		"H: Handlers=kbd event0 \nB: EV=3\n\n"
		"N: Name=\"Mouse\"\nS: Sysfs=/devices/m\nH: Handlers=mouse0 kbdx\nB: EV=120013\n\n\n"
		/* Machines with words of 32 bits write several; a name may hold anything but a line's end. */
		"N: Name=\"H: Handlers=kbd\"\nS: Sysfs=/devices/k\nH: Handlers=sysrq kbd leds\nB: EV=1 120013";
	struct kmt_inputdevices d = {0};
	struct kmt_arena arena = {0};

	kmt_inputdevices_parse(text, sizeof(text) - 1, &arena, &d);
	assert_int_equal(d.rows.n, 3);
	assert_string_equal(d.rows.v[0].sysfs, "/devices/acpi/input/input0");
	assert_false(d.rows.v[0].is_keyboard);
	assert_false(d.rows.v[1].is_keyboard);
	assert_string_equal(d.rows.v[2].sysfs, "/devices/k");
	assert_true(d.rows.v[2].is_keyboard);
	kmt_vec_free(&d.rows);
	kmt_inputdevices_parse("B: EV=", 6, &arena, &d);
	assert_int_equal(d.rows.n, 1);
	assert_string_equal(d.rows.v[0].sysfs, "");
	assert_false(d.rows.v[0].is_keyboard);
	kmt_vec_free(&d.rows);
	kmt_arena_free(&arena);
}

static void uevents_have_values(void **state)
{
	struct kmt_slice text = slice("MAJOR=8\nDEVNAMEX=no\nDEVNAME=sda=1\nDEVNAME=sdb\nEMPTY="), value;

	assert_true(kmt_uevent_find(text, "DEVNAME", &value));
	assert_true(kmt_slice_is(value, "sda=1"));
	assert_true(kmt_uevent_find(text, "EMPTY", &value));
	assert_int_equal(value.n, 0);
	assert_false(kmt_uevent_find(text, "MINOR", &value));
	assert_false(kmt_uevent_find(slice(""), "MAJOR", &value));
}

static bool has_loopback(void)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	kmt_autoclose int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	return !bind(fd, (struct sockaddr *)&address, sizeof(address));
}

/* The loopback interface has the same address everywhere, where it is up. */
static void the_ssh_interface_has_the_servers_address(void **state)
{
	struct kmt_root host = {.is_host = true}, image = {.is_host = false};
	char ifname[IF_NAMESIZE];

	setenv("SSH_CONNECTION", "192.0.2.9 50000 127.0.0.1 22", 1);
	assert_string_equal(kmt_ssh_interface(&host, ifname), "lo");
	assert_string_equal(kmt_ssh_interface(&image, ifname), "");
	setenv("SSH_CONNECTION", "127.0.0.1 50000 192.0.2.9 22", 1);
	assert_string_equal(kmt_ssh_interface(&host, ifname), "");
	setenv("SSH_CONNECTION", "127.0.0.1", 1);
	assert_string_equal(kmt_ssh_interface(&host, ifname), "");
	unsetenv("SSH_CONNECTION");
	assert_string_equal(kmt_ssh_interface(&host, ifname), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mounts_are_parsed),
		cmocka_unit_test(swaps_are_parsed),
		cmocka_unit_test(fstab_is_parsed),
		cmocka_unit_test(input_devices_are_parsed),
		cmocka_unit_test(uevents_have_values),
		UNIT_TEST_IF(has_loopback(), "the loopback interface is down", the_ssh_interface_has_the_servers_address,
			     NULL, NULL),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
