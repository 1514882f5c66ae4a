/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What tells of the kernel's symbols, line by line: /proc/kallsyms and System.map ("ADDRESS TYPE NAME", and
 * in kallsyms "\t[MODULE]" behind a module's), and Module.symvers of the kernel's build ("CRC NAME WHERE
 * TERMS NAMESPACE", tabs between; WHERE is "vmlinux" for the image). Pure.
 */
#ifndef KMT_SOURCE_KERNELSYMS_H
#define KMT_SOURCE_KERNELSYMS_H

#include <kmt/base/slice.h>

struct kmt_kallsym {
	struct kmt_slice name;
	char type;		 /* as nm(1) has it: 'T' is a function that other files can see */
	struct kmt_slice module; /* empty: the kernel image */
};

struct kmt_symver {
	struct kmt_slice crc, name, where;
	struct kmt_slice ns; /* empty: none */
	bool gpl;	    /* for GPL-compatible modules only */
};

/* False for a line that is none. */
bool kmt_kallsyms_line(struct kmt_slice line, struct kmt_kallsym *out);
bool kmt_symvers_line(struct kmt_slice line, struct kmt_symver *out);

/* Whether NAME is that of the table entry of an exported symbol, whose name it becomes. */
bool kmt_kallsyms_is_export(struct kmt_slice *name);

#endif
