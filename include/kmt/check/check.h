/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether the kernel would load a module, test by test in the order of its load_module(). `kmtool
 * check`, dry runs and the browser show these lines. FAIL is certain: where the kernel may accept
 * the module it is a warning, and what cannot be read is unknown. Reads below the root, changes
 * nothing.
 */
#ifndef KMT_CHECK_CHECK_H
#define KMT_CHECK_CHECK_H

#include <kmt/base/arena.h>
#include <kmt/base/vec.h>
#include <kmt/check/policy.h>
#include <kmt/model/exports.h>
#include <kmt/model/snapshot.h>

enum kmt_check_result {
	KMT_CHECK_PASS,
	KMT_CHECK_WARN,
	KMT_CHECK_UNKNOWN,
	KMT_CHECK_FAIL,
	KMT_CHECK_RESULTS,
};

struct kmt_check_line {
	const char *test; /* "vermagic" */
	enum kmt_check_result result;
	const char *id;         /* of the cause, as in explain/explain.h; NULL for a pass */
	const char *evidence;   /* a sentence */
	const char *fix;        /* NULL: nothing is to be done, or nothing is known */
	int errnum;             /* FAIL: what the kernel answers; 0: it is not asked */
	enum kmt_err_kind kind; /* FAIL: REFUSED for what a policy forbids, else FAILED */
};

/* The module, as somebody would load it. Strings are the caller's. */
struct kmt_check_subject {
	const char *name;   /* normal form */
	const char *path;   /* its file, absolute below the root; NULL: it is built in */
	const int *fd;	    /* PATH, opened before by whoever will insert it; NULL: it is opened here */
	const char *alias;  /* what it is asked for by; NULL: its name or file */
	const char *params; /* what a person asks for; with CONFIGURED, what the configuration sets
			       comes first */
	unsigned int flags; /* of sys/kernel.h */
	bool is_file; /* asked for by its file: blocks of the configuration are not about it */
	bool planned; /* a step of a plan: PARAMS are complete, and the plan has found what is in
			 its way */
	bool brief;   /* one of very many: the symbols of a module that was built with its tree are
			 not looked up */
};

/* All zero is valid. */
struct kmt_check_verdict {
	KMT_VEC(struct kmt_check_line) lines;
	enum kmt_check_result result;
	const struct kmt_check_line *cause; /* the first line with that result; NULL for a pass */
	struct kmt_arena arena;
};

/* What the tests compare with: the policy, the build of the kernel, its symbols. Read at the first
 * use; threads may share it. SNAP needs LOADED, TREE and CONFIG, and lives as long. */
struct kmt_check_env;
struct kmt_check_env *kmt_check_env_new(const struct kmt_snapshot *snap, const struct kmt_policy *policy);
/* Verifies signatures with the certificates in the file at the absolute PATH, too. */
int kmt_check_env_add_cert(struct kmt_check_env *env, const char *path, struct kmt_err *err);
void kmt_check_env_free(struct kmt_check_env *env); /* NULL is fine */
/* The module NAME in the file PATH counts as loaded from now on. Not while threads share ENV. */
void kmt_check_env_insert(struct kmt_check_env *env, const char *name, const char *path);

/* Buffers for one module after the other: one per thread. */
struct kmt_checker;
struct kmt_checker *kmt_checker_new(struct kmt_check_env *env);
void kmt_checker_free(struct kmt_checker *checker); /* NULL is fine */

/* VERDICT, which is emptied first, lives without the environment. */
void kmt_check_module(struct kmt_checker *checker, const struct kmt_check_subject *subject,
	struct kmt_check_verdict *verdict);
void kmt_check_verdict_free(struct kmt_check_verdict *verdict);

const char *kmt_check_result_name(
	enum kmt_check_result result); /* "pass", "warn", "unknown", "FAIL" */
/* "would load", "would load with warnings", "would not load", "may load": NAME is put before it. */
const char *kmt_check_verdict_name(enum kmt_check_result result);

enum kmt_check_where {
	KMT_CHECK_NOWHERE,
	KMT_CHECK_NOT_KNOWN, /* in no module, and nothing tells what the kernel has */
	KMT_CHECK_IN_KERNEL,
	KMT_CHECK_IN_MODULE,
};

struct kmt_check_symbol {
	enum kmt_check_where where;
	const char *module; /* IN_MODULE */
	bool loaded;
	struct kmt_export terms; /* with the CRC of what is or would be loaded */
};

/* Who exports the symbol. Lives as long as the checker. */
const struct kmt_check_symbol *kmt_check_find_symbol(struct kmt_checker *checker, const char *name);

/* The licences that the kernel takes for GPL-compatible (include/linux/license.h). */
bool kmt_license_is_gpl(const char *license);

/* "aarch64 (183)": an ELF machine. */
const char *kmt_machine_text(unsigned int machine, struct kmt_arena *arena);

/* What two version magics differ in: "+theirs -ours". */
void kmt_vermagic_differ(const char *theirs, const char *ours, struct kmt_strbuf *out);

#endif
