/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/explain/explain.h>

#include <stdio.h>
#include <string.h>

#include <kmt/base/alloc.h>
#include <kmt/source/taint.h>
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
	case KMT_STEP_UNBIND:
	case KMT_STEP_OVERRIDE:
	case KMT_STEP_BIND:
		return kmt_rules_bind;
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

/* Texts that come with a load that succeeds anyway. */
static const struct kmt_taint_line grumbles[] = {
	{"%: unknown parameter '*' ignored",
		"{module} has no parameter '{1}': the kernel ignored it"},
	{"*: '%'->init suspiciously returned *, it should*",
		"{module} is loaded, but its init suspiciously returned {2}, which is neither 0 nor an "
		"error: a mistake in the module"},
	{"%: loading module not compiled with retpoline compiler*",
		"{module} was compiled without retpolines: it opens the kernel to Spectre variant 2"},
};

static void tell(const struct kmt_taint_line *grumble, const struct kmt_failure *loaded, const char *line,
	struct kmt_arena *arena, struct kmt_strv *out)
{
	const struct kmt_rule rule = {.line = grumble->pattern};
	struct kmt_rule_match match = {.failure = loaded, .rule = &rule};

	if (grumble->cause &&
		kmt_pattern_match(grumble->pattern, loaded->step->module, line, match.cap))
		kmt_vec_push(out, kmt_rule_fill(grumble->cause, &match, arena));
}

void kmt_explain_success(const char *module, const struct kmt_strv *lines, struct kmt_arena *arena,
	struct kmt_strv *out)
{
	static const struct kmt_kofile_facts no_facts;
	static const struct kmt_policy no_policy;
	const struct kmt_step step = {.module = module};
	const struct kmt_failure loaded = {
		.step = &step, .lines = lines, .policy = &no_policy, .facts = &no_facts};

	for (size_t i = 0; i < lines->n; i++) {
		for (size_t j = 0; j < KMT_ARRAY_SIZE(grumbles); j++)
			tell(&grumbles[j], &loaded, lines->v[i], arena, out);
		for (const struct kmt_taint *t = kmt_taints; t->letter; t++)
			for (const struct kmt_taint_line *line = t->lines; line->pattern; line++)
				tell(line, &loaded, lines->v[i], arena, out);
	}
}

bool kmt_explain_is_failure(const char *line)
{
	struct kmt_capture cap[KMT_CAPTURES];

	/* The last rule asks for nothing. */
	for (const struct kmt_rule *rule = kmt_rules_insert; rule->line || rule->errnum || rule->when; rule++)
		if (rule->line && *rule->line != '*' && kmt_pattern_match(rule->line, NULL, line, cap))
			return true;
	return false;
}
