/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the table of views is made of: a file for each kind of row. See kmt/tui/view.h. */
#ifndef KMT_TUI_VIEWS_H
#define KMT_TUI_VIEWS_H

#include <kmt/base/map.h>
#include <kmt/tui/doc.h>
#include <kmt/tui/model.h>

#define KMT_VIEW_LABEL 12 /* columns that labels take in the details */

/* A line that leads to the module, and says which view has it. */
void kmt_view_add_module(struct kmt_doc *doc, struct kmt_model *m, const char *module);

/* A row's name: TEXT, cut to what a name may have, with a number if a row has it already. KNOWN counts. */
const char *kmt_view_id(const char *text, struct kmt_map *known, struct kmt_arena *arena);

/* view_modules.c: struct kmt_list_row */
void kmt_view_loaded_read(struct kmt_model *m, struct kmt_model_view *v);
const struct kmt_strv *kmt_view_loaded_children(struct kmt_model *m, const void *row);
enum kmt_hue kmt_view_loaded_hue(struct kmt_model *m, const void *row);
void kmt_view_available_read(struct kmt_model *m, struct kmt_model_view *v);
void kmt_view_builtin_read(struct kmt_model *m, struct kmt_model_view *v);
const char *kmt_view_module_id(const void *row);
const char *kmt_view_module_itself(struct kmt_model *m, const void *row);

/* view_config.c: a struct kmt_setting, and how it is named */
extern const struct kmt_column kmt_view_config_columns[];
void kmt_view_config_read(struct kmt_model *m, struct kmt_model_view *v);
void kmt_view_config_forget(struct kmt_model *m);
const char *kmt_view_config_id(const void *row);
const char *kmt_view_config_module(struct kmt_model *m, const void *row);
const struct kmt_origin *kmt_view_config_origin(const void *row);
void kmt_view_config_details(struct kmt_model *m, const void *row, struct kmt_doc *doc);

/* view_log.c: struct kmt_log_row */
void kmt_view_log_read(struct kmt_model *m, struct kmt_model_view *v);
bool kmt_view_log_update(struct kmt_model *m, struct kmt_model_view *v);
const char *kmt_view_log_id(const void *row);
const char *kmt_view_log_module(struct kmt_model *m, const void *row);
void kmt_view_log_details(struct kmt_model *m, const void *row, struct kmt_doc *doc);

/* view_devices.c: a struct kmt_device, and how it is named */
extern const struct kmt_column kmt_view_devices_columns[];
void kmt_view_devices_read(struct kmt_model *m, struct kmt_model_view *v);
void kmt_view_devices_forget(struct kmt_model *m);
const char *kmt_view_devices_id(const void *row);
const char *kmt_view_devices_module(struct kmt_model *m, const void *row);
void kmt_view_devices_details(struct kmt_model *m, const void *row, struct kmt_doc *doc);

#endif
