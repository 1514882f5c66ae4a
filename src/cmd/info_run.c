/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Many modules at once. Threads take batches of modules from a common counter; what they write
 * comes out in the order of the modules, because a finished batch waits in its slot for those
 * before it. A batch is printed as soon as its turn comes: the output never stands in memory as a
 * whole (JSON does).
 */
#include "info.h"

#include <errno.h>
#include <json.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>

#include <kmt/out/json.h>

#define BATCH 16
#define THREADS_MAX 8
/* Below this, starting a thread takes longer than what it saves. */
#define PAYS_FROM 64

/* A module that could not be shown, or only in part. */
struct note {
	size_t index;
	bool failed;
	struct kmt_err err;
};

struct slot {
	bool done;
	struct kmt_strbuf text;
};

struct run {
	const struct kmt_info_request *request;
	struct kmt_info_items *items;
	struct json_object **objects; /* JSON: one for each item, NULL where it failed */

	pthread_mutex_t lock; /* of all below */
	size_t next;          /* the first item that nobody has taken */
	struct slot *slots;   /* one for each batch */
	size_t printed;       /* batches before this one are on stdout */
	bool printing;
	KMT_VEC(struct kmt_strbuf) spare; /* memory of printed batches */
	KMT_VEC(struct note) notes;
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
	if (kmt_info_read(w, item, &err) < 0) {
		take_note(run, index, true, &err);
		return;
	}
	if (w->sig_err.kind)
		take_note(run, index, false, &w->sig_err);
	if (run->objects)
		run->objects[index] = kmt_info_json(w);
	else
		kmt_info_write(w);
}

/* Prints what is ready, unless another thread is at it. Called and left with the lock held. */
static void print_ready(struct run *run, size_t batches)
{
	if (run->printing)
		return;
	run->printing = true;
	while (run->printed < batches && run->slots[run->printed].done) {
		struct kmt_strbuf text = run->slots[run->printed].text;

		pthread_mutex_unlock(&run->lock);
		fwrite(kmt_strbuf_str(&text), 1, text.len, stdout);
		kmt_strbuf_truncate(&text, 0);
		pthread_mutex_lock(&run->lock);
		kmt_vec_push(&run->spare, text);
		run->printed++;
	}
	run->printing = false;
}

static void *work(void *arg)
{
	struct run *run = arg;
	struct kmt_info_worker w = {.request = run->request};
	size_t n = run->items->rows.n, batches = (n + BATCH - 1) / BATCH;

	pthread_mutex_lock(&run->lock);
	while (run->next < n) {
		size_t start = run->next, end = start + BATCH < n ? start + BATCH : n;

		run->next = end;
		if (run->spare.n)
			w.out = run->spare.v[--run->spare.n];
		pthread_mutex_unlock(&run->lock);
		for (size_t i = start; i < end; i++)
			show_one(run, &w, i);
		pthread_mutex_lock(&run->lock);
		run->slots[start / BATCH] = (struct slot){.done = true, .text = w.out};
		w.out = (struct kmt_strbuf)KMT_STRBUF_INIT;
		print_ready(run, batches);
	}
	pthread_mutex_unlock(&run->lock);
	kmt_info_worker_free(&w);
	return NULL;
}

static unsigned int count_threads(
	const struct kmt_info_request *request, const struct kmt_info_items *items)
{
	unsigned int wanted = request->threads;
	size_t batches = (items->rows.n + BATCH - 1) / BATCH;
	const struct kmt_info_item *item;
	cpu_set_t cpus;

	/* Drawing a table may set the locale; the index gives fields of built-in modules. Both are
	 * for one thread at a time. */
	if (request->table)
		return 1;
	kmt_vec_foreach (item, &items->rows)
		if (!item->path && !item->err.kind)
			return 1;
	if (!wanted) {
		if (items->rows.n < PAYS_FROM || sched_getaffinity(0, sizeof(cpus), &cpus) < 0)
			return 1;
		wanted = (unsigned int)CPU_COUNT(&cpus);
		if (wanted > THREADS_MAX)
			wanted = THREADS_MAX;
	}
	return wanted < batches ? wanted : (unsigned int)batches;
}

/* The calling thread is one of them: a thread that cannot be started is no failure. */
static void run_threads(struct run *run, unsigned int n)
{
	kmt_autofree pthread_t *threads = kmt_alloc(n * sizeof(*threads));
	unsigned int started = 0;

	while (started + 1 < n && !pthread_create(&threads[started], NULL, work, run))
		started++;
	work(run);
	for (unsigned int i = 0; i < started; i++)
		pthread_join(threads[i], NULL);
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
	kmt_json_print(stdout, doc);
}

static void free_run(struct run *run)
{
	struct kmt_strbuf *spare;
	struct note *note;

	kmt_vec_foreach (spare, &run->spare)
		kmt_strbuf_free(spare);
	kmt_vec_foreach (note, &run->notes)
		kmt_err_clear(&note->err);
	kmt_vec_free(&run->spare);
	kmt_vec_free(&run->notes);
	free(run->slots);
	free(run->objects);
	pthread_mutex_destroy(&run->lock);
}

int kmt_info_run(const struct kmt_info_request *request, struct kmt_info_items *items,
	struct kmt_diag *diag, struct kmt_err *err)
{
	struct run run = {.request = request, .items = items, .lock = PTHREAD_MUTEX_INITIALIZER};
	int r;

	run.slots = kmt_alloc((items->rows.n / BATCH + 1) * sizeof(*run.slots));
	if (request->format == KMT_INFO_JSON)
		run.objects = kmt_alloc(items->rows.n * sizeof(*run.objects));
	run_threads(&run, count_threads(request, items));
	if (run.objects)
		print_json(&run);
	r = sum_up(&run, diag, err);
	free_run(&run);
	return r;
}
