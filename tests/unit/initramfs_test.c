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
#include <kmt/source/uki.h>
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

/* What the kernel unpacks, as the usual programs write it. */
static const struct {
	const char *name, *command;
	enum kmt_lazy_lib lib;
	bool only_last; /* the kernel does not unpack it, and libarchive takes more than the frame */
} ways[] = {
	{"gzip", "gzip -n", KMT_LAZY_ZLIB, false},
	{"zstd", "zstd -q -19 --long=27", KMT_LAZY_ZSTD, false},
	{"xz", "xz --check=crc32", KMT_LAZY_LZMA, false},
	{"lz4", "lz4 -q -l", KMT_LAZY_ARCHIVE, false},
	{"lz4", "lz4 -q", KMT_LAZY_ARCHIVE, true},
	{"bzip2", "bzip2", KMT_LAZY_ARCHIVE, false},
	{"lzma", "xz --format=lzma", KMT_LAZY_LZMA, false},
};

#define MORE "/etc/modprobe.d/z.conf=blacklist z\n\n"

/* Each compression, after an archive of microcode and the zeros that pad it. */
static void test_compressed(void **state)
{
	struct state *s = *state;

	for (size_t i = 0; i < KMT_ARRAY_SIZE(ways); i++) {
		kmt_autofree char *script = kmt_asprintf(
			"pack early >image && head -c 1000 /dev/zero >>image && pack main | %s >>image",
			ways[i].command);

		sh(s, script);
		if (!kmt_lazy_built(ways[i].lib)) {
			assert_int_equal(walk(s), -EOPNOTSUPP);
			assert_non_null(strstr(s->err.msg, kmt_lazy_name(ways[i].lib)));
			continue;
		}
		reads(s, usual);
		assert_string_equal(s->info.compression, ways[i].name);
		assert_true(s->info.early);
		assert_int_equal(s->info.archives, 2);
	}
}

/* What comes behind a frame is found: padding, a plain archive, a further frame of any kind. */
static void test_after_compressed(void **state)
{
	static const char *const scripts[] = {
		"pack main | %s >image && pack more >>image",
		"pack main | %s >image && head -c 4 /dev/zero >>image && pack more | %s >>image",
		"pack main | %s >image && head -c 508 /dev/zero >>image && pack more >>image && "
		"head -c 512 /dev/zero >>image",
		"pack main >image && pack more | %s >>image && head -c 2000 /dev/zero >>image",
		"(pack main; pack more) | %s >image",
	};
	struct state *s = *state;

	fixture_text(&s->f, "/more/etc/modprobe.d/z.conf", "blacklist z\n");
	for (size_t i = 0; i < KMT_ARRAY_SIZE(ways) * KMT_ARRAY_SIZE(scripts); i++) {
		size_t k = i / KMT_ARRAY_SIZE(scripts);
		const char *way = ways[k].command;
		kmt_autostrbuf struct kmt_strbuf script = KMT_STRBUF_INIT;

		if (!kmt_lazy_built(ways[k].lib) || ways[k].only_last)
			continue;
		for (const char *p = scripts[i % KMT_ARRAY_SIZE(scripts)]; *p; p++) {
			bool is_way = p[0] == '%' && p[1] == 's';

			kmt_strbuf_add(&script, is_way ? way : p, is_way ? strlen(way) : 1);
			p += is_way;
		}
		sh(s, script.s);
		reads(s, CONF "=options x a=1\n\n" MODULE "=the module\n" MORE);
		assert_int_equal(s->info.archives, 2);
	}
}

/* Two frames without padding between them: all that have a mark at their end. */
static void test_frame_after_frame(void **state)
{
	struct state *s = *state;

	fixture_text(&s->f, "/more/etc/modprobe.d/z.conf", "blacklist z\n");
	for (size_t i = 0; i < KMT_ARRAY_SIZE(ways); i++) {
		kmt_autofree char *script = kmt_asprintf("pack main | %s >image && pack more | %s >>image",
			ways[i].command, ways[i].command);

		if (!kmt_lazy_built(ways[i].lib) || ways[i].only_last)
			continue;
		sh(s, script);
		reads(s, CONF "=options x a=1\n\n" MODULE "=the module\n" MORE);
	}
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

	for (size_t i = 0; i < KMT_ARRAY_SIZE(ways); i++) {
		kmt_autofree char *cut = kmt_asprintf("pack main | %s | head -c 100 >image", ways[i].command);
		kmt_autofree char *other = kmt_asprintf("echo text | %s >image", ways[i].command);
		kmt_autofree char *junk = kmt_asprintf("pack main | %s >image && echo text >>image",
			ways[i].command);

		if (!kmt_lazy_built(ways[i].lib))
			continue;
		sh(s, cut);
		assert_int_equal(walk(s), -EBADMSG);
		sh(s, other);
		assert_int_equal(walk(s), -EBADMSG);
		assert_non_null(strstr(s->err.msg, "cpio"));
		sh(s, junk);
		assert_int_equal(walk(s), -EBADMSG);
	}
}

static void put32(unsigned char *at, size_t value)
{
	for (int i = 0; i < 4; i++)
		at[i] = (unsigned char)(value >> 8 * i);
}

/* A PE file with these sections ("NAME", "CONTENT", ..., NULL), as objcopy leaves it: the size in the file is
 * rounded up to 512 bytes. */
static void write_uki(const struct state *s, const char *path, const char *const *sections)
{
	unsigned char header[1024] = "MZ";
	size_t end = sizeof(header);
	kmt_autofree char *outside = kmt_root_outside(&s->f.root, path);
	FILE *f;

	fixture_text(&s->f, path, "");
	f = fopen(outside, "we");
	assert_non_null(f);
	put32(header + 0x3c, 0x80);
	memcpy(header + 0x80, "PE\0\0", 4);
	header[0x80 + 20] = 240; /* of the optional header */
	for (; sections[0]; sections += 2, header[0x80 + 6]++) {
		unsigned char *at = header + 0x80 + 24 + 240 + 40 * header[0x80 + 6];
		size_t n = strlen(sections[1]), rounded = (n + 511) / 512 * 512;
		kmt_autofree char *from = kmt_root_outside(&s->f.root, sections[1]);
		FILE *content = sections[1][0] == '/' ? fopen(from, "re") : NULL;
		int c;

		fseek(f, (long)end, SEEK_SET);
		for (n = 0; content ? (c = getc(content)) != EOF : (c = sections[1][n]) != 0; n++)
			putc(c, f);
		if (content)
			fclose(content);
		rounded = (n + 511) / 512 * 512;
		fseek(f, (long)(end + rounded) - 1, SEEK_SET);
		putc(0, f);
		memcpy(at, sections[0], strlen(sections[0]));
		put32(at + 8, n);
		put32(at + 16, rounded);
		put32(at + 20, end);
		end += rounded;
	}
	rewind(f);
	assert_int_equal(fwrite(header, sizeof(header), 1, f), 1);
	fclose(f);
}

static void test_uki(void **state)
{
	static const char *const sections[] = {".linux", "the kernel", ".cmdline", "quiet\n", ".initrd", "/packed",
		".ucode", "/ucode", ".uname", "6.1.0", NULL};
	static const char *const bare[] = {".linux", "the kernel", NULL};
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;
	struct state *s = *state;
	kmt_autoclose int fd = -1;
	struct kmt_uki_section part;

	sh(s, "pack early >ucode && (pack main; head -c 100 /dev/zero) >packed");
	write_uki(s, "/image", sections);
	reads(s, usual);
	assert_int_equal(s->info.archives, 2);
	assert_false(s->info.early);
	fd = kmt_root_openat(&s->f.root, "/image", O_RDONLY);
	assert_int_equal(kmt_uki_text(fd, ".cmdline", &text), 0);
	assert_string_equal(kmt_strbuf_str(&text), "quiet");
	assert_int_equal(kmt_uki_text(fd, ".nosuch", &text), -ENOENT);
	assert_int_equal(kmt_uki_find(fd, ".linux", &part), 0);
	assert_int_equal(part.n, strlen("the kernel"));
	write_uki(s, "/image", bare);
	assert_int_equal(walk(s), -EBADMSG);
	assert_non_null(strstr(s->err.msg, "empty"));
	/* Cut anywhere, it is damaged and nothing else. */
	write_uki(s, "/image", sections);
	for (int n = 2; n < 1024; n += 17) {
		kmt_autofree char *script = kmt_asprintf("head -c %d image >cut && mv cut image2", n);

		sh(s, script);
		close(fd);
		fd = kmt_root_openat(&s->f.root, "/image2", O_RDONLY);
		assert_int_equal(kmt_initramfs_walk(fd, &(struct kmt_initramfs_visitor){want, entry, s, 0}, NULL,
					 NULL), -EBADMSG);
	}
}

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

/* The name of the file tells nothing where the image itself says its version. */
static void test_find_uki(void **state)
{
	static const char *const wanted[] = {".uname", "6.1.0\n", ".linux", "k", ".initrd", "i", NULL},
				 *const other[] = {".uname", "6.1.1", ".linux", "k", ".initrd", "i", NULL},
				 *const kernel[] = {".uname", "6.1.0", ".linux", "k", NULL};
	struct state *s = *state;
	struct kmt_arena arena = {0};
	enum kmt_initramfs_tool tool = KMT_INITRAMFS_TOOL_COUNT;

	write_uki(s, "/efi/EFI/Linux/x-6.1.0.efi", other);
	write_uki(s, "/efi/EFI/Linux/y.efi", kernel);
	assert_null(kmt_initramfs_find(&s->f.root, "6.1.0", &arena, &tool));
	assert_string_equal(kmt_initramfs_find_kernel(&s->f.root, "6.1.0", &arena), "/efi/EFI/Linux/y.efi");
	write_uki(s, "/boot/EFI/Linux/z.efi", wanted);
	assert_string_equal(kmt_initramfs_find(&s->f.root, "6.1.0", &arena, &tool), "/boot/EFI/Linux/z.efi");
	assert_int_equal(tool, KMT_INITRAMFS_DRACUT);
	assert_string_equal(
		kmt_initramfs_find(&s->f.root, "6.1.1", &arena, &tool), "/efi/EFI/Linux/x-6.1.0.efi");
	/* What cannot be read has but its name. */
	fixture_text(&s->f, "/efi/EFI/Linux/token-6.1.2+3-1.efi", "MZ");
	fixture_text(&s->f, "/efi/EFI/Linux/token-6.1.3-rc1.efi", "MZ");
	assert_string_equal(kmt_initramfs_find(&s->f.root, "6.1.2", &arena, &tool),
		"/efi/EFI/Linux/token-6.1.2+3-1.efi");
	assert_null(kmt_initramfs_find(&s->f.root, "6.1.3", &arena, &tool));
	kmt_arena_free(&arena);
}

/* The names that kernel-install(8) gives the directory. */
static void test_find_tokens(void **state)
{
	struct state *s = *state;
	struct kmt_arena arena = {0};
	enum kmt_initramfs_tool tool;

	fixture_text(&s->f, "/efi/Default/6.1.0/initrd", "");
	fixture_text(&s->f, "/efi/Default/6.1.0/linux", "");
	assert_string_equal(kmt_initramfs_find(&s->f.root, "6.1.0", &arena, &tool), "/efi/Default/6.1.0/initrd");
	assert_string_equal(
		kmt_initramfs_find_kernel(&s->f.root, "6.1.0", &arena), "/efi/Default/6.1.0/linux");
	fixture_text(&s->f, "/efi/fedora/6.1.0/initrd", "");
	fixture_text(&s->f, "/etc/os-release", "NAME=x\nVERSION_ID=1\nID=\"fedora\"\n");
	assert_string_equal(kmt_initramfs_find(&s->f.root, "6.1.0", &arena, &tool), "/efi/fedora/6.1.0/initrd");
	fixture_text(&s->f, "/efi/mine/6.1.0/initrd", "");
	fixture_text(&s->f, "/etc/os-release", "ID=fedora\nIMAGE_ID=mine");
	assert_string_equal(kmt_initramfs_find(&s->f.root, "6.1.0", &arena, &tool), "/efi/mine/6.1.0/initrd");
	fixture_text(&s->f, "/etc/os-release", "ID=../../etc\nIMAGE_ID=");
	assert_string_equal(kmt_initramfs_find(&s->f.root, "6.1.0", &arena, &tool), "/efi/Default/6.1.0/initrd");
	kmt_arena_free(&arena);
}

#define TEST(name) cmocka_unit_test_setup_teardown(test_##name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(plain),
		TEST(compressed),
		TEST(after_compressed),
		TEST(frame_after_frame),
		UNIT_TEST_OF(KMT_LAZY_ZLIB, test_limit, setup, teardown),
		TEST(damaged_compression),
		TEST(uki),
		TEST(links),
		TEST(names),
		TEST(damaged),
		TEST(visitor_ends_it),
		TEST(find),
		TEST(find_uki),
		TEST(find_tokens),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
