/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The trie writer: what is written is read again by a reader of the test's own. */
#include "unit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <kmt/base/alloc.h>
#include <kmt/base/name.h>
#include <kmt/index/superfast.h>
#include <kmt/index/trie_write.h>
#include <kmt/source/trie.h>

/* The hash values are those of kmod's function. */
static void hashes_are_kmods(void **state)
{
	static const struct {
		const char *s;
		uint32_t hash;
	} known[] = {
		{"a", 0x115ea782u},
		{"ab", 0x516b8b44u},
		{"abc", 0xd2be198au},
		{"abcd", 0xdad8b8dbu},
		{"loop", 0xeb99169fu},
		{"snd_pcm", 0x1ca4c8cdu},
		{"usb_register_driver", 0x023fa976u},
		{"", 0x00000000u},
	};

	for (size_t i = 0; i < KMT_ARRAY_SIZE(known); i++)
		assert_int_equal(kmt_superfast(known[i].s, strlen(known[i].s)), known[i].hash);
}

struct dump {
	const unsigned char *data;
	size_t n;
	struct kmt_strbuf text; /* "key=priority:value\n" for each value */
	char key[KMT_ALIAS_MAX];
};

static uint32_t be32(const struct dump *d, size_t at)
{
	assert_true(at + 4 <= d->n);
	return (uint32_t)d->data[at] << 24 | (uint32_t)d->data[at + 1] << 16 |
	       (uint32_t)d->data[at + 2] << 8 | d->data[at + 3];
}

static void dump_node(struct dump *d, uint32_t ref, size_t len)
{
	size_t at = ref & KMT_TRIE_OFFSET;

	assert_true(at < d->n);
	if (ref & KMT_TRIE_HAS_PREFIX) {
		size_t n = strlen((const char *)d->data + at);

		assert_true(n > 0);
		memcpy(d->key + len, d->data + at, n);
		len += n;
		at += n + 1;
	}
	d->key[len] = '\0';
	if (ref & KMT_TRIE_HAS_CHILDREN) {
		unsigned int first = d->data[at], last = d->data[at + 1];
		size_t values = at + 2 + 4 * (last - first + 1);

		assert_true(first <= last && last < KMT_TRIE_CHARS);
		if (ref & KMT_TRIE_HAS_VALUES)
			dump_node(d, KMT_TRIE_HAS_VALUES | (uint32_t)values, len);
		for (unsigned int c = first; c <= last; c++) {
			uint32_t child = be32(d, at + 2 + 4 * (c - first));

			if (!child)
				continue;
			d->key[len] = (char)c;
			dump_node(d, child, len + 1);
		}
		return;
	}
	if (ref & KMT_TRIE_HAS_VALUES) {
		uint32_t n = be32(d, at);

		assert_true(n > 0);
		for (at += 4; n; n--) {
			const char *value = (const char *)d->data + at + 4;

			kmt_strbuf_addf(&d->text, "%s=%u:%s\n", d->key, be32(d, at), value);
			at += 4 + strlen(value) + 1;
		}
	}
}

static char *dump(const struct kmt_strbuf *file)
{
	struct dump d = {.data = (const unsigned char *)file->s, .n = file->len};

	assert_int_equal(be32(&d, 0), KMT_TRIE_MAGIC);
	assert_int_equal(be32(&d, 4), KMT_TRIE_VERSION);
	dump_node(&d, be32(&d, 8), 0);
	return kmt_strbuf_steal(&d.text);
}

static void add(struct kmt_trie_writer *w, const char *key, const char *value, uint32_t priority)
{
	kmt_trie_add(w, key, value, strlen(value), priority);
}

static void both_orders_hold_the_same(void **state)
{
	static const enum kmt_trie_order orders[] = {KMT_TRIE_POSTORDER, KMT_TRIE_PREORDER};

	for (size_t i = 0; i < KMT_ARRAY_SIZE(orders); i++) {
		kmt_autostrbuf struct kmt_strbuf file = KMT_STRBUF_INIT;
		struct kmt_trie_writer w = {0};

		add(&w, "once", "o", 3);
		add(&w, "ask", "late", 7);
		add(&w, "ate", "a", 1);
		add(&w, "ask", "first", 2);
		add(&w, "on", "same, before", 5);
		add(&w, "on", "same, after", 5);
		add(&w, "one", "", 0);
		add(&w, "", "empty key", 0);
		add(&w, "z*[!a]?", "pattern", 9);
		assert_int_equal(kmt_trie_write(&w, orders[i], &file), 0);
		kmt_trie_writer_free(&w);

		kmt_autofree char *text = dump(&file);

		assert_string_equal(text, "=0:empty key\n"
					  "ask=2:first\nask=7:late\nate=1:a\n"
					  "on=5:same, after\non=5:same, before\n"
					  "once=3:o\none=0:\n"
					  "z*[!a]?=9:pattern\n");
	}
}

static void bytes_are_kmods(void **state)
{
	/* "ab" and "ad" below the arc 'a': the node with the children 'b' to 'd', one missing. */
	static const char post[] = "\xB0\x07\xF4\x57\x00\x02\x00\x01\x20\x00\x00\x2e"
				   "\0\0\0\x01\0\0\0\x01x\0"	     /* 12: ab */
				   "\0\0\0\x01\0\0\0\x02y\0"	     /* 22: ad */
				   "bd\x40\0\0\x0c\0\0\0\0\x40\0\0\x16" /* 32: a */
				   "aa\x20\0\0\x20";		     /* 46: the root */
	static const char pre[] = "\xB0\x07\xF4\x57\x00\x02\x00\x01\x20\x00\x00\x0c"
				  "aa\x20\0\0\x12"
				  "bd\x40\0\0\x20\0\0\0\0\x40\0\0\x2a"
				  "\0\0\0\x01\0\0\0\x01x\0"
				  "\0\0\0\x01\0\0\0\x02y\0";
	static const struct {
		enum kmt_trie_order order;
		const char *bytes;
	} want[] = {{KMT_TRIE_POSTORDER, post}, {KMT_TRIE_PREORDER, pre}};

	assert_int_equal(sizeof(post), sizeof(pre));
	for (size_t i = 0; i < KMT_ARRAY_SIZE(want); i++) {
		kmt_autostrbuf struct kmt_strbuf file = KMT_STRBUF_INIT;
		struct kmt_trie_writer w = {0};

		add(&w, "ad", "y", 2);
		add(&w, "ab", "x", 1);
		assert_int_equal(kmt_trie_write(&w, want[i].order, &file), 0);
		kmt_trie_writer_free(&w);
		assert_int_equal(file.len, sizeof(post) - 1);
		assert_memory_equal(file.s, want[i].bytes, file.len);
	}
}

static void an_empty_trie_is_valid(void **state)
{
	kmt_autostrbuf struct kmt_strbuf file = KMT_STRBUF_INIT;
	struct kmt_trie_writer w = {0};

	assert_int_equal(kmt_trie_write(&w, KMT_TRIE_POSTORDER, &file), 0);
	assert_int_equal(file.len, 12);
	assert_memory_equal(file.s + 8, "\0\0\0\x0c", 4);
	kmt_trie_writer_free(&w);
}

static void keys_are_judged(void **state)
{
	kmt_autofree char *longest = kmt_alloc(KMT_ALIAS_MAX + 1);

	assert_true(kmt_trie_key_ok(""));
	assert_true(kmt_trie_key_ok("pci:v*d~\x7f"));
	assert_false(kmt_trie_key_ok("caf\xc3\xa9"));
	memset(longest, 'a', KMT_ALIAS_MAX);
	assert_false(kmt_trie_key_ok(longest));
	longest[KMT_ALIAS_MAX - 1] = '\0';
	assert_true(kmt_trie_key_ok(longest));
}

static int compare_lines(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Keys of few characters, so that they share beginnings and repeat; every key is one letter and digits. */
static void many_keys_come_out_sorted(void **state)
{
	enum { MANY = 20000 };
	char (*keys)[16] = kmt_alloc(MANY * sizeof(*keys));
	const char **sorted = kmt_alloc(MANY * sizeof(*sorted));
	kmt_autostrbuf struct kmt_strbuf file = KMT_STRBUF_INIT, want = KMT_STRBUF_INIT;
	struct kmt_trie_writer w = {0};
	unsigned int random = 1;

	for (size_t i = 0; i < MANY; i++) {
		random = random * 1103515245u + 12345;
		snprintf(keys[i], sizeof(*keys), "%c%u", 'a' + (int)(random >> 30), (random >> 12) % 9000);
		sorted[i] = keys[i];
		add(&w, keys[i], "v", 0);
	}
	qsort(sorted, MANY, sizeof(*sorted), compare_lines);
	for (size_t i = 0; i < MANY; i++)
		kmt_strbuf_addf(&want, "%s=0:v\n", sorted[i]);
	assert_int_equal(kmt_trie_write(&w, KMT_TRIE_POSTORDER, &file), 0);
	kmt_trie_writer_free(&w);

	kmt_autofree char *text = dump(&file);

	assert_string_equal(text, want.s);
	free(keys);
	free(sorted);
}

/* As deep as a trie can be: each key is the one before with one more character. */
static void the_deepest_trie_is_written(void **state)
{
	kmt_autofree char *longest = kmt_alloc(KMT_ALIAS_MAX);
	kmt_autostrbuf struct kmt_strbuf file = KMT_STRBUF_INIT;
	struct kmt_trie_writer w = {0};

	memset(longest, 'k', KMT_ALIAS_MAX - 1);
	for (size_t n = 0; n < KMT_ALIAS_MAX; n++)
		add(&w, longest + n, "v", 0);
	assert_int_equal(kmt_trie_write(&w, KMT_TRIE_POSTORDER, &file), 0);
	kmt_trie_writer_free(&w);

	kmt_autofree char *text = dump(&file);

	assert_int_equal(strlen(text), (size_t)KMT_ALIAS_MAX * (KMT_ALIAS_MAX - 1) / 2 +
					       KMT_ALIAS_MAX * strlen("=0:v\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hashes_are_kmods),
		cmocka_unit_test(both_orders_hold_the_same),
		cmocka_unit_test(bytes_are_kmods),
		cmocka_unit_test(an_empty_trie_is_valid),
		cmocka_unit_test(keys_are_judged),
		cmocka_unit_test(many_keys_come_out_sorted),
		cmocka_unit_test(the_deepest_trie_is_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
