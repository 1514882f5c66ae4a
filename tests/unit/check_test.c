/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Verdicts about modules that need CRCs: bats makes no files with them. */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <kmt/check/check.h>
#include "elf_words.h"
#include "fixture.h"

#define TREE "/lib/modules/6.1.0"
#define VERMAGIC "vermagic=6.1.0 SMP mod_unload modversions "
#define SYMVERS(layout)                                                                            \
	layout "\tmodule_layout\tvmlinux\tEXPORT_SYMBOL\t\n0x00000022\tprintk\tvmlinux\tEXPORT_"   \
	       "SYMBOL\t\n"

struct machine {
	struct fixture files;
	struct kmt_snapshot snap;
	struct kmt_check_env *env;
	struct kmt_checker *checker;
	struct kmt_check_verdict verdict;
};

static void write_words(const struct fixture *f, const char *path, const char *const *words)
{
	kmt_autostrbuf struct kmt_strbuf file = KMT_STRBUF_INIT;

	elf_words(words, &file);
	fixture_write(f, path, file.s, file.len);
}
#define WRITE(m, path, ...) write_words(&(m)->files, path, (const char *const[]){__VA_ARGS__, NULL})

static void init(struct machine *m)
{
	*m = (struct machine){0};
	fixture_init(&m->files);
	fixture_text(&m->files, "/proc/sys/kernel/osrelease", "6.1.0\n");
	fixture_text(&m->files, "/proc/modules", "");
	fixture_text(
		&m->files, TREE "/modules.dep", "kernel/a.ko:\nkernel/b.ko:\nkernel/odd.ko:\n");
	/* One that does not belong here changes nothing: two others agree. */
	WRITE(m, TREE "/kernel/a.ko", "intree=Y", VERMAGIC, "version:module_layout=99",
		"license=GPL");
	WRITE(m, TREE "/kernel/b.ko", "intree=Y", VERMAGIC, "version:module_layout=11",
		"license=GPL");
	WRITE(m, TREE "/kernel/odd.ko", "intree=Y", VERMAGIC, "version:module_layout=11",
		"license=GPL");
	fixture_text(&m->files, TREE "/build/Module.symvers", SYMVERS("0x00000011"));
}

static void start(struct machine *m)
{
	static const struct kmt_policy policy = {.sig_enforce = -1, .modules_disabled = 0};

	assert_int_equal(kmt_snapshot_take(&m->snap, &m->files.root, NULL,
				 KMT_SNAP_LOADED | KMT_SNAP_TREE | KMT_SNAP_CONFIG, NULL, NULL),
		0);
	m->env = kmt_check_env_new(&m->snap, &policy);
	m->checker = kmt_checker_new(m->env);
}

static void finish(struct machine *m)
{
	kmt_check_verdict_free(&m->verdict);
	kmt_checker_free(m->checker);
	kmt_check_env_free(m->env);
	kmt_snapshot_free(&m->snap);
	fixture_clear(&m->files);
}

/* The line of TEST about the file PATH. */
static const struct kmt_check_line *line(
	struct machine *m, const char *path, unsigned int flags, const char *test)
{
	const struct kmt_check_subject subject = {
		.name = "x", .path = path, .flags = flags, .is_file = true};
	const struct kmt_check_line *l;

	kmt_check_module(m->checker, &subject, &m->verdict);
	kmt_vec_foreach (l, &m->verdict.lines)
		if (!strcmp(l->test, test))
			return l;
	fail_msg("no line of %s", test);
	return NULL;
}

static void expect(
	const struct kmt_check_line *l, enum kmt_check_result result, const char *id, int errnum)
{
	assert_int_equal(l->result, result);
	if (id)
		assert_string_equal(l->id, id);
	else
		assert_null(l->id);
	assert_int_equal(l->errnum, errnum);
}

static void crcs_of_the_kernel(void **state)
{
	struct machine m;

	init(&m);
	WRITE(&m, "/m/good.ko", VERMAGIC, "version:module_layout=11", "import:printk=22",
		"license=GPL");
	WRITE(&m, "/m/bad.ko", VERMAGIC, "version:module_layout=11", "import:printk=23",
		"license=GPL");
	WRITE(&m, "/m/abi.ko", VERMAGIC, "version:module_layout=12", "import:printk=22",
		"license=GPL");
	WRITE(&m, "/m/none.ko", VERMAGIC, "import:printk", "license=GPL");
	WRITE(&m, "/m/lost.ko", VERMAGIC, "version:module_layout=11", "import:lost=1",
		"license=GPL");
	start(&m);
	expect(line(&m, "/m/good.ko", 0, "modversions"), KMT_CHECK_PASS, NULL, 0);
	expect(line(&m, "/m/bad.ko", 0, "modversions"), KMT_CHECK_FAIL, "symbol-crc", EINVAL);
	assert_non_null(strstr(line(&m, "/m/bad.ko", 0, "modversions")->evidence,
		"printk 0x00000023, not 0x00000022"));
	expect(line(&m, "/m/abi.ko", 0, "modversions"), KMT_CHECK_FAIL, "other-abi", ENOEXEC);
	expect(line(&m, "/m/none.ko", 0, "modversions"), KMT_CHECK_WARN, "no-versions", 0);
	/* --force-modversion: no CRC counts, and the release of the version magic does. */
	expect(line(&m, "/m/bad.ko", 1, "modversions"), KMT_CHECK_WARN, "no-versions", 0);
	expect(line(&m, "/m/lost.ko", 0, "symbols"), KMT_CHECK_FAIL, "missing-symbol", ENOENT);
	finish(&m);
}

static void a_kernel_that_forces_nothing(void **state)
{
	struct machine m;

	init(&m);
	fixture_text(&m.files, "/boot/config-6.1.0",
		"CONFIG_MODULES=y\n# CONFIG_MODULE_FORCE_LOAD is not set\n");
	WRITE(&m, "/m/none.ko", VERMAGIC, "import:printk", "license=GPL");
	start(&m);
	expect(line(&m, "/m/none.ko", 0, "modversions"), KMT_CHECK_FAIL, "no-versions", ENOEXEC);
	finish(&m);
}

static void headers_of_another_build_tell_nothing(void **state)
{
	struct machine m;

	init(&m);
	fixture_text(&m.files, TREE "/build/Module.symvers", SYMVERS("0x00000012"));
	WRITE(&m, "/m/bad.ko", VERMAGIC, "version:module_layout=11", "import:printk=23",
		"import:lost=1", "license=GPL");
	start(&m);
	expect(line(&m, "/m/bad.ko", 0, "modversions"), KMT_CHECK_UNKNOWN, "symbol-crc", 0);
	assert_int_equal(line(&m, "/m/bad.ko", 0, "symbols")->result, KMT_CHECK_UNKNOWN);
	assert_int_equal(m.verdict.result, KMT_CHECK_UNKNOWN);
	finish(&m);
}

static void what_was_inserted_before_counts(void **state)
{
	struct machine m;

	init(&m);
	WRITE(&m, "/m/provider.ko", VERMAGIC, "any:fx_open=33", "license=GPL");
	WRITE(&m, "/m/user.ko", VERMAGIC, "version:module_layout=11", "import:fx_open=33",
		"license=GPL");
	WRITE(&m, "/m/old.ko", VERMAGIC, "version:module_layout=11", "import:fx_open=34",
		"license=GPL");
	start(&m);
	kmt_check_env_insert(m.env, "provider", "/m/provider.ko");
	expect(line(&m, "/m/user.ko", 0, "modversions"), KMT_CHECK_PASS, NULL, 0);
	expect(line(&m, "/m/user.ko", 0, "symbols"), KMT_CHECK_PASS, NULL, 0);
	expect(line(&m, "/m/old.ko", 0, "modversions"), KMT_CHECK_FAIL, "symbol-crc", EINVAL);
	finish(&m);
}

static void the_release_counts_without_crcs(void **state)
{
	struct machine m;

	init(&m);
	WRITE(&m, "/m/crcs.ko", "vermagic=9.9 SMP mod_unload modversions ",
		"version:module_layout=11", "license=GPL");
	WRITE(&m, "/m/none.ko", "vermagic=9.9 SMP mod_unload modversions ", "license=GPL");
	start(&m);
	expect(line(&m, "/m/crcs.ko", 0, "vermagic"), KMT_CHECK_PASS, NULL, 0);
	expect(line(&m, "/m/none.ko", 0, "vermagic"), KMT_CHECK_FAIL, "vermagic", ENOEXEC);
	expect(line(&m, "/m/crcs.ko", 1, "vermagic"), KMT_CHECK_FAIL, "vermagic", ENOEXEC);
	expect(line(&m, "/m/none.ko", 2, "vermagic"), KMT_CHECK_WARN, "forced", 0);
	finish(&m);
}

/* A plan holds the file that it will insert: another one at its path is not judged. */
static void what_is_held_is_judged(void **state)
{
	struct kmt_check_subject subject = {.name = "x", .path = "/m/x.ko", .is_file = true};
	struct machine m;
	int fd;

	init(&m);
	WRITE(&m, "/m/x.ko", VERMAGIC, "license=GPL");
	start(&m);
	fd = openat(m.files.root.fd, "m/x.ko", O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(unlinkat(m.files.root.fd, "m/x.ko", 0), 0);
	WRITE(&m, "/m/x.ko", "vermagic=other ", "license=GPL");
	kmt_check_module(m.checker, &subject, &m.verdict);
	assert_int_equal(m.verdict.result, KMT_CHECK_FAIL);
	subject.fd = &fd;
	kmt_check_module(m.checker, &subject, &m.verdict);
	assert_int_equal(m.verdict.result, KMT_CHECK_WARN);
	close(fd);
	finish(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(crcs_of_the_kernel),
		cmocka_unit_test(a_kernel_that_forces_nothing),
		cmocka_unit_test(headers_of_another_build_tell_nothing),
		cmocka_unit_test(what_was_inserted_before_counts),
		cmocka_unit_test(the_release_counts_without_crcs),
		cmocka_unit_test(what_is_held_is_judged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
