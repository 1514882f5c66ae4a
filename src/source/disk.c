/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/source/disk.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <kmt/sys/lazy_blkid.h>

/* Partition starts and sizes are in these, whatever the sectors of the disk are. */
#define SECTOR 512
#define BIG_SECTOR 4096

struct probing {
	const struct kmt_lazy_blkid *blkid;
	blkid_probe pr;
	int fd;
	struct kmt_arena *arena;
};

static const char *value(struct probing *p, const char *name)
{
	const char *data;
	size_t n;

	if (p->blkid->blkid_probe_lookup_value(p->pr, name, &data, &n) || !n)
		return NULL;
	return kmt_arena_strndup(p->arena, data, n);
}

/* Every signature, one after the other: the safe probe only says that there are several. */
static void find_all(struct probing *p, struct kmt_disk_content *out)
{
	p->blkid->blkid_reset_probe(p->pr);
	while (!p->blkid->blkid_do_probe(p->pr)) {
		const char *type = value(p, "TYPE");

		if (!type)
			type = value(p, "PTTYPE");
		if (type && (!out->found.n || strcmp(out->found.v[out->found.n - 1], type) != 0))
			kmt_vec_push(&out->found, type);
	}
}

/* 0, 1 if nothing is recognised, or -errno. */
static int probe_content(struct probing *p, struct kmt_disk_content *out)
{
	int r = p->blkid->blkid_do_safeprobe(p->pr);

	/* Of several signatures, libblkid 2.41 says that it failed. */
	if (r < 0) {
		find_all(p, out);
		return r == -2 || out->found.n > 1 ? 0 : -EIO;
	}
	if (r)
		return 1;
	out->type = value(p, "TYPE");
	out->usage = value(p, "USAGE");
	out->version = value(p, "VERSION");
	out->uuid = value(p, "UUID");
	out->label = value(p, "LABEL");
	return 0;
}

static const char *part_type(struct probing *p, blkid_partition part)
{
	const char *type = p->blkid->blkid_partition_get_type_string(part);

	if (type)
		return kmt_arena_strdup(p->arena, type);
	return kmt_arena_printf(p->arena, "0x%02x", (unsigned int)p->blkid->blkid_partition_get_type(part));
}

static const char *copy(struct probing *p, const char *text)
{
	return text && *text ? kmt_arena_strdup(p->arena, text) : NULL;
}

static void read_parts(struct probing *p, struct kmt_disk *out)
{
	const struct kmt_lazy_blkid *b = p->blkid;
	blkid_partlist list = b->blkid_probe_get_partitions(p->pr);
	int n = list ? b->blkid_partlist_numof_partitions(list) : 0;

	out->n_entries = n > 0 ? (size_t)n : 0;
	for (int i = 0; i < n && out->parts.n < KMT_DISK_PARTS_MAX; i++) {
		blkid_partition part = b->blkid_partlist_get_partition(list, i);
		struct kmt_disk_part row = {0};

		if (!part || b->blkid_partition_is_extended(part))
			continue;
		row.number = (unsigned int)b->blkid_partition_get_partno(part);
		row.type = part_type(p, part);
		row.what = kmt_disk_part_type(row.type);
		row.name = copy(p, b->blkid_partition_get_name(part));
		row.uuid = copy(p, b->blkid_partition_get_uuid(part));
		row.content.at = (uint64_t)b->blkid_partition_get_start(part) * SECTOR;
		row.content.size = (uint64_t)b->blkid_partition_get_size(part) * SECTOR;
		kmt_vec_push(&out->parts, row);
	}
}

/* The superblocks of the partitions. One that lies behind the end of a cut image holds nothing. */
static void probe_parts(struct probing *p, struct kmt_disk *out)
{
	struct kmt_disk_part *part;

	p->blkid->blkid_probe_enable_partitions(p->pr, 0);
	kmt_vec_foreach (part, &out->parts) {
		struct kmt_disk_content *c = &part->content;
		uint64_t room = c->at < out->content.size ? out->content.size - c->at : 0;
		uint64_t size = c->size < room ? c->size : room;

		if (size && !p->blkid->blkid_probe_set_device(p->pr, p->fd, (blkid_loff_t)c->at, (blkid_loff_t)size))
			probe_content(p, c);
	}
}

static bool is_protective(const struct kmt_disk *disk)
{
	return disk->pttype && !strcmp(disk->pttype, "PMBR");
}

static int probe_whole(struct probing *p, struct kmt_disk *out)
{
	const struct kmt_lazy_blkid *b = p->blkid;
	int r = probe_content(p, &out->content);

	out->pttype = r ? NULL : value(p, "PTTYPE");
	/* The image of a disk with big sectors: nothing in the file says so, the table is at another place. */
	if ((r == 1 || is_protective(out)) && !b->blkid_probe_set_sectorsize(p->pr, BIG_SECTOR)) {
		b->blkid_reset_probe(p->pr);
		r = probe_content(p, &out->content);
		out->pttype = r ? NULL : value(p, "PTTYPE");
	}
	if (r < 0 || !out->pttype)
		return r < 0 ? r : 0;
	/* What protects a GPT from old programs, without the GPT. */
	if (is_protective(out)) {
		out->pttype = NULL;
		out->damaged = !out->content.type;
		return 0;
	}
	read_parts(p, out);
	/* The boot sector of FAT looks like a table without entries. */
	if (out->content.type && !out->n_entries)
		out->pttype = NULL;
	probe_parts(p, out);
	return 0;
}

int kmt_disk_probe(int fd, struct kmt_arena *arena, struct kmt_disk *out, struct kmt_err *err)
{
	const struct kmt_lazy_blkid *b = kmt_lazy_blkid(err);
	struct probing p = {.blkid = b, .fd = fd, .arena = arena};
	int r;

	*out = (struct kmt_disk){0};
	if (!b)
		return -EOPNOTSUPP;
	p.pr = b->blkid_new_probe();
	if (!p.pr)
		return kmt_err_set(err, KMT_ERR_FAILED, ENOMEM, "libblkid has no memory");
	errno = 0;
	r = b->blkid_probe_set_device(p.pr, fd, 0, 0) ? (errno ? -errno : -EIO) : 0;
	if (!r) {
		out->content.size = (uint64_t)b->blkid_probe_get_size(p.pr);
		b->blkid_probe_enable_superblocks(p.pr, 1);
		b->blkid_probe_set_superblocks_flags(p.pr,
			BLKID_SUBLKS_TYPE | BLKID_SUBLKS_USAGE | BLKID_SUBLKS_VERSION | BLKID_SUBLKS_UUID |
				BLKID_SUBLKS_LABEL);
		b->blkid_probe_enable_partitions(p.pr, 1);
		b->blkid_probe_set_partitions_flags(p.pr, BLKID_PARTS_ENTRY_DETAILS);
		r = probe_whole(&p, out);
	}
	b->blkid_free_probe(p.pr);
	if (r)
		kmt_disk_free(out);
	return r ? kmt_err_set(err, KMT_ERR_FAILED, -r, "cannot be read: %s", strerror(-r)) : 0;
}

void kmt_disk_free(struct kmt_disk *disk)
{
	struct kmt_disk_part *part;

	kmt_vec_foreach (part, &disk->parts)
		kmt_vec_free(&part->content.found);
	kmt_vec_free(&disk->parts);
	kmt_vec_free(&disk->content.found);
}

const char *kmt_disk_part_type(const char *type)
{
	static const struct {
		const char *type, *what;
	} types[] = {
		{"c12a7328-f81f-11d2-ba4b-00a0c93ec93b", "EFI System"},
		{"21686148-6449-6e6f-744e-656564454649", "BIOS boot"},
		{"bc13c2ff-59e6-4262-a352-b275fd6f7172", "Linux extended boot"},
		{"0fc63daf-8483-4772-8e79-3d69d8477de4", "Linux filesystem"},
		{"4f68bce3-e8cd-4db1-96e7-fbcaf984b709", "Linux root (x86-64)"},
		{"b921b045-1df0-41c3-af44-4c6f280d3fae", "Linux root (ARM-64)"},
		{"933ac7e1-2eb4-4f13-b844-0e14e2aef915", "Linux home"},
		{"0657fd6d-a4ab-43c4-84e5-0933c84b4f4f", "Linux swap"},
		{"e6d6d379-f507-44c2-a23c-238f2a3df928", "Linux LVM"},
		{"a19d880f-05fc-4d3b-a006-743f0f84911e", "Linux RAID"},
		{"ca7d7ccb-63ed-4c53-861c-1742536059cc", "LUKS"},
		{"ebd0a0a2-b9e5-4433-87c0-68b6b72699c7", "Microsoft basic data"},
		{"e3c9e316-0b5c-4db8-817d-f92df00215ae", "Microsoft reserved"},
		{"de94bba4-06d1-4d40-a16a-bfd50179d6ac", "Windows recovery"},
		{"0x01", "FAT12"}, {"0x04", "FAT16"}, {"0x06", "FAT16"}, {"0x07", "NTFS or exFAT"},
		{"0x0b", "FAT32"}, {"0x0c", "FAT32"}, {"0x0e", "FAT16"}, {"0x82", "Linux swap"},
		{"0x83", "Linux filesystem"}, {"0x8e", "Linux LVM"}, {"0xef", "EFI System"},
		{"0xfd", "Linux RAID"},
	};

	for (size_t i = 0; type && i < KMT_ARRAY_SIZE(types); i++)
		if (!strcasecmp(types[i].type, type))
			return types[i].what;
	return NULL;
}

const struct kmt_disk_format *kmt_disk_format_find(const void *data, size_t n)
{
	static const struct {
		size_t at;
		const char *magic;
		size_t n;
		struct kmt_disk_format format;
	} formats[] = {
		{0, "QFI\xfb", 4, {"qcow2", NULL}},
		{0, "KDMV", 4, {"vmdk", NULL}},
		{0, "# Disk DescriptorFile", 21, {"vmdk", NULL}},
		{64, "\x7f\x10\xda\xbe", 4, {"vdi", NULL}},
		{0, "vhdxfile", 8, {"vhdx", NULL}},
		{0, "conectix", 8, {"vhd", NULL}},
		{0, "\xfd\x37zXZ", 6, {"xz-compressed", "xz"}},
		{0, "\x1f\x8b", 2, {"gzip-compressed", "gzip"}},
		{0, "\x28\xb5\x2f\xfd", 4, {"zstd-compressed", "zstd"}},
		{0, "BZh", 3, {"bzip2-compressed", "bzip2"}},
		{0, "\x04\x22\x4d\x18", 4, {"lz4-compressed", "lz4"}},
	};

	for (size_t i = 0; i < KMT_ARRAY_SIZE(formats); i++)
		if (n >= formats[i].at + formats[i].n &&
			!memcmp((const char *)data + formats[i].at, formats[i].magic, formats[i].n))
			return &formats[i].format;
	return NULL;
}
