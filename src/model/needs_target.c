/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a person names: image, device, mount point, tag, or what is mounted at boot. */
#include "needs_priv.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/sysmacros.h>

#include <kmt/model/devchain.h>
#include <kmt/sys/lazy_blkid.h>
#include <kmt/sys/paths.h>

#define HEAD_SIZE 4096

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash && slash[1] ? slash + 1 : path;
}

static int add_device(struct kmt_needs *needs, const struct kmt_needs_place *above, const char *target,
	const char *link, struct kmt_err *err)
{
	struct kmt_needs_place *place = NULL;
	int r = kmt_needs_device(needs, above, target, link, NULL, &place, err);

	if (!r && place && !place->fstype && !place->pttype && place->outcome == KMT_NEEDS_FOUND && !above)
		kmt_needs_fail(needs, place, KMT_NEEDS_UNRECOGNISED, "nothing on it is recognised");
	return r;
}

/* An image that is no raw one. */
static bool is_packed(struct kmt_needs *needs, struct kmt_needs_place *place, const char *path, int fd)
{
	char head[HEAD_SIZE];
	ssize_t n = kmt_pread(fd, head, sizeof(head), 0);
	const struct kmt_disk_format *format = n > 0 ? kmt_disk_format_find(head, (size_t)n) : NULL;

	if (!format)
		return false;
	kmt_needs_fail(needs, place, KMT_NEEDS_UNRECOGNISED, "not a raw image but %s", format->name);
	place->what = format->name;
	if (format->packer)
		place->hint = kmt_arena_printf(&needs->arena, "%s -dc %s >disk.raw", format->packer, path);
	else
		place->hint = kmt_arena_printf(&needs->arena,
			"qemu-img convert -O raw %s %s.raw; or without a copy, as root: qemu-nbd -r -c /dev/nbd0 %s", path,
			base_name(path), path);
	return true;
}

static int add_image(struct kmt_needs *needs, const char *path, int fd, struct kmt_err *err)
{
	struct kmt_needs_place *place = kmt_needs_place_new(needs, NULL, path);
	int r;

	if (is_packed(needs, place, path, fd))
		return 0;
	r = kmt_needs_probe(needs, place, fd, true, NULL, err);
	if (!r && !place->pttype && !place->fstype)
		kmt_needs_fail(needs, place, KMT_NEEDS_UNRECOGNISED, "nothing in it is recognised");
	return r;
}

/* The number of a device, or its name below /dev. */
static const char *sysfs_link(struct kmt_needs *needs, const char *path, const struct stat *st)
{
	const char *link;

	if (st && S_ISBLK(st->st_mode))
		return kmt_arena_printf(
			&needs->arena, "%s/%u:%u", KMT_PATH_SYS_DEV_BLOCK, major(st->st_rdev), minor(st->st_rdev));
	link = kmt_arena_printf(&needs->arena, "%s/%s", KMT_PATH_SYS_CLASS_BLOCK, base_name(path));
	return kmt_root_exists(needs->snap->root, link) ? link : NULL;
}

static void not_there(
	struct kmt_needs *needs, const char *target, enum kmt_needs_outcome outcome, const char *what)
{
	kmt_needs_fail(needs, kmt_needs_place_new(needs, NULL, target), outcome, "%s", what);
}

/* "UUID=x" and its like, by the links that udev makes. */
static int add_tag(struct kmt_needs *needs, const struct kmt_needs_place *above, const char *target,
	struct kmt_err *err)
{
	const struct kmt_lazy_blkid *blkid = kmt_lazy_blkid(err);
	const char *equals = strchr(target, '=');
	kmt_autofree char *tag = kmt_strndup(target, (size_t)(equals - target)), *path = NULL;
	kmt_autostrbuf struct kmt_strbuf real = KMT_STRBUF_INIT;
	size_t n = 4 * strlen(equals) + 1;
	kmt_autofree char *value = kmt_alloc(n);
	const char *link;

	if (!blkid)
		return -EOPNOTSUPP;
	for (char *c = tag; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	if (blkid->blkid_encode_string(equals + 1, value, n))
		return kmt_err_set(err, KMT_ERR_USAGE, EINVAL, "%s: the value is not valid", target);
	path = kmt_asprintf("%s/disk/by-%s/%s", KMT_PATH_DEV, tag, value);
	link = kmt_root_readlink(needs->snap->root, path, &real) < 0 ? NULL
								      : sysfs_link(needs, real.s, NULL);
	if (link)
		return add_device(needs, above, target, link, err);
	if (!above)
		not_there(needs, target, KMT_NEEDS_UNCLEAR, "no device has this tag");
	return 0;
}

static bool is_tag(const char *target)
{
	static const char *const tags[] = {"UUID=", "LABEL=", "PARTUUID=", "PARTLABEL=", "ID="};

	for (size_t i = 0; i < KMT_ARRAY_SIZE(tags); i++)
		if (!strncmp(target, tags[i], strlen(tags[i])))
			return true;
	return false;
}

/* The device that fstab or the mount table names: a path or a tag. */
static int add_source(struct kmt_needs *needs, const struct kmt_needs_place *above, const char *source,
	struct kmt_err *err)
{
	kmt_autostrbuf struct kmt_strbuf real = KMT_STRBUF_INIT;
	const char *link;

	if (is_tag(source))
		return add_tag(needs, above, source, err);
	if (*source != '/')
		return 0;
	/* Below /dev there are links of many names to one device. */
	link = sysfs_link(needs, kmt_root_readlink(needs->snap->root, source, &real) < 0 ? source : real.s, NULL);
	return link ? add_device(needs, above, base_name(source), link, err) : 0;
}

static int add_swap(struct kmt_needs *needs, bool required, struct kmt_err *err)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;
	const struct kmt_fstab_line *line;
	struct kmt_strv swaps = {0};
	int r = 0;

	if (!kmt_root_read(needs->snap->root, KMT_PATH_PROC_SWAPS, 0, &text, NULL))
		kmt_swaps_parse(kmt_strbuf_str(&text), text.len, &needs->arena, &swaps);
	kmt_needs_read_mounts(needs);
	kmt_vec_foreach (line, &needs->state->fstab.rows)
		if (!strcmp(line->type, "swap"))
			kmt_vec_push(&swaps, line->source);
	for (size_t i = 0; r >= 0 && i < swaps.n; i++) {
		struct kmt_needs_place *place = kmt_needs_place_new(needs, NULL, swaps.v[i]);

		place->what = "swap";
		place->fstype = "swap";
		r = add_source(needs, place, swaps.v[i], err);
	}
	if (!swaps.n && required)
		not_there(needs, "swap", KMT_NEEDS_UNCLEAR, "nothing is swapped on, and fstab has none");
	kmt_vec_free(&swaps);
	return r;
}

/* A type without a device: "fs:nfs". */
static int add_type(struct kmt_needs *needs, const char *target, struct kmt_err *err)
{
	struct kmt_mount mount = {.point = target, .type = target + 3, .source = "", .options = ""};

	return kmt_needs_mount(needs, NULL, target, &mount, err);
}

static const struct kmt_fstab_line *planned_at(struct kmt_needs *needs, const char *point)
{
	const struct kmt_fstab_line *line;

	kmt_vec_foreach (line, &needs->state->fstab.rows)
		if (!strcmp(line->point, point))
			return line;
	return NULL;
}

static const struct kmt_mount *mounted_at(struct kmt_needs *needs, const char *point)
{
	const struct kmt_mount *mount, *last = NULL;

	kmt_vec_foreach (mount, &needs->state->mounts.rows)
		if (!strcmp(mount->point, point))
			last = mount;
	return last;
}

/* By fstab alone: the image of a machine that does not run. */
static int add_planned(struct kmt_needs *needs, const struct kmt_fstab_line *line, struct kmt_err *err)
{
	struct kmt_needs_place *place = kmt_needs_place_new(needs, NULL, line->point);
	int r = 0;

	place->what = kmt_arena_printf(
		&needs->arena, "%s on %s (%s:%u)", line->type, line->source, KMT_PATH_FSTAB, line->line);
	if (!strcmp(line->type, "auto"))
		kmt_needs_note(needs, "%s: the type of its filesystem is not in fstab", line->point);
	else
		r = kmt_needs_filesystem(needs, place, line->type,
			needs->mount_options ? needs->mount_options : line->options, err);
	place->fstype = line->type;
	return r < 0 ? r : add_source(needs, place, line->source, err);
}

/* A folder of this machine or the root: what is mounted there. */
static int add_folder(struct kmt_needs *needs, const char *target, struct kmt_err *err)
{
	kmt_autofree char *path = needs->snap->root->is_host ? realpath(target, NULL) : NULL;
	const struct kmt_mount *mount = kmt_needs_mount_of(needs, path ? path : target);
	const struct kmt_fstab_line *line = planned_at(needs, target);

	if (mount)
		return kmt_needs_mount(needs, NULL, target, mount, err);
	if (line)
		return add_planned(needs, line, err);
	not_there(needs, target, KMT_NEEDS_UNCLEAR, "nothing tells what is mounted there");
	return 0;
}

/* Below the root, or known to be mounted there. */
static bool is_folder(struct kmt_needs *needs, const char *path)
{
	struct stat st;

	kmt_needs_read_mounts(needs);
	return mounted_at(needs, path) || planned_at(needs, path) ||
	       (!kmt_root_stat(needs->snap->root, path, &st) && S_ISDIR(st.st_mode));
}

static int add_absent(struct kmt_needs *needs, const char *target, int r, struct kmt_err *err)
{
	const char *link = !strncmp(target, KMT_PATH_DEV "/", strlen(KMT_PATH_DEV "/"))
				   ? sysfs_link(needs, target, NULL)
				   : NULL;

	if (link)
		return add_device(needs, NULL, target, link, err);
	if (r == -ENOENT && *target == '/' && is_folder(needs, target))
		return add_folder(needs, target, err);
	not_there(needs, target, r == -EACCES || r == -EPERM ? KMT_NEEDS_DENIED : KMT_NEEDS_UNCLEAR,
		r == -ENOTBLK ? "neither a file nor a block device nor a directory"
			      : kmt_arena_printf(&needs->arena, "cannot be opened: %s", strerror(-r)));
	return 0;
}

static int add_target(struct kmt_needs *needs, const char *target, struct kmt_err *err)
{
	struct stat st;
	kmt_autoclose int fd = -1;

	if (is_tag(target))
		return add_tag(needs, NULL, target, err);
	if (!strncmp(target, "fs:", 3) && isalnum((unsigned char)target[3]))
		return add_type(needs, target, err);
	fd = kmt_root_open_disk(target, &st);
	if (fd == -ENOENT && !strcmp(target, "swap"))
		return add_swap(needs, true, err);
	if (S_ISBLK(st.st_mode)) {
		const char *link = sysfs_link(needs, target, &st);

		if (kmt_root_exists(needs->snap->root, link))
			return add_device(needs, NULL, target, link, err);
	}
	if (fd >= 0)
		return add_image(needs, target, fd, err);
	if (fd == -EISDIR)
		return add_folder(needs, target, err);
	return add_absent(needs, target, fd, err);
}

int kmt_needs_add(struct kmt_needs *needs, const char *target, struct kmt_err *err)
{
	size_t first = needs->places.n;
	int r = add_target(needs, target, err);

	return r < 0 ? r : kmt_needs_backing(needs, first, err);
}

/* What is mounted at boot. */

/* An encrypted device of crypttab(5), of which no header is there to read. */
static int add_crypttab(struct kmt_needs *needs, struct kmt_err *err)
{
	static const char *const usual[] = {"crypto-xts", "crypto-ecb", "crypto-aes"};
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;
	struct kmt_slice rest, line, name;
	struct kmt_needs_place *place;
	int r = 0;

	if (kmt_root_read(needs->snap->root, KMT_PATH_CRYPTTAB, 0, &text, NULL) < 0)
		return 0;
	rest = (struct kmt_slice){kmt_strbuf_str(&text), text.len};
	while (r >= 0 && kmt_slice_line(&rest, &line)) {
		struct kmt_slice source;
		kmt_autofree char *label = NULL;

		name = kmt_slice_word(&line);
		source = kmt_slice_word(&line);
		if (!source.n || *name.s == '#')
			continue;
		label = kmt_asprintf("%.*s", (int)name.n, name.s);
		place = kmt_needs_place_new(needs, NULL, label);
		place->what = kmt_arena_printf(
			&needs->arena, "%.*s encrypted (%s)", (int)source.n, source.s, KMT_PATH_CRYPTTAB);
		place->fstype = "crypto_LUKS";
		r = kmt_needs_request(needs, place, (struct kmt_needs_request){.kind = KMT_NEED_STORAGE}, "dm-crypt",
			"encrypted", err);
		for (size_t i = 0; r >= 0 && i < KMT_ARRAY_SIZE(usual); i++)
			r = kmt_needs_request(needs, place, (struct kmt_needs_request){.kind = KMT_NEED_CRYPTO}, usual[i],
				"aes-xts-plain64, assumed", err);
	}
	return r;
}

int kmt_needs_add_boot(struct kmt_needs *needs, bool root_only, struct kmt_err *err)
{
	static const char *const points[] = {"/", "/usr", "/boot", "/boot/efi", "/efi"};
	size_t before = needs->places.n;
	bool mounted = false;
	int r = 0;

	kmt_needs_read_mounts(needs);
	for (size_t i = 0; r >= 0 && i < (root_only ? 2 : KMT_ARRAY_SIZE(points)); i++) {
		const struct kmt_mount *mount = mounted_at(needs, points[i]);
		const struct kmt_fstab_line *line = planned_at(needs, points[i]);

		mounted |= mount != NULL;
		if (mount)
			r = kmt_needs_mount(needs, NULL, points[i], mount, err);
		else if (line)
			r = add_planned(needs, line, err);
	}
	if (r >= 0 && !mounted)
		r = add_crypttab(needs, err);
	if (r >= 0 && !root_only)
		r = add_swap(needs, false, err);
	if (r >= 0 && needs->places.n == before) {
		kmt_err_set(err, KMT_ERR_NOT_FOUND, ENOENT, "nothing tells what is mounted at boot: neither %s nor %s",
			KMT_PATH_PROC_MOUNTINFO, KMT_PATH_FSTAB);
		return -ENOENT;
	}
	return r < 0 ? r : kmt_needs_backing(needs, before, err);
}
