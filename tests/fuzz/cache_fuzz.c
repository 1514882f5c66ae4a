/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The cache of `index`, with its checksum put right, and the index files that are made of it. */
#include "fuzz.h"

#include <string.h>

#include <kmt/index/cache.h>
#include <kmt/index/output.h>
#include "src/index/cache_priv.h"

#define FILES_MAX 8

/* Whoever damages the rest on purpose mends the checksum. */
static void put_checksum(struct kmt_strbuf *data)
{
	size_t start = offsetof(struct kmt_cache_header, header_size);
	uint64_t sum;

	if (data->len < sizeof(struct kmt_cache_header))
		return;
	sum = kmt_cache_checksum(data->s + start, data->len - start);
	memcpy(data->s + offsetof(struct kmt_cache_header, checksum), &sum, sizeof(sum));
}

static void build(struct kmt_intern *names, struct kmt_modules *modules)
{
	struct kmt_links links = {.modules = modules, .names = names};
	struct kmt_diag diag = {0};
	struct kmt_output out = {
		.modules = modules, .links = &links, .threads = 1, .diag = &diag};

	kmt_links_build(&links);
	if (links.n_sorted == modules->v.n)
		kmt_output_build(&out);
	kmt_output_free(&out);
	kmt_links_free(&links);
	kmt_diag_clear(&diag);
}

/* Asks for each file as the cache itself describes it. COPY is the bytes that it was made of. */
static void find(const struct kmt_cache *cache, const struct kmt_strbuf *copy,
	struct kmt_modfile *files, struct kmt_modules *modules)
{
	const struct kmt_cache_header *h = (const void *)copy->s;
	const struct kmt_cache_file *f = (const void *)(copy->s + sizeof(*h));
	const char *text = copy->s + copy->len - h->text_size;

	for (uint32_t i = 0; i < h->n_files && i < FILES_MAX; i++) {
		files[i] = (struct kmt_modfile){.path = text + f[i].path,
			.rel = text + f[i].path,
			.name = "fuzz",
			.stamp = f[i].stamp};
		if (kmt_cache_find(cache, &files[i]))
			kmt_vec_push(&modules->v, &files[i]);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct kmt_strbuf bytes = KMT_STRBUF_INIT;
	kmt_autostrbuf struct kmt_strbuf copy = KMT_STRBUF_INIT;
	struct kmt_modfile files[FILES_MAX];
	struct kmt_modules modules = {0};
	struct kmt_intern names;
	struct kmt_cache *cache;

	kmt_strbuf_add(&bytes, data, size);
	put_checksum(&bytes);
	kmt_strbuf_add(&copy, bytes.s, bytes.len);
	cache = kmt_cache_parse(&bytes);
	if (!cache)
		return 0;
	find(cache, &copy, files, &modules);
	kmt_cache_take_names(cache, &names);
	build(&names, &modules);
	kmt_vec_free(&modules.v);
	kmt_intern_free(&names);
	kmt_cache_free(cache);
	return 0;
}
