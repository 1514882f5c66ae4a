/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parts of out/rows that have a file of their own. */
#ifndef KMT_OUT_ROWS_PRIV_H
#define KMT_OUT_ROWS_PRIV_H

#include <kmt/out/rows.h>

/* Draws the rows with libsmartcols. */
int kmt_table_print(const struct kmt_rows *rows, const struct kmt_selection *sel,
	const struct kmt_rows_options *opts, const struct kmt_style *style, FILE *out, struct kmt_err *err);

#endif
