/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What all commands that change something have in common: may it be done here, show the plan or run it,
 * print what came of it. Decides nothing: that is for the plan and its outcome.
 */
#ifndef KMT_CMD_CHANGE_H
#define KMT_CMD_CHANGE_H

#include <kmt/cmd/cmd.h>
#include <kmt/explain/outcome.h>
#include <kmt/check/policy.h>
#include <kmt/model/snapshot.h>
#include <kmt/plan/request.h>
#include <kmt/sys/lock.h>

struct kmt_change {
	struct kmt_env *env;
	const void *opts; /* as they were given, for the line to type again; NULL: none */
	struct kmt_request *req;
	struct kmt_policy policy;
	struct kmt_lock lock; /* on the configuration, from before the snapshot to the end of the edit */
	struct kmt_snapshot snap;
	bool has_snap;
	struct kmt_plan plan;
	struct kmt_forecast forecast; /* of a request */
	bool is_stale; /* a file was changed by another program: nothing was done, it is planned again */
	unsigned int n_stale;
	struct kmt_report report;
	const struct kmt_strv *effects; /* in JSON and at the end; NULL: none are told */
	struct kmt_arena arena;
};

/* The run() of every command that is a request: its options are a struct kmt_request. */
int kmt_change_request(struct kmt_env *env, const void *opts, struct kmt_err *err);

/* change_print.c */
void kmt_change_print_plan(const struct kmt_change *c);
void kmt_change_print_diff(const struct kmt_change *c);
void kmt_change_print_warnings(const struct kmt_change *c);
void kmt_change_print_effects(const struct kmt_change *c);
void kmt_change_print_nothing(const struct kmt_change *c); /* the plan has no steps */
void kmt_change_print_outcome(const struct kmt_change *c, const struct kmt_outcome *o);
void kmt_change_print_again(const struct kmt_change *c); /* what was printed is planned again */
/* Who uses the module that cannot be unloaded: on stderr, or with --json as a document on stdout. */
void kmt_change_print_users(struct kmt_change *c);
/* Each way to the modules of a block, and whether it is closed. */
int kmt_change_print_ways(const struct kmt_change *c, struct kmt_err *err);

#endif
