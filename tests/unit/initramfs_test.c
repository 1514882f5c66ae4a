/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Images as the usual programs make them: cpio and the compressors, run by a shell in the fixture. */
#include "fixture.h"
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <kmt/base/alloc.h>
#include <kmt/base/strbuf.h>
#include <kmt/source/initramfs.h>
#include <kmt/sys/lazy.h>

#define MODULE "/usr/lib/modules/6.1.0/kernel/x.ko"
#define CONF "/etc/modprobe.d/x.conf"

struct state {
	struct fixture f;
	struct kmt_initramfs_info info;
	struct kmt_err err;
	struct kmt_strbuf got; /* "PATH=DATA\n" of every wanted entry */
	uint64_t max;
};

/* Runs SCRIPT in the fixture's directory; "pack DIR" writes the archive of DIR. */
static void sh(const struct state *s, const char *script)
{
	kmt_autofree char *line = kmt_asprintf(
		"cd %s && pack() { (cd $1 && find . | LC_ALL=C sort | cpio --quiet -o -H newc); } && %s",
		s->f.dir, script);

	assert_int_equal(system(line), 0);
}

static int setup(void **state)
{
	struct state *s = kmt_alloc(sizeof(*s));

	fixture_init(&s->f);
	fixture_text(&s->f, "/main" CONF, "options x a=1\n");
	fixture_text(&s->f, "/main" MODULE, "the module");
	fixture_text(&s->f, "/main/bin/sh", "not wanted");
	fixture_text(&s->f, "/early/kernel/x86/microcode/GenuineIntel.bin", "microcode");
	*state = s;
	return 0;
}

static int teardown(void **state)
{
	struct state *s = *state;

	kmt_err_clear(&s->err);
	kmt_strbuf_free(&s->got);
	fixture_clear(&s->f);
	free(s);
	return 0;
}

static bool want(void *ctx, const char *path)
{
	return strstr(path, ".ko") || strstr(path, "/modprobe.d/");
}

static int entry(void *ctx, const struct kmt_initramfs_entry *e, struct kmt_err *err)
{
	struct state *s = ctx;

	kmt_strbuf_addf(&s->got, "%s%s%.*s\n", e->path, e->is_link ? "->" : "=", (int)e->n, e->data);
	return 0;
}

static int walk(struct state *s)
{
	const struct kmt_initramfs_visitor visitor = {want, entry, s, s->max};
	kmt_autoclose int fd = kmt_root_openat(&s->f.root, "/image", O_RDONLY);

	assert_true(fd >= 0);
	kmt_err_clear(&s->err);
	kmt_strbuf_truncate(&s->got, 0);
	return kmt_initramfs_walk(fd, &visitor, &s->info, &s->err);
}

static void reads(struct state *s, const char *text)
{
	int r = walk(s);

	if (r)
		print_message("%s\n", s->err.msg);
	assert_int_equal(r, 0);
	assert_string_equal(kmt_strbuf_str(&s->got), text);
}

static const char usual[] = CONF "=options x a=1\n\n" MODULE "=the module\n";

static void test_plain(void **state)
{
	struct state *s = *state;

	sh(s, "pack main >image");
	reads(s, usual);
	assert_int_equal(s->info.archives, 1);
	assert_null(s->info.compression);
	assert_false(s->info.early);
}

#ifdef HAVE_ARCHIVE
/* Each compression, after an archive of microcode and the zeros that pad it. */
static void test_compressed(void **state)
{
	static const char *const ways[][2] = {{"gzip", "gzip -n"}, {"zstd", "zstd -q -19 --long=27"},
		{"xz", "xz --check=crc32"}, {"lz4", "lz4 -q -l"}, {"lz4", "lz4 -q"}, {"bzip2", "bzip2"},
		{"lzma", "xz --format=lzma"}};
	struct state *s = *state;

	for (size_t i = 0; i < KMT_ARRAY_SIZE(ways); i++) {
		kmt_autofree char *script = kmt_asprintf(
			"pack early >image && head -c 1000 /dev/zero >>image && pack main | %s >>image",
			ways[i][1]);

		sh(s, script);
		reads(s, usual);
		assert_string_equal(s->info.compression, ways[i][0]);
		assert_true(s->info.early);
		assert_int_equal(s->info.archives, 2);
	}
}

/* What comes behind compressed data is found again: members, and an archive that was appended. */
static void test_after_compressed(void **state)
{
	struct state *s = *state;

	fixture_text(&s->f, "/more/etc/modprobe.d/z.conf", "blacklist z\n");
	sh(s, "pack main | gzip >image && pack more | gzip >>image");
	reads(s, CONF "=options x a=1\n\n" MODULE "=the module\n/etc/modprobe.d/z.conf=blacklist z\n\n");
	sh(s, "pack main | gzip >image && pack more >>image");
	reads(s, CONF "=options x a=1\n\n" MODULE "=the module\n/etc/modprobe.d/z.conf=blacklist z\n\n");
	sh(s, "(pack main; pack more) | xz --check=crc32 >image");
	reads(s, CONF "=options x a=1\n\n" MODULE "=the module\n/etc/modprobe.d/z.conf=blacklist z\n\n");
	assert_int_equal(s->info.archives, 2);
	assert_false(s->info.early);
}

static void test_limit(void **state)
{
	struct state *s = *state;

	sh(s, "head -c 3000000 /dev/zero >main/zeros && pack main | gzip >image");
	s->max = 1 << 20;
	assert_int_equal(walk(s), -EFBIG);
	s->max = 1 << 22;
	assert_int_equal(walk(s), 0);
}

static void test_damaged_compression(void **state)
{
	struct state *s = *state;

	sh(s, "pack main | gzip | head -c 200 >image");
	assert_int_equal(walk(s), -EBADMSG);
	sh(s, "echo text | gzip >image");
	assert_int_equal(walk(s), -EBADMSG);
	assert_non_null(strstr(s->err.msg, "cpio"));
}
#else
static void test_without_libarchive(void **state)
{
	struct state *s = *state;

	sh(s, "pack main | gzip >image");
	assert_int_equal(walk(s), -EOPNOTSUPP);
	assert_non_null(strstr(s->err.msg, "libarchive"));
}
#endif

static void test_links(void **state)
{
	struct state *s = *state;

	sh(s, "ln -s ../x main/etc/modprobe.d/l.conf && ln main" MODULE " main/a.ko && pack main >image");
	reads(s, "/etc/modprobe.d/l.conf->../x\n" CONF "=options x a=1\n\n" MODULE
		 "=the module\n/a.ko=the module\n");
	/* Two names of an empty file. */
	sh(s, ": >main" MODULE " && pack main >image");
	reads(s, "/etc/modprobe.d/l.conf->../x\n" CONF "=options x a=1\n\n/a.ko=\n" MODULE "=\n");
}

static void test_names(void **state)
{
	struct state *s = *state;

	/* As written by hand: absolute, with a way out, twice. */
	sh(s, "cd main && printf '%s\\n' $PWD" CONF " ../main" CONF " ." CONF " etc/../" CONF
	      " | sed s,//,/,g | cpio --quiet -o -H newc >../image");
	assert_int_equal(walk(s), 0);
	assert_non_null(strstr(s->got.s, "/main" CONF "=options"));
	assert_non_null(strstr(s->got.s, "\n" CONF "=options"));
	assert_null(strstr(s->got.s, ".."));
}

static void test_damaged(void **state)
{
	struct state *s = *state;

	fixture_text(&s->f, "/image", "");
	assert_int_equal(walk(s), -EBADMSG);
	fixture_text(&s->f, "/image", "neither");
	assert_int_equal(walk(s), -EBADMSG);
	fixture_text(&s->f, "/image", "070701");
	assert_int_equal(walk(s), -EBADMSG);
	sh(s, "pack main | head -c 150 >image");
	assert_int_equal(walk(s), -EBADMSG);
	sh(s, "pack main | sed 's/^07070100/0707010x/' >image");
	assert_int_equal(walk(s), -EBADMSG);
	/* A name of four gigabytes. */
	sh(s, "printf 070701%0102d 0 | sed 's/0\\{16\\}$/ffffffff00000000/' >image");
	assert_int_equal(walk(s), -EBADMSG);
}

static int refuse(void *ctx, const struct kmt_initramfs_entry *e, struct kmt_err *err)
{
	return kmt_err_set(err, KMT_ERR_FAILED, ECANCELED, "enough");
}

static void test_visitor_ends_it(void **state)
{
	struct state *s = *state;
	const struct kmt_initramfs_visitor visitor = {want, refuse, s, 0};
	kmt_autoclose int fd = -1;

	sh(s, "pack main >image");
	fd = kmt_root_openat(&s->f.root, "/image", O_RDONLY);
	assert_int_equal(kmt_initramfs_walk(fd, &visitor, NULL, &s->err), -ECANCELED);
	assert_string_equal(s->err.msg, "enough");
}

#define TREE_INITRD "/lib/modules/6.1.0/initrd"

static void test_find(void **state)
{
	struct state *s = *state;
	struct kmt_arena arena = {0};
	enum kmt_initramfs_tool tool = KMT_INITRAMFS_TOOL_COUNT;

	assert_null(kmt_initramfs_find(&s->f.root, "6.1.0", &arena, &tool));
	fixture_text(&s->f, TREE_INITRD, "");
	assert_string_equal(kmt_initramfs_find(&s->f.root, "6.1.0", &arena, &tool), TREE_INITRD);
	/* Only this version, only these tokens. */
	fixture_text(&s->f, "/boot/efi/0123abcd/6.1.0/initrd", "");
	fixture_text(&s->f, "/etc/machine-id", "0123abc\n");
	assert_string_equal(kmt_initramfs_find(&s->f.root, "6.1.0", &arena, &tool), TREE_INITRD);
	fixture_text(&s->f, "/etc/machine-id", "0123abcd\n");
	assert_string_equal(
		kmt_initramfs_find(&s->f.root, "6.1.0", &arena, &tool), "/boot/efi/0123abcd/6.1.0/initrd");
	assert_int_equal(tool, KMT_INITRAMFS_DRACUT);
	fixture_text(&s->f, "/boot/mine/6.1.0/initrd", "");
	fixture_text(&s->f, "/etc/kernel/entry-token", "mine\n");
	fixture_text(&s->f, "/etc/mkinitcpio.conf", "");
	assert_string_equal(kmt_initramfs_find(&s->f.root, "6.1.0", &arena, &tool), "/boot/mine/6.1.0/initrd");
	assert_int_equal(tool, KMT_INITRAMFS_MKINITCPIO);
	fixture_text(&s->f, "/boot/initramfs-linux.img", "");
	assert_string_equal(kmt_initramfs_find(&s->f.root, "6.1.0", &arena, &tool), "/boot/mine/6.1.0/initrd");
	fixture_text(&s->f, "/lib/modules/6.1.0/pkgbase", "linux\n");
	assert_string_equal(kmt_initramfs_find(&s->f.root, "6.1.0", &arena, &tool), "/boot/initramfs-linux.img");
	assert_int_equal(tool, KMT_INITRAMFS_MKINITCPIO);
	fixture_text(&s->f, "/boot/initramfs-6.1.0.img", "");
	assert_string_equal(kmt_initramfs_find(&s->f.root, "6.1.0", &arena, &tool), "/boot/initramfs-6.1.0.img");
	assert_int_equal(tool, KMT_INITRAMFS_DRACUT);
	assert_non_null(strstr(kmt_initramfs_rebuild(tool, "6.1.0", &arena), "6.1.0"));
	fixture_text(&s->f, "/boot/initrd.img-6.1.0", "");
	assert_string_equal(kmt_initramfs_find(&s->f.root, "6.1.0", &arena, &tool), "/boot/initrd.img-6.1.0");
	assert_string_equal(kmt_initramfs_tool_name(tool), "initramfs-tools");
	kmt_arena_free(&arena);
}

#define TEST(name) cmocka_unit_test_setup_teardown(test_##name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(plain),
#ifdef HAVE_ARCHIVE
		TEST(compressed),
		TEST(after_compressed),
		TEST(limit),
		TEST(damaged_compression),
#else
		TEST(without_libarchive),
#endif
		TEST(links),
		TEST(names),
		TEST(damaged),
		TEST(visitor_ends_it),
		TEST(find),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
