/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/base/origin.h>

#include <kmt/base/arena.h>

const char *kmt_origin_text(const struct kmt_origin *origin, struct kmt_arena *arena)
{
	if (!origin->file)
		return NULL;
	if (!origin->line)
		return kmt_arena_strdup(arena, origin->file);
	return kmt_arena_printf(arena, "%s:%u", origin->file, origin->line);
}
