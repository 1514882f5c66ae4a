/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The browser driven by a script: replay DIR <SCRIPT, with DIR as its root. No terminal, no clock. A line
 * of the script is one of
 *	size 80x24		ascii on|off		readonly on|off (before the first key)
 *	keys <Down> j /snd<Enter>	as tui/key.h spells them
 *	press X,Y		with the mouse; also wheel-up, wheel-down
 *	setting KEY = VALUE	a line of the file of settings (before the first key)
 *	settings		prints those that are not the default
 *	shell COMMAND		in DIR: changes the machine
 *	tick			a second passes
 *	rest			what is left to do is done: details are read
 *	fake			a kernel that loads and unloads, with nothing loaded (before the first key)
 *	deaf, fail, needs, loaded	as kmt_fake_command() takes them
 *	calls			prints what the kernel was asked to do
 *	slow			from now on a plan runs until "finish"
 *	running STEP SECONDS	how far it is
 *	result			prints the exit status that the verdict of the result stands for, its lines,
 *				and the command
 *	kmtool WORD...		runs the command line on the same machine, prints what it prints, and
 *				its exit status
 *	text			prints the screen
 *	glance			the same, with what is left to do still undone
 *	dump			prints the screen and the roles of its cells
 * and '#' starts a comment. Before a screen is printed, what is left to do is done.
 */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <kmt/base/shell.h>
#include <kmt/cmd/opt.h>
#include <kmt/tui/browser.h>

#include "../unit/kernel_fake.h"

struct replay {
	struct kmt_root root;
	struct kmt_browser browser;
	struct kmt_canvas canvas;
	int width, height;
	bool open, readonly, quit, ran, slow;
	const char *dir;
	struct kmt_fake *fake; /* NULL: nothing can be changed */
	struct kmt_kernel kernel;
	struct kmt_arena arena; /* words of commands */
	struct kmt_strbuf settings;
};

static void die(const char *what, const char *which)
{
	fprintf(stderr, "replay: %s '%s'\n", what, which);
	exit(2);
}

/* 2026-01-02 12:00:00 UTC, always. */
static time_t noon(time_t *out)
{
	return 1767355200;
}

static void need_browser(struct replay *r)
{
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;
	struct kmt_diag diag = {0};
	struct kmt_prefs prefs = {0};

	if (r->open)
		return;
	if (kmt_browser_open(&r->browser,
		    &(struct kmt_machine){.root = &r->root,
			    .kernel = r->fake ? &r->kernel : NULL,
			    .readonly = r->readonly},
		    r->width, r->height, &err))
		die("cannot open", err.msg);
	r->browser.clock = noon;
	r->browser.model.changes.since = noon(NULL);
	kmt_prefs_parse(&prefs, "settings", kmt_strbuf_str(&r->settings), &diag);
	if (diag.n)
		die(diag.items[0].msg, r->settings.s);
	kmt_browser_set_prefs(&r->browser, &prefs);
	r->open = true;
}

static void print_prefs(const struct kmt_prefs *prefs)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;

	kmt_prefs_format(prefs, "", &text);
	printf("settings:\n%s", kmt_strbuf_str(&text));
}

/* At once, and in this process: what the kernel was asked to do is looked at. */
static void run_plan(struct replay *r)
{
	struct kmt_browser *b = &r->browser;
	struct kmt_told told = {0};

	if (r->slow)
		return;
	kmt_plan_view_run(&b->plan, &b->machine, &b->state.request, NULL, &told);
	kmt_browser_done(b, &told);
	kmt_told_free(&told);
	r->ran = true;
}

/* The kmtool of the build, without a terminal. */
static void run_kmtool(struct replay *r, bool complete)
{
	kmt_autostrbuf struct kmt_strbuf command = KMT_STRBUF_INIT, out = KMT_STRBUF_INIT;
	struct kmt_strv words = {0};
	char part[4096];
	size_t n;
	FILE *f;
	int status;

	kmt_browser_words(&r->browser, complete, &r->arena, &words);
	kmt_shell_add(&command, getenv("KMTOOL") ? getenv("KMTOOL") : "kmtool");
	for (size_t i = 0; i < words.n; i++)
		kmt_shell_add(&command, words.v[i]);
	kmt_strbuf_addstr(&command, " 2>&1");
	kmt_vec_free(&words);
	fflush(stdout);
	f = popen(kmt_strbuf_str(&command), "r");
	if (!f)
		die("cannot run", command.s);
	while ((n = fread(part, 1, sizeof(part), f)) > 0)
		kmt_strbuf_add(&out, part, n);
	status = pclose(f);
	if (complete)
		kmt_tui_complete(&r->browser.state, kmt_strbuf_str(&out));
	else
		kmt_browser_output(&r->browser, &out, true, WEXITSTATUS(status));
}

static void carry_out(struct replay *r, enum kmt_effect effect)
{
	switch (effect) {
	case KMT_EFFECT_QUIT:
		puts("quit");
		r->quit = true;
		break;
	case KMT_EFFECT_SUSPEND:
		puts("suspend");
		break;
	case KMT_EFFECT_EDIT:
		printf("edit: %s:%u\n", r->browser.state.edit_file, r->browser.state.edit_line);
		break;
	case KMT_EFFECT_PREFS:
		print_prefs(&r->browser.state.prefs);
		break;
	case KMT_EFFECT_COPY:
		printf("copy: %s\n", r->browser.clip.s);
		kmt_browser_copied(&r->browser, true);
		break;
	case KMT_EFFECT_SHOW:
	case KMT_EFFECT_COMPLETE:
		run_kmtool(r, effect == KMT_EFFECT_COMPLETE);
		break;
	case KMT_EFFECT_RUN:
		run_plan(r);
		break;
	case KMT_EFFECT_FOREGROUND:
		printf("run: sudo -- %s\n", r->browser.plan.command.s);
		kmt_browser_ran(&r->browser, 0);
		break;
	default:
		break;
	}
}

static void run_keys(struct replay *r, const char *keys)
{
	const char *s = keys;
	int key;

	while (!r->quit && (key = kmt_key_parse(&s))) {
		if (key < 0)
			die("no key", keys);
		carry_out(r, kmt_browser_key(&r->browser, key));
	}
}

static void rest(struct replay *r)
{
	while (kmt_browser_idle(&r->browser))
		;
}

static bool run_mouse(struct replay *r, const char *line)
{
	enum kmt_mouse mouse = KMT_MOUSE_PRESS;
	int x, y;

	if (sscanf(line, "wheel-up %d,%d", &x, &y) == 2)
		mouse = KMT_MOUSE_WHEEL_UP;
	else if (sscanf(line, "wheel-down %d,%d", &x, &y) == 2)
		mouse = KMT_MOUSE_WHEEL_DOWN;
	else if (sscanf(line, "press %d,%d", &x, &y) != 2)
		return false;
	/* It is about what is seen. */
	rest(r);
	kmt_browser_draw(&r->browser, &r->canvas);
	carry_out(r, kmt_browser_mouse(&r->browser, mouse, kmt_canvas_at(&r->canvas, x, y)));
	return true;
}

static void print_screen(struct replay *r, bool roles)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;
	char *end;

	kmt_browser_draw(&r->browser, &r->canvas);
	kmt_canvas_dump(&r->canvas, &text);
	end = roles ? NULL : strstr(text.s, "--\n");
	/* A line of the screen may be "--", too: the last one counts. */
	for (char *next = end; !roles && next && (next = strstr(next + 1, "\n--\n"));)
		end = next + 1;
	if (end)
		kmt_strbuf_truncate(&text, (size_t)(end - text.s));
	fputs(kmt_strbuf_str(&text), stdout);
}

static void print_result(const struct replay *r)
{
	const struct kmt_browser *b = &r->browser;
	static const int statuses[KMT_OUTCOME_VERDICT_COUNT] = {
		[KMT_OUTCOME_PROBLEM] = 1,
		[KMT_OUTCOME_PARTLY] = 3,
		[KMT_OUTCOME_FAILED] = 1,
		[KMT_OUTCOME_NOT_FOUND] = 4,
		[KMT_OUTCOME_REFUSED] = 5,
	};

	if (!r->ran)
		die("there is no", "result");
	for (size_t i = 0; i < b->result.lines.n; i++) {
		kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;

		kmt_doc_text(&b->result, i, &text);
		puts(kmt_strbuf_str(&text));
	}
	printf("command: %s\nstatus: %d\n", kmt_strbuf_str(&b->plan.command), statuses[b->verdict]);
}

/* What main.c does, but for the machine. */
static void run_command(struct replay *r, const char *line)
{
	struct kmt_env env = {.root = r->root, .kernel = r->kernel};
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;
	struct kmt_opt_seen seen = {0};
	struct kmt_strv words = {0};
	kmt_autofree void *opts = NULL;
	char **argv;
	int first, status;

	if (kmt_shell_split(line, &r->arena, &words) || !words.n ||
		!(env.cmd = kmt_cmd_find(kmt_cmds, words.v[0])))
		die("no command", line);
	argv = (char **)words.v;
	opts = kmt_alloc(env.cmd->opts_size ? env.cmd->opts_size : 1);
	status = kmt_opt_parse(env.cmd, (int)words.n, argv, &env.g, &seen, opts, &first, &err);
	env.argc = (int)words.n - first;
	env.argv = argv + first;
	if (!status)
		status = env.cmd->run(&env, opts, &err);
	fflush(stdout);
	for (size_t i = 0; i < env.diag.n; i++)
		printf("kmtool: warning: %s\n", env.diag.items[i].msg);
	if (err.msg)
		printf("kmtool: %s\n", err.msg);
	if (err.hint)
		printf("kmtool: hint: %s\n", err.hint);
	printf("status: %d\n", status <= 0 ? kmt_exit_status(&err) : status);
	fflush(stdout);
	kmt_opt_free(env.cmd, opts);
	kmt_diag_clear(&env.diag);
	kmt_vec_free(&words);
}

static void finish(struct replay *r)
{
	r->slow = false;
	run_plan(r);
}

static bool run_fake(struct replay *r, const char *line)
{
	if (!strcmp(line, "fake")) {
		r->fake = kmt_fake_new(r->dir);
		kmt_fake_keep_writes(r->fake, true);
		r->kernel = kmt_fake_kernel(r->fake);
	} else if (!strcmp(line, "calls")) {
		printf("calls:\n%s", kmt_fake_calls(r->fake));
	} else {
		return r->fake && kmt_fake_command(r->fake, line);
	}
	return true;
}

static void run_line(struct replay *r, const char *line)
{
	const char *args = strchr(line, ' ');
	int step, seconds;

	args = args ? args + 1 : "";
	if (!*line || *line == '#')
		return;
	if (sscanf(line, "size %dx%d", &r->width, &r->height) == 2) {
		if (r->open)
			kmt_browser_resize(&r->browser, r->width, r->height);
		return;
	}
	if (!strncmp(line, "ascii ", 6)) {
		r->canvas.ascii = !strcmp(args, "on");
		return;
	}
	if (!strncmp(line, "readonly ", 9)) {
		r->readonly = !strcmp(args, "on");
		return;
	}
	if (!strncmp(line, "setting ", 8)) {
		kmt_strbuf_addf(&r->settings, "%s\n", args);
		return;
	}
	if (!strncmp(line, "shell ", 6)) {
		fflush(stdout);
		if (system(args))
			die("failed:", args);
		return;
	}
	if (!strcmp(line, "slow")) {
		r->slow = true;
		return;
	}
	if (run_fake(r, line))
		return;
	if (!strncmp(line, "kmtool ", 7)) {
		run_command(r, args);
		return;
	}
	need_browser(r);
	if (run_mouse(r, line))
		return;
	if (!strncmp(line, "keys ", 5))
		run_keys(r, args);
	else if (!strcmp(line, "settings"))
		print_prefs(&r->browser.state.prefs);
	else if (!strcmp(line, "rest"))
		rest(r);
	else if (!strcmp(line, "result"))
		print_result(r);
	else if (sscanf(line, "running %d %d", &step, &seconds) == 2)
		kmt_browser_running(&r->browser, (size_t)step, (unsigned int)seconds);
	else if (!strcmp(line, "finish"))
		finish(r);
	else if (!strcmp(line, "tick"))
		kmt_browser_tick(&r->browser);
	else if (!strcmp(line, "text") || !strcmp(line, "dump") || !strcmp(line, "glance")) {
		if (*line != 'g')
			rest(r);
		print_screen(r, *line == 'd');
	} else {
		die("what is", line);
	}
}

int main(int argc, char **argv)
{
	struct replay r = {.width = 80, .height = 24};
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;
	char line[1024];

	setlocale(LC_CTYPE, "C.UTF-8");
	r.dir = argv[1];
	if (argc != 2 || chdir(argv[1]) || kmt_root_open(&r.root, argv[1], &err))
		die("usage: replay DIR", err.msg ? err.msg : "");
	while (!r.quit && fgets(line, sizeof(line), stdin)) {
		line[strcspn(line, "\n")] = '\0';
		run_line(&r, line);
	}
	if (r.open)
		kmt_browser_close(&r.browser);
	if (r.fake)
		kmt_fake_free(r.fake);
	kmt_arena_free(&r.arena);
	kmt_strbuf_free(&r.settings);
	kmt_canvas_free(&r.canvas);
	kmt_root_close(&r.root);
	return 0;
}
