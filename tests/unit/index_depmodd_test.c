/* SPDX-License-Identifier: GPL-2.0-or-later */
/* depmod.d: lines, ranks, and which files are read. */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <kmt/base/alloc.h>
#include <kmt/index/depmodd.h>

#define KERNEL "6.1.0-56-amd64"

static struct kmt_depmodd parse(const char *text, struct kmt_diag *diag)
{
	struct kmt_depmodd conf = {0};
	kmt_autofree char *copy = kmt_strdup(text);

	kmt_depmodd_parse(&conf, "f", copy, strlen(copy), KERNEL, diag);
	kmt_depmodd_finish(&conf);
	return conf;
}

static void lines_are_read(void **state)
{
	struct kmt_diag diag = {0};
	struct kmt_depmodd conf = parse("# comment\n\n"
					"search a built-in\\\n external\tb\n"
					"override m * dir\n"
					"override m 5\\.10 not-this-kernel\n"
					"override n ^6\\\\.1 sub\n"
					"external 6.1 /ext\n"
					"exclude .git one\n"
					"exclude two",
		&diag);

	assert_int_equal(conf.search.n, 4);
	assert_string_equal(conf.search.v[0].dir, "a");
	assert_int_equal(conf.search.v[1].kind, KMT_SEARCH_BUILTIN);
	assert_int_equal(conf.search.v[2].kind, KMT_SEARCH_EXTERNAL);
	assert_string_equal(conf.search.v[3].dir, "b");
	assert_int_equal(conf.overrides.n, 2);
	assert_string_equal(conf.overrides.v[0], "dir/m");
	assert_string_equal(conf.overrides.v[1], "sub/n");
	assert_int_equal(conf.externals.n, 1);
	assert_true(kmt_depmodd_excludes(&conf, ".git"));
	assert_true(kmt_depmodd_excludes(&conf, "two"));
	assert_false(kmt_depmodd_excludes(&conf, "tw"));
	assert_int_equal(diag.n, 0);
	kmt_depmodd_free(&conf);
}

static void wrong_lines_are_told(void **state)
{
	struct kmt_diag diag = {0};
	struct kmt_depmodd conf = parse("serch x\n"
					"override m *\n"
					"external * relative\n"
					"override m \\\n"
					"  [ x\n"
					"  # indented\n"
					"include x\n",
		&diag);
	static const struct {
		unsigned int line;
		const char *part;
	} want[] = {
		{1, "'serch'"},
		{2, "'override'"},
		{3, "'relative'"},
		{5, "regular expression"},
		{6, "'#'"},
		{7, "never had an effect"},
	};

	assert_int_equal(diag.n, KMT_ARRAY_SIZE(want));
	for (size_t i = 0; i < KMT_ARRAY_SIZE(want); i++) {
		assert_int_equal(diag.items[i].origin.line, want[i].line);
		assert_non_null(strstr(diag.items[i].msg, want[i].part));
	}
	assert_int_equal(conf.overrides.n + conf.externals.n, 0);
	kmt_diag_clear(&diag);
	kmt_depmodd_free(&conf);
}

/* Of a repetition of a repetition regcomp(3) makes as many copies as memory allows. */
static void patterns_cost_little(void **state)
{
	static const char *const bad[] = {"6++++++++++++++++++++++++++++++++++++", "((((((((6+)+)+)+)+)+)+)+)+",
		"(6{255}){255}", "6{2}{2}{2}{2}{2}{2}{2}{2}{2}", "6{1,99999999999999999999}", "(6)\\\\1"},
		*const good[] = {"^6\\\\.[0-9]+\\\\.[0-9]+(-[0-9]+)?-amd64$", "6.1.{1,20}", "6.+-.+-.+", "6\\\\.1.*"};

	for (size_t i = 0; i < KMT_ARRAY_SIZE(bad); i++) {
		kmt_autofree char *text = kmt_asprintf("override m %s sub\n", bad[i]);
		struct kmt_diag diag = {0};
		struct kmt_depmodd conf = parse(text, &diag);

		assert_int_equal(conf.overrides.n, 0);
		assert_int_equal(diag.n, 1);
		assert_non_null(strstr(diag.items[0].msg, "too complex: line ignored"));
		kmt_diag_clear(&diag);
		kmt_depmodd_free(&conf);
	}
	for (size_t i = 0; i < KMT_ARRAY_SIZE(good); i++) {
		kmt_autofree char *text = kmt_asprintf("override m %s sub\n", good[i]);
		struct kmt_depmodd conf = parse(text, NULL);

		assert_int_equal(conf.overrides.n, 1);
		kmt_depmodd_free(&conf);
	}
}

static void without_search_updates_come_first(void **state)
{
	struct kmt_depmodd conf = parse("", NULL);

	assert_true(kmt_depmodd_rank(&conf, "updates/m.ko", "/t/updates/m.ko") >
		    kmt_depmodd_rank(&conf, "kernel/m.ko", "/t/kernel/m.ko"));
	assert_int_equal(kmt_depmodd_rank(&conf, "extra/m.ko", "/t/extra/m.ko"),
		kmt_depmodd_rank(&conf, "updatesX/m.ko", "/t/updatesX/m.ko"));
	kmt_depmodd_free(&conf);
}

/* Each path ranks above the next one. */
static void ranks_follow_the_lines(void **state)
{
	static const struct {
		const char *rel, *path;
	} order[] = {
		{"o2/deep/my_mod.ko.xz", "/t/o2/deep/my_mod.ko.xz"},
		{"o1/my-mod.ko", "/t/o1/my-mod.ko"},
		{"first/x/my_mod.ko", "/t/first/x/my_mod.ko"},
		{NULL, "/ext/a/my_mod.ko"},
		{NULL, "/ext/b/my_mod.ko"},
		{"kernel/my_mod.ko", "/t/kernel/my_mod.ko"},
		{"last/my_mod.ko", "/t/last/my_mod.ko"},
	};
	struct kmt_depmodd conf = parse("search first external\n"
					"search built-in last\n"
					"external * /ext/a\n"
					"external * /ext/b\n"
					"override my_mod * o1\n"
					"override my_mod * o2/deep\n",
		NULL);

	for (size_t i = 0; i + 1 < KMT_ARRAY_SIZE(order); i++)
		assert_true(kmt_depmodd_rank(&conf, order[i].rel, order[i].path) >
			    kmt_depmodd_rank(&conf, order[i + 1].rel, order[i + 1].path));
	/* An override names one directory and one module. */
	assert_int_equal(kmt_depmodd_rank(&conf, "o1/x/my_mod.ko", "/t/o1/x/my_mod.ko"),
		kmt_depmodd_rank(&conf, "o1/other.ko", "/t/o1/other.ko"));
	kmt_depmodd_free(&conf);
}

static void write_file(const char *dir, const char *path, const char *text)
{
	kmt_autofree char *full = kmt_asprintf("%s%s", dir, path);
	FILE *f = fopen(full, "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static void files_are_sorted_and_masked(void **state)
{
	static const char *const dirs[] = {"/etc", "/etc/depmod.d", "/run", "/run/depmod.d", "/usr",
		"/usr/lib", "/usr/lib/depmod.d"};
	char dir[] = "/tmp/kmtool-depmodd-XXXXXX";
	struct kmt_depmodd conf = {0};
	struct kmt_diag diag = {0};
	struct kmt_root root;
	struct kmt_strv paths = {0};
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;
	kmt_autofree char *rm = NULL;

	assert_non_null(mkdtemp(dir));
	rm = kmt_asprintf("rm -rf %s", dir);
	for (size_t i = 0; i < KMT_ARRAY_SIZE(dirs); i++) {
		kmt_autofree char *d = kmt_asprintf("%s%s", dir, dirs[i]);

		assert_int_equal(mkdir(d, 0755), 0);
	}
	write_file(dir, "/usr/lib/depmod.d/a.conf", "search from-lib\n");
	write_file(dir, "/usr/lib/depmod.d/c.conf", "search masked\n");
	write_file(dir, "/run/depmod.d/b.conf", "search from-run\n");
	write_file(dir, "/etc/depmod.d/c.conf", "search from-etc\n");
	write_file(dir, "/etc/depmod.d/d.txt", "search no\n");
	write_file(dir, "/etc/depmod.d/.e.conf", "search no\n");
	assert_int_equal(kmt_root_open(&root, dir, NULL), 0);

	assert_int_equal(kmt_depmodd_read(&conf, &root, KERNEL, NULL, &diag, &err), 0);
	assert_int_equal(conf.search.n, 3);
	assert_string_equal(conf.search.v[0].dir, "from-lib");
	assert_string_equal(conf.search.v[1].dir, "from-run");
	assert_string_equal(conf.search.v[2].dir, "from-etc");
	assert_int_equal(diag.n, 0);
	kmt_depmodd_free(&conf);

	conf = (struct kmt_depmodd){0};
	kmt_vec_push(&paths, "/etc/depmod.d/d.txt");
	assert_int_equal(kmt_depmodd_read(&conf, &root, KERNEL, &paths, &diag, &err), 0);
	assert_int_equal(conf.search.n, 1);
	assert_string_equal(conf.search.v[0].dir, "no");
	kmt_depmodd_free(&conf);

	conf = (struct kmt_depmodd){0};
	paths.v[0] = "/etc/none.conf";
	assert_true(kmt_depmodd_read(&conf, &root, KERNEL, &paths, &diag, &err) < 0);
	assert_int_equal(err.kind, KMT_ERR_NOT_FOUND);
	kmt_depmodd_free(&conf);
	kmt_vec_free(&paths);
	kmt_root_close(&root);
	assert_int_equal(system(rm), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_are_read),
		cmocka_unit_test(wrong_lines_are_told),
		cmocka_unit_test(patterns_cost_little),
		cmocka_unit_test(without_search_updates_come_first),
		cmocka_unit_test(ranks_follow_the_lines),
		cmocka_unit_test(files_are_sorted_and_masked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
