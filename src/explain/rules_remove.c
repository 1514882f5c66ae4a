/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Unloading, and the commands of modprobe.d. */
#include <errno.h>
#include <sys/wait.h>

#include <kmt/model/config.h>
#include <kmt/sys/kernel.h>
#include "rules_priv.h"

static bool is_permanent(const struct kmt_failure *f, const struct kmt_capture *cap)
{
	return f->loaded && f->loaded->permanent;
}

static bool is_loading(const struct kmt_failure *f, const struct kmt_capture *cap)
{
	return f->loaded && f->loaded->state == KMT_STATE_LOADING;
}

bool kmt_rule_unloading(const struct kmt_failure *f, const struct kmt_capture *cap)
{
	return f->loaded && f->loaded->state == KMT_STATE_UNLOADING;
}

static bool modules_disabled(const struct kmt_failure *f, const struct kmt_capture *cap)
{
	return f->policy->modules_disabled == 1;
}

const struct kmt_rule kmt_rules_remove[] = {
	FAILS("exit-crashed", KMT_KERNEL_KILLED, NULL, NULL,
		"the kernel killed the process that ran the exit function of {module}: the module crashed",
		"the module stays half unloaded until a reboot; see 'kmtool log {module}'"),
	REFUSES("in-use", EAGAIN, NULL, NULL, "{module} is in use", "'kmtool unload' lists the users it can find"),
	REFUSES("permanent", EBUSY, NULL, is_permanent,
		"{module} has no exit function: it is permanent once it is loaded", "reboot without it"),
	REFUSES("half-loaded", EBUSY, NULL, is_loading,
		"{module} is still loading: its init function has not come back, or crashed",
		"after a crash only a reboot removes it ('kmtool log {module}')"),
	REFUSES("half-unloaded", EBUSY, NULL, kmt_rule_unloading,
		"{module} is being unloaded: its exit function has not returned",
		"wait; 'kmtool log {module}' shows what it said"),
	REFUSES("busy", EBUSY, NULL, NULL, "{module} is busy", "try again, or give --wait"),
	REFUSES("modules-disabled", EPERM, NULL, modules_disabled,
		"module loading is disabled (kernel.modules_disabled=1) until the next reboot", "reboot"),
	REFUSES("not-root", EPERM, NULL, NULL, "unloading a module requires root (CAP_SYS_MODULE)",
		"run kmtool with sudo"),
	REFUSES("no-unload-support", ENOSYS, NULL, NULL, "this kernel was built without unloading of modules",
		NULL),
	FAILS("no-kernel", EROFS, NULL, NULL, "a module can only be unloaded from the running system",
		"leave out --root"),
	FAILS("remove-failed", 0, NULL, NULL, "the kernel did not unload {module}: {errno}",
		"see 'kmtool log {module}'"),
};

static bool forbids(const struct kmt_failure *f, const struct kmt_capture *cap)
{
	return f->step->why == KMT_WHY_INSTALL_COMMAND && kmt_config_command_blocks(f->step->command) &&
	       WIFEXITED(f->status);
}

static bool was_killed(const struct kmt_failure *f, const struct kmt_capture *cap)
{
	return !f->errnum && WIFSIGNALED(f->status);
}

static bool not_found(const struct kmt_failure *f, const struct kmt_capture *cap)
{
	return !f->errnum && WIFEXITED(f->status) && WEXITSTATUS(f->status) == 127;
}

static bool has_ended(const struct kmt_failure *f, const struct kmt_capture *cap)
{
	return !f->errnum;
}

const struct kmt_rule kmt_rules_run[] = {
	REFUSES("blocked-by-install", 0, NULL, forbids,
		"the configuration forbids {module}[ ({origin})]: its install command is {command}",
		"remove that line, or use --no-config to load it anyway"),
	FAILS("command-killed", 0, NULL, was_killed,
		"the command for {module}[ ({origin})] was ended by signal {signal}: {command}",
		"see why by running it by hand"),
	FAILS("command-not-found", 0, NULL, not_found,
		"the command for {module}[ ({origin})] was not found: {command}", "correct the line"),
	FAILS("command-failed", 0, NULL, has_ended,
		"the command for {module}[ ({origin})] failed with status {status}: {command}",
		"see why by running it by hand"),
	FAILS("command-not-run", 0, NULL, NULL,
		"the command for {module}[ ({origin})] could not be run: {errno}", NULL),
};
