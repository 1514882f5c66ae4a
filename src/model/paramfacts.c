/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/model/paramfacts.h>

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <kmt/base/name.h>
#include <kmt/model/lookup.h>
#include <kmt/model/params.h>
#include <kmt/sys/paths.h>

static int several(const char *query, const struct kmt_lookup *found, struct kmt_err *err)
{
	kmt_autostrbuf struct kmt_strbuf names = KMT_STRBUF_INIT;

	for (size_t i = 0; i < found->rows.n; i++)
		kmt_strbuf_addf(&names, "%s%s", i ? ", " : "", found->rows.v[i].name);
	return kmt_err_set(err, KMT_ERR_USAGE, EINVAL, "%s means several modules: %s; name one of them",
		query, kmt_strbuf_str(&names));
}

/* A module without a file, or a part of the kernel that is none, may have parameters in sysfs. */
static int find_unindexed(struct kmt_snapshot *snap, const char *query, struct kmt_paramfacts *out,
	struct kmt_err *err)
{
	kmt_autofree char *dir = NULL;
	char name[KMT_NAME_MAX];

	if (!snap->has_tree && !kmt_name_normalize(query, name, sizeof(name))) {
		out->name = kmt_arena_strdup(&out->arena, name);
		out->unchecked = !snap->running || !kmt_snapshot_loaded(snap, name);
		return 0;
	}
	if (!snap->running || kmt_name_normalize(query, name, sizeof(name)))
		return kmt_lookup_not_found(snap, query, err);
	dir = kmt_asprintf("%s/%s", KMT_PATH_SYS_MODULE, name);
	if (!kmt_root_exists(snap->root, dir))
		return kmt_lookup_not_found(snap, query, err);
	out->name = kmt_arena_strdup(&out->arena, name);
	out->builtin = !kmt_snapshot_loaded(snap, name);
	return 0;
}

static int find_module(struct kmt_snapshot *snap, const char *query, struct kmt_paramfacts *out,
	const char **alias, struct kmt_err *err)
{
	struct kmt_lookup found = {0};
	int r = kmt_lookup_find(snap, query, &found, err);
	const struct kmt_lookup_match *match = found.rows.v;

	if (!r && found.rows.n > 1)
		r = several(query, &found, err);
	else if (!r && (!found.rows.n || !match->module))
		r = find_unindexed(snap, found.rows.n ? match->name : query, out, err);
	else if (!r) {
		out->name = kmt_arena_strdup(&out->arena, match->name);
		out->builtin = match->module->builtin;
		out->path = out->builtin ? NULL : match->module->path;
		*alias = match->alias ? kmt_arena_strdup(&out->arena, match->alias) : NULL;
	}
	kmt_lookup_free(&found);
	return r;
}

static int find_file(
	const struct kmt_root *root, const char *arg, struct kmt_paramfacts *out, struct kmt_err *err)
{
	kmt_autofree char *cwd = *arg != '/' && root->is_host ? getcwd(NULL, 0) : NULL;
	char name[KMT_NAME_MAX];

	if (kmt_name_from_path(arg, name, sizeof(name)))
		return kmt_err_set(err, KMT_ERR_USAGE, EINVAL, "%s is no name of a module file", arg);
	out->name = kmt_arena_strdup(&out->arena, name);
	out->path = *arg == '/' ? arg : kmt_arena_printf(&out->arena, "%s/%s", cwd ? cwd : "", arg);
	return 0;
}

/* What the file declares, or modules.builtin.modinfo does. */
static int read_declared(struct kmt_snapshot *snap, struct kmt_paramfacts *f, struct kmt_err *err)
{
	int r = 0;

	f->long_bits = 64;
	if (f->path) {
		f->ko = kmt_kofile_new();
		r = kmt_kofile_open(f->ko, snap->root, f->path, err);
		if (!r)
			r = kmt_kofile_modinfo(f->ko, &f->info, err);
		if (!r)
			r = kmt_kofile_param_names(f->ko, &f->arena, &f->others, err);
		if (!r)
			r = kmt_kofile_param_defaults(f->ko, &f->arena, &f->defaults, err);
		if (!r && kmt_kofile_class(f->ko) == ELFCLASS32)
			f->long_bits = 32;
	} else if (f->builtin && snap->has_tree) {
		r = kmt_modindex_builtin_info(&snap->index, f->name, &f->info, err);
	}
	if (!r)
		kmt_modinfo_params(&f->info, &f->declared);
	return r;
}

int kmt_paramfacts_read(
	struct kmt_snapshot *snap, const char *query, struct kmt_paramfacts *out, struct kmt_err *err)
{
	struct kmt_config_options options = {0};
	const struct kmt_param_sources from = {.declared = &out->declared,
		.others = &out->others,
		.live = &out->live,
		.options = &options,
		.with_unknown = true};
	const char *alias = NULL;
	int r;

	*out = (struct kmt_paramfacts){0};
	r = kmt_name_is_path(query) ? find_file(snap->root, query, out, err)
				    : find_module(snap, query, out, &alias, err);
	if (!r)
		r = read_declared(snap, out, err);
	if (r < 0)
		return r;
	out->loaded = kmt_snapshot_loaded(snap, out->name) != NULL;
	if (snap->running && (out->loaded || out->builtin))
		kmt_sysmodule_params(snap->root, out->name, &out->arena, &out->live);
	kmt_config_options(snap, out->name, alias, &options);
	kmt_paramlist_join(&from, &out->arena, &out->list);
	kmt_paramlist_set_defaults(&out->list, &out->defaults);
	kmt_config_options_free(&options);
	return 0;
}

int kmt_paramfacts_check(
	const struct kmt_paramfacts *f, const struct kmt_strv *args, struct kmt_err *err)
{
	struct kmt_strv others = {0};
	const struct kmt_params_known known = {
		.declared = &f->declared, .others = &others, .long_bits = f->long_bits};
	const struct kmt_param *p;
	int r = 0;

	kmt_vec_foreach(p, &f->list.rows) {
		if (p->known)
			kmt_vec_push(&others, p->name);
	}
	for (size_t i = 0; !r && !f->unchecked && i < args->n; i++)
		r = kmt_params_check(&known, f->name, args->v[i], err);
	kmt_vec_free(&others);
	return r;
}

void kmt_paramfacts_free(struct kmt_paramfacts *f)
{
	kmt_paramlist_free(&f->list);
	kmt_sysparams_free(&f->live);
	kmt_modinfo_params_free(&f->declared);
	kmt_modinfo_free(&f->info);
	kmt_vec_free(&f->others);
	kmt_ko_defaults_free(&f->defaults);
	kmt_kofile_free(f->ko);
	kmt_arena_free(&f->arena);
}
