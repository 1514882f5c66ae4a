/* SPDX-License-Identifier: GPL-2.0-or-later */
/* /sys/module/NAME from a fixture: what is there, what is missing, what lies. */
#include "unit.h"
#include "fixture.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <kmt/base/alloc.h>
#include <kmt/source/sysmodule.h>

struct machine {
	struct fixture fixture;
	struct kmt_arena arena;
};

static int setup(void **state)
{
	struct machine *m = kmt_alloc(sizeof(*m));

	fixture_init(&m->fixture);
	*state = m;
	return 0;
}

static int teardown(void **state)
{
	struct machine *m = *state;

	kmt_arena_free(&m->arena);
	fixture_clear(&m->fixture);
	free(m);
	return 0;
}

static void test_loaded(void **state)
{
	struct machine *f = *state;
	struct kmt_sysmodule m;

	fixture_text(&f->fixture, "/sys/module/e1000e/initstate", "live\n");
	fixture_text(&f->fixture, "/sys/module/e1000e/refcnt", "3\n");
	fixture_text(&f->fixture, "/sys/module/e1000e/version", "3.2.6-k\n");
	fixture_text(&f->fixture, "/sys/module/e1000e/taint", "\n");
	fixture_text(&f->fixture, "/sys/module/e1000e/holders/zz/x", "");
	fixture_text(&f->fixture, "/sys/module/e1000e/holders/aa/x", "");
	fixture_text(&f->fixture, "/sys/module/e1000e/drivers/pci:e1000e/x", "");
	assert_int_equal(kmt_sysmodule_read(&f->fixture.root, "e1000e", &f->arena, &m), 0);
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
	struct machine *f = *state;
	struct kmt_sysmodule m;

	fixture_text(&f->fixture, "/sys/module/usbcore/parameters/autosuspend", "2\n");
	assert_int_equal(kmt_sysmodule_read(&f->fixture.root, "usbcore", &f->arena, &m), 0);
	assert_false(m.has_initstate);
	assert_int_equal(m.refs, -1);
	kmt_sysmodule_free(&m);
	assert_int_equal(kmt_sysmodule_read(&f->fixture.root, "nothing", &f->arena, &m), -ENOENT);
	assert_int_equal(kmt_sysmodule_read(&f->fixture.root, "../module", &f->arena, &m), -ENOENT);
	assert_int_equal(kmt_sysmodule_read(&f->fixture.root, "..", &f->arena, &m), -ENOENT);
	assert_null(kmt_sysmodule_attr(
		&f->fixture.root, "..", "module/usbcore/parameters/autosuspend", &f->arena));
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
	struct machine *f = *state;
	const char *path = "/sys/module/ext4/notes/.note.gnu.build-id";
	static const unsigned char lie[] = {
		4, 0, 0, 0, 255, 0, 0, 0, 3, 0, 0, 0, 'G', 'N', 'U', 0, 1};

	fixture_write(&f->fixture, path, notes, sizeof(notes));
	assert_string_equal(
		kmt_sysmodule_build_id(&f->fixture.root, "ext4", &f->arena), "deadbeef01");
	fixture_write(&f->fixture, path, big_endian, sizeof(big_endian));
	assert_string_equal(kmt_sysmodule_build_id(&f->fixture.root, "ext4", &f->arena), "cafe");
	fixture_write(&f->fixture, path, lie, sizeof(lie));
	assert_null(kmt_sysmodule_build_id(&f->fixture.root, "ext4", &f->arena));
	for (size_t n = 0; n < sizeof(notes) - 3; n++) {
		fixture_write(&f->fixture, path, notes, n);
		if (n < 45)
			assert_null(kmt_sysmodule_build_id(&f->fixture.root, "ext4", &f->arena));
	}
}

static void test_params(void **state)
{
	struct machine *f = *state;
	kmt_autofree char *hidden =
		kmt_asprintf("%s/sys/module/zram/parameters/secret", f->fixture.dir);
	struct kmt_sysparams p = {0};

	fixture_text(&f->fixture, "/sys/module/zram/parameters/num_devices", "2\n");
	fixture_text(&f->fixture, "/sys/module/zram/parameters/lines", "a\nb\n");
	fixture_text(&f->fixture, "/sys/module/zram/parameters/secret", "42\n");
	fixture_text(&f->fixture, "/sys/module/zram/parameters/dir/file", "");
	assert_int_equal(chmod(hidden, 0200), 0);
	assert_int_equal(kmt_sysmodule_params(&f->fixture.root, "zram", &f->arena, &p), 0);
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
	assert_int_equal(kmt_sysmodule_params(&f->fixture.root, "none", &f->arena, &p), 0);
	assert_int_equal(p.rows.n, 0);
}

static void test_sections(void **state)
{
	struct machine *f = *state;
	kmt_autofree char *text = kmt_asprintf("%s/sys/module/zram/sections/.text", f->fixture.dir);
	struct kmt_syssections s = {0};

	assert_int_equal(kmt_sysmodule_sections(&f->fixture.root, "zram", &f->arena, &s), -ENOENT);
	assert_int_equal(kmt_sysmodule_sections(&f->fixture.root, "..", &f->arena, &s), -ENOENT);
	fixture_text(&f->fixture, "/sys/module/zram/sections/.text", "0xffffffffc0a01000\n");
	fixture_text(&f->fixture, "/sys/module/zram/sections/.data", "0x0000000000000000\n");
	fixture_text(&f->fixture, "/sys/module/zram/sections/.odd", "nonsense\n");
	assert_int_equal(kmt_sysmodule_sections(&f->fixture.root, "zram", &f->arena, &s), 0);
	assert_int_equal(s.rows.n, 3);
	assert_string_equal(s.rows.v[0].name, ".data");
	assert_int_equal(s.rows.v[0].address, 0);
	assert_int_equal(s.rows.v[1].address, 0);
	assert_true(s.rows.v[2].address == 0xffffffffc0a01000);
	kmt_syssections_free(&s);
	if (!geteuid())
		return; /* root may read everything */
	assert_int_equal(chmod(text, 0), 0);
	assert_int_equal(kmt_sysmodule_sections(&f->fixture.root, "zram", &f->arena, &s), -EACCES);
	assert_int_equal(s.rows.n, 3);
	kmt_syssections_free(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_loaded, setup, teardown),
		cmocka_unit_test_setup_teardown(test_builtin_and_absent, setup, teardown),
		cmocka_unit_test_setup_teardown(test_build_id, setup, teardown),
		cmocka_unit_test_setup_teardown(test_params, setup, teardown),
		cmocka_unit_test_setup_teardown(test_sections, setup, teardown),
	};

	umask(022);
	return cmocka_run_group_tests_name("sysmodule", tests, NULL, NULL);
}
