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
	struct kmt_block_module block;	  /* BLOCK: the proof */
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

extern const struct kmt_request_kind_def kmt_request_kinds[KMT_REQUEST_COUNT];

/* Adds to the text of the dialog what is wrong. */
void kmt_plan_view_error(struct kmt_plan_view *v, const struct kmt_err *err);
/* Decides who may run the plan, and tells why nobody may. */
enum kmt_run_how kmt_plan_view_how(struct kmt_plan_view *v, const struct kmt_machine *machine);

#endif
