/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A module file from a few words. */
#ifndef KMT_TESTS_ELF_WORDS_H
#define KMT_TESTS_ELF_WORDS_H

#include <kmt/base/strbuf.h>

/*
 * WORDS, up to a NULL: "export:NAME", "import:NAME", "weak:NAME", each of them optionally "=CRC"
 * (hexadecimal), "version:NAME" for a name that only __versions has; "any:NAME" and "gpl:NAME" are exports
 * that have an entry in the table of their terms, too; "param:NAME" is a parameter without a
 * field in .modinfo; "code:NAME=SIZE", "data:NAME=SIZE" and "bss:NAME=SIZE"
 * are sections of memory; "signer:NAME" appends a signature of the old format, which needs no library to be
 * read, "signer:" one that is damaged; any other word is a string of .modinfo. OUT becomes an ELF file of an x86-64 module.
 */
void elf_words(const char *const *words, struct kmt_strbuf *out);

#endif
