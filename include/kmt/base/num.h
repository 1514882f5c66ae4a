/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers from text that must be a whole number and nothing else. Return 0, -EINVAL or -ERANGE. */
#ifndef KMT_BASE_NUM_H
#define KMT_BASE_NUM_H

#include <stdint.h>

/* BASE as in strtoull(3); no sign, no leading blank. */
int kmt_num_u64(const char *s, int base, uint64_t *out);
int kmt_num_i64(const char *s, int base, int64_t *out); /* an optional leading '-' or '+' */

#endif
