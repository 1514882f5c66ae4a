/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/model/obstacle.h>

#include <kmt/model/config.h>
#include <kmt/model/settings.h>

/* The install line that modprobe would obey; NULL if there is none. */
static const struct kmt_conf_line *install_line(struct kmt_snapshot *snap, const char *name)
{
	const struct kmt_conf_line *install = kmt_config_first(snap, KMT_CONF_INSTALL, name, false), *softdep;
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;

	return install && kmt_settings_overruled(snap, name, &softdep, &err) <= 0 ? install : NULL;
}

void kmt_obstacle_find(
	struct kmt_snapshot *snap, const struct kmt_lookup_match *match, struct kmt_obstacle *out)
{
	const struct kmt_conf_line *install;

	*out = (struct kmt_obstacle){0};
	if (match->stage == KMT_LOOKUP_BUILTIN_ALIAS || (match->module && match->module->builtin))
		return;
	if (match->alias && kmt_config_blacklisted(snap, match->name, &out->origin)) {
		out->kind = KMT_OBSTACLE_BLACKLISTED;
		out->blocks = true;
	} else if (kmt_config_kernel_blacklisted(snap, match->name)) {
		out->kind = KMT_OBSTACLE_KERNEL;
		out->blocks = true;
	} else if ((install = install_line(snap, match->name))) {
		out->kind = KMT_OBSTACLE_COMMAND;
		out->origin = install->origin;
		out->blocks = kmt_config_command_blocks(install->value);
	} else if (!match->module) {
		out->kind = KMT_OBSTACLE_MISSING;
		out->blocks = true;
	}
}

const char *kmt_obstacle_text(const struct kmt_obstacle *obstacle, struct kmt_arena *arena)
{
	const char *words = obstacle->kind == KMT_OBSTACLE_BLACKLISTED ? "blacklisted" : "install command";

	switch (obstacle->kind) {
	case KMT_OBSTACLE_NONE:
		return NULL;
	case KMT_OBSTACLE_KERNEL:
		return "module_blacklist= on the kernel command line";
	case KMT_OBSTACLE_MISSING:
		return "no such module";
	default:
		break;
	}
	if (!obstacle->origin.line)
		return kmt_arena_printf(arena, "%s: %s", words, obstacle->origin.file);
	return kmt_arena_printf(arena, "%s: %s:%u", words, obstacle->origin.file, obstacle->origin.line);
}
