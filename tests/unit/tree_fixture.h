/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Module files for a fixture tree: small ELF files with the symbols and strings that are asked for. */
#ifndef KMT_TESTS_TREE_FIXTURE_H
#define KMT_TESTS_TREE_FIXTURE_H

#include "fixture.h"

#define TREE_VERSION "6.1.0-test"
#define TREE "/lib/modules/" TREE_VERSION

/* PATH is below TREE. For WORDS see elf_words(). */
void tree_module(const struct fixture *f, const char *path, const char *const *words);
#define TREE_MODULE(f, path, ...) tree_module(f, path, (const char *const[]){__VA_ARGS__, NULL})

/* The kernel's own files: modules.order is what is given, the built-in ones are empty. */
void tree_own_files(const struct fixture *f, const char *order);

#endif
