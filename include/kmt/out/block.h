/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The columns of the proof that a block holds: for `kmtool block --verify` and the browser. */
#ifndef KMT_OUT_BLOCK_H
#define KMT_OUT_BLOCK_H

#include <kmt/out/rows.h>

extern const struct kmt_column kmt_block_columns[]; /* rows: struct kmt_way_row */

#endif
