/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parameter values of a loaded module, for what is loaded in its place. */
#ifndef KMT_PLAN_KEEP_PRIV_H
#define KMT_PLAN_KEEP_PRIV_H

#include <kmt/model/modfacts.h>
#include <kmt/plan/plan.h>

struct kmt_keep {
	const struct kmt_modfacts *facts; /* of the file that is loaded, with PARAMS; CONFIG: it is applied */
	const struct kmt_sysparams *live; /* of the loaded module */
	const struct kmt_strv *asked;	  /* "name=value": these are not kept; NULL: none */
};

/*
 * Appends to WORDS, as "name=value", what has to be given to the file so that its parameters have the values
 * that they have now; and to WARNINGS (unless NULL) which cannot be given. What the configuration sets stays,
 * if the value could not be changed while the module was loaded, or was not. Both live in ARENA.
 */
void kmt_keep_values(
	const struct kmt_keep *k, struct kmt_arena *arena, struct kmt_strv *words, struct kmt_strv *warnings);

/* For each of the N parts of a parameter string that changes values: fills "was". */
void kmt_keep_compare(
	const struct kmt_keep *k, struct kmt_step_part *parts, size_t n, struct kmt_arena *arena);

#endif
