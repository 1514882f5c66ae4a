/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `kmtool provides`: who answers to an alias or exports a symbol. */
#include "provides_priv.h"

#include <errno.h>
#include <string.h>

#include <kmt/base/name.h>
#include <kmt/cmd/banner.h>
#include <kmt/cmd/print.h>

#include "cmds_priv.h"

/* Names that are nearly the same take time to find. */
#define WARNINGS_MAX 20

#define NOTES (KMT_BANNER_MODULES | KMT_BANNER_TREE | KMT_BANNER_INDEX)

static bool is_telling(
	const void *data, const struct kmt_column *c, const struct kmt_cell *cell, void *ctx)
{
	const struct kmt_provides_row *row = data;
	const struct kmt_provides *p = ctx;

	if (!strcmp(c->name, "query"))
		return strcmp(row->query, p->rows.v[0]->query) != 0;
	if (!strcmp(c->name, "order"))
		return row->order > 1;
	/* The pattern that is the alias itself. */
	if (!strcmp(c->name, "pattern"))
		return !kmt_name_equal(row->pattern, row->alias);
	return true;
}

static int print(struct kmt_env *env, struct kmt_provides *p, struct kmt_err *err)
{
	struct kmt_rows rows = {
		.columns = kmt_provides_columns,
		.rows = (const void **)p->rows.v,
		.n = p->rows.n,
		.ctx = p,
		.json_name = "providers",
	};

	return kmt_cmd_print_telling(env, &rows, is_telling, err);
}

/* Of several operands, each without an answer is a warning and their number the error. */
static int judge(struct kmt_env *env, struct kmt_provides *p, const struct kmt_strv *missed,
	struct kmt_err *err)
{
	if (!missed->n)
		return 0;
	if (env->argc == 1)
		return kmt_provides_not_found(p, missed->v[0], err);
	for (size_t i = 0; i < missed->n && i < WARNINGS_MAX; i++) {
		kmt_autoerr struct kmt_err one = KMT_ERR_INIT;

		kmt_provides_not_found(p, missed->v[i], &one);
		kmt_diag_add(&env->diag, NULL, "%s%s%s", one.msg, one.hint ? "; " : "",
			one.hint ? one.hint : "");
	}
	if (missed->n > WARNINGS_MAX)
		kmt_diag_add(&env->diag, NULL, "and %zu more, from '%s' on", missed->n - WARNINGS_MAX,
			missed->v[WARNINGS_MAX]);
	return kmt_err_set(err, missed->n < (size_t)env->argc ? KMT_ERR_PARTLY : KMT_ERR_NOT_FOUND,
		ENOENT, "nothing answers to %zu of %d", missed->n, env->argc);
}

static int answer(struct kmt_env *env, struct kmt_provides *p, struct kmt_err *err)
{
	struct kmt_strv missed = {0};
	int r = 0;

	for (int i = 0; !r && i < env->argc; i++) {
		size_t before = p->rows.n;

		r = kmt_provides_add(p, env->argv[i], err);
		if (!r && p->rows.n == before)
			kmt_vec_push(&missed, env->argv[i]);
	}
	if (!r)
		r = print(env, p, err);
	if (!r)
		r = judge(env, p, &missed, err);
	kmt_vec_free(&missed);
	return r;
}

static int run_provides(struct kmt_env *env, const void *opts, struct kmt_err *err)
{
	kmt_auto(kmt_selection_free) struct kmt_selection sel = {0};
	struct kmt_snapshot snap;
	struct kmt_provides p = {.snap = &snap};
	int r = kmt_cmd_select(env, &sel, err);

	if (!r)
		r = kmt_snapshot_take(&snap, &env->root, env->g.kernel,
			KMT_SNAP_LOADED | KMT_SNAP_TREE | KMT_SNAP_CONFIG, &env->diag, err);
	if (r)
		return r;
	kmt_banner(env, &snap, NOTES);
	r = answer(env, &p, err);
	kmt_provides_free(&p);
	kmt_snapshot_free(&snap);
	return r;
}

static const char *const examples[] = {"kmtool provides fs:ext4", "which module mounts ext4",
	"kmtool provides raid6_gen_syndrome", "who exports a symbol, on which terms, and who uses it",
	"kmtool provides \"$(cat /sys/bus/pci/devices/0000:00:02.0/modalias)\"",
	"which modules drive a device, in the order in which modprobe would try them",
	"kmtool provides --raw -o module net:alg crypto:aes", "their names, as modprobe -R prints them",
	NULL};

const struct kmt_cmd kmt_cmd_provides = {
	.name = "provides",
	.summary = "Show which modules answer to an alias, a device, a symbol, a file system, a protocol",
	.operands = "ALIAS|SYMBOL|ID|fs:TYPE|crypto:NAME|net:PF...",
	.columns = kmt_provides_columns,
	.examples = examples,
	.takes = KMT_TAKES_MACHINE | KMT_TAKES_ROWS,
	.run = run_provides,
};
