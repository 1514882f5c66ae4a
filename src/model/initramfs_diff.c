/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/model/initramfs_diff.h>

#include <fcntl.h>
#include <string.h>

#include <kmt/base/name.h>
#include <kmt/model/settings.h>
#include <kmt/source/confdirs.h>
#include <kmt/source/kofile.h>
#include <kmt/sys/paths.h>

struct diff {
	const struct kmt_snapshot *snap;
	struct kmt_initramfs_diff *out;
	struct kmt_kofile *theirs, *ours; /* in the image, on the disk */
	struct kmt_strbuf text;
	char *modules; /* "/lib/modules/VERSION/" */
};

static void add(struct diff *d, enum kmt_initramfs_diff_kind kind, const char *path, const char *module)
{
	kmt_vec_push(&d->out->rows, (struct kmt_initramfs_diff_row){
					    .kind = kind,
					    .path = kmt_arena_strdup(&d->out->arena, path),
					    .module = module ? kmt_arena_strdup(&d->out->arena, module)
							     : NULL,
				    });
}

static bool is_config(const char *path)
{
	static const char *const dirs[] = KMT_MODPROBE_D_DIRS;
	size_t n = strlen(path);

	return n >= 5 && !strcmp(path + n - 5, ".conf") &&
	       kmt_confdirs_have(dirs, KMT_ARRAY_SIZE(dirs), path);
}

/* A module of the kernel that is looked at; an image may have /lib as a link to /usr/lib, or none. */
static bool is_module(const struct diff *d, const char *path)
{
	if (!strncmp(path, "/usr/", 5))
		path += 4;
	return kmt_name_is_module_file(path) && !strncmp(path, d->modules, strlen(d->modules));
}

static bool want(void *ctx, const char *path)
{
	return is_config(path) || is_module(ctx, path);
}

static void compare_config(struct diff *d, const struct kmt_initramfs_entry *entry)
{
	kmt_strbuf_truncate(&d->text, 0);
	if (kmt_root_read(d->snap->root, entry->path, 0, &d->text, NULL) < 0)
		add(d, KMT_INITRAMFS_DIFF_CONFIG_GONE, entry->path, NULL);
	else if (d->text.len != entry->n || memcmp(kmt_strbuf_str(&d->text), entry->data, entry->n) != 0)
		add(d, KMT_INITRAMFS_DIFF_CONFIG_DIFFERS, entry->path, NULL);
}

/* The file on the disk, however it may be compressed. */
static const char *on_disk(struct diff *d, const char *path)
{
	static const char *const endings[] = {".ko", ".ko.zst", ".ko.xz", ".ko.gz"};
	const char *dot = strstr(strrchr(path, '/'), ".ko");

	if (kmt_root_exists(d->snap->root, path))
		return path;
	for (size_t i = 0; i < KMT_ARRAY_SIZE(endings); i++) {
		const char *other = kmt_arena_printf(
			&d->out->arena, "%.*s%s", (int)(dot - path), path, endings[i]);

		if (kmt_root_exists(d->snap->root, other))
			return other;
	}
	return NULL;
}

/* What survives stripping: the build-id, or all of .modinfo, where srcversion is. */
static bool same_origin(struct kmt_kofile *a, struct kmt_kofile *b)
{
	const unsigned char *ids[2];
	const char *infos[2];
	size_t n[2];

	if (!kmt_kofile_build_id(a, &ids[0], &n[0], NULL) && !kmt_kofile_build_id(b, &ids[1], &n[1], NULL) &&
		n[0] && n[1])
		return n[0] == n[1] && !memcmp(ids[0], ids[1], n[0]);
	return !kmt_kofile_modinfo_bytes(a, &infos[0], &n[0], NULL) &&
	       !kmt_kofile_modinfo_bytes(b, &infos[1], &n[1], NULL) && n[0] == n[1] &&
	       !memcmp(infos[0], infos[1], n[0]);
}

static bool same_module(struct diff *d, const struct kmt_initramfs_entry *entry, const char *path)
{
	struct stat st;

	kmt_strbuf_truncate(&d->text, 0);
	if (!kmt_root_stat(d->snap->root, path, &st) && (uint64_t)st.st_size == entry->n &&
		!kmt_root_read(d->snap->root, path, 0, &d->text, NULL) && d->text.len == entry->n &&
		!memcmp(kmt_strbuf_str(&d->text), entry->data, entry->n))
		return true;
	if (!d->ours) {
		d->ours = kmt_kofile_new();
		d->theirs = kmt_kofile_new();
	}
	return !kmt_kofile_open(d->ours, d->snap->root, path, NULL) &&
	       !kmt_kofile_open_buffer(d->theirs, entry->path, entry->data, entry->n, NULL) &&
	       same_origin(d->ours, d->theirs);
}

static void compare_module(struct diff *d, const struct kmt_initramfs_entry *entry, const char *name)
{
	const char *path = on_disk(d, entry->path);

	if (!path)
		add(d, KMT_INITRAMFS_DIFF_MODULE_GONE, entry->path, name);
	else if (!same_module(d, entry, path))
		add(d, KMT_INITRAMFS_DIFF_MODULE_DIFFERS, path, name);
}

static int visit(void *ctx, const struct kmt_initramfs_entry *entry, struct kmt_err *err)
{
	struct diff *d = ctx;
	const char *path = kmt_arena_strdup(&d->out->arena, entry->path);
	char name[KMT_NAME_MAX];

	if (is_config(path)) {
		kmt_map_set(&d->out->configs, path, (void *)path);
		if (!entry->is_link)
			compare_config(d, entry);
	} else if (!kmt_name_from_path(path, name, sizeof(name))) {
		kmt_map_set(&d->out->modules, kmt_arena_strdup(&d->out->arena, name), (void *)path);
		if (!entry->is_link)
			compare_module(d, entry, name);
	}
	return 0;
}

/* A module of the image that a line of FILE is about; NULL if none is. */
static const char *concerned(const struct diff *d, const char *file)
{
	const struct kmt_conf_line *line;

	kmt_vec_foreach(line, &d->snap->conf.lines) {
		const char *name = line->kind == KMT_CONF_ALIAS ? line->value : line->pattern;

		if (name && !strcmp(line->file->path, file) && kmt_map_get(&d->out->modules, name))
			return name;
	}
	return NULL;
}

/* The same file by its other name, where /lib is a link to /usr/lib. */
static bool has_config(const struct diff *d, const char *path)
{
	kmt_autofree char *usr = kmt_asprintf("/usr%s", path);

	return kmt_map_get(&d->out->configs, path) || kmt_map_get(&d->out->configs, usr) ||
	       (!strncmp(path, "/usr/lib/", 9) && kmt_map_get(&d->out->configs, path + 4));
}

static void find_missing(struct diff *d)
{
	const struct kmt_conf_file *file;

	kmt_vec_foreach(file, &d->snap->conf.files.rows) {
		const char *module;

		if (file->state != KMT_CONF_FILE_READ || file->shipped || has_config(d, file->path))
			continue;
		module = concerned(d, file->path);
		if (module)
			add(d, KMT_INITRAMFS_DIFF_CONFIG_MISSING, file->path, module);
	}
}

/* The image cannot be read: then its date has to tell. */
static void compare_dates(struct diff *d)
{
	const struct kmt_conf_file *file;
	struct stat image, st;

	if (kmt_root_stat(d->snap->root, d->out->image, &image))
		return;
	kmt_vec_foreach(file, &d->snap->conf.files.rows) {
		if (file->state == KMT_CONF_FILE_READ && !file->shipped &&
			!kmt_root_stat(d->snap->root, file->path, &st) && st.st_mtime > image.st_mtime)
			add(d, KMT_INITRAMFS_DIFF_OLDER, file->path, NULL);
	}
}

static int read_image(struct diff *d, struct kmt_err *err)
{
	const struct kmt_initramfs_visitor visitor = {.want = want, .entry = visit, .ctx = d};
	kmt_autoclose int fd = kmt_root_openat(d->snap->root, d->out->image, O_RDONLY);

	if (fd < 0)
		return kmt_err_errno(err, -fd, "%s%s", d->snap->root->path, d->out->image);
	return kmt_initramfs_walk(fd, &visitor, NULL, err);
}

void kmt_initramfs_diff_find(const struct kmt_snapshot *snap, struct kmt_initramfs_diff *out)
{
	struct diff d = {.snap = snap, .out = out};

	*out = (struct kmt_initramfs_diff){0};
	out->image = kmt_initramfs_find(snap->root, snap->version, &out->arena, &out->tool);
	if (!out->image)
		return;
	out->rebuild = kmt_initramfs_rebuild(out->tool, snap->version, &out->arena);
	d.modules = kmt_asprintf("%s/%s/", KMT_PATH_MODULES_DIR, snap->version);
	if (!read_image(&d, &out->unreadable)) {
		find_missing(&d);
	} else {
		out->rows.n = 0; /* of a damaged image nothing is told but that it is */
		compare_dates(&d);
	}
	kmt_kofile_free(d.ours);
	kmt_kofile_free(d.theirs);
	kmt_strbuf_free(&d.text);
	free(d.modules);
}

void kmt_initramfs_diff_free(struct kmt_initramfs_diff *d)
{
	kmt_vec_free(&d->rows);
	kmt_map_free(&d->configs);
	kmt_map_free(&d->modules);
	kmt_err_clear(&d->unreadable);
	kmt_arena_free(&d->arena);
	*d = (struct kmt_initramfs_diff){0};
}
