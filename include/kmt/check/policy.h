/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What this machine and this process allow: privilege, and the kernel's switches against loading.
 * Reads, never judges; changes nothing.
 */
#ifndef KMT_CHECK_POLICY_H
#define KMT_CHECK_POLICY_H

#include <stdbool.h>
#include <kmt/base/arena.h>
#include <kmt/base/err.h>
#include <kmt/sys/root.h>

struct kmt_policy {
	const char *release;	/* of the running kernel, NULL if unknown */
	bool euid_root;
	bool cap_sys_module;
	bool cap_syslog;
	int modules_disabled;	/* 0, 1; -1 unknown (a kernel without loadable modules has no such file) */
	int sig_enforce;	/* 0, 1; -1 unknown */
	const char *lockdown;	/* "none", "integrity", "confidentiality"; NULL unknown */
	bool in_container;
	bool module_blacklisted; /* the module in question is, on the kernel command line: set by the caller */
};

/* What cannot be read stays unknown. Strings live in ARENA. */
void kmt_policy_read(const struct kmt_root *root, struct kmt_arena *arena, struct kmt_policy *out);

/* Whether the kernel restricts itself: it then insists on signatures of modules, among other things. */
bool kmt_policy_locked_down(const struct kmt_policy *policy);

/* Whether modules can be loaded and unloaded on this machine, and, with COMMAND, by this process. REFUSED,
 * with the next step in the hint: COMMAND is the line that the person typed, to be repeated with sudo;
 * NULL for a dry run, which needs no privilege. */
int kmt_policy_check(const struct kmt_policy *policy, const char *command, struct kmt_err *err);

#endif
