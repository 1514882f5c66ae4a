/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where a person is in the browser, and what a key does there: (state, key) -> (state, effect). Pure: it
 * looks at the model's rows, reads nothing and changes nothing but the state. Whoever owns the terminal
 * carries out the effect.
 */
#ifndef KMT_TUI_STATE_H
#define KMT_TUI_STATE_H

#include <kmt/tui/canvas.h>
#include <kmt/tui/details.h>
#include <kmt/tui/key.h>
#include <kmt/tui/line.h>
#include <kmt/tui/model.h>
#include <kmt/tui/plan_view.h>
#include <kmt/tui/prefs.h>
#include <kmt/tui/tags.h>

/* The smallest screen that shows anything useful. */
#define KMT_MIN_WIDTH 60
#define KMT_MIN_HEIGHT 12

#define KMT_EDIT_FILE_MAX 256

enum kmt_pane {
	KMT_PANE_LIST,
	KMT_PANE_DETAILS,
	KMT_PANE_STRIP,
	KMT_PANE_COUNT,
};

enum kmt_overlay {
	KMT_OVERLAY_NONE,
	KMT_OVERLAY_HELP,
	KMT_OVERLAY_HISTORY, /* what was done in this session */
	KMT_OVERLAY_OUTPUT,  /* what a command prints */
	KMT_OVERLAY_SAVE,  /* the name of a file for it is typed */
	KMT_OVERLAY_SEARCH,
	KMT_OVERLAY_FILTER,
	KMT_OVERLAY_COMMAND,
	KMT_OVERLAY_SORT,
	KMT_OVERLAY_KERNELS, /* those that are installed */
	KMT_OVERLAY_SETUP,
	KMT_OVERLAY_MENU,
	KMT_OVERLAY_VALUE, /* of a parameter, typed before there is a plan */
	KMT_OVERLAY_PLAN,
	KMT_OVERLAY_PARAMS, /* typed in the plan dialog */
	KMT_OVERLAY_RUNNING,
	KMT_OVERLAY_RESULT,
};

enum kmt_effect {
	KMT_EFFECT_NONE,
	KMT_EFFECT_ARRANGE, /* the rows of the view have to be arranged again */
	KMT_EFFECT_RESCAN,
	KMT_EFFECT_PLAN,       /* the request has to be planned */
	KMT_EFFECT_KERNELS,    /* the installed kernels are to be found */
	KMT_EFFECT_KERNEL,     /* the views are to show the one that the bar is on: choice */
	KMT_EFFECT_RUN,
	KMT_EFFECT_CANCEL,     /* what runs is to end before its next step; again: now */
	KMT_EFFECT_SHOW,       /* a command is to be run, and what it prints shown: command */
	KMT_EFFECT_STOP,       /* that command is to end */
	KMT_EFFECT_COMPLETE,   /* the command that is being typed */
	KMT_EFFECT_SAVE,       /* what was done goes into the file that the prompt names */
	KMT_EFFECT_UNDO,       /* what was done last is to be planned the other way round */
	KMT_EFFECT_GOTO_LINE,  /* the view of configuration, on the line edit_line of edit_file */
	KMT_EFFECT_EDIT,       /* edit_file has to be opened in an editor */
	KMT_EFFECT_PREFS,      /* the settings are others: to be obeyed */
	KMT_EFFECT_KEEP_PREFS, /* ... and kept */
	KMT_EFFECT_COPY,       /* what the keys are about goes to the clipboard */
	KMT_EFFECT_FOREGROUND, /* a command has to be run on the terminal itself */
	KMT_EFFECT_REDRAW,  /* the whole screen, whatever the terminal believes to show */
	KMT_EFFECT_SUSPEND,
	KMT_EFFECT_QUIT,
};

enum kmt_mouse {
	KMT_MOUSE_NONE,
	KMT_MOUSE_PRESS, /* of the first button */
	KMT_MOUSE_WHEEL_UP,
	KMT_MOUSE_WHEEL_DOWN,
};

/* Whether text is typed in the status line. */
bool kmt_overlay_is_prompt(enum kmt_overlay overlay);

/* One view's list. The bar is on a row, not on a line: the line follows. */
struct kmt_list_state {
	char selected[KMT_ROW_ID_MAX]; /* "": none */
	size_t cursor, top;	     /* lines; kmt_tui_settle() makes them fit */
	bool at_end;		     /* on the last line */
	struct kmt_arrangement how;
};

/* Where one comes back to. */
struct kmt_place {
	enum kmt_view view;
	enum kmt_tab tab;
	char selected[KMT_ROW_ID_MAX];
	struct kmt_arrangement how;
};

#define KMT_HISTORY_MAX 32
#define KMT_RECALL_MAX 64

/* What was typed at prompts of one kind, oldest first. */
struct kmt_recall {
	KMT_VEC(char *) lines;
	size_t at; /* of what the prompt shows; lines.n: what is being typed */
};
enum { KMT_RECALL_SEARCH, KMT_RECALL_FILTER, KMT_RECALL_COMMAND, KMT_RECALLS };

/* The newest lines of the kernel log below the panes. */
enum kmt_strip {
	KMT_STRIP_AUTO, /* where there is much room */
	KMT_STRIP_ON,
	KMT_STRIP_OFF,
};

/* How far a plan that runs has come. */
struct kmt_running {
	size_t step; /* that began last, from 1 on; 0: none */
	unsigned int seconds; /* since then */
	bool cancelled;
};

struct kmt_tui_state {
	int width, height;
	const char *elevate;	   /* "sudo" */
	bool readonly, has_kernel; /* what this browser may do: as in struct kmt_machine */
	enum kmt_view view;
	enum kmt_tab tab;
	enum kmt_pane pane;
	enum kmt_overlay overlay;
	bool zoom;
	enum kmt_strip strip;
	char strip_selected[KMT_ROW_ID_MAX]; /* line of it; "": the newest */
	size_t strip_top;
	int strip_skip;
	struct kmt_prefs prefs;
	bool prefs_changed; /* since they were kept */
	bool paused; /* nothing is read unless somebody asks for it */
	struct kmt_list_state lists[KMT_VIEW_COUNT];
	size_t doc_cursor, doc_top; /* of the details */
	int list_skip, doc_skip; /* scrolled sideways */
	size_t overlay_top;
	struct kmt_line prompt;
	bool prompt_failed;		   /* what is typed will not do */
	char prompt_why[128];		   /* SAVE, COMMAND: the reason */
	const char *prompt_param;	   /* VALUE: the parameter; lives in the request */
	char prompt_type[KMT_NAME_MAX];	   /* its type; "": not known */
	struct kmt_list_state prompt_from; /* what Escape goes back to, */
	size_t prompt_line, prompt_top;	   /* in the details and in a text */
	char search[KMT_LINE_MAX];	   /* what was searched for last */
	char marked[KMT_LINE_MAX];	   /* what is highlighted; "": nothing */
	enum kmt_overlay under;		   /* SEARCH: what it is about; NONE: a pane */
	size_t text_line;		   /* of an overlay that is a text: what was found last */
	size_t match, matches;		   /* "3 of 17"; 0: none */
	struct kmt_recall recall[KMT_RECALLS];
	size_t choice;			   /* of a menu or among buttons */
	char edit_file[KMT_EDIT_FILE_MAX]; /* below the root */
	unsigned int edit_line;
	struct kmt_arena command_arena;
	struct kmt_strv command;	   /* SHOW: its words; COMPLETE: as far as they are typed */
	bool command_runs;
	struct kmt_tags tags, folded; /* FOLDED: rows of the tree */
	struct kmt_request request;	   /* of the plan dialog */
	struct kmt_running running;	   /* the plan that runs */
	bool request_of_tags;		   /* it was made of those that were tagged */
	bool request_undoes;		   /* it takes back what was done last */
	struct kmt_place history[KMT_HISTORY_MAX];
	size_t n_history;
	char message[128];	 /* in the status line, until the next key */
	bool message_good;	 /* it tells of a success */
};

/* Where the parts of the screen are. Pure. */
struct kmt_layout {
	bool too_small, side_by_side;
	struct kmt_rect list;	 /* with its line of headings */
	struct kmt_rect details; /* with its line of tabs; h 0: not shown */
	struct kmt_rect body;	 /* both */
	struct kmt_rect log;	 /* the last lines of it, with a title; h 0: not shown */
	int status_y, keys_y;
};

/* The overlay that is seen: the one below a search prompt, where there is one. */
enum kmt_overlay kmt_tui_overlay(const struct kmt_tui_state *s);
void kmt_layout(const struct kmt_tui_state *s, struct kmt_layout *out);
/* How many lines of text an overlay that fills the screen shows. */
size_t kmt_overlay_page(const struct kmt_tui_state *s);

void kmt_tui_init(struct kmt_tui_state *s, int width, int height);
void kmt_tui_free(struct kmt_tui_state *s);
/* Puts a message into the status line. */
void kmt_tui_say(struct kmt_tui_state *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void kmt_tui_resize(struct kmt_tui_state *s, int width, int height);

/* DOC is what the details pane or the dialog shows now; NULL if it is not there yet. */
enum kmt_effect kmt_tui_key(
	struct kmt_tui_state *s, struct kmt_model *m, const struct kmt_doc *doc, int key);

/* The same for the mouse: ZONE is what it points at. */
enum kmt_effect kmt_tui_mouse(struct kmt_tui_state *s, struct kmt_model *m, const struct kmt_doc *doc,
	enum kmt_mouse mouse, const struct kmt_zone *zone);

/* After the rows were arranged, or the screen resized: the bar stays on its row and in sight. */
void kmt_tui_settle(struct kmt_tui_state *s, const struct kmt_model *m);

/* The row below the bar; NULL if the list is empty. */
const void *kmt_tui_selected(const struct kmt_tui_state *s, const struct kmt_model *m);
/* The module that it leads to; NULL if there is none. */
const char *kmt_tui_selected_module(const struct kmt_tui_state *s, struct kmt_model *m);
/* Goes to a module in whatever view has it. False if none has. */
bool kmt_tui_goto(struct kmt_tui_state *s, struct kmt_model *m, const char *name);

/* The line of the strip that has the bar, and the first that is seen: among the rows of the log. */
void kmt_tui_strip(const struct kmt_tui_state *s, const struct kmt_model *m, size_t *cursor, size_t *top);

/* More can be found than when the search prompt looked last. */
void kmt_tui_found_more(struct kmt_tui_state *s, struct kmt_model *m);

/* Whether a command that is typed has the options --kernel and --root. */
bool kmt_tui_takes_kernel(const char *command);
bool kmt_tui_takes_root(const char *command);

/* What the last word of the command that is typed could become, a line for each: up to a tab. */
void kmt_tui_complete(struct kmt_tui_state *s, const char *candidates);

/* Goes to a row of a view, which has to be arranged then. */
void kmt_tui_goto_row(struct kmt_tui_state *s, enum kmt_view view, const char *id);

/* Why what is typed can be no value of the parameter, in words; NULL if it can. */
const char *kmt_tui_value_wrong(const struct kmt_tui_state *s);

enum kmt_button_kind {
	KMT_BUTTON_CANCEL,
	KMT_BUTTON_RUN,
	KMT_BUTTON_PARAMS,
	KMT_BUTTON_DEPENDENTS, /* from here on they are on or off */
	KMT_BUTTON_UNUSED,
	KMT_BUTTON_NOW,
	KMT_BUTTON_SAVE,
	KMT_BUTTON_BOTH,
};
struct kmt_button {
	enum kmt_button_kind button;
	const char *label;
};
/* What is typed in the plan dialog. */
const char *kmt_tui_params_label(const struct kmt_tui_state *s);
/* The buttons of the plan dialog, ended by one without a label. */
const struct kmt_button *kmt_dialog_buttons(const struct kmt_tui_state *s);
/* Where a dialog with N lines of text is, and how wide and high the text can be. */
struct kmt_rect kmt_dialog_rect(const struct kmt_tui_state *s, size_t n);
int kmt_dialog_width(const struct kmt_tui_state *s);
size_t kmt_dialog_page(const struct kmt_tui_state *s);

/* How many columns the view can be sorted by: the lines of the sort menu. */
size_t kmt_sort_choices(const struct kmt_tui_state *s);
/* The column that it is sorted by; NULL: the rows' own order. */
const char *kmt_sorted_by(const struct kmt_tui_state *s);

#define KMT_MENU_MAX 16

/* An entry of the menu of actions. */
struct kmt_menu_item {
	enum kmt_action action;
	int letter;
	const char *name;
	bool possible;
	char reason[160]; /* why it is not, or what is in its way; "": nothing */
};
/* Those for the module below the bar and the line of DOC, the details. Returns how many. */
size_t kmt_menu_items(const struct kmt_tui_state *s, struct kmt_model *m, const struct kmt_doc *doc,
	struct kmt_menu_item items[KMT_MENU_MAX]);

/* Lines of the help overlay, whose width is set: the columns of VIEW and the table of keys. */
void kmt_help_doc(struct kmt_doc *doc, enum kmt_view view);

#endif
