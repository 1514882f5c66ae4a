/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The terminal: shows a canvas, reads keys, and is given back as it was, whatever ends the program. Its
 * source is the only file that knows curses.
 */
#ifndef KMT_TUI_TERM_H
#define KMT_TUI_TERM_H

#include <stdbool.h>
#include <kmt/base/err.h>
#include <kmt/tui/canvas.h>
#include <kmt/tui/state.h>

/* Takes the terminal, without colours; COLOR: there may be some later, and it is asked for its background.
 * NOTE gets a sentence if it is not of a known type and another one is tried; NULL else. USAGE if there is
 * no terminal, or one that cannot move its cursor. */
int kmt_term_open(const char **note, bool color, struct kmt_err *err);
void kmt_term_close(void);

void kmt_term_size(int *width, int *height);
void kmt_term_show(const struct kmt_canvas *c);
/* The next show draws everything, whatever is believed to be there. */
void kmt_term_forget(void);
/* A terminal that has no eight colours is shown MONO in any case. OWN: as in struct kmt_prefs, or NULL. */
void kmt_term_scheme(enum kmt_scheme scheme, const short *own);
/* Whether presses and the wheel are taken from the terminal; else it marks text with them. */
void kmt_term_mouse(bool on);

/* Hands TEXT to the terminal for its clipboard. False: it is of a type that takes none. */
bool kmt_term_copy(const char *text, size_t n);

#define KMT_PASTE_MAX 1024

/* What a person did. */
struct kmt_input {
	bool background; /* the terminal has told its background: set the scheme again */
	bool resized; /* the size is another one; nothing else then */
	enum kmt_mouse mouse;
	int x, y; /* where, if MOUSE is not NONE */
	bool is_paste; /* or text was pasted: the characters of its first line */
	size_t pasted;
	int paste[KMT_PASTE_MAX];
	int key; /* else; KMT_KEY_NONE or below for what nobody knows */
};
/* Forgets what was typed and not taken yet. */
void kmt_term_drop_input(void);
/* Takes the next of it; false if there is none. Never waits. */
bool kmt_term_input(struct kmt_input *in);

/* Gives the terminal back for a while, and takes it again. */
void kmt_term_leave(void);
void kmt_term_return(void);

#endif
