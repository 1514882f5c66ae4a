/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/tui/term.h>

#include <curses.h>
#include <errno.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

#include <kmt/base/base64.h>
#include <kmt/tui/key.h>
#include <kmt/tui/theme.h>
#include "background_priv.h"
#include "sequence_priv.h"

/* Codes of our own for how reports of the mouse begin; curses gives those behind KEY_MAX to extended keys. */
#define MOUSE_X10 (KEY_MAX + 0x4001)
#define MOUSE_SGR (KEY_MAX + 0x4002)
#define REPORT_MS 500  /* how long the rest of a report or of a key's sequence may take */
#define PASTE_MS 500   /* and of what is pasted */
#define SEQUENCE_MAX 64
#define REPORT_MAX 9999 /* no number in one is larger */

/* What a signal handler needs to give the terminal back: bytes and modes, found out beforehand. */
static struct {
	struct termios modes;
	char bytes[256];
	size_t n;
	volatile sig_atomic_t active;
	SCREEN *screen;
	bool color, mouse;
	enum kmt_background background;
	const struct kmt_look *theme; /* by role */
} terminal;

static const int fatal_signals[] = {
	SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE, SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGSYS, SIGTRAP,
	SIGUSR1, SIGUSR2, SIGALRM, SIGVTALRM, SIGPROF, SIGIO, SIGXCPU, SIGXFSZ};

/* Only what signal-safety(7) allows. The signal then ends the program as it would have. */
static void give_back(int signo)
{
	ssize_t unused = 0;

	if (terminal.active) {
		terminal.active = 0;
		unused = write(STDOUT_FILENO, terminal.bytes, terminal.n);
		tcsetattr(STDIN_FILENO, TCSANOW, &terminal.modes);
	}
	(void)unused;
	raise(signo);
}

static void catch_signals(void)
{
	struct sigaction action = {.sa_handler = give_back, .sa_flags = (int)SA_RESETHAND};

	for (size_t i = 0; i < sizeof(fatal_signals) / sizeof(fatal_signals[0]); i++) {
		struct sigaction before;

		/* What a parent ignores (nohup) stays ignored. */
		if (!sigaction(fatal_signals[i], NULL, &before) && before.sa_handler == SIG_IGN)
			continue;
		sigaction(fatal_signals[i], &action, NULL);
	}
}

/* A string of terminfo; NULL if the terminal has none of that name. */
static char *capability(const char *name)
{
	char *s = tigetstr(name);

	return s && s != (char *)-1 && *s ? s : NULL;
}

static void add_string(const char *s)
{
	size_t n = s ? strlen(s) : 0;

	if (!n || terminal.n + n > sizeof(terminal.bytes))
		return;
	memcpy(terminal.bytes + terminal.n, s, n);
	terminal.n += n;
}

static void add_bytes(const char *name)
{
	add_string(capability(name));
}

/* What turns the mouse on or off: XM, a capability of its own, or xterm's way for whatever sends kmous; and
 * in either case SGR mode, which knows more than 95 columns. NULL: the terminal has no mouse. */
static const char *mouse_string(bool on)
{
	char *mode = capability("XM");

	if (!capability("kmous"))
		return NULL;
	if (mode)
		return tparm(mode, on, 0, 0, 0, 0, 0, 0, 0, 0);
	return on ? "\033[?1000h\033[?1006h" : "\033[?1006l\033[?1000l";
}

/* What makes the terminal mark what is pasted: BE and BD, or xterm's way for whatever sends kmous. */
static const char *paste_string(bool on)
{
	char *mode = capability(on ? "BE" : "BD");

	if (mode || !capability("kmous"))
		return mode;
	return on ? "\033[?2004h" : "\033[?2004l";
}

/* Attributes off, keypad mode off, cursor on, the shell's screen back. */
static void remember_bytes(void)
{
	terminal.n = 0;
	add_bytes("sgr0");
	add_bytes("op");
	add_bytes("rmkx");
	add_bytes("cnorm");
	add_string(mouse_string(false));
	add_string(paste_string(false));
	add_bytes("rmcup");
}

static attr_t attributes(unsigned int with)
{
	return (with & KMT_LOOK_BOLD ? A_BOLD : 0) | (with & KMT_LOOK_DIM ? A_DIM : 0) |
	       (with & KMT_LOOK_UNDERLINE ? A_UNDERLINE : 0) | (with & KMT_LOOK_REVERSE ? A_REVERSE : 0);
}

void kmt_term_scheme(enum kmt_scheme scheme, const short *own)
{
	bool color = scheme != KMT_SCHEME_MONO && has_colors() && start_color() == OK && COLORS >= 8 &&
		     use_default_colors() == OK;

	if (scheme == KMT_SCHEME_DEFAULT && terminal.background == KMT_BACKGROUND_LIGHT)
		scheme = KMT_SCHEME_LIGHT;
	terminal.theme = kmt_themes[color ? scheme : KMT_SCHEME_MONO];
	terminal.color = color;
	for (short role = 0; color && role < KMT_ROLE_COUNT; role++) {
		const struct kmt_look *look = &terminal.theme[role];
		short number = look->fine && COLORS >= 256 ? look->fine : look->color;

		if (own && own[role] && own[role] <= COLORS)
			number = (short)(own[role] - 1);
		init_pair((short)(role + 1), number, -1);
	}
}

static bool send_bytes(const char *s, size_t n)
{
	return write(STDOUT_FILENO, s, n) == (ssize_t)n;
}

static void send_string(const char *s)
{
	if (s)
		send_bytes(s, strlen(s));
}

/* The answer comes as a key does: nobody waits for it. */
static void find_background(void)
{
	terminal.background = kmt_background_colorfgbg(getenv("COLORFGBG"));
	/* As the mouse: what sends no reports may not know the question. */
	if (!terminal.background && capability("kmous"))
		send_string(KMT_BACKGROUND_QUESTION);
}

static void set_look(const struct kmt_glyph *g)
{
	/* The bar is of one look: blocks of many colours would be hard to read. */
	enum kmt_role role = g->selected ? KMT_ROLE_BAR : g->role;

	attr_set(attributes(terminal.theme[role].with), (short)(terminal.color ? role + 1 : 0), NULL);
}

/* The mouse is none of curses' business: it takes presses and releases for gestures, and waits for more of
 * them, or loses some, where they come together. */
void kmt_term_mouse(bool on)
{
	terminal.mouse = on;
	send_string(mouse_string(on));
}

/* How reports of the mouse begin, as keys. */
static void define_mouse(void)
{
	char *report = capability("kmous");

	if (!report)
		return;
	define_key(report, MOUSE_X10);
	define_key("\033[<", MOUSE_SGR);
}

static SCREEN *start_screen(const char **note)
{
	static const char *const others[] = {"xterm-256color", "xterm", "vt100"};
	SCREEN *screen = newterm(NULL, stdout, stdin);

	*note = NULL;
	for (size_t i = 0; !screen && i < sizeof(others) / sizeof(others[0]); i++) {
		screen = newterm(others[i], stdout, stdin);
		*note = "Unknown terminal type ($TERM): treated as a common one.";
	}
	return screen;
}

int kmt_term_open(const char **note, bool color, struct kmt_err *err)
{
	int r;

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO) ||
		tcgetattr(STDIN_FILENO, &terminal.modes)) {
		r = kmt_err_set(err, KMT_ERR_USAGE, ENOTTY, "the browser needs a terminal");
		kmt_err_hint(err, "'kmtool list' and 'kmtool info' work without one");
		return r;
	}
	terminal.screen = start_screen(note);
	if (!terminal.screen || !capability("cup")) {
		if (terminal.screen)
			endwin();
		r = kmt_err_set(err, KMT_ERR_USAGE, ENOTTY,
			"the browser does not support this terminal type ($TERM)");
		kmt_err_hint(err, "'kmtool list' and 'kmtool info' work without one");
		return r;
	}
	remember_bytes();
	terminal.active = 1;
	catch_signals();
	raw();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	if (!getenv("ESCDELAY"))
		set_escdelay(25);
	define_mouse();
	send_string(paste_string(true));
	if (color)
		find_background();
	kmt_term_scheme(KMT_SCHEME_MONO, NULL);
	return 0;
}

void kmt_term_close(void)
{
	send_string(mouse_string(false));
	send_string(paste_string(false));
	endwin();
	terminal.active = 0;
	delscreen(terminal.screen);
	terminal.screen = NULL;
}

void kmt_term_size(int *width, int *height)
{
	getmaxyx(stdscr, *height, *width);
}

void kmt_term_show(const struct kmt_canvas *c)
{
	const struct kmt_glyph *g = c->cells;

	erase();
	for (int y = 0; y < c->height; y++)
		for (int x = 0; x < c->width; x++, g++) {
			if (!*g->text)
				continue;
			set_look(g);
			mvaddstr(y, x, g->text);
		}
	curs_set(c->cursor_x >= 0);
	if (c->cursor_x >= 0)
		move(c->cursor_y, c->cursor_x);
	refresh();
}

void kmt_term_forget(void)
{
	clearok(stdscr, TRUE);
}

void kmt_term_leave(void)
{
	send_string(mouse_string(false));
	send_string(paste_string(false));
	endwin();
	terminal.active = 0;
}

void kmt_term_return(void)
{
	terminal.active = 1;
	refresh();
	clearok(stdscr, TRUE);
	send_string(mouse_string(terminal.mouse));
	send_string(paste_string(true));
}

static const struct {
	wint_t curses;
	int key;
} specials[] = {
	{KEY_UP, KMT_KEY_UP},
	{KEY_DOWN, KMT_KEY_DOWN},
	{KEY_LEFT, KMT_KEY_LEFT},
	{KEY_RIGHT, KMT_KEY_RIGHT},
	{KEY_PPAGE, KMT_KEY_PAGE_UP},
	{KEY_NPAGE, KMT_KEY_PAGE_DOWN},
	{KEY_HOME, KMT_KEY_HOME},
	{KEY_END, KMT_KEY_END},
	{KEY_LL, KMT_KEY_END},
	{KEY_FIND, KMT_KEY_HOME}, /* of a VT220, at the same place */
	{KEY_SELECT, KMT_KEY_END},
	{KEY_IC, KMT_KEY_INSERT},
	{KEY_DC, KMT_KEY_DELETE},
	{KEY_BACKSPACE, KMT_KEY_BACKSPACE},
	{KEY_BTAB, KMT_KEY_BACKTAB},
	{KEY_ENTER, KMT_KEY_ENTER},
	/* With Shift. */
	{KEY_SR, KMT_KEY_UP},
	{KEY_SF, KMT_KEY_DOWN},
	{KEY_SLEFT, KMT_KEY_LEFT},
	{KEY_SRIGHT, KMT_KEY_RIGHT},
	{KEY_SPREVIOUS, KMT_KEY_PAGE_UP},
	{KEY_SNEXT, KMT_KEY_PAGE_DOWN},
	{KEY_SHOME, KMT_KEY_HOME},
	{KEY_SEND, KMT_KEY_END},
};

/* Keys with Shift, Alt or Control have names in terminfo, one of these and a digit (user_caps(5)). */
static const struct {
	const char *name;
	int key;
} extended[] = {
	{"kUP", KMT_KEY_UP},
	{"kDN", KMT_KEY_DOWN},
	{"kLFT", KMT_KEY_LEFT},
	{"kRIT", KMT_KEY_RIGHT},
	{"kPRV", KMT_KEY_PAGE_UP},
	{"kNXT", KMT_KEY_PAGE_DOWN},
	{"kHOM", KMT_KEY_HOME},
	{"kEND", KMT_KEY_END},
};

static int extended_key(wint_t code)
{
	const char *name = code > KEY_MAX ? keyname((int)code) : NULL;

	for (size_t i = 0; name && i < sizeof(extended) / sizeof(extended[0]); i++) {
		size_t n = strlen(extended[i].name);

		if (!strncmp(name, extended[i].name, n) && strspn(name + n, "0123456789") == strlen(name + n))
			return extended[i].key;
	}
	return KMT_KEY_NONE;
}

static int special(wint_t code)
{
	for (size_t i = 0; i < sizeof(specials) / sizeof(specials[0]); i++)
		if (specials[i].curses == code)
			return specials[i].key;
	if (code > KEY_F0 && code <= (wint_t)KEY_F(12))
		return KMT_KEY_F((int)code - KEY_F0);
	return extended_key(code);
}

static int plain(wint_t c)
{
	if (c == 127 || c == 8)
		return KMT_KEY_BACKSPACE;
	if (c == '\n')
		return KMT_KEY_ENTER;
	return c <= 0x10ffff ? (int)c : KMT_KEY_NONE;
}

/* OSC 52; terminfo has Ms for a terminal that knows it (user_caps(5)). tmux takes it under any TERM; screen
 * hands on what is within a DCS. */
bool kmt_term_copy(const char *text, size_t n)
{
	kmt_autostrbuf struct kmt_strbuf out = KMT_STRBUF_INIT;
	bool screen = getenv("STY") && !getenv("TMUX");

	if (!capability("Ms") && !getenv("TMUX") && !screen)
		return false;
	kmt_strbuf_addstr(&out, screen ? "\033P\033]52;c;" : "\033]52;c;");
	kmt_base64_add(&out, text, n);
	kmt_strbuf_addstr(&out, screen ? "\a\033\\" : "\a");
	return send_bytes(out.s, out.len);
}

/* The rest of a report, which comes with its beginning. False: it does not. */
static bool next_within(int ms, wint_t *c)
{
	struct pollfd p = {.fd = STDIN_FILENO, .events = POLLIN};

	return get_wch(c) == OK || (poll(&p, 1, ms) > 0 && get_wch(c) == OK);
}

static bool next_of_report(wint_t *c)
{
	return next_within(REPORT_MS, c);
}

/* BUTTON as both ways of reporting count them, with Shift, Alt and Control left out. */
static void set_mouse(struct kmt_input *in, int button, int x, int y, bool pressed)
{
	static const enum kmt_mouse known[] = {
		[0] = KMT_MOUSE_PRESS, [64] = KMT_MOUSE_WHEEL_UP, [65] = KMT_MOUSE_WHEEL_DOWN};

	button &= ~(4 | 8 | 16);
	if (pressed && button < (int)(sizeof(known) / sizeof(known[0])))
		in->mouse = known[button];
	in->x = x - 1;
	in->y = y - 1;
}

/* "0;12;3M": button, column, line; m for a button that is let go. */
static void take_sgr(struct kmt_input *in)
{
	int numbers[3] = {0}, i = 0;
	wint_t c;

	while (next_of_report(&c)) {
		if (c >= '0' && c <= '9' && numbers[i] < REPORT_MAX)
			numbers[i] = 10 * numbers[i] + (int)(c - '0');
		else if (c == ';' && i < 2)
			i++;
		else
			break;
	}
	if (i == 2 && (c == 'M' || c == 'm'))
		set_mouse(in, numbers[0], numbers[1], numbers[2], c == 'M');
}

/* Three characters, each 32 more than it says; button 3 is any that is let go. */
static void take_x10(struct kmt_input *in)
{
	wint_t c[3];

	for (int i = 0; i < 3; i++)
		if (!next_of_report(&c[i]) || c[i] < 32)
			return;
	set_mouse(in, (int)c[0] - 32, (int)c[1] - 32, (int)c[2] - 32, true);
}

/* An answer of the terminal, if TEXT is one. */
static void terminal_says(struct kmt_input *in, const char *text)
{
	enum kmt_background background = kmt_background_answer(text);

	if (background && !terminal.background) {
		terminal.background = background;
		in->background = true;
	}
}

/* The sequence that begins with FIRST; what is longer than all known ones is taken, and is none. */
static int sequence(struct kmt_input *in, wint_t first)
{
	char text[SEQUENCE_MAX] = {(char)first};
	size_t n = 1;
	wint_t c;

	while (!kmt_sequence_ends(text, n)) {
		/* Alone behind Escape it may be a key with Alt. */
		if (!(n == 1 ? next_within(get_escdelay(), &c) : next_of_report(&c)))
			return n == 1 ? KMT_KEY_ALT + (int)first : KMT_KEY_NONE;
		/* The end of a string is told by its last two. */
		if (n == sizeof(text)) {
			text[n - 2] = text[n - 1];
			n--;
		}
		text[n++] = c < 128 ? (char)c : '?';
	}
	text[n < sizeof(text) ? n : n - 1] = '\0';
	terminal_says(in, text);
	return kmt_sequence_key(text, n);
}

/* Alt sends Escape and the key at once; with a key that moves, it is as without. */
static int after_escape(struct kmt_input *in)
{
	wint_t next;
	int r = get_wch(&next), key;

	/* rxvt has Escape twice then. */
	if (r == OK && next == KMT_KEY_ESC)
		r = get_wch(&next);
	if (r == OK && kmt_sequence_begins(next))
		return sequence(in, next);
	if (r == OK)
		return next >= ' ' && next < 127 ? KMT_KEY_ALT + (int)next : plain(next);
	if (r != KEY_CODE_YES)
		return KMT_KEY_ESC;
	key = special(next);
	if (key)
		return key < KMT_KEY_F0 ? key : KMT_KEY_NONE;
	ungetch((int)next);
	return KMT_KEY_ESC;
}

/* Up to the mark of its end, or until nothing more comes; what is behind its first line is left out. */
static void take_paste(struct kmt_input *in)
{
	struct pollfd p = {.fd = STDIN_FILENO, .events = POLLIN};
	bool first_line = true;
	wint_t c;

	in->is_paste = true;
	for (;;) {
		int r = get_wch(&c);

		if (r == ERR && (poll(&p, 1, PASTE_MS) <= 0 || p.revents != POLLIN))
			return;
		if (r == OK && c == KMT_KEY_ESC && after_escape(in) == KMT_SEQUENCE_PASTE_END)
			return;
		if (r != OK || c == KMT_KEY_ESC)
			continue;
		if (c == '\r' || c == '\n')
			first_line = false;
		if (first_line && c >= ' ' && in->pasted < KMT_PASTE_MAX)
			in->paste[in->pasted++] = (int)c;
	}
}

void kmt_term_drop_input(void)
{
	flushinp();
}

bool kmt_term_input(struct kmt_input *in)
{
	wint_t c;
	int r = get_wch(&c);

	*in = (struct kmt_input){.key = KMT_KEY_NONE};
	if (r == ERR)
		return false;
	if (r == KEY_CODE_YES && c == KEY_RESIZE)
		in->resized = true;
	else if (r == KEY_CODE_YES && c == MOUSE_SGR)
		take_sgr(in);
	else if (r == KEY_CODE_YES && c == MOUSE_X10)
		take_x10(in);
	else if (r == KEY_CODE_YES)
		in->key = special(c);
	else
		in->key = c == KMT_KEY_ESC ? after_escape(in) : plain(c);
	if (in->key == KMT_SEQUENCE_PASTE_BEGIN)
		take_paste(in);
	return true;
}
