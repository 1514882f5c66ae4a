/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `kmtool kernels`: which kernels are installed, and in which state their module trees are. */
#include <kmt/cmd/banner.h>
#include <kmt/cmd/print.h>
#include <kmt/index/health.h>
#include <kmt/model/kernels.h>
#include <kmt/model/snapshot.h>
#include <kmt/out/rows.h>
#include <kmt/source/moduletree.h>

#include "cmds_priv.h"

struct kernel_row {
	const struct kmt_installed *kernel;
	bool read;
	struct kmt_index_health tree; /* filled when a cell is asked for */
};

struct kernels {
	struct kmt_kernels found;
	KMT_VEC(struct kernel_row) rows;
};

static void get_version(const void *data, void *ctx, struct kmt_cell *out)
{
	const struct kmt_installed *row = ((const struct kernel_row *)data)->kernel;

	out->s = row->version;
	out->hue = row->running ? KMT_HUE_BOLD : KMT_HUE_NONE;
}

static void get_running(const void *data, void *ctx, struct kmt_cell *out)
{
	const struct kmt_installed *row = ((const struct kernel_row *)data)->kernel;

	out->n = row->running;
	out->hue = row->running ? KMT_HUE_GOOD : KMT_HUE_DIM;
}

/* Walks the tree of a row, once. */
static const struct kmt_index_health *tree_of(const void *data, void *ctx, struct kmt_cell *out)
{
	struct kernel_row *row = (struct kernel_row *)data;
	struct kernels *k = ctx;

	out->absent = !row->kernel->has_tree;
	if (!row->read && row->kernel->has_tree)
		kmt_index_health(k->found.root, row->kernel->version, &k->found.arena, &row->tree);
	row->read = true;
	return &row->tree;
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
	enum kmt_index_state state = tree_of(row, ctx, out)->state;

	out->absent = false;
	out->s = kmt_index_state_name(state);
	out->hue = state == KMT_INDEX_OK ? KMT_HUE_GOOD : KMT_HUE_BAD;
}

static void get_image(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = ((const struct kernel_row *)row)->kernel->image;
}

static void get_initrd(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = ((const struct kernel_row *)row)->kernel->initrd;
}

static void get_note(const void *data, void *ctx, struct kmt_cell *out)
{
	const struct kmt_installed *row = ((const struct kernel_row *)data)->kernel;

	out->s = row->has_tree ? tree_of(data, ctx, out)->note : "has no module tree";
	out->hue = KMT_HUE_WARN;
}

static const struct kmt_column columns[] = {
	{"version", "VERSION", KMT_CELL_STRING, true, .whole = true, .help = "kernel release",
		.get = get_version},
	{"running", "RUNNING", KMT_CELL_BOOL, true, .help = "whether it is the running kernel",
		.get = get_running},
	{"modules", "MODULES", KMT_CELL_NUMBER, true, .help = "module files in its tree",
		.get = get_modules},
	{"size", "SIZE", KMT_CELL_SIZE, true, .help = "total size of these files", .get = get_size},
	{"index", "INDEX", KMT_CELL_STRING, true, .whole = true,
		.help = "ok, stale, missing, damaged, unknown, or none without a tree", .get = get_index},
	{"image", "IMAGE", KMT_CELL_STRING, true, .path = true, .help = "the kernel image", .get = get_image},
	{"initrd", "INITRD", KMT_CELL_STRING, true, .path = true,
		.help = "the initramfs image", .get = get_initrd},
	{"note", "NOTE", KMT_CELL_STRING, true, .help = "the first problem of its tree or index", .get = get_note},
	{"packing", "PACKING", KMT_CELL_STRING, false,
		.help = "how modules are compressed: none, gz, xz, zst or mixed", .get = get_packing},
	{0},
};

static int run_kernels(struct kmt_env *env, const void *opts, struct kmt_err *err)
{
	kmt_auto(kmt_selection_free) struct kmt_selection sel = {0};
	struct kernels k = {0};
	struct kmt_rows rows = {.columns = columns, .ctx = &k, .json_name = "kernels"};
	struct kmt_snapshot snap;
	int r = kmt_cmd_select(env, &sel, err);

	/* Of the running kernel only its name, and whether it knows modules at all. */
	if (!r)
		r = kmt_snapshot_take(&snap, &env->root, NULL, KMT_SNAP_LOADED, &env->diag, err);
	if (r)
		return r;
	kmt_banner(env, &snap, KMT_BANNER_MODULES | KMT_BANNER_TREE);
	kmt_kernels_find(&k.found, &env->root, snap.version);
	for (size_t i = 0; i < k.found.rows.n; i++)
		kmt_vec_push(&k.rows, (struct kernel_row){.kernel = k.found.rows.v[i]});
	rows.n = k.rows.n;
	rows.rows = kmt_realloc_array(NULL, rows.n + 1, sizeof(*rows.rows));
	for (size_t i = 0; i < rows.n; i++)
		rows.rows[i] = &k.rows.v[i];
	if (rows.n)
		r = kmt_cmd_print_telling(env, &rows, NULL, err);
	else
		r = kmt_moduletree_missing(&env->root, "", err);
	free(rows.rows);
	kmt_vec_free(&k.rows);
	kmt_kernels_free(&k.found);
	kmt_snapshot_free(&snap);
	return r;
}

static const char *const examples[] = {"kmtool kernels", "installed kernels, and the running one",
	"kmtool kernels --raw -o version,index", "whether all indexes are up to date", NULL};

const struct kmt_cmd kmt_cmd_kernels = {
	.name = "kernels",
	.summary = "List installed kernels with the state of their module trees",
	.columns = columns,
	.examples = examples,
	.takes = KMT_TAKES_ROOT | KMT_TAKES_ROWS,
	.run = run_kernels,
};
