/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the parts of the module file reader share. Private to src/source/kofile*.c. */
#ifndef KMT_SOURCE_KOFILE_PRIV_H
#define KMT_SOURCE_KOFILE_PRIV_H

#include <kmt/base/strbuf.h>
#include <kmt/source/kofile.h>

/* One reused buffer for each kind of piece that is in use at the same time. */
enum kmt_ko_slot {
	KMT_KO_SECTIONS,
	KMT_KO_NAMES,
	KMT_KO_MODINFO,
	KMT_KO_NOTE,
	KMT_KO_SIGNATURE,
	KMT_KO_FEED,
	KMT_KO_SYMTAB,
	KMT_KO_STRTAB,
	KMT_KO_CRCS,
	KMT_KO_NAMESPACES,
	KMT_KO_EXPORT_FLAGS,
	KMT_KO_VERSIONS,
	KMT_KO_VERSION_NAMES,
	KMT_KO_EXPORT_STRINGS,
	KMT_KO_DECODED_SYMBOLS,
	KMT_KO_PARAM_RELOCS,
	KMT_KO_RELOCS,
	KMT_KO_VALUE,
	KMT_KO_SECTION,
	KMT_KO_SLOTS,
};

/* A part of the file that was read in advance: its start and its end hold most of what is asked
 * for. */
struct kmt_ko_window {
	struct kmt_strbuf bytes;
	uint64_t offset;
};

struct kmt_kofile {
	/* The file: either all of it is at DATA, or FD is read piece by piece. */
	int fd;
	struct stat st; /* of FD */
	const unsigned char *data;
	uint64_t size;
	struct kmt_ko_window head, tail;
	struct kmt_strbuf slots[KMT_KO_SLOTS];

	/* For messages: LABEL, or ROOT and PATH. */
	const struct kmt_root *root;
	struct kmt_strbuf path;

	enum kmt_compression compression;
	struct kmt_decompressor decompressor;
	struct kmt_strbuf compressed, plain;

	/* ELF, as decoded by libelf; sections of both classes are kept in the larger form. */
	unsigned char ident[EI_NIDENT];
	GElf_Ehdr header;
	GElf_Shdr *sections;
	size_t n_sections, cap_sections;
	const char *names; /* NUL-terminated as a whole */
	size_t names_size;
};

/* A failure of the open file: "PATH: message". */
int kmt_kofile_fail(const struct kmt_kofile *ko, struct kmt_err *err, int errnum, const char *fmt,
	...) __attribute__((format(printf, 4, 5)));

/* Bytes of the file: valid until the slot that they were read for is used again. */
struct kmt_ko_piece {
	const unsigned char *p; /* never NULL */
	size_t n;
};

/*
 * N bytes at OFFSET, out of a window or read into SLOT. -ENOEXEC if they are not all inside of the
 * file, -EFBIG if they are too many; WHAT names them in the message.
 */
int kmt_kofile_piece(struct kmt_kofile *ko, enum kmt_ko_slot slot, uint64_t offset, uint64_t n,
	const char *what, struct kmt_ko_piece *out, struct kmt_err *err);

/* Reads what tells whether the file is compressed, and unpacks it if it is. */
int kmt_kofile_read_start(struct kmt_kofile *ko, struct kmt_err *err);
/* Reads OFFSET to the end of the file into the tail window, if that is not much. */
int kmt_kofile_read_tail(struct kmt_kofile *ko, uint64_t offset, struct kmt_err *err);

/* Reads the ELF header and the section table. */
int kmt_kofile_read_elf(struct kmt_kofile *ko, struct kmt_err *err);

/* The first section of that name with contents in the file, or NULL. */
const GElf_Shdr *kmt_kofile_section(const struct kmt_kofile *ko, const char *name);
/* Contents of a section, as kmt_kofile_piece(). */
int kmt_kofile_contents(struct kmt_kofile *ko, enum kmt_ko_slot slot, const GElf_Shdr *section,
	struct kmt_ko_piece *out, struct kmt_err *err);
/* The same for a section by its name; empty if it is not there. */
int kmt_kofile_named(struct kmt_kofile *ko, enum kmt_ko_slot slot, const char *name,
	struct kmt_ko_piece *out, struct kmt_err *err);

/* Decodes N bytes of the file's class and byte order at SRC into DST, which has room for N bytes.
 */
int kmt_kofile_decode(const struct kmt_kofile *ko, Elf_Type type, void *dst, const void *src,
	size_t n, struct kmt_err *err);
uint32_t kmt_kofile_u32(const struct kmt_kofile *ko, const unsigned char *p);

/* It and its strings, in the slots SYMTAB and STRTAB. */
struct kmt_symtab {
	struct kmt_kofile *ko;
	const Elf64_Sym *large; /* in this machine's byte order: one of both, depending on the class */
	const Elf32_Sym *small;
	struct kmt_ko_piece strings;
	size_t n, first; /* FIRST: where the global symbols start */
};

/* The symbols RAW in this machine's byte order, at *OUT: where they are, or decoded at once. */
int kmt_kofile_decode_symbols(
	struct kmt_kofile *ko, const struct kmt_ko_piece *raw, const void **out, struct kmt_err *err);

/* No symbol table: N is 0. */
int kmt_symtab_open(struct kmt_kofile *ko, struct kmt_symtab *t, struct kmt_err *err);
/* Symbol I, below N. */
void kmt_symtab_get(const struct kmt_symtab *t, size_t i, GElf_Sym *out);
/* "" for a name that lies outside of the string table; strings end before its end. */
const char *kmt_symtab_name(const struct kmt_symtab *t, const GElf_Sym *sym);
/* The section that it is in; NULL for none. */
const GElf_Shdr *kmt_symtab_section(const struct kmt_symtab *t, const GElf_Sym *sym);

#endif
