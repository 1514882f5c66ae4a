/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/model/obstacle.h>

#include <kmt/model/config.h>

/* Whether anything answers to one of NAMES. A name that none can have is no error. */
static int any_answers(const struct kmt_snapshot *snap, const struct kmt_strv *names, struct kmt_err *err)
{
	int found = 0;

	for (size_t i = 0; !found && i < names->n; i++) {
		struct kmt_lookup matches = {0};
		kmt_autoerr struct kmt_err why = KMT_ERR_INIT;
		int r = kmt_lookup_find(snap, names->v[i], &matches, &why);

		found = matches.rows.n || matches.off; /* even "off" counts as an answer */
		kmt_lookup_free(&matches);
		if (r < 0 && why.kind != KMT_ERR_USAGE)
			return kmt_err_set(err, why.kind, -r, "%s", why.msg);
	}
	return found;
}

int kmt_install_find(
	const struct kmt_snapshot *snap, const char *name, struct kmt_install *out, struct kmt_err *err)
{
	const struct kmt_conf_line *softdep;
	int r;

	*out = (struct kmt_install){.line = kmt_confindex_first(&snap->lines, KMT_CONF_INSTALL, name, false)};
	if (!out->line)
		return 0;
	out->blocks = kmt_config_command_blocks(out->line->value);
	softdep = kmt_confindex_first(&snap->lines, KMT_CONF_SOFTDEP, name, false);
	if (!softdep)
		return 0;
	r = any_answers(snap, &softdep->deps->pre, err);
	if (!r)
		r = any_answers(snap, &softdep->deps->post, err);
	if (r > 0)
		out->softdep = softdep;
	return r < 0 ? r : 0;
}

void kmt_obstacle_find(
	const struct kmt_snapshot *snap, const struct kmt_lookup_match *match, struct kmt_obstacle *out)
{
	struct kmt_install install;
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;

	*out = (struct kmt_obstacle){0};
	if (match->stage == KMT_LOOKUP_BUILTIN_ALIAS || (match->module && match->module->builtin))
		return;
	kmt_install_find(snap, match->name, &install, &err);
	if (match->off) {
		out->kind = KMT_OBSTACLE_OFF;
		out->origin = match->off->origin;
		out->blocks = true;
	} else if (match->alias && kmt_config_blacklisted(snap, match->name, &out->origin)) {
		out->kind = KMT_OBSTACLE_BLACKLISTED;
		out->blocks = true;
	} else if (kmt_config_kernel_blacklisted(snap, match->name)) {
		out->kind = KMT_OBSTACLE_KERNEL;
		out->blocks = true;
	} else if (install.line && !install.softdep) {
		out->kind = KMT_OBSTACLE_COMMAND;
		out->origin = install.line->origin;
		out->blocks = install.blocks;
	} else if (!match->module) {
		out->kind = KMT_OBSTACLE_MISSING;
		out->blocks = true;
	}
}

const char *kmt_obstacle_text(const struct kmt_obstacle *obstacle, struct kmt_arena *arena)
{
	const char *words = "install command";

	switch (obstacle->kind) {
	case KMT_OBSTACLE_NONE:
		return NULL;
	case KMT_OBSTACLE_KERNEL:
		return "module_blacklist= on the kernel command line";
	case KMT_OBSTACLE_MISSING:
		return "no such module";
	case KMT_OBSTACLE_BLACKLISTED:
		words = "blacklisted";
		break;
	case KMT_OBSTACLE_OFF:
		words = "alias off";
		break;
	default:
		break;
	}
	return kmt_arena_printf(arena, "%s: %s", words, kmt_origin_text(&obstacle->origin, arena));
}
