/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/explain/explain.h>

#include <stdio.h>
#include <string.h>

#include <kmt/base/alloc.h>
#include "rules_priv.h"

/* Fills MATCH with the first line that fits the rule. */
static bool fits_a_line(struct kmt_rule_match *match)
{
	const struct kmt_failure *f = match->failure;
	const struct kmt_rule *rule = match->rule;

	for (size_t i = 0; i < f->lines->n; i++)
		if (kmt_pattern_match(rule->line, f->step->module, f->lines->v[i], match->cap) &&
			(!rule->when || rule->when(f, match->cap)))
			return true;
	return false;
}

static bool fits(struct kmt_rule_match *match)
{
	const struct kmt_rule *rule = match->rule;

	if (rule->errnum && rule->errnum != match->failure->errnum)
		return false;
	if (rule->line)
		return fits_a_line(match);
	memset(match->cap, 0, sizeof(match->cap));
	return !rule->when || rule->when(match->failure, match->cap);
}

static const struct kmt_rule *rules_for(enum kmt_step_kind kind)
{
	switch (kind) {
	case KMT_STEP_REMOVE:
		return kmt_rules_remove;
	case KMT_STEP_RUN:
		return kmt_rules_run;
	case KMT_STEP_SETPARAM:
		return kmt_rules_setparam;
	default:
		return kmt_rules_insert;
	}
}

void kmt_explain(const struct kmt_failure *failure, struct kmt_arena *arena, struct kmt_explanation *out)
{
	struct kmt_rule_match match = {.failure = failure, .rule = rules_for(failure->step->kind)};

	while (!fits(&match)) /* the last rule of each table always does */
		match.rule++;
	*out = (struct kmt_explanation){
		.id = match.rule->id,
		.cause = kmt_rule_fill(match.rule->cause, &match, arena),
		.next = kmt_rule_fill(match.rule->next, &match, arena),
		.kind = match.rule->kind,
	};
}

#define TELLS(id_, line_, cause_)                                                                  \
	{                                                                                          \
		.id = id_, .line = line_, .cause = cause_                                          \
	}

/* Texts that come with a load that succeeds all the same. */
static const struct kmt_rule grumbles[] = {
	TELLS("parameter-ignored", "%: unknown parameter '*' ignored",
		"{module} has no parameter '{1}': the kernel ignored it"),
	TELLS("odd-init-result", "*: '%'->init suspiciously returned *, it should*",
		"{module} is loaded, but its init suspiciously returned {2}, which is neither 0 nor an "
		"error: a mistake in the module"),
	TELLS("taint-proprietary", "%: module license '*' taints kernel*",
		"{module} taints the kernel (P): its licence '{1}' is not GPL-compatible"),
	TELLS("taint-out-of-tree", "%: loading out-of-tree module taints kernel*",
		"{module} taints the kernel (O): it is not part of the kernel's own tree"),
	TELLS("taint-unsigned", "%: module verification failed: *- tainting kernel*",
		"{module} taints the kernel (E): it is not signed with a key that the kernel knows"),
	TELLS("taint-forced", "%: module_layout: kernel tainted*",
		"{module} taints the kernel (F): it was loaded without checking symbol versions"),
	TELLS("taint-forced", "%: kernel tainted*",
		"{module} taints the kernel (F): it was loaded by force"),
	TELLS("taint-staging", "%: module is from the staging directory*",
		"{module} taints the kernel (C): it is from the staging area, of unknown quality"),
	TELLS("retpoline", "%: loading module not compiled with retpoline compiler*",
		"{module} was compiled without retpolines: it opens the kernel to Spectre variant 2"),
};

void kmt_explain_success(const char *module, const struct kmt_strv *lines, struct kmt_arena *arena,
	struct kmt_strv *out)
{
	static const struct kmt_kofile_facts no_facts;
	static const struct kmt_policy no_policy;
	const struct kmt_step step = {.module = module};
	const struct kmt_failure loaded = {
		.step = &step, .lines = lines, .policy = &no_policy, .facts = &no_facts};

	for (size_t i = 0; i < lines->n; i++) {
		for (size_t j = 0; j < KMT_ARRAY_SIZE(grumbles); j++) {
			struct kmt_rule_match match = {.failure = &loaded, .rule = &grumbles[j]};

			if (kmt_pattern_match(grumbles[j].line, module, lines->v[i], match.cap))
				kmt_vec_push(out, kmt_rule_fill(grumbles[j].cause, &match, arena));
		}
	}
}
