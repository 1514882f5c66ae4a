/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/tui/key.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include <kmt/base/alloc.h>
#include <kmt/base/escape.h>

static const struct {
	const char *name;
	int key;
} names[] = {
	{"Up", KMT_KEY_UP},
	{"Down", KMT_KEY_DOWN},
	{"Left", KMT_KEY_LEFT},
	{"Right", KMT_KEY_RIGHT},
	{"PgUp", KMT_KEY_PAGE_UP},
	{"PgDn", KMT_KEY_PAGE_DOWN},
	{"Home", KMT_KEY_HOME},
	{"End", KMT_KEY_END},
	{"Insert", KMT_KEY_INSERT},
	{"Delete", KMT_KEY_DELETE},
	{"Backspace", KMT_KEY_BACKSPACE},
	{"S-Tab", KMT_KEY_BACKTAB},
	{"Tab", KMT_KEY_TAB},
	{"Enter", KMT_KEY_ENTER},
	{"Esc", KMT_KEY_ESC},
	{"Space", ' '},
	{"lt", '<'},
};

static int parse_named(const char *s, size_t len)
{
	int n;

	for (size_t i = 0; i < KMT_ARRAY_SIZE(names); i++)
		if (strlen(names[i].name) == len && !memcmp(names[i].name, s, len))
			return names[i].key;
	if (len == 3 && !strncmp(s, "C-", 2) && s[2] >= 'a' && s[2] <= 'z')
		return KMT_KEY_CTRL(s[2]);
	if (len == 3 && !strncmp(s, "M-", 2))
		return KMT_KEY_ALT + (unsigned char)s[2];
	if (len >= 2 && len <= 3 && *s == 'F') {
		n = atoi(s + 1);
		if (n >= 1 && n <= 12)
			return KMT_KEY_F(n);
	}
	return -EINVAL;
}

/* A character of UTF-8 that kmt_utf8_len() has measured. */
static int decode(const char *s, size_t len)
{
	static const unsigned char masks[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
	int c = (unsigned char)s[0] & masks[len];

	for (size_t i = 1; i < len; i++)
		c = c << 6 | ((unsigned char)s[i] & 0x3f);
	return c;
}

int kmt_key_parse(const char **s)
{
	const char *end;
	size_t len;
	int key;

	*s += strspn(*s, " \t\n");
	if (!**s)
		return KMT_KEY_NONE;
	end = **s == '<' ? strchr(*s, '>') : NULL;
	if (end && end > *s + 1) {
		key = parse_named(*s + 1, (size_t)(end - *s - 1));
		*s = end + 1;
		return key;
	}
	len = kmt_utf8_len(*s, strlen(*s));
	if (!len)
		return -EINVAL;
	key = decode(*s, len);
	*s += len;
	return key;
}

void kmt_key_name(int key, char out[KMT_KEY_NAME])
{
	for (size_t i = 0; i < KMT_ARRAY_SIZE(names); i++)
		if (names[i].key == key && key != '<') {
			snprintf(out, KMT_KEY_NAME, "%s", names[i].name);
			return;
		}
	if (key > KMT_KEY_F0 && key <= KMT_KEY_F(12))
		snprintf(out, KMT_KEY_NAME, "F%d", key - KMT_KEY_F0);
	else if (key > 0 && key < ' ')
		snprintf(out, KMT_KEY_NAME, "ctrl-%c", key + 'a' - 1);
	else
		snprintf(out, KMT_KEY_NAME, "%lc", (wint_t)key);
}

const struct kmt_binding kmt_bindings[] = {
	{KMT_ACT_UP, {KMT_KEY_UP, 'k'}, .group = "Moving", .help = "one line up"},
	{KMT_ACT_DOWN, {KMT_KEY_DOWN, 'j'}, .help = "one line down"},
	{KMT_ACT_PAGE_UP, {KMT_KEY_PAGE_UP, KMT_KEY_CTRL('b'), KMT_KEY_CTRL('u')}, .help = "a page up"},
	{KMT_ACT_PAGE_DOWN, {KMT_KEY_PAGE_DOWN, KMT_KEY_CTRL('f'), KMT_KEY_CTRL('d')},
		.help = "a page down"},
	{KMT_ACT_HOME, {KMT_KEY_HOME, 'g'}, .help = "to the first line"},
	{KMT_ACT_END, {KMT_KEY_END, 'G'}, .help = "to the last line"},
	{KMT_ACT_LEFT, {KMT_KEY_LEFT, 'h'}, .help = "scroll to the left"},
	{KMT_ACT_RIGHT, {KMT_KEY_RIGHT, 'l'}, .help = "scroll to the right, to see what is cut"},
	{KMT_ACT_ENTER, {KMT_KEY_ENTER}, .help = "to the details; there: to what the line is about"},
	{KMT_ACT_BACK, {'<', KMT_KEY_BACKSPACE}, .help = "back to where you came from"},
	{KMT_ACT_SEARCH, {KMT_KEY_F(3), '/'}, .label = "Search", .group = "Finding",
		.help = "search as you type; upper-case letters count if there are any"},
	{KMT_ACT_FIND_NEXT, {'n'}, .help = "the next row that has it"},
	{KMT_ACT_FIND_PREVIOUS, {'N'}, .help = "the one before"},
	{KMT_ACT_FILTER, {KMT_KEY_F(4), '\\'}, .label = "Filter",
		.help = "show only the rows that have it; Esc shows all again"},
	{KMT_ACT_SORT, {KMT_KEY_F(6), '>', ','}, .label = "Sort", .help = "choose the column to sort by"},
	{KMT_ACT_INVERT, {'I'}, .help = "sort the other way round"},
	{KMT_ACT_TREE, {KMT_KEY_F(5), 't'}, .label = "Tree", .help = "modules below what they use, or none"},
	{KMT_ACT_VIEW_LOADED, {'1'}, .group = "What is shown", .help = "loaded modules"},
	{KMT_ACT_VIEW_AVAILABLE, {'2'}, .help = "modules of the tree that are not loaded"},
	{KMT_ACT_VIEW_BUILTIN, {'3'}, .help = "modules that are part of the kernel image"},
	{KMT_ACT_VIEW_CONFIG, {'4'}, .help = "every line of configuration, and what becomes of it"},
	{KMT_ACT_VIEW_LOG, {'5'}, .help = "what the kernel said; the bar at the end follows new lines"},
	{KMT_ACT_VIEW_DEVICES, {'6'}, .help = "devices and what drives them, first those without a driver"},
	{KMT_ACT_NEXT_PANE, {KMT_KEY_TAB, KMT_KEY_BACKTAB}, .help = "between list and details"},
	{KMT_ACT_TAB_PREVIOUS, {'['}, .help = "the tab of details to the left"},
	{KMT_ACT_TAB_NEXT, {']'}, .help = "the tab of details to the right"},
	{KMT_ACT_ZOOM, {'z'}, .help = "the whole screen for list or details, and back"},
	{KMT_ACT_GROW, {'+'}, .help = "a larger list"},
	{KMT_ACT_SHRINK, {'-'}, .help = "larger details"},
	{KMT_ACT_TAG, {' ', KMT_KEY_INSERT}, .group = "Changing: a plan comes first",
		.help = "tag a module: load, unload and block are about all that are"},
	{KMT_ACT_TAG_DEPENDENTS, {'*'}, .help = "tag it and all that uses it; Esc takes tags away"},
	{KMT_ACT_LOAD, {KMT_KEY_F(7), 'L'}, .label = "Load", .menu = "Load",
		.help = "what loading the module would do; Run does it"},
	{KMT_ACT_UNLOAD, {KMT_KEY_F(8), 'U'}, .label = "Unload", .menu = "Unload",
		.help = "what unloading it would do; Run does it"},
	{KMT_ACT_RELOAD, {'R'}, .menu = "Reload",
		.help = "what unloading it and loading it again would do"},
	{KMT_ACT_BLOCK, {'B'}, .menu = "Block", .help = "keep it from being loaded, or let it again"},
	{KMT_ACT_PARAM_EDIT, {'P'}, .menu = "Change parameter",
		.help = "on a parameter: another value"},
	{KMT_ACT_PARAM_KEEP, {'W'}, .menu = "Keep its value",
		.help = "on a parameter: its value for every load"},
	{KMT_ACT_PARAM_DROP, {'D'}, .menu = "Drop its line",
		.help = "on a parameter: no line sets it any more"},
	{KMT_ACT_MENU, {KMT_KEY_F(9), 'm'}, .label = "Menu",
		.help = "all that can be done with it, and what is in the way"},
	{KMT_ACT_HISTORY, {'@'}, .help = "what was done in this session; s saves it as a script"},
	{KMT_ACT_COPY, {'y'}, .group = "Other",
		.help = "copy the name, the line, or the command of a plan"},
	{KMT_ACT_COMMAND, {':'}, .help = "type what to do: load, unload, reload, block, unblock, a view, a module"},
	{KMT_ACT_EDIT, {'e'}, .help = "open the file of a line of configuration in $EDITOR"},
	{KMT_ACT_SETUP, {KMT_KEY_F(2), 'o'}, .label = "Setup", .help = "colours, mouse, characters, first view"},
	{KMT_ACT_PAUSE, {'Z'}, .help = "stand still, whatever happens; again: go on"},
	{KMT_ACT_RESCAN, {'r'}, .help = "read everything again"},
	{KMT_ACT_REDRAW, {KMT_KEY_CTRL('l')}, .help = "draw the screen again"},
	{KMT_ACT_SUSPEND, {KMT_KEY_CTRL('z')}, .help = "back to the shell; its fg comes back here"},
	{KMT_ACT_HELP, {KMT_KEY_F(1), '?'}, .label = "Help", .help = "this help"},
	{KMT_ACT_ESCAPE, {KMT_KEY_ESC}, .help = "one step back: close help, leave a pane; never quits"},
	{KMT_ACT_QUIT, {KMT_KEY_F(10), 'q', KMT_KEY_CTRL('c')}, .label = "Quit", .help = "quit"},
	{.action = KMT_ACT_NONE},
};

enum kmt_action kmt_key_action(int key)
{
	if (key >= KMT_KEY_ALT + '0' && key <= KMT_KEY_ALT + '9')
		key = KMT_KEY_F(key == KMT_KEY_ALT + '0' ? 10 : key - KMT_KEY_ALT - '0');
	for (const struct kmt_binding *b = kmt_bindings; b->action; b++)
		for (size_t i = 0; i < KMT_BINDING_KEYS; i++)
			if (b->keys[i] == key && key)
				return b->action;
	return KMT_ACT_NONE;
}
