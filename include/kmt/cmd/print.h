/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From the global options to out/rows: for every command that prints a table. */
#ifndef KMT_CMD_PRINT_H
#define KMT_CMD_PRINT_H

#include <kmt/base/err.h>
#include <kmt/cmd/cmd.h>
#include <kmt/out/rows.h>

struct json_object; /* <json.h> of json-c */

/* What --output and --sort choose among env->cmd->columns. Ask this first: a misspelt column should
 * cost no reading. */
int kmt_cmd_select(const struct kmt_env *env, struct kmt_selection *out, struct kmt_err *err);

/* Prints the document of the command to stdout and frees it: the only way out for JSON, so that main.c knows
 * whether an error still needs a document. */
void kmt_cmd_print_document(struct kmt_env *env, struct json_object *doc);
/* {"schema":1,"error":{...}}: for a command that failed before it printed its document. */
void kmt_cmd_print_error(struct kmt_env *env, const struct kmt_err *err);

/* Prints the rows to stdout in the format that --json, --raw and --no-headings ask for. */
int kmt_cmd_print(struct kmt_env *env, const struct kmt_rows *rows, const struct kmt_selection *sel,
	struct kmt_err *err);

/* One part of rows that are printed as they are found. JSON has to be in one part. */
int kmt_cmd_print_part(struct kmt_env *env, const struct kmt_rows *rows,
	const struct kmt_selection *sel, struct kmt_rows_parts *parts, struct kmt_err *err);

/* Whether a cell of a row says something that a person does not see anyway. */
typedef bool (*kmt_telling_fn)(
	const void *row, const struct kmt_column *column, const struct kmt_cell *cell, void *ctx);

/*
 * The same with the selection made here: by default a table leaves out columns that are empty in all rows,
 * or of which TELLING (may be NULL) says so; scripts get the same columns every time. No rows: no table.
 */
int kmt_cmd_print_telling(struct kmt_env *env, const struct kmt_rows *rows, kmt_telling_fn telling,
	struct kmt_err *err);

/* --list-columns of any command. */
int kmt_cmd_list_columns(struct kmt_env *env, struct kmt_err *err);

#endif
