/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/source/uevent.h>

bool kmt_uevent_find(struct kmt_slice text, const char *key, struct kmt_slice *value)
{
	while (kmt_slice_line(&text, value))
		if (kmt_slice_skip(value, key) && kmt_slice_skip(value, "="))
			return true;
	return false;
}
