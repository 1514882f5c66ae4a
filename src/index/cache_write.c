/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/index/cache.h>

#include <string.h>

#include "cache_priv.h"

#define UNSURE_NS (2 * (int64_t)1000000000)

struct writer {
	struct kmt_cache_header header;
	struct kmt_strbuf files, name_lens, numbers, text;
	/* The numbers in the cache: names that no file mentions any more are not kept. */
	const struct kmt_intern *names;
	uint32_t *number; /* plus one; 0: not yet used */
};

static uint32_t number_of(struct writer *w, uint32_t name)
{
	if (!w->number[name]) {
		const struct kmt_name_entry *e = &w->names->names.v[name];

		kmt_strbuf_add(&w->text, e->name, e->len + 1);
		kmt_strbuf_add(&w->name_lens, &e->len, sizeof(e->len));
		w->number[name] = ++w->header.n_names;
	}
	return w->number[name] - 1;
}

/* Returns where they begin among all numbers. */
static uint32_t add_numbers(struct writer *w, const uint32_t *v, uint32_t n)
{
	uint32_t start = w->header.n_numbers;

	for (uint32_t i = 0; i < n; i++) {
		uint32_t number = number_of(w, v[i] & ~KMT_NEED_WEAK) | (v[i] & KMT_NEED_WEAK);

		kmt_strbuf_add(&w->numbers, &number, sizeof(number));
	}
	w->header.n_numbers += n;
	return start;
}

static bool is_wanted(const struct kmt_modfile *f, int64_t now)
{
	return f->read && !f->error && f->stamp.ctime_ns < now - UNSURE_NS &&
	       f->stamp.mtime_ns < now - UNSURE_NS;
}

static struct kmt_cache_file head_of(struct writer *w, const struct kmt_modfile *f)
{
	struct kmt_cache_file c;

	memset(&c, 0, sizeof(c)); /* also what is between the members */
	c.stamp = f->stamp;
	c.path_n = (uint32_t)strlen(f->path);
	c.modinfo_n = f->modinfo_n;
	c.n_exports = f->n_exports;
	c.n_needs = f->n_needs;
	c.exports = add_numbers(w, f->exports, f->n_exports);
	c.needs = add_numbers(w, f->needs, f->n_needs);
	return c;
}

/* All names come first in the text, so the files' own text follows in a second round. */
static void add_files(struct writer *w, const struct kmt_scan_result *result, int64_t now)
{
	KMT_VEC(struct kmt_cache_file) files = {0};
	size_t at = 0;

	for (size_t i = 0; i < result->files.n; i++)
		if (is_wanted(result->files.v[i], now))
			kmt_vec_push(&files, head_of(w, result->files.v[i]));
	for (size_t i = 0; i < result->files.n; i++) {
		const struct kmt_modfile *f = result->files.v[i];

		if (!is_wanted(f, now))
			continue;
		files.v[at].path = w->text.len;
		kmt_strbuf_add(&w->text, f->path, files.v[at].path_n + 1);
		files.v[at].modinfo = w->text.len;
		kmt_strbuf_add(&w->text, f->modinfo, f->modinfo_n);
		at++;
	}
	w->header.n_files = (uint32_t)files.n;
	kmt_strbuf_add(&w->files, files.v, files.n * sizeof(*files.v));
	kmt_vec_free(&files);
}

void kmt_cache_write(const struct kmt_scan_result *result, int64_t now, struct kmt_strbuf *out)
{
	struct writer w = {.names = &result->names};
	struct kmt_cache_header *h = &w.header;
	size_t skip = offsetof(struct kmt_cache_header, header_size);
	kmt_autofree uint32_t *number =
		kmt_alloc((result->names.names.n + 1) * sizeof(*number));

	w.number = number;
	add_files(&w, result, now);
	h->magic = CACHE_MAGIC;
	h->header_size = sizeof(*h);
	h->file_size = sizeof(struct kmt_cache_file);
	h->text_size = w.text.len;
	kmt_strbuf_reserve(out, sizeof(*h) + w.files.len + w.name_lens.len + w.numbers.len +
					w.text.len);
	kmt_strbuf_add(out, h, sizeof(*h));
	kmt_strbuf_add(out, w.files.s, w.files.len);
	kmt_strbuf_add(out, w.name_lens.s, w.name_lens.len);
	kmt_strbuf_add(out, w.numbers.s, w.numbers.len);
	kmt_strbuf_add(out, w.text.s, w.text.len);
	h->checksum = kmt_cache_checksum(out->s + skip, out->len - skip);
	memcpy(out->s, h, sizeof(*h));
	kmt_strbuf_free(&w.files);
	kmt_strbuf_free(&w.name_lens);
	kmt_strbuf_free(&w.numbers);
	kmt_strbuf_free(&w.text);
}
