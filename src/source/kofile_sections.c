/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kofile_priv.h"

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
