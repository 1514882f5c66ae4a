/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Module names, aliases and file names as the field spells them: '-' and '_' are the same in a name,
 * everywhere outside of a [...] bracket in an alias pattern (modprobe.d(5); the kernel's modpost writes
 * file names with '-' where the module name has '_').
 */
#ifndef KMT_BASE_NAME_H
#define KMT_BASE_NAME_H

#include <stdbool.h>
#include <stddef.h>

/* The longest name the kernel takes: MODULE_NAME_LEN is 64 - sizeof(unsigned long). */
#define KMT_NAME_MAX 128
/* The longest alias or pattern read from a file; longer lines are reported and skipped. */
#define KMT_ALIAS_MAX 4096

/* Writes the normal form of NAME to OUT (of SIZE bytes): '-' becomes '_'. -ENAMETOOLONG if it does not
 * fit, -EINVAL if it is empty or holds a byte that no module name has ('/', space, control). */
int kmt_name_normalize(const char *name, char *out, size_t size);

/* The same for an alias or alias pattern: what stands inside [...] stays as it is. -EINVAL for an
 * unmatched bracket, as depmod and modprobe refuse it. */
int kmt_alias_normalize(const char *alias, char *out, size_t size);

/* The module name of a file: the base name up to its first '.', normalised. */
int kmt_name_from_path(const char *path, char *out, size_t size);

bool kmt_name_equal(const char *a, const char *b); /* '-' and '_' are the same */

/* Whether ARG names a file rather than a module: holds a '/', or ends in .ko, .ko.gz, .ko.xz, .ko.zst. With
 * a ':' before the '/' it is an alias ("devname:cpu/microcode"). */
bool kmt_name_is_path(const char *arg);
/* Whether NAME ends in one of the four module endings. */
bool kmt_name_is_module_file(const char *name);

/* How far two names are apart (Damerau-Levenshtein, '-' equals '_'), for "did you mean". */
unsigned int kmt_name_distance(const char *a, const char *b);

#endif
