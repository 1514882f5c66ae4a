/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Requests as they are written and named. */
#include <kmt/plan/request.h>

#include <errno.h>
#include <string.h>

#include <kmt/plan/reload.h>

#define FIELD(f) offsetof(struct kmt_request, f)

#define WAIT                                                                                               \
	{"wait", 0, KMT_OPT_UINT, .metavar = "MS",                                                          \
		.help = "try again for so many milliseconds while a module is busy or in use",              \
		.offset = FIELD(wait_ms)}

const struct kmt_opt kmt_load_options[] = {
	{"no-config", 0, KMT_OPT_FLAG,
		.help = "leave out modprobe.d and the kernel command line: no options, commands, "
			"blacklists",
		.offset = FIELD(no_config)},
	{"partial-ok", 0, KMT_OPT_FLAG, .help = "keep what was loaded when a later step fails",
		.offset = FIELD(partial_ok)},
	WAIT,
	{"force-vermagic", 0, KMT_OPT_FLAG,
		.help = "do not check which kernel the module was built for (dangerous)",
		.offset = FIELD(force_vermagic)},
	{"force-modversion", 0, KMT_OPT_FLAG,
		.help = "do not check the versions of the symbols that it uses (dangerous)",
		.offset = FIELD(force_modversion)},
	{0},
};

#define DEPENDENTS                                                                                         \
	{"dependents", 0, KMT_OPT_FLAG, .help = "unload everything that uses the module first",            \
		.offset = FIELD(dependents)}

const struct kmt_opt kmt_unload_options[] = {
	DEPENDENTS,
	{"unused-deps", 0, KMT_OPT_FLAG,
		.help = "unload everything that nothing uses any more afterwards",
		.offset = FIELD(unused_deps)},
	WAIT,
	{"no-config", 0, KMT_OPT_FLAG,
		.help = "leave out modprobe.d: no remove commands, no soft dependencies of its own",
		.offset = FIELD(no_config)},
	{"force", 0, KMT_OPT_FLAG,
		.help = "unload even what is in use or permanent, where the kernel allows it (dangerous)",
		.offset = FIELD(force)},
	{0},
};

const struct kmt_opt kmt_reload_options[] = {DEPENDENTS, {0}};

const struct kmt_opt kmt_params_options[] = {
	{"save", 0, KMT_OPT_FLAG, .help = "set them now, and for every load from now on, in modprobe.d",
		.offset = FIELD(save)},
	{"save-only", 0, KMT_OPT_FLAG, .help = "set them only for every load from now on",
		.offset = FIELD(save_only)},
	{"unset", 0, KMT_OPT_LIST, "PARAM",
		.help = "take PARAM out of the options in modprobe.d (may be repeated)",
		.offset = FIELD(unset)},
	{"file", 0, KMT_OPT_STRING, "FILE", KMT_COMPLETE_FILE, NULL,
		"the file to write, as a path or a name in /etc/modprobe.d", FIELD(file), 0},
	{0},
};

const struct kmt_opt kmt_block_options[] = {
	{"verify", 0, KMT_OPT_FLAG, .help = "print for each way to the module whether it is closed",
		.offset = FIELD(verify)},
	{0},
};

static const struct kmt_syntax syntaxes[KMT_REQUEST_COUNT] = {
	[KMT_REQUEST_LOAD] = {"load", KMT_LOAD_OPERANDS, kmt_load_options},
	[KMT_REQUEST_UNLOAD] = {"unload", KMT_UNLOAD_OPERANDS, kmt_unload_options},
	[KMT_REQUEST_RELOAD] = {"reload", "NAME [PARAM=VALUE...]", kmt_reload_options},
	[KMT_REQUEST_PARAMS] = {"params", KMT_PARAMS_OPERANDS, kmt_params_options},
	[KMT_REQUEST_BLOCK] = {"block", KMT_BLOCK_OPERANDS, kmt_block_options},
	[KMT_REQUEST_UNBLOCK] = {"unblock", KMT_BLOCK_OPERANDS},
};

enum kmt_request_kind kmt_request_kind_of(const char *name)
{
	size_t kind = 0;

	while (kind < KMT_REQUEST_COUNT && strcmp(syntaxes[kind].name, name))
		kind++;
	return (enum kmt_request_kind)kind;
}

void kmt_request_free(struct kmt_request *r)
{
	kmt_vec_free(&r->targets);
	kmt_vec_free(&r->params);
	kmt_vec_free(&r->unset);
	kmt_arena_free(&r->arena);
	*r = (struct kmt_request){0};
}

static int check_params(const struct kmt_request *r, struct kmt_err *err)
{
	if (!r->params.n && !r->unset.n)
		return kmt_err_set(err, KMT_ERR_USAGE, EINVAL, "nothing is to be saved: give PARAM=VALUE");
	for (size_t i = 0; i < r->params.n; i++)
		if (!strchr(r->params.v[i], '='))
			return kmt_err_set(err, KMT_ERR_USAGE, EINVAL, "%s: a value is missing (PARAM=VALUE)",
				r->params.v[i]);
	if (r->file && !kmt_request_is_saved(r))
		return kmt_err_set(err, KMT_ERR_USAGE, EINVAL, "--file goes with --save or --save-only");
	return 0;
}

/* Behind the first operand, what has a '=' is a parameter. */
int kmt_request_take_operands(struct kmt_request *r, int n, char **operands, struct kmt_err *err)
{
	bool params = r->kind == KMT_REQUEST_LOAD || r->kind == KMT_REQUEST_RELOAD;
	bool one = r->kind == KMT_REQUEST_PARAMS || r->kind == KMT_REQUEST_RELOAD;

	for (int i = 0; i < n; i++) {
		bool param = i && ((params && strchr(operands[i], '=')) || r->kind == KMT_REQUEST_PARAMS);

		kmt_vec_push(param ? &r->params : &r->targets, operands[i]);
	}
	if (one && r->targets.n > 1)
		return kmt_err_set(err, KMT_ERR_USAGE, EINVAL, "'%s' takes one module at a time",
			syntaxes[r->kind].name);
	return r->kind == KMT_REQUEST_PARAMS ? check_params(r, err) : 0;
}

int kmt_request_parse(struct kmt_request *r, const struct kmt_strv *words, struct kmt_err *err)
{
	const struct kmt_syntax *syntax = &syntaxes[r->kind];
	kmt_autofree char **argv = kmt_realloc_array(NULL, words->n + 2, sizeof(*argv));
	int first, ret;

	argv[0] = kmt_arena_strdup(&r->arena, syntax->name);
	for (size_t i = 0; i < words->n; i++)
		argv[i + 1] = kmt_arena_strdup(&r->arena, words->v[i]);
	argv[words->n + 1] = NULL;
	ret = kmt_syntax_parse(syntax, (int)words->n + 1, argv, r, NULL, NULL, &first, err);
	if (!ret)
		ret = kmt_syntax_check_operands(syntax, (int)words->n + 1 - first, argv + first, err);
	return ret ? ret : kmt_request_take_operands(r, (int)words->n + 1 - first, argv + first, err);
}

bool kmt_request_is_now(const struct kmt_request *r)
{
	return r->params.n && !r->save_only;
}

bool kmt_request_is_saved(const struct kmt_request *r)
{
	return r->save || r->save_only || r->unset.n;
}

static void add_params(const struct kmt_request *r, const char *before, struct kmt_strbuf *out)
{
	for (size_t i = 0; i < r->params.n; i++)
		kmt_strbuf_addf(out, "%s%s", i ? " " : before, r->params.v[i]);
}

static void title_params(const struct kmt_request *r, struct kmt_strbuf *out)
{
	kmt_strbuf_addf(out, r->params.n ? "set %s." : "do not set %s.", r->targets.v[0]);
	add_params(r, "", out);
	for (size_t i = 0; !r->params.n && i < r->unset.n; i++)
		kmt_strbuf_addf(out, "%s%s", i ? " " : "", r->unset.v[i]);
	kmt_strbuf_addstr(out, r->params.n ? "" : " any more");
}

void kmt_request_title(const struct kmt_request *r, struct kmt_strbuf *out)
{
	if (r->kind == KMT_REQUEST_PARAMS) {
		title_params(r, out);
		return;
	}
	if (r->targets.n == 1)
		kmt_strbuf_addf(out, "%s %s", syntaxes[r->kind].name, r->targets.v[0]);
	else
		kmt_strbuf_addf(out, "%s %zu modules", syntaxes[r->kind].name, r->targets.n);
	add_params(r, " with ", out);
	if (r->dependents)
		kmt_strbuf_addstr(out, ", with all that uses it");
	if (r->unused_deps)
		kmt_strbuf_addstr(out, ", with what is unused then");
}

struct kmt_exec_options kmt_request_exec(const struct kmt_request *r)
{
	return (struct kmt_exec_options){.partial_ok = r->partial_ok || r->kind == KMT_REQUEST_UNLOAD,
		.wait_ms = r->wait_ms};
}

static void add_all(const struct kmt_strv *from, struct kmt_strv *out)
{
	for (size_t i = 0; i < from->n; i++)
		kmt_vec_push(out, from->v[i]);
}

static void add_command(const struct kmt_request *r, const struct kmt_machine *machine,
	struct kmt_arena *arena, struct kmt_strv *out)
{
	/* Modules are loaded and unloaded only on the machine itself; files are written anywhere. */
	bool anywhere = r->kind >= KMT_REQUEST_PARAMS;

	kmt_vec_push(out, syntaxes[r->kind].name);
	kmt_syntax_words(syntaxes[r->kind].opts, r, arena, out);
	if (anywhere && !machine->root->is_host) {
		kmt_vec_push(out, "--root");
		kmt_vec_push(out, machine->root->path);
	}
	if (anywhere && machine->version) {
		kmt_vec_push(out, "--kernel");
		kmt_vec_push(out, machine->version);
	}
	add_all(&r->targets, out);
	add_all(&r->params, out);
}

/* Those that a reload takes away with the target are loaded again in the end. */
static void add_reload(const struct kmt_request *r, const struct kmt_machine *machine,
	const struct kmt_snapshot *snap, const struct kmt_plan *plan, struct kmt_arena *arena,
	struct kmt_strv *out)
{
	struct kmt_strv holders = {0};

	add_command(&(struct kmt_request){.kind = KMT_REQUEST_UNLOAD, .targets = r->targets,
			    .dependents = r->dependents},
		machine, arena, out);
	kmt_vec_push(out, NULL);
	add_command(&(struct kmt_request){.kind = KMT_REQUEST_LOAD, .targets = r->targets, .params = r->params},
		machine, arena, out);
	kmt_reload_holders(snap, plan, &holders);
	if (holders.n) {
		kmt_vec_push(out, NULL);
		add_command(&(struct kmt_request){.kind = KMT_REQUEST_LOAD, .targets = holders}, machine, arena,
			out);
	}
	kmt_vec_free(&holders);
}

void kmt_request_words(const struct kmt_request *r, const struct kmt_machine *machine,
	const struct kmt_snapshot *snap, const struct kmt_plan *plan, struct kmt_arena *arena,
	struct kmt_strv *out)
{
	if (r->kind == KMT_REQUEST_RELOAD)
		add_reload(r, machine, snap, plan, arena, out);
	else
		add_command(r, machine, arena, out);
	/* They outlive the request. */
	for (size_t i = 0; i < out->n; i++)
		out->v[i] = out->v[i] ? kmt_arena_strdup(arena, out->v[i]) : NULL;
}
