/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bytes as letters, as RFC 4648 section 4 has it. */
#ifndef KMT_BASE_BASE64_H
#define KMT_BASE_BASE64_H

#include <kmt/base/strbuf.h>

/* Adds N bytes of DATA, padded, without line breaks. */
void kmt_base64_add(struct kmt_strbuf *out, const void *data, size_t n);

#endif
