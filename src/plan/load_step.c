/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From a module to its step: nothing to do, refused, an install command, or the insertion of a file. */
#include "load_priv.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include <kmt/base/alloc.h>
#include <kmt/model/config.h>
#include <kmt/model/obstacle.h>

/* As many files that a person names are kept open; the others are only recognized. */
#define MAX_HELD 64

static bool is_required(const struct kmt_load *load, const struct kmt_load_node *node)
{
	return node->required == load->round && !load->optional;
}

static struct kmt_step *find_step(struct kmt_load *load, const char *name)
{
	size_t at = (size_t)kmt_map_get(&load->steps, name);

	return at ? &load->plan->steps.v[at - 1] : NULL;
}

static struct kmt_step new_step(const struct kmt_load *load, const struct kmt_load_node *node,
	const struct kmt_load_reason *reason, enum kmt_step_kind kind)
{
	return (struct kmt_step){
		.kind = kind,
		.module = node->name,
		.why = reason->why,
		.because_of = reason->because_of,
		.origin = reason->origin,
		.required = is_required(load, node),
	};
}

/* A plan outlives the snapshot and the request that it was made from. */
static void push_step(struct kmt_load *load, const struct kmt_step *step)
{
	struct kmt_step own = *step;

	own.path = kmt_load_own(load, step->path);
	own.command = kmt_load_own(load, step->command);
	own.because_of = kmt_load_own(load, step->because_of);
	own.origin.file = kmt_load_own(load, step->origin.file);
	own.reason = kmt_load_own(load, step->reason);
	own.module = kmt_load_own(load, step->module);
	kmt_vec_push(&load->plan->steps, own);
	kmt_map_set(&load->steps, own.module, (void *)load->plan->steps.n);
}

void kmt_load_skip(struct kmt_load *load, const struct kmt_load_node *node,
	const struct kmt_load_reason *reason, enum kmt_skip skip, const char *words)
{
	struct kmt_step step = new_step(load, node, reason, KMT_STEP_SKIP);

	if (find_step(load, node->name))
		return;
	step.skip = skip;
	step.reason = words;
	step.required = false;
	push_step(load, &step);
}

bool kmt_load_in_kernel(
	const struct kmt_load *load, const struct kmt_load_node *node, enum kmt_skip *skip)
{
	const struct kmt_procmod *loaded;

	/* A module with a file whose name is also that of a built-in: only -D ignores that. */
	*skip = KMT_SKIP_BUILTIN;
	if (node->builtin)
		return true;
	if (load->req->ignore_loaded)
		return false;
	if (kmt_modindex_find_builtin(&load->snap->index, node->name))
		return true;
	*skip = KMT_SKIP_LOADED;
	loaded = kmt_map_get(&load->snap->loaded_by_name, node->name);
	return loaded && loaded->state == KMT_STATE_LIVE;
}

/* The kernel takes no second module of the name until the first one is gone. */
static bool is_unloading(const struct kmt_load *load, const struct kmt_load_node *node)
{
	const struct kmt_procmod *loaded = kmt_map_get(&load->snap->loaded_by_name, node->name);

	return loaded && loaded->state == KMT_STATE_UNLOADING && !load->req->ignore_loaded;
}

/* NODE cannot be had: an error if it is needed, else a step that says so. */
static int refuse(struct kmt_load *load, const struct kmt_load_node *node,
	const struct kmt_load_reason *reason, enum kmt_skip skip, const char *words, const char *hint)
{
	if (!is_required(load, node)) {
		kmt_load_skip(load, node, reason, skip, words);
		return 0;
	}
	kmt_err_set(load->err, KMT_ERR_REFUSED, EPERM, "module %s is %s", node->name, words);
	if (strcmp(node->name, load->target->name) != 0)
		kmt_err_wrap(load->err, "%s cannot be loaded without %s", load->target->name, node->name);
	if (hint)
		kmt_err_hint(load->err, "%s", hint);
	return -EPERM;
}

static int refuse_by_kernel(
	struct kmt_load *load, const struct kmt_load_node *node, const struct kmt_load_reason *reason)
{
	const char *hint = kmt_arena_printf(&load->plan->arena,
		"remove %s from module_blacklist= on the kernel command line and reboot",
		node->name);

	return refuse(load, node, reason, KMT_SKIP_BLACKLISTED,
		"blacklisted by module_blacklist= on the kernel command line: the kernel itself refuses it",
		hint);
}

static int refuse_by_command(struct kmt_load *load, const struct kmt_load_node *node,
	const struct kmt_load_reason *reason, const struct kmt_conf_line *line)
{
	const char *words = kmt_arena_printf(&load->plan->arena, "blocked by %s: install %s %s",
		kmt_origin_text(&line->origin, &load->plan->arena), line->pattern,
		line->value + strspn(line->value, " \t"));

	return refuse(load, node, reason, KMT_SKIP_BLOCKED, words,
		"remove that line, or leave all configuration aside with --no-config");
}

static int add_command(struct kmt_load *load, const struct kmt_load_node *node,
	const struct kmt_load_reason *reason, const struct kmt_conf_line *line)
{
	struct kmt_step step = new_step(load, node, reason, KMT_STEP_RUN);
	int r;

	step.why = KMT_WHY_INSTALL_COMMAND;
	step.command = line->value;
	step.origin = line->origin;
	r = kmt_load_params(load, node, &step);
	if (!r)
		push_step(load, &step);
	return r;
}

/* No index has a file of this name. */
static int add_nothing(
	struct kmt_load *load, const struct kmt_load_node *node, const struct kmt_load_reason *reason)
{
	const struct kmt_origin *origin = &reason->origin;

	if (!is_required(load, node)) {
		kmt_load_skip(load, node, reason, KMT_SKIP_NO_FILE,
			kmt_arena_printf(&load->plan->arena, "the module %s has no file", node->name));
		return 0;
	}
	if (node->command)
		return kmt_err_set(load->err, KMT_ERR_NOT_FOUND, ENOENT,
			"there is no module %s, only a %s line for it in %s", node->name,
			kmt_conf_kind_name(node->command->kind),
			kmt_origin_text(&node->command->origin, &load->plan->arena));
	if (origin->file)
		return kmt_err_set(load->err, KMT_ERR_NOT_FOUND, ENOENT,
			"%s makes %s an alias of %s, and there is no such module",
			kmt_origin_text(origin, &load->plan->arena), node->alias, node->name);
	kmt_err_set(load->err, KMT_ERR_FAILED, ENOENT,
		"%s is an alias of %s, but %s%s/modules.dep has no such module: the indexes do not fit together",
		node->alias ? node->alias : node->name, node->name, load->snap->root->path,
		load->snap->index.dir);
	kmt_modindex_hint_rebuild(&load->snap->index, load->err);
	return -ENOENT;
}

static int see(struct kmt_load *load, const struct kmt_load_node *node, const struct stat *st, int *fd,
	struct kmt_step *step)
{
	struct kmt_step_file *file;

	if (node->is_file && !kmt_step_file_same(&node->seen, st))
		return kmt_err_set(load->err, KMT_ERR_FAILED, ESTALE, "%s%s changed while it was read",
			load->snap->root->path, node->module->path);
	file = KMT_ARENA_NEW(&load->plan->arena, struct kmt_step_file);
	file->st = *st;
	file->fd = node->is_file && load->plan->fds.n < MAX_HELD ? kmt_take_fd(fd) : -1;
	if (file->fd >= 0)
		kmt_vec_push(&load->plan->fds, file->fd);
	step->file = file;
	return 0;
}

/* Whether the file of an insertion can be read; then STEP inserts this one and no other. */
static int check_file(struct kmt_load *load, const struct kmt_load_node *node, struct kmt_step *step)
{
	const struct kmt_snapshot *snap = load->snap;
	const char *path = node->module->path;
	struct stat st;
	kmt_autoclose int fd = kmt_root_open_file(snap->root, path, 0, &st);
	int r = fd;

	if (r >= 0)
		return see(load, node, &st, &fd, step);
	if (r == -EINVAL)
		return kmt_err_set(load->err, KMT_ERR_FAILED, EINVAL, "%s%s is not a regular file",
			snap->root->path, path);
	kmt_err_errno(load->err, -r, "%s%s", snap->root->path, path);
	if (r == -ENOENT && load->err) {
		/* The module is known; that its file is gone is a failure of the tree. */
		load->err->kind = KMT_ERR_FAILED;
		kmt_err_wrap(load->err, "module %s is in the index, but its file is not there",
			node->name);
		kmt_modindex_hint_rebuild(&snap->index, load->err);
	}
	return r;
}

static int add_insertion(
	struct kmt_load *load, const struct kmt_load_node *node, const struct kmt_load_reason *reason)
{
	struct kmt_step step = new_step(load, node, reason, KMT_STEP_INSERT);
	int r = check_file(load, node, &step);

	if (r < 0 && !step.required) {
		kmt_load_warn(load, "%s", load->err ? load->err->msg : node->module->path);
		kmt_load_skip(load, node, reason, KMT_SKIP_NO_FILE, "its file cannot be read");
		kmt_err_clear(load->err);
		return 0;
	}
	if (r < 0)
		return r;
	step.path = node->module->path;
	step.flags = load->req->insert_flags;
	r = kmt_load_params(load, node, &step);
	if (!r)
		push_step(load, &step);
	return r;
}

/* What a soft dependency could do without, and is needed after all. */
static bool must_refuse_again(const struct kmt_step *step, bool required)
{
	return required && step->kind == KMT_STEP_SKIP && step->skip != KMT_SKIP_LOADED &&
	       step->skip != KMT_SKIP_BUILTIN;
}

/* A name that an install line makes up was found by that line: no pattern comes before it. */
static int find_install(struct kmt_load *load, const struct kmt_load_node *node, struct kmt_install *out)
{
	int r;

	*out = (struct kmt_install){0};
	if (load->req->no_config)
		return 0;
	r = kmt_install_find(load->snap, node->name, out, load->err);
	if (!r && node->command && node->command->kind == KMT_CONF_INSTALL) {
		out->line = node->command;
		out->blocks = kmt_config_command_blocks(node->command->value);
	}
	return r;
}

/* The install line whose command modprobe runs; NULL: it inserts the file. */
static const struct kmt_conf_line *install_line(const struct kmt_load *load, const struct kmt_load_node *node)
{
	if ((load->req->ignore_commands && node == load->target) || node->pre.n || node->post.n)
		return NULL;
	if (node->command && node->command->kind == KMT_CONF_INSTALL)
		return node->command;
	return kmt_confindex_first(&load->snap->lines, KMT_CONF_INSTALL, node->name, load->req->no_config);
}

/* What modprobe does when it comes to NODE. */
static int add_visit(
	struct kmt_load *load, const struct kmt_load_node *node, const struct kmt_load_reason *reason)
{
	const struct kmt_conf_line *line = install_line(load, node);
	struct kmt_step step = new_step(load, node, reason, KMT_STEP_SKIP);
	int r = 0;

	step.skip = node->builtin ? KMT_SKIP_BUILTIN : KMT_SKIP_NO_FILE;
	if (line)
		return add_command(load, node, reason, line);
	if (!node->builtin && node->module) {
		step.kind = KMT_STEP_INSERT;
		step.skip = KMT_SKIP_NONE;
		step.path = node->module->path;
		step.flags = load->req->insert_flags;
		r = kmt_load_params(load, node, &step);
	}
	if (!r)
		push_step(load, &step);
	return r;
}

int kmt_load_add(struct kmt_load *load, struct kmt_load_node *node, const struct kmt_load_reason *reason)
{
	struct kmt_step *before = find_step(load, node->name);
	struct kmt_install install;
	enum kmt_skip skip;
	int r;

	if (load->all_visits)
		return add_visit(load, node, reason);
	if (before && !must_refuse_again(before, is_required(load, node))) {
		before->required |= is_required(load, node);
		/* A dependency of an earlier target, and now a target: it gets the parameters too. */
		return node == load->target && before->kind == KMT_STEP_INSERT
			       ? kmt_load_params(load, node, before)
			       : 0;
	}
	if (kmt_load_in_kernel(load, node, &skip)) {
		kmt_load_skip(load, node, reason, skip,
			skip == KMT_SKIP_LOADED ? "already loaded" : "built into the kernel");
		return 0;
	}
	if (is_unloading(load, node))
		return refuse(load, node, reason, KMT_SKIP_UNLOADING,
			"being unloaded: its exit function has not returned",
			"load it again when it is gone");
	if (kmt_config_kernel_blacklisted(load->snap, node->name))
		return refuse_by_kernel(load, node, reason);
	r = find_install(load, node, &install);
	if (r < 0)
		return r;
	if (install.line && !install.softdep)
		return install.blocks ? refuse_by_command(load, node, reason, install.line)
				      : add_command(load, node, reason, install.line);
	return node->module ? add_insertion(load, node, reason) : add_nothing(load, node, reason);
}
