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

/* "01-02 12:00:00"; NULL if the calendar has no such time. */
const char *kmt_view_time(time_t when, struct kmt_arena *arena);

/* Rows are struct kmt_list_row. */
extern const struct kmt_view_def kmt_view_loaded, kmt_view_available, kmt_view_builtin;
extern const struct kmt_view_def kmt_view_config;  /* a struct kmt_setting, and how it is named */
extern const struct kmt_view_def kmt_view_log;	   /* struct kmt_log_row */
extern const struct kmt_view_def kmt_view_devices; /* a struct kmt_device, and how it is named */

#endif
