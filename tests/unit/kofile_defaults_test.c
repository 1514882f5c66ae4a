/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The values of parameters before anything sets them, in an object file that the compiler made. */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <kmt/base/alloc.h>
#include <kmt/source/kofile.h>

#define OBJECT "tests/unit/defaults_object.o"

struct fixture {
	struct kmt_strbuf file;
	struct kmt_kofile *ko;
	struct kmt_arena arena;
	struct kmt_ko_defaults defaults;
};

static int setup(void **state)
{
	struct fixture *f = kmt_alloc(sizeof(*f));
	FILE *in = fopen(OBJECT, "rb");
	char part[4096];
	size_t n;

	assert_non_null(in);
	while ((n = fread(part, 1, sizeof(part), in)) > 0)
		kmt_strbuf_add(&f->file, part, n);
	fclose(in);
	f->ko = kmt_kofile_new();
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	kmt_ko_defaults_free(&f->defaults);
	kmt_arena_free(&f->arena);
	kmt_kofile_free(f->ko);
	kmt_strbuf_free(&f->file);
	free(f);
	return 0;
}

static int read_all(struct fixture *f)
{
	int r = kmt_kofile_open_buffer(f->ko, "object", f->file.s, f->file.len, NULL);

	return r < 0 ? r : kmt_kofile_param_defaults(f->ko, &f->arena, &f->defaults, NULL);
}

static const char *value(const struct fixture *f, const char *name)
{
	for (size_t i = 0; i < f->defaults.rows.n; i++)
		if (!strcmp(f->defaults.rows.v[i].name, name))
			return f->defaults.rows.v[i].value;
	return NULL;
}

static void values_are_shown_as_the_kernel_does(void **state)
{
	static const char *const want[][2] = {
		{"yes", "Y"}, {"no", "N"}, {"inverted", "N"}, {"bint", "-1"}, {"byte", "255"},
		{"small", "-32768"}, {"small_u", "65535"}, {"number", "-2147483647"}, {"zero", "0"},
		{"number_u", "4294967295"}, {"wide", "-5"}, {"wide_u", "5"},
		{"widest", "18446744073709551615"}, {"hex", "0x00001f"}, {"text", "two words"},
		{"no_text", "(null)"}, {"string", "in place"}, {"array", "3,-1,0,0"},
		{"array_of_two", "3,-1"}, {"array_of_texts", "a,(null)"}, {"checked", "7"},
	};
	struct fixture *f = *state;

	assert_int_equal(read_all(f), 0);
	for (size_t i = 0; i < KMT_ARRAY_SIZE(want); i++) {
		assert_non_null(value(f, want[i][0]));
		assert_string_equal(value(f, want[i][0]), want[i][1]);
	}
}

static void what_cannot_be_known_is_not_told(void **state)
{
	static const char *const unknown[] = {
		"array_of_none", "array_of_own", "own", "nowhere", "beyond", "endless"};
	struct fixture *f = *state;

	assert_int_equal(read_all(f), 0);
	for (size_t i = 0; i < KMT_ARRAY_SIZE(unknown); i++)
		assert_null(value(f, unknown[i]));
}

/* "module_param_cb(nx_huge_pages, &nx_huge_pages_ops, ...)" declares a bool and takes "auto", too. */
static void only_the_kernels_own_functions_are_standard(void **state)
{
	static const char *const own[] = {"checked", "own", "array_of_own"};
	struct fixture *f = *state;
	size_t n = 0;

	assert_int_equal(read_all(f), 0);
	for (size_t i = 0; i < f->defaults.rows.n; i++) {
		const struct kmt_ko_default *d = &f->defaults.rows.v[i];
		bool standard = true;

		for (size_t j = 0; j < KMT_ARRAY_SIZE(own); j++)
			standard = standard && strcmp(d->name, own[j]) != 0;
		assert_int_equal(d->standard_ops, standard);
		n++;
	}
	assert_int_equal(n, 27);
}

/* The object with relocations as 64-bit MIPS writes them, where the symbol is the first half of r_info. */
static void make_mips(struct kmt_strbuf *file)
{
	Elf64_Ehdr *header = (Elf64_Ehdr *)file->s;
	const Elf64_Shdr *section = (const Elf64_Shdr *)(file->s + header->e_shoff);

	header->e_machine = EM_MIPS;
	for (size_t i = 0; i < header->e_shnum; i++) {
		Elf64_Rela *rela = (Elf64_Rela *)(file->s + section[i].sh_offset);

		for (size_t j = 0; section[i].sh_type == SHT_RELA && j < section[i].sh_size / sizeof(*rela); j++)
			rela[j].r_info = rela[j].r_info >> 32 | rela[j].r_info << 32;
	}
}

static void relocations_of_64_bit_mips_are_read(void **state)
{
	struct fixture *f = *state;

	make_mips(&f->file);
	values_are_shown_as_the_kernel_does(state);
}

/* Every byte of the file, damaged: errors are fine, what is read stays inside. */
static void damage_does_no_harm(void **state)
{
	static const unsigned char patterns[] = {0x00, 0xff, 0x80};
	struct fixture *f = *state;
	size_t opened = 0;

	for (size_t at = 0; at < f->file.len; at++) {
		char old = f->file.s[at];

		for (size_t i = 0; i < sizeof(patterns); i++) {
			f->file.s[at] = (char)patterns[i];
			opened += read_all(f) == 0;
			kmt_arena_free(&f->arena);
		}
		f->file.s[at] = old;
	}
	assert_true(opened > f->file.len);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(values_are_shown_as_the_kernel_does, setup, teardown),
		cmocka_unit_test_setup_teardown(what_cannot_be_known_is_not_told, setup, teardown),
		cmocka_unit_test_setup_teardown(only_the_kernels_own_functions_are_standard, setup, teardown),
		UNIT_TEST_IF(sizeof(void *) == 8 && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
			     "only a little-endian 64-bit object can become one of MIPS",
			     relocations_of_64_bit_mips_are_read, setup, teardown),
		cmocka_unit_test_setup_teardown(damage_does_no_harm, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
