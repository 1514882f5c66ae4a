/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/check/keys.h>

#include <stdlib.h>
#include <string.h>

#include <kmt/base/alloc.h>
#include <kmt/sys/paths.h>

#define CERT_FILE_MAX (1u << 20)
#define SHOWN 4 /* bytes of a key id, as /proc/keys has them after the algorithm */

void kmt_keyring_read(const struct kmt_root *root, struct kmt_keyring *ring)
{
	const struct kmt_firmware_cert *cert;

	kmt_kernelkeys_read(root, &ring->kernel);
	kmt_vec_foreach (cert, &ring->kernel.certs)
		kmt_certs_add(&ring->certs, cert->data, cert->n, cert->from, cert->place, NULL);
}

int kmt_keyring_add_cert(
	struct kmt_keyring *ring, const struct kmt_root *root, const char *path, struct kmt_err *err)
{
	kmt_autostrbuf struct kmt_strbuf b = KMT_STRBUF_INIT;
	kmt_autofree char *outside = kmt_root_outside(root, path);
	int r = kmt_root_read(root, path, CERT_FILE_MAX, &b, err);

	return r < 0 ? r
		     : kmt_certs_add(&ring->certs, kmt_strbuf_str(&b), b.len, outside, KMT_CERT_GIVEN, err);
}

static bool same(const unsigned char *a, size_t a_n, const unsigned char *b, size_t b_n)
{
	return a_n == b_n && a_n && !memcmp(a, b, a_n);
}

static bool same_signer(const struct kmt_signer *a, const struct kmt_signer *b)
{
	return a->by_key_id == b->by_key_id && !strcmp(a->issuer, b->issuer) &&
	       same(a->key, a->key_n, b->key, b->key_n);
}

void kmt_keyring_learn(struct kmt_keyring *ring, const struct kmt_signer *signer, bool known)
{
	struct kmt_arena *arena = &ring->kernel.arena;
	struct kmt_learned_key row = {.signer = {.by_key_id = signer->by_key_id}, .known = known};
	unsigned char *key = kmt_arena_alloc(arena, signer->key_n + 1);

	if (signer->key_n)
		memcpy(key, signer->key, signer->key_n);
	row.signer.key = key;
	row.signer.key_n = signer->key_n;
	row.signer.issuer = kmt_arena_strdup(arena, signer->issuer);
	kmt_vec_push(&ring->learned, row);
}

void kmt_keyring_free(struct kmt_keyring *ring)
{
	kmt_certs_free(&ring->certs);
	kmt_vec_free(&ring->learned);
	kmt_kernelkeys_free(&ring->kernel);
}

/* One question, and what was found for it on the way. */
struct asking {
	const struct kmt_keyring *ring;
	const struct kmt_signer *signer;
	struct kmt_arena *arena;
	struct kmt_key_answer *out;
	const unsigned char *id; /* the subject key id; N is 0 while it is not known */
	size_t n;
	const struct kmt_cert *enrolled; /* by the firmware or as MOK */
};

static bool answer(const struct asking *a, enum kmt_key_state state, const char *why)
{
	*a->out = (struct kmt_key_answer){state, why};
	return true;
}

static const char *hex(const unsigned char *bytes, size_t n, struct kmt_arena *arena)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;

	for (size_t i = n > SHOWN ? n - SHOWN : 0; i < n; i++)
		kmt_strbuf_addf(&text, "%02x", bytes[i]);
	return kmt_arena_strdup(arena, kmt_strbuf_str(&text));
}

static bool fits(const struct kmt_cert *cert, const struct kmt_signer *signer)
{
	if (signer->by_key_id)
		return same(cert->id, cert->id_n, signer->key, signer->key_n);
	return same(cert->serial, cert->serial_n, signer->key, signer->key_n) &&
	       !strcmp(cert->issuer, signer->issuer);
}

/* What the certificates that fit tell: that the key is revoked, or its id, or that it is enrolled. */
static bool ask_certs(struct asking *a)
{
	const struct kmt_cert *cert;

	kmt_vec_foreach (cert, &a->ring->certs.rows) {
		if (!fits(cert, a->signer))
			continue;
		if (cert->place == KMT_CERT_REVOKED)
			return answer(a, KMT_KEY_REVOKED,
				kmt_arena_printf(a->arena, "its certificate is revoked (%s)", cert->from));
		if (cert->place != KMT_CERT_GIVEN)
			a->enrolled = cert;
		a->id = cert->id;
		a->n = cert->id_n;
	}
	if (a->signer->by_key_id) {
		a->id = a->signer->key;
		a->n = a->signer->key_n;
	}
	return false;
}

static bool ask_learned(const struct asking *a)
{
	const struct kmt_learned_key *row;

	kmt_vec_foreach (row, &a->ring->learned)
		if (same_signer(&row->signer, a->signer))
			return answer(a, row->known ? KMT_KEY_KNOWN : KMT_KEY_MISSING,
				row->known ? "a module signed with it is loaded and does not taint the kernel (E)"
					   : "a module signed with it is loaded and taints the kernel (E)");
	return false;
}

/* Whether the kernel looks for keys of modules where this one is. */
static bool found(const struct asking *a, const struct kmt_listed_key *key)
{
	const char *id = hex(a->id, a->n, a->arena);

	if (key->added)
		return answer(a, KMT_KEY_CANNOT_TELL,
			kmt_arena_printf(a->arena,
				"key id %s is listed in " KMT_PATH_PROC_KEYS ", but a process added it: its keyring is "
				"not shown",
				id));
	if (a->enrolled && (a->enrolled->place == KMT_CERT_DB || !a->ring->kernel.has_machine))
		return answer(a, KMT_KEY_CANNOT_TELL,
			kmt_arena_printf(a->arena,
				"key id %s is in .platform (%s), where only kernels of some distributions look "
				"for keys of modules",
				id, a->enrolled->from));
	return answer(a, KMT_KEY_KNOWN,
		kmt_arena_printf(a->arena, "key id %s is listed in " KMT_PATH_PROC_KEYS, id));
}

static bool ends_in(const unsigned char *id, size_t n, const struct kmt_listed_key *key)
{
	return key->tail_n && n >= key->tail_n && !memcmp(id + n - key->tail_n, key->tail, key->tail_n);
}

/* By the subject key id, which /proc/keys has in full, or the end of it for a key that a person named. */
static bool ask_by_id(const struct asking *a)
{
	const struct kmt_listed_key *key;

	if (!a->n)
		return false;
	kmt_vec_foreach (key, &a->ring->kernel.keys) {
		if (!key->id_is_serial && same(key->id, key->id_n, a->id, a->n))
			return found(a, key);
		if (!key->id_n && ends_in(a->id, a->n, key))
			return answer(a, KMT_KEY_CANNOT_TELL,
				kmt_arena_printf(a->arena, "a key whose id ends in %s is listed in " KMT_PATH_PROC_KEYS,
					hex(a->id, a->n, a->arena)));
	}
	if (!a->ring->kernel.listed)
		return false;
	return answer(a, KMT_KEY_MISSING,
		kmt_arena_printf(a->arena, "key id %s is not listed in " KMT_PATH_PROC_KEYS, hex(a->id, a->n, a->arena)));
}

/* "CN", or "O: CN". */
static bool is_named(const struct kmt_listed_key *key, const char *name)
{
	size_t n = strlen(name), whole = strlen(key->subject);

	return n && whole >= n && !strcmp(key->subject + whole - n, name) &&
	       (whole == n || (whole > n + 2 && !memcmp(key->subject + whole - n - 2, ": ", 2)));
}

/* As the certificate has it: with a zero before what would be negative. */
static bool same_serial(const struct kmt_listed_key *key, const struct kmt_signer *signer)
{
	size_t zero = key->id_n > signer->key_n && !*key->id;

	return key->id_is_serial && same(key->id + zero, key->id_n - zero, signer->key, signer->key_n);
}

/* By issuer and serial number, of which /proc/keys has the number only where there is no key id, and the name
 * only of certificates that are signed by themselves. */
static bool ask_by_serial(const struct asking *a)
{
	const struct kmt_kernelkeys *kernel = &a->ring->kernel;
	const struct kmt_listed_key *key;
	bool named = false;

	kmt_vec_foreach (key, &kernel->keys) {
		bool is = is_named(key, a->signer->issuer);

		if (is && !key->added && same_serial(key, a->signer))
			return answer(a, KMT_KEY_KNOWN, "its serial number is listed in " KMT_PATH_PROC_KEYS);
		named |= is;
	}
	if (kernel->listed && !kernel->keys.n)
		return answer(a, KMT_KEY_MISSING, KMT_PATH_PROC_KEYS " lists no key");
	if (named)
		return answer(a, KMT_KEY_CANNOT_TELL,
			kmt_arena_printf(a->arena,
				KMT_PATH_PROC_KEYS " lists a key of '%s', but not the number that the signature names",
				a->signer->issuer));
	if (kernel->listed)
		return answer(a, KMT_KEY_CANNOT_TELL,
			kmt_arena_printf(a->arena, KMT_PATH_PROC_KEYS " lists no key of '%s'", a->signer->issuer));
	return false;
}

void kmt_keyring_ask(const struct kmt_keyring *ring, const struct kmt_signer *signer, struct kmt_arena *arena,
	struct kmt_key_answer *out)
{
	struct asking a = {.ring = ring, .signer = signer, .arena = arena, .out = out};

	if (ask_certs(&a) || ask_learned(&a) || ask_by_id(&a))
		return;
	if (!a.n && ask_by_serial(&a))
		return;
	if (!a.enrolled)
		answer(&a, KMT_KEY_CANNOT_TELL, "only root sees the kernel's keys in " KMT_PATH_PROC_KEYS);
	else
		answer(&a, KMT_KEY_CANNOT_TELL,
			kmt_arena_printf(arena,
				"its certificate is enrolled (%s), and only root sees the kernel's keys in "
				KMT_PATH_PROC_KEYS,
				a.enrolled->from));
}
