/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/source/procuse.h>

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <kmt/base/num.h>
#include <kmt/base/slice.h>

#define WORD_MAX 128

/* The next line, copied to ARENA; NULL at the end. */
static const char *next_line(struct kmt_slice *text, struct kmt_arena *arena)
{
	struct kmt_slice line;

	return kmt_slice_line(text, &line) ? kmt_arena_strndup(arena, line.s, line.n) : NULL;
}

/* The value of "KEY    : VALUE"; NULL if the line has another key. */
static const char *value_of(const char *line, const char *key)
{
	const char *colon = strchr(line, ':');

	if (!colon || strncmp(line, key, strlen(key)) != 0 || !strchr(" :", line[strlen(key)]))
		return NULL;
	return colon + 1 + strspn(colon + 1, " ");
}

/* Blocks of "KEY : VALUE" lines; "module" and "refcnt" follow "name". */
static void parse_crypto(struct kmt_slice text, struct kmt_arena *arena, struct kmt_procuses *out)
{
	struct kmt_procuse row = {0};
	const char *line, *value;

	while ((line = next_line(&text, arena))) {
		if ((value = value_of(line, "name")))
			row = (struct kmt_procuse){.name = value};
		else if ((value = value_of(line, "module")))
			row.module = value;
		else if ((value = value_of(line, "refcnt")) && row.name && row.module &&
			 !kmt_num_u64(value, 10, &row.uses)) {
			row.uses -= row.uses > 0;
			kmt_vec_push(&out->rows, row);
			row = (struct kmt_procuse){0};
		}
	}
}

/* "ALG 1000 2 -1 NI 0 yes af_alg n n ...": name, size, sockets, memory, pressure, header, slab, module. */
static void parse_protocols(struct kmt_slice text, struct kmt_arena *arena, struct kmt_procuses *out)
{
	const char *line;

	while ((line = next_line(&text, arena))) {
		char name[WORD_MAX], module[WORD_MAX], sockets[24];
		struct kmt_procuse row = {0};

		if (sscanf(line, "%127s %*s %23s %*s %*s %*s %*s %127s", name, sockets, module) != 3 ||
			kmt_num_u64(sockets, 10, &row.uses))
			continue;
		row.name = kmt_arena_strdup(arena, name);
		row.module = kmt_arena_strdup(arena, module);
		kmt_vec_push(&out->rows, row);
	}
}

/* "nodev\tTYPE" or "\tTYPE". */
static void parse_filesystems(struct kmt_slice text, struct kmt_arena *arena, struct kmt_procuses *out)
{
	const char *line;

	while ((line = next_line(&text, arena))) {
		const char *tab = strrchr(line, '\t');

		if (tab && tab[1])
			kmt_vec_push(&out->rows, (struct kmt_procuse){.name = tab + 1});
	}
}

void kmt_procuse_parse(enum kmt_procuse_kind kind, const char *text, size_t n, struct kmt_arena *arena,
	struct kmt_procuses *out)
{
	static void (*const parsers[])(
		struct kmt_slice text, struct kmt_arena *arena, struct kmt_procuses *out) = {
		[KMT_PROCUSE_CRYPTO] = parse_crypto,
		[KMT_PROCUSE_PROTOCOLS] = parse_protocols,
		[KMT_PROCUSE_FILESYSTEMS] = parse_filesystems,
	};

	parsers[kind]((struct kmt_slice){text, n}, arena, out);
}
