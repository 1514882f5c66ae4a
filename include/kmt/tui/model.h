/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the browser shows: a snapshot of the machine as the rows of each view, filtered and sorted, with
 * the columns of `kmtool list`. Reads below the root when it is told to, changes nothing.
 */
#ifndef KMT_TUI_MODEL_H
#define KMT_TUI_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>
#include <kmt/base/diag.h>
#include <kmt/base/err.h>
#include <kmt/base/map.h>
#include <kmt/base/name.h>
#include <kmt/model/exports.h>
#include <kmt/check/check.h>
#include <kmt/check/keys.h>
#include <kmt/check/policy.h>
#include <kmt/model/devices.h>
#include <kmt/model/kernels.h>
#include <kmt/model/settings.h>
#include <kmt/out/list.h>
#include <kmt/source/modalias.h>
#include <kmt/source/taint.h>
#include <kmt/tui/changes.h>
#include <kmt/tui/find.h>
#include <kmt/tui/log.h>
#include <kmt/tui/recent.h>
#include <kmt/tui/tags.h>
#include <kmt/tui/view.h>
#include <kmt/tui/words.h>

/* The browser's own columns of modules, in the terms of kmt_list_columns: marks in one or two letters. */
extern const struct kmt_column kmt_model_columns[];

#define KMT_FILTER_MAX 64

/* Which rows of a view, in which order. All zero: all of them, in the view's order. */
struct kmt_arrangement {
	char filter[KMT_FILTER_MAX];
	const char *sort; /* a column's name; NULL: the view's */
	bool descending;
	bool tree; /* where the view has one */
	const struct kmt_tags *folded; /* rows of the tree whose rows below are hidden; NULL: none */
	const struct kmt_tags *pins; /* rows that come first; NULL: none */
	unsigned char levels; /* of the kernel log: so many, from the worst on; 0: all */
	char about[KMT_NAME_MAX]; /* of the kernel log: only what names this module; "": all */
};

struct kmt_model {
	const struct kmt_root *root;
	const char *kernel; /* -k; NULL: the running one */
	struct kmt_kernels kernels; /* installed; read when they are asked for */
	struct kmt_list_ctx list; /* with the snapshot; context of all columns */
	bool has_snap;
	struct kmt_diag diag;
	struct kmt_policy policy;
	bool tried_keys; /* read when they are asked for */
	struct kmt_keyring keys;
	time_t booted; /* 0: not known */
	char taint[KMT_TAINT_LETTERS]; /* of the kernel, in letters; "" if it has none or it is not known */
	struct kmt_model_view views[KMT_VIEW_COUNT];
	time_t now; /* when it is read: whoever reads it tells */
	struct kmt_changes changes; /* between readings */
	struct kmt_recent recent; /* what came and went between two readings */
	bool tried_devices, has_devices; /* read when they are asked for */
	struct kmt_modaliases devices;
	struct kmt_devices device_rows; /* of the view of them */
	struct kmt_strv driverless; /* ids of those that nothing claims */
	bool tried_exports;
	struct kmt_kernel_exports exports;
	struct kmt_check_env *check_env; /* made when a verdict is asked for first, */
	struct kmt_checker *checker;
	struct kmt_map verdicts; /* by the module's name */
	KMT_VEC(struct kmt_check_verdict *) all_verdicts;
	struct kmt_settings settings; /* of the view of configuration */
	bool wants_words; /* somebody has searched */
	struct kmt_words words; /* likewise kept when everything is read again */
	struct kmt_log log; /* of the view of it; stays when everything is read again */
};

/* Reads everything but the views that are lazy. On error (several trees and none runs) the model is as it
 * was. */
int kmt_model_read(struct kmt_model *m, struct kmt_err *err);
void kmt_model_free(struct kmt_model *m);

/* Finds the installed kernels, as they are now. */
void kmt_model_find_kernels(struct kmt_model *m);

/* The devices that are there, read when they are first asked for. NULL if nothing tells of them. */
const struct kmt_modaliases *kmt_model_devices(struct kmt_model *m);
/* What the kernel exports, read likewise; see kmt_kernel_exports_read(). */
const struct kmt_map *kmt_model_exports(struct kmt_model *m);

/* Whether the kernel would load the module NAME, whose file is PATH; NAME stays as long as the snapshot. */
const struct kmt_check_verdict *kmt_model_verdict(struct kmt_model *m, const char *name, const char *path);
/* The same, if it was asked for before; else NULL. */
const struct kmt_check_verdict *kmt_model_known_verdict(const struct kmt_model *m, const char *name);

/* Reads the rows of a view that has none yet. */
void kmt_model_read_view(struct kmt_model *m, enum kmt_view view);
/* Reads the rows of a view again, of the same snapshot. */
void kmt_model_reread_view(struct kmt_model *m, enum kmt_view view);
/* The rows of a view are others: what was made of them goes. */
void kmt_model_rows_changed(struct kmt_model *m, enum kmt_view view);
/* Makes a piece of what sorting and searching would have to make when they are asked for. False if all is
 * there. */
bool kmt_model_prepare(struct kmt_model *m, enum kmt_view view);
/* Fills what is shown of one view. */
void kmt_model_arrange(struct kmt_model *m, enum kmt_view view, const struct kmt_arrangement *how);

/* Where the row is among what is shown, SIZE_MAX if it is not. */
size_t kmt_model_find(const struct kmt_model *m, enum kmt_view view, const char *id);
/* Whether the row that is shown at I has what is looked for, in the cells of the searched columns or in the
 * module's words. */
bool kmt_model_matches(struct kmt_model *m, enum kmt_view view, size_t i, const struct kmt_find *find);
/* The same, of its cells alone. */
bool kmt_model_cells_match(struct kmt_model *m, enum kmt_view view, size_t i, const struct kmt_find *find);
/* Adds the value that has what none of its cells has, "alias: usb:v..."; nothing if there is none. */
void kmt_model_match_text(struct kmt_model *m, enum kmt_view view, size_t i, const struct kmt_find *find,
	struct kmt_strbuf *out);
/* Reads a piece of what modules say of themselves. False: all of it is there. */
bool kmt_model_read_words(struct kmt_model *m);
/* The module's own name, of one in any spelling, and which view has it; NULL if none has. */
const char *kmt_model_module(struct kmt_model *m, const char *name, enum kmt_view *view);
/* Which view has the module; KMT_VIEW_COUNT if none. */
enum kmt_view kmt_model_view_of(struct kmt_model *m, const char *name);

/* Path below the module tree, as it is shown; anything else as it is. */
const char *kmt_model_short_path(const struct kmt_snapshot *snap, const char *path);

#endif
