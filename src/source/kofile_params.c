/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names of parameters that .modinfo may not tell of: module_param_cb() without MODULE_PARM_DESC() leaves
 * no field there. But each parameter's name is a string of its own, __param_str_NAME in the symbol table
 * (linux/moduleparam.h, __module_param_call()).
 */
#include "kofile_priv.h"

#include <string.h>

#define PREFIX "__param_str_"

int kmt_kofile_param_names(
	struct kmt_kofile *ko, struct kmt_arena *arena, struct kmt_strv *out, struct kmt_err *err)
{
	const GElf_Shdr *symtab = kmt_kofile_find_symtab(ko);
	struct kmt_ko_piece names;
	size_t prefix = strlen(PREFIX);
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
		if ((size_t)(nul - p) > prefix && !memcmp(p, PREFIX, prefix))
			kmt_vec_push(out, kmt_arena_strdup(arena, (const char *)p + prefix));
	}
	return 0;
}
