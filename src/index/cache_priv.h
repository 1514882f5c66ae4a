/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The cache file, in the machine's own byte order: a header, the lengths of the names, the files, the
 * numbers of names that they export and need, and text (names, paths, .modinfo). Nothing in it is
 * aligned to more than eight bytes, and everything before the text to at least four.
 */
#ifndef KMT_INDEX_CACHE_PRIVATE_H
#define KMT_INDEX_CACHE_PRIVATE_H

#include <stddef.h>
#include <stdint.h>
#include <kmt/index/tree.h>

/* Any change of the format, or of what is taken from a module, gets a new one. */
#define CACHE_MAGIC 0x31786964746d6bu /* "kmtidx1" where the low byte comes first */

struct kmt_cache_header {
	uint64_t magic;		/* also tells the byte order */
	uint64_t checksum;	/* of all that follows */
	uint32_t header_size, file_size; /* of this and the next structure */
	uint32_t n_names, n_files, n_numbers;
	uint32_t pad;
	uint64_t text_size;
};

struct kmt_cache_file {
	struct kmt_filestamp stamp;
	uint64_t path, modinfo;	/* offsets in the text */
	uint32_t path_n, modinfo_n; /* the path without its NUL */
	uint32_t exports, n_exports, needs, n_needs; /* places among the numbers */
};

uint64_t kmt_cache_checksum(const void *data, size_t n);

#endif
