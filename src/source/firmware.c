/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/source/firmware.h>

#include <string.h>

#include <kmt/base/alloc.h>
#include <kmt/base/pattern.h>
#include <kmt/sys/paths.h>

/* A request of a driver: the captures are the driver, the device and the file. */
struct request {
	struct kmt_capture cap[KMT_CAPTURES];
	bool found;
};

static bool parse(const char *line, struct request *out)
{
	/* The second and third are Debian's. -2 is ENOENT. */
	static const struct {
		const char *pattern;
		bool found;
	} patterns[] = {
		{"* *: Direct firmware load for * failed with error -2", false},
		{"* *: firmware: failed to load * (-2)", false},
		{"* *: firmware: direct-loading firmware *", true},
	};

	if (!strstr(line, "firmware")) /* most lines are about other things */
		return false;
	for (size_t i = 0; i < KMT_ARRAY_SIZE(patterns); i++) {
		out->found = patterns[i].found;
		if (kmt_pattern_match(patterns[i].pattern, NULL, line, out->cap) && out->cap[1].n && out->cap[2].n)
			return true;
	}
	return false;
}

static bool exists_in(const struct kmt_root *root, const char *dir, const char *name)
{
	static const char *const suffixes[] = {"", ".zst", ".xz"};

	for (size_t i = 0; i < KMT_ARRAY_SIZE(suffixes); i++) {
		kmt_autofree char *path = kmt_asprintf("%s/%s%s", dir, name, suffixes[i]);

		if (kmt_root_exists(root, path))
			return true;
	}
	return false;
}

bool kmt_firmware_exists(const struct kmt_root *root, const char *version, const char *name)
{
	static const char *const dirs[] = KMT_FIRMWARE_DIRS;

	for (size_t i = 0; i < KMT_ARRAY_SIZE(dirs); i++) {
		kmt_autofree char *own = version ? kmt_asprintf("%s/%s", dirs[i], version) : NULL;

		if ((own && exists_in(root, own, name)) || exists_in(root, dirs[i], name))
			return true;
	}
	return false;
}

/* Drivers try the files of several versions: with one that is found, those before it are no matter. */
static void forget(struct kmt_firmwares *all, const char *device)
{
	size_t n = 0;

	for (size_t i = 0; i < all->rows.n; i++)
		if (strcmp(all->rows.v[i].device, device) != 0)
			all->rows.v[n++] = all->rows.v[i];
	all->rows.n = n;
}

static bool has(const struct kmt_firmwares *all, const char *device, const char *name)
{
	const struct kmt_firmware *f;

	kmt_vec_foreach (f, &all->rows)
		if (!strcmp(f->device, device) && !strcmp(f->name, name))
			return true;
	return false;
}

void kmt_firmware_find(const struct kmt_kmsg_log *log, const struct kmt_root *root, const char *version,
	struct kmt_arena *arena, struct kmt_firmwares *out)
{
	const struct kmt_kmsg_record *record;

	kmt_vec_foreach (record, &log->records) {
		const char *device, *name;
		struct request r;

		if (record->facility || !parse(record->text, &r))
			continue;
		device = kmt_arena_strndup(arena, r.cap[1].s, r.cap[1].n);
		name = kmt_arena_strndup(arena, r.cap[2].s, r.cap[2].n);
		if (r.found)
			forget(out, device);
		else if (!has(out, device, name) && !kmt_firmware_exists(root, version, name))
			kmt_vec_push(&out->rows, (struct kmt_firmware){device, name});
	}
}
