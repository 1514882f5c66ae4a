/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A device's uevent file in sysfs: "KEY=VALUE" lines. Pure. */
#ifndef KMT_SOURCE_UEVENT_H
#define KMT_SOURCE_UEVENT_H

#include <kmt/base/slice.h>

/* The value of the first line for KEY. False if there is none. */
bool kmt_uevent_find(struct kmt_slice text, const char *key, struct kmt_slice *value);

#endif
