/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The columns of a table of symbols. */
#ifndef KMT_OUT_SYMBOLS_H
#define KMT_OUT_SYMBOLS_H

#include <kmt/check/symbols.h>
#include <kmt/out/rows.h>

/* "vmlinux", a module, or a word in parentheses for what has no provider. */
const char *kmt_symbol_from(const struct kmt_symbol_row *row);

extern const struct kmt_column kmt_symbol_columns[]; /* rows: struct kmt_symbol_row; context: the snapshot */

#endif
