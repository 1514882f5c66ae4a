/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/plan/reload.h>

#include <string.h>

#include <kmt/plan/load.h>
#include <kmt/plan/unload.h>
#include <kmt/sys/paths.h>

#include "keep_priv.h"

/* A target that is named by its file. */
struct target_file {
	char name[KMT_NAME_MAX]; /* that the kernel gives to what is in it */
	const char *path;
};

struct reload {
	const struct kmt_snapshot *snap;
	const struct kmt_reload_request *req;
	struct kmt_plan *plan;
	struct kmt_err *err;
	KMT_VEC(struct target_file) files;
	struct kmt_modfacts facts;
};

/* Installing by a command is loading, removing by one is unloading. */
static bool loads(const struct kmt_step *step)
{
	return step->kind == KMT_STEP_INSERT || step->why == KMT_WHY_INSTALL_COMMAND;
}

static bool unloads(const struct kmt_step *step)
{
	return step->kind == KMT_STEP_REMOVE || step->why == KMT_WHY_REMOVE_COMMAND;
}

static bool goes(const struct kmt_plan *plan, const char *module, size_t n)
{
	const struct kmt_step *step;

	kmt_vec_foreach(step, &plan->steps) {
		if (unloads(step) && strlen(step->module) == n && !memcmp(step->module, module, n))
			return true;
	}
	return false;
}

/* /proc/modules as it is after the steps that are planned so far. Counts and holders stay: who plans a load
 * asks only what is there. */
static int list_after(const struct reload *rl, struct kmt_strbuf *out)
{
	kmt_autostrbuf struct kmt_strbuf now = KMT_STRBUF_INIT;
	const struct kmt_step *step;
	int r = kmt_root_read(rl->snap->root, KMT_PATH_PROC_MODULES, 0, &now, rl->err);

	for (const char *line = kmt_strbuf_str(&now); !r && *line;) {
		size_t n = strcspn(line, "\n"), name = strcspn(line, " \n");

		n += line[n] == '\n';
		if (!goes(rl->plan, line, name))
			kmt_strbuf_add(out, line, n);
		line += n;
	}
	kmt_vec_foreach(step, &rl->plan->steps) {
		if (loads(step))
			kmt_strbuf_addf(out, "%s 0 0 - Live 0x0\n", step->module);
	}
	return r;
}

/* Plans the load on top of what is planned. */
static int add_load(const struct reload *rl, const struct kmt_load_request *load)
{
	kmt_autostrbuf struct kmt_strbuf list = KMT_STRBUF_INIT;
	struct kmt_root root = *rl->snap->root;
	struct kmt_root_overlay overlay = {.path = KMT_PATH_PROC_MODULES};
	struct kmt_snapshot after;
	struct kmt_plan more = {0};
	int r = list_after(rl, &list);

	if (r < 0)
		return r;
	overlay.data = kmt_strbuf_str(&list);
	overlay.n = list.len;
	root.overlay = &overlay;
	root.n_overlay = 1;
	r = kmt_snapshot_take(&after, &root, rl->req->version,
		KMT_SNAP_LOADED | KMT_SNAP_TREE | KMT_SNAP_CONFIG, NULL, rl->err);
	if (r < 0)
		return r;
	r = kmt_plan_load(&after, load, &more, rl->err);
	kmt_plan_append(rl->plan, &more);
	kmt_snapshot_free(&after);
	return r;
}

/* Unloaded because it uses a target. A target may be there because of an alias, which is no loaded module. */
static bool is_holder(const struct reload *rl, const struct kmt_step *step)
{
	return unloads(step) && step->required && step->because_of &&
	       kmt_map_get(&rl->snap->loaded_by_name, step->because_of);
}

/* The load of a holder is there for the same reason as its unloading. */
static void explain_holders(const struct reload *rl, size_t first)
{
	for (size_t i = first; i < rl->plan->steps.n; i++)
		for (size_t j = 0; j < first; j++) {
			struct kmt_step *step = &rl->plan->steps.v[i];
			const struct kmt_step *unload = &rl->plan->steps.v[j];

			if (step->kind == KMT_STEP_INSERT && step->why == KMT_WHY_REQUESTED &&
				is_holder(rl, unload) && !strcmp(step->module, unload->module)) {
				step->why = KMT_WHY_HOLDER;
				step->because_of = unload->because_of;
			}
		}
}

/* What was unloaded last is loaded first. */
static int load_holders(const struct reload *rl)
{
	struct kmt_load_request load = {.before = rl->snap};
	size_t first = rl->plan->steps.n;
	int r = 0;

	for (size_t i = first; i-- > 0;)
		if (is_holder(rl, &rl->plan->steps.v[i]))
			kmt_vec_push(&load.targets, rl->plan->steps.v[i].module);
	if (load.targets.n)
		r = add_load(rl, &load);
	if (!r)
		explain_holders(rl, first);
	kmt_vec_free(&load.targets);
	return r;
}

static const char *requested_file(const struct reload *rl, const char *name)
{
	const struct target_file *file;

	kmt_vec_foreach(file, &rl->files)
		if (!strcmp(file->name, name))
			return file->path;
	return NULL;
}

/* Whether the loaded module was made from the file at PATH; rl->facts are of the file then. */
static enum kmt_same_file compare(struct reload *rl, const char *name, const char *path)
{
	const struct kmt_modref ref = {.name = name, .path = path};

	return path && !kmt_modfacts_read(&rl->facts, rl->snap, &ref,
			       KMT_FACTS_LOADED | KMT_FACTS_BUILD_ID | KMT_FACTS_PARAMS | KMT_FACTS_LIVE, NULL)
		       ? rl->facts.same
		       : KMT_OTHER_FILE;
}

/* The file from which the module can be loaded as it is now, which rl->facts are of then; NULL: none, as a
 * warning says. */
static const char *find_build(struct reload *rl, const char *name)
{
	const struct kmt_module *m = kmt_modindex_find(&rl->snap->index, name);
	const char *file = requested_file(rl, name), *tree = m ? m->path : NULL;
	struct kmt_arena *arena = &rl->plan->arena;
	enum kmt_same_file same;

	/* The requested file may have the same build-id and be damaged. */
	same = compare(rl, name, tree);
	if (same == KMT_SAME_FILE || (same == KMT_SAME_UNKNOWN && !file))
		return tree;
	if (file && compare(rl, name, file) == KMT_SAME_FILE)
		return file;
	if (same == KMT_SAME_UNKNOWN)
		compare(rl, name, tree);
	kmt_vec_push(&rl->plan->warnings,
		same == KMT_SAME_UNKNOWN
			? kmt_arena_printf(arena, "if the reload fails, %s is loaded from the module tree: whether that "
				"is the loaded build is not known", name)
			: kmt_arena_printf(arena, "the loaded build of %s %s: it cannot be loaded again if the reload "
				"fails", name, tree ? "is not the one in the module tree"
						    : "has no file in the module tree"));
	return same == KMT_SAME_UNKNOWN ? tree : NULL;
}

static const char *joined(const struct kmt_strv *words, struct kmt_arena *arena)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;

	for (size_t i = 0; i < words->n; i++)
		kmt_strbuf_item(&text, " ", "%s", words->v[i]);
	return kmt_arena_strdup(arena, kmt_strbuf_str(&text));
}

/* What takes the unloading of a module back: the same build, with the same values. */
static const struct kmt_step *find_restore(struct reload *rl, const char *name)
{
	struct kmt_arena *arena = &rl->plan->arena;
	const char *path = find_build(rl, name);
	const struct kmt_keep keep = {.facts = &rl->facts, .live = &rl->facts.live};
	struct kmt_strv words = {0};
	struct kmt_step_file *file;
	struct kmt_step *restore;

	if (!path)
		return NULL;
	file = KMT_ARENA_NEW(arena, struct kmt_step_file);
	*file = (struct kmt_step_file){.st = *kmt_kofile_status(rl->facts.ko), .fd = -1};
	restore = KMT_ARENA_NEW(arena, struct kmt_step);
	restore->kind = KMT_STEP_INSERT;
	restore->module = name;
	restore->path = kmt_arena_strdup(arena, path);
	restore->file = file;
	kmt_keep_values(&keep, arena, &words, NULL);
	restore->params = joined(&words, arena);
	kmt_vec_free(&words);
	return restore;
}

static void plan_restores(struct reload *rl)
{
	struct kmt_step *step;

	kmt_vec_foreach(step, &rl->plan->steps)
		if (step->kind == KMT_STEP_REMOVE)
			step->restore = find_restore(rl, step->module);
}

/* A file is unloaded by the name that the kernel has for it, unless that is not loaded. One that cannot be
 * read is an error of planning to load it. */
static void add_target(struct reload *rl, const char *target, struct kmt_strv *loaded)
{
	struct target_file file;
	struct kmt_modref ref;

	if (!kmt_name_is_path(target)) {
		kmt_vec_push(loaded, target);
		return;
	}
	if (kmt_modref_of_file(rl->snap, target, &ref, NULL) ||
		kmt_modref_kernel_name(rl->snap->root, ref.path, file.name) ||
		!kmt_snapshot_loaded(rl->snap, file.name))
		return;
	file.path = ref.path;
	kmt_vec_push(&rl->files, file);
	kmt_vec_push(loaded, kmt_arena_strdup(rl->snap->texts, file.name));
}

static int plan_unload(struct reload *rl, const struct kmt_procmod **in_use)
{
	struct kmt_unload_request unload = {.dependents = rl->req->dependents, .wait = rl->req->wait};
	int r;

	for (size_t i = 0; i < rl->req->targets.n; i++)
		add_target(rl, rl->req->targets.v[i], &unload.targets);
	r = kmt_plan_unload(rl->snap, &unload, rl->plan, in_use, rl->err);
	kmt_vec_free(&unload.targets);
	return r;
}

int kmt_plan_reload(const struct kmt_snapshot *snap, const struct kmt_reload_request *req,
	struct kmt_plan *plan, const struct kmt_procmod **in_use, struct kmt_err *err)
{
	struct reload rl = {.snap = snap, .req = req, .plan = plan, .err = err};
	const struct kmt_load_request load = {
		.targets = req->targets, .params = req->params, .cwd = req->cwd, .before = snap};
	int r = plan_unload(&rl, in_use);

	if (!r) {
		plan_restores(&rl);
		r = add_load(&rl, &load);
	}
	if (!r)
		r = load_holders(&rl);
	if (r < 0)
		kmt_plan_free(plan);
	kmt_vec_free(&rl.files);
	kmt_modfacts_free(&rl.facts);
	return r;
}
