/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How roles look in each scheme: a colour with attributes, or attributes alone. The background is the
 * terminal's own; never dark blue or black on what may be dark. Whatever a colour tells, a word or a mark
 * tells, too.
 */
#ifndef KMT_TUI_THEME_H
#define KMT_TUI_THEME_H

#include <kmt/tui/canvas.h>
#include <kmt/tui/prefs.h>

enum {
	KMT_LOOK_BOLD = 1,
	KMT_LOOK_DIM = 2,
	KMT_LOOK_UNDERLINE = 4,
	KMT_LOOK_REVERSE = 8,
};

struct kmt_look {
	short color; /* 0 to 7; -1: the terminal's own */
	unsigned int with; /* KMT_LOOK_* */
	short fine; /* of 256 colours, where there are as many; 0: COLOR */
};

/* DEFAULT becomes LIGHT where the background is light, else it is DARK. */
extern const struct kmt_look kmt_themes[KMT_SCHEME_COUNT][KMT_ROLE_COUNT];

#endif
