/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the tests share: the module that is checked, and what is known of the kernel. */
#ifndef KMT_CHECK_CHECK_PRIV_H
#define KMT_CHECK_CHECK_PRIV_H

#include <kmt/base/map.h>
#include <kmt/check/check.h>
#include <kmt/model/exports.h>
#include <kmt/source/kofile.h>
#include <kmt/source/modinfo.h>

/* The build of the kernel, as modules of its own tree tell it. */
struct kmt_check_build {
	const char *path; /* the module that tells it; NULL: none does */
	const char *vermagic;
	unsigned int machine;
	int encoding;
	uint64_t this_module; /* bytes of struct module */
	bool has_crcs, has_layout;
	uint32_t layout; /* CRC of module_layout */
};

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

struct kmt_check_version {
	const char *name;
	uint32_t crc;
};

struct kmt_checker {
	struct kmt_check_env *env;
	struct kmt_kofile *ko;
	struct kmt_modinfo info;
	KMT_VEC(struct kmt_check_version) versions;
	struct kmt_ko_symbols symbols;
	struct kmt_arena arena; /* of one module */
	struct kmt_map found;   /* symbols that were looked up, which live in LASTING */
	struct kmt_arena lasting;

	/* The module. */
	const struct kmt_check_subject *subject;
	struct kmt_check_verdict *out;
	const char *test;
	bool ended; /* nothing more can be read */
	const struct kmt_check_build *build;
	const char *vermagic, *license;
	const struct kmt_check_version *layout; /* of module_layout; NULL if it has none */
	bool of_tree; /* it is part of the kernel's tree, and was built with it */
	struct kmt_strv depends;
};

/* The parts of the environment. */
struct kmt_snapshot *kmt_check_snapshot(struct kmt_check_env *env);
const struct kmt_policy *kmt_check_policy(const struct kmt_check_env *env);
/* Whether the kernel that is looked at runs: only then its policy and what is loaded count. */
bool kmt_check_is_live(const struct kmt_check_env *env);
void kmt_check_lock(struct kmt_check_env *env); /* around all that reads the snapshot's index */
void kmt_check_unlock(struct kmt_check_env *env);
const struct kmt_check_build *kmt_check_build_of(struct kmt_check_env *env);
/* Whether the file PATH is that of a module of the tree. */
bool kmt_check_in_tree(struct kmt_check_env *env, const char *name, const char *path);
/* 'y', 'm' or 'n' as the kernel's configuration file says; 0 if there is none. */
char kmt_check_config(struct kmt_check_env *env, const char *option);
/* Whether a module is loaded, or counts as loaded. */
bool kmt_check_loaded(const struct kmt_check_env *env, const char *name);
const struct kmt_check_symbol *kmt_check_find_symbol(struct kmt_checker *c, const char *name);

/* One line each, of the test that runs. FIX may be NULL. */
void kmt_check_pass(struct kmt_checker *c, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void kmt_check_add(struct kmt_checker *c, enum kmt_check_result result, const char *id,
	const char *fix, const char *fmt, ...) __attribute__((format(printf, 5, 6)));
void kmt_check_fail(struct kmt_checker *c, const char *id, int errnum, const char *fix,
	const char *fmt, ...) __attribute__((format(printf, 5, 6)));
/* The same for what a policy forbids. */
void kmt_check_refuse(struct kmt_checker *c, const char *id, int errnum, const char *fix,
	const char *fmt, ...) __attribute__((format(printf, 5, 6)));

#define KMT_FIX_BUILD                                                                              \
	"build it against the headers of this kernel, or install the package made for it"

/* The tests. */
void kmt_test_policy(struct kmt_checker *c);
void kmt_test_signature(struct kmt_checker *c);
void kmt_test_blacklist(struct kmt_checker *c);
void kmt_test_file(struct kmt_checker *c);
void kmt_test_elf(struct kmt_checker *c);
void kmt_test_structure(struct kmt_checker *c);
void kmt_test_vermagic(struct kmt_checker *c);
void kmt_test_modversions(struct kmt_checker *c);
void kmt_test_symbols(struct kmt_checker *c);
void kmt_test_license(struct kmt_checker *c);
void kmt_test_namespaces(struct kmt_checker *c);
void kmt_test_loaded(struct kmt_checker *c);
void kmt_test_params(struct kmt_checker *c);
void kmt_test_btf(struct kmt_checker *c);
void kmt_test_config(struct kmt_checker *c);

#endif
