/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Groups of modules that need each other, found as strongly connected components (Tarjan, 1972), with a
 * stack of our own: a chain of dependencies may be as long as the tree is large.
 */
#include <kmt/index/links.h>

#include <stdlib.h>
#include <string.h>

#include <kmt/base/alloc.h>

struct frame {
	uint32_t module;
	uint32_t next;		/* the dependency to look at */
};

struct search {
	const struct kmt_links *links;
	struct kmt_cycles *out;
	uint32_t *number;	/* by module: order of discovery, from 1; 0 if not yet met */
	uint32_t *low;		/* the lowest number that is reached from it */
	bool *open;		/* on the stack of modules without a group */
	uint32_t *stack;
	size_t n_stack;
	uint32_t *group;	/* by module: number of its group, from 1 */
	uint32_t n_met, n_groups;
	struct frame *frames;
	size_t n_frames;
};

static uint32_t dep(const struct kmt_links *l, uint32_t module, uint32_t i)
{
	return l->deps.v[l->slices[module].first + i];
}

static int compare_numbers(const void *a, const void *b)
{
	const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

/* A way round, from the group's first member along the first dependency inside of the group, until a
 * module is met again. The group is closed, so LOW is free to hold places in the path. */
static void find_path(struct search *s, struct kmt_cycle *c)
{
	uint32_t *path = kmt_arena_alloc(&s->out->arena, c->n * sizeof(*path));
	uint32_t m = c->members[0], group = s->group[m];
	size_t n = 0;

	for (size_t i = 0; i < c->n; i++)
		s->low[c->members[i]] = 0;
	while (!s->low[m]) {
		uint32_t i = 0;

		path[n++] = m;
		s->low[m] = (uint32_t)n;
		while (s->group[dep(s->links, m, i)] != group)
			i++;
		m = dep(s->links, m, i);
	}
	c->path = path + s->low[m] - 1;
	c->path_n = n - s->low[m] + 1;
}

static void close_group(struct search *s, uint32_t top)
{
	size_t end = s->n_stack;
	struct kmt_cycle c = {0};
	uint32_t *members;

	s->n_groups++;
	do {
		uint32_t m = s->stack[--s->n_stack];

		s->open[m] = false;
		s->group[m] = s->n_groups;
	} while (s->stack[s->n_stack] != top);
	c.n = end - s->n_stack;
	if (c.n == 1)
		return;
	members = kmt_arena_alloc(&s->out->arena, c.n * sizeof(*members));
	memcpy(members, s->stack + s->n_stack, c.n * sizeof(*members));
	qsort(members, c.n, sizeof(*members), compare_numbers);
	c.members = members;
	find_path(s, &c);
	kmt_vec_push(&s->out->v, c);
}

static void meet(struct search *s, uint32_t module)
{
	s->number[module] = s->low[module] = ++s->n_met;
	s->open[module] = true;
	s->stack[s->n_stack++] = module;
	s->frames[s->n_frames++] = (struct frame){module, 0};
}

static void lower(struct search *s, uint32_t module, uint32_t low)
{
	if (low < s->low[module])
		s->low[module] = low;
}

static void search_from(struct search *s, uint32_t module)
{
	meet(s, module);
	while (s->n_frames) {
		struct frame *f = &s->frames[s->n_frames - 1];
		uint32_t m = f->module;

		if (f->next < s->links->slices[m].n) {
			uint32_t d = dep(s->links, m, f->next++);

			if (!s->number[d])
				meet(s, d);
			else if (s->open[d])
				lower(s, m, s->number[d]);
			continue;
		}
		s->n_frames--;
		if (s->n_frames)
			lower(s, s->frames[s->n_frames - 1].module, s->low[m]);
		if (s->low[m] == s->number[m])
			close_group(s, m);
	}
}

static int compare_cycles(const void *a, const void *b)
{
	const struct kmt_cycle *x = a, *y = b;

	return compare_numbers(x->members, y->members);
}

void kmt_links_cycles(const struct kmt_links *links, struct kmt_cycles *out)
{
	size_t n = links->modules->v.n;
	struct search s = {.links = links, .out = out};

	s.number = kmt_alloc((n + 1) * sizeof(*s.number));
	s.low = kmt_alloc((n + 1) * sizeof(*s.low));
	s.open = kmt_alloc((n + 1) * sizeof(*s.open));
	s.stack = kmt_alloc((n + 1) * sizeof(*s.stack));
	s.group = kmt_alloc((n + 1) * sizeof(*s.group));
	s.frames = kmt_alloc((n + 1) * sizeof(*s.frames));
	for (uint32_t m = 0; m < n; m++)
		if (!s.number[m])
			search_from(&s, m);
	free(s.number);
	free(s.low);
	free(s.open);
	free(s.stack);
	free(s.group);
	free(s.frames);
	if (out->v.n)
		qsort(out->v.v, out->v.n, sizeof(*out->v.v), compare_cycles);
}

void kmt_cycles_free(struct kmt_cycles *c)
{
	kmt_vec_free(&c->v);
	kmt_arena_free(&c->arena);
}
