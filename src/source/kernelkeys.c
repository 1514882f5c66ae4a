/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/source/kernelkeys.h>

#include <stdint.h>
#include <string.h>

#include <kmt/base/alloc.h>
#include <kmt/base/bytes.h>
#include <kmt/base/slice.h>
#include <kmt/sys/paths.h>

#define KEYS_MAX (4u << 20)
#define VARIABLE_MAX (1u << 20)

/* /proc/keys */

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The bytes that HEX spells; NULL if it does not. */
static const unsigned char *unhex(struct kmt_slice hex, struct kmt_arena *arena)
{
	unsigned char *out = kmt_arena_alloc(arena, hex.n / 2 + 1);

	if (!hex.n || hex.n % 2)
		return NULL;
	for (size_t i = 0; i < hex.n; i += 2) {
		int high = digit(hex.s[i]), low = digit(hex.s[i + 1]);

		if (high < 0 || low < 0)
			return NULL;
		out[i / 2] = (unsigned char)(high << 4 | low);
	}
	return out;
}

/* Cuts S before the last SEP in it; what comes after SEP is the result, empty if there is none. */
static struct kmt_slice cut_last(struct kmt_slice *s, const char *sep)
{
	size_t n = strlen(sep);

	for (size_t i = s->n; i >= n; i--)
		if (!memcmp(s->s + i - n, sep, n)) {
			struct kmt_slice rest = {s->s + i, s->n - i};

			s->n = i - n;
			return rest;
		}
	return (struct kmt_slice){"", 0};
}

/* "SUBJECT: HEX: X509.rsa TAIL []" */
static void add_key(struct kmt_kernelkeys *out, struct kmt_slice text, bool added)
{
	struct kmt_listed_key key = {.added = added};
	struct kmt_slice kind = cut_last(&text, ": "), subject = text, hex = cut_last(&subject, ": ");
	struct kmt_slice tail;

	kmt_slice_word(&kind);
	tail = kmt_slice_word(&kind);
	if (tail.n <= 2 * sizeof(key.tail)) {
		const unsigned char *bytes = unhex(tail, &out->arena);

		key.tail_n = bytes ? tail.n / 2 : 0;
		if (bytes)
			memcpy(key.tail, bytes, key.tail_n);
	}
	key.id = unhex(hex, &out->arena);
	key.id_n = key.id ? hex.n / 2 : 0;
	key.id_is_serial = key.id && !key.tail_n;
	if (!key.id)
		subject = text;
	key.subject = kmt_arena_strndup(&out->arena, subject.s, subject.n);
	kmt_vec_push(&out->keys, key);
}

static void add_line(struct kmt_kernelkeys *out, struct kmt_slice line)
{
	struct kmt_slice flags, type;

	kmt_slice_word(&line); /* serial */
	flags = kmt_slice_word(&line);
	for (int i = 0; i < 5; i++) /* usage, timeout, perm, uid, gid */
		kmt_slice_word(&line);
	type = kmt_slice_word(&line);
	while (line.n && *line.s == ' ') {
		line.s++;
		line.n--;
	}
	if (kmt_slice_is(type, "asymmetri"))
		add_key(out, line, memchr(flags.s, 'Q', flags.n));
	else if (kmt_slice_is(type, "keyring") && kmt_slice_skip(&line, ".builtin_trusted_keys:"))
		out->listed = true;
	else if (kmt_slice_is(type, "keyring") && kmt_slice_skip(&line, ".machine:"))
		out->has_machine = !kmt_slice_is(kmt_slice_word(&line), "empty");
}

static void read_list(const struct kmt_root *root, struct kmt_kernelkeys *out)
{
	kmt_autostrbuf struct kmt_strbuf b = KMT_STRBUF_INIT;
	struct kmt_slice text, line;

	if (kmt_root_read(root, KMT_PATH_PROC_KEYS, KEYS_MAX, &b, NULL) < 0)
		return;
	text = (struct kmt_slice){kmt_strbuf_str(&b), b.len};
	while (kmt_slice_line(&text, &line))
		add_line(out, line);
}

/* Variables of the firmware */

#define GLOBAL "8be4df61-93ca-11d2-aa0d-00e098032b8c"
#define SECURITY "d719b2cb-3d3a-4596-a3bc-dad00e67656f"
#define SHIM "605dab50-e046-4300-abb6-3dd810dd8b23"
#define ATTRIBUTES 4

/* The value of a variable, without its attributes. */
static bool read_variable(
	const struct kmt_root *root, const char *name, const char *vendor, struct kmt_strbuf *out)
{
	kmt_autofree char *path = kmt_asprintf("%s/%s-%s", KMT_PATH_SYS_EFIVARS, name, vendor);
	kmt_autofree char *mok = kmt_asprintf("%s/%s", KMT_PATH_SYS_MOKVARS, name);

	kmt_strbuf_truncate(out, 0);
	if (!kmt_root_read(root, path, VARIABLE_MAX, out, NULL) && out->len >= ATTRIBUTES) {
		memmove(out->s, out->s + ATTRIBUTES, out->len - ATTRIBUTES);
		kmt_strbuf_truncate(out, out->len - ATTRIBUTES);
		return true;
	}
	kmt_strbuf_truncate(out, 0);
	return !strcmp(vendor, SHIM) && !kmt_root_read(root, mok, VARIABLE_MAX, out, NULL);
}

static int read_switch(const struct kmt_root *root, const char *name, const char *vendor)
{
	kmt_autostrbuf struct kmt_strbuf b = KMT_STRBUF_INIT;

	if (!read_variable(root, name, vendor, &b) || b.len != 1)
		return -1;
	return *b.s == 1;
}

#define LIST_HEADER ((size_t)28)
#define OWNER ((size_t)16)

/* EFI_CERT_X509_GUID */
static const unsigned char x509_type[16] = {0xa1, 0x59, 0xc0, 0xa5, 0xe4, 0x94, 0xa7, 0x4a, 0x87, 0xb5, 0xab,
	0x15, 0x5c, 0x2b, 0xf0, 0x72};

/* A list that lies ends the reading, as it does in the kernel. */
static void add_lists(struct kmt_kernelkeys *out, const struct kmt_strbuf *b, enum kmt_cert_place place,
	const char *from)
{
	const unsigned char *p = (const unsigned char *)kmt_strbuf_str(b);
	size_t left = b->len;

	while (left >= LIST_HEADER) {
		size_t size = kmt_le32(p + 16), header = kmt_le32(p + 20), each = kmt_le32(p + 24), room;

		if (size > left || size < LIST_HEADER || header > size - LIST_HEADER || each <= OWNER)
			return;
		room = size - LIST_HEADER - header;
		if (room % each)
			return;
		for (size_t at = 0; at < room && !memcmp(p, x509_type, sizeof(x509_type)); at += each) {
			unsigned char *copy = kmt_arena_alloc(&out->arena, each - OWNER);

			memcpy(copy, p + LIST_HEADER + header + at + OWNER, each - OWNER);
			kmt_vec_push(&out->certs,
				(struct kmt_firmware_cert){place, from, copy, each - OWNER});
		}
		p += size;
		left -= size;
	}
}

static void read_certs(const struct kmt_root *root, struct kmt_kernelkeys *out)
{
	static const struct {
		const char *name, *vendor;
		enum kmt_cert_place place;
	} lists[] = {
		{"db", SECURITY, KMT_CERT_DB},
		{"dbx", SECURITY, KMT_CERT_REVOKED},
		{"MokListRT", SHIM, KMT_CERT_MOK},
		{"MokListXRT", SHIM, KMT_CERT_REVOKED},
	};
	kmt_autostrbuf struct kmt_strbuf b = KMT_STRBUF_INIT;

	for (size_t i = 0; i < KMT_ARRAY_SIZE(lists); i++)
		if (read_variable(root, lists[i].name, lists[i].vendor, &b))
			add_lists(out, &b, lists[i].place, lists[i].name);
}

void kmt_kernelkeys_read(const struct kmt_root *root, struct kmt_kernelkeys *out)
{
	*out = (struct kmt_kernelkeys){
		.secure_boot = read_switch(root, "SecureBoot", GLOBAL),
		.setup_mode = read_switch(root, "SetupMode", GLOBAL),
		.mok_insecure = read_switch(root, "MokSBStateRT", SHIM),
	};
	read_list(root, out);
	read_certs(root, out);
}

void kmt_kernelkeys_free(struct kmt_kernelkeys *keys)
{
	kmt_vec_free(&keys->keys);
	kmt_vec_free(&keys->certs);
	kmt_arena_free(&keys->arena);
}

int kmt_kernelkeys_secure_boot(const struct kmt_kernelkeys *keys)
{
	if (keys->secure_boot < 0)
		return -1;
	return keys->secure_boot && keys->setup_mode != 1 && keys->mok_insecure != 1;
}
