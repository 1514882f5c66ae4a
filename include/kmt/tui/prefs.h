/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How a person wants the browser: $XDG_CONFIG_HOME/kmtool/browse.conf (else ~/.config), lines "key = value"
 * and comments with '#'. What it does not know stays in the file as it is.
 */
#ifndef KMT_TUI_PREFS_H
#define KMT_TUI_PREFS_H

#include <kmt/base/diag.h>
#include <kmt/base/err.h>
#include <kmt/sys/root.h>
#include <kmt/tui/canvas.h>
#include <kmt/tui/tags.h>
#include <kmt/tui/view.h>

enum kmt_pref {
	KMT_PREF_COLORS,
	KMT_PREF_MOUSE,
	KMT_PREF_CHARACTERS,
	KMT_PREF_VIEW,
	KMT_PREF_COUNT,
};

enum kmt_scheme {
	KMT_SCHEME_DEFAULT, /* for the background that the terminal has */
	KMT_SCHEME_LIGHT, /* for a light background */
	KMT_SCHEME_DARK,
	KMT_SCHEME_CONTRAST,
	KMT_SCHEME_MONO,
	KMT_SCHEME_COUNT,
};

#define KMT_PREF_VALUES 8

struct kmt_pref_def {
	const char *key;
	const char *title;
	const char *values[KMT_PREF_VALUES]; /* the first is the default; ends with NULL */
	const char *help;
};

extern const struct kmt_pref_def kmt_pref_defs[KMT_PREF_COUNT];

#define KMT_PREF_SPLIT_MAX 100

/* How the rows of a view are ordered. */
struct kmt_pref_order {
	const char *column; /* NULL: as the view does */
	bool descending;
};

/* All zero is the default of each. */
struct kmt_prefs {
	unsigned char chosen[KMT_PREF_COUNT]; /* index of the value */
	short colors[KMT_ROLE_COUNT]; /* "color.ROLE = N": of 256, + 1; 0: that of the scheme */
	/* What keys change: kept when the browser ends. */
	struct kmt_pref_order order[KMT_VIEW_COUNT];
	bool tree;
	int split, width; /* what + and - add to the list above the details, and beside them */
	struct kmt_tags pins; /* modules that come first in their lists */
};

void kmt_prefs_free(struct kmt_prefs *p);

/* Where the file is, as environ(7) tells; the caller frees it. NULL: nowhere. */
char *kmt_prefs_path(void);

/* Lines of TEXT that cannot be understood become warnings of DIAG, with PATH and line. */
void kmt_prefs_parse(struct kmt_prefs *p, const char *path, const char *text, struct kmt_diag *diag);
/* Adds TEXT with the lines of each setting as it is in P, and a line for what is not the default and has
 * none. */
void kmt_prefs_format(const struct kmt_prefs *p, const char *text, struct kmt_strbuf *out);

/* A file that is not there is an empty one. HOST is the root "/". */
void kmt_prefs_read(
	struct kmt_prefs *p, const struct kmt_root *host, const char *path, struct kmt_diag *diag);
/* Writes what differs from the file as it is now; its directory is made if it is not there. */
int kmt_prefs_write(
	const struct kmt_prefs *p, const struct kmt_root *host, const char *path, struct kmt_err *err);

/* The next or previous value. */
void kmt_prefs_step(struct kmt_prefs *p, enum kmt_pref which, int step);

#endif
