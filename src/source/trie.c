/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every offset and count is checked; as no node of a real index has two parents, visiting more nodes or
 * values than the file has room for means that it loops.
 */
#include <kmt/source/trie.h>

#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include <kmt/base/bytes.h>
#include <kmt/base/name.h>
#include <kmt/base/strbuf.h>

#define NO_NODE 0u
#define HAS_ANY (KMT_TRIE_HAS_PREFIX | KMT_TRIE_HAS_CHILDREN | KMT_TRIE_HAS_VALUES)
#define CHILD_SIZE 4u
#define VALUE_SIZE 5u /* at least: a priority and an empty text */

struct node {
	const char *prefix;
	unsigned int first, last; /* first > last: no children */
	const unsigned char *children;
	const unsigned char *values;
	uint32_t n_values;
};

struct walk {
	const struct kmt_trie *trie;
	size_t visits_left, values_left;
	const char *query;
	struct kmt_strbuf key; /* of the node where the walk is, from its first wildcard on */
	size_t literal;	       /* characters of QUERY before that wildcard */
	struct kmt_arena *arena;
	struct kmt_index_matches *out;
};

struct cursor {
	const unsigned char *p, *end;
};

/* NO_NODE for a node that has no parts. */
static uint32_t get_ref(const unsigned char *p)
{
	uint32_t ref = kmt_be32(p);

	return (ref & KMT_TRIE_OFFSET) && (ref & HAS_ANY) ? ref : NO_NODE;
}

static int take_u32(struct cursor *c, uint32_t *out)
{
	if (c->end - c->p < 4)
		return -EBADMSG;
	*out = kmt_be32(c->p);
	c->p += 4;
	return 0;
}

static int take_text(struct cursor *c, const char **out)
{
	const unsigned char *nul = memchr(c->p, '\0', (size_t)(c->end - c->p));

	if (!nul)
		return -EBADMSG;
	*out = (const char *)c->p;
	c->p = nul + 1;
	return 0;
}

static int take_children(struct cursor *c, struct node *node)
{
	size_t size;

	if (c->end - c->p < 2)
		return -EBADMSG;
	node->first = *c->p++;
	node->last = *c->p++;
	if (node->first > node->last)
		return -EBADMSG;
	size = (node->last - node->first + 1) * CHILD_SIZE;
	if ((size_t)(c->end - c->p) < size)
		return -EBADMSG;
	node->children = c->p;
	c->p += size;
	return 0;
}

static int read_node(struct walk *w, uint32_t ref, struct node *node)
{
	size_t offset = ref & KMT_TRIE_OFFSET;
	struct cursor c = {w->trie->data + offset, w->trie->data + w->trie->size};

	*node = (struct node){.prefix = "", .first = 1};
	if (offset < KMT_TRIE_HEADER_SIZE || offset >= w->trie->size || !w->visits_left)
		return -EBADMSG;
	w->visits_left--;
	if ((ref & KMT_TRIE_HAS_PREFIX) && take_text(&c, &node->prefix) < 0)
		return -EBADMSG;
	if ((ref & KMT_TRIE_HAS_CHILDREN) && take_children(&c, node) < 0)
		return -EBADMSG;
	if ((ref & KMT_TRIE_HAS_VALUES) && take_u32(&c, &node->n_values) < 0)
		return -EBADMSG;
	node->values = c.p;
	return 0;
}

static uint32_t child(const struct node *node, unsigned int ch)
{
	if (ch < node->first || ch > node->last)
		return NO_NODE;
	return get_ref(node->children + (ch - node->first) * CHILD_SIZE);
}

/* The key where the walk is. */
static const char *pattern_of(struct walk *w)
{
	char *pattern = kmt_arena_alloc(w->arena, w->literal + w->key.len + 1);

	memcpy(mempcpy(pattern, w->query, w->literal), kmt_strbuf_str(&w->key), w->key.len);
	return pattern;
}

static int add_values(struct walk *w, const struct node *node)
{
	struct cursor c = {node->values, w->trie->data + w->trie->size};
	const char *pattern = NULL;

	for (uint32_t i = 0; i < node->n_values; i++) {
		struct kmt_index_match row = {0};
		const char *value;
		uint32_t priority;

		if (!w->values_left || take_u32(&c, &priority) < 0 || take_text(&c, &value) < 0)
			return -EBADMSG;
		w->values_left--;
		if (!pattern)
			pattern = pattern_of(w);
		row.pattern = pattern;
		row.module = kmt_arena_strdup(w->arena, value);
		row.priority = priority;
		kmt_vec_push(&w->out->rows, row);
	}
	return 0;
}

static int walk_patterns(struct walk *w, const struct node *node, const char *prefix, const char *rest);

/* All keys that go on with CH behind NODE. */
static int walk_child(struct walk *w, const struct node *node, unsigned int ch, const char *rest)
{
	size_t len = w->key.len;
	uint32_t ref = child(node, ch);
	struct node next;
	int r;

	if (ref == NO_NODE)
		return 0;
	r = read_node(w, ref, &next);
	if (r < 0)
		return r;
	kmt_strbuf_addc(&w->key, (char)ch);
	r = walk_patterns(w, &next, next.prefix, rest);
	kmt_strbuf_truncate(&w->key, len);
	return r;
}

/* All keys below NODE, of which PREFIX is what the key does not hold yet: they have a wildcard, so REST of
 * the query is matched with each as a whole; NULL takes all of them. */
static int walk_patterns(
	struct walk *w, const struct node *node, const char *prefix, const char *rest)
{
	size_t len = w->key.len;
	int r;

	kmt_strbuf_addstr(&w->key, prefix);
	if (w->key.len > KMT_ALIAS_MAX)
		return -EBADMSG;
	r = rest ? 0 : add_values(w, node);
	for (unsigned int ch = node->first; !r && ch <= node->last; ch++)
		r = walk_child(w, node, ch, rest);
	if (!r && rest && node->n_values && !fnmatch(kmt_strbuf_str(&w->key), rest, 0))
		r = add_values(w, node);
	kmt_strbuf_truncate(&w->key, len);
	return r;
}

/* The children of NODE that start a wildcard. */
static int walk_wildcards(struct walk *w, const struct node *node, const char *rest)
{
	static const char wildcards[] = "*?[";

	for (const char *c = wildcards; *c; c++) {
		int r = walk_child(w, node, (unsigned char)*c, rest);

		if (r < 0)
			return r;
	}
	return 0;
}

/* Follows the query down the trie, up to its end or to where no key goes on. */
static int walk_query(struct walk *w, uint32_t ref)
{
	const char *rest = w->query;

	for (;;) {
		struct node node;
		const char *p;
		int r = read_node(w, ref, &node);

		if (r < 0)
			return r;
		for (p = node.prefix; *p; p++, rest++) {
			if (strchr("*?[", *p)) {
				w->literal = (size_t)(rest - w->query);
				return walk_patterns(w, &node, p, rest);
			}
			if (*p != *rest)
				return 0;
		}
		w->literal = (size_t)(rest - w->query);
		r = walk_wildcards(w, &node, rest);
		if (r < 0)
			return r;
		if (!*rest)
			return add_values(w, &node);
		ref = child(&node, (unsigned char)*rest++);
		if (ref == NO_NODE)
			return 0;
	}
}

struct found {
	struct kmt_index_match row;
	size_t at;
};

static int compare_found(const void *a, const void *b)
{
	const struct found *x = a, *y = b;

	if (x->row.priority != y->row.priority)
		return x->row.priority < y->row.priority ? -1 : 1;
	return x->at > y->at ? -1 : 1;
}

/* libkmod inserts each match before those of the same priority that it found earlier. */
static void sort_rows(struct kmt_index_match *rows, size_t n)
{
	kmt_autofree struct found *found = kmt_realloc_array(NULL, n, sizeof(*found));

	for (size_t i = 0; i < n; i++)
		found[i] = (struct found){.row = rows[i], .at = i};
	qsort(found, n, sizeof(*found), compare_found);
	for (size_t i = 0; i < n; i++)
		rows[i] = found[i].row;
}

static int read_root(const struct kmt_trie *trie, uint32_t *ref)
{
	*ref = NO_NODE;
	if (!trie->size)
		return 0;
	if (trie->size < KMT_TRIE_HEADER_SIZE || kmt_be32(trie->data) != KMT_TRIE_MAGIC ||
		kmt_be32(trie->data + 4) >> 16 != KMT_TRIE_VERSION >> 16)
		return -EBADMSG;
	*ref = get_ref(trie->data + KMT_TRIE_ROOT);
	return 0;
}

static struct walk start_walk(const struct kmt_trie *trie, struct kmt_arena *arena,
	struct kmt_index_matches *out)
{
	return (struct walk){
		.trie = trie,
		.visits_left = trie->size / CHILD_SIZE,
		.values_left = trie->size / VALUE_SIZE,
		.arena = arena,
		.out = out,
	};
}

int kmt_trie_match(const struct kmt_trie *trie, const char *query, struct kmt_arena *arena,
	struct kmt_index_matches *out)
{
	size_t first = out->rows.n;
	struct walk w = start_walk(trie, arena, out);
	uint32_t root;
	int r = read_root(trie, &root);

	w.query = query;
	if (!r && root != NO_NODE)
		r = walk_query(&w, root);
	kmt_strbuf_free(&w.key);
	if (r < 0)
		out->rows.n = first;
	else if (out->rows.n > first)
		sort_rows(out->rows.v + first, out->rows.n - first);
	return r;
}

int kmt_trie_all(const struct kmt_trie *trie, struct kmt_arena *arena, struct kmt_index_matches *out)
{
	size_t first = out->rows.n;
	struct walk w = start_walk(trie, arena, out);
	struct node node;
	uint32_t root;
	int r = read_root(trie, &root);

	w.query = "";
	if (!r && root != NO_NODE) {
		r = read_node(&w, root, &node);
		if (!r)
			r = walk_patterns(&w, &node, node.prefix, NULL);
	}
	kmt_strbuf_free(&w.key);
	if (r < 0)
		out->rows.n = first;
	return r;
}
