/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Asks kmtool's readers and libkmod the same questions and prints where they differ: what a name or alias leads to,
 * and of each module that is found its file, dependencies, soft dependencies, options, commands, whether it is
 * blacklisted; with --files also what its file says: fields, exports, versions, symbols that it needs.
 *
 * usage: second_opinion [--files] ROOT VERSION CONFIG-DIRECTORY... <NAMES
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef HAVE_KMOD
#include <libkmod.h>

#include <kmt/base/name.h>
#include <kmt/model/config.h>
#include <kmt/model/lookup.h>
#include <kmt/source/kofile.h>
#include <kmt/source/signature.h>

#define SHOWN 160 /* bytes of each answer */

enum { OURS, THEIRS };

struct opinion {
	struct kmod_ctx *ctx;
	struct kmt_root root;
	struct kmt_diag diag;
	struct kmt_snapshot whole, by_name; /* the index read as a whole, and name by name */
	struct kmt_kofile *ko;
	struct kmt_arena arena;
	struct kmt_map seen; /* modules whose files were read; names in LASTING */
	struct kmt_arena lasting;
	bool files;
	const char *subject;
	struct kmt_strv rows[2]; /* the answers to one question */
	size_t asked, differ;
};

__attribute__((format(printf, 3, 4))) static void add(struct opinion *o, int who, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	kmt_vec_push(&o->rows[who], kmt_arena_vprintf(&o->arena, fmt, ap));
	va_end(ap);
}

static int compare_texts(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Compares the answers, and forgets them. */
static void judge(struct opinion *o, const char *question, bool in_order)
{
	struct kmt_strbuf text[2] = {KMT_STRBUF_INIT, KMT_STRBUF_INIT};

	for (int who = OURS; who <= THEIRS; who++) {
		struct kmt_strv *rows = &o->rows[who];

		if (!in_order && rows->n)
			qsort(rows->v, rows->n, sizeof(*rows->v), compare_texts);
		for (size_t i = 0; i < rows->n; i++)
			kmt_strbuf_item(&text[who], ", ", "%s", rows->v[i]);
		rows->n = 0;
	}
	o->asked++;
	if (strcmp(kmt_strbuf_str(&text[OURS]), kmt_strbuf_str(&text[THEIRS])) != 0) {
		size_t at = 0;

		while (text[OURS].len > at && text[THEIRS].len > at && text[OURS].s[at] == text[THEIRS].s[at])
			at++;
		at = at > SHOWN / 4 ? at - SHOWN / 4 : 0;
		printf("%s: %s: kmtool '%.*s', libkmod '%.*s'\n", o->subject, question, SHOWN,
			at < text[OURS].len ? text[OURS].s + at : "", SHOWN,
			at < text[THEIRS].len ? text[THEIRS].s + at : "");
		o->differ++;
	}
	kmt_strbuf_free(&text[OURS]);
	kmt_strbuf_free(&text[THEIRS]);
}

/* The modules of a list, which is freed. */
static void add_modules(struct opinion *o, struct kmod_list *list)
{
	struct kmod_list *item;

	kmod_list_foreach (item, list) {
		struct kmod_module *m = kmod_module_get_module(item);

		add(o, THEIRS, "%s", kmod_module_get_name(m));
		kmod_module_unref(m);
	}
	kmod_module_unref_list(list);
}

static void ask_dependencies(struct opinion *o, struct kmt_snapshot *snap, const struct kmt_module *m,
	struct kmod_module *theirs)
{
	const char *path = kmod_module_get_path(theirs);

	for (size_t i = m && !m->builtin ? m->n_deps : 0; i > 0; i--)
		add(o, OURS, "%s", m->deps[i - 1]->name);
	add_modules(o, kmod_module_get_dependencies(theirs));
	judge(o, snap == &o->whole ? "dependencies" : "dependencies by name", true);
	add(o, OURS, "%s%s", m && !m->builtin ? o->root.path : "", m && !m->builtin ? m->path : "no file");
	add(o, THEIRS, "%s", path ? path : "no file");
	judge(o, snap == &o->whole ? "file" : "file by name", true);
}

static void add_named(struct opinion *o, struct kmt_snapshot *snap, const struct kmt_strv *names)
{
	for (size_t i = 0; names && i < names->n; i++) {
		struct kmt_lookup found = {0};

		kmt_lookup_find(snap, names->v[i], &found, NULL);
		for (size_t j = 0; j < found.rows.n; j++)
			add(o, OURS, "%s", found.rows.v[j].name);
		kmt_lookup_free(&found);
	}
}

static void ask_softdeps(struct opinion *o, struct kmt_snapshot *snap, const char *name, struct kmod_module *theirs)
{
	const struct kmt_conf_line *line = kmt_confindex_first(&snap->lines, KMT_CONF_SOFTDEP, name, false);
	struct kmod_list *pre = NULL, *post = NULL;

	kmod_module_get_softdeps(theirs, &pre, &post);
	add_named(o, snap, line ? &line->deps->pre : NULL);
	add_modules(o, pre);
	judge(o, "softdep pre", true);
	add_named(o, snap, line ? &line->deps->post : NULL);
	add_modules(o, post);
	judge(o, "softdep post", true);
}

static void ask_command(struct opinion *o, struct kmt_snapshot *snap, const char *name, enum kmt_conf_kind kind,
	const char *theirs)
{
	const struct kmt_conf_line *line = kmt_confindex_first(&snap->lines, kind, name, false);

	add(o, OURS, "%s", line ? line->value : "none");
	add(o, THEIRS, "%s", theirs ? theirs : "none");
	judge(o, kmt_conf_kind_name(kind), true);
}

static void ask_configuration(struct opinion *o, struct kmt_snapshot *snap, const struct kmt_lookup_match *ours,
	struct kmod_module *theirs)
{
	const char *name = kmod_module_get_name(theirs), *options = kmod_module_get_options(theirs);
	kmt_autostrbuf struct kmt_strbuf all = KMT_STRBUF_INIT;
	struct kmt_config_options lines = {0};
	const struct kmt_config_option *line;

	ask_softdeps(o, snap, name, theirs);
	kmt_config_options(snap, name, ours->alias, &lines);
	kmt_vec_foreach (line, &lines.rows)
		kmt_strbuf_item(&all, " ", "%s", line->text);
	kmt_config_options_free(&lines);
	add(o, OURS, "%s", kmt_strbuf_str(&all));
	add(o, THEIRS, "%s", options ? options : "");
	judge(o, "options", true);
	ask_command(o, snap, name, KMT_CONF_INSTALL, kmod_module_get_install_commands(theirs));
	ask_command(o, snap, name, KMT_CONF_REMOVE, kmod_module_get_remove_commands(theirs));
}

static void ask_blacklist(struct opinion *o, struct kmt_snapshot *snap, const struct kmt_lookup *ours,
	struct kmod_list *theirs)
{
	struct kmod_list *left = NULL;
	struct kmt_origin origin;

	for (size_t i = 0; i < ours->rows.n; i++)
		if (!kmt_config_blacklisted(snap, ours->rows.v[i].name, &origin))
			add(o, OURS, "%s", ours->rows.v[i].name);
	kmod_module_apply_filter(o->ctx, KMOD_FILTER_BLACKLIST, theirs, &left);
	add_modules(o, left);
	judge(o, "not blacklisted", true);
}

/* What a file says. */

static void add_hex(struct opinion *o, int who, const char *key, const void *bytes, size_t n)
{
	kmt_autostrbuf struct kmt_strbuf hex = KMT_STRBUF_INIT;

	for (size_t i = 0; i < n; i++)
		kmt_strbuf_addf(&hex, "%02X", ((const unsigned char *)bytes)[i]);
	add(o, who, "%s=%s", key, kmt_strbuf_str(&hex));
}

static void add_signature(struct opinion *o)
{
	struct kmt_ko_sigblob blob;
	struct kmt_signature sig;

	if (kmt_kofile_sigblob(o->ko, &blob, NULL) < 0 || !blob.present || blob.damaged ||
		kmt_signature_read(&blob, &sig, NULL) < 0)
		return;
	add(o, OURS, "sig_id=%s", sig.id);
	add(o, OURS, "signer=%.*s", (int)sig.signer_n, sig.signer);
	add_hex(o, OURS, "sig_key", sig.key, sig.key_n);
	add(o, OURS, "sig_hashalgo=%s", sig.hash);
	add_hex(o, OURS, "signature", sig.value, sig.value_n);
}

/* Bytes of a signature come as "AA:BB", in lines. */
static void add_their_field(struct opinion *o, const char *key, const char *value)
{
	kmt_autostrbuf struct kmt_strbuf hex = KMT_STRBUF_INIT;

	if (strcmp(key, "sig_key") != 0 && strcmp(key, "signature") != 0) {
		add(o, THEIRS, "%s=%s", key, value);
		return;
	}
	for (const char *p = value; *p; p++)
		if (!strchr(":\n\t", *p))
			kmt_strbuf_addc(&hex, *p);
	add(o, THEIRS, "%s=%s", key, kmt_strbuf_str(&hex));
}

static void ask_fields(struct opinion *o, const struct kmt_module *m, struct kmod_module *theirs)
{
	struct kmt_modinfo info = {0};
	const struct kmt_modinfo_field *field;
	struct kmod_list *list = NULL, *item;

	if (m->builtin)
		kmt_modindex_builtin_info(&o->whole.index, m->name, &info, NULL);
	else
		kmt_kofile_modinfo(o->ko, &info, NULL);
	kmt_vec_foreach (field, &info.fields)
		add(o, OURS, "%.*s=%s", (int)field->key_len, field->key, field->value);
	if (!m->builtin)
		add_signature(o);
	kmod_module_get_info(theirs, &list);
	kmod_list_foreach (item, list)
		add_their_field(o, kmod_module_info_get_key(item), kmod_module_info_get_value(item));
	kmod_module_info_free_list(list);
	judge(o, "fields", true);
	kmt_modinfo_free(&info);
}

static void take_crc(struct opinion *o, const char *name, uint32_t crc)
{
	add(o, OURS, "%s %08x", name, crc);
}

static void take_export(void *ctx, enum kmt_ko_name kind, const char *name, size_t len, uint32_t crc)
{
	if (kind == KMT_KO_NAME_EXPORT)
		take_crc(ctx, name, crc);
}

static void take_version(void *ctx, enum kmt_ko_name kind, const char *name, size_t len, uint32_t crc)
{
	take_crc(ctx, name, crc);
}

struct needs {
	struct opinion *o;
	struct kmt_map seen;
};

/* Undefined symbols come first; libkmod has what only the versions list, too. */
static void take_need(void *ctx, enum kmt_ko_name kind, const char *name, size_t len, uint32_t crc)
{
	struct needs *needs = ctx;

	if (kind == KMT_KO_NAME_EXPORT || kmt_map_get(&needs->seen, name))
		return;
	add(needs->o, OURS, "%s%s", name, kind == KMT_KO_NAME_NEED_WEAK ? " weak" : "");
	kmt_map_add(&needs->seen, kmt_arena_strdup(&needs->o->arena, name), needs);
}

static void ask_symbols(struct opinion *o, struct kmod_module *theirs)
{
	struct kmod_list *list = NULL, *item;

	kmt_kofile_names(o->ko, true, take_export, o, NULL);
	kmod_module_get_symbols(theirs, &list);
	kmod_list_foreach (item, list)
		add(o, THEIRS, "%s %08x", kmod_module_symbol_get_symbol(item),
			(uint32_t)kmod_module_symbol_get_crc(item));
	kmod_module_symbols_free_list(list);
	judge(o, "exports", false);

	list = NULL;
	kmt_kofile_versions(o->ko, take_version, o, NULL);
	kmod_module_get_versions(theirs, &list);
	kmod_list_foreach (item, list)
		add(o, THEIRS, "%s %08x", kmod_module_version_get_symbol(item),
			(uint32_t)kmod_module_version_get_crc(item));
	kmod_module_versions_free_list(list);
	judge(o, "versions", true);
}

static void ask_needs(struct opinion *o, struct kmod_module *theirs)
{
	struct kmod_list *list = NULL, *item;
	struct needs needs = {.o = o};

	kmt_kofile_names(o->ko, false, take_need, &needs, NULL);
	kmt_map_free(&needs.seen);
	kmod_module_get_dependency_symbols(theirs, &list);
	kmod_list_foreach (item, list) {
		int bind = kmod_module_dependency_symbol_get_bind(item);

		if (bind == KMOD_SYMBOL_UNDEF || bind == KMOD_SYMBOL_WEAK || bind == KMOD_SYMBOL_GLOBAL)
			add(o, THEIRS, "%s%s", kmod_module_dependency_symbol_get_symbol(item),
				bind == KMOD_SYMBOL_WEAK ? " weak" : "");
	}
	kmod_module_dependency_symbols_free_list(list);
	judge(o, "needed symbols", false);
}

static void ask_file(struct opinion *o, const struct kmt_module *m, struct kmod_module *theirs)
{
	if (!kmt_map_add(&o->seen, kmt_arena_strdup(&o->lasting, m->name), o))
		return;
	if (!m->builtin && kmt_kofile_open(o->ko, &o->root, m->path, NULL) < 0)
		return;
	ask_fields(o, m, theirs);
	if (m->builtin)
		return;
	ask_symbols(o, theirs);
	ask_needs(o, theirs);
}

/* Each module that both have found. */
static void ask_modules(struct opinion *o, struct kmt_snapshot *snap, const struct kmt_lookup *ours,
	struct kmod_list *theirs)
{
	struct kmod_list *item;
	size_t i = 0;

	kmod_list_foreach (item, theirs) {
		struct kmod_module *m = kmod_module_get_module(item);
		const struct kmt_lookup_match *match = i < ours->rows.n ? &ours->rows.v[i++] : NULL;

		if (match) {
			ask_dependencies(o, snap, match->module, m);
			ask_configuration(o, snap, match, m);
		}
		if (match && match->module && o->files)
			ask_file(o, match->module, m);
		kmod_module_unref(m);
	}
}

static void ask(struct opinion *o, struct kmt_snapshot *snap, const char *name)
{
	struct kmod_list *theirs = NULL, *item;
	struct kmt_lookup ours = {0};

	kmt_lookup_find(snap, name, &ours, NULL);
	kmod_module_new_from_lookup(o->ctx, name, &theirs);
	for (size_t i = 0; i < ours.rows.n; i++)
		add(o, OURS, "%s", ours.rows.v[i].name);
	/* "alias NAME off" leads libkmod to a module "off". */
	if (ours.off && !ours.rows.n)
		add(o, OURS, "%s", ours.off->value);
	kmod_list_foreach (item, theirs) {
		struct kmod_module *m = kmod_module_get_module(item);

		add(o, THEIRS, "%s", kmod_module_get_name(m));
		kmod_module_unref(m);
	}
	judge(o, snap == &o->whole ? "lookup" : "lookup by name", true);
	if (ours.rows.n) {
		ask_blacklist(o, snap, &ours, theirs);
		ask_modules(o, snap, &ours, theirs);
	}
	kmod_module_unref_list(theirs);
	kmt_lookup_free(&ours);
	kmt_arena_free(&o->arena);
}

static int open_both(struct opinion *o, const char *root, const char *version, const char *const *config,
	struct kmt_err *err)
{
	const unsigned int parts = KMT_SNAP_TREE | KMT_SNAP_CONFIG;
	kmt_autofree char *dir = kmt_asprintf("%s/lib/modules/%s", root, version);
	int r = kmt_root_open(&o->root, root, err);

	if (!r)
		r = kmt_snapshot_take(&o->whole, &o->root, version, parts, &o->diag, err);
	if (!r)
		r = kmt_snapshot_take(&o->by_name, &o->root, version, parts | KMT_SNAP_TREE_BY_NAME, &o->diag, err);
	if (r < 0)
		return r;
	o->ctx = kmod_new(dir, config);
	if (!o->ctx || kmod_load_resources(o->ctx) < 0)
		return kmt_err_set(err, KMT_ERR_FAILED, ENOENT, "libkmod cannot read %s", dir);
	kmod_set_log_priority(o->ctx, 0);
	o->ko = kmt_kofile_new();
	return 0;
}

static void close_both(struct opinion *o)
{
	kmod_unref(o->ctx);
	kmt_snapshot_free(&o->whole);
	kmt_snapshot_free(&o->by_name);
	kmt_root_close(&o->root);
	kmt_diag_clear(&o->diag);
	kmt_kofile_free(o->ko);
	kmt_map_free(&o->seen);
	kmt_arena_free(&o->lasting);
	kmt_vec_free(&o->rows[OURS]);
	kmt_vec_free(&o->rows[THEIRS]);
	kmt_arena_free(&o->arena);
}

int main(int argc, char **argv)
{
	struct opinion o = {.files = argc > 1 && !strcmp(argv[1], "--files"), .root = {.fd = -1}};
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;
	char name[KMT_ALIAS_MAX];
	int at = o.files ? 2 : 1, r;

	if (argc < at + 2)
		return 2;
	r = open_both(&o, argv[at], argv[at + 1], (const char *const *)argv + at + 2, &err);
	while (!r && fgets(name, sizeof(name), stdin)) {
		name[strcspn(name, "\n")] = '\0';
		o.subject = name;
		ask(&o, &o.whole, name);
		ask(&o, &o.by_name, name);
	}
	if (r < 0)
		printf("%s\n", err.msg);
	fprintf(stderr, "%zu answers compared\n", o.asked);
	close_both(&o);
	return r < 0 || o.differ || !o.asked;
}
#else
int main(void)
{
	fputs("built without libkmod\n", stderr);
	return 77;
}
#endif
