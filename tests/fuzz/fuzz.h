/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A target is one file NAME_fuzz.c with this function, one line in Makemodule.am and one function
 * seed_NAME in the script "seeds". It feeds the bytes to a parser and frees what comes out; the
 * sanitizers judge. DATA is as long as SIZE says and not terminated.
 */
#ifndef KMT_TESTS_FUZZ_H
#define KMT_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
