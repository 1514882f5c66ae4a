/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/source/modalias.h>

#include <errno.h>
#include <fnmatch.h>
#include <string.h>

#include <kmt/base/name.h>
#include <kmt/base/strbuf.h>
#include <kmt/sys/paths.h>

/* The last part of where the link PATH leads to, NULL if there is no such link. */
static const char *target(const struct kmt_root *root, const char *path, struct kmt_arena *arena)
{
	kmt_autostrbuf struct kmt_strbuf to = KMT_STRBUF_INIT;
	const char *slash;

	if (kmt_root_readlink(root, path, &to))
		return NULL;
	slash = strrchr(kmt_strbuf_str(&to), '/');
	return kmt_arena_strdup(arena, slash ? slash + 1 : kmt_strbuf_str(&to));
}

/* Some devices of ACPI have two lines. */
static void add_lines(struct kmt_modaliases *m, const struct kmt_modalias *device, char *text)
{
	char *rest, *line;

	for (line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		size_t size = strlen(line) + 1;
		char *normal = kmt_arena_alloc(&m->arena, size);
		struct kmt_modalias row = *device;

		if (kmt_alias_normalize(line, normal, size))
			continue;
		row.text = kmt_arena_strdup(&m->arena, line);
		row.modalias = normal;
		kmt_vec_push(&m->rows, row);
	}
}

/* The driver of the device at DIR, and its module. */
static void read_driver(struct kmt_modaliases *m, const struct kmt_root *root, const char *dir,
	struct kmt_modalias *row)
{
	kmt_autofree char *driver = kmt_asprintf("%s/driver", dir);
	kmt_autofree char *module = kmt_asprintf("%s/module", driver);

	row->driver = target(root, driver, &m->arena);
	if (row->driver)
		row->module = target(root, module, &m->arena);
}

/* Most devices of a class have no modalias. */
static void add_device(struct kmt_modaliases *m, const struct kmt_root *root,
	const struct kmt_modalias *kind, const char *dir, const char *name)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;
	kmt_autofree char *path = kmt_asprintf("%s/%s/modalias", dir, name);
	struct kmt_modalias row = *kind;

	if (kmt_root_read(root, path, KMT_ALIAS_MAX, &text, NULL) || !text.len)
		return;
	row.path = kmt_arena_printf(&m->arena, "%s/%s", dir, name);
	row.kind = kmt_arena_strdup(&m->arena, kind->kind);
	row.device = kmt_arena_printf(&m->arena, "%s %s", kind->kind, name);
	row.name = row.device + strlen(kind->kind) + 1;
	read_driver(m, root, row.path, &row);
	if (!row.driver && row.on_bus && !strcmp(row.kind, "acpi")) {
		kmt_autofree char *node = kmt_asprintf("%s/physical_node", row.path);

		read_driver(m, root, node, &row);
		row.by_node = row.driver != NULL;
	}
	add_lines(m, &row, text.s);
}

/* The devices of all that is in TOP: "/sys/bus/pci" has them in FOLDER, "/sys/class/input" is it. */
static int add_kinds(
	struct kmt_modaliases *m, const struct kmt_root *root, const char *top, const char *folder)
{
	struct kmt_strv kinds = {0};
	int r = kmt_root_list(root, top, &kinds);

	for (size_t i = 0; !r && i < kinds.n; i++) {
		kmt_autofree char *dir = kmt_asprintf("%s/%s%s", top, kinds.v[i], folder);
		const struct kmt_modalias kind = {.kind = kinds.v[i], .on_bus = *folder};
		struct kmt_strv names = {0};

		if (kmt_root_list(root, dir, &names))
			continue;
		for (size_t n = 0; n < names.n; n++)
			add_device(m, root, &kind, dir, names.v[n]);
		kmt_root_list_free(&names);
	}
	kmt_root_list_free(&kinds);
	return r;
}

int kmt_modaliases_read(const struct kmt_root *root, struct kmt_modaliases *out)
{
	int r;

	*out = (struct kmt_modaliases){0};
	r = add_kinds(out, root, KMT_PATH_SYS_BUS, "/devices");
	if (r)
		return r;
	/* The processors' features are the modalias of all of them. */
	add_device(out, root, &(struct kmt_modalias){.kind = "system"}, KMT_PATH_SYS_SYSTEM, "cpu");
	add_kinds(out, root, KMT_PATH_SYS_CLASS, "");
	return 0;
}

void kmt_modaliases_free(struct kmt_modaliases *m)
{
	kmt_vec_free(&m->rows);
	kmt_arena_free(&m->arena);
	*m = (struct kmt_modaliases){0};
}

bool kmt_modalias_matches(const char *pattern, const char *modalias)
{
	/* Most patterns are of another vendor or bus: what stands before the first wildcard tells. */
	size_t fixed = strcspn(pattern, "*?[\\");

	return !strncmp(pattern, modalias, fixed) && !fnmatch(pattern + fixed, modalias + fixed, 0);
}
