/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/out/rows.h>

#include <inttypes.h>
#include <json.h>
#include <string.h>

#include <kmt/base/escape.h>
#include <kmt/out/json.h>

#include "rows_priv.h"

static struct json_object *cell_json(const struct kmt_column *column, const struct kmt_cell *cell)
{
	char hex[24];

	if (cell->absent)
		return NULL;
	switch (column->kind) {
	case KMT_CELL_STRING:
		return kmt_json_string(cell->s);
	case KMT_CELL_NUMBER:
	case KMT_CELL_SIZE:
	case KMT_CELL_USEC:
		return cell->negative ? json_object_new_int64(-(int64_t)cell->n)
				      : kmt_json_u64(cell->n);
	case KMT_CELL_HEX:
		snprintf(hex, sizeof(hex), "0x%016" PRIx64, cell->n);
		return json_object_new_string(hex);
	case KMT_CELL_BOOL:
		return json_object_new_boolean(cell->n != 0);
	case KMT_CELL_LIST:
		return kmt_json_strings(&cell->list);
	case KMT_CELL_ORIGIN:
		return kmt_json_origin(&cell->origin);
	}
	return NULL;
}

static struct json_object *rows_json(const struct kmt_rows *rows, const struct kmt_selection *sel)
{
	struct json_object *array = json_object_new_array();
	struct kmt_cell cell;

	for (size_t i = 0; i < rows->n; i++) {
		struct json_object *object = json_object_new_object();

		for (size_t c = 0; c < sel->columns.n; c++) {
			const struct kmt_column *column = sel->columns.v[c];

			kmt_rows_cell(rows, i, column, &cell);
			json_object_object_add(object, column->name, cell_json(column, &cell));
		}
		json_object_array_add(array, object);
	}
	return array;
}

/* ROWS in the order of SEL; ORDER is to be freed. */
static struct kmt_rows in_order(
	const struct kmt_rows *rows, const struct kmt_selection *sel, const void ***order)
{
	struct kmt_rows sorted = *rows;
	kmt_autofree unsigned int *places = NULL;

	*order = NULL;
	if (!sel->sort)
		return sorted;
	places = kmt_rows_order(rows, sel->sort, sel->descending);
	*order = kmt_realloc_array(NULL, rows->n + 1, sizeof(**order));
	for (size_t i = 0; i < rows->n; i++)
		(*order)[i] = rows->rows[places[i]];
	sorted.rows = *order;
	sorted.parents = NULL;
	return sorted;
}

struct json_object *kmt_rows_json(const struct kmt_rows *rows, const struct kmt_selection *sel)
{
	kmt_autofree const void **order = NULL;
	struct kmt_rows sorted = in_order(rows, sel, &order);

	return rows_json(&sorted, sel);
}

struct json_object *kmt_rows_document(const struct kmt_rows *rows, const struct kmt_selection *sel)
{
	struct json_object *doc = kmt_json_document();

	json_object_object_add(doc, rows->json_name, kmt_rows_json(rows, sel));
	return doc;
}

static void print_raw(const struct kmt_rows *rows, const struct kmt_selection *sel, FILE *out)
{
	kmt_autostrbuf struct kmt_strbuf line = KMT_STRBUF_INIT;
	struct kmt_cell cell;

	for (size_t i = 0; i < rows->n; i++) {
		for (size_t c = 0; c < sel->columns.n; c++) {
			if (c)
				kmt_strbuf_addc(&line, '\t');
			kmt_rows_cell(rows, i, sel->columns.v[c], &cell);
			kmt_cell_text(sel->columns.v[c], &cell, false, &line);
		}
		kmt_strbuf_addc(&line, '\n');
		fwrite(line.s, 1, line.len, out);
		kmt_strbuf_truncate(&line, 0);
	}
}

int kmt_rows_print(const struct kmt_rows *rows, const struct kmt_selection *sel,
	const struct kmt_rows_options *opts, const struct kmt_style *style, FILE *out,
	struct kmt_err *err)
{
	kmt_autofree const void **order = NULL;
	struct kmt_rows sorted = in_order(rows, sel, &order);
	int r = 0;

	switch (opts->format) {
	case KMT_FORMAT_RAW:
		print_raw(&sorted, sel, out);
		break;
	case KMT_FORMAT_TABLE:
		r = kmt_table_print(&sorted, sel, opts, style, out, err);
		break;
	}
	return r;
}

static void get_name(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = ((const struct kmt_column *)row)->name;
}

static void get_default(const void *row, void *ctx, struct kmt_cell *out)
{
	out->n = ((const struct kmt_column *)row)->by_default;
}

static void get_help(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = ((const struct kmt_column *)row)->help;
}

static const struct kmt_column column_columns[] = {
	{"column", "COLUMN", KMT_CELL_STRING, true, .whole = true, .help = "its name", .get = get_name},
	{"default", "DEFAULT", KMT_CELL_BOOL, true, .help = "shown by default",
		.get = get_default},
	{"help", "SHOWS", KMT_CELL_STRING, true, .help = "what it shows", .get = get_help},
	{0},
};

void kmt_rows_of_columns(const struct kmt_column *columns, struct kmt_rows *out)
{
	*out = (struct kmt_rows){.columns = column_columns, .json_name = "columns"};
	while (columns[out->n].name)
		out->n++;
	out->rows = kmt_realloc_array(NULL, out->n, sizeof(*out->rows));
	for (size_t i = 0; i < out->n; i++)
		out->rows[i] = &columns[i];
}
