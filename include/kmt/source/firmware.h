/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Firmware files that drivers asked for and did not get, from the kernel log; and whether they are there by
 * now (firmware_class of Linux, which looks for NAME, NAME.zst and NAME.xz below /lib/firmware).
 */
#ifndef KMT_SOURCE_FIRMWARE_H
#define KMT_SOURCE_FIRMWARE_H

#include <kmt/base/arena.h>
#include <kmt/base/vec.h>
#include <kmt/sys/kmsg.h>
#include <kmt/sys/root.h>

struct kmt_firmware {
	const char *device; /* its name on its bus */
	const char *name;   /* "rtl_nic/rtl8168g-2.fw" */
};

struct kmt_firmwares {
	KMT_VEC(struct kmt_firmware) rows; /* each once, in the order of the log */
};

/* What LOG tells of, and is missing below ROOT for the kernel of VERSION (NULL: not known). Strings live
 * in ARENA. */
void kmt_firmware_find(const struct kmt_kmsg_log *log, const struct kmt_root *root, const char *version,
	struct kmt_arena *arena, struct kmt_firmwares *out);
/* Whether NAME is there, packed or not; VERSION as above. */
bool kmt_firmware_exists(const struct kmt_root *root, const char *version, const char *name);

#endif
