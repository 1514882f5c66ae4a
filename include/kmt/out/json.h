/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * JSON documents by json-c. Every document is an object with a "schema" number; keys are a contract,
 * listed in the man pages. Whatever the bytes in a module or a log, what comes out is valid UTF-8.
 */
#ifndef KMT_OUT_JSON_H
#define KMT_OUT_JSON_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <kmt/base/err.h>
#include <kmt/base/origin.h>
#include <kmt/base/vec.h>

struct json_object; /* <json.h> of json-c */

/* Raised when a key changes its meaning or goes away; new keys do not raise it. */
#define KMT_JSON_SCHEMA 1

/* A new document: {"schema":1}. The caller puts its members in and gives it to kmt_json_print(). */
struct json_object *kmt_json_document(void);

/* A string, invalid UTF-8 replaced by U+FFFD; null for NULL. */
struct json_object *kmt_json_string(const char *s);
struct json_object *kmt_json_strings(const struct kmt_strv *list); /* an array of strings */
struct json_object *kmt_json_u64(uint64_t n);
/* {"file":...,"line":N}; line is null for a file without lines; null if there is no file. */
struct json_object *kmt_json_origin(const struct kmt_origin *origin);

/* Prints DOC and a newline, and frees DOC. */
void kmt_json_print(FILE *out, struct json_object *doc);

#endif
