/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/out/users.h>

#include <json.h>

#include <kmt/out/json.h>

static void get_module(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = ((const struct kmt_user_row *)row)->module;
	out->hue = KMT_HUE_BOLD;
}

static void get_kind(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = kmt_user_kind_name(((const struct kmt_user_row *)row)->user->kind);
}

static void get_what(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = ((const struct kmt_user_row *)row)->user->what;
	out->hue = KMT_HUE_BOLD;
}

static void get_detail(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = ((const struct kmt_user_row *)row)->user->detail;
}

static void get_pid(const void *row, void *ctx, struct kmt_cell *out)
{
	out->n = ((const struct kmt_user_row *)row)->user->pid;
	out->absent = !out->n;
}

static void get_counts(const void *row, void *ctx, struct kmt_cell *out)
{
	out->n = ((const struct kmt_user_row *)row)->user->counts;
	out->hue = out->n ? KMT_HUE_WARN : KMT_HUE_DIM;
}

const struct kmt_column kmt_user_columns[] = {
	{"module", "MODULE", KMT_CELL_STRING, true, .whole = true, .help = "the module that is used",
		.get = get_module},
	{"kind", "KIND", KMT_CELL_STRING, true, .whole = true,
		.help = "module, mount, swap, stacked, process, device or interface", .get = get_kind},
	{"what", "WHAT", KMT_CELL_STRING, true, .whole = true,
		.help = "the module, mount point, device or interface", .get = get_what},
	{"detail", "DETAIL", KMT_CELL_STRING, true,
		.help = "command, device, driver, or state and addresses", .get = get_detail},
	{"pid", "PID", KMT_CELL_NUMBER, true, .help = "of the process", .get = get_pid},
	{"counts", "COUNTS", KMT_CELL_BOOL, true,
		.help = "whether it is one of the references that the kernel counts", .get = get_counts},
	{0},
};

void kmt_users_add_json(struct json_object *o, const struct kmt_users *users, const char *module,
	const struct kmt_selection *sel)
{
	kmt_auto(kmt_selection_free) struct kmt_selection usual = {0};
	kmt_autofree struct kmt_user_row *rows = kmt_realloc_array(NULL, users->rows.n + 1, sizeof(*rows));
	kmt_autofree const void **order = kmt_realloc_array(NULL, users->rows.n + 1, sizeof(*order));
	const struct kmt_rows all = {.columns = kmt_user_columns, .rows = order, .n = users->rows.n};

	for (size_t i = 0; i < all.n; i++) {
		rows[i] = (struct kmt_user_row){.module = module, .user = &users->rows.v[i]};
		order[i] = &rows[i];
	}
	if (!sel)
		kmt_select(kmt_user_columns, "kind,what,detail,pid,counts", NULL, &usual, NULL);
	json_object_object_add(o, "module", kmt_json_string(module));
	json_object_object_add(o, "references",
		users->refs_unknown ? NULL : json_object_new_int64(users->refs));
	json_object_object_add(o, "unexplained", json_object_new_int64(users->unexplained));
	json_object_object_add(o, "hidden", kmt_json_u64(users->hidden));
	json_object_object_add(o, "users", kmt_rows_json(&all, sel ? sel : &usual));
}
