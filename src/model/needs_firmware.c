/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The firmware files that the modules of needs declare, and which of them the root does not have. */
#include "needs_priv.h"

#include <string.h>

#include <kmt/source/firmware.h>
#include <kmt/source/kofile.h>

static void add_fields(struct kmt_needs *needs, const char *module, const struct kmt_modinfo *info)
{
	const struct kmt_modinfo_field *field;

	kmt_vec_foreach (field, &info->fields) {
		struct kmt_needs_firmware row = {.module = module};

		if (!kmt_modinfo_is(field, "firmware") || strstr(field->value, ".."))
			continue;
		row.file = kmt_arena_strdup(&needs->arena, field->value);
		row.missing = !kmt_firmware_exists(needs->snap->root, needs->snap->version, row.file);
		kmt_vec_push(&needs->firmware, row);
	}
}

void kmt_needs_find_firmware(struct kmt_needs *needs)
{
	struct kmt_kofile *ko = kmt_kofile_new();
	struct kmt_modinfo info = {0};

	for (size_t i = 0; i < needs->modules.n; i++) {
		const struct kmt_need *need = needs->modules.v[i];

		/* Only drivers of hardware have any. */
		if (!need->found || !strstr(need->found->path, "/drivers/") || need->kind != KMT_NEED_STORAGE)
			continue;
		if (need->builtin && !kmt_modindex_builtin_info(&needs->snap->index, need->module, &info, NULL))
			add_fields(needs, need->module, &info);
		else if (!need->builtin && !kmt_kofile_open(ko, needs->snap->root, need->found->path, NULL) &&
			 !kmt_kofile_modinfo(ko, &info, NULL))
			add_fields(needs, need->module, &info);
	}
	kmt_modinfo_free(&info);
	kmt_kofile_free(ko);
}
