/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the module takes from the kernel and other modules: versions, symbols, terms. */
#include "check_priv.h"

#include <errno.h>
#include <fnmatch.h>
#include <string.h>

#include <kmt/base/name.h>
#include <kmt/model/modfacts.h>
#include <kmt/sys/kernel.h>

#define NAMES_MAX 4 /* in one line */

#define FIX_HEADERS "install the headers of this kernel (Module.symvers), then check again"

bool kmt_license_is_gpl(const char *license)
{
	static const char *const names[] = {"GPL", "GPL v2", "GPL and additional rights",
		"Dual BSD/GPL", "Dual MIT/GPL", "Dual MPL/GPL"};

	for (size_t i = 0; i < KMT_ARRAY_SIZE(names); i++)
		if (!strcmp(license, names[i]))
			return true;
	return false;
}

/* "a, b and 3 more". */
struct names {
	struct kmt_strbuf text;
	size_t n;
};
#define kmt_autonames __attribute__((cleanup(free_names)))

static void free_names(struct names *names)
{
	kmt_strbuf_free(&names->text);
}

static void add_name(struct names *names, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
static void add_name(struct names *names, const char *fmt, ...)
{
	va_list ap;

	if (names->n++ >= NAMES_MAX)
		return;
	if (names->n > 1)
		kmt_strbuf_addstr(&names->text, ", ");
	va_start(ap, fmt);
	kmt_strbuf_vaddf(&names->text, fmt, ap);
	va_end(ap);
}

static const char *text_of(struct names *names)
{
	if (names->n > NAMES_MAX)
		kmt_strbuf_addf(&names->text, " and %zu more", names->n - NAMES_MAX);
	return kmt_strbuf_str(&names->text);
}

/* Modversions. */

static const char *no_versions(struct kmt_checker *c)
{
	return c->versions.n ? "its CRCs do not count (--force-modversion)"
			     : "it has no CRCs of symbols";
}

static void check_unversioned(struct kmt_checker *c)
{
	if (kmt_check_config(c->env, "CONFIG_MODULE_FORCE_LOAD") == 'n')
		kmt_check_fail(c, KMT_ERR_FAILED, "no-versions", ENOEXEC, KMT_FIX_BUILD,
			"%s, and this kernel insists on them (CONFIG_MODULE_FORCE_LOAD is off)",
			no_versions(c));
	else
		kmt_check_add(c, KMT_CHECK_WARN, "no-versions", KMT_FIX_BUILD,
			"%s: it is loaded by force and taints the kernel (F), or refused",
			no_versions(c));
}

static void check_crcs(struct kmt_checker *c)
{
	kmt_autonames struct names wrong = {0};
	size_t compared = 0;
	const struct kmt_check_version *v;

	kmt_vec_foreach (v, &c->versions) {
		const struct kmt_check_symbol *s;

		if (v == c->layout) {
			compared += c->build->has_layout;
			continue;
		}
		s = kmt_check_find_symbol(c, v->name);
		if (!s->terms.has_crc)
			continue;
		compared++;
		if (s->terms.crc != v->crc)
			add_name(&wrong, "%s 0x%08x, not 0x%08x (%s)", v->name, v->crc,
				s->terms.crc, s->module ? s->module : "vmlinux");
	}
	if (wrong.n)
		kmt_check_fail(c, KMT_ERR_FAILED, "symbol-crc", EINVAL, KMT_FIX_BUILD,
			"%zu of %zu CRCs differ: %s", wrong.n, c->versions.n, text_of(&wrong));
	else if (compared == c->versions.n)
		kmt_check_pass(c, "all %zu CRCs are those of the kernel", compared);
	else if (c->of_tree)
		kmt_check_pass(c, "built with the kernel's own tree (CRC of module_layout)");
	else
		kmt_check_add(c, KMT_CHECK_UNKNOWN, "symbol-crc", FIX_HEADERS,
			"%zu of %zu CRCs are those of the kernel; nothing tells about the others",
			compared, c->versions.n);
}

static void test_modversions(struct kmt_checker *c)
{
	const struct kmt_check_build *b = c->build;

	if (!b->path && c->versions.n) {
		kmt_check_add(c, KMT_CHECK_UNKNOWN, "no-module-tree", NULL,
			"no module of the kernel's own tree tells the CRCs to compare with");
		return;
	}
	if (!b->has_crcs) {
		kmt_check_pass(c, "this kernel does not compare CRCs of symbols");
		return;
	}
	if (!c->versions.n || (c->subject->flags & KMT_INSERT_IGNORE_MODVERSIONS)) {
		check_unversioned(c);
		return;
	}
	if (c->layout && b->has_layout && c->layout->crc != b->layout)
		kmt_check_fail(c, KMT_ERR_FAILED, "other-abi", ENOEXEC, KMT_FIX_BUILD,
			"built for another kernel: the CRC of module_layout is 0x%08x, not 0x%08x",
			c->layout->crc, b->layout);
	else if (c->of_tree && c->subject->brief)
		kmt_check_pass(c, "built with the kernel's own tree (CRC of module_layout)");
	else
		check_crcs(c);
}

/* Symbols. */

static bool depends_on(const struct kmt_checker *c, const char *module)
{
	for (size_t i = 0; i < c->depends.n; i++)
		if (kmt_name_equal(c->depends.v[i], module))
			return true;
	return false;
}

/* Whether `load` would have it in place: a plan has a step for it, which counts as loaded. */
static bool is_provided(const struct kmt_checker *c, const struct kmt_check_symbol *s)
{
	return s->loaded || (!c->subject->planned && depends_on(c, s->module));
}

/* Modules that depends= names, which may be in a package that is not installed. */
static bool check_depends(struct kmt_checker *c)
{
	const struct kmt_snapshot *snap = c->env->snap;
	kmt_autonames struct names missing = {0};

	pthread_mutex_lock(&c->env->lock);
	for (size_t i = 0; snap->has_tree && i < c->depends.n; i++)
		if (!kmt_modindex_find(&snap->index, c->depends.v[i]) &&
			!kmt_modindex_find_builtin(&snap->index, c->depends.v[i]) &&
			!kmt_check_loaded(c->env, c->depends.v[i]))
			add_name(&missing, "%s", c->depends.v[i]);
	pthread_mutex_unlock(&c->env->lock);
	if (missing.n)
		kmt_check_fail(c, KMT_ERR_FAILED, "missing-dependency", ENOENT,
			"install the package that has it, or load it first",
			"it needs modules that are not in the tree: %s", text_of(&missing));
	return !missing.n;
}

struct tally {
	struct names missing, not_loaded, not_known, modules;
	struct kmt_map seen; /* modules */
	size_t kernel;
	const char *provider;
};

static void count(struct kmt_checker *c, const struct kmt_ko_symbol *symbol, struct tally *t)
{
	const struct kmt_check_symbol *s = kmt_check_find_symbol(c, symbol->name);

	switch (s->where) {
	case KMT_CHECK_NOWHERE:
		if (!symbol->weak)
			add_name(&t->missing, "%s", symbol->name);
		break;
	case KMT_CHECK_NOT_KNOWN:
		if (c->of_tree || symbol->weak)
			t->kernel++;
		else
			add_name(&t->not_known, "%s", symbol->name);
		break;
	case KMT_CHECK_IN_KERNEL:
		t->kernel++;
		break;
	case KMT_CHECK_IN_MODULE:
		if (!is_provided(c, s) && !symbol->weak) {
			t->provider = s->module;
			add_name(&t->not_loaded, "%s (in %s)", symbol->name, s->module);
		} else if (!kmt_map_add(&t->seen, s->module, (void *)s->module)) {
			add_name(&t->modules, "%s", s->module);
		}
		break;
	}
}

static void tell(struct kmt_checker *c, struct tally *t)
{
	if (t->missing.n)
		kmt_check_fail(c, KMT_ERR_FAILED, "missing-symbol", ENOENT,
			"it is for another kernel or configuration, or a module outside of the "
			"tree has to be loaded first",
			"neither the kernel nor a module exports %s", text_of(&t->missing));
	if (t->not_loaded.n) {
		kmt_autofree char *fix =
			kmt_asprintf("load it first: 'kmtool load %s'", t->provider);

		kmt_check_fail(c, KMT_ERR_FAILED, "provider-not-loaded", ENOENT, fix,
			"it needs %s, which nothing loads before it", text_of(&t->not_loaded));
	}
	if (t->missing.n || t->not_loaded.n)
		return;
	if (t->not_known.n)
		kmt_check_add(c, KMT_CHECK_UNKNOWN, "missing-symbol", FIX_HEADERS,
			"nothing tells whether the kernel exports %s", text_of(&t->not_known));
	else if (t->modules.n)
		kmt_check_pass(
			c, "%zu of the kernel, others of %s", t->kernel, text_of(&t->modules));
	else
		kmt_check_pass(c, "%zu of the kernel", t->kernel);
}

static void test_symbols(struct kmt_checker *c)
{
	struct tally t = {0};
	const struct kmt_ko_symbol *s;
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;

	if (c->of_tree && c->subject->brief) {
		if (check_depends(c))
			kmt_check_pass(c, "built with the kernel's own tree");
		return;
	}
	if (kmt_kofile_symbols(c->ko, &c->arena, &c->symbols, &err) < 0) {
		kmt_check_fail(c, KMT_ERR_FAILED, "damaged", ENOEXEC, "copy or build it again",
			"%s", err.msg);
		return;
	}
	kmt_vec_foreach (s, &c->symbols.rows)
		if (s->undefined)
			count(c, s, &t);
	tell(c, &t);
	free_names(&t.missing);
	free_names(&t.not_loaded);
	free_names(&t.not_known);
	free_names(&t.modules);
	kmt_map_free(&t.seen);
}

/* Terms of use. */

static void test_license(struct kmt_checker *c)
{
	const char *license = c->license ? c->license : "unspecified";
	kmt_autonames struct names hidden = {0}, not_known = {0};
	const struct kmt_ko_symbol *row;

	if (kmt_license_is_gpl(license)) {
		kmt_check_pass(c, "%s", license);
		return;
	}
	kmt_vec_foreach (row, &c->symbols.rows) {
		const struct kmt_check_symbol *s =
			row->undefined ? kmt_check_find_symbol(c, row->name) : NULL;

		if (!s || row->weak || s->where == KMT_CHECK_NOWHERE)
			continue;
		if (!s->terms.known)
			add_name(&not_known, "%s", row->name);
		else if (s->terms.gpl)
			add_name(&hidden, "%s (%s)", row->name, s->module ? s->module : "vmlinux");
	}
	if (hidden.n)
		kmt_check_fail(c, KMT_ERR_FAILED, "gpl-only-symbol", ENOENT,
			"only a module under a GPL-compatible licence can use them: ask its author",
			"its licence '%s' is not GPL-compatible, and it uses %s", license,
			text_of(&hidden));
	else if (not_known.n)
		kmt_check_add(c, KMT_CHECK_UNKNOWN, "gpl-only-symbol", FIX_HEADERS,
			"its licence '%s' is not GPL-compatible, and nothing tells the terms of %s",
			license, text_of(&not_known));
	else
		kmt_check_add(c, KMT_CHECK_WARN, "proprietary", NULL,
			"its licence '%s' is not GPL-compatible: it taints the kernel (P)",
			license);
}

static bool imports(const struct kmt_checker *c, const char *ns)
{
	const struct kmt_modinfo_field *f;

	kmt_vec_foreach (f, &c->info.fields)
		if (kmt_modinfo_is(f, "import_ns") && !strcmp(f->value, ns))
			return true;
	return false;
}

/* "module:NAME,NAME*" names the modules that may use the symbol. */
static bool is_for(const struct kmt_checker *c, const char *ns)
{
	const char *s = ns + strlen("module:");

	while (*s) {
		size_t n = strcspn(s, ",");
		char pattern[KMT_NAME_MAX], normal[KMT_NAME_MAX];

		if (n && n < sizeof(pattern)) {
			memcpy(pattern, s, n);
			pattern[n] = '\0';
			for (char *p = pattern; *p; p++)
				*p = *p == '-' ? '_' : *p;
			if (!kmt_name_normalize(c->subject->name, normal, sizeof(normal)) &&
				!fnmatch(pattern, normal, 0))
				return true;
		}
		s += n + (s[n] == ',');
	}
	return false;
}

static void test_namespaces(struct kmt_checker *c)
{
	const char *named = NULL, *ns = NULL;
	kmt_autonames struct names wrong = {0};
	const struct kmt_ko_symbol *row;

	kmt_vec_foreach (row, &c->symbols.rows) {
		const struct kmt_check_symbol *s =
			row->undefined ? kmt_check_find_symbol(c, row->name) : NULL;

		if (!s || !s->terms.known || !s->terms.ns)
			continue;
		if (!strncmp(s->terms.ns, "module:", strlen("module:"))) {
			named = is_for(c, s->terms.ns) ? named : row->name;
		} else if (!imports(c, s->terms.ns)) {
			ns = s->terms.ns;
			add_name(&wrong, "%s (%s)", row->name, ns);
		}
	}
	if (named)
		kmt_check_fail(c, KMT_ERR_FAILED, "symbol-for-modules", EINVAL,
			"its source has to do without that symbol",
			"it uses %s, which the kernel exports to some modules only", named);
	if (wrong.n &&
		kmt_check_config(c->env, "CONFIG_MODULE_ALLOW_MISSING_NAMESPACE_IMPORTS") == 'y')
		kmt_check_add(c, KMT_CHECK_WARN, "namespace", NULL,
			"it does not import the namespaces of %s; this kernel lets it",
			text_of(&wrong));
	else if (wrong.n) {
		kmt_autofree char *fix =
			kmt_asprintf("its source needs MODULE_IMPORT_NS for %s", ns);

		kmt_check_fail(c, KMT_ERR_FAILED, "namespace", EINVAL, fix,
			"it does not import the namespaces of %s", text_of(&wrong));
	}
}

const kmt_check_fn kmt_tests_of_symbols[KMT_TESTS] = {
	[KMT_TEST_MODVERSIONS] = test_modversions,
	[KMT_TEST_SYMBOLS] = test_symbols,
	[KMT_TEST_LICENSE] = test_license,
	[KMT_TEST_NAMESPACES] = test_namespaces,
};
