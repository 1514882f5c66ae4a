/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the parts of `kmtool info` share. info.c finds out which modules are asked for, model/modfacts reads
 * what is known of one, info_text.c and info_json.c write it down, info_run.c does that for many at once.
 */
#ifndef KMT_CMD_INFO_H
#define KMT_CMD_INFO_H

#include <kmt/base/strbuf.h>
#include <kmt/cmd/cmd.h>
#include <kmt/model/modfacts.h>

/* One module to show. */
struct kmt_info_item {
	struct kmt_modref module;
	bool last;
	struct kmt_err err; /* not NONE: there is nothing to show, for this reason */
};

struct kmt_info_items {
	KMT_VEC(struct kmt_info_item) rows;
};

enum kmt_info_format {
	KMT_INFO_TEXT, /* modinfo's lines, and ours in the same layout */
	KMT_INFO_RAW,  /* NAME, KEY and VALUE, separated by tabs */
	KMT_INFO_JSON,
};

struct kmt_info_request {
	struct kmt_env *env;
	const struct kmt_snapshot *snap;
	enum kmt_info_format format;
	const char *field;  /* -F: only this one */
	unsigned int parts; /* KMT_FACTS_ bits */
	bool table; /* text: a table of parameters follows, if it says more than "parm:" lines */
	struct kmt_style style;
	unsigned int threads; /* 0: as many as it pays */
};

/* One thread's tools, used for one module after the other. */
struct kmt_info_worker {
	const struct kmt_info_request *request;
	const struct kmt_info_item *item;
	struct kmt_modfacts facts; /* of ITEM */
	struct kmt_strbuf out;
};

/* Appends what is asked for of worker->facts to worker->out: text or raw lines. */
void kmt_info_write(struct kmt_info_worker *worker);

struct json_object;
/* The same as an object of the array "modules". */
struct json_object *kmt_info_json(const struct kmt_modfacts *facts);

#endif
