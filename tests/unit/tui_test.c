/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The pure parts of the browser: cells, keys, where things are on the screen. */
#include "unit.h"

#include <errno.h>
#include <locale.h>
#include <string.h>

#include <kmt/tui/canvas.h>
#include <kmt/tui/doc.h>
#include <kmt/tui/key.h>
#include <kmt/tui/line.h>
#include <kmt/tui/state.h>

#include "src/tui/term/background_priv.h"
#include "src/tui/term/sequence_priv.h"

/* The first line of a canvas of WIDTH columns with TEXT put into it. */
static char *put(int width, int limit, bool ascii, const char *text)
{
	struct kmt_canvas c = {.ascii = ascii};
	kmt_autostrbuf struct kmt_strbuf dump = KMT_STRBUF_INIT;
	char *line;

	kmt_canvas_resize(&c, width, 1);
	kmt_canvas_put(&c, 0, 0, limit, KMT_ROLE_TEXT, text);
	kmt_canvas_dump(&c, &dump);
	line = kmt_strndup(dump.s, strcspn(dump.s, "\n"));
	kmt_canvas_free(&c);
	return line;
}

static void check_put(int limit, bool ascii, const char *text, const char *expected)
{
	kmt_autofree char *line = put(20, limit, ascii, text);

	assert_string_equal(line, expected);
}

static void test_put(void **state)
{
	check_put(20, false, "plain", "plain");
	check_put(4, false, "plain", "pla\xe2\x80\xa6");
	check_put(4, true, "plain", "pla~");
	check_put(5, true, "plain", "plain");
	check_put(99, true, "longer than the whole canvas", "longer than the whol");
	/* Nothing that a terminal would obey. */
	check_put(20, false, "\033[2J\n", "\\x1b[2J\\x0a");
	check_put(20, false, "\xff\xc3(", "\\xff\\xc3(");
	check_put(20, false, "\xc2\x9b" "m", "\\xc2\\x9bm");
	/* Two columns each; one that would be cut in half is left out. */
	check_put(20, false, "\xe6\x97\xa5\xe6\x9c\xac", "\xe6\x97\xa5\xe6\x9c\xac");
	check_put(3, false, "\xe6\x97\xa5\xe6\x9c\xac", "\xe6\x97\xa5\xe2\x80\xa6");
	/* What combines stays with its letter, and takes no column. */
	check_put(2, false, "e\xcc\x81x", "e\xcc\x81x");
	/* In ASCII no byte of another kind. */
	check_put(20, true, "\xe6\x97\xa5", "\\xe6\\x97\\xa5");
}

static void test_measure(void **state)
{
	struct kmt_canvas c = {0};

	assert_int_equal(kmt_canvas_measure(&c, ""), 0);
	assert_int_equal(kmt_canvas_measure(&c, "abc"), 3);
	assert_int_equal(kmt_canvas_measure(&c, "\xe6\x97\xa5"), 2);
	assert_int_equal(kmt_canvas_measure(&c, "e\xcc\x81"), 1);
	assert_int_equal(kmt_canvas_measure(&c, "\033"), 4);
}

static void test_outside(void **state)
{
	struct kmt_canvas c = {0};

	kmt_canvas_resize(&c, 3, 2);
	kmt_canvas_put(&c, -2, 0, 3, KMT_ROLE_TEXT, "abcdef");
	kmt_canvas_put(&c, 0, 7, 3, KMT_ROLE_TEXT, "x");
	kmt_canvas_put(&c, 9, 0, 30, KMT_ROLE_TEXT, "x");
	kmt_canvas_frame(&c, (struct kmt_rect){-5, -5, 40, 40}, KMT_ROLE_BORDER);
	kmt_canvas_select(&c, -3, 1, 50);
	kmt_canvas_resize(&c, 0, 0);
	kmt_canvas_frame(&c, (struct kmt_rect){0, 0, 5, 5}, KMT_ROLE_BORDER);
	kmt_canvas_resize(&c, -4, 5);
	assert_int_equal(c.width, 0);
	kmt_canvas_free(&c);
}

static void test_roles(void **state)
{
	bool seen[256] = {false};

	for (int role = 0; role < KMT_ROLE_COUNT; role++) {
		unsigned char letter = (unsigned char)kmt_role_letter((enum kmt_role)role);

		assert_false(seen[letter]);
		seen[letter] = true;
	}
}

static void check_key(const char *text, int expected)
{
	const char *s = text;

	assert_int_equal(kmt_key_parse(&s), expected);
}

static void test_key_parse(void **state)
{
	const char *s = " j<Down> <C-f>\xc3\xa4 ";

	assert_int_equal(kmt_key_parse(&s), 'j');
	assert_int_equal(kmt_key_parse(&s), KMT_KEY_DOWN);
	assert_int_equal(kmt_key_parse(&s), KMT_KEY_CTRL('f'));
	assert_int_equal(kmt_key_parse(&s), 0xe4);
	assert_int_equal(kmt_key_parse(&s), KMT_KEY_NONE);
	check_key("<F10>", KMT_KEY_F(10));
	check_key("<M-1>", KMT_KEY_ALT + '1');
	check_key("<lt>", '<');
	check_key("<Space>", ' ');
	check_key("<", '<');
	check_key("<F13>", -EINVAL);
	check_key("<Nothing>", -EINVAL);
	check_key("\xff", -EINVAL);
}

/* Whether the entry of the menu can be chosen by a letter of its own. */
static bool has_letter(const struct kmt_binding *b, bool taken[128])
{
	for (size_t i = 0; i < KMT_BINDING_KEYS && b->keys[i]; i++)
		if (b->keys[i] > ' ' && b->keys[i] < 128) {
			bool is_new = !taken[b->keys[i]];

			taken[b->keys[i]] = true;
			return is_new;
		}
	return false;
}

/* The table of keys: nothing twice, everything explained, every action reachable. */
/* What is behind Escape. */
static void test_sequences(void **state)
{
	static const struct {
		const char *text;
		int key;
	} known[] = {
		{"[A", KMT_KEY_UP}, {"OB", KMT_KEY_DOWN}, {"[1;5C", KMT_KEY_RIGHT}, {"O5D", KMT_KEY_LEFT},
		{"[a", KMT_KEY_UP}, {"Od", KMT_KEY_LEFT}, {"[H", KMT_KEY_HOME}, {"[1~", KMT_KEY_HOME},
		{"[7~", KMT_KEY_HOME}, {"[8^", KMT_KEY_END}, {"[4;2~", KMT_KEY_END}, {"[3~", KMT_KEY_DELETE},
		{"[5;3~", KMT_KEY_PAGE_UP}, {"[6@", KMT_KEY_PAGE_DOWN}, {"[Z", KMT_KEY_BACKTAB},
		{"[[A", KMT_KEY_F(1)}, {"[[E", KMT_KEY_F(5)}, {"OP", KMT_KEY_F(1)}, {"[11~", KMT_KEY_F(1)},
		{"[24~", KMT_KEY_F(12)}, {"[1;1P", KMT_KEY_F(1)}, {"OM", KMT_KEY_ENTER},
		{"[200~", KMT_SEQUENCE_PASTE_BEGIN}, {"[201~", KMT_SEQUENCE_PASTE_END},
		/* Not known, or too much of it. */
		{"[18;5~", KMT_KEY_NONE}, {"[1;2P", KMT_KEY_NONE}, {"[18^", KMT_KEY_NONE}, {"[25~", KMT_KEY_NONE},
		{"[99999999999~", KMT_KEY_NONE}, {"[?62;c", KMT_KEY_NONE}, {"[27;5;113~", KMT_KEY_NONE},
		{"[113;5u", KMT_KEY_NONE}, {"[~", KMT_KEY_NONE}, {"[3$", KMT_KEY_NONE}, {"[2;5~", KMT_KEY_NONE},
		{"[I", KMT_KEY_NONE}, {"Oq", KMT_KEY_END},
		{"Ok", KMT_KEY_NONE}, {"]11;rgb:0/0/0\a", KMT_KEY_NONE}, {"P1$r0m\033\\", KMT_KEY_NONE},
		{"[?2026;2$y", KMT_KEY_NONE},
	};

	for (size_t i = 0; i < KMT_ARRAY_SIZE(known); i++) {
		size_t n = strlen(known[i].text);

		assert_true(kmt_sequence_begins((unsigned char)known[i].text[0]));
		for (size_t j = 1; j < n; j++)
			assert_false(kmt_sequence_ends(known[i].text, j));
		assert_true(kmt_sequence_ends(known[i].text, n));
		assert_int_equal(kmt_sequence_key(known[i].text, n), known[i].key);
	}
	assert_false(kmt_sequence_begins('x'));
	assert_false(kmt_sequence_begins(0x15b));
}

static void test_bindings(void **state)
{
	bool reachable[KMT_ACT_COUNT] = {false}, letters[128] = {false};

	for (const struct kmt_binding *b = kmt_bindings; b->action; b++) {
		assert_non_null(b->help);
		assert_int_not_equal(b->keys[0], 0);
		assert_false(reachable[b->action]);
		reachable[b->action] = true;
		if (b->menu)
			assert_true(has_letter(b, letters));
		if (b->label) {
			assert_true(strlen(b->label) <= 6);
			assert_in_range(b->keys[0], KMT_KEY_F(1), KMT_KEY_F(10));
			/* Not everybody has function keys. */
			assert_int_not_equal(b->keys[1], 0);
		}
		for (size_t i = 0; i < KMT_BINDING_KEYS && b->keys[i]; i++)
			assert_int_equal(kmt_key_action(b->keys[i]), b->action);
	}
	for (int action = 1; action < KMT_ACT_COUNT; action++)
		assert_true(reachable[action]);
	assert_int_equal(kmt_key_action(KMT_KEY_ALT + '1'), kmt_key_action(KMT_KEY_F(1)));
	assert_int_equal(kmt_key_action(KMT_KEY_ALT + '0'), kmt_key_action(KMT_KEY_F(10)));
	assert_int_equal(kmt_key_action(0), KMT_ACT_NONE);
}

static bool inside(struct kmt_rect r, const struct kmt_tui_state *s)
{
	return r.x >= 0 && r.y >= 0 && r.w >= 0 && r.h >= 0 && r.x + r.w <= s->width &&
	       r.y + r.h <= s->height - 2;
}

static void test_layout(void **state)
{
	struct kmt_tui_state s = {0};
	struct kmt_layout l;

	for (s.width = 0; s.width < 200; s.width += 7)
		for (s.height = 0; s.height < 60; s.height++)
			for (int variant = 0; variant < 28; variant++) {
				s.zoom = variant & 1;
				s.pane = variant & 2 ? KMT_PANE_DETAILS : KMT_PANE_LIST;
				s.prefs.split = s.prefs.width = (variant - 14) * 5;
				kmt_layout(&s, &l);
				assert_int_equal(l.too_small,
					s.width < KMT_MIN_WIDTH || s.height < KMT_MIN_HEIGHT);
				if (l.too_small)
					continue;
				assert_true(inside(l.list, &s) && inside(l.details, &s));
				/* The pane that has the keys is always there. */
				assert_true(s.pane == KMT_PANE_LIST ? l.list.h >= 3 : l.details.h >= 3);
			}
}

static void test_wrap(void **state)
{
	struct kmt_doc d = {.width = 30};

	kmt_doc_wrap(&d, "Label", 10, KMT_ROLE_TEXT, "one two three four five six\nseven");
	assert_int_equal(d.lines.n, 3);
	assert_string_equal(d.spans.v[1].text, "one two three four");
	assert_string_equal(d.spans.v[5].text, "seven");
	kmt_doc_free(&d);
	d.width = 20;
	kmt_doc_wrap(&d, "", 0, KMT_ROLE_TEXT, "a-word-that-is-longer-than-the-line");
	assert_int_equal(d.lines.n, 2);
	kmt_doc_free(&d);
	d.width = 0;
	kmt_doc_wrap(&d, "x", 4, KMT_ROLE_TEXT, "");
	assert_int_equal(d.lines.n, 1);
	kmt_doc_free(&d);
}

static void type(struct kmt_line *line, const char *keys)
{
	int key;

	while ((key = kmt_key_parse(&keys)))
		assert_true(kmt_line_key(line, key));
}

static void test_line(void **state)
{
	struct kmt_line line = {0};

	/* Letters that are keys elsewhere are text here. */
	type(&line, "jqx<Space>\xc3\xa4");
	assert_string_equal(line.text, "jqx \xc3\xa4");
	type(&line, "<Backspace><Home>1<Right><Delete><End>e");
	assert_string_equal(line.text, "1jx e");
	type(&line, "<C-w>two<Left><C-u>");
	assert_string_equal(line.text, "o");
	assert_int_equal(line.cursor, 0);
	type(&line, "<Backspace><Left><Delete><Delete><Right>");
	assert_string_equal(line.text, "");
	assert_false(kmt_line_key(&line, KMT_KEY_ESC));
	assert_false(kmt_line_key(&line, KMT_KEY_F(1)));
	assert_false(kmt_line_key(&line, 0xd800));
	for (int i = 0; i < 1000; i++)
		kmt_line_key(&line, 0x1f600);
	assert_int_equal(line.len, 252);
	assert_int_equal(strlen(line.text), line.len);
}

static void test_background(void **state)
{
	assert_int_equal(kmt_background_colorfgbg("15;0"), KMT_BACKGROUND_DARK);
	assert_int_equal(kmt_background_colorfgbg("0;default;15"), KMT_BACKGROUND_LIGHT);
	assert_int_equal(kmt_background_colorfgbg("0;7"), KMT_BACKGROUND_LIGHT);
	assert_int_equal(kmt_background_colorfgbg("0;8"), KMT_BACKGROUND_DARK);
	assert_int_equal(kmt_background_colorfgbg("0;default"), KMT_BACKGROUND_UNKNOWN);
	assert_int_equal(kmt_background_colorfgbg("0;99"), KMT_BACKGROUND_UNKNOWN);
	assert_int_equal(kmt_background_colorfgbg(NULL), KMT_BACKGROUND_UNKNOWN);
	assert_int_equal(kmt_background_answer("\033]11;rgb:ffff/ffff/ffff\033\\"), KMT_BACKGROUND_LIGHT);
	assert_int_equal(kmt_background_answer("x\033]11;rgb:00/2b/36\a"), KMT_BACKGROUND_DARK);
	assert_int_equal(kmt_background_answer("\033]11;rgb:f/f/0\a"), KMT_BACKGROUND_LIGHT);
	assert_int_equal(kmt_background_answer("\033]11;rgb:ff/ff"), KMT_BACKGROUND_UNKNOWN);
	assert_int_equal(kmt_background_answer("\033[?1;2c"), KMT_BACKGROUND_UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_put),
		cmocka_unit_test(test_measure),
		cmocka_unit_test(test_outside),
		cmocka_unit_test(test_roles),
		cmocka_unit_test(test_key_parse),
		cmocka_unit_test(test_bindings),
		cmocka_unit_test(test_sequences),
		cmocka_unit_test(test_layout),
		cmocka_unit_test(test_wrap),
		cmocka_unit_test(test_line),
		cmocka_unit_test(test_background),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
