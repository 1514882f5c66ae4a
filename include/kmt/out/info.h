/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is known of one module, from its file, the running kernel and the configuration: for `kmtool
 * info` and the browser. Reads below the root, writes nothing.
 */
#ifndef KMT_OUT_INFO_H
#define KMT_OUT_INFO_H

#include <kmt/base/strbuf.h>
#include <kmt/model/paramlist.h>
#include <kmt/model/snapshot.h>
#include <kmt/out/rows.h>
#include <kmt/source/kofile.h>
#include <kmt/source/modinfo.h>
#include <kmt/source/signature.h>
#include <kmt/source/sysmodule.h>

/* One module to show. Strings are the snapshot's or the command line's. */
struct kmt_info_item {
	const char *name;
	const char *path; /* absolute below the root; NULL: built in */
	bool last;
	struct kmt_err err; /* not NONE: there is nothing to show, for this reason */
};

enum kmt_info_format {
	KMT_INFO_TEXT, /* modinfo's lines, and ours in the same layout */
	KMT_INFO_RAW,  /* NAME, KEY and VALUE, separated by tabs */
	KMT_INFO_JSON,
};

/* Parts of a module that cost something to read. */
#define KMT_INFO_BUILD_ID (1u << 0)
#define KMT_INFO_SIGNATURE (1u << 1)
#define KMT_INFO_PARAMS (1u << 2) /* parm and parmtype put together */
#define KMT_INFO_LOADED (1u << 3) /* what the running kernel says of it */
#define KMT_INFO_LIVE (1u << 4)   /* ... and its parameters' values */
#define KMT_INFO_CONFIG (1u << 5) /* configuration lines that touch it */

struct kmt_info_request {
	struct kmt_snapshot *snap;
	const struct kmt_root *root;
	enum kmt_info_format format;
	const char *field;  /* -F: only this one */
	unsigned int parts; /* KMT_INFO_ bits */
	bool table; /* text: a table of parameters follows, if it says more than "parm:" lines */
	struct kmt_style style;
	unsigned int threads; /* 0: as many as it pays */
};

/* Whether the loaded module was made from this file. */
enum kmt_info_same {
	KMT_INFO_SAME_UNKNOWN,
	KMT_INFO_SAME_FILE,
	KMT_INFO_OTHER_FILE,
};

/* A line of configuration that says something about the module. */
struct kmt_info_config {
	struct kmt_origin origin;
	const char *text; /* "options loop max_loop=8" */
};

/* What is known of one module. Valid until the next module of the same worker. */
struct kmt_info_facts {
	const struct kmt_info_item *item;
	struct kmt_modinfo fields;
	struct kmt_modinfo_params params;
	enum kmt_compression compression;
	const unsigned char *build_id;
	size_t build_id_n;
	bool has_signature;
	struct kmt_signature signature;
	const struct kmt_procmod *loaded; /* NULL: not loaded */
	struct kmt_sysmodule sys;
	enum kmt_info_same same;
	const char *same_by; /* "build-id" or "srcversion" */
	struct kmt_sysparams live;
	KMT_VEC(struct kmt_info_config) config;
};

/* One thread's tools, used for one module after the other. All zero is valid. */
struct kmt_info_worker {
	const struct kmt_info_request *request;
	struct kmt_kofile *ko;
	struct kmt_sigreader sigreader;
	struct kmt_err sig_err; /* why signatures cannot be read; kind NONE if they can */
	struct kmt_info_facts facts;
	struct kmt_arena arena;
	struct kmt_strbuf out;
};

/* Reads ITEM into worker->facts. */
int kmt_info_read(
	struct kmt_info_worker *worker, const struct kmt_info_item *item, struct kmt_err *err);
void kmt_info_worker_free(struct kmt_info_worker *worker);

/* Fills facts->config. */
void kmt_info_read_config(
	const struct kmt_snapshot *snap, struct kmt_info_facts *facts, struct kmt_arena *arena);
/* The parameters that the file declares, then those that only the kernel shows. */
void kmt_info_join_params(struct kmt_info_worker *worker, struct kmt_paramlist *out);
/* The values before anything sets them, as far as the file tells: takes reading more of it. */
void kmt_info_add_defaults(struct kmt_info_worker *worker, struct kmt_paramlist *list);
const char *kmt_info_state_word(enum kmt_state state);

/* Which parts `-F FIELD` needs to be read. */
unsigned int kmt_info_parts_of_field(const char *field);

#endif
