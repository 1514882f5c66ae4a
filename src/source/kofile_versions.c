/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The CRCs of the symbols that a module was built against (CONFIG_MODVERSIONS). */
#include "kofile_priv.h"

#include <string.h>

/* struct modversion_info: an unsigned long of the target, then the name, 64 bytes together. */
#define ROW_SIZE 64

static int read_basic(struct kmt_kofile *ko, struct kmt_arena *arena, struct kmt_ko_versions *out,
	struct kmt_err *err)
{
	size_t word = ko->ident[EI_CLASS] == ELFCLASS32 ? 4 : 8;
	/* The CRC is in the low half of the word. */
	size_t low = word == 8 && ko->ident[EI_DATA] == ELFDATA2MSB ? 4 : 0;
	struct kmt_ko_piece piece;
	int r = kmt_kofile_named(ko, KMT_KO_VERSIONS, "__versions", &piece, err);

	for (size_t i = 0; r == 0 && piece.n - i >= ROW_SIZE; i += ROW_SIZE) {
		const char *name = (const char *)piece.p + i + word;
		struct kmt_ko_version row = {.crc = kmt_kofile_u32(ko, piece.p + i + low)};

		row.name = kmt_arena_strndup(arena, name, ROW_SIZE - word);
		kmt_vec_push(&out->rows, row);
	}
	return r;
}

/* __version_ext_crcs holds 32-bit numbers, __version_ext_names as many strings. */
static int read_extended(struct kmt_kofile *ko, struct kmt_arena *arena,
	struct kmt_ko_versions *out, struct kmt_err *err)
{
	struct kmt_ko_piece crcs, names;
	const char *name, *end;
	int r = kmt_kofile_named(ko, KMT_KO_VERSIONS, "__version_ext_crcs", &crcs, err);

	if (r == 0)
		r = kmt_kofile_named(ko, KMT_KO_VERSION_NAMES, "__version_ext_names", &names, err);
	if (r < 0)
		return r;
	name = (const char *)names.p;
	end = name + names.n;
	for (size_t i = 0; crcs.n - i >= 4 && name < end; i += 4) {
		size_t len = strnlen(name, (size_t)(end - name));
		struct kmt_ko_version row = {.crc = kmt_kofile_u32(ko, crcs.p + i)};

		row.name = kmt_arena_strndup(arena, name, len);
		kmt_vec_push(&out->rows, row);
		name += len + 1;
	}
	return 0;
}

int kmt_kofile_versions(struct kmt_kofile *ko, struct kmt_arena *arena, struct kmt_ko_versions *out,
	struct kmt_err *err)
{
	out->rows.n = 0;
	if (kmt_kofile_has_section(ko, "__version_ext_crcs"))
		return read_extended(ko, arena, out, err);
	return read_basic(ko, arena, out, err);
}

void kmt_ko_versions_free(struct kmt_ko_versions *v)
{
	kmt_vec_free(&v->rows);
}
