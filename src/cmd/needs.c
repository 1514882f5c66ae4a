/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `kmtool needs`: which modules a disk, an image, a mount point or a filesystem needs. */
#include <errno.h>
#include <json.h>
#include <stdio.h>
#include <string.h>

#include <kmt/cmd/banner.h>
#include <kmt/cmd/opt.h>
#include <kmt/cmd/print.h>
#include <kmt/out/json.h>
#include <kmt/out/needs.h>

#include "cmds_priv.h"

enum format {
	FORMAT_TREE,
	FORMAT_LIST,
	FORMAT_PATHS,
	FORMAT_JSON,
	FORMAT_DRACUT,
	FORMAT_MKINITCPIO,
	FORMAT_INITRAMFS_TOOLS,
	FORMAT_BOOSTER,
};

static const char *const formats[] = {
	"tree", "list", "paths", "json", "dracut", "mkinitcpio", "initramfs-tools", "booster", NULL};
static const char *const kinds[] = {"fs", "storage", "crypto", "nls", "firmware", NULL};

struct needs_opts {
	bool boot, no_builtin;
	int format;
	struct kmt_strv with;
	const char *mount_options, *compare;
};

static const struct kmt_opt options[] = {
	{"auto", 0, KMT_OPT_FLAG, .help = "what is mounted at boot: /, /usr, /boot, the EFI partition, swap",
		.offset = offsetof(struct needs_opts, boot)},
	{"format", 'f', KMT_OPT_CHOICE, "FORMAT", KMT_COMPLETE_CHOICE, formats,
		"tree, list (loading order), paths, json, or lines for an initramfs generator",
		offsetof(struct needs_opts, format), 0},
	{"with", 'w', KMT_OPT_LIST, "KIND,...", KMT_COMPLETE_CHOICE, kinds,
		"only these: fs, storage, crypto, nls, firmware", offsetof(struct needs_opts, with), 0},
	{"mount-options", 'm', KMT_OPT_STRING, "OPTIONS", .help = "as mount -o would get them: iocharset=utf8",
		.offset = offsetof(struct needs_opts, mount_options)},
	{"no-builtin", 0, KMT_OPT_FLAG, .help = "leave out what is built into the kernel",
		.offset = offsetof(struct needs_opts, no_builtin)},
	{"compare", 0, KMT_OPT_STRING, "IMAGE", KMT_COMPLETE_FILE,
		.help = "show what an initramfs image lacks of it", .offset = offsetof(struct needs_opts, compare)},
	{0},
};

static int print_rows(struct kmt_env *env, const struct kmt_needs *needs, const struct kmt_needs_rows *list,
	bool tree, const char *usual, struct kmt_err *err)
{
	kmt_auto(kmt_selection_free) struct kmt_selection sel = {0};
	kmt_autofree size_t *parents = kmt_realloc_array(NULL, list->rows.n + 1, sizeof(*parents));
	const char *output = env->g.output;
	kmt_autofree char *with = NULL;
	int r;

	for (size_t i = 0; i < list->rows.n; i++)
		parents[i] = list->rows.v[i]->parent;
	if (!output)
		output = usual;
	else if (*output == '+')
		output = with = kmt_asprintf("%s,%s", usual, output + 1);
	r = kmt_select(kmt_needs_columns, output, env->g.sort, &sel, err);
	if (r)
		return r;
	return kmt_cmd_print(env,
		&(struct kmt_rows){
			.columns = kmt_needs_columns,
			.rows = (const void **)list->rows.v,
			.n = list->rows.n,
			.ctx = (void *)needs,
			.json_name = "needs",
			.parents = tree ? parents : NULL,
		},
		&sel, err);
}

/* For people: what it comes to. */
static void print_summary(const struct kmt_env *env, const struct kmt_needs *needs)
{
	size_t builtin = 0;

	if (env->g.raw || env->g.quiet || kmt_needs_outcome(needs) == KMT_NEEDS_UNRECOGNISED ||
		kmt_needs_outcome(needs) == KMT_NEEDS_UNCLEAR)
		return;
	for (size_t i = 0; i < needs->modules.n; i++)
		builtin += needs->modules.v[i]->builtin;
	printf("%zu module%s to include, %zu built in, %zu missing\n", needs->modules.n - builtin,
		needs->modules.n - builtin == 1 ? "" : "s", builtin, needs->missing.n);
}

static int print_tree(
	struct kmt_env *env, const struct kmt_needs *needs, bool no_builtin, struct kmt_err *err)
{
	struct kmt_needs_rows rows = {0};
	int r;

	/* The error is all that there is to tell. */
	if (!env->g.raw && needs->places.n == 1 && needs->places.v[0]->problem && !needs->places.v[0]->needs.n)
		return 0;
	kmt_needs_tree(needs, no_builtin, &rows);
	r = print_rows(env, needs, &rows, true, "needs,state,why", err);
	if (!r)
		print_summary(env, needs);
	kmt_needs_rows_free(&rows);
	return r;
}

static int print_list(
	struct kmt_env *env, const struct kmt_needs *needs, bool no_builtin, struct kmt_err *err)
{
	struct kmt_needs_rows rows = {0};
	int r;

	kmt_needs_list(needs, no_builtin, &rows);
	r = print_rows(env, needs, &rows, false, "needs,state,why", err);
	kmt_needs_rows_free(&rows);
	return r;
}

/* The modules that have a file, between BEFORE and AFTER, with SEP between them. */
static void print_names(
	const struct kmt_needs *needs, const char *before, const char *sep, const char *after, bool paths)
{
	const char *between = "";

	fputs(before, stdout);
	for (size_t i = 0; i < needs->modules.n; i++) {
		const struct kmt_need *need = needs->modules.v[i];

		if (!need->found || need->builtin)
			continue;
		fputs(between, stdout);
		kmt_put_text(stdout, paths ? need->found->path : need->module);
		between = sep;
	}
	fputs(after, stdout);
}

static int print_as(struct kmt_env *env, const struct kmt_needs *needs, const struct needs_opts *opts,
	struct kmt_err *err)
{
	switch ((enum format)opts->format) {
	case FORMAT_TREE:
		return print_tree(env, needs, opts->no_builtin, err);
	case FORMAT_LIST:
		return print_list(env, needs, opts->no_builtin, err);
	case FORMAT_JSON:
		kmt_cmd_print_document(env, kmt_needs_json(needs, opts->no_builtin));
		break;
	case FORMAT_PATHS:
		print_names(needs, "", "\n", "\n", true);
		break;
	case FORMAT_DRACUT:
		print_names(needs, "add_drivers+=\" ", " ", " \"\n", false);
		break;
	case FORMAT_MKINITCPIO:
		print_names(needs, "MODULES=(", " ", ")\n", false);
		break;
	case FORMAT_INITRAMFS_TOOLS:
		print_names(needs, "", "\n", "\n", false);
		break;
	case FORMAT_BOOSTER:
		print_names(needs, "modules: ", ",", "\n", false);
		break;
	}
	return 0;
}

/* Against an image. */

static int compare(const struct kmt_env *env, struct kmt_needs *needs, const char *image, struct kmt_err *err)
{
	struct kmt_map names = {0};
	struct stat st;
	kmt_autoclose int fd = kmt_root_open_disk(image, &st);
	int r;

	if (fd < 0)
		return kmt_err_errno(err, -fd, "%s", image);
	r = kmt_needs_read_image(fd, needs->snap->version, &needs->arena, &names, err);
	if (r)
		kmt_err_wrap(err, "%s", image);
	else if (!names.n)
		kmt_note(env, "%s has no module of kernel %s", image, needs->snap->version);
	if (!r)
		kmt_needs_compare(needs, &names);
	kmt_map_free(&names);
	return r;
}

static int print_comparison(
	struct kmt_env *env, const struct kmt_needs *needs, const char *image, struct kmt_err *err)
{
	struct kmt_needs_rows all = {0}, lacking = {0};
	int r = 0;

	kmt_needs_list(needs, false, &all);
	for (size_t i = 0; i < all.rows.n; i++)
		if (all.rows.v[i]->need->lacking || (!all.rows.v[i]->need->module))
			kmt_vec_push(&lacking.rows, all.rows.v[i]);
	if (lacking.rows.n || env->g.raw)
		r = print_rows(env, needs, &lacking, false, "needs,place,why", err);
	else if (!env->g.quiet)
		printf("%s has all of the %zu modules that are needed\n", image, needs->modules.n);
	kmt_needs_rows_free(&lacking);
	kmt_needs_rows_free(&all);
	return r;
}

static int compare_json(struct kmt_env *env, const struct kmt_needs *needs, const char *image)
{
	struct json_object *doc = kmt_needs_json(needs, false), *list = json_object_new_array();

	for (size_t i = 0; i < needs->modules.n; i++)
		if (needs->modules.v[i]->lacking)
			json_object_array_add(list, kmt_json_string(needs->modules.v[i]->module));
	json_object_object_add(doc, "image", kmt_json_string(image));
	json_object_object_add(doc, "lacking", list);
	kmt_cmd_print_document(env, doc);
	return 0;
}

/* From what was found to the exit status. */

/* The heaviest outcome is the error, the others are warnings; all of them are if there is an error already:
 * that an image lacks something holds whatever could not be read. */
static int outcome_status(struct kmt_env *env, const struct kmt_needs *needs, struct kmt_err *err)
{
	static const int statuses[] = {[KMT_NEEDS_FOUND] = 0, [KMT_NEEDS_UNRECOGNISED] = 3, [KMT_NEEDS_UNCLEAR] = 4,
		[KMT_NEEDS_DENIED] = 5};
	enum kmt_needs_outcome worst = kmt_needs_outcome(needs);

	for (size_t i = 0; i < needs->places.n; i++) {
		const struct kmt_needs_place *place = needs->places.v[i];
		const char *name = !place->part ? place->name
						: kmt_arena_printf(&env->diag.arena, "%s: %s", place->above->name, place->name);

		if (!place->problem)
			continue;
		if (place->outcome != worst || err->kind) {
			kmt_diag_add(&env->diag, NULL, "%s: %s", name, place->problem);
			continue;
		}
		kmt_err_set(err, KMT_ERR_FAILED, EINVAL, "%s: %s", name, place->problem);
		if (place->hint)
			kmt_err_hint(err, "%s", place->hint);
	}
	return statuses[worst];
}

static int lacking_status(const struct kmt_needs *needs, const char *image, struct kmt_err *err)
{
	if (!needs->lacking)
		return 0;
	kmt_err_set(err, KMT_ERR_FAILED, ENOENT, "%s lacks %zu module%s that %s needed", image, needs->lacking,
		needs->lacking == 1 ? "" : "s", needs->lacking == 1 ? "is" : "are");
	kmt_err_hint(err, "'kmtool config lint' names the command that builds the image of a kernel again");
	return 1;
}

static int missing_status(const struct kmt_needs *needs, struct kmt_err *err)
{
	if (!needs->missing.n)
		return 0;
	kmt_err_set(err, KMT_ERR_FAILED, ENOENT, "kernel %s has no module for %s%s", needs->snap->version,
		needs->missing.v[0]->request, needs->missing.n > 1 ? " and others" : "");
	return 1;
}

static void tell_firmware(struct kmt_needs *needs)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;
	const struct kmt_needs_firmware *f;
	size_t n = 0;

	kmt_vec_foreach (f, &needs->firmware) {
		if (!f->missing)
			continue;
		if (n++ < 3)
			kmt_strbuf_item(&text, ", ", "%s (%s)", f->file, f->module);
	}
	if (n)
		kmt_vec_push(&needs->notes, kmt_arena_printf(&needs->arena, "firmware that is not installed: %s%s",
						    text.s, n > 3 ? " ..." : ""));
}

static int find(
	struct kmt_env *env, struct kmt_needs *needs, const struct needs_opts *opts, struct kmt_err *err)
{
	int r = opts->boot ? kmt_needs_add_boot(needs, false, err) : 0;

	for (int i = 0; !r && i < env->argc; i++)
		r = kmt_needs_add(needs, env->argv[i], err);
	if (!r && needs->with & 1u << KMT_NEED_FIRMWARE) {
		kmt_needs_find_firmware(needs);
		tell_firmware(needs);
	}
	return r;
}

static int answer(
	struct kmt_env *env, struct kmt_needs *needs, const struct needs_opts *opts, struct kmt_err *err)
{
	int r = find(env, needs, opts, err), lacks;

	if (!r && opts->compare)
		r = compare(env, needs, opts->compare, err);
	if (r)
		return r;
	for (size_t i = 0; i < needs->notes.n; i++)
		kmt_note(env, "%s", needs->notes.v[i]);
	if (opts->compare)
		r = env->g.json ? compare_json(env, needs, opts->compare)
				: print_comparison(env, needs, opts->compare, err);
	else
		r = print_as(env, needs, opts, err);
	if (r)
		return r;
	lacks = opts->compare ? lacking_status(needs, opts->compare, err) : 0;
	r = outcome_status(env, needs, err);
	return lacks ? lacks : r ? r : missing_status(needs, err);
}

static int check(const struct kmt_env *env, struct needs_opts *opts, unsigned int *with, struct kmt_err *err)
{
	if (!opts->boot && !env->argc)
		return kmt_err_set(err, KMT_ERR_USAGE, EINVAL, "TARGET is missing: name one, or --auto");
	if (env->g.json)
		opts->format = FORMAT_JSON;
	if (opts->format == FORMAT_JSON && (env->g.output || env->g.sort))
		return kmt_err_set(err, KMT_ERR_USAGE, EINVAL, "--json and --%s cannot be used together",
			env->g.output ? "output" : "sort");
	if (env->g.raw && opts->format > FORMAT_LIST)
		return kmt_err_set(err, KMT_ERR_USAGE, EINVAL, "--raw and --format %s cannot be used together",
			formats[opts->format]);
	if (opts->compare && opts->format > FORMAT_JSON)
		return kmt_err_set(err, KMT_ERR_USAGE, EINVAL, "--compare and --format %s cannot be used together",
			formats[opts->format]);
	*with = KMT_NEEDS_ALL;
	if (opts->with.n && kmt_opt_words("with", &opts->with, kinds, with, err))
		return -EINVAL;
	/* It is the drivers that ask for firmware. */
	if (*with & 1u << KMT_NEED_FIRMWARE)
		*with |= 1u << KMT_NEED_STORAGE;
	return 0;
}

static int run_needs(struct kmt_env *env, const void *given, struct kmt_err *err)
{
	struct needs_opts opts = *(const struct needs_opts *)given;
	kmt_auto(kmt_selection_free) struct kmt_selection sel = {0};
	struct kmt_snapshot snap;
	struct kmt_needs needs;
	unsigned int with;
	int r = check(env, &opts, &with, err);

	if (!r)
		r = kmt_cmd_select(env, &sel, err);
	if (!r)
		r = kmt_snapshot_take(&snap, &env->root, env->g.kernel,
			KMT_SNAP_LOADED | KMT_SNAP_TREE | KMT_SNAP_CONFIG, &env->diag, err);
	if (r)
		return r;
	env->g.json = opts.format == FORMAT_JSON;
	kmt_banner(env, &snap, KMT_BANNER_MODULES | KMT_BANNER_TREE | KMT_BANNER_INDEX);
	kmt_needs_init(&needs, &snap);
	needs.with = with;
	needs.mount_options = opts.mount_options;
	r = answer(env, &needs, &opts, err);
	kmt_needs_free(&needs);
	kmt_snapshot_free(&snap);
	return r;
}

static const char *const examples[] = {"kmtool needs disk.img", "what the filesystems of an image need",
	"kmtool needs -k 6.12.117+deb12-amd64 /", "what the root filesystem needs in another kernel",
	"kmtool needs --auto --compare /boot/initrd.img-6.1.0-57-amd64", "what an initramfs lacks of that",
	"kmtool needs --format dracut /dev/sda2", "a line for a file in /etc/dracut.conf.d",
	"kmtool needs -m codepage=850,iocharset=utf8 stick.img", "with these mount options", NULL};

const struct kmt_cmd kmt_cmd_needs = {
	.name = "needs",
	.summary = "Show which modules a disk, image, mount point or filesystem needs",
	.operands = "[TARGET...]",
	.complete = KMT_COMPLETE_FILE,
	.opts = options,
	.opts_size = sizeof(struct needs_opts),
	.columns = kmt_needs_columns,
	.examples = examples,
	.takes = KMT_TAKES_MACHINE | KMT_TAKES_ROWS,
	.run = run_needs,
};
