/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What module files say, from the files and from the cache. */
#include "tree_fixture.h"
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <kmt/index/build.h>
#include <kmt/index/metas.h>

static int setup(void **state)
{
	struct fixture *f = kmt_alloc(sizeof(*f));

	fixture_init(f);
	tree_own_files(f, "");
	TREE_MODULE(f, "kernel/z/b.ko", "license=GPL", "description=the second");
	TREE_MODULE(f, "kernel/y/c-d.ko", "license=GPL", "description=the third");
	TREE_MODULE(f, "updates/a.ko", "license=GPL", "description=the first", "alias=x");
	TREE_MODULE(f, "kernel/z/a.ko", "license=GPL", "description=in the shadow");
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	fixture_clear(*state);
	free(*state);
	return 0;
}

static char *describe(struct fixture *f)
{
	struct kmt_strbuf out = KMT_STRBUF_INIT;
	struct kmt_metas m;
	struct kmt_meta_reader *r;

	assert_int_equal(kmt_metas_open(&m, &f->root, TREE_VERSION, NULL, NULL), 0);
	r = kmt_meta_reader_new(&m);
	for (size_t i = 0; i < m.files.n; i++) {
		kmt_autoerr struct kmt_err err = KMT_ERR_INIT;
		const struct kmt_modinfo *info;
		int e = kmt_meta_read(r, i, &info, &err);

		kmt_strbuf_addf(&out, "%s: %s\n", m.files.v[i]->name,
			e ? err.msg : kmt_modinfo_get(info, "description"));
	}
	kmt_meta_reader_free(r);
	kmt_metas_close(&m);
	return kmt_strbuf_steal(&out);
}

static void test_files(void **state)
{
	kmt_autofree char *text = describe(*state);

	assert_string_equal(
		text, "a: in the shadow\na: the first\nb: the second\nc_d: the third\n");
}

/* Writes a cache that differs from the files: where it counts, it shows. */
static void write_other_cache(struct fixture *f)
{
	struct kmt_build_opts opts = {.root = &f->root, .version = TREE_VERSION};
	kmt_autostrbuf struct kmt_strbuf cache = KMT_STRBUF_INIT;
	struct kmt_diag diag = {0};
	struct kmt_build b;

	assert_int_equal(kmt_build_scan(&b, &opts, &diag, NULL), 0);
	for (size_t i = 0; i < b.scan.files.n; i++) {
		char *the = strstr((char *)b.scan.files.v[i]->modinfo + sizeof("license=GPL"), "the");

		if (the)
			memcpy(the, "THE", 3);
	}
	kmt_cache_write(&b.scan, INT64_MAX, &cache);
	kmt_build_free(&b);
	kmt_diag_clear(&diag);
	fixture_write(f, TREE "/" KMT_CACHE_NAME, cache.s, cache.len);
}

static void test_cache(void **state)
{
	struct fixture *f = *state;
	kmt_autofree char *path = kmt_asprintf("%s" TREE "/kernel/z/b.ko", f->dir);
	kmt_autofree char *cached = NULL, *changed = NULL;

	write_other_cache(f);
	cached = describe(f);
	assert_string_equal(
		cached, "a: in THE shadow\na: THE first\nb: THE second\nc_d: THE third\n");
	/* Another time: another file. */
	assert_int_equal(utimensat(AT_FDCWD, path, (struct timespec[2]){{.tv_sec = 1}, {.tv_sec = 1}}, 0), 0);
	changed = describe(f);
	assert_string_equal(
		changed, "a: in THE shadow\na: THE first\nb: the second\nc_d: THE third\n");
}

static void test_damaged(void **state)
{
	struct fixture *f = *state;
	kmt_autofree char *text = NULL;

	fixture_text(f, TREE "/" KMT_CACHE_NAME, "no cache");
	fixture_text(f, TREE "/kernel/z/b.ko", "no module at all, but long enough for a header of one .....");
	text = describe(f);
	assert_non_null(strstr(text, "a: the first\n"));
	assert_non_null(strstr(text, "b: "));
	assert_null(strstr(text, "b: the second"));
}

static void test_no_tree(void **state)
{
	struct fixture *f = *state;
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;
	struct kmt_metas m;

	assert_int_equal(kmt_metas_open(&m, &f->root, "1.2.3", NULL, &err), -ENOENT);
	assert_int_equal(err.kind, KMT_ERR_NOT_FOUND);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_files),
		TEST(test_cache),
		TEST(test_damaged),
		TEST(test_no_tree),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
