/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads the one form of PKCS#7 message that scripts/sign-file gives to modules, without libcrypto: opening
 * libcrypto takes three times as long as all the rest of `kmtool info`. Messages of any other form are left
 * to libcrypto: other tags, lengths or algorithms, several signers, attributes, data, certificates.
 */
#include "signature_priv.h"

#include <string.h>

/* Tags of DER. */
#define INTEGER 0x02
#define OCTETS 0x04
#define OID 0x06
#define UTF8_STRING 0x0c
#define PRINTABLE_STRING 0x13
#define SEQUENCE 0x30
#define SET 0x31
#define CONTEXT_0 0xa0
#define KEY_ID 0x80 /* [0] of a signer, in place of issuer and serial number */

struct der {
	const unsigned char *p;
	size_t n;
};

/* Takes the element at the start of IN, which must have TAG, into OUT. Lengths are the shortest possible, as
 * in DER. */
static bool take(struct der *in, unsigned char tag, struct der *out)
{
	size_t n, head = 2;

	if (in->n < 2 || in->p[0] != tag)
		return false;
	n = in->p[1];
	if (n == 0x81 && in->n > 2 && in->p[2] >= 0x80) {
		n = in->p[2];
		head = 3;
	} else if (n == 0x82 && in->n > 3 && in->p[2]) {
		n = (size_t)in->p[2] << 8 | in->p[3];
		head = 4;
	} else if (n >= 0x80) {
		return false;
	}
	if (in->n - head < n)
		return false;
	*out = (struct der){in->p + head, n};
	in->p += head + n;
	in->n -= head + n;
	return true;
}

/* The same of an element that is the last one in IN. */
static bool take_last(struct der *in, unsigned char tag, struct der *out)
{
	return take(in, tag, out) && !in->n;
}

static bool take_oid(struct der *in, const char *bytes, size_t n)
{
	struct der oid;

	return take(in, OID, &oid) && oid.n == n && !memcmp(oid.p, bytes, n);
}

#define OID_SIGNED_DATA "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"
#define OID_DATA "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01"
#define OID_ATTRIBUTE "\x55\x04"
#define COMMON_NAME 3
#define SIZED(s) s, sizeof(s) - 1

struct algo {
	const char *oid;
	size_t n;
	const char *name;
};

static const struct algo hashes[] = {
	{SIZED("\x2b\x0e\x03\x02\x1a"), "sha1"},
	{SIZED("\x60\x86\x48\x01\x65\x03\x04\x02\x04"), "sha224"},
	{SIZED("\x60\x86\x48\x01\x65\x03\x04\x02\x01"), "sha256"},
	{SIZED("\x60\x86\x48\x01\x65\x03\x04\x02\x02"), "sha384"},
	{SIZED("\x60\x86\x48\x01\x65\x03\x04\x02\x03"), "sha512"},
	{0},
};
static const struct algo algos[] = {
	{SIZED("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01"), "RSA"},
	{SIZED("\x2a\x86\x48\xce\x3d\x04\x03\x02"), "ECDSA"},
	{SIZED("\x2a\x86\x48\xce\x3d\x04\x03\x03"), "ECDSA"},
	{SIZED("\x2a\x86\x48\xce\x3d\x04\x03\x04"), "ECDSA"},
	{0},
};

/* An AlgorithmIdentifier without parameters: none, or NULL. */
static const char *take_algo(struct der *in, const struct algo *known)
{
	struct der seq, oid;

	if (!take(in, SEQUENCE, &seq) || !take(&seq, OID, &oid) ||
		(seq.n && (seq.n != 2 || memcmp(seq.p, "\x05", 2) != 0)))
		return NULL;
	while (known->oid && (known->n != oid.n || memcmp(known->oid, oid.p, oid.n) != 0))
		known++;
	return known->name;
}

/* A positive number: libcrypto keeps it without the zero that says so. */
static bool take_number(struct der *in, struct der *out)
{
	if (!take(in, INTEGER, out) || !out->n || out->p[0] >= 0x80)
		return false;
	if (out->p[0] || out->n == 1)
		return true;
	out->p++;
	out->n--;
	return out->p[0] >= 0x80;
}

/* Text of ASCII, the last in IN: libcrypto may refuse other bytes, or change them to compare. */
static bool take_text(struct der *in, struct der *text)
{
	bool utf8 = in->n && in->p[0] == UTF8_STRING;

	if (!take_last(in, utf8 ? UTF8_STRING : PRINTABLE_STRING, text))
		return false;
	for (size_t i = 0; i < text->n; i++)
		if (text->p[i] < ' ' || text->p[i] > '~')
			return false;
	return true;
}

/* As in 2.5.4.N: the attributes that names of issuers have. */
static bool is_attribute(const struct der *oid)
{
	return oid->n == 3 && !memcmp(oid->p, OID_ATTRIBUTE, 2) && oid->p[2] < 0x80;
}

/* One attribute in each part of the name, of which the first CN counts. */
static bool take_name(struct der *in, struct der *common_name)
{
	struct der name, set, seq, oid, text;

	*common_name = (struct der){NULL, 0};
	if (!take(in, SEQUENCE, &name))
		return false;
	while (name.n) {
		if (!take(&name, SET, &set) || !take_last(&set, SEQUENCE, &seq) || !take(&seq, OID, &oid) ||
			!is_attribute(&oid) || !take_text(&seq, &text))
			return false;
		if (!common_name->p && oid.p[2] == COMMON_NAME)
			*common_name = text;
	}
	return true;
}

/* Who signed: the issuer of a certificate and its serial number, or the id of the key. */
static bool take_signer_id(struct der *in, struct kmt_signature *out)
{
	struct der seq, name = {NULL, 0}, key;

	out->by_key_id = in->n && in->p[0] == KEY_ID;
	if (out->by_key_id) {
		if (!take(in, KEY_ID, &key))
			return false;
	} else if (!take(in, SEQUENCE, &seq) || !take_name(&seq, &name) || !take_number(&seq, &key) || seq.n) {
		return false;
	}
	out->signer = name.p ? (const char *)name.p : "";
	out->signer_n = name.n;
	out->key = key.p;
	out->key_n = key.n;
	return true;
}

static bool take_signer(struct der *in, struct kmt_signature *out)
{
	struct der signer, version, value;

	if (!take_last(in, SEQUENCE, &signer) || !take_number(&signer, &version) || version.n != 1 ||
		!take_signer_id(&signer, out))
		return false;
	out->hash = take_algo(&signer, hashes);
	out->algo = take_algo(&signer, algos);
	if (!out->hash || !out->algo || !take_last(&signer, OCTETS, &value) || !value.n)
		return false;
	out->value = value.p;
	out->value_n = value.n;
	out->signers = 1;
	return true;
}

bool kmt_signature_plain(const struct kmt_ko_sigblob *blob, struct kmt_signature *out)
{
	struct der in = {blob->data, blob->n}, message, content, data, version, digests, inner, signers;

	return take_last(&in, SEQUENCE, &message) && take_oid(&message, SIZED(OID_SIGNED_DATA)) &&
	       take_last(&message, CONTEXT_0, &content) && take_last(&content, SEQUENCE, &data) &&
	       take_number(&data, &version) && version.n == 1 && take(&data, SET, &digests) &&
	       take_algo(&digests, hashes) && !digests.n && take(&data, SEQUENCE, &inner) &&
	       take_oid(&inner, SIZED(OID_DATA)) && !inner.n && take_last(&data, SET, &signers) &&
	       take_signer(&signers, out);
}
