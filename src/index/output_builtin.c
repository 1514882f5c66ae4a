/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tries of what is built into the kernel, from the two files that the kernel's build installs. */
#include "output_priv.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include <kmt/base/name.h>
#include <kmt/source/modindex.h>

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
	kmt_output_trie(job, &trie, KMT_FILE_BUILTIN_BIN);
	kmt_arena_free(&arena);
}

static void add_builtin_alias(struct kmt_output_job *job, const char *name, const char *value,
	struct kmt_arena *arena, struct kmt_trie_writer *trie)
{
	char alias[KMT_ALIAS_MAX];
	int r = kmt_alias_normalize(value, alias, sizeof(alias));

	if (r < 0 || !kmt_trie_key_ok(alias))
		kmt_output_skip(job, name, "alias", value,
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
