/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "check_priv.h"

#include <stdlib.h>

/* Those that need the file are left out where it cannot be read as a module. */
static const struct {
	const char *name;
	bool needs_file;
	bool aside; /* unknown here leaves the verdict as it is: the answer is hardly ever no */
} tests[KMT_TESTS] = {
	[KMT_TEST_POLICY] = {"policy", false, false},
	[KMT_TEST_FILE] = {"file", false, false},
	[KMT_TEST_SIGNATURE] = {"signature", true, false},
	[KMT_TEST_ELF] = {"elf", true, false},
	[KMT_TEST_STRUCTURE] = {"structure", true, false},
	[KMT_TEST_BLACKLIST] = {"blacklist", false, false},
	[KMT_TEST_VERMAGIC] = {"vermagic", true, false},
	[KMT_TEST_LOADED] = {"loaded", false, false},
	[KMT_TEST_MODVERSIONS] = {"modversions", true, false},
	[KMT_TEST_SYMBOLS] = {"symbols", true, false},
	[KMT_TEST_LICENSE] = {"license", true, false},
	[KMT_TEST_NAMESPACES] = {"namespaces", true, false},
	[KMT_TEST_BTF] = {"btf", true, true},
	[KMT_TEST_PARAMETERS] = {"parameters", true, false},
	[KMT_TEST_CONFIGURATION] = {"configuration", false, false},
};

static void run_test(struct kmt_checker *c, size_t test)
{
	static const kmt_check_fn *const files[] = {
		kmt_tests_of_file, kmt_tests_of_machine, kmt_tests_of_signature,
		kmt_tests_of_symbols};

	c->test = tests[test].name;
	for (size_t i = 0; i < KMT_ARRAY_SIZE(files); i++)
		if (files[i][test])
			files[i][test](c);
}

const char *kmt_check_result_name(enum kmt_check_result result)
{
	static const char *const names[KMT_CHECK_RESULTS] = {
		[KMT_CHECK_PASS] = "pass",
		[KMT_CHECK_WARN] = "warn",
		[KMT_CHECK_UNKNOWN] = "unknown",
		[KMT_CHECK_FAIL] = "FAIL",
	};

	return names[result];
}

const char *kmt_check_verdict_name(enum kmt_check_result result)
{
	static const char *const names[KMT_CHECK_RESULTS] = {
		[KMT_CHECK_PASS] = "would load",
		[KMT_CHECK_WARN] = "would load with warnings",
		[KMT_CHECK_UNKNOWN] = "may load",
		[KMT_CHECK_FAIL] = "would not load",
	};

	return names[result];
}

struct kmt_checker *kmt_checker_new(struct kmt_check_env *env)
{
	struct kmt_checker *c = kmt_alloc(sizeof(*c));

	c->env = env;
	c->ko = kmt_kofile_new();
	return c;
}

void kmt_checker_free(struct kmt_checker *c)
{
	if (!c)
		return;
	kmt_kofile_free(c->ko);
	kmt_modinfo_free(&c->info);
	kmt_vec_free(&c->versions);
	kmt_vec_free(&c->depends);
	kmt_ko_symbols_free(&c->symbols);
	kmt_map_free(&c->found);
	kmt_arena_free(&c->lasting);
	kmt_arena_free(&c->arena);
	free(c);
}

static void reset(struct kmt_checker *c, const struct kmt_check_subject *subject,
	struct kmt_check_verdict *out)
{
	kmt_arena_free(&c->arena);
	c->versions.n = c->symbols.rows.n = c->info.fields.n = c->depends.n = 0;
	c->subject = subject;
	c->out = out;
	c->build = &c->env->build;
	c->ended = c->of_tree = false;
	c->vermagic = c->license = NULL;
	c->layout = NULL;
	kmt_arena_free(&out->arena);
	out->lines.n = 0;
	out->result = KMT_CHECK_PASS;
	out->cause = NULL;
}

void kmt_check_module(struct kmt_checker *c, const struct kmt_check_subject *subject,
	struct kmt_check_verdict *out)
{
	size_t cause = 0;

	reset(c, subject, out);
	for (size_t i = 0; i < KMT_TESTS; i++) {
		size_t before = out->lines.n;

		if (tests[i].needs_file && (c->ended || !subject->path))
			continue;
		run_test(c, i);
		for (size_t j = before; j < out->lines.n; j++) {
			enum kmt_check_result result = out->lines.v[j].result;

			if (result <= out->result ||
				(result == KMT_CHECK_UNKNOWN && tests[i].aside))
				continue;
			out->result = result;
			cause = j;
		}
	}
	out->cause = out->result == KMT_CHECK_PASS ? NULL : &out->lines.v[cause];
}

void kmt_check_verdict_free(struct kmt_check_verdict *verdict)
{
	kmt_vec_free(&verdict->lines);
	kmt_arena_free(&verdict->arena);
}
