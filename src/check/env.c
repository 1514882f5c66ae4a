/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is known of the kernel: its build, its configuration, its symbols. All is read once. */
#include "check_priv.h"

#include <stdlib.h>
#include <string.h>

#include <kmt/base/name.h>
#include <kmt/model/modfacts.h>
#include <kmt/source/kconfig.h>
#include <kmt/sys/paths.h>

/* A kernel's own modules agree on its build: two of the first of these are asked. */
#define WITNESSES_MAX 16

/* A module whose exports are read when a symbol is looked for. */
struct provider {
	const char *name, *path;
	bool read;
	struct kmt_map exports; /* -> struct kmt_export */
	bool other; /* what is loaded was made from another file: its CRCs are not known */
};

void kmt_check_env_free(struct kmt_check_env *env)
{
	if (!env)
		return;
	for (size_t i = 0; i < env->all.n; i++)
		kmt_map_free(&env->all.v[i]->exports);
	kmt_vec_free(&env->all);
	kmt_map_free(&env->providers);
	kmt_map_free(&env->inserted);
	kmt_kernel_exports_free(&env->symvers);
	kmt_kernel_exports_free(&env->kernel);
	kmt_strbuf_free(&env->config);
	kmt_strbuf_free(&env->btf);
	kmt_keyring_free(&env->keys);
	kmt_arena_free(&env->arena);
	pthread_mutex_destroy(&env->lock);
	free(env);
}

static void take_layout(
	void *ctx, enum kmt_ko_name kind, const char *name, size_t len, uint32_t crc)
{
	struct kmt_check_build *b = ctx;

	b->has_crcs = true;
	if (len == strlen("module_layout") && !memcmp(name, "module_layout", len)) {
		b->has_layout = true;
		b->layout = crc;
	}
}

/* What the module file at PATH tells, if it was built with the kernel. */
static bool read_witness(struct kmt_check_env *env, struct kmt_kofile *ko, const char *path,
	struct kmt_check_build *out)
{
	struct kmt_modinfo info = {0};
	const char *vermagic = NULL, *intree = NULL;

	*out = (struct kmt_check_build){0};
	if (!kmt_kofile_open(ko, env->snap->root, path, NULL) &&
		!kmt_kofile_modinfo(ko, &info, NULL)) {
		vermagic = kmt_modinfo_get(&info, "vermagic");
		intree = kmt_modinfo_get(&info, "intree");
	}
	if (vermagic && intree && !kmt_kofile_versions(ko, take_layout, out, NULL)) {
		out->path = path;
		out->vermagic = kmt_arena_strdup(&env->arena, vermagic);
		out->machine = kmt_kofile_machine(ko);
		out->encoding = kmt_kofile_encoding(ko);
		out->this_module = kmt_kofile_section_size(ko, ".gnu.linkonce.this_module");
	}
	kmt_modinfo_free(&info);
	return out->path;
}

static bool same_build(const struct kmt_check_build *a, const struct kmt_check_build *b)
{
	return !strcmp(a->vermagic, b->vermagic) && a->machine == b->machine &&
	       a->encoding == b->encoding && a->this_module == b->this_module &&
	       a->has_layout == b->has_layout && a->layout == b->layout;
}

/* The first two of the kernel's own modules that agree; of one alone, that one. */
static void find_build(struct kmt_check_env *env)
{
	const struct kmt_modindex *index = &env->snap->index;
	kmt_autofree char *own = kmt_asprintf("%s/kernel/", env->snap->has_tree ? index->dir : "");
	struct kmt_kofile *ko = kmt_kofile_new();
	struct kmt_check_build next;
	const struct kmt_module *m;
	size_t asked = 0, at = 0;

	while (asked < WITNESSES_MAX && (m = kmt_modindex_next(index, &at))) {
		const char *path = m->path;

		if (strncmp(path, own, strlen(own)) || !read_witness(env, ko, path, &next) ||
			!kmt_check_is_release(next.vermagic, env->snap->version))
			continue;
		if (asked && same_build(&env->build, &next))
			break;
		env->build = next;
		asked++;
	}
	kmt_kofile_free(ko);
}

int kmt_check_env_add_cert(struct kmt_check_env *env, const char *path, struct kmt_err *err)
{
	return kmt_keyring_add_cert(&env->keys, env->snap->root, path, err);
}

struct kmt_check_env *kmt_check_env_new(const struct kmt_snapshot *snap, const struct kmt_policy *policy)
{
	struct kmt_check_env *env = kmt_alloc(sizeof(*env));

	env->snap = snap;
	env->policy = *policy;
	env->live = snap->running && snap->has_kernel;
	find_build(env);
	pthread_mutex_init(&env->lock, NULL);
	return env;
}

char kmt_check_config(struct kmt_check_env *env, const char *option)
{
	struct kmt_arena paths = {0};
	struct kmt_slice value;

	pthread_mutex_lock(&env->lock);
	if (!env->has_config)
		kmt_kconfig_read(env->snap->root, env->snap->version, &paths, &env->config);
	env->has_config = true;
	pthread_mutex_unlock(&env->lock);
	kmt_arena_free(&paths);
	if (!env->config.len)
		return 0;
	return kmt_kconfig_find(&env->config, option, &value) && value.n ? *value.s : 'n';
}

const struct kmt_strbuf *kmt_check_btf(struct kmt_check_env *env)
{
	pthread_mutex_lock(&env->lock);
	if (!env->has_btf)
		kmt_root_read(env->snap->root, KMT_PATH_SYS_BTF, 256u << 20, &env->btf, NULL);
	env->has_btf = true;
	pthread_mutex_unlock(&env->lock);
	return &env->btf;
}

/* Exported symbols. */

static struct provider *add_provider(struct kmt_check_env *env, const char *name, const char *path)
{
	struct provider *p = KMT_ARENA_NEW(&env->arena, struct provider);

	p->name = kmt_arena_strdup(&env->arena, name);
	p->path = kmt_arena_strdup(&env->arena, path);
	kmt_vec_push(&env->all, p);
	return p;
}

static const struct kmt_export *find_export(struct kmt_check_env *env, struct provider *p, const char *name)
{
	if (!p->read)
		kmt_exports_of_file(env->snap->root, p->path, &env->arena, &p->exports);
	p->read = true;
	return kmt_map_get(&p->exports, name);
}

void kmt_check_env_insert(struct kmt_check_env *env, const char *name, const char *path)
{
	struct provider *p = add_provider(env, name, path);

	kmt_map_set(&env->inserted, p->name, p);
}

static struct provider *provider_of(struct kmt_check_env *env, const struct kmt_module *m)
{
	struct provider *p = kmt_map_get(&env->providers, m->name);

	if (p)
		return p;
	p = add_provider(env, m->name, m->path);
	if (kmt_map_get(&env->snap->loaded_by_name, m->name))
		p->other = kmt_modfacts_same_file(env->snap, m->name, m->path) == KMT_OTHER_FILE;
	kmt_map_add(&env->providers, p->name, p);
	return p;
}

/* Among modules that count as loaded, whatever the tree says. */
static bool find_inserted(struct kmt_check_env *env, const char *name, struct kmt_check_symbol *out)
{
	for (size_t i = 0; i < env->all.n; i++) {
		struct provider *p = env->all.v[i];
		const struct kmt_export *e = kmt_map_get(&env->inserted, p->name) == p
						     ? find_export(env, p, name)
						     : NULL;

		if (!e)
			continue;
		*out = (struct kmt_check_symbol){.where = KMT_CHECK_IN_MODULE,
			.module = p->name,
			.loaded = true,
			.terms = *e};
		return true;
	}
	return false;
}

/* The module of the tree that exports it. */
static bool find_in_tree(struct kmt_check_env *env, const char *name, struct kmt_check_symbol *out)
{
	const char *exporter =
		env->snap->has_tree ? kmt_modindex_exporter(&env->snap->index, name) : NULL;
	const struct kmt_module *m =
		exporter ? kmt_modindex_find(&env->snap->index, exporter) : NULL;
	const struct kmt_export *e;
	struct provider *p;

	if (!m || !m->path)
		return false;
	p = provider_of(env, m);
	e = find_export(env, p, name);
	*out = (struct kmt_check_symbol){.where = KMT_CHECK_IN_MODULE,
		.module = p->name,
		.loaded = kmt_check_loaded(env, p->name)};
	if (e && !p->other)
		out->terms = *e;
	return true;
}

/* Headers of another build of the same release tell nothing. */
static void read_symvers(struct kmt_check_env *env)
{
	const struct kmt_export *layout;

	kmt_kernel_exports_read(env->snap, false, &env->symvers);
	env->has_symvers = true;
	layout = kmt_map_get(&env->symvers.by_name, "module_layout");
	env->symvers_fit = env->symvers.by_name.n &&
			   (!env->build.has_layout || !layout || layout->crc == env->build.layout);
}

/* Whether a loaded module exports what no index tells. */
static bool has_strangers(const struct kmt_check_env *env)
{
	const struct kmt_procmod *m;

	kmt_vec_foreach (m, &env->snap->loaded.rows)
		if (!env->snap->has_tree || !kmt_modindex_find(&env->snap->index, m->name))
			return true;
	return false;
}

static void find_in_kernel(
	struct kmt_check_env *env, const char *name, struct kmt_check_symbol *out)
{
	const struct kmt_export *e;

	if (!env->has_kernel && env->snap->running)
		kmt_kernel_exports_read(env->snap, true, &env->kernel);
	env->has_kernel = true;
	e = kmt_map_get(&env->kernel.by_name, name);
	if (e) {
		out->where = e->module ? KMT_CHECK_IN_MODULE : KMT_CHECK_IN_KERNEL;
		out->module = e->module;
		out->loaded = e->module;
	} else if (env->kernel.by_name.n > env->symvers.by_name.n ||
		   (env->symvers_fit && !has_strangers(env))) {
		out->where = KMT_CHECK_NOWHERE;
	} else {
		out->where = KMT_CHECK_NOT_KNOWN;
	}
}

static void find_symbol(struct kmt_check_env *env, const char *name, struct kmt_check_symbol *out)
{
	const struct kmt_export *e;

	if (!env->has_symvers)
		read_symvers(env);
	if (find_inserted(env, name, out))
		return;
	e = env->symvers_fit ? kmt_map_get(&env->symvers.by_name, name) : NULL;
	if (e)
		*out = (struct kmt_check_symbol){.where = KMT_CHECK_IN_KERNEL, .terms = *e};
	else if (!find_in_tree(env, name, out))
		find_in_kernel(env, name, out);
	/* Where nothing tells the kernel's build, its headers may be of another one. */
	if (!env->build.path)
		out->terms.has_crc &= out->where == KMT_CHECK_IN_MODULE;
}

const struct kmt_check_symbol *kmt_check_find_symbol(struct kmt_checker *c, const char *name)
{
	struct kmt_check_symbol *s = kmt_map_get(&c->found, name);

	if (s)
		return s;
	s = KMT_ARENA_NEW(&c->lasting, struct kmt_check_symbol);
	pthread_mutex_lock(&c->env->lock);
	find_symbol(c->env, name, s);
	pthread_mutex_unlock(&c->env->lock);
	kmt_map_add(&c->found, kmt_arena_strdup(&c->lasting, name), s);
	return s;
}
