/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/index/ksyms.h>

#include <string.h>

#include <kmt/base/num.h>
#include <kmt/source/kernelsyms.h>

/* Made by the loader, wanted by some architectures' modules. */
static void add_loaders_own(struct kmt_links *links)
{
	static const char *const names[] = {"__this_module", "_GLOBAL_OFFSET_TABLE_", "TOC."};

	for (size_t i = 0; i < KMT_ARRAY_SIZE(names); i++)
		kmt_links_add_kernel(links, names[i], strlen(names[i]), 0);
}

static struct kmt_slice without_prefix(const struct kmt_links *links, struct kmt_slice name)
{
	if (links->prefix && name.n && *name.s == links->prefix)
		return (struct kmt_slice){name.s + 1, name.n - 1};
	return name;
}

static void add_version(struct kmt_links *links, const struct kmt_symver *row,
	const struct kmt_origin *origin, struct kmt_diag *diag)
{
	kmt_autofree char *crc = kmt_strndup(row->crc.s, row->crc.n);
	struct kmt_slice name = without_prefix(links, row->name);
	uint64_t n;

	if (kmt_num_u64(crc, 16, &n) || n > UINT32_MAX)
		kmt_diag_add(diag, origin, "'%s' is no CRC: line ignored", crc);
	else
		kmt_links_add_kernel(links, name.s, name.n, (uint32_t)n);
}

void kmt_ksyms_symvers(
	struct kmt_links *links, const char *file, struct kmt_slice text, struct kmt_diag *diag)
{
	struct kmt_origin origin = {.file = file};
	struct kmt_symver row;
	struct kmt_slice line;

	while (kmt_slice_line(&text, &line)) {
		origin.line++;
		if (kmt_symvers_line(line, &row) && kmt_slice_is(row.where, "vmlinux"))
			add_version(links, &row, &origin, diag);
	}
	add_loaders_own(links);
}

size_t kmt_ksyms_system_map(
	struct kmt_links *links, const char *file, struct kmt_slice text, struct kmt_diag *diag)
{
	struct kmt_origin origin = {.file = file};
	struct kmt_kallsym row;
	struct kmt_slice line;
	size_t found = 0;

	while (kmt_slice_line(&text, &line)) {
		origin.line++;
		if (!kmt_kallsyms_line(line, &row)) {
			kmt_diag_add(diag, &origin, "not a line of a System.map: line ignored");
			continue;
		}
		row.name = without_prefix(links, row.name);
		if (!kmt_kallsyms_is_export(&row.name))
			continue;
		kmt_links_add_kernel(links, row.name.s, row.name.n, 0);
		found++;
	}
	add_loaders_own(links);
	return found;
}
