/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The parameters of one module from all that know some of them, joined by name: what its file declares,
 * what the kernel shows in sysfs, what the configuration sets. None of these has them all: a parameter with
 * permission 0 is not in sysfs, one with a callback and no description is not in .modinfo. Pure.
 */
#ifndef KMT_MODEL_PARAMLIST_H
#define KMT_MODEL_PARAMLIST_H

#include <stdbool.h>
#include <kmt/base/arena.h>
#include <kmt/base/origin.h>
#include <kmt/base/vec.h>
#include <kmt/model/config.h>
#include <kmt/source/kofile.h>
#include <kmt/source/modinfo.h>
#include <kmt/source/sysmodule.h>

struct kmt_param {
	const char *name, *type, *description; /* type and description NULL: the file does not say */
	bool known;			       /* the file or the kernel knows it */
	const char *default_value;	       /* as the file tells; NULL: it is not known */
	const struct kmt_sysparam *live;       /* NULL: the kernel does not show it */
	const char *configured;		       /* the value that a load would set; NULL: none */
	struct kmt_origin origin;	       /* where that is written */
};

struct kmt_paramlist {
	KMT_VEC(struct kmt_param) rows; /* as declared; then those that only OTHERS, only the kernel, only
					   the configuration knows */
};

struct kmt_param_sources {
	const struct kmt_modinfo_params *declared;
	const struct kmt_strv *others;	    /* names that .modinfo does not tell of; NULL for none */
	const struct kmt_sysparams *live;
	const struct kmt_config_options *options;
	bool with_unknown; /* also what is configured, but known neither to the file nor to the kernel */
};

/* Strings and live rows are those of the sources, or in ARENA. */
void kmt_paramlist_join(
	const struct kmt_param_sources *from, struct kmt_arena *arena, struct kmt_paramlist *out);
/* Fills default_value; the strings are those of DEFAULTS. */
void kmt_paramlist_set_defaults(struct kmt_paramlist *list, const struct kmt_ko_defaults *defaults);
void kmt_paramlist_free(struct kmt_paramlist *list);
/* NULL if there is none. '-' and '_' are the same. */
const struct kmt_param *kmt_paramlist_find(const struct kmt_paramlist *list, const char *name, size_t n);

/* The value that OPTIONS give parameter NAME: the kernel takes the last of several. NULL if none does. "" for
 * a name alone. *ORIGIN says where. */
const char *kmt_config_value(const struct kmt_config_options *options, const char *name,
	struct kmt_arena *arena, struct kmt_origin *origin);

#endif
