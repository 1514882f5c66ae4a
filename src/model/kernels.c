/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/model/kernels.h>

#include <errno.h>
#include <fnmatch.h>
#include <string.h>

#include <kmt/source/initramfs.h>
#include <kmt/source/moduletree.h>
#include <kmt/sys/paths.h>

/* %s is the version. The first that is there counts. */
static const char *const images[] = {"vmlinuz-%s", "vmlinux-%s", "vmlinuz-%s.efi", "kernel-%s", "Image-%s"};
/* In the module tree itself, where kernel-install and some distributions put them. */
static const char *const tree_images[] = {"vmlinuz", "vmlinux"};

/* PATTERN with VERSION in place of its %s. */
static char *fill(const char *pattern, const char *version)
{
	const char *at = strstr(pattern, "%s");

	return kmt_asprintf("%.*s%s%s", (int)(at - pattern), pattern, version, at + 2);
}

static bool is_file(const struct kmt_kernels *k, const char *path)
{
	struct stat st;

	return !kmt_root_stat(k->root, path, &st) && S_ISREG(st.st_mode);
}

static const char *in_boot(
	struct kmt_kernels *k, const char *const *patterns, size_t n, const char *version)
{
	for (size_t i = 0; i < n; i++) {
		kmt_autofree char *name = fill(patterns[i], version);
		kmt_autofree char *path = kmt_asprintf("%s/%s", KMT_PATH_BOOT, name);

		if (is_file(k, path))
			return kmt_arena_strdup(&k->arena, path);
	}
	return NULL;
}

static const char *in_tree(
	struct kmt_kernels *k, const char *const *names, size_t n, const char *version)
{
	kmt_autofree char *dir = kmt_moduletree_dir(k->root, version);

	for (size_t i = 0; i < n; i++) {
		kmt_autofree char *path = kmt_asprintf("%s/%s", dir, names[i]);

		if (is_file(k, path))
			return kmt_arena_strdup(&k->arena, path);
	}
	return NULL;
}

/* Arch Linux names its images after the package, which a file in the tree tells. */
static char *package_of(const struct kmt_kernels *k, const char *version)
{
	kmt_autofree char *dir = kmt_moduletree_dir(k->root, version);
	kmt_autofree char *path = kmt_asprintf("%s/pkgbase", dir);
	struct kmt_strbuf name = KMT_STRBUF_INIT;

	if (kmt_root_read_line(k->root, path, &name) < 0 || !name.len || strchr(name.s, '/')) {
		kmt_strbuf_free(&name);
		return NULL;
	}
	return kmt_strbuf_steal(&name);
}

/* Of the Boot Loader Specification: TOKEN/VERSION/linux and initrd. */
static const char *beside(struct kmt_kernels *k, const char *initrd)
{
	kmt_autofree char *path = kmt_asprintf("%.*s/linux", (int)(strrchr(initrd, '/') - initrd), initrd);

	return is_file(k, path) ? kmt_arena_strdup(&k->arena, path) : NULL;
}

static void find_images(struct kmt_kernels *k, struct kmt_installed *row)
{
	kmt_autofree char *package = package_of(k, row->version);
	enum kmt_initramfs_tool tool;

	row->image = in_boot(k, images, KMT_ARRAY_SIZE(images), row->version);
	if (!row->image && package)
		row->image = in_boot(k, images, KMT_ARRAY_SIZE(images), package);
	if (!row->image)
		row->image = in_tree(k, tree_images, KMT_ARRAY_SIZE(tree_images), row->version);
	if (!row->image)
		row->image = kmt_initramfs_find_kernel(k->root, row->version, &k->arena);
	row->initrd = kmt_initramfs_find(k->root, row->version, &k->arena, &tool);
	if (!row->image && row->initrd)
		row->image = beside(k, row->initrd);
}

static struct kmt_installed *find_row(const struct kmt_kernels *k, const char *version)
{
	for (size_t i = 0; i < k->rows.n; i++)
		if (!strcmp(k->rows.v[i]->version, version))
			return k->rows.v[i];
	return NULL;
}

static struct kmt_installed *add_row(struct kmt_kernels *k, const char *version)
{
	struct kmt_installed *row = find_row(k, version);

	if (row)
		return row;
	row = KMT_ARENA_NEW(&k->arena, struct kmt_installed);
	row->version = kmt_arena_strdup(&k->arena, version);
	kmt_vec_push(&k->rows, row);
	return row;
}

/* What package managers, dracut and FIPS tools leave beside an image. */
static bool is_leftover(const char *version)
{
	static const char *const suffixes[] = {
		".old", ".bak", ".hmac", ".sig", ".signed", ".efi", ".dpkg-*", ".rpm*", "~"};

	for (size_t i = 0; i < KMT_ARRAY_SIZE(suffixes); i++) {
		kmt_autofree char *pattern = kmt_asprintf("*%s", suffixes[i]);

		if (!fnmatch(pattern, version, 0))
			return true;
	}
	return false;
}

/* A release of the kernel begins with two numbers; "linux" and "0-rescue-..." are other names of images. */
static bool is_version(const char *s)
{
	size_t major = strspn(s, "0123456789");

	return major && s[major] == '.' && s[major + 1] >= '0' && s[major + 1] <= '9' && !is_leftover(s);
}

/* An image whose modules are gone is worth listing. */
static void add_bare_images(struct kmt_kernels *k)
{
	static const char prefix[] = "vmlinuz-";
	struct kmt_strv names = {0};

	if (kmt_root_list(k->root, KMT_PATH_BOOT, &names) < 0)
		return;
	for (size_t i = 0; i < names.n; i++) {
		const char *version = names.v[i] + strlen(prefix);

		if (!strncmp(names.v[i], prefix, strlen(prefix)) && is_version(version))
			add_row(k, version);
	}
	kmt_root_list_free(&names);
}

static int compare_versions(const void *a, const void *b)
{
	const struct kmt_installed *const *x = a, *const *y = b;
	int r = strverscmp((*y)->version, (*x)->version);

	return r ? r : strcmp((*y)->version, (*x)->version);
}

void kmt_kernels_find(struct kmt_kernels *k, const struct kmt_root *root, const char *running)
{
	struct kmt_strv versions = {0};

	*k = (struct kmt_kernels){.root = root};
	kmt_moduletree_versions(k->root, &versions);
	for (size_t i = 0; i < versions.n; i++)
		add_row(k, versions.v[i])->has_tree = true;
	kmt_root_list_free(&versions);
	add_bare_images(k);
	if (*running)
		add_row(k, running)->running = true;
	for (size_t i = 0; i < k->rows.n; i++)
		find_images(k, k->rows.v[i]);
	if (k->rows.n)
		qsort(k->rows.v, k->rows.n, sizeof(*k->rows.v), compare_versions);
}

void kmt_kernels_free(struct kmt_kernels *k)
{
	kmt_vec_free(&k->rows);
	kmt_arena_free(&k->arena);
}
