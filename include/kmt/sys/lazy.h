/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Libraries that are opened at first use: zstd, lzma, zlib, libcrypto and libkmod cost 3 to 5 ms at
 * start-up, more than all the rest of `kmtool list`, and most commands never need them.
 *
 * One table in sys/lazy.c names each library, its soname and the symbols; the ELF note
 * (FDO packaging metadata "dlopen") tells packagers about the dependency. Thread-safe.
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
	KMT_LAZY_KMOD,
	KMT_LAZY_COUNT,
};

/* Whether the build has support for it. */
bool kmt_lazy_built(enum kmt_lazy_lib lib);
/* "zstd", "xz", "gzip", "libcrypto", "libkmod": for `kmtool version` and messages. */
const char *kmt_lazy_name(enum kmt_lazy_lib lib);

/*
 * Opens the library once and resolves its symbols. Returns a table of function pointers (the struct
 * for that library is declared in sys/lazy_LIB.h, one per library), or NULL with ERR filled: not
 * built in, or which shared object is missing and what needs it.
 */
const void *kmt_lazy_get(enum kmt_lazy_lib lib, struct kmt_err *err);

#endif
