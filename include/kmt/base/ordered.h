/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Many independent items worked on by several threads, whose results come out in the order of the items:
 * what is done early waits for what stands before it. Reads and prints nothing by itself.
 */
#ifndef KMT_BASE_ORDERED_H
#define KMT_BASE_ORDERED_H

#include <stdbool.h>
#include <stddef.h>

/* More threads do not make it faster; they are many open files and buffers. */
#define KMT_ORDERED_THREADS_MAX 64

/* How many threads to use where WANTED are asked for, at most KMT_ORDERED_THREADS_MAX; 0: one for each
 * processor that this process may use, at most 8. */
unsigned int kmt_ordered_threads(unsigned int wanted);

struct kmt_ordered {
	size_t n;		/* items */
	unsigned int threads;	/* 0: one for each processor, at most 8, and one for few items */
	void *ctx;
	/* The state of one thread, made and freed in it. */
	void *(*open)(void *ctx);
	void (*close)(void *worker);
	void (*work)(void *worker, size_t item);
	/*
	 * Items FIRST to END, not with it, are done. Called in order, by one thread at a time, while others
	 * work on. False ends the run early.
	 */
	bool (*done)(void *ctx, size_t first, size_t end);
};

/* A thread that cannot be had is done without. */
void kmt_ordered_run(const struct kmt_ordered *o);

#endif
