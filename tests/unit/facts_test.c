/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is read about a module file that did not load, and about the symbols that it missed. */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include <kmt/base/alloc.h>
#include <kmt/check/check.h>
#include <kmt/explain/facts.h>
#include "elf_fixture.h"
#include "fixture.h"

#define TREE "/lib/modules/6.1.0"

struct machine {
	struct fixture files;
	struct kmt_snapshot snap;
	struct kmt_plan plan;
	struct kmt_strv lines;
	struct kmt_arena arena;
	struct kmt_kofile_facts facts;
};

static void add_user(const struct fixture *f)
{
	static const char modinfo[] = "license=ABC\0vermagic=6.1.0 SMP \0depends=fixture";
	kmt_autostrbuf struct kmt_strbuf file = KMT_STRBUF_INIT;
	struct elf_fixture elf;

	elf_fixture_init(&elf, true, false, EM_X86_64);
	elf_fixture_add(&elf, ".modinfo", SHT_PROGBITS, modinfo, sizeof(modinfo));
	elf_fixture_write(&elf, &file);
	fixture_write(f, "/m/user.ko", file.s, file.len);
}

static void add_tree(const struct fixture *f)
{
	static const char *const symbols[] = {
		"symbol:fx_open", "fixture", "symbol:fx_secret", "fixture", NULL};
	kmt_autostrbuf struct kmt_strbuf file = KMT_STRBUF_INIT, trie = KMT_STRBUF_INIT;
	struct elf_fixture elf;

	fixture_text(f, TREE "/modules.dep", "kernel/fixture.ko:\n");
	trie_build(&trie, symbols, false);
	fixture_write(f, TREE "/modules.symbols.bin", trie.s, trie.len);
	elf_fixture_module(&elf, true, false, EM_X86_64);
	elf_fixture_write(&elf, &file);
	fixture_write(f, TREE "/kernel/fixture.ko", file.s, file.len);
}

static int setup(void **state)
{
	struct machine *m = kmt_alloc(sizeof(*m));

	fixture_init(&m->files);
	fixture_text(&m->files, "/proc/sys/kernel/osrelease", "6.1.0\n");
	fixture_text(&m->files, "/proc/modules", "");
	fixture_text(&m->files, "/proc/kallsyms",
		"0 r __ksymtab_in_core\n0 t fx_secret\n0 r __ksymtab_in_core_too\t[other]\n");
	add_user(&m->files);
	add_tree(&m->files);
	assert_int_equal(kmt_snapshot_take(&m->snap, &m->files.root, NULL,
				 KMT_SNAP_LOADED | KMT_SNAP_TREE, NULL, NULL),
		0);
	*state = m;
	return 0;
}

static int teardown(void **state)
{
	struct machine *m = *state;

	kmt_facts_free(&m->facts);
	kmt_vec_free(&m->lines);
	kmt_vec_free(&m->plan.steps);
	kmt_arena_free(&m->arena);
	kmt_snapshot_free(&m->snap);
	fixture_clear(&m->files);
	free(m);
	return 0;
}

static void plan_insert(struct machine *m, const char *module, const char *path)
{
	const struct kmt_step step = {.kind = KMT_STEP_INSERT, .module = module, .path = path};

	kmt_vec_push(&m->plan.steps, step);
}

/* Facts about the last step of the plan. */
static const struct kmt_kofile_facts *read_facts(struct machine *m)
{
	kmt_facts_read(&m->snap, &m->plan, m->plan.steps.n - 1, &m->lines, &m->arena, &m->facts);
	return &m->facts;
}

static void the_file_tells_about_itself(void **state)
{
	struct machine *m = *state;
	const struct kmt_kofile_facts *facts;

	plan_insert(m, "user", "/m/user.ko");
	facts = read_facts(m);
	assert_int_equal(facts->type, KMT_FILE_REGULAR);
	assert_true(facts->is_module);
	assert_false(facts->is_signed || facts->gpl_compatible);
	assert_string_equal(facts->license, "ABC");
	assert_string_equal(facts->vermagic, "6.1.0 SMP ");
	assert_int_equal(facts->compression, KMT_COMP_NONE);
	assert_int_equal(facts->symbols.n, 0);
}

static void what_is_no_module_has_a_type(void **state)
{
	static const struct {
		const char *path;
		enum kmt_file_type type;
	} files[] = {
		{"/m", KMT_FILE_DIRECTORY}, {"/m/empty.ko", KMT_FILE_EMPTY}, {"/m/none.ko", KMT_FILE_UNKNOWN},
		{"/m/text.ko", KMT_FILE_REGULAR}, {"/m/x.ko.xz", KMT_FILE_REGULAR},
	};
	struct machine *m = *state;

	fixture_text(&m->files, "/m/empty.ko", "");
	fixture_text(&m->files, "/m/text.ko", "no module\n");
	fixture_write(&m->files, "/m/x.ko.xz", "\xfd" "7zXZ\0broken", 12);
	for (size_t i = 0; i < KMT_ARRAY_SIZE(files); i++) {
		const struct kmt_kofile_facts *facts;

		plan_insert(m, "x", files[i].path);
		facts = read_facts(m);
		assert_int_equal(facts->type, files[i].type);
		assert_false(facts->is_module);
		assert_null(facts->license);
		assert_int_equal(facts->compression, i == 4 ? KMT_COMP_XZ : KMT_COMP_NONE);
	}
}

static void symbols_have_providers(void **state)
{
	struct machine *m = *state;
	const struct kmt_kofile_facts *facts;

	kmt_vec_push(&m->lines, "user: Unknown symbol fx_secret (err -2)");
	kmt_vec_push(&m->lines, "user: Unknown symbol in_core (err -2)");
	kmt_vec_push(&m->lines, "user: Unknown symbol fx_secret (err -2)");
	kmt_vec_push(&m->lines, "user: disagrees about version of symbol fx_open");
	kmt_vec_push(&m->lines, "other: Unknown symbol not_ours (err -2)");
	kmt_vec_push(&m->lines, "user: Unknown symbol in_core_ (err -2)");
	plan_insert(m, "user", "/m/user.ko");
	facts = read_facts(m);
	assert_int_equal(facts->symbols.n, 4);
	assert_string_equal(facts->symbols.v[0].provider, "fixture");
	assert_true(facts->symbols.v[0].gpl_only);
	assert_false(facts->symbols.v[0].provider_loaded || facts->symbols.v[0].in_kernel);
	assert_null(facts->symbols.v[1].provider);
	assert_true(facts->symbols.v[1].in_kernel);
	assert_string_equal(facts->symbols.v[2].name, "fx_open");
	assert_string_equal(facts->symbols.v[2].provider, "fixture");
	assert_false(facts->symbols.v[2].gpl_only);
	assert_string_equal(facts->symbols.v[3].name, "in_core_");
	assert_false(facts->symbols.v[3].in_kernel);
}

/* It was loaded by an earlier step of this run, and may be gone again by now. */
static void earlier_steps_count_as_loaded(void **state)
{
	struct machine *m = *state;

	kmt_vec_push(&m->lines, "user: Unknown symbol fx_secret (err -2)");
	plan_insert(m, "fixture", TREE "/kernel/fixture.ko");
	plan_insert(m, "user", "/m/user.ko");
	assert_true(read_facts(m)->symbols.v[0].provider_loaded);
}

static void symvers_stand_in_for_kallsyms(void **state)
{
	struct machine *m = *state;

	fixture_text(&m->files, TREE "/build/Module.symvers",
		"0x11\tcore_fn\tvmlinux\tEXPORT_SYMBOL_GPL\t\n0x12\tother_fn\tdrivers/x\tEXPORT_SYMBOL\t\n");
	kmt_vec_push(&m->lines, "user: Unknown symbol core_fn (err -2)");
	kmt_vec_push(&m->lines, "user: Unknown symbol other_fn (err -2)");
	plan_insert(m, "user", "/m/user.ko");
	assert_true(read_facts(m)->symbols.v[0].in_kernel);
	assert_false(m->facts.symbols.v[1].in_kernel);
}

static void licences_are_the_kernels(void **state)
{
	assert_true(kmt_license_is_gpl("GPL"));
	assert_true(kmt_license_is_gpl("GPL v2"));
	assert_true(kmt_license_is_gpl("Dual BSD/GPL"));
	assert_false(kmt_license_is_gpl("GPLv2"));
	assert_false(kmt_license_is_gpl("BSD"));
	assert_false(kmt_license_is_gpl(""));
}

#define TEST(t) cmocka_unit_test_setup_teardown(t, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_file_tells_about_itself),
		TEST(what_is_no_module_has_a_type),
		TEST(symbols_have_providers),
		TEST(earlier_steps_count_as_loaded),
		TEST(symvers_stand_in_for_kallsyms),
		cmocka_unit_test(licences_are_the_kernels),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
