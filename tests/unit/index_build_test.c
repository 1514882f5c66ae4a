/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From a tree to the contents of its index files. */
#include "unit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <kmt/base/alloc.h>
#include <kmt/index/build.h>
#include <kmt/index/check.h>
#include <kmt/source/modindex.h>
#include "tree_fixture.h"

struct state {
	struct fixture f;
	struct kmt_build_opts opts;
	struct kmt_build build;
	struct kmt_diag diag;
	bool built;
};

static int setup(void **state)
{
	struct state *s = kmt_alloc(sizeof(*s));

	fixture_init(&s->f);
	s->opts = (struct kmt_build_opts){.root = &s->f.root, .version = TREE_VERSION, .threads = 1};
	*state = s;
	return 0;
}

static void forget(struct state *s)
{
	if (s->built)
		kmt_build_free(&s->build);
	s->built = false;
	kmt_diag_clear(&s->diag);
}

static int teardown(void **state)
{
	struct state *s = *state;

	forget(s);
	fixture_clear(&s->f);
	free(s);
	return 0;
}

static void build(struct state *s)
{
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;

	forget(s);
	s->built = true;
	if (kmt_build_scan(&s->build, &s->opts, &s->diag, &err) ||
		kmt_build_link(&s->build, &s->opts, &err))
		fail_msg("%s", err.msg);
}

static void holds(const struct state *s, enum kmt_index_file file, const char *text)
{
	assert_string_equal(kmt_strbuf_str(&s->build.output.files[file]), text);
}

/* A trie's "KEY=VALUE" lines. */
static void holds_entries(const struct state *s, enum kmt_index_file file, const char *text)
{
	const struct kmt_strbuf *data = &s->build.output.files[file];
	struct kmt_trie trie = {(const unsigned char *)data->s, data->len};
	kmt_autostrbuf struct kmt_strbuf lines = KMT_STRBUF_INIT;
	struct kmt_index_matches all = {0};
	struct kmt_arena arena = {0};

	assert_int_equal(kmt_trie_all(&trie, &arena, &all), 0);
	for (size_t i = 0; i < all.rows.n; i++)
		kmt_strbuf_addf(&lines, "%s=%s\n", all.rows.v[i].pattern, all.rows.v[i].module);
	assert_string_equal(kmt_strbuf_str(&lines), text);
	kmt_vec_free(&all.rows);
	kmt_arena_free(&arena);
}

static bool warned(const struct state *s, const char *part)
{
	for (size_t i = 0; i < s->diag.n; i++)
		if (strstr(s->diag.items[i].msg, part))
			return true;
	return false;
}

static void make_tree(const struct state *s)
{
	tree_own_files(&s->f, "kernel/top.ko\nkernel/mid.ko\nkernel/gone.ko\nkernel/low-er.ko\n");
	TREE_MODULE(&s->f, "kernel/top.ko", "import:mid_fn", "import:low_fn", "import:printk",
		"alias=pci:v*-[a-c]", "softdep=pre: crc32c", "softdep=post: other");
	TREE_MODULE(&s->f, "kernel/mid.ko", "export:mid_fn", "import:low_fn", "weakdep=low_er",
		"alias=devname:mid", "alias=char-major-10-200", "alias=char-major-10-201");
	TREE_MODULE(&s->f, "kernel/low-er.ko", "export:low_fn", "export:low_other", "license=GPL");
	TREE_MODULE(&s->f, "extra/alone.ko", "weak:nobody");
	TREE_MODULE(&s->f, "extra/by_version.ko", "version:low_other");
}

static void the_files_are_depmods(void **state)
{
	struct state *s = *state;

	make_tree(s);
	build(s);
	/* Those that modules.order does not list come by the hash of their names. */
	holds(s, KMT_FILE_DEP,
		"kernel/top.ko: kernel/mid.ko kernel/low-er.ko\n"
		"kernel/mid.ko: kernel/low-er.ko\n"
		"kernel/low-er.ko:\n"
		"extra/alone.ko:\n"
		"extra/by_version.ko: kernel/low-er.ko\n");
	holds(s, KMT_FILE_ALIAS,
		"# Aliases extracted from modules themselves.\n"
		"alias pci:v*-[a-c] top\n"
		"alias devname:mid mid\n"
		"alias char-major-10-200 mid\n"
		"alias char-major-10-201 mid\n");
	holds(s, KMT_FILE_SOFTDEP,
		"# Soft dependencies extracted from modules themselves.\n"
		"softdep top pre: crc32c\nsoftdep top post: other\n");
	holds(s, KMT_FILE_WEAKDEP,
		"# Weak dependencies extracted from modules themselves.\nweakdep mid low_er\n");
	holds(s, KMT_FILE_SYMBOLS,
		"# Aliases for symbols, used by symbol_request().\n"
		"alias symbol:low_fn low_er\n"
		"alias symbol:low_other low_er\n"
		"alias symbol:mid_fn mid\n");
	holds(s, KMT_FILE_DEVNAME,
		"# Device nodes to trigger on-demand module loading.\nmid mid c10:200\n");
	assert_int_equal(s->diag.n, 0);
	assert_int_equal(s->build.output.n_aliases, 4);
	assert_int_equal(s->build.output.n_symbols, 3);
}

static void threads_change_nothing(void **state)
{
	struct state *s = *state;
	struct kmt_strbuf first[KMT_FILE_COUNT] = {0};

	make_tree(s);
	/* More than the number of files from which on there are threads. */
	for (int i = 0; i < 300; i++) {
		kmt_autofree char *path = kmt_asprintf("extra/m%d.ko", i);
		kmt_autofree char *own = kmt_asprintf("export:fn_%d", i);
		kmt_autofree char *other = kmt_asprintf("import:fn_%d", (i + 1) / 2 * 3 % 299);

		TREE_MODULE(&s->f, path, own, i % 7 ? "license=GPL" : "import:mid_fn",
			i > 3 * (i + 1) / 2 % 299 ? "license=GPL" : "weakdep=x",
			i % 3 ? "alias=x*" : other);
	}
	for (unsigned int threads = 1; threads <= 8; threads++) {
		s->opts.threads = threads;
		build(s);
		for (int i = 0; i < KMT_FILE_COUNT; i++) {
			const struct kmt_strbuf *is = &s->build.output.files[i];

			if (threads == 1)
				kmt_strbuf_add(&first[i], is->s, is->len);
			assert_int_equal(is->len, first[i].len);
			if (is->len)
				assert_memory_equal(is->s, first[i].s, is->len);
		}
	}
	for (int i = 0; i < KMT_FILE_COUNT; i++)
		kmt_strbuf_free(&first[i]);
}

static void a_symbol_prefix_is_left_out(void **state)
{
	struct state *s = *state;

	tree_own_files(&s->f, "");
	TREE_MODULE(&s->f, "kernel/a.ko", "import:_fn", "import:.dotted");
	TREE_MODULE(&s->f, "kernel/b.ko", "export:_fn", "export:dotted");
	s->opts.prefix = '_';
	build(s);
	holds(s, KMT_FILE_DEP, "kernel/b.ko:\nkernel/a.ko: kernel/b.ko\n");
	holds(s, KMT_FILE_SYMBOLS,
		"# Aliases for symbols, used by symbol_request().\n"
		"alias symbol:dotted b\nalias symbol:fn b\n");
}

static const char *dep(const struct state *s)
{
	return kmt_strbuf_str(&s->build.output.files[KMT_FILE_DEP]);
}

static void one_file_for_each_name(void **state)
{
	struct state *s = *state;

	tree_own_files(&s->f, "");
	/* Of equal rank: the path that sorts first. By rank: updates. Damaged: none at all. */
	TREE_MODULE(&s->f, "kernel/b/same.ko", "license=GPL");
	TREE_MODULE(&s->f, "kernel/a/same.ko", "license=GPL");
	TREE_MODULE(&s->f, "kernel/a/new.ko", "license=GPL");
	TREE_MODULE(&s->f, "updates/new.ko", "license=GPL");
	TREE_MODULE(&s->f, "kernel/good.ko", "license=GPL");
	fixture_text(&s->f, TREE "/updates/good.ko", "");
	build(s);
	assert_non_null(strstr(dep(s), "kernel/a/same.ko:"));
	assert_null(strstr(dep(s), "kernel/b/same.ko:"));
	assert_non_null(strstr(dep(s), "updates/new.ko:"));
	assert_non_null(strstr(dep(s), "kernel/good.ko:"));
	assert_int_equal(s->build.n_bad, 1);
	assert_int_equal(s->build.chosen.shadows.n, 2);
	for (size_t i = 0; i < 2; i++) {
		const struct kmt_shadow *shadow = &s->build.chosen.shadows.v[i];

		if (!strcmp(shadow->loser->rel, "kernel/a/new.ko")) {
			assert_true(shadow->by_rank);
			assert_string_equal(shadow->winner->rel, "updates/new.ko");
		} else {
			assert_string_equal(shadow->loser->rel, "kernel/b/same.ko");
			assert_string_equal(shadow->winner->rel, "kernel/a/same.ko");
			assert_false(shadow->by_rank);
		}
	}
}

static void a_cycle_costs_only_itself(void **state)
{
	struct state *s = *state;

	tree_own_files(&s->f, "kernel/one.ko\nkernel/two.ko\nkernel/three.ko\n");
	TREE_MODULE(&s->f, "kernel/one.ko", "export:one", "import:two");
	TREE_MODULE(&s->f, "kernel/two.ko", "export:two", "import:three", "import:base");
	TREE_MODULE(&s->f, "kernel/three.ko", "export:three", "import:one", "alias=x");
	TREE_MODULE(&s->f, "kernel/user.ko", "import:one", "import:base");
	TREE_MODULE(&s->f, "kernel/base.ko", "export:base", "import:base");
	build(s);
	assert_string_equal(dep(s), "kernel/base.ko:\nkernel/user.ko: kernel/base.ko\n");
	holds(s, KMT_FILE_ALIAS, "# Aliases extracted from modules themselves.\n");
	assert_int_equal(s->build.dropped.n, 1);
	assert_int_equal(s->build.dropped.v[0].n, 3);
	assert_int_equal(s->build.dropped.v[0].path_n, 3);
	assert_string_equal(s->build.dropped.v[0].path[0]->name, "one");
	assert_string_equal(s->build.dropped.v[0].path[1]->name, "two");
	assert_int_equal(s->build.bereft.n, 1);
	assert_string_equal(s->build.bereft.v[0]->name, "user");
}

static void two_cycles_are_two(void **state)
{
	struct state *s = *state;

	tree_own_files(&s->f, "kernel/a.ko\nkernel/b.ko\nkernel/c.ko\nkernel/d.ko\n");
	TREE_MODULE(&s->f, "kernel/a.ko", "export:a", "import:b");
	TREE_MODULE(&s->f, "kernel/b.ko", "export:b", "import:a", "import:c");
	TREE_MODULE(&s->f, "kernel/c.ko", "export:c", "import:d");
	TREE_MODULE(&s->f, "kernel/d.ko", "export:d", "import:c");
	build(s);
	assert_string_equal(dep(s), "");
	assert_int_equal(s->build.dropped.n, 2);
	assert_string_equal(s->build.dropped.v[0].members[0]->name, "a");
	assert_string_equal(s->build.dropped.v[1].members[0]->name, "c");
}

static void what_cannot_be_listed_is_told(void **state)
{
	static const char *const names[] = {"a b.ko", "new\nline.ko", "co:lon.ko", "caf\xc3\xa9.ko"};
	struct state *s = *state;
	kmt_autofree char *fifo = kmt_asprintf("%s" TREE "/kernel/fifo.ko", s->f.dir);

	tree_own_files(&s->f, "");
	for (size_t i = 0; i < KMT_ARRAY_SIZE(names); i++) {
		kmt_autofree char *path = kmt_asprintf("kernel/%s", names[i]);

		TREE_MODULE(&s->f, path, "license=GPL");
	}
	TREE_MODULE(&s->f, "kernel/fine.ko", "alias=two\nlines", "alias=caf\xc3\xa9", "alias=x[",
		"alias=ok", "softdep=pre: x\ninstall y true", "softdep=pre: x\\", "alias=devname:n",
		"alias=with\ttab");
	assert_int_equal(mkfifo(fifo, 0644), 0);
	fixture_link(&s->f, TREE "/kernel/dangling.ko", "nowhere.ko");
	build(s);
	assert_string_equal(dep(s), "kernel/fine.ko:\n");
	assert_int_equal(s->build.n_skipped, KMT_ARRAY_SIZE(names) + 2);
	assert_true(warned(s, "fifo.ko: not a regular file"));
	assert_true(warned(s, "dangling.ko: No such file"));
	holds(s, KMT_FILE_ALIAS,
		"# Aliases extracted from modules themselves.\n"
		"alias x[ fine\nalias ok fine\nalias devname:n fine\nalias with\ttab fine\n");
	holds(s, KMT_FILE_SOFTDEP, "# Soft dependencies extracted from modules themselves.\n");
	holds(s, KMT_FILE_DEVNAME, "");
	assert_int_equal(s->build.output.n_skipped, 5);
	assert_true(warned(s, "unmatched bracket"));
}

static void links_are_followed_once(void **state)
{
	struct state *s = *state;

	tree_own_files(&s->f, "");
	TREE_MODULE(&s->f, "kernel/real/m.ko", "license=GPL");
	TREE_MODULE(&s->f, "../elsewhere/extra/far.ko", "license=GPL");
	TREE_MODULE(&s->f, "build/no.ko", "license=GPL");
	fixture_link(&s->f, TREE "/kernel/real/up", "..");
	fixture_link(&s->f, TREE "/kernel/again", "real");
	fixture_link(&s->f, TREE "/updates", "/lib/modules/elsewhere/extra");
	fixture_link(&s->f, TREE "/kernel/one.ko", "/lib/modules/elsewhere/extra/far.ko");
	fixture_link(&s->f, TREE "/kernel/self", "self");
	build(s);
	assert_string_equal(dep(s), "updates/far.ko:\nkernel/real/m.ko:\nkernel/one.ko:\n");
}

static void other_directories_are_asked(void **state)
{
	struct state *s = *state;

	tree_own_files(&s->f, "");
	TREE_MODULE(&s->f, "kernel/in.ko", "import:out_fn");
	TREE_MODULE(&s->f, "kernel/skip/left.ko", "license=GPL");
	TREE_MODULE(&s->f, "../../../opt/mods/out.ko", "export:out_fn");
	fixture_text(&s->f, "/etc/depmod.d/x.conf",
		"external * /opt/mods\nexternal * /opt/none\nexternal * /all\nexclude skip\n");
	/* Of equal rank: the tree's own, though the other path sorts first. */
	TREE_MODULE(&s->f, "../../../all/in.ko", "license=GPL");
	build(s);
	assert_string_equal(dep(s), "/opt/mods/out.ko:\nkernel/in.ko: /opt/mods/out.ko\n");
}

static void named_files_are_all(void **state)
{
	struct state *s = *state;
	struct kmt_strv files = {0};
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;

	make_tree(s);
	kmt_vec_push(&files, TREE "/kernel/top.ko");
	kmt_vec_push(&files, TREE "/kernel/mid.ko");
	s->opts.files = &files;
	build(s);
	assert_string_equal(dep(s), "kernel/top.ko: kernel/mid.ko\nkernel/mid.ko:\n");
	files.v[1] = TREE "/kernel/none.ko";
	forget(s);
	s->built = true;
	assert_int_equal(kmt_build_scan(&s->build, &s->opts, &s->diag, &err), -ENOENT);
	kmt_vec_free(&files);
}

static void needs_are_checked(void **state)
{
	static const char symvers[] = "0x00000001\tprintk\tvmlinux\tEXPORT_SYMBOL\n"
				      "0x00000002\tkmalloc\tvmlinux\tEXPORT_SYMBOL\n"
				      "0x00000009\tfrom_module\tkernel/x\tEXPORT_SYMBOL\n"
				      "nonsense\tz\tvmlinux\tEXPORT_SYMBOL\n";
	static const struct {
		const char *name;
		bool crc;
	} want[] = {{"kmalloc", true}, {"unknown", false}, {"from_module", false}, {"fn", true}};
	struct state *s = *state;
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;

	kmt_strbuf_addstr(&text, symvers);
	tree_own_files(&s->f, "kernel/a.ko\n");
	TREE_MODULE(&s->f, "kernel/a.ko", "import:printk=1", "import:kmalloc=3", "import:unknown",
		"weak:maybe", "import:from_module=9", "import:fn=5", "import:right=7",
		"import:__this_module");
	TREE_MODULE(&s->f, "kernel/b.ko", "export:fn=6", "export:right=7");
	s->opts.check_needs = true;
	s->opts.symvers = &text;
	s->opts.ksyms_file = "Module.symvers";
	build(s);
	assert_int_equal(s->build.links.unmet.n, KMT_ARRAY_SIZE(want));
	for (size_t i = 0; i < KMT_ARRAY_SIZE(want); i++) {
		const struct kmt_unmet *u = &s->build.links.unmet.v[i];

		assert_string_equal(s->build.links.names->names.v[u->name].name, want[i].name);
		assert_int_equal(u->crc, want[i].crc);
	}
	assert_int_equal(s->diag.n, 1);
	assert_int_equal(s->diag.items[0].origin.line, 4);

	/* A System.map without any export says nothing: Debian ships such a stub. */
	kmt_strbuf_truncate(&text, 0);
	kmt_strbuf_addstr(&text, "ffffffffffffffff B The real System.map is elsewhere\n");
	s->opts.symvers = NULL;
	s->opts.system_map = &text;
	build(s);
	assert_true(warned(s, "names no exported symbol"));
	kmt_strbuf_addstr(&text, "c0294200 R __ksymtab_printk\nc0294200 R __ksymtab_kmalloc\n"
				 "c0294200 R __ksymtab_unknown\nx\n");
	build(s);
	assert_false(warned(s, "names no exported symbol"));
	assert_int_equal(s->build.links.unmet.n, 2); /* from_module, and fn by its CRC */
}

static void builtins_are_listed(void **state)
{
	static const char modinfo[] = "ext2.license=GPL\0ext2.alias=fs-ext2\0ext2.alias=a-b\0"
				      "x.alias=\0.alias=y\0noalias";
	struct state *s = *state;

	tree_own_files(&s->f, "");
	fixture_text(&s->f, TREE "/modules.builtin", "kernel/fs/ext2/ext2.ko\n/bad\nkernel/a-b.ko\n");
	fixture_write(&s->f, TREE "/modules.builtin.modinfo", modinfo, sizeof(modinfo) - 1);
	build(s);
	holds_entries(s, KMT_FILE_BUILTIN_BIN, "a_b=\next2=\n");
	holds_entries(s, KMT_FILE_BUILTIN_ALIAS_BIN, "a_b=ext2\nfs_ext2=ext2\n");
	assert_true(warned(s, "'/bad'"));
}

static void a_missing_tree_is_told(void **state)
{
	struct state *s = *state;
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;

	s->built = true;
	assert_int_equal(kmt_build_scan(&s->build, &s->opts, &s->diag, &err), -ENOENT);
	assert_int_equal(err.kind, KMT_ERR_NOT_FOUND);
	assert_non_null(strstr(err.msg, TREE));
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(the_files_are_depmods),
		T(threads_change_nothing),
		T(a_symbol_prefix_is_left_out),
		T(one_file_for_each_name),
		T(a_cycle_costs_only_itself),
		T(two_cycles_are_two),
		T(what_cannot_be_listed_is_told),
		T(links_are_followed_once),
		T(other_directories_are_asked),
		T(named_files_are_all),
		T(needs_are_checked),
		T(builtins_are_listed),
		T(a_missing_tree_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
