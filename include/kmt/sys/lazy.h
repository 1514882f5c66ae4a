/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Libraries that are opened at first use: together they cost 3 to 5 ms at start-up, more than all
 * the rest of `kmtool list`, and most commands never need them.
 *
 * One table in sys/lazy.c names each library, its soname and its functions, and puts an ELF note
 * about it into the program, so that packagers' tools see the dependency. Thread-safe. A library
 * stays open until the program ends; one that could not be opened is not tried again.
 *
 * Adding a library: a header sys/lazy_NAME.h with the list of its functions, and an entry in the
 * table.
 */
#ifndef KMT_SYS_LAZY_H
#define KMT_SYS_LAZY_H

#include <stdbool.h>
#include <kmt/base/err.h>

enum kmt_lazy_lib {
	KMT_LAZY_ZSTD,
	KMT_LAZY_LZMA,
	KMT_LAZY_ZLIB,
	KMT_LAZY_CRYPTO,
	KMT_LAZY_ARCHIVE,
	KMT_LAZY_BLKID,
	KMT_LAZY_KMOD,
	KMT_LAZY_COUNT,
};

/* Whether the build has support for it. */
bool kmt_lazy_built(enum kmt_lazy_lib lib);
/* "zstd", "xz", "gzip", "libcrypto" …: for `kmtool version` and messages. */
const char *kmt_lazy_name(enum kmt_lazy_lib lib);

/*
 * Opens the library once and resolves its symbols. Returns a table of function pointers, or NULL
 * with ERR filled (FAILED, EOPNOTSUPP): not built in, or which shared object is missing and what
 * needs it. Callers use the typed functions of sys/lazy_NAME.h, which also declare the table.
 */
const void *kmt_lazy_get(enum kmt_lazy_lib lib, struct kmt_err *err);

/* For lists of functions in sys/lazy_NAME.h: a member of the table with the function's own type. */
#define KMT_LAZY_MEMBER(function) __typeof__(function) *function;

#endif
