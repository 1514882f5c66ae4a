/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Texts that are searched for in what is known of a module. A module is found if each text is in one of its
 * fields, not necessarily in the same. Pure.
 */
#ifndef KMT_MODEL_TEXTSEARCH_H
#define KMT_MODEL_TEXTSEARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <kmt/base/err.h>

enum kmt_field {
	KMT_FIELD_NAME,
	KMT_FIELD_DESCRIPTION,
	KMT_FIELD_ALIAS,
	KMT_FIELD_AUTHOR,
	KMT_FIELD_PARAM,
	KMT_FIELD_SYMBOL,
	KMT_FIELD_FIRMWARE,
	KMT_FIELD_FIELDS,
};

/* "name", "description" ...; NULL-terminated, by number. */
extern const char *const kmt_field_names[];

/* Fields that the index files tell; the others only module files do. */
#define KMT_FIELD_INDEXED                                                                         \
	(1u << KMT_FIELD_NAME | 1u << KMT_FIELD_ALIAS | 1u << KMT_FIELD_SYMBOL)

#define KMT_TEXTSEARCH_MAX 32

struct kmt_textsearch_text {
	char *folded;	/* lower case */
	char *ident;	/* the same with '_' for '-' */
	bool glob;	/* has *, ? or [: must match the whole value */
};

struct kmt_textsearch {
	struct kmt_textsearch_text texts[KMT_TEXTSEARCH_MAX];
	size_t n;
	unsigned int fields; /* bits of enum kmt_field */
};

/* FIELDS: bits of enum kmt_field, 0 for all. USAGE for an empty text, or too many. Always to be followed by
 * kmt_textsearch_free(). */
int kmt_textsearch_init(struct kmt_textsearch *s, size_t n, char *const *texts, unsigned int fields,
	struct kmt_err *err);
void kmt_textsearch_free(struct kmt_textsearch *s);

/* The field that a key of .modinfo belongs to; KMT_FIELD_FIELDS if to none. "parmtype" is none. */
enum kmt_field kmt_field_of_key(const char *key, size_t n);

/* Which texts VALUE (N bytes) holds, as bits; ASCII letters in either case, and '-' equal to '_' but in
 * descriptions and authors. 0 if FIELD is not searched. */
uint32_t kmt_textsearch_match(
	const struct kmt_textsearch *s, enum kmt_field field, const char *value, size_t n);
/* The bits of all texts. */
uint32_t kmt_textsearch_all(const struct kmt_textsearch *s);

#endif
