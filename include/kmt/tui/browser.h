/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The browser without its terminal: model, details and state together. Whoever has a terminal (or a test's
 * script) gives it keys and the size, calls kmt_browser_idle() while nothing else is to be done, and shows
 * what kmt_browser_draw() drew. Nothing that takes time happens in kmt_browser_key().
 */
#ifndef KMT_TUI_BROWSER_H
#define KMT_TUI_BROWSER_H

#include <kmt/tui/canvas.h>
#include <kmt/tui/history.h>
#include <kmt/tui/details.h>
#include <kmt/tui/state.h>

/* The details of a row that is not a module. */
struct kmt_row_doc {
	enum kmt_view view;
	char id[KMT_ROW_ID_MAX];
	struct kmt_doc doc; /* width 0: not made yet */
};

struct kmt_browser {
	struct kmt_machine machine;
	char *kernel; /* that was chosen; NULL: the one of the machine */
	struct kmt_model model;
	struct kmt_details details;
	struct kmt_row_doc row_doc;
	struct kmt_tui_state state;
	struct kmt_plan_view plan; /* of the dialog */
	bool plan_due;		   /* it is still to be made: that may read large files */
	struct kmt_doc result;	   /* what came of it */
	enum kmt_outcome_verdict verdict;
	struct kmt_doc text;	   /* of an overlay that is one, */
	enum kmt_overlay text_of;  /* this one */
	struct kmt_strbuf output;  /* of a command */
	struct kmt_history history;
	time_t (*clock)(time_t *); /* time(), unless somebody needs another one */
	struct kmt_strbuf clip;	   /* what is to be copied */
	uint64_t loaded_hash; /* of /proc/modules, as it was read last */
};

/* Reads the machine. */
int kmt_browser_open(struct kmt_browser *b, const struct kmt_machine *machine, int width, int height,
	struct kmt_err *err);
void kmt_browser_close(struct kmt_browser *b);

/* At the start: goes to the view that is wanted first, if it has rows. Takes the names of PREFS. */
void kmt_browser_set_prefs(struct kmt_browser *b, struct kmt_prefs *prefs);
/* Where a person wants to start. All zero: as the settings say. */
struct kmt_start {
	int view; /* enum kmt_view, + 1; 0: none is asked for */
	const char *sort, *filter; /* SORT: a column, or "-COLUMN"; NULL likewise */
};
/* USAGE: there is no such column; nothing has changed then. */
int kmt_browser_start(struct kmt_browser *b, const struct kmt_start *start, struct kmt_err *err);
void kmt_browser_resize(struct kmt_browser *b, int width, int height);
/* Returns what only the owner of the terminal can do: REDRAW, SUSPEND, QUIT, PREFS, EDIT, COPY, FOREGROUND,
 * RUN, CANCEL, SHOW, STOP, COMPLETE, KERNEL, else NONE.
 * After RUN, plan is run by kmt_plan_view_run(); then kmt_browser_done() is called.
 * After COPY the clipboard shall have clip; then kmt_browser_copied() is called.
 * After FOREGROUND, plan.words is what kmtool has to be run with, by sudo; then kmt_browser_ran() is called.
 * After KERNEL the directories to watch are others.
 * After SHOW and COMPLETE, kmtool is run with the words of kmt_browser_words(); what it prints is for
 * kmt_browser_output() and kmt_tui_complete(). */
enum kmt_effect kmt_browser_key(struct kmt_browser *b, int key);
/* The same for the mouse, on what the canvas that was drawn last has there. */
enum kmt_effect kmt_browser_mouse(struct kmt_browser *b, enum kmt_mouse mouse, struct kmt_zone zone);
/* TAKEN: the terminal may have it; it does not say. */
void kmt_browser_copied(struct kmt_browser *b, bool taken);
void kmt_browser_ran(struct kmt_browser *b, int status);
void kmt_browser_done(struct kmt_browser *b, const struct kmt_told *told);
/* The words of the command that is to be shown, or to be completed, WIDTH columns wide. ARENA keeps them. */
void kmt_browser_words(
	const struct kmt_browser *b, bool complete, struct kmt_arena *arena, struct kmt_strv *out);
int kmt_browser_output_width(const struct kmt_browser *b);
/* All that it has printed so far. ENDED: with STATUS. */
void kmt_browser_output(struct kmt_browser *b, const struct kmt_strbuf *text, bool ended, int status);
/* How far the plan that runs is. True if that is news. */
bool kmt_browser_running(struct kmt_browser *b, size_t step, unsigned int seconds);
/* Does a piece of the work that is left for later. False if there is none. */
bool kmt_browser_idle(struct kmt_browser *b);
/* Whether somebody waits for that, and sees that it is being worked on. */
bool kmt_browser_is_urgent(const struct kmt_browser *b);
/* Readable when kmt_browser_update() has something to take; -1: there is nothing to wait for (yet). */
int kmt_browser_fd(const struct kmt_browser *b);
/* Once a second: updates, reads the list of loaded modules, and everything if that changed. True if there
 * is something new. */
bool kmt_browser_tick(struct kmt_browser *b);
/* Something else has changed, as an event told: reads everything. */
void kmt_browser_reread(struct kmt_browser *b);
void kmt_browser_draw(struct kmt_browser *b, struct kmt_canvas *c);

#endif
