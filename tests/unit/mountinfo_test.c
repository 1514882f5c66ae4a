/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Mounts and routes as /proc writes them, and text that is neither. */
#include "unit.h"

#include <string.h>

#include <kmt/base/alloc.h>
#include <kmt/source/mountinfo.h>
#include <kmt/source/netroute.h>

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

static const char route[] =
	"Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"
	"eth0\t00000000\t0102A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0\n"
	"eth1\t0000000A\t00000000\t0001\t0\t0\t0\t000000FF\t0\t0\t0\n"
	"wlan0\t0001000A\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n"
	"dead0\t0002000A\t00000000\t0201\t0\t0\t0\t00FFFFFF\t0\t0\t0\n";
static const char route6[] =
	"00000000000000000000000000000000 00 00000000000000000000000000000000 00 "
	"fe800000000000000000000000000001 00000400 00000001 00000000 00450003     eth0\n"
	"20010db8000100000000000000000000 30 00000000000000000000000000000000 00 "
	"00000000000000000000000000000000 00000100 00000001 00000000 00000001    wlan0\n"
	"20010db8000100000000000000000001 80 00000000000000000000000000000000 00 "
	"00000000000000000000000000000000 00000000 00000001 00000000 80200001       lo\n";

static void leads(const char *address, const char *want)
{
	char ifname[KMT_IFNAME_SIZE] = "";
	bool found = kmt_netroute_find(route, route6, address, ifname);

	if (!want) {
		assert_false(found);
		return;
	}
	assert_true(found);
	assert_string_equal(ifname, want);
}

/* The numbers in /proc/net/route are in the byte order of the machine: these are little-endian. */
static void routes_lead_to_interfaces(void **state)
{
	leads("2001:db8:1::5", "wlan0");
	leads("2001:db8:1::1", "wlan0");
	leads("2001:db8:2::5", "eth0");
	leads("fe80::1%eth7", "eth7");
	leads("no address", NULL);
	leads("", NULL);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	leads("192.0.2.1", "eth0");
	leads("10.1.2.3", "eth1");
	leads("10.0.1.3", "wlan0");
	leads("10.0.2.3", "eth1"); /* the narrower route is one that rejects */
	leads("::ffff:10.0.1.3", "wlan0");
#endif
}

static void missing_tables_lead_nowhere(void **state)
{
	char ifname[KMT_IFNAME_SIZE];

	assert_false(kmt_netroute_find(NULL, NULL, "192.0.2.1", ifname));
	assert_false(kmt_netroute_find(NULL, NULL, "2001:db8::1", ifname));
	assert_false(kmt_netroute_find("", "x y z\n", "2001:db8::1", ifname));
	assert_false(kmt_netroute_find("eth0 zz", "", "192.0.2.1", ifname));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mounts_are_parsed),
		cmocka_unit_test(routes_lead_to_interfaces),
		cmocka_unit_test(missing_tables_lead_nowhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
