/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What `index --check` and `index --quick` find out. */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <utime.h>

#include <kmt/base/alloc.h>
#include <kmt/index/check.h>
#include "tree_fixture.h"

struct state {
	struct fixture f;
	struct kmt_build_opts opts;
	struct kmt_build build;
	struct kmt_findings findings;
	struct kmt_arena arena;
	const char *why;
};

static void write_index(struct state *s, enum kmt_trie_order order)
{
	s->opts.order = order;
	assert_int_equal(kmt_build_scan(&s->build, &s->opts, NULL, NULL), 0);
	assert_int_equal(kmt_build_link(&s->build, &s->opts, NULL), 0);
	for (int i = 0; i < KMT_FILE_COUNT; i++) {
		kmt_autofree char *path =
			kmt_asprintf(TREE "/%s", kmt_index_file_name((enum kmt_index_file)i));

		fixture_write(&s->f, path, kmt_strbuf_str(&s->build.output.files[i]),
			s->build.output.files[i].len);
	}
	kmt_build_free(&s->build);
	s->opts.order = KMT_TRIE_POSTORDER;
}

static int setup(void **state)
{
	struct state *s = kmt_alloc(sizeof(*s));

	fixture_init(&s->f);
	s->opts = (struct kmt_build_opts){.root = &s->f.root, .version = TREE_VERSION, .threads = 1};
	tree_own_files(&s->f, "");
	TREE_MODULE(&s->f, "kernel/a.ko", "import:b_fn", "alias=a*");
	TREE_MODULE(&s->f, "kernel/b.ko", "export:b_fn", "alias=b?");
	/* Nothing in the tree is of the same moment as the index. */
	nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL);
	write_index(s, KMT_TRIE_POSTORDER);
	*state = s;
	return 0;
}

static int teardown(void **state)
{
	struct state *s = *state;

	kmt_findings_free(&s->findings);
	kmt_arena_free(&s->arena);
	fixture_clear(&s->f);
	free(s);
	return 0;
}

static void check(struct state *s)
{
	kmt_findings_free(&s->findings);
	assert_int_equal(kmt_build_scan(&s->build, &s->opts, NULL, NULL), 0);
	assert_int_equal(kmt_build_link(&s->build, &s->opts, NULL), 0);
	kmt_check_build(&s->build, &s->f.root, &s->findings);
	kmt_check_files(&s->build, &s->f.root, TREE, "the command", &s->findings);
	kmt_build_free(&s->build);
}

static const struct kmt_finding *found(
	const struct state *s, enum kmt_finding_kind kind, const char *object)
{
	for (size_t i = 0; i < s->findings.v.n; i++) {
		const struct kmt_finding *f = &s->findings.v.v[i];

		if (f->kind == kind && strstr(f->object, object))
			return f;
	}
	return NULL;
}

static void an_index_of_now_is_right(void **state)
{
	struct state *s = *state;

	check(s);
	assert_int_equal(s->findings.v.n, 0);
	/* However the tries are laid out. */
	write_index(s, KMT_TRIE_PREORDER);
	check(s);
	assert_int_equal(s->findings.v.n, 0);
}

static void a_stale_index_is_found(void **state)
{
	struct state *s = *state;
	const struct kmt_finding *f;

	TREE_MODULE(&s->f, "kernel/c.ko", "license=GPL");
	check(s);
	f = found(s, KMT_FINDING_STALE, "modules.dep");
	assert_non_null(f);
	assert_string_equal(f->detail, "1 entries are missing, such as 'kernel/c.ko:'");
	assert_string_equal(f->fix, "the command");
	assert_non_null(found(s, KMT_FINDING_STALE, "modules.dep.bin"));
	assert_null(found(s, KMT_FINDING_STALE, "modules.alias"));
	assert_true(kmt_finding_is_problem(f->kind));
}

static void a_module_that_is_gone_is_found(void **state)
{
	struct state *s = *state;
	kmt_autofree char *path = kmt_asprintf("%s" TREE "/kernel/b.ko", s->f.dir);
	const struct kmt_finding *f;

	assert_int_equal(remove(path), 0);
	check(s);
	f = found(s, KMT_FINDING_STALE, "modules.dep");
	assert_non_null(f);
	assert_non_null(strstr(f->detail, "'kernel/a.ko: kernel/b.ko'"));
	assert_non_null(found(s, KMT_FINDING_STALE, "modules.symbols"));
}

static void damaged_files_are_found(void **state)
{
	struct state *s = *state;
	kmt_autofree char *bin = kmt_asprintf("%s" TREE "/modules.alias.bin", s->f.dir);
	kmt_autofree char *text = kmt_asprintf("%s" TREE "/modules.symbols", s->f.dir);
	kmt_autofree char *gone = kmt_asprintf("%s" TREE "/modules.softdep", s->f.dir);
	struct stat st;

	assert_int_equal(stat(bin, &st), 0);
	assert_int_equal(truncate(bin, st.st_size - 3), 0);
	assert_int_equal(stat(text, &st), 0);
	assert_int_equal(truncate(text, st.st_size - 3), 0);
	assert_int_equal(remove(gone), 0);
	check(s);
	assert_int_equal(s->findings.v.n, 3);
	assert_non_null(found(s, KMT_FINDING_CORRUPT, "modules.alias.bin"));
	assert_non_null(found(s, KMT_FINDING_CORRUPT, "modules.symbols"));
	assert_non_null(found(s, KMT_FINDING_MISSING, "modules.softdep"));
}

/* modules.weakdep came with kmod 33. */
static void what_older_tools_do_not_write_may_be_missing(void **state)
{
	struct state *s = *state;
	kmt_autofree char *weak = kmt_asprintf("%s" TREE "/modules.weakdep", s->f.dir);
	kmt_autofree char *empty = kmt_asprintf("%s" TREE "/modules.builtin.bin", s->f.dir);

	assert_int_equal(remove(weak), 0);
	assert_int_equal(truncate(empty, 0), 0);
	check(s);
	assert_int_equal(s->findings.v.n, 0);
	TREE_MODULE(&s->f, "kernel/a.ko", "import:b_fn", "alias=a*", "weakdep=b");
	check(s);
	assert_int_equal(s->findings.v.n, 1);
	assert_non_null(found(s, KMT_FINDING_MISSING, "modules.weakdep"));
}

static void the_trees_own_faults_are_found(void **state)
{
	struct state *s = *state;
	kmt_autofree char *helper = kmt_asprintf("%s" TREE "/.kmtool-set", s->f.dir);

	fixture_text(&s->f, TREE "/kernel/bad.ko", "no module");
	TREE_MODULE(&s->f, "kernel/x/b.ko", "license=GPL");
	TREE_MODULE(&s->f, "updates/a.ko", "import:b_fn", "alias=a*");
	TREE_MODULE(&s->f, "kernel/one.ko", "export:one", "import:two");
	TREE_MODULE(&s->f, "kernel/two.ko", "export:two", "import:one");
	TREE_MODULE(&s->f, "kernel/three.ko", "import:two");
	assert_int_equal(symlink("x", helper), 0);
	check(s);
	assert_non_null(found(s, KMT_FINDING_UNREADABLE, "kernel/bad.ko"));
	assert_non_null(found(s, KMT_FINDING_AMBIGUOUS, "kernel/x/b.ko"));
	assert_non_null(found(s, KMT_FINDING_SHADOWED, "kernel/a.ko"));
	assert_false(kmt_finding_is_problem(KMT_FINDING_SHADOWED));
	assert_non_null(found(s, KMT_FINDING_CYCLE, "one"));
	assert_non_null(found(s, KMT_FINDING_BEREFT, "three"));
	assert_non_null(found(s, KMT_FINDING_INTERRUPTED, TREE));
}

static bool fresh(struct state *s)
{
	return kmt_check_fresh(&s->opts, TREE, &s->f.root, &s->arena, &s->why);
}

static void an_old_tree_is_fresh(void **state)
{
	struct state *s = *state;

	assert_true(fresh(s));
}

static void changes_are_noticed(void **state)
{
	struct state *s = *state;
	kmt_autofree char *a = kmt_asprintf("%s" TREE "/kernel/a.ko", s->f.dir);
	kmt_autofree char *order = kmt_asprintf("%s" TREE "/modules.order", s->f.dir);
	struct utimbuf old = {.actime = 1000, .modtime = 1000};

	/* A module that was moved in with an old time. */
	TREE_MODULE(&s->f, "kernel/c.ko", "license=GPL");
	assert_false(fresh(s));
	assert_non_null(strstr(s->why, "kernel/c.ko is not listed"));
	write_index(s, KMT_TRIE_POSTORDER);
	/* ... over another one. */
	TREE_MODULE(&s->f, "kernel/a.ko", "license=GPL");
	assert_int_equal(utime(a, &old), 0);
	assert_false(fresh(s));
	assert_non_null(strstr(s->why, "kernel/a.ko has changed"));
	/* One that is gone. */
	assert_int_equal(remove(a), 0);
	assert_false(fresh(s));
	assert_non_null(strstr(s->why, "gone"));
	/* Another order. */
	fixture_text(&s->f, TREE "/modules.order", "kernel/b.ko\n");
	assert_int_equal(utime(order, &old), 0);
	assert_false(fresh(s));
	assert_non_null(strstr(s->why, "modules.order has changed"));
}

static void configuration_is_noticed(void **state)
{
	struct state *s = *state;
	kmt_autofree char *conf = kmt_asprintf("%s/etc/depmod.d/x.conf", s->f.dir);

	fixture_text(&s->f, "/etc/depmod.d/x.conf", "search updates built-in\n");
	assert_false(fresh(s));
	assert_non_null(strstr(s->why, "depmod.d"));
	nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL);
	write_index(s, KMT_TRIE_POSTORDER);
	assert_true(fresh(s));
	/* That it is gone shows in the directory. */
	assert_int_equal(remove(conf), 0);
	assert_false(fresh(s));
}

static void a_missing_file_is_noticed(void **state)
{
	struct state *s = *state;
	kmt_autofree char *path = kmt_asprintf("%s" TREE "/modules.alias.bin", s->f.dir);

	assert_int_equal(remove(path), 0);
	assert_false(fresh(s));
	assert_non_null(strstr(s->why, "modules.alias.bin is missing"));
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(an_index_of_now_is_right),
		T(a_stale_index_is_found),
		T(a_module_that_is_gone_is_found),
		T(damaged_files_are_found),
		T(what_older_tools_do_not_write_may_be_missing),
		T(the_trees_own_faults_are_found),
		T(an_old_tree_is_fresh),
		T(changes_are_noticed),
		T(configuration_is_noticed),
		T(a_missing_file_is_noticed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
