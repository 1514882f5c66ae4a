/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/out/json.h>

#include <json.h>
#include <stdbool.h>
#include <string.h>

#include <kmt/base/escape.h>
#include <kmt/base/strbuf.h>

struct json_object *kmt_json_document(void)
{
	struct json_object *doc = json_object_new_object();

	json_object_object_add(doc, "schema", json_object_new_int(KMT_JSON_SCHEMA));
	return doc;
}

struct json_object *kmt_json_string(const char *s)
{
	kmt_autostrbuf struct kmt_strbuf b = KMT_STRBUF_INIT;

	if (!s)
		return NULL;
	kmt_escape_utf8(&b, s, strlen(s));
	return json_object_new_string_len(kmt_strbuf_str(&b), (int)b.len);
}

struct json_object *kmt_json_strings(const struct kmt_strv *list)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < list->n; i++)
		json_object_array_add(array, kmt_json_string(list->v[i]));
	return array;
}

struct json_object *kmt_json_u64(uint64_t n)
{
	/* json-c got unsigned numbers in 0.14; nothing here comes near 2^63. */
	return json_object_new_int64(n > INT64_MAX ? INT64_MAX : (int64_t)n);
}

struct json_object *kmt_json_origin(const struct kmt_origin *origin)
{
	struct json_object *o;

	if (!origin->file)
		return NULL;
	o = json_object_new_object();
	json_object_object_add(o, "file", kmt_json_string(origin->file));
	json_object_object_add(o, "line", origin->line ? kmt_json_u64(origin->line) : NULL);
	return o;
}

/* \uXXXX; two of them above U+FFFF. */
static void put_code(FILE *out, uint32_t c)
{
	if (c <= 0xffff)
		fprintf(out, "\\u%04x", c);
	else
		fprintf(out, "\\u%04x\\u%04x", 0xd7c0 + (c >> 10), 0xdc00 + (c & 0x3ff));
}

/* json-c escapes C0 control characters, but none of the other hidden ones, which a terminal obeys all the
 * same. In JSON text they can only stand inside of a string. */
static void put_escaped(FILE *out, const char *s)
{
	const char *start = s;
	size_t len;

	for (; *s; s += len) {
		len = 1;
		if ((unsigned char)*s < 0x7f)
			continue;
		len = kmt_utf8_len(s, 4);
		if (!kmt_char_is_hidden(kmt_utf8_decode(s, len)))
			continue;
		fwrite(start, 1, (size_t)(s - start), out);
		put_code(out, kmt_utf8_decode(s, len));
		start = s + len;
	}
	fwrite(start, 1, (size_t)(s - start), out);
}

void kmt_json_print(FILE *out, struct json_object *doc)
{
	int flags =
		JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED | JSON_C_TO_STRING_NOSLASHESCAPE;

	put_escaped(out, json_object_to_json_string_ext(doc, flags));
	fputc('\n', out);
	json_object_put(doc);
}
