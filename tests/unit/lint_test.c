/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Each rule: what it finds, and the nearest thing that it must not find. */
#include "fixture.h"
#include "unit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <kmt/base/alloc.h>
#include <kmt/model/lint.h>

#define KERNEL "6.1.0-test"
#define TREE "/lib/modules/" KERNEL
#define A "/etc/modprobe.d/a.conf"
#define Z "/etc/modprobe.d/z.conf"
#define BOOT "/etc/modules-load.d/b.conf"

struct state {
	struct fixture f;
	struct kmt_diag diag;
	struct kmt_initramfs_diff diff;
	struct kmt_strbuf got;
};

static int setup(void **state)
{
	static const char *const aliases[] = {"fs_soft", "soft", "pci:v1*", "plain", NULL};
	struct state *s = kmt_alloc(sizeof(*s));
	kmt_autostrbuf struct kmt_strbuf trie = KMT_STRBUF_INIT;

	fixture_init(&s->f);
	fixture_text(&s->f, "/proc/sys/kernel/osrelease", KERNEL "\n");
	fixture_text(&s->f, "/proc/modules", "loaded 4096 0 - Live 0x0\n");
	fixture_text(&s->f, "/proc/cmdline", "quiet\n");
	fixture_text(&s->f, TREE "/modules.dep",
		"k/user.ko: k/plain.ko\nk/plain.ko:\nk/soft.ko:\nk/helper.ko:\nk/loaded.ko:\n");
	fixture_text(&s->f, TREE "/modules.softdep", "softdep soft pre: helper\n");
	fixture_text(&s->f, TREE "/modules.builtin", "k/inside.ko\n");
	trie_build(&trie, aliases, false);
	fixture_write(&s->f, TREE "/modules.alias.bin", trie.s, trie.len);
	*state = s;
	return 0;
}

static int teardown(void **state)
{
	struct state *s = *state;

	kmt_vec_free(&s->diff.rows);
	kmt_strbuf_free(&s->got);
	kmt_diag_clear(&s->diag);
	fixture_clear(&s->f);
	free(s);
	return 0;
}

/* Every module takes "good", a number. */
static int check_param(void *ctx, const char *module, const char *word, struct kmt_err *err)
{
	if (!strncmp(word, "good=", 5) && word[5] >= '0' && word[5] <= '9')
		return 0;
	return kmt_err_set(err, KMT_ERR_USAGE, EINVAL, "no %s", word);
}

static bool live(void *ctx, const char *module, const char *param, struct kmt_strbuf *out)
{
	kmt_strbuf_addstr(out, strcmp(param, "flag") ? "9" : "Y");
	return strcmp(param, "hidden");
}

/* Lines of "RULE FILE:LINE MODULE\n". Every finding says something, and what to do. */
static const char *run(struct state *s)
{
	struct kmt_essentials essentials;
	struct kmt_needs root;
	const struct kmt_lint_facts facts = {check_param, live, NULL, &s->diff, &root, &essentials};
	struct kmt_settings settings;
	struct kmt_snapshot snap;
	const struct kmt_lint_finding *f;
	struct kmt_lint lint;
	size_t problems = 0;

	assert_int_equal(kmt_snapshot_take(&snap, &s->f.root, NULL,
				 KMT_SNAP_LOADED | KMT_SNAP_TREE | KMT_SNAP_CONFIG, &s->diag, NULL),
		0);
	assert_int_equal(kmt_settings_read(&snap, &settings, NULL), 0);
	kmt_essentials_read(&snap, NULL, true, &essentials);
	kmt_needs_of_root(&snap, &s->diff, &root);
	assert_int_equal(kmt_lint_run(&snap, &settings, &facts, &lint, NULL), 0);
	kmt_strbuf_truncate(&s->got, 0);
	kmt_vec_foreach(f, &lint.rows) {
		kmt_strbuf_addf(&s->got, "%s %s:%u %s\n", f->rule->id, f->origin.file, f->origin.line,
			f->module ?: "-");
		assert_true(*f->message);
		assert_true(f->fix && *f->fix);
		problems += !f->rule->note;
	}
	assert_int_equal(kmt_lint_problems(&lint), problems);
	kmt_lint_free(&lint);
	kmt_needs_free(&root);
	kmt_essentials_free(&essentials);
	kmt_settings_free(&settings);
	kmt_snapshot_free(&snap);
	return kmt_strbuf_str(&s->got);
}

static void finds(struct state *s, const char *file, const char *text, const char *want)
{
	fixture_text(&s->f, file, text);
	assert_string_equal(run(s), want);
	fixture_text(&s->f, file, "");
}

static void test_nothing(void **state)
{
	finds(*state, A,
		"# comment\noptions plain good=1\nblacklist soft\ninstall user /bin/false\n"
		"softdep plain pre: helper post: soft\nalias my-name soft\nalias net-pf-3 off\n"
		"softdep loaded pre:\ninstall made-up /bin/echo # of the shell's\n",
		"");
}

static void test_lines(void **state)
{
	struct state *s = *state;

	finds(s, A, "wibble plain\noptions plain\n", "bad-line " A ":1 -\nbad-line " A ":2 -\n");
	finds(s, A, "  # c\n# c\n", "comment-indented " A ":1 -\n");
	finds(s, A, "options plain good=1 # c\nblacklist soft\n", "comment-trailing " A ":1 plain\n");
	finds(s, A, "options plain good=1#2\n", "");
	finds(s, A, "options pl* good=1\nalias x? soft\noptions x? good=1\n", "options-pattern " A ":1 -\n");
}

static void test_not_conf(void **state)
{
	struct state *s = *state;

	finds(s, "/etc/modprobe.d/noext", "blacklist soft\n", "not-conf /etc/modprobe.d/noext:0 -\n");
	fixture_text(&s->f, "/etc/modprobe.d/noext.conf", "");
	fixture_text(&s->f, "/etc/modprobe.d/a.conf.dpkg-old", "");
	fixture_text(&s->f, "/etc/modprobe.d/README", "");
	fixture_text(&s->f, "/etc/modules-load.d/noext", "");
	assert_string_equal(run(s), "not-conf /etc/modprobe.d/noext:0 -\n"
				    "not-conf /etc/modules-load.d/noext:0 -\n");
}

static void test_extra_words(void **state)
{
	struct state *s = *state;

	finds(s, A, "blacklist soft user\nalias x soft user\n", "extra-words " A ":1 soft\nextra-words " A ":2 x\n");
	finds(s, A, "blacklist soft # why\nalias x soft \n", "");
	finds(s, A, "options plain good=1# why not=1\n", "comment-trailing " A ":1 plain\n");
	finds(s, A, "options plain good=\"1 # 2\"\n", "");
}

/* What a package ships is not read where a file of the administrator's has its name; a link says so itself. */
static void test_masked_file(void **state)
{
	struct state *s = *state;

	fixture_text(&s->f, "/usr/lib/modprobe.d/a.conf", "install soft /bin/false\nsoftdep user plain\n");
	fixture_text(&s->f, "/usr/lib/modules-load.d/b.conf", "user\n");
	fixture_link(&s->f, "/etc/modules-load.d/b.conf", "/dev/null");
	finds(s, A, "blacklist soft\n", "masked-file " A ":0 -\n");
}

static void test_which_counts(void **state)
{
	struct state *s = *state;

	finds(s, A, "install plain /bin/echo a\ninstall plain /bin/echo b\n", "shadowed " A ":2 plain\n");
	finds(s, A, "softdep plain pre: helper\nsoftdep plain post: soft\n", "shadowed " A ":2 plain\n");
	finds(s, A, "install plain /bin/false\ninstall plain /bin/true\n", "shadowed-same " A ":2 plain\n");
	finds(s, A, "softdep plain pre: helper\nsoftdep plain pre: helper\n", "shadowed-same " A ":2 plain\n");
	finds(s, Z, "softdep soft pre: plain\n", "after-softdep " Z ":1 soft\n");
	/* Before modules.softdep it counts. */
	finds(s, A, "softdep soft pre: plain\n", "");
	finds(s, A, "install soft /bin/false\n", "void-install " A ":1 soft\n");
	finds(s, A, "install soft /bin/echo\n", "void-install " A ":1 soft\n");
	finds(s, A, "install soft /bin/false\nsoftdep soft pre:\n", "");
	finds(s, A, "softdep plain helper\n", "empty-softdep " A ":1 plain\n");
	finds(s, A, "softdep plain pre:helper post: soft\n", "empty-softdep " A ":1 plain\n");
	finds(s, A, "softdep plain pre: post:\n", "");
	finds(s, A, "blacklist soft\nblacklist soft\noptions plain good=1\noptions plain good=1\n",
		"duplicate " A ":2 soft\nduplicate " A ":4 plain\n");
	finds(s, A, "options plain good=1\noptions plain good=2\n", "overridden " A ":1 plain\n");
}

static void test_names(void **state)
{
	struct state *s = *state;

	finds(s, A, "blacklist plian\nalias x plian\ninstall plian /bin/false\nsoftdep plain pre: plian\n",
		"unknown-module " A ":1 plian\nunknown-module " A ":2 plian\n"
		"unknown-module " A ":3 plian\nunknown-module " A ":4 plian\n");
	finds(s, "/usr/lib/modprobe.d/v.conf", "blacklist plian\n", "");
	finds(s, A, "options fs-soft good=1\nblacklist inside-out\n", "unknown-module " A ":2 inside_out\n");
	finds(s, A, "options plain good=x bad=1 good=1\n",
		"overridden " A ":1 plain\nbad-parameter " A ":1 plain\nbad-parameter " A ":1 plain\n");
	finds(s, "/proc/cmdline", "plain.bad=1\n", "bad-parameter /proc/cmdline:0 plain\n");
	finds(s, A, "options inside good=1 text=\"a b\"\n", "builtin-options " A ":1 inside\n");
	finds(s, A, "blacklist inside\n", "builtin-block " A ":1 inside\n");
	finds(s, A, "install inside /bin/false\n", "builtin-block " A ":1 inside\n");
	finds(s, "/proc/cmdline", "modprobe.blacklist=pla-in,soft module_blacklist=so-ft\n",
		"cmdline-dash /proc/cmdline:0 pla_in\ncmdline-dash /proc/cmdline:0 so_ft\n");
}

static void test_weak_blacklist(void **state)
{
	struct state *s = *state;

	finds(s, A, "blacklist plain\n", "weak-blacklist " A ":1 plain\n");
	finds(s, "/proc/cmdline", "modprobe.blacklist=plain\n", "weak-blacklist /proc/cmdline:0 plain\n");
	/* Nothing needs it; it is blocked for good; the kernel itself refuses it. */
	finds(s, A, "blacklist user\n", "");
	finds(s, A, "blacklist plain\ninstall plain /bin/false\n", "");
	fixture_text(&s->f, "/proc/cmdline", "module_blacklist=plain\n");
	finds(s, A, "blacklist plain\n", "");
}

static void test_alias_off(void **state)
{
	struct state *s = *state;

	finds(s, A, "alias plain off\n", "alias-off " A ":1 plain\n");
	finds(s, A, "alias fs-soft off\n", "alias-off " A ":1 soft\n");
	finds(s, A, "alias inside off\n", "builtin-block " A ":1 inside\n");
	finds(s, A, "alias net-pf-3 off\nalias pci:* off\n", "");
	finds(s, A, "alias plain off\ninstall plain /bin/false\n", "");
	finds(s, BOOT, "plain\n", "");
	fixture_text(&s->f, A, "alias plain off\ninstall plain /bin/false\n");
	finds(s, BOOT, "plain\n", "boot-blacklisted " BOOT ":1 plain\n");
}

/* "user" needs "plain". */
static void test_essential_block(void **state)
{
	struct state *s = *state;

	fixture_text(&s->f, "/etc/fstab", "/dev/a / user\n/dev/b /b soft\n/dev/c /c helper noauto\n");
	finds(s, A, "blacklist helper\ninstall helper /bin/false\n", "");
	finds(s, A, "# c\nblacklist user\n", "essential-block " A ":2 user\n");
	finds(s, A, "install user /bin/false\nblacklist user\n", "essential-block " A ":1 user\n");
	finds(s, A, "install user /bin/echo\n", "");
	/* The install line is not run: "soft" has a soft dependency. */
	finds(s, A, "install soft /bin/false\n", "void-install " A ":1 soft\n");
	/* As a dependency it is loaded past a blacklist line. */
	finds(s, A, "blacklist plain\n", "weak-blacklist " A ":1 plain\n");
	finds(s, A, "install plain /bin/false\n", "essential-block " A ":1 plain\n");
	finds(s, "/proc/cmdline", "module_blacklist=plain,user\n",
		"essential-block /proc/cmdline:0 user\nessential-block /proc/cmdline:0 plain\n");
	finds(s, "/proc/cmdline", "modprobe.blacklist=user\n", "essential-block /proc/cmdline:0 user\n");
	fixture_text(&s->f, "/etc/fstab", "");
	finds(s, A, "blacklist user\n", "");
}

static void test_boot(void **state)
{
	struct state *s = *state;

	finds(s, BOOT, "# c\nplain\nplian\nplain good=1\n", "boot-unknown " BOOT ":3 plian\n"
							   "boot-unknown " BOOT ":4 plain good=1\n");
	finds(s, BOOT, "inside\n", "boot-builtin " BOOT ":1 inside\n");
	fixture_text(&s->f, A, "blacklist user\n");
	finds(s, BOOT, "user\n", "boot-blacklisted " BOOT ":1 user\n");
	finds(s, "/proc/cmdline", "modules_load=plian\n", "boot-unknown /proc/cmdline:0 plian\n");
}

static void test_late_options(void **state)
{
	struct state *s = *state;

	finds(s, A, "options loaded good=8\n", "late-options " A ":1 loaded\n");
	finds(s, A, "options loaded good=9\n", "");
	finds(s, A, "options loaded good=0x9\n", "");
	/* Only the last counts; what is not loaded, or cannot be read, tells nothing. */
	finds(s, A, "options loaded good=8\noptions loaded good=9\n", "overridden " A ":1 loaded\n");
	finds(s, A, "options plain good=8\n", "");
	finds(s, A, "options loaded hidden=8\n", "bad-parameter " A ":1 loaded\n");
	finds(s, A, "options loaded flag=1\n", "bad-parameter " A ":1 loaded\n");
	finds(s, A, "options loaded flag=0\n", "bad-parameter " A ":1 loaded\nlate-options " A ":1 loaded\n");
}

static void test_initramfs(void **state)
{
	struct state *s = *state;

	s->diff.image = "/boot/image";
	s->diff.rebuild = "build it";
	assert_string_equal(run(s), "");
	for (int kind = 0; kind < KMT_INITRAMFS_DIFF_COUNT; kind++)
		kmt_vec_push(&s->diff.rows, (struct kmt_initramfs_diff_row){kind, "/p", "plain"});
	assert_string_equal(run(s), "initramfs-module /boot/image:0 -\n"
				    "initramfs-config /p:0 -\ninitramfs-config /p:0 -\n"
				    "initramfs-config /p:0 plain\ninitramfs-config /p:0 -\n");
}

static void test_initramfs_root(void **state)
{
	struct state *s = *state;

	s->diff.image = "/boot/image";
	s->diff.rebuild = "build it";
	fixture_text(&s->f, "/proc/self/mountinfo", "20 1 0:40 / / rw - soft /dev/x rw\n");
	kmt_map_add(&s->diff.modules, "soft", s);
	kmt_map_add(&s->diff.modules, "helper", s);
	assert_string_equal(run(s), "");
	kmt_map_free(&s->diff.modules);
	s->diff.modules = (struct kmt_map){0};
	kmt_map_add(&s->diff.modules, "helper", s);
	assert_string_equal(run(s), "initramfs-root /boot/image:0 -\n");
	kmt_map_free(&s->diff.modules);
}

/* A table that is not well formed, or a rule without a test here, fails. */
static void test_table(void **state)
{
	static const char *const tested[] = {"bad-line", "comment-indented", "comment-trailing",
		"carriage-return", "extra-words", "not-conf",
		"masked-file",
		"shadowed", "shadowed-same", "after-softdep", "void-install", "empty-softdep", "duplicate", "overridden",
		"options-pattern", "unknown-module", "bad-parameter", "builtin-options", "builtin-block",
		"weak-blacklist", "alias-off", "essential-block", "cmdline-dash", "boot-unknown", "boot-builtin", "boot-blacklisted",
		"late-options", "initramfs-config", "initramfs-module", "initramfs-root"};
	size_t n = 0;

	for (const struct kmt_lint_rule *rule = kmt_lint_rules; rule->id; rule++, n++) {
		assert_true(n < KMT_ARRAY_SIZE(tested));
		assert_string_equal(rule->id, tested[n]);
		assert_true(*rule->title && rule->title[strlen(rule->title) - 1] != '.');
		assert_non_null(rule->run);
	}
	assert_int_equal(n, KMT_ARRAY_SIZE(tested));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_nothing),
		TEST(test_lines),
		TEST(test_not_conf),
		TEST(test_extra_words),
		TEST(test_masked_file),
		TEST(test_which_counts),
		TEST(test_names),
		TEST(test_weak_blacklist),
		TEST(test_alias_off),
		TEST(test_essential_block),
		TEST(test_boot),
		TEST(test_late_options),
		TEST(test_initramfs),
		TEST(test_initramfs_root),
		TEST(test_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
