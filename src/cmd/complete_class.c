/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Candidates that are read from the machine: modules by state, their parameters, kernels; and
 * columns. */
#include "complete_priv.h"

#include <string.h>

#include <kmt/base/name.h>
#include <kmt/model/modfacts.h>
#include <kmt/out/rows.h>

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
	kmt_complete_offer(c, spelt, description);
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

static void offer_available(const struct kmt_completion *c, struct kmt_snapshot *snap)
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
	for (size_t i = 0; snap->has_tree && i < snap->index.builtins.n; i++)
		offer_module(c, snap->index.builtins.v[i]->name, "built-in");
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

/* "PARAM=" with its type and description; "PARAM=Y" and "PARAM=N" once a bool's name is there. */
static void offer_param(const struct kmt_completion *c, const struct kmt_param *p)
{
	kmt_autofree char *text = kmt_asprintf("%s=", p->name);
	kmt_autofree char *about = kmt_asprintf("%s%s%s", p->type ? p->type : "",
		p->type && p->description ? ": " : "", p->description ? p->description : "");
	kmt_autofree char *yes = NULL, *no = NULL;

	if (strncmp(c->word, text, strlen(text)) != 0) {
		kmt_complete_offer(c, text, about);
	} else if (p->type && !strcmp(p->type, "bool")) {
		yes = kmt_asprintf("%sY", text);
		no = kmt_asprintf("%sN", text);
		kmt_complete_offer(c, yes, NULL);
		kmt_complete_offer(c, no, NULL);
	}
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
static void offer_load_args(const struct kmt_completion *c)
{
	size_t n = 0;

	if (c->operands.n)
		n = offer_params(c, c->operands.v[0]);
	if ((!n || *c->word) && !strchr(c->word, '='))
		offer_modules(c, KMT_COMPLETE_AVAILABLE);
}

static void offer_kernels(const struct kmt_completion *c)
{
	struct kmt_strv versions = {0};
	struct kmt_root root;

	if (kmt_root_open(&root, c->root, NULL))
		return;
	kmt_modindex_versions(&root, &versions);
	for (size_t i = 0; i < versions.n; i++)
		kmt_complete_offer(c, versions.v[i], NULL);
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
	prefix = kmt_complete_list(c, *c->word == '+' || *c->word == '-');
	for (const struct kmt_column *column = c->cmd->columns; column->name; column++)
		kmt_complete_offer(c, column->name, column->help);
	c->prefix = "";
}

static void offer_fields(const struct kmt_completion *c)
{
	static const char *const fields[] = {"alias", "author", "build-id", "config", "depends",
		"description", "file", "filename", "firmware", "import_ns", "intree", "license",
		"loaded-copy", "loaded-holders", "loaded-refs", "loaded-state", "loaded-taint",
		"name", "parm", "retpoline", "rhelversion", "scmversion", "sig_hashalgo", "sig_id",
		"sig_key", "signature", "signer", "softdep", "srcversion", "staging", "vermagic",
		"version", "weakdep"};

	for (size_t i = 0; i < KMT_ARRAY_SIZE(fields); i++)
		kmt_complete_offer(c, fields[i], NULL);
}

void kmt_complete_class(struct kmt_completion *c, enum kmt_comp_class class)
{
	switch (class) {
	case KMT_COMPLETE_MODULE:
	case KMT_COMPLETE_LOADED:
	case KMT_COMPLETE_AVAILABLE:
		offer_modules(c, class);
		break;
	case KMT_COMPLETE_LOAD_ARG:
		offer_load_args(c);
		break;
	case KMT_COMPLETE_PARAMS_ARG:
		if (c->operands.n)
			offer_params(c, c->operands.v[0]);
		else
			offer_modules(c, KMT_COMPLETE_MODULE);
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
