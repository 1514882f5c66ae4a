/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Makes images with the least that is recognised of them: for tests where no mkfs is installed. Several words put
 * several signatures into one file.
 *
 * usage: mkdisk FILE SIZE WORD...
 *	ext4 ext4-encrypt ext4-journal vfat btrfs=CSUM,DEVICES f2fs=FEATURES swap squashfs
 *	luks1 luks2=JSON-FILE lvm=TEXT-FILE md=LEVEL,DISKS md-end=LEVEL,DISKS
 *	dos=COUNT gpt=ENTRIES gpt-4k=ENTRIES	so many partitions of 1 MiB, from 1 MiB on
 *	at=BYTES		what follows goes there
 */
#include <endian.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MIB (1u << 20)
#define SECTOR 512

static int fd;
static uint64_t base, size;

static void put(uint64_t at, const void *data, size_t n)
{
	if (pwrite(fd, data, n, (off_t)(base + at)) != (ssize_t)n)
		abort();
}

static void put_text(uint64_t at, const char *text)
{
	put(at, text, strlen(text));
}

static void put16(uint64_t at, uint16_t n)
{
	n = htole16(n);
	put(at, &n, sizeof(n));
}

static void put32(uint64_t at, uint32_t n)
{
	n = htole32(n);
	put(at, &n, sizeof(n));
}

static void put64(uint64_t at, uint64_t n)
{
	n = htole64(n);
	put(at, &n, sizeof(n));
}

static uint32_t crc32(uint32_t crc, const unsigned char *data, size_t n)
{
	while (n--) {
		crc ^= *data++;
		for (int i = 0; i < 8; i++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
	}
	return crc;
}

/* An ext4 with an ext4's usual features, and these besides. */
static void make_ext4(uint32_t compat, uint32_t incompat)
{
	put32(1024, 1024);		 /* inodes */
	put32(1024 + 4, size / 4096);	 /* blocks */
	put32(1024 + 0x18, 2);		 /* of 4096 bytes */
	put16(1024 + 0x38, 0xef53);
	put16(1024 + 0x3a, 1);
	put32(1024 + 0x4c, 1);		 /* dynamic inodes */
	put32(1024 + 0x5c, compat);
	put32(1024 + 0x60, 0x40 | 0x2 | incompat); /* extents, filetype */
	put32(1024 + 0x64, 0x8);		   /* huge files */
	put_text(1024 + 0x68, "uuid-of-the-ext4");
}

static void make_vfat(void)
{
	put(0, "\xeb\x3c\x90mkfs.fat", 11);
	put16(11, SECTOR);
	put(13, "\x04\x01\x00\x02\x00\x02", 6); /* sectors a cluster, reserved, FATs, root entries */
	put16(19, size / SECTOR < 65536 ? size / SECTOR : 0);
	put(21, "\xf8\x10\x00", 3);
	put(38, "\x29\x01\x02\x03\x04NO NAME    FAT16   ", 24);
	put(510, "\x55\xaa", 2);
}

#define BTRFS_SUPER 65536
#define BTRFS_SUMMED 4064 /* bytes behind the checksum */

static uint64_t crc32c(const unsigned char *data, size_t n)
{
	uint32_t crc = UINT32_MAX;

	for (size_t i = 0; i < n; i++) {
		crc ^= data[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0x82f63b78 : 0);
	}
	return ~crc;
}

#define XXH_1 UINT64_C(0x9e3779b185ebca87)
#define XXH_2 UINT64_C(0xc2b2ae3d27d4eb4f)
#define XXH_3 UINT64_C(0x165667b19e3779f9)
#define XXH_4 UINT64_C(0x85ebca77c2b2ae63)

static uint64_t rotate(uint64_t v, int bits)
{
	return v << bits | v >> (64 - bits);
}

static uint64_t xxh_round(uint64_t v, uint64_t word)
{
	return rotate(v + word * XXH_2, 31) * XXH_1;
}

/* Of a multiple of 32 bytes, with seed 0. */
static uint64_t xxh64(const unsigned char *data, size_t n)
{
	uint64_t v[] = {XXH_1 + XXH_2, XXH_2, 0, -XXH_1}, word, hash;

	for (size_t i = 0; i < n / 8; i++) {
		memcpy(&word, data + 8 * i, 8);
		v[i % 4] = xxh_round(v[i % 4], le64toh(word));
	}
	hash = rotate(v[0], 1) + rotate(v[1], 7) + rotate(v[2], 12) + rotate(v[3], 18);
	for (int i = 0; i < 4; i++)
		hash = (hash ^ xxh_round(0, v[i])) * XXH_1 + XXH_4;
	hash += n;
	hash = (hash ^ hash >> 33) * XXH_2;
	hash = (hash ^ hash >> 29) * XXH_3;
	return hash ^ hash >> 32;
}

/* Newer versions of libblkid compare checksums, here and of RAID. */
static void make_btrfs(const char *arg)
{
	unsigned char summed[BTRFS_SUMMED];

	put_text(BTRFS_SUPER + 0x40, "_BHRfS_M");
	put64(BTRFS_SUPER + 0x30, BTRFS_SUPER);
	put64(BTRFS_SUPER + 0x70, size);
	put64(BTRFS_SUPER + 0x88, strtoull(strchr(arg, ',') + 1, NULL, 10));
	put32(BTRFS_SUPER + 0x90, 4096);
	put16(BTRFS_SUPER + 0xc4, (uint16_t)atoi(arg));
	if (pread(fd, summed, sizeof(summed), (off_t)(base + BTRFS_SUPER + 32)) != sizeof(summed))
		abort();
	put64(BTRFS_SUPER, (atoi(arg) == 1 ? xxh64 : crc32c)(summed, sizeof(summed)));
}

static void make_f2fs(const char *arg)
{
	put32(1024, 0xf2f52010);
	put16(1024 + 4, 1);
	put16(1024 + 6, 16);
	put32(1024 + 2180, (uint32_t)strtoul(arg, NULL, 0));
}

static void put_file(uint64_t at, const char *path)
{
	FILE *f = fopen(path, "r");
	char block[4096];
	size_t n;

	if (!f)
		abort();
	for (; (n = fread(block, 1, sizeof(block), f)); at += n)
		put(at, block, n);
	fclose(f);
}

static void make_luks(int version, const char *json)
{
	put(0, "LUKS\xba\xbe\0", 7);
	put(7, &(char){(char)version}, 1);
	if (version == 1) {
		put_text(8, "aes");
		put_text(40, "xts-plain64");
		put_text(72, "sha256");
		put_text(168, "6f1b4ae4-8a3e-4a0d-9b63-3a3f9e7e1c11");
		return;
	}
	put64(8, htole64(htobe64(16384)));
	put_text(168, "6f1b4ae4-8a3e-4a0d-9b63-3a3f9e7e1c11");
	put_file(4096, json);
}

static void make_lvm(const char *text)
{
	unsigned char label[SECTOR] = "LABELONE";
	FILE *f = fopen(text, "r");
	uint64_t words[] = {size, MIB, 0, 0, 0, 4096, MIB - 4096};
	uint32_t n;

	if (!f)
		abort();
	fseek(f, 0, SEEK_END);
	label[8] = 1;
	label[20] = 32;
	memcpy(label + 24, "LVM2 001", 8);
	memcpy(label + 32, "aBcdefghijklmnopqrstuvwxyz012345", 32);
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		uint64_t word = htole64(words[i]);

		memcpy(label + 64 + 8 * i, &word, 8);
	}
	n = htole32(crc32(0xf597a6cf, label + 20, SECTOR - 20));
	memcpy(label + 16, &n, 4);
	put(SECTOR, label, SECTOR);
	put_text(4096 + 4, " LVM2 x[5A%r0N*>");
	put32(4096 + 20, 1);
	put64(4096 + 24, 4096);
	put64(4096 + 32, MIB - 4096);
	put64(4096 + 40, SECTOR);
	put64(4096 + 48, (uint64_t)ftell(f));
	put_file(4096 + SECTOR, text);
	fclose(f);
}

static void make_md(uint64_t at, const char *arg)
{
	uint32_t words[64];
	uint64_t sum = 0;

	put32(at, 0xa92b4efc);
	put32(at + 4, 1);
	put_text(at + 16, "uuid-of-the-raid");
	put32(at + 72, (uint32_t)atoi(arg));
	put32(at + 92, (uint32_t)atoi(strchr(arg, ',') + 1));
	put64(at + 144, at / SECTOR);
	if (pread(fd, words, sizeof(words), (off_t)(base + at)) != sizeof(words))
		abort();
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		sum += le32toh(words[i]);
	put32(at + 216, (uint32_t)(sum + (sum >> 32)));
}

static void make_dos(int count)
{
	for (int i = 0; i < count && i < 4; i++) {
		uint64_t at = 446 + 16 * (uint64_t)i;

		put(at + 4, "\x83", 1);
		put32(at + 8, (uint32_t)(i + 1) * MIB / SECTOR);
		put32(at + 12, MIB / SECTOR);
	}
	put32(440, 0x12345678);
	put(510, "\x55\xaa", 2);
}

/* On a disk with SECTOR bytes a sector. */
static void make_gpt(uint32_t entries, uint64_t sector)
{
	static const unsigned char linux_type[16] = {
		0xaf, 0x3d, 0xc6, 0x0f, 0x83, 0x84, 0x72, 0x47, 0x8e, 0x79, 0x3d, 0x69, 0xd8, 0x47, 0x7d, 0xe4};
	unsigned char *table = calloc(entries, 128), header[92] = "EFI PART";
	uint64_t last = size / sector - 1, array = (entries * 128 + sector - 1) / sector;
	uint64_t words[] = {1, last, 2 + array, last - array - 1};
	uint32_t n;

	for (uint32_t i = 0; i < entries; i++) {
		uint64_t first = htole64((i + 1) * (uint64_t)(MIB / sector)), end = htole64((i + 2) * (uint64_t)(MIB / sector) - 1);

		memcpy(table + 128 * (size_t)i, linux_type, 16);
		memcpy(table + 128 * (size_t)i + 16, &i, 4);
		memcpy(table + 128 * (size_t)i + 32, &first, 8);
		memcpy(table + 128 * (size_t)i + 40, &end, 8);
	}
	header[10] = 1;
	header[12] = 92;
	for (size_t i = 0; i < 4; i++) {
		uint64_t word = htole64(words[i]);

		memcpy(header + 24 + 8 * i, &word, 8);
	}
	memcpy(header + 56, "uuid-of-the-disk", 16);
	header[72] = 2;
	n = htole32(entries);
	memcpy(header + 80, &n, 4);
	header[84] = 128;
	n = htole32(~crc32(~0u, table, 128 * (size_t)entries));
	memcpy(header + 88, &n, 4);
	n = htole32(~crc32(~0u, header, sizeof(header)));
	memcpy(header + 16, &n, 4);
	put(sector, header, sizeof(header));
	put(2 * sector, table, 128 * (size_t)entries);
	put(446 + 4, "\xee", 1);
	put32(446 + 8, 1);
	put32(446 + 12, (uint32_t)last);
	put(510, "\x55\xaa", 2);
	free(table);
}

static void make(const char *word)
{
	const char *arg = strchr(word, '=') ? strchr(word, '=') + 1 : "";

	if (!strncmp(word, "at=", 3))
		base = strtoull(arg, NULL, 0);
	else if (!strcmp(word, "ext4"))
		make_ext4(0x4, 0);
	else if (!strcmp(word, "ext4-encrypt"))
		make_ext4(0x4, 0x10000 | 0x20000);
	else if (!strcmp(word, "ext4-journal")) {
		make_ext4(0x4, 0);
		put_text(1024 + 0xd0, "uuid-of-journal.");
	} else if (!strcmp(word, "vfat"))
		make_vfat();
	else if (!strncmp(word, "btrfs=", 6))
		make_btrfs(arg);
	else if (!strncmp(word, "f2fs=", 5))
		make_f2fs(arg);
	else if (!strcmp(word, "swap")) {
		put32(1024, 1);
		put32(1028, 255);
		put_text(4086, "SWAPSPACE2");
	} else if (!strcmp(word, "squashfs"))
		put(0, "hsqs", 4), put16(28, 4), put16(30, 0), put64(40, 4096);
	else if (!strcmp(word, "luks1"))
		make_luks(1, NULL);
	else if (!strncmp(word, "luks2=", 6))
		make_luks(2, arg);
	else if (!strncmp(word, "lvm=", 4))
		make_lvm(arg);
	else if (!strncmp(word, "md=", 3))
		make_md(4096, arg);
	else if (!strncmp(word, "md-end=", 7))
		make_md((size & ~UINT64_C(4095)) - 8192, arg);
	else if (!strncmp(word, "dos=", 4))
		make_dos(atoi(arg));
	else if (!strncmp(word, "gpt=", 4))
		make_gpt((uint32_t)atoi(arg), SECTOR);
	else if (!strncmp(word, "gpt-4k=", 7))
		make_gpt((uint32_t)atoi(arg), 4096);
	else
		abort();
}

int main(int argc, char **argv)
{
	if (argc < 3)
		return 2;
	fd = open(argv[1], O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	size = strtoull(argv[2], NULL, 0) * MIB;
	if (fd < 0 || ftruncate(fd, (off_t)size) < 0)
		return 1;
	for (int i = 3; i < argc; i++)
		make(argv[i]);
	return close(fd) ? 1 : 0;
}
