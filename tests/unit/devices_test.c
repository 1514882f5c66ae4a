/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Devices, what they are, what claims them, and what becomes of them. */
#include "fixture.h"
#include "unit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <kmt/base/alloc.h>
#include <kmt/model/devices.h>
#include <kmt/out/devices.h>
#include <kmt/source/devdesc.h>

#define TREE "/lib/modules/6.1.0-test"

struct state {
	struct fixture f;
	struct kmt_snapshot snap;
	struct kmt_diag diag;
	struct kmt_err err;
	struct kmt_modaliases found;
	struct kmt_devices devices;
};

static void write_trie(struct fixture *f, const char *file, const char *const *pairs)
{
	kmt_autostrbuf struct kmt_strbuf trie = KMT_STRBUF_INIT;
	kmt_autofree char *path = kmt_asprintf(TREE "/%s", file);

	trie_build(&trie, pairs, false);
	fixture_write(f, path, trie.s, trie.len);
}

static void device(struct fixture *f, const char *bus, const char *name, const char *modalias)
{
	kmt_autofree char *path = kmt_asprintf("/sys/bus/%s/devices/%s/modalias", bus, name);

	fixture_text(f, path, modalias);
}

static void driver(struct fixture *f, const char *bus, const char *name, const char *driver, const char *module)
{
	kmt_autofree char *link = kmt_asprintf("/sys/bus/%s/devices/%s/driver", bus, name);
	kmt_autofree char *to = kmt_asprintf("../../drivers/%s", driver);
	kmt_autofree char *of = kmt_asprintf("/sys/bus/%s/drivers/%s/module", bus, driver);
	kmt_autofree char *module_dir = kmt_asprintf("../../../../module/%s", module ? module : "");

	if (module)
		fixture_link(f, of, module_dir);
	fixture_link(f, link, to);
}

static int setup(void **state)
{
	static const char *const aliases[] = {"pci:one*", "mod_a", "pci:two*", "mod_a", "pci:two*", "listed",
		"pci:mixed*", "listed", "pci:mixed*", "mod_a",
		"pci:black*", "listed", "pci:refused*", "refused", "pci:install*", "shut", "pci:soft*", "soft",
		"pci:run*", "ran", "pci:gone*", "not_there", "pci:here*", "here", "input:*", "here", NULL};
	static const char *const symbols[] = {"symbol:none", "mod_a", NULL};
	static const char *const builtin[] = {"pci:image*", "image", "pci:kernel_only*", "in_no_list", NULL};
	struct state *s = kmt_alloc(sizeof(*s));

	fixture_init(&s->f);
	fixture_text(&s->f, TREE "/modules.dep",
		"kernel/mod-a.ko:\nkernel/listed.ko:\nkernel/refused.ko:\nkernel/shut.ko:\nkernel/soft.ko:\n"
		"kernel/ran.ko:\nkernel/here.ko:\n");
	fixture_text(&s->f, TREE "/modules.builtin", "kernel/image.ko\n");
	fixture_text(&s->f, TREE "/modules.softdep", "softdep soft pre: here\n");
	fixture_text(&s->f, "/etc/modprobe.d/t.conf",
		"# ours\nblacklist listed\ninstall shut /bin/false\ninstall soft /bin/false\n"
		"install ran /sbin/modprobe -i ran\nalias pci:lined* mod-a\n");
	fixture_text(&s->f, "/proc/sys/kernel/osrelease", "6.1.0-test\n");
	fixture_text(&s->f, "/proc/cmdline", "module_blacklist=refused\n");
	fixture_text(&s->f, "/proc/modules", "here 1 0 - Live 0x0\n");
	write_trie(&s->f, "modules.alias.bin", aliases);
	write_trie(&s->f, "modules.symbols.bin", symbols);
	write_trie(&s->f, "modules.builtin.alias.bin", builtin);
	*state = s;
	return 0;
}

static void find(struct state *s)
{
	assert_int_equal(kmt_snapshot_take(&s->snap, &s->f.root, NULL,
				 KMT_SNAP_LOADED | KMT_SNAP_TREE | KMT_SNAP_TREE_OPTIONAL | KMT_SNAP_CONFIG, &s->diag,
				 &s->err), 0);
	assert_int_equal(kmt_modaliases_read(&s->f.root, &s->found), 0);
	assert_int_equal(kmt_devices_find(&s->snap, &s->found, &s->devices, &s->err), 0);
}

static int teardown(void **state)
{
	struct state *s = *state;

	kmt_devices_free(&s->devices);
	kmt_modaliases_free(&s->found);
	if (s->snap.root)
		kmt_snapshot_free(&s->snap);
	kmt_diag_clear(&s->diag);
	kmt_err_clear(&s->err);
	fixture_clear(&s->f);
	free(s);
	return 0;
}

static void add_names(struct kmt_strbuf *out, const char *before, const struct kmt_strv *names)
{
	for (size_t i = 0; i < names->n; i++)
		kmt_strbuf_addf(out, "%s%s", i ? "," : before, names->v[i]);
}

/* "NAME STATE open,... !blocked,...", a line for each row. */
static void check_rows(const struct state *s, const char *want)
{
	kmt_autostrbuf struct kmt_strbuf got = KMT_STRBUF_INIT;

	for (size_t i = 0; i < s->devices.rows.n; i++) {
		const struct kmt_device *d = s->devices.rows.v[i];

		kmt_strbuf_addf(&got, "%s %s", d->name, kmt_device_state_name(d->state));
		add_names(&got, " ", &d->open);
		add_names(&got, " !", &d->blocked);
		kmt_strbuf_addc(&got, '\n');
	}
	assert_string_equal(kmt_strbuf_str(&got), want);
}

static const struct kmt_device *row(const struct state *s, const char *name)
{
	for (size_t i = 0; i < s->devices.rows.n; i++)
		if (!strcmp(s->devices.rows.v[i]->name, name))
			return s->devices.rows.v[i];
	fail_msg("no device %s", name);
	return NULL;
}

static void check_story(const struct state *s, const char *name, const char *part)
{
	struct kmt_arena arena = {0};

	assert_non_null(strstr(kmt_device_story(row(s, name), &arena), part));
	kmt_arena_free(&arena);
}

static void what_can_be_driven_comes_first(void **state)
{
	struct state *s = *state;

	device(&s->f, "pci", "9", "pci:onex\n");
	device(&s->f, "pci", "8", "pci:unknown\n");
	device(&s->f, "pci", "7", "pci:twox\n");
	device(&s->f, "pci", "71", "pci:mixedx\n");
	device(&s->f, "pci", "6", "pci:blackx\n");
	driver(&s->f, "pci", "6", "a-driver", "mod-a");
	device(&s->f, "pci", "5", "pci:blackx\n");
	device(&s->f, "pci", "4", "pci:herex\n");
	device(&s->f, "acpi", "3", "pci:imagex\n");
	device(&s->f, "acpi", "2", "pci:unknown\n");
	driver(&s->f, "acpi", "2", "of_image", NULL);
	fixture_text(&s->f, "/sys/class/input/input1/modalias", "input:1\n");
	find(s);
	check_rows(s, "7 loadable mod_a !listed\n71 loadable mod_a !listed\n9 loadable mod_a\n5 blocked !listed\n3 unbound image\n4 unbound here\n"
		      "8 no driver\ninput1 served here\n2 bound\n6 bound !listed\n");
	assert_string_equal(kmt_device_module(row(s, "7")), "mod_a");
	assert_string_equal(kmt_device_module(row(s, "71")), "mod_a");
	assert_string_equal(kmt_device_module(row(s, "5")), "listed");
	assert_string_equal(kmt_device_module(row(s, "6")), "mod_a");
	assert_null(kmt_device_module(row(s, "2")));
	assert_null(kmt_device_module(row(s, "8")));
	check_story(s, "9", "mod_a claims it and is not loaded");
	check_story(s, "5", "(blacklisted: /etc/modprobe.d/t.conf:2)");
	check_story(s, "4", "here is there");
	check_story(s, "8", "no module of this kernel claims it");
	check_story(s, "input1", "in a class");
	check_story(s, "2", "part of the kernel image");
	check_story(s, "6", "a-driver of module mod_a");
}

static void check_obstacle(const struct state *s, const char *name, bool blocks, const char *text)
{
	const struct kmt_device_candidate *c = &row(s, name)->candidates.v[0];
	struct kmt_arena arena = {0};
	const char *got = kmt_obstacle_text(&c->obstacle, &arena);

	assert_int_equal(c->obstacle.blocks, blocks);
	if (text)
		assert_string_equal(got, text);
	else
		assert_null(got);
	kmt_arena_free(&arena);
}

static void what_is_in_the_way(void **state)
{
	struct state *s = *state;

	device(&s->f, "pci", "1", "pci:onex\n");
	device(&s->f, "pci", "2", "pci:blackx\n");
	device(&s->f, "pci", "3", "pci:refusedx\n");
	device(&s->f, "pci", "4", "pci:installx\n");
	device(&s->f, "pci", "5", "pci:softx\n");
	device(&s->f, "pci", "6", "pci:runx\n");
	device(&s->f, "pci", "7", "pci:gonex\n");
	device(&s->f, "pci", "8", "pci:linedx\n");
	device(&s->f, "pci", "9", "pci:kernel_onlyx\n");
	find(s);
	check_rows(s, "1 loadable mod_a\n5 loadable soft\n6 loadable ran\n8 loadable mod_a\n2 blocked !listed\n"
		      "3 blocked !refused\n4 blocked !shut\n7 blocked !not_there\n9 unbound in_no_list\n");
	check_obstacle(s, "1", false, NULL);
	check_obstacle(s, "2", true, "blacklisted: /etc/modprobe.d/t.conf:2");
	check_obstacle(s, "3", true, "module_blacklist= on the kernel command line");
	check_obstacle(s, "4", true, "install command: /etc/modprobe.d/t.conf:3");
	/* modprobe runs no install command for a module with soft dependencies. */
	check_obstacle(s, "5", false, NULL);
	check_obstacle(s, "6", false, "install command: /etc/modprobe.d/t.conf:5");
	check_obstacle(s, "7", true, "no such module");
	check_story(s, "2", "loading it by its name works");
	check_story(s, "3", "The kernel refuses it");
	check_story(s, "4", "As long as that line is there");
	check_story(s, "7", "has no file of it");
	check_obstacle(s, "9", false, NULL);
	assert_string_equal(row(s, "1")->candidates.v[0].source, "modules.alias");
	assert_string_equal(row(s, "8")->candidates.v[0].source, "/etc/modprobe.d/t.conf:6");
	assert_string_equal(row(s, "8")->candidates.v[0].pattern, "pci:lined*");
}

static void several_modaliases_are_one_device(void **state)
{
	struct state *s = *state;

	device(&s->f, "acpi", "A", "pci:twox\npci:oney\npci:]\nof:-x\n");
	/* Nothing of it is an alias; a directory that has no file; a link to itself. */
	device(&s->f, "acpi", "B", "pci:[\n\n");
	device(&s->f, "acpi", "C/other", "pci:onex\n");
	fixture_link(&s->f, "/sys/bus/acpi/devices/D", "D");
	find(s);
	check_rows(s, "A loadable mod_a !listed\n");
	assert_int_equal(row(s, "A")->modaliases.n, 3);
	assert_string_equal(row(s, "A")->modaliases.v[2], "of:-x");
}

static void without_a_tree_nothing_is_sure(void **state)
{
	struct state *s = *state;
	kmt_autofree char *tree = kmt_asprintf("%s" TREE, s->f.dir);
	kmt_autofree char *away = kmt_asprintf("%s/away", s->f.dir);

	device(&s->f, "pci", "1", "pci:onex\n");
	device(&s->f, "pci", "8", "pci:linedx\n");
	assert_int_equal(rename(tree, away), 0);
	find(s);
	/* What the alias line names is in no index. */
	check_rows(s, "8 blocked !mod_a\n1 unknown\n");
	assert_true(row(s, "1")->unsure);
	check_story(s, "1", "missing or damaged");
}

static void a_damaged_index_is_told(void **state)
{
	struct state *s = *state;

	device(&s->f, "pci", "1", "pci:onex\n");
	device(&s->f, "pci", "2", "pci:twox\n");
	driver(&s->f, "pci", "2", "b", "mod_a");
	fixture_text(&s->f, TREE "/modules.alias.bin", "nonsense");
	assert_int_equal(kmt_snapshot_take(&s->snap, &s->f.root, NULL,
				 KMT_SNAP_LOADED | KMT_SNAP_TREE | KMT_SNAP_CONFIG, &s->diag, &s->err), 0);
	assert_int_equal(kmt_modaliases_read(&s->f.root, &s->found), 0);
	assert_true(kmt_devices_find(&s->snap, &s->found, &s->devices, &s->err) < 0);
	assert_int_equal(s->err.kind, KMT_ERR_FAILED);
	check_rows(s, "1 unknown\n2 bound\n");
	check_story(s, "1", "missing or damaged");
}

static void check_class(const char *modalias, const char *want)
{
	const char *got = kmt_devdesc_class(modalias);

	if (want)
		assert_string_equal(got, want);
	else
		assert_null(got);
}

static void classes(void **state)
{
	check_class("pci:v00008086d000010D3sv00001028sd0000087Cbc02sc00i00", "Ethernet controller");
	check_class("pci:v00008086d000010D3sv00001028sd0000087Cbc02sc80i00", "network controller");
	check_class("pci:v00008086d000010D3sv00001028sd0000087Cbc0Csc03i30", "USB 3 controller (xHCI)");
	check_class("pci:v00008086d000010D3sv00001028sd0000087Cbc0Csc03iFE", "USB controller");
	check_class("pci:v00008086d000010D3sv00001028sd0000087CbcFFsc00i00", NULL);
	check_class("pci:v00008086d000010D3sv00001028sd0000087Cbc02sc00", NULL);
	check_class("pci:v0000808Gd000010D3sv00001028sd0000087Cbc02sc00i00", NULL);
	check_class("pci:v*", NULL);
	check_class("", NULL);
	check_class("usb:v03F0p2B17d0100dc00dsc00dp00ic07isc01ip02in00", "printer");
	check_class("usb:v03F0p2B17d0100dcE0dsc01dp01icE0isc01ip01in00", "Bluetooth");
	check_class("scsi:t_0x05", "CD or DVD drive");
	check_class("virtio:d00000001v00001AF4", "virtual network interface");
	check_class("virtio:d00000013v00001AF4", "sockets to the host");
	check_class("cpu:type:x86,ven0000", "features of the processors");
}

static void words_of_their_own(void **state)
{
	struct state *s = *state;
	static const char huge[8192] = "x";

	device(&s->f, "usb", "1-2.1:1.0", "usb:v03F0p2B17d0100dc00dsc00dp00ic07isc01ip02in00\n");
	fixture_text(&s->f, "/sys/bus/usb/devices/1-2.1/manufacturer", " HP \n");
	fixture_text(&s->f, "/sys/bus/usb/devices/1-2.1/product", "LaserJet\nnot this\n");
	device(&s->f, "scsi", "0:0:0:0", "scsi:t-0x00\n");
	fixture_text(&s->f, "/sys/bus/scsi/devices/0:0:0:0/vendor", "ATA     \n");
	fixture_write(&s->f, "/sys/bus/scsi/devices/0:0:0:0/model", huge, sizeof(huge));
	device(&s->f, "serio", "serio0", "serio:ty06\n");
	fixture_text(&s->f, "/sys/bus/serio/devices/serio0/description", "i8042 KBD port\n");
	device(&s->f, "i2c", "0-0050", "i2c:spd\n");
	fixture_text(&s->f, "/sys/bus/i2c/devices/0-0050/name", "  \n");
	device(&s->f, "platform", "x", "platform:x\n");
	find(s);
	assert_string_equal(row(s, "1-2.1:1.0")->what, "HP LaserJet, printer");
	assert_string_equal(row(s, "0:0:0:0")->what, "ATA, disk");
	assert_string_equal(row(s, "serio0")->what, "i8042 KBD port");
	assert_null(row(s, "0-0050")->what);
	assert_null(row(s, "x")->what);
}

static void names_of_the_lists(void **state)
{
	static const struct {
		const char *vendor, *what;
	} cases[] = {
		{"Intel Corporation", "Intel X, Ethernet controller"},
		{"Realtek Semiconductor Co., Ltd.", "Realtek Semiconductor X, Ethernet controller"},
		{"Red Hat, Inc.", "Red Hat X, Ethernet controller"},
		{"Advanced Micro Devices, Inc. [AMD/ATI]", "AMD/ATI X, Ethernet controller"},
		{"Corporation", "Corporation X, Ethernet controller"},
		{"Incomplete Cooling", "Incomplete Cooling X, Ethernet controller"},
		{"a []", "a [] X, Ethernet controller"},
	};
	struct state *s = *state;

	device(&s->f, "pci", "1", "pci:v00008086d000010D3sv00001028sd0000087Cbc02sc00i00\n");
	for (size_t i = 0; i < KMT_ARRAY_SIZE(cases); i++) {
		kmt_autofree char *list = kmt_asprintf("8086  %s\n\t10d3  X\n", cases[i].vendor);
		struct kmt_arena arena = {0};
		struct kmt_modaliases found;

		fixture_text(&s->f, "/usr/share/hwdata/pci.ids", list);
		assert_int_equal(kmt_modaliases_read(&s->f.root, &found), 0);
		assert_string_equal(kmt_devdesc_read(&s->f.root, &found.rows.v[0],
					    kmt_hwdata_read(&s->f.root, &found, &arena), &arena),
			cases[i].what);
		kmt_modaliases_free(&found);
		kmt_arena_free(&arena);
	}
}

static void what_is_of_the_system(void **state)
{
	struct state *s = *state;

	device(&s->f, "pci", "bridge", "pci:v00008086d000010D3sv00001028sd0000087Cbc06sc04i00\n");
	device(&s->f, "pci", "card reader", "pci:v00008086d000010D3sv00001028sd0000087Cbc08sc05i01\n");
	device(&s->f, "pci", "network", "pci:v00008086d000010D3sv00001028sd0000087Cbc02sc00i00\n");
	device(&s->f, "platform", "loadable", "pci:onex\n");
	device(&s->f, "platform", "other", "platform:x\n");
	fixture_text(&s->f, "/sys/class/input/served/modalias", "input:b0003v\n");
	find(s);
	assert_true(kmt_device_is_system(row(s, "bridge")));
	assert_false(kmt_device_is_system(row(s, "card reader")));
	assert_false(kmt_device_is_system(row(s, "network")));
	assert_false(kmt_device_is_system(row(s, "loadable")));
	assert_true(kmt_device_is_system(row(s, "other")));
	assert_true(kmt_device_is_system(row(s, "served")));
}

static void the_tables_are_whole(void **state)
{
	for (int i = 0; i < KMT_DEVICE_STATE_COUNT; i++)
		assert_non_null(kmt_device_state_name((enum kmt_device_state)i));
	for (const struct kmt_column *c = kmt_device_columns; c->name; c++) {
		assert_non_null(c->get);
		assert_non_null(c->help);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_can_be_driven_comes_first),
		TEST(what_is_in_the_way),
		TEST(several_modaliases_are_one_device),
		TEST(without_a_tree_nothing_is_sure),
		TEST(a_damaged_index_is_told),
		TEST(words_of_their_own),
		TEST(names_of_the_lists),
		TEST(what_is_of_the_system),
		cmocka_unit_test(classes),
		cmocka_unit_test(the_tables_are_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
