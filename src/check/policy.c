/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/check/policy.h>

#include <errno.h>
#include <linux/capability.h>
#include <stdlib.h>
#include <string.h>

#include <kmt/base/alloc.h>
#include <kmt/sys/paths.h>

/* "0" and "1", and "N" and "Y" as bool parameters of modules have it. -1 for anything else. */
static int read_switch(const struct kmt_root *root, const char *path)
{
	kmt_autostrbuf struct kmt_strbuf b = KMT_STRBUF_INIT;

	if (kmt_root_read_line(root, path, &b) < 0 || b.len != 1)
		return -1;
	if (*b.s == '1' || *b.s == 'Y')
		return 1;
	return *b.s == '0' || *b.s == 'N' ? 0 : -1;
}

/* "none [integrity] confidentiality": the one in brackets holds. */
static const char *read_lockdown(const struct kmt_root *root, struct kmt_arena *arena)
{
	kmt_autostrbuf struct kmt_strbuf b = KMT_STRBUF_INIT;
	const char *open;

	if (kmt_root_read_line(root, KMT_PATH_SYS_LOCKDOWN, &b) < 0)
		return NULL;
	open = strchr(kmt_strbuf_str(&b), '[');
	return open ? kmt_arena_strndup(arena, open + 1, strcspn(open + 1, "]")) : NULL;
}

/* The value of a "Key:" line of /proc/self/status, or NULL. */
static const char *status_line(const char *status, const char *key)
{
	const char *line = strstr(status, key);

	return line ? line + strlen(key) : NULL;
}

static void read_privilege(const struct kmt_root *root, struct kmt_policy *out)
{
	kmt_autostrbuf struct kmt_strbuf b = KMT_STRBUF_INIT;
	unsigned long long caps;
	const char *uid, *effective;
	char *end;

	if (kmt_root_read(root, KMT_PATH_PROC_SELF_STATUS, 1u << 16, &b, NULL) < 0)
		return;
	uid = status_line(kmt_strbuf_str(&b), "\nUid:");
	effective = status_line(kmt_strbuf_str(&b), "\nCapEff:");
	if (uid) { /* real, effective, saved, filesystem */
		strtoul(uid, &end, 10);
		uid = end;
		out->euid_root = !strtoul(uid, &end, 10) && end != uid;
	}
	if (effective) {
		caps = strtoull(effective, NULL, 16);
		out->cap_sys_module = caps >> CAP_SYS_MODULE & 1;
		out->cap_syslog = caps >> CAP_SYSLOG & 1;
	}
}

static bool is_container(const struct kmt_root *root)
{
	static const char *const marks[] = KMT_CONTAINER_MARKS;

	for (size_t i = 0; i < KMT_ARRAY_SIZE(marks); i++)
		if (kmt_root_exists(root, marks[i]))
			return true;
	return false;
}

void kmt_policy_read(const struct kmt_root *root, struct kmt_arena *arena, struct kmt_policy *out)
{
	kmt_autostrbuf struct kmt_strbuf release = KMT_STRBUF_INIT;

	*out = (struct kmt_policy){
		.modules_disabled = read_switch(root, KMT_PATH_PROC_MODULES_DISABLED),
		.sig_enforce = read_switch(root, KMT_PATH_SYS_SIG_ENFORCE),
		.lockdown = read_lockdown(root, arena),
		.in_container = is_container(root),
	};
	if (!kmt_root_read_line(root, KMT_PATH_PROC_OSRELEASE, &release))
		out->release = kmt_arena_strdup(arena, kmt_strbuf_str(&release));
	read_privilege(root, out);
}

bool kmt_policy_locked_down(const struct kmt_policy *policy)
{
	return policy->lockdown && strcmp(policy->lockdown, "none") != 0;
}

int kmt_policy_check(const struct kmt_policy *policy, const char *command, struct kmt_err *err)
{
	int r;

	if (policy->modules_disabled == 1) {
		r = kmt_err_set(err, KMT_ERR_REFUSED, EPERM,
			"kernel.modules_disabled is 1: no module can be loaded or unloaded until a "
			"reboot");
		kmt_err_hint(
			err, "something sets it while booting: look in sysctl.d and the services");
		return r;
	}
	if (!command || policy->cap_sys_module)
		return 0;
	if (policy->euid_root || policy->in_container) {
		r = kmt_err_set(err, KMT_ERR_REFUSED, EPERM,
			"this process may not load or unload modules: it lacks CAP_SYS_MODULE%s",
			policy->in_container ? " (it is in a container)" : "");
		kmt_err_hint(err, "run it on the host itself");
		return r;
	}
	r = kmt_err_set(err, KMT_ERR_REFUSED, EPERM,
		"loading and unloading modules requires root (CAP_SYS_MODULE)");
	kmt_err_hint(err, "sudo %s", command);
	return r;
}
