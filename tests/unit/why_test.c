/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Why a module is loaded, or is not, as a fixture's files tell it. */
#include "unit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <kmt/base/alloc.h>
#include <kmt/model/why.h>
#include <kmt/source/mentions.h>
#include <kmt/source/procuse.h>
#include "elf_fixture.h"
#include "fixture.h"

#define TREE "/lib/modules/6.1.0"
#define DEVICES "/sys/devices/pci0000:00"
#define CARD "pci:v00008086d000010D3sv00001028sd0000087Cbc02sc00i00"

struct machine {
	struct fixture files;
	struct kmt_snapshot snap;
	struct kmt_whys why;
	bool taken, found;
};

/* A module whose .modinfo has one alias. */
static void add_module(const struct fixture *f, const char *name, const char *alias)
{
	kmt_autofree char *path = kmt_asprintf(TREE "/kernel/%s.ko", name);
	kmt_autofree char *info = kmt_asprintf("alias=%s", alias);
	kmt_autostrbuf struct kmt_strbuf file = KMT_STRBUF_INIT;
	struct elf_fixture elf;

	elf_fixture_init(&elf, true, false, EM_X86_64);
	elf_fixture_add(&elf, ".modinfo", SHT_PROGBITS, info, strlen(info) + 1);
	elf_fixture_write(&elf, &file);
	fixture_write(f, path, file.s, file.len);
}

static void add_tree(const struct fixture *f)
{
	static const char *const aliases[] = {"fs_iso9660", "isofs", "net_pf_38", "af_alg", "crypto_crc32c",
		"crc32c_generic", "pci:v00008086d000010D3sv*sd*bc*sc*i*", "e1000e", "devname:fuse", "fuse", NULL};
	kmt_autostrbuf struct kmt_strbuf trie = KMT_STRBUF_INIT;

	add_module(f, "isofs", "fs-iso9660");
	add_module(f, "af_alg", "net-pf-38");
	add_module(f, "crc32c_generic", "crypto-crc32c");
	add_module(f, "e1000e", "pci:v00008086d000010D3sv*sd*bc*sc*i*");
	add_module(f, "fuse", "devname:fuse");
	fixture_text(f, TREE "/modules.dep",
		"kernel/isofs.ko:\nkernel/af_alg.ko:\nkernel/crc32c_generic.ko:\nkernel/e1000e.ko:\nkernel/fuse.ko:\n"
		"kernel/ext4.ko:\nkernel/gone.ko:\n");
	fixture_text(f, TREE "/modules.builtin", "kernel/unix.ko\n");
	fixture_text(f, TREE "/modules.softdep", "# of modules\nsoftdep ext4 pre: crypto-crc32c\n");
	trie_build(&trie, aliases, false);
	fixture_write(f, TREE "/modules.alias.bin", trie.s, trie.len);
}

static int setup(void **state)
{
	struct machine *m = kmt_alloc(sizeof(*m));
	const struct fixture *f = &m->files;

	fixture_init(&m->files);
	add_tree(f);
	fixture_text(f, "/proc/sys/kernel/osrelease", "6.1.0\n");
	fixture_text(f, "/proc/modules",
		"ext4 1 1 - Live 0x0\njbd2 1 1 ext4, Live 0x0\nmbcache 1 1 jbd2, Live 0x0\nisofs 1 0 - Live 0x0\n"
		"af_alg 1 2 - Live 0x0\nhello 1 0 - Live 0x0\ncrc32c_generic 1 1 - Live 0x0\n"
		"one 1 1 two, Live 0x0\ntwo 1 1 one, Live 0x0\nhelper 1 1 hello, Live 0x0\n");
	fixture_text(f, "/proc/self/mountinfo", "22 1 254:1 / / rw - ext4 /dev/vda1 rw\n");
	fixture_text(f, "/proc/net/protocols",
		"protocol  size sockets  memory press maxhdr  slab module     cl co\n"
		"ALG       1000      2      -1   NI       0   no   af_alg      y  n\n");
	fixture_text(f, "/proc/filesystems", "nodev\tproc\n\tiso9660\n");
	fixture_text(f, "/sys/bus/pci/devices/none", "");
	*state = m;
	return 0;
}

static int teardown(void **state)
{
	struct machine *m = *state;

	if (m->found)
		kmt_whys_free(&m->why);
	if (m->taken)
		kmt_snapshot_free(&m->snap);
	fixture_clear(&m->files);
	free(m);
	return 0;
}

static void find(struct machine *m, const char *query, enum kmt_why_verdict verdict)
{
	if (!m->taken)
		assert_int_equal(kmt_snapshot_take(&m->snap, &m->files.root, NULL,
					 KMT_SNAP_LOADED | KMT_SNAP_TREE | KMT_SNAP_CONFIG, NULL, NULL),
			0);
	m->taken = true;
	if (m->found)
		kmt_whys_free(&m->why);
	assert_int_equal(kmt_why_find(&m->snap, query, &m->why, NULL), 0);
	m->found = true;
	assert_string_equal(kmt_why_verdict_name(m->why.verdict), kmt_why_verdict_name(verdict));
}

/* "confidence kind text @origin" of row I. */
static void row_is(struct machine *m, size_t i, const char *want)
{
	const struct kmt_evidence *e;
	kmt_autofree char *got = NULL;
	const char *origin;

	assert_true(i < m->why.rows.n);
	e = &m->why.rows.v[i];
	origin = kmt_origin_text(&e->origin, &m->why.arena);
	got = kmt_asprintf("%s %s %s%s%s", kmt_confidence_name(e->confidence), kmt_evidence_kind_name(e->kind), e->text,
		origin ? " @" : "", origin ? origin : "");
	assert_string_equal(got, want);
}

static void a_mount_explains(void **state)
{
	struct machine *m = *state;

	find(m, "ext4", KMT_WHY_EXPLAINED);
	assert_int_equal(m->why.rows.n, 1);
	row_is(m, 0, "high mount mounted on / (/dev/vda1)");
	assert_string_equal(m->why.answer, "ext4 is loaded: mounted on / (/dev/vda1)");
}

static void holders_lead_to_the_cause(void **state)
{
	struct machine *m = *state;

	find(m, "mbcache", KMT_WHY_EXPLAINED);
	row_is(m, 0, "high holder jbd2 depends on it; jbd2: ext4 depends on it; ext4: mounted on / (/dev/vda1)");
	find(m, "helper", KMT_WHY_EXPLAINED);
	row_is(m, 0, "high holder hello depends on it; hello: nothing explains it");
	find(m, "one", KMT_WHY_EXPLAINED);
	row_is(m, 0, "high holder two depends on it; two: one depends on it; one: two depends on it");
}

static void nothing_is_an_answer(void **state)
{
	struct machine *m = *state;

	find(m, "hello", KMT_WHY_UNEXPLAINED);
	assert_int_equal(m->why.rows.n, 0);
	assert_non_null(strstr(m->why.answer, "hello is loaded, and nothing explains it"));
	assert_int_equal(m->why.missing.n, 1); /* there is no initramfs */
}

static void requests_of_the_kernel(void **state)
{
	struct machine *m = *state;

	find(m, "isofs", KMT_WHY_LIKELY);
	row_is(m, 0, "medium request mounting iso9660 requests it (alias fs-iso9660)");
	row_is(m, 1, "low request the kernel has the file system iso9660 from it @/proc/filesystems");
	find(m, "af_alg", KMT_WHY_EXPLAINED);
	row_is(m, 0, "high request in use: ALG (2 sockets) @/proc/net/protocols");
	row_is(m, 1, "medium request a socket of protocol family 38 requests it (alias net-pf-38)");
	assert_int_equal(m->why.rows.n, 2);
}

static void algorithms_in_use(void **state)
{
	struct machine *m = *state;

	fixture_text(&m->files, "/proc/crypto",
		"name         : crc32c\ndriver       : crc32c-generic\nmodule       : crc32c_generic\npriority     : 100\n"
		"refcnt       : 2\nselftest     : passed\n\nname         : aes\nmodule       : kernel\nrefcnt       : 9\n");
	find(m, "crc32c-generic", KMT_WHY_EXPLAINED);
	row_is(m, 0, "high softdep ext4, which is loaded, has it as a soft dependency @" TREE "/modules.softdep:2");
	row_is(m, 1, "high request in use: crc32c (1 user) @/proc/crypto");
	row_is(m, 2, "medium request using the algorithm crc32c requests it (alias crypto-crc32c)");
}

static void boot_lists(void **state)
{
	struct machine *m = *state;

	fixture_text(&m->files, "/etc/modules-load.d/a.conf", "# comment\nisofs\nfs-iso9660\nhello\n");
	fixture_text(&m->files, "/proc/cmdline", "quiet modules_load=isofs\n");
	find(m, "isofs", KMT_WHY_EXPLAINED);
	row_is(m, 0, "high boot systemd loads it at boot @/proc/cmdline");
	row_is(m, 1, "high boot systemd loads it at boot @/etc/modules-load.d/a.conf:2");
	row_is(m, 2, "high boot systemd loads it at boot @/etc/modules-load.d/a.conf:3");
	/* The tree does not have it: that line loads nothing. */
	find(m, "hello", KMT_WHY_UNEXPLAINED);
	row_is(m, 0, "low boot a boot list has it, without effect: there is no module hello in 6.1.0 @/etc/modules-load.d/a.conf:4");
}

static void add_card(struct machine *m, const char *address, bool bound)
{
	kmt_autofree char *dir = kmt_asprintf(DEVICES "/%s", address);
	kmt_autofree char *modalias = kmt_asprintf("%s/modalias", dir), *driver = kmt_asprintf("%s/driver", dir);
	kmt_autofree char *on_bus = kmt_asprintf("/sys/bus/pci/devices/%s", address);

	fixture_text(&m->files, modalias, CARD "\n");
	fixture_link(&m->files, on_bus, dir);
	if (!bound)
		return;
	fixture_link(&m->files, driver, "/sys/bus/pci/drivers/e1000e");
	fixture_link(&m->files, "/sys/bus/pci/drivers/e1000e/module", "/sys/module/e1000e");
	fixture_link(&m->files, "/sys/bus/pci/drivers/e1000e/0000:00:03.0", dir);
	fixture_link(&m->files, "/sys/module/e1000e/drivers/pci:e1000e", "/sys/bus/pci/drivers/e1000e");
}

static void devices_ask(void **state)
{
	struct machine *m = *state;

	add_card(m, "0000:00:03.0", false);
	find(m, "e1000e", KMT_WHY_PENDING);
	row_is(m, 0,
		"high device pci 0000:00:03.0 (Ethernet controller) requests it by its modalias; it has no driver");
	assert_non_null(strstr(m->why.answer, "is not loaded, although something asks for it"));
}

static void devices_are_bound(void **state)
{
	struct machine *m = *state;

	fixture_text(&m->files, "/proc/modules", "e1000e 1 0 - Live 0x0\n");
	add_card(m, "0000:00:03.0", true);
	add_card(m, "0000:00:04.0", false);
	find(m, "e1000e", KMT_WHY_EXPLAINED);
	row_is(m, 0,
		"high device drives device 0000:00:03.0 (pci:e1000e): Ethernet controller, requested by its modalias");
	row_is(m, 1,
		"medium device pci 0000:00:04.0 (Ethernet controller) requests it by its modalias; it has no driver");
	assert_int_equal(m->why.rows.n, 2);
}

static void blocked(void **state)
{
	struct machine *m = *state;

	add_card(m, "0000:00:03.0", false);
	fixture_text(&m->files, "/etc/modprobe.d/a.conf", "blacklist e1000e\ninstall fuse /bin/false\n");
	fixture_text(&m->files, "/proc/cmdline", "module_blacklist=isofs\n");
	find(m, "e1000e", KMT_WHY_BLOCKED);
	row_is(m, 0, "high blocked blacklisted: only loading it by name works @/etc/modprobe.d/a.conf:1");
	find(m, "fuse", KMT_WHY_BLOCKED);
	row_is(m, 0,
		"high blocked an install line runs a command instead of loading it @/etc/modprobe.d/a.conf:2");
	find(m, "gone", KMT_WHY_BLOCKED);
	row_is(m, 0, "high blocked its file is missing: " TREE "/kernel/gone.ko");
	/* It is loaded: what the command line says came too late. */
	find(m, "isofs", KMT_WHY_LIKELY);
}

static void blocked_by_the_kernel(void **state)
{
	struct machine *m = *state;

	fixture_text(&m->files, "/proc/cmdline", "module_blacklist=fuse\n");
	fixture_text(&m->files, "/proc/sys/kernel/modules_disabled", "1\n");
	find(m, "fuse", KMT_WHY_BLOCKED);
	row_is(m, 0, "high blocked module_blacklist= on the kernel command line: the kernel refuses it");
	row_is(m, 1,
		"high blocked module loading is disabled (kernel.modules_disabled=1) until the next reboot "
		"@/proc/sys/kernel/modules_disabled");
}

static void named_by_rules_and_units(void **state)
{
	struct machine *m = *state;

	fixture_text(&m->files, "/usr/lib/udev/rules.d/60-a.rules", "# hello\nRUN+=\"/sbin/modprobe hello\"\n");
	fixture_text(&m->files, "/etc/systemd/system/a.service.d/b.conf", "[Unit]\nAfter=hello.target\n");
	find(m, "hello", KMT_WHY_LIKELY);
	assert_int_equal(m->why.rows.n, 2);
	row_is(m, 0, "medium udev RUN+=\"/sbin/modprobe hello\" @/usr/lib/udev/rules.d/60-a.rules:2");
	row_is(m, 1, "low unit After=hello.target @/etc/systemd/system/a.service.d/b.conf:2");
}

static void not_loaded(void **state)
{
	struct machine *m = *state;
	struct kmt_whys w;
	struct kmt_err err = KMT_ERR_INIT;

	find(m, "fuse", KMT_WHY_UNASKED);
	row_is(m, 0, "low request opening /dev/fuse requests it (alias devname:fuse)");
	assert_string_equal(m->why.answer, "fuse is not loaded: nothing asks for it now");
	find(m, "unix", KMT_WHY_BUILTIN);
	assert_int_equal(kmt_why_find(&m->snap, "nothing", &w, &err), -ENOENT);
	assert_int_equal(err.kind, KMT_ERR_NOT_FOUND);
	kmt_err_clear(&err);
}

static void many_are_a_number(void **state)
{
	struct machine *m = *state;
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;

	for (int i = 0; i < 11; i++)
		kmt_strbuf_addstr(&text, "RUN+=\"modprobe hello\"\n");
	fixture_text(&m->files, "/etc/udev/rules.d/60-a.rules", kmt_strbuf_str(&text));
	find(m, "hello", KMT_WHY_LIKELY);
	assert_int_equal(m->why.rows.n, 9);
	row_is(m, 8, "medium udev and 3 more");
}

static void mentions_are_words(void **state)
{
	static const char text[] = "a br-netfilter, b\nxbr_netfilter br_netfilter2\n # br_netfilter\n;br_netfilter\n"
				   "Description=br_netfilter\n\n\tkmod load br_netfilter  \nbr_netfilter";
	kmt_auto(kmt_arena_free) struct kmt_arena arena = {0};
	struct kmt_mentions found = {0};

	kmt_mentions_parse("f", text, sizeof(text) - 1, "br_netfilter", &arena, &found);
	assert_int_equal(found.rows.n, 3);
	assert_int_equal(found.rows.v[0].origin.line, 1);
	assert_false(found.rows.v[0].loads);
	assert_string_equal(found.rows.v[1].text, "kmod load br_netfilter");
	assert_true(found.rows.v[1].loads);
	assert_int_equal(found.rows.v[2].origin.line, 8);
	kmt_vec_free(&found.rows);
}

static void the_first_directory_counts(void **state)
{
	struct machine *m = *state;
	kmt_auto(kmt_arena_free) struct kmt_arena arena = {0};
	struct kmt_mentions found = {0};

	fixture_text(&m->files, "/etc/udev/rules.d/60-a.rules", "");
	fixture_text(&m->files, "/usr/lib/udev/rules.d/60-a.rules", "hello\n");
	fixture_text(&m->files, "/usr/lib/udev/rules.d/60-b.rules.old", "hello\n");
	fixture_link(&m->files, "/etc/udev/rules.d/60-c.rules", "/dev/null");
	fixture_text(&m->files, "/usr/lib/udev/rules.d/60-c.rules", "hello\n");
	fixture_text(&m->files, "/usr/lib/udev/rules.d/60-d.rules", "hello\n");
	kmt_mentions_read(&m->files.root, KMT_MENTIONS_UDEV, "hello", &arena, &found);
	assert_int_equal(found.rows.n, 1);
	assert_string_equal(found.rows.v[0].origin.file, "/usr/lib/udev/rules.d/60-d.rules");
	kmt_vec_free(&found.rows);
}

static void odd_proc_files(void **state)
{
	static const char crypto[] = "refcnt : 3\nname : a\nrefcnt : 4\nname : b\nmodule : m\nrefcnt : x\nnamed : c\n"
				     "name : d\nmodule : m\nrefcnt : 0\nname";
	static const char protocols[] = "x 1 2\nA 1 -1 0 NI 0 yes m\nB 1 3 0 NI 0 yes m";
	struct kmt_procuses out = {0};
	struct kmt_arena arena = {0};
	struct kmt_procuses types = {0};

	kmt_procuse_parse(KMT_PROCUSE_CRYPTO, crypto, sizeof(crypto) - 1, &arena, &out);
	assert_int_equal(out.rows.n, 1);
	assert_string_equal(out.rows.v[0].name, "d");
	assert_int_equal(out.rows.v[0].uses, 0);
	kmt_procuse_parse(KMT_PROCUSE_PROTOCOLS, protocols, sizeof(protocols) - 1, &arena, &out);
	assert_int_equal(out.rows.n, 2);
	assert_string_equal(out.rows.v[1].name, "B");
	assert_int_equal(out.rows.v[1].uses, 3);
	kmt_procuse_parse(KMT_PROCUSE_FILESYSTEMS, "nodev\ta\n\tb\nc\n\t", 14, &arena, &types);
	assert_int_equal(types.rows.n, 2);
	assert_string_equal(types.rows.v[1].name, "b");
	kmt_vec_free(&types.rows);
	kmt_vec_free(&out.rows);
	kmt_arena_free(&arena);
}

#define TEST(t) cmocka_unit_test_setup_teardown(t, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_mount_explains),
		TEST(holders_lead_to_the_cause),
		TEST(nothing_is_an_answer),
		TEST(requests_of_the_kernel),
		TEST(algorithms_in_use),
		TEST(boot_lists),
		TEST(devices_ask),
		TEST(devices_are_bound),
		TEST(blocked),
		TEST(blocked_by_the_kernel),
		TEST(named_by_rules_and_units),
		TEST(not_loaded),
		TEST(many_are_a_number),
		TEST(mentions_are_words),
		TEST(the_first_directory_counts),
		TEST(odd_proc_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
