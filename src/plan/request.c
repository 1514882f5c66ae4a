/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Requests: as they are written and named, and planned. */
#include "request_priv.h"

#include <errno.h>
#include <string.h>

#include <kmt/model/modfacts.h>
#include <kmt/plan/effects.h>
#include <kmt/plan/load.h>
#include <kmt/plan/options.h>
#include <kmt/plan/params.h>
#include <kmt/plan/reload.h>
#include <kmt/plan/unload.h>
#include <kmt/sys/paths.h>

#define FIELD(f) offsetof(struct kmt_request, f)

#define EDIT_FILE(dir)                                                                                     \
	{"file", 0, KMT_OPT_STRING, "FILE", KMT_COMPLETE_FILE, NULL,                                        \
		"the file to write, as a path or a name in " dir, FIELD(file), 0}

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
		.help = "also unload dependencies that become unused",
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

const struct kmt_opt kmt_reload_options[] = {DEPENDENTS, WAIT, {0}};

const struct kmt_opt kmt_params_options[] = {
	{"save", 0, KMT_OPT_FLAG, .help = "set them now, and for every load from now on, in modprobe.d",
		.offset = FIELD(save)},
	{"save-only", 0, KMT_OPT_FLAG, .help = "set them only for every load from now on",
		.offset = FIELD(save_only)},
	{"unset", 0, KMT_OPT_LIST, "PARAM",
		.help = "take PARAM out of the options in modprobe.d (may be repeated)",
		.offset = FIELD(unset)},
	EDIT_FILE(KMT_PATH_MODPROBE_D),
	{0},
};

const struct kmt_opt kmt_block_options[] = {
	{"verify", 0, KMT_OPT_FLAG, .help = "print for each way to the module whether it is closed",
		.offset = FIELD(verify)},
	{0},
};

const struct kmt_opt kmt_edit_options[] = {EDIT_FILE(KMT_PATH_MODPROBE_D), {0}};

const struct kmt_opt kmt_set_option_options[] = {
	EDIT_FILE(KMT_PATH_MODPROBE_D),
	{"unset", 0, KMT_OPT_LIST, "PARAM", .help = "remove PARAM from the options (may be repeated)",
		.offset = FIELD(unset)},
	{0},
};

const struct kmt_opt kmt_autoload_options[] = {EDIT_FILE(KMT_PATH_MODULES_LOAD_D), {0}};

const struct kmt_opt kmt_bind_options[] = {
	{"persist", 0, KMT_OPT_FLAG, .help = "also write a udev rule that chooses the driver at every boot",
		.offset = FIELD(persist)},
	{"undo", 0, KMT_OPT_FLAG, .help = "let the kernel choose the driver again, and remove the rule",
		.offset = FIELD(undo)},
	{0},
};

static const struct kmt_syntax syntaxes[KMT_REQUEST_COUNT] = {
	[KMT_REQUEST_LOAD] = {.name = "load", .operands = KMT_LOAD_OPERANDS, .opts = kmt_load_options},
	[KMT_REQUEST_UNLOAD] = {.name = "unload", .operands = KMT_UNLOAD_OPERANDS, .opts = kmt_unload_options},
	[KMT_REQUEST_RELOAD] = {.name = "reload", .operands = KMT_LOAD_OPERANDS, .opts = kmt_reload_options},
	[KMT_REQUEST_PARAMS] = {.name = "params", .operands = KMT_PARAMS_OPERANDS, .opts = kmt_params_options},
	[KMT_REQUEST_BLOCK] = {.name = "block", .operands = KMT_BLOCK_OPERANDS, .opts = kmt_block_options},
	[KMT_REQUEST_UNBLOCK] = {.name = "unblock", .operands = KMT_BLOCK_OPERANDS},
	[KMT_REQUEST_SET_OPTION] = {.name = "config set-option", .operands = KMT_SET_OPTION_OPERANDS,
		.opts = kmt_set_option_options},
	[KMT_REQUEST_ALIAS] = {.name = "config alias", .operands = KMT_ALIAS_OPERANDS, .opts = kmt_edit_options},
	[KMT_REQUEST_SOFTDEP] = {.name = "config softdep", .operands = KMT_SOFTDEP_OPERANDS,
		.opts = kmt_edit_options},
	[KMT_REQUEST_COMMENT_OUT] = {.name = "config comment-out", .operands = KMT_LINE_OPERANDS},
	[KMT_REQUEST_RESTORE] = {.name = "config restore", .operands = KMT_LINE_OPERANDS},
	[KMT_REQUEST_UNDO] = {.name = "config undo"},
	[KMT_REQUEST_RESTORE_BACKUP] = {.name = "config restore-backup", .operands = KMT_BACKUP_OPERANDS},
	[KMT_REQUEST_AUTOLOAD_ADD] = {.name = "autoload add", .operands = KMT_BLOCK_OPERANDS,
		.opts = kmt_autoload_options},
	[KMT_REQUEST_AUTOLOAD_REMOVE] = {.name = "autoload remove", .operands = KMT_BLOCK_OPERANDS,
		.opts = kmt_autoload_options},
	[KMT_REQUEST_BIND] = {.name = "devices bind", .operands = KMT_BIND_OPERANDS, .opts = kmt_bind_options},
	[KMT_REQUEST_UNBIND] = {.name = "devices unbind", .operands = KMT_UNBIND_OPERANDS},
};

enum kmt_request_kind kmt_request_kind_of(const char *name)
{
	size_t kind = 0;

	while (kind < KMT_REQUEST_COUNT && strcmp(syntaxes[kind].name, name))
		kind++;
	return (enum kmt_request_kind)kind;
}

enum kmt_request_kind kmt_request_kind_of_words(const struct kmt_strv *words, size_t *used)
{
	kmt_autofree char *two = words->n > 1 ? kmt_asprintf("%s %s", words->v[0], words->v[1]) : NULL;
	enum kmt_request_kind kind = two ? kmt_request_kind_of(two) : KMT_REQUEST_COUNT;

	*used = kind < KMT_REQUEST_COUNT ? 2 : 1;
	return kind < KMT_REQUEST_COUNT ? kind : kmt_request_kind_of(words->v[0]);
}

void kmt_request_free(struct kmt_request *r)
{
	kmt_vec_free(&r->targets);
	kmt_vec_free(&r->params);
	kmt_vec_free(&r->unset);
	kmt_arena_free(&r->arena);
	*r = (struct kmt_request){0};
}

/* PARAMS: whether values are set now; whether they go into the configuration. */
static bool is_now(const struct kmt_request *r)
{
	return r->params.n && !r->save_only;
}

static bool is_saved(const struct kmt_request *r)
{
	return r->save || r->save_only || r->unset.n;
}

static int check_params(const struct kmt_request *r, struct kmt_err *err)
{
	if (!r->params.n && !r->unset.n)
		return kmt_err_set(err, KMT_ERR_USAGE, EINVAL, "nothing is to be saved: give PARAM=VALUE");
	for (size_t i = 0; i < r->params.n; i++)
		if (!strchr(r->params.v[i], '='))
			return kmt_err_set(err, KMT_ERR_USAGE, EINVAL, "%s: a value is missing (PARAM=VALUE)",
				r->params.v[i]);
	if (r->file && !is_saved(r))
		return kmt_err_set(err, KMT_ERR_USAGE, EINVAL, "--file goes with --save or --save-only");
	return 0;
}

static int check_bind(const struct kmt_request *r, struct kmt_err *err)
{
	if (r->undo && r->persist)
		return kmt_err_set(err, KMT_ERR_USAGE, EINVAL, "--undo and --persist cannot be used together");
	if (r->undo && r->targets.n == 2)
		return kmt_err_set(
			err, KMT_ERR_USAGE, EINVAL, "--undo takes only a device: the kernel chooses the driver");
	if (!r->undo && r->targets.n == 1)
		return kmt_err_set(err, KMT_ERR_USAGE, EINVAL, "the module is missing (DEVICE MODULE)");
	return 0;
}

/* Behind the first operand, what has a '=' is a parameter. */
int kmt_request_take_operands(struct kmt_request *r, int n, char **operands, struct kmt_err *err)
{
	bool some = r->kind == KMT_REQUEST_LOAD || r->kind == KMT_REQUEST_RELOAD;
	bool all = r->kind == KMT_REQUEST_PARAMS || r->kind == KMT_REQUEST_SET_OPTION;

	for (int i = 0; i < n; i++) {
		bool param = i && (all || (some && strchr(operands[i], '=')));

		kmt_vec_push(param ? &r->params : &r->targets, operands[i]);
	}
	if (r->kind == KMT_REQUEST_BIND)
		return check_bind(r, err);
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

static void title_bind(const struct kmt_request *r, struct kmt_strbuf *out)
{
	const char *verb = r->undo ? "let the kernel bind" : r->kind == KMT_REQUEST_BIND ? "bind" : "unbind";

	kmt_strbuf_addf(out, "%s %s", verb, r->targets.v[0]);
	if (r->targets.n > 1)
		kmt_strbuf_addf(out, " to %s", r->targets.v[1]);
}

static void title_words(const struct kmt_request *r, struct kmt_strbuf *out)
{
	kmt_strbuf_addstr(out, syntaxes[r->kind].name);
	for (size_t i = 0; i < r->targets.n; i++)
		kmt_strbuf_addf(out, " %s", r->targets.v[i]);
}

void kmt_request_title(const struct kmt_request *r, struct kmt_strbuf *out)
{
	bool words = r->kind >= KMT_REQUEST_SET_OPTION && r->kind < KMT_REQUEST_AUTOLOAD_ADD;

	if (r->kind == KMT_REQUEST_PARAMS) {
		title_params(r, out);
		return;
	}
	if (r->kind >= KMT_REQUEST_BIND)
		title_bind(r, out);
	else if (words)
		title_words(r, out);
	else if (r->targets.n == 1)
		kmt_strbuf_addf(out, "%s %s", syntaxes[r->kind].name, r->targets.v[0]);
	else
		kmt_strbuf_addf(out, "%s %zu modules", syntaxes[r->kind].name, r->targets.n);
	add_params(r, words ? " " : " with ", out);
	if (r->dependents)
		kmt_strbuf_addstr(out, ", with all dependents");
	if (r->unused_deps)
		kmt_strbuf_addstr(out, ", with unused dependencies");
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

/* "config alias" is two words. */
static void add_name(const char *name, struct kmt_arena *arena, struct kmt_strv *out)
{
	size_t n = strcspn(name, " ");

	kmt_vec_push(out, kmt_arena_strndup(arena, name, n));
	if (name[n])
		kmt_vec_push(out, name + n + 1);
}

void kmt_request_words(const struct kmt_request *r, const struct kmt_machine *machine,
	struct kmt_arena *arena, struct kmt_strv *out)
{
	/* Modules are loaded and unloaded only on the machine itself; elsewhere there is only the plan. Files are
	 * written anywhere. */
	bool anywhere = r->kind >= KMT_REQUEST_PARAMS;
	bool only_plan = !anywhere && !machine->kernel && !machine->root->is_host;

	add_name(syntaxes[r->kind].name, arena, out);
	kmt_syntax_words(syntaxes[r->kind].opts, r, arena, out);
	if (only_plan)
		kmt_vec_push(out, "--dry-run");
	if ((anywhere || only_plan) && !machine->root->is_host) {
		kmt_vec_push(out, "--root");
		kmt_vec_push(out, machine->root->path);
	}
	if (machine->version) {
		kmt_vec_push(out, "--kernel");
		kmt_vec_push(out, machine->version);
	}
	add_all(&r->targets, out);
	add_all(&r->params, out);
	/* They outlive the request. */
	for (size_t i = 0; i < out->n; i++)
		out->v[i] = kmt_arena_strdup(arena, out->v[i]);
}

/* From a request to its plan: one function for each kind. */

static void warn_forced(struct kmt_plan *plan)
{
	const struct kmt_step *step;

	kmt_vec_foreach (step, &plan->steps)
		if (step->kind == KMT_STEP_INSERT)
			kmt_vec_push(&plan->warnings,
				kmt_arena_printf(&plan->arena,
					"%s is loaded by force: it taints the kernel (F) until the next reboot",
					step->module));
}

static int plan_load(const struct kmt_planning *p)
{
	const struct kmt_request *r = p->request;
	const struct kmt_load_request load = {
		.targets = r->targets,
		.params = r->params,
		.cwd = p->machine->cwd,
		.no_config = r->no_config,
		.insert_flags = (r->force_vermagic ? KMT_INSERT_IGNORE_VERMAGIC : 0u) |
				(r->force_modversion ? KMT_INSERT_IGNORE_MODVERSIONS : 0u),
	};
	int ret = kmt_plan_load(p->snap, &load, p->plan, p->err);

	if (!ret && load.insert_flags)
		warn_forced(p->plan);
	return ret;
}

static void warn_unload(const struct kmt_planning *p)
{
	struct kmt_essentials essentials;

	kmt_essentials_read(p->snap, p->machine->ssh_interface, false, &essentials);
	kmt_plan_unload_warn(&essentials, p->plan);
	kmt_essentials_free(&essentials);
}

static int plan_unload(const struct kmt_planning *p)
{
	const struct kmt_request *r = p->request;
	const struct kmt_unload_request unload = {
		.targets = r->targets,
		.dependents = r->dependents,
		.unused_deps = r->unused_deps,
		.no_config = r->no_config,
		.wait = r->wait_ms > 0,
		.remove_flags = r->force ? KMT_REMOVE_FORCE : 0,
	};
	int ret = kmt_plan_unload(p->snap, &unload, p->plan, &p->forecast->in_use, p->err);

	if (!ret)
		warn_unload(p);
	return ret;
}

static int plan_reload(const struct kmt_planning *p)
{
	const struct kmt_request *r = p->request;
	const struct kmt_reload_request reload = {.targets = r->targets,
		.params = r->params,
		.cwd = p->machine->cwd,
		.dependents = r->dependents,
		.wait = r->wait_ms > 0,
		.version = p->machine->version};
	int ret = kmt_plan_reload(p->snap, &reload, p->plan, &p->forecast->in_use, p->err);

	if (!ret)
		warn_unload(p);
	return ret;
}

/* How long a value that was set now lasts. */
static void add_lasting(const struct kmt_planning *p, const struct kmt_modfacts *f)
{
	kmt_vec_push(&p->forecast->effects,
		kmt_arena_printf(&p->plan->arena,
			f->module.builtin ? "until the next start of the machine"
					  : "until %s is unloaded; --save makes it last",
			f->module.name));
}

static int plan_values(const struct kmt_planning *p, const struct kmt_modfacts *f)
{
	const struct kmt_request *r = p->request;
	const struct kmt_option_edit edit = {.module = f->module.name, .builtin = f->module.builtin,
		.set = &r->params, .unset = &r->unset, .file = r->file, .version = p->machine->version};
	struct kmt_strv *effects = &p->forecast->effects;
	bool save = is_saved(r);
	int ret = kmt_plan_check_params(f, &r->params, p->plan, p->err);

	if (!ret && is_now(r))
		ret = kmt_plan_params(f, &r->params, save, effects, p->plan, p->err);
	if (!ret && save)
		ret = kmt_plan_options(p->snap, &edit, effects, p->plan, p->err);
	if (!ret && !save && p->plan->steps.n)
		add_lasting(p, f);
	return ret;
}

static int plan_params(const struct kmt_planning *p)
{
	struct kmt_modfacts facts = {0};
	int ret = kmt_modfacts_find(&facts, p->snap, p->request->targets.v[0], p->err);

	if (!ret)
		ret = plan_values(p, &facts);
	kmt_modfacts_free(&facts);
	return ret;
}

static void add_block_effects(const struct kmt_planning *p, const char *name)
{
	struct kmt_strv *effects = &p->forecast->effects;

	if (p->request->verify) /* the proof tells more */
		return;
	if (kmt_snapshot_loaded(p->snap, name))
		kmt_vec_push(effects, kmt_arena_printf(&p->plan->arena,
					      "%s is loaded now, and stays: kmtool unload %s", name, name));
	kmt_effects_initramfs(p->snap, name, &p->plan->arena, effects);
}

static int plan_block(const struct kmt_planning *p)
{
	struct kmt_forecast *f = p->forecast;
	struct kmt_essentials essentials;
	int ret = 0;

	kmt_essentials_read(p->snap, p->machine->ssh_interface, true, &essentials);
	for (size_t i = 0; !ret && i < p->request->targets.n; i++) {
		struct kmt_block_module module = {0};

		ret = kmt_block_name(p->snap, p->request->targets.v[i], module.name, p->err);
		if (ret)
			break;
		ret = kmt_plan_block(p->snap, module.name, p->plan, p->err);
		kmt_vec_push(&f->blocks, module);
		add_block_effects(p, module.name);
		kmt_essentials_tell(&essentials, module.name, &p->plan->arena, &p->plan->warnings);
	}
	kmt_essentials_free(&essentials);
	return ret ? ret
		   : kmt_block_prove_plan(p->snap, p->machine->version, p->request->verify, p->plan, f->blocks.v,
			     f->blocks.n, p->err);
}

/* What neither the tree nor the kernel nor a block of ours knows is a typing error. */
static int check_blockable(const struct kmt_snapshot *snap, const char *name, struct kmt_err *err)
{
	struct kmt_conf_linev lines = {0};
	bool known = !snap->has_tree || kmt_modindex_find(&snap->index, name) ||
		     kmt_modindex_find_builtin(&snap->index, name) || kmt_snapshot_loaded(snap, name) ||
		     kmt_block_is_there(snap, name);

	kmt_confindex_about(&snap->lines, name, NULL, &lines);
	known |= lines.rows.n > 0;
	kmt_vec_free(&lines.rows);
	return known ? 0 : kmt_lookup_not_found(snap, name, err);
}

static int plan_unblock(const struct kmt_planning *p)
{
	int ret = 0;

	for (size_t i = 0; !ret && i < p->request->targets.n; i++) {
		const char *arg = p->request->targets.v[i];
		char name[KMT_NAME_MAX];

		if (kmt_name_normalize(arg, name, sizeof(name)))
			return kmt_err_set(
				p->err, KMT_ERR_USAGE, EINVAL, "'%s' cannot be the name of a module", arg);
		ret = check_blockable(p->snap, name, p->err);
		if (!ret)
			ret = kmt_plan_unblock(p->snap, name, p->plan, p->err);
		if (!ret && p->plan->steps.n)
			kmt_effects_initramfs(p->snap, name, &p->plan->arena, &p->forecast->effects);
	}
	return ret;
}

static const struct {
	unsigned int parts;
	int (*plan)(const struct kmt_planning *p);
	bool fixed;
} kinds[KMT_REQUEST_COUNT] = {
	[KMT_REQUEST_LOAD] = {KMT_SNAP_LOADED | KMT_SNAP_TREE | KMT_SNAP_TREE_BY_NAME | KMT_SNAP_CONFIG,
		plan_load, false},
	[KMT_REQUEST_UNLOAD] = {KMT_PARTS_OF_EDIT, plan_unload, false},
	[KMT_REQUEST_RELOAD] = {KMT_SNAP_LOADED | KMT_SNAP_TREE | KMT_SNAP_CONFIG, plan_reload, false},
	[KMT_REQUEST_PARAMS] = {KMT_PARTS_OF_EDIT, plan_params, false},
	[KMT_REQUEST_BLOCK] = {KMT_PARTS_OF_EDIT, plan_block, false},
	[KMT_REQUEST_UNBLOCK] = {KMT_PARTS_OF_EDIT, plan_unblock, false},
	[KMT_REQUEST_SET_OPTION] = {KMT_PARTS_OF_EDIT, kmt_plan_config, false},
	[KMT_REQUEST_ALIAS] = {KMT_PARTS_OF_EDIT, kmt_plan_config, false},
	[KMT_REQUEST_SOFTDEP] = {KMT_PARTS_OF_EDIT, kmt_plan_config, false},
	[KMT_REQUEST_COMMENT_OUT] = {KMT_PARTS_OF_EDIT, kmt_plan_config, true},
	[KMT_REQUEST_RESTORE] = {KMT_PARTS_OF_EDIT, kmt_plan_config, true},
	[KMT_REQUEST_UNDO] = {KMT_PARTS_OF_EDIT, kmt_plan_undo, true},
	[KMT_REQUEST_RESTORE_BACKUP] = {KMT_PARTS_OF_EDIT, kmt_plan_restore_backup, true},
	[KMT_REQUEST_AUTOLOAD_ADD] = {KMT_PARTS_OF_EDIT, kmt_plan_autoload, false},
	[KMT_REQUEST_AUTOLOAD_REMOVE] = {KMT_PARTS_OF_EDIT, kmt_plan_autoload, false},
	[KMT_REQUEST_BIND] = {KMT_PARTS_OF_EDIT, kmt_plan_bind, false},
	[KMT_REQUEST_UNBIND] = {KMT_PARTS_OF_EDIT, kmt_plan_bind, false},
};

bool kmt_request_is_fixed(const struct kmt_request *r)
{
	return kinds[r->kind].fixed;
}

unsigned int kmt_request_parts(const struct kmt_request *r)
{
	return kinds[r->kind].parts;
}

int kmt_request_plan(const struct kmt_request *r, const struct kmt_machine *machine,
	const struct kmt_snapshot *snap, struct kmt_plan *plan, struct kmt_forecast *forecast, struct kmt_err *err)
{
	const struct kmt_planning p = {r, machine, snap, plan, forecast, err};

	*forecast = (struct kmt_forecast){0};
	return kinds[r->kind].plan(&p);
}

void kmt_forecast_free(struct kmt_forecast *forecast)
{
	for (size_t i = 0; i < forecast->blocks.n; i++)
		kmt_block_proof_free(&forecast->blocks.v[i].proof);
	kmt_vec_free(&forecast->blocks);
	kmt_vec_free(&forecast->effects);
}
