/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/base/num.h>

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>

int kmt_num_u64(const char *s, int base, uint64_t *out)
{
	unsigned long long n;
	char *end;

	if (!isxdigit((unsigned char)*s))
		return -EINVAL;
	errno = 0;
	n = strtoull(s, &end, base);
	if (end == s || *end)
		return -EINVAL;
	if (errno)
		return -errno;
	*out = n;
	return 0;
}

int kmt_num_i64(const char *s, int base, int64_t *out)
{
	const char *digits = s + (*s == '-' || *s == '+');
	long long n;
	char *end;

	if (!isxdigit((unsigned char)*digits))
		return -EINVAL;
	errno = 0;
	n = strtoll(s, &end, base);
	if (end == s || *end)
		return -EINVAL;
	if (errno)
		return -errno;
	*out = n;
	return 0;
}
