/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The part of the PE format that leads to the sections: the offset of the PE header at 0x3c, in it the number
 * of sections and the size of the optional header, behind that one header of 40 bytes for each section.
 */
#include <kmt/source/uki.h>

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include <kmt/base/bytes.h>
#include <kmt/sys/root.h>

#define PE_OFFSET_AT 0x3c
#define PE_HEADER_SIZE 24 /* the signature and the COFF header */
#define SECTION_SIZE 40
#define NAME_SIZE 8
/* A multi-profile image with hundreds of device trees stays below. */
#define SECTIONS_MAX 1000
#define TEXT_MAX 65536

static bool read_at(int fd, uint64_t at, void *out, size_t n)
{
	return kmt_pread(fd, out, n, at) == (ssize_t)n;
}

bool kmt_uki_is_pe(int fd)
{
	char magic[2];

	return read_at(fd, 0, magic, sizeof(magic)) && !memcmp(magic, "MZ", 2);
}

int kmt_uki_find(int fd, const char *name, struct kmt_uki_section *out)
{
	unsigned char where[4], header[PE_HEADER_SIZE], section[SECTION_SIZE];
	char padded[NAME_SIZE + 1] = "";
	uint64_t at;

	if (!kmt_uki_is_pe(fd) || !read_at(fd, PE_OFFSET_AT, where, sizeof(where)) ||
		!read_at(fd, kmt_le32(where), header, sizeof(header)) || memcmp(header, "PE\0\0", 4) != 0 ||
		kmt_le16(header + 6) > SECTIONS_MAX)
		return -EBADMSG;
	strncpy(padded, name, NAME_SIZE);
	at = (uint64_t)kmt_le32(where) + PE_HEADER_SIZE + kmt_le16(header + 20);
	for (unsigned int i = 0; i < kmt_le16(header + 6); i++, at += SECTION_SIZE) {
		uint32_t in_memory, in_file;

		if (!read_at(fd, at, section, sizeof(section)))
			return -EBADMSG;
		if (memcmp(section, padded, NAME_SIZE) != 0)
			continue;
		in_memory = kmt_le32(section + 8);
		in_file = kmt_le32(section + 16); /* is rounded up */
		*out = (struct kmt_uki_section){
			kmt_le32(section + 20), in_memory < in_file ? in_memory : in_file};
		return 0;
	}
	return -ENOENT;
}

int kmt_uki_text(int fd, const char *name, struct kmt_strbuf *out)
{
	struct kmt_uki_section section;
	size_t start = out->len;
	int r = kmt_uki_find(fd, name, &section);

	if (r < 0)
		return r;
	if (section.n > TEXT_MAX)
		return -EBADMSG;
	kmt_strbuf_reserve(out, (size_t)section.n);
	if (!read_at(fd, section.offset, out->s + start, (size_t)section.n))
		return -EBADMSG;
	out->len = start + strnlen(out->s + start, (size_t)section.n);
	while (out->len > start && (out->s[out->len - 1] == '\n' || out->s[out->len - 1] == ' '))
		out->len--;
	out->s[out->len] = '\0';
	return 0;
}
