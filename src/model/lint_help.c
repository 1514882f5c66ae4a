/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the rules of lint share: findings, their words, and the questions that several rules ask. */
#include "lint_priv.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include <kmt/model/lookup.h>
#include <kmt/sys/paths.h>

struct kmt_lint_finding *kmt_lint_add(struct kmt_lint *lint, const struct kmt_origin *origin,
	const char *module, const char *fmt, ...)
{
	const char *message;
	va_list ap;

	va_start(ap, fmt);
	message = kmt_arena_vprintf(&lint->arena, fmt, ap);
	va_end(ap);
	kmt_vec_push(&lint->rows, (struct kmt_lint_finding){
					  .rule = lint->rule,
					  .origin = *origin,
					  .module = module,
					  .message = message,
				  });
	return &lint->rows.v[lint->rows.n - 1];
}

/* Comparing takes a moment: after so many misses they are not single typing errors any more. */
#define MAX_NEAR 200

const char *kmt_lint_near(struct kmt_lint *lint, const char *name, size_t max)
{
	const char *fix = "correct the name, or remove the line";
	struct kmt_strv near = {0};

	if (lint->n_near++ < MAX_NEAR)
		kmt_lookup_near(lint->snap, name, max, &near);
	if (near.n)
		fix = kmt_arena_printf(&lint->arena, "did you mean %s%s%s?", near.v[0], near.n > 1 ? " or " : "",
			near.n > 1 ? near.v[1] : "");
	kmt_vec_free(&near);
	return fix;
}

const char *kmt_lint_comment_in(const char *value)
{
	bool in_quotes = false;

	for (const char *s = value; *s; s++) {
		in_quotes ^= *s == '"';
		if (*s == '#' && !in_quotes && (s == value || strchr(" \t", s[-1]) || strchr(" \t", s[1])))
			return s;
	}
	return NULL;
}

bool kmt_lint_word_next(const char *value, const char **s, struct kmt_param_word *word)
{
	const char *comment = kmt_lint_comment_in(value);

	if (!kmt_param_word_next(s, word) || (comment && word->name >= comment))
		return false;
	if (comment && word->value && word->value < comment && word->value + word->value_len > comment)
		word->value_len = (size_t)(comment - word->value);
	return true;
}

int kmt_lint_known(struct kmt_lint *lint, const char *name, enum kmt_lint_known *known, struct kmt_err *err)
{
	const struct kmt_modindex *index = &lint->snap->index;
	kmt_autoerr struct kmt_err why = KMT_ERR_INIT;
	struct kmt_lookup found = {0};
	int r;

	*known = KMT_LINT_MODULE;
	if (kmt_modindex_find(index, name))
		return 0;
	*known = KMT_LINT_BUILTIN;
	if (kmt_modindex_find_builtin(index, name))
		return 0;
	r = kmt_lookup_find_shipped(lint->snap, name, &found, &why);
	*known = found.rows.n ? KMT_LINT_OTHER : KMT_LINT_NOWHERE;
	kmt_lookup_free(&found);
	return r < 0 && why.kind != KMT_ERR_USAGE ? kmt_err_set(err, why.kind, -r, "%s", why.msg) : 0;
}
