/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which kernel a snapshot looks at, which parts it reads, and what may be missing. */
#include "unit.h"
#include "fixture.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <kmt/base/alloc.h>
#include <kmt/model/snapshot.h>

#define ALL (KMT_SNAP_LOADED | KMT_SNAP_TREE | KMT_SNAP_CONFIG)

static void add_tree(const struct fixture *f, const char *version)
{
	kmt_autofree char *dep = kmt_asprintf("/lib/modules/%s/modules.dep", version);
	kmt_autofree char *builtin = kmt_asprintf("/lib/modules/%s/modules.builtin", version);

	fixture_text(f, dep, "kernel/a.ko:\nkernel/b-c.ko: kernel/a.ko\n");
	fixture_text(f, builtin, "kernel/core.ko\n");
}

static int setup(void **state)
{
	struct fixture *f = kmt_alloc(sizeof(*f));

	fixture_init(f);
	fixture_text(f, "/proc/sys/kernel/osrelease", "6.1.0\n");
	fixture_text(f, "/proc/modules", "b_c 4096 0 - Live 0x0\na 4096 1 b_c, Live 0x0\n");
	fixture_text(f, "/proc/cmdline", "quiet a.x=1\n");
	fixture_text(f, "/etc/modprobe.d/a.conf", "options a y=2\n");
	add_tree(f, "6.1.0");
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	fixture_clear(f);
	free(f);
	return 0;
}

static void test_running(void **state)
{
	struct fixture *f = *state;
	struct kmt_snapshot s;

	assert_int_equal(kmt_snapshot_take(&s, &f->root, NULL, ALL, NULL, NULL), 0);
	assert_string_equal(s.version, "6.1.0");
	assert_true(s.running && s.has_kernel && s.has_modules && s.has_tree);
	assert_int_equal(s.loaded.rows.n, 2);
	assert_ptr_equal(kmt_snapshot_loaded(&s, "b-c"), &s.loaded.rows.v[0]);
	assert_null(kmt_snapshot_loaded(&s, "nothing"));
	assert_null(kmt_snapshot_loaded(&s, "a/b"));
	assert_non_null(kmt_modindex_find(&s.index, "b-c"));
	assert_int_equal(s.conf.lines.n, 1);
	assert_int_equal(s.cmdline.options.n, 1);
	kmt_snapshot_free(&s);
}

static void test_parts(void **state)
{
	struct fixture *f = *state;
	struct kmt_snapshot s;

	assert_int_equal(kmt_snapshot_take(&s, &f->root, NULL, KMT_SNAP_TREE, NULL, NULL), 0);
	assert_int_equal(s.loaded.rows.n, 0);
	assert_false(s.has_modules);
	assert_int_equal(s.conf.lines.n, 0);
	kmt_snapshot_free(&s);
	assert_int_equal(kmt_snapshot_take(&s, &f->root, NULL, KMT_SNAP_LOADED, NULL, NULL), 0);
	assert_int_equal(s.loaded.rows.n, 2);
	assert_false(s.has_tree);
	kmt_snapshot_free(&s);
}

/* A plan for a machine after boot: neither what is loaded now nor this boot's command line counts.
 */
static void test_other_kernel(void **state)
{
	struct fixture *f = *state;
	struct kmt_snapshot s;

	add_tree(f, "6.2.0");
	assert_int_equal(kmt_snapshot_take(&s, &f->root, "6.2.0", ALL, NULL, NULL), 0);
	assert_false(s.running);
	assert_int_equal(s.loaded.rows.n, 0);
	assert_int_equal(s.cmdline.options.n, 0);
	assert_int_equal(s.conf.lines.n, 1);
	kmt_snapshot_free(&s);
	assert_int_equal(kmt_snapshot_take(&s, &f->root, "6.1.0", ALL, NULL, NULL), 0);
	assert_true(s.running);
	assert_int_equal(s.loaded.rows.n, 2);
	kmt_snapshot_free(&s);
}

static void test_missing_tree(void **state)
{
	struct fixture *f = *state;
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;
	struct kmt_snapshot s;

	fixture_text(f, "/proc/sys/kernel/osrelease", "6.9.9\n");
	assert_int_equal(kmt_snapshot_take(&s, &f->root, NULL, ALL, NULL, &err), -ENOENT);
	assert_int_equal(err.kind, KMT_ERR_NOT_FOUND);
	assert_int_equal(
		kmt_snapshot_take(&s, &f->root, NULL, ALL | KMT_SNAP_TREE_OPTIONAL, NULL, NULL), 0);
	assert_false(s.has_tree);
	assert_int_equal(s.tree_err.kind, KMT_ERR_NOT_FOUND);
	assert_int_equal(s.loaded.rows.n, 2);
	assert_int_equal(s.conf.lines.n, 1);
	kmt_snapshot_free(&s);
}

static void test_damaged_tree(void **state)
{
	struct fixture *f = *state;
	struct kmt_diag diag = {0};
	struct kmt_snapshot s;

	fixture_text(f, "/lib/modules/6.1.0/modules.dep", "no colon here");
	assert_true(kmt_snapshot_take(&s, &f->root, NULL, ALL, &diag, NULL) < 0);
	kmt_diag_clear(&diag);
	assert_int_equal(
		kmt_snapshot_take(&s, &f->root, NULL, ALL | KMT_SNAP_TREE_OPTIONAL, &diag, NULL),
		0);
	assert_false(s.has_tree);
	assert_int_equal(s.tree_err.kind, KMT_ERR_FAILED);
	assert_true(diag.n > 0);
	kmt_snapshot_free(&s);
	kmt_diag_clear(&diag);
}

static void test_image(void **state)
{
	struct fixture *f = *state;
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;
	struct fixture image;
	struct kmt_snapshot s;

	fixture_init(&image);
	assert_int_equal(kmt_snapshot_take(&s, &image.root, NULL, KMT_SNAP_LOADED, NULL, NULL), 0);
	assert_string_equal(s.version, "");
	assert_false(s.has_kernel || s.has_modules);
	kmt_snapshot_free(&s);
	assert_int_equal(kmt_snapshot_take(&s, &image.root, NULL, ALL, NULL, &err), -ENOENT);
	assert_int_equal(err.kind, KMT_ERR_NOT_FOUND);
	add_tree(&image, "6.1.0");
	assert_int_equal(kmt_snapshot_take(&s, &image.root, NULL, ALL, NULL, NULL), 0);
	assert_string_equal(s.version, "6.1.0"); /* the only one */
	assert_true(s.has_tree);
	kmt_snapshot_free(&s);
	add_tree(&image, "6.2.0");
	assert_int_equal(kmt_snapshot_take(&s, &image.root, NULL, ALL, NULL, &err), -EINVAL);
	assert_int_equal(err.kind, KMT_ERR_USAGE);
	assert_non_null(strstr(err.hint, "6.1.0, 6.2.0"));
	fixture_clear(&image);
	assert_int_equal(kmt_snapshot_take(&s, &f->root, "../x", ALL, NULL, &err), -EINVAL);
	assert_int_equal(err.kind, KMT_ERR_USAGE);
}

static void test_no_modules(void **state)
{
	struct fixture *f = *state;
	kmt_autofree char *path = kmt_asprintf("%s/proc/modules", f->dir);
	struct kmt_snapshot s;

	assert_int_equal(remove(path), 0);
	assert_int_equal(kmt_snapshot_take(&s, &f->root, NULL, ALL, NULL, NULL), 0);
	assert_true(s.has_kernel && s.running);
	assert_false(s.has_modules);
	kmt_snapshot_free(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_running, setup, teardown),
		cmocka_unit_test_setup_teardown(test_parts, setup, teardown),
		cmocka_unit_test_setup_teardown(test_other_kernel, setup, teardown),
		cmocka_unit_test_setup_teardown(test_missing_tree, setup, teardown),
		cmocka_unit_test_setup_teardown(test_damaged_tree, setup, teardown),
		cmocka_unit_test_setup_teardown(test_image, setup, teardown),
		cmocka_unit_test_setup_teardown(test_no_modules, setup, teardown),
	};

	return cmocka_run_group_tests_name("snapshot", tests, NULL, NULL);
}
