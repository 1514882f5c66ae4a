/* SPDX-License-Identifier: GPL-2.0-or-later */
/* /sys/module/NAME from a fixture: what is there, what is missing, what lies. */
#include "unit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <kmt/base/alloc.h>
#include <kmt/source/sysmodule.h>

struct fixture {
	char dir[64];
	struct kmt_root root;
	struct kmt_arena arena;
};

static void put(const struct fixture *f, const char *path, const void *data, size_t n)
{
	kmt_autofree char *full = kmt_asprintf("%s%s", f->dir, path);
	FILE *file;

	for (char *p = strchr(full + strlen(f->dir) + 1, '/'); p; p = strchr(p + 1, '/')) {
		*p = '\0';
		mkdir(full, 0755);
		*p = '/';
	}
	file = fopen(full, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(data, 1, n, file), n);
	fclose(file);
}

static void put_text(const struct fixture *f, const char *path, const char *text)
{
	put(f, path, text, strlen(text));
}

static int setup(void **state)
{
	struct fixture *f = kmt_alloc(sizeof(*f));

	strcpy(f->dir, "/tmp/kmtool-sys-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	assert_int_equal(kmt_root_open(&f->root, f->dir, NULL), 0);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;
	kmt_autofree char *cmd = kmt_asprintf("rm -rf %s", f->dir);

	kmt_arena_free(&f->arena);
	kmt_root_close(&f->root);
	assert_int_equal(system(cmd), 0);
	free(f);
	return 0;
}

static void test_loaded(void **state)
{
	struct fixture *f = *state;
	struct kmt_sysmodule m;

	put_text(f, "/sys/module/e1000e/initstate", "live\n");
	put_text(f, "/sys/module/e1000e/refcnt", "3\n");
	put_text(f, "/sys/module/e1000e/version", "3.2.6-k\n");
	put_text(f, "/sys/module/e1000e/taint", "\n");
	put_text(f, "/sys/module/e1000e/holders/zz/x", "");
	put_text(f, "/sys/module/e1000e/holders/aa/x", "");
	put_text(f, "/sys/module/e1000e/drivers/pci:e1000e/x", "");
	assert_int_equal(kmt_sysmodule_read(&f->root, "e1000e", &f->arena, &m), 0);
	assert_true(m.has_initstate);
	assert_string_equal(m.initstate, "live");
	assert_int_equal(m.refs, 3);
	assert_string_equal(m.version, "3.2.6-k");
	assert_null(m.srcversion);
	assert_string_equal(m.taint, "");
	assert_null(m.build_id);
	assert_int_equal(m.holders.n, 2);
	assert_string_equal(m.holders.v[0], "aa");
	assert_int_equal(m.drivers.n, 1);
	assert_string_equal(m.drivers.v[0], "pci:e1000e");
	kmt_sysmodule_free(&m);
}

static void test_builtin_and_absent(void **state)
{
	struct fixture *f = *state;
	struct kmt_sysmodule m;

	put_text(f, "/sys/module/usbcore/parameters/autosuspend", "2\n");
	assert_int_equal(kmt_sysmodule_read(&f->root, "usbcore", &f->arena, &m), 0);
	assert_false(m.has_initstate);
	assert_int_equal(m.refs, -1);
	kmt_sysmodule_free(&m);
	assert_int_equal(kmt_sysmodule_read(&f->root, "nothing", &f->arena, &m), -ENOENT);
	assert_int_equal(kmt_sysmodule_read(&f->root, "../module", &f->arena, &m), -ENOENT);
	assert_int_equal(kmt_sysmodule_read(&f->root, "..", &f->arena, &m), -ENOENT);
	assert_null(kmt_sysmodule_attr(
		&f->root, "..", "module/usbcore/parameters/autosuspend", &f->arena));
}

static const unsigned char notes[] = {
	/* another note comes first: name "Linux", 4 bytes, type 0x101 */
	6, 0, 0, 0, 4, 0, 0, 0, 1, 1, 0, 0, 'L', 'i', 'n', 'u', 'x', 0, 0, 0, 9, 9, 9, 9,
	/* the build-id */
	4, 0, 0, 0, 5, 0, 0, 0, 3, 0, 0, 0, 'G', 'N', 'U', 0, 0xde, 0xad, 0xbe, 0xef, 0x01, 0, 0,
	0};

static const unsigned char big_endian[] = {
	0, 0, 0, 4, 0, 0, 0, 2, 0, 0, 0, 3, 'G', 'N', 'U', 0, 0xca, 0xfe, 0, 0};

static void test_build_id(void **state)
{
	struct fixture *f = *state;
	const char *path = "/sys/module/ext4/notes/.note.gnu.build-id";
	static const unsigned char lie[] = {
		4, 0, 0, 0, 255, 0, 0, 0, 3, 0, 0, 0, 'G', 'N', 'U', 0, 1};

	put(f, path, notes, sizeof(notes));
	assert_string_equal(kmt_sysmodule_build_id(&f->root, "ext4", &f->arena), "deadbeef01");
	put(f, path, big_endian, sizeof(big_endian));
	assert_string_equal(kmt_sysmodule_build_id(&f->root, "ext4", &f->arena), "cafe");
	put(f, path, lie, sizeof(lie));
	assert_null(kmt_sysmodule_build_id(&f->root, "ext4", &f->arena));
	for (size_t n = 0; n < sizeof(notes) - 3; n++) {
		put(f, path, notes, n);
		if (n < 45)
			assert_null(kmt_sysmodule_build_id(&f->root, "ext4", &f->arena));
	}
}

static void test_params(void **state)
{
	struct fixture *f = *state;
	kmt_autofree char *hidden = kmt_asprintf("%s/sys/module/zram/parameters/secret", f->dir);
	struct kmt_sysparams p = {0};

	put_text(f, "/sys/module/zram/parameters/num_devices", "2\n");
	put_text(f, "/sys/module/zram/parameters/lines", "a\nb\n");
	put_text(f, "/sys/module/zram/parameters/secret", "42\n");
	put_text(f, "/sys/module/zram/parameters/dir/file", "");
	assert_int_equal(chmod(hidden, 0200), 0);
	assert_int_equal(kmt_sysmodule_params(&f->root, "zram", &f->arena, &p), 0);
	assert_int_equal(p.rows.n, 3);
	assert_string_equal(p.rows.v[0].name, "lines");
	assert_string_equal(p.rows.v[0].value, "a\nb");
	assert_string_equal(p.rows.v[1].name, "num_devices");
	assert_string_equal(p.rows.v[1].value, "2");
	assert_int_equal(p.rows.v[1].mode, 0644);
	assert_string_equal(p.rows.v[2].name, "secret");
	assert_null(p.rows.v[2].value);
	assert_int_equal(p.rows.v[2].mode, 0200);
	kmt_sysparams_free(&p);
	assert_int_equal(kmt_sysmodule_params(&f->root, "none", &f->arena, &p), 0);
	assert_int_equal(p.rows.n, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_loaded, setup, teardown),
		cmocka_unit_test_setup_teardown(test_builtin_and_absent, setup, teardown),
		cmocka_unit_test_setup_teardown(test_build_id, setup, teardown),
		cmocka_unit_test_setup_teardown(test_params, setup, teardown),
	};

	umask(022);
	return cmocka_run_group_tests_name("sysmodule", tests, NULL, NULL);
}
