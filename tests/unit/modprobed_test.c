/* SPDX-License-Identifier: GPL-2.0-or-later */
/* modprobe.d: the wanted values are what `modprobe -c` of kmod 30 prints for the same text. */
#include "fixture.h"
#include "unit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <kmt/base/alloc.h>
#include <kmt/source/modprobed.h>

static void add_names(struct kmt_strbuf *out, const char *label, const struct kmt_strv *v)
{
	if (v->n)
		kmt_strbuf_addf(out, " %s", label);
	for (size_t i = 0; i < v->n; i++)
		kmt_strbuf_addf(out, " %s", v->v[i]);
}

/* One line for each row: where it is from, kind, pattern, value, and the lists of a dependency. */
static void dump(const struct kmt_conf *conf, struct kmt_strbuf *out)
{
	for (size_t i = 0; i < conf->lines.n; i++) {
		const struct kmt_conf_line *l = &conf->lines.v[i];

		if (l->kind == KMT_CONF_WRONG)
			continue;
		kmt_strbuf_addf(out, "%u %s %s", l->origin.line, kmt_conf_kind_name(l->kind), l->pattern);
		if (l->kind == KMT_CONF_SOFTDEP || l->kind == KMT_CONF_WEAKDEP) {
			add_names(out, "pre:", &l->deps->pre);
			add_names(out, "post:", &l->deps->post);
			add_names(out, "weak:", &l->deps->weak);
		} else if (l->kind != KMT_CONF_BLACKLIST) {
			kmt_strbuf_addf(out, " %s", l->value);
		}
		kmt_strbuf_addc(out, '\n');
	}
}

static void parse(const char *text, size_t n, const char *want, const char *warnings)
{
	kmt_autostrbuf struct kmt_strbuf got = KMT_STRBUF_INIT, bad = KMT_STRBUF_INIT;
	const struct kmt_conf_file file = {.path = "t.conf"};
	const struct kmt_conf_line *line;
	struct kmt_conf conf = {0};
	struct kmt_diag diag = {0};
	size_t n_wrong = 0;

	kmt_modprobed_parse(&file, text, n, &conf, &diag);
	dump(&conf, &got);
	for (size_t i = 0; i < diag.n; i++) {
		assert_string_equal(diag.items[i].origin.file, "t.conf");
		kmt_strbuf_addf(&bad, "%s%u", i ? " " : "", diag.items[i].origin.line);
	}
	assert_string_equal(kmt_strbuf_str(&got), want);
	assert_string_equal(kmt_strbuf_str(&bad), warnings);
	kmt_vec_foreach(line, &conf.lines) {
		assert_ptr_equal(line->file, &file);
		assert_int_equal(line->kind == KMT_CONF_WRONG, line->wrong != NULL);
		if (line->wrong)
			assert_int_equal(line->origin.line, diag.items[n_wrong++].origin.line);
	}
	assert_int_equal(n_wrong, diag.n);
	kmt_conf_free(&conf);
	kmt_diag_clear(&diag);
}

#define PARSE(text, want, warnings) parse(text, sizeof(text) - 1, want, warnings)

static void test_directives(void **state)
{
	PARSE("alias x-y z-w extra\n"
	      "alias [a-b]-c d-e\n"
	      "blacklist a-b trailing\n"
	      "options n-m\ta=1\tb=2\n"
	      "options u a=\"x y\" b='q r'\n"
	      "install a-b* /bin/true --x\n"
	      "remove c /bin/x\n"
	      "softdep m-n pre: o-p q-r post: s\n"
	      "weakdep a-b c-d  e\n",
		"1 alias x_y z_w\n"
		"2 alias [a-b]_c d_e\n"
		"3 blacklist a_b\n"
		"4 options n_m a=1 b=2\n"
		"5 options u a=\"x y\" b='q r'\n"
		"6 install a_b* /bin/true --x\n"
		"7 remove c /bin/x\n"
		"8 softdep m_n pre: o-p q-r post: s\n"
		"9 weakdep a_b weak: c-d e\n",
		"");
}

static void test_bad_lines(void **state)
{
	PARSE("softdep j \n"
	      "options o \n"
	      "alias bad] x\n"
	      "alias bad[ x\n"
	      "alias ok\n"
	      "blacklist\n"
	      " # indented\n"
	      "OPTIONS r a=1\n"
	      "include foo\n"
	      "config bar\n"
	      "nonsense\n"
	      "alias x bad[\n"
	      "\tblacklist tabbed\n",
		"13 blacklist tabbed\n", "1 2 3 4 5 6 7 8 9 10 11 12");
}

static void test_blanks_and_comments(void **state)
{
	PARSE("\n   \n\t\n#comment\n"
	      "options  m   a=1  b=2\n"
	      "options n\t\ta=1\tb=2\n"
	      "options p  \n"
	      "install q  /bin/true  x\n"
	      "options r a=1 # trailing\n"
	      "options s a=1\r\n",
		"5 options m   a=1  b=2\n"
		"6 options n  a=1 b=2\n"
		"7 options p  \n"
		"8 install q  /bin/true  x\n"
		"9 options r a=1 # trailing\n"
		"10 options s a=1\r\n",
		"");
}

static void test_continuations(void **state)
{
	PARSE("#comment that goes on\\\n"
	      "options hidden a=1\n"
	      "remove c\\\n"
	      "-d /bin/x \\y\\\\z\n"
	      "options s\\ t a=1\n"
	      "\\\n"
	      "\\\n"
	      "options u \\\n"
	      "  a=1\n"
	      "bad \\\n"
	      "line\n"
	      "options last a=1\\",
		"3 remove c_d /bin/x y\\z\n"
		"5 options s t a=1\n"
		"6 options u   a=1\n"
		"12 options last a=1\n",
		"10");
	PARSE("options a b=1", "1 options a b=1\n", "");
	PARSE("\\\n\\", "", "");
	PARSE("", "", "");
	PARSE("options a b=1\0c=2\nblacklist x\n", "1 options a b=1\n2 blacklist x\n", "");
}

static void test_softdeps(void **state)
{
	PARSE("softdep a  pre: b\n" /* one blank too many, and modprobe does not see "pre:" */
	      "softdep b   pre: c\n" /* with two it does */
	      "softdep c pre: d post: e \n"
	      "softdep d pre:x y post: z\n"
	      "softdep e\tpre:\tq\n"
	      "softdep f pre: g  h\tpost:  i j\n"
	      "softdep i  \n"
	      "softdep  k pre: l\n"
	      "softdep v pre: a pre: b post: c pre: d\n"
	      "softdep cifs gcm\n"
	      "softdep x pre:\n",
		"1 softdep a\n"
		"2 softdep b pre: c\n"
		"3 softdep c pre: d post: e\n"
		"4 softdep d post: z\n"
		"5 softdep e pre: q\n"
		"6 softdep f pre: g h post: i j\n"
		"7 softdep i\n"
		"8 softdep k pre: l\n"
		"9 softdep v pre: a b d post: c\n"
		"10 softdep cifs\n"
		"11 softdep x\n",
		"");
}

static void test_long_names(void **state)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;

	kmt_strbuf_addstr(&text, "blacklist ");
	for (int i = 0; i < 5000; i++)
		kmt_strbuf_addc(&text, 'x');
	kmt_strbuf_addstr(&text, "\nblacklist y\n");
	parse(text.s, text.len, "2 blacklist y\n", "1");
}

static int setup(void **state)
{
	struct fixture *f = kmt_alloc(sizeof(*f));

	fixture_init(f);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	fixture_clear(*state);
	free(*state);
	return 0;
}

static void files(const struct kmt_conf *conf, struct kmt_strbuf *out)
{
	const struct kmt_conf_file *file;

	kmt_vec_foreach(file, &conf->files.rows) {
		assert_int_equal(file->state == KMT_CONF_FILE_MASKED, file->masked_by != NULL);
		assert_int_equal(file->state == KMT_CONF_FILE_IGNORED, file->reason != NULL);
		kmt_strbuf_addf(out, "%s %s%s%s\n", kmt_conf_file_state_name(file->state), file->path,
			file->masked_by ? " <- " : "", file->masked_by ? file->masked_by : "");
	}
}

/* What masked files would say. */
static void test_masked(const struct fixture *f, const struct kmt_conf *conf)
{
	kmt_autostrbuf struct kmt_strbuf got = KMT_STRBUF_INIT;
	struct kmt_conf masked = {0};

	kmt_modprobed_read_masked(&f->root, &conf->files, &masked);
	dump(&masked, &got);
	assert_string_equal(kmt_strbuf_str(&got),
		"1 blacklist run_b\n1 blacklist masked\n1 blacklist nowhere\n");
	kmt_conf_free(&masked);
}

static void test_directories(void **state)
{
	struct fixture *f = *state;
	kmt_autostrbuf struct kmt_strbuf got = KMT_STRBUF_INIT, paths = KMT_STRBUF_INIT;
	struct kmt_conf conf = {0};
	struct kmt_diag diag = {0};

	fixture_text(f, "/dev/null", "");
	fixture_text(f, "/etc/modprobe.d/b.conf", "blacklist etc_b\n");
	fixture_text(f, "/etc/modprobe.d/.hidden.conf", "blacklist hidden\n");
	fixture_text(f, "/etc/modprobe.d/README", "blacklist readme\n");
	fixture_text(f, "/etc/modprobe.d/old.alias", "blacklist old\n");
	fixture_text(f, "/etc/modprobe.d/dir.conf/x.conf", "blacklist below\n");
	fixture_link(f, "/etc/modprobe.d/masked.conf", "/dev/null");
	fixture_link(f, "/etc/modprobe.d/nowhere.conf", "/no/such/file");
	fixture_text(f, "/run/modprobe.d/b.conf", "blacklist run_b\n");
	fixture_text(f, "/run/modprobe.d/a.conf", "blacklist run_a\n");
	fixture_text(f, "/usr/local/lib/modprobe.d/c.conf", "blacklist local_c\n");
	fixture_text(f, "/usr/lib/modprobe.d/masked.conf", "blacklist masked\n");
	fixture_text(f, "/usr/lib/modprobe.d/nowhere.conf", "blacklist nowhere\n");
	fixture_text(f, "/usr/lib/modprobe.d/z.conf", "blacklist z\n");
	fixture_link(f, "/lib", "usr/lib");
	fixture_text(f, "/tree/modules.softdep", "# text\nsoftdep m pre: s\n");
	fixture_text(f, "/tree/modules.weakdep", "weakdep m w\n");

	assert_int_equal(kmt_modprobed_read(&f->root, "/tree", &conf, &diag, NULL), 0);
	dump(&conf, &got);
	assert_string_equal(kmt_strbuf_str(&got), "1 blacklist run_a\n"
						  "1 blacklist etc_b\n"
						  "1 blacklist local_c\n"
						  "2 softdep m pre: s\n"
						  "1 weakdep m weak: w\n"
						  "1 blacklist z\n");
	assert_string_equal(conf.lines.v[1].origin.file, "/etc/modprobe.d/b.conf");
	assert_false(conf.lines.v[1].file->shipped);
	assert_true(conf.lines.v[3].file->shipped);
	files(&conf, &paths);
	assert_string_equal(kmt_strbuf_str(&paths),
		"ignored /etc/modprobe.d/.hidden.conf\n"
		"ignored /etc/modprobe.d/README\n"
		"read /run/modprobe.d/a.conf\n"
		"read /etc/modprobe.d/b.conf\n"
		"masked /run/modprobe.d/b.conf <- /etc/modprobe.d/b.conf\n"
		"read /usr/local/lib/modprobe.d/c.conf\n"
		"ignored /etc/modprobe.d/dir.conf\n"
		"mask /etc/modprobe.d/masked.conf\n"
		"masked /usr/lib/modprobe.d/masked.conf <- /etc/modprobe.d/masked.conf\n"
		"read /tree/modules.softdep\n"
		"read /tree/modules.weakdep\n"
		"mask /etc/modprobe.d/nowhere.conf\n"
		"masked /usr/lib/modprobe.d/nowhere.conf <- /etc/modprobe.d/nowhere.conf\n"
		"ignored /etc/modprobe.d/old.alias\n"
		"read /usr/lib/modprobe.d/z.conf\n");
	/* The directory with a file's name, the *.alias file. */
	assert_int_equal(diag.n, 2);
	test_masked(f, &conf);
	kmt_conf_free(&conf);
	kmt_diag_clear(&diag);
}

static void test_without_usr_merge(void **state)
{
	struct fixture *f = *state;
	kmt_autostrbuf struct kmt_strbuf got = KMT_STRBUF_INIT;
	struct kmt_conf conf = {0};

	fixture_text(f, "/lib/modprobe.d/a.conf", "blacklist lib\n");
	fixture_text(f, "/usr/lib/modprobe.d/b.conf", "blacklist usr_lib\n");
	assert_int_equal(kmt_modprobed_read(&f->root, NULL, &conf, NULL, NULL), 0);
	dump(&conf, &got);
	assert_string_equal(kmt_strbuf_str(&got), "1 blacklist lib\n1 blacklist usr_lib\n");
	kmt_conf_free(&conf);
}

static void test_nothing_there(void **state)
{
	struct fixture *f = *state;
	struct kmt_conf conf = {0};
	struct kmt_diag diag = {0};

	assert_int_equal(kmt_modprobed_read(&f->root, "/no/tree", &conf, &diag, NULL), 0);
	assert_int_equal(conf.lines.n, 0);
	assert_int_equal(diag.n, 0);
	kmt_conf_free(&conf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_directives),
		cmocka_unit_test(test_bad_lines),
		cmocka_unit_test(test_blanks_and_comments),
		cmocka_unit_test(test_continuations),
		cmocka_unit_test(test_softdeps),
		cmocka_unit_test(test_long_names),
		cmocka_unit_test_setup_teardown(test_directories, setup, teardown),
		cmocka_unit_test_setup_teardown(test_without_usr_merge, setup, teardown),
		cmocka_unit_test_setup_teardown(test_nothing_there, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
