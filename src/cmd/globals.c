/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The options that are common to all commands, or to several. */
#include <kmt/cmd/cmd.h>

#define FIELD(f) offsetof(struct kmt_globals, f)

static const char *const color_words[] = {[KMT_COLOR_AUTO] = "auto",
	[KMT_COLOR_ALWAYS] = "always",
	[KMT_COLOR_NEVER] = "never",
	NULL};

const struct kmt_opt kmt_global_opts[] = {
	{"root", 0, KMT_OPT_STRING, "DIR", KMT_COMPLETE_DIR, NULL,
		"operate on the system below DIR, such as an unpacked image",
		FIELD(root), KMT_TAKES_ROOT},
	{"kernel", 'k', KMT_OPT_STRING, "VERSION", KMT_COMPLETE_KERNEL, NULL,
		"use the modules of this installed kernel instead of the running one",
		FIELD(kernel), KMT_TAKES_KERNEL},
	{"dry-run", 'n', KMT_OPT_FLAG, NULL, KMT_COMPLETE_NONE, NULL,
		"check and print the plan, change nothing", FIELD(dry_run), KMT_TAKES_DRY_RUN},
	{"output", 'o', KMT_OPT_STRING, "COLUMNS", KMT_COMPLETE_COLUMN, NULL,
		"print these columns (a,b), or add them to the default ones (+a,b)", FIELD(output),
		KMT_TAKES_TABLE},
	{"sort", 0, KMT_OPT_STRING, "COLUMN", KMT_COMPLETE_COLUMN, NULL,
		"sort by COLUMN; -COLUMN: descending", FIELD(sort), KMT_TAKES_TABLE | KMT_TAKES_SORT},
	{"list-columns", 0, KMT_OPT_FLAG, NULL, KMT_COMPLETE_NONE, NULL,
		"list the columns for --output and --sort", FIELD(list_columns),
		KMT_TAKES_TABLE},
	{"no-headings", 0, KMT_OPT_FLAG, NULL, KMT_COMPLETE_NONE, NULL, "omit the table headings",
		FIELD(no_headings), KMT_TAKES_TABLE},
	{"json", 0, KMT_OPT_FLAG, NULL, KMT_COMPLETE_NONE, NULL, "print JSON", FIELD(json),
		KMT_TAKES_JSON},
	{"raw", 0, KMT_OPT_FLAG, NULL, KMT_COMPLETE_NONE, NULL,
		"print tab-separated values for scripts, sizes in bytes", FIELD(raw),
		KMT_TAKES_RAW},
	{"ascii", 0, KMT_OPT_FLAG, NULL, KMT_COMPLETE_NONE, NULL, "draw with ASCII characters only",
		FIELD(ascii), KMT_TAKES_ASCII},
	{"color", 0, KMT_OPT_CHOICE, "WHEN", KMT_COMPLETE_CHOICE, color_words,
		"colour the output: auto, always or never (default: auto)", FIELD(color), 0},
	{"quiet", 'q', KMT_OPT_FLAG, NULL, KMT_COMPLETE_NONE, NULL, "print no notes and warnings",
		FIELD(quiet), 0},
	{"verbose", 'v', KMT_OPT_FLAG, NULL, KMT_COMPLETE_NONE, NULL, "print more details",
		FIELD(verbose), 0},
	{"help", 'h', KMT_OPT_FLAG, NULL, KMT_COMPLETE_NONE, NULL, "print help and exit",
		FIELD(help), 0},
	{"version", 0, KMT_OPT_FLAG, NULL, KMT_COMPLETE_NONE, NULL, "print the version and exit",
		FIELD(version), 0},
	{0},
};
