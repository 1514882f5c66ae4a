/* SPDX-License-Identifier: GPL-2.0-or-later */
/* /proc/bus/input/devices: blocks of lines "X: KEY=VALUE" with an empty line behind each. Pure. */
#ifndef KMT_SOURCE_INPUTDEVICES_H
#define KMT_SOURCE_INPUTDEVICES_H

#include <stdbool.h>
#include <stddef.h>
#include <kmt/base/arena.h>
#include <kmt/base/vec.h>

struct kmt_inputdevice {
	const char *sysfs; /* its directory below /sys, "" if it is not told */
	bool is_keyboard;  /* the console reads it, and its keys repeat: power buttons and remote controls do not */
};

struct kmt_inputdevices {
	KMT_VEC(struct kmt_inputdevice) rows;
};

/* Strings live in ARENA. */
void kmt_inputdevices_parse(
	const char *text, size_t n, struct kmt_arena *arena, struct kmt_inputdevices *out);

#endif
