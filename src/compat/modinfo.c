/* SPDX-License-Identifier: GPL-2.0-or-later */
/* modinfo: what a module says about itself, in kmod's layout, by model/modfacts. */
#include "tools_priv.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <kmt/base/alloc.h>
#include <kmt/base/escape.h>
#include <kmt/base/name.h>
#include <kmt/base/strbuf.h>
#include <kmt/model/lookup.h>
#include <kmt/model/modfacts.h>
#include <kmt/out/text.h>

#include "tree_priv.h"

struct options {
	const char *field, *version, *basedir;
	bool null, modname;
};

/* One run. */
struct run {
	struct kmt_tool_env *env;
	const struct options *opts;
	bool terminal; /* stdout is one: what modules say is escaped */
	struct kmt_snapshot files; /* for modules that are named by their file */
	bool has_tree;		   /* TREE is open */
	struct kmt_tool_tree tree;
	struct kmt_modfacts facts;
	struct kmt_strbuf out;
};

static void add_value(struct run *run, const char *s, size_t n)
{
	if (!run->terminal) {
		kmt_strbuf_add(&run->out, s, n);
		return;
	}
	while (n) {
		size_t part = 0;

		while (part < n && s[part] != '\n' && s[part] != '\t')
			part++;
		kmt_escape_text(&run->out, s, part);
		if (part < n)
			kmt_strbuf_addc(&run->out, s[part++]);
		s += part;
		n -= part;
	}
}

/* Starts the value of KEY, if it is asked for. A label is one even with -0. */
static bool begin(struct run *run, const char *key, size_t n, bool label)
{
	const char *field = run->opts->field;

	if (field)
		return strlen(field) == n && !memcmp(field, key, n);
	add_value(run, key, n);
	if (run->opts->null && !label)
		kmt_strbuf_addc(&run->out, '=');
	else
		kmt_strbuf_addf(&run->out, ":%*s", n < 15 ? 15 - (int)n : 0, "");
	return true;
}

static void end(struct run *run)
{
	kmt_strbuf_addc(&run->out, run->opts->null ? '\0' : '\n');
}

static void put(struct run *run, const char *key, bool label, const char *value, size_t n)
{
	if (!begin(run, key, strlen(key), label))
		return;
	add_value(run, value, n);
	end(run);
}

static void put_hex(struct run *run, const char *key, const unsigned char *p, size_t n)
{
	if (!begin(run, key, strlen(key), false))
		return;
	kmt_text_hex(&run->out, p, n, 20, "\n\t\t");
	end(run);
}

static bool is_param(const struct kmt_modinfo_field *field)
{
	return kmt_modinfo_is(field, "parm") || kmt_modinfo_is(field, "parmtype");
}

static void put_fields(struct run *run)
{
	const char *asked = run->opts->field;
	const struct kmt_modinfo_field *f;

	kmt_vec_foreach(f, &run->facts.fields.fields) {
		/* Parameters are put together below, unless the types are asked for. */
		if (is_param(f) && (!asked || !strcmp(asked, "parm"))) {
			if (!memchr(f->value, ':', f->value_len))
				kmt_tool_say(run->env, LOG_ERR, "Found invalid \"%.*s=%s\": missing ':'",
					(int)f->key_len, f->key, f->value);
			continue;
		}
		if (!begin(run, f->key, f->key_len, false))
			continue;
		add_value(run, f->value, f->value_len);
		end(run);
	}
}

static void put_signature(struct run *run)
{
	const struct kmt_signature *sig = &run->facts.signature;

	if (!run->facts.has_signature)
		return;
	put(run, "sig_id", false, sig->id, strlen(sig->id));
	put(run, "signer", false, sig->signer, sig->signer_n);
	put_hex(run, "sig_key", sig->key, sig->key_n);
	put(run, "sig_hashalgo", false, sig->hash, strlen(sig->hash));
	put_hex(run, "signature", sig->value, sig->value_n);
}

/* The last one first. One without a description looks different if it was asked for. */
static void put_params(struct run *run)
{
	const struct kmt_modinfo_params *params = &run->facts.declared;

	for (size_t i = params->rows.n; i-- > 0;) {
		const struct kmt_modinfo_param *p = &params->rows.v[i];
		bool bracket = p->description || run->opts->field;

		if (!begin(run, "parm", strlen("parm"), true))
			return;
		add_value(run, p->name, p->name_len);
		kmt_strbuf_addc(&run->out, ':');
		if (p->description)
			add_value(run, p->description, strlen(p->description));
		if (p->type) {
			kmt_strbuf_addstr(&run->out, bracket ? " (" : "");
			add_value(run, p->type, strlen(p->type));
			kmt_strbuf_addstr(&run->out, bracket ? ")" : "");
		}
		end(run);
	}
}

/* What of the file has to be read. */
static unsigned int parts_of(const char *field)
{
	if (!field)
		return KMT_FACTS_BUILD_ID | KMT_FACTS_SIGNATURE | KMT_FACTS_DECLARED;
	if (!strcmp(field, "parm"))
		return KMT_FACTS_DECLARED;
	if (!strcmp(field, "build-id"))
		return KMT_FACTS_BUILD_ID;
	return !strncmp(field, "sig", strlen("sig")) ? KMT_FACTS_SIGNATURE : 0;
}

/* PATH: the file as seen from the host; NULL: it is built in. */
static int show(struct run *run, const struct kmt_snapshot *snap, const struct kmt_modref *ref,
	const char *path)
{
	const char *field = run->opts->field;
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;
	int r = 0;

	if (!path)
		put(run, "name", true, ref->name, strlen(ref->name));
	put(run, "filename", true, path ? path : "(builtin)", strlen(path ? path : "(builtin)"));
	if (!field || strcmp(field, "filename"))
		r = kmt_modfacts_read(&run->facts, snap, ref, parts_of(field), &err);
	if (!r && (!field || strcmp(field, "filename"))) {
		put_fields(run);
		if (run->facts.build_id_n)
			put_hex(run, "build-id", run->facts.build_id, run->facts.build_id_n);
		put_signature(run);
		put_params(run);
	}
	fwrite(kmt_strbuf_str(&run->out), 1, run->out.len, stdout);
	kmt_strbuf_truncate(&run->out, 0);
	if (r < 0)
		kmt_tool_say(run->env, LOG_ERR, "could not get modinfo from '%s': %s", ref->name, err.msg);
	return r;
}

static int show_file(struct run *run, const char *path)
{
	struct kmt_modref ref;
	int r = kmt_modref_of_file(&run->files, path, &ref, NULL);

	return r < 0 ? r : show(run, &run->files, &ref, ref.path);
}

static int show_module(struct run *run, const char *name, const struct kmt_module *m)
{
	bool builtin = !m || m->builtin;
	const struct kmt_modref ref = {.name = name, .path = builtin ? NULL : m->path, .builtin = builtin};
	kmt_autofree char *path = builtin ? NULL : kmt_tool_tree_path(&run->tree, m);

	return show(run, &run->tree.snap, &ref, path);
}

/* What a built-in module calls itself besides: the one kind of alias that -m knows. */
static const struct kmt_module *find_builtin_alias(const struct kmt_modindex *index, const char *arg)
{
	struct kmt_index_matches matches = {0};
	const struct kmt_module *m = NULL;
	char alias[KMT_ALIAS_MAX];

	if (!kmt_alias_normalize(arg, alias, sizeof(alias)))
		kmt_modindex_match(index, KMT_INDEX_BUILTIN_ALIAS, alias, &matches, NULL);
	if (matches.rows.n)
		m = kmt_modindex_find_builtin(index, matches.rows.v[0].module);
	kmt_vec_free(&matches.rows);
	return m;
}

/* -m: what has this very name, which ends at its first dot. */
static int show_name(struct run *run, const char *arg)
{
	const struct kmt_modindex *index = &run->tree.snap.index;
	kmt_autofree char *name = kmt_strndup(arg, strcspn(arg, "."));
	const struct kmt_module *m = NULL;

	if (run->tree.snap.has_tree && *name) {
		m = kmt_modindex_find(index, name);
		m = m ? m : kmt_modindex_find_builtin(index, name);
		m = m ? m : find_builtin_alias(index, name);
	}
	if (m)
		return show_module(run, m->name, m);
	kmt_tool_say(run->env, LOG_ERR, "Module name %s not found.", arg);
	return -ENOENT;
}

static int show_alias(struct run *run, const char *arg)
{
	const struct kmt_snapshot *snap = &run->tree.snap;
	const struct kmt_lookup_match *match;
	struct kmt_lookup found = {0};
	int r = 0;

	if (snap->has_tree && *arg)
		r = kmt_lookup_find_shipped(snap, arg, &found, NULL);
	if (r < 0) {
		kmt_tool_say(run->env, LOG_ERR, "Module alias %s not found.", arg);
		return r;
	}
	kmt_vec_foreach(match, &found.rows)
		r |= show_module(run, match->name, match->module);
	if (!found.rows.n) {
		kmt_tool_say(run->env, LOG_ERR, "Module %s not found.", arg);
		r = -ENOENT;
	}
	kmt_lookup_free(&found);
	return r;
}

static bool is_file(const struct run *run, const char *arg)
{
	kmt_autofree char *path = kmt_path_absolute(arg);
	const char *base = strrchr(path, '/') + 1;
	struct stat st;

	return kmt_name_is_module_file(base) && !kmt_root_stat(&run->env->host, path, &st) && S_ISREG(st.st_mode);
}

static int show_one(struct run *run, const char *arg)
{
	const struct kmt_tool_tree_place place = {
		.root = run->opts->basedir, .version = run->opts->version};

	if (!run->opts->modname && is_file(run, arg))
		return show_file(run, arg);
	if (!run->has_tree)
		kmt_tool_tree_open_index(run->env, &place, &run->tree);
	run->has_tree = true;
	return run->opts->modname ? show_name(run, arg) : show_alias(run, arg);
}

static int run_modinfo(struct kmt_tool_env *env, const void *opts)
{
	struct run run = {.env = env, .opts = opts, .terminal = isatty(STDOUT_FILENO)};
	int failed = 0;

	kmt_snapshot_init(&run.files, &env->host, NULL);
	if (!env->argc) {
		kmt_tool_say(env, LOG_ERR, "missing module or filename.");
		return -EINVAL;
	}
	for (int i = 0; i < env->argc; i++)
		failed |= show_one(&run, env->argv[i]);
	kmt_modfacts_free(&run.facts);
	kmt_strbuf_free(&run.out);
	kmt_snapshot_free(&run.files);
	if (run.has_tree)
		kmt_tool_tree_close(&run.tree);
	return failed;
}

#define ONLY(name, letter, key)                                                                    \
	{KMT_TOOL_WORD, name, letter, .word = key, .help = "print only '" key "'",                 \
		.offset = offsetof(struct options, field)}

static const struct kmt_tool_opt modinfo_opts[] = {
	ONLY("author", 'a', "author"),
	ONLY("description", 'd', "description"),
	ONLY("license", 'l', "license"),
	ONLY("parameters", 'p', "parm"),
	ONLY("filename", 'n', "filename"),
	{KMT_TOOL_FLAG, "null", '0', .help = "end each value with a zero byte, not a newline",
		.offset = offsetof(struct options, null)},
	{KMT_TOOL_FLAG, "modname", 'm', .help = "arguments are module names, neither aliases nor files",
		.offset = offsetof(struct options, modname)},
	{KMT_TOOL_STRING, "field", 'F', "FIELD", .help = "print only the values of FIELD",
		.offset = offsetof(struct options, field)},
	{KMT_TOOL_STRING, "set-version", 'k', "VERSION", .help = "look at the modules of this kernel",
		.offset = offsetof(struct options, version)},
	{KMT_TOOL_STRING, "basedir", 'b', "DIR", .help = "the module tree is below DIR",
		.offset = offsetof(struct options, basedir)},
	KMT_TOOL_OPT_VERSION,
	KMT_TOOL_OPT_HELP,
	{0},
};

const struct kmt_tool kmt_tool_modinfo = {
	.name = "modinfo",
	.summary = "Print what a module says about itself",
	.usage = "[options] modulename|filename ...",
	.opts = modinfo_opts,
	.opts_size = sizeof(struct options),
	.level = LOG_ERR,
	.run = run_modinfo,
};
