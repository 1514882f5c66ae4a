/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The hash function that decides the order of lines in modules.symbols and of modules that are not in
 * modules.order: kmod walks its hash tables to write them. Needed only to write the same bytes; for
 * tables of our own see base/map and index/intern.
 */
#ifndef KMT_INDEX_SUPERFAST_H
#define KMT_INDEX_SUPERFAST_H

#include <stddef.h>
#include <stdint.h>

/* The number of buckets of kmod's tables: the order is by hash modulo this, then by strcmp(). */
#define KMT_SUPERFAST_MODULES 512u
#define KMT_SUPERFAST_SYMBOLS 2048u

/* Paul Hsieh's SuperFastHash, seeded with the length. */
uint32_t kmt_superfast(const char *s, size_t n);

#endif
