/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who has the symbols that a module needs, and what the columns say of those that it exports. */
#include "unit.h"

#include <string.h>

#include <kmt/out/symbols.h>
#include "elf_fixture.h"
#include "elf_words.h"
#include "fixture.h"

#define TREE "/lib/modules/6.1.0"

struct machine {
	struct fixture files;
	struct kmt_snapshot snap;
	struct kmt_kernel_exports kernel;
	struct kmt_kofile *ko;
	struct kmt_symlist list;
};

static void add_user(const struct fixture *f)
{
	static const char *const words[] = {"import:printk", "import:fx_open", "import:vendor_call",
		"import:lost", "weak:maybe", "import:kfree", "license=GPL", NULL};
	kmt_autostrbuf struct kmt_strbuf file = KMT_STRBUF_INIT;

	elf_words(words, &file);
	fixture_write(f, "/m/user.ko", file.s, file.len);
}

static void add_tree(const struct fixture *f, bool kernel)
{
	/* printk is the image's: an index may list it all the same. */
	const char *symbols[] = {"symbol:fx_open", "fixture", kernel ? "symbol:printk" : NULL, "fixture", NULL};
	kmt_autostrbuf struct kmt_strbuf file = KMT_STRBUF_INIT, trie = KMT_STRBUF_INIT;
	struct elf_fixture elf;

	fixture_text(f, TREE "/modules.dep", "kernel/fixture.ko:\n");
	trie_build(&trie, symbols, false);
	fixture_write(f, TREE "/modules.symbols.bin", trie.s, trie.len);
	elf_fixture_module(&elf, true, false, EM_X86_64);
	elf_fixture_write(&elf, &file);
	fixture_write(f, TREE "/kernel/fixture.ko", file.s, file.len);
}

static void open_machine(struct machine *m, bool kernel)
{
	*m = (struct machine){0};
	fixture_init(&m->files);
	fixture_text(&m->files, "/proc/sys/kernel/osrelease", "6.1.0\n");
	fixture_text(&m->files, "/proc/modules", "fixture 1 0 - Live 0x0\n");
	if (kernel) {
		fixture_text(&m->files, "/proc/kallsyms",
			"0 T lost\n0 r __ksymtab_printk\n0 r __ksymtab_vendor_call\t[vendor]\n0 r __ksymtab_");
		fixture_text(&m->files, TREE "/build/Module.symvers",
			"0x1\tkfree\tvmlinux\tEXPORT_SYMBOL_GPL\tMM\n0x2\tlost\tdrivers/x\tEXPORT_SYMBOL\t\n");
	}
	add_user(&m->files);
	add_tree(&m->files, kernel);
	assert_int_equal(kmt_snapshot_take(&m->snap, &m->files.root, NULL,
				 KMT_SNAP_LOADED | KMT_SNAP_TREE, NULL, NULL),
		0);
	kmt_kernel_exports_read(&m->snap, true, &m->kernel);
	m->ko = kmt_kofile_new();
}

static void close_machine(struct machine *m)
{
	kmt_symlist_free(&m->list);
	kmt_kofile_free(m->ko);
	kmt_kernel_exports_free(&m->kernel);
	kmt_snapshot_free(&m->snap);
	fixture_clear(&m->files);
}

static void read_list(struct machine *m, const char *path)
{
	assert_int_equal(kmt_kofile_open(m->ko, &m->files.root, path, NULL), 0);
	assert_int_equal(kmt_symlist_read(m->ko, &m->snap, &m->kernel.by_name, NULL, &m->list, NULL), 0);
}

static void check_needed(const struct machine *m, size_t i, const char *name, enum kmt_symbol_state state,
	const char *from)
{
	assert_string_equal(m->list.needed.v[i].name, name);
	assert_int_equal(m->list.needed.v[i].state, state);
	assert_string_equal(kmt_symbol_from(&m->list.needed.v[i]), from);
}

static void providers_are_found(void **state)
{
	struct machine m;

	open_machine(&m, true);
	read_list(&m, "/m/user.ko");
	assert_int_equal(m.list.exported.n, 0);
	assert_int_equal(m.list.needed.n, 6);
	check_needed(&m, 0, "lost", KMT_SYMBOL_UNRESOLVED, "(missing)");
	check_needed(&m, 1, "maybe", KMT_SYMBOL_WEAK, "(optional)");
	check_needed(&m, 2, "fx_open", KMT_SYMBOL_IN_MODULE, "fixture");
	assert_non_null(m.list.needed.v[2].module);
	/* Not of the tree, but loaded. */
	check_needed(&m, 3, "vendor_call", KMT_SYMBOL_IN_MODULE, "vendor");
	assert_null(m.list.needed.v[3].module);
	check_needed(&m, 4, "kfree", KMT_SYMBOL_IN_KERNEL, "vmlinux");
	assert_true(m.list.needed.v[4].terms.known && m.list.needed.v[4].terms.gpl);
	assert_string_equal(m.list.needed.v[4].terms.ns, "MM");
	check_needed(&m, 5, "printk", KMT_SYMBOL_IN_KERNEL, "vmlinux");
	assert_false(m.list.needed.v[5].terms.known);
	close_machine(&m);
}

static void what_nothing_tells_of_is_not_called_missing(void **state)
{
	struct machine m;

	open_machine(&m, false);
	read_list(&m, "/m/user.ko");
	check_needed(&m, 0, "fx_open", KMT_SYMBOL_IN_MODULE, "fixture");
	check_needed(&m, 1, "kfree", KMT_SYMBOL_NOT_KNOWN, "(no module)");
	close_machine(&m);
}

static const char *cell(struct machine *m, const void *row, const char *name)
{
	struct kmt_cell out = {0};

	for (const struct kmt_column *c = kmt_symbol_columns; c->name; c++)
		if (!strcmp(c->name, name))
			c->get(row, &m->snap, &out);
	return out.s ? out.s : "-";
}

static void columns_say_it(void **state)
{
	struct machine m;
	const struct kmt_symbol_row *row;

	open_machine(&m, true);
	read_list(&m, TREE "/kernel/fixture.ko");
	assert_int_equal(m.list.exported.n, 2);
	row = &m.list.exported.v[0];
	assert_string_equal(cell(&m, row, "symbol"), "fx_open");
	assert_string_equal(cell(&m, row, "terms"), "any");
	assert_string_equal(cell(&m, row, "namespace"), "-");
	assert_string_equal(cell(&m, row, "provider"), "-");
	assert_string_equal(cell(&m, row, "crc"), "0x11223344");
	row = &m.list.exported.v[1];
	assert_string_equal(cell(&m, row, "terms"), "GPL only");
	assert_string_equal(cell(&m, row, "namespace"), "NET");
	assert_string_equal(cell(&m, &m.list.needed.v[0], "crc"), "-");
	close_machine(&m);
	open_machine(&m, true);
	read_list(&m, "/m/user.ko");
	assert_string_equal(cell(&m, &m.list.needed.v[2], "state"), "live");
	assert_string_equal(cell(&m, &m.list.needed.v[2], "module"), "fixture");
	assert_string_equal(cell(&m, &m.list.needed.v[4], "state"), "-");
	assert_string_equal(cell(&m, &m.list.needed.v[4], "module"), "-");
	close_machine(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(providers_are_found),
		cmocka_unit_test(what_nothing_tells_of_is_not_called_missing),
		cmocka_unit_test(columns_say_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
