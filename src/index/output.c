/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "output_priv.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include <kmt/base/name.h>

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
	kmt_output_modinfo,
	kmt_output_dep,
	kmt_output_symbols,
	kmt_output_builtin,
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

void kmt_output_free(struct kmt_output *out)
{
	for (size_t i = 0; i < KMT_FILE_COUNT; i++)
		kmt_strbuf_free(&out->files[i]);
}

void kmt_output_skip(struct kmt_output_job *job, const char *name, const char *key, const char *value,
	const char *why)
{
	job->n_skipped++;
	kmt_diag_add(&job->diag, NULL, "module %s: %s '%s' left out: %s", name, key, value, why);
}

bool kmt_output_fits(struct kmt_output_job *job, const char *name, const char *key, const char *value)
{
	const char *p;

	for (p = value; *p; p++)
		if ((unsigned char)*p < ' ' && *p != '\t')
			break;
	if (!*p && (p == value || p[-1] != '\\'))
		return true;
	kmt_output_skip(job, name, key, value, "it would break the line");
	return false;
}

bool kmt_output_key_fits(
	struct kmt_output_job *job, const char *name, const char *key, const char *value)
{
	const char *p;

	/* As a signed character, what is not ASCII is below zero. */
	for (p = value; *(const signed char *)p >= ' '; p++)
		;
	if (!*p && p - value < KMT_ALIAS_MAX && (p == value || p[-1] != '\\'))
		return true;
	if (!kmt_output_fits(job, name, key, value))
		return false;
	if (kmt_trie_key_ok(value))
		return true;
	kmt_output_skip(job, name, key, value, "it is too long or not ASCII");
	return false;
}

void kmt_output_line(struct kmt_strbuf *to, const char *word, const char *a, const char *b)
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

void kmt_output_trie(struct kmt_output_job *job, struct kmt_trie_writer *w, enum kmt_index_file file)
{
	int r = kmt_trie_write(w, job->out->order, &job->out->files[file]);

	if (r < 0)
		job->error = r;
	kmt_trie_writer_free(w);
}
