/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Work on several threads comes out in order. */
#include "unit.h"

#include <string.h>
#include <time.h>

#include <kmt/base/alloc.h>
#include <kmt/base/ordered.h>

#define N 1000

struct job {
	int result[N];
	size_t told;		/* items told of so far */
	size_t stop_at;
	int opened, closed;	/* added to by all threads */
	bool in_order;
};

static void *open_worker(void *ctx)
{
	struct job *job = ctx;

	__atomic_add_fetch(&job->opened, 1, __ATOMIC_SEQ_CST);
	return job;
}

static void close_worker(void *worker)
{
	struct job *job = worker;

	__atomic_add_fetch(&job->closed, 1, __ATOMIC_SEQ_CST);
}

/* Every seventh is slow, so that later ones are done before it. */
static void work(void *worker, size_t i)
{
	struct job *job = worker;
	const struct timespec pause = {.tv_nsec = 50000};

	if (i % 7 == 0)
		nanosleep(&pause, NULL);
	job->result[i] = (int)i * 2;
}

static bool done(void *ctx, size_t first, size_t end)
{
	struct job *job = ctx;

	job->in_order = job->in_order && first == job->told && end > first && end <= N;
	for (size_t i = first; i < end; i++)
		job->in_order = job->in_order && job->result[i] == (int)i * 2;
	job->told = end;
	return !job->stop_at || end < job->stop_at;
}

static void run(struct job *job, size_t n, unsigned int threads, size_t stop_at)
{
	struct kmt_ordered o = {
		.n = n,
		.threads = threads,
		.ctx = job,
		.open = open_worker,
		.close = close_worker,
		.work = work,
		.done = done,
	};

	*job = (struct job){.in_order = true, .stop_at = stop_at};
	kmt_ordered_run(&o);
	assert_true(job->in_order);
	assert_int_equal(job->opened, job->closed);
}

static void test_order(void **state)
{
	static const unsigned int threads[] = {0, 1, 2, 8, 64, 1000};
	static const size_t counts[] = {1, 15, 16, 17, 63, N};
	struct job job;

	for (size_t t = 0; t < KMT_ARRAY_SIZE(threads); t++) {
		for (size_t c = 0; c < KMT_ARRAY_SIZE(counts); c++) {
			run(&job, counts[c], threads[t], 0);
			assert_int_equal(job.told, counts[c]);
		}
	}
}

static void test_nothing(void **state)
{
	struct job job;

	run(&job, 0, 4, 0);
	assert_int_equal(job.told, 0);
	assert_int_equal(job.opened, 0);
}

static void test_stopped(void **state)
{
	struct job job;

	run(&job, N, 4, 100);
	assert_true(job.told >= 100 && job.told < 120);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_stopped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
