/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A block: where it is written, that it is proven, and what is left when it is taken back. */
#include "fixture.h"
#include "unit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <kmt/base/alloc.h>
#include <kmt/plan/block.h>
#include <kmt/plan/edit.h>

#define KERNEL "6.1.0-test"
#define TREE "/lib/modules/" KERNEL
#define D "/etc/modprobe.d/"
#define OWN D "kmtool-block-soft.conf"
#define TEXT                                                                                       \
	"# 'kmtool block soft' wrote this; 'kmtool unblock soft' takes it back.\n"                 \
	"blacklist soft\ninstall soft /bin/false\nsoftdep soft pre:\n"

struct state {
	struct fixture f;
	struct kmt_diag diag;
	struct kmt_err err;
	struct kmt_snapshot snap;
	struct kmt_plan plan;
	struct kmt_block_proof proof;
};

/* "soft" ships a soft dependency; "user" needs it; "friend" has it as a soft dependency. */
static int setup(void **state)
{
	static const char *const names[] = {"soft", "helper", "user", "friend"};
	static const char *const aliases[] = {
		"fs_soft", "soft", "pci:v[0-9]d*", "soft", "devname:a/b", "soft", NULL};
	struct state *s = kmt_alloc(sizeof(*s));
	kmt_autostrbuf struct kmt_strbuf trie = KMT_STRBUF_INIT;

	fixture_init(&s->f);
	fixture_text(&s->f, "/etc/modprobe.d/other", "");
	fixture_text(&s->f, "/proc/sys/kernel/osrelease", KERNEL "\n");
	fixture_text(&s->f, "/proc/modules", "");
	fixture_text(&s->f, "/proc/cmdline", "quiet\n");
	fixture_text(&s->f, TREE "/modules.dep", "k/soft.ko:\nk/helper.ko:\nk/user.ko: k/soft.ko\nk/friend.ko:\n");
	fixture_text(&s->f, TREE "/modules.softdep", "softdep soft pre: helper\nsoftdep friend post: soft\n");
	fixture_text(&s->f, TREE "/modules.builtin", "");
	trie_build(&trie, aliases, false);
	fixture_write(&s->f, TREE "/modules.alias.bin", trie.s, trie.len);
	for (size_t i = 0; i < KMT_ARRAY_SIZE(names); i++) {
		kmt_autofree char *path = kmt_asprintf(TREE "/k/%s.ko", names[i]);

		fixture_text(&s->f, path, "x");
	}
	*state = s;
	return 0;
}

static void reset(struct state *s)
{
	kmt_plan_free(&s->plan);
	kmt_block_proof_free(&s->proof);
	if (s->snap.root)
		kmt_snapshot_free(&s->snap);
	kmt_err_clear(&s->err);
}

static int teardown(void **state)
{
	struct state *s = *state;

	reset(s);
	kmt_diag_clear(&s->diag);
	fixture_clear(&s->f);
	free(s);
	return 0;
}

static void look(struct state *s, const struct kmt_root *root)
{
	reset(s);
	assert_int_equal(kmt_snapshot_take(&s->snap, root, NULL,
				 KMT_SNAP_LOADED | KMT_SNAP_TREE | KMT_SNAP_CONFIG, &s->diag, &s->err),
		0);
}

/* The verdicts as they stand, a letter for each way. */
static const char *prove(struct state *s, char out[KMT_WAY_COUNT + 1])
{
	look(s, &s->f.root);
	assert_int_equal(kmt_block_prove(&s->snap, "soft", NULL, &s->proof, &s->err), 0);
	for (int i = 0; i < KMT_WAY_COUNT; i++) {
		assert_int_equal(s->proof.ways[i].way, i);
		assert_non_null(s->proof.ways[i].detail);
		out[i] = *kmt_verdict_name(s->proof.ways[i].verdict);
	}
	out[KMT_WAY_COUNT] = '\0';
	return out;
}

/* Ways in order: name alias dependency softdep udev kernel-request, insmod busybox initramfs loaded-now. */
static void proves(struct state *s, const char *config, const char *want)
{
	char got[KMT_WAY_COUNT + 1];

	fixture_text(&s->f, D "a.conf", config);
	assert_string_equal(prove(s, got), want);
}

static void test_proof(void **state)
{
	struct state *s = *state;

	proves(s, "", "oooooooouc");
	assert_ptr_equal(kmt_block_gap(&s->proof), &s->proof.ways[KMT_WAY_NAME]);
	/* What people write, and what it is worth. */
	proves(s, "install soft /bin/false\n", "oooooooouc");
	proves(s, "blacklist soft\n", "ocoocooouc");
	proves(s, "install soft /bin/false\nsoftdep soft helper\n", "ccccccoouc");
	assert_null(kmt_block_gap(&s->proof));
	/* What does not answer to its aliases any more can still be asked for by name, by udev's rules, too. */
	proves(s, "alias fs_soft helper\nalias pci:v[0-9]d* helper\nalias devname:a/b helper\n",
		"ocoooooouc");
	/* A command that is no refusal is run. */
	proves(s, "install soft /bin/echo\nsoftdep soft pre:\n", "oooooooouc");
	fixture_text(&s->f, "/proc/cmdline", "module_blacklist=soft\n");
	proves(s, "", "ccccccccuc");
	fixture_text(&s->f, "/proc/modules", "soft 4096 0 - Live 0x0\n");
	proves(s, "", "ccccccccuo");
}

/* What cannot be planned proves nothing. */
static void test_unknown(void **state)
{
	struct state *s = *state;
	char got[KMT_WAY_COUNT + 1];

	fixture_text(&s->f, TREE "/modules.dep", "k/soft.ko:\nk/gone.ko: k/soft.ko\n");
	prove(s, got);
	assert_int_equal(got[KMT_WAY_DEPENDENCY], 'u');
	assert_non_null(strstr(s->proof.ways[KMT_WAY_DEPENDENCY].detail, "gone"));
}

static void test_initramfs(void **state)
{
	struct state *s = *state;
	struct kmt_initramfs_diff diff = {.image = "/boot/image", .rebuild = "build it"};

	fixture_text(&s->f, OWN, TEXT);
	look(s, &s->f.root);
	for (int i = 0; i < 4; i++) {
		static const enum kmt_verdict want[] = {KMT_VERDICT_CLOSED, KMT_VERDICT_OPEN,
			KMT_VERDICT_CLOSED, KMT_VERDICT_OPEN};

		if (i == 1)
			kmt_map_set(&diff.modules, "soft", (void *)"/lib/soft.ko");
		if (i == 2)
			kmt_map_set(&diff.configs, OWN, (void *)OWN);
		if (i == 3)
			kmt_vec_push(&diff.rows, (struct kmt_initramfs_diff_row){KMT_INITRAMFS_DIFF_CONFIG_DIFFERS, OWN, NULL});
		kmt_block_proof_free(&s->proof);
		assert_int_equal(kmt_block_prove(&s->snap, "soft", &diff, &s->proof, &s->err), 0);
		assert_int_equal(s->proof.ways[KMT_WAY_INITRAMFS].verdict, want[i]);
	}
	kmt_map_free(&diff.modules);
	kmt_map_free(&diff.configs);
	kmt_vec_free(&diff.rows);
}

/* Plans the block; PATH is where it is to be written, NULL for nowhere. With it the ways are closed. */
static void blocks(struct state *s, const char *path)
{
	struct kmt_root root;
	struct kmt_snapshot after;

	look(s, &s->f.root);
	assert_int_equal(kmt_plan_block(&s->snap, "soft", &s->plan, &s->err), 0);
	assert_int_equal(s->plan.steps.n, path ? 1 : 0);
	if (path) {
		assert_string_equal(s->plan.steps.v[0].path, path);
		assert_int_equal(s->plan.steps.v[0].write->n, strlen(TEXT));
		assert_memory_equal(s->plan.steps.v[0].write->data, TEXT, strlen(TEXT));
	}
	kmt_edit_preview(&s->plan, &s->f.root, &root);
	assert_int_equal(kmt_snapshot_take(&after, &root, NULL,
				 KMT_SNAP_LOADED | KMT_SNAP_TREE | KMT_SNAP_CONFIG, NULL, &s->err),
		0);
	assert_int_equal(kmt_block_prove(&after, "soft", NULL, &s->proof, &s->err), 0);
	kmt_snapshot_free(&after);
}

static void test_block(void **state)
{
	struct state *s = *state;

	blocks(s, OWN);
	assert_null(kmt_block_gap(&s->proof));
	fixture_text(&s->f, OWN, TEXT);
	blocks(s, NULL);
	fixture_text(&s->f, OWN, "something else\n");
	blocks(s, OWN);
}

/* A line of somebody else that would come first. */
static void test_earlier_lines(void **state)
{
	struct state *s = *state;

	fixture_text(&s->f, D "a.conf", "softdep s*t pre: helper\n");
	blocks(s, D "00-kmtool-block-soft.conf");
	assert_null(kmt_block_gap(&s->proof));
	fixture_text(&s->f, D "a.conf", "softdep other pre: helper\nblacklist soft\n");
	blocks(s, OWN);
	assert_null(kmt_block_gap(&s->proof));
	fixture_text(&s->f, D "00-a.conf", "install soft /bin/echo\n");
	blocks(s, D "00-kmtool-block-soft.conf");
	assert_non_null(kmt_block_gap(&s->proof));
}

/* What is left of TEXT in our own file; "-" if the file goes, "=" if nothing is planned. */
static void unblocks(struct state *s, const char *text, const char *want)
{
	const struct kmt_write *w;

	fixture_text(&s->f, OWN, text);
	look(s, &s->f.root);
	assert_int_equal(kmt_plan_unblock(&s->snap, "soft", &s->plan, &s->err), 0);
	if (!strcmp(want, "=")) {
		assert_int_equal(s->plan.steps.n, 0);
		return;
	}
	assert_int_equal(s->plan.steps.n, 1);
	w = s->plan.steps.v[0].write;
	if (!strcmp(want, "-")) {
		assert_null(w->data);
		return;
	}
	assert_int_equal(w->n, strlen(want));
	assert_memory_equal(w->data, want, w->n);
}

static void test_unblock(void **state)
{
	struct state *s = *state;

	unblocks(s, TEXT, "-");
	assert_int_equal(s->plan.warnings.n, 0);
	unblocks(s, TEXT "options soft a=1\n", "options soft a=1\n");
	unblocks(s, "# mine\n", "=");
	unblocks(s, "softdep soft pre:  \n", "=");
}

static void test_foreign_lines(void **state)
{
	struct state *s = *state;

	fixture_text(&s->f, D "a.conf", "# x\nblacklist soft\n");
	look(s, &s->f.root);
	assert_int_equal(kmt_plan_unblock(&s->snap, "soft", &s->plan, &s->err), -EPERM);
	assert_int_equal(s->err.kind, KMT_ERR_REFUSED);
	assert_non_null(strstr(s->err.msg, D "a.conf:2"));
	unblocks(s, TEXT, "-");
	assert_int_equal(s->plan.warnings.n, 1);
	assert_non_null(strstr(s->plan.warnings.v[0], D "a.conf:2"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_proof),
		TEST(test_unknown),
		TEST(test_initramfs),
		TEST(test_block),
		TEST(test_earlier_lines),
		TEST(test_unblock),
		TEST(test_foreign_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
