/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/index/cache.h>

#include <string.h>

#include <kmt/base/map.h>

#include "cache_priv.h"

struct kmt_cache {
	struct kmt_strbuf data;
	struct kmt_cache_header header;
	const uint32_t *name_lens;
	const struct kmt_cache_file *files;
	const uint32_t *numbers;
	const char *text;
	struct kmt_map by_path; /* -> struct kmt_cache_file */
	struct kmt_intern names;
};

uint64_t kmt_cache_checksum(const void *data, size_t n)
{
	const unsigned char *p = data;
	uint64_t h = n, a;

	for (; n >= 8; n -= 8, p += 8) {
		memcpy(&a, p, 8);
		h = (h ^ a) * 0x9e3779b97f4a7c15u;
		h ^= h >> 32;
	}
	a = 0;
	memcpy(&a, p, n);
	h = (h ^ a) * 0x9e3779b97f4a7c15u;
	return h ^ h >> 29;
}

/* Finds the parts and checks that together they are exactly as long as the file. */
static bool find_parts(struct kmt_cache *c)
{
	struct kmt_cache_header *h = &c->header;
	const char *at = c->data.s;
	uint64_t size;

	if (c->data.len < sizeof(*h))
		return false;
	memcpy(h, at, sizeof(*h));
	if (h->magic != CACHE_MAGIC || h->header_size != sizeof(*h) ||
		h->file_size != sizeof(struct kmt_cache_file))
		return false;
	/* Counts are 32-bit, so that no sum overflows but with the size of the text. */
	size = sizeof(*h) + (uint64_t)h->n_files * sizeof(struct kmt_cache_file) +
	       ((uint64_t)h->n_names + h->n_numbers) * sizeof(uint32_t);
	if (size > c->data.len || h->text_size != c->data.len - size)
		return false;
	at += sizeof(*h);
	c->files = (const struct kmt_cache_file *)(const void *)at;
	at += h->n_files * sizeof(*c->files);
	c->name_lens = (const uint32_t *)(const void *)at;
	at += h->n_names * sizeof(uint32_t);
	c->numbers = (const uint32_t *)(const void *)at;
	c->text = at + h->n_numbers * sizeof(uint32_t);
	return true;
}

static bool sum_is_right(const struct kmt_cache *c)
{
	size_t start = offsetof(struct kmt_cache_header, header_size);

	return kmt_cache_checksum(c->data.s + start, c->data.len - start) == c->header.checksum;
}

static bool text_has(const struct kmt_cache *c, uint64_t offset, uint64_t n)
{
	return offset <= c->header.text_size && n <= c->header.text_size - offset;
}

/* Names stand one after the other at the start of the text, each with its NUL, and are all different. */
static bool read_names(struct kmt_cache *c)
{
	uint64_t at = 0;

	kmt_intern_init(&c->names);

	for (uint32_t i = 0; i < c->header.n_names; i++) {
		uint64_t n = (uint64_t)c->name_lens[i] + 1;

		if (!text_has(c, at, n) || strnlen(c->text + at, n) != n - 1 ||
			kmt_intern_borrowed(&c->names, c->text + at, c->name_lens[i]) != i)
			return false;
		at += n;
	}
	return true;
}

static bool check_file(const struct kmt_cache *c, const struct kmt_cache_file *f)
{
	uint64_t n = c->header.n_numbers;

	if (!text_has(c, f->path, (uint64_t)f->path_n + 1) || c->text[f->path + f->path_n] ||
		!text_has(c, f->modinfo, f->modinfo_n))
		return false;
	/* Its strings are read up to their NUL. */
	if (f->modinfo_n && c->text[f->modinfo + f->modinfo_n - 1])
		return false;
	return f->exports <= n && f->n_exports <= n - f->exports && f->needs <= n &&
	       f->n_needs <= n - f->needs;
}

/* Only needs can be weak. */
static bool check_exports(const struct kmt_cache *c, const struct kmt_cache_file *f)
{
	for (uint32_t i = 0; i < f->n_exports; i++)
		if (c->numbers[f->exports + i] & KMT_NEED_WEAK)
			return false;
	return true;
}

static bool check_numbers(const struct kmt_cache *c)
{
	for (uint32_t i = 0; i < c->header.n_numbers; i++)
		if ((c->numbers[i] & ~KMT_NEED_WEAK) >= c->header.n_names)
			return false;
	return true;
}

struct kmt_cache *kmt_cache_parse(struct kmt_strbuf *data)
{
	struct kmt_cache *c = kmt_alloc(sizeof(*c));

	c->data = *data;
	*data = (struct kmt_strbuf)KMT_STRBUF_INIT;
	if (!find_parts(c) || !sum_is_right(c) || !read_names(c) || !check_numbers(c))
		goto bad;
	for (uint32_t i = 0; i < c->header.n_files; i++) {
		const struct kmt_cache_file *f = &c->files[i];

		if (!check_file(c, f) || !check_exports(c, f))
			goto bad;
		kmt_map_add(&c->by_path, c->text + f->path, (void *)f);
	}
	return c;
bad:
	kmt_cache_free(c);
	return NULL;
}

struct kmt_cache *kmt_cache_load(const struct kmt_root *root, const char *path)
{
	struct kmt_strbuf data = KMT_STRBUF_INIT;

	if (kmt_root_read(root, path, 0, &data, NULL) < 0)
		return NULL;
	return kmt_cache_parse(&data);
}

void kmt_cache_free(struct kmt_cache *c)
{
	if (!c)
		return;
	kmt_map_free(&c->by_path);
	kmt_intern_free(&c->names);
	kmt_strbuf_free(&c->data);
	free(c);
}

size_t kmt_cache_count(const struct kmt_cache *c)
{
	return c->header.n_files;
}

bool kmt_cache_find(const struct kmt_cache *c, struct kmt_modfile *file)
{
	const struct kmt_cache_file *f = kmt_map_get(&c->by_path, file->path);

	if (!f || !kmt_filestamp_equal(&f->stamp, &file->stamp))
		return false;
	file->modinfo = c->text + f->modinfo;
	file->modinfo_n = f->modinfo_n;
	/* Nobody changes them: only numbers of files that were read are given new values. */
	file->exports = (uint32_t *)c->numbers + f->exports;
	file->n_exports = f->n_exports;
	file->needs = (uint32_t *)c->numbers + f->needs;
	file->n_needs = f->n_needs;
	return true;
}

void kmt_cache_take_names(struct kmt_cache *c, struct kmt_intern *names)
{
	*names = c->names;
	c->names = (struct kmt_intern){0};
}

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
