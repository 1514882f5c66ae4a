/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of kmt_needs share. */
#ifndef KMT_MODEL_NEEDS_PRIV_H
#define KMT_MODEL_NEEDS_PRIV_H

#include <kmt/model/needs.h>
#include <kmt/source/mountinfo.h>

struct kmt_needs_state {
	struct kmt_map by_module;  /* -> its struct kmt_need in the list of all modules */
	struct kmt_map by_request; /* likewise of those that are missing */
	struct kmt_map sysfs;	   /* directories of devices that were seen */
	bool mounts_read, kconfig_read;
	struct kmt_mountinfo mounts;
	struct kmt_fstab fstab;
	const char *kconfig_path; /* NULL: there is none */
	struct kmt_strbuf kconfig;
	KMT_VEC(struct kmt_disk *) disks; /* that places point to */
};

struct kmt_needs_place *kmt_needs_place_new(
	struct kmt_needs *needs, const struct kmt_needs_place *above, const char *name);
/* The outcome of a place and its reason, a text for people. */
void kmt_needs_fail(struct kmt_needs *needs, struct kmt_needs_place *place, enum kmt_needs_outcome outcome,
	const char *fmt, ...) __attribute__((format(printf, 4, 5)));
void kmt_needs_note(struct kmt_needs *needs, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* How a request is made. */
struct kmt_needs_request {
	enum kmt_need_kind kind;
	bool optional;
	bool quiet; /* that nothing answers it is not told */
};

/* Adds what answers to REQUEST, with its dependencies, to PLACE. How many modules that is, 0 also if the kind
 * was not asked for; or -errno. */
int kmt_needs_request(struct kmt_needs *needs, struct kmt_needs_place *place, struct kmt_needs_request how,
	const char *request, const char *why, struct kmt_err *err);

/* needs_content.c. */

/* The filesystem TYPE, with the options of its mount; NULL: none are known. */
int kmt_needs_filesystem(struct kmt_needs *needs, struct kmt_needs_place *place, const char *type,
	const char *options, struct kmt_err *err);
/* Probes what FD is open for, into PLACE and its partitions, and adds what the contents need. VOLUME: the
 * logical volume that is looked for in a physical one; NULL: all. */
int kmt_needs_probe(struct kmt_needs *needs, struct kmt_needs_place *place, int fd, bool partitions,
	const char *volume, struct kmt_err *err);

/* needs_nls.c: the character sets of a filesystem. */
int kmt_needs_nls(struct kmt_needs *needs, struct kmt_needs_place *place, const char *type,
	const char *options, struct kmt_err *err);
/* The value of NAME=VALUE in OPTIONS, which commas separate; false if it is not there. */
bool kmt_needs_option(const char *options, const char *name, struct kmt_slice *value);

/* needs_device.c: the block device at the link or directory SYSFS below the root. */
int kmt_needs_device(struct kmt_needs *needs, const struct kmt_needs_place *above, const char *name,
	const char *sysfs, const char *volume, struct kmt_needs_place **out, struct kmt_err *err);
/* The drivers of the device at SYSFS, and of all that it hangs on. */
int kmt_needs_drivers(
	struct kmt_needs *needs, struct kmt_needs_place *place, const char *sysfs, struct kmt_err *err);

/* needs_mount.c: a mount, whatever it is of. */
int kmt_needs_mount(struct kmt_needs *needs, const struct kmt_needs_place *above, const char *name,
	const struct kmt_mount *mount, struct kmt_err *err);
/* The mounts that the files behind loop devices lie on, of all places from FIRST on. */
int kmt_needs_backing(struct kmt_needs *needs, size_t first, struct kmt_err *err);

/* needs_table.c: reads the mount table and fstab, once. */
void kmt_needs_read_mounts(struct kmt_needs *needs);
/* The mount that PATH, absolute, lies on; NULL: none is known. */
const struct kmt_mount *kmt_needs_mount_of(struct kmt_needs *needs, const char *path);
/* The options with which the device or filesystem of PLACE is mounted, or will be; NULL if nothing tells. */
const char *kmt_needs_options(
	struct kmt_needs *needs, const struct kmt_needs_place *place, const char *source);

#endif
