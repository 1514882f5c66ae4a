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
	{KMT_ACT_HOME, {KMT_KEY_HOME, 'g'}, .help = "go to the first line"},
	{KMT_ACT_END, {KMT_KEY_END, 'G'}, .help = "go to the last line"},
	{KMT_ACT_LEFT, {KMT_KEY_LEFT, 'h'}, .help = "scroll left; in a tree, hide what is below"},
	{KMT_ACT_RIGHT, {KMT_KEY_RIGHT, 'l'}, .help = "scroll right; in a tree, show it again"},
	{KMT_ACT_ENTER, {KMT_KEY_ENTER}, .help = "open the details; in the details, follow the link"},
	{KMT_ACT_BACK, {'<', KMT_KEY_BACKSPACE}, .help = "go back"},
	{KMT_ACT_SEARCH, {KMT_KEY_F(3), '/'}, .label = "Search", .group = "Finding",
		.help = "search: words, or /expression/; in the pane, help or plan"},
	{KMT_ACT_FIND_NEXT, {'n'}, .help = "next match"},
	{KMT_ACT_FIND_PREVIOUS, {'N'}, .help = "previous match"},
	{KMT_ACT_FILTER, {KMT_KEY_F(4), '\\'}, .label = "Filter",
		.help = "filter rows, by the same; Esc clears the filter"},
	{KMT_ACT_ABOUT, {'f'}, .help = "kernel log: only what names the module; again: all"},
	{KMT_ACT_LEVEL, {'v'}, .help = "kernel log: only warnings, only errors, all"},
	{KMT_ACT_SORT, {KMT_KEY_F(6), '>', ','}, .label = "Sort", .help = "choose the column to sort by"},
	{KMT_ACT_INVERT, {'I'}, .help = "reverse the sort order"},
	{KMT_ACT_TREE, {KMT_KEY_F(5), 't'}, .label = "Tree", .help = "tree of dependents (toggle)"},
	{KMT_ACT_PIN, {'p'}, .help = "pin the module on top of its list (toggle)"},
	{KMT_ACT_VIEW_LOADED, {'1'}, .group = "Views", .help = "loaded modules"},
	{KMT_ACT_VIEW_AVAILABLE, {'2'}, .help = "modules in the module tree that are not loaded"},
	{KMT_ACT_VIEW_BUILTIN, {'3'}, .help = "modules that are built into the kernel"},
	{KMT_ACT_VIEW_CONFIG, {'4'}, .help = "configuration lines with their effect"},
	{KMT_ACT_VIEW_LOG, {'5'}, .help = "kernel log; select the last line to follow it"},
	{KMT_ACT_VIEW_DEVICES, {'6'}, .help = "devices with their drivers; devices without one first"},
	{KMT_ACT_NEXT_PANE, {KMT_KEY_TAB}, .help = "next pane: list, details, kernel log"},
	{KMT_ACT_PREVIOUS_PANE, {KMT_KEY_BACKTAB}, .help = "previous pane"},
	{KMT_ACT_TAB_PREVIOUS, {'['}, .help = "previous tab of the details"},
	{KMT_ACT_TAB_NEXT, {']'}, .help = "next tab of the details"},
	{KMT_ACT_KERNELS, {'K'}, .help = "show or compare another installed kernel"},
	{KMT_ACT_ZOOM, {'z'}, .help = "show only the list or only the details (toggle)"},
	{KMT_ACT_STRIP, {'b'}, .help = "newest lines of the kernel log at the bottom (toggle)"},
	{KMT_ACT_GROW, {'+'}, .help = "enlarge the list"},
	{KMT_ACT_SHRINK, {'-'}, .help = "enlarge the details"},
	{KMT_ACT_TAG, {' ', KMT_KEY_INSERT}, .group = "Actions (each shows a plan first)",
		.help = "tag a module; load, unload and block act on all tagged modules"},
	{KMT_ACT_TAG_DEPENDENTS, {'*'}, .help = "tag a module with all its dependents; Esc removes all tags"},
	{KMT_ACT_LOAD, {KMT_KEY_F(7), 'L'}, .label = "Load", .menu = "Load",
		.help = "plan to load the module"},
	{KMT_ACT_UNLOAD, {KMT_KEY_F(8), 'U'}, .label = "Unload", .menu = "Unload",
		.help = "plan to unload the module"},
	{KMT_ACT_RELOAD, {'R'}, .menu = "Reload",
		.help = "plan to unload the module and load it again"},
	{KMT_ACT_BLOCK, {'B'}, .menu = "Block", .help = "block the module, or unblock it"},
	{KMT_ACT_PARAM_EDIT, {'P'}, .menu = "Change parameter",
		.help = "change the value of a parameter"},
	{KMT_ACT_PARAM_KEEP, {'W'}, .menu = "Save its value",
		.help = "save the current value of a parameter for every load"},
	{KMT_ACT_PARAM_DROP, {'D'}, .menu = "Remove setting",
		.help = "remove a parameter from the configuration"},
	{KMT_ACT_LINE_OFF, {'d'}, .menu = "Comment out line", .help = "comment out the configuration line"},
	{KMT_ACT_LINE_ADD, {'a'}, .menu = "Set options", .help = "options for the module, at every load"},
	{KMT_ACT_AUTOLOAD, {'A'}, .menu = "Load at boot", .help = "load the module at boot, or no longer"},
	{KMT_ACT_REVERT, {KMT_KEY_CTRL('r')}, .help = "take back the last change of configuration files"},
	{KMT_ACT_BACKUP, {'S'}, .help = "save a backup of all configuration files"},
	{KMT_ACT_RESTORE, {'O'}, .help = "restore all configuration files from a backup"},
	{KMT_ACT_WHY, {'w'}, .menu = "Why", .help = "why the module is loaded, or why not"},
	{KMT_ACT_CHECK, {'c'}, .menu = "Check", .help = "whether the kernel would load the module"},
	{KMT_ACT_USERS, {'u'}, .menu = "Users", .help = "what uses the module"},
	{KMT_ACT_MENU, {KMT_KEY_F(9), 'm'}, .label = "Menu",
		.help = "menu of actions"},
	{KMT_ACT_HISTORY, {'@'}, .help = "history of this session: u takes the last action back, s saves a script"},
	{KMT_ACT_COPY, {'y'}, .group = "Other",
		.help = "copy the name, the line, or the command of a plan"},
	{KMT_ACT_COMMAND, {':'}, .help = "a command of kmtool, a view or a module; Tab completes"},
	{KMT_ACT_EDIT, {'e'}, .help = "edit the file of a configuration line in $EDITOR"},
	{KMT_ACT_SETUP, {KMT_KEY_F(2), 'o'}, .label = "Setup", .help = "colours, mouse, characters, first view"},
	{KMT_ACT_PAUSE, {'Z'}, .help = "pause updates (toggle)"},
	{KMT_ACT_RESCAN, {'r'}, .help = "refresh everything"},
	{KMT_ACT_REDRAW, {KMT_KEY_CTRL('l')}, .help = "redraw the screen"},
	{KMT_ACT_SUSPEND, {KMT_KEY_CTRL('z')}, .help = "suspend; fg resumes"},
	{KMT_ACT_HELP, {KMT_KEY_F(1), '?'}, .label = "Help", .help = "this help"},
	{KMT_ACT_ESCAPE, {KMT_KEY_ESC}, .help = "close a window or leave a pane; never quits"},
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
