/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/explain/exports.h>

#include <string.h>

#include <kmt/source/kofile.h>
#include <kmt/sys/paths.h>

#define TEXT_MAX (128u << 20)
#define GPL_SUFFIX "_GPL"
#define KSYMTAB " __ksymtab_"

bool kmt_export_of_file(const struct kmt_root *root, const char *path, const char *symbol,
	struct kmt_arena *arena, struct kmt_export *out)
{
	struct kmt_kofile *ko = kmt_kofile_new();
	struct kmt_ko_symbols symbols = {0};
	struct kmt_arena names = {0};
	const struct kmt_ko_symbol *s;

	*out = (struct kmt_export){0};
	if (!kmt_kofile_open(ko, root, path, NULL) &&
		!kmt_kofile_symbols(ko, &names, &symbols, NULL))
		kmt_vec_foreach(s, &symbols.rows)
			if (!s->undefined && !strcmp(s->name, symbol))
				*out = (struct kmt_export){.known = true,
					.gpl = s->gpl,
					.ns = s->ns ? kmt_arena_strdup(arena, s->ns) : NULL};
	kmt_ko_symbols_free(&symbols);
	kmt_arena_free(&names);
	kmt_kofile_free(ko);
	return out->known;
}

struct need {
	const char *symbol;
	size_t n;
	bool found;
};

static void compare_need(
	void *ctx, enum kmt_ko_name kind, const char *name, size_t len, uint32_t crc)
{
	struct need *need = ctx;

	if (kind != KMT_KO_NAME_EXPORT && len == need->n && !memcmp(name, need->symbol, len))
		need->found = true;
}

static bool depends_on(const struct kmt_module *m, const struct kmt_module *provider)
{
	for (size_t i = 0; i < m->n_deps; i++)
		if (m->deps[i] == provider)
			return true;
	return false;
}

void kmt_export_users(struct kmt_snapshot *snap, const struct kmt_module *provider,
	const char *symbol, struct kmt_strv *out)
{
	struct kmt_kofile *ko = kmt_kofile_new();

	kmt_modindex_all(&snap->index);
	for (size_t i = 0; i < snap->index.modules.n; i++) {
		const struct kmt_module *m = snap->index.modules.v[i];
		struct need need = {.symbol = symbol, .n = strlen(symbol)};

		if (!depends_on(m, provider) || kmt_kofile_open(ko, snap->root, m->path, NULL))
			continue;
		if (!kmt_kofile_names(ko, false, compare_need, &need, NULL) && need.found)
			kmt_vec_push(out, m->name);
	}
	kmt_kofile_free(ko);
}

void kmt_kernel_exports_read(const struct kmt_snapshot *snap, struct kmt_kernel_exports *out)
{
	*out = (struct kmt_kernel_exports){0};
	out->symvers_path = kmt_asprintf("%s/%s/build/Module.symvers", KMT_PATH_MODULES_DIR,
		snap->version ? snap->version : "");
	if (snap->running)
		kmt_root_read(snap->root, KMT_PATH_PROC_KALLSYMS, TEXT_MAX, &out->kallsyms, NULL);
	kmt_root_read(snap->root, out->symvers_path, TEXT_MAX, &out->symvers, NULL);
}

/* Behind a module's symbol stands "\t[module]". */
static void read_owner(const char *s, struct kmt_arena *arena, struct kmt_export *out)
{
	if (s[0] == '\t' && s[1] == '[')
		out->module = kmt_arena_strndup(arena, s + 2, strcspn(s + 2, "]\n"));
}

/* An exported symbol has an entry of this name. */
static bool in_kallsyms(
	const char *kallsyms, const char *symbol, struct kmt_arena *arena, struct kmt_export *out)
{
	kmt_autofree char *entry = kmt_asprintf(KSYMTAB "%s", symbol);
	size_t n = strlen(entry);

	for (const char *at = kallsyms; (at = strstr(at, entry)); at += n) {
		read_owner(at + n, arena, out);
		if (at[n] == '\n' || at[n] == '\t' || !at[n])
			return true;
	}
	return false;
}

/* "EXPORT_SYMBOL_GPL<tab>NAMESPACE". */
static void read_terms(const char *s, struct kmt_arena *arena, struct kmt_export *out)
{
	size_t n = strcspn(s, "\n"), terms = strcspn(s, "\t\n");

	out->known = true;
	out->gpl = terms >= strlen(GPL_SUFFIX) &&
		   !memcmp(s + terms - strlen(GPL_SUFFIX), GPL_SUFFIX, strlen(GPL_SUFFIX));
	if (n > terms + 1)
		out->ns = kmt_arena_strndup(arena, s + terms + 1, n - terms - 1);
}

/* "CRC<tab>SYMBOL<tab>vmlinux<tab>", and then the terms. */
static bool in_symvers(
	const char *symvers, const char *symbol, struct kmt_arena *arena, struct kmt_export *out)
{
	kmt_autofree char *entry = kmt_asprintf("\t%s\tvmlinux\t", symbol);
	const char *at = strstr(symvers, entry);

	if (!at)
		return false;
	read_terms(at + strlen(entry), arena, out);
	return true;
}

bool kmt_kernel_exports_find(const struct kmt_kernel_exports *k, const char *symbol,
	struct kmt_arena *arena, struct kmt_export *out, const char **where)
{
	const char *found = NULL;

	*out = (struct kmt_export){0};
	if (in_symvers(kmt_strbuf_str(&k->symvers), symbol, arena, out))
		found = k->symvers_path;
	else if (in_kallsyms(kmt_strbuf_str(&k->kallsyms), symbol, arena, out))
		found = KMT_PATH_PROC_KALLSYMS;
	if (found && where)
		*where = kmt_arena_strdup(arena, found);
	return found != NULL;
}

static struct kmt_export *add_export(
	const char *name, size_t n, struct kmt_arena *arena, struct kmt_map *by_name)
{
	struct kmt_export *e = kmt_map_getn(by_name, name, n);

	if (!e) {
		e = KMT_ARENA_NEW(arena, struct kmt_export);
		kmt_map_add(by_name, kmt_arena_strndup(arena, name, n), e);
	}
	return e;
}

void kmt_kernel_exports_all(
	const struct kmt_kernel_exports *k, struct kmt_arena *arena, struct kmt_map *by_name)
{
	static const char image[] = "\tvmlinux\t";
	const char *at = kmt_strbuf_str(&k->kallsyms);

	while ((at = strstr(at, KSYMTAB))) {
		size_t n = strcspn(at += strlen(KSYMTAB), "\t\n");

		read_owner(at + n, arena, add_export(at, n, arena, by_name));
		at += n;
	}
	for (at = kmt_strbuf_str(&k->symvers); (at = strstr(at, image)); at += strlen(image)) {
		const char *name = at;

		while (name > k->symvers.s && name[-1] != '\t' && name[-1] != '\n')
			name--;
		read_terms(at + strlen(image), arena,
			add_export(name, (size_t)(at - name), arena, by_name));
	}
}

void kmt_kernel_exports_free(struct kmt_kernel_exports *k)
{
	kmt_strbuf_free(&k->kallsyms);
	kmt_strbuf_free(&k->symvers);
	free(k->symvers_path);
}
