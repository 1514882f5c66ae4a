/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A plan: what would be done, step by step, each with its reason and origin. Planning is a pure function
 * of a snapshot and a request; --dry-run, the confirm dialog, JSON and the tests read this list, and the
 * executor runs it as it stands.
 */
#ifndef KMT_PLAN_PLAN_H
#define KMT_PLAN_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>
#include <kmt/base/arena.h>
#include <kmt/base/diag.h>
#include <kmt/base/err.h>
#include <kmt/base/origin.h>
#include <kmt/base/vec.h>

struct kmt_check_verdict; /* check/check.h */

enum kmt_step_kind {
	KMT_STEP_INSERT,   /* module file PATH with PARAMS */
	KMT_STEP_REMOVE,   /* module MODULE */
	KMT_STEP_RUN,	   /* the install or remove command COMMAND */
	KMT_STEP_SETPARAM, /* write PARAMS, a value, to the parameter file PATH */
	KMT_STEP_UNBIND,   /* write PARAMS, the name of DEVICE, to PATH: it loses its driver */
	KMT_STEP_OVERRIDE, /* write PARAMS to PATH: the driver that alone may have DEVICE; "" for any */
	KMT_STEP_BIND,	   /* write PARAMS, the name of DEVICE, to PATH: it gets a driver */
	KMT_STEP_WRITE,	   /* replace the configuration file PATH */
	KMT_STEP_MKDIR,	   /* create the configuration directory PATH */
	KMT_STEP_RMDIR,	   /* remove it, if it is empty */
	KMT_STEP_SKIP,	   /* nothing: REASON says why */
	KMT_STEP_COUNT,
};

/* Why a step is in the plan. */
enum kmt_why {
	KMT_WHY_REQUESTED,
	KMT_WHY_DEPENDENCY,
	KMT_WHY_SOFTDEP_PRE,
	KMT_WHY_SOFTDEP_POST,
	KMT_WHY_WEAKDEP,
	KMT_WHY_INSTALL_COMMAND,
	KMT_WHY_REMOVE_COMMAND,
	KMT_WHY_HOLDER,
	KMT_WHY_UNUSED_AFTER,
	KMT_WHY_COUNT,
};

/* Why a SKIP step does nothing. */
enum kmt_skip {
	KMT_SKIP_NONE,
	KMT_SKIP_LOADED,      /* already loaded */
	KMT_SKIP_BUILTIN,     /* part of the kernel image */
	KMT_SKIP_BLACKLISTED, /* a blacklist line, reached through an alias; or module_blacklist= */
	KMT_SKIP_BLOCKED,     /* an install line that does nothing, such as /bin/false */
	KMT_SKIP_NOT_LOADED,  /* unload: nothing to remove */
	KMT_SKIP_IN_USE,      /* unload --unused-deps: something else uses it */
	KMT_SKIP_NO_FILE,     /* a soft dependency that no index knows, or that has no file */
	KMT_SKIP_UNLOADING,   /* its exit function still runs */
	KMT_SKIP_COUNT,
};

/* What a WRITE step changes. Lives in the plan's arena. */
struct kmt_write {
	const char *old;	/* what the file must still hold, OLD_N bytes */
	size_t old_n;
	bool absent;		/* there must still be no file */
	const char *data;	/* what it shall hold, N bytes; NULL: the file goes */
	size_t n;
};

/* A part of the parameters, as one options line or the request gives it. */
struct kmt_step_part {
	const char *text;	  /* "a=1 b=2" */
	struct kmt_origin origin; /* file NULL: the request, or KEPT */
	bool kept;		  /* the value that the module has now, before it is loaded again */
	const char *was;	  /* "a was 3": what it changes of a module that is loaded again; NULL: nothing */
};

/* The file of an insertion as the planner saw it: nothing else is inserted. */
struct kmt_step_file {
	struct stat st;
	int fd; /* open for reading; the plan's. -1: it is opened when it is needed */
};

struct kmt_step {
	enum kmt_step_kind kind;
	const char *module;	/* normal form */
	const char *path;	/* INSERT, SETPARAM, WRITE, MKDIR, RMDIR, and of a device: absolute below the root;
				   NULL else */
	const char *device;	/* UNBIND, OVERRIDE, BIND: its directory in sysfs, below its bus */
	const char *driver;	/* UNBIND, OVERRIDE, BIND: of MODULE; NULL: any that the kernel chooses */
	const char *params;	/* INSERT: the parameter string, "" for none; RUN: $CMDLINE_OPTS */
	const char *before;	/* SETPARAM, and of a device: what to write to go back; NULL if that is not known */
	const char *undo_path;	/* of a device: where to; NULL: PATH */
	const char *type;	/* SETPARAM: as the module declares it, NULL if it does not */
	const char *command;	/* RUN: the command as written in the configuration */
	enum kmt_why why;
	const char *because_of; /* the module that this step serves; of a requested one the alias or file
				   it was requested by, NULL if by its name */
	struct kmt_origin origin; /* the line that brought the step in; file NULL if none */
	const struct kmt_step_part *parts; /* where PARAMS is from, in order; may be empty */
	size_t n_parts;
	enum kmt_skip skip;
	const char *reason;	/* SKIP: in words, with FILE:LINE where there is one */
	const struct kmt_write *write; /* WRITE only */
	const struct kmt_step_file *file; /* INSERT: NULL: whatever is at PATH */
	const struct kmt_step *restore; /* REMOVE: the insertion that takes it back; NULL: nothing does */
	unsigned int flags;	/* INSERT, REMOVE: flags of sys/kernel.h */
	bool if_unused;		/* REMOVE: a reference that nothing explains may go with a step before; if not, the
				 * module stays, and nothing has failed */
	const struct kmt_check_verdict *check; /* INSERT: what the kernel would say; NULL: it was not asked for */
	bool required;		/* false: the plan goes on when this step fails (soft dependencies) */
};

struct kmt_plan {
	KMT_VEC(struct kmt_step) steps;
	struct kmt_strv warnings; /* things a person should know before running it */
	KMT_VEC(int) fds;	  /* of files */
	const char *dir;	  /* the module tree, to shorten paths for people; NULL if there is none */
	struct kmt_arena arena;
};

struct kmt_snapshot;

/* Whether both are the same file with the same content, as far as the file system can tell. */
bool kmt_step_file_same(const struct stat *a, const struct stat *b);

/* An empty plan. Without NO_CONFIG, configuration that could be read only in part is an error. */
int kmt_plan_start(
	struct kmt_plan *plan, const struct kmt_snapshot *snap, bool no_config, struct kmt_err *err);
void kmt_plan_free(struct kmt_plan *plan);
/* The steps and warnings of MORE follow those of PLAN, without skips of modules that PLAN skips or inserts
 * already and without directories that it creates already; MORE is empty. */
void kmt_plan_append(struct kmt_plan *plan, struct kmt_plan *more);
const char *kmt_step_kind_name(enum kmt_step_kind kind); /* "insert", "remove", "run" ... */
const char *kmt_why_name(enum kmt_why why);		 /* "requested", "softdep-pre" ... */
const char *kmt_skip_name(enum kmt_skip skip);		 /* "loaded", "built-in" ... */
/* Steps that change something (everything but SKIP). */
size_t kmt_plan_changes(const struct kmt_plan *plan);
/* Whether steps of this kind change the configuration on the disk: WRITE, MKDIR, RMDIR. */
bool kmt_step_is_edit(enum kmt_step_kind kind);
/* Whether they write to a file of the kernel: SETPARAM, and those of a device. */
bool kmt_step_is_live(enum kmt_step_kind kind);
/* Whether they are about which driver has a device: UNBIND, OVERRIDE, BIND. */
bool kmt_step_is_of_device(enum kmt_step_kind kind);
/* The name of the step's device on its bus. */
const char *kmt_step_device_name(const struct kmt_step *step);
/* Whether the plan has a step of KIND for PATH. */
bool kmt_plan_has_path(const struct kmt_plan *plan, enum kmt_step_kind kind, const char *path);

#endif
