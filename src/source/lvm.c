/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/source/lvm.h>

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include <kmt/base/alloc.h>
#include <kmt/base/bytes.h>
#include <kmt/base/map.h>
#include <kmt/sys/root.h>

/* The label is in one of the first four sectors. */
#define SECTOR 512
#define LABEL_SECTORS 4
#define LABEL "LABELONE"
#define LABEL_TYPE "LVM2 001"
/* In a physical volume's header lists of {offset, size} follow its UUID and size. */
#define LISTS_AT 40
#define PAIR 16
/* The header of a metadata area: behind it the text, which wraps around at the end of the area. */
#define AREA_MAGIC " LVM2 x[5A%r0N*>"
#define AREA_MAGIC_AT 4
#define AREA_TEXT_AT 40
#define AREA_HEADER 512
/* More than any volume group has: what a hostile one may cost. */
#define VOLUMES_MAX 4096
#define WORDS_MAX 1024

/* The text, word by word. */

enum token { END, NAME, STRING, OPEN, CLOSE, EQUALS, OTHER };

struct text {
	const char *at, *end;
	const char *word; /* of NAME and STRING: N bytes */
	size_t n;
};

static void skip_blanks(struct text *t)
{
	while (t->at < t->end && (isspace((unsigned char)*t->at) || *t->at == '#')) {
		if (*t->at == '#')
			while (t->at < t->end && *t->at != '\n')
				t->at++;
		else
			t->at++;
	}
}

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || (c && strchr("_-+./", c));
}

static enum token next(struct text *t)
{
	skip_blanks(t);
	if (t->at == t->end || !*t->at)
		return END;
	t->word = t->at;
	if (*t->at == '"') {
		t->word = ++t->at;
		while (t->at < t->end && *t->at != '"')
			t->at++;
		t->n = (size_t)(t->at - t->word);
		t->at += t->at < t->end;
		return STRING;
	}
	while (t->at < t->end && is_word(*t->at))
		t->at++;
	t->n = (size_t)(t->at - t->word);
	if (t->n)
		return NAME;
	switch (*t->at++) {
	case '{':
		return OPEN;
	case '}':
		return CLOSE;
	case '=':
		return EQUALS;
	default:
		return OTHER;
	}
}

static void add(struct kmt_strv *list, const char *word)
{
	for (size_t i = 0; i < list->n; i++)
		if (!strcmp(list->v[i], word))
			return;
	if (list->n < WORDS_MAX)
		kmt_vec_push(list, word);
}

/* GROUP { physical_volumes { NAME {...} } logical_volumes { NAME { ... segment1 { type = "striped" } } } } */
struct parsing {
	struct kmt_arena *arena;
	struct kmt_lvm *out;
	unsigned int depth;
	bool in_disks, in_volumes;
	char name[128], key[16]; /* the name before a brace or an equals sign */
};

static void open_block(struct parsing *p)
{
	if (!p->depth && !p->out->group)
		p->out->group = kmt_arena_strdup(p->arena, p->name);
	if (p->depth == 1) {
		p->in_disks = !strcmp(p->name, "physical_volumes");
		p->in_volumes = !strcmp(p->name, "logical_volumes");
	}
	if (p->depth == 2 && p->in_disks)
		p->out->disks++;
	if (p->depth == 2 && p->in_volumes && p->out->volumes.n < VOLUMES_MAX)
		kmt_vec_push(&p->out->volumes,
			(struct kmt_lvm_volume){.name = kmt_arena_strdup(p->arena, p->name)});
	p->depth++;
}

static void take_string(struct parsing *p, const struct text *t)
{
	struct kmt_lvm_volume *volume;
	const char *word;

	if (!p->in_volumes || p->depth < 4 || !p->out->volumes.n)
		return;
	volume = &p->out->volumes.v[p->out->volumes.n - 1];
	word = kmt_arena_strndup(p->arena, t->word, t->n);
	add(!strcmp(p->key, "type") ? &volume->types : &volume->words, word);
}

static void take_name(struct parsing *p, const struct text *t)
{
	size_t n = t->n < sizeof(p->name) ? t->n : sizeof(p->name) - 1;

	memcpy(p->name, t->word, n);
	p->name[n] = '\0';
}

int kmt_lvm_parse(const char *text, size_t n, struct kmt_arena *arena, struct kmt_lvm *out)
{
	struct parsing p = {.arena = arena, .out = out};
	struct text t = {.at = text, .end = text + n};
	enum token token;

	*out = (struct kmt_lvm){0};
	while ((token = next(&t)) != END) {
		if (token == NAME)
			take_name(&p, &t);
		else if (token == STRING)
			take_string(&p, &t);
		else if (token == OPEN)
			open_block(&p);
		else if (token == CLOSE && !p.depth--)
			return -EBADMSG;
		else if (token == EQUALS)
			memcpy(p.key, p.name, sizeof(p.key) - 1);
	}
	return out->group && *out->group && !p.depth ? 0 : -EBADMSG;
}

/* The area at AT, which is SIZE bytes with its header. */
static int read_area(int fd, uint64_t at, uint64_t size, struct kmt_arena *arena, struct kmt_lvm *out)
{
	char header[AREA_HEADER];
	kmt_autofree char *text = NULL;
	uint64_t start, n, tail;
	ssize_t got = kmt_pread(fd, header, sizeof(header), at);

	if (got < 0)
		return (int)got;
	if (got != sizeof(header) || memcmp(header + AREA_MAGIC_AT, AREA_MAGIC, strlen(AREA_MAGIC)) != 0)
		return -EBADMSG;
	start = kmt_le64(header + AREA_TEXT_AT);
	n = kmt_le64(header + AREA_TEXT_AT + 8);
	if (!start || !n)
		return -ENOENT;
	if (start < AREA_HEADER || start >= size || n > size - AREA_HEADER || n > KMT_LVM_TEXT_MAX)
		return -EBADMSG;
	text = kmt_alloc((size_t)n);
	tail = n < size - start ? n : size - start;
	got = kmt_pread(fd, text, (size_t)tail, at + start);
	if (got == (ssize_t)tail && tail < n)
		got += kmt_pread(fd, text + tail, (size_t)(n - tail), at + AREA_HEADER);
	return got == (ssize_t)n ? kmt_lvm_parse(text, (size_t)n, arena, out) : -EBADMSG;
}

/* The list of metadata areas stands behind that of data areas; both end with zeros. */
static int read_areas(int fd, uint64_t at, const char *lists, const char *end, struct kmt_arena *arena,
	struct kmt_lvm *out)
{
	bool metadata = false;
	int r = -ENOENT;

	for (; lists + PAIR <= end; lists += PAIR) {
		uint64_t offset = kmt_le64(lists);

		if (!offset && metadata)
			break;
		if (!offset) {
			metadata = true;
		} else if (metadata && offset <= INT64_MAX - at) {
			kmt_lvm_free(out);
			r = read_area(fd, at + offset, kmt_le64(lists + 8), arena, out);
			if (!r)
				break;
		}
	}
	return r;
}

int kmt_lvm_read(int fd, uint64_t at, struct kmt_arena *arena, struct kmt_lvm *out)
{
	char sectors[LABEL_SECTORS * SECTOR];
	ssize_t n = kmt_pread(fd, sectors, sizeof(sectors), at);

	*out = (struct kmt_lvm){0};
	if (n < 0)
		return (int)n;
	for (const char *s = sectors; s + SECTOR <= sectors + n; s += SECTOR) {
		size_t header = kmt_le32(s + 20);

		if (memcmp(s, LABEL, strlen(LABEL)) != 0 || memcmp(s + 24, LABEL_TYPE, strlen(LABEL_TYPE)) != 0)
			continue;
		if (header > SECTOR - LISTS_AT)
			return -EBADMSG;
		return read_areas(fd, at, s + header + LISTS_AT, s + SECTOR, arena, out);
	}
	return -EBADMSG;
}

void kmt_lvm_free(struct kmt_lvm *lvm)
{
	struct kmt_lvm_volume *volume;

	kmt_vec_foreach (volume, &lvm->volumes) {
		kmt_vec_free(&volume->types);
		kmt_vec_free(&volume->words);
	}
	kmt_vec_free(&lvm->volumes);
	*lvm = (struct kmt_lvm){0};
}

/* The volumes that a volume is made of. */
struct closure {
	struct kmt_map by_name; /* -> struct kmt_lvm_volume */
	KMT_VEC(const struct kmt_lvm_volume *) wanted; /* in the order in which they were found */
};

static void want(struct closure *c, const char *name)
{
	const struct kmt_lvm_volume *volume = kmt_map_get(&c->by_name, name);

	if (!volume)
		return;
	for (size_t i = 0; i < c->wanted.n; i++)
		if (c->wanted.v[i] == volume)
			return;
	kmt_vec_push(&c->wanted, volume);
}

void kmt_lvm_types(const struct kmt_lvm *lvm, const char *name, struct kmt_strv *out)
{
	struct closure c = {0};
	const struct kmt_lvm_volume *volume;

	kmt_vec_foreach (volume, &lvm->volumes)
		kmt_map_add(&c.by_name, volume->name, (void *)volume);
	if (name)
		want(&c, name);
	for (size_t i = 0; i < c.wanted.n; i++)
		for (size_t w = 0; w < c.wanted.v[i]->words.n; w++)
			want(&c, c.wanted.v[i]->words.v[w]);
	if (!c.wanted.n)
		kmt_vec_foreach (volume, &lvm->volumes)
			kmt_vec_push(&c.wanted, volume);
	for (size_t i = 0; i < c.wanted.n; i++)
		for (size_t t = 0; t < c.wanted.v[i]->types.n; t++)
			add(out, c.wanted.v[i]->types.v[t]);
	kmt_vec_free(&c.wanted);
	kmt_map_free(&c.by_name);
}
