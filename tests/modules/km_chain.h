/* SPDX-License-Identifier: GPL-2.0-only */
/* What the modules of the dependency chain a <- b <- c, and km_result, export to each other. */
#ifndef KM_CHAIN_H
#define KM_CHAIN_H

int km_chain_a_depth(void);
int km_chain_b_depth(void);
int km_result_value(void);

#endif
