/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/plan/options.h>

#include <errno.h>
#include <string.h>

#include <kmt/model/config.h>
#include <kmt/model/params.h>
#include <kmt/plan/edit.h>
#include <kmt/plan/effects.h>

#define OWN_FILE "kmtool-options.conf"

static int change_text(struct kmt_plan *plan, const struct kmt_option_edit *edit, struct kmt_edit *e,
	struct kmt_err *err)
{
	int r = 0;

	for (size_t i = 0; !r && i < edit->set->n; i++) {
		const char *arg = edit->set->v[i], *equals = strchr(arg, '=');

		r = equals ? kmt_edit_set_option(e, edit->module, arg, (size_t)(equals - arg),
				     kmt_param_unquoted(&plan->arena, equals + 1), err)
			   : kmt_err_set(err, KMT_ERR_USAGE, EINVAL,
				     "%s: a value is missing (PARAM=VALUE)", arg);
	}
	for (size_t i = 0; !r && i < edit->unset->n; i++)
		r = kmt_edit_set_option(e, edit->module, edit->unset->v[i], strlen(edit->unset->v[i]), NULL, err);
	return r;
}

/* The value that counts must be the one in the file that is written. */
static int check_value(const struct kmt_config_options *options, const char *arg, size_t n,
	const char *path, bool set, struct kmt_arena *arena, struct kmt_err *err)
{
	const char *name = kmt_arena_strndup(arena, arg, n);
	struct kmt_origin origin = {0};
	const char *value = kmt_config_value(options, name, arena, &origin);
	const char *where;

	if (!value || (set && !strcmp(origin.file, path)))
		return 0;
	where = kmt_origin_text(&origin, arena);
	if (set)
		kmt_err_set(err, KMT_ERR_REFUSED, EINVAL,
			"%s in %s would have no effect: %s is read later and sets it to '%s'", name, path, where,
			value);
	else
		kmt_err_set(err, KMT_ERR_REFUSED, EINVAL, "%s is still set to '%s' in %s", name, value, where);
	if (!origin.line)
		kmt_err_hint(err, "change it in the boot loader's configuration");
	else if (set)
		kmt_err_hint(err, "choose a file whose name sorts after that one: --file zz-local.conf");
	else
		kmt_err_hint(err, "name that file with --file, or: kmtool config comment-out %s", where);
	return -EINVAL;
}

static int check_values(const struct kmt_snapshot *before, const struct kmt_option_edit *edit,
	const char *path, struct kmt_plan *plan, struct kmt_err *err)
{
	struct kmt_config_options options = {0};
	struct kmt_snapshot snap;
	struct kmt_root root;
	int r;

	kmt_edit_preview(plan, before->root, &root);
	r = kmt_snapshot_take(&snap, &root, edit->version,
		KMT_SNAP_TREE | KMT_SNAP_TREE_OPTIONAL | KMT_SNAP_CONFIG, NULL, err);
	if (r < 0)
		return r;
	kmt_config_options(&snap, edit->module, NULL, &options);
	for (size_t i = 0; !r && i < edit->set->n; i++)
		r = check_value(&options, edit->set->v[i], strcspn(edit->set->v[i], "="), path, true,
			&plan->arena, err);
	for (size_t i = 0; !r && i < edit->unset->n; i++)
		r = check_value(&options, edit->unset->v[i], strlen(edit->unset->v[i]), path, false,
			&plan->arena, err);
	kmt_config_options_free(&options);
	kmt_snapshot_free(&snap);
	return r;
}

static int refuse_builtin(const struct kmt_option_edit *edit, struct kmt_err *err)
{
	kmt_err_set(err, KMT_ERR_REFUSED, EINVAL,
		"%s is built into the kernel: what modprobe.d says has no effect on it", edit->module);
	kmt_err_hint(err, "put %s.%s on the kernel command line, in the boot loader's configuration",
		edit->module, edit->set->v[0]);
	return -EINVAL;
}

int kmt_plan_options(const struct kmt_snapshot *snap, const struct kmt_option_edit *edit,
	struct kmt_strv *effects, struct kmt_plan *plan, struct kmt_err *err)
{
	struct kmt_edit e;
	const char *path;
	int r;

	if (edit->builtin && edit->set->n)
		return refuse_builtin(edit, err);
	if (!snap->has_tree)
		kmt_vec_push(&plan->warnings,
			"there is no module tree: whether the module has such parameters is not checked");
	r = kmt_edit_file(edit->file, OWN_FILE, &plan->arena, &path, err);
	if (!r)
		r = kmt_edit_open(&e, snap->root, path, err);
	if (r < 0)
		return r;
	r = change_text(plan, edit, &e, err);
	if (!r)
		kmt_edit_plan(&e, plan, edit->module);
	kmt_edit_close(&e);
	if (!r)
		r = check_values(snap, edit, path, plan, err);
	if (!r)
		kmt_effects_of_edit(snap, edit->module, &plan->arena, effects);
	return r;
}
