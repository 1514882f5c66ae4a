/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the parts of `kmtool info` share. info.c finds out which modules are asked for, out/info reads
 * what is known of one, info_text.c and info_json.c write it down, info_run.c does that for many at once.
 */
#ifndef KMT_CMD_INFO_H
#define KMT_CMD_INFO_H

#include <kmt/cmd/cmd.h>
#include <kmt/out/info.h>

struct kmt_info_items {
	KMT_VEC(struct kmt_info_item) rows;
};

/* Appends what is asked for of worker->facts to worker->out: text or raw lines. */
void kmt_info_write(struct kmt_info_worker *worker);

struct json_object;
/* The same as an object of the array "modules". */
struct json_object *kmt_info_json(struct kmt_info_worker *worker);

/* Appends the table of parameters to worker->out, if there is anything to show: then it returns
 * true. */
bool kmt_info_params_table(struct kmt_info_worker *worker);

/*
 * Shows all ITEMS on stdout, in their order whatever thread reads them. A single item that fails is
 * the error; of several, each failure goes to DIAG and ERR says how many there were: PARTLY, or
 * their own kind if nothing was shown.
 */
int kmt_info_run(const struct kmt_info_request *request, struct kmt_info_items *items,
	struct kmt_diag *diag, struct kmt_err *err);

#endif
