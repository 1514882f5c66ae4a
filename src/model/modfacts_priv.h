/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KMT_MODEL_MODFACTS_PRIV_H
#define KMT_MODEL_MODFACTS_PRIV_H

#include <kmt/model/modfacts.h>

/* Fills f->copies, but for which one is loaded: what the tree has of the name of f->module. */
void kmt_modfacts_read_copies(struct kmt_modfacts *f);

#endif
