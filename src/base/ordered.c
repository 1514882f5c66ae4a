/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/base/ordered.h>

#include <pthread.h>
#include <sched.h>

#include <kmt/base/alloc.h>

/* How many items a thread takes at a time. */
#define BATCH 16
#define USUAL_THREADS_MAX 8
/* Fewer items than this are not worth a second thread. */
#define FEW 64

struct run {
	const struct kmt_ordered *o;
	size_t n_batches;
	pthread_mutex_t lock; /* of all below */
	size_t next;	/* the first batch that nobody has taken */
	bool *finished; /* by batch */
	size_t told;	/* batches before this one were given to done() */
	bool telling, stopped;
};

static size_t end_of(const struct run *run, size_t batch)
{
	size_t end = (batch + 1) * BATCH;

	return end < run->o->n ? end : run->o->n;
}

/* Tells of what is ready, unless another thread is at it. Called and left with the lock held. */
static void tell(struct run *run)
{
	if (run->telling)
		return;
	run->telling = true;
	while (!run->stopped && run->told < run->n_batches && run->finished[run->told]) {
		size_t first = run->told * BATCH, end = end_of(run, run->told);
		bool go_on;

		pthread_mutex_unlock(&run->lock);
		go_on = run->o->done(run->o->ctx, first, end);
		pthread_mutex_lock(&run->lock);
		run->told++;
		run->stopped = !go_on;
	}
	run->telling = false;
}

static void *work(void *arg)
{
	struct run *run = arg;
	void *worker = run->o->open(run->o->ctx);

	pthread_mutex_lock(&run->lock);
	while (!run->stopped && run->next < run->n_batches) {
		size_t batch = run->next++;

		pthread_mutex_unlock(&run->lock);
		for (size_t i = batch * BATCH; i < end_of(run, batch); i++)
			run->o->work(worker, i);
		pthread_mutex_lock(&run->lock);
		run->finished[batch] = true;
		tell(run);
	}
	pthread_mutex_unlock(&run->lock);
	run->o->close(worker);
	return NULL;
}

unsigned int kmt_ordered_threads(unsigned int wanted)
{
	cpu_set_t set;
	int n = 1;

	if (wanted)
		return wanted < KMT_ORDERED_THREADS_MAX ? wanted : KMT_ORDERED_THREADS_MAX;
	/* Not sysconf(3), which reads /sys of the host; and this is what we may use, not what there is. */
	if (!sched_getaffinity(0, sizeof(set), &set))
		n = CPU_COUNT(&set);
	return n < USUAL_THREADS_MAX ? (unsigned int)n : USUAL_THREADS_MAX;
}

static unsigned int count_threads(const struct kmt_ordered *o, size_t batches)
{
	unsigned int n = !o->threads && o->n < FEW ? 1 : kmt_ordered_threads(o->threads);

	return n < batches ? n : (unsigned int)batches;
}

void kmt_ordered_run(const struct kmt_ordered *o)
{
	struct run run = {
		.o = o, .n_batches = (o->n + BATCH - 1) / BATCH, .lock = PTHREAD_MUTEX_INITIALIZER};
	unsigned int n = count_threads(o, run.n_batches), started = 0;
	kmt_autofree pthread_t *threads = kmt_alloc((n + 1) * sizeof(*threads));
	kmt_autofree bool *finished = kmt_alloc(run.n_batches + 1);

	run.finished = finished;
	/* The calling thread is one of them. */
	while (started + 1 < n && !pthread_create(&threads[started], NULL, work, &run))
		started++;
	if (run.n_batches)
		work(&run);
	for (unsigned int i = 0; i < started; i++)
		pthread_join(threads[i], NULL);
	pthread_mutex_destroy(&run.lock);
}
