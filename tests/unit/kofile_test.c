/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <kmt/base/alloc.h>
#include <kmt/source/kofile.h>
#include "elf_fixture.h"

#define BIG_FILE (100 << 10) /* larger than what is read at once */

static const struct {
	bool is64, big;
	uint16_t machine;
} kinds[] = {
	{true, false, EM_X86_64},
	{false, false, EM_ARM},
	{true, true, EM_S390},
	{false, true, EM_PPC},
};

struct fixture {
	char dir[64];
	struct kmt_root root;
	struct kmt_kofile *ko;
	struct kmt_strbuf file;
};

static int setup(void **state)
{
	struct fixture *x = kmt_alloc(sizeof(*x));

	strcpy(x->dir, "kofile_test.XXXXXX");
	if (!mkdtemp(x->dir) || kmt_root_open(&x->root, x->dir, NULL) < 0)
		return -1;
	x->ko = kmt_kofile_new();
	*state = x;
	return 0;
}

static void in_dir(const struct fixture *x, const char *name, char *out)
{
	snprintf(out, 128, "%s/%s", x->dir, name);
}

static int teardown(void **state)
{
	static const char *const names[] = {"m.ko", "fifo.ko", "dir.ko"};
	struct fixture *x = *state;

	for (size_t i = 0; i < KMT_ARRAY_SIZE(names); i++) {
		char path[128];

		in_dir(x, names[i], path);
		remove(path);
	}
	rmdir(x->dir);
	kmt_kofile_free(x->ko);
	kmt_root_close(&x->root);
	kmt_strbuf_free(&x->file);
	free(x);
	return 0;
}

static void write_file(const struct fixture *x, const char *name, const void *data, size_t n)
{
	char path[128];
	FILE *f;

	in_dir(x, name, path);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_int_equal(fwrite(data, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
}

static void check_modinfo(struct kmt_kofile *ko)
{
	struct kmt_modinfo m = {0};
	const unsigned char *id;
	size_t n;

	assert_int_equal(kmt_kofile_modinfo(ko, &m, NULL), 0);
	assert_int_equal(m.fields.n, 10);
	assert_string_equal(kmt_modinfo_get(&m, "license"), "GPL");
	assert_string_equal(kmt_modinfo_get(&m, "vermagic"), "1.2.3 SMP mod_unload ");
	assert_string_equal(kmt_modinfo_get(&m, "nothing"), "");
	kmt_modinfo_free(&m);
	assert_int_equal(kmt_kofile_build_id(ko, &id, &n, NULL), 0);
	assert_int_equal(n, 5);
	assert_memory_equal(id, "\1\2\3\4\xff", 5);
}

/* The symbols that a module was built against. */
struct versions {
	KMT_VEC(struct {
		const char *name;
		uint32_t crc;
	}) rows;
	struct kmt_arena arena;
};

static void take_version(void *ctx, enum kmt_ko_name kind, const char *name, size_t len, uint32_t crc)
{
	struct versions *v = ctx;

	if (kind != KMT_KO_NAME_VERSION)
		return;
	kmt_vec_push(&v->rows, (__typeof__(*v->rows.v)){kmt_arena_strndup(&v->arena, name, len), crc});
}

static int read_versions(struct kmt_kofile *ko, struct versions *v)
{
	*v = (struct versions){0};
	return kmt_kofile_names(ko, true, take_version, v, NULL);
}

static void versions_free(struct versions *v)
{
	kmt_vec_free(&v->rows);
	kmt_arena_free(&v->arena);
}

static void check_symbols(struct kmt_kofile *ko)
{
	struct versions versions;
	struct kmt_ko_symbols symbols = {0};
	struct kmt_arena arena = {0};

	assert_int_equal(read_versions(ko, &versions), 0);
	assert_int_equal(versions.rows.n, 2);
	assert_string_equal(versions.rows.v[1].name, "printk");
	assert_int_equal(versions.rows.v[1].crc, 0xa0b0c0d1);

	assert_int_equal(kmt_kofile_symbols(ko, &arena, &symbols, NULL), 0);
	assert_int_equal(symbols.rows.n, 4);
	assert_string_equal(symbols.rows.v[0].name, "fx_open");
	assert_false(symbols.rows.v[0].gpl);
	assert_null(symbols.rows.v[0].ns);
	assert_true(symbols.rows.v[0].has_crc);
	assert_int_equal(symbols.rows.v[0].crc, 0x11223344);
	assert_string_equal(symbols.rows.v[1].name, "fx_secret");
	assert_true(symbols.rows.v[1].gpl);
	assert_string_equal(symbols.rows.v[1].ns, "NET");
	assert_int_equal(symbols.rows.v[1].crc, 0x55667788);
	assert_true(symbols.rows.v[2].undefined);
	assert_false(symbols.rows.v[2].weak);
	assert_string_equal(symbols.rows.v[3].name, "maybe_there");
	assert_true(symbols.rows.v[3].weak);
	versions_free(&versions);
	kmt_ko_symbols_free(&symbols);
	kmt_arena_free(&arena);
}

static void check_sections(struct kmt_kofile *ko)
{
	struct kmt_ko_sections sections = {0};
	struct kmt_arena arena = {0};
	const struct kmt_ko_section *s;
	bool found = false;

	kmt_kofile_sections(ko, &arena, &sections);
	kmt_vec_foreach (s, &sections.rows) {
		assert_int_not_equal(*s->name, 0);
		if (strcmp(s->name, ".bss"))
			continue;
		found = true;
		assert_true(s->alloc && s->write && s->nobits && !s->exec);
		assert_int_equal(s->size, 4096);
	}
	assert_true(found);
	kmt_ko_sections_free(&sections);
	kmt_arena_free(&arena);
}

static void add_name(void *ctx, enum kmt_ko_name kind, const char *name, size_t len, uint32_t crc)
{
	kmt_strbuf_addf(ctx, "%d %.*s %x\n", (int)kind, (int)len, name, crc);
}

/* At any address: symbols that are not aligned are decoded elsewhere. */
static void check_names(struct kmt_kofile *ko, const struct kmt_strbuf *file)
{
	static const char want[] = "0 fx_open 11223344\n0 fx_secret 55667788\n1 printk 0\n2 maybe_there 0\n"
				   "3 module_layout a0b0c0d0\n3 printk a0b0c0d1\n";
	kmt_autofree char *copy = kmt_alloc(file->len + 8);

	for (size_t shift = 0; shift < 8; shift++) {
		kmt_autostrbuf struct kmt_strbuf names = KMT_STRBUF_INIT;

		memcpy(copy + shift, file->s, file->len);
		assert_int_equal(kmt_kofile_open_buffer(ko, "m.ko", copy + shift, file->len, NULL), 0);
		assert_int_equal(kmt_kofile_names(ko, true, add_name, &names, NULL), 0);
		assert_string_equal(kmt_strbuf_str(&names), want);
	}
}

/* Since 7.0: one table, with a byte of flags for each of its entries, here of 12 bytes. */
static void gpl_only_by_flag(void **state)
{
	static const struct {
		const char *flags;
		size_t n;
		bool gpl[3];
	} tables[] = {
		{"\0\1\3", 3, {false, true, true}},
		{"\1\0\2", 3, {true, false, false}},
		{"", 0, {false, false, false}},
	};
	struct fixture *x = *state;

	for (size_t i = 0; i < KMT_ARRAY_SIZE(tables); i++) {
		kmt_autostrbuf struct kmt_strbuf file = KMT_STRBUF_INIT;
		struct kmt_ko_symbols symbols = {0};
		struct kmt_arena arena = {0};
		struct elf_fixture f;
		size_t table;

		elf_fixture_init(&f, true, false, EM_X86_64);
		table = elf_fixture_add(&f, "__ksymtab", SHT_PROGBITS, (char[36]){0}, 36);
		elf_fixture_add(&f, "__kflagstab", SHT_PROGBITS, tables[i].flags, tables[i].n);
		elf_fixture_symbol(&f, "__ksymtab_a", STB_LOCAL, table, 0);
		elf_fixture_symbol(&f, "__ksymtab_b", STB_LOCAL, table, 12);
		elf_fixture_symbol(&f, "__ksymtab_c", STB_LOCAL, table, 24);
		elf_fixture_write(&f, &file);
		assert_int_equal(kmt_kofile_open_buffer(x->ko, "m.ko", file.s, file.len, NULL), 0);
		assert_int_equal(kmt_kofile_symbols(x->ko, &arena, &symbols, NULL), 0);
		assert_int_equal(symbols.rows.n, 3);
		for (size_t j = 0; j < 3; j++)
			assert_int_equal(symbols.rows.v[j].gpl, tables[i].gpl[j]);
		kmt_ko_symbols_free(&symbols);
		kmt_arena_free(&arena);
	}
}

static void every_class_and_byte_order(void **state)
{
	struct fixture *x = *state;

	for (size_t i = 0; i < KMT_ARRAY_SIZE(kinds); i++) {
		struct elf_fixture f;

		size_t bss;

		elf_fixture_module(&f, kinds[i].is64, kinds[i].big, kinds[i].machine);
		bss = elf_fixture_add(&f, ".bss", SHT_NOBITS, "", 0);
		f.sections[bss].flags = SHF_ALLOC | SHF_WRITE;
		f.sections[bss].claim_size = 4096;
		elf_fixture_write(&f, &x->file);
		assert_int_equal(
			kmt_kofile_open_buffer(x->ko, "m.ko", x->file.s, x->file.len, NULL), 0);
		assert_int_equal(kmt_kofile_class(x->ko), kinds[i].is64 ? ELFCLASS64 : ELFCLASS32);
		assert_int_equal(
			kmt_kofile_encoding(x->ko), kinds[i].big ? ELFDATA2MSB : ELFDATA2LSB);
		assert_int_equal(kmt_kofile_machine(x->ko), kinds[i].machine);
		assert_int_equal(kmt_kofile_compression(x->ko), KMT_COMP_NONE);
		assert_true(kmt_kofile_has_section(x->ko, "__ksymtab_gpl"));
		assert_false(kmt_kofile_has_section(x->ko, "__ksymtab_gp"));
		check_modinfo(x->ko);
		check_symbols(x->ko);
		check_sections(x->ko);
		check_names(x->ko, &x->file);
	}
}

static void extended_versions_win(void **state)
{
	static const char names[] =
		"a_very_long_name_of_a_symbol_that_needs_more_than_sixty_bytes_to_fit\0b";
	struct fixture *x = *state;
	struct versions versions;
	struct elf_fixture f;
	size_t crcs;

	elf_fixture_module(&f, true, true, EM_S390);
	crcs = elf_fixture_add(&f, "__version_ext_crcs", SHT_PROGBITS, NULL, 0);
	for (uint32_t i = 1; i <= 3; i++)
		elf_fixture_u32(&f, &f.sections[crcs].data, i);
	elf_fixture_add(&f, "__version_ext_names", SHT_PROGBITS, names, sizeof(names));
	elf_fixture_write(&f, &x->file);
	assert_int_equal(kmt_kofile_open_buffer(x->ko, "m.ko", x->file.s, x->file.len, NULL), 0);
	assert_int_equal(read_versions(x->ko, &versions), 0);
	assert_int_equal(versions.rows.n, 2); /* there are only two names */
	assert_string_equal(versions.rows.v[0].name, names);
	assert_int_equal(versions.rows.v[0].crc, 1);
	assert_string_equal(versions.rows.v[1].name, "b");
	assert_int_equal(versions.rows.v[1].crc, 2);
	versions_free(&versions);
}

/* The same two rows in both formats; and a CRC without a name, which the kernel refuses. */
static void either_format_of_versions(void **state)
{
	static const char names[] = "module_layout\0_printk";
	struct fixture *x = *state;

	for (size_t i = 0; i < 2 * KMT_ARRAY_SIZE(kinds); i++) {
		kmt_autoerr struct kmt_err err = KMT_ERR_INIT;
		struct versions old = {0}, extended = {0};
		size_t kind = i / 2, crcs;
		struct elf_fixture f;

		elf_fixture_module(&f, kinds[kind].is64, kinds[kind].big, kinds[kind].machine);
		elf_fixture_write(&f, &x->file);
		assert_int_equal(kmt_kofile_open_buffer(x->ko, "m.ko", x->file.s, x->file.len, NULL), 0);
		assert_int_equal(kmt_kofile_version_rows(x->ko, true, take_version, &extended, &err), 0);
		assert_int_equal(extended.rows.n, 0);
		assert_int_equal(kmt_kofile_version_rows(x->ko, false, take_version, &old, &err), 0);
		assert_true(old.rows.n > 0);
		elf_fixture_init(&f, kinds[kind].is64, kinds[kind].big, kinds[kind].machine);
		crcs = elf_fixture_add(&f, "__version_ext_crcs", SHT_PROGBITS, NULL, 0);
		elf_fixture_u32(&f, &f.sections[crcs].data, 0x12345678);
		elf_fixture_u32(&f, &f.sections[crcs].data, 0x9abcdef0);
		if (i % 2)
			elf_fixture_u32(&f, &f.sections[crcs].data, 3);
		elf_fixture_add(&f, "__version_ext_names", SHT_PROGBITS, names, sizeof(names));
		elf_fixture_write(&f, &x->file);
		assert_int_equal(kmt_kofile_open_buffer(x->ko, "m.ko", x->file.s, x->file.len, NULL), 0);
		assert_int_equal(kmt_kofile_version_rows(x->ko, true, take_version, &extended, &err),
			i % 2 ? -ENOEXEC : 0);
		assert_int_equal(extended.rows.n, 2);
		assert_string_equal(extended.rows.v[1].name, "_printk");
		assert_int_equal(extended.rows.v[1].crc, 0x9abcdef0);
		versions_free(&old);
		versions_free(&extended);
	}
}

/* What is far from the start is read on its own. */
static void large_files_are_read_in_pieces(void **state)
{
	struct fixture *x = *state;
	char *filler = kmt_alloc(BIG_FILE);

	for (size_t i = 0; i < KMT_ARRAY_SIZE(kinds); i++) {
		struct elf_fixture f;

		elf_fixture_init(&f, kinds[i].is64, kinds[i].big, kinds[i].machine);
		elf_fixture_add(&f, ".text", SHT_PROGBITS, filler, BIG_FILE);
		elf_fixture_add(
			&f, ".modinfo", SHT_PROGBITS, "name=big", 8); /* no NUL at its end */
		elf_fixture_add(&f, ".data", SHT_PROGBITS, filler, BIG_FILE);
		elf_fixture_write(&f, &x->file);
		write_file(x, "m.ko", x->file.s, x->file.len);
		for (int again = 0; again < 2; again++) {
			struct kmt_modinfo m = {0};

			assert_int_equal(kmt_kofile_open(x->ko, &x->root, "/m.ko", NULL), 0);
			assert_int_equal(kmt_kofile_modinfo(x->ko, &m, NULL), 0);
			assert_string_equal(kmt_modinfo_get(&m, "name"), "big");
			kmt_modinfo_free(&m);
		}
	}
	free(filler);
}

static void assert_refused(struct fixture *x, int errnum, const char *word)
{
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;

	assert_int_equal(kmt_kofile_open(x->ko, &x->root, "/m.ko", &err), -errnum);
	assert_non_null(strstr(err.msg, x->dir));
	assert_non_null(strstr(err.msg, "/m.ko: "));
	assert_non_null(strstr(err.msg, word));
}

static void what_is_no_module_is_refused(void **state)
{
	struct fixture *x = *state;
	struct elf_fixture f;

	write_file(x, "m.ko", "", 0);
	assert_refused(x, ENOEXEC, "empty");
	write_file(x, "m.ko",
		"\x7f"
		"ELF",
		4);
	assert_refused(x, ENOEXEC, "too short");
	write_file(x, "m.ko", "#!/bin/sh\necho no module\n", 25);
	assert_refused(x, ENOEXEC, "not an ELF file");

	elf_fixture_module(&f, true, false, EM_X86_64);
	elf_fixture_write(&f, &x->file);
	x->file.s[EI_CLASS] = 3;
	write_file(x, "m.ko", x->file.s, x->file.len);
	assert_refused(x, ENOEXEC, "class");
	x->file.s[EI_CLASS] = ELFCLASS64;
	x->file.s[EI_DATA] = 0;
	write_file(x, "m.ko", x->file.s, x->file.len);
	assert_refused(x, ENOEXEC, "byte order");
	x->file.s[EI_DATA] = ELFDATA2LSB;
	x->file.s[offsetof(Elf64_Ehdr, e_type)] = ET_EXEC;
	write_file(x, "m.ko", x->file.s, x->file.len);
	assert_refused(x, ENOEXEC, "relocatable");
	x->file.s[offsetof(Elf64_Ehdr, e_type)] = ET_REL;
	memset(x->file.s + offsetof(Elf64_Ehdr, e_shoff), 0xff, 8);
	write_file(x, "m.ko", x->file.s, x->file.len);
	assert_refused(x, ENOEXEC, "section table");
}

static void what_is_no_file_is_refused(void **state)
{
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;
	struct fixture *x = *state;
	char path[128];

	in_dir(x, "fifo.ko", path);
	assert_int_equal(mkfifo(path, 0600), 0);
	in_dir(x, "dir.ko", path);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(kmt_kofile_open(x->ko, &x->root, "/fifo.ko", NULL), -EINVAL);
	assert_int_equal(kmt_kofile_open(x->ko, &x->root, "/dir.ko", &err), -EINVAL);
	assert_non_null(strstr(err.msg, "not a regular file"));
	assert_int_equal(kmt_kofile_open(x->ko, &x->root, "/absent.ko", &err), -ENOENT);
	assert_int_equal(err.kind, KMT_ERR_NOT_FOUND);
}

/* Every function either works or fails on whatever opens; sanitizers watch it. */
static void read_everything(struct kmt_kofile *ko)
{
	struct versions versions;
	struct kmt_ko_symbols symbols = {0};
	struct kmt_modinfo modinfo = {0};
	struct kmt_ko_sigblob blob;
	struct kmt_arena arena = {0};
	const unsigned char *id;
	size_t n;

	kmt_kofile_modinfo(ko, &modinfo, NULL);
	kmt_kofile_build_id(ko, &id, &n, NULL);
	read_versions(ko, &versions);
	kmt_kofile_symbols(ko, &arena, &symbols, NULL);
	kmt_kofile_sigblob(ko, &blob, NULL);
	kmt_modinfo_free(&modinfo);
	versions_free(&versions);
	kmt_ko_symbols_free(&symbols);
	kmt_arena_free(&arena);
}

static void truncated_files_fail(void **state)
{
	struct fixture *x = *state;
	struct elf_fixture f;

	elf_fixture_module(&f, true, false, EM_X86_64);
	elf_fixture_write(&f, &x->file);
	for (size_t n = 0; n < x->file.len; n++) {
		kmt_autofree char *copy = malloc(n + 1); /* so that ASan knows where it ends */

		memcpy(copy, x->file.s, n);
		assert_int_not_equal(kmt_kofile_open_buffer(x->ko, "m.ko", copy, n, NULL), 0);
	}
}

static void damaged_bytes_are_survived(void **state)
{
	struct fixture *x = *state;

	for (size_t kind = 0; kind < KMT_ARRAY_SIZE(kinds); kind++) {
		struct elf_fixture f;

		elf_fixture_module(&f, kinds[kind].is64, kinds[kind].big, kinds[kind].machine);
		elf_fixture_write(&f, &x->file);
		for (size_t i = 0; i < x->file.len; i++) {
			char was = x->file.s[i];

			for (int v = 0; v < 4; v++) {
				x->file.s[i] = (char[]){'\0', '\xff', '\x7f', (char)(was + 1)}[v];
				if (!kmt_kofile_open_buffer(
					    x->ko, "m.ko", x->file.s, x->file.len, NULL))
					read_everything(x->ko);
			}
			x->file.s[i] = was;
		}
	}
}

/* A section that claims 4 GiB is refused before anything is allocated for it, even in a file that
 * is as large as that (which a file system with holes makes cheap). */
static void huge_claims_are_refused(void **state)
{
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;
	struct fixture *x = *state;
	struct kmt_modinfo m = {0};
	struct elf_fixture f;
	char path[128];

	elf_fixture_init(&f, true, false, EM_X86_64);
	f.sections[elf_fixture_add(&f, ".modinfo", SHT_PROGBITS, "name=x", 7)].claim_size = 1ull
											    << 32;
	elf_fixture_write(&f, &x->file);
	write_file(x, "m.ko", x->file.s, x->file.len);
	assert_int_equal(kmt_kofile_open(x->ko, &x->root, "/m.ko", NULL), 0);
	assert_int_equal(kmt_kofile_modinfo(x->ko, &m, &err), -ENOEXEC);
	assert_non_null(strstr(err.msg, "truncated or damaged: .modinfo"));
	kmt_err_clear(&err);

	in_dir(x, "m.ko", path);
	if (truncate(path, (off_t)1 << 33) == 0) {
		assert_int_equal(kmt_kofile_open(x->ko, &x->root, "/m.ko", NULL), 0);
		assert_int_equal(kmt_kofile_modinfo(x->ko, &m, &err), -EFBIG);
		assert_non_null(strstr(err.msg, ".modinfo"));
	}
	kmt_modinfo_free(&m);
}

static void shrinking_files_are_noticed(void **state)
{
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;
	char *filler = kmt_alloc(BIG_FILE);
	struct fixture *x = *state;
	struct kmt_modinfo m = {0};
	struct elf_fixture f;
	char path[128];

	elf_fixture_init(&f, true, false, EM_X86_64);
	elf_fixture_add(&f, ".text", SHT_PROGBITS, filler, BIG_FILE);
	elf_fixture_add(&f, ".modinfo", SHT_PROGBITS, "name=big", 9);
	elf_fixture_add(&f, ".data", SHT_PROGBITS, filler, BIG_FILE);
	elf_fixture_write(&f, &x->file);
	write_file(x, "m.ko", x->file.s, x->file.len);
	assert_int_equal(kmt_kofile_open(x->ko, &x->root, "/m.ko", NULL), 0);
	in_dir(x, "m.ko", path);
	assert_int_equal(truncate(path, 1000), 0);
	assert_int_equal(kmt_kofile_modinfo(x->ko, &m, &err), -EIO);
	assert_non_null(strstr(err.msg, "shorter"));
	kmt_modinfo_free(&m);
	free(filler);
}

static void module_without_modinfo(void **state)
{
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;
	struct fixture *x = *state;
	struct kmt_modinfo m = {0};
	struct elf_fixture f;
	const unsigned char *id;
	size_t n;

	elf_fixture_init(&f, false, true, EM_PPC);
	elf_fixture_write(&f, &x->file);
	assert_int_equal(kmt_kofile_open_buffer(x->ko, "o.o", x->file.s, x->file.len, NULL), 0);
	assert_int_equal(kmt_kofile_modinfo(x->ko, &m, &err), -ENODATA);
	assert_non_null(strstr(err.msg, "o.o: "));
	assert_int_equal(kmt_kofile_build_id(x->ko, &id, &n, NULL), 0);
	assert_int_equal(n, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(every_class_and_byte_order, setup, teardown),
		cmocka_unit_test_setup_teardown(gpl_only_by_flag, setup, teardown),
		cmocka_unit_test_setup_teardown(extended_versions_win, setup, teardown),
		cmocka_unit_test_setup_teardown(either_format_of_versions, setup, teardown),
		cmocka_unit_test_setup_teardown(large_files_are_read_in_pieces, setup, teardown),
		cmocka_unit_test_setup_teardown(what_is_no_module_is_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(what_is_no_file_is_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(truncated_files_fail, setup, teardown),
		cmocka_unit_test_setup_teardown(damaged_bytes_are_survived, setup, teardown),
		cmocka_unit_test_setup_teardown(huge_claims_are_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(shrinking_files_are_noticed, setup, teardown),
		cmocka_unit_test_setup_teardown(module_without_modinfo, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
