/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Random keys, sizes and events: storm DIR SEED STEPS, with DIR as the root, whose files are changed. A fake
 * kernel runs what the dialogs ask for. What must hold after each step is checked; a crash or a sanitizer
 * finds the rest. The same seed does the same again.
 */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <kmt/tui/browser.h>

#include "../unit/kernel_fake.h"

static unsigned int state;

static unsigned int below(unsigned int n)
{
	state = state * 1103515245u + 12345u;
	return (state >> 8) % n;
}

static const char *const modules[] = {"snd", "snd_pcm", "llc", "stp", "bridge", "loop", "vendor_drm", "usblp"};

static void write_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	if (!f)
		abort();
	fputs(text, f);
	fclose(f);
}

/* A list of loaded modules that is right, empty, or nonsense. */
static void change_modules(void)
{
	FILE *f = fopen("proc/modules", "w");

	if (!f)
		abort();
	for (size_t i = 0; i < sizeof(modules) / sizeof(modules[0]); i++)
		if (below(2))
			fprintf(f, "%s %u %u %s %s 0x0\n", modules[i], below(1000000), below(4),
				below(2) ? "-" : "bridge,", below(9) ? "Live" : "Loading");
	if (!below(8))
		fputs("\033[2J garbage\n", f);
	fclose(f);
}

/* Lines of the kernel's log, now and then a thousand, and what is none. */
static void add_to_log(void)
{
	FILE *f = fopen("dev/kmsg", "a");
	unsigned int n = below(8) ? 1 + below(4) : 1000;

	if (!f)
		abort();
	for (unsigned int i = 0; i < n; i++)
		fprintf(f, "%u,%u,%u,-;%s: \\x1b[2J \xff\xe6\x97\xa5\n", below(40), below(9), below(1u << 24),
			modules[below(sizeof(modules) / sizeof(modules[0]))]);
	if (!below(8))
		fputs("no record\n,,,;\n", f);
	fclose(f);
}

/* A device gets a driver, loses it, changes its words, goes or comes. */
static void change_devices(void)
{
	const char *driver = "sys/devices/pci/0000:03:00.0/driver";

	switch (below(5)) {
	case 0:
		if (symlink("../../../bus/pci/drivers/e1000e", driver))
			unlink(driver);
		break;
	case 1:
		write_file("sys/devices/usb/1-1/product", below(2) ? "\033[2J\n" : "");
		break;
	case 2:
		write_file("sys/devices/usb/1-1:1.0/modalias", below(2) ? "\033\n\xff\n]\n" : "usb:vic07\n");
		break;
	case 3:
		rename("sys/bus/pci/devices", "sys/bus/pci/away");
		break;
	default:
		rename("sys/bus/pci/away", "sys/bus/pci/devices");
	}
}

static void change_files(void)
{
	switch (below(10)) {
	case 8:
	case 9:
		change_devices();
		break;
	case 6:
	case 7:
		add_to_log();
		break;
	case 0:
		write_file("etc/modprobe.d/storm.conf", below(2) ? "blacklist loop\n" : "options \\\n\xff\n");
		break;
	case 1:
		rename("lib", below(2) ? "lib.away" : "lib");
		break;
	case 2:
		rename("lib.away", "lib");
		break;
	case 3:
		write_file("proc/sys/kernel/modules_disabled", below(2) ? "0\n" : "1\n");
		break;
	default:
		change_modules();
	}
}

static int random_key(void)
{
	static const char usual[] = "KcSOZ@*:teoyjkhlgG123456[]]<+-znN/\\>,ILURBPWDmr?yq\t\r x_";

	switch (below(8)) {
	case 0:
		return (int)below(0x110000);
	case 1:
		return KMT_KEY_SPECIAL + 1 + (int)below(12);
	case 2:
		return KMT_KEY_F(1 + (int)below(12));
	case 3:
		return (int)below(32);
	default:
		return usual[below(sizeof(usual) - 1)];
	}
}

static void fail(const char *what, unsigned int step)
{
	printf("not ok - step %u: %s\n", step, what);
	exit(1);
}

static void check(struct kmt_browser *b, struct kmt_canvas *c, unsigned int step)
{
	const struct kmt_tui_state *s = &b->state;
	const void *row = kmt_tui_selected(s, &b->model);

	if (row && strcmp(kmt_views[s->view]->id(row), s->lists[s->view].selected))
		fail("the bar is not on the row that it names", step);
	if (!row && b->model.views[s->view].n_shown)
		fail("rows, but no bar", step);
	if ((s->overlay == KMT_OVERLAY_PLAN || s->overlay == KMT_OVERLAY_PARAMS) && !s->request.targets.n &&
		s->request.kind != KMT_REQUEST_UNDO)
		fail("a plan for nothing", step);
	for (int i = 0; i < c->width * c->height; i++)
		if (strlen(c->cells[i].text) == 1 && (unsigned char)c->cells[i].text[0] < ' ')
			fail("a control character on the screen", step);
}

static enum kmt_effect random_input(struct kmt_browser *b, const struct kmt_canvas *c)
{
	int x = (int)below(160), y = (int)below(50);

	if (below(6))
		return kmt_browser_key(b, random_key());
	return kmt_browser_mouse(b, (enum kmt_mouse)(KMT_MOUSE_PRESS + below(3)), kmt_canvas_at(c, x, y));
}

/* A plan may be done at once, or later, or never while one looks. */
static void carry_out(struct kmt_browser *b, enum kmt_effect effect)
{
	struct kmt_told told = {0};

	if (effect == KMT_EFFECT_FOREGROUND)
		kmt_browser_ran(b, (int)below(2));
	if (b->state.overlay != KMT_OVERLAY_RUNNING || !below(4))
		return;
	kmt_browser_running(b, below(4), below(4));
	if (below(2))
		return;
	kmt_plan_view_run(&b->plan, &b->machine, &b->state.request, NULL, &told);
	kmt_browser_done(b, &told);
	kmt_told_free(&told);
}

static void one_step(struct kmt_browser *b, const struct kmt_canvas *c)
{
	switch (below(20)) {
	case 0:
		kmt_browser_resize(b, (int)below(160), (int)below(50));
		break;
	case 1:
		kmt_browser_resize(b, 80, 24);
		break;
	case 2:
		change_files();
		break;
	case 3:
		kmt_browser_tick(b);
		break;
	case 4:
		kmt_browser_idle(b);
		break;
	default:
		carry_out(b, random_input(b, c));
	}
}

int main(int argc, char **argv)
{
	struct kmt_root root;
	struct kmt_browser browser;
	struct kmt_canvas canvas = {0};
	struct kmt_fake *fake;
	struct kmt_kernel kernel;
	unsigned int steps = argc == 4 ? (unsigned int)atoi(argv[3]) : 0;

	setlocale(LC_CTYPE, "C.UTF-8");
	if (!steps || chdir(argv[1]) || kmt_root_open(&root, argv[1], NULL))
		return 2;
	state = (unsigned int)atoi(argv[2]);
	mkdir("dev", 0755);
	fake = kmt_fake_new(argv[1]);
	kernel = kmt_fake_kernel(fake);
	if (kmt_browser_open(&browser, &(struct kmt_machine){.root = &root, .kernel = &kernel}, 80, 24, NULL))
		return 2;
	for (unsigned int i = 0; i < steps; i++) {
		canvas.ascii = !below(50);
		one_step(&browser, &canvas);
		kmt_browser_draw(&browser, &canvas);
		check(&browser, &canvas, i);
	}
	kmt_browser_close(&browser);
	kmt_canvas_free(&canvas);
	kmt_fake_free(fake);
	kmt_root_close(&root);
	puts("ok");
	return 0;
}
