/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `kmtool __complete -- WORD...`: what the last WORD could become, for the completion stubs of the
 * shells. One candidate a line: the text, a tab, a description. A line ":files" or ":dirs" asks the
 * shell for file names. Says nothing when something is wrong: it runs at every Tab.
 */
#include <stdlib.h>
#include <string.h>

#include <kmt/base/escape.h>
#include <kmt/base/name.h>
#include <kmt/cmd/cmd.h>
#include <kmt/cmd/opt.h>
#include <kmt/model/modfacts.h>
#include <kmt/out/rows.h>
#include <kmt/source/modalias.h>
#include <kmt/source/moduletree.h>
#include <kmt/sys/paths.h>

#include "cmds_priv.h"

struct kmt_completion {
	const struct kmt_cmd *const *cmds;
	const struct kmt_cmd *cmd; /* NULL: the command name is not there yet */
	const char *root, *kernel; /* of --root and --kernel */
	struct kmt_strv operands;  /* before the word that is completed */
	const struct kmt_opt
		*wants;     /* the option whose value is completed; NULL: an operand or option */
	bool only_operands; /* after "--" */
	const char *prefix; /* stands before each candidate: "--output=", "name,size," */
	const char *word;   /* what candidates must begin with */
};

/* Candidates that are read from the machine: modules by state, their parameters, kernels; and
 * columns. */

/* Where candidates come from. */
struct machine {
	struct kmt_root root;
	struct kmt_snapshot snap;
};

static int open_machine(const struct kmt_completion *c, unsigned int parts, struct machine *m)
{
	int r = kmt_root_open(&m->root, c->root, NULL);

	if (r)
		return r;
	r = kmt_snapshot_take(&m->snap, &m->root, c->kernel, parts, NULL, NULL);
	if (r)
		kmt_root_close(&m->root);
	return r;
}

static void close_machine(struct machine *m)
{
	kmt_snapshot_free(&m->snap);
	kmt_root_close(&m->root);
}

/* Prints "PREFIX CANDIDATE \t DESCRIPTION" if CANDIDATE begins with the word. */
static void complete_offer(
	const struct kmt_completion *c, const char *candidate, const char *description)
{
	kmt_autostrbuf struct kmt_strbuf line = KMT_STRBUF_INIT;

	if (strncmp(candidate, c->word, strlen(c->word)) != 0)
		return;
	kmt_strbuf_addstr(&line, c->prefix);
	kmt_escape_text(&line, candidate, strlen(candidate));
	if (description && *description) {
		kmt_strbuf_addc(&line, '\t');
		kmt_escape_text(&line, description, strlen(description));
	}
	kmt_strbuf_addc(&line, '\n');
	fwrite(line.s, 1, line.len, stdout);
}

/* In a list, "name,size,ST", the last is completed: moves past the first DONE bytes of the word or past its
 * last comma, so that candidates are offered behind them. Returns the prefix, which the caller frees when
 * all are offered. */
static char *complete_list(struct kmt_completion *c, size_t done)
{
	const char *comma = strrchr(c->word, ',');
	char *prefix;

	if (comma)
		done = (size_t)(comma - c->word) + 1;
	prefix = kmt_asprintf("%s%.*s", c->prefix, (int)done, c->word);
	c->prefix = prefix;
	c->word += done;
	return prefix;
}

/* A module name, spelt as the person began it: '-' and '_' are the same, but the shell compares
 * bytes. */
static void offer_module(const struct kmt_completion *c, const char *name, const char *description)
{
	kmt_autofree char *spelt = kmt_strdup(name);

	for (size_t i = 0; c->word[i] && spelt[i]; i++) {
		if (c->word[i] != spelt[i] && !(c->word[i] == '-' && spelt[i] == '_'))
			return;
		spelt[i] = c->word[i];
	}
	complete_offer(c, spelt, description);
}

static void offer_loaded(const struct kmt_completion *c, const struct kmt_snapshot *snap)
{
	const struct kmt_procmod *m;

	kmt_vec_foreach (m, &snap->loaded.rows) {
		kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;

		if (m->state != KMT_STATE_LIVE)
			kmt_strbuf_addstr(&text, kmt_state_word(m->state));
		else
			kmt_strbuf_addstr(&text, m->refs > 0 ? "in use" : "loaded");
		for (size_t i = 0; i < m->holders.n; i++)
			kmt_strbuf_addf(&text, "%s %s", i ? "," : " by", m->holders.v[i]);
		offer_module(c, m->name, text.s);
	}
}

static void offer_available(const struct kmt_completion *c, const struct kmt_snapshot *snap)
{
	if (!snap->has_tree)
		return;
	for (size_t i = 0; i < kmt_modindex_count(&snap->index); i++) {
		const char *name = kmt_modindex_at(&snap->index, i)->name;

		if (!kmt_snapshot_loaded(snap, name))
			offer_module(c, name, "available");
	}
}

static void offer_builtin(const struct kmt_completion *c, const struct kmt_snapshot *snap)
{
	for (size_t i = 0; snap->has_tree && i < kmt_modindex_builtin_count(&snap->index); i++)
		offer_module(c, kmt_modindex_builtin_at(&snap->index, i)->name, "built-in");
}

static void offer_modules(const struct kmt_completion *c, enum kmt_comp_class class)
{
	unsigned int parts = KMT_SNAP_LOADED;
	struct machine m;

	if (strchr(c->word, '/') || *c->word == '.') {
		fputs(":files\n", stdout);
		return;
	}
	if (class != KMT_COMPLETE_LOADED)
		parts |= KMT_SNAP_TREE | KMT_SNAP_TREE_OPTIONAL;
	if (open_machine(c, parts, &m))
		return;
	if (class != KMT_COMPLETE_AVAILABLE)
		offer_loaded(c, &m.snap);
	if (class != KMT_COMPLETE_LOADED)
		offer_available(c, &m.snap);
	if (class == KMT_COMPLETE_MODULE)
		offer_builtin(c, &m.snap);
	close_machine(&m);
}

static void offer_param_value(
	const struct kmt_completion *c, const char *param, const char *value, const char *present)
{
	kmt_autofree char *text = kmt_asprintf("%s=%s", param, value);

	complete_offer(c, text, present && !strcmp(value, present) ? "present value" : NULL);
}

/* "PARAM=" with its type and description; once that is there, the present value, and Y and N of a bool. */
static void offer_param(const struct kmt_completion *c, const struct kmt_param *p)
{
	kmt_autofree char *text = kmt_asprintf("%s=", p->name);
	kmt_autofree char *about = kmt_asprintf("%s%s%s", p->type ? p->type : "",
		p->type && p->description ? ": " : "", p->description ? p->description : "");
	const char *present = p->live ? p->live->value : NULL;

	if (strncmp(c->word, text, strlen(text)) != 0) {
		complete_offer(c, text, about);
	} else if (p->type && !strcmp(p->type, "bool")) {
		offer_param_value(c, p->name, "Y", present);
		offer_param_value(c, p->name, "N", present);
	} else if (present && *present) {
		offer_param_value(c, p->name, present, present);
	}
}

/* What `provides` takes before a colon, and the keys of the index that it stands for. */
static const struct {
	const char *before, *key, *help;
	enum kmt_index_kind kind;
	bool number; /* only keys that go on with a number */
} provided[] = {
	{"fs:", "fs_", "a filesystem", KMT_INDEX_ALIAS, false},
	{"crypto:", "crypto_", "an algorithm of the kernel", KMT_INDEX_ALIAS, false},
	{"net:", "net_pf_", "a protocol family, by its number", KMT_INDEX_ALIAS, true},
	{"symbol:", "symbol:", "an exported symbol", KMT_INDEX_SYMBOLS, false},
};

static void offer_keys(const struct kmt_completion *c, size_t of)
{
	struct kmt_index_matches keys = {0};
	const struct kmt_index_match *key;
	const char *last = "";
	size_t n = strlen(provided[of].key);
	struct machine m;

	if (open_machine(c, KMT_SNAP_TREE, &m))
		return;
	kmt_modindex_keys(&m.snap.index, provided[of].kind, &keys, NULL);
	kmt_vec_foreach (key, &keys.rows) {
		kmt_autofree char *text = NULL;
		const char *rest;

		/* Keys of several modules come one after the other. */
		if (strncmp(key->pattern, provided[of].key, n) != 0 || !strcmp(key->pattern, last))
			continue;
		last = key->pattern;
		rest = key->pattern + n;
		if (strpbrk(rest, "*?[") || (provided[of].number && rest[strspn(rest, "0123456789")]))
			continue;
		text = kmt_asprintf("%s%s", provided[of].before, rest);
		complete_offer(c, text, key->module);
	}
	kmt_vec_free(&keys.rows);
	close_machine(&m);
}

static void offer_provided(const struct kmt_completion *c)
{
	for (size_t i = 0; i < KMT_ARRAY_SIZE(provided); i++) {
		if (!strncmp(c->word, provided[i].before, strlen(provided[i].before)))
			offer_keys(c, i);
		else
			complete_offer(c, provided[i].before, provided[i].help);
	}
}

static void offer_names(
	const struct kmt_completion *c, const struct kmt_root *root, const char *dir, const char *what)
{
	struct kmt_strv names = {0};

	kmt_root_list(root, dir, &names);
	for (size_t i = 0; i < names.n; i++)
		complete_offer(c, names.v[i], what);
	kmt_root_list_free(&names);
}

/* Interfaces, block devices, and what is on a bus. */
static void offer_devices(const struct kmt_completion *c)
{
	struct kmt_modaliases devices = {0};
	const char *last = "";
	struct kmt_root root;

	if (strchr(c->word, '/') || *c->word == '.') {
		fputs(":files\n", stdout);
		return;
	}
	if (kmt_root_open(&root, c->root, NULL))
		return;
	offer_names(c, &root, KMT_PATH_SYS_CLASS_NET, "network interface");
	offer_names(c, &root, KMT_PATH_SYS_CLASS_BLOCK, "block device");
	if (!kmt_modaliases_read(&root, &devices))
		for (size_t i = 0; i < devices.rows.n; i++) {
			const struct kmt_modalias *d = &devices.rows.v[i];

			if (d->on_bus && strcmp(d->name, last) != 0)
				complete_offer(c, d->name, d->kind);
			last = d->name;
		}
	kmt_modaliases_free(&devices);
	kmt_root_close(&root);
}

/* The number of parameters that the module has. */
static size_t offer_params(const struct kmt_completion *c, const char *module)
{
	struct kmt_modfacts facts = {0};
	const struct kmt_param *p;
	struct machine m;
	size_t n = 0;

	if (open_machine(c, KMT_SNAP_TREE | KMT_SNAP_LOADED, &m))
		return 0;
	kmt_modfacts_find(&facts, &m.snap, module, NULL);
	kmt_vec_foreach (p, &facts.params)
		if (p->known) {
			offer_param(c, p);
			n++;
		}
	kmt_modfacts_free(&facts);
	close_machine(&m);
	return n;
}

/* load NAME... [PARAM=VALUE...]: parameters of the first module; more modules only once a letter of
 * one is typed, or the parameters would drown among thousands. */
static void offer_load_args(const struct kmt_completion *c, enum kmt_comp_class class)
{
	size_t n = 0;

	if (c->operands.n)
		n = offer_params(c, c->operands.v[0]);
	if ((!n || *c->word) && !strchr(c->word, '='))
		offer_modules(c, class);
}

static void offer_kernels(const struct kmt_completion *c)
{
	struct kmt_strv versions = {0};
	struct kmt_root root;

	if (kmt_root_open(&root, c->root, NULL))
		return;
	kmt_moduletree_versions(&root, &versions);
	for (size_t i = 0; i < versions.n; i++)
		complete_offer(c, versions.v[i], NULL);
	kmt_root_list_free(&versions);
	kmt_root_close(&root);
}

/* "+name,size,ST": completes the last of a list, which may begin with '+' (--output) or '-'
 * (--sort). */
static void offer_columns(struct kmt_completion *c)
{
	kmt_autofree char *prefix = NULL;

	if (!c->cmd || !c->cmd->columns)
		return;
	prefix = complete_list(c, *c->word == '+' || *c->word == '-');
	for (const struct kmt_column *column = c->cmd->columns; column->name; column++)
		complete_offer(c, column->name, column->help);
	c->prefix = "";
}

static void offer_fields(const struct kmt_completion *c)
{
	static const char *const fields[] = {"alias", "author", "build-id", "config", "config-effect",
		"copies", "depends", "description", "drives", "file", "filename", "firmware",
		"import_ns", "intree", "license",
		"loaded-copy", "loaded-holders", "loaded-refs", "loaded-state", "loaded-taint",
		"name", "parm", "retpoline", "rhelversion", "scmversion", "sig_hashalgo", "sig_id",
		"sig_key", "signature", "signer", "softdep", "srcversion", "staging", "taint", "vermagic",
		"version", "weakdep"};

	for (size_t i = 0; i < KMT_ARRAY_SIZE(fields); i++)
		complete_offer(c, fields[i], NULL);
}

/* Offers what belongs to CLASS: modules, parameters, kernels, columns. Reads the machine; what
 * cannot be read is not offered. */
static void complete_class(struct kmt_completion *c, enum kmt_comp_class class)
{
	switch (class) {
	case KMT_COMPLETE_MODULE:
	case KMT_COMPLETE_LOADED:
	case KMT_COMPLETE_AVAILABLE:
		offer_modules(c, class);
		break;
	case KMT_COMPLETE_LOAD_ARG:
		offer_load_args(c, KMT_COMPLETE_AVAILABLE);
		break;
	case KMT_COMPLETE_RELOAD_ARG:
		offer_load_args(c, KMT_COMPLETE_LOADED);
		break;
	case KMT_COMPLETE_PARAMS_ARG:
		if (c->operands.n)
			offer_params(c, c->operands.v[0]);
		else
			offer_modules(c, KMT_COMPLETE_MODULE);
		break;
	case KMT_COMPLETE_PROVIDED:
		offer_provided(c);
		break;
	case KMT_COMPLETE_DEVICE:
		offer_devices(c);
		break;
	case KMT_COMPLETE_DEVICE_MODULE:
		offer_devices(c);
		if (*c->word && !strchr(c->word, '/'))
			offer_modules(c, KMT_COMPLETE_MODULE);
		break;
	case KMT_COMPLETE_BIND_ARG:
		if (c->operands.n)
			offer_modules(c, KMT_COMPLETE_LOADED);
		else
			offer_devices(c);
		break;
	case KMT_COMPLETE_KERNEL:
		offer_kernels(c);
		break;
	case KMT_COMPLETE_DIR:
		fputs(":dirs\n", stdout);
		break;
	case KMT_COMPLETE_FILE:
		fputs(":files\n", stdout);
		break;
	case KMT_COMPLETE_COLUMN:
		offer_columns(c);
		break;
	case KMT_COMPLETE_FIELD:
		offer_fields(c);
		break;
	case KMT_COMPLETE_NONE:
	case KMT_COMPLETE_COMMAND:
	case KMT_COMPLETE_CHOICE:
		break;
	}
}

static const struct kmt_opt *find_long(const struct kmt_opt *table, const char *name, size_t len)
{
	for (; table && table->long_name; table++)
		if (strlen(table->long_name) == len && !memcmp(table->long_name, name, len))
			return table;
	return NULL;
}

static const struct kmt_opt *find_short(const struct kmt_opt *table, char name)
{
	for (; table && table->long_name; table++)
		if (table->short_name == name)
			return table;
	return NULL;
}

static const struct kmt_opt *long_option(
	const struct kmt_completion *c, const char *name, size_t len)
{
	const struct kmt_opt *opt = c->cmd ? find_long(c->cmd->opts, name, len) : NULL;

	return opt ? opt : find_long(kmt_global_opts, name, len);
}

static const struct kmt_opt *short_option(const struct kmt_completion *c, char name)
{
	const struct kmt_opt *opt = c->cmd ? find_short(c->cmd->opts, name) : NULL;

	return opt ? opt : find_short(kmt_global_opts, name);
}

/* Values that decide which machine the candidates come from. */
static void remember(struct kmt_completion *c, const struct kmt_opt *opt, const char *value)
{
	if (!strcmp(opt->long_name, "root"))
		c->root = value;
	else if (!strcmp(opt->long_name, "kernel"))
		c->kernel = value;
}

/* An option word: returns the option whose value is the next word, or NULL. */
static const struct kmt_opt *take_option(struct kmt_completion *c, const char *word)
{
	const struct kmt_opt *opt;
	size_t len;

	if (word[1] == '-') {
		len = strcspn(word + 2, "=");
		opt = long_option(c, word + 2, len);
		if (!opt || opt->kind == KMT_OPT_FLAG)
			return NULL;
		if (!word[2 + len])
			return opt;
		remember(c, opt, word + 3 + len);
		return NULL;
	}
	for (word++; *word; word++) {
		opt = short_option(c, *word);
		if (!opt || opt->kind == KMT_OPT_FLAG)
			continue;
		if (!word[1])
			return opt;
		remember(c, opt, word + 1);
		return NULL;
	}
	return NULL;
}

/* Of a command whose first verb need not be named, what is no verb is an operand. */
static void take_verb(struct kmt_completion *c, const char *word)
{
	const struct kmt_cmd *verb = kmt_cmd_verb(c->cmd, word);

	if (!verb && c->cmd->bare) {
		verb = c->cmd->verbs[0];
		kmt_vec_push(&c->operands, word);
	}
	c->cmd = verb;
}

/* Goes through the words before the last. False: there is no such command, so nothing fits. */
static bool read_words(struct kmt_completion *c, int n, char **words)
{
	for (int i = 0; i < n; i++) {
		const char *word = words[i];

		if (c->wants) {
			remember(c, c->wants, word);
			c->wants = NULL;
		} else if (c->only_operands || word[0] != '-' || !word[1]) {
			if (!c->cmd)
				c->cmd = kmt_cmd_find(c->cmds, word);
			else if (c->cmd->verbs)
				take_verb(c, word);
			else
				kmt_vec_push(&c->operands, word);
			if (!c->cmd)
				return false;
		} else if (!strcmp(word, "--")) {
			c->only_operands = true;
		} else {
			c->wants = take_option(c, word);
		}
	}
	return true;
}

static void offer_option(struct kmt_completion *c, const struct kmt_opt *opt)
{
	kmt_autofree char *text = kmt_asprintf("--%s", opt->long_name);

	complete_offer(c, text, opt->help);
}

static void offer_options(struct kmt_completion *c)
{
	for (const struct kmt_opt *o = c->cmd ? c->cmd->opts : NULL; o && o->long_name; o++)
		offer_option(c, o);
	for (const struct kmt_opt *o = kmt_global_opts; o->long_name; o++)
		if (!c->cmd || kmt_opt_applies(c->cmd, o))
			offer_option(c, o);
}

static void offer_commands(struct kmt_completion *c)
{
	for (const struct kmt_cmd *const *cmd = c->cmds; *cmd; cmd++)
		if (!(*cmd)->hidden)
			complete_offer(c, (*cmd)->name, (*cmd)->summary);
}

static void offer_choices(struct kmt_completion *c)
{
	char *prefix = c->wants->kind == KMT_OPT_LIST ? complete_list(c, 0) : NULL;

	for (const char *const *choice = c->wants->choices; choice && *choice; choice++)
		complete_offer(c, *choice, NULL);
	c->prefix = "";
	free(prefix);
}

static void offer_verbs(struct kmt_completion *c)
{
	for (const struct kmt_cmd *const *verb = c->cmd->verbs; *verb; verb++)
		complete_offer(c, kmt_cmd_verb_name(*verb), (*verb)->summary);
}

static void offer_value(struct kmt_completion *c)
{
	if (c->wants->complete == KMT_COMPLETE_CHOICE)
		offer_choices(c);
	else
		complete_class(c, c->wants->complete);
}

static void offer(struct kmt_completion *c)
{
	kmt_autofree char *prefix = NULL;

	if (c->wants) {
		offer_value(c);
	} else if (!c->only_operands && !strncmp(c->word, "--", 2) && strchr(c->word, '=')) {
		size_t len = strcspn(c->word, "=");

		c->wants = long_option(c, c->word + 2, len - 2);
		prefix = kmt_strndup(c->word, len + 1);
		c->prefix = prefix;
		c->word += len + 1;
		if (c->wants)
			offer_value(c);
	} else if (!c->only_operands && *c->word == '-') {
		if (c->cmd && c->cmd->verbs) /* the verb that need not be named */
			c->cmd = c->cmd->verbs[0];
		offer_options(c);
	} else if (!c->cmd) {
		offer_commands(c);
	} else if (c->cmd->verbs) {
		offer_verbs(c);
		if (c->cmd->bare)
			complete_class(c, c->cmd->verbs[0]->complete);
	} else if (c->cmd->complete == KMT_COMPLETE_COMMAND) {
		if (!c->operands.n)
			offer_commands(c);
	} else {
		complete_class(c, c->cmd->complete);
	}
}

static int run_complete(struct kmt_env *env, const void *opts, struct kmt_err *err)
{
	struct kmt_completion c = {.prefix = "", .word = "", .cmds = env->cmds, .root = env->g.root};

	if (env->argc)
		c.word = env->argv[env->argc - 1];
	if (read_words(&c, env->argc - 1, env->argv))
		offer(&c);
	kmt_vec_free(&c.operands);
	return 0;
}

const struct kmt_cmd kmt_cmd_complete = {
	.name = "__complete",
	.summary = "Print completions of the last word, for shells",
	.operands = "[WORD...]",
	.takes = KMT_TAKES_ROOT | KMT_TAKES_KERNEL,
	.hidden = true,
	.run = run_complete,
};
