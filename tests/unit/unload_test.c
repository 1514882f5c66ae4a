/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Plans to unload, against a fixture's /proc/modules and configuration. Plans that are made are also run
 * on the fake kernel, which counts references as the real one does: what is planned must work.
 */
#include "unit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <kmt/base/alloc.h>
#include <kmt/plan/exec.h>
#include <kmt/plan/unload.h>
#include "fixture.h"
#include "kernel_fake.h"

#define TREE "/lib/modules/6.1.0"

struct machine {
	struct fixture files;
	struct kmt_fake *fake;
	struct kmt_snapshot snap;
	struct kmt_unload_request req;
	struct kmt_plan plan;
	const struct kmt_procmod *in_use;
	struct kmt_err err;
	bool taken;
};

/* The chain of snd_dummy, br_netfilter's, and some that are special. */
static void load_chain(struct kmt_fake *fake)
{
	static const char *const needs[][2] = {
		{"snd", "soundcore"}, {"snd_timer", "snd"}, {"snd_pcm", "snd_timer"}, {"snd_pcm", "snd"},
		{"snd_dummy", "snd_pcm"}, {"snd_dummy", "snd"}, {"stp", "llc"}, {"bridge", "stp"},
		{"bridge", "llc"}, {"br_netfilter", "bridge"}, {"ext4", "jbd2"}, {"ext4", "mbcache"},
	};
	static const char *const names[] = {"soundcore", "snd", "snd_timer", "snd_pcm", "snd_dummy", "llc",
		"stp", "bridge", "br_netfilter", "mbcache", "jbd2"};

	for (size_t i = 0; i < KMT_ARRAY_SIZE(needs); i++)
		kmt_fake_needs(fake, needs[i][0], needs[i][1]);
	for (size_t i = 0; i < KMT_ARRAY_SIZE(names); i++)
		kmt_fake_loaded(fake, names[i], 0);
	kmt_fake_loaded(fake, "ext4", 1);
}

static void load_all(struct kmt_fake *fake)
{
	load_chain(fake);
	kmt_fake_loaded(fake, "crc32c_generic", 0);
}

static int setup(void **state)
{
	static const char *const aliases[] = {"net_pf_26", "llc", "crypto_crc32c", "crc32c_generic", NULL};
	kmt_autostrbuf struct kmt_strbuf trie = KMT_STRBUF_INIT;
	struct machine *m = kmt_alloc(sizeof(*m));

	fixture_init(&m->files);
	fixture_text(&m->files, "/proc/sys/kernel/osrelease", "6.1.0\n");
	fixture_text(&m->files, TREE "/modules.dep", "kernel/llc.ko:\nkernel/other.ko:\nkernel/ext4.ko:\n"
		"kernel/br_netfilter.ko:\nkernel/crc32c_generic.ko:\n");
	fixture_text(&m->files, TREE "/modules.builtin", "kernel/ipv6.ko\n");
	trie_build(&trie, aliases, false);
	fixture_write(&m->files, TREE "/modules.alias.bin", trie.s, trie.len);
	m->fake = kmt_fake_new(m->files.dir);
	load_all(m->fake);
	*state = m;
	return 0;
}

static int teardown(void **state)
{
	struct machine *m = *state;

	kmt_err_clear(&m->err);
	kmt_vec_free(&m->req.targets);
	kmt_plan_free(&m->plan);
	if (m->taken)
		kmt_snapshot_free(&m->snap);
	kmt_fake_free(m->fake);
	fixture_clear(&m->files);
	free(m);
	return 0;
}

static int plan(struct machine *m, const char *target)
{
	if (target)
		kmt_vec_push(&m->req.targets, target);
	assert_int_equal(kmt_snapshot_take(&m->snap, &m->files.root, NULL,
				 KMT_SNAP_LOADED | KMT_SNAP_TREE | KMT_SNAP_CONFIG, NULL, NULL),
		0);
	m->taken = true;
	return kmt_plan_unload(&m->snap, &m->req, &m->plan, &m->in_use, &m->err);
}

static void planned(const struct machine *m, const char *want)
{
	kmt_autostrbuf struct kmt_strbuf got = KMT_STRBUF_INIT;
	const struct kmt_step *step;

	kmt_vec_foreach(step, &m->plan.steps)
		kmt_strbuf_addf(&got, "%s%s %s", got.len ? ", " : "", kmt_step_kind_name(step->kind),
			step->module);
	assert_string_equal(kmt_strbuf_str(&got), want);
}

/* Every required step works, and what is left is LEFT. */
static void works(struct machine *m, const char *left)
{
	struct kmt_kernel kernel = kmt_fake_kernel(m->fake);
	const struct kmt_exec_options opts = {0};
	kmt_autofree char *modules = NULL;
	struct kmt_report report;

	assert_int_equal(kmt_plan_exec(&m->plan, &kernel, &m->files.root, &opts, &report), 0);
	for (size_t i = 0; i < report.results.n; i++)
		assert_int_not_equal(report.results.v[i].outcome, KMT_STEP_FAILED);
	kmt_report_free(&report);
	modules = kmt_fake_modules(m->fake);
	assert_string_equal(modules, left);
}

static void only_what_was_asked_for(void **state)
{
	struct machine *m = *state;

	assert_int_equal(plan(m, "snd-dummy"), 0);
	planned(m, "remove snd_dummy");
	assert_int_equal(m->plan.steps.v[0].why, KMT_WHY_REQUESTED);
	assert_true(m->plan.steps.v[0].required);
	works(m, "crc32c_generic ext4 jbd2 mbcache br_netfilter bridge stp llc snd_pcm snd_timer snd "
		 "soundcore");
}

static void unused_deps_go_down_to_the_last(void **state)
{
	struct machine *m = *state;

	m->req.unused_deps = true;
	assert_int_equal(plan(m, "snd_dummy"), 0);
	planned(m, "remove snd_dummy, remove snd_pcm, remove snd_timer, remove snd, remove soundcore");
	assert_int_equal(m->plan.steps.v[1].why, KMT_WHY_UNUSED_AFTER);
	assert_string_equal(m->plan.steps.v[4].because_of, "snd");
	assert_false(m->plan.steps.v[4].required);
	works(m, "crc32c_generic ext4 jbd2 mbcache br_netfilter bridge stp llc");
}

static void the_chain_that_modprobe_leaves_behind(void **state)
{
	struct machine *m = *state;

	m->req.unused_deps = true;
	assert_int_equal(plan(m, "/x/br_netfilter.ko.xz"), 0);
	planned(m, "remove br_netfilter, remove bridge, remove stp, remove llc");
	works(m, "crc32c_generic ext4 jbd2 mbcache snd_dummy snd_pcm snd_timer snd soundcore");
}

static void dependents_are_taken_recursively(void **state)
{
	struct machine *m = *state;

	m->req.dependents = true;
	assert_int_equal(plan(m, "soundcore"), 0);
	planned(m, "remove snd_dummy, remove snd_pcm, remove snd_timer, remove snd, remove soundcore");
	assert_int_equal(m->plan.steps.v[0].why, KMT_WHY_HOLDER);
	assert_string_equal(m->plan.steps.v[3].because_of, "soundcore");
	assert_true(m->plan.steps.v[0].required);
	works(m, "crc32c_generic ext4 jbd2 mbcache br_netfilter bridge stp llc");
}

static void several_targets_in_any_order(void **state)
{
	struct machine *m = *state;

	kmt_vec_push(&m->req.targets, "bridge");
	kmt_vec_push(&m->req.targets, "snd_dummy");
	assert_int_equal(plan(m, "br_netfilter"), 0);
	planned(m, "remove br_netfilter, remove bridge, remove snd_dummy");
	assert_int_equal(m->plan.steps.v[0].why, KMT_WHY_REQUESTED);
}

static void a_module_in_use_is_refused(void **state)
{
	struct machine *m = *state;

	assert_int_equal(plan(m, "stp"), -EBUSY);
	assert_int_equal(m->err.kind, KMT_ERR_REFUSED);
	assert_string_equal(m->err.msg, "stp is in use by bridge");
	assert_non_null(strstr(m->err.hint, "--dependents"));
	assert_string_equal(m->in_use->name, "stp");
	assert_int_equal(m->plan.steps.n, 0);
}

static void other_references_are_counted(void **state)
{
	struct machine *m = *state;

	assert_int_equal(plan(m, "ext4"), -EBUSY);
	assert_string_equal(m->err.msg, "ext4 is in use (1 reference)");
	assert_string_equal(m->in_use->name, "ext4");
}

static void a_busy_dependent_stops_it(void **state)
{
	struct machine *m = *state;

	m->req.dependents = true;
	assert_int_equal(plan(m, "jbd2"), -EBUSY);
	assert_string_equal(m->in_use->name, "ext4");
	assert_int_equal(m->plan.steps.n, 0);
}

static void wait_and_force_plan_it_all_the_same(void **state)
{
	struct machine *m = *state;

	m->req.wait = true;
	assert_int_equal(plan(m, "ext4"), 0);
	planned(m, "remove ext4");
	kmt_plan_free(&m->plan);
	kmt_snapshot_free(&m->snap);
	m->req.wait = false;
	m->req.remove_flags = KMT_REMOVE_FORCE;
	assert_int_equal(plan(m, NULL), 0);
	assert_int_equal(m->plan.steps.v[0].flags, KMT_REMOVE_FORCE);
}

static void what_something_else_uses_stays(void **state)
{
	struct machine *m = *state;

	kmt_fake_needs(m->fake, "ext4", "soundcore");
	kmt_fake_loaded(m->fake, "another", 0);
	m->req.unused_deps = true;
	assert_int_equal(plan(m, "snd_dummy"), 0);
	planned(m, "remove snd_dummy, remove snd_pcm, remove snd_timer, remove snd, skip soundcore");
	assert_int_equal(m->plan.steps.v[4].skip, KMT_SKIP_IN_USE);
	assert_string_equal(m->plan.steps.v[4].reason, "used by ext4");
}

static void not_loaded_built_in_unknown(void **state)
{
	struct machine *m = *state;

	assert_int_equal(plan(m, "other"), 0);
	planned(m, "skip other");
	assert_int_equal(m->plan.steps.v[0].skip, KMT_SKIP_NOT_LOADED);
	kmt_plan_free(&m->plan);
	kmt_snapshot_free(&m->snap);
	m->req.targets.v[0] = "ipv6";
	assert_int_equal(plan(m, NULL), -EBUSY);
	assert_int_equal(m->err.kind, KMT_ERR_REFUSED);
	assert_non_null(strstr(m->err.msg, "built into"));
	assert_null(m->in_use);
	kmt_snapshot_free(&m->snap);
	m->req.targets.v[0] = "nosuch";
	assert_int_equal(plan(m, NULL), -ENOENT);
	assert_int_equal(m->err.kind, KMT_ERR_NOT_FOUND);
	kmt_snapshot_free(&m->snap);
	m->req.targets.v[0] = "";
	assert_int_equal(plan(m, NULL), -EINVAL);
	assert_int_equal(m->err.kind, KMT_ERR_USAGE);
}

static void an_alias_is_followed(void **state)
{
	struct machine *m = *state;

	m->req.dependents = true;
	assert_int_equal(plan(m, "net-pf-26"), 0);
	planned(m, "remove br_netfilter, remove bridge, remove stp, remove llc");
}

static void permanent_and_half_loaded_are_refused(void **state)
{
	struct machine *m = *state;

	fixture_text(&m->files, "/proc/modules",
		"perm 16384 0 [permanent], Live 0x0\nhalf 16384 1 - Loading 0x0\nold 16384 - - Live 0x0\n"
		"user 16384 0 - Live 0x0\nbase 16384 2 perm,user, Live 0x0\n");
	assert_int_equal(plan(m, "perm"), -EBUSY);
	assert_non_null(strstr(m->err.msg, "permanent"));
	kmt_snapshot_free(&m->snap);
	m->req.remove_flags = KMT_REMOVE_FORCE;
	assert_int_equal(plan(m, NULL), 0);
	kmt_plan_free(&m->plan);
	kmt_snapshot_free(&m->snap);
	m->req.targets.v[0] = "half";
	assert_int_equal(plan(m, NULL), -EBUSY);
	assert_non_null(strstr(m->err.msg, "still loading"));
	kmt_snapshot_free(&m->snap);
	m->req.targets.v[0] = "old";
	assert_int_equal(plan(m, NULL), -EBUSY);
	kmt_snapshot_free(&m->snap);
	m->req.remove_flags = 0;
	m->req.unused_deps = true;
	m->req.targets.v[0] = "user";
	assert_int_equal(plan(m, NULL), 0);
	planned(m, "remove user, skip base");
	assert_string_equal(m->plan.steps.v[1].reason, "used by perm");
}

static void soft_dependencies_follow(void **state)
{
	struct machine *m = *state;

	fixture_text(&m->files, "/etc/modprobe.d/soft.conf",
		"softdep snd_dummy pre: crypto-crc32c ext4 nosuch post: br_netfilter\n"
		"softdep crc32c_generic pre: snd_dummy\n");
	assert_int_equal(plan(m, "snd_dummy"), 0);
	planned(m, "remove br_netfilter, remove snd_dummy, remove crc32c_generic");
	assert_int_equal(m->plan.steps.v[0].why, KMT_WHY_SOFTDEP_POST);
	assert_int_equal(m->plan.steps.v[2].why, KMT_WHY_SOFTDEP_PRE);
	assert_false(m->plan.steps.v[2].required);
	assert_string_equal(m->plan.steps.v[2].origin.file, "/etc/modprobe.d/soft.conf");
	kmt_plan_free(&m->plan);
	kmt_snapshot_free(&m->snap);
	m->req.no_config = true;
	assert_int_equal(plan(m, NULL), 0);
	planned(m, "remove snd_dummy");
}

/* A reference that no module of the list holds may be that of one that goes: modprobe -r asks the kernel. */
static void soft_dependencies_with_unseen_references_are_tried(void **state)
{
	static const char others[] = "ext4 jbd2 mbcache br_netfilter bridge stp llc";
	struct machine *m = *state;

	kmt_fake_free(m->fake);
	m->fake = kmt_fake_new(m->files.dir);
	kmt_fake_loaded(m->fake, "crc32c_generic", 1);
	load_chain(m->fake);
	fixture_text(&m->files, "/etc/modprobe.d/soft.conf", "softdep snd_pcm pre: crypto-crc32c\n");
	assert_int_equal(plan(m, "snd_dummy"), 0);
	planned(m, "remove snd_dummy");
	kmt_plan_free(&m->plan);
	kmt_snapshot_free(&m->snap);
	m->req.unused_deps = true;
	assert_int_equal(plan(m, NULL), 0);
	planned(m, "remove snd_dummy, remove snd_pcm, remove snd_timer, remove snd, remove soundcore, "
		   "remove crc32c_generic");
	assert_true(m->plan.steps.v[5].if_unused);
	assert_int_equal(m->plan.steps.v[5].why, KMT_WHY_SOFTDEP_PRE);
	assert_string_equal(m->plan.steps.v[5].because_of, "snd_pcm");
	works(m, kmt_arena_printf(&m->plan.arena, "%s crc32c_generic", others));
}

static void remove_commands_are_run(void **state)
{
	struct machine *m = *state;

	fixture_text(&m->files, "/etc/modprobe.d/x.conf",
		"# one\nremove snd_dummy save; rmmod snd_dummy\nremove other cleanup\n"
		"remove ext4 stop-it\n");
	m->req.unused_deps = true;
	kmt_vec_push(&m->req.targets, "snd_dummy");
	kmt_vec_push(&m->req.targets, "ext4"); /* in use: the command may change that */
	assert_int_equal(plan(m, "other"), 0);
	planned(m, "run snd_dummy, run ext4, run other, remove snd_pcm, remove jbd2, remove mbcache, "
		   "remove snd_timer, remove snd, remove soundcore");
	assert_string_equal(m->plan.steps.v[0].command, "save; rmmod snd_dummy");
	assert_int_equal(m->plan.steps.v[0].why, KMT_WHY_REMOVE_COMMAND);
	assert_int_equal(m->plan.steps.v[0].origin.line, 2);
	assert_true(m->plan.steps.v[0].required);
}

static void warns(struct machine *m, const char *module, const char *const *wants, const char *ssh)
{
	const struct kmt_step step = {.kind = KMT_STEP_REMOVE, .module = module};
	struct kmt_essentials essentials;
	size_t n = 0;

	kmt_plan_free(&m->plan);
	kmt_vec_push(&m->plan.steps, step);
	kmt_essentials_read(&m->snap, ssh, false, &essentials);
	kmt_plan_unload_warn(&essentials, &m->plan);
	kmt_essentials_free(&essentials);
	for (; wants[n]; n++) {
		assert_true(n < m->plan.warnings.n);
		if (!strstr(m->plan.warnings.v[n], wants[n]))
			fail_msg("%s: '%s' lacks '%s'", module, m->plan.warnings.v[n], wants[n]);
	}
	assert_int_equal(m->plan.warnings.n, n);
}

static void add_device(const struct fixture *f, const char *device, const char *module)
{
	kmt_autofree char *driver = kmt_asprintf("/sys/devices/%s/driver", device);
	kmt_autofree char *link = kmt_asprintf("/sys/bus/any/drivers/%s/module", module);
	kmt_autofree char *dir = kmt_asprintf("/sys/bus/any/drivers/%s", module);
	kmt_autofree char *target = kmt_asprintf("../../../../module/%s", module);

	fixture_link(f, link, target);
	fixture_link(f, driver, dir);
}

static void add_hardware(const struct fixture *f)
{
	add_device(f, "pci0/disk", "ahci");
	add_device(f, "pci0/net", "e1000e");
	add_device(f, "pci0/usb/kbd", "usbhid");
	fixture_text(f, "/proc/self/mountinfo",
		"1 0 0:2 / / rw - rootfs none rw\n22 1 8:1 / / rw - ext4 /dev/sda1 rw\n");
	fixture_text(f, "/sys/devices/pci0/disk/block/sda/sda1/uevent", "DEVNAME=sda1\n");
	fixture_link(f, "/sys/dev/block/8:1", "../../devices/pci0/disk/block/sda/sda1");
	fixture_link(f, "/sys/class/block/sda2", "../../devices/pci0/disk/block/sda/sda2");
	fixture_text(f, "/proc/swaps", "Filename Type\n/dev/sda2 partition\n/swapfile file\n");
	fixture_text(f, "/sys/devices/pci0/net/net/eth0/operstate", "up\n");
	fixture_link(f, "/sys/class/net/eth0", "../../devices/pci0/net/net/eth0");
	fixture_text(f, "/sys/devices/virtual/net/lo/operstate", "unknown\n");
	fixture_link(f, "/sys/class/net/lo", "../../devices/virtual/net/lo");
	fixture_text(f, "/sys/devices/virtual/net/veth9/operstate", "down\n");
	fixture_link(f, "/sys/class/net/veth9", "../../devices/virtual/net/veth9");
	fixture_text(f, "/proc/bus/input/devices",
		"I: Bus=0019\nN: Name=\"Power Button\"\nS: Sysfs=/devices/acpi/input/input0\n"
		"H: Handlers=kbd event0\nB: EV=3\n\n"
		"I: Bus=0003\nN: Name=\"Keyboard\"\nS: Sysfs=/devices/pci0/usb/kbd/input/input3\n"
		"H: Handlers=sysrq kbd event3 leds\nB: EV=120013\n\n");
}

static void what_would_be_lost_is_told(void **state)
{
	static const char *const disk[] = {"disk of the root filesystem", "swap device sda2", NULL};
	static const char *const root[] = {"ext4 is the root filesystem", NULL};
	static const char *const net[] = {"the only network interface that is up (eth0)", NULL};
	static const char *const ssh[] = {"only network interface", "interface of your SSH", NULL};
	static const char *const keyboard[] = {"the only keyboard", NULL};
	static const char *const none[] = {NULL};
	struct machine *m = *state;

	add_hardware(&m->files);
	assert_int_equal(plan(m, "llc"), -EBUSY); /* takes the snapshot */
	warns(m, "ahci", disk, NULL);
	warns(m, "ext4", root, NULL);
	warns(m, "e1000e", net, NULL);
	warns(m, "e1000e", ssh, "eth0");
	warns(m, "usbhid", keyboard, NULL);
	warns(m, "bridge", none, "eth0");
}

static void a_second_one_is_no_loss(void **state)
{
	static const char *const one_of[] = {"e1000e drives network interface eth0 (up)", NULL};
	static const char *const ssh[] = {"e1000e drives network interface eth0 (up)", "interface of your SSH", NULL};
	static const char *const none[] = {NULL};
	struct machine *m = *state;

	add_hardware(&m->files);
	fixture_text(&m->files, "/sys/devices/virtual/net/veth9/operstate", "up\n");
	fixture_text(&m->files, "/proc/bus/input/devices",
		"S: Sysfs=/devices/pci0/usb/kbd/input/input3\nH: Handlers=kbd\nB: EV=120013\n\n"
		"S: Sysfs=/devices/platform/i8042/serio0/input/input1\nH: Handlers=kbd\nB: EV=120013\n\n");
	assert_int_equal(plan(m, "llc"), -EBUSY);
	warns(m, "usbhid", none, NULL);
	warns(m, "e1000e", one_of, NULL);
	warns(m, "e1000e", ssh, "eth0");
}

static void consoles_and_bound_devices(void **state)
{
	static const char *const screen[] = {"drives the console (fb0)", NULL};
	static const char *const serial[] = {"drives the console (ttyS1)", NULL};
	static const char *const devices[] = {"snd_dummy drives 4 devices, which hold no reference: "
					      "a0 (any:snd_dummy), a1 (any:snd_dummy), a2 (any:snd_dummy) and 1 more",
		NULL};
	static const char *const none[] = {NULL};
	struct machine *m = *state;

	add_device(&m->files, "pci0/vga", "bochs");
	add_device(&m->files, "pci0/uart", "serial_pci");
	fixture_text(&m->files, "/sys/class/tty/console/active", "tty0 ttyS1\n");
	fixture_link(&m->files, "/sys/class/graphics/fb0", "../../devices/pci0/vga/graphics/fb0");
	fixture_link(&m->files, "/sys/class/graphics/fbcon", "../../devices/pci0/uart/graphics/fbcon");
	fixture_link(&m->files, "/sys/class/tty/ttyS1", "../../devices/pci0/uart/tty/ttyS1");
	fixture_link(&m->files, "/sys/module/snd_dummy/drivers/any:snd_dummy", "/sys/bus/any/drivers/snd_dummy");
	for (int i = 0; i < 4; i++) {
		kmt_autofree char *link = kmt_asprintf("/sys/bus/any/drivers/snd_dummy/a%d", i);

		fixture_link(&m->files, link, "/sys/devices/a");
	}
	assert_int_equal(plan(m, "llc"), -EBUSY);
	warns(m, "bochs", screen, NULL);
	warns(m, "serial_pci", serial, NULL);
	warns(m, "snd_dummy", devices, NULL);
	warns(m, "snd_pcm", none, NULL);
}

static void without_proc_and_sys_there_is_nothing_to_say(void **state)
{
	static const char *const none[] = {NULL};
	struct machine *m = *state;

	assert_int_equal(plan(m, "llc"), -EBUSY);
	warns(m, "ahci", none, "eth0");
	warns(m, "ext4", none, "");
}

/* What the next boot needs: the sentences about MODULE, one to a line. */
static void needs(struct machine *m, const char *module, const char *want)
{
	kmt_autostrbuf struct kmt_strbuf got = KMT_STRBUF_INIT;
	struct kmt_essentials essentials;
	struct kmt_strv told = {0};

	kmt_essentials_read(&m->snap, NULL, true, &essentials);
	kmt_essentials_tell(&essentials, module, &essentials.arena, &told);
	for (size_t i = 0; i < told.n; i++)
		kmt_strbuf_item(&got, "\n", "%s", told.v[i]);
	assert_string_equal(kmt_strbuf_str(&got), want);
	kmt_vec_free(&told);
	kmt_essentials_free(&essentials);
}

static void carries(struct machine *m, const char *ssh, const char *dir, const char *want)
{
	kmt_autostrbuf struct kmt_strbuf got = KMT_STRBUF_INIT;
	struct kmt_essentials essentials;
	struct kmt_strv told = {0};

	kmt_essentials_read(&m->snap, ssh, false, &essentials);
	kmt_essentials_tell_device(&essentials, dir, &essentials.arena, &told);
	for (size_t i = 0; i < told.n; i++)
		kmt_strbuf_item(&got, "\n", "%s", told.v[i]);
	assert_string_equal(kmt_strbuf_str(&got), want);
	kmt_vec_free(&told);
	kmt_essentials_free(&essentials);
}

/* Only that device, whatever else its module drives. */
static void what_a_device_carries_is_told(void **state)
{
	struct machine *m = *state;

	add_hardware(&m->files);
	fixture_link(&m->files, "/sys/bus/pci/devices/0:1", "../../../devices/pci0/disk");
	fixture_text(&m->files, "/sys/class/net/eth9/operstate", "up\n");
	assert_int_equal(plan(m, "llc"), -EBUSY);
	carries(m, NULL, "/sys/bus/pci/devices/0:1",
		"0:1 carries the disk of the root filesystem (/dev/sda1)\n0:1 carries the swap device sda2");
	carries(m, NULL, "/sys/devices/pci0/di", "");
	carries(m, NULL, "/sys/devices/pci0/usb", "usb carries the only keyboard");
	carries(m, "eth0", "/sys/devices/pci0/net",
		"net carries network interface eth0 (up)\nnet carries eth0, the interface of your SSH connection");
}

/* Of one filesystem, disk and swap device the first is told, and of what needs the module, too. */
static void what_the_next_boot_needs_is_told(void **state)
{
	struct machine *m = *state;

	add_hardware(&m->files);
	fixture_text(&m->files, "/proc/self/mountinfo",
		"22 1 8:1 / / rw - ext4 /dev/sda1 rw\n23 22 0:40 / /tmp rw - tmpfs tmpfs rw\n"
		"24 22 8:17 / /srv\\040x rw - xfs /dev/sdb1 rw\n25 22 8:18 / /other rw - xfs /dev/sdb2 rw\n");
	fixture_text(&m->files, "/etc/fstab",
		"UUID=1 / ext4 defaults 0 1\nLABEL=Data /data f2fs,btrfs defaults\nUUID=2 none swap sw\n"
		"/dev/sr0 /cd iso9660 noauto\n");
	fixture_link(&m->files, "/dev/disk/by-label/Data", "../../mapper/data");
	fixture_link(&m->files, "/dev/mapper/data", "../dm-0");
	fixture_link(&m->files, "/dev/disk/by-uuid/2", "../../sdc2");
	fixture_link(&m->files, "/sys/class/block/sdc2", "../../devices/pci1/host/block/sdc/sdc2");
	add_device(&m->files, "pci1/host", "sata_nv");
	fixture_text(&m->files, TREE "/modules.dep",
		"kernel/llc.ko:\nkernel/ext4.ko: kernel/jbd2.ko\nkernel/jbd2.ko:\n");
	assert_int_equal(plan(m, "llc"), -EBUSY);
	needs(m, "ext4", "ext4 is the root filesystem (ext4)");
	needs(m, "jbd2", "jbd2 is needed by ext4, which is the root filesystem (ext4)");
	needs(m, "xfs", "xfs is the filesystem of /srv x, which is mounted");
	needs(m, "tmpfs", "tmpfs is the filesystem of /tmp, which is mounted");
	needs(m, "f2fs", "f2fs is the filesystem of /data (/etc/fstab:2)");
	needs(m, "btrfs", "btrfs is the filesystem of /data (/etc/fstab:2)");
	needs(m, "sata_nv", "sata_nv drives the swap device UUID=2 (/etc/fstab:3)");
	needs(m, "isofs", "");
	needs(m, "iso9660", "");
	needs(m, "llc", "");
	/* None of it stands in the way of an unload. */
	warns(m, "f2fs", (const char *const[]){NULL}, NULL);
}

/* Devices made of others have no driver in sysfs. */
static void what_a_root_disk_is_made_of_is_told(void **state)
{
	struct machine *m = *state;

	add_hardware(&m->files);
	fixture_text(&m->files, "/proc/self/mountinfo", "22 1 253:0 / / rw - ext4 /dev/mapper/root rw\n");
	fixture_link(&m->files, "/sys/dev/block/253:0", "../../devices/virtual/block/dm-0");
	fixture_text(&m->files, "/sys/devices/virtual/block/dm-0/dm/uuid", "CRYPT-LUKS2-0123-root\n");
	fixture_link(&m->files, "/sys/devices/virtual/block/dm-0/slaves/md0p1", "../../md0/md0p1");
	fixture_text(&m->files, "/sys/devices/virtual/block/md0/md/level", "raid5\n");
	fixture_link(&m->files, "/sys/devices/virtual/block/md0/slaves/nvme0n1",
		"../../../nvme-subsystem/nvme-subsys0/nvme0n1");
	fixture_text(&m->files, "/sys/devices/virtual/nvme-subsystem/nvme-subsys0/nvme0n1/size", "1\n");
	fixture_link(&m->files, "/sys/devices/virtual/nvme-subsystem/nvme-subsys0/nvme0",
		"../../../pci2/slot/nvme/nvme0");
	add_device(&m->files, "pci2/slot", "nvme");
	assert_int_equal(plan(m, "llc"), -EBUSY);
	for (const char *const *name = (const char *const[]){"dm_mod", "dm_crypt", "md_mod", "raid456", "nvme", NULL};
		*name; name++) {
		kmt_autofree char *want =
			kmt_asprintf("%s drives the disk of the root filesystem (/dev/mapper/root)", *name);

		needs(m, *name, want);
	}
	needs(m, "raid1", "");
	needs(m, "ahci", "ahci drives the swap device sda2");
}

#define TEST(t) cmocka_unit_test_setup_teardown(t, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(only_what_was_asked_for),
		TEST(unused_deps_go_down_to_the_last),
		TEST(the_chain_that_modprobe_leaves_behind),
		TEST(dependents_are_taken_recursively),
		TEST(several_targets_in_any_order),
		TEST(a_module_in_use_is_refused),
		TEST(other_references_are_counted),
		TEST(a_busy_dependent_stops_it),
		TEST(wait_and_force_plan_it_all_the_same),
		TEST(what_something_else_uses_stays),
		TEST(not_loaded_built_in_unknown),
		TEST(an_alias_is_followed),
		TEST(permanent_and_half_loaded_are_refused),
		TEST(soft_dependencies_follow),
		TEST(soft_dependencies_with_unseen_references_are_tried),
		TEST(remove_commands_are_run),
		TEST(what_would_be_lost_is_told),
		TEST(a_second_one_is_no_loss),
		TEST(consoles_and_bound_devices),
		TEST(what_a_device_carries_is_told),
		TEST(what_the_next_boot_needs_is_told),
		TEST(what_a_root_disk_is_made_of_is_told),
		TEST(without_proc_and_sys_there_is_nothing_to_say),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
