/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Type information, "BTF" (Documentation/bpf/btf.rst of the kernel; include/uapi/linux/btf.h). That of a
 * module continues the kernel's: numbers of types and places of names go on where the kernel's end, so it
 * fits one build of the kernel only. Since Linux 6.11 a module may bring the part that it needs (.BTF.base).
 */
#ifndef KMT_SOURCE_BTF_H
#define KMT_SOURCE_BTF_H

#include <stddef.h>
#include <stdint.h>
#include <kmt/base/err.h>

struct kmt_btf {
	const unsigned char *types; /* N_TYPES bytes of records of various sizes */
	size_t n_types;
	const char *names; /* N_NAMES bytes; the last is a NUL */
	size_t n_names;
};

/* The N bytes at DATA, in the byte order of this machine, which OUT points into. FAILED -EINVAL for what is
 * no BTF. */
int kmt_btf_open(const void *data, size_t n, struct kmt_btf *out, struct kmt_err *err);

enum kmt_btf_fit {
	KMT_BTF_FITS,
	KMT_BTF_OTHER,	 /* names do not start, or types are not there, where it expects them in BASE */
	KMT_BTF_OUTSIDE, /* a name is in neither: what the kernel's btf_check_all_metas() refuses */
	KMT_BTF_DAMAGED, /* its records do not end where they should */
};
enum kmt_btf_fit kmt_btf_compare(const struct kmt_btf *base, const struct kmt_btf *split);

#endif
