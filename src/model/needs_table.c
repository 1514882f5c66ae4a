/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The mount table and fstab: what lies where, with which options. */
#include "needs_priv.h"

#include <string.h>

#include <kmt/sys/paths.h>

void kmt_needs_read_mounts(struct kmt_needs *needs)
{
	struct kmt_needs_state *state = needs->state;
	kmt_autostrbuf struct kmt_strbuf mounts = KMT_STRBUF_INIT, fstab = KMT_STRBUF_INIT;

	if (state->mounts_read)
		return;
	state->mounts_read = true;
	if (!kmt_root_read(needs->snap->root, KMT_PATH_PROC_MOUNTINFO, 0, &mounts, NULL))
		kmt_mountinfo_parse(kmt_strbuf_str(&mounts), mounts.len, &needs->arena, &state->mounts);
	if (!kmt_root_read(needs->snap->root, KMT_PATH_FSTAB, 0, &fstab, NULL))
		kmt_fstab_parse(kmt_strbuf_str(&fstab), fstab.len, &needs->arena, &state->fstab);
}

static bool is_below(const char *path, const char *point)
{
	size_t n = strlen(point);

	if (!strcmp(point, "/"))
		return true;
	return !strncmp(path, point, n) && (!path[n] || path[n] == '/');
}

const struct kmt_mount *kmt_needs_mount_of(struct kmt_needs *needs, const char *path)
{
	const struct kmt_mount *mount, *best = NULL;

	kmt_needs_read_mounts(needs);
	kmt_vec_foreach (mount, &needs->state->mounts.rows)
		if (is_below(path, mount->point) && (!best || strlen(mount->point) >= strlen(best->point)))
			best = mount; /* later ones lie over earlier ones */
	return best;
}

/* "UUID=x" for CONTENT with that UUID. */
static bool is_tag_of(const char *source, const struct kmt_disk_content *content)
{
	if (!strncmp(source, "UUID=", 5))
		return content->uuid && !strcmp(source + 5, content->uuid);
	return !strncmp(source, "LABEL=", 6) && content->label && !strcmp(source + 6, content->label);
}

const char *kmt_needs_options(
	struct kmt_needs *needs, const struct kmt_needs_place *place, const char *source)
{
	kmt_autofree char *node = kmt_asprintf("%s/%s", KMT_PATH_DEV, place->name);
	const struct kmt_fstab_line *line;
	const struct kmt_mount *mount;

	if (needs->mount_options)
		return needs->mount_options;
	kmt_needs_read_mounts(needs);
	kmt_vec_foreach (mount, &needs->state->mounts.rows)
		if (!strcmp(mount->source, source ? source : node))
			return mount->options;
	kmt_vec_foreach (line, &needs->state->fstab.rows)
		if (!strcmp(line->source, source ? source : node) ||
			(place->content && is_tag_of(line->source, place->content)))
			return line->options;
	return NULL;
}
