/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One thread's share of a scan. */
#ifndef KMT_INDEX_SCAN_PRIVATE_H
#define KMT_INDEX_SCAN_PRIVATE_H

#include <kmt/index/scan.h>
#include <kmt/source/kofile.h>

/* Where a name stands in the list of needs of the file with that serial number. */
struct kmt_reader_mark {
	uint32_t serial, at;
};

struct kmt_reader {
	const struct kmt_scan_opts *opts;
	struct kmt_kofile *ko;
	struct kmt_arena arena;
	struct kmt_intern names;
	KMT_VEC(struct kmt_modfile *) done; /* the files whose names are numbered by NAMES */
	size_t n_cached;

	/* The directory that was used last. */
	const char *dir;
	int dirfd;

	/* The file that is being read. */
	KMT_VEC(uint32_t) exports;
	KMT_VEC(uint32_t) export_crcs;
	KMT_VEC(uint32_t) needs;
	KMT_VEC(uint32_t) need_crcs;
	uint32_t serial;
	KMT_VEC(struct kmt_reader_mark) marks; /* by number of a name */
};

void kmt_reader_init(struct kmt_reader *r, const struct kmt_scan_opts *opts);
/* One of no particular order. */
void kmt_reader_read_one(struct kmt_reader *r, struct kmt_modfile *file);
/* Frees all but the arena and the names, which belong to the result. */
void kmt_reader_close(struct kmt_reader *r);

#endif
