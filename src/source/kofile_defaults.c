/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The values that parameters have before anybody sets them, and whose functions set them, out of the module's
 * data.
 *
 * Each parameter has a struct kernel_param in section __param (linux/moduleparam.h); its pointers are
 * relocations: to the name, to the functions that read and write the value, to the value. The values are
 * shown as the kernel's own functions do (kernel/params.c); what other functions do with them is not known.
 */
#include "kofile_priv.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* More parameters than any module has, and the longest text that is looked at. */
#define PARAMS_MAX 1024
#define TEXT_MAX 256

/* Byte OFFSET of section SECTION; 0 if it is in none of this file. SYMBOL: what it is called, "" if that is
 * not known. */
struct place {
	size_t section;
	uint64_t offset;
	const char *symbol;
};

/* The relocations of one section, in the order of what they change. */
struct relocs {
	size_t section;
	struct kmt_ko_piece entries;
	size_t entry_size, n; /* N is 0 if there are none, or not in this order */
	bool addends;	      /* SHT_RELA; else the addend is in the place itself */
};

struct reader {
	struct kmt_kofile *ko;
	struct kmt_symtab symtab;
	struct kmt_arena *arena;
	size_t word; /* bytes of a pointer, and of a long */
	struct relocs params, others;
};

/* How a function of the kernel shows a value: the end of its name, the size of the value (0: a long) ... */
struct format {
	const char *type;
	size_t size;
	bool (*show)(struct reader *r, const struct format *f, const struct place *at, struct kmt_strbuf *out);
};

static uint64_t number(const struct reader *r, const unsigned char *p, size_t n)
{
	bool big = r->ko->ident[EI_DATA] == ELFDATA2MSB;
	uint64_t v = 0;

	for (size_t i = 0; i < n; i++)
		v = v << 8 | p[big ? i : n - 1 - i];
	return v;
}

/* N bytes at AT, zeros where the file has none. NULL if they are not all inside of the section. */
static const unsigned char *bytes_at(struct reader *r, const struct place *at, size_t n)
{
	static const unsigned char zeros[TEXT_MAX];
	const GElf_Shdr *section = &r->ko->sections[at->section];
	struct kmt_ko_piece piece;

	if (!at->section || at->offset > section->sh_size || n > section->sh_size - at->offset)
		return NULL;
	if (section->sh_type == SHT_NOBITS)
		return zeros;
	return kmt_kofile_piece(r->ko, KMT_KO_VALUE, section->sh_offset + at->offset, n, "a parameter", &piece,
		       NULL)
		       ? NULL
		       : piece.p;
}

static uint64_t reloc_offset(const struct reader *r, const struct relocs *relocs, size_t i)
{
	return number(r, relocs->entries.p + i * relocs->entry_size, r->word);
}

static bool in_order(const struct reader *r, const struct relocs *relocs)
{
	for (size_t i = 1; i < relocs->n; i++)
		if (reloc_offset(r, relocs, i) < reloc_offset(r, relocs, i - 1))
			return false;
	return true;
}

/* Reads the relocations of SECTION to RELOCS, unless they are there already. */
static int read_relocs(struct reader *r, struct relocs *relocs, enum kmt_ko_slot slot, size_t section,
	struct kmt_err *err)
{
	const GElf_Shdr *from = NULL;
	int status;

	if (relocs->section == section)
		return 0;
	*relocs = (struct relocs){.section = section};
	for (size_t i = 1; i < r->ko->n_sections && !from; i++) {
		const GElf_Shdr *s = &r->ko->sections[i];

		if ((s->sh_type == SHT_RELA || s->sh_type == SHT_REL) && s->sh_info == section)
			from = s;
	}
	if (!from)
		return 0;
	status = kmt_kofile_contents(r->ko, slot, from, &relocs->entries, err);
	if (status < 0)
		return status;
	relocs->addends = from->sh_type == SHT_RELA;
	relocs->entry_size = r->word * (relocs->addends ? 3 : 2);
	relocs->n = relocs->entries.n / relocs->entry_size;
	if (!in_order(r, relocs))
		relocs->n = 0;
	return 0;
}

/* The relocation that changes byte OFFSET; NULL if there is none. */
static const unsigned char *find_reloc(const struct reader *r, const struct relocs *relocs, uint64_t offset)
{
	size_t low = 0, high = relocs->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		uint64_t here = reloc_offset(r, relocs, middle);

		if (here == offset)
			return relocs->entries.p + middle * relocs->entry_size;
		if (here < offset)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

/* r_info of a 64-bit file. On MIPS it is a struct whose first member, of four bytes, is the symbol. */
static uint64_t symbol_of(const struct reader *r, const unsigned char *info)
{
	return r->ko->header.e_machine == EM_MIPS ? number(r, info, 4) : number(r, info, 8) >> 32;
}

/* Where the pointer at AT leads. False if no relocation makes it one. */
static bool follow(struct reader *r, const struct relocs *relocs, const struct place *at, struct place *to)
{
	const unsigned char *entry = find_reloc(r, relocs, at->offset), *addend;
	const GElf_Shdr *section;
	uint64_t index;
	GElf_Sym sym;

	if (!entry)
		return false;
	index = r->word == 8 ? symbol_of(r, entry + 8) : number(r, entry + 4, 4) >> 8;
	if (index >= r->symtab.n)
		return false;
	addend = relocs->addends ? entry + 2 * r->word : bytes_at(r, at, r->word);
	if (!addend)
		return false;
	kmt_symtab_get(&r->symtab, (size_t)index, &sym);
	section = kmt_symtab_section(&r->symtab, &sym);
	*to = (struct place){
		.section = section ? (size_t)(section - r->ko->sections) : 0,
		.offset = sym.st_value + number(r, addend, r->word),
		.symbol = kmt_symtab_name(&r->symtab, &sym),
	};
	if (r->word == 4)
		to->offset &= UINT32_MAX;
	return true;
}

/* The same for a pointer in the module's data; to read that section's relocations may fail. */
static bool follow_data(struct reader *r, const struct place *at, struct place *to)
{
	return at->section && !read_relocs(r, &r->others, KMT_KO_RELOCS, at->section, NULL) &&
	       follow(r, &r->others, at, to);
}

static struct place moved(const struct place *at, uint64_t by)
{
	return (struct place){at->section, at->offset + by, ""};
}

/* Adds the string at AT; a longer one than is looked at is not known. */
static bool add_text(struct reader *r, const struct place *at, struct kmt_strbuf *out)
{
	const GElf_Shdr *section = &r->ko->sections[at->section];
	const unsigned char *p;
	size_t n = TEXT_MAX;

	if (!at->section || at->offset >= section->sh_size)
		return false;
	if (n > section->sh_size - at->offset)
		n = (size_t)(section->sh_size - at->offset);
	p = bytes_at(r, at, n);
	if (!p || !memchr(p, '\0', n))
		return false;
	kmt_strbuf_addstr(out, (const char *)p);
	return true;
}

static bool read_number(struct reader *r, const struct format *f, const struct place *at, uint64_t *out)
{
	size_t n = f->size ? f->size : r->word;
	const unsigned char *p = bytes_at(r, at, n);

	if (p)
		*out = number(r, p, n);
	return p != NULL;
}

static bool show_unsigned(
	struct reader *r, const struct format *f, const struct place *at, struct kmt_strbuf *out)
{
	uint64_t v;

	if (!read_number(r, f, at, &v))
		return false;
	kmt_strbuf_addf(out, "%" PRIu64, v);
	return true;
}

static bool show_signed(
	struct reader *r, const struct format *f, const struct place *at, struct kmt_strbuf *out)
{
	size_t unused = 64 - 8 * (f->size ? f->size : r->word);
	uint64_t v;

	if (!read_number(r, f, at, &v))
		return false;
	kmt_strbuf_addf(out, "%" PRId64, (int64_t)(v << unused) >> unused);
	return true;
}

static bool show_hex(
	struct reader *r, const struct format *f, const struct place *at, struct kmt_strbuf *out)
{
	uint64_t v;

	if (!read_number(r, f, at, &v))
		return false;
	kmt_strbuf_addf(out, "%#08" PRIx64, v);
	return true;
}

static bool show_bool(
	struct reader *r, const struct format *f, const struct place *at, struct kmt_strbuf *out)
{
	bool inverted = f->type[0] == 'i';
	uint64_t v;

	if (!read_number(r, f, at, &v))
		return false;
	kmt_strbuf_addc(out, (v != 0) != inverted ? 'Y' : 'N');
	return true;
}

static bool show_charp(
	struct reader *r, const struct format *f, const struct place *at, struct kmt_strbuf *out)
{
	struct place to;
	uint64_t v;

	if (follow_data(r, at, &to))
		return add_text(r, &to, out);
	if (!read_number(r, f, at, &v) || v)
		return false;
	kmt_strbuf_addstr(out, "(null)");
	return true;
}

/* struct kparam_string: its size, and where it is. */
static bool show_string(
	struct reader *r, const struct format *f, const struct place *at, struct kmt_strbuf *out)
{
	struct place pointer = moved(at, r->word), to;

	(void)f;
	return follow_data(r, &pointer, &to) && add_text(r, &to, out);
}

static const struct format formats[] = {
	{"bool", 1, show_bool},
	{"bool_enable_only", 1, show_bool},
	{"invbool", 1, show_bool},
	{"bint", 4, show_signed},
	{"byte", 1, show_unsigned},
	{"short", 2, show_signed},
	{"ushort", 2, show_unsigned},
	{"int", 4, show_signed},
	{"uint", 4, show_unsigned},
	{"long", 0, show_signed},
	{"ulong", 0, show_unsigned},
	{"ullong", 8, show_unsigned},
	{"hexint", 4, show_hex},
	{"charp", 0, show_charp},
	{"string", 0, show_string},
};

static const struct format *find_format(const char *symbol, const char *prefix)
{
	size_t n = strlen(prefix);

	if (strncmp(symbol, prefix, n) != 0)
		return NULL;
	for (size_t i = 0; i < KMT_ARRAY_SIZE(formats); i++)
		if (!strcmp(symbol + n, formats[i].type))
			return &formats[i];
	return NULL;
}

/* By the kernel's own struct kernel_param_ops, or by the function "get" in one of the module's. */
static const struct format *format_of(struct reader *r, const struct place *ops)
{
	struct place get = moved(ops, 2 * r->word), to;

	if (!ops->section)
		return find_format(ops->symbol, "param_ops_");
	return follow_data(r, &get, &to) && !to.section ? find_format(to.symbol, "param_get_") : NULL;
}

static bool is_array(const struct place *ops)
{
	return !ops->section && !strcmp(ops->symbol, "param_array_ops");
}

/* Whether the kernel's own functions set the value, which then has the type that .modinfo says. */
static bool has_standard_ops(struct reader *r, const struct place *ops, const struct place *value)
{
	struct place at = moved(value, 8 + r->word), elements;

	if (!is_array(ops))
		return !ops->section && find_format(ops->symbol, "param_ops_");
	return follow_data(r, &at, &elements) && !elements.section && find_format(elements.symbol, "param_ops_");
}

/* struct kparam_array: most elements (int), size of one (int), where their number is, functions, elements.
 * Without a place for their number, all are shown. */
static bool show_array(struct reader *r, const struct place *at, struct kmt_strbuf *out)
{
	static const struct format count = {"uint", 4, show_unsigned};
	struct place place = moved(at, 8), to, ops;
	const struct format *f;
	const unsigned char *p = bytes_at(r, at, 8);
	uint64_t n, size;

	if (!p)
		return false;
	n = number(r, p, 4);
	size = number(r, p + 4, 4);
	if (follow_data(r, &place, &to) && !read_number(r, &count, &to, &n))
		return false;
	place.offset += r->word;
	if (!follow_data(r, &place, &ops))
		return false;
	place.offset += r->word;
	if (!follow_data(r, &place, &to))
		return false;
	f = format_of(r, &ops);
	for (uint64_t i = 0; i < n; i++, to.offset += size) {
		if (out->len > TEXT_MAX)
			return false;
		if (i)
			kmt_strbuf_addc(out, ',');
		if (!f || !f->show(r, f, &to, out))
			return false;
	}
	return n > 0;
}

static bool show(struct reader *r, const struct place *ops, const struct place *value, struct kmt_strbuf *out)
{
	const struct format *f;

	if (is_array(ops))
		return show_array(r, value, out);
	f = format_of(r, ops);
	return f && f->show(r, f, value, out);
}

/* struct kernel_param: name, module, functions, four bytes, value. */
static void read_param(struct reader *r, const struct place *at, struct kmt_ko_defaults *out)
{
	kmt_autostrbuf struct kmt_strbuf name = KMT_STRBUF_INIT, text = KMT_STRBUF_INIT;
	struct place member = *at, to, ops;
	bool shown;

	if (!follow(r, &r->params, &member, &to) || !add_text(r, &to, &name))
		return;
	member.offset += r->word;
	if (!follow(r, &r->params, &member, &to) || strcmp(to.symbol, "__this_module") != 0)
		return;
	member.offset += r->word;
	if (!follow(r, &r->params, &member, &ops))
		return;
	member.offset += r->word + (r->word == 8 ? 8 : 4);
	if (!follow(r, &r->params, &member, &to))
		to = (struct place){0};
	shown = show(r, &ops, &to, &text);
	kmt_vec_push(&out->rows, (struct kmt_ko_default){
					 .name = kmt_arena_strdup(r->arena, kmt_strbuf_str(&name)),
					 .value = shown ? kmt_arena_strdup(r->arena, kmt_strbuf_str(&text)) : NULL,
					 .standard_ops = has_standard_ops(r, &ops, &to),
				 });
}

int kmt_kofile_param_defaults(
	struct kmt_kofile *ko, struct kmt_arena *arena, struct kmt_ko_defaults *out, struct kmt_err *err)
{
	struct reader r = {.ko = ko, .arena = arena, .word = ko->ident[EI_CLASS] == ELFCLASS64 ? 8 : 4};
	const GElf_Shdr *section = kmt_kofile_section(ko, "__param");
	uint64_t size = 4 * r.word + (r.word == 8 ? 8 : 4);
	struct place at = {0};
	int status;

	out->rows.n = 0;
	if (!section)
		return 0;
	at.section = (size_t)(section - ko->sections);
	status = kmt_symtab_open(ko, &r.symtab, err);
	if (!status)
		status = read_relocs(&r, &r.params, KMT_KO_PARAM_RELOCS, at.section, err);
	for (size_t i = 0; !status && i < PARAMS_MAX && i < section->sh_size / size; i++, at.offset += size)
		read_param(&r, &at, out);
	return status;
}

void kmt_ko_defaults_free(struct kmt_ko_defaults *d)
{
	kmt_vec_free(&d->rows);
}
