/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/out/text.h>

#include <langinfo.h>
#include <limits.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

#include <kmt/base/escape.h>
#include <kmt/base/num.h>

/* A terminal that does not tell its width. */
#define USUAL_WIDTH 80
#define MAX_TEXT_WIDTH 100

static bool env_set(const char *name)
{
	const char *s = getenv(name);

	return s && *s;
}

static unsigned int terminal_width(int fd)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size;
	uint64_t n;

	if (columns && !kmt_num_u64(columns, 10, &n) && n > 0 && n < 10000)
		return (unsigned int)n;
	if (!ioctl(fd, TIOCGWINSZ, &size) && size.ws_col)
		return size.ws_col;
	return USUAL_WIDTH;
}

/* A serial line does not know the size of what shows it, and may be a log. */
static bool has_size(int fd)
{
	struct winsize size;

	return !ioctl(fd, TIOCGWINSZ, &size) && size.ws_col && size.ws_row;
}

void kmt_style_detect(struct kmt_style *style, FILE *out, enum kmt_color mode, bool ascii)
{
	const char *term = getenv("TERM");
	bool dumb = !term || !*term || !strcmp(term, "dumb");

	*style = (struct kmt_style){.terminal = isatty(fileno(out))};
	style->color = mode == KMT_COLOR_ALWAYS ||
		       (mode == KMT_COLOR_AUTO && style->terminal && !dumb && !env_set("NO_COLOR"));
	if (!style->terminal)
		return;
	style->width = terminal_width(fileno(out));
	style->erases = !dumb && has_size(fileno(out));
	/* Only a terminal needs to know the character set; opening a locale takes time. */
	if (!ascii && setlocale(LC_CTYPE, ""))
		style->unicode = !strcmp(nl_langinfo(CODESET), "UTF-8");
}

unsigned int kmt_style_text_width(const struct kmt_style *style)
{
	if (!style->width)
		return USUAL_WIDTH;
	return style->width < MAX_TEXT_WIDTH ? style->width : MAX_TEXT_WIDTH;
}

const char *kmt_hue_on(const struct kmt_style *style, enum kmt_hue hue)
{
	static const char *const sgr[KMT_HUE_COUNT] = {
		[KMT_HUE_NONE] = "",
		[KMT_HUE_BOLD] = "\033[1m",
		[KMT_HUE_DIM] = "\033[2m",
		[KMT_HUE_GOOD] = "\033[32m",
		[KMT_HUE_WARN] = "\033[33m",
		[KMT_HUE_BAD] = "\033[31m",
	};

	return style->color ? sgr[hue] : "";
}

const char *kmt_hue_off(const struct kmt_style *style)
{
	return style->color ? "\033[0m" : "";
}

void kmt_put_text(FILE *out, const char *s)
{
	kmt_autostrbuf struct kmt_strbuf b = KMT_STRBUF_INIT;

	kmt_escape_text(&b, s, strlen(s));
	fputs(kmt_strbuf_str(&b), out);
}

/* A third of what modinfo prints is this. */
void kmt_text_hex(
	struct kmt_strbuf *out, const unsigned char *p, size_t n, size_t per_line, const char *line_break)
{
	static const char digits[] = "0123456789ABCDEF";
	char *to;

	if (!n)
		return;
	kmt_strbuf_reserve(out, n * 3 + n / per_line * strlen(line_break));
	to = out->s + out->len;
	for (;;) {
		const unsigned char *line_end = p + (n < per_line ? n : per_line);

		n -= (size_t)(line_end - p);
		for (; p < line_end; p++, to += 3) {
			to[0] = digits[*p >> 4];
			to[1] = digits[*p & 15];
			to[2] = ':';
		}
		if (!n)
			break;
		to = stpcpy(to, line_break);
	}
	out->len = (size_t)(to - out->s) - 1; /* without the last colon */
}

void kmt_size_text(uint64_t bytes, char out[KMT_SIZE_TEXT])
{
	static const char unit[] = "BKMGTPE";
	unsigned int u = 0;
	uint64_t tenths = 0;

	if (bytes < 1024) {
		snprintf(out, KMT_SIZE_TEXT, "%u", (unsigned int)bytes);
		return;
	}
	do {
		unsigned int shift = 10 * ++u; /* at most 60: ten times the rest still fits */
		uint64_t rest = bytes & ((1ull << shift) - 1);

		tenths = (bytes >> shift) * 10 + ((rest * 10 + (1ull << shift) - 1) >> shift);
		if (tenths > 100)
			tenths = (tenths + 9) / 10 * 10;
	} while (tenths >= 10240);
	if (tenths % 10)
		snprintf(out, KMT_SIZE_TEXT, "%u.%u%c", (unsigned int)(tenths / 10),
			(unsigned int)(tenths % 10), unit[u]);
	else
		snprintf(out, KMT_SIZE_TEXT, "%u%c", (unsigned int)(tenths / 10), unit[u]);
}

/* The columns of the next character; *LEN: its bytes. A byte that the locale cannot decode stands alone. */
static size_t next_char(const char *s, size_t *len)
{
	mbstate_t state = {0};
	wchar_t wide;
	int width;

	*len = 1;
	if (!(*s & 0x80))
		return 1;
	*len = mbrtowc(&wide, s, strlen(s), &state);
	if (*len == 0 || *len > MB_LEN_MAX) {
		*len = 1;
		return 1;
	}
	width = wcwidth(wide);
	return width < 0 ? 1 : (size_t)width;
}

size_t kmt_text_columns(const char *s)
{
	size_t n = 0, len;

	for (; *s; s += len)
		n += next_char(s, &len);
	return n;
}

/* The bytes of the line that begins at TEXT. A path or a list is broken only where a line of whole words
 * would be less than half full. */
static size_t line_of(const char *text, size_t width)
{
	size_t columns = 0, at = 0, blank = 0, inside = 0, len;

	for (; text[at]; at += len) {
		columns += next_char(text + at, &len);
		if (columns > width && text[at] == ' ')
			return at;
		if (columns > width && blank && (2 * blank > at || blank > inside))
			return blank;
		if (columns > width)
			return inside ? inside : at ? at : len;
		if (text[at] == ' ')
			blank = at + 1;
		else if (strchr(",/", text[at]))
			inside = at + 1;
	}
	return at;
}

void kmt_text_wrap(const char *text, size_t width, struct kmt_strbuf *out)
{
	while (*text) {
		size_t n = line_of(text, width), kept = n;

		while (kept && text[n] && text[kept - 1] == ' ')
			kept--;
		kmt_strbuf_add(out, text, kept);
		text += n;
		if (!*text)
			break;
		text += strspn(text, " ");
		kmt_strbuf_addc(out, '\n');
	}
}

void kmt_put_wrapped(
	FILE *out, unsigned int at, unsigned int indent, unsigned int width, const char *text)
{
	bool first = true;

	while (*text) {
		size_t len;

		text += strspn(text, " ");
		len = strcspn(text, " ");
		if (!len)
			break;
		if (!first && at + 1 + len > width) {
			fprintf(out, "\n%*s", (int)indent, "");
			at = indent;
			first = true;
		}
		if (!first) {
			fputc(' ', out);
			at++;
		}
		fwrite(text, 1, len, out);
		at += (unsigned int)len;
		text += len;
		first = false;
	}
	fputc('\n', out);
}
