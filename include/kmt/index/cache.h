/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a scan found, kept in the tree's directory for the next one: reading an xz-compressed tree takes
 * seconds, reading this 10 ms. It is only an aid: a file that is damaged, of another version or machine,
 * or that is missing, is the same as none. An entry counts only while path, size, times, inode and device
 * of its module are what they were.
 */
#ifndef KMT_INDEX_CACHE_H
#define KMT_INDEX_CACHE_H

#include <stdbool.h>
#include <kmt/base/strbuf.h>
#include <kmt/index/scan.h>

/* Its name: package scripts that purge a kernel remove modules.*.bin. */
#define KMT_CACHE_NAME "modules.kmtool-cache.bin"

struct kmt_cache;

/* Reads the cache at PATH below ROOT. NULL if there is none that is of use. */
struct kmt_cache *kmt_cache_load(const struct kmt_root *root, const char *path);
/* The same from bytes in memory, which become the cache's; pure, for fuzzing. NULL frees DATA. */
struct kmt_cache *kmt_cache_parse(struct kmt_strbuf *data);
void kmt_cache_free(struct kmt_cache *cache);

/* How many files it knows. */
size_t kmt_cache_count(const struct kmt_cache *cache);

/* Fills FILE, whose path and stamp are set, if the cache knows it. What FILE points to is the cache's; its
 * numbers are those of the cache's names. For several threads at once. */
bool kmt_cache_find(const struct kmt_cache *cache, struct kmt_modfile *file);
/* Hands the cache's names over; the table must not outlive the cache. */
void kmt_cache_take_names(struct kmt_cache *cache, struct kmt_intern *names);

/*
 * Appends a cache of the sound files of RESULT to OUT. NOW is the time, in nanoseconds since the epoch,
 * before the scan began: a file that changed less than two seconds before may change again without a
 * trace, so it is left out.
 */
void kmt_cache_write(const struct kmt_scan_result *result, int64_t now, struct kmt_strbuf *out);

#endif
