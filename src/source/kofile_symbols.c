/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a module exports and needs, out of its symbol table.
 *
 * EXPORT_SYMBOL(NAME) leaves these symbols in the file (linux/export-internal.h,
 * scripts/mod/modpost.c):
 * __ksymtab_NAME in section __ksymtab or __ksymtab_gpl, which says whether it is GPL-only; since 7.0 it is in
 * __ksymtab, and __kflagstab has a byte of flags for each entry of it, in the same order;
 * __kstrtabns_NAME in __ksymtab_strings, which is the namespace; with CONFIG_MODVERSIONS
 * __crc_NAME, whose value is the CRC itself on old kernels and otherwise the place of the CRC in
 * some section.
 */
#include "kofile_priv.h"

#include <endian.h>
#include <errno.h>
#include <string.h>

#include <kmt/base/map.h>

/* The symbol table of a module file, symbol by symbol. */

#define PARAM_STRING "__param_str_"

const GElf_Shdr *kmt_kofile_find_symtab(const struct kmt_kofile *ko)
{
	for (size_t i = 1; i < ko->n_sections; i++)
		if (ko->sections[i].sh_type == SHT_SYMTAB)
			return &ko->sections[i];
	return NULL;
}

/* Whether symbols at P can be read where they are: in this machine's byte order, and aligned. */
static bool is_native(const struct kmt_kofile *ko, const unsigned char *p)
{
	const unsigned char native = __BYTE_ORDER == __LITTLE_ENDIAN ? ELFDATA2LSB : ELFDATA2MSB;

	return ko->ident[EI_DATA] == native && (uintptr_t)p % _Alignof(Elf64_Sym) == 0;
}

int kmt_kofile_decode_symbols(
	struct kmt_kofile *ko, const struct kmt_ko_piece *raw, const void **out, struct kmt_err *err)
{
	struct kmt_strbuf *decoded = &ko->slots[KMT_KO_DECODED_SYMBOLS];

	*out = raw->p;
	if (!raw->n || is_native(ko, raw->p))
		return 0;
	kmt_strbuf_truncate(decoded, 0);
	kmt_strbuf_reserve(decoded, raw->n);
	*out = decoded->s; /* memory of malloc() is aligned for any type */
	return kmt_kofile_decode(ko, ELF_T_SYM, decoded->s, raw->p, raw->n, err);
}

void kmt_symtab_get(const struct kmt_symtab *t, size_t i, GElf_Sym *out)
{
	if (t->large)
		*out = t->large[i];
	else
		*out = (GElf_Sym){
			.st_name = t->small[i].st_name,
			.st_value = t->small[i].st_value,
			.st_size = t->small[i].st_size,
			.st_info = t->small[i].st_info,
			.st_other = t->small[i].st_other,
			.st_shndx = t->small[i].st_shndx,
		};
}

const char *kmt_symtab_name(const struct kmt_symtab *t, const GElf_Sym *sym)
{
	return sym->st_name < t->strings.n ? (const char *)t->strings.p + sym->st_name : "";
}

const GElf_Shdr *kmt_symtab_section(const struct kmt_symtab *t, const GElf_Sym *sym)
{
	/* Indexes from SHN_LORESERVE on have a meaning of their own. */
	if (sym->st_shndx == SHN_UNDEF || sym->st_shndx >= SHN_LORESERVE ||
		sym->st_shndx >= t->ko->n_sections)
		return NULL;
	return &t->ko->sections[sym->st_shndx];
}

int kmt_symtab_open(struct kmt_kofile *ko, struct kmt_symtab *t, struct kmt_err *err)
{
	const GElf_Shdr *section = kmt_kofile_find_symtab(ko);
	bool small = ko->ident[EI_CLASS] == ELFCLASS32;
	size_t size = small ? sizeof(Elf32_Sym) : sizeof(Elf64_Sym);
	struct kmt_ko_piece raw;
	const void *symbols;
	int r;

	*t = (struct kmt_symtab){.ko = ko};
	if (!section)
		return 0;
	if (section->sh_entsize != size)
		return kmt_kofile_fail(ko, err, ENOEXEC, "damaged: symbols of %llu bytes",
			(unsigned long long)section->sh_entsize);
	if (section->sh_link >= ko->n_sections)
		return kmt_kofile_fail(ko, err, ENOEXEC, "damaged: symbols without names");
	r = kmt_kofile_contents(ko, KMT_KO_SYMTAB, section, &raw, err);
	if (r < 0)
		return r;
	raw.n -= raw.n % size;
	r = kmt_kofile_decode_symbols(ko, &raw, &symbols, err);
	if (r == 0)
		r = kmt_kofile_contents(
			ko, KMT_KO_STRTAB, &ko->sections[section->sh_link], &t->strings, err);
	if (r < 0)
		return r;
	if (small)
		t->small = symbols;
	else
		t->large = symbols;
	/* A last string without its end is none. */
	while (t->strings.n && t->strings.p[t->strings.n - 1])
		t->strings.n--;
	t->n = raw.n / size;
	t->first = section->sh_info < t->n ? section->sh_info : t->n;
	return 0;
}

/* .modinfo does not tell of a module_param_cb() without MODULE_PARM_DESC(). But each parameter's name is a
 * string of its own, __param_str_NAME in the symbol table (linux/moduleparam.h, __module_param_call()). */
int kmt_kofile_param_names(
	struct kmt_kofile *ko, struct kmt_arena *arena, struct kmt_strv *out, struct kmt_err *err)
{
	const GElf_Shdr *symtab = kmt_kofile_find_symtab(ko);
	struct kmt_ko_piece names;
	size_t prefix = strlen(PARAM_STRING);
	int r;

	if (!symtab || symtab->sh_link >= ko->n_sections)
		return 0;
	r = kmt_kofile_contents(ko, KMT_KO_STRTAB, &ko->sections[symtab->sh_link], &names, err);
	if (r < 0)
		return r;
	for (const unsigned char *p = names.p, *end = p + names.n, *nul; p < end; p = nul + 1) {
		nul = memchr(p, '\0', (size_t)(end - p));
		if (!nul)
			break;
		if ((size_t)(nul - p) > prefix && !memcmp(p, PARAM_STRING, prefix))
			kmt_vec_push(out, kmt_arena_strdup(arena, (const char *)p + prefix));
	}
	return 0;
}

#define KSYMTAB "__ksymtab_"
#define CRC "__crc_"
#define NAMESPACE "__kstrtabns_"

#define FLAG_GPL_ONLY 1 /* KSYM_FLAG_GPL_ONLY of linux/module_symbol.h */

/* The table, and the sections whose contents were read last: most symbols of a kind point into the same. */
struct symbols {
	struct kmt_symtab t;
	const GElf_Shdr *crc_section, *ns_section;
	struct kmt_ko_piece crcs, namespaces;
	struct kmt_ko_piece flags; /* __kflagstab; empty before 7.0 */
};

/* A symbol that is exported; the name is the key in by_name. */
struct exports {
	struct kmt_map by_name; /* -> index into out->rows plus one */
	struct kmt_arena *arena;
	struct kmt_ko_symbols *out;
};

static const char *after(const char *s, const char *prefix)
{
	while (*prefix && *s == *prefix) {
		s++;
		prefix++;
	}
	return *prefix ? NULL : s;
}

static bool is_gpl_table(const struct symbols *t, const GElf_Shdr *section)
{
	const char *name =
		section->sh_name < t->t.ko->names_size ? t->t.ko->names + section->sh_name : "";

	/* Before the module's last link: ___ksymtab_gpl+NAME. */
	return after(name, "__ksymtab_gpl") || after(name, "___ksymtab_gpl");
}

/* How large an entry of __ksymtab is depends on the architecture: there are as many as bytes of flags. */
static bool has_gpl_flag(const struct symbols *t, const GElf_Sym *sym, const GElf_Shdr *table)
{
	uint64_t size = t->flags.n ? table->sh_size / t->flags.n : 0;

	return size && sym->st_value < table->sh_size && sym->st_value / size < t->flags.n &&
	       t->flags.p[sym->st_value / size] & FLAG_GPL_ONLY;
}

static void add_export(struct symbols *t, const GElf_Sym *sym, const char *name, struct exports *x)
{
	const GElf_Shdr *section = kmt_symtab_section(&t->t, sym);
	struct kmt_ko_symbol row = {0};

	if (!section || !*name)
		return;
	row.name = kmt_arena_strdup(x->arena, name);
	row.gpl = is_gpl_table(t, section) || has_gpl_flag(t, sym, section);
	if (kmt_map_get(&x->by_name, row.name))
		return;
	kmt_vec_push(&x->out->rows, row);
	kmt_map_add(&x->by_name, row.name, (void *)x->out->rows.n);
}

static struct kmt_ko_symbol *find_export(struct exports *x, const char *name)
{
	size_t index = (size_t)kmt_map_get(&x->by_name, name);

	return index ? &x->out->rows.v[index - 1] : NULL;
}

static int read_crc(
	struct symbols *t, const GElf_Sym *sym, struct kmt_ko_symbol *row, struct kmt_err *err)
{
	const GElf_Shdr *section = kmt_symtab_section(&t->t, sym);

	if (sym->st_shndx == SHN_ABS) {
		row->has_crc = true;
		row->crc = (uint32_t)sym->st_value;
		return 0;
	}
	if (!section || section->sh_type == SHT_NOBITS)
		return 0;
	if (section != t->crc_section) {
		int r = kmt_kofile_contents(t->t.ko, KMT_KO_CRCS, section, &t->crcs, err);

		if (r < 0)
			return r;
		t->crc_section = section;
	}
	if (t->crcs.n < 4 || sym->st_value > t->crcs.n - 4)
		return 0;
	row->has_crc = true;
	row->crc = kmt_kofile_u32(t->t.ko, t->crcs.p + sym->st_value);
	return 0;
}

static int read_namespace(struct symbols *t, const GElf_Sym *sym, struct kmt_ko_symbol *row,
	struct kmt_arena *arena, struct kmt_err *err)
{
	const GElf_Shdr *section = kmt_symtab_section(&t->t, sym);
	const char *ns;

	if (!section || section->sh_type == SHT_NOBITS)
		return 0;
	if (section != t->ns_section) {
		int r = kmt_kofile_contents(t->t.ko, KMT_KO_NAMESPACES, section, &t->namespaces, err);

		if (r < 0)
			return r;
		t->ns_section = section;
	}
	if (sym->st_value >= t->namespaces.n)
		return 0;
	ns = (const char *)t->namespaces.p + sym->st_value;
	if (*ns)
		row->ns = kmt_arena_strndup(arena, ns, t->namespaces.n - (size_t)sym->st_value);
	return 0;
}

/* CRCs and namespaces of what the first pass found: their symbols stand in any order. */
static int complete_exports(struct symbols *t, struct exports *x, struct kmt_err *err)
{
	int r = 0;

	for (size_t i = 1; r == 0 && i < t->t.n; i++) {
		struct kmt_ko_symbol *row;
		const char *name, *rest;
		GElf_Sym sym;

		kmt_symtab_get(&t->t, i, &sym);
		name = kmt_symtab_name(&t->t, &sym);
		if ((rest = after(name, CRC)) && (row = find_export(x, rest)))
			r = read_crc(t, &sym, row, err);
		else if ((rest = after(name, NAMESPACE)) && (row = find_export(x, rest)))
			r = read_namespace(t, &sym, row, x->arena, err);
	}
	return r;
}

/* Symbols that no module provides: the loader or the architecture's code makes them. */
static bool from_loader(const struct kmt_kofile *ko, const char *name)
{
	switch (ko->header.e_machine) {
	case EM_386:
	case EM_X86_64:
		return !strcmp(name, "_GLOBAL_OFFSET_TABLE_");
	case EM_PPC64:
		return !strcmp(name, ".TOC.") || !strcmp(name, "TOC.");
	default:
		return false;
	}
}

static void add_undefined(
	struct symbols *t, const GElf_Sym *sym, const char *name, struct exports *x)
{
	struct kmt_ko_symbol row = {
		.undefined = true,
		.weak = GELF_ST_BIND(sym->st_info) == STB_WEAK,
	};

	if (!*name || from_loader(t->t.ko, name))
		return;
	row.name = kmt_arena_strdup(x->arena, name);
	kmt_vec_push(&x->out->rows, row);
}

/* Whether it exports anything: only then the local symbols have to be looked at. */
static bool has_exports(const struct kmt_kofile *ko)
{
	return kmt_kofile_has_section(ko, "__ksymtab") ||
	       kmt_kofile_has_section(ko, "__ksymtab_gpl");
}

static int read_symbols(struct symbols *t, struct exports *x, struct kmt_err *err)
{
	size_t start = has_exports(t->t.ko) ? 1 : t->t.first;

	for (size_t i = start ? start : 1; i < t->t.n; i++) {
		const char *name, *rest;
		GElf_Sym sym;

		kmt_symtab_get(&t->t, i, &sym);
		name = kmt_symtab_name(&t->t, &sym);
		if (sym.st_shndx == SHN_UNDEF)
			add_undefined(t, &sym, name, x);
		else if ((rest = after(name, KSYMTAB)))
			add_export(t, &sym, rest, x);
	}
	return x->by_name.n ? complete_exports(t, x, err) : 0;
}

int kmt_kofile_symbols(struct kmt_kofile *ko, struct kmt_arena *arena, struct kmt_ko_symbols *out,
	struct kmt_err *err)
{
	struct exports x = {.arena = arena, .out = out};
	struct symbols t = {0};
	int r;

	out->rows.n = 0;
	r = kmt_symtab_open(ko, &t.t, err);
	if (r == 0)
		r = kmt_kofile_named(ko, KMT_KO_EXPORT_FLAGS, "__kflagstab", &t.flags, err);
	if (r == 0)
		r = read_symbols(&t, &x, err);
	kmt_map_free(&x.by_name);
	return r;
}

void kmt_ko_symbols_free(struct kmt_ko_symbols *s)
{
	kmt_vec_free(&s->rows);
}
