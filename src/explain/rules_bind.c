/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Devices that lose or get a driver. */
#include <errno.h>

#include "rules_priv.h"

/* linux/errno.h: it never leaves the kernel by rule. */
#define EPROBE_DEFER 517

const struct kmt_rule kmt_rules_bind[] = {
	FAILS("driver-refused", ENODEV, NULL, NULL,
		"the driver {driver} did not take the device: it does not match, or its probe function refused it",
		"'kmtool log {module}' may say why"),
	FAILS("device-busy", EBUSY, NULL, NULL, "another driver has the device already", "run the command again"),
	FAILS("device-gone", ENOENT, NULL, NULL, "its file is not there any more: the device or the driver is gone",
		"run the command again"),
	FAILS("probe-deferred", EPROBE_DEFER, NULL, NULL, "the driver {driver} waits for another device or driver",
		"'kmtool log' may say for which"),
	REFUSES("not-root", EACCES, NULL, NULL, "choosing the driver of a device requires root",
		"run kmtool with sudo"),
	REFUSES("forbidden", EPERM, NULL, NULL, "the kernel does not permit it", NULL),
	FAILS("no-kernel", EROFS, NULL, NULL, "a driver can only be chosen on the running system",
		"leave out --root"),
	FAILS("bind-failed", 0, NULL, NULL, "{errno}", "see 'kmtool log[ {module}]'"),
};
