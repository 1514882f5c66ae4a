/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the browser remembers: settings, tags, what came and went, what was done; and what a cell is part of. */
#include "unit.h"

#include "fixture.h"

#include <errno.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <kmt/sys/privilege.h>
#include <kmt/tui/canvas.h>
#include <kmt/tui/find.h>
#include <kmt/tui/history.h>
#include <kmt/tui/theme.h>
#include <kmt/tui/output.h>
#include <kmt/tui/changes.h>
#include <kmt/tui/prefs.h>
#include <kmt/tui/recent.h>
#include <kmt/tui/tags.h>

#include "src/tui/state/act_priv.h"

static void test_zones(void **state)
{
	struct kmt_canvas c = {0};

	kmt_canvas_resize(&c, 10, 4);
	kmt_canvas_zone(&c, (struct kmt_rect){0, 0, 10, 4}, KMT_ZONE_LIST, 0);
	kmt_canvas_zone(&c, (struct kmt_rect){2, 1, 3, 1}, KMT_ZONE_ROW, 7);
	assert_int_equal(kmt_canvas_at(&c, 2, 1).kind, KMT_ZONE_ROW);
	assert_int_equal(kmt_canvas_at(&c, 4, 1).n, 7);
	assert_int_equal(kmt_canvas_at(&c, 5, 1).kind, KMT_ZONE_LIST);
	assert_int_equal(kmt_canvas_at(&c, 2, 2).kind, KMT_ZONE_LIST);
	assert_int_equal(kmt_canvas_at(&c, -1, 0).kind, KMT_ZONE_NONE);
	assert_int_equal(kmt_canvas_at(&c, 10, 0).kind, KMT_ZONE_NONE);
	kmt_canvas_cover(&c);
	assert_int_equal(kmt_canvas_at(&c, 2, 1).kind, KMT_ZONE_NONE);
	kmt_canvas_free(&c);
}

static const char messy[] = "# mine\n\n  colors =  light \r\nmouse=off\nfuture = 1\ncolors: mono\nview = nowhere\n";

static void test_prefs_parse(void **state)
{
	static const unsigned int lines[] = {5, 6, 7};
	struct kmt_prefs p = {0};
	struct kmt_diag diag = {0};

	kmt_prefs_parse(&p, "/x/browse.conf", messy, &diag);
	assert_int_equal(p.chosen[KMT_PREF_COLORS], KMT_SCHEME_LIGHT);
	assert_int_equal(p.chosen[KMT_PREF_MOUSE], 1);
	assert_int_equal(p.chosen[KMT_PREF_VIEW], 0);
	assert_int_equal(diag.n, 3);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(diag.items[i].origin.line, lines[i]);
		assert_string_equal(diag.items[i].origin.file, "/x/browse.conf");
	}
	assert_string_equal(diag.items[0].msg, "unknown setting");
	assert_string_equal(diag.items[1].msg, "no 'key = value'");
	assert_string_equal(diag.items[2].msg, "unknown value");
	kmt_diag_clear(&diag);
}

static void check_format(const struct kmt_prefs *p, const char *before, const char *after)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;

	kmt_prefs_format(p, before, &text);
	assert_string_equal(kmt_strbuf_str(&text), after);
}

static void test_prefs_of_colors(void **state)
{
	static const char text[] = "color.good = 28\n color.bad=red\ncolor.ugly = 1\ncolor.name = 256\n";
	struct kmt_prefs p = {0};
	struct kmt_diag diag = {0};

	kmt_prefs_parse(&p, "/x", text, &diag);
	assert_int_equal(p.colors[KMT_ROLE_GOOD], 28 + 1);
	assert_int_equal(p.colors[KMT_ROLE_BAD], 1 + 1);
	assert_int_equal(p.colors[KMT_ROLE_NAME], 0);
	assert_int_equal(diag.n, 2);
	assert_string_equal(diag.items[0].msg, "unknown setting");
	assert_int_equal(diag.items[0].origin.line, 3);
	assert_string_equal(diag.items[1].msg, "unknown value");
	kmt_diag_clear(&diag);
	p = (struct kmt_prefs){.chosen[KMT_PREF_MOUSE] = 1};
	check_format(&p, text, "color.good = 28\n color.bad=red\ncolor.ugly = 1\ncolor.name = 256\nmouse = off\n");
}

/* What somebody wrote stays, but for what is to be changed. */
static void test_prefs_format(void **state)
{
	struct kmt_prefs p = {0};

	check_format(&p, "", "");
	p.chosen[KMT_PREF_MOUSE] = 1;
	check_format(&p, "", "mouse = off\n");
	check_format(&p, messy,
		"# mine\n\ncolors = default\nmouse=off\nfuture = 1\ncolors: mono\nview = nowhere\n");
	check_format(&p, "# no newline", "# no newline\nmouse = off\n");
	p.chosen[KMT_PREF_MOUSE] = 0;
	check_format(&p, "mouse = off\nmouse = off\n", "mouse = on\nmouse = on\n");
}

static void test_prefs_of_keys(void **state)
{
	static const char text[] = "sort.loaded = -size\nsort.log = -none\ntree = on\nsplit = -3\nwidth = 4\n"
				   "pins = loop snd_hda_intel\n",
			  wrong[] = "sort.loaded = none\nsort.log = size\ntree = 1\nsplit = 101\nwidth = x\nsort = name\n";
	struct kmt_prefs p = {0}, none = {0};
	struct kmt_diag diag = {0};

	kmt_prefs_parse(&p, "/x", text, &diag);
	assert_int_equal(diag.n, 0);
	assert_string_equal(p.order[KMT_VIEW_LOADED].column, "size");
	assert_true(p.order[KMT_VIEW_LOADED].descending);
	assert_null(p.order[KMT_VIEW_LOG].column);
	assert_true(p.order[KMT_VIEW_LOG].descending);
	assert_true(p.tree);
	assert_int_equal(p.split, -3);
	assert_int_equal(p.width, 4);
	assert_true(kmt_tags_has(&p.pins, "snd_hda_intel"));
	check_format(&p, "", text);
	check_format(&p, text, text);
	check_format(&none, text, "sort.loaded = name\nsort.log = none\ntree = off\nsplit = 0\nwidth = 0\npins = \n");
	kmt_prefs_parse(&none, "/x", wrong, &diag);
	assert_int_equal(diag.n, 6);
	check_format(&none, "", "");
	/* In either spelling, as everywhere. */
	check_format(&p, "pins=loop  snd-hda-intel\n", "pins=loop  snd-hda-intel\nsort.loaded = -size\nsort.log = -none\n"
						   "tree = on\nsplit = -3\nwidth = 4\n");
	kmt_prefs_free(&p);
	/* The order that the view has anyway needs no line. */
	p = (struct kmt_prefs){.order[KMT_VIEW_LOADED].column = "name"};
	check_format(&p, "", "");
	kmt_diag_clear(&diag);
}

/* As another user's directory: what is in it may be a link to anywhere. */
static void test_prefs_of_another_user(void **state)
{
	kmt_autofree char *path = NULL;
	char dir[] = "/tmp/kmtool-prefs-XXXXXX";
	struct kmt_prefs p = {.chosen[KMT_PREF_MOUSE] = 1};
	struct kmt_root host;
	struct stat st;

	assert_non_null(mkdtemp(dir));
	assert_int_equal(kmt_root_open(&host, NULL, NULL), 0);
	path = kmt_asprintf("%s/browse.conf", dir);
	assert_int_equal(kmt_prefs_write(&p, &host, path, NULL), 0);
	p.chosen[KMT_PREF_MOUSE] = 0;
	kmt_prefs_read(&p, &host, path, NULL);
	assert_int_equal(p.chosen[KMT_PREF_MOUSE], 1);
	assert_int_equal(chown(dir, 12345, 12345), 0);
	p.chosen[KMT_PREF_MOUSE] = 0;
	kmt_prefs_read(&p, &host, path, NULL);
	assert_int_equal(p.chosen[KMT_PREF_MOUSE], 0);
	assert_int_equal(kmt_prefs_write(&p, &host, path, NULL), -EPERM);
	assert_int_equal(stat(path, &st), 0);
	unlink(path);
	rmdir(dir);
	kmt_root_close(&host);
}

static void test_prefs_steps(void **state)
{
	struct kmt_prefs p = {0};

	kmt_prefs_step(&p, KMT_PREF_COLORS, -1);
	assert_int_equal(p.chosen[KMT_PREF_COLORS], KMT_SCHEME_MONO);
	kmt_prefs_step(&p, KMT_PREF_COLORS, 1);
	assert_int_equal(p.chosen[KMT_PREF_COLORS], KMT_SCHEME_DEFAULT);
	kmt_prefs_step(&p, KMT_PREF_MOUSE, 1);
	kmt_prefs_step(&p, KMT_PREF_MOUSE, 1);
	assert_int_equal(p.chosen[KMT_PREF_MOUSE], 0);
}

static void test_prefs_place(void **state)
{
	kmt_autofree char *path = NULL, *other = NULL;

	setenv("XDG_CONFIG_HOME", "/c", 1);
	path = kmt_prefs_path();
	assert_string_equal(path, "/c/kmtool/browse.conf");
	setenv("XDG_CONFIG_HOME", "relative", 1);
	setenv("HOME", "/h", 1);
	other = kmt_prefs_path();
	assert_string_equal(other, "/h/.config/kmtool/browse.conf");
	unsetenv("HOME");
	assert_null(kmt_prefs_path());
}

/* Directories are made, nobody else may look into them; a file that cannot be read is not written over. */
static void test_prefs_file(void **state)
{
	struct kmt_prefs p = {.chosen = {[KMT_PREF_COLORS] = KMT_SCHEME_MONO}}, back = {0};
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;
	struct kmt_diag diag = {0};
	struct fixture f;
	struct stat st;
	kmt_autofree char *path = NULL, *above = NULL;
	struct kmt_root host;

	fixture_init(&f);
	path = kmt_asprintf("%s/deep/er/kmtool/browse.conf", f.dir);
	above = kmt_asprintf("%s/deep/er", f.dir);
	assert_int_equal(kmt_root_open(&host, NULL, NULL), 0);
	kmt_prefs_read(&back, &host, path, &diag);
	assert_int_equal(kmt_prefs_write(&p, &host, path, &err), 0);
	kmt_prefs_read(&back, &host, path, &diag);
	assert_memory_equal(&back, &p, sizeof(p));
	assert_int_equal(diag.n, 0);
	assert_int_equal(stat(above, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	/* A directory stands where the file should be. */
	assert_int_not_equal(kmt_prefs_write(&p, &host, above, &err), 0);
	kmt_root_close(&host);
	fixture_clear(&f);
}

static void test_tags(void **state)
{
	struct kmt_tags t = {0}, copy = {0};

	kmt_tags_toggle(&t, "a");
	kmt_tags_add(&t, "b");
	kmt_tags_add(&t, "b");
	kmt_tags_toggle(&t, "c");
	kmt_tags_copy(&copy, &t);
	kmt_tags_toggle(&t, "a");
	assert_int_equal(t.names.n, 2);
	assert_string_equal(t.names.v[0], "b");
	assert_string_equal(t.names.v[1], "c");
	assert_false(kmt_tags_has(&t, "a"));
	assert_true(kmt_tags_has(&copy, "a"));
	kmt_tags_free(&t);
	assert_int_equal(t.names.n, 0);
	kmt_tags_free(&copy);
}

static void test_changes(void **state)
{
	struct kmt_procmod now = {.name = "a", .refs = 1, .size = 10}, before = now;
	struct kmt_changes c = {.since = 100};
	const struct kmt_changes_row *row;

	kmt_changes_note(&c, &before, &now, 101);
	assert_null(kmt_changes_get(&c, "a"));
	for (int i = 0; i < KMT_CHANGES_KEPT + 2; i++) {
		before = now;
		now.refs++;
		kmt_changes_note(&c, &before, &now, 102 + i);
	}
	before = now;
	now.size = 12;
	kmt_changes_note(&c, &before, &now, 200);
	row = kmt_changes_get(&c, "a");
	assert_non_null(row);
	assert_int_equal(row->n, KMT_CHANGES_KEPT + 3);
	assert_int_equal(row->all.at, 100);
	assert_int_equal(row->all.refs_before, 1);
	assert_int_equal(row->all.refs, KMT_CHANGES_KEPT + 3);
	assert_int_equal(row->all.size_before, 10);
	assert_int_equal(row->last[0].at, 200);
	assert_int_equal(row->last[0].size, 12);
	assert_int_equal(row->last[1].refs, now.refs);
	assert_int_equal(row->last[1].refs_before, now.refs - 1);
	/* Another one of the same name begins anew, from when it was loaded. */
	kmt_changes_note(&c, &now, NULL, 201);
	assert_null(kmt_changes_get(&c, "a"));
	kmt_changes_note(&c, NULL, &now, 202);
	assert_null(kmt_changes_get(&c, "a"));
	before = now;
	now.refs = 0;
	kmt_changes_note(&c, &before, &now, 203);
	assert_int_equal(kmt_changes_get(&c, "a")->all.at, 202);
	assert_int_equal(kmt_changes_get(&c, "a")->n, 1);
	kmt_changes_free(&c);
}

static void test_recent(void **state)
{
	struct kmt_recent r = {0};

	kmt_recent_note(&r, "a", true);
	assert_false(kmt_recent_tick(&r));
	kmt_recent_note(&r, "b", false);
	/* It is back: that counts, and from now on. */
	kmt_recent_note(&r, "a", false);
	assert_int_equal(r.rows.n, 2);
	assert_false(kmt_recent_get(&r, "a")->gone);
	for (int i = 0; i < KMT_RECENT_TICKS - 1; i++)
		assert_false(kmt_recent_tick(&r));
	assert_true(kmt_recent_tick(&r));
	assert_int_equal(r.rows.n, 0);
	assert_null(kmt_recent_get(&r, "b"));
	kmt_recent_free(&r);
}

/* Whatever the kernel or a name says, it stays within its comment; a command is quoted already. */
static void test_script(void **state)
{
	kmt_autostrbuf struct kmt_strbuf script = KMT_STRBUF_INIT;
	struct kmt_history d = {0};
	struct kmt_doc told = {0};
	const char *line;

	setenv("TZ", "UTC", 1);
	kmt_doc_line(&told, NULL);
	kmt_doc_add(&told, KMT_ROLE_TEXT, "  said\nreboot\r\033[2J");
	kmt_history_add(&d, &(struct kmt_history_entry){.when = 0, .done = false, .title = "load x",
				  .command = "kmtool load 'x\nreboot'"}, &told);
	kmt_history_add(&d, &(struct kmt_history_entry){.when = 86400, .done = true, .title = "load y",
				  .command = "kmtool load y"}, NULL);
	kmt_history_script(&d, &script);
	assert_non_null(strstr(script.s, "# 1970-01-01 00:00:00: this failed\n# said\\x0areboot\\x0d\\x1b[2J\n"));
	assert_non_null(strstr(script.s, "# 1970-01-02 00:00:00\nkmtool load y\n"));
	for (line = script.s; *line; line = strchr(line, '\n') + 1)
		assert_true(*line == '#' || *line == '\n' || !strncmp(line, "set -e\n", 7) ||
			    !strncmp(line, "kmtool load y\n", 14));
	kmt_doc_free(&told);
	kmt_history_free(&d);
}

/* Not by colour alone: what is bad looks another way than text without any, too. */
static void test_themes(void **state)
{
	for (int scheme = 0; scheme < KMT_SCHEME_COUNT; scheme++) {
		const struct kmt_look *looks = kmt_themes[scheme];

		for (int role = 0; role < KMT_ROLE_COUNT; role++) {
			assert_in_range(looks[role].color + 1, 0, 8);
			if (scheme == KMT_SCHEME_MONO)
				assert_int_equal(looks[role].color, -1);
			if (scheme == KMT_SCHEME_DEFAULT || scheme == KMT_SCHEME_CONTRAST) {
				assert_int_not_equal(looks[role].color, 0);
				assert_int_not_equal(looks[role].color, 4);
			}
		}
		assert_int_not_equal(looks[KMT_ROLE_BAD].with, looks[KMT_ROLE_TEXT].with);
		assert_int_not_equal(looks[KMT_ROLE_NAME].with, looks[KMT_ROLE_TEXT].with);
	}
}

static bool finds(const char *what, const char *text)
{
	struct kmt_find find;
	bool r;

	kmt_find_init(&find, what);
	r = kmt_find_in(&find, text);
	kmt_find_free(&find);
	return r;
}

static void test_find(void **state)
{
	assert_true(finds("", "anything"));
	assert_true(finds("snd-hda", "x snd_hda_intel"));
	assert_true(finds("  intel   hda ", "HDA of Intel"));
	assert_false(finds("intel hda", "Intel only"));
	/* Case counts where there is any. */
	assert_true(finds("Intel", "of Intel"));
	assert_false(finds("Intel", "of intel"));
	assert_true(finds("/^snd.*(hda|pcm)$/", "Snd-PCM"));
	assert_false(finds("/^snd$/", "snd_pcm"));
	assert_true(finds("/^snd-p/", "snd_pcm"));
	assert_true(finds("/[a-c]x/", "bx"));
	assert_false(finds("/[A]/", "a"));
	assert_true(finds("/a b/ c", "c a b"));
	/* Each line has a beginning. */
	assert_true(finds("/^two/", "one\ntwo"));
	/* Not closed, or a path: as it is. */
	assert_true(finds("/etc/modprobe.d", "at /etc/modprobe.d/x"));
	assert_true(finds("/", "a/b"));
	/* Not an expression: finds nothing. */
	assert_false(finds("/(/", "("));
	assert_false(finds("a /[/", "a ["));
}

static void test_find_marks(void **state)
{
	kmt_autostrbuf struct kmt_strbuf dump = KMT_STRBUF_INIT;
	struct kmt_canvas c = {0};
	struct kmt_find find;

	setlocale(LC_CTYPE, "C.UTF-8");
	kmt_canvas_resize(&c, 20, 1);
	kmt_canvas_put(&c, 0, 0, 20, KMT_ROLE_TEXT, "\xc3\xa4 aB ab \xe6\x97\xa5 ab");
	kmt_find_init(&find, "ab /x*/");
	kmt_find_mark(&find, &c, 0, 0, 11);
	kmt_find_free(&find);
	kmt_canvas_dump(&c, &dump);
	assert_non_null(strstr(dump.s, "--\n..mm.mm\n"));
	kmt_canvas_free(&c);
}

static void test_recall(void **state)
{
	struct kmt_recall r = {0};
	struct kmt_line line = {0};

	kmt_recall_add(&r, "one");
	kmt_recall_add(&r, "two");
	kmt_recall_add(&r, "one");
	kmt_recall_add(&r, "");
	kmt_recall_open(&r);
	assert_false(kmt_recall_key(&r, &line, 'x'));
	kmt_recall_key(&r, &line, KMT_KEY_UP);
	assert_string_equal(line.text, "one");
	kmt_recall_key(&r, &line, KMT_KEY_UP);
	kmt_recall_key(&r, &line, KMT_KEY_UP);
	assert_string_equal(line.text, "two");
	kmt_recall_key(&r, &line, KMT_KEY_DOWN);
	kmt_recall_key(&r, &line, KMT_KEY_DOWN);
	assert_string_equal(line.text, "");
	for (int i = 0; i < 3 * KMT_RECALL_MAX; i++) {
		char text[32];

		snprintf(text, sizeof(text), "line %d", i);
		kmt_recall_add(&r, text);
	}
	assert_true(r.lines.n <= KMT_RECALL_MAX + 1);
	kmt_recall_free(&r);
}

static void test_privilege_program(void **state)
{
	char dir[] = "/tmp/kmtool-path-XXXXXX";
	kmt_autofree char *path = kmt_strdup(getenv("PATH")), *doas = NULL, *value = NULL;

	assert_non_null(mkdtemp(dir));
	doas = kmt_asprintf("%s/doas", dir);
	value = kmt_asprintf("/nonexistent::%s", dir);
	setenv("PATH", value, 1);
	assert_string_equal(kmt_privilege_program(), "sudo");
	assert_int_equal(symlink("/bin/sh", doas), 0);
	assert_string_equal(kmt_privilege_program(), "doas");
	setenv("PATH", path, 1);
	unlink(doas);
	rmdir(dir);
}

static void test_output(void **state)
{
	struct kmt_doc doc = {.width = 20};
	kmt_autostrbuf struct kmt_strbuf dump = KMT_STRBUF_INIT;

	kmt_output_doc("\033[1;32mgood\033[0m \033[31mbad and much wider\r\n\033[0mx\033[2J\033(By\033", &doc);
	for (size_t i = 0; i < doc.lines.n; i++) {
		kmt_doc_text(&doc, i, &dump);
		kmt_strbuf_addc(&dump, '|');
	}
	assert_string_equal(dump.s, "good bad and much|wider|xy|");
	assert_int_equal(doc.spans.v[doc.lines.v[0].first].role, KMT_ROLE_GOOD);
	assert_int_equal(doc.spans.v[doc.lines.v[0].first + 2].role, KMT_ROLE_BAD);
	assert_int_equal(doc.spans.v[doc.lines.v[2].first].role, KMT_ROLE_TEXT);
	kmt_doc_free(&doc);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_zones),
		cmocka_unit_test(test_prefs_parse),
		cmocka_unit_test(test_prefs_of_colors),
		cmocka_unit_test(test_prefs_of_keys),
		cmocka_unit_test(test_prefs_format),
		UNIT_TEST_IF(geteuid() == 0, "only root gives files away", test_prefs_of_another_user, NULL, NULL),
		cmocka_unit_test(test_prefs_steps),
		cmocka_unit_test(test_prefs_place),
		cmocka_unit_test(test_prefs_file),
		cmocka_unit_test(test_tags),
		cmocka_unit_test(test_changes), cmocka_unit_test(test_recent),
		cmocka_unit_test(test_script),
		cmocka_unit_test(test_themes),
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_find_marks),
		cmocka_unit_test(test_recall),
		cmocka_unit_test(test_privilege_program),
		cmocka_unit_test(test_output),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
