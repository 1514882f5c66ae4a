/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What both texts begin and end with is the same; between that, the longest common subsequence of lines is
 * kept. Edits of configuration are small: where they are not, the lines between are shown as exchanged.
 */
#include <kmt/out/textdiff.h>

#include <stdint.h>
#include <string.h>

#include <kmt/base/escape.h>
#include <kmt/base/vec.h>
#include <kmt/sys/paths.h>

#define CONTEXT 3
/* Pairs of lines that are compared with each other, at most: 4 MB of table. */
#define MAX_PAIRS (1u << 21)

struct line {
	const char *s;
	size_t n; /* with its newline, if it has one */
};

struct lines {
	KMT_VEC(struct line) v;
};

/* One line of the script: in both texts, only in the first, only in the second. */
struct op {
	char kind; /* ' ', '-' or '+' */
	const struct line *line;
	size_t before, after; /* lines of either text that come before it */
};

struct script {
	KMT_VEC(struct op) ops;
	size_t before, after;
};

static void split(const char *s, size_t n, struct lines *out)
{
	while (n) {
		const char *newline = memchr(s, '\n', n);
		size_t len = newline ? (size_t)(newline - s) + 1 : n;

		kmt_vec_push(&out->v, (struct line){s, len});
		s += len;
		n -= len;
	}
}

static bool same(const struct line *a, const struct line *b)
{
	return a->n == b->n && !memcmp(a->s, b->s, a->n);
}

static void push(struct script *script, char kind, const struct line *line)
{
	kmt_vec_push(&script->ops, (struct op){kind, line, script->before, script->after});
	script->before += kind != '+';
	script->after += kind != '-';
}

/* length[i][j]: of the longest common subsequence of what follows line I of A and line J of B. */
static uint16_t *measure(const struct line *a, size_t n, const struct line *b, size_t m)
{
	uint16_t *length = kmt_alloc((n + 1) * (m + 1) * sizeof(*length));

	for (size_t i = n; i-- > 0;)
		for (size_t j = m; j-- > 0;) {
			uint16_t *at = &length[i * (m + 1) + j];
			uint16_t down = at[m + 1], right = at[1];

			if (same(&a[i], &b[j]))
				*at = (uint16_t)(at[m + 2] + 1);
			else
				*at = down > right ? down : right;
		}
	return length;
}

static void compare(const struct line *a, size_t n, const struct line *b, size_t m, struct script *script)
{
	bool small = n < UINT16_MAX && m < UINT16_MAX && (n + 1) * (m + 1) <= MAX_PAIRS;
	kmt_autofree uint16_t *length = small ? measure(a, n, b, m) : NULL;
	size_t i = 0, j = 0;

	while (i < n || j < m) {
		if (small && i < n && j < m && same(&a[i], &b[j])) {
			push(script, ' ', &a[i++]);
			j++;
		} else if (i < n && (j == m || !small ||
					    length[(i + 1) * (m + 1) + j] >= length[i * (m + 1) + j + 1])) {
			push(script, '-', &a[i++]);
		} else {
			push(script, '+', &b[j++]);
		}
	}
}

static void make_script(const struct lines *a, const struct lines *b, struct script *script)
{
	size_t n = a->v.n, m = b->v.n, first = 0, last = 0;

	while (first < n && first < m && same(&a->v.v[first], &b->v.v[first]))
		push(script, ' ', &a->v.v[first++]);
	while (last < n - first && last < m - first && same(&a->v.v[n - 1 - last], &b->v.v[m - 1 - last]))
		last++;
	compare(a->v.v + first, n - first - last, b->v.v + first, m - first - last, script);
	for (size_t i = n - last; i < n; i++)
		push(script, ' ', &a->v.v[i]);
}

struct writer {
	bool escape;
	struct kmt_lines *out;
};

/* Tabs are what blanks are in a configuration file; all else that is not text is escaped. */
static void add_text(const struct writer *w, const char *s, size_t n, struct kmt_strbuf *out)
{
	while (w->escape && n) {
		const char *tab = memchr(s, '\t', n);
		size_t len = tab ? (size_t)(tab - s) : n;

		kmt_escape_text(out, s, len);
		if (tab)
			kmt_strbuf_addc(out, '\t');
		s += len + (tab != NULL);
		n -= len + (tab != NULL);
	}
	kmt_strbuf_add(out, s, n);
}

static void add_line(const struct writer *w, enum kmt_hue hue, const char *mark, const char *s, size_t n)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;

	kmt_strbuf_addstr(&text, mark);
	add_text(w, s, n, &text);
	kmt_lines_start(w->out);
	kmt_lines_add_bytes(w->out, hue, text.s, text.len);
}

static void add_op(const struct writer *w, const struct op *op)
{
	bool ends = op->line->s[op->line->n - 1] == '\n';
	enum kmt_hue hue = op->kind == '+' ? KMT_HUE_GOOD : op->kind == '-' ? KMT_HUE_BAD : KMT_HUE_NONE;

	add_line(w, hue, (const char[]){op->kind, '\0'}, op->line->s, op->line->n - ends);
	if (!ends)
		add_line(w, KMT_HUE_NONE, "\\ No newline at end of file", "", 0);
}

static void add_range(const struct script *script, char other, size_t first, size_t last,
	struct kmt_lines *out)
{
	size_t start = other == '+' ? script->ops.v[first].before : script->ops.v[first].after, n = 0;

	for (size_t i = first; i < last; i++)
		n += script->ops.v[i].kind != other;
	kmt_lines_addf(out, KMT_HUE_DIM, n == 1 ? "%zu" : "%zu,%zu", start + (n > 0), n);
}

static void add_hunk(const struct writer *w, const struct script *script, size_t first, size_t last)
{
	kmt_lines_start(w->out);
	kmt_lines_addf(w->out, KMT_HUE_DIM, "@@ -");
	add_range(script, '+', first, last, w->out);
	kmt_lines_addf(w->out, KMT_HUE_DIM, " +");
	add_range(script, '-', first, last, w->out);
	kmt_lines_addf(w->out, KMT_HUE_DIM, " @@");
	for (size_t i = first; i < last; i++)
		add_op(w, &script->ops.v[i]);
}

static size_t next_change(const struct script *script, size_t i)
{
	while (i < script->ops.n && script->ops.v[i].kind == ' ')
		i++;
	return i;
}

static void add_hunks(const struct writer *w, const struct script *script)
{
	size_t i = next_change(script, 0), n = script->ops.n;

	while (i < n) {
		size_t first = i > CONTEXT ? i - CONTEXT : 0, last = i;

		/* Changes with little between them are one hunk. */
		while (i < n && i <= last + 2 * CONTEXT) {
			last = i + 1;
			i = next_change(script, i + 1);
		}
		last = n - last > CONTEXT ? last + CONTEXT : n;
		add_hunk(w, script, first, last);
	}
}

static void add_heading(const struct writer *w, const char *mark, const struct kmt_diff_side *side)
{
	const char *name = side->text ? side->name : KMT_PATH_DEV "/null";

	add_line(w, KMT_HUE_BOLD, mark, name, strlen(name));
}

void kmt_diff_lines(const struct kmt_diff_side *before, const struct kmt_diff_side *after, bool escape,
	struct kmt_lines *out)
{
	const struct writer w = {escape, out};
	struct lines a = {0}, b = {0};
	struct script script = {0};

	split(before->text ? before->text : "", before->text ? before->n : 0, &a);
	split(after->text ? after->text : "", after->text ? after->n : 0, &b);
	make_script(&a, &b, &script);
	if (next_change(&script, 0) < script.ops.n) {
		add_heading(&w, "--- ", before);
		add_heading(&w, "+++ ", after);
		add_hunks(&w, &script);
	}
	kmt_vec_free(&script.ops);
	kmt_vec_free(&a.v);
	kmt_vec_free(&b.v);
}

void kmt_diff(const struct kmt_diff_side *before, const struct kmt_diff_side *after,
	const struct kmt_style *style, struct kmt_strbuf *out)
{
	struct kmt_lines lines = {0};

	kmt_diff_lines(before, after, style != NULL, &lines);
	kmt_lines_text(&lines, style, out);
	kmt_lines_free(&lines);
}
