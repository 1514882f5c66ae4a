/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether a module can be blocked at all, and whether the block that a plan writes would hold. */
#include <kmt/plan/block.h>

#include <errno.h>
#include <string.h>

#include <kmt/model/config.h>
#include <kmt/model/lookup.h>
#include <kmt/plan/edit.h>

int kmt_block_name(
	struct kmt_snapshot *snap, const char *arg, char name[KMT_NAME_MAX], struct kmt_err *err)
{
	struct kmt_lookup found = {0};
	int r = kmt_name_normalize(arg, name, KMT_NAME_MAX);

	if (r < 0)
		return kmt_err_set(err, KMT_ERR_USAGE, EINVAL, "'%s' cannot be the name of a module", arg);
	if (!snap->has_tree || kmt_modindex_find(&snap->index, name))
		return 0;
	if (kmt_modindex_find_builtin(&snap->index, name)) {
		kmt_err_set(err, KMT_ERR_REFUSED, EINVAL,
			"%s is built into the kernel: no configuration keeps it out", name);
		kmt_err_hint(err, "initcall_blacklist=FUNCTION on the kernel command line can skip its init function");
		return -EINVAL;
	}
	r = kmt_lookup_find(snap, arg, &found, err);
	if (!r && found.rows.n && strcmp(found.rows.v[0].name, name) != 0) {
		r = kmt_err_set(err, KMT_ERR_USAGE, EINVAL, "%s is no module, but an alias of %s", arg,
			found.rows.v[0].name);
		kmt_err_hint(err, "kmtool block %s", found.rows.v[0].name);
	} else if (!r) {
		r = kmt_lookup_none(snap, arg, &found, err);
	}
	kmt_lookup_free(&found);
	return r;
}

/* The line of somebody else that comes before ours. */
static void blame(const struct kmt_snapshot *after, const char *name, const struct kmt_way_row *gap,
	struct kmt_err *err)
{
	static const enum kmt_conf_kind kinds[] = {KMT_CONF_SOFTDEP, KMT_CONF_INSTALL};

	kmt_err_set(err, KMT_ERR_REFUSED, EPERM, "the block of %s would not hold: %s", name, gap->detail);
	for (size_t i = 0; i < KMT_ARRAY_SIZE(kinds); i++) {
		const struct kmt_conf_line *line = kmt_config_first(after, kinds[i], name, false);

		if (line && !strstr(line->origin.file, KMT_BLOCK_FILE))
			kmt_err_hint(err, "%s:%u (%s %s) comes before it: kmtool config comment-out %s:%u",
				line->origin.file, line->origin.line, kmt_conf_kind_name(line->kind), line->pattern,
				line->origin.file, line->origin.line);
	}
}

int kmt_block_prove_plan(const struct kmt_snapshot *snap, const char *version, bool initramfs,
	struct kmt_plan *plan, struct kmt_block_module *modules, size_t n, struct kmt_err *err)
{
	struct kmt_initramfs_diff diff = {0};
	struct kmt_snapshot after;
	struct kmt_root root;
	int r;

	if (!snap->has_tree) {
		kmt_vec_push(&plan->warnings, "there is no module tree to prove it with");
		return 0;
	}
	kmt_edit_preview(plan, snap->root, &root);
	r = kmt_snapshot_take(&after, &root, version, KMT_SNAP_LOADED | KMT_SNAP_TREE | KMT_SNAP_CONFIG,
		NULL, err);
	if (r < 0)
		return r;
	if (initramfs)
		kmt_initramfs_diff_find(&after, &diff);
	for (size_t i = 0; !r && i < n; i++) {
		struct kmt_block_module *m = &modules[i];
		const struct kmt_way_row *gap;

		r = kmt_block_prove(&after, m->name, initramfs ? &diff : NULL, &m->proof, err);
		gap = r ? NULL : kmt_block_gap(&m->proof);
		if (gap) {
			blame(&after, m->name, gap, err);
			r = -EPERM;
		}
	}
	kmt_initramfs_diff_free(&diff);
	kmt_snapshot_free(&after);
	return r;
}
