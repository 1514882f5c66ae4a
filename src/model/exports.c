/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/model/exports.h>

#include <stdlib.h>
#include <string.h>

#include <kmt/base/strbuf.h>
#include <kmt/source/kernelsyms.h>
#include <kmt/source/kofile.h>
#include <kmt/source/moduletree.h>
#include <kmt/sys/paths.h>

#define TEXT_MAX (128u << 20)

struct kmt_export kmt_export_of_symbol(const struct kmt_ko_symbol *s)
{
	return (struct kmt_export){
		.known = true, .gpl = s->gpl, .ns = s->ns, .has_crc = s->has_crc, .crc = s->crc};
}

/* Symbols that only the strings tell, because the symbol table was stripped, have no terms. */
struct exports {
	struct kmt_arena *arena;
	struct kmt_map *by_name;
};

static void note_export(void *ctx, enum kmt_ko_name kind, const char *name, size_t len, uint32_t crc)
{
	const struct exports *out = ctx;

	if (kind == KMT_KO_NAME_EXPORT && !kmt_map_getn(out->by_name, name, len))
		kmt_map_add(out->by_name, kmt_arena_strndup(out->arena, name, len),
			KMT_ARENA_NEW(out->arena, struct kmt_export));
}

void kmt_exports_of_file(
	const struct kmt_root *root, const char *path, struct kmt_arena *arena, struct kmt_map *out)
{
	struct kmt_kofile *ko = kmt_kofile_new();
	struct kmt_ko_symbols symbols = {0};
	const struct kmt_ko_symbol *s;

	if (!kmt_kofile_open(ko, root, path, NULL)) {
		kmt_kofile_symbols(ko, arena, &symbols, NULL);
		kmt_vec_foreach(s, &symbols.rows) {
			struct kmt_export *e = s->undefined ? NULL : KMT_ARENA_NEW(arena, struct kmt_export);

			if (!e)
				continue;
			*e = kmt_export_of_symbol(s);
			kmt_map_add(out, s->name, e);
		}
		kmt_kofile_names(ko, false, note_export, &(struct exports){arena, out}, NULL);
	}
	kmt_ko_symbols_free(&symbols);
	kmt_kofile_free(ko);
}

struct need {
	const struct kmt_map *wanted; /* name -> struct kmt_strv of users */
	const char *user;
};

static void note_need(void *ctx, enum kmt_ko_name kind, const char *name, size_t len, uint32_t crc)
{
	const struct need *need = ctx;
	struct kmt_strv *users = kind == KMT_KO_NAME_EXPORT ? NULL : kmt_map_getn(need->wanted, name, len);

	/* A name comes as a symbol and as a version. */
	if (users && (!users->n || users->v[users->n - 1] != need->user))
		kmt_vec_push(users, need->user);
}

static bool depends_on(const struct kmt_module *m, const struct kmt_module *provider)
{
	for (size_t i = 0; i < m->n_deps; i++)
		if (m->deps[i] == provider)
			return true;
	return false;
}

void kmt_export_users(
	const struct kmt_snapshot *snap, const struct kmt_module *provider, const struct kmt_map *wanted)
{
	struct kmt_kofile *ko = kmt_kofile_new();

	for (size_t i = 0; i < kmt_modindex_count(&snap->index); i++) {
		const struct kmt_module *m = kmt_modindex_at(&snap->index, i);
		struct need need = {.wanted = wanted, .user = m->name};

		if (depends_on(m, provider) && !kmt_kofile_open(ko, snap->root, m->path, NULL))
			kmt_kofile_names(ko, false, note_need, &need, NULL);
	}
	kmt_kofile_free(ko);
}

static struct kmt_export *add_export(
	struct kmt_kernel_exports *k, struct kmt_map *map, struct kmt_slice name, const char *where)
{
	struct kmt_export *e = kmt_map_getn(map, name.s, name.n);

	if (!e) {
		e = KMT_ARENA_NEW(&k->arena, struct kmt_export);
		kmt_map_add(map, kmt_arena_strndup(&k->arena, name.s, name.n), e);
	}
	e->where = where;
	return e;
}

static const char *copy(struct kmt_kernel_exports *k, struct kmt_slice s)
{
	return s.n ? kmt_arena_strndup(&k->arena, s.s, s.n) : NULL;
}

static void read_kallsyms(struct kmt_kernel_exports *k, struct kmt_slice text)
{
	struct kmt_kallsym row;
	struct kmt_slice line;

	while (kmt_slice_line(&text, &line))
		if (kmt_kallsyms_line(line, &row) && kmt_kallsyms_is_export(&row.name))
			add_export(k, &k->by_name, row.name, KMT_PATH_PROC_KALLSYMS)->module =
				copy(k, row.module);
}

static void read_functions(struct kmt_kernel_exports *k, struct kmt_slice text)
{
	struct kmt_kallsym row;
	struct kmt_slice line;

	while (kmt_slice_line(&text, &line))
		if (kmt_kallsyms_line(line, &row) && row.type == 'T' && !row.module.n)
			add_export(k, &k->functions, row.name, KMT_PATH_PROC_KALLSYMS);
}

static void read_symvers(struct kmt_kernel_exports *k, struct kmt_slice text, const char *path)
{
	struct kmt_symver row;
	struct kmt_slice line;

	while (kmt_slice_line(&text, &line)) {
		struct kmt_export *e;

		if (!kmt_symvers_line(line, &row) || !kmt_slice_is(row.where, "vmlinux"))
			continue;
		e = add_export(k, &k->by_name, row.name, path);
		e->known = true;
		e->gpl = row.gpl;
		e->ns = copy(k, row.ns);
		e->crc = (uint32_t)strtoul(row.crc.s, NULL, 16);
		e->has_crc = e->crc != 0;
	}
}

static void read_symvers_of(const struct kmt_snapshot *snap, struct kmt_kernel_exports *out)
{
	kmt_autostrbuf struct kmt_strbuf symvers = KMT_STRBUF_INIT;
	kmt_autofree char *dir = kmt_moduletree_dir(snap->root, snap->version);
	const char *path = kmt_arena_printf(&out->arena, "%s/build/Module.symvers", dir);

	if (!kmt_root_read(snap->root, path, TEXT_MAX, &symvers, NULL))
		read_symvers(out, (struct kmt_slice){kmt_strbuf_str(&symvers), symvers.len}, path);
}

void kmt_kernel_exports_read(
	const struct kmt_snapshot *snap, bool with_kallsyms, struct kmt_kernel_exports *out)
{
	kmt_autostrbuf struct kmt_strbuf kallsyms = KMT_STRBUF_INIT;

	*out = (struct kmt_kernel_exports){0};
	if (with_kallsyms && snap->running &&
		!kmt_root_read(snap->root, KMT_PATH_PROC_KALLSYMS, TEXT_MAX, &kallsyms, NULL))
		read_kallsyms(out, (struct kmt_slice){kmt_strbuf_str(&kallsyms), kallsyms.len});
	read_symvers_of(snap, out);
	if (!out->by_name.n)
		read_functions(out, (struct kmt_slice){kmt_strbuf_str(&kallsyms), kallsyms.len});
}

bool kmt_kernel_has_symbol(
	const struct kmt_snapshot *snap, const char *name, struct kmt_arena *arena, const char **module)
{
	kmt_autostrbuf struct kmt_strbuf kallsyms = KMT_STRBUF_INIT;
	struct kmt_slice text, line;
	struct kmt_kallsym row;

	if (!snap->running || kmt_root_read(snap->root, KMT_PATH_PROC_KALLSYMS, TEXT_MAX, &kallsyms, NULL))
		return false;
	text = (struct kmt_slice){kmt_strbuf_str(&kallsyms), kallsyms.len};
	while (kmt_slice_line(&text, &line)) {
		if (!kmt_kallsyms_line(line, &row) || !kmt_slice_is(row.name, name))
			continue;
		*module = row.module.n ? kmt_arena_strndup(arena, row.module.s, row.module.n) : NULL;
		return true;
	}
	return false;
}

void kmt_kernel_exports_free(struct kmt_kernel_exports *k)
{
	kmt_map_free(&k->by_name);
	kmt_map_free(&k->functions);
	kmt_arena_free(&k->arena);
}
