/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/model/initramfs_diff.h>

#include <errno.h>
#include <string.h>

#include <kmt/base/name.h>
#include <kmt/model/settings.h>
#include <kmt/source/confdirs.h>
#include <kmt/source/kofile.h>
#include <kmt/source/moduletree.h>
#include <kmt/sys/paths.h>

/* What the image has at one place in the end: archives and entries that come later replace it. */
struct place {
	const char *path;   /* as the image spells it, or that of the file on the disk which it is compared with */
	const char *module; /* its name; NULL for configuration */
	bool is_there;	    /* false: a module that a link to /dev/null has replaced */
	enum kmt_initramfs_diff_kind kind; /* _COUNT: nothing to tell */
};

struct diff {
	const struct kmt_snapshot *snap;
	struct kmt_initramfs_diff *out;
	struct kmt_map by_place;
	KMT_VEC(struct place *) places;
	struct kmt_kofile *theirs, *ours; /* in the image, on the disk */
	struct kmt_strbuf text;
	char *prefix; /* of the kernel's modules in an image, with a '/' at its end */
	char *dir;    /* of its tree on the disk */
};

static void add(struct diff *d, enum kmt_initramfs_diff_kind kind, const char *path, const char *module)
{
	kmt_vec_push(&d->out->rows, (struct kmt_initramfs_diff_row){
					    .kind = kind,
					    .path = kmt_arena_strdup(&d->out->arena, path),
					    .module = module,
				    });
}

/* An image may have /lib as a link to /usr/lib where the disk has not, and the other way round. */
static const char *without_usr(const char *path)
{
	return strncmp(path, "/usr/lib/", 9) ? path : path + 4;
}

static bool is_config(const char *path)
{
	static const char *const dirs[] = KMT_MODPROBE_D_DIRS;
	size_t n = strlen(path);

	return n >= 5 && !strcmp(path + n - 5, ".conf") &&
	       kmt_confdirs_have(dirs, KMT_ARRAY_SIZE(dirs), path);
}

/* A module of the kernel that is looked at. */
static bool is_module(const struct diff *d, const char *path)
{
	return kmt_name_is_module_file(path) &&
	       !strncmp(without_usr(path), d->prefix, strlen(d->prefix));
}

static bool want(void *ctx, const char *path)
{
	return is_config(path) || is_module(ctx, path);
}

static bool is_mask(const struct kmt_initramfs_entry *entry)
{
	return entry->is_link && !strcmp(entry->data, KMT_PATH_DEV "/null");
}

/* The configuration file on the disk, by one of its two names; NULL if there is none. */
static const char *config_on_disk(struct diff *d, const char *path)
{
	const char *other = without_usr(path);
	struct stat st;

	if (!kmt_root_lstat(d->snap->root, path, &st))
		return path;
	if (other == path)
		other = kmt_arena_printf(&d->out->arena, "/usr%s", path);
	return kmt_root_lstat(d->snap->root, other, &st) ? NULL : other;
}

static void compare_config(struct diff *d, struct place *place, const struct kmt_initramfs_entry *entry)
{
	const char *path = config_on_disk(d, place->path);
	bool same;

	if (entry->is_link && !is_mask(entry))
		return;
	if (!path) {
		place->kind = KMT_INITRAMFS_DIFF_CONFIG_GONE;
		return;
	}
	kmt_strbuf_truncate(&d->text, 0);
	if (is_mask(entry))
		same = kmt_conf_file_is_mask(d->snap->root, path);
	else
		same = !kmt_root_read(d->snap->root, path, 0, &d->text, NULL) && d->text.len == entry->n &&
		       !memcmp(kmt_strbuf_str(&d->text), entry->data, entry->n);
	place->path = path;
	if (!same)
		place->kind = KMT_INITRAMFS_DIFF_CONFIG_DIFFERS;
}

/* REL below DIR on the disk, however it may be compressed. */
static const char *find_below(struct diff *d, const char *dir, const char *rel)
{
	static const char *const endings[] = {"", ".zst", ".xz", ".gz"};
	const char *path = kmt_arena_printf(&d->out->arena, "%s%s", dir, rel);
	int stem = (int)(strstr(strrchr(rel, '/'), ".ko") + 3 - rel);

	if (kmt_root_exists(d->snap->root, path))
		return path;
	for (size_t i = 0; i < KMT_ARRAY_SIZE(endings); i++) {
		path = kmt_arena_printf(&d->out->arena, "%s%.*s%s", dir, stem, rel, endings[i]);
		if (kmt_root_exists(d->snap->root, path))
			return path;
	}
	return NULL;
}

/* Where the image has it, or in the tree of the disk. */
static const char *module_on_disk(struct diff *d, const char *path)
{
	const char *rel = without_usr(path) + strlen(d->prefix) - 1;
	const char *found = find_below(d, "", path);

	return found ? found : find_below(d, d->dir, rel);
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

static void compare_module(struct diff *d, struct place *place, const struct kmt_initramfs_entry *entry)
{
	const char *path = entry->is_link ? NULL : module_on_disk(d, place->path);

	place->is_there = !is_mask(entry);
	if (entry->is_link)
		return;
	if (!path) {
		place->kind = KMT_INITRAMFS_DIFF_MODULE_GONE;
	} else if (!same_module(d, entry, path)) {
		place->kind = KMT_INITRAMFS_DIFF_MODULE_DIFFERS;
		place->path = path;
	}
}

static struct place *place_of(struct diff *d, const char *path)
{
	struct place *place = kmt_map_get(&d->by_place, without_usr(path));
	char name[KMT_NAME_MAX];

	if (!place) {
		place = KMT_ARENA_NEW(&d->out->arena, struct place);
		if (!is_config(path) && !kmt_name_from_path(path, name, sizeof(name)))
			place->module = kmt_arena_strdup(&d->out->arena, name);
		kmt_map_add(&d->by_place, without_usr(path), place);
		kmt_vec_push(&d->places, place);
	}
	place->path = path;
	place->is_there = true;
	place->kind = KMT_INITRAMFS_DIFF_COUNT;
	return place;
}

static int visit(void *ctx, const struct kmt_initramfs_entry *entry, struct kmt_err *err)
{
	struct diff *d = ctx;
	struct place *place = place_of(d, kmt_arena_strdup(&d->out->arena, entry->path));

	if (place->module)
		compare_module(d, place, entry);
	else
		compare_config(d, place, entry);
	return 0;
}

static void judge(struct diff *d)
{
	for (size_t i = 0; i < d->places.n; i++) {
		const struct place *place = d->places.v[i];

		if (!place->module)
			kmt_map_set(&d->out->configs, without_usr(place->path), (void *)place->path);
		else if (place->is_there)
			kmt_map_set(&d->out->modules, place->module, (void *)place->path);
		if (place->kind != KMT_INITRAMFS_DIFF_COUNT)
			add(d, place->kind, place->path, place->module);
	}
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

bool kmt_initramfs_diff_has(const struct kmt_initramfs_diff *diff, const char *path)
{
	const struct kmt_initramfs_diff_row *row;

	if (!kmt_map_get(&diff->configs, without_usr(path)))
		return false;
	kmt_vec_foreach(row, &diff->rows) {
		if (row->kind == KMT_INITRAMFS_DIFF_CONFIG_DIFFERS &&
			!strcmp(without_usr(row->path), without_usr(path)))
			return false;
	}
	return true;
}

static void find_missing(struct diff *d)
{
	const struct kmt_conf_file *file;

	kmt_vec_foreach(file, &d->snap->conf.files.rows) {
		const char *module;

		if (file->state != KMT_CONF_FILE_READ || file->shipped ||
			kmt_map_get(&d->out->configs, without_usr(file->path)))
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
	struct stat st;
	kmt_autoclose int fd = kmt_root_open_file(d->snap->root, d->out->image, 0, &st);

	if (fd == -EINVAL)
		return kmt_err_set(err, KMT_ERR_FAILED, EINVAL, "%s%s is not a regular file",
			d->snap->root->path, d->out->image);
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
	d.prefix = kmt_asprintf("%s/%s/", KMT_PATH_IMAGE_MODULES, snap->version);
	d.dir = kmt_moduletree_dir(snap->root, snap->version);
	if (!read_image(&d, &out->unreadable)) {
		judge(&d);
		find_missing(&d);
	} else { /* of a damaged image nothing is told but that it is */
		compare_dates(&d);
	}
	kmt_kofile_free(d.ours);
	kmt_kofile_free(d.theirs);
	kmt_strbuf_free(&d.text);
	kmt_map_free(&d.by_place);
	kmt_vec_free(&d.places);
	free(d.dir);
	free(d.prefix);
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
