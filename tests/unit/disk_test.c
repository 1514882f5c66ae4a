/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What superblocks say, and bytes that are none. */
#include "unit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <kmt/base/bytes.h>
#include <kmt/base/strbuf.h>
#include <kmt/source/disk.h>
#include <kmt/source/fsfeatures.h>
#include <kmt/source/kconfig.h>
#include <kmt/source/luks.h>
#include <kmt/source/lvm.h>
#include <kmt/source/mdraid.h>

static void put32(char *at, uint32_t n)
{
	n = htole32(n);
	memcpy(at, &n, sizeof(n));
}

static void put64(char *at, uint64_t n)
{
	n = htole64(n);
	memcpy(at, &n, sizeof(n));
}

/* An open file with N bytes at DATA. */
static int file_of(const void *data, size_t n)
{
	int fd = memfd_create("disk", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, data, n), (ssize_t)n);
	return fd;
}

static void luks1(void **state)
{
	char header[208] = "LUKS\xba\xbe\0\1";
	struct kmt_arena arena = {0};
	struct kmt_luks luks;

	memcpy(header + 8, "serpent", 7);
	memset(header + 40, 'x', 32); /* a text that fills its field has no NUL */
	assert_int_equal(kmt_luks_parse(header, sizeof(header), &arena, &luks), 0);
	assert_int_equal(luks.version, 1);
	assert_int_equal(luks.ciphers.n, 1);
	assert_string_equal(luks.ciphers.v[0], "serpent-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
	kmt_luks_free(&luks);
	assert_int_equal(kmt_luks_parse(header, 60, &arena, &luks), -EBADMSG);
	header[8] = '\0';
	assert_int_equal(kmt_luks_parse(header, sizeof(header), &arena, &luks), -EBADMSG);
	header[0] = 'X';
	assert_int_equal(kmt_luks_parse(header, sizeof(header), &arena, &luks), -EBADMSG);
	assert_int_equal(kmt_luks_parse(header, 0, &arena, &luks), -EBADMSG);
	kmt_arena_free(&arena);
}

/* The result for a LUKS2 header with this JSON. */
static int parse_luks2(const char *json, struct kmt_arena *arena, struct kmt_luks *luks)
{
	size_t n = 4096 + strlen(json) + 1;
	char *header = calloc(1, n);
	int r;

	memcpy(header, "LUKS\xba\xbe\0\2", 8);
	strcpy(header + 4096, json);
	r = kmt_luks_parse(header, n, arena, luks);
	free(header);
	return r;
}

static void luks2(void **state)
{
	static const char *const wrong[] = {"", "{", "[]", "{\"segments\":1}", "{\"segments\":{}}",
		"{\"segments\":{\"0\":1}}", "{\"segments\":{\"0\":{\"encryption\":7}}}", "nonsense"};
	struct kmt_arena arena = {0};
	struct kmt_luks luks;

	assert_int_equal(parse_luks2("{\"segments\":{\"0\":{\"encryption\":\"aes-xts-plain64\"},"
				     "\"1\":{\"encryption\":\"aes-xts-plain64\",\"integrity\":{\"type\":\"poly1305\"}},"
				     "\"2\":{\"encryption\":\"null\"}}}",
				 &arena, &luks),
		0);
	assert_int_equal(luks.ciphers.n, 2);
	assert_string_equal(luks.ciphers.v[1], "null");
	assert_int_equal(luks.integrity.n, 1);
	assert_string_equal(luks.integrity.v[0], "poly1305");
	kmt_luks_free(&luks);
	for (size_t i = 0; i < KMT_ARRAY_SIZE(wrong); i++) {
		assert_int_equal(parse_luks2(wrong[i], &arena, &luks), -EBADMSG);
		kmt_luks_free(&luks);
	}
	kmt_arena_free(&arena);
}

static void json_bombs(void **state)
{
	char *deep = calloc(1, 100001), *wide = calloc(1, KMT_LUKS_JSON_MAX + 2);
	struct kmt_arena arena = {0};
	struct kmt_luks luks;

	memset(deep, '[', 100000);
	assert_int_equal(parse_luks2(deep, &arena, &luks), -EBADMSG);
	kmt_luks_free(&luks);
	memset(wide, ' ', KMT_LUKS_JSON_MAX + 1);
	memcpy(wide, "{\"segments\":{\"0\":{\"encryption\":\"aes\"}}}", 39);
	assert_int_equal(parse_luks2(wide, &arena, &luks), -EBADMSG);
	kmt_luks_free(&luks);
	wide[KMT_LUKS_JSON_MAX] = '\0';
	assert_int_equal(parse_luks2(wide, &arena, &luks), 0);
	kmt_luks_free(&luks);
	free(deep);
	free(wide);
	kmt_arena_free(&arena);
}

static void raid(void **state)
{
	char sb[KMT_MDRAID_SIZE] = {0}, old[KMT_MDRAID_SIZE] = {0};
	char *disk = calloc(1, 1 << 20);
	struct kmt_mdraid md;
	int fd;

	put32(sb, 0xa92b4efc);
	put32(sb + 4, 1);
	put32(sb + 72, (uint32_t)-1);
	put32(sb + 92, 7);
	assert_int_equal(kmt_mdraid_parse(sb, sizeof(sb), &md), 0);
	assert_int_equal(md.level, -1);
	assert_int_equal(md.disks, 7);
	assert_int_equal(kmt_mdraid_parse(sb, 95, &md), -EBADMSG);
	put32(sb + 4, 2);
	assert_int_equal(kmt_mdraid_parse(sb, sizeof(sb), &md), -EBADMSG);
	/* 0.90 of a big-endian machine, at its place near the end. */
	memcpy(old, "\xa9\x2b\x4e\xfc", 4);
	old[28 + 3] = 6;
	old[40 + 3] = 4;
	memcpy(disk + (1 << 20) - 65536, old, sizeof(old));
	fd = file_of(disk, 1 << 20);
	assert_int_equal(kmt_mdraid_read(fd, 0, 1 << 20, &md), 0);
	assert_int_equal(md.level, 6);
	assert_int_equal(md.disks, 4);
	assert_int_equal(kmt_mdraid_read(fd, 0, 100, &md), -EBADMSG);
	close(fd);
	assert_int_equal(kmt_mdraid_read(fd, 0, 1 << 20, &md), -EBADF);
	free(disk);
}

static void features(void **state)
{
	char *fs = calloc(1, KMT_FSFEATURES_SIZE), *sb = fs + 65536;
	struct kmt_fsfeatures f;

	memcpy(sb + 0x40, "_BHRfS_M", 8);
	sb[0xc4] = 3;
	put64(sb + 0x88, 5);
	assert_int_equal(kmt_fsfeatures_parse("btrfs", fs, KMT_FSFEATURES_SIZE, &f), 0);
	assert_string_equal(f.checksum, "blake2b-256");
	assert_int_equal(f.devices, 5);
	sb[0xc4] = 9;
	assert_int_equal(kmt_fsfeatures_parse("btrfs", fs, KMT_FSFEATURES_SIZE, &f), 0);
	assert_null(f.checksum);
	assert_int_equal(kmt_fsfeatures_parse("btrfs", fs, 65536 + 0xcf, &f), -EBADMSG);
	assert_int_equal(kmt_fsfeatures_parse("xfs", fs, KMT_FSFEATURES_SIZE, &f), -ENOENT);
	assert_int_equal(f.devices, 1);
	assert_int_equal(kmt_fsfeatures_parse("ext4", fs, KMT_FSFEATURES_SIZE, &f), -EBADMSG);
	fs[1024 + 0x38] = 0x53;
	fs[1024 + 0x39] = (char)0xef;
	put32(fs + 1024 + 0x60, 0x10000 | 0x20000);
	put32(fs + 1024 + 0x64, 0x8000);
	assert_int_equal(kmt_fsfeatures_parse("ext4", fs, 2048, &f), 0);
	assert_true(f.encrypt && f.casefold && f.verity && !f.external_journal);
	put32(fs + 1024 + 0x5c, 0x4);
	fs[1024 + 0xd0] = 1;
	assert_int_equal(kmt_fsfeatures_parse("ext3", fs, 2048, &f), 0);
	assert_true(f.external_journal);
	put32(fs + 1024, 0xf2f52010);
	put32(fs + 1024 + 2180, 0x2000 | 0x1);
	assert_int_equal(kmt_fsfeatures_parse("f2fs", fs, KMT_FSFEATURES_SIZE, &f), 0);
	assert_true(f.encrypt && !f.casefold && !f.verity);
	free(fs);
}

static const char group[] =
	"# a comment with { braces\n"
	"vg-0 {\nid = \"x\"\n"
	"physical_volumes { pv0 { id = \"1\" } pv1 { id = \"2\" } }\n"
	"logical_volumes {\n"
	"root { segment_count = 1 segment1 { type = \"striped\" stripes = [ \"pv0\", 0 ] } }\n"
	"data { segment1 { type = \"thin\" thin_pool = \"pool\" } }\n"
	"pool { segment1 { type = \"thin-pool\" pool = \"pool_tdata\" metadata = \"pool_tmeta\" } }\n"
	"pool_tdata { segment1 { type = \"raid5_ls\" } segment2 { type = \"striped\" } }\n"
	"pool_tmeta { segment1 { type = \"mirror\" } }\n"
	"} }\ncontents = \"Text\"\n";

static void types_are(const struct kmt_lvm *lvm, const char *volume, const char *want)
{
	kmt_autostrbuf struct kmt_strbuf list = KMT_STRBUF_INIT;
	struct kmt_strv types = {0};

	kmt_lvm_types(lvm, volume, &types);
	for (size_t i = 0; i < types.n; i++)
		kmt_strbuf_item(&list, " ", "%s", types.v[i]);
	assert_string_equal(kmt_strbuf_str(&list), want);
	kmt_vec_free(&types);
}

static void lvm_text(void **state)
{
	static const char *const wrong[] = {"", "}", "vg {", "vg { } }", "{ }", "logical_volumes"};
	struct kmt_arena arena = {0};
	struct kmt_lvm lvm;

	assert_int_equal(kmt_lvm_parse(group, sizeof(group) - 1, &arena, &lvm), 0);
	assert_string_equal(lvm.group, "vg-0");
	assert_int_equal(lvm.disks, 2);
	assert_int_equal(lvm.volumes.n, 5);
	types_are(&lvm, "root", "striped");
	types_are(&lvm, "data", "thin thin-pool raid5_ls striped mirror");
	types_are(&lvm, NULL, "striped thin thin-pool raid5_ls mirror");
	types_are(&lvm, "unknown", "striped thin thin-pool raid5_ls mirror");
	kmt_lvm_free(&lvm);
	for (size_t i = 0; i < KMT_ARRAY_SIZE(wrong); i++) {
		assert_int_equal(kmt_lvm_parse(wrong[i], strlen(wrong[i]), &arena, &lvm), -EBADMSG);
		kmt_lvm_free(&lvm);
	}
	kmt_arena_free(&arena);
}

/* A physical volume with its metadata in an area of AREA bytes, START in it. */
static int read_volume(uint64_t area, uint64_t start, struct kmt_arena *arena, struct kmt_lvm *lvm)
{
	size_t n = sizeof(group) - 1;
	char *disk = calloc(1, 1 << 20), *at = disk + 4096;
	int fd, r;

	memcpy(disk + 512, "LABELONE", 8);
	put32(disk + 512 + 20, 32);
	memcpy(disk + 512 + 24, "LVM2 001", 8);
	put64(disk + 512 + 72, 1 << 19); /* the data area; behind it zeros, and the metadata area */
	put64(disk + 512 + 104, 4096);
	put64(disk + 512 + 112, area);
	memcpy(at + 4, " LVM2 x[5A%r0N*>", 16);
	put64(at + 40, start);
	put64(at + 48, n);
	for (size_t i = 0; start && i < n; i++) {
		uint64_t to = start + i < area ? start + i : 512 + (start + i - area);

		if (to < (1 << 19))
			at[to] = group[i];
	}
	fd = file_of(disk, 1 << 20);
	r = kmt_lvm_read(fd, 0, arena, lvm);
	close(fd);
	free(disk);
	return r;
}

static void lvm_headers(void **state)
{
	struct kmt_arena arena = {0};
	struct kmt_lvm lvm;

	assert_int_equal(read_volume(65536, 1024, &arena, &lvm), 0);
	types_are(&lvm, "root", "striped");
	kmt_lvm_free(&lvm);
	/* The text wraps around at the end of its area. */
	assert_int_equal(read_volume(65536, 65400, &arena, &lvm), 0);
	types_are(&lvm, "root", "striped");
	kmt_lvm_free(&lvm);
	assert_int_equal(read_volume(65536, 0, &arena, &lvm), -ENOENT);
	kmt_lvm_free(&lvm);
	assert_int_equal(read_volume(65536, 65536, &arena, &lvm), -EBADMSG);
	kmt_lvm_free(&lvm);
	assert_int_equal(read_volume(600, 512, &arena, &lvm), -EBADMSG);
	kmt_lvm_free(&lvm);
	kmt_arena_free(&arena);
}

static void formats(void **state)
{
	static const struct {
		const char *bytes;
		size_t n;
		const char *name;
	} known[] = {{"QFI\xfb", 4, "qcow2"}, {"KDMV", 4, "vmdk"}, {"\xfd\x37zXZ", 6, "xz-compressed"},
		{"\x1f\x8b\x08", 3, "gzip-compressed"}, {"conectix", 8, "vhd"}};

	for (size_t i = 0; i < KMT_ARRAY_SIZE(known); i++) {
		assert_string_equal(kmt_disk_format_find(known[i].bytes, known[i].n)->name, known[i].name);
		assert_null(kmt_disk_format_find(known[i].bytes, 1));
	}
	assert_null(kmt_disk_format_find("", 0));
	assert_string_equal(kmt_disk_part_type("C12A7328-F81F-11D2-BA4B-00A0C93EC93B"), "EFI System");
	assert_null(kmt_disk_part_type("0x99"));
	assert_null(kmt_disk_part_type(NULL));
}

static void kernel_configuration(void **state)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;
	struct kmt_slice value;

	kmt_strbuf_addstr(&text, "# comment\nCONFIG_A=y\n# CONFIG_B is not set\nCONFIG_C=\"utf8\"\nCONFIG_CC=437");
	assert_true(kmt_kconfig_find(&text, "CONFIG_A", &value));
	assert_true(kmt_slice_is(value, "y"));
	assert_false(kmt_kconfig_find(&text, "CONFIG_B", &value));
	assert_true(kmt_kconfig_find(&text, "CONFIG_C", &value));
	assert_true(kmt_slice_is(value, "utf8"));
	assert_true(kmt_kconfig_find(&text, "CONFIG_CC", &value));
	assert_true(kmt_slice_is(value, "437"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(luks1),
		cmocka_unit_test(luks2),
		cmocka_unit_test(json_bombs),
		cmocka_unit_test(raid),
		cmocka_unit_test(features),
		cmocka_unit_test(lvm_text),
		cmocka_unit_test(lvm_headers),
		cmocka_unit_test(formats),
		cmocka_unit_test(kernel_configuration),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
