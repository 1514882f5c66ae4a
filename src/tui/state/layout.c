/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where the parts of the screen are. */
#include <kmt/tui/state.h>

#define HEAD 2	    /* the machine, the views */
#define FOOT 2	    /* status, keys */
#define DETAILS_MIN 5
#define DETAILS_WIDTH 59 /* beside a list that has all of its columns */
#define LIST_SHARE 45	 /* percent of the screen then */
#define LOG_WIDTH 110
#define LOG_FROM 36 /* lines of the screen from which on the log is always in sight */
#define LOG_LINES 9
#define LOG_FEW 5	/* on a screen with fewer lines, */
#define LOG_LEAST 20	/* with so many at least */

static int clamp(int n, int low, int high)
{
	if (n > high)
		n = high;
	return n < low ? low : n;
}

/* From which width on a list has all of its columns. */
static int whole_list(enum kmt_view view)
{
	int width = KMT_MIN_WIDTH;

	for (const struct kmt_view_column *c = kmt_views[view]->columns; c->name; c++)
		if (c->from_width > width)
			width = c->from_width;
	return width;
}

/* Rows that are sentences have the whole width; others lose nothing by details beside them. */
static bool is_beside(const struct kmt_tui_state *s)
{
	return !kmt_views[s->view]->details && s->width >= whole_list(s->view) + 1 + DETAILS_WIDTH;
}

static void beside(const struct kmt_tui_state *s, struct kmt_layout *l)
{
	int whole = whole_list(s->view), share = l->body.w * LIST_SHARE / 100;
	int list = clamp((share > whole ? share : whole) + s->prefs.width * 4, 40, l->body.w - 40);

	l->side_by_side = true;
	l->list = (struct kmt_rect){0, l->body.y, list, l->body.h};
	l->details = (struct kmt_rect){list + 1, l->body.y, l->body.w - list - 1, l->body.h};
}

static void below(const struct kmt_tui_state *s, struct kmt_layout *l)
{
	int list = clamp(l->body.h * 55 / 100 + s->prefs.split, 3, l->body.h - DETAILS_MIN);

	l->list = (struct kmt_rect){0, l->body.y, l->body.w, list};
	l->details = (struct kmt_rect){0, l->body.y + list, l->body.w, l->body.h - list};
}

static int log_lines(const struct kmt_tui_state *s)
{
	int least = s->strip == KMT_STRIP_ON ? LOG_LEAST : LOG_FROM;

	if (s->strip == KMT_STRIP_OFF || s->zoom || s->view == KMT_VIEW_LOG || s->height < least ||
		(s->strip == KMT_STRIP_AUTO && s->width < LOG_WIDTH))
		return 0;
	return s->height >= LOG_FROM ? LOG_LINES : LOG_FEW;
}

void kmt_layout(const struct kmt_tui_state *s, struct kmt_layout *out)
{
	int log = log_lines(s);
	bool one = s->zoom || s->height - HEAD - FOOT - log < 3 + 2 * DETAILS_MIN;

	*out = (struct kmt_layout){
		.too_small = s->width < KMT_MIN_WIDTH || s->height < KMT_MIN_HEIGHT,
		.body = {0, HEAD, s->width, s->height - HEAD - FOOT},
		.status_y = s->height - 2,
		.keys_y = s->height - 1,
	};
	if (out->too_small)
		return;
	if (log) {
		out->body.h -= log;
		out->log = (struct kmt_rect){0, out->body.y + out->body.h, s->width, log};
	}
	if (one && s->pane != KMT_PANE_DETAILS)
		out->list = out->body;
	else if (one)
		out->details = out->body;
	else if (is_beside(s))
		beside(s, out);
	else
		below(s, out);
}

size_t kmt_overlay_page(const struct kmt_tui_state *s)
{
	return s->height > 4 ? (size_t)s->height - 4 : 1;
}

#define DIALOG_MAX 110
#define AROUND 4 /* lines of a dialog besides its text: frame, a blank one, buttons */

int kmt_dialog_width(const struct kmt_tui_state *s)
{
	int width = s->width - 2 < DIALOG_MAX ? s->width - 2 : DIALOG_MAX;

	return width > 8 ? width - 4 : 4;
}

size_t kmt_dialog_page(const struct kmt_tui_state *s)
{
	return s->height > AROUND + 3 ? (size_t)(s->height - AROUND - 2) : 1;
}

struct kmt_rect kmt_dialog_rect(const struct kmt_tui_state *s, size_t n)
{
	size_t page = kmt_dialog_page(s);
	int width = kmt_dialog_width(s) + 4, height = (int)(n < page ? n : page) + AROUND;

	return (struct kmt_rect){(s->width - width) / 2, (s->height - height) / 2, width, height};
}
