/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the kernel image exports, from the files that its build leaves. Pure: text in, names out. */
#ifndef KMT_INDEX_KSYMS_H
#define KMT_INDEX_KSYMS_H

#include <stddef.h>
#include <kmt/base/diag.h>
#include <kmt/base/slice.h>
#include <kmt/index/links.h>

/* Module.symvers: "CRC NAME vmlinux ..." lines; those of modules are not used. FILE is for messages. */
void kmt_ksyms_symvers(
	struct kmt_links *links, const char *file, struct kmt_slice text, struct kmt_diag *diag);
/* System.map: "ADDRESS TYPE __ksymtab_NAME" lines. Debian's package has a stub without any: returns how
 * many were found. */
size_t kmt_ksyms_system_map(
	struct kmt_links *links, const char *file, struct kmt_slice text, struct kmt_diag *diag);

#endif
