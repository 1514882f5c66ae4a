/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/sys/lazy.h>

#ifndef KMT_LINKED
#include <dlfcn.h>
#endif
#include <errno.h>
#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <kmt/base/alloc.h>
#ifndef KMT_LINKED
#include <kmt/sys/lazy_blkid.h>
#endif
#ifdef HAVE_ZSTD
#include <kmt/sys/lazy_zstd.h>
#endif
#ifdef HAVE_LZMA
#include <kmt/sys/lazy_lzma.h>
#endif
#ifdef HAVE_ZLIB
#include <kmt/sys/lazy_zlib.h>
#endif
#ifdef HAVE_CRYPTO
#include <kmt/sys/lazy_crypto.h>
#endif
#ifdef HAVE_ARCHIVE
#include <kmt/sys/lazy_archive.h>
#endif
#ifdef HAVE_KMOD
#include <kmt/sys/lazy_kmod.h>
#endif

#ifdef KMT_LINKED
#define FUNCTION_ADDRESS(function) function,
#define LIBRARY(id, library, feature, why, priority, FUNCTIONS)                                    \
	static const char id##_purpose[] = why;                                                    \
	static struct kmt_lazy_##id lazy_##id = {FUNCTIONS(FUNCTION_ADDRESS)}
#define LIBRARY_ROW(id) .soname = "linked", .purpose = id##_purpose, .table = &lazy_##id
#else

/*
 * The ELF note of one dlopen()ed library: owner "FDO", a JSON array
 * (https://systemd.io/ELF_DLOPEN_METADATA). The fields have the layout of Elf32_Nhdr and
 * Elf64_Nhdr, which are the same.
 */
#define NOTE_TYPE 0x407c0c0au
#define NOTE(id, json)                                                                             \
	static const struct {                                                                      \
		uint32_t owner_size, text_size, type;                                              \
		char owner[sizeof("FDO")];                                                         \
		_Alignas(uint32_t) char text[sizeof(json)];                                        \
	} id##_note __attribute__((used, section(".note.dlopen"), aligned(4))) = {                 \
		sizeof("FDO"), sizeof(json), NOTE_TYPE, "FDO", json}

/*
 * What is known of a library at build time: its note, the names of its functions and room for their
 * addresses. The table of addresses is filled once, under the lock below, and read-only from then
 * on.
 */
#define FUNCTION_NAME(function) #function,
#define LIBRARY(id, soname, feature, purpose, priority, FUNCTIONS)                                 \
	NOTE(id, "[{\"soname\":[\"" soname "\"],\"feature\":\"" feature                            \
		 "\",\"description\":\"" purpose "\",\"priority\":\"" priority "\"}]");            \
	static const char id##_soname[] = soname, id##_purpose[] = purpose;                        \
	static const char *const id##_functions[] = {FUNCTIONS(FUNCTION_NAME)};                    \
	static struct kmt_lazy_##id lazy_##id;                                                     \
	_Static_assert(sizeof(lazy_##id) == KMT_ARRAY_SIZE(id##_functions) * sizeof(void *),       \
		"a table holds one address for each function")
#define LIBRARY_ROW(id)                                                                            \
	.soname = id##_soname, .purpose = id##_purpose, .functions = id##_functions,               \
	.n = KMT_ARRAY_SIZE(id##_functions), .table = &lazy_##id

LIBRARY(blkid, "libblkid.so.1", "needs", "recognising what is on a disk", "recommended", KMT_BLKID_FUNCTIONS);
#endif

#ifdef HAVE_ZSTD
LIBRARY(zstd, "libzstd.so.1", "zstd", "zstd-compressed modules", "recommended", KMT_ZSTD_FUNCTIONS);
#endif
#ifdef HAVE_LZMA
LIBRARY(lzma, "liblzma.so.5", "xz", "xz-compressed modules", "recommended", KMT_LZMA_FUNCTIONS);
#endif
#ifdef HAVE_ZLIB
LIBRARY(zlib, "libz.so.1", "gzip", "gzip-compressed modules", "suggested", KMT_ZLIB_FUNCTIONS);
#endif
#ifdef HAVE_CRYPTO
#ifdef OPENSSL_SHLIB_VERSION
#define STRING_OF(number) #number
#define SONAME_CRYPTO(version) "libcrypto.so." STRING_OF(version)
LIBRARY(crypto, SONAME_CRYPTO(OPENSSL_SHLIB_VERSION), "signature",
	"verifying the signatures of modules", "suggested", KMT_CRYPTO_FUNCTIONS);
#else
LIBRARY(crypto, "libcrypto.so." SHLIB_VERSION_NUMBER, "signature",
	"verifying the signatures of modules", "suggested", KMT_CRYPTO_FUNCTIONS);
#endif
#endif

#ifdef HAVE_ARCHIVE
LIBRARY(archive, "libarchive.so.13", "initramfs", "initramfs images compressed with lz4 or bzip2",
	"suggested",
	KMT_ARCHIVE_FUNCTIONS);
#endif

#ifdef HAVE_KMOD
LIBRARY(kmod, KMT_KMOD_SONAME, "kmod", "inserting and removing modules", "recommended", KMT_KMOD_FUNCTIONS);
#endif

struct library {
	const char *name;
	const char *soname; /* NULL: not built in */
	const char *purpose;
	const char *const *functions;
	size_t n;
	void *table;
};

static const struct library libraries[KMT_LAZY_COUNT] = {
	[KMT_LAZY_ZSTD] =
		{
			.name = "zstd",
#ifdef HAVE_ZSTD
			LIBRARY_ROW(zstd),
#endif
		},
	[KMT_LAZY_LZMA] =
		{
			.name = "xz",
#ifdef HAVE_LZMA
			LIBRARY_ROW(lzma),
#endif
		},
	[KMT_LAZY_ZLIB] =
		{
			.name = "gzip",
#ifdef HAVE_ZLIB
			LIBRARY_ROW(zlib),
#endif
		},
	[KMT_LAZY_CRYPTO] =
		{
			.name = "libcrypto",
#ifdef HAVE_CRYPTO
			LIBRARY_ROW(crypto),
#endif
		},
	[KMT_LAZY_ARCHIVE] =
		{
			.name = "libarchive",
#ifdef HAVE_ARCHIVE
			LIBRARY_ROW(archive),
#endif
		},
	[KMT_LAZY_BLKID] =
		{
			.name = "libblkid",
#ifndef KMT_LINKED
			LIBRARY_ROW(blkid),
#endif
		},
	[KMT_LAZY_KMOD] =
		{
			.name = "libkmod",
#ifdef HAVE_KMOD
			LIBRARY_ROW(kmod),
#endif
		},
};

/* A shared object is opened once for the whole process, whichever thread comes first: this state
 * cannot belong to a caller. */
static pthread_mutex_t lazy_lock = PTHREAD_MUTEX_INITIALIZER;
static struct {
	bool tried;
	char *failure; /* NULL after success */
} lazy_state[KMT_LAZY_COUNT];

bool kmt_lazy_built(enum kmt_lazy_lib lib)
{
	return libraries[lib].soname != NULL;
}

const char *kmt_lazy_name(enum kmt_lazy_lib lib)
{
	return libraries[lib].name;
}

/* NULL on success, else the reason. Addresses are copied byte by byte: a function pointer and a
 * void pointer have the same representation (dlsym(3)), but are no compatible types. */
static char *open_library(const struct library *lib)
{
#ifndef KMT_LINKED
	void *handle = dlopen(lib->soname, RTLD_NOW | RTLD_LOCAL);

	if (!handle)
		return kmt_strdup(dlerror());
	for (size_t i = 0; i < lib->n; i++) {
		void *address = dlsym(handle, lib->functions[i]);

		if (!address) {
			dlclose(handle);
			return kmt_asprintf("it has no function %s", lib->functions[i]);
		}
		memcpy((char *)lib->table + i * sizeof(address), &address, sizeof(address));
	}
#endif
	return NULL;
}

const void *kmt_lazy_get(enum kmt_lazy_lib lib, struct kmt_err *err)
{
	const struct library *l = &libraries[lib];
	const char *failure;

	if (!l->soname) {
		kmt_err_set(err, KMT_ERR_FAILED, EOPNOTSUPP, "kmtool was built without %s support",
			l->name);
		return NULL;
	}
	pthread_mutex_lock(&lazy_lock);
	if (!lazy_state[lib].tried) {
		lazy_state[lib].tried = true;
		lazy_state[lib].failure = open_library(l);
	}
	failure = lazy_state[lib].failure;
	pthread_mutex_unlock(&lazy_lock);
	if (!failure)
		return l->table;
	kmt_err_set(err, KMT_ERR_FAILED, EOPNOTSUPP, "cannot open %s, which is needed for %s: %s",
		l->soname, l->purpose, failure);
	kmt_err_hint(err, "install the package that has %s", l->soname);
	return NULL;
}
