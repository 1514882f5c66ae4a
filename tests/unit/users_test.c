/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who uses a module, as a fixture's /proc and /sys tell it. */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include <kmt/base/alloc.h>
#include <kmt/model/devchain.h>
#include <kmt/model/netif.h>
#include <kmt/model/users.h>
#include <kmt/sys/ifaddr.h>
#include "fixture.h"

#define TREE "/lib/modules/6.1.0"
#define PCI "/sys/devices/pci0000:00"

struct machine {
	struct fixture files;
	struct kmt_snapshot snap;
	struct kmt_users users;
};

static void add_driver(const struct fixture *f, const char *device, const char *driver, const char *module)
{
	kmt_autofree char *link = kmt_asprintf("%s/driver", device);
	kmt_autofree char *dir = kmt_asprintf("/sys/bus/pci/drivers/%s", driver);
	kmt_autofree char *module_link = kmt_asprintf("%s/module", dir);
	kmt_autofree char *target = kmt_asprintf("../../../../module/%s", module);

	fixture_link(f, link, dir);
	fixture_link(f, module_link, target);
}

static void add_disk(const struct fixture *f)
{
	fixture_text(f, PCI "/0000:00:02.0/virtio0/block/vda/vda1/uevent",
		"MAJOR=254\nMINOR=1\nDEVNAME=vda1\nDEVTYPE=partition\n");
	fixture_link(f, "/sys/dev/block/254:1",
		"../../devices/pci0000:00/0000:00:02.0/virtio0/block/vda/vda1");
	add_driver(f, PCI "/0000:00:02.0", "virtio-pci", "virtio_pci");
	add_driver(f, PCI "/0000:00:02.0/virtio0", "virtio_blk", "virtio_blk");
}

static void add_loop(const struct fixture *f)
{
	fixture_text(f, "/sys/devices/virtual/block/loop0/uevent", "MAJOR=7\nMINOR=0\nDEVNAME=loop0\n");
	fixture_text(f, "/sys/devices/virtual/block/loop0/loop/backing_file", "/tmp/disk\n");
	fixture_link(f, "/sys/devices/virtual/block/loop0/holders/dm-0", "../../dm-0");
	fixture_link(f, "/sys/devices/virtual/block/dm-0/slaves/loop0", "../../loop0");
	fixture_link(f, "/sys/dev/block/7:0", "../../devices/virtual/block/loop0");
	fixture_text(f, "/proc/devices",
		"Character devices:\n  7 vcs\n 10 misc\n\nBlock devices:\n  7 loop\n253 device-mapper\n");
}

static void add_network(const struct fixture *f)
{
	fixture_text(f, PCI "/0000:00:03.0/net/eth0/uevent", "INTERFACE=eth0\n");
	add_driver(f, PCI "/0000:00:03.0", "e1000e", "e1000e");
	fixture_link(f, "/sys/bus/pci/drivers/e1000e/0000:00:03.0",
		"../../../../devices/pci0000:00/0000:00:03.0");
	fixture_text(f, "/sys/bus/pci/drivers/e1000e/bind", "");
	fixture_link(f, "/sys/module/e1000e/drivers/pci:e1000e", "../../../bus/pci/drivers/e1000e");
	fixture_link(f, "/sys/class/net/eth0", "../../devices/pci0000:00/0000:00:03.0/net/eth0");
	fixture_text(f, "/sys/devices/virtual/net/br0/uevent", "DEVTYPE=bridge\nINTERFACE=br0\n");
	fixture_link(f, "/sys/devices/virtual/net/br0/lower_eth0", "../eth0");
	fixture_link(f, "/sys/class/net/br0", "../../devices/virtual/net/br0");
}

static void add_processes(const struct fixture *f)
{
	fixture_text(f, "/proc/misc", "120 km_busy\n 58 rfkill\n");
	fixture_text(f, "/sys/devices/virtual/misc/km_busy/uevent",
		"MAJOR=10\nMINOR=120\nDEVNAME=km_busy\n");
	fixture_link(f, "/sys/dev/char/10:120", "../../devices/virtual/misc/km_busy");
	fixture_text(f, "/proc/1234/comm", "sleep\n");
	fixture_link(f, "/proc/1234/fd/0", "/dev/null");
	fixture_link(f, "/proc/1234/fd/3", "/dev/km_busy");
	fixture_link(f, "/proc/77/fd/5", "/dev/km_busy");
}

static int setup(void **state)
{
	static const char *const aliases[] = {"fs_ext2", "ext4", "fs_iso9660", "isofs", NULL};
	kmt_autostrbuf struct kmt_strbuf trie = KMT_STRBUF_INIT;
	struct machine *m = kmt_alloc(sizeof(*m));
	const struct fixture *f = &m->files;

	fixture_init(&m->files);
	fixture_text(f, "/proc/sys/kernel/osrelease", "6.1.0\n");
	fixture_text(f, "/proc/modules",
		"ext4 983040 3 - Live 0x0\njbd2 100 1 ext4, Live 0x0\nloop 40960 3 - Live 0x0\n"
		"km-busy 16384 4 - Live 0x0\ne1000e 200000 0 - Live 0x0\nvirtio_blk 1 2 - Live 0x0\n"
		"virtio_pci 1 0 - Live 0x0\nisofs 1 1 - Live 0x0\nbridge 1 0 - Live 0x0\n"
		"dm_mod 1 1 - Live 0x0\n");
	fixture_text(f, "/proc/self/mountinfo",
		"22 1 254:1 / / rw - ext2 /dev/vda1 rw\n40 22 7:0 / /mnt rw - ext4 /dev/loop0 rw\n"
		"41 22 7:0 /a /bind rw - ext4 /dev/loop0 rw\n42 22 0:5 / /cd rw - iso9660 x rw\n");
	fixture_text(f, "/proc/swaps",
		"Filename\tType\tSize\tUsed\tPriority\n/dev/vda1 partition 1 0 -2\n");
	fixture_text(f, TREE "/modules.dep", "kernel/ext4.ko:\nkernel/isofs.ko:\n");
	trie_build(&trie, aliases, false);
	fixture_write(f, TREE "/modules.alias.bin", trie.s, trie.len);
	add_disk(f);
	add_loop(f);
	add_network(f);
	add_processes(f);
	assert_int_equal(kmt_snapshot_take(&m->snap, &m->files.root, NULL,
				 KMT_SNAP_LOADED | KMT_SNAP_TREE, NULL, NULL),
		0);
	*state = m;
	return 0;
}

static int teardown(void **state)
{
	struct machine *m = *state;

	kmt_users_free(&m->users);
	kmt_snapshot_free(&m->snap);
	fixture_clear(&m->files);
	free(m);
	return 0;
}

static void find(struct machine *m, const char *module)
{
	const struct kmt_procmod *mod = kmt_snapshot_loaded(&m->snap, module);

	assert_non_null(mod);
	kmt_users_find(&m->snap, mod, &m->users);
}

/* "kind what detail" of row I, with '*' if it is one of the references. */
static void row_is(const struct machine *m, size_t i, const char *want)
{
	const struct kmt_user *u;
	kmt_autofree char *got = NULL;

	assert_true(i < m->users.rows.n);
	u = &m->users.rows.v[i];
	got = kmt_asprintf("%s %s %s%s", kmt_user_kind_name(u->kind), u->what,
		u->detail ? u->detail : "-", u->counts ? " *" : "");
	assert_string_equal(got, want);
}

static void mounts_by_type_and_alias(void **state)
{
	struct machine *m = *state;

	find(m, "ext4");
	assert_int_equal(m->users.rows.n, 3);
	row_is(m, 0, "mount / /dev/vda1 *"); /* ext2 is an alias */
	row_is(m, 1, "mount /mnt /dev/loop0 *");
	row_is(m, 2, "mount /bind /dev/loop0");
	assert_int_equal(m->users.refs, 3);
	assert_int_equal(m->users.unexplained, 1);
}

static void holders_come_first(void **state)
{
	struct machine *m = *state;

	find(m, "jbd2");
	assert_int_equal(m->users.rows.n, 1);
	row_is(m, 0, "module ext4 - *");
	assert_int_equal(m->users.unexplained, 0);
}

static void loop_devices_have_files_and_stacks(void **state)
{
	struct machine *m = *state;

	find(m, "loop");
	assert_int_equal(m->users.rows.n, 4);
	row_is(m, 0, "mount /mnt /dev/loop0 *");
	row_is(m, 1, "mount /bind /dev/loop0");
	row_is(m, 2, "stacked dm-0 /dev/loop0 *");
	row_is(m, 3, "stacked /tmp/disk /dev/loop0 *");
	assert_int_equal(m->users.unexplained, 0);
}

static void processes_are_named(void **state)
{
	struct machine *m = *state;

	find(m, "km_busy");
	assert_int_equal(m->users.rows.n, 2);
	row_is(m, 0, "process /dev/km_busy sleep *");
	assert_int_equal(m->users.rows.v[0].pid, 1234);
	assert_int_equal(m->users.rows.v[1].pid, 77);
	assert_int_equal(m->users.unexplained, 2);
}

static void devices_and_interfaces_do_not_count(void **state)
{
	struct machine *m = *state;

	find(m, "e1000e");
	assert_int_equal(m->users.rows.n, 3);
	row_is(m, 0, "device 0000:00:03.0 pci:e1000e");
	row_is(m, 1, "interface br0 -"); /* on top of eth0 */
	row_is(m, 2, "interface eth0 -");
}

static void interfaces_have_a_state(void **state)
{
	struct machine *m = *state;

	fixture_text(&m->files, PCI "/0000:00:03.0/net/eth0/operstate", "unknown\n");
	fixture_text(&m->files, "/sys/devices/virtual/net/br0/operstate", "lowerlayerdown\n");
	find(m, "e1000e");
	row_is(m, 1, "interface br0 lowerlayerdown");
	row_is(m, 2, "interface eth0 up"); /* below a root there are no addresses */
}

static void addresses_are_those_of_this_host(void **state)
{
	struct kmt_netifs netifs = {0};
	struct kmt_arena arena = {0};
	struct kmt_ifaddrs all;
	struct kmt_root host;
	const struct kmt_ifaddr *a;

	assert_int_equal(kmt_root_open(&host, NULL, NULL), 0);
	kmt_ifaddrs_read(&host, &all);
	kmt_vec_foreach(a, &all.rows) {
		const char *text = kmt_netif_text(&netifs, &host, a->ifname, &arena);
		kmt_autofree char *address = kmt_strndup(a->text, strcspn(a->text, "%"));

		if (text)
			assert_non_null(strstr(text, address));
	}
	kmt_netifs_free(&netifs);
	kmt_ifaddrs_free(&all);
	kmt_arena_free(&arena);
	kmt_root_close(&host);
}

static void the_disk_counts_for_its_own_driver(void **state)
{
	struct machine *m = *state;

	find(m, "virtio_blk");
	assert_int_equal(m->users.rows.n, 2);
	row_is(m, 0, "mount / /dev/vda1 *");
	row_is(m, 1, "swap /dev/vda1 - *");
	kmt_users_free(&m->users);
	find(m, "virtio_pci");
	assert_int_equal(m->users.rows.n, 2);
	row_is(m, 0, "mount / /dev/vda1");
	row_is(m, 1, "swap /dev/vda1 -");
	assert_int_equal(m->users.unexplained, 0);
}

typedef void (*drivers_fn)(
	const struct kmt_root *root, const char *path, struct kmt_arena *arena, struct kmt_strv *out);

/* Whether MODULE is one of the drivers; NEAREST: the first of them. */
static bool finds(struct machine *m, drivers_fn fn, const char *path, const char *module, bool nearest)
{
	struct kmt_strv drivers = {0};
	struct kmt_arena arena = {0};
	bool found;

	fn(&m->files.root, path, &arena, &drivers);
	if (nearest && drivers.n)
		drivers.n = 1;
	found = kmt_devchain_has(&drivers, module);
	kmt_vec_free(&drivers);
	kmt_arena_free(&arena);
	return found;
}

static void chains_reach_through_stacks(void **state)
{
	struct machine *m = *state;
	const char *disk = PCI "/0000:00:02.0/virtio0/block/vda/vda1";
	const char *part = "/sys/devices/virtual/block/md0/md0p1";

	assert_true(finds(m, kmt_devchain_drivers, disk, "virtio_pci", false));
	assert_true(finds(m, kmt_devchain_drivers, disk, "virtio-blk", true));
	assert_false(finds(m, kmt_devchain_drivers, disk, "virtio_pci", true));
	assert_false(finds(m, kmt_devchain_drivers, disk, "e1000e", false));
	assert_false(finds(m, kmt_devchain_drivers, "/elsewhere/driver", "virtio_pci", false));
	fixture_link(&m->files, "/sys/devices/virtual/block/md0/slaves/vda1",
		"../../../../pci0000:00/0000:00:02.0/virtio0/block/vda/vda1");
	fixture_text(&m->files, "/sys/devices/virtual/block/md0/md0p1/uevent", "DEVNAME=md0p1\n");
	assert_true(finds(m, kmt_devchain_block_drivers, "/sys/devices/virtual/block/md0", "virtio_pci", false));
	assert_true(finds(m, kmt_devchain_block_drivers, part, "virtio_pci", false));
	assert_false(finds(m, kmt_devchain_block_drivers, "/sys/devices/virtual/block/md0", "loop", false));
	assert_true(finds(m, kmt_devchain_net_drivers, "br0", "bridge", false));
	assert_true(finds(m, kmt_devchain_net_drivers, "br0", "e1000e", false));
	assert_false(finds(m, kmt_devchain_net_drivers, "eth0", "bridge", false));
	assert_false(finds(m, kmt_devchain_net_drivers, "none", "bridge", false));
}

static void loops_in_sysfs_end(void **state)
{
	struct machine *m = *state;

	fixture_link(&m->files, "/sys/devices/virtual/block/dm-1/slaves/dm-1", "../../dm-1");
	fixture_link(&m->files, "/sys/devices/virtual/net/br0/lower_br0", "../br0");
	assert_false(finds(m, kmt_devchain_block_drivers, "/sys/devices/virtual/block/dm-1", "x", false));
	assert_false(finds(m, kmt_devchain_net_drivers, "br0", "x", false));
}

#define TEST(t) cmocka_unit_test_setup_teardown(t, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(mounts_by_type_and_alias),
		TEST(holders_come_first),
		TEST(loop_devices_have_files_and_stacks),
		TEST(processes_are_named),
		TEST(devices_and_interfaces_do_not_count),
		TEST(interfaces_have_a_state),
		TEST(addresses_are_those_of_this_host),
		TEST(the_disk_counts_for_its_own_driver),
		TEST(chains_reach_through_stacks),
		TEST(loops_in_sysfs_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
