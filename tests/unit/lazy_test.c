/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit.h"

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <string.h>

#include <kmt/base/alloc.h>
#include <kmt/sys/lazy.h>
#ifdef HAVE_ZLIB
#include <kmt/sys/lazy_zlib.h>
#endif

static void every_library_has_a_name(void **state)
{
	for (int lib = 0; lib < KMT_LAZY_COUNT; lib++) {
		const char *name = kmt_lazy_name(lib);

		assert_non_null(name);
		assert_true(*name);
		for (int other = 0; other < lib; other++)
			assert_string_not_equal(name, kmt_lazy_name(other));
	}
}

static void what_is_built_in_opens(void **state)
{
	for (int lib = 0; lib < KMT_LAZY_COUNT; lib++) {
		kmt_autoerr struct kmt_err err = KMT_ERR_INIT;
		const void *table = kmt_lazy_get(lib, &err);

		if (kmt_lazy_built(lib)) {
			assert_non_null(table);
			assert_int_equal(err.kind, KMT_ERR_NONE);
			assert_ptr_equal(table, kmt_lazy_get(lib, &err));
			continue;
		}
		assert_null(table);
		assert_int_equal(err.errnum, EOPNOTSUPP);
		assert_non_null(strstr(err.msg, kmt_lazy_name(lib)));
	}
}

#ifdef HAVE_ZLIB
static void *get_zlib(void *arg)
{
	return (void *)kmt_lazy_zlib(NULL);
}

static void threads_get_the_same_table(void **state)
{
	pthread_t threads[8];
	void *first = NULL;

	for (size_t i = 0; i < KMT_ARRAY_SIZE(threads); i++)
		assert_int_equal(pthread_create(&threads[i], NULL, get_zlib, NULL), 0);
	for (size_t i = 0; i < KMT_ARRAY_SIZE(threads); i++) {
		void *table;

		assert_int_equal(pthread_join(threads[i], &table), 0);
		assert_non_null(table);
		if (!first)
			first = table;
		assert_ptr_equal(table, first);
	}
}

/* The members of a table are in the order of the names that were looked up. */
static void functions_are_in_their_places(void **state)
{
	const struct kmt_lazy_zlib *zlib = kmt_lazy_zlib(NULL);
	void *handle = dlopen("libz.so.1", RTLD_NOW | RTLD_NOLOAD);

	assert_non_null(zlib);
	assert_non_null(handle);
	assert_true((void *)zlib->inflate == dlsym(handle, "inflate"));
	assert_true((void *)zlib->inflateEnd == dlsym(handle, "inflateEnd"));
	dlclose(handle);
}
#else
#define threads_get_the_same_table unit_nothing
#define functions_are_in_their_places unit_nothing
#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_library_has_a_name),
		cmocka_unit_test(what_is_built_in_opens),
		UNIT_TEST_OF(KMT_LAZY_ZLIB, threads_get_the_same_table, NULL, NULL),
		UNIT_TEST_OF(KMT_LAZY_ZLIB, functions_are_in_their_places, NULL, NULL),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
