/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Requests as they are typed, and as the command that asks for the same. */
#include "unit.h"

#include <errno.h>
#include <string.h>

#include <kmt/base/shell.h>
#include <kmt/plan/request.h>

static void test_split(void **state)
{
	static const struct {
		const char *line, *words; /* with '|' between; NULL: a quote is not closed */
	} cases[] = {
		{"", ""},
		{"   ", ""},
		{"a", "a"},
		{"  load   loop ", "load|loop"},
		{"a='b c' d", "a=b c|d"},
		{"a=\"b c\"d e", "a=b cd|e"},
		{"'' \"\"", "|"},
		{"'a\"b' \"c'd\"", "a\"b|c'd"},
		{"a\\ b \\'", "a b|'"},
		{"'a\\b' \"a\\b\\\"\\\\\"", "a\\b|a\\b\"\\"},
		{"a\\", "a\\"},
		{"'a", NULL},
		{"a \"b c", NULL},
		{"a \"b\\\"", NULL},
	};

	for (size_t i = 0; i < KMT_ARRAY_SIZE(cases); i++) {
		kmt_autostrbuf struct kmt_strbuf got = KMT_STRBUF_INIT;
		struct kmt_arena arena = {0};
		struct kmt_strv words = {0};
		int r = kmt_shell_split(cases[i].line, &arena, &words);

		for (size_t w = 0; w < words.n; w++)
			kmt_strbuf_addf(&got, "%s%s", w ? "|" : "", words.v[w]);
		assert_int_equal(r, cases[i].words ? 0 : -EINVAL);
		if (cases[i].words)
			assert_string_equal(kmt_strbuf_str(&got), cases[i].words);
		kmt_vec_free(&words);
		kmt_arena_free(&arena);
	}
}

/* Fills R from LINE, a command without "kmtool". */
static int parse(struct kmt_request *r, const char *line, struct kmt_err *err)
{
	struct kmt_arena arena = {0};
	struct kmt_strv words = {0};
	size_t used;
	int ret;

	*r = (struct kmt_request){0};
	assert_int_equal(kmt_shell_split(line, &arena, &words), 0);
	r->kind = kmt_request_kind_of_words(&words, &used);
	assert_int_not_equal(r->kind, KMT_REQUEST_COUNT);
	ret = kmt_request_parse(r, &(struct kmt_strv){.v = words.v + used, .n = words.n - used}, err);
	kmt_vec_free(&words);
	kmt_arena_free(&arena);
	return ret;
}

/* What was typed comes out again, and TITLE above it. */
static void test_round_trip(void **state)
{
	static const struct {
		const char *line, *title;
	} cases[] = {
		{"load loop max_loop=4 'name=a b'", "load loop with max_loop=4 name=a b"},
		{"load a b", "load 2 modules"},
		{"load --no-config --partial-ok --wait 50 --force-vermagic --force-modversion x", "load x"},
		{"unload --dependents --unused-deps --wait 50 --no-config --force x",
			"unload x, with all dependents, with unused dependencies"},
		{"reload --dependents --wait 50 a x=1", "reload a with x=1, with all dependents"},
		{"reload a ./b.ko", "reload 2 modules"},
		{"params --save loop a=1 b=2", "set loop.a=1 b=2"},
		{"params --unset a --unset b --file x.conf loop", "do not set loop.a b any more"},
		{"block --verify a", "block a"},
		{"unblock a b c", "unblock 3 modules"},
		{"config set-option --file x.conf --unset c loop a=1 b=2", "config set-option loop a=1 b=2"},
		{"config alias net-pf-10 off", "config alias net-pf-10 off"},
		{"config softdep --file x.conf btrfs pre: a post: b", "config softdep btrfs pre: a post: b"},
		{"config comment-out /etc/modprobe.d/x.conf:3", "config comment-out /etc/modprobe.d/x.conf:3"},
		{"config restore x.conf:3", "config restore x.conf:3"},
		{"config undo", "config undo"},
		{"config restore-backup x/y.backup", "config restore-backup x/y.backup"},
		{"autoload add --file x.conf a", "autoload add a"},
		{"autoload remove a b", "autoload remove 2 modules"},
		{"devices bind --persist 00:1f.3 vfio_pci", "bind 00:1f.3 to vfio_pci"},
		{"devices bind --undo 00:1f.3", "let the kernel bind 00:1f.3"},
		{"devices unbind 1-2:1.0", "unbind 1-2:1.0"},
	};
	const struct kmt_root root = {.path = (char *)"", .is_host = true};
	const struct kmt_machine machine = {.root = &root};

	for (size_t i = 0; i < KMT_ARRAY_SIZE(cases); i++) {
		kmt_autostrbuf struct kmt_strbuf command = KMT_STRBUF_INIT, title = KMT_STRBUF_INIT;
		kmt_autoerr struct kmt_err err = KMT_ERR_INIT;
		struct kmt_strv words = {0};
		struct kmt_request r;

		assert_int_equal(parse(&r, cases[i].line, &err), 0);
		kmt_request_words(&r, &machine, &r.arena, &words);
		for (size_t w = 0; w < words.n; w++)
			kmt_shell_add(&command, words.v[w]);
		assert_string_equal(command.s + 1, cases[i].line);
		kmt_request_title(&r, &title);
		assert_string_equal(title.s, cases[i].title);
		kmt_vec_free(&words);
		kmt_request_free(&r);
	}
}

static void test_another_machine(void **state)
{
	const struct kmt_root root = {.path = (char *)"/mnt/x y"};
	const struct kmt_machine machine = {.root = &root, .version = "6.1"};
	static const struct {
		const char *line, *command;
	} cases[] = {
		{"block --verify a", " block --verify --root '/mnt/x y' --kernel 6.1 a"},
		{"config undo", " config undo --root '/mnt/x y' --kernel 6.1"},
		/* There is only a plan: without --root it would be about the machine itself. */
		{"load a", " load --dry-run --root '/mnt/x y' --kernel 6.1 a"},
	};

	for (size_t i = 0; i < KMT_ARRAY_SIZE(cases); i++) {
		kmt_autostrbuf struct kmt_strbuf command = KMT_STRBUF_INIT;
		struct kmt_strv words = {0};
		struct kmt_request r;

		assert_int_equal(parse(&r, cases[i].line, NULL), 0);
		kmt_request_words(&r, &machine, &r.arena, &words);
		for (size_t w = 0; w < words.n; w++)
			kmt_shell_add(&command, words.v[w]);
		assert_string_equal(command.s, cases[i].command);
		kmt_vec_free(&words);
		kmt_request_free(&r);
	}
}

static void test_wrong(void **state)
{
	static const struct {
		const char *line, *msg;
	} cases[] = {
		{"load", "'kmtool load' needs NAME|FILE"},
		{"load --frob x", "'kmtool load' has no option '--frob'"},
		{"load --json x", "'kmtool load' has no option '--json'"},
		{"unload --wait soon x", "--wait takes a whole number, not 'soon'"},
		{"unload --wait", "--wait needs a value: MS"},
		{"unload --force=1 x", "--force takes no value"},
		{"reload", "'kmtool reload' needs NAME|FILE"},
		{"params loop", "nothing is to be saved: give PARAM=VALUE"},
		{"params loop a=1 b", "b: a value is missing (PARAM=VALUE)"},
		{"params --file x loop a=1", "--file goes with --save or --save-only"},
		{"devices bind", "'kmtool devices bind' needs DEVICE"},
		{"devices bind a", "the module is missing (DEVICE MODULE)"},
		{"devices bind a b c", "'kmtool devices bind' does not take another operand: 'c'"},
		{"devices bind --undo a b", "--undo takes only a device: the kernel chooses the driver"},
		{"devices bind --undo --persist a", "--undo and --persist cannot be used together"},
		{"devices unbind a b", "'kmtool devices unbind' does not take another operand: 'b'"},
		{"devices unbind --persist a", "'kmtool devices unbind' has no option '--persist'"},
		{"unblock -v x", "'kmtool unblock' has no option '-v'"},
	};

	for (size_t i = 0; i < KMT_ARRAY_SIZE(cases); i++) {
		kmt_autoerr struct kmt_err err = KMT_ERR_INIT;
		struct kmt_request r;

		assert_int_equal(parse(&r, cases[i].line, &err), -EINVAL);
		assert_int_equal(err.kind, KMT_ERR_USAGE);
		assert_string_equal(err.msg, cases[i].msg);
		kmt_request_free(&r);
	}
}

/* What the options of a load and an unload mean to the executor. */
static void test_exec(void **state)
{
	struct kmt_request r = {.kind = KMT_REQUEST_LOAD};

	assert_false(kmt_request_exec(&r).partial_ok);
	assert_int_equal(kmt_request_exec(&r).wait_ms, 0);
	r.partial_ok = true;
	r.wait_ms = 10000;
	assert_true(kmt_request_exec(&r).partial_ok);
	assert_int_equal(kmt_request_exec(&r).wait_ms, 10000);
	r = (struct kmt_request){.kind = KMT_REQUEST_UNLOAD, .wait_ms = 7};
	assert_true(kmt_request_exec(&r).partial_ok);
	assert_int_equal(kmt_request_exec(&r).wait_ms, 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_split),
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_another_machine),
		cmocka_unit_test(test_wrong),
		cmocka_unit_test(test_exec),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
