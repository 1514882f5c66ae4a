/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <kmt/base/alloc.h>

/* Programs without cmocka make fixtures, too. */
static void need(bool ok, const char *what)
{
	if (ok)
		return;
	perror(what);
	abort();
}

void fixture_init(struct fixture *f)
{
	*f = (struct fixture){.dir = "/tmp/kmtool-test-XXXXXX"};
	need(mkdtemp(f->dir), f->dir);
	need(!kmt_root_open(&f->root, f->dir, NULL), f->dir);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	return remove(path);
}

void fixture_clear(struct fixture *f)
{
	kmt_root_close(&f->root);
	need(!nftw(f->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS), f->dir);
}

static char *outside(const struct fixture *f, const char *path)
{
	char *full = kmt_asprintf("%s%s", f->dir, path);

	for (char *p = full + strlen(f->dir) + 1; (p = strchr(p, '/')); p++) {
		*p = '\0';
		need(!mkdir(full, 0755) || errno == EEXIST, full);
		*p = '/';
	}
	return full;
}

void fixture_write(const struct fixture *f, const char *path, const void *data, size_t n)
{
	kmt_autofree char *full = outside(f, path);
	kmt_autoclose int fd = open(full, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	need(fd >= 0, full);
	need(write(fd, data, n) == (ssize_t)n, full);
}

void fixture_text(const struct fixture *f, const char *path, const char *text)
{
	fixture_write(f, path, text, strlen(text));
}

void fixture_link(const struct fixture *f, const char *path, const char *target)
{
	kmt_autofree char *full = outside(f, path);

	need(!symlink(target, full), full);
}

struct trie_node {
	struct trie_node *child[128];
	struct {
		const char *text[16];
		unsigned int priority[16];
		size_t n;
	} values;
};

static void put_u32(struct kmt_strbuf *out, uint32_t v)
{
	const unsigned char bytes[] = {
		(unsigned char)(v >> 24), (unsigned char)(v >> 16), (unsigned char)(v >> 8), (unsigned char)v};

	kmt_strbuf_add(out, bytes, sizeof(bytes));
}

/* Writes the children first; returns the reference to NODE and frees it. */
static uint32_t put_node(struct kmt_strbuf *out, struct trie_node *node)
{
	uint32_t ref[128] = {0}, self;
	int first = 128, last = -1;

	for (int c = 0; c < 128; c++) {
		if (!node->child[c])
			continue;
		ref[c] = put_node(out, node->child[c]);
		first = first < c ? first : c;
		last = c;
	}
	self = (uint32_t)out->len;
	if (last >= 0) {
		self |= 0x20000000u;
		kmt_strbuf_addc(out, (char)first);
		kmt_strbuf_addc(out, (char)last);
		for (int c = first; c <= last; c++)
			put_u32(out, ref[c]);
	}
	if (node->values.n) {
		self |= 0x40000000u;
		put_u32(out, (uint32_t)node->values.n);
		for (size_t i = 0; i < node->values.n; i++) {
			put_u32(out, node->values.priority[i]);
			kmt_strbuf_add(out, node->values.text[i], strlen(node->values.text[i]) + 1);
		}
	}
	free(node);
	return self;
}

void trie_build(struct kmt_strbuf *out, const char *const *pairs, bool same_priority)
{
	struct trie_node *root = kmt_alloc(sizeof(*root));
	uint32_t ref;

	for (unsigned int i = 0; pairs[2 * i]; i++) {
		struct trie_node *node = root;

		for (const char *c = pairs[2 * i]; *c; c++) {
			need(*c > 0, pairs[2 * i]);
			if (!node->child[(int)*c])
				node->child[(int)*c] = kmt_alloc(sizeof(*node));
			node = node->child[(int)*c];
		}
		need(node->values.n < KMT_ARRAY_SIZE(node->values.text), pairs[2 * i]);
		node->values.text[node->values.n] = pairs[2 * i + 1];
		node->values.priority[node->values.n++] = same_priority ? 0 : i;
	}
	put_u32(out, 0xB007F457u);
	put_u32(out, 0x00020001u);
	put_u32(out, 0);
	ref = put_node(out, root);
	for (int i = 0; i < 4; i++)
		out->s[8 + i] = (char)(ref >> (24 - 8 * i));
}
