/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The ELF side of a module file: header, section table, .modinfo, build-id. */
#include "kofile_priv.h"

#include <errno.h>
#include <string.h>

#include <kmt/base/alloc.h>
#include <kmt/base/bytes.h>

/* .shstrtab usually stands right before the section table. */
#define NAMES_GUESS 2048
#define NAME_BUILD_ID ".note.gnu.build-id"

int kmt_kofile_decode(const struct kmt_kofile *ko, Elf_Type type, void *dst, const void *src,
	size_t n, struct kmt_err *err)
{
	Elf_Data from = {
		.d_buf = (void *)src, .d_type = type, .d_version = EV_CURRENT, .d_size = n};
	Elf_Data to = {.d_buf = dst, .d_type = type, .d_version = EV_CURRENT, .d_size = n};
	const Elf_Data *done = ko->ident[EI_CLASS] == ELFCLASS32
				       ? elf32_xlatetom(&to, &from, ko->ident[EI_DATA])
				       : elf64_xlatetom(&to, &from, ko->ident[EI_DATA]);

	return done ? 0 : kmt_kofile_fail(ko, err, ENOEXEC, "libelf: %s", elf_errmsg(-1));
}

uint32_t kmt_kofile_u32(const struct kmt_kofile *ko, const unsigned char *p)
{
	return ko->ident[EI_DATA] == ELFDATA2MSB ? kmt_be32(p) : kmt_le32(p);
}

static int check_ident(const struct kmt_kofile *ko, const unsigned char *ident, struct kmt_err *err)
{
	if (memcmp(ident, ELFMAG, SELFMAG) != 0)
		return kmt_kofile_fail(ko, err, ENOEXEC, "not an ELF file, so not a kernel module");
	if (ident[EI_CLASS] != ELFCLASS32 && ident[EI_CLASS] != ELFCLASS64)
		return kmt_kofile_fail(ko, err, ENOEXEC, "unknown ELF class %u", ident[EI_CLASS]);
	if (ident[EI_DATA] != ELFDATA2LSB && ident[EI_DATA] != ELFDATA2MSB)
		return kmt_kofile_fail(
			ko, err, ENOEXEC, "unknown ELF byte order %u", ident[EI_DATA]);
	if (ident[EI_VERSION] != EV_CURRENT)
		return kmt_kofile_fail(
			ko, err, ENOEXEC, "unknown ELF version %u", ident[EI_VERSION]);
	return 0;
}

static void widen_header(const Elf32_Ehdr *from, GElf_Ehdr *to)
{
	*to = (GElf_Ehdr){
		.e_type = from->e_type,
		.e_machine = from->e_machine,
		.e_version = from->e_version,
		.e_shoff = from->e_shoff,
		.e_flags = from->e_flags,
		.e_shentsize = from->e_shentsize,
		.e_shnum = from->e_shnum,
		.e_shstrndx = from->e_shstrndx,
	};
}

static int read_header(struct kmt_kofile *ko, struct kmt_err *err)
{
	struct kmt_ko_piece piece;
	size_t size = sizeof(Elf64_Ehdr);
	Elf32_Ehdr small;
	int r;

	if (!ko->size)
		return kmt_kofile_fail(ko, err, ENOEXEC, "the file is empty");
	if (ko->size < EI_NIDENT)
		return kmt_kofile_fail(ko, err, ENOEXEC, "too short for a kernel module");
	r = kmt_kofile_piece(ko, KMT_KO_SECTIONS, 0, EI_NIDENT, "the ELF header", &piece, err);
	if (r < 0)
		return r;
	r = check_ident(ko, piece.p, err);
	if (r < 0)
		return r;
	memcpy(ko->ident, piece.p, EI_NIDENT);
	if (ko->ident[EI_CLASS] == ELFCLASS32)
		size = sizeof(small);
	r = kmt_kofile_piece(ko, KMT_KO_SECTIONS, 0, size, "the ELF header", &piece, err);
	if (r < 0)
		return r;
	if (ko->ident[EI_CLASS] == ELFCLASS64)
		return kmt_kofile_decode(ko, ELF_T_EHDR, &ko->header, piece.p, size, err);
	r = kmt_kofile_decode(ko, ELF_T_EHDR, &small, piece.p, size, err);
	if (r == 0)
		widen_header(&small, &ko->header);
	return r;
}

static void widen_section(const Elf32_Shdr *from, GElf_Shdr *to)
{
	*to = (GElf_Shdr){
		.sh_name = from->sh_name,
		.sh_type = from->sh_type,
		.sh_flags = from->sh_flags,
		.sh_addr = from->sh_addr,
		.sh_offset = from->sh_offset,
		.sh_size = from->sh_size,
		.sh_link = from->sh_link,
		.sh_info = from->sh_info,
		.sh_addralign = from->sh_addralign,
		.sh_entsize = from->sh_entsize,
	};
}

static size_t section_size(const struct kmt_kofile *ko)
{
	return ko->ident[EI_CLASS] == ELFCLASS32 ? sizeof(Elf32_Shdr) : sizeof(Elf64_Shdr);
}

/* Reads the first N headers of the section table to TO. */
static int read_sections(struct kmt_kofile *ko, uint64_t n, GElf_Shdr *to, struct kmt_err *err)
{
	size_t size = section_size(ko);
	struct kmt_ko_piece piece;
	int r = kmt_kofile_piece(ko, KMT_KO_SECTIONS, ko->header.e_shoff, n * size,
		"the section table", &piece, err);

	if (r < 0)
		return r;
	if (ko->ident[EI_CLASS] == ELFCLASS64)
		return kmt_kofile_decode(ko, ELF_T_SHDR, to, piece.p, piece.n, err);
	for (uint64_t i = 0; r == 0 && i < n; i++) {
		Elf32_Shdr small;

		r = kmt_kofile_decode(ko, ELF_T_SHDR, &small, piece.p + i * size, size, err);
		if (r == 0)
			widen_section(&small, &to[i]);
	}
	return r;
}

/* How many sections there are, and which holds their names. Numbers that do not fit into the ELF
 * header are in the first section header (elf(5)). */
static int count_sections(struct kmt_kofile *ko, uint64_t *n, uint64_t *names, struct kmt_err *err)
{
	GElf_Shdr first;
	int r;

	*n = ko->header.e_shnum;
	*names = ko->header.e_shstrndx;
	if (!ko->header.e_shoff)
		return kmt_kofile_fail(ko, err, ENOEXEC, "it has no section table");
	if (ko->header.e_shentsize != section_size(ko))
		return kmt_kofile_fail(ko, err, ENOEXEC,
			"section headers of %u bytes instead of %zu", ko->header.e_shentsize,
			section_size(ko));
	if (*n && *names != SHN_XINDEX)
		return 0;
	r = read_sections(ko, 1, &first, err);
	if (r < 0)
		return r;
	if (!*n)
		*n = first.sh_size;
	if (*names == SHN_XINDEX)
		*names = first.sh_link;
	return 0;
}

static int read_names(struct kmt_kofile *ko, uint64_t index, struct kmt_err *err)
{
	struct kmt_ko_piece piece;
	int r;

	if (index >= ko->n_sections || ko->sections[index].sh_type != SHT_STRTAB)
		return kmt_kofile_fail(
			ko, err, ENOEXEC, "damaged: it has no table of section names");
	r = kmt_kofile_piece(ko, KMT_KO_NAMES, ko->sections[index].sh_offset,
		ko->sections[index].sh_size, "the table of section names", &piece, err);
	if (r < 0)
		return r;
	if (!piece.n || piece.p[piece.n - 1])
		return kmt_kofile_fail(ko, err, ENOEXEC, "damaged: section names without an end");
	ko->names = (const char *)piece.p;
	ko->names_size = piece.n;
	return 0;
}

int kmt_kofile_read_elf(struct kmt_kofile *ko, struct kmt_err *err)
{
	uint64_t n = 0, names = 0;
	int r = read_header(ko, err);

	if (r < 0)
		return r;
	if (ko->header.e_type != ET_REL)
		return kmt_kofile_fail(ko, err, ENOEXEC,
			"not a kernel module: an ELF file, but not a relocatable one (type %u)",
			ko->header.e_type);
	r = kmt_kofile_read_tail(
		ko, ko->header.e_shoff > NAMES_GUESS ? ko->header.e_shoff - NAMES_GUESS : 0, err);
	if (r == 0)
		r = count_sections(ko, &n, &names, err);
	if (r < 0)
		return r;
	/* Before anything is allocated for them, they must fit into the file. */
	if (!n || n > ko->size / section_size(ko))
		return kmt_kofile_fail(ko, err, ENOEXEC,
			"truncated or damaged: %llu sections in a file of %llu bytes",
			(unsigned long long)n, (unsigned long long)ko->size);
	if (n > ko->cap_sections) {
		ko->sections = kmt_realloc_array(ko->sections, (size_t)n, sizeof(*ko->sections));
		ko->cap_sections = (size_t)n;
	}
	r = read_sections(ko, n, ko->sections, err);
	if (r < 0)
		return r;
	ko->n_sections = (size_t)n;
	return read_names(ko, names, err);
}

int kmt_kofile_class(const struct kmt_kofile *ko)
{
	return ko->ident[EI_CLASS];
}

int kmt_kofile_encoding(const struct kmt_kofile *ko)
{
	return ko->ident[EI_DATA];
}

unsigned int kmt_kofile_machine(const struct kmt_kofile *ko)
{
	return ko->header.e_machine;
}

const GElf_Shdr *kmt_kofile_section(const struct kmt_kofile *ko, const char *name)
{
	for (size_t i = 1; i < ko->n_sections; i++) {
		const GElf_Shdr *section = &ko->sections[i];
		const char *s = ko->names + section->sh_name;

		if (section->sh_name >= ko->names_size || section->sh_type == SHT_NOBITS)
			continue;
		/* Most names differ in the second byte: spare the call. */
		if (s[0] == name[0] && s[1] == name[1] && !strcmp(s, name))
			return section;
	}
	return NULL;
}

bool kmt_kofile_has_section(const struct kmt_kofile *ko, const char *name)
{
	return kmt_kofile_section(ko, name) != NULL;
}

uint64_t kmt_kofile_section_size(const struct kmt_kofile *ko, const char *name)
{
	const GElf_Shdr *section = kmt_kofile_section(ko, name);

	return section ? section->sh_size : 0;
}

int kmt_kofile_contents(struct kmt_kofile *ko, enum kmt_ko_slot slot, const GElf_Shdr *section,
	struct kmt_ko_piece *out, struct kmt_err *err)
{
	const char *name = section->sh_name < ko->names_size ? ko->names + section->sh_name : "";

	return kmt_kofile_piece(ko, slot, section->sh_offset, section->sh_size,
		*name ? name : "a section", out, err);
}

int kmt_kofile_named(struct kmt_kofile *ko, enum kmt_ko_slot slot, const char *name,
	struct kmt_ko_piece *out, struct kmt_err *err)
{
	const GElf_Shdr *section = kmt_kofile_section(ko, name);

	*out = (struct kmt_ko_piece){.p = (const unsigned char *)""};
	return section ? kmt_kofile_contents(ko, slot, section, out, err) : 0;
}

int kmt_kofile_modinfo(struct kmt_kofile *ko, struct kmt_modinfo *out, struct kmt_err *err)
{
	struct kmt_strbuf *copy = &ko->slots[KMT_KO_MODINFO];
	struct kmt_ko_piece piece;
	int r;

	out->fields.n = 0;
	if (!kmt_kofile_has_section(ko, ".modinfo"))
		return kmt_kofile_fail(
			ko, err, ENODATA, "not a kernel module: it has no .modinfo section");
	r = kmt_kofile_named(ko, KMT_KO_MODINFO, ".modinfo", &piece, err);
	if (r < 0)
		return r;
	/* The last string may lack its NUL: then a copy has it. */
	if (piece.n && piece.p[piece.n - 1]) {
		if ((const char *)piece.p != copy->s) {
			kmt_strbuf_truncate(copy, 0);
			kmt_strbuf_add(copy, piece.p, piece.n);
		}
		piece.p = (const unsigned char *)copy->s;
		piece.n++;
	}
	kmt_modinfo_parse((const char *)piece.p, piece.n, out);
	return 0;
}

int kmt_kofile_modinfo_bytes(
	struct kmt_kofile *ko, const char **data, size_t *n, struct kmt_err *err)
{
	struct kmt_ko_piece piece;
	int r = kmt_kofile_named(ko, KMT_KO_MODINFO, ".modinfo", &piece, err);

	*data = (const char *)piece.p;
	*n = r < 0 ? 0 : piece.n;
	return r;
}

int kmt_kofile_section_bytes(struct kmt_kofile *ko, const char *name, const unsigned char **data, size_t *n,
	struct kmt_err *err)
{
	struct kmt_ko_piece piece;
	int r = kmt_kofile_named(ko, KMT_KO_SECTION, name, &piece, err);

	*data = piece.p;
	*n = r < 0 ? 0 : piece.n;
	return r;
}

int kmt_kofile_build_id(
	struct kmt_kofile *ko, const unsigned char **id, size_t *n, struct kmt_err *err)
{
	struct kmt_ko_piece notes;
	int r = kmt_kofile_named(ko, KMT_KO_NOTE, NAME_BUILD_ID, &notes, err);

	*n = 0;
	*id = notes.p;
	/* A note is three words (sizes of name and contents, type), then both, padded to words. */
	while (r == 0 && notes.n >= 12) {
		uint32_t name = kmt_kofile_u32(ko, notes.p), size = kmt_kofile_u32(ko, notes.p + 4);
		uint64_t start = 12 + (((uint64_t)name + 3) & ~(uint64_t)3);
		uint64_t next = start + (((uint64_t)size + 3) & ~(uint64_t)3);

		if (start + size > notes.n)
			return 0;
		if (kmt_kofile_u32(ko, notes.p + 8) == NT_GNU_BUILD_ID && name == sizeof("GNU") &&
			!memcmp(notes.p + 12, "GNU", sizeof("GNU"))) {
			*id = notes.p + start;
			*n = size;
			return 0;
		}
		if (next >= notes.n)
			return 0;
		notes.p += next;
		notes.n -= (size_t)next;
	}
	return r;
}

void kmt_kofile_sections(
	const struct kmt_kofile *ko, struct kmt_arena *arena, struct kmt_ko_sections *out)
{
	/* The first is the null section. */
	for (size_t i = 1; i < ko->n_sections; i++) {
		const GElf_Shdr *section = &ko->sections[i];
		const char *name = section->sh_name < ko->names_size ? ko->names + section->sh_name : "";

		kmt_vec_push(&out->rows,
			(struct kmt_ko_section){.name = kmt_arena_strdup(arena, name),
				.size = section->sh_size,
				.alloc = section->sh_flags & SHF_ALLOC,
				.write = section->sh_flags & SHF_WRITE,
				.exec = section->sh_flags & SHF_EXECINSTR,
				.nobits = section->sh_type == SHT_NOBITS});
	}
}

void kmt_ko_sections_free(struct kmt_ko_sections *s)
{
	kmt_vec_free(&s->rows);
}
