/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sequence_priv.h"

#include <string.h>

#include <kmt/base/alloc.h>
#include <kmt/tui/key.h>

#define BELL 7

bool kmt_sequence_begins(unsigned int c)
{
	return c && c < 128 && strchr("[O]P^_X", (int)c);
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* OSC, DCS and their kind end with a bell or with Escape and a backslash. */
static bool string_ends(const char *s, size_t n)
{
	return s[n - 1] == BELL || (n > 2 && s[n - 1] == '\\' && s[n - 2] == KMT_KEY_ESC);
}

bool kmt_sequence_ends(const char *s, size_t n)
{
	char last;

	if (n < 2)
		return false;
	last = s[n - 1];
	if (s[0] == 'O')
		return !is_digit(last) && last != ';';
	if (s[0] != '[')
		return string_ends(s, n);
	/* The Linux console's function keys have one more bracket; rxvt closes keys with Shift by a dollar. */
	if (n == 2 && last == '[')
		return false;
	if (last == '$')
		return is_digit(s[1]);
	return last < ' ' || (last >= '@' && last <= '~');
}

struct sequence {
	char final;
	int key;
};

/* Behind CSI and SS3 alike; rxvt's small letters are those with Shift or Control. */
static const struct sequence letters[] = {
	{'A', KMT_KEY_UP}, {'B', KMT_KEY_DOWN}, {'C', KMT_KEY_RIGHT}, {'D', KMT_KEY_LEFT},
	{'a', KMT_KEY_UP}, {'b', KMT_KEY_DOWN}, {'c', KMT_KEY_RIGHT}, {'d', KMT_KEY_LEFT},
	{'H', KMT_KEY_HOME}, {'F', KMT_KEY_END}, {'Z', KMT_KEY_BACKTAB},
	{'P', KMT_KEY_F(1)}, {'Q', KMT_KEY_F(2)}, {'R', KMT_KEY_F(3)}, {'S', KMT_KEY_F(4)},
};

/* The keypad of a VT100 in application mode. */
static const struct sequence keypad[] = {
	{'M', KMT_KEY_ENTER}, {'q', KMT_KEY_END}, {'r', KMT_KEY_DOWN}, {'s', KMT_KEY_PAGE_DOWN},
	{'t', KMT_KEY_LEFT}, {'v', KMT_KEY_RIGHT}, {'w', KMT_KEY_HOME}, {'x', KMT_KEY_UP},
	{'y', KMT_KEY_PAGE_UP},
};

/* The Linux console: ESC [ [ A ... E. */
static const struct sequence console[] = {
	{'A', KMT_KEY_F(1)}, {'B', KMT_KEY_F(2)}, {'C', KMT_KEY_F(3)}, {'D', KMT_KEY_F(4)}, {'E', KMT_KEY_F(5)},
};

/* By the number before a tilde. */
static const int numbered[] = {
	[1] = KMT_KEY_HOME, [2] = KMT_KEY_INSERT, [3] = KMT_KEY_DELETE, [4] = KMT_KEY_END,
	[5] = KMT_KEY_PAGE_UP, [6] = KMT_KEY_PAGE_DOWN, [7] = KMT_KEY_HOME, [8] = KMT_KEY_END,
	[11] = KMT_KEY_F(1), [12] = KMT_KEY_F(2), [13] = KMT_KEY_F(3), [14] = KMT_KEY_F(4),
	[15] = KMT_KEY_F(5), [17] = KMT_KEY_F(6), [18] = KMT_KEY_F(7), [19] = KMT_KEY_F(8),
	[20] = KMT_KEY_F(9), [21] = KMT_KEY_F(10), [23] = KMT_KEY_F(11), [24] = KMT_KEY_F(12),
	[200] = KMT_SEQUENCE_PASTE_BEGIN, [201] = KMT_SEQUENCE_PASTE_END,
};

static int find(const struct sequence *table, size_t n, char final)
{
	for (size_t i = 0; i < n; i++)
		if (table[i].final == final)
			return table[i].key;
	return KMT_KEY_NONE;
}

/* The number at *S, which is moved behind it; 0 if there is none. */
static unsigned int number(const char **s, const char *end)
{
	unsigned int n = 0;

	for (; *s < end && is_digit(**s); (*s)++)
		n = n < 1000 ? 10 * n + (unsigned int)(**s - '0') : n;
	return n;
}

static int with_modifier(int key)
{
	return key >= KMT_KEY_UP && key <= KMT_KEY_END ? key : KMT_KEY_NONE;
}

int kmt_sequence_key(const char *s, size_t n)
{
	const char *at = s + 1, *last = s + n - 1;
	unsigned int first, modifier = 1;
	int key = KMT_KEY_NONE;

	if (s[0] == '[' && n == 3 && s[1] == '[')
		return find(console, KMT_ARRAY_SIZE(console), *last);
	if (s[0] != '[' && s[0] != 'O')
		return KMT_KEY_NONE;
	first = number(&at, last);
	if (at < last && *at == ';') {
		at++;
		modifier = number(&at, last);
	}
	if (at != last)
		return KMT_KEY_NONE;
	if (s[0] == 'O' && first)
		modifier = first;
	if (strchr("~^$@", *last) && s[0] == '[') {
		key = first < KMT_ARRAY_SIZE(numbered) ? numbered[first] : KMT_KEY_NONE;
		if (*last != '~')
			modifier = 0;
	} else {
		key = find(letters, KMT_ARRAY_SIZE(letters), *last);
		if (!key && s[0] == 'O')
			key = find(keypad, KMT_ARRAY_SIZE(keypad), *last);
	}
	return modifier == 1 ? key : with_modifier(key);
}
