/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/explain/facts.h>

#include <string.h>
#include <sys/stat.h>

#include <kmt/base/alloc.h>
#include <kmt/base/pattern.h>
#include <kmt/check/check.h>
#include <kmt/source/kofile.h>
#include <kmt/source/modinfo.h>

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
	kmt_autoclose int fd = kmt_root_open_file(root, path, 0, &st);

	if (kmt_root_stat(root, path, &st) < 0)
		return;
	out->type = type_of(&st);
	if (fd >= 0)
		out->compression = kmt_compression_of_fd(fd);
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

/* As the check before the load would have found them: what the plan has inserted counts. */
static void find_symbols(const struct kmt_snapshot *snap, const struct kmt_plan *plan, size_t failed,
	struct kmt_arena *arena, struct kmt_kofile_facts *out)
{
	static const struct kmt_policy none;
	struct kmt_check_env *env = kmt_check_env_new(snap, &none);
	struct kmt_checker *checker = kmt_checker_new(env);
	struct kmt_symbol_fact *s;

	for (size_t i = 0; i < failed; i++)
		if (plan->steps.v[i].kind == KMT_STEP_INSERT)
			kmt_check_env_insert(env, plan->steps.v[i].module, plan->steps.v[i].path);
	kmt_vec_foreach (s, &out->symbols) {
		const struct kmt_check_symbol *found = kmt_check_find_symbol(checker, s->name);

		s->in_kernel = found->where == KMT_CHECK_IN_KERNEL || (found->loaded && !found->terms.known);
		s->gpl_only = found->terms.gpl;
		if (found->where != KMT_CHECK_IN_MODULE)
			continue;
		s->provider = kmt_arena_strdup(arena, found->module);
		s->provider_loaded = found->loaded;
	}
	kmt_checker_free(checker);
	kmt_check_env_free(env);
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

	*out = (struct kmt_kofile_facts){0};
	if (step->kind != KMT_STEP_INSERT)
		return;
	read_type(snap->root, step->path, out);
	if (out->type == KMT_FILE_REGULAR)
		read_module(snap->root, step->path, arena, out);
	collect_symbols(step->module, lines, arena, out);
	if (out->symbols.n)
		find_symbols(snap, plan, failed, arena, out);
}

void kmt_facts_free(struct kmt_kofile_facts *facts)
{
	kmt_vec_free(&facts->symbols);
}
