/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of the plan dialog share. */
#ifndef KMT_TUI_PLAN_PRIV_H
#define KMT_TUI_PLAN_PRIV_H

#include <kmt/plan/block.h>
#include <kmt/tui/plan.h>

/* A plan in the making. */
struct kmt_planning {
	struct kmt_plan_view *v;
	const struct kmt_machine *machine;
	const struct kmt_request *request;
	const struct kmt_procmod *in_use; /* the module that cannot go; NULL */
	KMT_VEC(struct kmt_block_module) blocks; /* BLOCK: the proofs */
	struct kmt_err *err;
};

/* What is particular to one kind of request. */
struct kmt_request_kind_def {
	unsigned int parts; /* of the snapshot that it takes */
	/* Fills v->plan and v->effects. */
	int (*plan)(struct kmt_planning *p);
	/* Fills v->words, the command that does the same. The plan is there, empty if it failed. */
	void (*words)(struct kmt_plan_view *v, const struct kmt_machine *machine, const struct kmt_request *r);
	/* Adds to the text of the dialog what else there is to know; NULL: nothing. */
	void (*tell)(struct kmt_planning *p);
	void (*title)(const struct kmt_request *r, struct kmt_strbuf *out);
};

extern const struct kmt_request_kind_def *const kmt_request_kinds[KMT_REQUEST_COUNT];

/* plan_modules.c, plan_config.c */
extern const struct kmt_request_kind_def kmt_request_load, kmt_request_unload, kmt_request_reload,
	kmt_request_set, kmt_request_unset, kmt_request_block, kmt_request_unblock;

/* What a plan for configuration, or for unloading, is made of. */
#define KMT_PARTS_CONFIG \
	(KMT_SNAP_LOADED | KMT_SNAP_TREE | KMT_SNAP_TREE_OPTIONAL | KMT_SNAP_CONFIG)

/* The modules that a request is about. */
size_t kmt_request_count(const struct kmt_request *r);
const char *kmt_request_target(const struct kmt_request *r, size_t i);
/* "load snd", "load 3 modules" */
void kmt_request_title_targets(const struct kmt_request *r, const char *verb, struct kmt_strbuf *out);

/* The words of a line of parameters: blanks inside of double quotes do not end one. */
void kmt_plan_split(const char *line, struct kmt_arena *arena, struct kmt_strv *out);
/* Words of the command; those that name the targets; those that name root and kernel, if they have to. */
void kmt_plan_word(struct kmt_plan_view *v, const char *word);
void kmt_plan_targets(struct kmt_plan_view *v, const struct kmt_request *r);
void kmt_plan_machine(struct kmt_plan_view *v, const struct kmt_machine *machine);

/* Adds to the text of the dialog what is wrong. */
void kmt_plan_view_error(struct kmt_plan_view *v, const struct kmt_err *err);
/* Decides who may run the plan, and tells why nobody may. */
enum kmt_run_how kmt_plan_view_how(struct kmt_plan_view *v, const struct kmt_machine *machine);

#endif
