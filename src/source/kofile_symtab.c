/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The symbol table of a module file, symbol by symbol. */
#include "kofile_priv.h"

#include <errno.h>
#include <string.h>

#define PARAM_STRING "__param_str_"

const GElf_Shdr *kmt_kofile_find_symtab(const struct kmt_kofile *ko)
{
	for (size_t i = 1; i < ko->n_sections; i++)
		if (ko->sections[i].sh_type == SHT_SYMTAB)
			return &ko->sections[i];
	return NULL;
}

static void widen(const Elf32_Sym *from, GElf_Sym *to)
{
	*to = (GElf_Sym){
		.st_name = from->st_name,
		.st_value = from->st_value,
		.st_size = from->st_size,
		.st_info = from->st_info,
		.st_other = from->st_other,
		.st_shndx = from->st_shndx,
	};
}

int kmt_symtab_get(const struct kmt_symtab *t, size_t i, GElf_Sym *out, struct kmt_err *err)
{
	const unsigned char *p = t->entries.p + i * t->entry_size;
	Elf32_Sym small;
	int r;

	if (t->ko->ident[EI_CLASS] == ELFCLASS64)
		return kmt_kofile_decode(t->ko, ELF_T_SYM, out, p, t->entry_size, err);
	r = kmt_kofile_decode(t->ko, ELF_T_SYM, &small, p, t->entry_size, err);
	if (r == 0)
		widen(&small, out);
	return r;
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
	int r;

	*t = (struct kmt_symtab){.ko = ko};
	if (!section)
		return 0;
	t->entry_size = ko->ident[EI_CLASS] == ELFCLASS32 ? sizeof(Elf32_Sym) : sizeof(Elf64_Sym);
	if (section->sh_entsize != t->entry_size)
		return kmt_kofile_fail(ko, err, ENOEXEC, "damaged: symbols of %llu bytes",
			(unsigned long long)section->sh_entsize);
	if (section->sh_link >= ko->n_sections)
		return kmt_kofile_fail(ko, err, ENOEXEC, "damaged: symbols without names");
	r = kmt_kofile_contents(ko, KMT_KO_SYMTAB, section, &t->entries, err);
	if (r == 0)
		r = kmt_kofile_contents(
			ko, KMT_KO_STRTAB, &ko->sections[section->sh_link], &t->strings, err);
	if (r < 0)
		return r;
	/* A last string without its end is none. */
	while (t->strings.n && t->strings.p[t->strings.n - 1])
		t->strings.n--;
	t->n = t->entries.n / t->entry_size;
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
