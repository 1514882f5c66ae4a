/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/cmd/banner.h>

#include <stdarg.h>
#include <string.h>

#include <kmt/check/policy.h>
#include <kmt/source/moduletree.h>

void kmt_note(const struct kmt_env *env, const char *fmt, ...)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;
	va_list ap;

	if (env->g.quiet)
		return;
	va_start(ap, fmt);
	kmt_strbuf_vaddf(&text, fmt, ap);
	va_end(ap);
	fputs("kmtool: note: ", stderr);
	kmt_put_text(stderr, kmt_strbuf_str(&text));
	fputc('\n', stderr);
}

static void note_tree(const struct kmt_env *env, const struct kmt_snapshot *snap)
{
	kmt_autofree char *dir = kmt_moduletree_dir(&env->root, snap->version), *tried = NULL;
	kmt_autoerr struct kmt_err gone = KMT_ERR_INIT;

	if (snap->has_tree || kmt_root_exists(&env->root, dir))
		return;
	if (kmt_snapshot_tree_gone(snap, &gone)) {
		kmt_note(env, "%s", gone.msg);
		return;
	}
	tried = kmt_moduletree_tried(&env->root, snap->version);
	kmt_note(env, "the running kernel %s has no module tree: there is no %s", snap->version, tried);
}

static void note_policy(const struct kmt_env *env)
{
	struct kmt_arena arena = {0};
	struct kmt_policy policy;

	kmt_policy_read(&env->root, &arena, &policy);
	if (policy.modules_disabled == 1)
		kmt_note(env, "kernel.modules_disabled is 1: until the next boot no module can be "
			      "loaded or "
			      "unloaded");
	if (kmt_policy_locked_down(&policy))
		kmt_note(env,
			"kernel lockdown is in force: only modules with a valid signature can be loaded");
	kmt_arena_free(&arena);
}

/* Where packages and DKMS put modules beside the distribution's: installing one touches the
 * directory. */
static void note_index(const struct kmt_env *env, const struct kmt_snapshot *snap)
{
	static const char *const places[] = {
		"updates", "updates/dkms", "extra", "misc", "weak-updates", "kernel"};
	kmt_autofree char *tree = kmt_moduletree_dir(&env->root, snap->version);
	kmt_autofree char *dep = kmt_asprintf("%s/modules.dep", tree);
	struct stat index, place;

	if (!*snap->version || kmt_root_stat(&env->root, dep, &index))
		return;
	for (size_t i = 0; i < KMT_ARRAY_SIZE(places); i++) {
		kmt_autofree char *dir = kmt_asprintf("%s/%s", tree, places[i]);

		/* A second of grace: unpacking and indexing may come close together. */
		if (kmt_root_stat(&env->root, dir, &place) ||
			place.st_mtim.tv_sec <= index.st_mtim.tv_sec + 1)
			continue;
		kmt_note(env,
			"%s%s was changed after the module index was made: 'kmtool%s%s index %s' renews it",
			env->root.path, dir, env->root.is_host ? "" : " --root ", env->root.path,
			snap->version);
		return;
	}
}

void kmt_banner(const struct kmt_env *env, const struct kmt_snapshot *snap, unsigned int which)
{
	if (env->g.quiet)
		return;
	if ((which & KMT_BANNER_MODULES) && snap->running && snap->has_kernel && !snap->has_modules)
		kmt_note(env, "this kernel has no loadable-module support");
	else if ((which & KMT_BANNER_TREE) && snap->running && snap->has_kernel)
		note_tree(env, snap);
	if ((which & KMT_BANNER_POLICY) && snap->running && snap->has_modules)
		note_policy(env);
	if (which & KMT_BANNER_INDEX)
		note_index(env, snap);
}
