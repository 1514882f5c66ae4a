/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What modprobe and the kernel do with a module instead of loading it. Pure.
 */
#ifndef KMT_MODEL_OBSTACLE_H
#define KMT_MODEL_OBSTACLE_H

#include <stdbool.h>
#include <kmt/base/arena.h>
#include <kmt/base/origin.h>
#include <kmt/model/lookup.h>
#include <kmt/model/snapshot.h>

/* The install line that counts for a module, and whether modprobe runs its command: it ignores install lines
 * of a module with a soft dependency that anything answers to. */
struct kmt_install {
	const struct kmt_conf_line *line;    /* NULL: there is none */
	const struct kmt_conf_line *softdep; /* the line because of which it is not run; NULL: it is run */
	bool blocks;			     /* the command only keeps the module out */
};

/* Fills OUT for module NAME (normal form). FAILED for a damaged index. */
int kmt_install_find(
	const struct kmt_snapshot *snap, const char *name, struct kmt_install *out, struct kmt_err *err);

enum kmt_obstacle_kind {
	KMT_OBSTACLE_NONE,
	KMT_OBSTACLE_BLACKLISTED, /* by a line: stops those who ask by alias, as udev and the kernel do */
	KMT_OBSTACLE_KERNEL,	  /* module_blacklist= on the kernel command line */
	KMT_OBSTACLE_COMMAND,	  /* an install line's command is run instead */
	KMT_OBSTACLE_OFF,	  /* an alias line with "off": nothing answers to the alias */
	KMT_OBSTACLE_MISSING,	  /* an index or an alias line names it, and there is no such module */
};

struct kmt_obstacle {
	enum kmt_obstacle_kind kind;
	bool blocks; /* it is not loaded; else a command may do so */
	struct kmt_origin origin; /* BLACKLISTED, COMMAND, OFF: the line. Lives as long as the snapshot */
};

/* What is in the way of MATCH, which kmt_lookup_find() found in SNAP. An install line that is
 * not run is none. Whether the module is loaded already does not matter;
 * what is built in has no obstacle. */
void kmt_obstacle_find(
	const struct kmt_snapshot *snap, const struct kmt_lookup_match *match, struct kmt_obstacle *out);

/* "blacklisted: /etc/modprobe.d/a.conf:3"; NULL if there is none. The text is in ARENA or static. */
const char *kmt_obstacle_text(const struct kmt_obstacle *obstacle, struct kmt_arena *arena);

#endif
