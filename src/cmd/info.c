/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `kmtool info`: which modules are asked for, and how they are shown. */
#include "info_priv.h"

#include <errno.h>
#include <json.h>
#include <pthread.h>
#include <string.h>

#include <kmt/base/name.h>
#include <kmt/base/ordered.h>
#include <kmt/cmd/banner.h>
#include <kmt/cmd/opt.h>
#include <kmt/cmd/print.h>
#include <kmt/out/json.h>

#include "cmds_priv.h"

/*
 * Many modules at once, by several threads; what they write comes out in the order of the modules. It is
 * printed as soon as its turn comes: the output never stands in memory as a whole (JSON does).
 */

/* A module that could not be shown, or only in part. */
struct note {
	size_t index;
	bool failed;
	struct kmt_err err;
};

struct run {
	const struct kmt_info_request *request;
	struct kmt_info_items *items;
	struct json_object **objects; /* JSON: one for each item, NULL where it failed */
	struct kmt_strbuf *texts;     /* else: one for each item, empty once it is printed */
	bool printed;		      /* some text */

	pthread_mutex_t lock; /* of what follows */
	struct kmt_settings settings; /* read when the first module with a line of configuration comes */
	bool has_settings;
	KMT_VEC(struct note) notes;
};

struct worker {
	struct run *run;
	struct kmt_info_worker info;
};

static void take_note(struct run *run, size_t index, bool failed, struct kmt_err *err)
{
	struct note note = {.index = index, .failed = failed, .err = *err};

	*err = (struct kmt_err)KMT_ERR_INIT;
	pthread_mutex_lock(&run->lock);
	kmt_vec_push(&run->notes, note);
	pthread_mutex_unlock(&run->lock);
}

/* Without an effect the lines are still worth showing. */
static void judge_config(struct run *run, struct kmt_modfacts *facts, struct kmt_err *err)
{
	if (!facts->config.n)
		return;
	pthread_mutex_lock(&run->lock);
	if (!run->has_settings)
		run->has_settings = !kmt_settings_read(facts->snap, &run->settings, err);
	pthread_mutex_unlock(&run->lock);
	if (run->has_settings)
		kmt_modfacts_judge(facts, &run->settings);
}

static void show_one(struct run *run, struct kmt_info_worker *w, size_t index)
{
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;
	struct kmt_info_item *item = &run->items->rows.v[index];

	if (item->err.kind) {
		take_note(run, index, true, &item->err);
		return;
	}
	w->item = item;
	if (kmt_modfacts_read(&w->facts, w->request->snap, &item->module, w->request->parts, &err) < 0) {
		take_note(run, index, true, &err);
		return;
	}
	judge_config(run, &w->facts, &err);
	if (run->objects)
		run->objects[index] = kmt_info_json(&w->facts);
	else
		kmt_info_write(w);
	if (err.kind)
		take_note(run, index, false, &err);
	if (w->facts.signature_err.kind) /* takes the error away: after the writing */
		take_note(run, index, false, &w->facts.signature_err);
}

static void *open_worker(void *ctx)
{
	struct worker *w = kmt_alloc(sizeof(*w));

	w->run = ctx;
	w->info.request = w->run->request;
	return w;
}

static void close_worker(void *p)
{
	struct worker *w = p;

	kmt_modfacts_free(&w->info.facts);
	kmt_strbuf_free(&w->info.out);
	free(w);
}

/* The worker's buffer has grown for all modules: a copy of the right size costs less than growing one for
 * each. */
static void work(void *p, size_t i)
{
	struct worker *w = p;
	struct kmt_strbuf *out = &w->info.out;

	show_one(w->run, &w->info, i);
	if (!w->run->texts)
		return;
	kmt_strbuf_add(&w->run->texts[i], kmt_strbuf_str(out), out->len);
	kmt_strbuf_truncate(out, 0);
}

static bool print_texts(void *ctx, size_t first, size_t end)
{
	struct run *run = ctx;

	for (size_t i = first; run->texts && i < end; i++) {
		run->printed |= run->texts[i].len > 0;
		fwrite(kmt_strbuf_str(&run->texts[i]), 1, run->texts[i].len, stdout);
		kmt_strbuf_free(&run->texts[i]);
	}
	return true;
}

/* Drawing a table may set the locale; the index gives fields of built-in modules. Both are for one thread
 * at a time. */
static unsigned int count_threads(
	const struct kmt_info_request *request, const struct kmt_info_items *items)
{
	const struct kmt_info_item *item;

	if (request->table)
		return 1;
	kmt_vec_foreach (item, &items->rows)
		if (!item->module.path && !item->err.kind)
			return 1;
	return request->threads;
}

static int compare_notes(const void *a, const void *b)
{
	const struct note *x = a, *y = b;

	return x->index < y->index ? -1 : x->index > y->index;
}

/* One module that failed is the error itself; of several, each is a warning and their number the
 * error. */
static int sum_up(struct run *run, struct kmt_diag *diag, struct kmt_err *err)
{
	enum kmt_err_kind kind = KMT_ERR_NONE;
	size_t failed = 0, n = run->items->rows.n;
	struct note *note;

	if (run->notes.n)
		qsort(run->notes.v, run->notes.n, sizeof(*run->notes.v), compare_notes);
	kmt_vec_foreach (note, &run->notes) {
		if (note->failed && n == 1) {
			*err = note->err;
			note->err = (struct kmt_err)KMT_ERR_INIT;
			return -err->errnum;
		}
		kmt_diag_add(diag, NULL, "%s%s%s", note->err.msg, note->err.hint ? "; " : "",
			note->err.hint ? note->err.hint : "");
		if (!note->failed)
			continue;
		kind = failed && kind != note->err.kind ? KMT_ERR_FAILED : note->err.kind;
		failed++;
	}
	if (!failed)
		return 0;
	return kmt_err_set(err, failed < n ? KMT_ERR_PARTLY : kind, EIO,
		"%zu of %zu modules could not be shown", failed, n);
}

static void print_json(struct run *run)
{
	struct json_object *doc = kmt_json_document(), *array = json_object_new_array();

	for (size_t i = 0; i < run->items->rows.n; i++)
		if (run->objects[i])
			json_object_array_add(array, run->objects[i]);
	json_object_object_add(doc, "modules", array);
	kmt_cmd_print_document(run->request->env, doc);
}

static void free_run(struct run *run)
{
	struct note *note;

	kmt_vec_foreach (note, &run->notes)
		kmt_err_clear(&note->err);
	kmt_vec_free(&run->notes);
	kmt_settings_free(&run->settings);
	free(run->texts);
	free(run->objects);
	pthread_mutex_destroy(&run->lock);
}

static const struct {
	const char *name;
	unsigned int parts;
} own_fields[] = {
	{"filename", 0},
	{"build-id", KMT_FACTS_BUILD_ID},
	{"sig_id", KMT_FACTS_SIGNATURE},
	{"signer", KMT_FACTS_SIGNATURE},
	{"sig_key", KMT_FACTS_SIGNATURE},
	{"sig_hashalgo", KMT_FACTS_SIGNATURE},
	{"signature", KMT_FACTS_SIGNATURE},
	{"sig_algo", KMT_FACTS_SIGNATURE},
	{"sig_signers", KMT_FACTS_SIGNATURE},
	{"parm", KMT_FACTS_DECLARED},
	{"loaded-state", KMT_FACTS_LOADED},
	{"loaded-refs", KMT_FACTS_LOADED},
	{"loaded-holders", KMT_FACTS_LOADED},
	{"loaded-taint", KMT_FACTS_LOADED},
	{"loaded-copy", KMT_FACTS_LOADED | KMT_FACTS_BUILD_ID},
	{"taint", KMT_FACTS_LOADED},
	{"drives", KMT_FACTS_LOADED | KMT_FACTS_DRIVES},
	{"copies", KMT_FACTS_LOADED | KMT_FACTS_COPIES},
	{"config", KMT_FACTS_CONFIG},
	{"config-effect", KMT_FACTS_CONFIG},
};

/* What `-F FIELD` needs to be read. */
static unsigned int parts_of_field(const char *field)
{
	for (size_t i = 0; i < KMT_ARRAY_SIZE(own_fields); i++)
		if (!strcmp(own_fields[i].name, field))
			return own_fields[i].parts;
	return 0;
}

static int check_field(const char *field, struct kmt_err *err)
{
	/* What modpost and the macros of the kernel's headers write. */
	static const char *const keys[] = {"alias", "author", "depends", "description", "firmware", "import_ns",
		"intree", "license", "livepatch", "name", "parm", "parmtype", "retpoline", "scmversion", "softdep",
		"srcversion", "staging", "test", "vermagic", "version", "weakdep"};
	struct kmt_strv known = {0}, near = {0};
	int r = 0;

	for (size_t i = 0; i < KMT_ARRAY_SIZE(keys); i++)
		kmt_vec_push(&known, keys[i]);
	for (size_t i = 0; i < KMT_ARRAY_SIZE(own_fields); i++)
		kmt_vec_push(&known, own_fields[i].name);
	for (size_t i = 0; i < known.n; i++)
		if (!strcmp(known.v[i], field))
			goto out;
	r = kmt_err_set(err, KMT_ERR_NOT_FOUND, ENOENT, "no module that was asked for has a field '%s'", field);
	kmt_lookup_nearest(&known, field, 4, &near);
	kmt_lookup_hint(&near, err);
out:
	kmt_vec_free(&known);
	kmt_vec_free(&near);
	return r;
}

/*
 * Shows all ITEMS on stdout, in their order whatever thread reads them. A single item that fails is
 * the error; of several, each failure goes to DIAG and ERR says how many there were: PARTLY, or
 * their own kind if nothing was shown.
 */
static int info_run(const struct kmt_info_request *request, struct kmt_info_items *items,
	struct kmt_diag *diag, struct kmt_err *err)
{
	struct run run = {.request = request, .items = items, .lock = PTHREAD_MUTEX_INITIALIZER};
	const struct kmt_ordered ordered = {
		.n = items->rows.n,
		.threads = count_threads(request, items),
		.ctx = &run,
		.open = open_worker,
		.close = close_worker,
		.work = work,
		.done = print_texts,
	};
	int r;

	if (request->format == KMT_INFO_JSON)
		run.objects = kmt_alloc((items->rows.n + 1) * sizeof(*run.objects));
	else
		run.texts = kmt_alloc((items->rows.n + 1) * sizeof(*run.texts));
	kmt_ordered_run(&ordered);
	r = sum_up(&run, diag, err);
	if (run.objects && (!r || err->kind == KMT_ERR_PARTLY))
		print_json(&run);
	if (!r && request->field && !run.printed)
		r = check_field(request->field, err);
	free_run(&run);
	return r;
}

struct options {
	bool all;
	const char *field;
	unsigned int threads;
};

static const struct kmt_opt info_opts[] = {
	{"all", 'a', KMT_OPT_FLAG, NULL, KMT_COMPLETE_NONE, NULL,
		"show every module of the tree, in modules.dep's order",
		offsetof(struct options, all), 0},
	{"field", 'F', KMT_OPT_STRING, "FIELD", KMT_COMPLETE_FIELD, NULL,
		"print only the values of FIELD, one a line", offsetof(struct options, field), 0},
	{"threads", 0, KMT_OPT_UINT, "N", KMT_COMPLETE_NONE, NULL,
		"read with N threads (default: one for each CPU, at most 8)",
		offsetof(struct options, threads), 0},
	{0},
};

static const char *const examples[] = {
	"kmtool info ext4",
	"its file, its state in the kernel, and its configuration",
	"kmtool info -F depends ./my.ko",
	"dependencies declared in a file",
	"kmtool info --all --raw -F firmware",
	"every firmware file that any module may request",
	NULL,
};

static void add_item(struct kmt_info_items *items, const struct kmt_modref *ref)
{
	kmt_vec_push(&items->rows, (struct kmt_info_item){.module = *ref});
}

/* A name or alias; what it finds may be several modules. What nothing answers to is shown as an
 * error. */
static void add_name(const struct kmt_snapshot *snap, const char *arg, struct kmt_info_items *items)
{
	struct kmt_lookup found = {0};
	const struct kmt_lookup_match *match;
	struct kmt_info_item missing = {.module.name = arg};
	const struct kmt_procmod *loaded;
	size_t before = items->rows.n;

	if (!kmt_lookup_find_module(snap, arg, &found, &missing.err))
		kmt_vec_foreach (match, &found.rows) {
			struct kmt_modref ref = kmt_modref_of_match(match);

			if (match->module)
				add_item(items, &ref);
		}
	kmt_lookup_free(&found);
	if (items->rows.n > before)
		return;
	loaded = kmt_snapshot_loaded(snap, arg);
	if (loaded) { /* its file has another name, is in no tree, or is gone */
		kmt_err_clear(&missing.err);
		add_item(items, &(struct kmt_modref){.name = loaded->name});
		return;
	}
	if (!snap->has_tree) {
		kmt_err_clear(&missing.err);
		kmt_err_copy(&missing.err, &snap->tree_err);
	}
	if (!missing.err.kind)
		kmt_lookup_not_found(snap, arg, &missing.err);
	kmt_vec_push(&items->rows, missing);
}

static void add_all(const struct kmt_snapshot *snap, struct kmt_info_items *items)
{
	for (size_t i = 0; i < kmt_modindex_count(&snap->index); i++) {
		const struct kmt_module *m = kmt_modindex_at(&snap->index, i);

		add_item(items, &(struct kmt_modref){.name = m->name, .path = m->path});
	}
}

static void add_operands(struct kmt_env *env, const struct kmt_snapshot *snap, struct kmt_info_items *items)
{
	for (int i = 0; i < env->argc; i++) {
		struct kmt_modref ref;

		if (!kmt_name_is_path(env->argv[i])) {
			add_name(snap, env->argv[i], items);
			continue;
		}
		kmt_modref_of_file(snap, env->argv[i], &ref, NULL);
		add_item(items, &ref);
	}
}

static int check_usage(const struct kmt_env *env, const struct options *o, struct kmt_err *err)
{
	int r = kmt_opt_check_names(o->all, env->argc, err);

	if (r)
		return r;
	if (env->g.json && (env->g.raw || o->field))
		return kmt_err_set(err, KMT_ERR_USAGE, EINVAL, "--json and %s cannot be used together",
			env->g.raw ? "--raw" : "--field");
	return kmt_opt_check_threads(o->threads, err);
}

static bool only_files(const struct kmt_env *env)
{
	for (int i = 0; i < env->argc; i++)
		if (!kmt_name_is_path(env->argv[i]))
			return false;
	return env->argc > 0;
}

static void make_request(
	const struct kmt_env *env, const struct options *o, struct kmt_info_request *q)
{
	q->field = o->field;
	q->threads = o->threads;
	q->style = env->style;
	q->format = env->g.json ? KMT_INFO_JSON : env->g.raw ? KMT_INFO_RAW : KMT_INFO_TEXT;
	q->table = !o->all && !o->field && q->format == KMT_INFO_TEXT;
	if (o->field) {
		q->parts = parts_of_field(o->field);
		return;
	}
	q->parts = KMT_FACTS_BUILD_ID | KMT_FACTS_SIGNATURE | KMT_FACTS_DECLARED | KMT_FACTS_LOADED;
	if (!o->all || env->g.json)
		q->parts |= KMT_FACTS_CONFIG;
	if (!o->all)
		q->parts |= KMT_FACTS_DRIVES | KMT_FACTS_COPIES;
	if (q->table || env->g.json)
		q->parts |= KMT_FACTS_ALL_PARAMS;
}

/* Files need no module tree; in an image where no kernel runs nothing says which tree were theirs.
 */
static unsigned int snapshot_parts(const struct kmt_env *env, struct kmt_info_request *q)
{
	bool files = only_files(env);
	unsigned int parts = 0;

	if (files && !env->root.is_host && !env->g.kernel)
		q->parts &= ~KMT_FACTS_CONFIG;
	if (!files)
		parts |= KMT_SNAP_LOADED | KMT_SNAP_TREE;
	if (!files && env->argc)
		parts |= KMT_SNAP_TREE_OR_NONE | KMT_SNAP_TREE_BY_NAME;
	if (env->argc && (!files || (q->parts & KMT_FACTS_CONFIG)))
		parts |= KMT_SNAP_CONFIG;
	if (q->parts & (KMT_FACTS_LOADED | KMT_FACTS_LIVE))
		parts |= KMT_SNAP_LOADED;
	return parts;
}

static int show(struct kmt_env *env, const struct options *o, struct kmt_info_request *q,
	struct kmt_err *err)
{
	struct kmt_info_items items = {0};
	struct kmt_info_item *item;
	int r;

	if (o->all)
		add_all(q->snap, &items);
	else
		add_operands(env, q->snap, &items);
	if (items.rows.n)
		items.rows.v[items.rows.n - 1].last = true;
	r = info_run(q, &items, &env->diag, err);
	kmt_vec_foreach (item, &items.rows)
		kmt_err_clear(&item->err);
	kmt_vec_free(&items.rows);
	return r;
}

static int run_info(struct kmt_env *env, const void *opts, struct kmt_err *err)
{
	const struct options *o = opts;
	struct kmt_info_request request = {.env = env};
	struct kmt_snapshot snap;
	unsigned int parts;
	int r = check_usage(env, o, err);

	if (r)
		return r;
	make_request(env, o, &request);
	parts = snapshot_parts(env, &request);
	r = kmt_snapshot_take(&snap, &env->root, env->g.kernel, parts, &env->diag, err);
	if (r)
		return r;
	if (parts & KMT_SNAP_TREE)
		kmt_banner(env, &snap, KMT_BANNER_INDEX | KMT_BANNER_TREE);
	request.snap = &snap;
	r = show(env, o, &request, err);
	kmt_snapshot_free(&snap);
	return r;
}

const struct kmt_cmd kmt_cmd_info = {
	.name = "info",
	.summary = "Show a module's file, its state in the kernel, and its configuration",
	.operands = "[NAME|FILE...]",
	.complete = KMT_COMPLETE_MODULE,
	.opts = info_opts,
	.opts_size = sizeof(struct options),
	.examples = examples,
	.takes = KMT_TAKES_MACHINE | KMT_TAKES_JSON | KMT_TAKES_RAW,
	.run = run_info,
};
