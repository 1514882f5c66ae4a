/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Planning a load: order, reasons, origins, and what is refused. That the order is modprobe's for real
 * module trees and configurations is shown in tests/tree. */
#include "elf_fixture.h"
#include "fixture.h"
#include "unit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <kmt/base/alloc.h>
#include <kmt/plan/load.h>

#define TREE "/lib/modules/6.1.0-test"
#define CONF "/etc/modprobe.d/t.conf"

struct state {
	struct fixture f;
	struct kmt_diag diag;
	struct kmt_err err;
	struct kmt_load_request req;
	struct kmt_plan plan;
};

static const char dep[] = "kernel/top.ko: kernel/mid.ko kernel/low.ko\n"
			  "kernel/mid.ko: kernel/low.ko\n"
			  "kernel/low.ko:\n"
			  "kernel/soft-a.ko:\n"
			  "kernel/soft-b.ko: kernel/low.ko\n"
			  "kernel/other.ko:\n"
			  "kernel/gone.ko:\n"
			  "kernel/needs-gone.ko: kernel/gone.ko\n"
			  "kernel/fixture.ko.xz:\n";

static const char *const aliases[] = {"pci:v1*", "top", "pci:v1*", "other", "pci:v2*", "soft_b", "crypto_x",
	"soft_a", "stale", "no_such_module", NULL};

static int setup(void **state)
{
	static const char *const files[] = {"top", "mid", "low", "soft-a", "soft-b", "other", "needs-gone"};
	struct state *s = kmt_alloc(sizeof(*s));
	kmt_autostrbuf struct kmt_strbuf trie = KMT_STRBUF_INIT;

	fixture_init(&s->f);
	fixture_text(&s->f, "/proc/sys/kernel/osrelease", "6.1.0-test\n");
	fixture_text(&s->f, "/proc/modules", "loaded_one 4096 0 - Live 0x0\nlow_coming 4096 0 - Loading 0x0\n");
	fixture_text(&s->f, "/proc/cmdline", "quiet\n");
	fixture_text(&s->f, TREE "/modules.dep", dep);
	fixture_text(&s->f, TREE "/modules.builtin", "kernel/built-in.ko\n");
	trie_build(&trie, aliases, false);
	fixture_write(&s->f, TREE "/modules.alias.bin", trie.s, trie.len);
	for (size_t i = 0; i < KMT_ARRAY_SIZE(files); i++) {
		kmt_autofree char *path = kmt_asprintf(TREE "/kernel/%s.ko", files[i]);

		fixture_text(&s->f, path, "x");
	}
	*state = s;
	return 0;
}

static int teardown(void **state)
{
	struct state *s = *state;

	kmt_plan_free(&s->plan);
	kmt_vec_free(&s->req.targets);
	kmt_vec_free(&s->req.params);
	kmt_diag_clear(&s->diag);
	kmt_err_clear(&s->err);
	fixture_clear(&s->f);
	free(s);
	return 0;
}

/* TARGETS: names separated by blanks; what follows " -- " are parameters, separated by '|'. */
static int make(struct state *s, const char *targets)
{
	kmt_autofree char *copy = kmt_strdup(targets);
	char *params = strstr(copy, " -- "), *save = NULL;
	struct kmt_snapshot snap;
	int r;

	if (params) {
		*params = '\0';
		params += 4;
	}
	s->req.targets.n = s->req.params.n = 0;
	for (char *p = strtok_r(copy, " ", &save); p; p = strtok_r(NULL, " ", &save))
		kmt_vec_push(&s->req.targets, p);
	for (char *p = params ? strtok_r(params, "|", &save) : NULL; p; p = strtok_r(NULL, "|", &save))
		kmt_vec_push(&s->req.params, p);
	kmt_plan_free(&s->plan);
	kmt_err_clear(&s->err);
	r = kmt_snapshot_take(&snap, &s->f.root, NULL, KMT_SNAP_LOADED | KMT_SNAP_TREE | KMT_SNAP_CONFIG,
		&s->diag, &s->err);
	assert_int_equal(r, 0);
	r = kmt_plan_load(&snap, &s->req, &s->plan, &s->err);
	kmt_snapshot_free(&snap);
	if (r < 0) {
		assert_int_equal(s->plan.steps.n, 0);
		assert_non_null(s->err.msg);
	} else {
		assert_null(s->err.msg);
	}
	return r;
}

/* One line for each step: kind, module, why, whom it serves; what is not required starts with '?'. */
static void plan(struct state *s, const char *targets, const char *want)
{
	kmt_autostrbuf struct kmt_strbuf got = KMT_STRBUF_INIT;

	assert_int_equal(make(s, targets), 0);
	for (size_t i = 0; i < s->plan.steps.n; i++) {
		const struct kmt_step *step = &s->plan.steps.v[i];

		kmt_strbuf_addf(&got, "%s%s %s %s", step->required ? "" : "?", kmt_step_kind_name(step->kind),
			step->module, kmt_why_name(step->why));
		if (step->because_of)
			kmt_strbuf_addf(&got, " %s", step->because_of);
		if (step->kind == KMT_STEP_SKIP)
			kmt_strbuf_addf(&got, " (%s)", kmt_skip_name(step->skip));
		if (step->origin.file)
			kmt_strbuf_addf(&got, " %s:%u", step->origin.file, step->origin.line);
		if (step->params && *step->params)
			kmt_strbuf_addf(&got, " [%s]", step->params);
		kmt_strbuf_addc(&got, '\n');
	}
	assert_string_equal(kmt_strbuf_str(&got), want);
}

static void refused(struct state *s, const char *targets, enum kmt_err_kind kind, const char *says,
	const char *also)
{
	assert_true(make(s, targets) < 0);
	assert_int_equal(s->err.kind, kind);
	assert_non_null(strstr(s->err.msg, says));
	if (also && !strstr(s->err.msg, also)) {
		assert_non_null(s->err.hint);
		assert_non_null(strstr(s->err.hint, also));
	}
}

static void config(struct state *s, const char *text)
{
	fixture_text(&s->f, CONF, text);
}

static void test_dependencies(void **state)
{
	struct state *s = *state;

	plan(s, "top", "insert low dependency top\ninsert mid dependency top\ninsert top requested\n");
	assert_string_equal(s->plan.steps.v[0].path, TREE "/kernel/low.ko");
	assert_string_equal(s->plan.steps.v[0].params, "");
	assert_string_equal(s->plan.dir, TREE);
	plan(s, "soft-a", "insert soft_a requested\n");
	plan(s, "low top", "insert low requested\ninsert mid dependency top\ninsert top requested\n");
	plan(s, "top low", "insert low dependency top\ninsert mid dependency top\ninsert top requested\n");
}

static void test_loaded_and_builtin(void **state)
{
	struct state *s = *state;

	fixture_text(&s->f, "/proc/modules", "low 4096 0 - Live 0x0\n");
	plan(s, "top",
		"?skip low dependency top (loaded)\ninsert mid dependency top\ninsert top requested\n");
	plan(s, "low built_in", "?skip low requested (loaded)\n?skip built_in requested (built-in)\n");
	assert_int_equal(kmt_plan_changes(&s->plan), 0);
	/* Parameters for what is there already go nowhere: that is said. */
	plan(s, "low -- a=1", "?skip low requested (loaded)\n");
	assert_int_equal(s->plan.warnings.n, 1);
	assert_non_null(strstr(s->plan.warnings.v[0], "a=1 has no effect"));
	plan(s, "built-in -- a=1", "?skip built_in requested (built-in)\n");
	assert_non_null(strstr(s->plan.warnings.v[0], "built_in.a=1"));
	s->req.ignore_loaded = true;
	plan(s, "low", "insert low requested\n");
}

static void test_options(void **state)
{
	struct state *s = *state;

	fixture_text(&s->f, "/proc/cmdline", "low.e=5 top.f=6 low.g\n");
	config(s, "options low a=1\n\noptions low   b=2  \noptions mid c=\"x y\"\noptions none d=4\n");
	plan(s, "top",
		"insert low dependency top [a=1   b=2   e=5 g]\n"
		"insert mid dependency top [c=\"x y\"]\n"
		"insert top requested [f=6]\n");
	assert_int_equal(s->plan.steps.v[0].n_parts, 4);
	assert_string_equal(s->plan.steps.v[0].parts[1].text, "b=2");
	assert_string_equal(s->plan.steps.v[0].parts[1].origin.file, CONF);
	assert_int_equal(s->plan.steps.v[0].parts[1].origin.line, 3);
	assert_string_equal(s->plan.steps.v[0].parts[2].origin.file, "/proc/cmdline");
	s->req.no_config = true;
	plan(s, "mid", "insert low dependency mid\ninsert mid requested\n");
}

static void test_requested_parameters(void **state)
{
	struct state *s = *state;

	s->req.skip_param_check = true;
	config(s, "options top a=1\n");
	plan(s, "top -- b=2|c=x y|d=\"p q\"|e|f='r s'",
		"insert low dependency top\n"
		"insert mid dependency top\n"
		"insert top requested [a=1 b=2 c=\"x y\" d=\"p q\" e f='r s']\n");
	assert_null(s->plan.steps.v[2].parts[1].origin.file);
	/* A target that is a dependency of an earlier one gets them too. */
	plan(s, "mid low -- b=2", "insert low dependency mid [b=2]\ninsert mid requested [b=2]\n");
}

static void test_aliases(void **state)
{
	struct state *s = *state;

	plan(s, "pci:v2x", "insert low dependency soft_b\ninsert soft_b requested pci:v2x\n");
	/* Several answer: all are tried, none has to work. */
	plan(s, "pci:v1x",
		"?insert low dependency top\n?insert mid dependency top\n?insert top requested pci:v1x\n"
		"?insert other requested pci:v1x\n");
	config(s, "alias my-dev soft-a\noptions my-dev a=1\noptions soft_a b=2\n");
	plan(s, "my-dev", "insert soft_a requested my-dev " CONF ":1 [a=1 b=2]\n");
	plan(s, "soft_a", "insert soft_a requested [b=2]\n");
	config(s, "options pci:v2x c=3\n");
	plan(s, "pci:v2x", "insert low dependency soft_b\ninsert soft_b requested pci:v2x [c=3]\n");
	refused(s, "stale", KMT_ERR_FAILED, "no_such_module", " index 6.1.0-test");
	config(s, "alias low off\nalias x nothing\n");
	refused(s, "low", KMT_ERR_REFUSED, CONF ":1", NULL);
	refused(s, "x", KMT_ERR_NOT_FOUND, CONF ":2", "nothing");
	s->req.no_config = true;
	plan(s, "low", "insert low requested\n");
}

static void test_not_found(void **state)
{
	struct state *s = *state;

	refused(s, "lov", KMT_ERR_NOT_FOUND, "lov", "low");
	refused(s, "top nothing-like-it", KMT_ERR_NOT_FOUND, "nothing-like-it", NULL);
	refused(s, "x[", KMT_ERR_USAGE, "x[", NULL);
}

static void test_softdeps(void **state)
{
	struct state *s = *state;

	config(s, "softdep top pre: crypto-x nothing post: other built-in\n");
	plan(s, "top",
		"insert low dependency top\n"
		"insert mid dependency top\n"
		"?skip nothing softdep-pre top (no-file) " CONF ":1\n"
		"?insert soft_a softdep-pre top " CONF ":1\n"
		"insert top requested\n"
		"?insert other softdep-post top " CONF ":1\n"
		"?skip built_in softdep-post top (built-in) " CONF ":1\n");
	/* Those of a dependency stand around it; what they need comes before them. */
	config(s, "softdep low post: soft-b\nsoftdep soft_b pre: soft_a\n");
	plan(s, "mid",
		"insert low dependency mid\n"
		"?insert soft_a softdep-pre soft_b " CONF ":2\n"
		"?insert soft_b softdep-post low " CONF ":1\n"
		"insert mid requested\n");
	/* Only the first line counts. */
	config(s, "softdep other pre:\nsoftdep other pre: soft_a\n");
	plan(s, "other", "insert other requested\n");
}

static void test_softdep_cycles(void **state)
{
	struct state *s = *state;

	config(s, "softdep soft_a pre: soft_b\nsoftdep soft_b pre: soft_a\nsoftdep low pre: low\n");
	plan(s, "soft_a",
		"?insert low softdep-pre low " CONF ":3\n"
		"?insert soft_b softdep-pre soft_a " CONF ":1\n"
		"insert soft_a requested\n");
	assert_false(s->plan.steps.v[0].required);
}

static void test_shipped_softdeps(void **state)
{
	struct state *s = *state;

	fixture_text(&s->f, TREE "/modules.softdep", "softdep other pre: soft_a\n");
	config(s, "softdep other pre: soft_b\n"); /* t.conf sorts behind modules.softdep */
	plan(s, "other",
		"?insert soft_a softdep-pre other " TREE "/modules.softdep:1\ninsert other requested\n");
	s->req.no_config = true;
	fixture_text(&s->f, "/etc/modprobe.d/a.conf", "softdep other pre: soft_b\n");
	plan(s, "other",
		"?insert soft_a softdep-pre other " TREE "/modules.softdep:1\ninsert other requested\n");
}

static void test_deep_softdeps(void **state)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT, tree = KMT_STRBUF_INIT;
	struct state *s = *state;

	for (int i = 0; i < 3000; i++) {
		kmt_strbuf_addf(&tree, "kernel/m%d.ko:\n", i);
		kmt_strbuf_addf(&text, "softdep m%d pre: m%d\n", i, i + 1);
	}
	fixture_text(&s->f, TREE "/modules.dep", tree.s);
	config(s, text.s);
	refused(s, "m0", KMT_ERR_FAILED, "m0", NULL);
	assert_int_equal(s->err.errnum, ELOOP);
}

static void test_blacklist(void **state)
{
	struct state *s = *state;

	config(s, "blacklist top\nblacklist mid\n");
	plan(s, "top", "insert low dependency top\ninsert mid dependency top\ninsert top requested\n");
	plan(s, "pci:v1x", "?skip top requested pci:v1x (blacklisted) " CONF ":1\n?insert other requested pci:v1x\n");
	assert_non_null(strstr(s->plan.steps.v[0].reason, CONF ":1"));
	config(s, "blacklist soft-b\n");
	refused(s, "pci:v2x", KMT_ERR_REFUSED, CONF ":1", "soft_b");
	s->req.no_config = true;
	plan(s, "pci:v2x", "insert low dependency soft_b\ninsert soft_b requested pci:v2x\n");
	s->req.no_config = false;
	/* On the kernel command line '-' is not '_'. */
	config(s, "");
	fixture_text(&s->f, "/proc/cmdline", "modprobe.blacklist=soft-b");
	plan(s, "pci:v2x", "insert low dependency soft_b\ninsert soft_b requested pci:v2x\n");
	fixture_text(&s->f, "/proc/cmdline", "modprobe.blacklist=soft_b");
	refused(s, "pci:v2x", KMT_ERR_REFUSED, "/proc/cmdline", "soft_b");
}

static void test_kernel_blacklist(void **state)
{
	struct state *s = *state;

	fixture_text(&s->f, "/proc/cmdline", "module_blacklist=low,soft-a\n");
	refused(s, "low", KMT_ERR_REFUSED, "module low is blacklisted by module_blacklist=", "boot");
	refused(s, "top", KMT_ERR_REFUSED, "top cannot be loaded without low", "module_blacklist");
	plan(s, "soft_a", "insert soft_a requested\n");
	config(s, "softdep other pre: low\n");
	plan(s, "other", "?skip low softdep-pre other (blacklisted) " CONF ":1\ninsert other requested\n");
	s->req.no_config = true;
	refused(s, "low", KMT_ERR_REFUSED, "module_blacklist=", NULL);
}

static void test_install_commands(void **state)
{
	struct state *s = *state;

	config(s, "options mid a=1\ninstall mi? /sbin/x $CMDLINE_OPTS\n");
	plan(s, "top",
		"insert low dependency top\n"
		"run mid install-command top " CONF ":2 [a=1]\n"
		"insert top requested\n");
	assert_string_equal(s->plan.steps.v[1].command, "/sbin/x $CMDLINE_OPTS");
	plan(s, "mid", "insert low dependency mid\nrun mid install-command " CONF ":2 [a=1]\n");
	/* A line for a name that is no module. */
	config(s, "install virtual echo\nremove gone-away echo\n");
	plan(s, "virtual", "run virtual install-command " CONF ":1\n");
	refused(s, "gone-away", KMT_ERR_NOT_FOUND, CONF ":2", "remove");
	/* With soft dependencies modprobe does not look at it. */
	config(s, "install other /bin/false\nsoftdep other pre: soft_a\n");
	plan(s, "other", "?insert soft_a softdep-pre other " CONF ":2\ninsert other requested\n");
	config(s, "install other /bin/echo\nsoftdep other pre: unknown\n");
	plan(s, "other",
		"?skip unknown softdep-pre other (no-file) " CONF ":2\n"
		"run other install-command " CONF ":1\n");
}

static void test_blocking_commands(void **state)
{
	static const char *const commands[] = {"/bin/false", " /bin/true ", "/usr/bin/false", "exit 1", ":"};
	struct state *s = *state;

	for (size_t i = 0; i < KMT_ARRAY_SIZE(commands); i++) {
		kmt_autofree char *text = kmt_asprintf("install low %s\n", commands[i]);

		config(s, text);
		refused(s, "low", KMT_ERR_REFUSED, "blocked by " CONF ":1", "--no-config");
	}
	refused(s, "top", KMT_ERR_REFUSED, "top cannot be loaded without low", CONF ":1");
	config(s, "install soft_a /bin/false\nsoftdep other pre: soft_a\n");
	plan(s, "other", "?skip soft_a softdep-pre other (blocked) " CONF ":2\ninsert other requested\n");
	/* What a soft dependency could do without is needed after all. */
	config(s, "install low /bin/false\nsoftdep mid pre: low\n");
	refused(s, "mid", KMT_ERR_REFUSED, "blocked by " CONF ":1", NULL);
	config(s, "install low /bin/false --x\n");
	plan(s, "low", "run low install-command " CONF ":1\n");
	s->req.no_config = true;
	plan(s, "low", "insert low requested\n");
}

static void test_missing_files(void **state)
{
	struct state *s = *state;

	refused(s, "gone", KMT_ERR_FAILED, TREE "/kernel/gone.ko", " index 6.1.0-test");
	refused(s, "needs_gone", KMT_ERR_FAILED, TREE "/kernel/gone.ko", NULL);
	config(s, "softdep other post: gone\n");
	plan(s, "other", "insert other requested\n?skip gone softdep-post other (no-file) " CONF ":1\n");
	assert_int_equal(s->plan.warnings.n, 1);
	fixture_text(&s->f, TREE "/kernel/gone.ko/x", "");
	refused(s, "gone", KMT_ERR_FAILED, "directory", NULL);
}

static void test_damaged_index(void **state)
{
	struct state *s = *state;

	fixture_text(&s->f, TREE "/modules.alias.bin", "nonsense");
	plan(s, "low", "insert low requested\n");
	refused(s, "pci:v1x", KMT_ERR_FAILED, TREE "/modules.alias.bin", " index 6.1.0-test");
	config(s, "softdep other pre: crypto-x\n");
	refused(s, "other", KMT_ERR_FAILED, TREE "/modules.alias.bin", " index 6.1.0-test");
}

static void write_module(struct state *s, const char *path, const char *modinfo, size_t n,
	const char *symbol)
{
	kmt_autostrbuf struct kmt_strbuf file = KMT_STRBUF_INIT;
	struct elf_fixture elf;

	elf_fixture_init(&elf, true, false, EM_X86_64);
	elf_fixture_add(&elf, ".modinfo", SHT_PROGBITS, modinfo, n);
	if (symbol)
		elf_fixture_symbol(&elf, symbol, STB_LOCAL, 1, 0);
	elf_fixture_write(&elf, &file);
	fixture_write(&s->f, path, file.s, file.len);
}

#define WRITE_MODULE(s, path, modinfo) write_module(s, path, modinfo, sizeof(modinfo), NULL)

static void test_parameter_check(void **state)
{
	static const char info[] = "parmtype=speed:int\0parm=speed:How fast\0parmtype=loud:bool\0parm=level:none to 9";
	struct state *s = *state;

	write_module(s, TREE "/kernel/low.ko", info, sizeof(info), "__param_str_secret");
	plan(s, "low -- speed=0x10|loud|level=x|secret=1", "insert low requested [speed=0x10 loud level=x secret=1]\n");
	refused(s, "low -- sped=1", KMT_ERR_USAGE, "low has no parameter 'sped'", "speed, loud, level, secret");
	refused(s, "low -- speed=fast", KMT_ERR_USAGE, "'fast'", "int");
	refused(s, "low -- speed", KMT_ERR_USAGE, "needs a value", "How fast");
	/* Nothing is checked in dependencies: parameters are not for them. */
	fixture_text(&s->f, TREE "/kernel/top.ko", "damaged");
	refused(s, "top -- speed=1", KMT_ERR_FAILED, TREE "/kernel/top.ko", NULL);
	plan(s, "mid", "insert low dependency mid\ninsert mid requested\n");
}

static void test_files(void **state)
{
	struct state *s = *state;

	WRITE_MODULE(s, "/tmp/new-one.ko", "depends=mid,built-in\0name=new_one");
	plan(s, "/tmp/new-one.ko",
		"insert low dependency new_one\ninsert mid dependency new_one\n"
		"insert new_one requested /tmp/new-one.ko\n");
	assert_string_equal(s->plan.steps.v[2].path, "/tmp/new-one.ko");
	/* Options and soft dependencies by the name inside of the file. */
	WRITE_MODULE(s, "/tmp/renamed.ko", "name=other\0parmtype=a:int");
	config(s, "options other b=2\nsoftdep other pre: soft_a\n");
	s->req.cwd = "/tmp";
	plan(s, "./renamed.ko -- a=1",
		"?insert soft_a softdep-pre other " CONF ":2\ninsert other requested ./renamed.ko [b=2 a=1]\n");
	assert_string_equal(s->plan.steps.v[1].path, "/tmp/./renamed.ko");
	refused(s, "renamed.ko -- c=1", KMT_ERR_USAGE, "'c'", NULL);
	/* Without a name inside it is the file's. */
	WRITE_MODULE(s, "/tmp/old-style.ko", "license=GPL");
	plan(s, "old-style.ko", "insert old_style requested old-style.ko\n");
	/* The tree's own file: the tree's order. */
	WRITE_MODULE(s, TREE "/kernel/top.ko", "name=top\0depends=low,mid");
	plan(s, TREE "/kernel/top.ko",
		"insert low dependency top\ninsert mid dependency top\n"
		"insert top requested " TREE "/kernel/top.ko\n");
}

static void test_files_that_need_each_other(void **state)
{
	struct state *s = *state;

	WRITE_MODULE(s, "/a.ko", "name=a\0depends=");
	WRITE_MODULE(s, "/b.ko", "name=b\0depends=a");
	WRITE_MODULE(s, "/c.ko", "name=c\0depends=b,loaded-one,,");
	refused(s, "/b.ko", KMT_ERR_NOT_FOUND, "needs module a", "before");
	plan(s, "/a.ko /b.ko /c.ko",
		"insert a requested /a.ko\ninsert b requested /b.ko\ninsert c requested /c.ko\n");
}

static void test_bad_files(void **state)
{
	struct state *s = *state;
	kmt_autostrbuf struct kmt_strbuf file = KMT_STRBUF_INIT;
	struct elf_fixture elf;

	refused(s, "/no/such.ko", KMT_ERR_NOT_FOUND, "/no/such.ko", NULL);
	fixture_text(&s->f, "/text.ko", "just some text that is long enough for an ELF header, or is it not?");
	refused(s, "/text.ko", KMT_ERR_FAILED, "/text.ko", "ELF");
	fixture_text(&s->f, "/empty.ko", "");
	refused(s, "/empty.ko", KMT_ERR_FAILED, "empty", NULL);
	refused(s, "/proc/", KMT_ERR_FAILED, "/proc", NULL);
	/* The kernel takes a module without .modinfo. */
	elf_fixture_init(&elf, true, false, EM_X86_64);
	elf_fixture_write(&elf, &file);
	fixture_write(&s->f, "/bare.ko", file.s, file.len);
	plan(s, "/bare.ko", "insert bare requested /bare.ko\n");
	assert_int_equal(s->plan.warnings.n, 1);
	fixture_text(&s->f, "/proc/modules", "bare 4096 0 - Live 0x0\n");
	plan(s, "/bare.ko", "?skip bare requested /bare.ko (loaded)\n");
}

static void test_insert_flags(void **state)
{
	struct state *s = *state;

	s->req.insert_flags = 3;
	plan(s, "mid", "insert low dependency mid\ninsert mid requested\n");
	assert_int_equal(s->plan.steps.v[0].flags, 3);
	assert_int_equal(s->plan.steps.v[1].flags, 3);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_dependencies),
		TEST(test_loaded_and_builtin),
		TEST(test_options),
		TEST(test_requested_parameters),
		TEST(test_aliases),
		TEST(test_not_found),
		TEST(test_softdeps),
		TEST(test_softdep_cycles),
		TEST(test_shipped_softdeps),
		TEST(test_deep_softdeps),
		TEST(test_blacklist),
		TEST(test_kernel_blacklist),
		TEST(test_install_commands),
		TEST(test_blocking_commands),
		TEST(test_missing_files),
		TEST(test_damaged_index),
		TEST(test_parameter_check),
		TEST(test_files),
		TEST(test_files_that_need_each_other),
		TEST(test_bad_files),
		TEST(test_insert_flags),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
