/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "index_priv.h"

#include <errno.h>

#include <kmt/cmd/banner.h>

/* Several times what the largest tree takes. */
#define LOCK_WAIT_MS 60000u

int kmt_index_open_output(struct kmt_index_run *run, struct kmt_err *err)
{
	int r = 0;

	if (run->opts->output_root)
		r = kmt_fileset_make_dir(&run->out_root, run->dir, err);
	if (!r)
		r = kmt_fileset_open(&run->set, &run->out_root, run->dir, err);
	if (r < 0) {
		if (err->kind == KMT_ERR_REFUSED && !err->hint)
			kmt_err_hint(err, "sudo %s", run->fix);
		return r;
	}
	r = kmt_fileset_lock(&run->set, 0, err);
	if (r != -EWOULDBLOCK)
		return r;
	kmt_note(run->env, "%s: waiting", err->msg);
	kmt_err_clear(err);
	return kmt_fileset_lock(&run->set, LOCK_WAIT_MS, err);
}

/* Whether every file came from the cache, and the cache knows no other: a new one would say the same. */
static bool cache_is_current(const struct kmt_index_run *run)
{
	const struct kmt_build *b = &run->build;

	return b->cache && !run->opts->output_root && b->scan.n_cached == b->scan.files.n &&
	       b->scan.n_cached == kmt_cache_count(b->cache);
}

/* Whether a cache is to be written: always, never, or because there is one. */
static bool wants_cache(const struct kmt_index_run *run)
{
	kmt_autofree char *path = kmt_asprintf("%s/%s", run->dir, KMT_CACHE_NAME);

	/* It has no CRCs, and files that were named are not the tree. */
	if (run->build_opts.check_needs || run->build_opts.files || cache_is_current(run))
		return false;
	switch ((enum kmt_index_cache_mode)run->opts->cache) {
	case KMT_INDEX_CACHE_YES:
		return true;
	case KMT_INDEX_CACHE_NO:
		return false;
	case KMT_INDEX_CACHE_AUTO:
		break;
	}
	return kmt_root_exists(&run->out_root, path);
}

int kmt_index_write(struct kmt_index_run *run, struct kmt_err *err)
{
	struct kmt_fileset_file files[KMT_FILE_COUNT + 1];
	kmt_autostrbuf struct kmt_strbuf cache = KMT_STRBUF_INIT;
	size_t n = 0;

	for (; n < KMT_FILE_COUNT; n++)
		files[n] = (struct kmt_fileset_file){
			.name = kmt_index_file_name((enum kmt_index_file)n),
			.data = kmt_strbuf_str(&run->build.output.files[n]),
			.n = run->build.output.files[n].len,
		};
	if (wants_cache(run)) {
		kmt_cache_write(&run->build.scan, run->build.started, &cache);
		files[n++] = (struct kmt_fileset_file){
			.name = KMT_CACHE_NAME, .data = cache.s, .n = cache.len, .no_sync = true};
	} else if (run->opts->cache == KMT_INDEX_CACHE_NO) {
		files[n++] = (struct kmt_fileset_file){.name = KMT_CACHE_NAME, .data = NULL};
	}
	return kmt_fileset_replace(&run->set, files, n, err);
}

void kmt_index_print(const struct kmt_index_run *run)
{
	for (int i = 0; i < KMT_FILE_COUNT; i++) {
		const struct kmt_strbuf *text = &run->build.output.files[i];

		if (!kmt_index_file_is_bin((enum kmt_index_file)i) && text->len)
			fwrite(text->s, 1, text->len, stdout);
	}
}
