/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tries of what is built into the kernel, from the two files that the kernel's build installs. */
#include "output_priv.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include <kmt/base/name.h>

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
	const char *p = kmt_strbuf_str(text), *end = p + text->len;
	struct kmt_trie_writer trie = {0};
	struct kmt_arena arena = {0};

	while (p < end) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));
		size_t n = (size_t)((nl ? nl : end) - p);
		const char *line = kmt_arena_strndup(&arena, p, n);

		add_builtin_line(job, line, &arena, &trie);
		p += n + 1;
	}
	kmt_output_trie(job, &trie, KMT_FILE_BUILTIN_BIN);
	kmt_arena_free(&arena);
}

/* modules.builtin.modinfo: "MODULE.KEY=VALUE", each ended by a NUL. */
static void add_builtin_alias(struct kmt_output_job *job, const char *field, struct kmt_arena *arena,
	struct kmt_trie_writer *trie)
{
	static const char key[] = ".alias=";
	const char *dot = strchr(field, '.'), *value, *name;
	char alias[KMT_ALIAS_MAX];
	int r;

	if (!dot || dot == field || strncmp(dot, key, strlen(key)) || !dot[strlen(key)])
		return;
	value = dot + strlen(key);
	name = kmt_arena_strndup(arena, field, (size_t)(dot - field));
	r = kmt_alias_normalize(value, alias, sizeof(alias));
	if (r < 0 || !kmt_trie_key_ok(alias))
		kmt_output_skip(job, name, "alias", value,
			r == -EINVAL ? "unmatched bracket" : "it is too long or not ASCII");
	else
		kmt_trie_add(trie, kmt_arena_strdup(arena, alias), name, strlen(name), 0);
}

static void builtin_aliases(struct kmt_output_job *job, const struct kmt_strbuf *text)
{
	const char *p = kmt_strbuf_str(text), *end = p + text->len;
	struct kmt_trie_writer trie = {0};
	struct kmt_arena arena = {0};

	/* The buffer itself ends with a NUL, so a last string without its own ends there. */
	for (; p < end; p += strlen(p) + 1)
		add_builtin_alias(job, p, &arena, &trie);
	kmt_output_trie(job, &trie, KMT_FILE_BUILTIN_ALIAS_BIN);
	kmt_arena_free(&arena);
}

void kmt_output_builtin(struct kmt_output_job *job)
{
	static const struct kmt_strbuf none = KMT_STRBUF_INIT;
	const struct kmt_output *out = job->out;

	builtin_names(job, out->builtin ? out->builtin : &none);
	builtin_aliases(job, out->builtin_modinfo ? out->builtin_modinfo : &none);
}
