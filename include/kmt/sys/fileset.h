/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Replacing several files of one directory together: whoever opens them, and whatever kills us, sees all
 * of the old ones or all of the new ones.
 *
 * No system call renames several files, so the names become symbolic links for a moment:
 *
 *	1. the new files are written to .kmtool-set.new/ and synced
 *	2. the old files get second (hard) links in .kmtool-set.old/
 *	3. .kmtool-set becomes a symbolic link to .kmtool-set.old, and each NAME, atomically, one to
 *	   .kmtool-set/NAME: still the old contents
 *	4. .kmtool-set is replaced, atomically, by a link to .kmtool-set.new: now all names show the new ones
 *	5. each NAME becomes, atomically, a hard link to the new file, and the helpers are removed
 *
 * Killed between 3 and 5, the names are links that show one whole set; kmt_fileset_recover(), which every
 * replacement does first, makes them files again. One program that opens several names while step 4
 * happens may get some of each: nothing can help that but opening them again. A program that is stopped
 * in the middle of following a link for as long as step 5 and a sync of the directory take may find
 * nothing.
 *
 * A file system without hard or symbolic links (FAT) gets plain renames one after the other.
 */
#ifndef KMT_SYS_FILESET_H
#define KMT_SYS_FILESET_H

#include <stdbool.h>
#include <stddef.h>
#include <kmt/base/err.h>
#include <kmt/sys/lock.h>
#include <kmt/sys/root.h>

struct kmt_fileset_file {
	const char *name;	/* below the directory; no '/' */
	const void *data;	/* NULL: the new set has no such file */
	size_t n;
	bool no_sync;		/* its loss in a power failure does not matter: a cache with a checksum */
};

/* The directory, and the lock on it that is held until it is closed. */
struct kmt_fileset {
	int dirfd;		/* -1 when closed */
	char *label;		/* the directory as seen from outside, for messages */
	struct kmt_lock lock;
};

#define KMT_FILESET_INIT {.dirfd = -1}

/* Creates DIR and its parents below ROOT where they are missing, mode 0755. */
int kmt_fileset_make_dir(const struct kmt_root *root, const char *dir, struct kmt_err *err);

/* Opens DIR (absolute below ROOT) and checks that it can be written to: REFUSED if not. */
int kmt_fileset_open(struct kmt_fileset *set, const struct kmt_root *root, const char *dir,
	struct kmt_err *err);
/* -EWOULDBLOCK if another program holds it for longer than WAIT_MS. */
int kmt_fileset_lock(struct kmt_fileset *set, unsigned int wait_ms, struct kmt_err *err);
void kmt_fileset_close(struct kmt_fileset *set);

/* Whether an interrupted replacement has left something to recover. */
bool kmt_fileset_interrupted(const struct kmt_fileset *set);
/* Makes what an interrupted replacement has left into plain files again, whichever set it shows. Nothing but
 * what a replacement makes is used, and no link is followed: REFUSED if there is something else. */
int kmt_fileset_recover(const struct kmt_fileset *set, struct kmt_err *err);

/* Replaces or creates the files. Mode, owner and attributes of existing files are kept, new ones get 0644.
 * On failure the old set is there, unless the message says otherwise. */
int kmt_fileset_replace(const struct kmt_fileset *set, const struct kmt_fileset_file *files, size_t n,
	struct kmt_err *err);

#endif
