/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KMT_SOURCE_SIGNATURE_PRIV_H
#define KMT_SOURCE_SIGNATURE_PRIV_H

#include <kmt/source/signature.h>

/* Fills OUT but for id from a PKCS#7 message as sign-file writes it; pointers go into BLOB. False: it has
 * another form, which says nothing about whether it is good. */
bool kmt_signature_plain(const struct kmt_ko_sigblob *blob, struct kmt_signature *out);

#endif
