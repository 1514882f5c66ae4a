/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/source/fsfeatures.h>

#include <errno.h>

#include <kmt/base/alloc.h>
#include <kmt/base/bytes.h>
#include <kmt/base/vec.h>
#include <kmt/sys/root.h>

static int parse_btrfs(const char *sb, struct kmt_fsfeatures *out)
{
	static const char *const checksums[] = {"crc32c", "xxhash64", "sha256", "blake2b-256"};
	unsigned int checksum = kmt_le16(sb + 0xc4);

	if (memcmp(sb + 0x40, "_BHRfS_M", 8) != 0)
		return -EBADMSG;
	out->devices = kmt_le64(sb + 0x88);
	if (checksum < KMT_ARRAY_SIZE(checksums))
		out->checksum = checksums[checksum];
	return 0;
}

static int parse_ext(const char *sb, struct kmt_fsfeatures *out)
{
	uint32_t incompat = kmt_le32(sb + 0x60), ro_compat = kmt_le32(sb + 0x64);
	static const char no_uuid[16];

	if (kmt_le16(sb + 0x38) != 0xef53)
		return -EBADMSG;
	out->encrypt = incompat & 0x10000;
	out->casefold = incompat & 0x20000;
	out->verity = ro_compat & 0x8000;
	out->external_journal = (kmt_le32(sb + 0x5c) & 0x4) && memcmp(sb + 0xd0, no_uuid, sizeof(no_uuid)) != 0;
	return 0;
}

static int parse_f2fs(const char *sb, struct kmt_fsfeatures *out)
{
	uint32_t features = kmt_le32(sb + 2180);

	if (kmt_le32(sb) != 0xf2f52010)
		return -EBADMSG;
	out->encrypt = features & 0x1;
	out->verity = features & 0x400;
	out->casefold = features & 0x1000;
	return 0;
}

static const struct {
	const char *type;
	size_t at, n; /* of the superblock */
	int (*parse)(const char *sb, struct kmt_fsfeatures *out);
} types[] = {
	{"btrfs", 65536, 0xd0, parse_btrfs},
	{"ext2", 1024, 1024, parse_ext},
	{"ext3", 1024, 1024, parse_ext},
	{"ext4", 1024, 1024, parse_ext},
	{"f2fs", 1024, 2184, parse_f2fs},
};

static int find(const char *type)
{
	for (size_t i = 0; i < KMT_ARRAY_SIZE(types); i++)
		if (!strcmp(types[i].type, type))
			return (int)i;
	return -ENOENT;
}

int kmt_fsfeatures_parse(const char *type, const void *data, size_t n, struct kmt_fsfeatures *out)
{
	int i = find(type);

	*out = (struct kmt_fsfeatures){.devices = 1};
	if (i < 0)
		return i;
	if (n < types[i].at + types[i].n)
		return -EBADMSG;
	return types[i].parse((const char *)data + types[i].at, out);
}

int kmt_fsfeatures_read(int fd, uint64_t at, const char *type, struct kmt_fsfeatures *out)
{
	kmt_autofree char *data = NULL;
	ssize_t n;

	*out = (struct kmt_fsfeatures){.devices = 1};
	if (find(type) < 0)
		return -ENOENT;
	data = kmt_alloc(KMT_FSFEATURES_SIZE);
	n = kmt_pread(fd, data, KMT_FSFEATURES_SIZE, at);
	return n < 0 ? (int)n : kmt_fsfeatures_parse(type, data, (size_t)n, out);
}
