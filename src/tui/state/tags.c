/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/tui/tags.h>

#include <string.h>

/* Where it is; the number of names if it is not there. */
static size_t find(const struct kmt_tags *t, const char *name)
{
	size_t i = 0;

	while (i < t->names.n && strcmp(t->names.v[i], name))
		i++;
	return i;
}

bool kmt_tags_has(const struct kmt_tags *t, const char *name)
{
	return find(t, name) < t->names.n;
}

void kmt_tags_add(struct kmt_tags *t, const char *name)
{
	if (!kmt_tags_has(t, name))
		kmt_vec_push(&t->names, kmt_strdup(name));
}

void kmt_tags_toggle(struct kmt_tags *t, const char *name)
{
	size_t i = find(t, name);

	if (i == t->names.n) {
		kmt_tags_add(t, name);
		return;
	}
	free(t->names.v[i]);
	t->names.n--;
	memmove(t->names.v + i, t->names.v + i + 1, (t->names.n - i) * sizeof(*t->names.v));
}

void kmt_tags_copy(struct kmt_tags *to, const struct kmt_tags *from)
{
	kmt_tags_free(to);
	for (size_t i = 0; i < from->names.n; i++)
		kmt_vec_push(&to->names, kmt_strdup(from->names.v[i]));
}

void kmt_tags_free(struct kmt_tags *t)
{
	for (size_t i = 0; i < t->names.n; i++)
		free(t->names.v[i]);
	kmt_vec_free(&t->names);
}
