/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Values of module parameters: whether a type has one, whether two are the same, and how they are written in
 * a string of options. Pure. Never stricter than the kernel, which only answers "Invalid argument": a type of
 * the module's own, a callback, a limit is for it to judge.
 */
#ifndef KMT_MODEL_PARAMS_H
#define KMT_MODEL_PARAMS_H

#include <stdbool.h>
#include <kmt/base/arena.h>
#include <kmt/base/strbuf.h>
#include <kmt/model/config.h>

/* Whether VALUE (without quotes; NULL for none at all) can be of TYPE, a type as .modinfo spells it:
 * NULL if it can, else what there is instead: "not a number" ... Types that are not known always can. */
const char *kmt_params_value_wrong(const char *type, const char *value, unsigned int long_bits);

/* Whether the kernel shows WANTED as SHOWN: "1" is "Y" for a bool, "0x10" is "16" for a number. TYPE may be
 * NULL: then all that may be the same is. */
bool kmt_params_same_value(const char *type, const char *wanted, const char *shown);

/* Writes the word as it is in an options string: with quotes if there are blanks in VALUE (NULL: the name
 * alone). -EINVAL for a value that cannot be written there: quotes inside of it, line breaks. */
int kmt_param_word_write(
	const char *name, size_t name_len, const char *value, struct kmt_strbuf *out);

/* VALUE without the quotes around it, if there are any. */
char *kmt_param_unquoted(struct kmt_arena *arena, const char *value);

/* A parameter of an options string ("a=1 b=\"x y\" c"). */
struct kmt_param_word {
	const char *name; /* NAME_LEN bytes */
	size_t name_len;
	const char *value; /* VALUE_LEN bytes, without quotes around it; NULL for a name alone */
	size_t value_len;
};

/* Takes the next one from *S on, as the kernel's next_arg() does. False at the end. */
bool kmt_param_word_next(const char **s, struct kmt_param_word *out);
/* Whether the word sets parameter NAME: '-' and '_' are the same. */
bool kmt_param_word_is(const struct kmt_param_word *word, const char *name);

/* The value that OPTIONS give parameter NAME: the kernel takes the last of several. NULL if none does. "" for
 * a name alone. *ORIGIN says where. */
const char *kmt_config_value(const struct kmt_config_options *options, const char *name,
	struct kmt_arena *arena, struct kmt_origin *origin);

#endif
