/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What terminals send for a key beyond what terminfo has of $TERM: sequences of ECMA-48 (CSI, SS3), those of
 * the Linux console and of rxvt, and strings (OSC, DCS) that answer a question nobody here has asked. What is
 * not known is still one sequence, never its letters. Pure.
 */
#ifndef KMT_TUI_SEQUENCE_H
#define KMT_TUI_SEQUENCE_H

#include <stdbool.h>
#include <stddef.h>

/* Beside the keys of kmt/tui/key.h, and no key that can be bound. */
enum {
	KMT_SEQUENCE_PASTE_BEGIN = -1,
	KMT_SEQUENCE_PASTE_END = -2,
};

/* Whether a character behind Escape begins a sequence. */
bool kmt_sequence_begins(unsigned int c);
/* Whether the N characters at S, which stand behind Escape, are a whole sequence. */
bool kmt_sequence_ends(const char *s, size_t n);
/* The key of a whole one; KMT_KEY_NONE for what is not known. With Shift, Alt or Control, the keys that move
 * are what they are without; others are none. */
int kmt_sequence_key(const char *s, size_t n);

#endif
