/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An image that fits, and then one difference after the other. */
#include "tree_fixture.h"
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include <kmt/base/alloc.h>
#include <kmt/model/initramfs_diff.h>

#define IMAGE "/boot/initrd.img-" TREE_VERSION

struct state {
	struct fixture f;
	struct kmt_diag diag;
};

static void sh(const struct state *s, const char *script)
{
	kmt_autofree char *line = kmt_asprintf("cd %s && %s", s->f.dir, script);

	assert_int_equal(system(line), 0);
}

/* The image as its programs make it: the module tree and modprobe.d. */
static void build(const struct state *s)
{
	sh(s, "mkdir -p boot && find etc lib | cpio --quiet -o -H newc >." IMAGE);
}

static int setup(void **state)
{
	struct state *s = kmt_alloc(sizeof(*s));

	fixture_init(&s->f);
	TREE_MODULE(&s->f, "kernel/a.ko", "license=GPL", "srcversion=1");
	TREE_MODULE(&s->f, "kernel/b.ko", "license=GPL", "srcversion=2");
	fixture_text(&s->f, TREE "/modules.dep", "kernel/a.ko:\nkernel/b.ko:\n");
	fixture_text(&s->f, "/etc/modprobe.d/a.conf", "options a x=1\n");
	fixture_text(&s->f, "/proc/sys/kernel/osrelease", TREE_VERSION "\n");
	build(s);
	*state = s;
	return 0;
}

static int teardown(void **state)
{
	struct state *s = *state;

	kmt_diag_clear(&s->diag);
	fixture_clear(&s->f);
	free(s);
	return 0;
}

/* Rows as "KIND PATH MODULE\n". */
static void finds(struct state *s, const char *want)
{
	static const char *const kinds[KMT_INITRAMFS_DIFF_COUNT] = {"config-differs", "config-gone", "config-missing",
		"module-differs", "module-gone", "older"};
	kmt_autostrbuf struct kmt_strbuf got = KMT_STRBUF_INIT;
	struct kmt_snapshot snap;
	struct kmt_initramfs_diff diff;
	const struct kmt_initramfs_diff_row *row;

	assert_int_equal(kmt_snapshot_take(&snap, &s->f.root, NULL, KMT_SNAP_CONFIG, &s->diag, NULL), 0);
	kmt_initramfs_diff_find(&snap, &diff);
	if (diff.unreadable.msg)
		kmt_strbuf_addf(&got, "unreadable\n");
	kmt_vec_foreach(row, &diff.rows) {
		kmt_strbuf_addf(&got, "%s %s %s\n", kinds[row->kind], row->path, row->module ?: "-");
	}
	kmt_initramfs_diff_free(&diff);
	kmt_snapshot_free(&snap);
	assert_string_equal(kmt_strbuf_str(&got), want);
}

static void test_same(void **state)
{
	finds(*state, "");
}

static void test_no_image(void **state)
{
	struct state *s = *state;

	sh(s, "rm ." IMAGE);
	finds(s, "");
}

static void test_config(void **state)
{
	struct state *s = *state;

	fixture_text(&s->f, "/etc/modprobe.d/a.conf", "options a x=2\n");
	finds(s, "config-differs /etc/modprobe.d/a.conf -\n");
	/* A new file is a matter only if it is about a module that the image has. */
	fixture_text(&s->f, "/etc/modprobe.d/a.conf", "options a x=1\n");
	fixture_text(&s->f, "/etc/modprobe.d/c.conf", "options c x=1\n");
	finds(s, "");
	fixture_text(&s->f, "/etc/modprobe.d/c.conf", "blacklist b\n");
	finds(s, "config-missing /etc/modprobe.d/c.conf b\n");
	sh(s, "rm etc/modprobe.d/?.conf");
	finds(s, "config-gone /etc/modprobe.d/a.conf -\n");
}

static void test_modules(void **state)
{
	struct state *s = *state;

	/* Stripped, or compressed: still the same. */
	TREE_MODULE(&s->f, "kernel/a.ko", "license=GPL", "srcversion=1");
	sh(s, "printf x >>." TREE "/kernel/a.ko");
	finds(s, "");
	TREE_MODULE(&s->f, "kernel/a.ko", "license=GPL", "srcversion=3");
	finds(s, "module-differs " TREE "/kernel/a.ko a\n");
	sh(s, "rm ." TREE "/kernel/a.ko");
	finds(s, "module-gone " TREE "/kernel/a.ko a\n");
}

static void test_compressed_module(void **state)
{
	struct state *s = *state;

	sh(s, "xz ." TREE "/kernel/a.ko");
	finds(s, "");
}

/* /lib is a link to /usr/lib, and the image says /usr/lib. */
static void test_merged_usr(void **state)
{
	struct state *s = *state;

	fixture_text(&s->f, "/lib/modprobe.d/b.conf", "options b x=1\n");
	sh(s, "mkdir usr && mv lib usr/lib && ln -s usr/lib lib &&"
	      "find etc usr lib | cpio --quiet -o -H newc >." IMAGE);
	finds(s, "");
	TREE_MODULE(&s->f, "kernel/b.ko", "license=GPL", "srcversion=3");
	finds(s, "module-differs /usr" TREE "/kernel/b.ko b\n");
}

/* Images keep /lib where the disk has its tree in another place. */
static void test_tree_elsewhere(void **state)
{
	struct state *s = *state;

	sh(s, "mkdir usr && mv lib usr/lib");
	finds(s, "");
	sh(s, "rm ./usr" TREE "/kernel/a.ko");
	finds(s, "module-gone " TREE "/kernel/a.ko a\n");
	sh(s, "mkdir -p run/current-system/kernel-modules && mv usr/lib run/current-system/kernel-modules");
	finds(s, "module-gone " TREE "/kernel/a.ko a\n");
}

static void test_unreadable(void **state)
{
	struct state *s = *state;

	fixture_text(&s->f, IMAGE, "not an image");
	sh(s, "touch -d 2001-01-01 ." IMAGE);
	finds(s, "unreadable\nolder /etc/modprobe.d/a.conf -\n");
	sh(s, "touch -d 2000-01-01 etc/modprobe.d/a.conf");
	finds(s, "unreadable\n");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_same),
		TEST(test_no_image),
		TEST(test_config),
		TEST(test_modules),
		UNIT_TEST_OF(KMT_LAZY_LZMA, test_compressed_module, setup, teardown),
		TEST(test_merged_usr),
		TEST(test_tree_elsewhere),
		TEST(test_unreadable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
