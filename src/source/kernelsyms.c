/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/source/kernelsyms.h>

#include <string.h>

#define GPL_SUFFIX "_GPL"

bool kmt_kallsyms_line(struct kmt_slice line, struct kmt_kallsym *out)
{
	struct kmt_slice type;

	kmt_slice_word(&line);
	type = kmt_slice_word(&line);
	out->type = type.n == 1 ? *type.s : '\0';
	out->name = kmt_slice_word(&line);
	out->module = kmt_slice_word(&line);
	if (kmt_slice_skip(&out->module, "["))
		out->module.n -= out->module.n && out->module.s[out->module.n - 1] == ']';
	return out->name.n;
}

bool kmt_symvers_line(struct kmt_slice line, struct kmt_symver *out)
{
	struct kmt_slice terms;
	size_t n = strlen(GPL_SUFFIX);

	out->crc = kmt_slice_word(&line);
	out->name = kmt_slice_word(&line);
	out->where = kmt_slice_word(&line);
	terms = kmt_slice_word(&line);
	out->gpl = terms.n >= n && !memcmp(terms.s + terms.n - n, GPL_SUFFIX, n);
	out->ns = kmt_slice_word(&line);
	return out->where.n;
}

bool kmt_kallsyms_is_export(struct kmt_slice *name)
{
	return kmt_slice_skip(name, "__ksymtab_");
}
