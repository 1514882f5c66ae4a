/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kinds of requests, and the words that their commands are made of. */
#include "plan_priv.h"

#include <string.h>

/* The words of a line of parameters: blanks inside of double quotes do not end one. */
void kmt_plan_split(const char *line, struct kmt_arena *arena, struct kmt_strv *out)
{
	while (*line) {
		bool quoted = false;
		size_t n = 0;

		line += strspn(line, " ");
		for (; line[n] && (quoted || line[n] != ' '); n++)
			if (line[n] == '"')
				quoted = !quoted;
		if (n)
			kmt_vec_push(out, kmt_arena_strndup(arena, line, n));
		line += n;
	}
}

void kmt_plan_word(struct kmt_plan_view *v, const char *word)
{
	kmt_vec_push(&v->words, kmt_arena_strdup(&v->arena, word));
}

/* Configuration can be edited below any root, for any kernel: the command has to name them. */
void kmt_plan_machine(struct kmt_plan_view *v, const struct kmt_machine *machine)
{
	if (!machine->root->is_host) {
		kmt_plan_word(v, "--root");
		kmt_plan_word(v, machine->root->path);
	}
	if (machine->version) {
		kmt_plan_word(v, "--kernel");
		kmt_plan_word(v, machine->version);
	}
}

void kmt_plan_targets(struct kmt_plan_view *v, const struct kmt_request *r)
{
	for (size_t i = 0; i < kmt_request_count(r); i++)
		kmt_plan_word(v, kmt_request_target(r, i));
}

size_t kmt_request_count(const struct kmt_request *r)
{
	return r->targets ? r->targets->names.n : 1;
}

const char *kmt_request_target(const struct kmt_request *r, size_t i)
{
	return r->targets ? r->targets->names.v[i] : r->target;
}

void kmt_request_title_targets(const struct kmt_request *r, const char *verb, struct kmt_strbuf *out)
{
	if (kmt_request_count(r) == 1)
		kmt_strbuf_addf(out, "%s %s", verb, kmt_request_target(r, 0));
	else
		kmt_strbuf_addf(out, "%s %zu modules", verb, kmt_request_count(r));
}

const struct kmt_request_kind_def *const kmt_request_kinds[KMT_REQUEST_COUNT] = {
	[KMT_REQUEST_LOAD] = &kmt_request_load,
	[KMT_REQUEST_UNLOAD] = &kmt_request_unload,
	[KMT_REQUEST_RELOAD] = &kmt_request_reload,
	[KMT_REQUEST_SET] = &kmt_request_set,
	[KMT_REQUEST_UNSET] = &kmt_request_unset,
	[KMT_REQUEST_BLOCK] = &kmt_request_block,
	[KMT_REQUEST_UNBLOCK] = &kmt_request_unblock,
};

void kmt_request_title(const struct kmt_request *request, struct kmt_strbuf *out)
{
	kmt_request_kinds[request->kind]->title(request, out);
}
