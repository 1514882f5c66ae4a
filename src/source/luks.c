/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/source/luks.h>

#include <errno.h>
#include <json.h>
#include <string.h>

#include <kmt/base/alloc.h>
#include <kmt/base/bytes.h>
#include <kmt/sys/root.h>

#define MAGIC "LUKS\xba\xbe"
#define MAGIC_SIZE 6
#define FIELD 32 /* bytes of a text in the LUKS1 header */
#define CIPHER_AT 8
#define MODE_AT 40
#define JSON_AT 4096
/* Real headers have six levels. */
#define DEPTH_MAX 16

static void add(struct kmt_strv *list, const char *text)
{
	for (size_t i = 0; i < list->n; i++)
		if (!strcmp(list->v[i], text))
			return;
	kmt_vec_push(list, text);
}

static int parse_v1(const char *data, size_t n, struct kmt_arena *arena, struct kmt_luks *out)
{
	const char *cipher, *mode;

	if (n < MODE_AT + FIELD)
		return -EBADMSG;
	cipher = kmt_arena_strndup(arena, data + CIPHER_AT, FIELD);
	mode = kmt_arena_strndup(arena, data + MODE_AT, FIELD);
	if (!*cipher)
		return -EBADMSG;
	add(&out->ciphers, *mode ? kmt_arena_printf(arena, "%s-%s", cipher, mode) : cipher);
	return 0;
}

static void add_member(
	struct json_object *from, const char *key, struct kmt_arena *arena, struct kmt_strv *list)
{
	struct json_object *member;

	if (json_object_object_get_ex(from, key, &member) && json_object_is_type(member, json_type_string))
		add(list, kmt_arena_strdup(arena, json_object_get_string(member)));
}

/* "segments": {"0": {"encryption": "aes-xts-plain64", "integrity": {"type": "hmac(sha256)"}}} */
static int add_segments(struct json_object *document, struct kmt_arena *arena, struct kmt_luks *out)
{
	struct json_object *segments, *integrity;

	if (!json_object_object_get_ex(document, "segments", &segments) ||
		!json_object_is_type(segments, json_type_object))
		return -EBADMSG;
	json_object_object_foreach (segments, id, segment) {
		(void)id;
		if (!json_object_is_type(segment, json_type_object))
			return -EBADMSG;
		add_member(segment, "encryption", arena, &out->ciphers);
		if (json_object_object_get_ex(segment, "integrity", &integrity) &&
			json_object_is_type(integrity, json_type_object))
			add_member(integrity, "type", arena, &out->integrity);
	}
	return out->ciphers.n ? 0 : -EBADMSG;
}

static int parse_v2(const char *data, size_t n, struct kmt_arena *arena, struct kmt_luks *out)
{
	struct json_tokener *tokener;
	struct json_object *document;
	size_t length;
	int r = -EBADMSG;

	if (n <= JSON_AT)
		return -EBADMSG;
	length = strnlen(data + JSON_AT, n - JSON_AT);
	if (!length || length > KMT_LUKS_JSON_MAX)
		return -EBADMSG;
	tokener = json_tokener_new_ex(DEPTH_MAX);
	document = json_tokener_parse_ex(tokener, data + JSON_AT, (int)length);
	if (document && json_object_is_type(document, json_type_object))
		r = add_segments(document, arena, out);
	json_object_put(document);
	json_tokener_free(tokener);
	return r;
}

int kmt_luks_parse(const void *data, size_t n, struct kmt_arena *arena, struct kmt_luks *out)
{
	const char *bytes = data;

	*out = (struct kmt_luks){0};
	if (n < MAGIC_SIZE + 2 || memcmp(bytes, MAGIC, MAGIC_SIZE) != 0)
		return -EBADMSG;
	out->version = kmt_be16(bytes + MAGIC_SIZE);
	if (out->version == 1)
		return parse_v1(bytes, n, arena, out);
	return out->version == 2 ? parse_v2(bytes, n, arena, out) : -EBADMSG;
}

int kmt_luks_read(int fd, uint64_t at, struct kmt_arena *arena, struct kmt_luks *out)
{
	size_t room = JSON_AT;
	kmt_autofree char *data = kmt_alloc(KMT_LUKS_HEADER_MAX);
	ssize_t n = kmt_pread(fd, data, room, at);

	*out = (struct kmt_luks){0};
	if (n < 0)
		return (int)n;
	if (n == (ssize_t)room && kmt_be16(data + MAGIC_SIZE) == 2) {
		uint64_t size = kmt_be64(data + MAGIC_SIZE + 2);

		n = kmt_pread(fd, data, size < KMT_LUKS_HEADER_MAX ? (size_t)size : KMT_LUKS_HEADER_MAX, at);
		if (n < 0)
			return (int)n;
	}
	return kmt_luks_parse(data, (size_t)n, arena, out);
}

void kmt_luks_free(struct kmt_luks *luks)
{
	kmt_vec_free(&luks->ciphers);
	kmt_vec_free(&luks->integrity);
}
