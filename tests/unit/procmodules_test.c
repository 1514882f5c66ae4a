/* SPDX-License-Identifier: GPL-2.0-or-later */
/* /proc/modules: what kernels print, and what none should. */
#include "unit.h"

#include <string.h>

#include <kmt/source/procmodules.h>

struct parsed {
	struct kmt_procmodules m;
	struct kmt_arena arena;
	struct kmt_diag diag;
};

static void parse_n(struct parsed *p, const char *text, size_t n)
{
	*p = (struct parsed){0};
	kmt_procmodules_parse(text, n, &p->arena, &p->m, &p->diag);
}

static void parse(struct parsed *p, const char *text)
{
	parse_n(p, text, strlen(text));
}

static void done(struct parsed *p)
{
	kmt_procmodules_free(&p->m);
	kmt_diag_clear(&p->diag);
	kmt_arena_free(&p->arena);
}

static void test_usual(void **state)
{
	struct parsed p;

	parse(&p, "br_netfilter 32768 0 - Live 0x0000000000000000\n"
		  "bridge 311296 1 br_netfilter, Live 0xffffffffc0201000\n"
		  "llc 16384 2 bridge,stp, Live 0xffffffffc0100000\n"
		  "km_hello 16384 0 - Loading 0xffffffffc0300000 (OE+)\n"
		  "km_bye 16384 -1 - Unloading 0xffffffffc0300000 (POE-)\n");
	assert_int_equal(p.m.rows.n, 5);
	assert_int_equal(p.diag.n, 0);
	assert_string_equal(p.m.rows.v[0].name, "br_netfilter");
	assert_int_equal(p.m.rows.v[0].size, 32768);
	assert_int_equal(p.m.rows.v[0].holders.n, 0);
	assert_int_equal(p.m.rows.v[0].addr, 0);
	assert_string_equal(p.m.rows.v[0].taint, "");
	assert_true(p.m.rows.v[1].addr == 0xffffffffc0201000);
	assert_int_equal(p.m.rows.v[2].refs, 2);
	assert_int_equal(p.m.rows.v[2].holders.n, 2);
	assert_string_equal(p.m.rows.v[2].holders.v[0], "bridge");
	assert_string_equal(p.m.rows.v[2].holders.v[1], "stp");
	assert_int_equal(p.m.rows.v[3].state, KMT_STATE_LOADING);
	assert_string_equal(p.m.rows.v[3].taint, "OE");
	assert_int_equal(p.m.rows.v[4].state, KMT_STATE_UNLOADING);
	assert_string_equal(p.m.rows.v[4].taint, "POE");
	assert_int_equal(p.m.rows.v[4].refs, -1);
	assert_false(p.m.rows.v[4].refs_unknown);
	done(&p);
}

static void test_permanent_and_no_unloading(void **state)
{
	struct parsed p;

	parse(&p, "km_noexit 16384 0 [permanent], Live 0x0\n"
		  "both 16384 1 [permanent],user, Live 0x0\n"
		  "old 16384 - - Live 0x0");
	assert_int_equal(p.m.rows.n, 3);
	assert_true(p.m.rows.v[0].permanent);
	assert_int_equal(p.m.rows.v[0].holders.n, 0);
	assert_true(p.m.rows.v[1].permanent);
	assert_int_equal(p.m.rows.v[1].holders.n, 1);
	assert_false(p.m.rows.v[2].permanent);
	assert_int_equal(p.m.rows.v[2].refs, -1);
	assert_true(p.m.rows.v[2].refs_unknown);
	assert_int_equal(p.diag.n, 0);
	done(&p);
}

/* A module is there, whatever its fields hold. */
static void test_odd_fields(void **state)
{
	static const struct {
		const char *line, *message;
		uint64_t size;
		int64_t refs;
		enum kmt_state state;
	} rows[] = {
		{"x 1 0 - Live", "cannot read the address of x", 1, 0, KMT_STATE_LIVE},
		{"x many 0 - Live 0x0", "cannot read the size of x", 0, 0, KMT_STATE_LIVE},
		{"x -1 0 - Live 0x0", "cannot read the size of x", 0, 0, KMT_STATE_LIVE},
		{"x 99999999999999999999 0 - Live 0x0", "cannot read the size of x", 0, 0, KMT_STATE_LIVE},
		{"x 1 many - Live 0x0", "cannot read the reference count of x", 1, -1, KMT_STATE_LIVE},
		{"x 1 -1 - Live 0x0", NULL, 1, -1, KMT_STATE_LIVE},
		{"x 1 -3 - Live 0x0", NULL, 1, -3, KMT_STATE_LIVE},
		{"x 1 0 - Dead 0x0", "cannot read the state of x", 1, 0, KMT_STATE_UNKNOWN},
		{"x 1 0 - live 0x0", "cannot read the state of x", 1, 0, KMT_STATE_UNKNOWN},
		{"x 1 0 - Live 1234", "cannot read the address of x", 1, 0, KMT_STATE_LIVE},
		{"x 1 0 - Live 0xzz", "cannot read the address of x", 1, 0, KMT_STATE_LIVE},
		{"x 1 1 a/b, Live 0x0", "cannot read the holders of x", 1, 1, KMT_STATE_LIVE},
	};

	for (size_t i = 0; i < KMT_ARRAY_SIZE(rows); i++) {
		struct parsed p;

		parse(&p, rows[i].line);
		assert_int_equal(p.m.rows.n, 1);
		assert_string_equal(p.m.rows.v[0].name, "x");
		assert_true(p.m.rows.v[0].size == rows[i].size);
		assert_true(p.m.rows.v[0].refs == rows[i].refs);
		assert_int_equal(p.m.rows.v[0].state, rows[i].state);
		assert_int_equal(p.diag.n, rows[i].message != NULL);
		if (rows[i].message)
			assert_string_equal(p.diag.items[0].msg, rows[i].message);
		done(&p);
	}
}

static void test_bad_lines(void **state)
{
	static const char *const bad[] = {
		"x",
		"what is this",
		"../etc 1 0 - Live 0x0", /* no name of a directory */
		".. 1 0 - Live 0x0",
		"x\001y 1 0 - Live 0x0",
		"",
		"     ",
	};

	for (size_t i = 0; i < KMT_ARRAY_SIZE(bad); i++) {
		kmt_autofree char *text = kmt_asprintf("%s\ngood 1 0 - Live 0x0\n", bad[i]);
		struct parsed p;

		parse(&p, text);
		assert_int_equal(p.m.rows.n, 1);
		assert_string_equal(p.m.rows.v[0].name, "good");
		assert_int_equal(p.diag.n, 1);
		assert_int_equal(p.diag.items[0].origin.line, 1);
		done(&p);
	}
}

static void test_hostile_bytes(void **state)
{
	static const char nul[] = "a\0b 1 0 - Live 0x0\ngood 1 0 - Live 0x0\n";
	struct parsed p;
	char *huge;

	parse_n(&p, nul, sizeof(nul) - 1);
	assert_int_equal(p.m.rows.n, 2);
	assert_string_equal(p.m.rows.v[0].name, "a");
	done(&p);
	huge = kmt_alloc(3u << 20);
	memset(huge, 'x', (3u << 20) - 1);
	parse(&p, huge);
	assert_int_equal(p.m.rows.n, 0);
	assert_int_equal(p.diag.n, 1);
	done(&p);
	free(huge);
	parse(&p, "");
	assert_int_equal(p.m.rows.n, 0);
	assert_int_equal(p.diag.n, 0);
	done(&p);
}

/* Every prefix of a good text: no read past its end (under AddressSanitizer), no crash. */
static void test_truncated(void **state)
{
	static const char text[] = "bridge 311296 1 br_netfilter, Live 0xffffffffc0201000 (OE)\n";

	for (size_t n = 0; n < sizeof(text); n++) {
		kmt_autofree char *copy = kmt_alloc(n ? n : 1);
		struct parsed p;

		memcpy(copy, text, n);
		parse_n(&p, copy, n);
		assert_true(p.m.rows.n <= 1);
		done(&p);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_usual),
		cmocka_unit_test(test_permanent_and_no_unloading),
		cmocka_unit_test(test_odd_fields),
		cmocka_unit_test(test_bad_lines),
		cmocka_unit_test(test_hostile_bytes),
		cmocka_unit_test(test_truncated),
	};

	return cmocka_run_group_tests_name("procmodules", tests, NULL, NULL);
}
