/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/index/links.h>

#include <stdlib.h>
#include <string.h>

#include <kmt/base/alloc.h>

static struct kmt_owner *owner_of(struct kmt_links *l, uint32_t name)
{
	while (l->owners.n <= name)
		kmt_vec_push(&l->owners, (struct kmt_owner){KMT_OWNER_NONE, 0});
	return &l->owners.v[name];
}

void kmt_links_add_kernel(struct kmt_links *l, const char *name, size_t len, uint32_t crc)
{
	*owner_of(l, kmt_intern(l->names, name, len)) = (struct kmt_owner){KMT_OWNER_KERNEL, crc};
}

/* The number under which NAME is looked up: PowerPC's function descriptors start with a dot. */
static uint32_t spelling(struct kmt_links *l, uint32_t name, bool dot)
{
	const struct kmt_name_entry *e = &l->names->names.v[name];
	const char *s = e->name;

	if (dot && *s == '.')
		s++;
	if (l->prefix && *s == l->prefix)
		s++;
	if (s == e->name)
		return name;
	/* The rest of a name is a terminated string as well and lives as long. */
	return kmt_intern_borrowed(l->names, s, e->len - (size_t)(s - e->name));
}

static void add_exports(struct kmt_links *l, uint32_t module)
{
	const struct kmt_modfile *f = l->modules->v.v[module];

	for (uint32_t i = 0; i < f->n_exports; i++) {
		struct kmt_owner owner = {module, f->export_crcs ? f->export_crcs[i] : 0};

		*owner_of(l, spelling(l, f->exports[i], false)) = owner;
	}
}

static void check_need(struct kmt_links *l, uint32_t module, uint32_t i, const struct kmt_owner *owner)
{
	const struct kmt_modfile *f = l->modules->v.v[module];
	uint32_t name = f->needs[i];
	bool crc;

	if (!l->check || (name & KMT_NEED_WEAK))
		return;
	/* Either side may have none: a System.map, a kernel without CONFIG_MODVERSIONS. */
	crc = owner->module != KMT_OWNER_NONE && f->need_crcs && f->need_crcs[i] && owner->crc &&
	      f->need_crcs[i] != owner->crc;
	if (crc || owner->module == KMT_OWNER_NONE)
		kmt_vec_push(&l->unmet, (struct kmt_unmet){module, name, crc});
}

/* STAMP: by module, the one that was the last to take it as a dependency, plus one. */
static void resolve(struct kmt_links *l, uint32_t module, const uint32_t *lookup, uint32_t *stamp)
{
	const struct kmt_modfile *f = l->modules->v.v[module];
	struct kmt_depslice *slice = &l->slices[module];

	slice->first = l->deps.n;
	for (uint32_t i = 0; i < f->n_needs; i++) {
		const struct kmt_owner *owner = &l->owners.v[lookup[f->needs[i] & ~KMT_NEED_WEAK]];

		check_need(l, module, i, owner);
		if (owner->module >= l->modules->v.n || owner->module == module ||
			stamp[owner->module] == module + 1)
			continue;
		stamp[owner->module] = module + 1;
		kmt_vec_push(&l->deps, owner->module);
		kmt_vec_push(&l->names_of_deps, f->needs[i] & ~KMT_NEED_WEAK);
	}
	slice->n = (uint32_t)(l->deps.n - slice->first);
}

/* As depmod does it, so that modules.dep has the same order: a stack of modules that nobody needs any
 * more, filled in module order. */
static void sort(struct kmt_links *l)
{
	size_t n = l->modules->v.n, n_ready = 0;
	uint32_t *users = kmt_alloc((n + 1) * sizeof(*users));
	uint32_t *ready = kmt_alloc((n + 1) * sizeof(*ready));

	for (size_t i = 0; i < l->deps.n; i++)
		users[l->deps.v[i]]++;
	for (uint32_t m = 0; m < n; m++) {
		l->position[m] = UINT32_MAX;
		if (!users[m])
			ready[n_ready++] = m;
	}
	while (n_ready) {
		uint32_t m = ready[--n_ready];
		const struct kmt_depslice *s = &l->slices[m];

		l->position[m] = (uint32_t)l->n_sorted;
		l->order[l->n_sorted++] = m;
		for (uint32_t i = 0; i < s->n; i++) {
			uint32_t dep = l->deps.v[s->first + i];

			if (!--users[dep])
				ready[n_ready++] = dep;
		}
	}
	free(users);
	free(ready);
}

void kmt_links_build(struct kmt_links *l)
{
	size_t n = l->modules->v.n, n_names;
	uint32_t *lookup, *stamp = kmt_alloc((n + 1) * sizeof(*stamp));

	for (uint32_t m = 0; m < n; m++)
		add_exports(l, m);
	n_names = l->names->names.n;
	lookup = kmt_alloc((n_names + 1) * sizeof(*lookup));
	for (uint32_t i = 0; i < n_names; i++)
		lookup[i] = spelling(l, i, true);
	if (l->names->names.n)
		owner_of(l, (uint32_t)l->names->names.n - 1);
	l->slices = kmt_alloc((n + 1) * sizeof(*l->slices));
	l->order = kmt_alloc((n + 1) * sizeof(*l->order));
	l->position = kmt_alloc((n + 1) * sizeof(*l->position));
	for (uint32_t m = 0; m < n; m++)
		resolve(l, m, lookup, stamp);
	free(lookup);
	free(stamp);
	sort(l);
}

void kmt_links_free(struct kmt_links *l)
{
	kmt_vec_free(&l->owners);
	kmt_vec_free(&l->deps);
	kmt_vec_free(&l->names_of_deps);
	kmt_vec_free(&l->unmet);
	free(l->slices);
	free(l->order);
	free(l->position);
	l->slices = NULL;
	l->order = l->position = NULL;
	l->n_sorted = 0;
}

void kmt_closure_init(struct kmt_closure *c, const struct kmt_links *l)
{
	*c = (struct kmt_closure){0};
	c->marks = kmt_alloc((l->modules->v.n + 1) * sizeof(*c->marks));
}

void kmt_closure_free(struct kmt_closure *c)
{
	free(c->marks);
	kmt_vec_free(&c->v);
}

static int compare_positions(const void *a, const void *b, void *arg)
{
	const uint32_t *position = arg, x = position[*(const uint32_t *)a],
		       y = position[*(const uint32_t *)b];

	return x < y ? -1 : x > y;
}

/* Few are sorted; many are picked out of the order that exists. */
static void sort_closure(struct kmt_closure *c, const struct kmt_links *l)
{
	size_t n = c->v.n;

	if (n < 2)
		return;
	if (n < l->n_sorted / 8) {
		qsort_r(c->v.v, n, sizeof(*c->v.v), compare_positions, l->position);
		return;
	}
	c->v.n = 0;
	for (size_t i = 0; c->v.n < n; i++)
		if (c->marks[l->order[i]] == c->round)
			kmt_vec_push(&c->v, l->order[i]);
}

void kmt_closure_find(struct kmt_closure *c, const struct kmt_links *l, uint32_t module)
{
	size_t at = 0;
	uint32_t m = module;

	c->round++;
	c->v.n = 0;
	/* The list is also the queue of what has still to be looked at. */
	for (;;) {
		const struct kmt_depslice *s = &l->slices[m];

		for (uint32_t i = 0; i < s->n; i++) {
			uint32_t dep = l->deps.v[s->first + i];

			if (c->marks[dep] == c->round)
				continue;
			c->marks[dep] = c->round;
			kmt_vec_push(&c->v, dep);
		}
		if (at == c->v.n)
			break;
		m = c->v.v[at++];
	}
	sort_closure(c, l);
}
