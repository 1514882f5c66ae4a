/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/source/mdraid.h>

#include <errno.h>

#include <kmt/base/bytes.h>
#include <kmt/base/vec.h>
#include <kmt/sys/root.h>

#define MAGIC 0xa92b4efcu
#define MAJOR_AT 4
/* Version 1 is little-endian, 0.90 of the machine that made it. */
#define V1_LEVEL_AT 72
#define V1_DISKS_AT 92
#define V0_LEVEL_AT 28
#define V0_DISKS_AT 40

int kmt_mdraid_parse(const void *data, size_t n, struct kmt_mdraid *out)
{
	const char *bytes = data;

	if (n < V1_DISKS_AT + sizeof(uint32_t))
		return -EBADMSG;
	if (kmt_le32(bytes) == MAGIC && kmt_le32(bytes + MAJOR_AT) == 1) {
		out->level = (int32_t)kmt_le32(bytes + V1_LEVEL_AT);
		out->disks = kmt_le32(bytes + V1_DISKS_AT);
	} else if (kmt_le32(bytes) == MAGIC && !kmt_le32(bytes + MAJOR_AT)) {
		out->level = (int32_t)kmt_le32(bytes + V0_LEVEL_AT);
		out->disks = kmt_le32(bytes + V0_DISKS_AT);
	} else if (kmt_be32(bytes) == MAGIC && !kmt_be32(bytes + MAJOR_AT)) {
		out->level = (int32_t)kmt_be32(bytes + V0_LEVEL_AT);
		out->disks = kmt_be32(bytes + V0_DISKS_AT);
	} else {
		return -EBADMSG;
	}
	return 0;
}

int kmt_mdraid_read(int fd, uint64_t at, uint64_t size, struct kmt_mdraid *out)
{
	/* 1.2, 1.1, 1.0 and 0.90. */
	const uint64_t places[] = {4096, 0, (size & ~UINT64_C(4095)) - 8192, (size & ~UINT64_C(65535)) - 65536};
	int r = -EBADMSG;

	for (size_t i = 0; r && i < KMT_ARRAY_SIZE(places); i++) {
		char data[KMT_MDRAID_SIZE];
		ssize_t n = places[i] < size ? kmt_pread(fd, data, sizeof(data), at + places[i]) : 0;

		if (n < 0)
			return (int)n;
		r = kmt_mdraid_parse(data, (size_t)n, out);
	}
	return r;
}
