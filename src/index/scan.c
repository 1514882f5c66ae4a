/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "scan_priv.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <kmt/base/ordered.h>
#include <kmt/index/cache.h>

/* Fewer files than this are not worth a second thread. */
#define FEW_FILES 64
/* How many files a thread takes at a time. */
#define BATCH 8

struct kmt_scan {
	struct kmt_scan_opts opts;
	struct kmt_reader *readers; /* one for each thread; the first is the caller's */
	pthread_t *threads;
	unsigned int n_threads, n_started; /* with the caller's; without */

	pthread_mutex_t lock; /* for what follows */
	pthread_cond_t more;
	KMT_VEC(struct kmt_modfile *) files;
	size_t next;		/* the first that nobody has taken */
	size_t waiting;
	bool complete;		/* no more files will come */
};

struct thread_arg {
	struct kmt_scan *scan;
	struct kmt_reader *reader;
};

struct kmt_scan *kmt_scan_start(const struct kmt_scan_opts *opts)
{
	struct kmt_scan *s = kmt_alloc(sizeof(*s));

	s->opts = *opts;
	s->n_threads = kmt_ordered_threads(opts->threads);
	s->readers = kmt_alloc(s->n_threads * sizeof(*s->readers));
	s->threads = kmt_alloc(s->n_threads * sizeof(*s->threads));
	kmt_reader_init(&s->readers[0], &s->opts);
	pthread_mutex_init(&s->lock, NULL);
	pthread_cond_init(&s->more, NULL);
	return s;
}

/* Takes up to BATCH files. Returns how many; 0 if there will be none any more. */
static size_t take_batch(struct kmt_scan *s, struct kmt_modfile **batch, size_t *done, size_t *total)
{
	size_t n = 0;

	pthread_mutex_lock(&s->lock);
	while (s->next == s->files.n && !s->complete) {
		s->waiting++;
		pthread_cond_wait(&s->more, &s->lock);
		s->waiting--;
	}
	*done = s->next;
	*total = s->files.n;
	while (n < BATCH && s->next < s->files.n)
		batch[n++] = s->files.v[s->next++];
	pthread_mutex_unlock(&s->lock);
	return n;
}

static void work(struct kmt_scan *s, struct kmt_reader *reader)
{
	struct kmt_modfile *batch[BATCH];
	size_t n, done, total;

	while ((n = take_batch(s, batch, &done, &total))) {
		if (reader == &s->readers[0] && s->opts.progress)
			s->opts.progress(s->opts.ctx, done, total);
		kmt_reader_read(reader, batch, n);
	}
}

static void *thread_main(void *p)
{
	struct thread_arg arg = *(struct thread_arg *)p;

	free(p);
	work(arg.scan, arg.reader);
	return NULL;
}

/* A thread that cannot be had is done without. */
static void start_threads(struct kmt_scan *s)
{
	while (s->n_started + 1 < s->n_threads) {
		struct thread_arg *arg = kmt_alloc(sizeof(*arg));
		struct kmt_reader *reader = &s->readers[s->n_started + 1];

		kmt_reader_init(reader, &s->opts);
		*arg = (struct thread_arg){s, reader};
		if (pthread_create(&s->threads[s->n_started], NULL, thread_main, arg)) {
			kmt_intern_free(&reader->names);
			kmt_reader_close(reader);
			free(arg);
			s->n_threads = s->n_started + 1;
			return;
		}
		s->n_started++;
	}
}

void kmt_scan_add(struct kmt_scan *s, struct kmt_modfile *file)
{
	size_t n;
	bool wake;

	pthread_mutex_lock(&s->lock);
	kmt_vec_push(&s->files, file);
	n = s->files.n;
	wake = s->waiting && n - s->next >= BATCH;
	pthread_mutex_unlock(&s->lock);
	if (wake)
		pthread_cond_signal(&s->more);
	if (n == FEW_FILES)
		start_threads(s);
}

/* Gives the names of one reader the numbers of the common table. */
static void renumber(const struct kmt_reader *r, struct kmt_intern *common)
{
	size_t n = r->names.names.n;
	kmt_autofree uint32_t *number = kmt_realloc_array(NULL, n ? n : 1, sizeof(*number));

	for (size_t i = 0; i < n; i++) {
		const struct kmt_name_entry *e = &r->names.names.v[i];

		number[i] = kmt_intern_borrowed(common, e->name, e->len);
	}
	for (size_t i = 0; i < r->done.n; i++) {
		struct kmt_modfile *f = r->done.v[i];

		for (uint32_t e = 0; e < f->n_exports; e++)
			f->exports[e] = number[f->exports[e]];
		for (uint32_t d = 0; d < f->n_needs; d++)
			f->needs[d] = (f->needs[d] & KMT_NEED_WEAK) |
				      number[f->needs[d] & ~KMT_NEED_WEAK];
	}
}

/* Without a cache the first reader's numbers become the common ones. */
static void join(struct kmt_scan *s, struct kmt_scan_result *out)
{
	unsigned int first = 0;

	if (s->opts.cache)
		kmt_cache_take_names(s->opts.cache, &out->names);
	else
		out->names = s->readers[first++].names;
	for (unsigned int i = 0; i <= s->n_started; i++) {
		struct kmt_reader *r = &s->readers[i];

		if (i >= first) {
			renumber(r, &out->names);
			kmt_vec_push(&out->arenas, r->names.arena);
			r->names.arena = (struct kmt_arena){0};
			kmt_intern_free(&r->names);
		}
		kmt_vec_push(&out->arenas, r->arena);
		out->n_cached += r->n_cached;
		kmt_reader_close(r);
	}
	for (size_t i = 0; i < s->files.n; i++)
		kmt_vec_push(&out->files, s->files.v[i]);
	kmt_tree_sort(out->files.v, out->files.n);
}

void kmt_scan_finish(struct kmt_scan *s, struct kmt_scan_result *out)
{
	*out = (struct kmt_scan_result){0};
	pthread_mutex_lock(&s->lock);
	s->complete = true;
	pthread_mutex_unlock(&s->lock);
	pthread_cond_broadcast(&s->more);
	work(s, &s->readers[0]);
	for (unsigned int i = 0; i < s->n_started; i++)
		pthread_join(s->threads[i], NULL);
	join(s, out);
	pthread_mutex_destroy(&s->lock);
	pthread_cond_destroy(&s->more);
	kmt_vec_free(&s->files);
	free(s->readers);
	free(s->threads);
	free(s);
}

void kmt_scan_result_free(struct kmt_scan_result *r)
{
	for (size_t i = 0; i < r->arenas.n; i++)
		kmt_arena_free(&r->arenas.v[i]);
	kmt_vec_free(&r->arenas);
	kmt_vec_free(&r->files);
	kmt_intern_free(&r->names);
}
