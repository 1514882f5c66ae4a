/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The menu of actions: those of the table of keys that have a name for it, each with what is in its way. */
#include "act_priv.h"

#include <stdarg.h>
#include <string.h>

#include <kmt/plan/block.h>

/* What the actions are about. */
struct subject {
	const struct kmt_tui_state *s;
	struct kmt_model *m;
	const char *name;		     /* of the module below the bar; NULL: none */
	const struct kmt_procmod *loaded;    /* NULL: it is not */
	bool has_file, builtin;
	const struct kmt_doc_param *param; /* NULL: none */
	const struct kmt_origin *origin;   /* of the line below the bar; NULL: none */
};

static void say(struct kmt_menu_item *item, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void say(struct kmt_menu_item *item, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(item->reason, sizeof(item->reason), fmt, ap);
	va_end(ap);
}

static void refuse(struct kmt_menu_item *item, const char *why)
{
	say(item, "%s", why);
	item->possible = false;
}

/* What the kernel would answer to a load, if that is known already. */
static void say_verdict(const struct subject *on, struct kmt_menu_item *item)
{
	const struct kmt_check_verdict *v = kmt_model_known_verdict(on->m, on->name);

	if (v && v->cause && (v->result == KMT_CHECK_FAIL || v->result == KMT_CHECK_WARN))
		say(item, "%s: %s", kmt_check_verdict_name(v->result), v->cause->evidence);
}

static void judge_load(const struct subject *on, struct kmt_menu_item *item)
{
	if (on->builtin)
		refuse(item, "built in: always present");
	else if (on->loaded)
		refuse(item, "loaded already");
	else
		say_verdict(on, item);
}

static void say_holders(const struct kmt_procmod *mod, struct kmt_menu_item *item)
{
	kmt_autostrbuf struct kmt_strbuf names = KMT_STRBUF_INIT;

	for (size_t i = 0; i < mod->holders.n; i++)
		kmt_strbuf_item(&names, ", ", "%s", mod->holders.v[i]);
	say(item, "held by %.*s", (int)sizeof(item->reason) - 10, kmt_strbuf_str(&names));
}

static void judge_unload(const struct subject *on, struct kmt_menu_item *item)
{
	const struct kmt_procmod *mod = on->loaded;

	if (on->builtin)
		refuse(item, "built into the kernel");
	else if (!mod)
		refuse(item, "not loaded");
	else if (mod->permanent)
		refuse(item, "permanent: it has no exit function");
	else if (mod->state != KMT_STATE_LIVE)
		refuse(item, mod->state == KMT_STATE_UNLOADING ? "being unloaded" : "still loading");
	else if (mod->holders.n)
		say_holders(mod, item);
	else if (mod->refs > 0)
		say(item, "in use: %lld reference%s", (long long)mod->refs, mod->refs == 1 ? "" : "s");
}

static void judge_reload(const struct subject *on, struct kmt_menu_item *item)
{
	judge_unload(on, item);
	if (item->possible && !on->has_file)
		refuse(item, "it has no file in the module tree");
	else if (item->possible && !*item->reason)
		say_verdict(on, item);
}

static void judge_block(const struct subject *on, struct kmt_menu_item *item)
{
	if (on->builtin)
		refuse(item, "built in: it cannot be blocked");
	else if (kmt_block_is_there(&on->m->list.snap, on->name))
		item->name = "Unblock";
}

static void judge_param(const struct subject *on, struct kmt_menu_item *item)
{
	if (!on->param)
		refuse(item, "select a parameter in the Params tab first");
}

/* Without one below the bar the key goes where they are. */
static void judge_edit(const struct subject *on, struct kmt_menu_item *item)
{
	if (!on->param)
		say(item, "select one in the Params tab");
}

static void judge_keep(const struct subject *on, struct kmt_menu_item *item)
{
	judge_param(on, item);
	if (item->possible && !on->param->live)
		refuse(item, "the kernel does not show its value");
}

static void judge_drop(const struct subject *on, struct kmt_menu_item *item)
{
	judge_param(on, item);
	if (item->possible && !on->param->configured)
		refuse(item, "no configuration line sets it");
}

static void judge_line(const struct subject *on, struct kmt_menu_item *item)
{
	if (!on->origin || !on->origin->line)
		refuse(item, "select a line of the configuration first");
	else
		say(item, "%s:%u", on->origin->file, on->origin->line);
}

static void judge_autoload(const struct subject *on, struct kmt_menu_item *item)
{
	if (kmt_act_is_autoloaded(on->m, on->name))
		item->name = "Not at boot";
}

static void (*const judges[KMT_ACT_COUNT])(const struct subject *, struct kmt_menu_item *) = {
	[KMT_ACT_LOAD] = judge_load,
	[KMT_ACT_UNLOAD] = judge_unload,
	[KMT_ACT_RELOAD] = judge_reload,
	[KMT_ACT_BLOCK] = judge_block,
	[KMT_ACT_PARAM_EDIT] = judge_edit,
	[KMT_ACT_PARAM_KEEP] = judge_keep,
	[KMT_ACT_PARAM_DROP] = judge_drop,
	[KMT_ACT_LINE_OFF] = judge_line,
	[KMT_ACT_AUTOLOAD] = judge_autoload,
};

/* Why the plan can be looked at, but not run by this process; NULL if it can. */
static const char *only_a_plan(const struct subject *on, enum kmt_action action)
{
	const struct kmt_policy *policy = &on->m->policy;

	if (action < KMT_ACT_LOAD || action > KMT_ACT_AUTOLOAD)
		return NULL;
	if (on->s->readonly)
		return "read-only: the plan can be viewed";
	if (action > KMT_ACT_RELOAD)
		return NULL;
	if (!on->s->has_kernel || !on->m->list.snap.running)
		return "not the running system: the plan can be viewed";
	if (policy->modules_disabled == 1)
		return "kernel.modules_disabled is 1: the plan can be viewed";
	return policy->cap_sys_module ? NULL : "no CAP_SYS_MODULE: %s will be used";
}

static void say_only_a_plan(const struct subject *on, struct kmt_menu_item *item)
{
	const char *text = only_a_plan(on, item->action), *program = strstr(text, "%s");

	if (program)
		say(item, "%.*s%s%s", (int)(program - text), text, on->s->elevate, program + 2);
	else
		say(item, "%s", text);
}

static bool is_for_many(enum kmt_action action)
{
	return action == KMT_ACT_LOAD || action == KMT_ACT_UNLOAD || action == KMT_ACT_RELOAD ||
	       action == KMT_ACT_BLOCK;
}

/* The key that chooses it in the menu: its first that is a letter. */
static int letter_of(const struct kmt_binding *b)
{
	for (size_t i = 0; i < KMT_BINDING_KEYS && b->keys[i]; i++)
		if (b->keys[i] > ' ' && b->keys[i] < KMT_KEY_SPECIAL)
			return b->keys[i];
	return 0;
}

static struct subject find_subject(
	const struct kmt_tui_state *s, struct kmt_model *m, const struct kmt_doc *doc)
{
	const struct kmt_snapshot *snap = &m->list.snap;
	struct subject on = {
		.s = s, .m = m, .param = kmt_act_line_param(s, doc), .name = kmt_tui_selected_module(s, m),
		.origin = kmt_act_origin(s, m, doc)};

	if (!on.name)
		return on;
	on.loaded = kmt_snapshot_loaded(snap, on.name);
	on.has_file = snap->has_tree && kmt_modindex_find(&snap->index, on.name);
	on.builtin = snap->has_tree && kmt_modindex_find_builtin(&snap->index, on.name);
	return on;
}

size_t kmt_menu_items(const struct kmt_tui_state *s, struct kmt_model *m, const struct kmt_doc *doc,
	struct kmt_menu_item items[KMT_MENU_MAX])
{
	const struct subject on = find_subject(s, m, doc);
	size_t n = 0;

	for (const struct kmt_binding *b = kmt_bindings; b->action && n < KMT_MENU_MAX; b++) {
		struct kmt_menu_item *item = &items[n];

		if (!b->menu)
			continue;
		*item = (struct kmt_menu_item){
			.action = b->action, .letter = letter_of(b), .name = b->menu, .possible = true};
		n++;
		if (s->tags.names.n && is_for_many(b->action))
			say(item, s->tags.names.n == 1 ? "for the tagged module" : "for the %zu tagged modules",
				s->tags.names.n);
		else if (!on.name && b->action != KMT_ACT_LINE_OFF)
			refuse(item, "no module is selected");
		else if (judges[b->action])
			judges[b->action](&on, item);
		if (item->possible && !*item->reason && only_a_plan(&on, b->action))
			say_only_a_plan(&on, item);
	}
	return n;
}
