/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/index/trie_write.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <kmt/base/name.h>
#include <kmt/source/trie.h>

#define FEW 32

/* Where a file is being written. REFS is a stack: the children of the nodes that are open. */
struct sink {
	struct kmt_strbuf *out;
	struct kmt_trie_entry *entries;
	struct kmt_trie_entry *sorted; /* room for as many */
	enum kmt_trie_order order;
	KMT_VEC(uint32_t) refs;
};

/* The entries from LO to HI share the first PREFIX_END characters; the arc to the node is at DEPTH - 1. */
struct node {
	size_t lo, hi;
	size_t depth, prefix_end;
	size_t values_end;	/* entries from LO that end in this node */
};

bool kmt_trie_key_ok(const char *key)
{
	size_t n;

	for (n = 0; key[n]; n++)
		if ((unsigned char)key[n] >= KMT_TRIE_CHARS || n + 1 == KMT_ALIAS_MAX)
			return false;
	return true;
}

void kmt_trie_add(struct kmt_trie_writer *w, const char *key, const char *value, size_t value_len,
	uint32_t priority)
{
	kmt_vec_push(&w->entries,
		(struct kmt_trie_entry){key, value, value_len, priority, (uint32_t)w->entries.n});
}

void kmt_trie_writer_free(struct kmt_trie_writer *w)
{
	kmt_vec_free(&w->entries);
}

static void put_be32(char *to, uint32_t n)
{
	to[0] = (char)(n >> 24);
	to[1] = (char)(n >> 16);
	to[2] = (char)(n >> 8);
	to[3] = (char)n;
}

static void add_be32(struct kmt_strbuf *out, uint32_t n)
{
	char b[4];

	put_be32(b, n);
	kmt_strbuf_add(out, b, sizeof(b));
}

static unsigned char char_at(const struct kmt_trie_entry *e, size_t at)
{
	return (unsigned char)e->key[at];
}

/* How far the keys are the same; at DEPTH or behind it. */
static size_t find_prefix_end(const struct sink *s, size_t lo, size_t hi, size_t depth)
{
	const char *key = s->entries[lo].key;
	size_t end = strlen(key);

	for (size_t i = lo + 1; i < hi; i++) {
		size_t same = depth;

		while (same < end && s->entries[i].key[same] == key[same])
			same++;
		end = same;
	}
	return end;
}

/* Sorts by the character at AT, which is all that the children need; what has the same one stays. */
static void sort_by_char(struct sink *s, size_t lo, size_t hi, size_t at)
{
	struct kmt_trie_entry *e = s->entries;
	uint32_t count[KMT_TRIE_CHARS] = {0};
	struct kmt_trie_entry *next[KMT_TRIE_CHARS], *to = s->sorted;

	for (size_t i = lo; i < hi; i++)
		count[char_at(&e[i], at)]++;
	for (size_t c = 0; c < KMT_TRIE_CHARS; to += count[c++])
		next[c] = to;
	for (size_t i = lo; i < hi; i++)
		*next[char_at(&e[i], at)]++ = e[i];
	memcpy(e + lo, s->sorted, (hi - lo) * sizeof(*e));
}

/* The same where there are few: most ranges are small, or sorted as they come. */
static void sort_few(struct kmt_trie_entry *e, size_t n, size_t at)
{
	for (size_t i = 1; i < n; i++) {
		struct kmt_trie_entry moved = e[i];
		unsigned char c = char_at(&moved, at);
		size_t j = i;

		if (char_at(&e[i - 1], at) <= c)
			continue;
		for (; j && char_at(&e[j - 1], at) > c; j--)
			e[j] = e[j - 1];
		e[j] = moved;
	}
}

/* Entries of the same key: by priority, then the last added first. */
static int compare_values(const void *a, const void *b)
{
	const struct kmt_trie_entry *x = a, *y = b;

	if (x->priority != y->priority)
		return x->priority < y->priority ? -1 : 1;
	return x->seq > y->seq ? -1 : 1;
}

static struct node node_of(struct sink *s, size_t lo, size_t hi, size_t depth, bool root)
{
	struct node n = {.lo = lo, .hi = hi, .depth = depth, .prefix_end = depth, .values_end = lo};

	if (lo == hi)
		return n;
	if (!root)
		n.prefix_end = find_prefix_end(s, lo, hi, depth);
	if (hi - lo <= FEW)
		sort_few(s->entries + lo, hi - lo, n.prefix_end);
	else
		sort_by_char(s, lo, hi, n.prefix_end);
	while (n.values_end < hi && !s->entries[n.values_end].key[n.prefix_end])
		n.values_end++;
	if (n.values_end - lo > 1)
		qsort(s->entries + lo, n.values_end - lo, sizeof(*s->entries), compare_values);
	return n;
}

/* The end of the child that begins at entry AT. */
static size_t child_end(const struct sink *s, const struct node *n, size_t at)
{
	char c = s->entries[at].key[n->prefix_end];

	while (at < n->hi && s->entries[at].key[n->prefix_end] == c)
		at++;
	return at;
}

/* How many bytes the node takes without its children. */
static size_t size_of(const struct sink *s, const struct node *n)
{
	size_t size = n->prefix_end - n->depth + 1;

	if (n->values_end < n->hi)
		size += 2 + 4 * KMT_TRIE_CHARS;
	if (n->values_end > n->lo)
		size += 4;
	for (size_t i = n->lo; i < n->values_end; i++)
		size += 4 + s->entries[i].value_len + 1;
	return size;
}

static char *put_values(const struct sink *s, const struct node *n, char *p)
{
	put_be32(p, (uint32_t)(n->values_end - n->lo));
	p += 4;
	for (size_t i = n->lo; i < n->values_end; i++) {
		const struct kmt_trie_entry *e = &s->entries[i];

		put_be32(p, e->priority);
		p = mempcpy(p + 4, e->value, e->value_len);
		*p++ = '\0';
	}
	return p;
}

/* Writes the node without its children, whose references are REFS, one for each character from the first
 * child's to the last one's. Returns the node's own reference. */
static uint32_t put_node(struct sink *s, const struct node *n, const uint32_t *refs)
{
	const struct kmt_trie_entry *e = s->entries;
	uint32_t ref = (uint32_t)s->out->len & KMT_TRIE_OFFSET;
	char *p;

	kmt_strbuf_reserve(s->out, size_of(s, n));
	p = s->out->s + s->out->len;
	if (n->prefix_end > n->depth) {
		p = mempcpy(p, e[n->lo].key + n->depth, n->prefix_end - n->depth);
		*p++ = '\0';
		ref |= KMT_TRIE_HAS_PREFIX;
	}
	if (n->values_end < n->hi) {
		char first = e[n->values_end].key[n->prefix_end];
		char last = e[n->hi - 1].key[n->prefix_end];

		*p++ = first;
		*p++ = last;
		for (int c = first; c <= last; c++, p += 4)
			put_be32(p, refs[c - first]);
		ref |= KMT_TRIE_HAS_CHILDREN;
	}
	if (n->values_end > n->lo) {
		p = put_values(s, n, p);
		ref |= KMT_TRIE_HAS_VALUES;
	}
	*p = '\0';
	s->out->len = (size_t)(p - s->out->s);
	return ref;
}

static uint32_t put_tree(struct sink *s, size_t lo, size_t hi, size_t depth, bool root);

/* Post-order: the references of the children wait on the stack until they are all known. */
static uint32_t put_after_children(struct sink *s, const struct node *n)
{
	size_t base = s->refs.n;
	uint32_t ref;

	for (size_t at = n->values_end, end; at < n->hi; at = end) {
		size_t slot = base + (size_t)(s->entries[at].key[n->prefix_end] -
					      s->entries[n->values_end].key[n->prefix_end]);

		end = child_end(s, n, at);
		while (s->refs.n < slot)
			kmt_vec_push(&s->refs, 0);
		ref = put_tree(s, at, end, n->prefix_end + 1, false);
		kmt_vec_push(&s->refs, ref);
	}
	/* An index without entries has a node without references. */
	ref = put_node(s, n, s->refs.v ? s->refs.v + base : NULL);
	s->refs.n = base;
	return ref;
}

/* Pre-order: the node is written with empty references, which are filled in afterwards. */
static uint32_t put_before_children(struct sink *s, const struct node *n)
{
	static const uint32_t none[KMT_TRIE_CHARS];
	size_t prefix = n->prefix_end - n->depth;
	size_t refs_at = s->out->len + (prefix ? prefix + 1 : 0) + 2;
	uint32_t own = put_node(s, n, none);

	for (size_t at = n->values_end, end; at < n->hi; at = end) {
		size_t slot = (size_t)(s->entries[at].key[n->prefix_end] -
				       s->entries[n->values_end].key[n->prefix_end]);
		uint32_t ref;

		end = child_end(s, n, at);
		ref = put_tree(s, at, end, n->prefix_end + 1, false);
		put_be32(s->out->s + refs_at + 4 * slot, ref);
	}
	return own;
}

/* As deep as the longest key: see kmt_trie_key_ok(). */
static uint32_t put_tree(struct sink *s, size_t lo, size_t hi, size_t depth, bool root)
{
	struct node n = node_of(s, lo, hi, depth, root);

	return s->order == KMT_TRIE_PREORDER ? put_before_children(s, &n)
					     : put_after_children(s, &n);
}

int kmt_trie_write(struct kmt_trie_writer *w, enum kmt_trie_order order, struct kmt_strbuf *out)
{
	struct sink s = {.out = out, .entries = w->entries.v, .order = order};
	uint32_t root;

	s.sorted = kmt_realloc_array(NULL, w->entries.n, sizeof(*s.sorted));
	add_be32(out, KMT_TRIE_MAGIC);
	add_be32(out, KMT_TRIE_VERSION);
	add_be32(out, 0);
	root = put_tree(&s, 0, w->entries.n, 0, true);
	put_be32(out->s + KMT_TRIE_ROOT, root);
	kmt_vec_free(&s.refs);
	free(s.sorted);
	return out->len > KMT_TRIE_OFFSET ? -EFBIG : 0;
}
