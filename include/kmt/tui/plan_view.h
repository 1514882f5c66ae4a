/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the plan dialog shows: a request, the plan that it comes to on the machine as it is now, the command
 * that would do the same, and who would run it. Making one changes nothing; kmt_plan_view_run() runs the
 * plan as it stands.
 */
#ifndef KMT_TUI_PLAN_VIEW_H
#define KMT_TUI_PLAN_VIEW_H

#include <kmt/explain/outcome.h>
#include <kmt/plan/request.h>
#include <kmt/tui/doc.h>
#include <kmt/tui/told.h>

enum kmt_run_how {
	KMT_RUN_NOT,
	KMT_RUN_HERE, /* this process may do it */
	KMT_RUN_SUDO,
};

struct kmt_plan_view {
	struct kmt_doc doc;
	enum kmt_run_how how;
	struct kmt_strbuf raw;	   /* the plan, to compare it with a later one */
	struct kmt_strv words;	   /* of the command: kmt_request_words() */
	struct kmt_strbuf command; /* the same for people, quoted */
	struct kmt_plan plan;
	struct kmt_forecast forecast;
	struct kmt_snapshot snap; /* that the plan was made of */
	bool has_snap;
	struct kmt_diag diag;
	struct kmt_arena arena;
};

/* "sudo", "doas" ... */
const char *kmt_plan_view_elevate(const struct kmt_machine *machine);

/* Reads the machine again. What cannot be planned is told in the text, and cannot be run. */
void kmt_plan_view_make(struct kmt_plan_view *v, const struct kmt_machine *machine,
	const struct kmt_request *request, int width);
void kmt_plan_view_free(struct kmt_plan_view *v);

/* Runs the plan and tells in OUT what came of it, as the command line would. WATCH may be NULL. */
void kmt_plan_view_run(struct kmt_plan_view *v, const struct kmt_machine *machine,
	const struct kmt_request *request, const struct kmt_exec_watch *watch, struct kmt_told *out);

#endif
