/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Everything that is configured about modules, line by line in the order in which it is read, each with
 * its effect: whether it takes effect, which line does so instead, or why it is not looked at. Besides
 * modprobe.d: modules.softdep and modules.weakdep, the kernel command line, modules-load.d.
 *
 * Says what modprobe, the kernel and systemd do with a line; whether that is what somebody meant is for
 * `config lint` to say.
 */
#ifndef KMT_MODEL_SETTINGS_H
#define KMT_MODEL_SETTINGS_H

#include <stdbool.h>
#include <kmt/base/arena.h>
#include <kmt/base/origin.h>
#include <kmt/base/vec.h>
#include <kmt/model/params.h>
#include <kmt/model/snapshot.h>
#include <kmt/source/modulesload.h>

enum kmt_setting_source {
	KMT_SETTING_MODPROBE_D,
	KMT_SETTING_TREE,	  /* modules.softdep, modules.weakdep */
	KMT_SETTING_CMDLINE,
	KMT_SETTING_MODULES_LOAD, /* modules-load.d */
	KMT_SETTING_SOURCE_COUNT,
};

enum kmt_setting_effect {
	KMT_SETTING_EFFECTIVE,
	KMT_SETTING_PARTIAL,  /* a blacklist line that does not stop all that load the module: REASON */
	KMT_SETTING_SHADOWED, /* the line BY counts instead */
	KMT_SETTING_IGNORED,  /* without effect: REASON */
	KMT_SETTING_COUNT,
};

struct kmt_setting {
	enum kmt_setting_source source;
	enum kmt_conf_kind kind;
	const char *name;	/* the module, alias or pattern that it is about; NULL: WRONG */
	const char *value;	/* the rest; "" for none */
	struct kmt_origin origin;
	const struct kmt_conf_line *line; /* modprobe.d, and what is shipped, if it can be read; NULL else */
	enum kmt_setting_effect effect;
	struct kmt_origin by;	/* SHADOWED; file NULL else */
	const struct kmt_conf_line *by_line; /* the same, if it is a line of modprobe.d; NULL else */
	const char *reason;	/* why it is not EFFECTIVE; EFFECTIVE: which part is not, or NULL */
};

struct kmt_settings {
	KMT_VEC(struct kmt_setting) rows; /* first the snapshot's lines, one by one, last those of masked files */
	struct kmt_modulesload boot;
	struct kmt_conf masked;
	struct kmt_map last; /* "MODULE PARAMETER" -> the word of an options row that the kernel takes */
	struct kmt_arena arena;
};

/* SNAP needs CONFIG; what TREE and LOADED tell is used if it is there. Reads modules-load.d and the masked
 * files of modprobe.d. Strings live as long as SNAP and the settings. FAILED for a damaged index. */
int kmt_settings_read(const struct kmt_snapshot *snap, struct kmt_settings *out, struct kmt_err *err);
void kmt_settings_free(struct kmt_settings *s);

/* The line as a person would write it: "options loop max_part=15". */
const char *kmt_setting_text(const struct kmt_setting *s, struct kmt_arena *arena);
const char *kmt_setting_effect_name(enum kmt_setting_effect effect); /* "effective", "shadowed" ... */

/* Whether the line is about module NAME (normal form): its name or a pattern that matches it, the module
 * of an alias. */
bool kmt_setting_is_about(const struct kmt_setting *s, const char *name);
/* Whether somebody configured it on this machine: it is not in what kernels and packages ship. */
bool kmt_setting_is_local(const struct kmt_setting *s);
bool kmt_setting_is_vendor_file(const char *path);
/* Whether it makes systemd load a module at boot. */
bool kmt_setting_is_boot(const struct kmt_setting *s);
/* Whether WORD of S, options that are not ignored, is the one that the kernel takes: it is not set again. */
bool kmt_setting_is_last(const struct kmt_settings *all, const struct kmt_setting *s,
	const struct kmt_param_word *word);

/* "FILE:LINE", or what a person calls a file without lines. */
const char *kmt_setting_where(const struct kmt_origin *origin, struct kmt_arena *arena);
/* Whether it is a softdep line whose names follow neither pre: nor post:. */
bool kmt_setting_is_void(const struct kmt_conf_line *line);

#endif
