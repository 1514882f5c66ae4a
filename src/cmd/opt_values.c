/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/cmd/opt.h>

#include <errno.h>
#include <string.h>

#include <kmt/base/ordered.h>
#include <kmt/base/strbuf.h>

/* The index of the N bytes at WORD in CHOICES, -1 if they are none of them. */
static int choice_of(const char *const *choices, const char *word, size_t n)
{
	for (int i = 0; choices[i]; i++)
		if (strlen(choices[i]) == n && !memcmp(choices[i], word, n))
			return i;
	return -1;
}

static int unknown(const char *option, const char *const *choices, const char *word, size_t n,
	struct kmt_err *err)
{
	kmt_autostrbuf struct kmt_strbuf all = KMT_STRBUF_INIT;

	for (size_t i = 0; choices[i]; i++)
		kmt_strbuf_item(&all, ", ", "%s", choices[i]);
	kmt_err_set(err, KMT_ERR_USAGE, EINVAL, "--%s: there is no '%.*s'", option, (int)n, word);
	kmt_err_hint(err, "what can be given, with commas between: %s", all.s);
	return -EINVAL;
}

int kmt_opt_words(const char *option, const struct kmt_strv *given, const char *const *choices,
	unsigned int *bits, struct kmt_err *err)
{
	*bits = 0;
	for (size_t i = 0; i < given->n; i++) {
		const char *word = given->v[i];

		while (word) {
			size_t n = strcspn(word, ",");
			int choice = choice_of(choices, word, n);

			if (choice < 0)
				return unknown(option, choices, word, n, err);
			*bits |= 1u << choice;
			word = word[n] ? word + n + 1 : NULL;
		}
	}
	return 0;
}

int kmt_opt_check_threads(unsigned int n, struct kmt_err *err)
{
	if (n <= KMT_ORDERED_THREADS_MAX)
		return 0;
	return kmt_err_set(err, KMT_ERR_USAGE, EINVAL, "at most %d threads", KMT_ORDERED_THREADS_MAX);
}

int kmt_opt_check_names(bool all, int n, struct kmt_err *err)
{
	if (all && n)
		return kmt_err_set(err, KMT_ERR_USAGE, EINVAL, "--all takes no names");
	if (!all && !n)
		return kmt_err_set(err, KMT_ERR_USAGE, EINVAL, "which module? Give a name or a file, or --all");
	return 0;
}
