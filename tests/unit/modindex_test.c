/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The index files: what they say, in which order, and that damaged ones are refused, not believed. */
#include "fixture.h"
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <kmt/source/modindex.h>
#include <kmt/source/moduletree.h>

#define TREE "/lib/modules/6.1.0-test"

struct state {
	struct fixture f;
	struct kmt_modindex idx;
	struct kmt_diag diag;
	struct kmt_err err;
};

static int setup(void **state)
{
	struct state *s = kmt_alloc(sizeof(*s));

	fixture_init(&s->f);
	fixture_text(&s->f, TREE "/modules.builtin", "kernel/fs/ext-x.ko\nkernel/lib/crc.ko\n");
	*state = s;
	return 0;
}

static int teardown(void **state)
{
	struct state *s = *state;

	kmt_modindex_close(&s->idx);
	kmt_diag_clear(&s->diag);
	kmt_err_clear(&s->err);
	fixture_clear(&s->f);
	free(s);
	return 0;
}

static int open_tree(struct state *s, const char *dep)
{
	fixture_text(&s->f, TREE "/modules.dep", dep);
	return kmt_modindex_open(&s->idx, &s->f.root, "6.1.0-test", false, &s->diag, &s->err);
}

static void test_names_paths_dependencies(void **state)
{
	struct state *s = *state;
	const struct kmt_module *m;

	assert_int_equal(open_tree(s, "kernel/a/top-mod.ko.xz: kernel/b/mid.ko kernel/b/low-mod.ko\n"
				      "kernel/b/mid.ko:\tkernel/b/low-mod.ko \n"
				      "kernel/b/low-mod.ko:\n"
				      "/extra/out.ko: /nowhere/gone.ko\n"),
		0);
	m = kmt_modindex_find(&s->idx, "top-mod");
	assert_non_null(m);
	assert_ptr_equal(m, kmt_modindex_find(&s->idx, "top_mod"));
	assert_string_equal(m->name, "top_mod");
	assert_string_equal(m->path, TREE "/kernel/a/top-mod.ko.xz");
	assert_int_equal(m->n_deps, 2);
	assert_string_equal(m->deps[0]->name, "mid");
	assert_string_equal(m->deps[1]->name, "low_mod");
	assert_ptr_equal(m->deps[0]->deps[0], m->deps[1]);
	assert_int_equal(m->deps[1]->n_deps, 0);

	m = kmt_modindex_find(&s->idx, "out");
	assert_string_equal(m->path, "/extra/out.ko");
	assert_int_equal(m->n_deps, 1);
	assert_string_equal(m->deps[0]->path, "/nowhere/gone.ko");
	assert_ptr_equal(m->deps[0], kmt_modindex_find(&s->idx, "gone"));

	assert_null(kmt_modindex_find(&s->idx, "nothing"));
	assert_null(kmt_modindex_find(&s->idx, ""));
	assert_null(kmt_modindex_find(&s->idx, "kernel/b/mid"));
	assert_int_equal(kmt_modindex_count(&s->idx), 4);
	assert_string_equal(kmt_modindex_at(&s->idx, 0)->name, "top_mod");
	assert_string_equal(kmt_modindex_at(&s->idx, 3)->name, "out");
	assert_int_equal(kmt_modindex_count(&s->idx), 4);
	assert_int_equal(s->diag.n, 0);
}

static void test_builtins(void **state)
{
	struct state *s = *state;
	static const char info[] = "ext_x.description=A file system\0ext_x.file=fs/ext-x\0"
				   "other.parm=p:what\0nodot\0no_equals.here\0ext_x.license=GPL";
	struct kmt_builtin_fields fields = {0};
	const struct kmt_module *m;

	fixture_write(&s->f, TREE "/modules.builtin.modinfo", info, sizeof(info));
	assert_int_equal(open_tree(s, ""), 0);
	assert_int_equal(s->diag.n, 1); /* an empty modules.dep */
	m = kmt_modindex_find_builtin(&s->idx, "ext-x");
	assert_non_null(m);
	assert_true(m->builtin);
	assert_string_equal(m->path, "kernel/fs/ext-x.ko");
	assert_null(kmt_modindex_find(&s->idx, "ext-x"));
	/* Only modules.builtin.modinfo names it. */
	m = kmt_modindex_find_builtin(&s->idx, "other");
	assert_non_null(m);
	assert_true(m->builtin);
	assert_string_equal(m->path, "");
	assert_null(kmt_modindex_find_builtin(&s->idx, "nodot"));
	assert_null(kmt_modindex_find_builtin(&s->idx, "nosuch"));
	assert_int_equal(kmt_modindex_builtin_count(&s->idx), 2);

	assert_int_equal(kmt_modindex_builtin_fields(&s->idx, "ext-x", &fields, &s->err), 0);
	assert_int_equal(fields.rows.n, 3);
	assert_string_equal(fields.rows.v[0].key, "description");
	assert_string_equal(fields.rows.v[0].value, "A file system");
	assert_string_equal(fields.rows.v[2].value, "GPL");
	kmt_vec_free(&fields.rows);
	assert_int_equal(kmt_modindex_builtin_fields(&s->idx, NULL, &fields, &s->err), 0);
	assert_int_equal(fields.rows.n, 4);
	assert_string_equal(fields.rows.v[2].module, "other");
	kmt_vec_free(&fields.rows);
}

static void test_missing(void **state)
{
	struct state *s = *state;
	struct kmt_builtin_fields fields = {0};

	fixture_text(&s->f, "/lib/modules/6.2/modules.dep", "kernel/x.ko:\n");
	assert_int_equal(kmt_modindex_open(&s->idx, &s->f.root, "7.0", false, &s->diag, &s->err), -ENOENT);
	assert_int_equal(s->err.kind, KMT_ERR_NOT_FOUND);
	assert_non_null(strstr(s->err.msg, "/lib/modules/7.0"));
	assert_non_null(strstr(s->err.hint, "6.1.0-test, 6.2"));

	/* The tree is there, its index is not. */
	assert_int_equal(kmt_modindex_open(&s->idx, &s->f.root, "6.1.0-test", false, &s->diag, &s->err), -ENOENT);
	assert_int_equal(s->err.kind, KMT_ERR_FAILED);
	assert_non_null(strstr(s->err.msg, TREE "/modules.dep is missing"));
	assert_non_null(strstr(s->err.hint, "index"));

	/* No list of built-ins: a warning. */
	assert_int_equal(kmt_modindex_open(&s->idx, &s->f.root, "6.2", false, &s->diag, &s->err), 0);
	assert_int_equal(s->diag.n, 1);
	assert_non_null(kmt_modindex_find(&s->idx, "x"));
	assert_int_equal(kmt_modindex_builtin_fields(&s->idx, NULL, &fields, &s->err), -ENOENT);
}

#define NIXOS(system) "/run/" system "-system/kernel-modules/lib/modules/7.0"

/* Each row adds one file; the tree of 7.0 is then in DIR. */
static void test_places(void **state)
{
	static const struct {
		const char *file, *dir;
	} rows[] = {
		{"/etc/x", "/lib/modules/7.0"}, /* nowhere */
		{NIXOS("current") "/kernel/x.ko", NIXOS("current")},
		{NIXOS("booted") "/modules.dep", NIXOS("booted")},
		{"/usr/lib/modules/7.0/updates/x.ko", NIXOS("booted")}, /* a leftover */
		{"/usr/lib/modules/7.0/modules.order", "/usr/lib/modules/7.0"},
		{"/lib/modules/7.0/extra/x.ko", "/usr/lib/modules/7.0"},
		{"/lib/modules/7.0/modules.dep", "/lib/modules/7.0"},
	};
	struct state *s = *state;

	for (size_t i = 0; i < KMT_ARRAY_SIZE(rows); i++) {
		kmt_autofree char *dir = NULL;

		fixture_text(&s->f, rows[i].file, "");
		dir = kmt_moduletree_dir(&s->f.root, "7.0");
		assert_string_equal(dir, rows[i].dir);
	}
}

static void test_empty_place_hides_nothing(void **state)
{
	struct state *s = *state;
	kmt_autofree char *only = kmt_asprintf("%s/lib/modules/7.0/x", s->f.dir);
	struct kmt_strv versions = {0};

	fixture_text(&s->f, "/lib/modules/7.0/x", "");
	assert_int_equal(remove(only), 0);
	fixture_text(&s->f, "/usr/lib/modules/7.0/modules.dep", "kernel/x.ko:\n");
	fixture_text(&s->f, "/usr/lib/modules/6.0/modules.dep", "");
	assert_int_equal(kmt_modindex_open(&s->idx, &s->f.root, "7.0", false, &s->diag, &s->err), 0);
	assert_string_equal(kmt_modindex_find(&s->idx, "x")->path, "/usr/lib/modules/7.0/kernel/x.ko");

	assert_int_equal(kmt_moduletree_versions(&s->f.root, &versions), 0);
	assert_int_equal(versions.n, 3);
	assert_string_equal(versions.v[0], "6.0");
	assert_string_equal(versions.v[1], "6.1.0-test");
	assert_string_equal(versions.v[2], "7.0");
	kmt_root_list_free(&versions);
}

static void test_places_in_the_message(void **state)
{
	struct state *s = *state;
	kmt_autofree char *want = kmt_asprintf("no modules of kernel 9.9: there is no %s/lib/modules/9.9"
					       " or %s/usr/lib/modules/9.9",
		s->f.dir, s->f.dir);
	kmt_autofree char *nixos = kmt_asprintf(
		"%s or %s/run/current-system/kernel-modules/lib/modules/9.9", want, s->f.dir);

	assert_int_equal(kmt_modindex_open(&s->idx, &s->f.root, "9.9", false, &s->diag, &s->err), -ENOENT);
	assert_string_equal(s->err.msg, want);
	kmt_err_clear(&s->err);
	fixture_text(&s->f, NIXOS("current") "/modules.dep", "");
	assert_int_equal(kmt_modindex_open(&s->idx, &s->f.root, "9.9", false, &s->diag, &s->err), -ENOENT);
	assert_string_equal(s->err.msg, nixos);
}

static void test_versions_that_are_none(void **state)
{
	static const char *const bad[] = {"", ".", "..", "../../etc", "6.1/kernel"};
	struct state *s = *state;

	for (size_t i = 0; i < KMT_ARRAY_SIZE(bad); i++) {
		assert_int_equal(kmt_modindex_open(&s->idx, &s->f.root, bad[i], false, &s->diag, &s->err), -EINVAL);
		assert_int_equal(s->err.kind, KMT_ERR_USAGE);
	}
}

static void test_damaged_dep(void **state)
{
	static const struct {
		const char *text;
		size_t n;
		const char *says;
	} cases[] = {
		{"a.ko:\nb.k", 9, "line 2: it is cut short"},
		{"a.ko:\nno colon\n", 15, "line 2: it has no ':'"},
		{"a.ko: \0b.ko\n", 12, "NUL"},
	};
	struct state *s = *state;

	for (size_t i = 0; i < KMT_ARRAY_SIZE(cases); i++) {
		fixture_write(&s->f, TREE "/modules.dep", cases[i].text, cases[i].n);
		assert_int_equal(
			kmt_modindex_open(&s->idx, &s->f.root, "6.1.0-test", false, &s->diag, &s->err), -EBADMSG);
		assert_int_equal(s->err.kind, KMT_ERR_FAILED);
		assert_non_null(strstr(s->err.msg, TREE "/modules.dep is damaged"));
		assert_non_null(strstr(s->err.msg, cases[i].says));
		assert_non_null(strstr(s->err.hint, " index "));
	}
}

static void test_odd_lines(void **state)
{
	kmt_autostrbuf struct kmt_strbuf dep = KMT_STRBUF_INIT;
	struct state *s = *state;

	kmt_strbuf_addstr(&dep, "kernel/n\001ame.ko:\nkernel/.ko:\nkernel/twice.ko:\nother/twice.ko:\n\xff.ko:\n");
	for (int i = 0; i < 300; i++)
		kmt_strbuf_addc(&dep, 'x');
	/* A module may even need itself, or stand in a circle. */
	kmt_strbuf_addstr(&dep, ".ko:\nself.ko: self.ko\none.ko: two.ko\ntwo.ko: one.ko\n");
	assert_int_equal(open_tree(s, dep.s), 0);
	assert_int_equal(s->diag.n, 4);
	assert_string_equal(s->diag.items[0].origin.file, TREE "/modules.dep");
	assert_int_equal(s->diag.items[0].origin.line, 1);
	assert_int_equal(s->diag.items[1].origin.line, 2);
	assert_int_equal(s->diag.items[2].origin.line, 6);
	assert_non_null(strstr(s->diag.items[3].msg, "twice is listed twice"));
	assert_string_equal(kmt_modindex_find(&s->idx, "twice")->path, TREE "/kernel/twice.ko");
	assert_non_null(kmt_modindex_find(&s->idx, "\xff"));
	assert_ptr_equal(kmt_modindex_find(&s->idx, "self")->deps[0], kmt_modindex_find(&s->idx, "self"));
	assert_string_equal(kmt_modindex_find(&s->idx, "one")->deps[0]->deps[0]->name, "one");
	assert_int_equal(kmt_modindex_count(&s->idx), 5);
}

static void test_many(void **state)
{
	kmt_autostrbuf struct kmt_strbuf dep = KMT_STRBUF_INIT;
	struct state *s = *state;
	const struct kmt_module *m;

	/* kmod ends at 65535. A chain this long must not use up the stack either. */
	for (unsigned int i = 0; i < 70000; i++)
		kmt_strbuf_addf(&dep, "kernel/m%u.ko: kernel/m%u.ko\n", i, i + 1);
	assert_int_equal(open_tree(s, dep.s), 0);
	m = kmt_modindex_find(&s->idx, "m0");
	assert_non_null(m);
	for (unsigned int i = 0; i < 70000; i++)
		m = m->deps[0];
	assert_string_equal(m->name, "m70000");
	assert_int_equal(m->n_deps, 0);
	assert_int_equal(kmt_modindex_count(&s->idx), 70000);
}

static void match(struct state *s, const char *query, const char *want)
{
	kmt_autostrbuf struct kmt_strbuf got = KMT_STRBUF_INIT;
	struct kmt_index_matches m = {0};

	assert_int_equal(kmt_modindex_match(&s->idx, KMT_INDEX_ALIAS, query, &m, &s->err), 0);
	for (size_t i = 0; i < m.rows.n; i++)
		kmt_strbuf_addf(&got, "%s%s=%s", i ? " " : "", m.rows.v[i].pattern, m.rows.v[i].module);
	kmt_vec_free(&m.rows);
	assert_string_equal(kmt_strbuf_str(&got), want);
}

static void test_aliases(void **state)
{
	static const char *const pairs[] = {"pci:v1d*", "a", "pci:v1d2", "exact", "pci:*", "b", "fs_ext4", "ext4",
		"usb:v[0-4]p?", "range", "fs_ext4", "second", "*", "all", "ab", "ab", "abc", "abc", NULL};
	struct state *s = *state;
	kmt_autostrbuf struct kmt_strbuf trie = KMT_STRBUF_INIT;
	struct kmt_index_matches m = {0};

	trie_build(&trie, pairs, false);
	fixture_write(&s->f, TREE "/modules.alias.bin", trie.s, trie.len);
	assert_int_equal(open_tree(s, "a.ko:\n"), 0);
	/* By priority, which here is the position in the list. */
	match(s, "pci:v1d2", "pci:v1d*=a pci:v1d2=exact pci:*=b *=all");
	match(s, "pci:v1d3", "pci:v1d*=a pci:*=b *=all");
	match(s, "fs_ext4", "fs_ext4=ext4 fs_ext4=second *=all");
	match(s, "fs_ext", "*=all");
	match(s, "usb:v3pX", "usb:v[0-4]p?=range *=all");
	match(s, "usb:v5pX", "*=all");
	match(s, "", "*=all");
	match(s, "ab", "*=all ab=ab");
	match(s, "abcd", "*=all");

	assert_int_equal(kmt_modindex_match(&s->idx, KMT_INDEX_BUILTIN_ALIAS, "x", &m, &s->err), 0);
	assert_int_equal(m.rows.n, 0);
	assert_int_equal(kmt_modindex_match(&s->idx, KMT_INDEX_SYMBOLS, "symbol:x", &m, &s->err), -ENOENT);
	assert_int_equal(s->err.kind, KMT_ERR_FAILED);
	assert_non_null(strstr(s->err.msg, "modules.symbols.bin"));
}

/* Among equal priorities the one that libkmod's walk finds last comes first: wildcards in the order
 * '*', '?', '[', below each the longer keys before the shorter, the exact key at the end. */
static void test_equal_priorities(void **state)
{
	static const char *const pairs[] = {"a*", "star", "a?", "question", "a[b]", "bracket", "ab", "one", "ab",
		"two", "a*b", "longer", "*", "all", NULL};
	struct state *s = *state;
	kmt_autostrbuf struct kmt_strbuf trie = KMT_STRBUF_INIT;

	trie_build(&trie, pairs, true);
	fixture_write(&s->f, TREE "/modules.alias.bin", trie.s, trie.len);
	assert_int_equal(open_tree(s, "a.ko:\n"), 0);
	match(s, "ab", "ab=two ab=one a[b]=bracket a?=question a*=star a*b=longer *=all");
}

static int query(const void *data, size_t n)
{
	struct kmt_trie trie = {.data = data, .size = n};
	struct kmt_index_matches m = {0};
	struct kmt_arena arena = {0};
	int r = kmt_trie_match(&trie, "pci:v1d2", &arena, &m);

	if (r < 0)
		assert_int_equal(m.rows.n, 0);
	kmt_vec_free(&m.rows);
	kmt_arena_free(&arena);
	return r;
}

static void put(unsigned char *p, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		p[i] = (unsigned char)(v >> (24 - 8 * i));
}

static void test_damaged_tries(void **state)
{
	static const char *const pairs[] = {"pci:v1d*", "a", "pci:*", "b", "*", "c", NULL};
	kmt_autostrbuf struct kmt_strbuf trie = KMT_STRBUF_INIT;
	/* A root whose only child, '*', is itself. */
	unsigned char loop[26] = {[20] = '*', [21] = '*'};
	/* The same below 'p', 'c', 'i': the query leads round in a circle. */
	unsigned char values[32] = {0};

	trie_build(&trie, pairs, false);
	assert_int_equal(query(trie.s, trie.len), 0);
	/* Cut anywhere it is an error or finds less, and never reads beyond: the copy has no spare byte. */
	for (size_t n = 0; n < trie.len; n++) {
		kmt_autofree char *copy = kmt_realloc_array(NULL, n ? n : 1, 1);

		memcpy(copy, trie.s, n);
		(void)query(copy, n);
	}
	assert_int_equal(query(trie.s, 11), -EBADMSG);
	assert_int_equal(query(trie.s, 12), -EBADMSG);
	/* One bit wrong, anywhere. */
	for (size_t i = 0; i < trie.len * 8; i++) {
		trie.s[i / 8] ^= (char)(1 << i % 8);
		(void)query(trie.s, trie.len);
		trie.s[i / 8] ^= (char)(1 << i % 8);
	}

	put(loop, 0xB007F457u);
	put(loop + 4, 0x00020001u);
	put(loop + 8, 0x20000000u | 20);
	put(loop + 22, 0x20000000u | 20);
	assert_int_equal(query(loop, sizeof(loop)), -EBADMSG);
	loop[20] = loop[21] = 'p';
	assert_int_equal(query(loop, sizeof(loop)), 0); /* "ppp...": not what is asked for */
	put(loop + 4, 0x00010001u);
	assert_int_equal(query(loop, sizeof(loop)), -EBADMSG);

	/* Four milliards of values. */
	put(values, 0xB007F457u);
	put(values + 4, 0x00020001u);
	put(values + 8, 0x80000000u | 0x40000000u | 12);
	values[12] = '*';
	put(values + 14, UINT32_MAX);
	assert_int_equal(query(values, sizeof(values)), -EBADMSG);
	/* No root: an index without keys. */
	put(values + 8, 0);
	assert_int_equal(query(values, sizeof(values)), 0);
}

/* How many keys the trie has; negative if it is damaged. */
static int count_keys(const void *data, size_t n)
{
	struct kmt_trie trie = {.data = data, .size = n};
	struct kmt_index_matches m = {0};
	struct kmt_arena arena = {0};
	int r = kmt_trie_all(&trie, &arena, &m);

	r = r ? r : (int)m.rows.n;
	kmt_vec_free(&m.rows);
	kmt_arena_free(&arena);
	return r;
}

/* What depmod writes where there is nothing to index: no byte, or a root without parts behind the header. */
static void test_empty_tries(void **state)
{
	/* A root with the children '*' to ',', of which '*' is a node without parts far behind the end. */
	unsigned char trie[12 + 2 + 3 * 4] = {[12] = '*', [13] = ','};

	assert_int_equal(count_keys("", 0), 0);
	assert_int_equal(query("", 0), 0);
	put(trie, 0xB007F457u);
	put(trie + 4, 0x00020001u);
	put(trie + 8, 12);
	assert_int_equal(count_keys(trie, 12), 0);
	assert_int_equal(query(trie, 12), 0);
	put(trie + 8, 0x20000000u | 12);
	put(trie + 14, 0x00ffffffu);
	assert_int_equal(count_keys(trie, sizeof(trie)), 0);
	assert_int_equal(query(trie, sizeof(trie)), 0);
	/* With a flag there must be something. */
	put(trie + 14, 0x40ffffffu);
	assert_int_equal(count_keys(trie, sizeof(trie)), -EBADMSG);
	assert_int_equal(query(trie, sizeof(trie)), -EBADMSG);
	put(trie + 8, 0x40000000u | 12);
	assert_int_equal(count_keys(trie, 12), -EBADMSG);
}

/* A key that no line of a file could hold: the walk must not go down for ever. */
static void test_deep_trie(void **state)
{
	kmt_autofree char *key = kmt_alloc(6001);
	const char *pairs[] = {key, "deep", "pci:v1d2", "flat", NULL};
	kmt_autostrbuf struct kmt_strbuf trie = KMT_STRBUF_INIT;

	memset(key, '?', 6000);
	trie_build(&trie, pairs, false);
	assert_int_equal(query(trie.s, trie.len), -EBADMSG);
	key[4000] = '\0';
	kmt_strbuf_truncate(&trie, 0);
	trie_build(&trie, pairs, false);
	assert_int_equal(query(trie.s, trie.len), 0);
}

static void test_damaged_alias_index(void **state)
{
	struct state *s = *state;
	struct kmt_index_matches m = {0};

	fixture_text(&s->f, TREE "/modules.alias.bin", "not an index at all");
	assert_int_equal(open_tree(s, "a.ko:\n"), 0);
	assert_int_equal(kmt_modindex_match(&s->idx, KMT_INDEX_ALIAS, "a", &m, &s->err), -EBADMSG);
	assert_int_equal(s->err.kind, KMT_ERR_FAILED);
	assert_non_null(strstr(s->err.msg, TREE "/modules.alias.bin is damaged"));
	assert_non_null(strstr(s->err.hint, " index "));
}

static const char *const dep_pairs[] = {"top", "a/top.ko: b/mid.ko b/low-mod.ko", "mid", "b/mid.ko: b/low-mod.ko",
	"low_mod", "b/low-mod.ko:", "t?p", "a/pattern.ko:", NULL};

static int open_by_name(struct state *s, const char *dep, const char *const *pairs)
{
	kmt_autostrbuf struct kmt_strbuf trie = KMT_STRBUF_INIT;

	fixture_text(&s->f, TREE "/modules.dep", dep);
	trie_build(&trie, pairs, true);
	fixture_write(&s->f, TREE "/modules.dep.bin", trie.s, trie.len);
	return kmt_modindex_open(&s->idx, &s->f.root, "6.1.0-test", true, &s->diag, &s->err);
}

/* The text is another one here, so that it shows which of both was read. */
static void test_by_name(void **state)
{
	struct state *s = *state;
	const struct kmt_module *m, *gone;
	size_t at = 0;

	assert_int_equal(open_by_name(s, "no line\nc/mid.ko:\nc/last.ko:\n", dep_pairs), 0);
	m = kmt_modindex_find(&s->idx, "top");
	assert_string_equal(m->path, TREE "/a/top.ko");
	assert_int_equal(m->n_deps, 2);
	assert_ptr_equal(m->deps[0], kmt_modindex_find(&s->idx, "mid"));
	assert_ptr_equal(m->deps[0]->deps[0], m->deps[1]);
	assert_string_equal(m->deps[1]->path, TREE "/b/low-mod.ko");
	assert_null(kmt_modindex_find(&s->idx, "tip")); /* a pattern matches it */
	assert_null(kmt_modindex_find(&s->idx, "last"));
	gone = kmt_modindex_next(&s->idx, &at);
	assert_ptr_equal(gone, kmt_modindex_find(&s->idx, "mid"));
	assert_null(kmt_modindex_next(&s->idx, &at));
	assert_int_equal(s->diag.n, 0);
	assert_int_equal(kmt_modindex_count(&s->idx), 0); /* all of them: the text is damaged */
}

static void test_by_name_and_all(void **state)
{
	struct state *s = *state;
	const struct kmt_module *mid, *m;
	size_t at = 0;

	assert_int_equal(open_by_name(s, "b/mid.ko: b/low-mod.ko\nb/low-mod.ko:\nc/last.ko: b/mid.ko\n", dep_pairs), 0);
	mid = kmt_modindex_find(&s->idx, "mid");
	assert_ptr_equal(kmt_modindex_next(&s->idx, &at), mid);
	assert_int_equal(kmt_modindex_count(&s->idx), 3);
	assert_ptr_equal(kmt_modindex_at(&s->idx, 0), mid);
	m = kmt_modindex_at(&s->idx, 2);
	assert_string_equal(m->name, "last");
	assert_ptr_equal(m->deps[0], mid);
	assert_ptr_equal(kmt_modindex_at(&s->idx, 1), mid->deps[0]);
	assert_null(kmt_modindex_find(&s->idx, "top"));
}

static void test_by_name_is_the_text(void **state)
{
	static const char *const odd[] = {"mid", "no path", "low", "b/low.ko:", NULL};
	struct state *s = *state;
	const struct timespec times[] = {{.tv_sec = 1}, {.tv_sec = 1}};
	kmt_autofree char *path = kmt_asprintf("%s" TREE "/modules.dep.bin", s->f.dir);

	/* A line of the trie that is none. */
	assert_int_equal(open_by_name(s, "c/mid.ko:\n", odd), 0);
	assert_string_equal(kmt_modindex_find(&s->idx, "low")->path, TREE "/b/low.ko");
	assert_string_equal(kmt_modindex_find(&s->idx, "mid")->path, TREE "/c/mid.ko");
	kmt_modindex_close(&s->idx);
	/* No trie. */
	fixture_text(&s->f, TREE "/modules.dep.bin", "not a trie");
	assert_int_equal(kmt_modindex_open(&s->idx, &s->f.root, "6.1.0-test", true, &s->diag, &s->err), 0);
	assert_string_equal(kmt_modindex_find(&s->idx, "mid")->path, TREE "/c/mid.ko");
	kmt_modindex_close(&s->idx);
	/* A name that no trie has. */
	assert_int_equal(open_by_name(s, "c/m\xc3\xb6n.ko: c/mid.ko\nc/mid.ko:\n", dep_pairs), 0);
	assert_string_equal(kmt_modindex_find(&s->idx, "m\xc3\xb6n")->deps[0]->path, TREE "/c/mid.ko");
	kmt_modindex_close(&s->idx);
	/* An old one. */
	assert_int_equal(open_by_name(s, "c/mid.ko:\n", dep_pairs), 0);
	kmt_modindex_close(&s->idx);
	assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
	assert_int_equal(kmt_modindex_open(&s->idx, &s->f.root, "6.1.0-test", true, &s->diag, &s->err), 0);
	assert_string_equal(kmt_modindex_find(&s->idx, "mid")->path, TREE "/c/mid.ko");
	assert_null(kmt_modindex_find(&s->idx, "top"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_names_paths_dependencies, setup, teardown),
		cmocka_unit_test_setup_teardown(test_builtins, setup, teardown),
		cmocka_unit_test_setup_teardown(test_missing, setup, teardown),
		cmocka_unit_test_setup_teardown(test_places, setup, teardown),
		cmocka_unit_test_setup_teardown(test_empty_place_hides_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(test_places_in_the_message, setup, teardown),
		cmocka_unit_test_setup_teardown(test_versions_that_are_none, setup, teardown),
		cmocka_unit_test_setup_teardown(test_damaged_dep, setup, teardown),
		cmocka_unit_test_setup_teardown(test_odd_lines, setup, teardown),
		cmocka_unit_test_setup_teardown(test_many, setup, teardown),
		cmocka_unit_test_setup_teardown(test_aliases, setup, teardown),
		cmocka_unit_test_setup_teardown(test_equal_priorities, setup, teardown),
		cmocka_unit_test_setup_teardown(test_damaged_alias_index, setup, teardown),
		cmocka_unit_test_setup_teardown(test_by_name, setup, teardown),
		cmocka_unit_test_setup_teardown(test_by_name_and_all, setup, teardown),
		cmocka_unit_test_setup_teardown(test_by_name_is_the_text, setup, teardown),
		cmocka_unit_test(test_damaged_tries),
		cmocka_unit_test(test_empty_tries),
		cmocka_unit_test(test_deep_trie),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
