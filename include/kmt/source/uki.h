/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Unified kernel images: PE files with kernel, initramfs image and command line as sections (".linux",
 * ".initrd", ".ucode", ".cmdline", ".uname"), which the UEFI firmware starts:
 * https://uapi-group.org/specifications/specs/unified_kernel_image/. The bytes are hostile.
 */
#ifndef KMT_SOURCE_UKI_H
#define KMT_SOURCE_UKI_H

#include <stdbool.h>
#include <stdint.h>
#include <kmt/base/strbuf.h>

/* Where a section is in the file; its bytes need not be there. */
struct kmt_uki_section {
	uint64_t offset, n;
};

/* Whether FD is open for what begins as a PE file. */
bool kmt_uki_is_pe(int fd);
/* The first section of this name. -ENOENT: there is none; -EBADMSG: damaged. */
int kmt_uki_find(int fd, const char *name, struct kmt_uki_section *out);
/* Appends a section of text, at most 64 KiB, up to a NUL, without white space at its end. */
int kmt_uki_text(int fd, const char *name, struct kmt_strbuf *out);

#endif
