/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The error value. A function that can fail takes a struct kmt_err from its caller's stack, returns 0
 * or -errno, and fills the value exactly when it returns non-zero. Callers add context on the way up
 * with kmt_err_wrap(); only src/main.c prints, and only there a kind becomes an exit status.
 *
 * A message names the object, the path and, where there is one, the next step a person can take. It
 * starts in lower case and ends without a full stop. It may hold bytes from hostile files: the
 * printing side escapes them.
 */
#ifndef KMT_BASE_ERR_H
#define KMT_BASE_ERR_H

enum kmt_err_kind {
	KMT_ERR_NONE = 0,
	KMT_ERR_FAILED,	   /* the operation failed, or a problem was found: exit 1 */
	KMT_ERR_USAGE,	   /* the command line is wrong: exit 2 */
	KMT_ERR_PARTLY,	   /* some of several things were done: exit 3 */
	KMT_ERR_NOT_FOUND, /* no such module, file, kernel: exit 4 */
	KMT_ERR_REFUSED,   /* permission, kernel policy, configuration: exit 5 */
};

struct kmt_err {
	enum kmt_err_kind kind;
	int errnum;  /* positive errno, 0 if none applies */
	char *msg;   /* what happened */
	char *hint;  /* the next step, printed on its own line; NULL if there is none */
	int signo;   /* the signal that ended it: exit 128 + SIGNO, whatever the kind; 0 for none */
};

#define KMT_ERR_INIT {0}

/* Replaces what ERR holds. ERRNUM is a positive errno; 0 counts as EINVAL in the return value.
 * Returns -ERRNUM, so that `return kmt_err_set(...)` is the usual way out. ERR may be NULL. */
int kmt_err_set(struct kmt_err *err, enum kmt_err_kind kind, int errnum, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* The same with the kind taken from errno: ENOENT is NOT_FOUND, EACCES and EPERM are REFUSED, all
 * else FAILED; ": strerror" is appended to the message. */
int kmt_err_errno(struct kmt_err *err, int errnum, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Puts "text: " before the message. Returns -errnum of ERR (so it can end a function). */
int kmt_err_wrap(struct kmt_err *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Makes ERR, which may be NULL, say what FROM says. Returns -errnum of FROM, 0 if it holds nothing. */
int kmt_err_copy(struct kmt_err *err, const struct kmt_err *from);

/* Sets the next step. Replaces an earlier hint. */
void kmt_err_hint(struct kmt_err *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

void kmt_err_clear(struct kmt_err *err); /* frees the texts, all zero afterwards */
#define kmt_autoerr __attribute__((cleanup(kmt_err_clear)))

#endif
