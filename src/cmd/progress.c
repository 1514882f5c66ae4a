/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "progress_priv.h"

#include <time.h>

#define PATIENCE_MS 500
#define INTERVAL_MS 100
#define BAR_WIDTH 30

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void kmt_progress_start(struct kmt_progress *p, const struct kmt_env *env, const char *what)
{
	struct kmt_style style;

	kmt_style_detect(&style, stderr, KMT_COLOR_NEVER, true);
	*p = (struct kmt_progress){.what = what, .wanted = !env->g.quiet && style.erases};
	p->started = now_ms();
}

void kmt_progress_step(void *ctx, size_t done, size_t total)
{
	struct kmt_progress *p = ctx;
	char bar[BAR_WIDTH + 1];
	int64_t now;

	if (!p->wanted || !total)
		return;
	now = now_ms();
	if (now - p->started < PATIENCE_MS || now - p->shown < INTERVAL_MS)
		return;
	p->shown = now;
	for (size_t i = 0; i < BAR_WIDTH; i++)
		bar[i] = i < BAR_WIDTH * done / total ? '#' : '.';
	bar[BAR_WIDTH] = '\0';
	fprintf(stderr, "\r%s [%s] %zu/%zu ", p->what, bar, done, total);
}

void kmt_progress_end(struct kmt_progress *p)
{
	/* Erases the line: the bar is no part of the output. */
	if (p->shown)
		fputs("\r\033[K", stderr);
	p->shown = 0;
}
