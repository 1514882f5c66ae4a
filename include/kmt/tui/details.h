/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The details of modules as texts, one for each tab. Reading a module file takes time, so nothing is read
 * when a key is pressed: what is not there yet is made when there is nothing else to do, and kept until
 * the model is read again. Changes nothing.
 */
#ifndef KMT_TUI_DETAILS_H
#define KMT_TUI_DETAILS_H

#include <kmt/base/name.h>
#include <kmt/model/modfacts.h>
#include <kmt/model/users.h>
#include <kmt/tui/doc.h>
#include <kmt/tui/model.h>

enum kmt_tab {
	KMT_TAB_OVERVIEW,
	KMT_TAB_PARAMS,
	KMT_TAB_DEPS,
	KMT_TAB_ALIAS,
	KMT_TAB_SYM,
	KMT_TAB_CONFIG,
	KMT_TAB_SECT,
	KMT_TAB_SIG,
	KMT_TAB_COUNT,
};

#define KMT_DETAILS_KEPT 8

/* One module: what is known of it, and the texts made of that. */
struct kmt_details_entry {
	char name[KMT_NAME_MAX]; /* "": unused */
	unsigned long used;	 /* when: the entry that was not used for longest goes */
	struct kmt_modfacts facts;
	struct kmt_err err; /* why the file could not be read; the rest is shown anyway */
	uint64_t file_size; /* 0 if there is no file */
	const struct kmt_check_verdict *verdict; /* whether it would load; NULL: it has no file */
	bool has_users;
	struct kmt_users users;
	size_t counts[KMT_TAB_COUNT]; /* what the title of a tab counts; 0: nothing to tell */
	struct kmt_doc docs[KMT_TAB_COUNT]; /* width 0: not made yet */
};

struct kmt_details {
	struct kmt_details_entry *entries; /* KMT_DETAILS_KEPT */
	unsigned long clock;
	struct kmt_settings settings; /* read when the first module with a line of configuration comes */
	bool has_settings;
};

const char *kmt_tab_title(enum kmt_tab tab);

/* KMT_TAB_COUNT numbers for the titles of the tabs; NULL if the module was not read yet. */
const size_t *kmt_details_counts(struct kmt_details *d, const char *name);

/* The text, or NULL if it has to be made first. */
const struct kmt_doc *kmt_details_get(struct kmt_details *d, const char *name, enum kmt_tab tab, int width);
/* Reads what is needed and makes the text. */
void kmt_details_make(struct kmt_details *d, struct kmt_model *m, const struct kmt_list_row *row,
	enum kmt_tab tab, int width);
/* Before the model is read again: what is kept points into its snapshot. */
void kmt_details_forget(struct kmt_details *d);
void kmt_details_free(struct kmt_details *d);

/* If nothing can be known from the module's file, says why in DOC and is true. */
bool kmt_details_no_file(const struct kmt_details_entry *e, const struct kmt_model *m,
	const struct kmt_list_row *row, struct kmt_doc *doc);

/* One function for each tab: fills DOC, whose width is set. */
typedef void kmt_tab_fn(struct kmt_details_entry *e, struct kmt_model *m, const struct kmt_list_row *row,
	struct kmt_doc *doc);
kmt_tab_fn kmt_tab_overview, kmt_tab_params, kmt_tab_deps, kmt_tab_alias, kmt_tab_sym,
	kmt_tab_config, kmt_tab_sect, kmt_tab_sig;

#endif
