/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Columns of modules that say in fewer letters what those of `kmtool list` say. */
#include <kmt/tui/model.h>

#include <stddef.h>
#include <string.h>

#include <kmt/model/config.h>

/* The letters of a module that is loaded: drawn often, so nothing is allocated. */
static const char *const loaded_marks[][2][2][2] = {
	[KMT_STATE_LIVE] = {{{"L", "L+"}, {"L!", "L!+"}}, {{"LP", "LP+"}, {"LP!", "LP!+"}}},
	[KMT_STATE_LOADING] = {{{"C", "C+"}, {"C!", "C!+"}}, {{"CP", "CP+"}, {"CP!", "CP!+"}}},
	[KMT_STATE_UNLOADING] = {{{"G", "G+"}, {"G!", "G!+"}}, {{"GP", "GP+"}, {"GP!", "GP!+"}}},
	[KMT_STATE_UNKNOWN] = {{{"?", "?+"}, {"?!", "?!+"}}, {{"?P", "?P+"}, {"?P!", "?P!+"}}},
};

static void get_marks(const void *data, void *ctx, struct kmt_cell *out)
{
	const struct kmt_list_row *row = data;
	const struct kmt_model *m = (const void *)((const char *)ctx - offsetof(struct kmt_model, list));
	struct kmt_origin origin;
	bool blacklisted = kmt_config_blacklisted(&m->list.snap, row->name, &origin);
	const struct kmt_recent_row *recent = kmt_recent_get(&m->recent, row->name);

	if (row->loaded)
		out->s = loaded_marks[row->loaded->state][row->loaded->permanent][blacklisted]
				     [recent && !recent->gone];
	else if (recent && recent->gone && !row->module)
		out->s = blacklisted ? "x!" : "x";
	else if (blacklisted)
		out->s = "!";
	if (blacklisted || (row->loaded && row->loaded->state != KMT_STATE_LIVE))
		out->hue = KMT_HUE_WARN;
	else if (row->loaded)
		out->hue = KMT_HUE_GOOD;
}

const char *kmt_model_short_path(const struct kmt_snapshot *snap, const char *path)
{
	const char *dir = snap->has_tree ? snap->index.dir : "";
	size_t n = strlen(dir);

	return n && !strncmp(path, dir, n) && path[n] == '/' ? path + n + 1 : path;
}

#define LARGE (1u << 20) /* bytes from which on a size stands out */

static void get_size(const void *data, void *ctx, struct kmt_cell *out)
{
	const struct kmt_procmod *loaded = ((const struct kmt_list_row *)data)->loaded;

	out->absent = !loaded;
	out->n = loaded ? loaded->size : 0;
	out->hue = out->n >= LARGE ? KMT_HUE_BOLD : KMT_HUE_NONE;
}

/* Its place in the tree, which the first line of the screen names. */
static void get_path(const void *data, void *ctx, struct kmt_cell *out)
{
	const struct kmt_list_row *row = data;
	const struct kmt_list_ctx *list = ctx;

	if (row->module)
		out->s = kmt_model_short_path(&list->snap, row->module->path);
	out->hue = KMT_HUE_DIM;
}

const struct kmt_column kmt_model_columns[] = {
	{"st", "ST", KMT_CELL_STRING,
		.help = "L live, C coming, G going; P permanent; ! blacklisted; + just loaded, x just gone",
		.get = get_marks},
	{"size", "SIZE", KMT_CELL_SIZE, .help = "memory that it takes", .get = get_size},
	{"path", "FILE", KMT_CELL_STRING, .help = "its place in the module tree", .get = get_path},
	{0},
};
