/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/model/devchain.h>

#include <errno.h>
#include <string.h>

#include <kmt/base/alloc.h>
#include <kmt/base/name.h>
#include <kmt/sys/paths.h>

/* Stacks of devices and interfaces are not deeper than this, unless sysfs lies. */
#define DEPTH_MAX 8

/* "/a/b/../c" without what ".." takes back. */
static void normalize(struct kmt_strbuf *path)
{
	kmt_autofree char *old = kmt_strdup(kmt_strbuf_str(path));
	char *save = NULL;

	kmt_strbuf_truncate(path, 0);
	for (char *word = strtok_r(old, "/", &save); word; word = strtok_r(NULL, "/", &save)) {
		if (!strcmp(word, ".."))
			kmt_strbuf_truncate(path, path->len ? (size_t)(strrchr(path->s, '/') - path->s) : 0);
		else if (strcmp(word, ".") != 0)
			kmt_strbuf_addf(path, "/%s", word);
	}
}

int kmt_devchain_resolve(const struct kmt_root *root, const char *link, struct kmt_strbuf *out)
{
	kmt_autostrbuf struct kmt_strbuf target = KMT_STRBUF_INIT;
	int r = kmt_root_readlink(root, link, &target);
	const char *slash = strrchr(link, '/');

	if (r < 0)
		return r;
	if (*kmt_strbuf_str(&target) != '/')
		kmt_strbuf_add(out, link, slash ? (size_t)(slash - link) + 1 : 0);
	kmt_strbuf_addstr(out, kmt_strbuf_str(&target));
	normalize(out);
	return 0;
}

/* Whether the link PATH/driver/module leads to MODULE; *FOUND: there is a driver at all. */
static bool driver_is(
	const struct kmt_root *root, const char *path, const char *module, bool *found)
{
	kmt_autofree char *link = kmt_asprintf("%s/driver/module", path);
	kmt_autostrbuf struct kmt_strbuf target = KMT_STRBUF_INIT;
	const char *slash;

	if (kmt_root_readlink(root, link, &target) < 0)
		return false;
	*found = true;
	slash = strrchr(kmt_strbuf_str(&target), '/');
	return slash && kmt_name_equal(slash + 1, module);
}

/* Walks from the device to the root of the tree; with NEAREST, up to the first that has a driver. */
static bool chain_has(const struct kmt_root *root, const char *path, const char *module, bool nearest)
{
	kmt_autofree char *at = kmt_strdup(path);
	bool found = false, has = false;

	while (!has && !(nearest && found) &&
		!strncmp(at, KMT_PATH_SYS_DEVICES "/", strlen(KMT_PATH_SYS_DEVICES) + 1)) {
		has = driver_is(root, at, module, &found);
		*strrchr(at, '/') = '\0';
	}
	return has;
}

bool kmt_devchain_has(const struct kmt_root *root, const char *path, const char *module)
{
	return chain_has(root, path, module, false);
}

bool kmt_devchain_nearest(const struct kmt_root *root, const char *path, const char *module)
{
	return chain_has(root, path, module, true);
}

/* What a block device is made of. A partition has no list of its own: its disk's counts. */
static int list_slaves(const struct kmt_root *root, const char *path, struct kmt_strbuf *dir,
	struct kmt_strv *names)
{
	kmt_strbuf_addf(dir, "%s/slaves", path);
	if (!kmt_root_list(root, dir->s, names))
		return 0;
	kmt_strbuf_truncate(dir, 0);
	kmt_strbuf_addf(dir, "%.*s/slaves", (int)(strrchr(path, '/') - path), path);
	return kmt_root_list(root, dir->s, names);
}

static bool block_has(const struct kmt_root *root, const char *path, const char *module, int depth)
{
	kmt_autostrbuf struct kmt_strbuf dir = KMT_STRBUF_INIT;
	struct kmt_strv names = {0};
	bool has = kmt_devchain_has(root, path, module);

	if (has || depth == DEPTH_MAX || list_slaves(root, path, &dir, &names) < 0)
		return has;
	for (size_t i = 0; !has && i < names.n; i++) {
		kmt_autofree char *link = kmt_asprintf("%s/%s", dir.s, names.v[i]);
		kmt_autostrbuf struct kmt_strbuf real = KMT_STRBUF_INIT;

		if (!kmt_devchain_resolve(root, link, &real))
			has = block_has(root, real.s, module, depth + 1);
	}
	kmt_root_list_free(&names);
	return has;
}

bool kmt_devchain_block_has(const struct kmt_root *root, const char *path, const char *module)
{
	return block_has(root, path, module, 0);
}

int kmt_devchain_uevent(
	const struct kmt_root *root, const char *path, const char *key, struct kmt_strbuf *out)
{
	kmt_autofree char *file = kmt_asprintf("%s/uevent", path);
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;
	size_t n = strlen(key);
	int r = kmt_root_read(root, file, 1u << 16, &text, NULL);

	if (r < 0)
		return r;
	for (const char *line = kmt_strbuf_str(&text); *line; line += *line == '\n') {
		size_t len = strcspn(line, "\n");

		if (len > n && !memcmp(line, key, n) && line[n] == '=') {
			kmt_strbuf_add(out, line + n + 1, len - n - 1);
			return 0;
		}
		line += len;
	}
	return -ENOENT;
}

/* What is made of software (bridge, bond, vlan, dummy) has no driver, but often says its kind. */
static bool is_kind_of(const struct kmt_root *root, const char *path, const char *module)
{
	kmt_autostrbuf struct kmt_strbuf kind = KMT_STRBUF_INIT;

	if (kmt_devchain_uevent(root, path, "DEVTYPE", &kind) < 0)
		return false;
	if (!strcmp(kind.s, "vlan"))
		return kmt_name_equal(module, "8021q");
	if (!strcmp(kind.s, "bond"))
		return kmt_name_equal(module, "bonding");
	return kmt_name_equal(kind.s, module);
}

static bool net_has(const struct kmt_root *root, const char *ifname, const char *module, int depth)
{
	kmt_autofree char *link = kmt_asprintf("%s/%s", KMT_PATH_SYS_CLASS_NET, ifname);
	kmt_autostrbuf struct kmt_strbuf real = KMT_STRBUF_INIT;
	struct kmt_strv names = {0};
	bool has;

	if (kmt_devchain_resolve(root, link, &real) < 0)
		return false;
	has = kmt_devchain_has(root, real.s, module) || is_kind_of(root, real.s, module);
	if (has || depth == DEPTH_MAX || kmt_root_list(root, real.s, &names) < 0)
		return has;
	for (size_t i = 0; !has && i < names.n; i++)
		if (!strncmp(names.v[i], "lower_", 6))
			has = net_has(root, names.v[i] + 6, module, depth + 1);
	kmt_root_list_free(&names);
	return has;
}

bool kmt_devchain_net_has(const struct kmt_root *root, const char *ifname, const char *module)
{
	return net_has(root, ifname, module, 0);
}
