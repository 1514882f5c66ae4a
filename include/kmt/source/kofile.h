/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A module file (.ko): its ELF header, .modinfo, build-id, symbols, versions and signature. Reads with
 * pread() only the pieces that are asked for; libelf decodes them (both classes, both byte orders).
 * Every offset and size is checked against the file before use. Reads, never judges.
 *
 * Usage: one struct kmt_kofile per thread, opened again and again: buffers are reused.
 */
#ifndef KMT_SOURCE_KOFILE_H
#define KMT_SOURCE_KOFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <gelf.h>
#include <kmt/base/arena.h>
#include <kmt/base/err.h>
#include <kmt/base/vec.h>
#include <kmt/source/decompress.h>
#include <kmt/sys/root.h>

struct kmt_kofile; /* opaque: src/source/kofile.c */

struct kmt_kofile *kmt_kofile_new(void);
void kmt_kofile_free(struct kmt_kofile *ko);

/* Opens PATH below ROOT (or FD, which stays the caller's; or a buffer). What was open before is closed.
 * Errors name PATH: NOT_FOUND, REFUSED (unreadable), FAILED -ENOEXEC "not an ELF relocatable file: why",
 * FAILED for truncated or lying headers. */
int kmt_kofile_open(struct kmt_kofile *ko, const struct kmt_root *root, const char *path,
	struct kmt_err *err);
int kmt_kofile_open_buffer(struct kmt_kofile *ko, const char *label, const void *data, size_t n,
	struct kmt_err *err);

/* Facts of the ELF header. */
int kmt_kofile_class(const struct kmt_kofile *ko);	 /* ELFCLASS32, ELFCLASS64 */
int kmt_kofile_encoding(const struct kmt_kofile *ko);	 /* ELFDATA2LSB, ELFDATA2MSB */
unsigned int kmt_kofile_machine(const struct kmt_kofile *ko); /* EM_X86_64 ... */
enum kmt_compression kmt_kofile_compression(const struct kmt_kofile *ko);

/* .modinfo: "key=value" strings in section order. Pointers stay valid until the next open. */
struct kmt_modinfo_field {
	const char *key;	/* not terminated: KEY_LEN bytes */
	size_t key_len;
	const char *value;	/* terminated */
	size_t value_len;
};
struct kmt_modinfo {
	KMT_VEC(struct kmt_modinfo_field) fields;
};
int kmt_kofile_modinfo(struct kmt_kofile *ko, struct kmt_modinfo *out, struct kmt_err *err);
void kmt_modinfo_free(struct kmt_modinfo *m);
/* Splits a NUL-separated buffer (a .modinfo section); pure, also for modules.builtin.modinfo. */
void kmt_modinfo_parse(const char *data, size_t n, struct kmt_modinfo *out);
/* The first value of KEY, or NULL. */
const char *kmt_modinfo_get(const struct kmt_modinfo *m, const char *key);

/* The GNU build-id note: *N bytes at *ID; *N is 0 if there is none. */
int kmt_kofile_build_id(struct kmt_kofile *ko, const unsigned char **id, size_t *n, struct kmt_err *err);

/* __versions or the extended format (__version_ext_crcs, __version_ext_names): imported symbol -> CRC. */
struct kmt_ko_version {
	const char *name;
	uint32_t crc;
};
struct kmt_ko_versions {
	KMT_VEC(struct kmt_ko_version) rows;
};
int kmt_kofile_versions(struct kmt_kofile *ko, struct kmt_arena *arena, struct kmt_ko_versions *out,
	struct kmt_err *err);

/* Symbols: exported by this module (GPL-only or not, namespace, CRC) and undefined (needed). */
struct kmt_ko_symbol {
	const char *name;
	bool undefined;
	bool weak;
	bool gpl;		/* exported by EXPORT_SYMBOL_GPL */
	bool has_crc;
	uint32_t crc;
	const char *ns;		/* namespace of an export, NULL if none */
};
struct kmt_ko_symbols {
	KMT_VEC(struct kmt_ko_symbol) rows;
};
int kmt_kofile_symbols(struct kmt_kofile *ko, struct kmt_arena *arena, struct kmt_ko_symbols *out,
	struct kmt_err *err);

/* The appended signature, if any: see source/signature.h for its fields. *DATA is the PKCS#7 message. */
struct kmt_ko_sigblob {
	const unsigned char *data;
	size_t n;
	unsigned int id_type;	/* struct module_signature: 2 is PKCS#7 */
	bool present;
	bool truncated;		/* the marker is there, the lengths do not fit */
};
int kmt_kofile_sigblob(struct kmt_kofile *ko, struct kmt_ko_sigblob *out, struct kmt_err *err);

#endif
