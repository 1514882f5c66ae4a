/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/explain/facts.h>

#include <string.h>
#include <sys/stat.h>

#include <kmt/base/alloc.h>
#include <kmt/base/name.h>
#include <kmt/check/check.h>
#include <kmt/model/exports.h>
#include <kmt/source/kofile.h>
#include <kmt/source/modinfo.h>
#include "pattern_priv.h"

/* The kernel may name hundreds of symbols; the first ones tell the story. */
#define SYMBOLS_MAX 32

static enum kmt_file_type type_of(const struct stat *st)
{
	if (S_ISDIR(st->st_mode))
		return KMT_FILE_DIRECTORY;
	if (!S_ISREG(st->st_mode))
		return KMT_FILE_SPECIAL;
	return st->st_size ? KMT_FILE_REGULAR : KMT_FILE_EMPTY;
}

static void read_type(const struct kmt_root *root, const char *path, struct kmt_kofile_facts *out)
{
	struct stat st;

	if (kmt_root_stat(root, path, &st) < 0)
		return;
	out->type = type_of(&st);
	if (out->type == KMT_FILE_REGULAR)
		kmt_compression_of_file(root, path, &out->compression, NULL);
}

static const char *copy_field(const struct kmt_modinfo *info, const char *key, struct kmt_arena *arena)
{
	const char *value = kmt_modinfo_get(info, key);

	return value ? kmt_arena_strdup(arena, value) : NULL;
}

static void read_module(const struct kmt_root *root, const char *path, struct kmt_arena *arena,
	struct kmt_kofile_facts *out)
{
	struct kmt_kofile *ko = kmt_kofile_new();
	struct kmt_modinfo info = {0};
	struct kmt_ko_sigblob sig = {0};

	if (!kmt_kofile_open(ko, root, path, NULL)) {
		out->is_module = true;
		out->is_signed = !kmt_kofile_sigblob(ko, &sig, NULL) && sig.present;
		if (!kmt_kofile_modinfo(ko, &info, NULL)) {
			out->vermagic = copy_field(&info, "vermagic", arena);
			out->license = copy_field(&info, "license", arena);
		}
		out->gpl_compatible = out->license && kmt_license_is_gpl(out->license);
	}
	kmt_modinfo_free(&info);
	kmt_kofile_free(ko);
}

static bool is_there(const struct kmt_snapshot *snap, const struct kmt_plan *plan, size_t failed,
	const char *module)
{
	if (kmt_snapshot_loaded(snap, module))
		return true;
	for (size_t i = 0; i < failed; i++)
		if (plan->steps.v[i].kind == KMT_STEP_INSERT &&
			kmt_name_equal(plan->steps.v[i].module, module))
			return true;
	return false;
}

static void find_provider(const struct kmt_snapshot *snap, const struct kmt_plan *plan, size_t failed,
	struct kmt_arena *arena, struct kmt_symbol_fact *s)
{
	kmt_autofree char *query = kmt_asprintf("symbol:%s", s->name);
	struct kmt_index_matches matches = {0};
	const struct kmt_module *m;
	struct kmt_export terms;

	if (!snap->has_tree ||
		kmt_modindex_match(&snap->index, KMT_INDEX_SYMBOLS, query, &matches, NULL) < 0)
		return;
	if (matches.rows.n) {
		s->provider = matches.rows.v[0].module;
		s->provider_loaded = is_there(snap, plan, failed, s->provider);
		m = kmt_modindex_find(&snap->index, s->provider);
		if (m && m->path &&
			kmt_export_of_file(snap->root, m->path, s->name, arena, &terms))
			s->gpl_only = terms.gpl;
	}
	kmt_vec_free(&matches.rows);
}

static void find_in_kernel(const struct kmt_snapshot *snap, struct kmt_kofile_facts *out)
{
	struct kmt_kernel_exports kernel;
	struct kmt_symbol_fact *s;

	kmt_kernel_exports_read(snap, true, &kernel);
	kmt_vec_foreach(s, &out->symbols) {
		const struct kmt_export *e = kmt_map_get(&kernel.by_name, s->name);

		s->in_kernel = e != NULL;
		if (e && !e->module)
			s->provider = NULL;
	}
	kmt_kernel_exports_free(&kernel);
}

static bool is_known(const struct kmt_kofile_facts *facts, const struct kmt_capture *name)
{
	const struct kmt_symbol_fact *s;

	kmt_vec_foreach(s, &facts->symbols)
		if (strlen(s->name) == name->n && !memcmp(s->name, name->s, name->n))
			return true;
	return false;
}

static void collect_symbols(const char *module, const struct kmt_strv *lines, struct kmt_arena *arena,
	struct kmt_kofile_facts *out)
{
	static const char *const patterns[] = {
		"%: Unknown symbol * (err ", "%: disagrees about version of symbol *"};

	for (size_t i = 0; i < lines->n; i++) {
		for (size_t j = 0; j < KMT_ARRAY_SIZE(patterns); j++) {
			struct kmt_capture cap[KMT_CAPTURES];
			struct kmt_symbol_fact s = {0};

			if (out->symbols.n == SYMBOLS_MAX ||
				!kmt_pattern_match(patterns[j], module, lines->v[i], cap) ||
				is_known(out, &cap[0]))
				continue;
			s.name = kmt_arena_strndup(arena, cap[0].s, cap[0].n);
			kmt_vec_push(&out->symbols, s);
		}
	}
}

void kmt_facts_read(const struct kmt_snapshot *snap, const struct kmt_plan *plan, size_t failed,
	const struct kmt_strv *lines, struct kmt_arena *arena, struct kmt_kofile_facts *out)
{
	const struct kmt_step *step = &plan->steps.v[failed];
	struct kmt_symbol_fact *s;

	*out = (struct kmt_kofile_facts){0};
	if (step->kind != KMT_STEP_INSERT)
		return;
	read_type(snap->root, step->path, out);
	if (out->type == KMT_FILE_REGULAR)
		read_module(snap->root, step->path, arena, out);
	collect_symbols(step->module, lines, arena, out);
	if (!out->symbols.n)
		return;
	kmt_vec_foreach(s, &out->symbols)
		find_provider(snap, plan, failed, arena, s);
	find_in_kernel(snap, out);
}

void kmt_facts_free(struct kmt_kofile_facts *facts)
{
	kmt_vec_free(&facts->symbols);
}
