/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Devices as `kmtool devices` and the browser show them. Pure. */
#ifndef KMT_OUT_DEVICES_H
#define KMT_OUT_DEVICES_H

#include <kmt/model/devices.h>
#include <kmt/out/rows.h>

extern const struct kmt_column kmt_device_columns[]; /* of struct kmt_device; no context */

const char *kmt_device_state_name(enum kmt_device_state state); /* "loadable", "blocked" ... */
enum kmt_hue kmt_device_state_hue(enum kmt_device_state state);

/* What would happen with the device, and what can be done, in sentences. The text is in ARENA or static. */
const char *kmt_device_story(const struct kmt_device *device, struct kmt_arena *arena);

#endif
