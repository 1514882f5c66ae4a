/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `kmtool kernels`: which kernels are installed, and in which state their module trees are. */
#include "kernels_priv.h"

#include <errno.h>

#include <kmt/cmd/banner.h>
#include <kmt/cmd/print.h>
#include <kmt/model/snapshot.h>
#include <kmt/sys/paths.h>

#include "cmds_priv.h"

static void get_version(const void *data, void *ctx, struct kmt_cell *out)
{
	const struct kmt_kernel_row *row = data;

	out->s = row->version;
	out->hue = row->running ? KMT_HUE_BOLD : KMT_HUE_NONE;
}

static void get_running(const void *data, void *ctx, struct kmt_cell *out)
{
	const struct kmt_kernel_row *row = data;

	out->n = row->running;
	out->hue = row->running ? KMT_HUE_GOOD : KMT_HUE_DIM;
}

static const struct kmt_kernel_tree *tree_of(const void *data, void *ctx, struct kmt_cell *out)
{
	struct kmt_kernel_row *row = (struct kmt_kernel_row *)data;

	out->absent = !row->has_tree;
	return kmt_kernel_tree(ctx, row);
}

static void get_modules(const void *row, void *ctx, struct kmt_cell *out)
{
	out->n = tree_of(row, ctx, out)->modules;
}

static void get_size(const void *row, void *ctx, struct kmt_cell *out)
{
	out->n = tree_of(row, ctx, out)->size;
}

static void get_packing(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = tree_of(row, ctx, out)->packing;
}

static void get_index(const void *row, void *ctx, struct kmt_cell *out)
{
	static const char *const words[] = {
		[KMT_KERNEL_INDEX_NONE] = "none",
		[KMT_KERNEL_INDEX_OK] = "ok",
		[KMT_KERNEL_INDEX_STALE] = "stale",
		[KMT_KERNEL_INDEX_MISSING] = "missing",
		[KMT_KERNEL_INDEX_DAMAGED] = "damaged",
		[KMT_KERNEL_INDEX_UNKNOWN] = "unknown",
	};
	enum kmt_kernel_index index = tree_of(row, ctx, out)->index;

	out->absent = false;
	out->s = words[index];
	out->hue = index == KMT_KERNEL_INDEX_OK ? KMT_HUE_GOOD : KMT_HUE_BAD;
}

static void get_image(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = ((const struct kmt_kernel_row *)row)->image;
}

static void get_initrd(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = ((const struct kmt_kernel_row *)row)->initrd;
}

static void get_note(const void *data, void *ctx, struct kmt_cell *out)
{
	const struct kmt_kernel_row *row = data;

	out->s = row->has_tree ? tree_of(data, ctx, out)->note : "has no module tree";
	out->hue = KMT_HUE_WARN;
}

static const struct kmt_column columns[] = {
	{"version", "VERSION", KMT_CELL_STRING, true, .whole = true, .help = "kernel release",
		.get = get_version},
	{"running", "RUNNING", KMT_CELL_BOOL, true, .help = "whether it is the kernel that runs",
		.get = get_running},
	{"modules", "MODULES", KMT_CELL_NUMBER, true, .help = "module files in its tree",
		.get = get_modules},
	{"size", "SIZE", KMT_CELL_SIZE, true, .help = "of these files", .get = get_size},
	{"index", "INDEX", KMT_CELL_STRING, true, .whole = true,
		.help = "ok, stale, missing, damaged, unknown, or none without a tree", .get = get_index},
	{"image", "IMAGE", KMT_CELL_STRING, true, .path = true, .help = "the kernel image", .get = get_image},
	{"initrd", "INITRD", KMT_CELL_STRING, true, .path = true,
		.help = "the initramfs image", .get = get_initrd},
	{"note", "NOTE", KMT_CELL_STRING, true, .help = "what is wrong with its tree", .get = get_note},
	{"packing", "PACKING", KMT_CELL_STRING, false,
		.help = "how modules are compressed: none, gz, xz, zst or mixed", .get = get_packing},
	{0},
};

static int run_kernels(struct kmt_env *env, const void *opts, struct kmt_err *err)
{
	kmt_auto(kmt_selection_free) struct kmt_selection sel = {0};
	struct kmt_kernels k = {.root = &env->root, .diag = &env->diag};
	struct kmt_rows rows = {.columns = columns, .ctx = &k, .json_name = "kernels"};
	struct kmt_snapshot snap;
	int r = kmt_cmd_select(env, &sel, err);

	/* Of the running kernel only its name, and whether it knows modules at all. */
	if (!r)
		r = kmt_snapshot_take(&snap, &env->root, NULL, KMT_SNAP_LOADED, &env->diag, err);
	if (r)
		return r;
	kmt_banner(env, &snap, KMT_BANNER_MODULES | KMT_BANNER_TREE);
	kmt_kernels_find(&k, snap.version);
	rows.rows = (const void **)k.rows.v;
	rows.n = k.rows.n;
	if (rows.n)
		r = kmt_cmd_print_telling(env, &rows, NULL, err);
	else
		r = kmt_err_set(err, KMT_ERR_NOT_FOUND, ENOENT,
			"no kernel has a module tree below %s%s", env->root.path, KMT_PATH_MODULES_DIR);
	kmt_kernels_free(&k);
	kmt_snapshot_free(&snap);
	return r;
}

static const char *const examples[] = {"kmtool kernels", "what is installed, and what runs",
	"kmtool kernels --raw -o version,index", "whether all indexes are up to date", NULL};

const struct kmt_cmd kmt_cmd_kernels = {
	.name = "kernels",
	.summary = "List installed kernels with the state of their module trees",
	.columns = columns,
	.examples = examples,
	.takes = KMT_TAKES_ROOT | KMT_TAKES_ROWS,
	.run = run_kernels,
};
