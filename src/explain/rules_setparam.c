/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writing parameters of modules that are loaded. */
#include <errno.h>
#include <string.h>

#include "rules_priv.h"

static bool is_locked_down(const struct kmt_failure *f, const struct kmt_capture *cap)
{
	return kmt_policy_locked_down(f->policy);
}

const struct kmt_rule kmt_rules_setparam[] = {
	FAILS("too-many-values", EINVAL, "*: can only take * arguments", NULL,
		"it takes at most {2} values", NULL),
	FAILS("value-refused", EINVAL, NULL, NULL,
		"{module} does not take this value: its own check refuses it",
		"'kmtool params {module}' may say what it takes"),
	FAILS("value-out-of-range", ERANGE, NULL, NULL, "the value is out of the range that {module} takes", NULL),
	FAILS("value-too-long", ENOSPC, NULL, NULL, "the value is longer than {module} takes", NULL),
	FAILS("parameter-gone", ENOENT, NULL, NULL,
		"its file is not there any more: {module} was unloaded meanwhile", NULL),
	REFUSES("locked-down", EPERM, NULL, is_locked_down,
		"the kernel is locked down ({lockdown}) and lets nobody change this parameter",
		"set it on the kernel command line, or when the module is loaded"),
	REFUSES("not-root", EACCES, NULL, NULL, "changing a parameter requires root",
		"run kmtool with sudo"),
	REFUSES("forbidden", EPERM, NULL, NULL, "the kernel does not permit it now", NULL),
	FAILS("busy", EBUSY, NULL, NULL, "{module} is busy", "try again when it is not in use"),
	FAILS("not-supported", EOPNOTSUPP, NULL, NULL, "{module} cannot change it while it is loaded",
		"set it when the module is loaded"),
	FAILS("no-kernel", EROFS, NULL, NULL, "a parameter can only be set on the running system",
		"leave out --root, or give --save-only"),
	FAILS("parameter-failed", 0, NULL, NULL, "the kernel did not take it: {errno}", "see 'kmtool log {module}'"),
};
