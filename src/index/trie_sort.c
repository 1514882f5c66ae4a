/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Multikey quicksort (Bentley and Sedgewick, 1997): aliases share long beginnings, which comparing whole
 * strings would read again and again.
 */
#include "trie_sort_priv.h"

#include <string.h>

#define FEW 12

static unsigned char at(const struct kmt_trie_entry *e, size_t depth)
{
	return (unsigned char)e->key[depth];
}

static void swap(struct kmt_trie_entry *a, struct kmt_trie_entry *b)
{
	struct kmt_trie_entry t = *a;

	*a = *b;
	*b = t;
}

static bool value_before(const struct kmt_trie_entry *a, const struct kmt_trie_entry *b)
{
	if (a->priority != b->priority)
		return a->priority < b->priority;
	return a->seq > b->seq;
}

/* Both share the first DEPTH characters. */
static bool before(const struct kmt_trie_entry *a, const struct kmt_trie_entry *b, size_t depth)
{
	int c = strcmp(a->key + depth, b->key + depth);

	return c ? c < 0 : value_before(a, b);
}

static void sort_few(struct kmt_trie_entry *v, size_t n, size_t depth)
{
	for (size_t i = 1; i < n; i++) {
		struct kmt_trie_entry e = v[i];
		size_t j = i;

		for (; j && before(&e, &v[j - 1], depth); j--)
			v[j] = v[j - 1];
		v[j] = e;
	}
}

static int compare_values(const void *a, const void *b)
{
	return value_before(a, b) ? -1 : 1; /* SEQ makes all of them different */
}

static unsigned char pivot(const struct kmt_trie_entry *v, size_t n, size_t depth)
{
	unsigned char a = at(&v[0], depth), b = at(&v[n / 2], depth), c = at(&v[n - 1], depth);

	if ((a <= b && b <= c) || (c <= b && b <= a))
		return b;
	return (b <= a && a <= c) || (c <= a && a <= b) ? a : c;
}

/* Three parts: below, equal to and above the pivot at DEPTH; [*LT, *GT) is the middle one. */
static void partition(struct kmt_trie_entry *v, size_t n, size_t depth, size_t *lt, size_t *gt)
{
	unsigned char p = pivot(v, n, depth);
	size_t i = 0;

	*lt = 0;
	*gt = n;
	while (i < *gt) {
		unsigned char c = at(&v[i], depth);

		if (c < p)
			swap(&v[(*lt)++], &v[i++]);
		else if (c > p)
			swap(&v[i], &v[--*gt]);
		else
			i++;
	}
}

struct part {
	struct kmt_trie_entry *v;
	size_t n, depth;
};

static void sort_part(struct part p);

/* The largest part is sorted by the caller's loop, so that the recursion stays below log2(n). */
static struct part sort_smaller(struct part parts[3])
{
	size_t largest = 0;

	for (size_t i = 1; i < 3; i++)
		if (parts[i].n > parts[largest].n)
			largest = i;
	for (size_t i = 0; i < 3; i++)
		if (i != largest)
			sort_part(parts[i]);
	return parts[largest];
}

static void sort_part(struct part p)
{
	while (p.n > FEW) {
		size_t lt, gt;
		struct part parts[3];

		partition(p.v, p.n, p.depth, &lt, &gt);
		parts[0] = (struct part){p.v, lt, p.depth};
		parts[1] = (struct part){p.v + lt, gt - lt, p.depth + 1};
		parts[2] = (struct part){p.v + gt, p.n - gt, p.depth};
		if (!at(&p.v[lt], p.depth)) {
			/* These keys end here: all the same, only the values are left to compare. */
			qsort(parts[1].v, parts[1].n, sizeof(*p.v), compare_values);
			parts[1].n = 0;
		}
		p = sort_smaller(parts);
	}
	sort_few(p.v, p.n, p.depth);
}

void kmt_trie_sort(struct kmt_trie_entry *v, size_t n)
{
	if (n)
		sort_part((struct part){v, n, 0});
}
