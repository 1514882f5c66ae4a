/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit.h"

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <string.h>

#include <kmt/base/alloc.h>
#include <kmt/sys/lazy.h>
#include <kmt/sys/lazy_kmod.h>

static void every_library_has_a_name(void **state)
{
	for (int lib = 0; lib < KMT_LAZY_COUNT; lib++) {
		const char *name = kmt_lazy_name(lib);

		assert_non_null(name);
		assert_true(*name);
		for (int other = 0; other < lib; other++)
			assert_string_not_equal(name, kmt_lazy_name(other));
	}
	assert_true(kmt_lazy_built(KMT_LAZY_KMOD));
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

static void *get_kmod(void *arg)
{
	return (void *)kmt_lazy_kmod(NULL);
}

static void threads_get_the_same_table(void **state)
{
	pthread_t threads[8];
	void *first = NULL;

	for (size_t i = 0; i < KMT_ARRAY_SIZE(threads); i++)
		assert_int_equal(pthread_create(&threads[i], NULL, get_kmod, NULL), 0);
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
	const struct kmt_lazy_kmod *kmod = kmt_lazy_kmod(NULL);
	void *handle = dlopen("libkmod.so.2", RTLD_NOW | RTLD_NOLOAD);

	assert_non_null(kmod);
	assert_non_null(handle);
	assert_true((void *)kmod->kmod_new == dlsym(handle, "kmod_new"));
	assert_true((void *)kmod->kmod_module_unref == dlsym(handle, "kmod_module_unref"));
	dlclose(handle);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_library_has_a_name),
		cmocka_unit_test(threads_get_the_same_table),
		cmocka_unit_test(what_is_built_in_opens),
		cmocka_unit_test(functions_are_in_their_places),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
