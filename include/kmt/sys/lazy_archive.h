/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is used of libarchive: its decompressors, and no others than those that are asked for by name.
 * Only for builds with HAVE_ARCHIVE. */
#ifndef KMT_SYS_LAZY_ARCHIVE_H
#define KMT_SYS_LAZY_ARCHIVE_H

#include <archive.h>

#include <kmt/sys/lazy.h>

#define KMT_ARCHIVE_FUNCTIONS(X)                                                                   \
	X(archive_read_new)                                                                        \
	X(archive_read_free)                                                                       \
	X(archive_read_support_filter_bzip2)                                                       \
	X(archive_read_support_filter_gzip)                                                        \
	X(archive_read_support_filter_lz4)                                                         \
	X(archive_read_support_filter_lzma)                                                        \
	X(archive_read_support_filter_xz)                                                          \
	X(archive_read_support_filter_zstd)                                                        \
	X(archive_read_support_format_raw)                                                         \
	X(archive_read_open)                                                                       \
	X(archive_read_next_header)                                                                \
	X(archive_read_data)                                                                       \
	X(archive_filter_bytes)                                                                    \
	X(archive_error_string)

struct kmt_lazy_archive {
	KMT_ARCHIVE_FUNCTIONS(KMT_LAZY_MEMBER)
};

/* NULL with ERR filled if it cannot be opened. */
static inline const struct kmt_lazy_archive *kmt_lazy_archive(struct kmt_err *err)
{
	return kmt_lazy_get(KMT_LAZY_ARCHIVE, err);
}

#endif
