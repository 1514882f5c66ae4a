/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lines of the kernel's log that the browser keeps: how many, which, and what it makes of odd ones. */
#include "unit.h"

#include "fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <kmt/tui/log.h>

/* What the next reads of the device give: records, or an error. */
struct answer {
	int errnum;
	const char *record;
};

static const struct answer *answers;
static int device = -1;

/* Linked in place of read(2). */
ssize_t __real_read(int fd, void *data, size_t n);
ssize_t __wrap_read(int fd, void *data, size_t n);

ssize_t __wrap_read(int fd, void *data, size_t n)
{
	const struct answer *a = answers;

	if (fd != device || !a)
		return __real_read(fd, data, n);
	errno = a->errnum;
	if (a->errnum == EAGAIN)
		return -1; /* and whenever it is asked again */
	answers++;
	if (a->errnum)
		return -1;
	assert_in_range(strlen(a->record), 1, n);
	memcpy(data, a->record, strlen(a->record));
	return (ssize_t)strlen(a->record);
}

struct machine {
	struct fixture f;
	struct kmt_log log;
};

static int setup(void **state)
{
	static struct machine m;

	m = (struct machine){0};
	fixture_init(&m.f);
	*state = &m;
	return 0;
}

static int teardown(void **state)
{
	struct machine *m = *state;

	answers = NULL;
	device = -1;
	kmt_log_close(&m->log);
	fixture_clear(&m->f);
	return 0;
}

/* The log is a device that answers LIST. */
static void use_device(struct machine *m, const struct answer *list)
{
	device = open("/dev/null", O_RDONLY | O_CLOEXEC);
	assert_true(device >= 0);
	m->log.kmsg = (struct kmt_kmsg){.fd = device};
	m->log.is_open = true;
	answers = list;
}

static FILE *saved_log(const struct machine *m, const char *mode)
{
	char path[sizeof(m->f.dir) + 16];
	FILE *f;

	snprintf(path, sizeof(path), "%s/dev/kmsg", m->f.dir);
	f = fopen(path, mode);
	assert_non_null(f);
	return f;
}

/* N lines, "line FIRST" and so on. */
static void append_lines(const struct machine *m, unsigned int first, unsigned int n)
{
	FILE *f = saved_log(m, "a");

	for (unsigned int i = first; i < first + n; i++)
		fprintf(f, "6,%u,%u,-;line %u\n", i, i, i);
	fclose(f);
}

static void check_rows(const struct kmt_log *log, unsigned int first, unsigned int n)
{
	assert_int_equal(log->rows.n, n);
	for (unsigned int i = 0; i < n; i++) {
		const struct kmt_log_row *row = log->rows.v[i];
		char want[32];

		snprintf(want, sizeof(want), "line %u", first + i);
		assert_string_equal(row->record.text, want);
		assert_string_equal(row->id, want); /* so are rows counted, from the first that ever came */
		assert_int_equal(row->record.seq, first + i);
	}
}

/* As many as fit all stay; one more, and the older half goes. */
static void the_newest_lines_are_kept(void **state)
{
	struct machine *m = *state;

	fixture_text(&m->f, "/dev/kmsg", "");
	append_lines(m, 1, KMT_LOG_MAX);
	assert_true(kmt_log_read(&m->log, &m->f.root));
	check_rows(&m->log, 1, KMT_LOG_MAX);
	append_lines(m, KMT_LOG_MAX + 1, 1);
	assert_true(kmt_log_read(&m->log, &m->f.root));
	check_rows(&m->log, KMT_LOG_MAX / 2 + 2, KMT_LOG_MAX / 2);
	append_lines(m, KMT_LOG_MAX + 2, 3);
	assert_true(kmt_log_read(&m->log, &m->f.root));
	check_rows(&m->log, KMT_LOG_MAX / 2 + 2, KMT_LOG_MAX / 2 + 3);
}

/* However many come at once. */
static void a_flood_has_a_limit(void **state)
{
	struct machine *m = *state;

	fixture_text(&m->f, "/dev/kmsg", "");
	append_lines(m, 1, 5 * KMT_LOG_MAX);
	assert_true(kmt_log_read(&m->log, &m->f.root));
	check_rows(&m->log, 5 * KMT_LOG_MAX - KMT_LOG_MAX / 2 + 1, KMT_LOG_MAX / 2);
}

static void nothing_new_is_said_so(void **state)
{
	struct machine *m = *state;

	fixture_text(&m->f, "/dev/kmsg", "");
	append_lines(m, 1, 2);
	assert_true(kmt_log_read(&m->log, &m->f.root));
	assert_false(kmt_log_read(&m->log, &m->f.root));
	check_rows(&m->log, 1, 2);
}

/* The kernel wrote over what was not read yet: what is left is read, and the loss is not forgotten. */
static void an_overrun_is_remembered(void **state)
{
	static const struct answer list[] = {{0, "6,1,1,-;line 1\n"}, {EPIPE, NULL}, {0, "6,9,9,-;later\n"},
		{EAGAIN, NULL}};
	static const struct answer more[] = {{0, "6,10,10,-;last\n"}, {EAGAIN, NULL}};
	struct machine *m = *state;

	use_device(m, list);
	assert_true(kmt_log_read(&m->log, &m->f.root));
	assert_true(m->log.overrun);
	assert_int_equal(m->log.errnum, 0);
	assert_int_equal(m->log.rows.n, 2);
	assert_string_equal(m->log.rows.v[1]->record.text, "later");
	answers = more;
	assert_true(kmt_log_read(&m->log, &m->f.root));
	assert_true(m->log.overrun);
	assert_int_equal(m->log.rows.n, 3);
}

static void lost_records_are_counted(void **state)
{
	static const struct answer list[] = {{0, "6,1,1,-;line 1\n"}, {EPIPE, NULL}, {0, "6,19402,9,-;later\n"},
		{EAGAIN, NULL}};
	static const struct answer unknown[] = {{EPIPE, NULL}, {0, "6,19402,9,-;later\n"}, {EAGAIN, NULL}};
	struct machine *m = *state;
	struct kmt_kmsg_log log = {0};

	use_device(m, list);
	assert_null(kmt_kmsg_lost_text(&log, &log.arena));
	assert_int_equal(kmt_kmsg_read_new(&m->log.kmsg, &log), 0);
	assert_int_equal(log.lost, 19400);
	assert_string_equal(kmt_kmsg_lost_text(&log, &log.arena),
		"19400 records of the kernel log were lost: the kernel overwrote what had not been read");
	kmt_kmsg_log_free(&log);
	m->log.kmsg.next = 0;
	answers = unknown;
	assert_int_equal(kmt_kmsg_read_new(&m->log.kmsg, &log), 0);
	assert_true(log.overrun);
	assert_int_equal(log.lost, 0);
	assert_non_null(strstr(kmt_kmsg_lost_text(&log, &log.arena), "were lost"));
	kmt_kmsg_log_free(&log);
}

static void no_overrun_no_complaint(void **state)
{
	static const struct answer list[] = {{EINTR, NULL}, {0, "6,1,1,-;line 1\n"}, {EAGAIN, NULL}};
	struct machine *m = *state;

	use_device(m, list);
	assert_true(kmt_log_read(&m->log, &m->f.root));
	assert_false(m->log.overrun);
	assert_int_equal(m->log.errnum, 0);
	check_rows(&m->log, 1, 1);
}

/* What was read stays, the reason is told, and it may go on later. */
static void an_error_is_told_while_it_lasts(void **state)
{
	static const struct answer list[] = {{0, "6,1,1,-;line 1\n"}, {EIO, NULL}, {EAGAIN, NULL}};
	struct machine *m = *state;

	use_device(m, list);
	assert_true(kmt_log_read(&m->log, &m->f.root));
	assert_int_equal(m->log.errnum, EIO);
	check_rows(&m->log, 1, 1);
	assert_false(kmt_log_read(&m->log, &m->f.root));
	assert_int_equal(m->log.errnum, 0);
}

/* Bytes that are no UTF-8, or would play with a terminal, are kept as they are: who draws escapes them. */
static void bytes_stay_as_they_are(void **state)
{
	static const struct answer list[] = {{0, "6,1,1,-;\xff\xfe \xc3( \xe6\x97\n"}, {0, "6,2,2,-;\\xff\\x1b[2J\\x0aend\n"},
		{EAGAIN, NULL}};
	struct machine *m = *state;

	use_device(m, list);
	assert_true(kmt_log_read(&m->log, &m->f.root));
	assert_int_equal(m->log.rows.n, 2);
	assert_string_equal(m->log.rows.v[0]->record.text, "\xff\xfe \xc3( \xe6\x97");
	assert_string_equal(m->log.rows.v[1]->record.text, "\xff\x1b[2J\nend");
}

/* Records without an end, without a text, in pieces, with words of a device, and what is none. */
static void cut_records_are_read_as_far_as_they_go(void **state)
{
	static const struct answer list[] = {{0, "6,1,1,-;no newline"}, {0, "6,2,2"}, {0, "6,3,3,-;\n"}, {0, "\n"},
		{0, "6,4,4,c;in \n"}, {0, "6,5,5,+;pieces\n"}, {0, "6,6,6,-;device\n SUBSYSTEM=pci\n DEV"},
		{0, "6,7,7,-;\\x1"}, {EAGAIN, NULL}};
	static const char *const want[] = {"no newline", "", "in ", "pieces", "device", "\\x1"};
	struct machine *m = *state;

	use_device(m, list);
	assert_true(kmt_log_read(&m->log, &m->f.root));
	assert_int_equal(m->log.rows.n, KMT_ARRAY_SIZE(want));
	for (size_t i = 0; i < KMT_ARRAY_SIZE(want); i++)
		assert_string_equal(m->log.rows.v[i]->record.text, want[i]);
	assert_true(m->log.rows.v[2]->record.fragment);
	assert_false(m->log.rows.v[3]->record.fragment);
	assert_string_equal(m->log.rows.v[5]->id, "line 6");
}

/* The longest that the kernel has: it comes whole. */
static void a_long_record_is_whole(void **state)
{
	static char record[8192];
	const struct answer list[] = {{0, record}, {EAGAIN, NULL}};
	struct machine *m = *state;
	size_t n = (size_t)sprintf(record, "6,1,1,-;");

	memset(record + n, 'x', sizeof(record) - n - 1);
	use_device(m, list);
	assert_true(kmt_log_read(&m->log, &m->f.root));
	assert_int_equal(m->log.rows.n, 1);
	assert_int_equal(strlen(m->log.rows.v[0]->record.text), sizeof(record) - n - 1);
}

/* Where there is none it is tried again. */
static void it_may_come_later(void **state)
{
	struct machine *m = *state;

	assert_false(kmt_log_read(&m->log, &m->f.root));
	assert_int_equal(m->log.errnum, ENOENT);
	assert_int_equal(kmt_log_fd(&m->log), -1);
	fixture_text(&m->f, "/dev/kmsg", "6,1,1,-;line 1\n");
	assert_true(kmt_log_read(&m->log, &m->f.root));
	assert_int_equal(m->log.errnum, 0);
	check_rows(&m->log, 1, 1);
}

/* A plain file is readable at all times: who waited for it would never rest. */
static void only_a_device_is_waited_for(void **state)
{
	static const struct answer list[] = {{EAGAIN, NULL}};
	struct machine *m = *state;

	fixture_text(&m->f, "/dev/kmsg", "6,1,1,-;line 1\n");
	assert_true(kmt_log_read(&m->log, &m->f.root));
	assert_int_equal(kmt_log_fd(&m->log), -1);
	kmt_log_close(&m->log);
	assert_int_equal(m->log.rows.n, 0);
	assert_int_equal(kmt_log_fd(&m->log), -1);
	use_device(m, list);
	assert_int_equal(kmt_log_fd(&m->log), device);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_newest_lines_are_kept),
		TEST(a_flood_has_a_limit),
		TEST(nothing_new_is_said_so),
		TEST(an_overrun_is_remembered),
		TEST(lost_records_are_counted),
		TEST(no_overrun_no_complaint),
		TEST(an_error_is_told_while_it_lasts),
		TEST(bytes_stay_as_they_are),
		TEST(cut_records_are_read_as_far_as_they_go),
		TEST(a_long_record_is_whole),
		TEST(it_may_come_later),
		TEST(only_a_device_is_waited_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
