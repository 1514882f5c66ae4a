/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KMT_MODEL_MODFACTS_PRIV_H
#define KMT_MODEL_MODFACTS_PRIV_H

#include <kmt/model/modfacts.h>

/* modfacts_params.c: fills params, params_err, live and defaults; FIELDS are there. */
void kmt_modfacts_read_params(struct kmt_modfacts *f, unsigned int parts);

#endif
