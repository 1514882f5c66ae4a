/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/out/block.h>

#include <kmt/plan/block.h>

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

const struct kmt_column kmt_block_columns[] = {
	{"way", "WAY", KMT_CELL_STRING, true, .whole = true, .help = "how the module could be loaded",
		.get = get_way},
	{"verdict", "VERDICT", KMT_CELL_STRING, true, .whole = true, .help = "closed, open or unknown",
		.get = get_verdict},
	{"detail", "DETAIL", KMT_CELL_STRING, true, .help = "what was tried, and what stops it",
		.get = get_detail},
	{"fix", "FIX", KMT_CELL_STRING, true, .help = "what can be done", .get = get_fix},
	{0},
};
