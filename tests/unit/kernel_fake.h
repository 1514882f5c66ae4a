/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A kernel for tests: keeps modules, counts and holders as the real one does, shows them below a
 * fixture directory (/proc/modules, /sys/module, /dev/kmsg), records every call and answers scripted
 * errors. Changes nothing outside of that directory.
 */
#ifndef KMT_TESTS_KERNEL_FAKE_H
#define KMT_TESTS_KERNEL_FAKE_H

#include <stdbool.h>
#include <kmt/sys/kernel.h>

struct kmt_fake;

/* What the next call of OP ("insert", "insert-image", "remove", "run") for MODULE does. */
struct kmt_fake_script {
	const char *op;
	const char *module;
	int errnum;	  /* answered instead of doing it; 0: it is done */
	int status;	  /* run: the wait status */
	const char *prints; /* run: what the command prints, if somebody collects it; NULL for nothing */
	unsigned int times; /* how often; 0 counts as 1 */
	const char *log;  /* what the kernel logs, lines separated by newline; NULL for none */
	int raise;	  /* a signal that arrives meanwhile */
	bool appears;	  /* somebody else loads (insert) or unloads (remove) it at this moment */
};

struct kmt_fake *kmt_fake_new(const char *dir);
void kmt_fake_free(struct kmt_fake *f);
struct kmt_kernel kmt_fake_kernel(struct kmt_fake *f);

/* Once loaded, USER holds USED. */
void kmt_fake_needs(struct kmt_fake *f, const char *user, const char *used);
/* A module that is loaded from the start; REFS counts users that are no modules. */
void kmt_fake_loaded(struct kmt_fake *f, const char *name, unsigned int refs);
void kmt_fake_script(struct kmt_fake *f, struct kmt_fake_script script);

/* KEEP: what is written to a file of a parameter stands there then, as it was written. Else files stay as they
 * are. */
void kmt_fake_keep_writes(struct kmt_fake *f, bool keep);

/*
 * The same by a line of a script; false if it is none of:
 *	fail OP MODULE ERRNO [LOG]	the next time, with a line of the log, which may begin with <PRIORITY>
 *	needs USER USED			once loaded, USER holds USED
 *	loaded NAME REFS		is loaded from the start
 *	meanwhile OP MODULE		the next time, somebody else has just done it
 *	exits MODULE STATUS		the next command that is run for it ends with this wait status
 *	deaf				files of parameters stay as they are, whatever is written
 */
bool kmt_fake_command(struct kmt_fake *f, const char *line);

/* All calls so far, a line each: "insert /path a=1", "remove name", "run name command", "sleep 4". */
const char *kmt_fake_calls(const struct kmt_fake *f);
/* What the file of the last insert begins with, as the descriptor has it. */
const char *kmt_fake_bytes(const struct kmt_fake *f);
/* Loaded modules, newest first, separated by blanks. The caller frees it. */
char *kmt_fake_modules(const struct kmt_fake *f);

#endif
