/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `kmtool new`: the sources of a new module, in a directory of their own. */
#include <errno.h>
#include <pwd.h>
#include <string.h>
#include <unistd.h>

#include <kmt/base/alloc.h>
#include <kmt/cmd/banner.h>
#include <kmt/cmd/opt.h>
#include <kmt/out/skeleton.h>
#include <kmt/sys/file.h>

#include "cmds_priv.h"

struct new_opts {
	struct kmt_strv with;
};

static const struct kmt_opt new_options[] = {
	{"with", 'w', KMT_OPT_LIST, "PART,...", KMT_COMPLETE_CHOICE, kmt_skeleton_parts,
		"optional parts: params (a parameter), export (a function for others), debugfs (a file)",
		.offset = offsetof(struct new_opts, with)},
	{0},
};

/* The user's full name: the first field of GECOS; without one the login name. */
static char *author_name(void)
{
	const struct passwd *user = getpwuid(getuid());
	size_t n = user && user->pw_gecos ? strcspn(user->pw_gecos, ",") : 0;

	if (n)
		return kmt_strndup(user->pw_gecos, n);
	return kmt_strdup(user ? user->pw_name : "unknown");
}

/* --dry-run: the files' texts, each below its name. */
static void show(const char *name, const struct kmt_skeleton *skeleton)
{
	for (size_t i = 0; i < skeleton->n; i++) {
		const struct kmt_skeleton_file *file = &skeleton->files[i];

		printf("%s==> %s/%s <==\n", i ? "\n" : "", name, file->name);
		fwrite(file->text.s, 1, file->text.len, stdout);
	}
}

static int write_files(const char *name, const struct kmt_skeleton *skeleton, struct kmt_err *err)
{
	struct kmt_new_file files[KMT_SKELETON_FILES_MAX];
	kmt_autofree char *dir = kmt_asprintf("/%s", name);
	struct kmt_root here;
	int r = kmt_root_open(&here, ".", err);

	if (r < 0)
		return r;
	for (size_t i = 0; i < skeleton->n; i++)
		files[i] = (struct kmt_new_file){
			skeleton->files[i].name, skeleton->files[i].text.s, skeleton->files[i].text.len};
	r = kmt_file_new_dir(&here, dir, files, skeleton->n, err);
	kmt_root_close(&here);
	if (r == -EEXIST)
		kmt_err_hint(err, "nothing was changed; take another name, or remove it first");
	return r;
}

static int run_new(struct kmt_env *env, const void *options, struct kmt_err *err)
{
	const struct new_opts *opts = options;
	kmt_auto(kmt_skeleton_free) struct kmt_skeleton skeleton = {0};
	kmt_autofree char *author = author_name();
	const char *name = env->argv[0];
	unsigned int parts = 0;
	int r = kmt_opt_words("with", &opts->with, kmt_skeleton_parts, &parts, err);

	if (!r)
		r = kmt_skeleton_make(&skeleton, name, author, parts, err);
	if (r < 0)
		return r;
	if (env->g.dry_run) {
		show(name, &skeleton);
		return 0;
	}
	r = write_files(name, &skeleton, err);
	if (r < 0)
		return r;
	for (size_t i = 0; i < skeleton.n && !env->g.quiet; i++)
		printf("created %s/%s\n", name, skeleton.files[i].name);
	kmt_note(env,
		"build it with 'make -C %s' (needs the kernel headers, package linux-headers-$(uname -r)), load it "
		"with 'kmtool load %s/%s.ko'",
		name, name, name);
	return 0;
}

static const char *const new_examples[] = {"kmtool new my_module", "a minimal module",
	"kmtool new my_module --with params,debugfs", "with a parameter and a file in debugfs",
	"kmtool new -n my_module", "print the files, write nothing", NULL};

const struct kmt_cmd kmt_cmd_new = {
	.name = "new",
	.group = KMT_CMD_BUILD,
	.summary = "Create the sources of a new module in a new directory",
	.operands = "NAME",
	.opts = new_options,
	.opts_size = sizeof(struct new_opts),
	.examples = new_examples,
	.takes = KMT_TAKES_DRY_RUN,
	.run = run_new,
};
