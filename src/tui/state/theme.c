/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/tui/theme.h>

/* The numbers of ECMA-48 and of curses. */
enum { RED = 1, GREEN, YELLOW, BLUE, MAGENTA, CYAN };

/* What all schemes have alike. */
#define PLAIN                                                                                      \
	[KMT_ROLE_TEXT] = {-1, 0, 0}, [KMT_ROLE_NAME] = {-1, KMT_LOOK_BOLD, 0},                    \
	[KMT_ROLE_HEADER] = {-1, 0, 0}, [KMT_ROLE_KEY] = {-1, KMT_LOOK_BOLD, 0},                   \
	[KMT_ROLE_BUTTON] = {-1, KMT_LOOK_BOLD, 0}, [KMT_ROLE_BAR] = {-1, KMT_LOOK_REVERSE, 0}

/* A dark background: colours that are light. */
#define DARK                                                                                       \
	{                                                                                          \
		PLAIN,                                                                             \
		[KMT_ROLE_DIM] = {-1, KMT_LOOK_DIM, 0},                                               \
		[KMT_ROLE_GOOD] = {GREEN, 0, 114},                                                 \
		[KMT_ROLE_WARN] = {YELLOW, 0, 221},                                                \
		[KMT_ROLE_BAD] = {RED, KMT_LOOK_BOLD, 203},                                        \
		[KMT_ROLE_HEADING] = {CYAN, KMT_LOOK_BOLD | KMT_LOOK_UNDERLINE, 80},               \
		[KMT_ROLE_TAB] = {YELLOW, KMT_LOOK_BOLD, 221},                                     \
		[KMT_ROLE_LABEL] = {CYAN, 0, 110},                                                 \
		[KMT_ROLE_BORDER] = {-1, KMT_LOOK_DIM, 0},                                            \
		[KMT_ROLE_FOCUS] = {CYAN, KMT_LOOK_BOLD, 80},                                      \
		[KMT_ROLE_ASIDE] = {-1, KMT_LOOK_DIM | KMT_LOOK_UNDERLINE, 0},                        \
		[KMT_ROLE_ACTION] = {CYAN, KMT_LOOK_REVERSE, 80},                                  \
		[KMT_ROLE_PROMPT] = {MAGENTA, KMT_LOOK_BOLD, 183},                                 \
		[KMT_ROLE_MATCH] = {YELLOW, KMT_LOOK_BOLD | KMT_LOOK_UNDERLINE, 221},              \
	}

const struct kmt_look kmt_themes[KMT_SCHEME_COUNT][KMT_ROLE_COUNT] = {
	[KMT_SCHEME_DEFAULT] = DARK,
	[KMT_SCHEME_DARK] = DARK,
	[KMT_SCHEME_LIGHT] = {
		PLAIN,
		[KMT_ROLE_DIM] = {-1, KMT_LOOK_DIM, 0},
		[KMT_ROLE_GOOD] = {GREEN, 0, 28},
		[KMT_ROLE_WARN] = {MAGENTA, 0, 130},
		[KMT_ROLE_BAD] = {RED, KMT_LOOK_BOLD, 160},
		[KMT_ROLE_HEADING] = {BLUE, KMT_LOOK_BOLD | KMT_LOOK_UNDERLINE, 25},
		[KMT_ROLE_TAB] = {MAGENTA, KMT_LOOK_BOLD, 130},
		[KMT_ROLE_LABEL] = {BLUE, 0, 24},
		[KMT_ROLE_BORDER] = {-1, KMT_LOOK_DIM, 0},
		[KMT_ROLE_FOCUS] = {BLUE, KMT_LOOK_BOLD, 25},
		[KMT_ROLE_ASIDE] = {-1, KMT_LOOK_DIM | KMT_LOOK_UNDERLINE, 0},
		[KMT_ROLE_ACTION] = {BLUE, KMT_LOOK_REVERSE, 25},
		[KMT_ROLE_PROMPT] = {MAGENTA, KMT_LOOK_BOLD, 90},
		[KMT_ROLE_MATCH] = {MAGENTA, KMT_LOOK_BOLD | KMT_LOOK_UNDERLINE, 130},
	},
	[KMT_SCHEME_CONTRAST] = {
		PLAIN,
		[KMT_ROLE_DIM] = {-1, 0, 0},
		[KMT_ROLE_GOOD] = {-1, KMT_LOOK_BOLD, 0},
		[KMT_ROLE_WARN] = {-1, KMT_LOOK_BOLD | KMT_LOOK_UNDERLINE, 0},
		[KMT_ROLE_BAD] = {RED, KMT_LOOK_BOLD | KMT_LOOK_REVERSE, 0},
		[KMT_ROLE_HEADING] = {-1, KMT_LOOK_BOLD | KMT_LOOK_UNDERLINE, 0},
		[KMT_ROLE_TAB] = {-1, KMT_LOOK_BOLD | KMT_LOOK_REVERSE, 0},
		[KMT_ROLE_LABEL] = {-1, KMT_LOOK_BOLD, 0},
		[KMT_ROLE_BORDER] = {-1, 0, 0},
		[KMT_ROLE_FOCUS] = {-1, KMT_LOOK_BOLD, 0},
		[KMT_ROLE_ASIDE] = {-1, KMT_LOOK_UNDERLINE, 0},
		[KMT_ROLE_PROMPT] = {-1, KMT_LOOK_BOLD, 0},
		[KMT_ROLE_MATCH] = {-1, KMT_LOOK_BOLD | KMT_LOOK_UNDERLINE, 0},
		[KMT_ROLE_ACTION] = {-1, KMT_LOOK_REVERSE, 0},
	},
	[KMT_SCHEME_MONO] = {
		PLAIN,
		[KMT_ROLE_DIM] = {-1, 0, 0},
		[KMT_ROLE_GOOD] = {-1, 0, 0},
		[KMT_ROLE_WARN] = {-1, KMT_LOOK_BOLD, 0},
		[KMT_ROLE_BAD] = {-1, KMT_LOOK_BOLD | KMT_LOOK_UNDERLINE, 0},
		[KMT_ROLE_HEADING] = {-1, KMT_LOOK_BOLD | KMT_LOOK_UNDERLINE, 0},
		[KMT_ROLE_TAB] = {-1, KMT_LOOK_BOLD, 0},
		[KMT_ROLE_LABEL] = {-1, 0, 0},
		[KMT_ROLE_BORDER] = {-1, 0, 0},
		[KMT_ROLE_FOCUS] = {-1, KMT_LOOK_BOLD, 0},
		[KMT_ROLE_ASIDE] = {-1, KMT_LOOK_UNDERLINE, 0},
		[KMT_ROLE_PROMPT] = {-1, KMT_LOOK_BOLD, 0},
		[KMT_ROLE_MATCH] = {-1, KMT_LOOK_BOLD | KMT_LOOK_UNDERLINE, 0},
		[KMT_ROLE_ACTION] = {-1, KMT_LOOK_REVERSE, 0},
	},
};
