/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The header of a LUKS volume, as far as it tells what decrypts it: the ciphers of the data. LUKS1: "LUKS
 * On-Disk Format Specification" 1.2.3, a struct; LUKS2: "LUKS2 On-Disk Format Specification" 1.1.4, JSON.
 */
#ifndef KMT_SOURCE_LUKS_H
#define KMT_SOURCE_LUKS_H

#include <stddef.h>
#include <stdint.h>
#include <kmt/base/arena.h>
#include <kmt/base/vec.h>

/* A header is never larger, and its JSON text is far smaller: more of it is not parsed. */
#define KMT_LUKS_HEADER_MAX ((size_t)4 << 20)
#define KMT_LUKS_JSON_MAX ((size_t)512 << 10)

struct kmt_luks {
	unsigned int version;
	struct kmt_strv ciphers;   /* "aes-xts-plain64"; each once */
	struct kmt_strv integrity; /* "hmac(sha256)", "poly1305"; each once */
};

/* DATA is the beginning of the volume. -EBADMSG if it is no header, or a damaged one: OUT has what was
 * found. Strings live in ARENA. Pure. */
int kmt_luks_parse(const void *data, size_t n, struct kmt_arena *arena, struct kmt_luks *out);
/* The same of the volume at AT of FD. -errno if it cannot be read. */
int kmt_luks_read(int fd, uint64_t at, struct kmt_arena *arena, struct kmt_luks *out);
void kmt_luks_free(struct kmt_luks *luks);

#endif
