/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The cache of a scan: the same index from it, and never a wrong one. */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <utime.h>

#include <kmt/base/alloc.h>
#include <kmt/index/build.h>
#include "src/index/cache_priv.h"
#include "tree_fixture.h"

#define CACHE TREE "/" KMT_CACHE_NAME
#define SECOND ((int64_t)1000000000)

struct state {
	struct fixture f;
	struct kmt_build_opts opts;
};

static int setup(void **state)
{
	struct state *s = kmt_alloc(sizeof(*s));

	fixture_init(&s->f);
	s->opts = (struct kmt_build_opts){
		.root = &s->f.root, .version = TREE_VERSION, .threads = 1, .use_cache = true};
	tree_own_files(&s->f, "");
	TREE_MODULE(&s->f, "kernel/a.ko", "import:b_fn", "weak:w", "alias=a*");
	TREE_MODULE(&s->f, "kernel/b.ko", "export:b_fn", "license=GPL");
	TREE_MODULE(&s->f, "kernel/c.ko", "license=GPL");
	fixture_text(&s->f, TREE "/kernel/bad.ko", "no module");
	*state = s;
	return 0;
}

static int teardown(void **state)
{
	struct state *s = *state;

	fixture_clear(&s->f);
	free(s);
	return 0;
}

/* Builds and writes the cache as if the scan had begun AGE seconds later. Returns how many files came from
 * the cache. */
static size_t build(struct state *s, int age, struct kmt_strbuf *all)
{
	struct kmt_build b;
	kmt_autostrbuf struct kmt_strbuf cache = KMT_STRBUF_INIT;
	size_t cached;

	assert_int_equal(kmt_build_scan(&b, &s->opts, NULL, NULL), 0);
	assert_int_equal(kmt_build_link(&b, &s->opts, NULL), 0);
	kmt_strbuf_truncate(all, 0);
	for (int i = 0; i < KMT_FILE_COUNT; i++)
		kmt_strbuf_add(all, b.output.files[i].s, b.output.files[i].len);
	kmt_cache_write(&b.scan, b.started + age * SECOND, &cache);
	fixture_write(&s->f, CACHE, cache.s, cache.len);
	cached = b.scan.n_cached;
	kmt_build_free(&b);
	return cached;
}

static void equal(const struct kmt_strbuf *a, const struct kmt_strbuf *b)
{
	assert_int_equal(a->len, b->len);
	assert_memory_equal(a->s, b->s, a->len);
}

static void the_second_time_nothing_is_read(void **state)
{
	struct state *s = *state;
	kmt_autostrbuf struct kmt_strbuf first = KMT_STRBUF_INIT, again = KMT_STRBUF_INIT;

	assert_int_equal(build(s, 10, &first), 0);
	assert_int_equal(build(s, 10, &again), 3); /* the damaged one is never kept */
	equal(&first, &again);
	assert_int_equal(build(s, 10, &again), 3);
	equal(&first, &again);
}

static void a_changed_file_is_read(void **state)
{
	struct state *s = *state;
	kmt_autostrbuf struct kmt_strbuf first = KMT_STRBUF_INIT, again = KMT_STRBUF_INIT,
				       fresh = KMT_STRBUF_INIT;
	kmt_autofree char *path = kmt_asprintf("%s" TREE "/kernel/c.ko", s->f.dir);
	struct utimbuf old = {.actime = 1000, .modtime = 1000};

	build(s, 10, &first);
	/* Of the same size and with an old time: its inode or change time tells. */
	TREE_MODULE(&s->f, "kernel/c.ko", "license=BSD");
	assert_int_equal(utime(path, &old), 0);
	TREE_MODULE(&s->f, "kernel/d.ko", "import:b_fn", "alias=d");
	assert_int_equal(build(s, 10, &again), 2);
	s->opts.use_cache = false;
	assert_int_equal(build(s, 10, &fresh), 0);
	equal(&again, &fresh);
}

static void a_removed_file_is_gone(void **state)
{
	struct state *s = *state;
	kmt_autostrbuf struct kmt_strbuf first = KMT_STRBUF_INIT, again = KMT_STRBUF_INIT;
	kmt_autofree char *path = kmt_asprintf("%s" TREE "/kernel/b.ko", s->f.dir);

	build(s, 10, &first);
	assert_int_equal(remove(path), 0);
	assert_int_equal(build(s, 10, &again), 2);
	assert_null(strstr(again.s, "kernel/b.ko"));
}

static void what_has_just_changed_is_not_kept(void **state)
{
	struct state *s = *state;
	kmt_autostrbuf struct kmt_strbuf all = KMT_STRBUF_INIT;

	build(s, 0, &all);
	assert_int_equal(build(s, 0, &all), 0);
}

/* Every single byte, and every length. */
static void a_damaged_cache_is_none(void **state)
{
	struct state *s = *state;
	kmt_autostrbuf struct kmt_strbuf all = KMT_STRBUF_INIT, file = KMT_STRBUF_INIT;
	struct kmt_cache *cache;

	build(s, 10, &all);
	assert_int_equal(kmt_root_read(&s->f.root, CACHE, 0, &file, NULL), 0);
	for (size_t i = 0; i < file.len; i++) {
		struct kmt_strbuf copy = KMT_STRBUF_INIT;

		kmt_strbuf_add(&copy, file.s, file.len);
		copy.s[i] ^= (char)(1 + i % 255);
		assert_null(kmt_cache_parse(&copy));
		kmt_strbuf_add(&copy, file.s, i);
		assert_null(kmt_cache_parse(&copy));
	}
	cache = kmt_cache_parse(&file);
	assert_non_null(cache);
	kmt_cache_free(cache);
}

/* CHANGE damages the cache, whose checksum is then put right: it must be refused. */
static void forged(struct state *s, void (*change)(char *data, struct kmt_cache_header *h,
					    struct kmt_cache_file *files))
{
	struct kmt_strbuf file = KMT_STRBUF_INIT;
	size_t start = offsetof(struct kmt_cache_header, header_size);
	struct kmt_cache_header h;

	assert_int_equal(kmt_root_read(&s->f.root, CACHE, 0, &file, NULL), 0);
	memcpy(&h, file.s, sizeof(h));
	change(file.s, &h, (void *)(file.s + sizeof(h)));
	h.checksum = kmt_cache_checksum(file.s + start, file.len - start);
	memcpy(file.s, &h, sizeof(h));
	assert_null(kmt_cache_parse(&file));
}

static uint32_t *numbers_of(char *data, const struct kmt_cache_header *h)
{
	return (uint32_t *)(void *)(data + sizeof(*h) +
				    h->n_files * sizeof(struct kmt_cache_file)) +
	       h->n_names;
}

static void weak_export(char *data, struct kmt_cache_header *h, struct kmt_cache_file *files)
{
	for (uint32_t i = 0; i < h->n_files; i++)
		if (files[i].n_exports)
			numbers_of(data, h)[files[i].exports] |= KMT_NEED_WEAK;
}

static void number_without_name(char *data, struct kmt_cache_header *h, struct kmt_cache_file *files)
{
	numbers_of(data, h)[0] = h->n_names;
}

static void open_modinfo(char *data, struct kmt_cache_header *h, struct kmt_cache_file *files)
{
	files[0].modinfo_n--;
}

static void name_in_two(char *data, struct kmt_cache_header *h, struct kmt_cache_file *files)
{
	data[sizeof(*h) + h->n_files * sizeof(*files) + (h->n_names + h->n_numbers) * 4] = '\0';
}

static void a_forged_cache_is_none(void **state)
{
	struct state *s = *state;
	kmt_autostrbuf struct kmt_strbuf all = KMT_STRBUF_INIT;

	build(s, 10, &all);
	forged(s, weak_export);
	forged(s, number_without_name);
	forged(s, open_modinfo);
	forged(s, name_in_two);
}

static void names_are_numbers(void **state)
{
	struct kmt_intern t;
	char name[16];

	kmt_intern_init(&t);
	for (uint32_t i = 0; i < 5000; i++) {
		snprintf(name, sizeof(name), "name_%u", i);
		assert_int_equal(kmt_intern(&t, name, strlen(name)), i);
	}
	for (uint32_t i = 0; i < 5000; i += 7) {
		snprintf(name, sizeof(name), "name_%u", i);
		assert_int_equal(kmt_intern(&t, name, strlen(name)), i);
		assert_int_equal(kmt_intern_find(&t, name, strlen(name)), i);
		assert_string_equal(t.names.v[i].name, name);
	}
	assert_int_equal(kmt_intern(&t, "name_12", 6), 1);
	assert_int_equal(kmt_intern(&t, "name_12", 5), 5000);
	assert_int_equal(kmt_intern_find(&t, "", 0), KMT_INTERN_NONE);
	kmt_intern_free(&t);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(the_second_time_nothing_is_read),
		T(a_changed_file_is_read),
		T(a_removed_file_is_gone),
		T(what_has_just_changed_is_not_kept),
		T(a_damaged_cache_is_none),
		T(a_forged_cache_is_none),
		cmocka_unit_test(names_are_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
