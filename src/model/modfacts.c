/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <kmt/base/name.h>
#include <kmt/model/config.h>
#include <kmt/model/modfacts.h>
#include <kmt/model/params.h>
#include <kmt/model/settings.h>
#include <kmt/sys/paths.h>

#include "modfacts_priv.h"

/*
 * The parameters of one module, joined by name. No source has them all: a parameter with permission 0 is not
 * in sysfs, one with a callback and no description is not in .modinfo.
 */

#define MAX_LISTED 24

/* '-' and '_' are the same in names. */
static const char *param_key(const char *name, size_t n, struct kmt_strbuf *out)
{
	kmt_strbuf_truncate(out, 0);
	for (size_t i = 0; i < n; i++)
		kmt_strbuf_addc(out, name[i] == '-' ? '_' : name[i]);
	return kmt_strbuf_str(out);
}

static struct kmt_param *find_param(const struct kmt_modfacts *f, const char *name, size_t n)
{
	kmt_autostrbuf struct kmt_strbuf key = KMT_STRBUF_INIT;
	size_t at = (size_t)kmt_map_get(&f->by_param, param_key(name, n, &key));

	return at ? &f->params.v[at - 1] : NULL;
}

const struct kmt_param *kmt_modfacts_param(const struct kmt_modfacts *f, const char *name, size_t n)
{
	return find_param(f, name, n);
}

static void add_param(struct kmt_modfacts *f, const struct kmt_param *p)
{
	kmt_autostrbuf struct kmt_strbuf key = KMT_STRBUF_INIT;

	param_key(p->name, strlen(p->name), &key);
	kmt_vec_push(&f->params, *p);
	kmt_map_add(&f->by_param, kmt_arena_strdup(&f->arena, key.s), (void *)f->params.n);
}

static void add_name(struct kmt_modfacts *f, const char *name, bool known)
{
	if (*name && !find_param(f, name, strlen(name)))
		add_param(f, &(struct kmt_param){.name = name, .known = known});
}

static void add_declared(struct kmt_modfacts *f)
{
	const struct kmt_modinfo_param *p;

	kmt_vec_foreach (p, &f->declared.rows)
		add_param(f, &(struct kmt_param){
				     .name = kmt_arena_strndup(&f->arena, p->name, p->name_len),
				     .type = p->type,
				     .description = p->description,
				     .known = true,
			     });
}

static int add_undeclared(struct kmt_modfacts *f)
{
	struct kmt_strv names = {0};
	int r = kmt_kofile_param_names(f->ko, &f->arena, &names, &f->params_err);

	for (size_t i = 0; i < names.n; i++)
		add_name(f, names.v[i], true);
	kmt_vec_free(&names);
	return r;
}

static void add_live(struct kmt_modfacts *f)
{
	if (f->snap->running && (f->loaded || f->module.builtin))
		kmt_sysmodule_params(f->snap->root, f->kernel_name, &f->arena, &f->live);
	for (size_t i = 0; i < f->live.rows.n; i++)
		add_name(f, f->live.rows.v[i].name, true);
}

/* The kernel takes the last of several values. */
static void configure(struct kmt_modfacts *f, const struct kmt_config_option *option)
{
	const char *s = option->text;
	struct kmt_param_word word;

	while (kmt_param_word_next(&s, &word)) {
		struct kmt_param *p;

		if (!word.name_len)
			continue;
		add_name(f, kmt_arena_strndup(&f->arena, word.name, word.name_len), false);
		p = find_param(f, word.name, word.name_len);
		p->configured = word.value ? kmt_arena_strndup(&f->arena, word.value, word.value_len) : "";
		p->origin = option->origin;
	}
}

static void fill(struct kmt_modfacts *f)
{
	bool own_ops = f->module.builtin || (f->has_file && kmt_kofile_has_section(f->ko, "__param"));
	const struct kmt_ko_default *d;
	const struct kmt_sysparam *live;
	struct kmt_param *p;

	kmt_vec_foreach (p, &f->params) {
		p->module = f->module.name;
		p->own_ops = own_ops;
	}
	kmt_vec_foreach (d, &f->defaults.rows)
		if ((p = find_param(f, d->name, strlen(d->name)))) {
			p->default_value = d->value;
			p->own_ops = !d->standard_ops;
		}
	kmt_vec_foreach (live, &f->live.rows)
		if ((p = find_param(f, live->name, strlen(live->name))) && !p->live)
			p->live = live;
}

static void read_params(struct kmt_modfacts *f, unsigned int parts)
{
	struct kmt_config_options options = {0};
	const struct kmt_config_option *option;
	int r = 0;

	add_declared(f);
	if (f->has_file)
		r = add_undeclared(f);
	if (f->has_file && !r)
		kmt_kofile_param_defaults(f->ko, &f->arena, &f->defaults, &f->params_err);
	if (parts & KMT_FACTS_LIVE)
		add_live(f);
	if (parts & KMT_FACTS_CONFIG)
		kmt_config_options(f->snap, f->module.name, f->module.alias, &options);
	kmt_vec_foreach (option, &options.rows)
		configure(f, option);
	fill(f);
	kmt_config_options_free(&options);
}

/* What every module takes: kernel/module/main.c, unknown_module_param_cb(). */
static bool is_universal(const char *name, size_t n)
{
	static const char *const names[] = {"dyndbg", "async_probe"};

	for (size_t i = 0; i < KMT_ARRAY_SIZE(names); i++)
		if (strlen(names[i]) == n && !strncmp(name, names[i], n))
			return true;
	return false;
}

static int no_such_param(const struct kmt_modfacts *f, const char *name, int n, struct kmt_err *err)
{
	kmt_autostrbuf struct kmt_strbuf list = KMT_STRBUF_INIT;
	const struct kmt_param *p;
	size_t count = 0;

	kmt_err_set(err, KMT_ERR_USAGE, EINVAL, "%s has no parameter '%.*s'", f->module.name, n, name);
	kmt_vec_foreach (p, &f->params)
		if (p->known && count++ < MAX_LISTED)
			kmt_strbuf_item(&list, ", ", "%s", p->name);
	if (!count)
		kmt_err_hint(err, "%s takes no parameters", f->module.name);
	else if (count > MAX_LISTED)
		kmt_err_hint(err, "its parameters are: %s and %zu more", list.s, count - MAX_LISTED);
	else
		kmt_err_hint(err, "its parameters are: %s", list.s);
	return -EINVAL;
}

static int bad_value(const struct kmt_modfacts *f, const struct kmt_param *p, const char *value,
	const char *wrong, struct kmt_err *err)
{
	if (value)
		kmt_err_set(err, KMT_ERR_USAGE, EINVAL, "parameter %s of %s is of type %s, and '%s' is %s",
			p->name, f->module.name, p->type, value, wrong);
	else
		kmt_err_set(err, KMT_ERR_USAGE, EINVAL, "parameter %s of %s is of type %s and needs a value",
			p->name, f->module.name, p->type);
	if (p->description)
		kmt_err_hint(err, "%s: %s", p->name, p->description);
	return -EINVAL;
}

int kmt_modfacts_check_param(const struct kmt_modfacts *f, const char *arg, struct kmt_err *err)
{
	kmt_auto(kmt_arena_free) struct kmt_arena arena = {0};
	size_t n = strcspn(arg, "=");
	const char *value = arg[n] ? kmt_param_unquoted(&arena, arg + n + 1) : NULL, *wrong;
	const struct kmt_param *p = kmt_modfacts_param(f, arg, n);

	if (!n)
		return kmt_err_set(
			err, KMT_ERR_USAGE, EINVAL, "'%s' is not a parameter: NAME=VALUE", arg);
	if (f->module.unchecked || is_universal(arg, n))
		return 0;
	if (!p || !p->known)
		return no_such_param(f, arg, (int)n, err);
	wrong = p->type ? kmt_params_value_wrong(p->type, value, f->long_bits) : NULL;
	return wrong && !p->own_ops ? bad_value(f, p, value, wrong, err) : 0;
}

const char *kmt_modfacts_param_doubt(const struct kmt_modfacts *f, const char *arg, struct kmt_arena *arena)
{
	kmt_autoerr struct kmt_err why = KMT_ERR_INIT;
	size_t n = strcspn(arg, "=");
	const char *value = arg[n] ? kmt_param_unquoted(arena, arg + n + 1) : NULL, *wrong;
	const struct kmt_param *p = kmt_modfacts_param(f, arg, n);

	wrong = p && p->own_ops && p->type ? kmt_params_value_wrong(p->type, value, f->long_bits) : NULL;
	if (!wrong)
		return NULL;
	bad_value(f, p, value, wrong, &why);
	return kmt_arena_printf(
		arena, "%s; the module may have its own function to set it, and may refuse the value", why.msg);
}

struct kmt_modref kmt_modref_of_match(const struct kmt_lookup_match *match)
{
	bool builtin = match->module && match->module->builtin;

	return (struct kmt_modref){.name = match->name,
		.path = match->module && !builtin ? match->module->path : NULL,
		.alias = match->alias,
		.builtin = builtin};
}

int kmt_modref_of_file(
	const struct kmt_snapshot *snap, const char *arg, struct kmt_modref *ref, struct kmt_err *err)
{
	kmt_autofree char *cwd = *arg != '/' && snap->root->is_host ? getcwd(NULL, 0) : NULL;
	const char *base = strrchr(arg, '/');
	char name[KMT_NAME_MAX];
	int r = kmt_name_from_path(arg, name, sizeof(name));

	*ref = (struct kmt_modref){
		.name = r ? (base ? base + 1 : arg) : kmt_arena_strdup(snap->texts, name),
		.path = *arg == '/' ? arg : kmt_arena_printf(snap->texts, "%s/%s", cwd ? cwd : "", arg),
	};
	return r ? kmt_err_set(err, KMT_ERR_USAGE, EINVAL, "%s is no name of a module file", arg) : 0;
}

int kmt_modref_name_of_fields(const struct kmt_modinfo *fields, const char *path, char name[KMT_NAME_MAX])
{
	const char *said = kmt_modinfo_get(fields, "name");

	if (said && !kmt_name_normalize(said, name, KMT_NAME_MAX))
		return 0;
	return kmt_name_from_path(path, name, KMT_NAME_MAX);
}

int kmt_modref_kernel_name(const struct kmt_root *root, const char *path, char name[KMT_NAME_MAX])
{
	struct kmt_kofile *ko = kmt_kofile_new();
	struct kmt_modinfo fields = {0};
	int r = kmt_kofile_open(ko, root, path, NULL);

	if (!r)
		r = kmt_kofile_modinfo(ko, &fields, NULL);
	if (!r)
		r = kmt_modref_name_of_fields(&fields, path, name);
	kmt_modinfo_free(&fields);
	kmt_kofile_free(ko);
	return r;
}

static int several(const char *query, const struct kmt_lookup *found, struct kmt_err *err)
{
	kmt_autostrbuf struct kmt_strbuf names = KMT_STRBUF_INIT;

	for (size_t i = 0; i < found->rows.n; i++)
		kmt_strbuf_item(&names, ", ", "%s", found->rows.v[i].name);
	return kmt_err_set(err, KMT_ERR_USAGE, EINVAL, "%s means several modules: %s; name one of them",
		query, kmt_strbuf_str(&names));
}

/* A module without a file, or a part of the kernel that is none, may have parameters in sysfs. */
static int find_unindexed(
	const struct kmt_snapshot *snap, const char *query, struct kmt_modref *ref, struct kmt_err *err)
{
	kmt_autofree char *dir = NULL;
	char name[KMT_NAME_MAX];
	bool loaded;

	if (kmt_name_normalize(query, name, sizeof(name)))
		return kmt_lookup_not_found(snap, query, err);
	loaded = snap->running && kmt_snapshot_loaded(snap, name);
	*ref = (struct kmt_modref){.name = kmt_arena_strdup(snap->texts, name)};
	dir = kmt_asprintf("%s/%s", KMT_PATH_SYS_MODULE, name);
	if (!snap->has_tree && (loaded || !snap->running || !kmt_root_exists(snap->root, dir))) {
		ref->unchecked = !loaded;
		return 0;
	}
	if (!snap->running || !kmt_root_exists(snap->root, dir))
		return kmt_lookup_not_found(snap, query, err);
	ref->builtin = !loaded;
	return 0;
}

int kmt_modref_find(
	const struct kmt_snapshot *snap, const char *query, struct kmt_modref *ref, struct kmt_err *err)
{
	struct kmt_lookup found = {0};
	int r;

	if (kmt_name_is_path(query))
		return kmt_modref_of_file(snap, query, ref, err);
	r = kmt_lookup_find_claims(snap, query, &found, err);
	if (!r && found.off && (!found.rows.n || found.rows.v->alias))
		r = kmt_lookup_none(snap, query, &found, err);
	else if (!r && found.rows.n > 1)
		r = several(query, &found, err);
	else if (!r && (!found.rows.n || !found.rows.v->module))
		r = find_unindexed(snap, found.rows.n ? found.rows.v->name : query, ref, err);
	else if (!r)
		*ref = kmt_modref_of_match(found.rows.v);
	kmt_lookup_free(&found);
	return r;
}

static void reset(struct kmt_modfacts *f)
{
	kmt_sysmodule_free(&f->sys);
	f->sys = (struct kmt_sysmodule){0};
	f->fields.fields.n = f->declared.rows.n = f->config.n = 0;
	kmt_users_free(&f->drives);
	f->copies.n = 0;
	f->params.n = f->live.rows.n = f->defaults.rows.n = 0;
	f->compression = KMT_COMP_NONE;
	f->build_id_n = 0;
	f->has_file = f->is_signed = f->has_signature = false;
	f->loaded = NULL;
	f->same = KMT_SAME_UNKNOWN;
	f->long_bits = 64;
	kmt_err_clear(&f->signature_err);
	kmt_err_clear(&f->params_err);
	kmt_map_free(&f->by_param);
	f->by_param = (struct kmt_map){0};
	kmt_arena_free(&f->arena);
}

/* A signature that cannot be read is no failure: signature_err says why. */
static int read_signature(struct kmt_modfacts *f, unsigned int parts, struct kmt_err *err)
{
	struct kmt_err *why = &f->signature_err;
	struct kmt_ko_sigblob blob;
	int r = kmt_kofile_sigblob(f->ko, &blob, err);

	if (r < 0)
		return r;
	f->is_signed = blob.present;
	if (!blob.present || !(parts & KMT_FACTS_SIGNATURE))
		return 0;
	if (blob.damaged) {
		kmt_err_set(why, KMT_ERR_FAILED, EBADMSG, "%s%s: the signature is damaged",
			f->snap->root->path, f->module.path);
		return 0;
	}
	f->has_signature = !kmt_signature_read(&blob, &f->signature, why);
	if (!f->has_signature)
		kmt_err_wrap(why, "%s%s", f->snap->root->path, f->module.path);
	return 0;
}

static int read_file(struct kmt_modfacts *f, unsigned int parts, struct kmt_err *err)
{
	char name[KMT_NAME_MAX];
	int r;

	if (!f->ko)
		f->ko = kmt_kofile_new();
	r = kmt_kofile_open(f->ko, f->snap->root, f->module.path, err);
	if (!r)
		r = kmt_kofile_modinfo(f->ko, &f->fields, err);
	if (!r && (parts & KMT_FACTS_BUILD_ID))
		r = kmt_kofile_build_id(f->ko, &f->build_id, &f->build_id_n, err);
	if (!r && (parts & (KMT_FACTS_SIGNED | KMT_FACTS_SIGNATURE)))
		r = read_signature(f, parts, err);
	if (r < 0) {
		f->fields.fields.n = 0;
		return r;
	}
	f->has_file = true;
	if (kmt_modinfo_get(&f->fields, "name") && !kmt_modref_name_of_fields(&f->fields, f->module.path, name))
		f->kernel_name = kmt_arena_strdup(&f->arena, name);
	f->compression = kmt_kofile_compression(f->ko);
	f->long_bits = kmt_kofile_class(f->ko) == ELFCLASS32 ? 32 : 64;
	return 0;
}

static bool build_id_is(const struct kmt_modfacts *f, const char *hex)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < f->build_id_n; i++, hex += 2)
		if (hex[0] != digits[f->build_id[i] >> 4] || hex[1] != digits[f->build_id[i] & 15])
			return false;
	return !*hex;
}

/* Both are shown by the kernel for loaded modules only if it was configured so. */
static void compare_with_loaded(struct kmt_modfacts *f)
{
	const char *srcversion = kmt_modinfo_get(&f->fields, "srcversion");

	if (f->sys.build_id && f->build_id_n) {
		f->same_by = "build-id";
		f->same = build_id_is(f, f->sys.build_id) ? KMT_SAME_FILE : KMT_OTHER_FILE;
	} else if (f->sys.srcversion && srcversion) {
		f->same_by = "srcversion";
		f->same = strcmp(f->sys.srcversion, srcversion) ? KMT_OTHER_FILE : KMT_SAME_FILE;
	}
}

static void add_word(struct kmt_modfacts *f, const char *text, const char *word)
{
	const struct kmt_origin origin = {.file = KMT_PATH_PROC_CMDLINE};

	kmt_vec_push(&f->config, (struct kmt_config_line){.origin = origin, .text = text, .word = word});
}

/* Compared byte for byte, as modprobe and the kernel do. */
static void add_words(struct kmt_modfacts *f, const char *key, const struct kmt_strv *names)
{
	for (size_t i = 0; i < names->n; i++)
		if (!strcmp(names->v[i], f->module.name))
			add_word(f, kmt_arena_printf(&f->arena, "%s=%s", key, names->v[i]), names->v[i]);
}

static void read_cmdline(struct kmt_modfacts *f)
{
	const char *name = f->module.name, *alias = f->module.alias;
	const struct kmt_cmdline_option *option;

	kmt_vec_foreach (option, &f->snap->cmdline.options)
		if (!strcmp(option->module, name) || (alias && !strcmp(option->module, alias)))
			add_word(f, kmt_arena_printf(&f->arena, "%s.%s", option->module, option->param),
				option->param);
	add_words(f, "modprobe.blacklist", &f->snap->cmdline.modprobe_blacklist);
	add_words(f, "module_blacklist", &f->snap->cmdline.module_blacklist);
}

static void read_config(struct kmt_modfacts *f)
{
	struct kmt_conf_linev lines = {0};

	kmt_confindex_about(&f->snap->lines, f->module.name, f->module.alias, &lines);
	for (size_t i = 0; i < lines.rows.n; i++) {
		const struct kmt_conf_line *line = lines.rows.v[i];
		const char *text = kmt_arena_printf(&f->arena, "%s %s%s%s", kmt_conf_kind_name(line->kind),
			kmt_conf_line_name(line), *line->value ? " " : "", line->value);

		kmt_vec_push(&f->config,
			(struct kmt_config_line){.origin = line->origin, .text = text, .line = line});
	}
	kmt_vec_free(&lines.rows);
	read_cmdline(f);
}

void kmt_modfacts_judge(struct kmt_modfacts *f, const struct kmt_settings *settings)
{
	const struct kmt_conf *conf = &f->snap->conf;
	struct kmt_config_line *line;

	kmt_vec_foreach (line, &f->config) {
		if (line->line) {
			line->setting = &settings->rows.v[line->line - conf->lines.v];
			continue;
		}
		/* The words of the command line are the next rows, and few. */
		for (size_t i = conf->lines.n; !line->setting && i < settings->rows.n; i++) {
			const struct kmt_setting *row = &settings->rows.v[i];

			if (row->value == line->word || row->name == line->word)
				line->setting = row;
		}
	}
}

enum kmt_same_file kmt_modfacts_same_file(const struct kmt_snapshot *snap, const char *name, const char *path)
{
	const struct kmt_modref ref = {.name = name, .path = path};
	struct kmt_modfacts facts = {0};
	enum kmt_same_file same = KMT_SAME_UNKNOWN;

	if (!kmt_modfacts_read(&facts, snap, &ref, KMT_FACTS_BUILD_ID | KMT_FACTS_LOADED, NULL))
		same = facts.same;
	kmt_modfacts_free(&facts);
	return same;
}

static void read_copies(struct kmt_modfacts *f)
{
	struct kmt_modcopy *copy;

	kmt_modfacts_read_copies(f);
	kmt_vec_foreach (copy, &f->copies)
		if (f->loaded)
			copy->loaded = kmt_modfacts_same_file(f->snap, f->module.name, copy->path);
}

int kmt_modfacts_read(struct kmt_modfacts *f, const struct kmt_snapshot *snap, const struct kmt_modref *ref,
	unsigned int parts, struct kmt_err *err)
{
	int r = 0;

	reset(f);
	f->snap = snap;
	f->module = *ref;
	f->kernel_name = ref->name;
	if (ref->path)
		r = read_file(f, parts, err);
	else if (ref->builtin && snap->has_tree)
		r = kmt_modindex_builtin_info(&snap->index, ref->name, &f->fields, err);
	/* A module that is unloaded meanwhile is one that is not loaded. */
	if (snap->running && !ref->builtin && (parts & (KMT_FACTS_LOADED | KMT_FACTS_LIVE)))
		f->loaded = kmt_snapshot_loaded(snap, f->kernel_name);
	if (f->loaded && !kmt_sysmodule_read(snap->root, f->kernel_name, &f->arena, &f->sys))
		compare_with_loaded(f);
	if (f->loaded && (parts & KMT_FACTS_DRIVES))
		kmt_users_find_driven(snap, f->loaded, &f->drives);
	if (!r && (parts & KMT_FACTS_COPIES))
		read_copies(f);
	if (parts & KMT_FACTS_CONFIG)
		read_config(f);
	if (parts & (KMT_FACTS_DECLARED | KMT_FACTS_PARAMS))
		kmt_modinfo_params(&f->fields, &f->declared);
	if (parts & KMT_FACTS_PARAMS)
		read_params(f, parts);
	return r;
}

int kmt_modfacts_find(
	struct kmt_modfacts *f, const struct kmt_snapshot *snap, const char *query, struct kmt_err *err)
{
	struct kmt_modref ref;
	int r = kmt_modref_find(snap, query, &ref, err);

	if (!r)
		r = kmt_modfacts_read(f, snap, &ref, KMT_FACTS_ALL_PARAMS, err);
	return r ? r : kmt_err_copy(err, &f->params_err);
}

void kmt_modfacts_free(struct kmt_modfacts *f)
{
	reset(f);
	kmt_modinfo_free(&f->fields);
	kmt_modinfo_params_free(&f->declared);
	kmt_sysparams_free(&f->live);
	kmt_ko_defaults_free(&f->defaults);
	kmt_vec_free(&f->config);
	kmt_vec_free(&f->copies);
	kmt_vec_free(&f->params);
	kmt_kofile_free(f->ko);
	*f = (struct kmt_modfacts){0};
}
