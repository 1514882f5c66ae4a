/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads who signed a PKCS#7 message (RFC 5652), without libcrypto: opening that takes three times as long as
 * all the rest of `kmtool info`. Lengths may be definite or, as in BER, indefinite.
 */
#include "signature_priv.h"

#include <stdio.h>
#include <string.h>

#define INTEGER 0x02
#define OCTETS 0x04
#define OID 0x06
#define SEQUENCE 0x30
#define SET 0x31
#define CONTEXT_0 0xa0
#define CONTEXT_1 0xa1
#define KEY_ID 0x80 /* [0] of a signer, in place of issuer and serial number */

#define CONSTRUCTED 0x20
#define LONG_TAG 0x1f
#define INDEFINITE 0x80
#define LENGTH_BYTES_MAX 4
#define DEPTH_MAX 16

/* Takes the length at the start of IN. Indefinite: *N is 0. */
static bool take_length(struct kmt_der *in, size_t *n, bool *indefinite)
{
	size_t bytes;

	*n = 0;
	*indefinite = false;
	if (!in->n)
		return false;
	bytes = *in->p & 0x7f;
	*indefinite = *in->p == INDEFINITE;
	if (*in->p < 0x80) {
		*n = bytes;
		bytes = 0;
	}
	in->p++;
	in->n--;
	if (bytes > LENGTH_BYTES_MAX || bytes > in->n)
		return false;
	for (; bytes; bytes--, in->n--)
		*n = *n << 8 | *in->p++;
	return *n <= in->n;
}

/* Takes the element at the start of IN: its tag and what is in it. */
static bool take_any(struct kmt_der *in, unsigned char *tag, struct kmt_der *out, unsigned int depth)
{
	bool indefinite;
	size_t n;

	if (!in->n || (*in->p & LONG_TAG) == LONG_TAG)
		return false;
	*tag = *in->p++;
	in->n--;
	if (!take_length(in, &n, &indefinite) || (indefinite && (!(*tag & CONSTRUCTED) || !depth)))
		return false;
	*out = (struct kmt_der){in->p, n};
	while (indefinite) {
		struct kmt_der inner;
		unsigned char other;

		out->n = (size_t)(in->p - out->p);
		if (!take_any(in, &other, &inner, depth - 1))
			return false;
		indefinite = other || inner.n;
	}
	in->p += n;
	in->n -= n;
	return true;
}

static bool starts_with(const struct kmt_der *in, unsigned char tag)
{
	return in->n && *in->p == tag;
}

static bool take(struct kmt_der *in, unsigned char tag, struct kmt_der *out)
{
	unsigned char found;

	return starts_with(in, tag) && take_any(in, &found, out, DEPTH_MAX);
}

/* The same of an element that may be missing. False if it is damaged. */
static bool take_optional(struct kmt_der *in, unsigned char tag, bool *there)
{
	struct kmt_der out;

	*there = starts_with(in, tag);
	return !*there || take(in, tag, &out);
}

/* Numbers are shown without the zero that makes them positive. */
static bool take_number(struct kmt_der *in, struct kmt_der *out)
{
	if (!take(in, INTEGER, out) || !out->n)
		return false;
	if (!*out->p && out->n > 1) {
		out->p++;
		out->n--;
	}
	return true;
}

#define SIZED(s) s, sizeof(s) - 1

struct name {
	const char *oid;
	size_t n;
	const char *name;
	bool prefix; /* of all that begin so */
};

static const struct name hashes[] = {
	{SIZED("\x60\x86\x48\x01\x65\x03\x04\x02\x01"), "sha256", false},
	{SIZED("\x60\x86\x48\x01\x65\x03\x04\x02\x02"), "sha384", false},
	{SIZED("\x60\x86\x48\x01\x65\x03\x04\x02\x03"), "sha512", false},
	{SIZED("\x60\x86\x48\x01\x65\x03\x04\x02\x04"), "sha224", false},
	{SIZED("\x60\x86\x48\x01\x65\x03\x04\x02\x05"), "sha512-224", false},
	{SIZED("\x60\x86\x48\x01\x65\x03\x04\x02\x06"), "sha512-256", false},
	{SIZED("\x60\x86\x48\x01\x65\x03\x04\x02\x07"), "sha3-224", false},
	{SIZED("\x60\x86\x48\x01\x65\x03\x04\x02\x08"), "sha3-256", false},
	{SIZED("\x60\x86\x48\x01\x65\x03\x04\x02\x09"), "sha3-384", false},
	{SIZED("\x60\x86\x48\x01\x65\x03\x04\x02\x0a"), "sha3-512", false},
	{SIZED("\x2b\x0e\x03\x02\x1a"), "sha1", false},
	{SIZED("\x2a\x86\x48\x86\xf7\x0d\x02\x04"), "md4", false},
	{SIZED("\x2a\x86\x48\x86\xf7\x0d\x02\x05"), "md5", false},
	{SIZED("\x2b\x24\x03\x02\x01"), "ripemd160", false},
	{SIZED("\x2a\x81\x1c\xcf\x55\x01\x83\x11"), "sm3", false},
	{SIZED("\x2a\x85\x03\x07\x01\x01\x02\x02"), "streebog256", false},
	{SIZED("\x2a\x85\x03\x07\x01\x01\x02\x03"), "streebog512", false},
	{0},
};
/* Of the key's algorithm, or its combination with a hash. */
static const struct name algos[] = {
	{SIZED("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a"), "RSA-PSS", false},
	{SIZED("\x2a\x86\x48\x86\xf7\x0d\x01\x01"), "RSA", true},
	{SIZED("\x2a\x86\x48\xce\x3d\x02\x01"), "ECDSA", false},
	{SIZED("\x2a\x86\x48\xce\x3d\x04"), "ECDSA", true},
	{SIZED("\x60\x86\x48\x01\x65\x03\x04\x03\x09"), "ECDSA", false},
	{SIZED("\x60\x86\x48\x01\x65\x03\x04\x03\x0a"), "ECDSA", false},
	{SIZED("\x60\x86\x48\x01\x65\x03\x04\x03\x0b"), "ECDSA", false},
	{SIZED("\x60\x86\x48\x01\x65\x03\x04\x03\x0c"), "ECDSA", false},
	{SIZED("\x60\x86\x48\x01\x65\x03\x04\x03\x0d"), "RSA", false},
	{SIZED("\x60\x86\x48\x01\x65\x03\x04\x03\x0e"), "RSA", false},
	{SIZED("\x60\x86\x48\x01\x65\x03\x04\x03\x0f"), "RSA", false},
	{SIZED("\x60\x86\x48\x01\x65\x03\x04\x03\x10"), "RSA", false},
	{SIZED("\x60\x86\x48\x01\x65\x03\x04\x03\x11"), "ML-DSA-44", false},
	{SIZED("\x60\x86\x48\x01\x65\x03\x04\x03\x12"), "ML-DSA-65", false},
	{SIZED("\x60\x86\x48\x01\x65\x03\x04\x03\x13"), "ML-DSA-87", false},
	{SIZED("\x2a\x85\x03"), "EC-RDSA", true},
	{SIZED("\x2a\x81\x1c\xcf\x55\x01"), "SM2", true},
	{SIZED("\x2b\x65\x70"), "Ed25519", false},
	{0},
};

/* "1.2.840.113549"; what has no room is left out. */
static void write_oid(const struct kmt_der *oid, char *out, size_t size)
{
	uint64_t value = 0;
	size_t len = 0;

	*out = '\0';
	for (size_t i = 0; i < oid->n && len < size; i++) {
		value = value << 7 | (oid->p[i] & 0x7f);
		if (oid->p[i] & 0x80)
			continue;
		if (!len) {
			uint64_t first = value < 80 ? value / 40 : 2;

			len = (size_t)snprintf(out, size, "%u", (unsigned int)first);
			value -= 40 * first;
		}
		len += (size_t)snprintf(out + len, size - len, ".%llu", (unsigned long long)value);
		value = 0;
	}
}

static bool is_oid(const struct name *known, const struct kmt_der *oid)
{
	return (known->prefix ? known->n < oid->n : known->n == oid->n) && !memcmp(known->oid, oid->p, known->n);
}

/* An AlgorithmIdentifier, without its parameters. */
static bool take_algo(struct kmt_der *in, const struct name *known, char *out, size_t size)
{
	struct kmt_der seq, oid;

	if (!take(in, SEQUENCE, &seq) || !take(&seq, OID, &oid) || !oid.n)
		return false;
	while (known->oid && !is_oid(known, &oid))
		known++;
	if (known->oid)
		snprintf(out, size, "%s", known->name);
	else
		write_oid(&oid, out, size);
	return true;
}

/* One attribute of a name; CN is the first common name, NULL before. */
static bool take_attribute(struct kmt_der *in, struct kmt_der *cn)
{
	static const struct name common_name = {SIZED("\x55\x04\x03"), "CN", false};
	struct kmt_der seq, oid, text;
	unsigned char tag;

	if (!take(in, SEQUENCE, &seq) || !take(&seq, OID, &oid) || !take_any(&seq, &tag, &text, DEPTH_MAX))
		return false;
	if (!cn->p && is_oid(&common_name, &oid))
		*cn = text;
	return true;
}

static bool take_issuer(struct kmt_der *in, struct kmt_der *cn)
{
	struct kmt_der name, set;

	*cn = (struct kmt_der){NULL, 0};
	if (!take(in, SEQUENCE, &name))
		return false;
	while (name.n) {
		if (!take(&name, SET, &set))
			return false;
		while (set.n)
			if (!take_attribute(&set, cn))
				return false;
	}
	return true;
}

/* The issuer of a certificate and its serial number, or the id of the key. */
static bool take_signer_id(struct kmt_der *in, struct kmt_signature *out)
{
	struct kmt_der seq, cn = {NULL, 0}, key;

	out->by_key_id = starts_with(in, KEY_ID);
	if (out->by_key_id ? !take(in, KEY_ID, &key)
			   : !take(in, SEQUENCE, &seq) || !take_issuer(&seq, &cn) || !take_number(&seq, &key))
		return false;
	out->signer = cn.p ? (const char *)cn.p : "";
	out->signer_n = cn.n;
	out->key = key.p;
	out->key_n = key.n;
	return true;
}

bool kmt_pkcs7_signer(struct kmt_pkcs7 *m, struct kmt_signature *out, bool *attributes)
{
	struct kmt_der signer, version, value;
	bool more;

	out->signers = m->n;
	if (!take(&m->signers, SEQUENCE, &signer) || !take_number(&signer, &version) ||
		!take_signer_id(&signer, out) || !take_algo(&signer, hashes, out->hash, sizeof(out->hash)) ||
		!take_optional(&signer, CONTEXT_0, attributes) ||
		!take_algo(&signer, algos, out->algo, sizeof(out->algo)) || !take(&signer, OCTETS, &value) ||
		!take_optional(&signer, CONTEXT_1, &more))
		return false;
	out->value = value.p;
	out->value_n = value.n;
	return true;
}

bool kmt_pkcs7_open(struct kmt_pkcs7 *m, const struct kmt_ko_sigblob *blob)
{
	static const struct name signed_data = {SIZED("\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"), "", false};
	struct kmt_der in = {blob->data, blob->n}, message, type, content, data, version, digests, inner, rest;
	bool there;

	*m = (struct kmt_pkcs7){.n = 0};
	if (!take(&in, SEQUENCE, &message) || !take(&message, OID, &type) || !is_oid(&signed_data, &type) ||
		!take(&message, CONTEXT_0, &content) || !take(&content, SEQUENCE, &data) ||
		!take_number(&data, &version) || !take(&data, SET, &digests) || !take(&data, SEQUENCE, &inner) ||
		!take(&inner, OID, &type) || !take_optional(&data, CONTEXT_0, &there) ||
		!take_optional(&data, CONTEXT_1, &there) || !take(&data, SET, &m->signers))
		return false;
	m->attached = inner.n;
	for (rest = m->signers; rest.n; m->n++)
		if (!take(&rest, SEQUENCE, &content))
			return false;
	return true;
}
