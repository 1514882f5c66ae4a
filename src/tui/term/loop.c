/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/tui/loop.h>

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <kmt/base/alloc.h>
#include <kmt/sys/events.h>
#include <kmt/sys/paths.h>
#include <kmt/tui/term.h>

#include "foreground_priv.h"
#include "job_priv.h"
#include "show_priv.h"

#define TICK_MS 1000 /* how often the list of loaded modules is looked at */
#define CALM_MS 50   /* at most twenty times a second something is read because of events, or drawn */
#define UNSEEN_MS 100 /* what a plan that runs may take before that is drawn */
#define REST_MS 80   /* how long no key must come before something is read for the details */

/* Beside enum kmt_event: lines of the log. */
#define LOG_GREW (1u << 31)

/* Set by a handler, looked at between two keys. */
static volatile sig_atomic_t stop_asked;

static void ask_stop(int signo)
{
	stop_asked = 1;
}

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

struct loop {
	struct kmt_browser browser;
	struct kmt_canvas canvas;
	sigset_t waiting; /* signals that may come in only while the loop waits */
	struct kmt_events events;
	unsigned int pending;	      /* enum kmt_event: what has come and was not looked at */
	int64_t ticked, keyed, looked, shown; /* when */
	enum kmt_overlay shown_overlay;
	bool stale; /* devices have come or gone: that can be many events, and waits for the next tick */
	bool dirty, rested;
	struct kmt_show output;
	struct kmt_job job;
	int64_t stepped; /* when the step of it began */
	struct kmt_root host; /* for the file of settings */
	char *prefs_path;     /* NULL: there is no place for it */
	const struct kmt_style *style;
	bool may_mouse;
};

/* SIGTSTP must be able to stop the whole job, as ctrl-z does where no program asks for it as a key. */
static void suspend(void)
{
	struct sigaction stop = {.sa_handler = SIG_DFL}, before;
	sigset_t set;

	kmt_term_leave();
	sigaction(SIGTSTP, &stop, &before);
	kill(0, SIGTSTP);
	sigemptyset(&set);
	sigaddset(&set, SIGTSTP);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	/* Here it stands still until somebody sends SIGCONT. */
	sigprocmask(SIG_BLOCK, &set, NULL);
	sigaction(SIGTSTP, &before, NULL);
	kmt_term_return();
}

static void resize(struct loop *l)
{
	int width, height;

	kmt_term_size(&width, &height);
	kmt_browser_resize(&l->browser, width, height);
	l->dirty = true;
}

/* What the command line or the terminal rules out stays so. */
static void obey_prefs(struct loop *l)
{
	const unsigned char *chosen = l->browser.state.prefs.chosen;

	kmt_term_scheme(l->style->color ? (enum kmt_scheme)chosen[KMT_PREF_COLORS] : KMT_SCHEME_MONO,
		l->browser.state.prefs.colors);
	kmt_term_mouse(l->may_mouse && !chosen[KMT_PREF_MOUSE]);
	l->canvas.ascii = !l->style->unicode || chosen[KMT_PREF_CHARACTERS];
	l->dirty = true;
}

static void read_prefs(struct loop *l)
{
	struct kmt_tui_state *s = &l->browser.state;
	struct kmt_diag diag = {0};
	struct kmt_prefs prefs = {0};

	l->prefs_path = kmt_root_open(&l->host, NULL, NULL) ? NULL : kmt_prefs_path();
	if (l->prefs_path)
		kmt_prefs_read(&prefs, &l->host, l->prefs_path, &diag);
	kmt_browser_set_prefs(&l->browser, &prefs);
	if (diag.n)
		kmt_tui_say(s, "%s:%u: %s", strrchr(l->prefs_path, '/') + 1,
			diag.items[0].origin.line, diag.items[0].msg);
	kmt_diag_clear(&diag);
}

static void keep_prefs(struct loop *l)
{
	struct kmt_tui_state *s = &l->browser.state;
	kmt_autoerr struct kmt_err err = KMT_ERR_INIT;

	if (!l->prefs_path)
		kmt_tui_say(s, "Settings not saved: neither $XDG_CONFIG_HOME nor $HOME is set.");
	else if (kmt_prefs_write(&s->prefs, &l->host, l->prefs_path, &err))
		kmt_tui_say(s, "Settings not saved: %.100s", err.msg);
}

/* Text is for a prompt; anywhere else its letters would be commands. */
static enum kmt_effect take_paste(struct loop *l, const struct kmt_input *in)
{
	for (size_t i = 0; i < in->pasted && kmt_overlay_is_prompt(l->browser.state.overlay); i++)
		kmt_browser_key(&l->browser, in->paste[i]);
	return KMT_EFFECT_NONE;
}

/* A press is about what is seen: one on what is another thing by now is none. */
static enum kmt_effect take(struct loop *l, const struct kmt_input *in)
{
	struct kmt_zone seen, zone;

	if (in->is_paste)
		return take_paste(l, in);
	/* Of the mouse, what is of no use; a key that nobody knows. */
	if (!in->mouse && in->key <= KMT_KEY_NONE)
		return KMT_EFFECT_NONE;
	if (!in->mouse)
		return kmt_browser_key(&l->browser, in->key);
	seen = kmt_canvas_at(&l->canvas, in->x, in->y);
	if (in->mouse == KMT_MOUSE_PRESS && l->dirty) {
		kmt_browser_draw(&l->browser, &l->canvas);
		zone = kmt_canvas_at(&l->canvas, in->x, in->y);
		if (zone.kind != seen.kind || zone.n != seen.n ||
			l->browser.state.overlay != l->shown_overlay)
			return KMT_EFFECT_NONE;
	}
	return kmt_browser_mouse(&l->browser, in->mouse, seen);
}

static void run_as_root(struct loop *l)
{
	struct kmt_browser *b = &l->browser;
	struct kmt_foreground f;

	kmt_foreground_begin(&f);
	kmt_browser_ran(b, kmt_foreground_root(b->state.elevate, &b->plan.words, &l->waiting));
	kmt_foreground_end(&f);
	resize(l);
}

static void edit(struct loop *l)
{
	const struct kmt_tui_state *s = &l->browser.state;
	struct kmt_foreground f;

	kmt_foreground_begin(&f);
	kmt_foreground_edit(s->elevate, l->browser.model.root, s->edit_file, s->edit_line, &l->waiting);
	kmt_foreground_end(&f);
	kmt_browser_reread(&l->browser);
	resize(l);
}

/* Takes what the job says. What was typed while it ran was not about its result. */
static void follow_job(struct loop *l)
{
	size_t before = l->job.step;

	if (kmt_job_read(&l->job)) {
		kmt_browser_done(&l->browser, &l->job.told);
		kmt_job_free(&l->job);
		kmt_term_drop_input();
		l->dirty = true;
		return;
	}
	if (l->job.step != before)
		l->stepped = now_ms();
	if (kmt_browser_running(&l->browser, l->job.step, (unsigned int)((now_ms() - l->stepped) / 1000)))
		l->dirty = true;
}

/* Most plans take no time: nothing is drawn for them. */
static void run_job(struct loop *l)
{
	struct kmt_browser *b = &l->browser;
	int64_t end = now_ms() + UNSEEN_MS;

	l->stepped = now_ms();
	kmt_job_start(&l->job, &b->plan, &b->machine, &b->state.request, &l->waiting);
	do {
		struct pollfd p = {.fd = l->job.fd, .events = POLLIN};
		int64_t left = end - now_ms();

		poll(&p, 1, left > 0 ? (int)left : 0);
		follow_job(l);
	} while (l->job.pid && now_ms() < end);
}

#define COMPLETE_MS 2000 /* for what a word could become */

static void start_command(struct loop *l, bool complete)
{
	struct kmt_arena arena = {0};
	struct kmt_strv words = {0};

	kmt_show_free(&l->output);
	kmt_browser_words(&l->browser, complete, &arena, &words);
	kmt_show_start(&l->output, &words, kmt_browser_output_width(&l->browser), &l->waiting);
	kmt_vec_free(&words);
	kmt_arena_free(&arena);
	if (!complete)
		return;
	kmt_show_wait(&l->output, COMPLETE_MS);
	kmt_tui_complete(&l->browser.state, kmt_strbuf_str(&l->output.out));
}

static void follow_command(struct loop *l)
{
	size_t before = l->output.out.len;
	bool ended = kmt_show_read(&l->output);

	if (ended)
		kmt_show_stop(&l->output);
	if (!ended && l->output.out.len == before)
		return;
	kmt_browser_output(&l->browser, &l->output.out, ended, l->output.status);
	l->dirty = true;
}

static void watch_all(struct loop *l, const char *const *dirs, size_t n)
{
	for (size_t i = 0; i < n; i++)
		kmt_events_watch(&l->events, l->browser.model.root, dirs[i]);
}

/* What is read of these is shown. A directory that comes later is seen when something else changes. */
static void watch_files(struct loop *l)
{
	static const char *const modprobe_d[] = KMT_MODPROBE_D_DIRS;
	static const char *const modules_load_d[] = KMT_MODULES_LOAD_D_DIRS;
	const struct kmt_model *m = &l->browser.model;

	watch_all(l, modprobe_d, KMT_ARRAY_SIZE(modprobe_d));
	watch_all(l, modules_load_d, KMT_ARRAY_SIZE(modules_load_d));
	if (m->has_snap && m->list.snap.has_tree)
		kmt_events_watch(&l->events, m->root, m->list.snap.index.dir);
}

/* Takes all that has come. False: quit. */
static bool take_input(struct loop *l)
{
	struct kmt_input in;

	while (kmt_term_input(&in)) {
		enum kmt_effect effect;

		if (in.resized) {
			resize(l);
			continue;
		}
		if (in.background)
			obey_prefs(l);
		effect = take(l, &in);
		l->keyed = now_ms();
		l->dirty = true;
		switch (effect) {
		case KMT_EFFECT_QUIT:
			return false;
		case KMT_EFFECT_REDRAW:
			kmt_term_forget();
			break;
		case KMT_EFFECT_PREFS:
			obey_prefs(l);
			break;
		case KMT_EFFECT_KEEP_PREFS:
			keep_prefs(l);
			break;
		case KMT_EFFECT_COPY:
			kmt_browser_copied(&l->browser,
				kmt_term_copy(l->browser.clip.s, l->browser.clip.len));
			break;
		case KMT_EFFECT_SHOW:
		case KMT_EFFECT_COMPLETE:
			start_command(l, effect == KMT_EFFECT_COMPLETE);
			break;
		case KMT_EFFECT_KERNEL:
			watch_files(l);
			break;
		case KMT_EFFECT_STOP:
			kmt_show_stop(&l->output);
			kmt_browser_output(&l->browser, &l->output.out, true, 0);
			break;
		case KMT_EFFECT_RUN:
			run_job(l);
			break;
		case KMT_EFFECT_CANCEL:
			kmt_job_cancel(&l->job);
			break;
		case KMT_EFFECT_FOREGROUND:
			run_as_root(l);
			break;
		case KMT_EFFECT_EDIT:
			edit(l);
			break;
		case KMT_EFFECT_SUSPEND:
			suspend();
			resize(l);
			break;
		default:
			break;
		}
	}
	return true;
}

static void show(struct loop *l)
{
	int64_t now = now_ms();

	if (!l->dirty || now - l->shown < CALM_MS)
		return;
	kmt_browser_draw(&l->browser, &l->canvas);
	kmt_term_show(&l->canvas);
	l->shown = now;
	l->shown_overlay = l->browser.state.overlay;
	l->dirty = false;
	l->rested = false;
}

enum { INPUT, JOB, COMMAND, UEVENTS, FILES, LOG, SOURCES };

static int64_t sooner(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* Until a key, an event, a signal, or the time for what is left to do. Returns -1 if the terminal is gone. */
static int wait_for_input(struct loop *l)
{
	int64_t now = now_ms(), at = l->ticked + TICK_MS, ms;
	struct timespec timeout;
	struct pollfd p[SOURCES] = {
		[INPUT] = {.fd = STDIN_FILENO, .events = POLLIN},
		[JOB] = {.fd = l->job.pid ? l->job.fd : -1, .events = POLLIN},
		[COMMAND] = {.fd = l->output.pid ? l->output.fd : -1, .events = POLLIN},
		[UEVENTS] = {.fd = l->events.uevents, .events = POLLIN},
		[FILES] = {.fd = l->events.files, .events = POLLIN},
		[LOG] = {.fd = kmt_browser_fd(&l->browser), .events = POLLIN},
	};

	if (!l->rested)
		at = sooner(at, now + (kmt_browser_is_urgent(&l->browser) && !l->dirty ? 0 : REST_MS));
	if (l->pending)
		at = sooner(at, l->looked + CALM_MS);
	if (l->dirty)
		at = sooner(at, l->shown + CALM_MS);
	ms = at > now ? at - now : 0;
	timeout = (struct timespec){.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
	/* Until what has come was looked at, more of it wakes nobody. */
	if (ppoll(p, l->pending ? UEVENTS : SOURCES, &timeout, &l->waiting) <= 0)
		return 0;
	l->pending |= kmt_events_take(&l->events);
	if (p[LOG].revents)
		l->pending |= LOG_GREW;
	return p[INPUT].revents & (POLLHUP | POLLERR | POLLNVAL) ? -1 : 0;
}

static void look(struct loop *l, int64_t now)
{
	unsigned int events = l->pending;

	l->looked = now;
	l->pending = 0;
	if (events & KMT_EVENT_DEVICES)
		l->stale = true;
	if ((events & KMT_EVENT_FILES) || (l->stale && l->ticked == now)) {
		l->stale = false;
		kmt_browser_reread(&l->browser);
		watch_files(l);
		l->dirty = true;
	} else if (kmt_browser_tick(&l->browser)) {
		l->dirty = true;
	}
}

static void work(struct loop *l)
{
	int64_t now = now_ms();

	if (l->job.pid)
		follow_job(l);
	if (l->output.pid)
		follow_command(l);
	if (!l->rested && (now - l->keyed >= REST_MS || (kmt_browser_is_urgent(&l->browser) && !l->dirty))) {
		l->rested = true;
		if (kmt_browser_idle(&l->browser))
			l->dirty = true;
	}
	if (now - l->ticked >= TICK_MS) {
		l->ticked = now;
		look(l, now);
	} else if (l->pending && now - l->looked >= CALM_MS) {
		look(l, now);
	}
}

static void hold_signals(struct loop *l)
{
	struct sigaction stop = {.sa_handler = ask_stop};
	sigset_t held;

	sigaction(SIGTSTP, &stop, NULL);
	sigemptyset(&held);
	sigaddset(&held, SIGTSTP);
	sigaddset(&held, SIGWINCH);
	sigprocmask(SIG_BLOCK, &held, &l->waiting);
	sigdelset(&l->waiting, SIGTSTP);
	sigdelset(&l->waiting, SIGWINCH);
}

static void until_quit(struct loop *l)
{
	do {
		if (stop_asked) {
			stop_asked = 0;
			suspend();
			resize(l);
		}
		work(l);
		show(l);
	} while (!wait_for_input(l) && take_input(l));
}

int kmt_loop_run(const struct kmt_machine *machine, const struct kmt_start *start,
	const struct kmt_style *style, bool mouse, struct kmt_err *err)
{
	struct loop l = {.dirty = true, .style = style, .may_mouse = mouse, .host.fd = -1,
		.job.fd = -1, .output.fd = -1};
	const char *note = NULL;
	int r = kmt_browser_open(&l.browser, machine, 80, 24, err);

	if (r)
		return r;
	read_prefs(&l);
	r = kmt_browser_start(&l.browser, start, err);
	if (!r)
		r = kmt_term_open(&note, style->color, err);
	if (!r) {
		hold_signals(&l);
		obey_prefs(&l);
		kmt_events_open(&l.events, machine->root);
		watch_files(&l);
		resize(&l);
		if (note)
			kmt_tui_say(&l.browser.state, "%s", note);
		until_quit(&l);
		if (l.browser.state.prefs_changed)
			keep_prefs(&l);
		kmt_term_close();
		kmt_job_free(&l.job);
		kmt_show_free(&l.output);
		kmt_events_close(&l.events);
	}
	kmt_root_close(&l.host);
	free(l.prefs_path);
	kmt_canvas_free(&l.canvas);
	kmt_browser_close(&l.browser);
	return r;
}
