/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What `kmtool status --report` adds: made without what identifies the machine or a person. */
#ifndef KMT_CMD_STATUS_PRIV_H
#define KMT_CMD_STATUS_PRIV_H

#include <kmt/check/status.h>
#include <kmt/cmd/cmd.h>

struct json_object; /* <json.h> of json-c */

/* A loaded module that taints the kernel. */
struct kmt_bugreport_module {
	const char *name, *taint, *state, *version, *file;
};

struct kmt_bugreport_line {
	struct kmt_origin origin;
	const char *text;
};

struct kmt_bugreport {
	const char *system;  /* name of the distribution; NULL */
	const char *cmdline; /* of the kernel; NULL */
	KMT_VEC(struct kmt_bugreport_module) modules;
	KMT_VEC(struct kmt_bugreport_line) config; /* modprobe.d of the administrator */
	struct kmt_strv failed; /* loads that the kernel refused, by its log */
	struct kmt_arena arena;
};

/* Scrubs the rows of STATUS, too. REPORT must be empty. */
void kmt_bugreport_make(const struct kmt_snapshot *snap, const struct kmt_kmsg_log *log,
	struct kmt_status *status, struct kmt_bugreport *report);
void kmt_bugreport_head(const struct kmt_bugreport *report);
int kmt_bugreport_rest(struct kmt_env *env, const struct kmt_bugreport *report, struct kmt_err *err);
/* Adds the member "report" to DOC. */
void kmt_bugreport_json(const struct kmt_bugreport *report, struct json_object *doc);
void kmt_bugreport_free(struct kmt_bugreport *report);

#endif
