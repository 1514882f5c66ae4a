/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A module file (.ko): its ELF header, .modinfo, build-id, symbols, versions and signature. Reads
 * with pread() only the pieces that are asked for; libelf decodes them (both classes, both byte
 * orders). Every offset and size is checked against the file before use, and no piece is larger
 * than KMT_KOFILE_PIECE_MAX. Reads, never judges.
 *
 * Usage: one struct kmt_kofile per thread, opened again and again: buffers are reused. What the
 * functions hand out stays valid until the next open, unless it is copied to an arena.
 */
#ifndef KMT_SOURCE_KOFILE_H
#define KMT_SOURCE_KOFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <gelf.h>
#include <sys/stat.h>
#include <kmt/base/arena.h>
#include <kmt/base/err.h>
#include <kmt/base/vec.h>
#include <kmt/source/decompress.h>
#include <kmt/source/modinfo.h>
#include <kmt/sys/root.h>

/* The largest section that is read: -EFBIG above it. A module with 400000 symbols needs 10 MB. */
#define KMT_KOFILE_PIECE_MAX ((size_t)64 << 20)

struct kmt_kofile; /* opaque: src/source/kofile.c */

struct kmt_kofile *kmt_kofile_new(void);
void kmt_kofile_free(struct kmt_kofile *ko); /* NULL is fine */

/*
 * Opens the absolute PATH below ROOT; what was open before is closed. ROOT must live until then.
 * Only regular files are opened; compressed ones are decompressed as a whole. Errors name the path
 * as seen from outside: NOT_FOUND, REFUSED (not readable), FAILED: -ENOEXEC "not an ELF relocatable
 * file" or headers that lie, -EINVAL for what is no regular file, those of kmt_decompress().
 */
int kmt_kofile_open(
	struct kmt_kofile *ko, const struct kmt_root *root, const char *path, struct kmt_err *err);
/* The same for FD, opened for reading at PATH below ROOT; it is closed when KO opens another one or is
 * freed, also after a failure. ST is its status. */
int kmt_kofile_open_fd(struct kmt_kofile *ko, const struct kmt_root *root, const char *path, int fd,
	const struct stat *st, struct kmt_err *err);
/* The same for N bytes at DATA, which must live until the next open; LABEL stands in messages. */
int kmt_kofile_open_buffer(
	struct kmt_kofile *ko, const char *label, const void *data, size_t n, struct kmt_err *err);

/* The status of the file when it was opened. */
const struct stat *kmt_kofile_status(const struct kmt_kofile *ko);

/* Facts of the ELF header. */
int kmt_kofile_class(const struct kmt_kofile *ko);            /* ELFCLASS32, ELFCLASS64 */
int kmt_kofile_encoding(const struct kmt_kofile *ko);         /* ELFDATA2LSB, ELFDATA2MSB */
unsigned int kmt_kofile_machine(const struct kmt_kofile *ko); /* EM_X86_64 ... */
enum kmt_compression kmt_kofile_compression(const struct kmt_kofile *ko);
/* Whether it has a section of this name: ".gnu.linkonce.this_module", ".symtab", "__versions" ...
 */
bool kmt_kofile_has_section(const struct kmt_kofile *ko, const char *name);
/* Bytes of that section; 0 if there is none. */
uint64_t kmt_kofile_section_size(const struct kmt_kofile *ko, const char *name);

/* The bytes of that section, until the next call: N is 0 if there is none. */
int kmt_kofile_section_bytes(struct kmt_kofile *ko, const char *name, const unsigned char **data, size_t *n,
	struct kmt_err *err);

/* The first symbol table, whatever its name; NULL if there is none. */
const GElf_Shdr *kmt_kofile_find_symtab(const struct kmt_kofile *ko);

/* All sections, in the order of the file. Names are copied to ARENA; "" for one that lies. */
struct kmt_ko_section {
	const char *name;
	uint64_t size;		  /* bytes: in memory, if it has no contents in the file */
	bool alloc, write, exec; /* is in memory once it is loaded; may be written, executed there */
	bool nobits;		  /* zeroes, that are not in the file */
};
struct kmt_ko_sections {
	KMT_VEC(struct kmt_ko_section) rows;
};
void kmt_kofile_sections(
	const struct kmt_kofile *ko, struct kmt_arena *arena, struct kmt_ko_sections *out);
void kmt_ko_sections_free(struct kmt_ko_sections *s);

/* .modinfo as fields (source/modinfo.h). OUT is emptied first, its memory reused. FAILED -ENODATA
 * if the section is not there. */
int kmt_kofile_modinfo(struct kmt_kofile *ko, struct kmt_modinfo *out, struct kmt_err *err);

/* Appends the names of all parameters, also of those that .modinfo has no field for, as the symbol table
 * tells them. No symbol table: none. Names are copied to ARENA. */
int kmt_kofile_param_names(
	struct kmt_kofile *ko, struct kmt_arena *arena, struct kmt_strv *out, struct kmt_err *err);

/*
 * The parameters in section __param: the value that each has until something sets it, as the kernel would
 * show it in sysfs, and who sets it. VALUE is NULL where it cannot be known: for parameters with functions
 * of the module's own, arrays without elements, texts of more than 256 bytes. Copied to ARENA.
 */
struct kmt_ko_default {
	const char *name, *value;
	bool standard_ops; /* the kernel's own param_ops_TYPE, also for the elements of an array */
};
struct kmt_ko_defaults {
	KMT_VEC(struct kmt_ko_default) rows;
};
int kmt_kofile_param_defaults(struct kmt_kofile *ko, struct kmt_arena *arena, struct kmt_ko_defaults *out,
	struct kmt_err *err);
void kmt_ko_defaults_free(struct kmt_ko_defaults *d);

/* The bytes of .modinfo: N is 0 if there is no such section. The last string may lack its NUL. */
int kmt_kofile_modinfo_bytes(
	struct kmt_kofile *ko, const char **data, size_t *n, struct kmt_err *err);

/* The GNU build-id note: *N bytes at *ID; *N is 0 if there is none. */
int kmt_kofile_build_id(
	struct kmt_kofile *ko, const unsigned char **id, size_t *n, struct kmt_err *err);

/*
 * Symbols: exported by this module (EXPORT_SYMBOL) and undefined (needed from elsewhere), in the
 * order of the symbol table. Names are copied to ARENA. Left out are undefined symbols that the
 * kernel's loader supplies itself. No symbol table: no rows.
 */
struct kmt_ko_symbol {
	const char *name;
	bool undefined;
	bool weak; /* undefined: may stay so */
	bool gpl;  /* exported by EXPORT_SYMBOL_GPL */
	bool has_crc;
	uint32_t crc;
	const char *ns; /* namespace of an export, NULL if none */
};
struct kmt_ko_symbols {
	KMT_VEC(struct kmt_ko_symbol) rows;
};
int kmt_kofile_symbols(struct kmt_kofile *ko, struct kmt_arena *arena, struct kmt_ko_symbols *out,
	struct kmt_err *err);
void kmt_ko_symbols_free(struct kmt_ko_symbols *s);

/*
 * The names that link modules, as depmod sees them: what is exported (__crc_* symbols, without any of
 * those the strings of __ksymtab_strings), what is undefined, and what __versions lists, or the extended
 * format of kernels since 6.14 (__version_ext_crcs and _names), which wins; in this order of kinds, inside of
 * each in the order of the file. Nothing is copied or left out: for a reader of thousands of files. NAME has
 * LEN bytes and a NUL, and is gone after the call.
 */
enum kmt_ko_name {
	KMT_KO_NAME_EXPORT,
	KMT_KO_NAME_NEED,
	KMT_KO_NAME_NEED_WEAK,	/* may stay undefined */
	KMT_KO_NAME_VERSION,
};
typedef void (*kmt_ko_name_fn)(
	void *ctx, enum kmt_ko_name kind, const char *name, size_t len, uint32_t crc);
/* CRC is read for exports only with WANT_CRCS, which takes more reading. */
int kmt_kofile_names(struct kmt_kofile *ko, bool want_crcs, kmt_ko_name_fn fn, void *ctx,
	struct kmt_err *err);

/*
 * The CRCs of what it needs, as KMT_KO_NAME_VERSION: those of __versions, or with EXTENDED those of
 * __version_ext_crcs and _names, without which there are none. A kernel since 6.14 looks at the extended
 * ones only, if there are any; an older one does not know them. -ENOEXEC as in the kernel for a CRC without
 * a name.
 */
int kmt_kofile_version_rows(
	struct kmt_kofile *ko, bool extended, kmt_ko_name_fn fn, void *ctx, struct kmt_err *err);
/* Only the VERSION names, which take no reading of symbols. */
int kmt_kofile_versions(struct kmt_kofile *ko, kmt_ko_name_fn fn, void *ctx, struct kmt_err *err);

/* The appended signature, if any: source/signature.h reads its fields. */
struct kmt_ko_sigblob {
	bool present;            /* the marker is there */
	bool damaged;            /* ... but the lengths do not fit: the rest is not filled */
	unsigned int algo, hash; /* enum pkey_algo, enum pkey_hash_algo; 0 for PKCS#7 */
	unsigned int id_type;    /* enum pkey_id_type: 0 PGP, 1 X.509, 2 PKCS#7 */
	const unsigned char *signer, *key_id, *data;
	size_t signer_n, key_id_n, n; /* for PKCS#7, DATA is the whole message */
	bool padded;		      /* the header has bits where the kernel wants zeros */
	uint64_t covered;	      /* so many bytes from the start of the file are signed */
};
int kmt_kofile_sigblob(struct kmt_kofile *ko, struct kmt_ko_sigblob *out, struct kmt_err *err);

/* Hands the first N bytes of the file, unpacked if it is compressed, to FN, piece by piece. */
typedef void (*kmt_ko_bytes_fn)(void *ctx, const void *data, size_t n);
int kmt_kofile_feed(struct kmt_kofile *ko, uint64_t n, kmt_ko_bytes_fn fn, void *ctx, struct kmt_err *err);

#endif
