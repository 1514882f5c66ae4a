/* SPDX-License-Identifier: GPL-2.0-only */
/* What km_prov exports. */
#ifndef KM_PROV_H
#define KM_PROV_H

#ifdef KM_CHANGED
#define KM_NUMBER long
#else
#define KM_NUMBER int
#endif

KM_NUMBER km_add(KM_NUMBER a, KM_NUMBER b);
int km_gpl_mul(int a, int b);
int km_ns_neg(int a);

#endif
