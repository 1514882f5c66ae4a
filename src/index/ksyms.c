/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/index/ksyms.h>

#include <string.h>

#include <kmt/base/num.h>

#define KSYMTAB "__ksymtab_"

/* Made by the loader, wanted by some architectures' modules. */
static void add_loaders_own(struct kmt_links *links)
{
	static const char *const names[] = {"__this_module", "_GLOBAL_OFFSET_TABLE_", "TOC."};

	for (size_t i = 0; i < KMT_ARRAY_SIZE(names); i++)
		kmt_links_add_kernel(links, names[i], strlen(names[i]), 0);
}

static const char *without_prefix(const struct kmt_links *links, const char *name)
{
	return links->prefix && *name == links->prefix ? name + 1 : name;
}

static void add_version(struct kmt_links *links, char *line, const struct kmt_origin *origin,
	struct kmt_diag *diag)
{
	char *rest, *crc = strtok_r(line, " \t", &rest), *name = strtok_r(NULL, " \t", &rest);
	const char *where = name ? strtok_r(NULL, " \t", &rest) : NULL;
	uint64_t n;

	if (!where || strcmp(where, "vmlinux"))
		return;
	if (kmt_num_u64(crc, 16, &n) || n > UINT32_MAX) {
		kmt_diag_add(diag, origin, "'%s' is no CRC: line ignored", crc);
		return;
	}
	name = (char *)without_prefix(links, name);
	kmt_links_add_kernel(links, name, strlen(name), (uint32_t)n);
}

/* The line that begins at *TEXT, without its end; *TEXT becomes the next one, NULL after the last. */
static char *take_line(char **text)
{
	char *line = *text, *nl;

	if (!line || !*line)
		return NULL;
	nl = strchr(line, '\n');
	if (nl)
		*nl = '\0';
	*text = nl ? nl + 1 : NULL;
	return line;
}

void kmt_ksyms_symvers(struct kmt_links *links, const char *file, char *text, struct kmt_diag *diag)
{
	struct kmt_origin origin = {.file = file};
	char *line;

	while ((line = take_line(&text))) {
		origin.line++;
		add_version(links, line, &origin, diag);
	}
	add_loaders_own(links);
}

size_t kmt_ksyms_system_map(
	struct kmt_links *links, const char *file, char *text, struct kmt_diag *diag)
{
	struct kmt_origin origin = {.file = file};
	size_t found = 0;
	char *line;

	while ((line = take_line(&text))) {
		const char *name = strchr(line, ' ');

		origin.line++;
		name = name ? strchr(name + 1, ' ') : NULL;
		if (!name) {
			kmt_diag_add(diag, &origin, "not a line of a System.map: line ignored");
			continue;
		}
		name = without_prefix(links, name + 1);
		if (strncmp(name, KSYMTAB, strlen(KSYMTAB)))
			continue;
		name += strlen(KSYMTAB);
		kmt_links_add_kernel(links, name, strlen(name), 0);
		found++;
	}
	add_loaders_own(links);
	return found;
}
