/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel command line: the wanted values are what `modprobe -c` of kmod 30 prints when /proc/cmdline
 * holds the same text. */
#include "unit.h"

#include <string.h>

#include <kmt/base/strbuf.h>
#include <kmt/source/cmdline.h>

static void check_n(const char *text, size_t n, const char *want)
{
	kmt_autostrbuf struct kmt_strbuf got = KMT_STRBUF_INIT;
	struct kmt_arena arena = {0};
	struct kmt_cmdline c = {0};

	kmt_cmdline_parse(text, n, &arena, &c);
	for (size_t i = 0; i < c.modprobe_blacklist.n; i++)
		kmt_strbuf_addf(&got, "blacklist %s\n", c.modprobe_blacklist.v[i]);
	for (size_t i = 0; i < c.options.n; i++)
		kmt_strbuf_addf(&got, "options %s %s\n", c.options.v[i].module, c.options.v[i].param);
	for (size_t i = 0; i < c.module_blacklist.n; i++)
		kmt_strbuf_addf(&got, "kernel %s\n", c.module_blacklist.v[i]);
	assert_string_equal(kmt_strbuf_str(&got), want);
	kmt_cmdline_free(&c);
	kmt_arena_free(&arena);
}

static void check(const char *text, const char *want)
{
	check_n(text, strlen(text), want);
}

static void test_options(void **state)
{
	check("a.b=1 quiet root=/dev/sda1 n.o i-j.k-l=m x=1.2 s.t=u.v a.b==c\n",
		"options a b=1\noptions n o\noptions i_j k-l=m\noptions s t=u.v\noptions a b==c\n");
	check("p.q.r=1 a[1.b=1 .p=1 r. q.=1 double..dot=1", "options r \noptions q =1\n");
	check("", "");
	check("   \n", "");
	check("quiet\tl.m=1\rl.n=2\vl.o=3\fl.p=4\nl.q=5 \"l.r=6\t7\" l\t.s=8",
		"options l m=1\noptions l n=2\noptions l o=3\noptions l p=4\noptions l q=5\n"
		"options l r=\"6\t7\"\n");
}

static void test_quotes(void **state)
{
	check("\"c.d=x y\" e.f=\"g h\" b.c=2", "options c d=\"x y\"\noptions e f=\"g h\"\noptions b c=2\n");
	check("\"bad space.x=1\" w\"x.y=1 z.a=1\" x.\"y\"=1 \"quoted\".x=1 \"a.b\"=c foo.bar",
		"options foo bar\n");
	check("a.b=\" c d\" e.f=1", "options a b=\" c d\"\noptions e f=1\n");
	check("a.b=1 c.d=\"e f.g=1", "options a b=1\n"); /* the quotes do not end */
	check("\"", "");
	check("\"\" a.b=1", "options a b=1\n");
}

static void test_modprobe_blacklist(void **state)
{
	check("modprobe.blacklist=a-b,c_d,,e modprobe.blacklist=f",
		"blacklist a-b\nblacklist c_d\nblacklist e\nblacklist f\n");
	check("modprobe.blacklist= modprobe.blacklist modprobe.other=1",
		"options modprobe blacklist\noptions modprobe other=1\n");
	check("\"modprobe.blacklist=a,b\"", "blacklist \"a\nblacklist b\"\n");
}

static void test_module_blacklist(void **state)
{
	check("module_blacklist=x", "kernel x\n");
	check("module_blacklist=a-b,c module-blacklist=d,e_f", "kernel d\nkernel e_f\n");
	check("module_blacklist=\"a,b\"", "kernel a\nkernel b\n");
	check("\"module_blacklist=a,b\"", "kernel a\nkernel b\n");
	check("module_blacklist= module_blacklists=a module_blacklist module_blacklis=a", "");
	check("init=/x -- module_blacklist=a b.c=1", "options b c=1\n");
}

static void test_limit(void **state)
{
	char text[6000];

	/* modprobe looks at 4095 bytes: what is cut there counts as it is. */
	memset(text, 'x', sizeof(text));
	memcpy(text + 4090, " aa.b=2345", 10);
	check_n(text, sizeof(text), "options aa b\n");
	memcpy(text + 4081, " a.b=2345 c.d=1", 15);
	check_n(text, sizeof(text), "options a b=2345\noptions c d=\n");
	check_n("a.b=1\0c.d=1", 11, "options a b=1\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_options),
		cmocka_unit_test(test_quotes),
		cmocka_unit_test(test_modprobe_blacklist),
		cmocka_unit_test(test_module_blacklist),
		cmocka_unit_test(test_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
