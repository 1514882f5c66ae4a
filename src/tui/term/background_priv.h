/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether the terminal has a dark or a light background: what it says itself, or what $COLORFGBG says. */
#ifndef KMT_TUI_BACKGROUND_H
#define KMT_TUI_BACKGROUND_H

enum kmt_background {
	KMT_BACKGROUND_UNKNOWN,
	KMT_BACKGROUND_DARK,
	KMT_BACKGROUND_LIGHT,
};

/* "15;0" or "15;default;0": the last is the number of the background. Pure. */
enum kmt_background kmt_background_colorfgbg(const char *text);
/* What a terminal answers to the question, OSC 11, anywhere in TEXT: "]11;rgb:ffff/ffff/ffff". Pure. */
#define KMT_BACKGROUND_QUESTION "\033]11;?\033\\"
enum kmt_background kmt_background_answer(const char *text);

#endif
