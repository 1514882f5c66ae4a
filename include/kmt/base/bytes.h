/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers of a fixed byte order in bytes that need not be aligned. */
#ifndef KMT_BASE_BYTES_H
#define KMT_BASE_BYTES_H

#include <endian.h>
#include <stdint.h>
#include <string.h>

#define KMT_BYTES_READER(name, bits, convert)                                                      \
	static inline uint##bits##_t kmt_##name(const void *p)                                     \
	{                                                                                          \
		uint##bits##_t n;                                                                  \
                                                                                                   \
		memcpy(&n, p, sizeof(n));                                                          \
		return convert(n);                                                                 \
	}

KMT_BYTES_READER(le16, 16, le16toh)
KMT_BYTES_READER(le32, 32, le32toh)
KMT_BYTES_READER(le64, 64, le64toh)
KMT_BYTES_READER(be16, 16, be16toh)
KMT_BYTES_READER(be32, 32, be32toh)
KMT_BYTES_READER(be64, 64, be64toh)

#undef KMT_BYTES_READER

#endif
