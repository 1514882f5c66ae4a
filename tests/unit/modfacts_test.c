/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is known of one module: from its file, the kernel and the configuration, and from some of them alone. */
#include "unit.h"
#include "elf_fixture.h"
#include "tree_fixture.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <kmt/model/modfacts.h>

#define ALL (KMT_SNAP_LOADED | KMT_SNAP_TREE | KMT_SNAP_CONFIG)
#define LOOP TREE "/kernel/drivers/block/loop.ko"

struct machine {
	struct fixture fixture;
	struct kmt_snapshot snap;
	struct kmt_modfacts facts;
};

static void write_machine(const struct fixture *f)
{
	static const char builtin[] = "usbcore.parmtype=autosuspend:int\0usbcore.license=GPL";

	TREE_MODULE(f, "kernel/drivers/block/loop.ko", "name=loop", "srcversion=AAAA", "parmtype=max_loop:int",
		"parm=max_loop:Maximum number of loop devices", "param:max_loop", "param:hidden", "signer:Me");
	TREE_MODULE(f, "updates/loop.ko", "name=loop", "srcversion=BBBB", "parmtype=other:int");
	fixture_text(f, TREE "/modules.dep", "kernel/drivers/block/loop.ko:\n");
	fixture_text(f, TREE "/modules.builtin", "kernel/drivers/usb/core/usbcore.ko\n");
	fixture_write(f, TREE "/modules.builtin.modinfo", builtin, sizeof(builtin));
	fixture_text(f, "/proc/sys/kernel/osrelease", TREE_VERSION "\n");
	fixture_text(f, "/proc/modules", "vendor 4096 0 - Live 0x0 (OE)\nloop 4096 0 - Live 0x0\n");
	fixture_text(f, "/proc/cmdline", "quiet loop.max_loop=8\n");
	fixture_text(f, "/sys/module/loop/srcversion", "AAAA\n");
	fixture_text(f, "/sys/module/loop/parameters/max_loop", "16\n");
	fixture_text(f, "/sys/module/loop/parameters/late", "x\n");
	fixture_text(f, "/sys/module/vendor/parameters/mode", "2\n");
	fixture_text(f, "/sys/module/usbcore/parameters/autosuspend", "5\n");
	fixture_text(f, "/sys/module/usbcore/parameters/quirks", "\n");
	fixture_text(f, "/etc/modprobe.d/a.conf",
		"options loop max_loop=4 gone=1\nalias block-box loop\noptions block-box hidden=3\n");
}

static int setup(void **state)
{
	struct machine *m = kmt_alloc(sizeof(*m));

	fixture_init(&m->fixture);
	write_machine(&m->fixture);
	assert_int_equal(kmt_snapshot_take(&m->snap, &m->fixture.root, NULL, ALL, NULL, NULL), 0);
	*state = m;
	return 0;
}

static int teardown(void **state)
{
	struct machine *m = *state;

	kmt_modfacts_free(&m->facts);
	kmt_snapshot_free(&m->snap);
	fixture_clear(&m->fixture);
	free(m);
	return 0;
}

/* "NAME type=T live=V configured=C@FILE:LINE" for each, those that are not known with a '!'. */
static void params_are(const struct kmt_modfacts *f, const char *want)
{
	kmt_autostrbuf struct kmt_strbuf got = KMT_STRBUF_INIT;
	const struct kmt_param *p;

	kmt_vec_foreach (p, &f->params) {
		kmt_strbuf_addf(&got, "%s%s%s", got.len ? "; " : "", p->known ? "" : "!", p->name);
		if (p->type)
			kmt_strbuf_addf(&got, " type=%s", p->type);
		if (p->live)
			kmt_strbuf_addf(&got, " live=%s", p->live->value);
		if (p->configured)
			kmt_strbuf_addf(&got, " configured=%s@%s:%u", p->configured, p->origin.file, p->origin.line);
	}
	assert_string_equal(kmt_strbuf_str(&got), want);
}

static void find(struct machine *m, const char *query)
{
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;

	if (kmt_modfacts_find(&m->facts, &m->snap, query, &err))
		fail_msg("%s: %s", query, err.msg);
}

static void test_joined(void **state)
{
	struct machine *m = *state;

	find(m, "loop");
	assert_string_equal(m->facts.module.path, LOOP);
	assert_true(m->facts.has_file);
	params_are(&m->facts, "max_loop type=int live=16 configured=8@/proc/cmdline:0; hidden; late live=x; "
			      "!gone configured=1@/etc/modprobe.d/a.conf:1");
	assert_string_equal(kmt_modfacts_param(&m->facts, "max-loop", 8)->description,
		"Maximum number of loop devices");
	/* As it was reached by the alias, the options of the alias count, too. */
	find(m, "block-box");
	params_are(&m->facts, "max_loop type=int live=16 configured=8@/proc/cmdline:0; "
			      "hidden configured=3@/etc/modprobe.d/a.conf:3; late live=x; "
			      "!gone configured=1@/etc/modprobe.d/a.conf:1");
	assert_int_equal(m->facts.config.n, 4);
	assert_string_equal(m->facts.config.v[2].text, "options block_box hidden=3");
}

static void test_parts(void **state)
{
	struct machine *m = *state;
	const struct kmt_modref loop = {.name = "loop", .path = LOOP};
	struct kmt_modfacts *f = &m->facts;

	assert_int_equal(kmt_modfacts_read(f, &m->snap, &loop, KMT_FACTS_PARAMS, NULL), 0);
	params_are(f, "max_loop type=int; hidden");
	assert_null(f->loaded);
	assert_int_equal(f->config.n, 0);
	assert_int_equal(kmt_modfacts_read(f, &m->snap, &loop, KMT_FACTS_DECLARED | KMT_FACTS_SIGNED, NULL), 0);
	assert_int_equal(f->declared.rows.n, 1);
	assert_int_equal(f->params.n, 0);
	assert_true(f->is_signed && !f->has_signature);
	assert_int_equal(kmt_modfacts_read(f, &m->snap, &loop, KMT_FACTS_SIGNATURE, NULL), 0);
	assert_int_equal(f->declared.rows.n, 0);
	assert_true(f->has_signature);
	assert_int_equal(f->signature.signer_n, 2);
	assert_memory_equal(f->signature.signer, "Me", 2);
}

static void test_builtin(void **state)
{
	struct machine *m = *state;

	find(m, "usbcore");
	assert_true(m->facts.module.builtin);
	assert_null(m->facts.module.path);
	assert_null(m->facts.loaded);
	assert_string_equal(kmt_modinfo_get(&m->facts.fields, "license"), "GPL");
	params_are(&m->facts, "autosuspend type=int live=5; quirks live=");
}

static void test_loaded_only(void **state)
{
	struct machine *m = *state;

	find(m, "vendor");
	assert_false(m->facts.module.builtin || m->facts.has_file || m->facts.module.unchecked);
	assert_non_null(m->facts.loaded);
	params_are(&m->facts, "mode live=2");
	assert_int_equal(m->facts.fields.fields.n, 0);
	assert_int_equal(kmt_modfacts_find(&m->facts, &m->snap, "nothing", NULL), -ENOENT);
}

/* modules.dep says which of two files is meant by a name; the other one has to be named as a file. */
static void test_other_file(void **state)
{
	struct machine *m = *state;

	find(m, "loop");
	assert_int_equal(m->facts.same, KMT_SAME_FILE);
	assert_string_equal(m->facts.same_by, "srcversion");
	find(m, TREE "/updates/loop.ko");
	assert_string_equal(m->facts.module.name, "loop");
	assert_int_equal(m->facts.same, KMT_OTHER_FILE);
	assert_int_equal(m->facts.declared.rows.n, 1);
	assert_string_equal(m->facts.params.v[0].name, "other");
	/* Nothing of it is left for the next one. */
	find(m, "vendor");
	assert_int_equal(m->facts.same, KMT_SAME_UNKNOWN);
	assert_null(kmt_modfacts_param(&m->facts, "other", 5));
}

static void test_no_file(void **state)
{
	struct machine *m = *state;
	const struct kmt_modref loop = {.name = "loop", .path = "/no/such.ko"};
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;

	find(m, "loop");
	assert_true(kmt_modfacts_read(&m->facts, &m->snap, &loop, KMT_FACTS_ALL_PARAMS, &err) < 0);
	assert_int_equal(err.kind, KMT_ERR_NOT_FOUND);
	assert_false(m->facts.has_file);
	params_are(&m->facts, "late live=x; max_loop live=16 configured=8@/proc/cmdline:0; "
			      "!gone configured=1@/etc/modprobe.d/a.conf:1");
	fixture_text(&m->fixture, LOOP, "not a module");
	assert_true(kmt_modfacts_find(&m->facts, &m->snap, "loop", &err) < 0);
	assert_int_equal(err.kind, KMT_ERR_FAILED);
}

/* .modinfo can be read, the names of symbols cannot. */
static void test_damaged(void **state)
{
	static const char info[] = "parmtype=big:long";
	struct machine *m = *state;
	const struct kmt_modref loop = {.name = "loop", .path = LOOP};
	kmt_autostrbuf struct kmt_strbuf file = KMT_STRBUF_INIT;
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;
	struct elf_fixture elf;
	size_t strings;

	elf_fixture_init(&elf, false, false, EM_386);
	elf_fixture_add(&elf, ".modinfo", SHT_PROGBITS, info, sizeof(info));
	strings = elf_fixture_add(&elf, "strings", SHT_STRTAB, "", 1);
	elf.sections[strings].claim_size = 1 << 20;
	elf.sections[elf_fixture_add(&elf, "symbols", SHT_SYMTAB, "", 0)].link = (uint32_t)strings;
	elf_fixture_write(&elf, &file);
	fixture_write(&m->fixture, LOOP, file.s, file.len);

	assert_int_equal(kmt_modfacts_read(&m->facts, &m->snap, &loop, KMT_FACTS_PARAMS, NULL), 0);
	params_are(&m->facts, "big type=long");
	assert_int_equal(m->facts.params_err.kind, KMT_ERR_FAILED);
	assert_int_equal(kmt_modfacts_check_param(&m->facts, "big=2147483647", NULL), 0);
	assert_true(kmt_modfacts_check_param(&m->facts, "big=2147483648", NULL) < 0);
	assert_true(kmt_modfacts_find(&m->facts, &m->snap, "loop", &err) < 0);
	assert_string_equal(err.msg, m->facts.params_err.msg);
	find(m, "vendor");
	assert_int_equal(m->facts.params_err.kind, KMT_ERR_NONE);
}

static void test_other_kernel(void **state)
{
	struct machine *m = *state;

	fixture_text(&m->fixture, "/lib/modules/6.9.0/modules.dep", "");
	fixture_text(&m->fixture, "/lib/modules/6.9.0/modules.builtin", "kernel/usbcore.ko\nkernel/loop.ko\n");
	kmt_snapshot_free(&m->snap);
	assert_int_equal(kmt_snapshot_take(&m->snap, &m->fixture.root, "6.9.0", ALL, NULL, NULL), 0);
	find(m, "usbcore");
	assert_int_equal(m->facts.params.n, 0);
	find(m, "loop");
	assert_true(m->facts.module.builtin);
	params_are(&m->facts, ""); /* options lines do not reach what is built in */
}

static void test_queries(void **state)
{
	struct machine *m = *state;
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;
	struct kmt_modref ref;

	fixture_text(&m->fixture, "/etc/modprobe.d/b.conf", "alias two loop\nalias two usbcore\n");
	kmt_snapshot_free(&m->snap);
	assert_int_equal(kmt_snapshot_take(&m->snap, &m->fixture.root, NULL, ALL, NULL, NULL), 0);
	assert_true(kmt_modref_find(&m->snap, "two", &ref, &err) < 0);
	assert_int_equal(err.kind, KMT_ERR_USAGE);
	assert_string_equal(err.msg, "two means several modules: loop, usbcore; name one of them");
	assert_int_equal(kmt_modref_find(&m->snap, "some/x-y.ko.xz", &ref, NULL), 0);
	assert_string_equal(ref.name, "x_y");
	assert_string_equal(ref.path, "/some/x-y.ko.xz");
	assert_true(kmt_modref_find(&m->snap, "dir/", &ref, &err) < 0);
	assert_int_equal(err.kind, KMT_ERR_USAGE);
	/* Aliases may hold a '/'. */
	assert_true(kmt_modref_find(&m->snap, "devname:cpu/microcode", &ref, &err) < 0);
	assert_int_equal(err.kind, KMT_ERR_NOT_FOUND);
}

static void test_no_tree(void **state)
{
	struct machine *m = *state;
	kmt_autofree char *dep = kmt_asprintf("%s" TREE "/modules.dep", m->fixture.dir);

	kmt_snapshot_free(&m->snap);
	unlink(dep);
	assert_int_equal(kmt_snapshot_take(&m->snap, &m->fixture.root, NULL, ALL | KMT_SNAP_TREE_OPTIONAL, NULL,
				 NULL), 0);
	assert_false(m->snap.has_tree);
	find(m, "vendor");
	assert_false(m->facts.module.unchecked);
	assert_true(kmt_modfacts_check_param(&m->facts, "nosuch=1", NULL) < 0);
	find(m, "unheard-of");
	assert_string_equal(m->facts.module.name, "unheard_of");
	assert_true(m->facts.module.unchecked);
	assert_int_equal(kmt_modfacts_check_param(&m->facts, "nosuch=1", NULL), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_joined, setup, teardown),
		cmocka_unit_test_setup_teardown(test_parts, setup, teardown),
		cmocka_unit_test_setup_teardown(test_builtin, setup, teardown),
		cmocka_unit_test_setup_teardown(test_loaded_only, setup, teardown),
		cmocka_unit_test_setup_teardown(test_other_file, setup, teardown),
		cmocka_unit_test_setup_teardown(test_no_file, setup, teardown),
		cmocka_unit_test_setup_teardown(test_damaged, setup, teardown),
		cmocka_unit_test_setup_teardown(test_other_kernel, setup, teardown),
		cmocka_unit_test_setup_teardown(test_queries, setup, teardown),
		cmocka_unit_test_setup_teardown(test_no_tree, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
