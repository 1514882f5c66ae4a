/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Requested files. The module's name and what it needs directly are in its .modinfo; what those modules
 * need in turn, the tree's index says.
 */
#include "load_priv.h"

#include <errno.h>
#include <string.h>

#include <kmt/base/name.h>

struct deps {
	KMT_VEC(const struct kmt_module *) v; /* in the order of loading */
};

static void add_dep(struct deps *deps, const struct kmt_module *m)
{
	for (size_t i = 0; i < deps->v.n; i++)
		if (deps->v.v[i] == m)
			return;
	kmt_vec_push(&deps->v, m);
}

static int missing_dep(
	struct kmt_load *load, const char *path, const char *name, struct kmt_err *err)
{
	kmt_err_set(err, KMT_ERR_NOT_FOUND, ENOENT, "%s%s needs module %s, which is not in %s%s",
		load->snap->root->path, path, name, load->snap->root->path, load->snap->index.dir);
	kmt_err_hint(err, "name the file of %s before it", name);
	return -ENOENT;
}

/* One name of depends=, with all that it needs. */
static int resolve_dep(struct kmt_load *load, const char *path, const char *name, struct deps *deps)
{
	const struct kmt_modindex *index = &load->snap->index;
	struct kmt_load_node *earlier = kmt_map_get(&load->nodes, name);
	const struct kmt_module *m = kmt_modindex_find(index, name);

	/* A file that was requested before it comes first. */
	if (earlier && earlier->module)
		m = earlier->module;
	if (!m && (kmt_modindex_find_builtin(index, name) ||
			  kmt_map_get(&load->snap->loaded_by_name, name)))
		return 0;
	if (!m)
		return missing_dep(load, path, name, load->err);
	for (size_t i = m->n_deps; i > 0; i--)
		add_dep(deps, m->deps[i - 1]);
	add_dep(deps, m);
	return 0;
}

static int resolve_depends(
	struct kmt_load *load, const char *path, const char *depends, struct deps *deps)
{
	int r = 0;

	while (!r && *depends) {
		size_t n = strcspn(depends, ",");
		char given[KMT_NAME_MAX], name[KMT_NAME_MAX];

		if (n && n < sizeof(given)) {
			memcpy(given, depends, n);
			given[n] = '\0';
			if (!kmt_name_normalize(given, name, sizeof(name)))
				r = resolve_dep(load, path, name, deps);
		}
		depends += n + (depends[n] != '\0');
	}
	return r;
}

/* Whether the tree's module of that name needs the same: then its order is as good, and modprobe's. */
static bool same_deps(const struct kmt_module *m, const struct deps *deps)
{
	if (m->n_deps != deps->v.n)
		return false;
	for (size_t i = 0; i < m->n_deps; i++) {
		size_t j = 0;

		while (j < deps->v.n && deps->v.v[j] != m->deps[i])
			j++;
		if (j == deps->v.n)
			return false;
	}
	return true;
}

static void set_deps(struct kmt_load *load, struct kmt_module *m, const struct deps *deps)
{
	const struct kmt_module *known = kmt_modindex_find(&load->snap->index, m->name);

	if (known && same_deps(known, deps)) {
		m->deps = known->deps;
		m->n_deps = known->n_deps;
		return;
	}
	m->n_deps = deps->v.n;
	m->deps = kmt_arena_alloc(&load->plan->arena, (deps->v.n + 1) * sizeof(*m->deps));
	for (size_t i = 0; i < deps->v.n; i++)
		m->deps[deps->v.n - 1 - i] = deps->v.v[i];
}

static int read_info(struct kmt_load *load, const char *path)
{
	int r = kmt_modfacts_read(
		&load->facts, load->snap, &(struct kmt_modref){.path = path}, 0, load->err);

	if (r == -ENODATA) {
		/* The kernel may still take it. */
		kmt_load_warn(load, "%s%s has no .modinfo: what it depends on is not known",
			load->snap->root->path, path);
		kmt_err_clear(load->err);
		return 0;
	}
	return r;
}

static const char *absolute(struct kmt_load *load, const char *target)
{
	const char *cwd = load->req->cwd ? load->req->cwd : "/";

	if (*target == '/')
		return kmt_arena_strdup(&load->plan->arena, target);
	return kmt_arena_printf(&load->plan->arena, "%s/%s", strcmp(cwd, "/") ? cwd : "", target);
}

int kmt_load_file_node(struct kmt_load *load, const char *target, struct kmt_load_node **out)
{
	const char *path = absolute(load, target), *depends;
	struct kmt_module *m = KMT_ARENA_NEW(&load->plan->arena, struct kmt_module);
	struct deps deps = {0};
	char name[KMT_NAME_MAX];
	int r = read_info(load, path);

	if (!r && kmt_modref_name_of_fields(&load->facts.fields, path, name) < 0)
		r = kmt_err_set(load->err, KMT_ERR_USAGE, EINVAL, "%s is not the name of a module file", path);
	if (!r) {
		depends = kmt_modinfo_get(&load->facts.fields, "depends");
		r = depends ? resolve_depends(load, path, depends, &deps) : 0;
	}
	if (!r) {
		m->name = kmt_arena_strdup(&load->plan->arena, name);
		m->path = path;
		set_deps(load, m, &deps);
		*out = kmt_load_node_get(load, m->name, NULL, m);
		(*out)->module = m;
		(*out)->is_file = true;
		if (load->facts.ko)
			(*out)->seen = *kmt_kofile_status(load->facts.ko);
	}
	kmt_vec_free(&deps.v);
	return r;
}

/* What the file has to be compared with the loaded module. */
static const char *file_id(struct kmt_load *load)
{
	const struct kmt_modfacts *f = &load->facts;
	kmt_autostrbuf struct kmt_strbuf id = KMT_STRBUF_INIT;

	if (!f->sys.build_id || !f->build_id_n)
		return kmt_modinfo_get(&f->fields, "srcversion");
	for (size_t i = 0; i < f->build_id_n; i++)
		kmt_strbuf_addf(&id, "%02x", f->build_id[i]);
	return kmt_arena_strdup(&load->plan->arena, kmt_strbuf_str(&id));
}

/* A source has one srcversion for all architectures: the modules of the tree tell which one is right here. */
static int check_machine(struct kmt_load *load, const struct kmt_load_node *node)
{
	const struct kmt_modindex *index = &load->snap->index;
	struct kmt_kofile *theirs = load->facts.ko, *ours;
	size_t at = 0;
	const struct kmt_module *first = load->facts.has_file ? kmt_modindex_next(index, &at) : NULL;
	int r = 0;

	if (!first)
		return 0;
	ours = kmt_kofile_new();
	if (!kmt_kofile_open(ours, load->snap->root, first->path, NULL) &&
		(kmt_kofile_machine(ours) != kmt_kofile_machine(theirs) ||
			kmt_kofile_class(ours) != kmt_kofile_class(theirs)))
		r = kmt_err_set(load->err, KMT_ERR_FAILED, ENOEXEC,
			"%s was built for another architecture: ELF machine %u, the modules of %s are of %u",
			node->module->path, kmt_kofile_machine(theirs), load->snap->version,
			kmt_kofile_machine(ours));
	kmt_kofile_free(ours);
	return r;
}

int kmt_load_compare(struct kmt_load *load, const struct kmt_load_node *node, const char **words)
{
	const struct kmt_modref ref = {.name = node->name, .path = node->module->path};
	struct kmt_modfacts *f = &load->facts;
	int r = kmt_modfacts_read(f, load->snap, &ref, KMT_FACTS_LOADED | KMT_FACTS_BUILD_ID, load->err);

	*words = "already loaded";
	if (r == -ENODATA)
		kmt_err_clear(load->err);
	else if (r < 0)
		return r;
	r = check_machine(load, node);
	if (r < 0)
		return r;
	if (f->same == KMT_SAME_UNKNOWN)
		*words = "already loaded; whether from this file is not known: there is no build-id or srcversion "
			 "to compare";
	if (f->same != KMT_OTHER_FILE)
		return 0;
	kmt_err_set(load->err, KMT_ERR_FAILED, EEXIST,
		"another build of %s is loaded: %s has the %s %s, the loaded module %s", node->name,
		node->module->path, f->same_by, file_id(load),
		f->sys.build_id && f->build_id_n ? f->sys.build_id : f->sys.srcversion);
	kmt_err_hint(load->err, "kmtool reload %s", node->module->path);
	return -EEXIST;
}
