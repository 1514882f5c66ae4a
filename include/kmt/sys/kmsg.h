/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel log as records (Documentation/ABI/testing/dev-kmsg). Parsing is pure; reading needs a
 * device that opens: with dmesg_restrict=1 that takes CAP_SYSLOG. Below another root, a regular file in
 * its place is read as a saved log (what `cat /dev/kmsg` printed). Writes nothing, judges nothing.
 */
#ifndef KMT_SYS_KMSG_H
#define KMT_SYS_KMSG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <kmt/base/arena.h>
#include <kmt/base/err.h>
#include <kmt/base/vec.h>
#include <kmt/sys/root.h>

struct kmt_kmsg_record {
	unsigned int level;	/* 0 (emerg) to 7 (debug) */
	unsigned int facility;	/* 0 is the kernel itself */
	uint64_t seq;
	uint64_t usec;		/* since boot */
	bool fragment;		/* flag 'c': the text continues the record before */
	const char *text;	/* \xNN decoded (but \x00): may hold any byte, newlines too */
};

struct kmt_kmsg_log {
	KMT_VEC(struct kmt_kmsg_record) records;
	bool overrun;		/* the kernel overwrote records before they were read */
	uint64_t lost;		/* how many of them; 0 if that is not known */
	struct kmt_arena arena;
};

/* Parses one record of N bytes ("prio,seq,usec,flags[,...];text\n KEY=value\n"; the KEY lines are left
 * out). -EINVAL if it is none. The text lives in ARENA. */
int kmt_kmsg_parse(const char *record, size_t n, struct kmt_arena *arena, struct kmt_kmsg_record *out);

/* An open log. FD -1: not readable (the reason is in errnum). */
struct kmt_kmsg {
	int fd;
	int errnum;
	uint64_t next;	/* the number that the next record should have; 0: not known */
	bool overrun;	/* and why it may have another one */
};

/* Opens the log at its end: kmt_kmsg_read_new() then gives what came since. Never fails loudly. What is
 * there is read once, for the number of its last record: only from that one the lost ones can be counted. */
void kmt_kmsg_open_end(struct kmt_kmsg *k, const struct kmt_root *root);
/* Opens it at the oldest record. */
void kmt_kmsg_open_start(struct kmt_kmsg *k, const struct kmt_root *root);
/* Appends all records that are there now, without waiting. -errno if the log cannot be read; what is no
 * record is left out. */
int kmt_kmsg_read_new(struct kmt_kmsg *k, struct kmt_kmsg_log *log);
void kmt_kmsg_close(struct kmt_kmsg *k);
/* "19400 records were lost: the kernel overwrote what had not been read"; NULL if none were. */
const char *kmt_kmsg_lost_text(const struct kmt_kmsg_log *log, struct kmt_arena *arena);
/* "[   12.345678] text", in ARENA. */
const char *kmt_kmsg_text(const struct kmt_kmsg_record *record, struct kmt_arena *arena);
void kmt_kmsg_log_free(struct kmt_kmsg_log *log);

#endif
