/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of views. */
#include "views_priv.h"

#include <string.h>

#include <kmt/out/devices.h>
#include <kmt/out/log.h>
#include <kmt/out/settings.h>

const struct kmt_column *kmt_view_column(enum kmt_view view, const char *name)
{
	const struct kmt_column *const *tables = kmt_views[view].tables;

	for (size_t i = 0; i < KMT_ARRAY_SIZE(kmt_views[view].tables) && tables[i]; i++)
		for (const struct kmt_column *c = tables[i]; c->name; c++)
			if (!strcmp(c->name, name))
				return c;
	return NULL;
}

bool kmt_column_is_number(const struct kmt_column *column)
{
	return column->kind == KMT_CELL_NUMBER || column->kind == KMT_CELL_SIZE ||
	       column->kind == KMT_CELL_USEC;
}

const struct kmt_view_def kmt_views[KMT_VIEW_COUNT] = {
	[KMT_VIEW_LOADED] = {
		.brief = "Loaded",
		.empty = "No module is loaded.",
		.sort = "name",
		.tables = {kmt_model_columns, kmt_list_columns},
		.columns = {
			{"name", 0, .searched = true},
			{"size", .width = 6},
			{"refs", .width = 5},
			{"st", .width = 4},
			{"taint", 5, .from_width = 66},
			{"holders", -1, .from_width = 50},
		},
		.read = kmt_view_loaded_read,
		.hue = kmt_view_loaded_hue,
		.children = kmt_view_loaded_children,
		.id = kmt_view_module_id,
		.module = kmt_view_module_itself,
	},
	[KMT_VIEW_AVAILABLE] = {
		.brief = "Avail",
		.empty = "The module tree has no module that is not loaded.",
		.sort = "name",
		.tables = {kmt_model_columns, kmt_list_columns},
		.columns = {
			{"name", 0, .searched = true},
			{"st", .width = 3},
			{"path", -1, .searched = true},
		},
		.read = kmt_view_available_read,
		.id = kmt_view_module_id,
		.module = kmt_view_module_itself,
	},
	[KMT_VIEW_BUILTIN] = {
		.brief = "Built-in",
		.empty = "The module tree does not say what is built in.",
		.sort = "name",
		.tables = {kmt_model_columns, kmt_list_columns},
		.columns = {
			{"name", 0, .searched = true},
			{"path", -1, .searched = true},
		},
		.read = kmt_view_builtin_read,
		.id = kmt_view_module_id,
		.module = kmt_view_module_itself,
	},
	[KMT_VIEW_CONFIG] = {
		.brief = "Conf",
		.empty = "Nothing is configured about modules.",
		.lazy = true,
		.tables = {kmt_setting_columns, kmt_view_config_columns},
		.columns = {
			{"directive", 9, .searched = true},
			{"name", 0, .searched = true},
			{"value", 20, .from_width = 70, .searched = true},
			{"effect", 9, .searched = true},
			{"at", 24, .searched = true},
			{"reason", -1, .from_width = 96},
		},
		.read = kmt_view_config_read,
		.forget = kmt_view_config_forget,
		.id = kmt_view_config_id,
		.module = kmt_view_config_module,
		.origin = kmt_view_config_origin,
		.details = kmt_view_config_details,
	},
	[KMT_VIEW_LOG] = {
		.brief = "Log",
		.empty = "The kernel log is empty.",
		.lazy = true,
		.follows = true,
		.tables = {kmt_log_columns},
		.columns = {
			{"time", .width = 14},
			{"level", 6, .searched = true},
			{"text", -1, .searched = true},
		},
		.read = kmt_view_log_read,
		.update = kmt_view_log_update,
		.id = kmt_view_log_id,
		.module = kmt_view_log_module,
		.details = kmt_view_log_details,
	},
	[KMT_VIEW_DEVICES] = {
		.brief = "Devs",
		.empty = "No device says what drives it.",
		.lazy = true,
		.tables = {kmt_device_columns, kmt_view_devices_columns},
		.columns = {
			{"state", 9, .searched = true},
			{"bus", 8, .searched = true},
			{"device", 0, .searched = true},
			{"what", 19, .from_width = 76, .searched = true},
			{"driver", 13, .from_width = 66, .searched = true},
			{"modules", -1, .searched = true},
		},
		.read = kmt_view_devices_read,
		.forget = kmt_view_devices_forget,
		.id = kmt_view_devices_id,
		.module = kmt_view_devices_module,
		.details = kmt_view_devices_details,
	},
};
