/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What all commands that change something have in common: may it be done here, show the plan or run it,
 * tell what came of it. Decides nothing about modules: that is the plan's.
 */
#ifndef KMT_CMD_CHANGE_H
#define KMT_CMD_CHANGE_H

#include <kmt/explain/explain.h>
#include <kmt/explain/policy.h>
#include <kmt/cmd/cmd.h>
#include <kmt/model/snapshot.h>
#include <kmt/model/users.h>
#include <kmt/plan/exec.h>
#include <kmt/plan/plan.h>

struct json_object;

struct kmt_change {
	struct kmt_env *env;
	const void *opts;	 /* the command's own, for the line to type again */
	const char *participle;	 /* "loaded", "unloaded"; what WRITE and SETPARAM steps do has its own */
	struct kmt_exec_options exec;
	struct kmt_policy policy;
	struct kmt_snapshot snap; /* taken by the command; freed by kmt_change_free() */
	bool has_snap;
	struct kmt_plan plan;
	struct kmt_report report;
	const struct kmt_strv *effects;
	/* Adds what the command itself has to tell to the document of --json; NULL for nothing. */
	void (*add_json)(const struct kmt_change *c, struct json_object *doc);
	struct kmt_arena arena;
};

/*
 * Before anything else: this root has a running kernel (unless --dry-run), which has loadable modules
 * and allows to change them, and so may this process. REFUSED with the next step.
 */
int kmt_change_check(struct kmt_change *c, struct kmt_err *err);

/*
 * The same for a plan that only writes configuration files, on any root: whether this process may. With
 * --dry-run nothing is checked.
 */
int kmt_change_check_files(struct kmt_change *c, struct kmt_err *err);

/* Shows the plan (--dry-run) or runs it and tells what happened. Returns the exit status or -errno. */
int kmt_change_go(struct kmt_change *c, struct kmt_err *err);
void kmt_change_free(struct kmt_change *c);

/*
 * The whole way of an edit, once its plan is there: kmt_change_check_files(), show what changes, write, tell.
 * EFFECTS are sentences about when it takes effect, printed in the end ("effects" in JSON); NULL for none.
 */
int kmt_change_edit(struct kmt_change *c, const struct kmt_strv *effects, struct kmt_err *err);

/* After a run: prints what was done, what failed and why, what was taken back. */
int kmt_change_tell(struct kmt_change *c, int result, struct kmt_err *err);

/* Why a step failed. Strings live in the change's arena. */
void kmt_change_explain(struct kmt_change *c, size_t step, struct kmt_explanation *out);

/* The kernel's own lines of a step (not what programs wrote into the log): appended to OUT. */
void kmt_change_lines(const struct kmt_change *c, size_t step, struct kmt_strv *out);

/* Tells who uses the module (of SNAP), on stderr, or with --json as a document on stdout. */
void kmt_change_tell_users(
	struct kmt_change *c, struct kmt_snapshot *snap, const struct kmt_procmod *mod);

/* Adds the plan with the outcome of each step to DOC, and what ended the run: step FAILED, by E; NULL if
 * nothing did. */
void kmt_change_json(const struct kmt_change *c, size_t failed, const struct kmt_explanation *e,
	struct json_object *doc);

#endif
