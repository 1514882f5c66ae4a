/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Column tables: choosing, sorting, and the three formats. */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <kmt/base/alloc.h>
#include <kmt/out/json.h>
#include <kmt/out/rows.h>

struct animal {
	const char *name;
	uint64_t weight;
	int legs; /* -1: not known */
	bool tame;
	const char *food[3];
};

static void get_name(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = ((const struct animal *)row)->name;
}

static void get_weight(const void *row, void *ctx, struct kmt_cell *out)
{
	out->n = ((const struct animal *)row)->weight;
}

static void get_legs(const void *row, void *ctx, struct kmt_cell *out)
{
	const struct animal *a = row;

	out->absent = a->legs < 0;
	out->n = a->legs < 0 ? 0 : (uint64_t)a->legs;
}

static void get_tame(const void *row, void *ctx, struct kmt_cell *out)
{
	out->n = ((const struct animal *)row)->tame;
	out->hue = out->n ? KMT_HUE_GOOD : KMT_HUE_BAD;
}

static void get_food(const void *row, void *ctx, struct kmt_cell *out)
{
	const struct animal *a = row;

	out->list.v = (const char **)a->food;
	while (a->food[out->list.n])
		out->list.n++;
}

static void get_addr(const void *row, void *ctx, struct kmt_cell *out)
{
	int *asked = ctx;

	(*asked)++;
	out->n = ((const struct animal *)row)->weight;
}

static void get_home(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = "a place to stay";
}

static const struct kmt_column columns[] = {
	{"name", "NAME", KMT_CELL_STRING, true, true, .help = "its name", .get = get_name},
	{"weight", "WEIGHT", KMT_CELL_SIZE, true, .help = "its weight", .get = get_weight},
	{"legs", "LEGS", KMT_CELL_NUMBER, true, .help = "how many legs", .get = get_legs},
	{"tame", "TAME", KMT_CELL_BOOL, .help = "whether it is tame", .get = get_tame},
	{"food", "FOOD", KMT_CELL_LIST, true, .help = "what it eats", .get = get_food},
	{"home", "HOME", KMT_CELL_STRING, .whole = true, .help = "a short text", .get = get_home},
	{"addr", "ADDR", KMT_CELL_HEX, .help = "where it lives", .get = get_addr},
	{0},
};

static const struct animal zoo[] = {
	{"cow", 716800, 4, true, {"grass", "hay"}},
	{"ant\t\033[31m", 1, 6, false, {"a,b"}},
	{"", 1536, -1, false, {NULL}},
	{"b\xc3\xa4r \xff", 2048, 4, false, {"fish", NULL}},
};

struct printed {
	char *text;
	size_t n;
	int asked; /* how often the address was asked for */
};

static int print(struct printed *p, const char *output, const char *sort, enum kmt_format format,
	const struct kmt_style *style, const size_t *parents)
{
	const void *rows[KMT_ARRAY_SIZE(zoo)];
	struct kmt_rows r = {columns, rows, KMT_ARRAY_SIZE(zoo), &p->asked, "animals", parents};
	struct kmt_rows_options opts = {.format = format};
	struct kmt_selection sel;
	FILE *out;
	int ret;

	for (size_t i = 0; i < KMT_ARRAY_SIZE(zoo); i++)
		rows[i] = &zoo[i];
	p->asked = 0;
	assert_int_equal(kmt_select(columns, output, sort, &sel, NULL), 0);
	out = open_memstream(&p->text, &p->n);
	ret = kmt_rows_print(&r, &sel, &opts, style, out, NULL);
	fclose(out);
	kmt_selection_free(&sel);
	return ret;
}

static void expect(const char *output, const char *sort, enum kmt_format format, const char *want)
{
	struct kmt_style plain = {0};
	struct printed p;

	assert_int_equal(print(&p, output, sort, format, &plain, NULL), 0);
	assert_string_equal(p.text, want);
	free(p.text);
}

static void test_raw(void **state)
{
	expect(NULL, NULL, KMT_FORMAT_RAW,
		"cow\t716800\t4\tgrass,hay\n"
		"ant\\x09\\x1b[31m\t1\t6\ta,b\n"
		"-\t1536\t-\t-\n"
		"b\xc3\xa4r \\xff\t2048\t4\tfish\n");
	expect("tame,addr", NULL, KMT_FORMAT_RAW,
		"yes\t0x00000000000af000\nno\t0x0000000000000001\n"
		"no\t0x0000000000000600\nno\t0x0000000000000800\n");
	expect("+tame,name", "weight", KMT_FORMAT_RAW,
		"ant\\x09\\x1b[31m\t1\t6\ta,b\tno\n"
		"-\t1536\t-\t-\tno\n"
		"b\xc3\xa4r \\xff\t2048\t4\tfish\tno\n"
		"cow\t716800\t4\tgrass,hay\tyes\n");
}

static void test_sort(void **state)
{
	expect("weight", "-weight", KMT_FORMAT_RAW, "716800\n2048\n1536\n1\n");
	expect("weight", "name", KMT_FORMAT_RAW, "1\n2048\n716800\n1536\n"); /* absent last */
	expect("weight", "-name", KMT_FORMAT_RAW, "716800\n2048\n1\n1536\n");
	expect("weight", "legs", KMT_FORMAT_RAW,
		"716800\n2048\n1\n1536\n"); /* equal: as they were */
	expect("weight", "-legs", KMT_FORMAT_RAW, "1\n716800\n2048\n1536\n");
	expect("weight", "food", KMT_FORMAT_RAW, "1\n2048\n716800\n1536\n");
}

static void test_table(void **state)
{
	struct kmt_style narrow = {.terminal = true, .width = 22};
	struct kmt_style color = {.terminal = true, .width = 80, .color = true};
	struct printed p;

	expect(NULL, NULL, KMT_FORMAT_TABLE,
		"NAME            WEIGHT LEGS FOOD\n"
		"cow               700K    4 grass,hay\n"
		"ant\\x09\\x1b[31m      1    6 a,b\n"
		"-                 1.5K    - -\n"
		"b\xc3\xa4r \\xff            2K    4 fish\n");
	assert_int_equal(print(&p, NULL, NULL, KMT_FORMAT_TABLE, &narrow, NULL), 0);
	for (char *line = strtok(p.text, "\n"); line; line = strtok(NULL, "\n"))
		assert_true(strlen(line) <= 22 + 1); /* one two-byte letter */
	free(p.text);
	narrow.width = 26;
	assert_int_equal(print(&p, "home,food", NULL, KMT_FORMAT_TABLE, &narrow, NULL), 0);
	assert_string_equal(p.text, "HOME            FOOD\n"
				    "a place to stay grass,hay\n"
				    "a place to stay a,b\n"
				    "a place to stay -\n"
				    "a place to stay fish\n");
	free(p.text);
	assert_int_equal(print(&p, "name,tame", NULL, KMT_FORMAT_TABLE, &color, NULL), 0);
	assert_non_null(strstr(p.text, "\033[32myes"));
	assert_null(strstr(p.text, "\033[31m["));
	free(p.text);
}

static void get_text(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = ((const char *const *)row)[0];
}

static void get_path(const void *row, void *ctx, struct kmt_cell *out)
{
	out->s = ((const char *const *)row)[1];
}

static const struct kmt_column text_columns[] = {
	{"id", "ID", KMT_CELL_STRING, true, .whole = true, .help = "what it is", .get = get_text},
	{"text", "TEXT", KMT_CELL_STRING, true, .help = "wrapped", .get = get_text},
	{"path", "PATH", KMT_CELL_STRING, true, .path = true, .help = "cut at the left", .get = get_path},
	{0},
};

static const char *const texts[][2] = {
	{"one two three four", "/usr/lib/modprobe.d/local.conf"}, {"five-and-twenty,blackbirds", "/etc"}};

/* Prints ROWS of the texts as part of a table. */
static char *print_texts(unsigned int width, struct kmt_rows_parts *parts, size_t first, size_t n)
{
	const void *rows[] = {texts[0], texts[1]};
	struct kmt_rows r = {.columns = text_columns, .rows = rows + first, .n = n};
	struct kmt_rows_options opts = {.parts = parts};
	struct kmt_style style = {.terminal = true, .width = width};
	struct kmt_selection sel;
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_int_equal(kmt_select(text_columns, NULL, NULL, &sel, NULL), 0);
	assert_int_equal(kmt_rows_print(&r, &sel, &opts, &style, out, NULL), 0);
	fclose(out);
	kmt_selection_free(&sel);
	return text;
}

static void prints(unsigned int width, const char *want)
{
	char *text = print_texts(width, NULL, 0, 2);

	assert_string_equal(text, want);
	free(text);
}

static void test_layout(void **state)
{
	prints(200, "ID                         TEXT                       PATH\n"
		    "one two three four         one two three four         /usr/lib/modprobe.d/local.conf\n"
		    "five-and-twenty,blackbirds five-and-twenty,blackbirds /etc\n");
	/* Texts wrap at blanks and behind commas, paths keep their end. */
	prints(60, "ID                         TEXT             PATH\n"
		   "one two three four         one two three    ..e.d/local.conf\n"
		   "                           four             \n"
		   "five-and-twenty,blackbirds five-and-twenty, /etc\n"
		   "                           blackbirds       \n");
	/* No room beside what must be whole: records, whose values wrap. */
	prints(40, "ID   one two three four\n"
		   "TEXT one two three four\n"
		   "PATH /usr/lib/modprobe.d/local.conf\n"
		   "\n"
		   "ID   five-and-twenty,blackbirds\n"
		   "TEXT five-and-twenty,blackbirds\n"
		   "PATH /etc\n");
}

/* Later parts have no headings, and the layout of the first. */
static void test_parts(void **state)
{
	struct kmt_rows_parts wide = {0}, narrow = {0};
	char *text;

	free(print_texts(200, &wide, 0, 1));
	text = print_texts(200, &wide, 1, 1);
	assert_string_equal(text, "five-and-twenty,blackbirds five-and-twenty,blackbirds /etc\n");
	free(text);
	free(print_texts(20, &narrow, 0, 1));
	text = print_texts(20, &narrow, 1, 1);
	assert_string_equal(text, "\nID   five-and-twenty,blackbirds\n"
				  "TEXT five-and-twenty,\n     blackbirds\n"
				  "PATH /etc\n");
	free(text);
	kmt_rows_parts_free(&wide);
	kmt_rows_parts_free(&narrow);
}

static void test_tree(void **state)
{
	static const size_t parents[] = {SIZE_MAX, 0, 1, 0};
	struct kmt_style plain = {0};
	struct printed p;

	assert_int_equal(print(&p, "name,legs", NULL, KMT_FORMAT_TABLE, &plain, parents), 0);
	assert_string_equal(p.text, "NAME              LEGS\n"
				    "cow                  4\n"
				    "|-ant\\x09\\x1b[31m    6\n"
				    "| `--                -\n"
				    "`-b\xc3\xa4r \\xff           4\n");
	free(p.text);
}

static void test_json(void **state)
{
	struct json_object *doc, *array, *row, *value;
	const void *list[] = {&zoo[0], &zoo[1], &zoo[2], &zoo[3]};
	int asked = 0;
	struct kmt_rows rows = {columns, list, KMT_ARRAY_SIZE(zoo), &asked, "animals", NULL};
	struct kmt_selection sel;
	char *text;
	size_t n;
	FILE *out = open_memstream(&text, &n);

	assert_int_equal(kmt_select(columns, "+tame,addr", NULL, &sel, NULL), 0);
	kmt_json_print(out, kmt_rows_document(&rows, &sel));
	fclose(out);
	kmt_selection_free(&sel);
	assert_null(strchr(text, '\033'));
	assert_null(strchr(text, '\xff'));
	doc = json_tokener_parse(text);
	assert_non_null(doc);
	assert_true(json_object_object_get_ex(doc, "schema", &value));
	assert_int_equal(json_object_get_int(value), KMT_JSON_SCHEMA);
	assert_true(json_object_object_get_ex(doc, "animals", &array));
	assert_int_equal(json_object_array_length(array), 4);
	row = json_object_array_get_idx(array, 0);
	assert_true(json_object_object_get_ex(row, "weight", &value));
	assert_int_equal(json_object_get_int(value), 716800);
	assert_true(json_object_object_get_ex(row, "tame", &value));
	assert_true(json_object_is_type(value, json_type_boolean));
	assert_true(json_object_object_get_ex(row, "food", &value));
	assert_int_equal(json_object_array_length(value), 2);
	assert_true(json_object_object_get_ex(row, "addr", &value));
	assert_string_equal(json_object_get_string(value), "0x00000000000af000");
	row = json_object_array_get_idx(array, 1);
	assert_true(json_object_object_get_ex(row, "name", &value));
	assert_string_equal(json_object_get_string(value), "ant\t\033[31m");
	row = json_object_array_get_idx(array, 2);
	assert_true(json_object_object_get_ex(row, "legs", &value));
	assert_null(value);
	assert_true(json_object_object_get_ex(row, "food", &value));
	assert_int_equal(json_object_array_length(value), 0);
	row = json_object_array_get_idx(array, 3);
	assert_true(json_object_object_get_ex(row, "name", &value));
	assert_string_equal(json_object_get_string(value), "b\xc3\xa4r \xef\xbf\xbd");
	json_object_put(doc);
	free(text);
}

static void test_json_controls(void **state)
{
	struct json_object *doc = kmt_json_document();
	char *text;
	size_t n;
	FILE *out = open_memstream(&text, &n);

	json_object_object_add(doc, "del", kmt_json_string("a\177b"));
	json_object_object_add(doc, "csi",
		kmt_json_string("\xc2\x9b"
				"31m\xc2\xa0"));
	json_object_object_add(doc, "none", kmt_json_string(NULL));
	kmt_json_print(out, doc);
	fclose(out);
	assert_non_null(strstr(text, "\"a\\u007fb\""));
	assert_non_null(strstr(text, "\"\\u009b31m\\u00a0\""));
	assert_non_null(strstr(text, "null"));
	free(text);
}

static void test_cells_are_lazy(void **state)
{
	struct kmt_style plain = {0};
	struct printed p;

	print(&p, NULL, NULL, KMT_FORMAT_TABLE, &plain, NULL);
	assert_int_equal(p.asked, 0);
	free(p.text);
	print(&p, "addr", NULL, KMT_FORMAT_RAW, &plain, NULL);
	assert_int_equal(p.asked, 4);
	free(p.text);
}

static void refused(const char *output, const char *sort, const char *says)
{
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;
	struct kmt_selection sel;

	assert_int_equal(kmt_select(columns, output, sort, &sel, &err), -EINVAL);
	assert_int_equal(err.kind, KMT_ERR_USAGE);
	assert_non_null(strstr(err.msg, says));
	kmt_selection_free(&sel);
}

static void test_select(void **state)
{
	struct kmt_selection sel;

	refused("nose", NULL, "'nose'");
	refused("name,", NULL, "''");
	refused("", NULL, "''");
	refused("+", NULL, "''");
	refused("nam", NULL, "'nam'");
	refused("name,name", NULL, "twice");
	refused(NULL, "nose", "'nose'");
	refused(NULL, "-", "''");
	assert_int_equal(kmt_select(columns, "tame", "-addr", &sel, NULL), 0);
	assert_true(kmt_selection_has(&sel, "tame"));
	assert_true(kmt_selection_has(&sel, "addr"));
	assert_false(kmt_selection_has(&sel, "name"));
	assert_true(sel.descending);
	kmt_selection_free(&sel);
}

static void test_list_columns(void **state)
{
	struct kmt_rows_options opts = {.format = KMT_FORMAT_RAW};
	struct kmt_style plain = {0};
	struct kmt_selection sel;
	struct kmt_rows rows;
	char *text;
	size_t n;
	FILE *out = open_memstream(&text, &n);

	kmt_rows_of_columns(columns, &rows);
	assert_int_equal(kmt_select(rows.columns, NULL, NULL, &sel, NULL), 0);
	kmt_rows_print(&rows, &sel, &opts, &plain, out, NULL);
	fclose(out);
	assert_non_null(strstr(text, "name\tyes\tits name\n"));
	assert_non_null(strstr(text, "addr\tno\twhere it lives\n"));
	free(text);
	free(rows.rows);
	kmt_selection_free(&sel);
}

static void test_sizes(void **state)
{
	static const struct {
		uint64_t n;
		const char *text;
	} cases[] = {
		{0, "0"},
		{1023, "1023"},
		{1024, "1K"},
		{1025, "1.1K"},
		{1536, "1.5K"},
		{10240, "10K"},
		{10241, "11K"},
		{16384, "16K"},
		{1048575, "1M"},
		{1048576, "1M"},
		{1258291, "1.2M"},
		{1258292, "1.3M"},
		{1ull << 40, "1T"},
		{UINT64_MAX, "16E"},
	};
	char text[KMT_SIZE_TEXT];

	for (size_t i = 0; i < KMT_ARRAY_SIZE(cases); i++) {
		kmt_size_text(cases[i].n, text);
		assert_string_equal(text, cases[i].text);
	}
}

static void test_wrap(void **state)
{
	char *text;
	size_t n;
	FILE *out = open_memstream(&text, &n);

	fputs("--x  ", out);
	kmt_put_wrapped(out, 5, 5, 15, "one two three extraordinarily four");
	fclose(out);
	assert_string_equal(text, "--x  one two\n     three\n     extraordinarily\n     four\n");
	free(text);
}

/* A bar is drawn over itself: not into a log, which a terminal of unknown type or size may be. */
static void test_style_erases(void **state)
{
	static const struct {
		const char *term;
		unsigned short columns;
		bool erases;
	} cases[] = {{"xterm", 80, true}, {"dumb", 80, false}, {"", 80, false}, {"vt220", 0, false}};
	int pty = posix_openpt(O_RDWR | O_NOCTTY);
	FILE *out;

	assert_true(pty >= 0 && !grantpt(pty) && !unlockpt(pty));
	out = fopen(ptsname(pty), "w");
	assert_non_null(out);
	for (size_t i = 0; i < KMT_ARRAY_SIZE(cases); i++) {
		const struct winsize size = {.ws_row = cases[i].columns ? 24 : 0, .ws_col = cases[i].columns};
		struct kmt_style style;

		assert_int_equal(ioctl(pty, TIOCSWINSZ, &size), 0);
		setenv("TERM", cases[i].term, 1);
		kmt_style_detect(&style, out, KMT_COLOR_AUTO, true);
		assert_int_equal(style.erases, cases[i].erases);
	}
	fclose(out);
	close(pty);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_raw),
		cmocka_unit_test(test_style_erases),
		cmocka_unit_test(test_sort),
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_layout),
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_tree),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_json_controls),
		cmocka_unit_test(test_cells_are_lazy),
		cmocka_unit_test(test_select),
		cmocka_unit_test(test_list_columns),
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_wrap),
	};

	return cmocka_run_group_tests_name("rows", tests, NULL, NULL);
}
