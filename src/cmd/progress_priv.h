/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A bar on stderr, if that is a terminal, for work that takes longer than half a second. */
#ifndef KMT_CMD_PROGRESS_H
#define KMT_CMD_PROGRESS_H

#include <kmt/cmd/cmd.h>

struct kmt_progress {
	const char *what;	/* "reading modules" */
	bool wanted;
	int64_t started, shown;	/* milliseconds */
};

void kmt_progress_start(struct kmt_progress *p, const struct kmt_env *env, const char *what);
/* As the callback of a scan: CTX is the struct kmt_progress. */
void kmt_progress_step(void *ctx, size_t done, size_t total);
/* Takes the bar away. */
void kmt_progress_end(struct kmt_progress *p);

#endif
