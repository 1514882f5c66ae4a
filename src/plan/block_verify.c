/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether a block holds: every way to the module is planned, and the plan must not come to it. */
#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include <kmt/base/name.h>
#include <kmt/model/config.h>
#include <kmt/model/graph.h>
#include <kmt/model/lookup.h>
#include <kmt/plan/block.h>
#include <kmt/plan/edit.h>
#include <kmt/plan/load.h>

struct prover {
	const struct kmt_snapshot *snap;
	const char *name;
	struct kmt_block_proof *out;
	struct kmt_err *err;
	struct kmt_way_row *row; /* the way that is tried */
	size_t tried;
	const char *stopped; /* by what; of the first that was */
};

const char *kmt_way_name(enum kmt_way way)
{
	static const char *const names[KMT_WAY_COUNT] = {
		[KMT_WAY_NAME] = "name",
		[KMT_WAY_ALIAS] = "alias",
		[KMT_WAY_DEPENDENCY] = "dependency",
		[KMT_WAY_SOFTDEP] = "softdep",
		[KMT_WAY_UDEV] = "udev",
		[KMT_WAY_KERNEL] = "kernel-request",
		[KMT_WAY_INSMOD] = "insmod",
		[KMT_WAY_BUSYBOX] = "busybox",
		[KMT_WAY_INITRAMFS] = "initramfs",
		[KMT_WAY_LOADED] = "loaded-now",
	};

	return names[way];
}

const char *kmt_verdict_name(enum kmt_verdict verdict)
{
	static const char *const names[] = {"closed", "open", "unknown"};

	return names[verdict];
}

static const char *text(struct prover *p, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static const char *text(struct prover *p, const char *fmt, ...)
{
	const char *s;
	va_list ap;

	va_start(ap, fmt);
	s = kmt_arena_vprintf(&p->out->arena, fmt, ap);
	va_end(ap);
	return s;
}

static void begin(struct prover *p, enum kmt_way way)
{
	p->row = &p->out->ways[way];
	*p->row = (struct kmt_way_row){.way = way, .verdict = KMT_VERDICT_CLOSED};
	p->tried = 0;
	p->stopped = NULL;
}

static void open_way(struct prover *p, const char *query, const struct kmt_step *step)
{
	if (p->row->verdict == KMT_VERDICT_OPEN)
		return;
	p->row->verdict = KMT_VERDICT_OPEN;
	if (step->kind == KMT_STEP_RUN)
		p->row->detail = text(p, "modprobe %s runs the command of %s:%u", query, step->origin.file,
			step->origin.line);
	else
		p->row->detail = text(p, "modprobe %s loads %s", query, p->name);
}

static void look_for_it(struct prover *p, const char *query, const struct kmt_plan *plan)
{
	const struct kmt_step *step;

	kmt_vec_foreach(step, &plan->steps) {
		if (strcmp(step->module, p->name) != 0)
			continue;
		if (step->kind == KMT_STEP_INSERT || step->kind == KMT_STEP_RUN)
			open_way(p, query, step);
		else if (!p->stopped && step->reason)
			p->stopped = kmt_arena_strdup(&p->out->arena, step->reason);
	}
}

/* What modprobe would do for QUERY, were nothing loaded. */
static void try(struct prover *p, const char *query)
{
	struct kmt_load_request req = {.ignore_loaded = true, .skip_param_check = true};
	kmt_autoerr struct kmt_err why = KMT_ERR_INIT;
	struct kmt_plan plan = {0};

	/* Names of device nodes ("devname:vfio/vfio") are no requests. */
	if (kmt_name_is_path(query))
		return;
	p->tried++;
	kmt_vec_push(&req.targets, query);
	if (!kmt_plan_load(p->snap, &req, &plan, &why)) {
		look_for_it(p, query, &plan);
	} else if (why.kind == KMT_ERR_REFUSED) {
		if (!p->stopped)
			p->stopped = kmt_arena_strdup(&p->out->arena, why.msg);
	} else if (p->row->verdict == KMT_VERDICT_CLOSED) {
		p->row->verdict = KMT_VERDICT_UNKNOWN;
		p->row->detail = text(p, "modprobe %s cannot be planned: %s", query, why.msg);
	}
	kmt_plan_free(&plan);
	kmt_vec_free(&req.targets);
}

/* SINGULAR: "alias"; what was tried. */
static void conclude(struct prover *p, const char *singular, const char *plural)
{
	if (p->row->detail)
		return;
	if (!p->tried)
		p->row->detail = text(p, "no %s", singular);
	else
		p->row->detail = text(p, "%zu %s tried%s%s", p->tried, p->tried == 1 ? singular : plural,
			p->stopped ? ": " : "", p->stopped ? p->stopped : "");
}

static void prove_name(struct prover *p)
{
	begin(p, KMT_WAY_NAME);
	try(p, p->name);
	if (!p->row->detail)
		p->row->detail = p->stopped;
}

/* Something that the pattern matches: nothing for a '*', the first character of a bracket. */
static const char *example(struct prover *p, const char *pattern)
{
	kmt_autostrbuf struct kmt_strbuf s = KMT_STRBUF_INIT;

	for (const char *c = pattern; *c; c++) {
		const char *end = *c == '[' && c[1] ? strchr(c + 2, ']') : NULL;

		if (*c == '*')
			continue;
		kmt_strbuf_addc(&s, end ? c[1] : *c == '?' ? '0' : *c);
		c = end ? end : c;
	}
	return kmt_arena_strdup(&p->out->arena, kmt_strbuf_str(&s));
}

/* Every alias of the index and of the configuration. A request of the kernel has none of a bus in it. */
static int prove_aliases(struct prover *p, bool kernel)
{
	struct kmt_index_matches keys = {0};
	const struct kmt_index_match *key;
	const struct kmt_confindex_entry *entry = kmt_confindex_aliases(&p->snap->lines, p->name);
	int r = kmt_modindex_keys(&p->snap->index, KMT_INDEX_ALIAS, &keys, p->err);

	kmt_vec_foreach(key, &keys.rows) {
		if (!strcmp(key->module, p->name) && (!kernel || !strchr(key->pattern, ':')))
			try(p, example(p, key->pattern));
	}
	for (; entry; entry = entry->next)
		if (!kernel || !strchr(entry->line->pattern, ':'))
			try(p, example(p, entry->line->pattern));
	kmt_vec_free(&keys.rows);
	return r;
}

/* A module that was found by way of a soft dependency has a line that says so. */
static int prove_users(struct prover *p, bool soft)
{
	struct kmt_config_edges config = {0};
	struct kmt_edges users = {0};
	const struct kmt_edge *edge;
	int r = soft ? kmt_graph_config_edges(p->snap, &config, p->err) : 0;

	if (!r)
		kmt_graph_needed_by(p->snap, p->name, soft ? &config : NULL, &users);
	kmt_vec_foreach(edge, &users.rows) {
		if ((edge->kind != KMT_EDGE_HARD) == soft)
			try(p, edge->name);
	}
	kmt_edges_free(&users);
	kmt_config_edges_free(&config);
	return r;
}

static void prove_udev(struct prover *p)
{
	const struct kmt_way_row *name = &p->out->ways[KMT_WAY_NAME], *alias = &p->out->ways[KMT_WAY_ALIAS];
	struct kmt_origin origin;

	begin(p, KMT_WAY_UDEV);
	if (kmt_config_blacklisted(p->snap, p->name, &origin)) {
		p->row->detail = origin.line ? text(p, "blacklisted by %s:%u, which they obey for names, too",
						       origin.file, origin.line)
					     : "blacklisted on the kernel command line";
		return;
	}
	p->row->verdict = name->verdict > alias->verdict ? name->verdict : alias->verdict;
	p->row->detail = p->row->verdict == KMT_VERDICT_CLOSED ? name->detail : "no blacklist line has it";
}

static void prove_insmod(struct prover *p, enum kmt_way way, bool refused)
{
	begin(p, way);
	if (refused) {
		p->row->detail = "module_blacklist= on the kernel command line: the kernel refuses it";
		return;
	}
	p->row->verdict = KMT_VERDICT_OPEN;
	p->row->beyond = true;
	p->row->detail = way == KMT_WAY_INSMOD ? "cannot be closed by configuration"
					       : "cannot be closed by configuration: it ignores install lines";
	p->row->fix = text(p, "add module_blacklist=%s to the kernel command line", p->name);
}

static void prove_initramfs(struct prover *p, const struct kmt_initramfs_diff *diff)
{
	const struct kmt_conf_line *line = kmt_confindex_first(&p->snap->lines, KMT_CONF_INSTALL, p->name, false);
	const char *in_image = diff ? kmt_map_get(&diff->modules, p->name) : NULL;

	begin(p, KMT_WAY_INITRAMFS);
	if (!diff || diff->unreadable.msg) {
		p->row->verdict = KMT_VERDICT_UNKNOWN;
		p->row->detail = diff ? text(p, "%s: %s", diff->image, diff->unreadable.msg)
				       : "the image was not looked into";
		p->row->fix = diff ? diff->rebuild : NULL;
	} else if (!diff->image) {
		p->row->verdict = KMT_VERDICT_UNKNOWN;
		p->row->detail = text(p, "no image of kernel %s was found: /boot or the EFI partition may not be mounted",
			p->snap->version);
	} else if (!in_image) {
		p->row->detail = text(p, "%s does not have the module", diff->image);
	} else if (line && kmt_initramfs_diff_has(diff, line->origin.file)) {
		p->row->detail = text(p, "%s has the module, and the same configuration", diff->image);
	} else {
		p->row->verdict = KMT_VERDICT_OPEN;
		p->row->detail = text(p, "%s has the module, but not this configuration", diff->image);
		p->row->fix = text(p, "%s", diff->rebuild);
	}
}

static void prove_loaded(struct prover *p)
{
	begin(p, KMT_WAY_LOADED);
	if (!p->snap->running || !p->snap->has_modules) {
		p->row->detail = "no kernel runs here that could have it loaded";
		return;
	}
	p->row->detail = "it is not loaded";
	if (!kmt_snapshot_loaded(p->snap, p->name))
		return;
	p->row->verdict = KMT_VERDICT_OPEN;
	p->row->detail = "it is loaded, and a block does not unload it";
	p->row->fix = text(p, "kmtool unload %s", p->name);
}

int kmt_block_prove(const struct kmt_snapshot *snap, const char *name, const struct kmt_initramfs_diff *diff,
	struct kmt_block_proof *out, struct kmt_err *err)
{
	struct prover p = {.snap = snap, .name = name, .out = out, .err = err};
	int r = kmt_snapshot_check_config(snap, err);

	*out = (struct kmt_block_proof){0};
	if (r < 0)
		return r;
	prove_name(&p);
	begin(&p, KMT_WAY_ALIAS);
	r = prove_aliases(&p, false);
	conclude(&p, "alias", "aliases");
	begin(&p, KMT_WAY_DEPENDENCY);
	if (!r)
		r = prove_users(&p, false);
	conclude(&p, "module that needs it", "modules that need it");
	begin(&p, KMT_WAY_SOFTDEP);
	if (!r)
		r = prove_users(&p, true);
	conclude(&p, "module with it as a soft dependency", "modules with it as a soft dependency");
	prove_udev(&p);
	begin(&p, KMT_WAY_KERNEL);
	try(&p, name);
	if (!r)
		r = prove_aliases(&p, true);
	conclude(&p, "request", "requests");
	prove_insmod(&p, KMT_WAY_INSMOD, kmt_config_kernel_blacklisted(snap, name));
	prove_insmod(&p, KMT_WAY_BUSYBOX, kmt_config_kernel_blacklisted(snap, name));
	prove_initramfs(&p, diff);
	prove_loaded(&p);
	if (r < 0)
		kmt_block_proof_free(out);
	return r;
}

void kmt_block_proof_free(struct kmt_block_proof *p)
{
	kmt_arena_free(&p->arena);
	*p = (struct kmt_block_proof){0};
}

const struct kmt_way_row *kmt_block_gap(const struct kmt_block_proof *p)
{
	for (size_t i = 0; i < KMT_WAY_PROVEN; i++)
		if (p->ways[i].verdict != KMT_VERDICT_CLOSED)
			return &p->ways[i];
	return NULL;
}

/* Whether a module can be blocked at all, and whether the block that a plan writes would hold. */

int kmt_block_name(
	const struct kmt_snapshot *snap, const char *arg, char name[KMT_NAME_MAX], struct kmt_err *err)
{
	struct kmt_lookup found = {0};
	int r = kmt_name_normalize(arg, name, KMT_NAME_MAX);

	if (r < 0)
		return kmt_err_set(err, KMT_ERR_USAGE, EINVAL, "'%s' cannot be the name of a module", arg);
	if (!snap->has_tree || kmt_modindex_find(&snap->index, name))
		return 0;
	if (kmt_modindex_find_builtin(&snap->index, name)) {
		kmt_err_set(err, KMT_ERR_REFUSED, EINVAL,
			"%s is built into the kernel: no configuration keeps it out", name);
		kmt_err_hint(err, "initcall_blacklist=FUNCTION on the kernel command line can skip its init function");
		return -EINVAL;
	}
	r = kmt_lookup_find(snap, arg, &found, err);
	if (!r && found.rows.n && strcmp(found.rows.v[0].name, name) != 0) {
		r = kmt_err_set(err, KMT_ERR_USAGE, EINVAL, "%s is not a module but an alias of %s", arg,
			found.rows.v[0].name);
		kmt_err_hint(err, "kmtool block %s", found.rows.v[0].name);
	} else if (!r) {
		r = kmt_lookup_none(snap, arg, &found, err);
	}
	kmt_lookup_free(&found);
	return r;
}

/* The line of somebody else that comes before ours. */
static void blame(const struct kmt_snapshot *after, const char *name, const struct kmt_way_row *gap,
	struct kmt_err *err)
{
	static const enum kmt_conf_kind kinds[] = {KMT_CONF_SOFTDEP, KMT_CONF_INSTALL};

	kmt_err_set(err, KMT_ERR_REFUSED, EPERM, "the block of %s would not hold: %s", name, gap->detail);
	for (size_t i = 0; i < KMT_ARRAY_SIZE(kinds); i++) {
		const struct kmt_conf_line *line = kmt_confindex_first(&after->lines, kinds[i], name, false);

		if (line && !strstr(line->origin.file, KMT_BLOCK_FILE))
			kmt_err_hint(err, "%s:%u (%s %s) comes before it: kmtool config comment-out %s:%u",
				line->origin.file, line->origin.line, kmt_conf_kind_name(line->kind), line->pattern,
				line->origin.file, line->origin.line);
	}
}

int kmt_block_prove_plan(const struct kmt_snapshot *snap, const char *version, bool initramfs,
	struct kmt_plan *plan, struct kmt_block_module *modules, size_t n, struct kmt_err *err)
{
	struct kmt_initramfs_diff diff = {0};
	struct kmt_snapshot after;
	struct kmt_root root;
	int r;

	if (!snap->has_tree) {
		kmt_vec_push(&plan->warnings, "there is no module tree to prove it with");
		return 0;
	}
	kmt_edit_preview(plan, snap->root, &root);
	r = kmt_snapshot_take(&after, &root, version, KMT_SNAP_LOADED | KMT_SNAP_TREE | KMT_SNAP_CONFIG,
		NULL, err);
	if (r < 0)
		return r;
	if (initramfs)
		kmt_initramfs_diff_find(&after, &diff);
	for (size_t i = 0; !r && i < n; i++) {
		struct kmt_block_module *m = &modules[i];
		const struct kmt_way_row *gap;

		r = kmt_block_prove(&after, m->name, initramfs ? &diff : NULL, &m->proof, err);
		gap = r ? NULL : kmt_block_gap(&m->proof);
		if (gap) {
			blame(&after, m->name, gap, err);
			r = -EPERM;
		}
	}
	kmt_initramfs_diff_free(&diff);
	kmt_snapshot_free(&after);
	return r;
}
