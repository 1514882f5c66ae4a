/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes small ELF relocatable files of any class and byte order into memory, the way a module
 * looks: sections, a symbol table, string tables, the section table at the end. For tests and seed
 * files.
 */
#ifndef KMT_TESTS_ELF_FIXTURE_H
#define KMT_TESTS_ELF_FIXTURE_H

#include <elf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <kmt/base/strbuf.h>
#include <kmt/base/vec.h>

#define ELF_FIXTURE_SECTIONS 24

struct elf_fixture_section {
	const char *name;
	uint32_t type;
	struct kmt_strbuf data;
	uint32_t link, info;
	size_t entsize;
	uint64_t flags;
	uint64_t claim_size; /* not 0: stands in the section header instead of the real size */
};

struct elf_fixture_symbol {
	const char *name;
	unsigned char bind;
	uint16_t section;
	uint64_t value;
};

struct elf_fixture {
	bool is64, big;
	uint16_t machine;
	struct elf_fixture_section sections[ELF_FIXTURE_SECTIONS]; /* 0 is the null section */
	size_t n;
	KMT_VEC(struct elf_fixture_symbol) symbols; /* 0 is the null symbol */
};

void elf_fixture_init(struct elf_fixture *f, bool is64, bool big, uint16_t machine);
/* Returns the section's index. */
size_t elf_fixture_add(
	struct elf_fixture *f, const char *name, uint32_t type, const void *data, size_t n);
/* Local symbols have to be added before global ones. */
void elf_fixture_symbol(struct elf_fixture *f, const char *name, unsigned char bind, size_t section,
	uint64_t value);
/* Numbers in the byte order of the fixture; a word has the size of its class. */
void elf_fixture_u16(const struct elf_fixture *f, struct kmt_strbuf *out, uint16_t v);
void elf_fixture_u32(const struct elf_fixture *f, struct kmt_strbuf *out, uint32_t v);
void elf_fixture_word(const struct elf_fixture *f, struct kmt_strbuf *out, uint64_t v);
/* Adds the symbol table and the section table, writes the file and frees the fixture. */
void elf_fixture_write(struct elf_fixture *f, struct kmt_strbuf *out);

/* A module "fixture" with .modinfo, build-id, versions, two exports and two undefined symbols. */
void elf_fixture_module(struct elf_fixture *f, bool is64, bool big, uint16_t machine);

#define ELF_FIXTURE_MODINFO                                                                        \
	"license=GPL\0\0\0description=A module that is none\0parm=speed:How fast\0"                \
	"parmtype=speed:int\0parmtype=quiet:bool\0parm=odd\0alias=pci:v*\0name=fixture\0"          \
	"vermagic=1.2.3 SMP mod_unload \0nothing"

#endif
