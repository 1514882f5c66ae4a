/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The "key=value" strings that modpost puts into .modinfo. Pure: bytes in, fields out.
 */
#ifndef KMT_SOURCE_MODINFO_H
#define KMT_SOURCE_MODINFO_H

#include <stdbool.h>
#include <stddef.h>
#include <kmt/base/vec.h>

struct kmt_modinfo_field {
	const char *key; /* not terminated: KEY_LEN bytes */
	size_t key_len;
	const char *value; /* terminated; "" if the string has no '=' */
	size_t value_len;
};

struct kmt_modinfo {
	KMT_VEC(struct kmt_modinfo_field) fields; /* in the order of the section */
};

/* The next string at *P, before END, and *P behind it; empty strings are padding. False at the end, or before
 * a last string that is not terminated. */
bool kmt_modinfo_next(const char **p, const char *end, struct kmt_modinfo_field *out);
/* All of them. OUT is emptied first. Fields point into DATA. */
void kmt_modinfo_parse(const char *data, size_t n, struct kmt_modinfo *out);

void kmt_modinfo_free(struct kmt_modinfo *m);

bool kmt_modinfo_is(const struct kmt_modinfo_field *field, const char *key);
/* The first value of KEY, or NULL. */
const char *kmt_modinfo_get(const struct kmt_modinfo *m, const char *key);

/* A parameter as the module declares it: "parm=NAME:DESCRIPTION" and "parmtype=NAME:TYPE" put
 * together. */
struct kmt_modinfo_param {
	const char *name; /* not terminated: NAME_LEN bytes */
	size_t name_len;
	const char *description; /* NULL if there is none */
	const char *type;        /* "int", "charp", "array of uint" ...; NULL if not said */
};

struct kmt_modinfo_params {
	KMT_VEC(struct kmt_modinfo_param) rows; /* in the order of first appearance */
};

/* OUT is emptied first. A field without ':' is left out. Rows point to where the fields point. */
void kmt_modinfo_params(const struct kmt_modinfo *m, struct kmt_modinfo_params *out);
void kmt_modinfo_params_free(struct kmt_modinfo_params *p);

#endif
