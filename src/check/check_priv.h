/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the tests share: the module that is checked, and what is known of the kernel. */
#ifndef KMT_CHECK_CHECK_PRIV_H
#define KMT_CHECK_CHECK_PRIV_H

#include <pthread.h>
#include <string.h>
#include <kmt/base/map.h>
#include <kmt/check/check.h>
#include <kmt/check/keys.h>
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

struct kmt_check_env {
	const struct kmt_snapshot *snap;
	struct kmt_policy policy;
	bool live; /* the kernel runs: only then its policy and what is loaded count */
	struct kmt_check_build build;
	pthread_mutex_t lock; /* around what follows, and all that reads the snapshot's index */
	bool has_keys;
	struct kmt_keyring keys; /* those of a kernel that runs, and given ones */
	struct kmt_arena arena;
	bool has_config;
	struct kmt_strbuf config;
	bool has_btf;
	struct kmt_strbuf btf; /* the kernel's type information */
	bool has_symvers, symvers_fit, has_kernel;
	struct kmt_kernel_exports symvers, kernel; /* KERNEL: kallsyms, too */
	struct kmt_map providers;                  /* -> struct provider, of modules of the tree */
	struct kmt_map inserted; /* -> struct provider, of those that count as loaded */
	KMT_VEC(struct provider *) all;
};

/* 'y', 'm' or 'n' as the kernel's configuration file says; 0 if there is none. */
char kmt_check_config(struct kmt_check_env *env, const char *option);
/* The kernel's type information; empty if it shows none. */
const struct kmt_strbuf *kmt_check_btf(struct kmt_check_env *env);
/* Whether the version magic begins with that release. */
static inline bool kmt_check_is_release(const char *vermagic, const char *release)
{
	size_t n = strlen(release);

	return !strncmp(vermagic, release, n) && vermagic[n] == ' ';
}
/* Whether a module is loaded, or counts as loaded. */
static inline bool kmt_check_loaded(const struct kmt_check_env *env, const char *name)
{
	return kmt_map_get(&env->inserted, name) || kmt_map_get(&env->snap->loaded_by_name, name);
}

/* One line each, of the test that runs. FIX may be NULL. */
void kmt_check_pass(struct kmt_checker *c, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void kmt_check_add(struct kmt_checker *c, enum kmt_check_result result, const char *id,
	const char *fix, const char *fmt, ...) __attribute__((format(printf, 5, 6)));
/* KIND is REFUSED for what a policy forbids. */
void kmt_check_fail(struct kmt_checker *c, enum kmt_err_kind kind, const char *id, int errnum,
	const char *fix, const char *fmt, ...) __attribute__((format(printf, 6, 7)));

#define KMT_FIX_BUILD                                                                              \
	"build it against the headers of this kernel, or install the package made for it"

/* The tests, in the order in which the kernel asks: the first that fails gives the errno. */
enum kmt_test {
	KMT_TEST_POLICY,
	KMT_TEST_FILE,
	KMT_TEST_SIGNATURE,
	KMT_TEST_ELF,
	KMT_TEST_STRUCTURE,
	KMT_TEST_BLACKLIST,
	KMT_TEST_VERMAGIC,
	KMT_TEST_LOADED,
	KMT_TEST_MODVERSIONS,
	KMT_TEST_SYMBOLS,
	KMT_TEST_LICENSE,
	KMT_TEST_NAMESPACES,
	KMT_TEST_BTF,
	KMT_TEST_PARAMETERS,
	KMT_TEST_CONFIGURATION,
	KMT_TESTS,
};
typedef void (*kmt_check_fn)(struct kmt_checker *c);
/* Those of one file each; NULL for the others. */
extern const kmt_check_fn kmt_tests_of_file[], kmt_tests_of_machine[], kmt_tests_of_signature[],
	kmt_tests_of_symbols[];

#endif
