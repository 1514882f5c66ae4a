/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/index/output.h>

#include <ctype.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <kmt/base/name.h>
#include <kmt/index/superfast.h>
#include <kmt/source/modindex.h>
#include <kmt/source/modinfo.h>

/* Each job fills index files of its own, on any thread. What it finds out besides is joined at the end. */
struct kmt_output_job {
	struct kmt_output *out;
	struct kmt_diag diag;
	size_t n_skipped;
	int error;
};

/* Counts and tells one that is left out. */
static void skip(struct kmt_output_job *job, const char *name, const char *key, const char *value,
	const char *why)
{
	job->n_skipped++;
	kmt_diag_add(&job->diag, NULL, "module %s: %s '%s' left out: %s", name, key, value, why);
}

/* Whether VALUE of module NAME can stand in a line: no control characters, no backslash that would join
 * the next line. If not, it is told. KEY says what it is. */
static bool fits(struct kmt_output_job *job, const char *name, const char *key, const char *value)
{
	const char *p;

	for (p = value; *p; p++)
		if ((unsigned char)*p < ' ' && *p != '\t')
			break;
	if (!*p && (p == value || p[-1] != '\\'))
		return true;
	skip(job, name, key, value, "it would break the line");
	return false;
}

/* The same for what is also a key of a trie: short and 7-bit. */
static bool key_fits(
	struct kmt_output_job *job, const char *name, const char *key, const char *value)
{
	const char *p;

	/* As a signed character, what is not ASCII is below zero. */
	for (p = value; *(const signed char *)p >= ' '; p++)
		;
	if (!*p && p - value < KMT_ALIAS_MAX && (p == value || p[-1] != '\\'))
		return true;
	if (!fits(job, name, key, value))
		return false;
	if (kmt_trie_key_ok(value))
		return true;
	skip(job, name, key, value, "it is too long or not ASCII");
	return false;
}

/* "WORD A B\n" */
static void add_words(struct kmt_strbuf *to, const char *word, const char *a, const char *b)
{
	size_t word_len = strlen(word), a_len = strlen(a), b_len = strlen(b);
	char *p;

	kmt_strbuf_reserve(to, word_len + a_len + b_len + 3);
	p = to->s + to->len;
	memcpy(p, word, word_len);
	p += word_len;
	*p++ = ' ';
	memcpy(p, a, a_len);
	p += a_len;
	*p++ = ' ';
	memcpy(p, b, b_len);
	p += b_len;
	*p++ = '\n';
	*p = '\0';
	to->len = (size_t)(p - to->s);
}

/* Writes the trie to FILE and frees it. */
static void write_trie(struct kmt_output_job *job, struct kmt_trie_writer *w, enum kmt_index_file file)
{
	int r = kmt_trie_write(w, job->out->order, &job->out->files[file]);

	if (r < 0)
		job->error = r;
	kmt_trie_writer_free(w);
}

/* What .modinfo says: modules.alias and its trie, modules.softdep, modules.weakdep, modules.devname. */

#define DEVNAME "devname:"

static void add_alias(struct kmt_output_job *job, const struct kmt_modfile *f, uint32_t module,
	const char *alias, struct kmt_trie_writer *trie, struct kmt_arena *arena)
{
	char key[KMT_ALIAS_MAX];
	int r;

	if (!key_fits(job, f->name, "alias", alias))
		return;
	add_words(&job->out->files[KMT_FILE_ALIAS], "alias", alias, f->name);
	job->out->n_aliases++;
	r = kmt_alias_normalize(alias, key, sizeof(key));
	if (r < 0)
		kmt_diag_add(&job->diag, NULL, "module %s: alias '%s' can never match: %s", f->name,
			alias, r == -EINVAL ? "unmatched bracket" : "too long");
	else
		kmt_trie_add(trie, kmt_arena_strdup(arena, key), f->name, strlen(f->name), module);
}

/* What a module says about its device node: a name in one alias, numbers in another. */
struct node {
	const char *name;
	char type;		/* 'c' or 'b'; 0 if not yet known */
	unsigned int major, minor;
};

static void read_node_alias(const char *alias, struct node *node)
{
	unsigned int major, minor;

	switch (*alias) {
	case 'd':
		if (!strncmp(alias, DEVNAME, strlen(DEVNAME)))
			node->name = alias + strlen(DEVNAME);
		break;
	case 'c':
		if (sscanf(alias, "char-major-%u-%u", &major, &minor) == 2)
			*node = (struct node){node->name, 'c', major, minor};
		break;
	case 'b':
		if (sscanf(alias, "block-major-%u-%u", &major, &minor) == 2)
			*node = (struct node){node->name, 'b', major, minor};
		break;
	}
}

static void add_node(struct kmt_output_job *job, const char *module, const struct node *node)
{
	struct kmt_strbuf *text = &job->out->files[KMT_FILE_DEVNAME];

	if (!node->type) {
		skip(job, module, "devname", node->name,
			"no alias tells major and minor number");
		return;
	}
	if (!fits(job, module, "devname", node->name))
		return;
	if (!text->len)
		kmt_strbuf_addstr(text, "# Device nodes to trigger on-demand module loading.\n");
	kmt_strbuf_addf(text, "%s %s %c%u:%u\n", module, node->name, node->type, node->major,
		node->minor);
}

/* A line of modules.softdep or modules.weakdep. */
static void add_line(struct kmt_output_job *job, const struct kmt_modfile *f, enum kmt_index_file file,
	const char *key, const char *value)
{
	if (fits(job, f->name, key, value))
		add_words(&job->out->files[file], key, f->name, value);
}

static void add_module(struct kmt_output_job *job, const struct kmt_modfile *f, uint32_t module,
	struct kmt_trie_writer *trie, struct kmt_arena *arena)
{
	const char *p = f->modinfo, *end = p + f->modinfo_n;
	struct kmt_modinfo_field field;
	struct node node = {0};

	while (kmt_modinfo_next(&p, end, &field)) {
		if (kmt_modinfo_is(&field, "alias")) {
			add_alias(job, f, module, field.value, trie, arena);
			/* The first name and numbers that are found together count. */
			if (!node.name || !node.type)
				read_node_alias(field.value, &node);
		} else if (kmt_modinfo_is(&field, "softdep")) {
			add_line(job, f, KMT_FILE_SOFTDEP, "softdep", field.value);
		} else if (kmt_modinfo_is(&field, "weakdep")) {
			add_line(job, f, KMT_FILE_WEAKDEP, "weakdep", field.value);
		}
	}
	if (node.name)
		add_node(job, f->name, &node);
}

/* Alias, softdep, weakdep, devname. */
static void output_modinfo(struct kmt_output_job *job)
{
	const struct kmt_modules *modules = job->out->modules;
	struct kmt_strbuf *files = job->out->files;
	struct kmt_trie_writer trie = {0};
	struct kmt_arena arena = {0};

	kmt_strbuf_addstr(&files[KMT_FILE_ALIAS], "# Aliases extracted from modules themselves.\n");
	kmt_strbuf_addstr(
		&files[KMT_FILE_SOFTDEP], "# Soft dependencies extracted from modules themselves.\n");
	kmt_strbuf_addstr(
		&files[KMT_FILE_WEAKDEP], "# Weak dependencies extracted from modules themselves.\n");
	for (uint32_t m = 0; m < modules->v.n; m++)
		add_module(job, modules->v.v[m], m, &trie, &arena);
	write_trie(job, &trie, KMT_FILE_ALIAS_BIN);
	kmt_arena_free(&arena);
}

/* modules.dep and modules.symbols, and their tries. */

/* Appends "REL: DEP DEP..." and returns where it begins. */
static size_t add_dep_line(struct kmt_strbuf *text, const struct kmt_modules *modules, uint32_t module,
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

static void output_dep(struct kmt_output_job *job)
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
		starts[m] = add_dep_line(text, out->modules, m, &closure);
		kmt_strbuf_addc(text, '\n');
	}
	starts[n] = text->len;
	kmt_closure_free(&closure);
	/* The values are the lines, so the text must not move any more. */
	for (uint32_t m = 0; m < n; m++)
		kmt_trie_add(&trie, out->modules->v.v[m]->name, text->s + starts[m],
			starts[m + 1] - starts[m] - 1, m);
	write_trie(job, &trie, KMT_FILE_DEP_BIN);
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

static void output_symbols(struct kmt_output_job *job)
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

		if (!key_fits(job, module, "symbol", s->key))
			continue;
		add_words(text, "alias", s->key, module);
		kmt_trie_add(&trie, s->key, module, strlen(module), s->module);
		out->n_symbols++;
	}
	write_trie(job, &trie, KMT_FILE_SYMBOLS_BIN);
	free(symbols.v);
	kmt_arena_free(&symbols.arena);
}

/* Tries of what is built into the kernel, from the two files that the kernel's build installs. */

/* modules.builtin: a path a line. */
static void add_builtin_line(struct kmt_output_job *job, const char *line, struct kmt_arena *arena,
	struct kmt_trie_writer *trie)
{
	char name[KMT_NAME_MAX];

	if (!isalpha((unsigned char)*line) || kmt_name_from_path(line, name, sizeof(name)) ||
		!kmt_trie_key_ok(name))
		kmt_diag_add(&job->diag, NULL, "modules.builtin: ignoring bad line '%s'", line);
	else
		kmt_trie_add(trie, kmt_arena_strdup(arena, name), "", 0, 0);
}

static void builtin_names(struct kmt_output_job *job, const struct kmt_strbuf *text)
{
	struct kmt_slice rest = {kmt_strbuf_str(text), text->len}, line;
	struct kmt_trie_writer trie = {0};
	struct kmt_arena arena = {0};

	while (kmt_slice_line(&rest, &line))
		add_builtin_line(job, kmt_arena_strndup(&arena, line.s, line.n), &arena, &trie);
	write_trie(job, &trie, KMT_FILE_BUILTIN_BIN);
	kmt_arena_free(&arena);
}

static void add_builtin_alias(struct kmt_output_job *job, const char *name, const char *value,
	struct kmt_arena *arena, struct kmt_trie_writer *trie)
{
	char alias[KMT_ALIAS_MAX];
	int r = kmt_alias_normalize(value, alias, sizeof(alias));

	if (r < 0 || !kmt_trie_key_ok(alias))
		skip(job, name, "alias", value,
			r == -EINVAL ? "unmatched bracket" : "it is too long or not ASCII");
	else
		kmt_trie_add(trie, kmt_arena_strdup(arena, alias), name, strlen(name), 0);
}

/* The buffer itself ends with a NUL, so a last string without its own ends there. */
static void builtin_aliases(struct kmt_output_job *job, const struct kmt_strbuf *text)
{
	const char *p = kmt_strbuf_str(text), *end = p + text->len + 1;
	struct kmt_trie_writer trie = {0};
	struct kmt_arena arena = {0};
	struct kmt_modinfo_field field;
	struct kmt_slice module;

	while (kmt_builtin_next(&p, end, &module, &field))
		if (module.n && field.value_len && kmt_modinfo_is(&field, "alias"))
			add_builtin_alias(job, kmt_arena_strndup(&arena, module.s, module.n), field.value,
				&arena, &trie);
	write_trie(job, &trie, KMT_FILE_BUILTIN_ALIAS_BIN);
	kmt_arena_free(&arena);
}

static void output_builtin(struct kmt_output_job *job)
{
	static const struct kmt_strbuf none = KMT_STRBUF_INIT;
	const struct kmt_output *out = job->out;

	builtin_names(job, out->builtin ? out->builtin : &none);
	builtin_aliases(job, out->builtin_modinfo ? out->builtin_modinfo : &none);
}

static const char *const file_names[KMT_FILE_COUNT] = {
	[KMT_FILE_DEP] = "modules.dep",
	[KMT_FILE_DEP_BIN] = "modules.dep.bin",
	[KMT_FILE_ALIAS] = "modules.alias",
	[KMT_FILE_ALIAS_BIN] = "modules.alias.bin",
	[KMT_FILE_SOFTDEP] = "modules.softdep",
	[KMT_FILE_WEAKDEP] = "modules.weakdep",
	[KMT_FILE_SYMBOLS] = "modules.symbols",
	[KMT_FILE_SYMBOLS_BIN] = "modules.symbols.bin",
	[KMT_FILE_BUILTIN_BIN] = "modules.builtin.bin",
	[KMT_FILE_BUILTIN_ALIAS_BIN] = "modules.builtin.alias.bin",
	[KMT_FILE_DEVNAME] = "modules.devname",
};

const char *kmt_index_file_name(enum kmt_index_file file)
{
	return file_names[file];
}

bool kmt_index_file_is_bin(enum kmt_index_file file)
{
	size_t n = strlen(file_names[file]);

	return !strcmp(file_names[file] + n - strlen(".bin"), ".bin");
}

/* The longest first. */
static void (*const jobs[])(struct kmt_output_job *job) = {
	output_modinfo,
	output_dep,
	output_symbols,
	output_builtin,
};
#define JOBS KMT_ARRAY_SIZE(jobs)

struct run {
	struct kmt_output_job job[JOBS];
	atomic_size_t next;
};

static void *work(void *p)
{
	struct run *run = p;
	size_t i;

	while ((i = atomic_fetch_add(&run->next, 1)) < JOBS)
		jobs[i](&run->job[i]);
	return NULL;
}

/* Messages come in the order of the jobs, whichever was done first. */
static void join(struct kmt_output *out, struct run *run)
{
	for (size_t i = 0; i < JOBS; i++) {
		struct kmt_output_job *job = &run->job[i];

		for (size_t d = 0; d < job->diag.n; d++)
			kmt_diag_add(out->diag, &job->diag.items[d].origin, "%s",
				job->diag.items[d].msg);
		kmt_diag_clear(&job->diag);
		out->n_skipped += job->n_skipped;
		if (job->error)
			out->error = job->error;
	}
}

int kmt_output_build(struct kmt_output *out)
{
	struct run run = {0};
	pthread_t threads[JOBS];
	size_t n = 0;

	for (size_t i = 0; i < JOBS; i++)
		run.job[i].out = out;
	while (n + 1 < out->threads && n + 1 < JOBS &&
		!pthread_create(&threads[n], NULL, work, &run))
		n++;
	work(&run);
	while (n)
		pthread_join(threads[--n], NULL);
	join(out, &run);
	return out->error;
}

void kmt_output_fileset(const struct kmt_output *out, struct kmt_fileset_file files[KMT_FILE_COUNT])
{
	for (int i = 0; i < KMT_FILE_COUNT; i++)
		files[i] = (struct kmt_fileset_file){
			.name = file_names[i],
			.data = kmt_strbuf_str(&out->files[i]),
			.n = out->files[i].len,
		};
}

void kmt_output_text(const struct kmt_output *out, struct kmt_strbuf *text)
{
	for (int i = 0; i < KMT_FILE_COUNT; i++)
		if (!kmt_index_file_is_bin((enum kmt_index_file)i))
			kmt_strbuf_add(text, kmt_strbuf_str(&out->files[i]), out->files[i].len);
}

void kmt_output_free(struct kmt_output *out)
{
	for (size_t i = 0; i < KMT_FILE_COUNT; i++)
		kmt_strbuf_free(&out->files[i]);
}

