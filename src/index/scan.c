/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "scan_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <kmt/base/ordered.h>
#include <kmt/index/cache.h>

/* What is kept of one module file. */

void kmt_reader_init(struct kmt_reader *r, const struct kmt_scan_opts *opts)
{
	*r = (struct kmt_reader){.opts = opts, .dirfd = -1};
	r->ko = kmt_kofile_new();
	kmt_intern_init(&r->names);
}

void kmt_reader_close(struct kmt_reader *r)
{
	kmt_kofile_free(r->ko);
	if (r->dirfd >= 0)
		close(r->dirfd);
	kmt_vec_free(&r->done);
	kmt_vec_free(&r->exports);
	kmt_vec_free(&r->export_crcs);
	kmt_vec_free(&r->needs);
	kmt_vec_free(&r->need_crcs);
	kmt_vec_free(&r->marks);
}

/* The mark of a name that may be a new one. */
static struct kmt_reader_mark *mark_of(struct kmt_reader *r, uint32_t name)
{
	while (r->marks.n <= name)
		kmt_vec_push(&r->marks, (struct kmt_reader_mark){0});
	return &r->marks.v[name];
}

static void add_need(struct kmt_reader *r, uint32_t name, uint32_t flags, uint32_t crc)
{
	struct kmt_reader_mark *mark = mark_of(r, name);

	if (mark->serial == r->serial) {
		/* Undefined and in __versions, which has the CRC. */
		r->need_crcs.v[mark->at] = crc;
		return;
	}
	*mark = (struct kmt_reader_mark){r->serial, (uint32_t)r->needs.n};
	kmt_vec_push(&r->needs, name | flags);
	kmt_vec_push(&r->need_crcs, crc);
}

static void take_name(void *ctx, enum kmt_ko_name kind, const char *text, size_t len, uint32_t crc)
{
	struct kmt_reader *r = ctx;
	uint32_t name = kmt_intern(&r->names, text, len);

	if (kind == KMT_KO_NAME_EXPORT) {
		kmt_vec_push(&r->exports, name);
		kmt_vec_push(&r->export_crcs, crc);
	} else {
		add_need(r, name, kind == KMT_KO_NAME_NEED_WEAK ? KMT_NEED_WEAK : 0, crc);
	}
}

static void *copy(struct kmt_reader *r, const void *from, size_t n)
{
	return n ? memcpy(kmt_arena_alloc(&r->arena, n), from, n) : NULL;
}

static void keep(struct kmt_reader *r, struct kmt_modfile *f)
{
	size_t size = sizeof(uint32_t);

	f->n_exports = (uint32_t)r->exports.n;
	f->n_needs = (uint32_t)r->needs.n;
	f->exports = copy(r, r->exports.v, f->n_exports * size);
	f->needs = copy(r, r->needs.v, f->n_needs * size);
	if (!r->opts->want_crcs)
		return;
	f->export_crcs = copy(r, r->export_crcs.v, f->n_exports * size);
	f->need_crcs = copy(r, r->need_crcs.v, f->n_needs * size);
}

/* The last string gets the NUL that it may lack. */
static const char *keep_modinfo(struct kmt_reader *r, const char *modinfo, size_t n, uint32_t *size)
{
	char *text;

	*size = 0;
	if (!n)
		return "";
	*size = (uint32_t)(modinfo[n - 1] ? n + 1 : n);
	text = kmt_arena_alloc(&r->arena, *size);
	return memcpy(text, modinfo, n);
}

static int read_module(struct kmt_reader *r, struct kmt_modfile *f, int fd, const struct stat *st,
	struct kmt_err *err)
{
	const char *modinfo = "";
	size_t n = 0;
	int e = kmt_kofile_open_fd(r->ko, r->opts->root, f->path, fd, st, err);

	if (!e)
		e = kmt_kofile_modinfo_bytes(r->ko, &modinfo, &n, err);
	if (e < 0)
		return e;
	if (r->opts->modinfo_only) {
		f->modinfo = n ? modinfo : "";
		f->modinfo_n = (uint32_t)n;
		return 0;
	}
	f->modinfo = keep_modinfo(r, modinfo, n, &f->modinfo_n);
	r->serial++;
	r->exports.n = r->export_crcs.n = r->needs.n = r->need_crcs.n = 0;
	e = kmt_kofile_names(r->ko, r->opts->want_crcs, take_name, r, err);
	if (!e)
		keep(r, f);
	return e;
}

/* The directory of FILE stays open for the next one, which is usually in the same. */
static int directory_of(struct kmt_reader *r, const struct kmt_modfile *f)
{
	if (r->dir == f->dir)
		return r->dirfd;
	if (r->dirfd >= 0)
		close(r->dirfd);
	r->dir = f->dir;
	r->dirfd = kmt_root_openat(r->opts->root, f->dir, O_PATH | O_DIRECTORY);
	return r->dirfd;
}

/* ALONE: the next file is in another directory. Then opening the directory as well takes longer. */
static int open_file(struct kmt_reader *r, const struct kmt_modfile *f, bool alone, struct stat *st)
{
	if (f->link)
		return kmt_root_open_file(r->opts->root, f->path, 0, st);
	if (alone && r->dir != f->dir)
		return kmt_root_open_listed(r->opts->root, -1, f->path, st);
	if (directory_of(r, f) < 0)
		return r->dirfd;
	return kmt_root_open_listed(r->opts->root, r->dirfd, f->base, st);
}

static int stat_file(struct kmt_reader *r, const struct kmt_modfile *f, bool alone, struct stat *st)
{
	if (f->link)
		return kmt_root_stat(r->opts->root, f->path, st);
	if (alone && r->dir != f->dir)
		return kmt_root_lstat(r->opts->root, f->path, st);
	if (directory_of(r, f) < 0)
		return r->dirfd;
	return fstatat(r->dirfd, f->base, st, AT_SYMLINK_NOFOLLOW) < 0 ? -errno : 0;
}

static bool is_cached(struct kmt_reader *r, struct kmt_modfile *f, bool alone)
{
	struct stat st;

	if (!r->opts->cache || stat_file(r, f, alone, &st) < 0)
		return false;
	kmt_filestamp_set(&f->stamp, &st);
	if (!kmt_cache_find(r->opts->cache, f))
		return false;
	r->n_cached++;
	return true;
}

static void read_file(struct kmt_reader *r, struct kmt_modfile *f, bool alone)
{
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;
	struct stat st;
	int fd, e;

	if (is_cached(r, f, alone)) {
		f->read = true;
		return;
	}
	fd = open_file(r, f, alone, &st);
	if (fd < 0) {
		e = kmt_err_errno(&err, -fd, "%s%s", r->opts->root->path, f->path);
	} else {
		kmt_filestamp_set(&f->stamp, &st);
		e = read_module(r, f, fd, &st, &err);
	}
	f->read = true;
	kmt_vec_push(&r->done, f);
	if (e < 0)
		f->error = kmt_arena_strdup(&r->arena, err.msg);
}

/* N files in the order in which they were found: those of one directory follow each other. */
static void reader_read(struct kmt_reader *r, struct kmt_modfile *const *files, size_t n)
{
	for (size_t i = 0; i < n; i++)
		read_file(r, files[i], i + 1 < n && files[i + 1]->dir != files[i]->dir);
}

void kmt_reader_read_one(struct kmt_reader *r, struct kmt_modfile *file)
{
	read_file(r, file, true);
}

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
		reader_read(reader, batch, n);
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
