/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The columns of a table of parameters: for `kmtool params`, `kmtool info` and the browser. */
#ifndef KMT_OUT_PARAMS_H
#define KMT_OUT_PARAMS_H

#include <kmt/model/modfacts.h>
#include <kmt/out/rows.h>

extern const struct kmt_column kmt_param_columns[]; /* rows: struct kmt_param; context: struct kmt_arena */

#endif
