/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a person asks for, whether on the command line or in the browser, and the one place that turns it
 * into a plan. The options of the command are fields of the request, so that the same table parses it and
 * writes the command that would ask for the same. Reads below the machine's root, changes nothing.
 */
#ifndef KMT_PLAN_REQUEST_H
#define KMT_PLAN_REQUEST_H

#include <kmt/base/strbuf.h>
#include <kmt/base/syntax.h>
#include <kmt/model/snapshot.h>
#include <kmt/plan/block.h>
#include <kmt/plan/exec.h>
#include <kmt/plan/plan.h>

enum kmt_request_kind {
	KMT_REQUEST_LOAD,
	KMT_REQUEST_UNLOAD,
	KMT_REQUEST_RELOAD,
	KMT_REQUEST_PARAMS, /* sets parameters now, in the configuration, or both; or unsets them there */
	KMT_REQUEST_BLOCK,
	KMT_REQUEST_UNBLOCK,
	/* Lines of modprobe.d and modules-load.d, by what to add or where they are. */
	KMT_REQUEST_SET_OPTION,
	KMT_REQUEST_ALIAS,
	KMT_REQUEST_SOFTDEP,
	KMT_REQUEST_COMMENT_OUT,
	KMT_REQUEST_RESTORE,
	KMT_REQUEST_UNDO,
	KMT_REQUEST_RESTORE_BACKUP,
	KMT_REQUEST_AUTOLOAD_ADD,
	KMT_REQUEST_AUTOLOAD_REMOVE,
	KMT_REQUEST_BIND,   /* a device to a driver, or to the one that the kernel chooses */
	KMT_REQUEST_UNBIND, /* a device from its driver */
	KMT_REQUEST_COUNT,
};

/* All zero is valid. Whoever fills it may keep strings in its arena. */
struct kmt_request {
	enum kmt_request_kind kind;
	struct kmt_strv targets; /* PARAMS, SET_OPTION, UNBIND: exactly one; ALIAS, SOFTDEP: all words; BIND: a
				    device and a module or driver */
	struct kmt_strv params;	 /* LOAD, RELOAD, PARAMS, SET_OPTION: "PARAM=VALUE" */
	/* Options, by the tables. */
	struct kmt_strv unset;	 /* PARAMS, SET_OPTION: "PARAM" */
	const char *file;	 /* PARAMS, SET_OPTION, ALIAS, SOFTDEP: as for kmt_edit_file(); AUTOLOAD_* */
	bool save, save_only;	 /* PARAMS */
	bool no_config;		 /* LOAD, UNLOAD */
	bool partial_ok, force_vermagic, force_modversion; /* LOAD */
	bool dependents;	 /* UNLOAD, RELOAD */
	bool unused_deps, force; /* UNLOAD */
	unsigned int wait_ms;	 /* LOAD, UNLOAD, RELOAD */
	bool verify;		 /* BLOCK */
	bool persist, undo;	 /* BIND */
	struct kmt_arena arena;
};

/* The machine that a request is about, what may be done to it, and what planning has to know of the process
 * that asks. */
struct kmt_machine {
	const struct kmt_root *root;
	const char *version;	    /* -k; NULL: the running kernel */
	struct kmt_kernel *kernel;  /* NULL: nothing can be changed here */
	bool readonly;
	const char *cwd;	    /* what files are relative to; NULL: "/" */
	const char *elevate;	    /* "sudo", "doas" ...: what runs a command as root; NULL: sudo */
	const char *ssh_interface;  /* the user's connection comes by it; NULL or "": none */
};

/* What planning finds out beside the plan. */
struct kmt_forecast {
	struct kmt_strv effects; /* when it takes effect, in sentences; they live in the plan */
	const struct kmt_procmod *in_use; /* the module that cannot be unloaded (of the snapshot); NULL */
	KMT_VEC(struct kmt_block_module) blocks; /* BLOCK: the proofs */
};

extern const struct kmt_opt kmt_load_options[], kmt_unload_options[], kmt_reload_options[],
	kmt_params_options[], kmt_block_options[], kmt_set_option_options[], kmt_edit_options[],
	kmt_autoload_options[], kmt_bind_options[];
#define KMT_LOAD_OPERANDS "NAME|FILE... [PARAM=VALUE...]"
#define KMT_UNLOAD_OPERANDS "NAME..."
#define KMT_PARAMS_OPERANDS "NAME|FILE [PARAM[=VALUE]...]"
#define KMT_BLOCK_OPERANDS "NAME..."
#define KMT_SET_OPTION_OPERANDS "NAME [PARAM=VALUE...]"
#define KMT_ALIAS_OPERANDS "PATTERN NAME"
#define KMT_SOFTDEP_OPERANDS "NAME [pre: NAME...] [post: NAME...]"
#define KMT_LINE_OPERANDS "FILE:LINE"
#define KMT_BACKUP_OPERANDS "FILE"
#define KMT_BIND_OPERANDS "DEVICE [MODULE|DRIVER]"
#define KMT_UNBIND_OPERANDS "DEVICE"

/* The kind that a command's name stands for; KMT_REQUEST_COUNT: none. */
enum kmt_request_kind kmt_request_kind_of(const char *name);
/* The same for a command as it is typed: the first *USED of its words are the name ("config alias"). */
enum kmt_request_kind kmt_request_kind_of_words(const struct kmt_strv *words, size_t *used);
void kmt_request_free(struct kmt_request *r);

/* Takes the operands of the command. USAGE, also for options that do not go together. */
int kmt_request_take_operands(struct kmt_request *r, int n, char **operands, struct kmt_err *err);
/* Fills R, whose kind is set, from all words behind the command's name. Strings are copied. */
int kmt_request_parse(struct kmt_request *r, const struct kmt_strv *words, struct kmt_err *err);

/* "load loop with max_loop=4", "load 3 modules", "set loop.max_part=7" */
void kmt_request_title(const struct kmt_request *r, struct kmt_strbuf *out);

/* Whether it is about what stood somewhere when it was asked: it is not planned again for another text. */
bool kmt_request_is_fixed(const struct kmt_request *r);
/* Parts of the snapshot that planning needs. */
unsigned int kmt_request_parts(const struct kmt_request *r);
/* Plans on SNAP, which was taken of the machine. The forecast is to be freed in either case. */
int kmt_request_plan(const struct kmt_request *r, const struct kmt_machine *machine,
	const struct kmt_snapshot *snap, struct kmt_plan *plan, struct kmt_forecast *forecast, struct kmt_err *err);
void kmt_forecast_free(struct kmt_forecast *forecast);

/* How the plan is to be run. */
struct kmt_exec_options kmt_request_exec(const struct kmt_request *r);

/* Appends the words of the command that does the same: "load", "loop", "max_loop=4". */
void kmt_request_words(const struct kmt_request *r, const struct kmt_machine *machine,
	struct kmt_arena *arena, struct kmt_strv *out);

#endif
