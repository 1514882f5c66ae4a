/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/tui/canvas.h>

#include <ctype.h>
#include <string.h>
#include <wchar.h>

#include <kmt/base/alloc.h>
#include <kmt/base/escape.h>

void kmt_canvas_clear(struct kmt_canvas *c)
{
	for (int i = 0; i < c->width * c->height; i++)
		c->cells[i] = (struct kmt_glyph){.text = " "};
	c->cursor_x = c->cursor_y = -1;
	kmt_canvas_cover(c);
}

void kmt_canvas_resize(struct kmt_canvas *c, int width, int height)
{
	c->width = width > 0 ? width : 0;
	c->height = height > 0 ? height : 0;
	free(c->cells);
	c->cells = kmt_realloc_array(
		NULL, (size_t)c->width * (size_t)c->height + 1, sizeof(*c->cells));
	kmt_canvas_clear(c);
}

void kmt_canvas_free(struct kmt_canvas *c)
{
	free(c->cells);
	kmt_vec_free(&c->zones);
	*c = (struct kmt_canvas){0};
}

void kmt_canvas_zone(struct kmt_canvas *c, struct kmt_rect rect, enum kmt_zone_kind kind, int n)
{
	kmt_vec_push(&c->zones, (struct kmt_zone){.rect = rect, .kind = kind, .n = n});
}

void kmt_canvas_cover(struct kmt_canvas *c)
{
	c->zones.n = 0;
}

struct kmt_zone kmt_canvas_at(const struct kmt_canvas *c, int x, int y)
{
	for (size_t i = c->zones.n; i-- > 0;) {
		struct kmt_zone zone = c->zones.v[i];

		zone.at = x - zone.rect.x;
		if (zone.at >= 0 && zone.at < zone.rect.w && y >= zone.rect.y && y < zone.rect.y + zone.rect.h)
			return zone;
	}
	return (struct kmt_zone){.kind = KMT_ZONE_NONE};
}

static struct kmt_glyph *cell(struct kmt_canvas *c, int x, int y)
{
	if (x < 0 || y < 0 || x >= c->width || y >= c->height)
		return NULL;
	return &c->cells[y * c->width + x];
}

/* One character of a text: its bytes, and how many columns it takes. */
struct piece {
	const char *s;
	size_t len;
	int width;
};

static int columns_of(const char *s, size_t len)
{
	wchar_t wide;
	mbstate_t state = {0};

	if (len == 1)
		return 1;
	if (mbrtowc(&wide, s, len, &state) != len)
		return -1;
	return wcwidth(wide);
}

/* The next character of escaped text. One that the terminal cannot show is taken byte by byte, as \xNN in
 * HEX. */
static struct piece next_piece(const struct kmt_canvas *c, const char **s, char hex[8])
{
	struct piece p = {.s = *s, .len = kmt_utf8_len(*s, strlen(*s))};

	p.width = p.len == 1 || !c->ascii ? columns_of(p.s, p.len) : -1;
	if (p.len && p.width >= 0) {
		*s += p.len;
		return p;
	}
	p = (struct piece){.s = hex, .len = 4, .width = 4};
	snprintf(hex, 8, "\\x%02x", (unsigned char)**s);
	*s += 1;
	return p;
}

int kmt_canvas_measure(const struct kmt_canvas *c, const char *text)
{
	kmt_autostrbuf struct kmt_strbuf safe = KMT_STRBUF_INIT;
	const char *s;
	char hex[8];
	int n = 0;

	kmt_escape_text(&safe, text, strlen(text));
	for (s = kmt_strbuf_str(&safe); *s;)
		n += next_piece(c, &s, hex).width;
	return n;
}

static void set(struct kmt_canvas *c, int x, int y, enum kmt_role role, const char *s, size_t len)
{
	struct kmt_glyph *g = cell(c, x, y);

	if (!g || len >= sizeof(g->text))
		return;
	memcpy(g->text, s, len);
	g->text[len] = '\0';
	g->role = (unsigned char)role;
}

/* A combining character goes into the cell before it, if it has room. */
static void combine(struct kmt_canvas *c, int x, int y, const struct piece *p)
{
	struct kmt_glyph *g = cell(c, x, y);

	if (g && !*g->text)
		g = cell(c, x - 1, y);
	if (g && *g->text && strlen(g->text) + p->len < sizeof(g->text))
		memcpy(g->text + strlen(g->text), p->s, p->len + 1);
}

static int put_piece(struct kmt_canvas *c, int x, int y, enum kmt_role role, const struct piece *p)
{
	if (p->s[0] == '\\' && p->len == 4) {
		for (int i = 0; i < 4; i++)
			set(c, x + i, y, role, p->s + i, 1);
		return x + 4;
	}
	set(c, x, y, role, p->s, p->len);
	if (p->width == 2)
		set(c, x + 1, y, role, "", 0);
	return x + p->width;
}

int kmt_canvas_put(
	struct kmt_canvas *c, int x, int y, int limit, enum kmt_role role, const char *text)
{
	kmt_autostrbuf struct kmt_strbuf safe = KMT_STRBUF_INIT;
	bool fits = x + kmt_canvas_measure(c, text) <= limit;
	int room = fits ? limit : limit - 1, start = x;
	const char *s;
	char hex[8];

	if (limit > c->width)
		limit = c->width;
	if (x >= limit)
		return x;
	kmt_escape_text(&safe, text, strlen(text));
	for (s = kmt_strbuf_str(&safe); *s;) {
		struct piece p = next_piece(c, &s, hex);

		if (x + p.width > room)
			break;
		if (p.width)
			x = put_piece(c, x, y, role, &p);
		else if (x > start) {
			char copy[8] = "";

			memcpy(copy, p.s, p.len);
			p.s = copy;
			combine(c, x - 1, y, &p);
		}
	}
	return fits ? x : kmt_canvas_symbol(c, x, y, role, KMT_SYM_CUT);
}

void kmt_canvas_put_right(
	struct kmt_canvas *c, int x, int y, int limit, enum kmt_role role, const char *text)
{
	int width = kmt_canvas_measure(c, text);

	if (limit - width > x)
		x = limit - width;
	kmt_canvas_put(c, x, y, limit, role, text);
}

int kmt_canvas_symbol(struct kmt_canvas *c, int x, int y, enum kmt_role role, enum kmt_symbol symbol)
{
	static const char *const symbols[KMT_SYM_COUNT][2] = {
		[KMT_SYM_HORIZONTAL] = {"\xe2\x94\x80", "-"},
		[KMT_SYM_VERTICAL] = {"\xe2\x94\x82", "|"},
		[KMT_SYM_TOP_LEFT] = {"\xe2\x94\x8c", "+"},
		[KMT_SYM_TOP_RIGHT] = {"\xe2\x94\x90", "+"},
		[KMT_SYM_BOTTOM_LEFT] = {"\xe2\x94\x94", "+"},
		[KMT_SYM_BOTTOM_RIGHT] = {"\xe2\x94\x98", "+"},
		[KMT_SYM_BRANCH] = {"\xe2\x94\x9c", "|"},
		[KMT_SYM_LAST] = {"\xe2\x94\x94", "`"},
		[KMT_SYM_FOLDED] = {"\xe2\x96\xb8", ">"},
		[KMT_SYM_CUT] = {"\xe2\x80\xa6", "~"},
		[KMT_SYM_THUMB] = {"\xe2\x96\x88", "#"},
	};
	const char *s = symbols[symbol][c->ascii];

	set(c, x, y, role, s, strlen(s));
	return x + 1;
}

int kmt_canvas_guide(struct kmt_canvas *c, int x, int y, int limit, const char *guide)
{
	static const char letters[] = "|+`->";
	static const enum kmt_symbol symbols[] = {
		KMT_SYM_VERTICAL, KMT_SYM_BRANCH, KMT_SYM_LAST, KMT_SYM_HORIZONTAL, KMT_SYM_FOLDED};

	for (; *guide && x < limit; guide++) {
		const char *letter = strchr(letters, *guide);

		x = letter ? kmt_canvas_symbol(c, x, y, KMT_ROLE_BORDER, symbols[letter - letters])
			   : kmt_canvas_put(c, x, y, limit, KMT_ROLE_BORDER, " ");
	}
	return x;
}

void kmt_canvas_fill(struct kmt_canvas *c, struct kmt_rect r, enum kmt_role role)
{
	for (int y = r.y; y < r.y + r.h; y++)
		for (int x = r.x; x < r.x + r.w; x++) {
			set(c, x, y, role, " ", 1);
			if (cell(c, x, y))
				cell(c, x, y)->selected = false;
		}
}

void kmt_canvas_hline(struct kmt_canvas *c, int x, int y, int limit, enum kmt_role role)
{
	while (x < limit)
		x = kmt_canvas_symbol(c, x, y, role, KMT_SYM_HORIZONTAL);
}

void kmt_canvas_frame(struct kmt_canvas *c, struct kmt_rect r, enum kmt_role role)
{
	int right = r.x + r.w - 1, bottom = r.y + r.h - 1;

	/* A column beside it is cleared, too: half a word there would be taken for a part of it. */
	kmt_canvas_fill(c, (struct kmt_rect){r.x - 1, r.y, r.w + 2, r.h}, KMT_ROLE_TEXT);
	kmt_canvas_hline(c, r.x, r.y, right, role);
	kmt_canvas_hline(c, r.x, bottom, right, role);
	for (int y = r.y; y < bottom; y++) {
		kmt_canvas_symbol(c, r.x, y, role, KMT_SYM_VERTICAL);
		kmt_canvas_symbol(c, right, y, role, KMT_SYM_VERTICAL);
	}
	kmt_canvas_symbol(c, r.x, r.y, role, KMT_SYM_TOP_LEFT);
	kmt_canvas_symbol(c, right, r.y, role, KMT_SYM_TOP_RIGHT);
	kmt_canvas_symbol(c, r.x, bottom, role, KMT_SYM_BOTTOM_LEFT);
	kmt_canvas_symbol(c, right, bottom, role, KMT_SYM_BOTTOM_RIGHT);
}

void kmt_canvas_scrollbar(struct kmt_canvas *c, int x, int y, int h, size_t top, size_t page, size_t n)
{
	int size = n ? (int)((size_t)h * page / n) : h, room, at;

	if (n <= page || h < 1)
		return;
	size = size ? size : 1;
	room = h - size;
	at = (int)((size_t)room * top / (n - page));
	for (int i = at > room ? room : at; size--; i++)
		kmt_canvas_symbol(c, x, y + i, KMT_ROLE_FOCUS, KMT_SYM_THUMB);
}

void kmt_canvas_select(struct kmt_canvas *c, int x, int y, int limit)
{
	for (; x < limit; x++)
		if (cell(c, x, y))
			cell(c, x, y)->selected = true;
}

char kmt_role_letter(enum kmt_role role)
{
	static const char letters[] = ".dngwbhctlofukapqsm";

	_Static_assert(sizeof(letters) == KMT_ROLE_COUNT + 1, "a letter for each role");
	return letters[role];
}

static void trim(struct kmt_strbuf *out, size_t start, char blank)
{
	while (out->len > start && out->s[out->len - 1] == blank)
		kmt_strbuf_truncate(out, out->len - 1);
	kmt_strbuf_addc(out, '\n');
}

void kmt_canvas_dump(const struct kmt_canvas *c, struct kmt_strbuf *out)
{
	const struct kmt_glyph *g = c->cells;
	size_t start;

	for (int y = 0; y < c->height; y++) {
		start = out->len;
		for (int x = 0; x < c->width; x++, g++)
			kmt_strbuf_addstr(out, g->text);
		trim(out, start, ' ');
	}
	kmt_strbuf_addstr(out, "--\n");
	g = c->cells;
	for (int y = 0; y < c->height; y++) {
		start = out->len;
		for (int x = 0; x < c->width; x++, g++) {
			char letter = kmt_role_letter(g->role);

			if (g->selected)
				letter = letter == '.' ? '_' : (char)toupper(letter);
			kmt_strbuf_addc(out, letter);
		}
		trim(out, start, '.');
	}
}

enum kmt_role kmt_role_of_hue(enum kmt_hue hue)
{
	static const enum kmt_role roles[KMT_HUE_COUNT] = {
		[KMT_HUE_NONE] = KMT_ROLE_TEXT,
		[KMT_HUE_BOLD] = KMT_ROLE_NAME,
		[KMT_HUE_DIM] = KMT_ROLE_DIM,
		[KMT_HUE_GOOD] = KMT_ROLE_GOOD,
		[KMT_HUE_WARN] = KMT_ROLE_WARN,
		[KMT_HUE_BAD] = KMT_ROLE_BAD,
	};

	return roles[hue];
}
