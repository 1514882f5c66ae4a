/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which configuration lines count for a module, by modprobe's rules: all options lines and then the
 * kernel command line's; of install, remove, softdep and weakdep lines only the first that matches, in
 * the order of file names (so that modules.softdep hides what zz.conf says); blacklist lines by the
 * exact name. Pure.
 */
#ifndef KMT_MODEL_CONFIG_H
#define KMT_MODEL_CONFIG_H

#include <stdbool.h>
#include <kmt/base/origin.h>
#include <kmt/base/vec.h>
#include <kmt/model/snapshot.h>

/* What the names of the files have that 'kmtool block' writes. */
#define KMT_BLOCK_FILE "kmtool-block-"

/* Options as one line gives them: "a=1 b=2". On the kernel command line there are no lines. */
struct kmt_config_option {
	const char *text;
	struct kmt_origin origin;
};

struct kmt_config_options {
	KMT_VEC(struct kmt_config_option) rows;
};

/* Appends the options of module NAME, in the order in which the kernel gets them (of equal parameters it
 * takes the last). Only the kernel command line reaches what is built in. ALIAS is what the module was
 * reached by: a line may name that instead; NULL if by name. */
void kmt_config_options(const struct kmt_snapshot *snap, const char *name, const char *alias,
	struct kmt_config_options *out);
void kmt_config_options_free(struct kmt_config_options *o);

/* Whether a blacklist line, or modprobe.blacklist= on the kernel command line, has module NAME; *ORIGIN
 * says where. Modprobe obeys when the module is reached through an alias. */
bool kmt_config_blacklisted(
	const struct kmt_snapshot *snap, const char *name, struct kmt_origin *origin);

/* Whether module_blacklist= on the kernel command line has it: then the kernel refuses it, always. */
bool kmt_config_kernel_blacklisted(const struct kmt_snapshot *snap, const char *name);

/* Whether an install command does nothing but to keep a module out: /bin/false, /bin/true, exit 1 ... */
bool kmt_config_command_blocks(const char *command);

#endif
