/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the plan dialog shows: a request, the plan that it comes to on the machine as it is now, the command
 * that would do the same, and who would run it. Making one changes nothing; kmt_plan_view_run() runs the
 * plan as it stands.
 */
#ifndef KMT_TUI_PLAN_H
#define KMT_TUI_PLAN_H

#include <stdbool.h>
#include <kmt/base/name.h>
#include <kmt/model/snapshot.h>
#include <kmt/plan/plan.h>
#include <kmt/sys/kernel.h>
#include <kmt/tui/doc.h>
#include <kmt/tui/line.h>
#include <kmt/tui/tags.h>

enum kmt_request_kind {
	KMT_REQUEST_LOAD,
	KMT_REQUEST_UNLOAD,
	KMT_REQUEST_RELOAD,
	KMT_REQUEST_SET,   /* a parameter, now, for every load, or both */
	KMT_REQUEST_UNSET, /* the line that configures a parameter goes */
	KMT_REQUEST_BLOCK,
	KMT_REQUEST_UNBLOCK,
	KMT_REQUEST_COUNT,
};

#define KMT_FILE_NAME_MAX 256
#define KMT_TARGET_MAX 256

/* Made when the dialog opens: from then on it names its module itself, wherever the bar goes. */
struct kmt_request {
	enum kmt_request_kind kind;
	char target[KMT_TARGET_MAX]; /* LOAD, UNLOAD: what `kmtool load` takes; else a module */
	const struct kmt_tags *targets; /* LOAD, UNLOAD, BLOCK, UNBLOCK: all of them; NULL: TARGET alone */
	char params[KMT_LINE_MAX]; /* LOAD, RELOAD: "a=1 b=2"; SET: the value */
	char param[KMT_NAME_MAX];  /* SET, UNSET */
	char file[KMT_FILE_NAME_MAX]; /* UNSET: where the line is; "": in our own file */
	bool now, save; /* SET */
	bool dependents;  /* UNLOAD, RELOAD */
	bool unused_deps; /* UNLOAD */
};

/* The machine that it is about, and what may be done to it. */
struct kmt_machine {
	const struct kmt_root *root;
	const char *version;	   /* -k; NULL: the running kernel */
	struct kmt_kernel *kernel; /* NULL: nothing can be changed here */
	bool readonly;
};

enum kmt_run_how {
	KMT_RUN_NOT,
	KMT_RUN_HERE, /* this process may do it */
	KMT_RUN_SUDO,
};

struct kmt_plan_view {
	struct kmt_doc doc;
	enum kmt_run_how how;
	struct kmt_strbuf raw;	   /* the plan, to compare it with a later one */
	struct kmt_strv words;	   /* of the command: "load", "loop", "max_loop=4"; NULL: another one
				      follows, to be run if this one succeeds */
	struct kmt_strbuf command; /* the same for people, quoted */
	struct kmt_strv effects;   /* when it takes effect, in sentences */
	struct kmt_plan plan;
	struct kmt_snapshot snap; /* that the plan was made of */
	bool has_snap;
	struct kmt_diag diag;
	struct kmt_arena arena;
};

/* Reads the machine anew. What cannot be planned is told in the text, and cannot be run. */
void kmt_plan_view_make(struct kmt_plan_view *v, const struct kmt_machine *machine,
	const struct kmt_request *request, int width);
void kmt_plan_view_free(struct kmt_plan_view *v);

/* Runs the plan and tells in OUT (whose width is set) what came of it, as the command line would. Returns
 * whether all of it was done. */
bool kmt_plan_view_run(
	struct kmt_plan_view *v, const struct kmt_machine *machine, struct kmt_doc *out);

/* "load loop with max_loop=4", "set loop.max_part=7" */
void kmt_request_title(const struct kmt_request *request, struct kmt_strbuf *out);

#endif
