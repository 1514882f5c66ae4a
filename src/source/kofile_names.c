/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The names that link modules, straight out of the buffers: what `kmtool index` reads of each file. */
#include "kofile_priv.h"

#include <errno.h>
#include <string.h>

#define CRC "__crc_"
#define CRC_LEN (sizeof(CRC) - 1)
/* struct modversion_info: an unsigned long of the target, whose low half is the CRC, then the name. */
#define VERSION_ROW 64

struct names {
	struct kmt_kofile *ko;
	bool want_crcs;
	kmt_ko_name_fn fn;
	void *ctx;
	/* The symbol table in this machine's byte order: one of both, depending on the class. */
	const Elf32_Sym *small;
	const Elf64_Sym *large;
	size_t n, first_global;
	const char *strings; /* ends with a NUL */
	size_t strings_n;
	const GElf_Shdr *crc_section; /* the one that is in CRCS */
	struct kmt_ko_piece crcs;
	bool any_export;
	bool strict; /* every CRC has to have a name */
};

/* Decodes the symbols of SECTION from number START on, all at once, if they need it. */
static int read_symbols(struct names *t, const GElf_Shdr *section, size_t size, size_t start,
	struct kmt_err *err)
{
	struct kmt_ko_piece raw;
	const void *symbols;
	int r = kmt_kofile_piece(t->ko, KMT_KO_SYMTAB, section->sh_offset + start * size,
		(t->n - start) * size, "the symbol table", &raw, err);

	if (!r)
		r = kmt_kofile_decode_symbols(t->ko, &raw, &symbols, err);
	if (r < 0)
		return r;
	if (size == sizeof(Elf32_Sym))
		t->small = symbols;
	else
		t->large = symbols;
	t->n -= start;
	t->first_global -= start;
	return 0;
}

static int read_strings(struct names *t, uint32_t link, struct kmt_err *err)
{
	struct kmt_ko_piece strings;
	int r;

	if (link >= t->ko->n_sections)
		return kmt_kofile_fail(t->ko, err, ENOEXEC, "damaged: symbols without names");
	r = kmt_kofile_contents(t->ko, KMT_KO_STRTAB, &t->ko->sections[link], &strings, err);
	if (r < 0)
		return r;
	if (!strings.n || strings.p[strings.n - 1])
		return kmt_kofile_fail(t->ko, err, ENOEXEC, "damaged: symbol names without an end");
	t->strings = (const char *)strings.p;
	t->strings_n = strings.n;
	return 0;
}

/* Local symbols matter only for exports, whose CRCs they are; then there are export strings, too. */
static int open_symtab(struct names *t, struct kmt_err *err)
{
	const struct kmt_kofile *ko = t->ko;
	const GElf_Shdr *section = kmt_kofile_find_symtab(ko);
	size_t size = ko->ident[EI_CLASS] == ELFCLASS32 ? sizeof(Elf32_Sym) : sizeof(Elf64_Sym);
	size_t start = 1;
	int r;

	if (!section)
		return 0;
	if (section->sh_entsize != size || section->sh_size % size)
		return kmt_kofile_fail(t->ko, err, ENOEXEC, "damaged: symbols of %llu bytes",
			(unsigned long long)section->sh_entsize);
	/* Where the section ends is checked with each piece of it, so not here. */
	t->n = (size_t)(section->sh_size / size);
	t->first_global = section->sh_info < t->n ? section->sh_info : t->n;
	if (t->n <= 1)
		return 0;
	if (!kmt_kofile_has_section(ko, "__ksymtab_strings") && t->first_global > start)
		start = t->first_global;
	r = read_symbols(t, section, size, start, err);
	return r < 0 ? r : read_strings(t, section->sh_link, err);
}

struct symbol {
	const char *name;
	uint64_t value;
	unsigned int shndx;
	unsigned char info;
};

/* False if the name lies outside of the table. */
static inline bool get_symbol(const struct names *t, size_t i, struct symbol *out)
{
	uint32_t name;

	if (t->large) {
		name = t->large[i].st_name;
		out->value = t->large[i].st_value;
		out->shndx = t->large[i].st_shndx;
		out->info = t->large[i].st_info;
	} else {
		name = t->small[i].st_name;
		out->value = t->small[i].st_value;
		out->shndx = t->small[i].st_shndx;
		out->info = t->small[i].st_info;
	}
	out->name = t->strings + name;
	return name < t->strings_n;
}

static int bad_name(const struct names *t, struct kmt_err *err)
{
	return kmt_kofile_fail(t->ko, err, ENOEXEC, "damaged: a symbol name outside of the table");
}

/* The CRC is the symbol's value, on newer kernels the word that it points to. */
static int read_crc(struct names *t, const struct symbol *sym, uint32_t *crc, struct kmt_err *err)
{
	const GElf_Shdr *section;

	*crc = (uint32_t)sym->value;
	if (sym->shndx == SHN_ABS || sym->shndx == SHN_UNDEF || !t->want_crcs)
		return 0;
	if (sym->shndx >= t->ko->n_sections)
		return kmt_kofile_fail(t->ko, err, ENOEXEC, "damaged: a CRC outside of all sections");
	section = &t->ko->sections[sym->shndx];
	if (section != t->crc_section) {
		int r = kmt_kofile_contents(t->ko, KMT_KO_CRCS, section, &t->crcs, err);

		if (r < 0)
			return r;
		t->crc_section = section;
	}
	if (t->crcs.n < 4 || sym->value > t->crcs.n - 4)
		return kmt_kofile_fail(t->ko, err, ENOEXEC, "damaged: a CRC outside of its section");
	*crc = kmt_kofile_u32(t->ko, t->crcs.p + sym->value);
	return 0;
}

static int tell_exports(struct names *t, struct kmt_err *err)
{
	for (size_t i = 0; i < t->n; i++) {
		struct symbol sym;
		const char *name;
		uint32_t crc;
		int r;

		if (!get_symbol(t, i, &sym))
			return bad_name(t, err);
		/* Most names differ in the first byte: spare the call. */
		if (sym.name[0] != CRC[0] || strncmp(sym.name, CRC, CRC_LEN))
			continue;
		r = read_crc(t, &sym, &crc, err);
		if (r < 0)
			return r;
		name = sym.name + CRC_LEN;
		t->fn(t->ctx, KMT_KO_NAME_EXPORT, name, strlen(name), crc);
		t->any_export = true;
	}
	return 0;
}

/* A kernel without CONFIG_MODVERSIONS has no CRCs. These strings hold namespaces, too. */
static int tell_export_strings(struct names *t, struct kmt_err *err)
{
	struct kmt_ko_piece strings;
	const char *s, *end, *nul;
	int r = kmt_kofile_named(
		t->ko, KMT_KO_EXPORT_STRINGS, "__ksymtab_strings", &strings, err);

	if (r < 0)
		return r;
	s = (const char *)strings.p;
	for (end = s + strings.n; s < end; s = nul + 1) {
		nul = memchr(s, '\0', (size_t)(end - s));
		if (!nul)
			return kmt_kofile_fail(t->ko, err, ENOEXEC, "damaged: an export without an end");
		if (nul > s)
			t->fn(t->ctx, KMT_KO_NAME_EXPORT, s, (size_t)(nul - s), 0);
	}
	return 0;
}

/* SPARC's compiler marks global registers as undefined symbols. */
static bool is_register(const struct kmt_kofile *ko, const struct symbol *sym)
{
	return (ko->header.e_machine == EM_SPARC || ko->header.e_machine == EM_SPARCV9) &&
	       GELF_ST_TYPE(sym->info) == STT_SPARC_REGISTER;
}

static int tell_needs(struct names *t, struct kmt_err *err)
{
	for (size_t i = t->first_global; i < t->n; i++) {
		struct symbol sym;

		if (!get_symbol(t, i, &sym))
			return bad_name(t, err);
		if (sym.shndx == SHN_UNDEF && *sym.name && !is_register(t->ko, &sym))
			t->fn(t->ctx,
				GELF_ST_BIND(sym.info) == STB_WEAK ? KMT_KO_NAME_NEED_WEAK
								   : KMT_KO_NAME_NEED,
				sym.name, strlen(sym.name), 0);
	}
	return 0;
}

static int tell_versions(struct names *t, struct kmt_err *err)
{
	size_t word = t->ko->ident[EI_CLASS] == ELFCLASS32 ? 4 : 8;
	size_t low = word == 8 && t->ko->ident[EI_DATA] == ELFDATA2MSB ? 4 : 0;
	struct kmt_ko_piece rows;
	int r = kmt_kofile_named(t->ko, KMT_KO_VERSIONS, "__versions", &rows, err);

	for (size_t i = 0; r == 0 && rows.n - i >= VERSION_ROW; i += VERSION_ROW) {
		const char *name = (const char *)rows.p + i + word;
		size_t len = strnlen(name, VERSION_ROW - word);

		if (len == VERSION_ROW - word)
			return kmt_kofile_fail(t->ko, err, ENOEXEC, "damaged: a version without an end");
		if (len)
			t->fn(t->ctx, KMT_KO_NAME_VERSION, name, len, kmt_kofile_u32(t->ko, rows.p + i + low));
	}
	return r;
}

/* The format of kernels since 6.14, for names that do not fit the other one. */
static int tell_extended_versions(struct names *t, struct kmt_err *err)
{
	struct kmt_ko_piece crcs, names;
	const char *name, *end, *nul;
	size_t i = 0;
	int r = kmt_kofile_named(t->ko, KMT_KO_VERSIONS, "__version_ext_crcs", &crcs, err);

	if (r == 0)
		r = kmt_kofile_named(t->ko, KMT_KO_VERSION_NAMES, "__version_ext_names", &names, err);
	if (r < 0)
		return r;
	name = (const char *)names.p;
	end = name + names.n;
	for (; crcs.n - i >= 4 && name < end; i += 4, name = nul + 1) {
		nul = memchr(name, '\0', (size_t)(end - name));
		if (!nul)
			return kmt_kofile_fail(t->ko, err, ENOEXEC, "damaged: a version without an end");
		t->fn(t->ctx, KMT_KO_NAME_VERSION, name, (size_t)(nul - name),
			kmt_kofile_u32(t->ko, crcs.p + i));
	}
	if (t->strict && crcs.n - i >= 4)
		return kmt_kofile_fail(t->ko, err, ENOEXEC, "damaged: a version without a name");
	return 0;
}

int kmt_kofile_version_rows(
	struct kmt_kofile *ko, bool extended, kmt_ko_name_fn fn, void *ctx, struct kmt_err *err)
{
	struct names t = {.ko = ko, .fn = fn, .ctx = ctx, .strict = true};

	return extended ? tell_extended_versions(&t, err) : tell_versions(&t, err);
}

int kmt_kofile_versions(struct kmt_kofile *ko, kmt_ko_name_fn fn, void *ctx, struct kmt_err *err)
{
	struct names t = {.ko = ko, .fn = fn, .ctx = ctx};

	return kmt_kofile_has_section(ko, "__version_ext_crcs") ? tell_extended_versions(&t, err)
								 : tell_versions(&t, err);
}

int kmt_kofile_names(struct kmt_kofile *ko, bool want_crcs, kmt_ko_name_fn fn, void *ctx,
	struct kmt_err *err)
{
	struct names t = {.ko = ko, .want_crcs = want_crcs, .fn = fn, .ctx = ctx};
	int r = open_symtab(&t, err);

	if (r == 0 && t.strings)
		r = tell_exports(&t, err);
	if (r == 0 && !t.any_export)
		r = tell_export_strings(&t, err);
	if (r == 0 && t.strings)
		r = tell_needs(&t, err);
	return r == 0 ? kmt_kofile_versions(ko, fn, ctx, err) : r;
}
