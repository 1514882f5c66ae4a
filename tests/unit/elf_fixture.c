/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "elf_fixture.h"

#include <string.h>

#include <kmt/base/alloc.h>

void elf_fixture_init(struct elf_fixture *f, bool is64, bool big, uint16_t machine)
{
	*f = (struct elf_fixture){.is64 = is64, .big = big, .machine = machine, .n = 1};
	kmt_vec_push(&f->symbols, (struct elf_fixture_symbol){0});
}

static void put(const struct elf_fixture *f, struct kmt_strbuf *out, uint64_t v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		kmt_strbuf_addc(out, (char)(v >> 8 * (f->big ? n - 1 - i : i)));
}

void elf_fixture_u16(const struct elf_fixture *f, struct kmt_strbuf *out, uint16_t v)
{
	put(f, out, v, 2);
}

void elf_fixture_u32(const struct elf_fixture *f, struct kmt_strbuf *out, uint32_t v)
{
	put(f, out, v, 4);
}

void elf_fixture_word(const struct elf_fixture *f, struct kmt_strbuf *out, uint64_t v)
{
	put(f, out, v, f->is64 ? 8 : 4);
}

size_t elf_fixture_add(
	struct elf_fixture *f, const char *name, uint32_t type, const void *data, size_t n)
{
	struct elf_fixture_section *s = &f->sections[f->n];

	*s = (struct elf_fixture_section){.name = name, .type = type};
	kmt_strbuf_add(&s->data, data, n);
	return f->n++;
}

void elf_fixture_symbol(
	struct elf_fixture *f, const char *name, unsigned char bind, size_t section, uint64_t value)
{
	kmt_vec_push(&f->symbols, (struct elf_fixture_symbol){.name = name,
					  .bind = bind,
					  .section = (uint16_t)section,
					  .value = value});
}

/* Appends NAME to a string table and returns where it starts. */
static uint32_t add_name(struct kmt_strbuf *table, const char *name)
{
	uint32_t at = (uint32_t)table->len;

	kmt_strbuf_add(table, name, strlen(name) + 1);
	return at;
}

static void add_symtab(struct elf_fixture *f)
{
	size_t symtab = elf_fixture_add(f, ".symtab", SHT_SYMTAB, NULL, 0);
	size_t strtab = elf_fixture_add(f, ".strtab", SHT_STRTAB, "", 1);
	struct elf_fixture_section *s = &f->sections[symtab];

	s->link = (uint32_t)strtab;
	s->entsize = f->is64 ? sizeof(Elf64_Sym) : sizeof(Elf32_Sym);
	for (size_t i = 0; i < f->symbols.n; i++) {
		const struct elf_fixture_symbol *sym = &f->symbols.v[i];
		uint32_t name = sym->name ? add_name(&f->sections[strtab].data, sym->name) : 0;

		if (!i || sym->bind == STB_LOCAL)
			s->info = (uint32_t)i + 1;
		elf_fixture_u32(f, &s->data, name);
		if (!f->is64) {
			elf_fixture_u32(f, &s->data, (uint32_t)sym->value);
			elf_fixture_u32(f, &s->data, 0);
		}
		kmt_strbuf_addc(&s->data, (char)(sym->bind << 4));
		kmt_strbuf_addc(&s->data, 0);
		elf_fixture_u16(f, &s->data, sym->section);
		if (f->is64) {
			elf_fixture_word(f, &s->data, sym->value);
			elf_fixture_word(f, &s->data, 0);
		}
	}
}

static void put_header(const struct elf_fixture *f, struct kmt_strbuf *out, uint64_t table)
{
	unsigned char ident[EI_NIDENT] = {0x7f, 'E', 'L', 'F', f->is64 ? ELFCLASS64 : ELFCLASS32,
		f->big ? ELFDATA2MSB : ELFDATA2LSB, EV_CURRENT};

	kmt_strbuf_add(out, ident, sizeof(ident));
	elf_fixture_u16(f, out, ET_REL);
	elf_fixture_u16(f, out, f->machine);
	elf_fixture_u32(f, out, EV_CURRENT);
	elf_fixture_word(f, out, 0);
	elf_fixture_word(f, out, 0);
	elf_fixture_word(f, out, table);
	elf_fixture_u32(f, out, 0);
	elf_fixture_u16(f, out, f->is64 ? sizeof(Elf64_Ehdr) : sizeof(Elf32_Ehdr));
	elf_fixture_u16(f, out, 0);
	elf_fixture_u16(f, out, 0);
	elf_fixture_u16(f, out, f->is64 ? sizeof(Elf64_Shdr) : sizeof(Elf32_Shdr));
	elf_fixture_u16(f, out, (uint16_t)f->n);
	elf_fixture_u16(f, out, (uint16_t)(f->n - 1));
}

static void put_section(const struct elf_fixture *f, struct kmt_strbuf *out, size_t i,
	uint32_t name, uint64_t offset)
{
	const struct elf_fixture_section *s = &f->sections[i];

	elf_fixture_u32(f, out, name);
	elf_fixture_u32(f, out, s->type);
	elf_fixture_word(f, out, s->flags);
	elf_fixture_word(f, out, 0);
	elf_fixture_word(f, out, i ? offset : 0);
	elf_fixture_word(f, out, s->claim_size ? s->claim_size : s->data.len);
	elf_fixture_u32(f, out, s->link);
	elf_fixture_u32(f, out, s->info);
	elf_fixture_word(f, out, 1);
	elf_fixture_word(f, out, s->entsize);
}

void elf_fixture_write(struct elf_fixture *f, struct kmt_strbuf *out)
{
	uint64_t offset = f->is64 ? sizeof(Elf64_Ehdr) : sizeof(Elf32_Ehdr), table = offset;
	uint32_t names[ELF_FIXTURE_SECTIONS] = {0};
	struct elf_fixture_section *strings;

	add_symtab(f);
	strings = &f->sections[elf_fixture_add(f, ".shstrtab", SHT_STRTAB, "", 1)];
	for (size_t i = 1; i < f->n; i++)
		names[i] = add_name(&strings->data, f->sections[i].name);
	for (size_t i = 1; i < f->n; i++)
		table += f->sections[i].data.len;
	kmt_strbuf_truncate(out, 0);
	put_header(f, out, table);
	for (size_t i = 1; i < f->n; i++)
		kmt_strbuf_add(out, kmt_strbuf_str(&f->sections[i].data), f->sections[i].data.len);
	for (size_t i = 0; i < f->n; i++) {
		put_section(f, out, i, names[i], offset);
		offset += f->sections[i].data.len;
		kmt_strbuf_free(&f->sections[i].data);
	}
	kmt_vec_free(&f->symbols);
}

static void add_versions(struct elf_fixture *f)
{
	static const char *const names[] = {"module_layout", "printk"};
	size_t section = elf_fixture_add(f, "__versions", SHT_PROGBITS, NULL, 0);
	size_t word = f->is64 ? 8 : 4;

	for (uint32_t i = 0; i < KMT_ARRAY_SIZE(names); i++) {
		char name[64] = {0};

		strcpy(name, names[i]);
		elf_fixture_word(f, &f->sections[section].data, 0xa0b0c0d0 + i);
		kmt_strbuf_add(&f->sections[section].data, name, sizeof(name) - word);
	}
}

static void add_exports(struct elf_fixture *f)
{
	size_t table = elf_fixture_add(f, "__ksymtab", SHT_PROGBITS, "12345678", 8);
	size_t gpl = elf_fixture_add(f, "__ksymtab_gpl", SHT_PROGBITS, "12345678", 8);
	size_t strings =
		elf_fixture_add(f, "__ksymtab_strings", SHT_PROGBITS, "fx_open\0\0NET\0", 13);
	size_t crcs = elf_fixture_add(f, "__kcrctab", SHT_PROGBITS, NULL, 0);

	elf_fixture_u32(f, &f->sections[crcs].data, 0);
	elf_fixture_u32(f, &f->sections[crcs].data, 0x11223344);
	elf_fixture_symbol(f, "__ksymtab_fx_open", STB_LOCAL, table, 0);
	elf_fixture_symbol(f, "__kstrtabns_fx_open", STB_LOCAL, strings, 8);
	elf_fixture_symbol(f, "__crc_fx_open", STB_LOCAL, crcs, 4);
	elf_fixture_symbol(f, "__kstrtabns_fx_secret", STB_LOCAL, strings, 9);
	elf_fixture_symbol(f, "__ksymtab_fx_secret", STB_LOCAL, gpl, 0);
	elf_fixture_symbol(f, "__crc_fx_secret", STB_GLOBAL, SHN_ABS, 0x55667788);
	elf_fixture_symbol(f, "printk", STB_GLOBAL, SHN_UNDEF, 0);
	elf_fixture_symbol(f, "maybe_there", STB_WEAK, SHN_UNDEF, 0);
}

void elf_fixture_module(struct elf_fixture *f, bool is64, bool big, uint16_t machine)
{
	size_t note;

	elf_fixture_init(f, is64, big, machine);
	note = elf_fixture_add(f, ".note.gnu.build-id", SHT_NOTE, NULL, 0);
	elf_fixture_u32(f, &f->sections[note].data, 4);
	elf_fixture_u32(f, &f->sections[note].data, 5);
	elf_fixture_u32(f, &f->sections[note].data, NT_GNU_BUILD_ID);
	kmt_strbuf_add(&f->sections[note].data, "GNU\0\1\2\3\4\xff\0\0\0", 12);
	elf_fixture_add(
		f, ".modinfo", SHT_PROGBITS, ELF_FIXTURE_MODINFO, sizeof(ELF_FIXTURE_MODINFO));
	add_versions(f);
	add_exports(f);
}
