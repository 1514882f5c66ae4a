/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The effect of configuration lines: each is what modprobe, the kernel or systemd does with such a line. */
#include "fixture.h"
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include <kmt/base/alloc.h>
#include <kmt/model/settings.h>

#define TREE_DIR "/lib/modules/6.1.0"
#define T "/etc/modprobe.d/t.conf"

struct machine {
	struct fixture files;
	struct kmt_snapshot snap;
	struct kmt_settings settings;
};

static int setup(void **state)
{
	struct machine *m = kmt_alloc(sizeof(*m));

	fixture_init(&m->files);
	fixture_text(&m->files, "/proc/sys/kernel/osrelease", "6.1.0\n");
	fixture_text(&m->files, "/proc/modules", "");
	fixture_text(&m->files, TREE_DIR "/modules.dep", "kernel/a-b.ko:\nkernel/c.ko:\nkernel/ext4.ko:\n");
	fixture_text(&m->files, TREE_DIR "/modules.builtin", "kernel/core.ko\n");
	fixture_text(&m->files, TREE_DIR "/modules.softdep", "# text\nsoftdep ext4 pre: c\n");
	*state = m;
	return 0;
}

static int teardown(void **state)
{
	struct machine *m = *state;

	fixture_clear(&m->files);
	free(m);
	return 0;
}

static void add_row(const struct kmt_setting *s, struct kmt_strbuf *out)
{
	kmt_strbuf_addf(out, "%u %s %s: %s", s->origin.line, kmt_conf_kind_name(s->kind) ?: "-",
		s->name ? s->name : s->value, kmt_setting_effect_name(s->effect));
	if (s->by.file)
		kmt_strbuf_addf(out, " by %s:%u", strrchr(s->by.file, '/') + 1, s->by.line);
	if (s->reason)
		kmt_strbuf_addf(out, " (%s)", s->reason);
	kmt_strbuf_addc(out, '\n');
}

/* What becomes of the lines of the sources other than the module tree. */
static void effects(struct machine *m, const char *want)
{
	kmt_autostrbuf struct kmt_strbuf got = KMT_STRBUF_INIT;
	const struct kmt_setting *s;

	assert_int_equal(kmt_snapshot_take(&m->snap, &m->files.root, NULL,
				 KMT_SNAP_LOADED | KMT_SNAP_TREE | KMT_SNAP_CONFIG, NULL, NULL),
		0);
	assert_int_equal(kmt_settings_read(&m->snap, &m->settings, NULL), 0);
	kmt_vec_foreach(s, &m->settings.rows) {
		if (s->source != KMT_SETTING_TREE)
			add_row(s, &got);
	}
	assert_string_equal(kmt_strbuf_str(&got), want);
	kmt_settings_free(&m->settings);
	kmt_snapshot_free(&m->snap);
}

static void test_options(void **state)
{
	struct machine *m = *state;

	fixture_text(&m->files, T,
		"options a-b x=1 y=1\noptions a_b x=2\noptions a-b x=3 x=4\noptions c* x=1\n"
		"options core x=1\noptions c z=1\nalias my-* c\noptions my-* z=1\n");
	fixture_text(&m->files, "/proc/cmdline", "quiet c.z=2 gone.x=1\n");
	effects(m, "1 options a_b: effective (x is set again in " T ":3)\n"
		 "2 options a_b: shadowed by t.conf:3 (x is set again in " T ":3)\n"
		 "3 options a_b: effective (x is set again in this line)\n"
		 "4 options c*: ignored (options take the name of a module or of an alias line, not a pattern)\n"
		 "5 options core: ignored (core is built into the kernel: only core.PARAMETER= on the kernel command "
		 "line reaches it)\n"
		 "6 options c: shadowed by cmdline:0 (z is set again on the kernel command line)\n"
		 "7 alias my_*: effective\n"
		 "8 options my_*: effective\n"
		 "0 options c: effective\n"
		 "0 options gone: ignored (gone is not a module of 6.1.0)\n");
}

static void test_first_counts(void **state)
{
	struct machine *m = *state;

	fixture_text(&m->files, T,
		"install a* echo 1\ninstall a-b echo 2\ninstall a* echo 3\ninstall ext4 /bin/false\n"
		"softdep ext4 pre: a-b\nsoftdep c a-b\nremove c x\nremove c y\n");
	fixture_text(&m->files, "/etc/modprobe.d/zz.conf", "install c /bin/false\n");
	effects(m, "1 install a*: effective\n"
		 "2 install a_b: shadowed by t.conf:1 (" T ":1 has the first install line for it, and only that counts)\n"
		 "3 install a*: shadowed by t.conf:1 (" T ":1 has the first install line for it, and only that counts)\n"
		 "4 install ext4: ignored (modprobe runs no install command for a module with soft dependencies ("
		 TREE_DIR "/modules.softdep:2))\n"
		 "5 softdep ext4: shadowed by modules.softdep:2 (" TREE_DIR
		 "/modules.softdep:2 has the first softdep line for it, and only that counts)\n"
		 "6 softdep c: ignored (names must follow pre: or post:)\n"
		 "7 remove c: effective\n"
		 "8 remove c: shadowed by t.conf:7 (" T ":7 has the first remove line for it, and only that counts)\n"
		 "1 install c: effective\n");
}

static void test_blacklists(void **state)
{
	struct machine *m = *state;

	fixture_text(&m->files, T, "blacklist a-b\n # x\n");
	fixture_text(&m->files, "/proc/cmdline", "modprobe.blacklist=a-b,c module_blacklist=a-b,ext4 modules_load=c\n");
	effects(m, "1 blacklist a_b: effective\n"
		 "2 -  # x: ignored (a comment has to start in the first column)\n"
		 "0 modprobe.blacklist a-b: ignored ('-' is not '_' here: write a_b)\n"
		 "0 modprobe.blacklist c: effective\n"
		 "0 module_blacklist a-b: ignored ('-' is not '_' here: write a_b)\n"
		 "0 module_blacklist ext4: effective\n"
		 "0 modules_load c: ignored (blacklisted by the kernel command line, which systemd obeys)\n");
}

/* A line that does less than it says is not effective. */
static void test_no_half_truths(void **state)
{
	struct machine *m = *state;

	fixture_text(&m->files, TREE_DIR "/modules.dep",
		"kernel/a-b.ko: kernel/c.ko\nkernel/c.ko:\nkernel/d.ko: kernel/c.ko\nkernel/e.ko: kernel/a-b.ko "
		"kernel/c.ko\nkernel/f.ko: kernel/c.ko\nkernel/g.ko: kernel/c.ko\n");
	fixture_text(&m->files, T,
		"blacklist c\nblacklist a-b\nblacklist e\nblacklist core\nblacklist d\ninstall core /bin/false\n"
		"softdep core pre: c\nsoftdep e pre: post:\nsoftdep f pre c\n");
	effects(m, "1 blacklist c: partial (it is still loaded by name and as a dependency (of a_b, d, f, ...): "
		 "blacklist stops only aliases)\n"
		 "2 blacklist a_b: partial (it is still loaded by name and as a dependency (of e): "
		 "blacklist stops only aliases)\n"
		 "3 blacklist e: effective\n"
		 "4 blacklist core: ignored (core is built into the kernel: no configuration keeps it out)\n"
		 "5 blacklist d: effective\n"
		 "6 install core: ignored (core is built into the kernel: modprobe does nothing for it)\n"
		 "7 softdep core: ignored (core is built into the kernel: modprobe does nothing for it)\n"
		 "8 softdep e: effective\n"
		 "9 softdep f: ignored (names must follow pre: or post:)\n");
	/* What is blocked for good needs no more. */
	fixture_text(&m->files, T, "blacklist c\ninstall c /bin/false\n");
	effects(m, "1 blacklist c: effective\n2 install c: effective\n");
	fixture_text(&m->files, T, "blacklist c\n");
	fixture_text(&m->files, "/proc/cmdline", "module_blacklist=c,core modprobe.blacklist=c");
	effects(m, "1 blacklist c: effective\n"
		 "0 modprobe.blacklist c: effective\n"
		 "0 module_blacklist c: effective\n"
		 "0 module_blacklist core: ignored (core is built into the kernel: no configuration keeps it out)\n");
}

static void test_files(void **state)
{
	struct machine *m = *state;

	fixture_link(&m->files, "/etc/modprobe.d/m.conf", "/dev/null");
	fixture_text(&m->files, "/usr/lib/modprobe.d/m.conf", "options c x=1\n");
	fixture_text(&m->files, "/etc/modules-load.d/l.conf",
		"# text\n; text\n  a-b \ncore\nnothing\nc x=1\n\na[b\n");
	fixture_text(&m->files, "/usr/lib/modules-load.d/l.conf", "masked\n");
	effects(m, "3 load a_b: effective\n"
		 "4 load core: ignored (built into the kernel: nothing is to be loaded)\n"
		 "5 load nothing: ignored (there is no module nothing in 6.1.0)\n"
		 "6 load c x=1: ignored (not a module name: the whole line is taken for one, and options belong in modprobe.d)\n"
		 "8 load a[b: ignored (not a module name)\n"
		 "1 options c: ignored (/etc/modprobe.d/m.conf is read instead of this file)\n");
}

/* systemd ends a line at CR and NUL too, and takes only blanks and tabs off its ends. */
static void test_white_space(void **state)
{
	static const char text[] = "\t c \r\na-b\rc\n\rext4\0c\f\n#\r ; x\n";
	struct machine *m = *state;

	fixture_write(&m->files, "/etc/modules-load.d/l.conf", text, sizeof(text) - 1);
	effects(m, "1 load c: effective\n"
		 "2 load a_b: effective\n"
		 "2 load c: effective\n"
		 "3 load ext4: effective\n"
		 "3 load c\f: ignored (there is no module c\f in 6.1.0)\n");
}

static void test_about(void **state)
{
	const struct kmt_conf_line alias = {.kind = KMT_CONF_ALIAS, .pattern = "x*", .value = "c"};
	const struct kmt_conf_line install = {.kind = KMT_CONF_INSTALL, .pattern = "c*", .value = "y"};
	const struct kmt_setting load = {.kind = KMT_CONF_LOAD, .name = "c"}, bad = {.kind = KMT_CONF_WRONG, .value = "c"};

	assert_true(kmt_conf_line_is_about(&alias, "c"));
	assert_false(kmt_conf_line_is_about(&alias, "xy"));
	assert_true(kmt_conf_line_is_about(&install, "cd"));
	assert_true(kmt_setting_is_about(&load, "c"));
	assert_false(kmt_setting_is_about(&bad, "c"));
	for (unsigned int i = 0; i < KMT_SETTING_COUNT; i++)
		assert_non_null(kmt_setting_effect_name(i));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_options, setup, teardown),
		cmocka_unit_test_setup_teardown(test_first_counts, setup, teardown),
		cmocka_unit_test_setup_teardown(test_blacklists, setup, teardown),
		cmocka_unit_test_setup_teardown(test_no_half_truths, setup, teardown),
		cmocka_unit_test_setup_teardown(test_files, setup, teardown),
		cmocka_unit_test_setup_teardown(test_white_space, setup, teardown),
		cmocka_unit_test(test_about),
	};

	return cmocka_run_group_tests_name("settings", tests, NULL, NULL);
}
