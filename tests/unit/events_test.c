/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <kmt/base/alloc.h>
#include <kmt/sys/events.h>
#include "fixture.h"

#define DIR "/etc/modprobe.d"

struct state {
	struct fixture f;
	struct kmt_events events;
};

static int setup(void **state)
{
	struct state *s = kmt_alloc(sizeof(*s));

	fixture_init(&s->f);
	fixture_text(&s->f, DIR "/a.conf", "blacklist a\n");
	kmt_events_open(&s->events, &s->f.root);
	*state = s;
	return 0;
}

static int teardown(void **state)
{
	struct state *s = *state;

	kmt_events_close(&s->events);
	fixture_clear(&s->f);
	free(s);
	return 0;
}

static bool is_readable(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};

	return poll(&p, 1, 0) > 0;
}

static void changed_files_are_told(void **state)
{
	struct state *s = *state;
	kmt_autofree char *a = kmt_asprintf("%s" DIR "/a.conf", s->f.dir);
	kmt_autofree char *b = kmt_asprintf("%s" DIR "/b.conf", s->f.dir);

	kmt_events_watch(&s->events, &s->f.root, DIR);
	kmt_events_watch(&s->events, &s->f.root, DIR);
	kmt_events_watch(&s->events, &s->f.root, "/run/modprobe.d");
	assert_false(is_readable(s->events.files));
	assert_int_equal(kmt_events_take(&s->events), 0);
	fixture_text(&s->f, DIR "/a.conf", "blacklist b\n");
	assert_true(is_readable(s->events.files));
	assert_int_equal(kmt_events_take(&s->events), KMT_EVENT_FILES);
	assert_int_equal(kmt_events_take(&s->events), 0);
	assert_int_equal(rename(a, b), 0);
	assert_int_equal(kmt_events_take(&s->events), KMT_EVENT_FILES);
	assert_int_equal(unlink(b), 0);
	assert_int_equal(kmt_events_take(&s->events), KMT_EVENT_FILES);
	fixture_text(&s->f, "/etc/other", "");
	assert_int_equal(kmt_events_take(&s->events), 0);
}

/* A link that leads out of the root leads nowhere. */
static void nothing_outside_is_watched(void **state)
{
	struct state *s = *state;
	kmt_autofree char *outside = kmt_asprintf("%s-outside", s->f.dir);
	kmt_autofree char *make = kmt_asprintf("mkdir %s", outside);
	kmt_autofree char *change = kmt_asprintf("touch %s/x; rm -r %s", outside, outside);

	assert_int_equal(system(make), 0);
	fixture_link(&s->f, "/run/modprobe.d", outside);
	kmt_events_watch(&s->events, &s->f.root, "/run/modprobe.d");
	assert_int_equal(system(change), 0);
	assert_int_equal(kmt_events_take(&s->events), 0);
}

static void another_root_hears_no_uevents(void **state)
{
	struct state *s = *state;

	assert_int_equal(s->events.uevents, -1);
}

static void messages_are_told_apart(void **state)
{
	static const char module[] = "add@/module/loop\0ACTION=add\0DEVPATH=/module/loop\0SUBSYSTEM=module\0SEQNUM=1";
	static const char device[] = "bind@/devices/x\0ACTION=bind\0SUBSYSTEM=pci\0SEQNUM=2";
	static const char other[] = "add@/module/loop\0ACTION=add";
	static const char cut[] = {'S', 'U', 'B', 'S', 'Y', 'S', 'T', 'E', 'M', '=', 'm'};

	assert_int_equal(kmt_events_parse(module, sizeof(module)), KMT_EVENT_MODULES);
	assert_int_equal(kmt_events_parse(device, sizeof(device)), KMT_EVENT_DEVICES);
	assert_int_equal(kmt_events_parse(other, sizeof(other)), 0);
	assert_int_equal(kmt_events_parse(cut, sizeof(cut)), 0);
	assert_int_equal(kmt_events_parse("", 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(changed_files_are_told, setup, teardown),
		cmocka_unit_test_setup_teardown(nothing_outside_is_watched, setup, teardown),
		cmocka_unit_test_setup_teardown(another_root_hears_no_uevents, setup, teardown),
		cmocka_unit_test(messages_are_told_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
