/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Many modules at once, by several threads; what they write comes out in the order of the modules. It is
 * printed as soon as its turn comes: the output never stands in memory as a whole (JSON does).
 */
#include "info_priv.h"

#include <errno.h>
#include <json.h>
#include <pthread.h>
#include <string.h>

#include <kmt/base/ordered.h>
#include <kmt/cmd/print.h>
#include <kmt/out/json.h>

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

	pthread_mutex_t lock; /* of the notes */
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
	if (run->objects)
		run->objects[index] = kmt_info_json(&w->facts);
	else
		kmt_info_write(w);
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
	free(run->texts);
	free(run->objects);
	pthread_mutex_destroy(&run->lock);
}

int kmt_info_run(const struct kmt_info_request *request, struct kmt_info_items *items,
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
		r = kmt_info_check_field(request->field, err);
	free_run(&run);
	return r;
}
