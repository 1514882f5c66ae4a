/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `kmtool block` and `unblock`: modules that stay out, with a proof. */
#include <json.h>

#include <kmt/out/json.h>
#include <kmt/out/rows.h>

#include "change_priv.h"
#include "cmds_priv.h"

#define TAKES_BLOCK (KMT_TAKES_MACHINE | KMT_TAKES_DRY_RUN | KMT_TAKES_JSON)

static void get_way(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = kmt_way_name(((const struct kmt_way_row *)row)->way);
}

static void get_verdict(const void *row, void *ctx, struct kmt_cell *out)
{
	static const enum kmt_hue hues[] = {KMT_HUE_GOOD, KMT_HUE_BAD, KMT_HUE_WARN};
	enum kmt_verdict verdict = ((const struct kmt_way_row *)row)->verdict;

	out->s = kmt_verdict_name(verdict);
	out->hue = hues[verdict];
}

static void get_detail(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = ((const struct kmt_way_row *)row)->detail;
}

static void get_fix(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = ((const struct kmt_way_row *)row)->fix;
}

static const struct kmt_column columns[] = {
	{"way", "WAY", KMT_CELL_STRING, true, .whole = true, .help = "how the module could be loaded",
		.get = get_way},
	{"verdict", "VERDICT", KMT_CELL_STRING, true, .whole = true, .help = "closed, open or unknown",
		.get = get_verdict},
	{"detail", "DETAIL", KMT_CELL_STRING, true, .help = "what was tried, and what stops it",
		.get = get_detail},
	{"fix", "FIX", KMT_CELL_STRING, true, .help = "what can be done", .get = get_fix},
	{0},
};

void kmt_block_json(const struct kmt_forecast *forecast, struct json_object *doc)
{
	struct json_object *all = json_object_new_array();
	const struct kmt_block_module *p;

	kmt_vec_foreach(p, &forecast->blocks) {
		for (size_t i = 0; p->proof.ways[0].detail && i < KMT_WAY_COUNT; i++) {
			const struct kmt_way_row *row = &p->proof.ways[i];
			struct json_object *o = json_object_new_object();

			json_object_object_add(o, "module", kmt_json_string(p->name));
			json_object_object_add(o, "way", kmt_json_string(kmt_way_name(row->way)));
			json_object_object_add(o, "verdict", kmt_json_string(kmt_verdict_name(row->verdict)));
			json_object_object_add(o, "detail", kmt_json_string(row->detail));
			json_object_object_add(o, "fix", kmt_json_string(row->fix));
			json_object_array_add(all, o);
		}
	}
	json_object_object_add(doc, "verify", all);
}

int kmt_block_print(const struct kmt_change *c, struct kmt_err *err)
{
	kmt_auto(kmt_selection_free) struct kmt_selection sel = {0};
	const struct kmt_rows_options options = {.format = KMT_FORMAT_TABLE};
	const struct kmt_block_module *p;
	int r = kmt_select(columns, NULL, NULL, &sel, err);

	kmt_vec_foreach(p, &c->forecast.blocks) {
		const void *rows[KMT_WAY_COUNT];

		for (size_t i = 0; i < KMT_WAY_COUNT; i++)
			rows[i] = &p->proof.ways[i];
		if (r || !p->proof.ways[0].detail)
			continue;
		printf("%s\n", p->name);
		r = kmt_rows_print(&(struct kmt_rows){.columns = columns, .rows = rows, .n = KMT_WAY_COUNT}, &sel,
			&options, &c->env->style, stdout, err);
	}
	return r;
}

int kmt_block_status(const struct kmt_forecast *forecast)
{
	bool open = false, unknown = false;
	const struct kmt_block_module *p;

	kmt_vec_foreach(p, &forecast->blocks) {
		unknown |= !p->proof.ways[0].detail;
		for (size_t i = 0; i < KMT_WAY_COUNT; i++) {
			open |= p->proof.ways[i].verdict == KMT_VERDICT_OPEN;
			unknown |= p->proof.ways[i].verdict == KMT_VERDICT_UNKNOWN;
		}
	}
	return open ? 1 : unknown ? 3 : 0;
}

static const char *const block_examples[] = {"kmtool block -n ksmbd", "show what would be written",
	"kmtool block ksmbd --verify", "keep ksmbd out, and show which ways are closed", NULL};

const struct kmt_cmd kmt_cmd_block = {
	.name = "block",
	.group = KMT_CMD_CHANGE,
	.summary = "Keep modules from being loaded, whichever way they are asked for",
	.operands = KMT_BLOCK_OPERANDS,
	.complete = KMT_COMPLETE_MODULE,
	.opts = kmt_block_options,
	.opts_size = sizeof(struct kmt_request),
	.examples = block_examples,
	.takes = TAKES_BLOCK,
	.run = kmt_change_request,
};

static const char *const unblock_examples[] = {"kmtool unblock ksmbd", "let it be loaded again", NULL};

const struct kmt_cmd kmt_cmd_unblock = {
	.name = "unblock",
	.group = KMT_CMD_CHANGE,
	.summary = "Take back what `kmtool block` did",
	.operands = KMT_BLOCK_OPERANDS,
	.complete = KMT_COMPLETE_MODULE,
	.examples = unblock_examples,
	.takes = TAKES_BLOCK,
	.run = kmt_change_request,
};
