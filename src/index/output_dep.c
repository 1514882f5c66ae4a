/* SPDX-License-Identifier: GPL-2.0-or-later */
/* modules.dep and modules.symbols, and their tries. */
#include "output_priv.h"

#include <stdlib.h>
#include <string.h>

#include <kmt/index/superfast.h>

/* Appends "REL: DEP DEP..." and returns where it begins. */
static size_t add_line(struct kmt_strbuf *text, const struct kmt_modules *modules, uint32_t module,
	const struct kmt_closure *closure)
{
	size_t start = text->len;

	kmt_strbuf_addstr(text, modules->v.v[module]->rel);
	kmt_strbuf_addc(text, ':');
	for (size_t i = 0; i < closure->v.n; i++) {
		kmt_strbuf_addc(text, ' ');
		kmt_strbuf_addstr(text, modules->v.v[closure->v.v[i]]->rel);
	}
	return start;
}

void kmt_output_dep(struct kmt_output_job *job)
{
	const struct kmt_output *out = job->out;
	struct kmt_strbuf *text = &job->out->files[KMT_FILE_DEP];
	size_t n = out->modules->v.n;
	kmt_autofree size_t *starts = kmt_alloc((n + 1) * sizeof(*starts));
	struct kmt_trie_writer trie = {0};
	struct kmt_closure closure;

	kmt_closure_init(&closure, out->links);
	for (uint32_t m = 0; m < n; m++) {
		kmt_closure_find(&closure, out->links, m);
		starts[m] = add_line(text, out->modules, m, &closure);
		kmt_strbuf_addc(text, '\n');
	}
	starts[n] = text->len;
	kmt_closure_free(&closure);
	/* The values are the lines, so the text must not move any more. */
	for (uint32_t m = 0; m < n; m++)
		kmt_trie_add(&trie, out->modules->v.v[m]->name, text->s + starts[m],
			starts[m + 1] - starts[m] - 1, m);
	kmt_output_trie(job, &trie, KMT_FILE_DEP_BIN);
}

/* A name that a module exports, under the key of its alias: "symbol:NAME". */
struct symbol {
	const char *key;
	uint32_t module;
};

#define SYMBOL "symbol:"

/* All symbols, those of one bucket together: kmod writes its hash table bucket by bucket. */
struct symbols {
	struct symbol *v;
	size_t n;
	size_t ends[KMT_SUPERFAST_SYMBOLS]; /* of the buckets */
	struct kmt_arena arena;
};

static int compare_symbols(const void *a, const void *b)
{
	const struct symbol *x = a, *y = b;

	return strcmp(x->key, y->key);
}

static struct symbol symbol_of(struct kmt_arena *arena, const struct kmt_name_entry *name,
	uint32_t module)
{
	char *key = kmt_arena_alloc(arena, strlen(SYMBOL) + name->len + 1);

	memcpy(key, SYMBOL, strlen(SYMBOL));
	memcpy(key + strlen(SYMBOL), name->name, name->len);
	return (struct symbol){key, module};
}

static void collect_symbols(const struct kmt_output *out, struct symbols *s)
{
	const struct kmt_links *links = out->links;
	size_t n = links->owners.n, start = 0;
	kmt_autofree uint32_t *bucket = kmt_alloc((n + 1) * sizeof(*bucket));
	size_t *at = s->ends;

	for (size_t i = 0; i < n; i++) {
		const struct kmt_name_entry *e = &links->names->names.v[i];

		if (links->owners.v[i].module >= out->modules->v.n)
			continue;
		bucket[i] = kmt_superfast(e->name, e->len) % KMT_SUPERFAST_SYMBOLS;
		at[bucket[i]]++;
		s->n++;
	}
	/* From counts to starts; filling a bucket moves its start to its end. */
	for (size_t b = 0; b < KMT_SUPERFAST_SYMBOLS; b++) {
		size_t count = at[b];

		at[b] = start;
		start += count;
	}
	s->v = kmt_realloc_array(NULL, s->n + 1, sizeof(*s->v));
	for (size_t i = 0; i < n; i++)
		if (links->owners.v[i].module < out->modules->v.n)
			s->v[at[bucket[i]]++] = symbol_of(&s->arena, &links->names->names.v[i],
				links->owners.v[i].module);
	start = 0;
	for (size_t b = 0; b < KMT_SUPERFAST_SYMBOLS; b++) {
		qsort(s->v + start, s->ends[b] - start, sizeof(*s->v), compare_symbols);
		start = s->ends[b];
	}
}

void kmt_output_symbols(struct kmt_output_job *job)
{
	struct kmt_output *out = job->out;
	struct kmt_strbuf *text = &out->files[KMT_FILE_SYMBOLS];
	struct symbols symbols = {0};
	struct kmt_trie_writer trie = {0};

	collect_symbols(out, &symbols);
	kmt_strbuf_addstr(text, "# Aliases for symbols, used by symbol_request().\n");
	for (size_t i = 0; i < symbols.n; i++) {
		const struct symbol *s = &symbols.v[i];
		const char *module = out->modules->v.v[s->module]->name;

		if (!kmt_output_key_fits(job, module, "symbol", s->key))
			continue;
		kmt_output_line(text, "alias", s->key, module);
		kmt_trie_add(&trie, s->key, module, strlen(module), s->module);
		out->n_symbols++;
	}
	kmt_output_trie(job, &trie, KMT_FILE_SYMBOLS_BIN);
	free(symbols.v);
	kmt_arena_free(&symbols.arena);
}
