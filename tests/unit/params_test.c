/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Parameter values: refused is only what no kernel takes. */
#include "unit.h"

#include <string.h>

#include <kmt/model/modfacts.h>
#include <kmt/model/params.h>

static void good(const char *type, const char *value)
{
	const char *wrong = kmt_params_value_wrong(type, value, 64);

	if (wrong)
		fail_msg("%s: '%s' is called %s", type, value ? value : "(none)", wrong);
}

static void bad(const char *type, const char *value, const char *want)
{
	const char *wrong = kmt_params_value_wrong(type, value, 64);

	if (!wrong || strcmp(wrong, want) != 0)
		fail_msg("%s: '%s' is called %s", type, value ? value : "(none)", wrong ? wrong : "good");
}

static void test_numbers(void **state)
{
	good("int", "0");
	good("int", "-2147483648");
	good("int", "+2147483647");
	good("int", "0x7fffffff");
	good("int", "017");
	bad("int", "2147483648", "too large");
	bad("int", "-2147483649", "too large");
	bad("int", "99999999999999999999999", "too large");
	bad("int", "", "not a number");
	bad("int", "-", "not a number");
	bad("int", "--1", "not a number");
	bad("int", "abc", "not a number");
	bad("int", "1 2", "not a number");
	bad("int", " 1", "not a number");
	bad("int", "08", "not a number");
	bad("int", "0x", "not a number");
	bad("int", "1.5", "not a number");
	bad("int", NULL, "no value");
	good("uint", "4294967295");
	bad("uint", "4294967296", "too large");
	bad("uint", "-1", "negative");
	good("hexint", "0xffffffff");
	good("byte", "255");
	bad("byte", "256", "too large");
	good("short", "-32768");
	bad("short", "32768", "too large");
	good("ushort", "65535");
	bad("ushort", "65536", "too large");
	good("ullong", "18446744073709551615");
	good("ulong", "18446744073709551615");
	good("long", "-9223372036854775808");
	bad("long", "9223372036854775808", "too large");
	assert_string_equal(kmt_params_value_wrong("ulong", "4294967296", 32), "too large");
	assert_null(kmt_params_value_wrong("long", "-2147483648", 32));
}

static void test_bools(void **state)
{
	static const char *const yes[] = {"y", "Y", "1", "n", "N", "0", "on", "Off", "yes", "no", "1abc", "true", NULL};

	for (size_t i = 0; i < KMT_ARRAY_SIZE(yes); i++)
		good("bool", yes[i]);
	bad("bool", "7", "neither Y nor N");
	bad("bool", "", "neither Y nor N");
	bad("bool", "o", "neither Y nor N");
	bad("bool", "maybe", "neither Y nor N");
	good("bint", NULL);
	good("bool_enable_only", NULL);
	good("invbool", "n");
	bad("invbool", NULL, "no value");
}

static void test_texts(void **state)
{
	char text[1026];

	memset(text, 'x', sizeof(text));
	text[1025] = '\0';
	bad("charp", text, "too long");
	text[1024] = '\0';
	good("charp", text);
	good("charp", "");
	good("string", text);
	bad("charp", NULL, "no value");
}

static void test_arrays(void **state)
{
	good("array of int", "1");
	good("array of int", "1,-2,0x3");
	bad("array of int", "1,x", "not a number");
	bad("array of int", "1,,2", "not a number");
	bad("array of int", "1,", "not a number");
	bad("array of int", "", "not a number");
	bad("array of int", NULL, "no value");
	good("array of bool", "y,n,1");
	bad("array of bool", NULL, "no value");
	good("array of charp", "a,,b");
	bad("array of byte", "1,256", "too large");
}

static void test_other_types(void **state)
{
	good("portnr", "anything");
	good("portnr", NULL);
	good("array of portnr", "x,y");
	good("", "x");
}

/* Of a module with these parameters; names with '_'. The map is to be freed. */
static struct kmt_modfacts facts_of(const char *module, struct kmt_param *rows, size_t n)
{
	struct kmt_modfacts facts = {.module.name = module, .params = {rows, n, 0}, .long_bits = 64};

	for (size_t i = 0; i < n; i++)
		kmt_map_set(&facts.by_param, rows[i].name, (void *)(i + 1));
	return facts;
}

static int check(const char *arg, struct kmt_err *err)
{
	static struct kmt_param rows[] = {
		{.name = "speed", .description = "How fast", .type = "int", .known = true},
		{.name = "lo_ud", .type = "bool", .known = true},
		{.name = "level", .description = "0 to 9", .known = true},
		{.name = "secret", .known = true},
		{.name = "typo", .configured = "1"},
	};
	struct kmt_modfacts facts = facts_of("mod", rows, KMT_ARRAY_SIZE(rows));
	int r = kmt_modfacts_check_param(&facts, arg, err);

	kmt_map_free(&facts.by_param);
	return r;
}

static void test_known(void **state)
{
	static const char *const fine[] = {"speed=1", "speed=\"1\"", "lo_ud", "lo-ud=1", "level=x", "level", "secret=1",
		"dyndbg=+p", "dyndbg", "async_probe"};

	for (size_t i = 0; i < KMT_ARRAY_SIZE(fine); i++)
		assert_int_equal(check(fine[i], NULL), 0);
}

static void test_unknown(void **state)
{
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;

	assert_true(check("sped=1", &err) < 0);
	assert_int_equal(err.kind, KMT_ERR_USAGE);
	assert_string_equal(err.msg, "mod has no parameter 'sped'");
	assert_string_equal(err.hint, "its parameters are: speed, lo_ud, level, secret");
	assert_true(check("speed=x", &err) < 0);
	assert_string_equal(err.msg, "parameter speed of mod is of type int, and 'x' is not a number");
	assert_string_equal(err.hint, "speed: How fast");
	assert_true(check("speed", &err) < 0);
	assert_string_equal(err.msg, "parameter speed of mod is of type int and needs a value");
	assert_true(check("typo=1", &err) < 0);
	assert_string_equal(err.msg, "mod has no parameter 'typo'");
	assert_true(check("=1", &err) < 0);
	assert_int_equal(err.kind, KMT_ERR_USAGE);
}

/* kvm declares nx_huge_pages as a bool, and its own function takes "auto", too. */
static void test_own_function(void **state)
{
	struct kmt_param huge = {.name = "nx_huge_pages", .type = "bool", .known = true, .own_ops = true};
	struct kmt_modfacts facts = facts_of("kvm", &huge, 1);
	kmt_auto(kmt_arena_free) struct kmt_arena arena = {0};

	assert_int_equal(kmt_modfacts_check_param(&facts, "nx_huge_pages=auto", NULL), 0);
	assert_string_equal(kmt_modfacts_param_doubt(&facts, "nx_huge_pages=auto", &arena),
		"parameter nx_huge_pages of kvm is of type bool, and 'auto' is neither Y nor N; the module may have "
		"its own function to set it, and may refuse the value");
	assert_null(kmt_modfacts_param_doubt(&facts, "nx_huge_pages=Y", &arena));
	huge.own_ops = false;
	assert_true(kmt_modfacts_check_param(&facts, "nx_huge_pages=auto", NULL) < 0);
	assert_null(kmt_modfacts_param_doubt(&facts, "nx_huge_pages=auto", &arena));
	kmt_map_free(&facts.by_param);
}

static void test_many_names(void **state)
{
	struct kmt_param rows[40];
	struct kmt_modfacts facts = {.module.name = "mod", .params = {rows, 40, 40}};
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;

	for (size_t i = 0; i < 40; i++)
		rows[i] = (struct kmt_param){.name = "name", .known = true};
	assert_true(kmt_modfacts_check_param(&facts, "x=1", &err) < 0);
	assert_non_null(strstr(err.hint, "name and 16 more"));
	facts.params.n = 0;
	assert_true(kmt_modfacts_check_param(&facts, "x=1", &err) < 0);
	assert_string_equal(err.hint, "mod takes no parameters");
	facts.module.unchecked = true;
	assert_int_equal(kmt_modfacts_check_param(&facts, "x=1", NULL), 0);
}

static void words(const char *options, const char *want)
{
	kmt_autostrbuf struct kmt_strbuf got = KMT_STRBUF_INIT;
	struct kmt_param_word w;

	while (kmt_param_word_next(&options, &w))
		kmt_strbuf_addf(&got, "[%.*s|%.*s]", (int)w.name_len, w.name, w.value ? (int)w.value_len : 1,
			w.value ? w.value : "-");
	assert_string_equal(kmt_strbuf_str(&got), want);
}

static void test_words(void **state)
{
	words("", "");
	words("  ", "");
	words(" a=1  b\tc=", "[a|1][b|-][c|]");
	words("a=\"x y\" \"b=p q\" c=d=e", "[a|x y][b|p q][c|d=e]");
	words("a=x\"y z\" b=\"open c", "[a|x\"y z\"][b|open c]");
	words("\"", "[|-]");
}

static void test_written_words(void **state)
{
	kmt_autostrbuf struct kmt_strbuf out = KMT_STRBUF_INIT;

	assert_int_equal(kmt_param_word_write("ab", 1, "1", &out), 0);
	assert_int_equal(kmt_param_word_write("b", 1, "x y", &out), 0);
	assert_int_equal(kmt_param_word_write("c", 1, NULL, &out), 0);
	assert_string_equal(out.s, "a=1b=\"x y\"c");
	assert_true(kmt_param_word_write("a", 1, "x\"y", &out) < 0);
	assert_true(kmt_param_word_write("a", 1, "x\ny", &out) < 0);
}

static void test_same_values(void **state)
{
	assert_true(kmt_params_same_value("int", "0x10", "16"));
	assert_true(kmt_params_same_value("int", "-1", "-1"));
	assert_false(kmt_params_same_value("int", "1", "2"));
	assert_true(kmt_params_same_value("bool", "1", "Y"));
	assert_true(kmt_params_same_value("bool", "off", "N"));
	assert_false(kmt_params_same_value("bool", "1", "N"));
	assert_true(kmt_params_same_value("charp", "x", "x"));
	assert_false(kmt_params_same_value("charp", "1", "Y"));
	assert_true(kmt_params_same_value("array of int", "1,0x2", "1,2"));
	assert_false(kmt_params_same_value("array of int", "1", "1,2"));
	assert_true(kmt_params_same_value("ullong", "0xffffffffffffffff", "18446744073709551615"));
	assert_true(kmt_params_same_value(NULL, "1", "Y"));
	assert_false(kmt_params_same_value(NULL, "fast", "slow"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_bools),
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_arrays),
		cmocka_unit_test(test_other_types),
		cmocka_unit_test(test_known),
		cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_own_function),
		cmocka_unit_test(test_many_names),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_written_words),
		cmocka_unit_test(test_same_values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
