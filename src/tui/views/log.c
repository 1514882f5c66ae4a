/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/tui/log.h>

#include <stdio.h>
#include <sys/stat.h>

static struct kmt_log_row *add(struct kmt_log *log, const struct kmt_kmsg_record *record)
{
	struct kmt_log_row *row = KMT_ARENA_NEW(&log->arena, struct kmt_log_row);

	row->record = *record;
	row->record.text = kmt_arena_strdup(&log->arena, record->text);
	snprintf(row->id, sizeof(row->id), "line %zu", ++log->count);
	kmt_vec_push(&log->rows, row);
	return row;
}

#define NOTICE 5

void kmt_log_mark(struct kmt_log *log, const char *text)
{
	struct kmt_kmsg_record record = {.level = NOTICE, .text = text};

	if (!log->is_open)
		return;
	if (log->rows.n)
		record.usec = log->rows.v[log->rows.n - 1]->record.usec;
	add(log, &record)->mark = true;
	log->marked = true;
}

/* The newer half moves to a new arena, so that what is kept has a limit. */
static void drop_old(struct kmt_log *log)
{
	struct kmt_arena old = log->arena;
	size_t n = KMT_LOG_MAX / 2, first = log->rows.n - n;

	log->arena = (struct kmt_arena){0};
	for (size_t i = 0; i < n; i++) {
		struct kmt_log_row *row = KMT_ARENA_NEW(&log->arena, struct kmt_log_row);

		*row = *log->rows.v[first + i];
		row->record.text = kmt_arena_strdup(&log->arena, row->record.text);
		log->rows.v[i] = row;
	}
	log->rows.n = n;
	kmt_arena_free(&old);
}

static bool is_open(struct kmt_log *log, const struct kmt_root *root)
{
	if (log->is_open)
		return true;
	kmt_kmsg_open_start(&log->kmsg, root);
	log->is_open = log->kmsg.fd >= 0;
	log->errnum = log->kmsg.errnum;
	return log->is_open;
}

bool kmt_log_read(struct kmt_log *log, const struct kmt_root *root)
{
	struct kmt_kmsg_log new = {0};
	const struct kmt_kmsg_record *record;
	bool any;

	if (!is_open(log, root))
		return false;
	log->errnum = -kmt_kmsg_read_new(&log->kmsg, &new);
	log->overrun |= new.overrun;
	kmt_vec_foreach (record, &new.records)
		add(log, record);
	any = new.records.n > 0 || log->marked;
	log->marked = false;
	kmt_kmsg_log_free(&new);
	if (log->rows.n > KMT_LOG_MAX)
		drop_old(log);
	return any;
}

void kmt_log_close(struct kmt_log *log)
{
	if (log->is_open)
		kmt_kmsg_close(&log->kmsg);
	kmt_vec_free(&log->rows);
	kmt_arena_free(&log->arena);
	*log = (struct kmt_log){0};
}

int kmt_log_fd(const struct kmt_log *log)
{
	struct stat st;

	/* A plain file, as another root may have, is readable at all times. */
	if (!log->is_open || fstat(log->kmsg.fd, &st) < 0 || !S_ISCHR(st.st_mode))
		return -1;
	return log->kmsg.fd;
}
