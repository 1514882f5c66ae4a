/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Keys as numbers and as names ("j", "<Down>", "<C-l>", "<M-1>", "<F7>"), and the one table of what they
 * do. The help overlay, the line of function keys and the manual page's test read that table: what has no
 * entry does nothing. Pure.
 */
#ifndef KMT_TUI_KEY_H
#define KMT_TUI_KEY_H

#include <stdbool.h>
#include <stddef.h>

/* A Unicode character, or one of these. Control characters are themselves. */
enum kmt_key {
	KMT_KEY_NONE = 0,
	KMT_KEY_TAB = 9,
	KMT_KEY_ENTER = 13,
	KMT_KEY_ESC = 27,
	KMT_KEY_SPECIAL = 0x110000, /* above all characters */
	KMT_KEY_UP,
	KMT_KEY_DOWN,
	KMT_KEY_LEFT,
	KMT_KEY_RIGHT,
	KMT_KEY_PAGE_UP,
	KMT_KEY_PAGE_DOWN,
	KMT_KEY_HOME,
	KMT_KEY_END,
	KMT_KEY_INSERT,
	KMT_KEY_DELETE,
	KMT_KEY_BACKSPACE,
	KMT_KEY_BACKTAB,
	KMT_KEY_F0 = 0x110100,
};
#define KMT_KEY_F(n) (KMT_KEY_F0 + (n))
#define KMT_KEY_CTRL(letter) ((letter) & 31)
#define KMT_KEY_ALT 0x1000000 /* added to another key */

/* The next key of a script at *S, which is moved behind it; a blank separates, "<Space>" is one.
 * KMT_KEY_NONE at the end, -EINVAL for what is no key. */
int kmt_key_parse(const char **s);
/* As it stands in the help: "PgUp", "ctrl-b", "F5". OUT has room for KMT_KEY_NAME bytes. */
#define KMT_KEY_NAME 16
void kmt_key_name(int key, char out[KMT_KEY_NAME]);

enum kmt_action {
	KMT_ACT_NONE,
	KMT_ACT_UP,
	KMT_ACT_DOWN,
	KMT_ACT_PAGE_UP,
	KMT_ACT_PAGE_DOWN,
	KMT_ACT_HOME,
	KMT_ACT_END,
	KMT_ACT_LEFT,
	KMT_ACT_RIGHT,
	KMT_ACT_NEXT_PANE,
	KMT_ACT_PREVIOUS_PANE,
	KMT_ACT_VIEW_LOADED,
	KMT_ACT_VIEW_AVAILABLE,
	KMT_ACT_VIEW_BUILTIN,
	KMT_ACT_VIEW_CONFIG,
	KMT_ACT_VIEW_LOG,
	KMT_ACT_VIEW_DEVICES,
	KMT_ACT_TAB_PREVIOUS,
	KMT_ACT_TAB_NEXT,
	KMT_ACT_ENTER,
	KMT_ACT_BACK,
	KMT_ACT_SEARCH,
	KMT_ACT_FIND_NEXT,
	KMT_ACT_FIND_PREVIOUS,
	KMT_ACT_FILTER,
	KMT_ACT_ABOUT,
	KMT_ACT_LEVEL,
	KMT_ACT_STRIP,
	KMT_ACT_SORT,
	KMT_ACT_INVERT,
	KMT_ACT_TREE,
	KMT_ACT_PIN,
	KMT_ACT_TAG,
	KMT_ACT_TAG_DEPENDENTS,
	KMT_ACT_LOAD,
	KMT_ACT_UNLOAD,
	KMT_ACT_RELOAD,
	KMT_ACT_BLOCK,
	KMT_ACT_PARAM_EDIT,
	KMT_ACT_PARAM_KEEP,
	KMT_ACT_PARAM_DROP,
	KMT_ACT_LINE_OFF,
	KMT_ACT_LINE_ADD,
	KMT_ACT_AUTOLOAD,
	KMT_ACT_REVERT,
	KMT_ACT_BACKUP,
	KMT_ACT_RESTORE,
	KMT_ACT_WHY,
	KMT_ACT_CHECK,
	KMT_ACT_USERS,
	KMT_ACT_MENU,
	KMT_ACT_COMMAND,
	KMT_ACT_EDIT,
	KMT_ACT_SETUP,
	KMT_ACT_COPY,
	KMT_ACT_HISTORY,
	KMT_ACT_KERNELS,
	KMT_ACT_ZOOM,
	KMT_ACT_GROW,
	KMT_ACT_SHRINK,
	KMT_ACT_HELP,
	KMT_ACT_PAUSE,
	KMT_ACT_RESCAN,
	KMT_ACT_REDRAW,
	KMT_ACT_SUSPEND,
	KMT_ACT_ESCAPE,
	KMT_ACT_QUIT,
	KMT_ACT_COUNT,
};

#define KMT_BINDING_KEYS 5

struct kmt_binding {
	enum kmt_action action;
	int keys[KMT_BINDING_KEYS]; /* unused ones are 0 */
	const char *label;	    /* in the line of function keys, at most 6 characters; NULL: not there */
	const char *menu;	    /* in the menu of actions; NULL: not there */
	const char *help;
	const char *group;	    /* heading in the help overlay: set where a group begins */
};

extern const struct kmt_binding kmt_bindings[]; /* ends with KMT_ACT_NONE */

/* What KEY does; Alt with a digit stands for a function key. */
enum kmt_action kmt_key_action(int key);

#endif
