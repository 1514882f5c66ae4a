/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `kmtool browse`: becomes kmtool-browse, a program of its own, so that this one needs no ncurses. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <kmt/cmd/browse.h>
#include <kmt/sys/paths.h>

#include "cmds_priv.h"

#define PROGRAM "kmtool-browse"

static const char *const views[] = {
	"auto", "loaded", "available", "built-in", "config", "log", "devices", NULL};

static const struct kmt_opt browse_options[] = {
	{"view", 0, KMT_OPT_CHOICE, "VIEW", KMT_COMPLETE_CHOICE, views,
		"start with VIEW: loaded, available, built-in, config, log or devices (default: auto)",
		offsetof(struct kmt_browse_opts, view), 0},
	{"filter", 0, KMT_OPT_STRING, "TEXT", .help = "show only the rows of the first view that have TEXT",
		.offset = offsetof(struct kmt_browse_opts, filter)},
	{"readonly", 0, KMT_OPT_FLAG, .help = "read-only: show plans, but do not run them",
		.offset = offsetof(struct kmt_browse_opts, readonly)},
	{"no-mouse", 0, KMT_OPT_FLAG, .help = "disable mouse support",
		.offset = offsetof(struct kmt_browse_opts, no_mouse)},
	{0},
};

/* Its place beside this program, as in a build tree. */
static char *beside(void)
{
	char self[4096];
	ssize_t n = readlink(KMT_PATH_PROC_SELF_EXE, self, sizeof(self) - 1);
	char *slash;

	self[n > 0 ? n : 0] = '\0';
	slash = strrchr(self, '/');
	return slash ? kmt_asprintf("%.*s/%s", (int)(slash - self), self, PROGRAM) : NULL;
}

static void add_option(struct kmt_strv *out, const char *name, const char *value)
{
	if (!value)
		return;
	kmt_vec_push(out, name);
	kmt_vec_push(out, value);
}

static void add_arguments(
	const struct kmt_env *env, const struct kmt_browse_opts *opts, struct kmt_strv *out)
{
	static const char *const colors[] = {
		[KMT_COLOR_AUTO] = "auto", [KMT_COLOR_ALWAYS] = "always", [KMT_COLOR_NEVER] = "never"};

	kmt_vec_push(out, PROGRAM);
	add_option(out, "--root", env->g.root);
	add_option(out, "--kernel", env->g.kernel);
	add_option(out, "--color", colors[env->g.color]);
	add_option(out, "--view", views[opts->view]);
	add_option(out, "--sort", env->g.sort);
	add_option(out, "--filter", opts->filter);
	if (env->g.ascii)
		kmt_vec_push(out, "--ascii");
	if (opts->readonly)
		kmt_vec_push(out, "--readonly");
	if (opts->no_mouse)
		kmt_vec_push(out, "--no-mouse");
	kmt_vec_push(out, NULL);
}

static int run_browse(struct kmt_env *env, const void *options, struct kmt_err *err)
{
	static const char installed[] = KMT_LIBEXECDIR "/" PROGRAM;
	kmt_autofree char *near = beside();
	struct kmt_strv args = {0};
	int r;

	add_arguments(env, options, &args);
	if (near)
		execv(near, (char *const *)args.v);
	if (!near || errno == ENOENT)
		execv(installed, (char *const *)args.v);
	if (errno == ENOENT)
		r = kmt_err_set(err, KMT_ERR_NOT_FOUND, ENOENT,
			"the browser is not installed: there is no %s", installed);
	else
		r = kmt_err_errno(err, errno, "%s", installed);
	kmt_err_hint(err, "it comes with kmtool where ncurses is there; 'kmtool list' and 'kmtool info' "
			  "do without");
	kmt_vec_free(&args);
	return r;
}

static const char *const browse_examples[] = {"kmtool browse", "browse the modules of this machine",
	"kmtool browse --root /mnt/image", "browse an unpacked image",
	"kmtool browse --view devices --filter 'no driver'", "start with devices that nothing drives", NULL};

const struct kmt_cmd kmt_cmd_browse = {
	.name = "browse",
	.summary = "Browse modules in a full-screen terminal interface",
	.opts = browse_options,
	.opts_size = sizeof(struct kmt_browse_opts),
	.examples = browse_examples,
	.takes = KMT_TAKES_MACHINE | KMT_TAKES_ASCII | KMT_TAKES_SORT,
	.run = run_browse,
};
