/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is known of one module: its file, the running kernel's copy, the configuration lines about it, and
 * its parameters from all three, joined by name. Every command and the browser read a module here. Reads
 * below the snapshot's root, changes nothing.
 */
#ifndef KMT_MODEL_MODFACTS_H
#define KMT_MODEL_MODFACTS_H

#include <kmt/base/map.h>
#include <kmt/base/name.h>
#include <kmt/model/lookup.h>
#include <kmt/model/settings.h>
#include <kmt/model/snapshot.h>
#include <kmt/model/users.h>
#include <kmt/source/kofile.h>
#include <kmt/source/modinfo.h>
#include <kmt/source/signature.h>
#include <kmt/source/sysmodule.h>

/* The module that is meant. Strings are the snapshot's or the caller's. */
struct kmt_modref {
	const char *name;  /* normal form */
	const char *path;  /* its file, absolute below the root; NULL: built in, or only loaded */
	const char *alias; /* what it was found by, which options lines may name; NULL: its name */
	bool builtin;
	bool unchecked; /* there is no module tree to tell what it is */
};

struct kmt_modref kmt_modref_of_match(const struct kmt_lookup_match *match);
/* ARG is a file, from the working directory, or with --root from the root's top. -EINVAL if no module can
 * have its name; REF is filled anyway. */
int kmt_modref_of_file(
	const struct kmt_snapshot *snap, const char *arg, struct kmt_modref *ref, struct kmt_err *err);
/* The one module that QUERY means: a name, an alias, a file, or what only the kernel knows. NOT_FOUND; USAGE
 * if there are several. */
int kmt_modref_find(
	const struct kmt_snapshot *snap, const char *query, struct kmt_modref *ref, struct kmt_err *err);

/* The name that the kernel gives to the module in the file PATH: .modinfo's name=, else that of the file.
 * -errno if the file cannot be read, or no module can have such a name. */
int kmt_modref_kernel_name(const struct kmt_root *root, const char *path, char name[KMT_NAME_MAX]);
/* The same of fields that were read already. */
int kmt_modref_name_of_fields(const struct kmt_modinfo *fields, const char *path, char name[KMT_NAME_MAX]);

/* What costs something to read. The fields of .modinfo are always read. */
#define KMT_FACTS_BUILD_ID (1u << 0)
#define KMT_FACTS_SIGNED (1u << 1) /* whether there is a signature */
#define KMT_FACTS_SIGNATURE (1u << 2)
#define KMT_FACTS_DECLARED (1u << 3) /* parm and parmtype fields put together */
#define KMT_FACTS_LOADED (1u << 4)   /* the running kernel's copy */
#define KMT_FACTS_PARAMS (1u << 5)   /* the parameters that the file has, also those that are not declared, \
				       * with their values in it */
#define KMT_FACTS_LIVE (1u << 6)     /* ... and those that the kernel has, with their values */
#define KMT_FACTS_CONFIG (1u << 7)   /* configuration lines; of PARAMS: ... and what these set */
#define KMT_FACTS_DRIVES (1u << 8)   /* LOADED: its devices and interfaces */
#define KMT_FACTS_COPIES (1u << 9)   /* other files of its name */
#define KMT_FACTS_ALL_PARAMS                                                                       \
	(KMT_FACTS_LOADED | KMT_FACTS_PARAMS | KMT_FACTS_LIVE | KMT_FACTS_CONFIG)

struct kmt_param {
	const char *module;
	const char *name, *type, *description; /* type and description NULL: the file does not say */
	bool known;			       /* the file or the kernel knows it */
	bool own_ops; /* for all that is known, the module sets it by its own function: TYPE is a hint */
	const char *default_value;	       /* as the file tells; NULL: it is not known */
	const struct kmt_sysparam *live;       /* NULL: the kernel does not show it */
	const char *configured;		       /* the value that a load would set; NULL: none */
	struct kmt_origin origin;	       /* where that is written */
};

/* Whether the loaded module was made from this file. */
enum kmt_same_file {
	KMT_SAME_UNKNOWN,
	KMT_SAME_FILE,
	KMT_OTHER_FILE,
};

/* A file with the name of the module. */
struct kmt_modcopy {
	const char *path;
	bool chosen;		   /* modprobe takes it */
	enum kmt_same_file loaded; /* whether it is the one that is loaded */
};

/* A line of configuration that is about the module. */
struct kmt_config_line {
	struct kmt_origin origin;
	const char *text; /* "options loop max_loop=8" */
	const struct kmt_conf_line *line; /* the same; NULL: a word of the kernel command line */
	const char *word;		  /* that one, as the snapshot has it */
	const struct kmt_setting *setting; /* its effect; NULL: nobody judged */
};

/* Kept for one module after the other: its memory is reused. All zero is valid. */
struct kmt_modfacts {
	struct kmt_modref module;
	const char *kernel_name; /* what the kernel calls it: the file may have another name */
	struct kmt_modinfo fields;
	struct kmt_modinfo_params declared;
	bool has_file; /* it was read: KO is open */
	enum kmt_compression compression;
	const unsigned char *build_id;
	size_t build_id_n;
	bool is_signed;
	bool has_signature;
	struct kmt_signature signature;
	struct kmt_err signature_err;	  /* why there is one that cannot be read */
	const struct kmt_procmod *loaded; /* NULL: not loaded */
	struct kmt_sysmodule sys;
	enum kmt_same_file same;
	const char *same_by; /* "build-id" or "srcversion" */
	KMT_VEC(struct kmt_config_line) config;
	struct kmt_users drives;	  /* devices and interfaces */
	KMT_VEC(struct kmt_modcopy) copies; /* none, or two and more */
	KMT_VEC(struct kmt_param) params; /* as declared; then those that only the symbol table, only the
					     kernel, only the configuration knows */
	struct kmt_map by_param;	  /* their names with '_' for '-' -> index plus one */
	struct kmt_err params_err;	  /* the file is damaged: some may be missing */
	unsigned int long_bits;		  /* how large a long is for the module */

	const struct kmt_snapshot *snap;
	struct kmt_kofile *ko;
	struct kmt_sysparams live;
	struct kmt_ko_defaults defaults;
	struct kmt_arena arena;
};

/* Reads PARTS, KMT_FACTS_ bits, of REF. What was read before is not valid any more. On failure, which is
 * that of the file, only what does not come from it is there. */
int kmt_modfacts_read(struct kmt_modfacts *f, const struct kmt_snapshot *snap, const struct kmt_modref *ref,
	unsigned int parts, struct kmt_err *err);
/* Reads ALL_PARAMS of the one module that QUERY means. A file whose parameters cannot all be read is a
 * failure. */
int kmt_modfacts_find(
	struct kmt_modfacts *f, const struct kmt_snapshot *snap, const char *query, struct kmt_err *err);
/* Fills the effects of the configuration lines, from the settings of the same snapshot. */
void kmt_modfacts_judge(struct kmt_modfacts *f, const struct kmt_settings *settings);
void kmt_modfacts_free(struct kmt_modfacts *f);

/* The parameter of that name, of N bytes; NULL if there is none. '-' and '_' are the same. */
const struct kmt_param *kmt_modfacts_param(const struct kmt_modfacts *f, const char *name, size_t n);

/*
 * Checks ARG, "NAME" or "NAME=VALUE" as on a command line (VALUE may be quoted). USAGE with the names that
 * there are as the hint, if the module has no such parameter; USAGE with its type if VALUE can be none and
 * the kernel's own function for the type sets it.
 */
int kmt_modfacts_check_param(const struct kmt_modfacts *f, const char *arg, struct kmt_err *err);
/* Why ARG, which passed that, may be refused by the module's own function; NULL: there is no such doubt. */
const char *kmt_modfacts_param_doubt(const struct kmt_modfacts *f, const char *arg, struct kmt_arena *arena);

/* Whether the loaded module NAME was made from the file at PATH, by build-id, or else srcversion. */
enum kmt_same_file kmt_modfacts_same_file(const struct kmt_snapshot *snap, const char *name,
	const char *path);

#endif
