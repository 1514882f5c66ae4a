/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/source/btf.h>

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <linux/btf.h>
#include <kmt/base/alloc.h>

int kmt_btf_open(const void *data, size_t n, struct kmt_btf *out, struct kmt_err *err)
{
	const unsigned char *p = data;
	struct btf_header h;

	if (n >= sizeof(h))
		memcpy(&h, p, sizeof(h));
	if (n < sizeof(h) || h.magic != BTF_MAGIC || h.hdr_len > n || h.type_off > n - h.hdr_len ||
		h.type_len > n - h.hdr_len - h.type_off || h.str_off > n - h.hdr_len ||
		h.str_len > n - h.hdr_len - h.str_off)
		return kmt_err_set(err, KMT_ERR_FAILED, EINVAL, "no type information, or it is damaged");
	*out = (struct kmt_btf){.types = p + h.hdr_len + h.type_off,
		.n_types = h.type_len,
		.names = (const char *)p + h.hdr_len + h.str_off,
		.n_names = h.str_len};
	if (out->n_names && out->names[out->n_names - 1])
		return kmt_err_set(err, KMT_ERR_FAILED, EINVAL, "the names of its types do not end");
	return 0;
}

/* What follows struct btf_type in a record: EXTRA bytes, then for each of its parts PART bytes. */
struct kind {
	bool known;
	bool is_ref;	/* the third word is the number of a type */
	bool has_names; /* a part starts with a name */
	size_t extra, part;
};

static const struct kind kinds[] = {
	[BTF_KIND_INT] = {true, .extra = 4},
	[BTF_KIND_PTR] = {true, .is_ref = true},
	[BTF_KIND_ARRAY] = {true, .extra = 12},
	[BTF_KIND_STRUCT] = {true, .has_names = true, .part = 12},
	[BTF_KIND_UNION] = {true, .has_names = true, .part = 12},
	[BTF_KIND_ENUM] = {true, .has_names = true, .part = 8},
	[BTF_KIND_FWD] = {.known = true},
	[BTF_KIND_TYPEDEF] = {true, .is_ref = true},
	[BTF_KIND_VOLATILE] = {true, .is_ref = true},
	[BTF_KIND_CONST] = {true, .is_ref = true},
	[BTF_KIND_RESTRICT] = {true, .is_ref = true},
	[BTF_KIND_FUNC] = {true, .is_ref = true},
	[BTF_KIND_FUNC_PROTO] = {true, .is_ref = true, .has_names = true, .part = 8},
	[BTF_KIND_VAR] = {true, .is_ref = true, .extra = 4},
	[BTF_KIND_DATASEC] = {true, .part = 12},
	[BTF_KIND_FLOAT] = {.known = true},
	[BTF_KIND_DECL_TAG] = {true, .is_ref = true, .extra = 4},
	[BTF_KIND_TYPE_TAG] = {true, .is_ref = true},
	[BTF_KIND_ENUM64] = {true, .has_names = true, .part = 12},
};

struct record {
	struct btf_type type;
	const struct kind *kind;
	const unsigned char *parts;
	size_t n_parts;
};

/* Takes the record at *AT. False at the end, and for one that is not whole; then *AT is not the end. */
static bool next(const struct kmt_btf *b, size_t *at, struct record *out)
{
	size_t left = b->n_types - *at, size;
	unsigned int kind;

	if (left < sizeof(out->type))
		return false;
	memcpy(&out->type, b->types + *at, sizeof(out->type));
	kind = BTF_INFO_KIND(out->type.info);
	if (kind >= KMT_ARRAY_SIZE(kinds) || !kinds[kind].known)
		return false;
	out->kind = &kinds[kind];
	out->n_parts = BTF_INFO_VLEN(out->type.info);
	out->parts = b->types + *at + sizeof(out->type) + out->kind->extra;
	size = sizeof(out->type) + out->kind->extra + out->n_parts * out->kind->part;
	if (size > left)
		return false;
	*at += size;
	return true;
}

static bool count(const struct kmt_btf *b, size_t *n)
{
	struct record r;
	size_t at = 0;

	while (next(b, &at, &r))
		(*n)++;
	return at == b->n_types;
}

/* Names are shared as a whole: a place inside of one belongs to another file. */
static enum kmt_btf_fit judge_name(const struct kmt_btf *base, const struct kmt_btf *split, uint32_t at)
{
	const struct kmt_btf *in = at < base->n_names ? base : split;

	at -= in == base ? 0 : (uint32_t)base->n_names;
	if (at >= in->n_names)
		return KMT_BTF_OUTSIDE;
	return !at || !in->names[at - 1] ? KMT_BTF_FITS : KMT_BTF_OTHER;
}

static enum kmt_btf_fit judge(
	const struct kmt_btf *base, const struct kmt_btf *split, const struct record *r, size_t n_types)
{
	enum kmt_btf_fit worst = judge_name(base, split, r->type.name_off);

	if (r->kind->is_ref && r->type.type > n_types && worst == KMT_BTF_FITS)
		worst = KMT_BTF_OTHER;
	for (size_t i = 0; r->kind->has_names && i < r->n_parts && worst != KMT_BTF_OUTSIDE; i++) {
		uint32_t name;
		enum kmt_btf_fit fit;

		memcpy(&name, r->parts + i * r->kind->part, sizeof(name));
		fit = judge_name(base, split, name);
		worst = fit > worst ? fit : worst;
	}
	return worst;
}

enum kmt_btf_fit kmt_btf_compare(const struct kmt_btf *base, const struct kmt_btf *split)
{
	enum kmt_btf_fit worst = KMT_BTF_FITS;
	size_t at = 0, n_types = 0;
	struct record r;

	/* Number 0 is "void", which no record is for. */
	if (!count(base, &n_types) || !count(split, &n_types))
		return KMT_BTF_DAMAGED;
	while (next(split, &at, &r) && worst != KMT_BTF_OUTSIDE) {
		enum kmt_btf_fit fit = judge(base, split, &r, n_types);

		worst = fit > worst ? fit : worst;
	}
	return worst;
}
