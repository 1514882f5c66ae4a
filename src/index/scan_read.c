/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is kept of one module file. */
#include "scan_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <kmt/index/cache.h>

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
	const char *modinfo;
	size_t n;
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
		return kmt_root_open_file(r->opts->root, f->path, O_NOFOLLOW, st);
	if (directory_of(r, f) < 0)
		return r->dirfd;
	return kmt_root_open_file_in(r->dirfd, f->base, st);
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

void kmt_reader_read(struct kmt_reader *r, struct kmt_modfile *const *files, size_t n)
{
	for (size_t i = 0; i < n; i++)
		read_file(r, files[i], i + 1 < n && files[i + 1]->dir != files[i]->dir);
}

void kmt_reader_read_one(struct kmt_reader *r, struct kmt_modfile *file)
{
	read_file(r, file, true);
}
