/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/sys/kmsg.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <kmt/base/alloc.h>
#include <kmt/sys/paths.h>

/* A read(2) smaller than the record fails with EINVAL; the kernel's own limit is 8 KiB. */
#define RECORD_MAX 16384
/* A saved log is read up to here. */
#define SAVED_MAX (64u << 20)

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

/* The byte that "\xNN" at S stands for; 0 if it is none, or stands for NUL, which no text can hold. */
static char escaped_byte(const char *s, size_t n)
{
	int high, low;

	if (n < 4 || s[0] != '\\' || s[1] != 'x')
		return 0;
	high = hex_digit(s[2]);
	low = hex_digit(s[3]);
	return high < 0 || low < 0 ? 0 : (char)(high << 4 | low);
}

static const char *decode_text(const char *s, size_t n, struct kmt_arena *arena)
{
	char *text = kmt_arena_alloc(arena, n + 1), *to = text;
	size_t i = 0;

	while (i < n && s[i]) {
		char byte = escaped_byte(s + i, n - i);

		*to++ = byte ? byte : s[i];
		i += byte ? 4 : 1;
	}
	return text;
}

/* Reads decimal digits and the ',' after them; moves *S behind it. */
static int take_number(const char **s, const char *end, uint64_t *out)
{
	const char *p = *s;
	uint64_t n = 0;

	if (p == end || *p < '0' || *p > '9')
		return -EINVAL;
	for (; p < end && *p >= '0' && *p <= '9'; p++)
		if (__builtin_mul_overflow(n, 10u, &n) ||
			__builtin_add_overflow(n, (unsigned int)(*p - '0'), &n))
			return -EINVAL;
	if (p == end || *p != ',')
		return -EINVAL;
	*s = p + 1;
	*out = n;
	return 0;
}

int kmt_kmsg_parse(
	const char *record, size_t n, struct kmt_arena *arena, struct kmt_kmsg_record *out)
{
	const char *s = record, *end = memchr(record, '\n', n), *text;
	uint64_t prio;

	if (!end)
		end = record + n;
	text = memchr(record, ';', (size_t)(end - record));
	if (!text)
		return -EINVAL;
	*out = (struct kmt_kmsg_record){0};
	if (take_number(&s, text, &prio) < 0 || prio > UINT32_MAX ||
		take_number(&s, text, &out->seq) < 0 || take_number(&s, text, &out->usec) < 0)
		return -EINVAL;
	out->level = prio & 7;
	out->facility = (unsigned int)(prio >> 3);
	out->fragment = s < text && *s == 'c';
	out->text = decode_text(text + 1, (size_t)(end - text - 1), arena);
	return 0;
}

void kmt_kmsg_open_start(struct kmt_kmsg *k, const struct kmt_root *root)
{
	*k = (struct kmt_kmsg){.fd = kmt_root_openat(root, KMT_PATH_DEV_KMSG, O_RDONLY | O_NONBLOCK)};
	if (k->fd >= 0 && lseek(k->fd, 0, SEEK_SET) < 0) {
		int saved = errno;

		close(k->fd);
		k->fd = -saved;
	}
	if (k->fd < 0)
		*k = (struct kmt_kmsg){.fd = -1, .errnum = -k->fd};
}

void kmt_kmsg_close(struct kmt_kmsg *k)
{
	if (k->fd >= 0)
		close(k->fd);
	*k = (struct kmt_kmsg){.fd = -1};
}

static void add_record(struct kmt_kmsg *k, struct kmt_kmsg_log *log, const char *record, size_t n)
{
	struct kmt_kmsg_record r;

	if (kmt_kmsg_parse(record, n, &log->arena, &r) < 0)
		return;
	if (k->overrun && k->next && r.seq > k->next)
		log->lost += r.seq - k->next;
	k->overrun = false;
	k->next = r.seq + 1;
	kmt_vec_push(&log->records, r);
}

/* A saved log holds many records in one file: every line that does not begin with a blank is one. */
static int read_saved(struct kmt_kmsg *k, struct kmt_kmsg_log *log)
{
	kmt_autostrbuf struct kmt_strbuf b = KMT_STRBUF_INIT;
	const char *line, *end;
	char chunk[RECORD_MAX];
	ssize_t n;

	while ((n = read(k->fd, chunk, sizeof(chunk))) > 0) {
		if (b.len > SAVED_MAX)
			return -EFBIG;
		kmt_strbuf_add(&b, chunk, (size_t)n);
	}
	if (n < 0)
		return -errno;
	line = kmt_strbuf_str(&b);
	for (; *line; line = *end ? end + 1 : end) {
		end = line + strcspn(line, "\n");
		add_record(k, log, line, (size_t)(end - line));
	}
	return 0;
}

static int read_device(struct kmt_kmsg *k, struct kmt_kmsg_log *log)
{
	char record[RECORD_MAX];

	for (;;) {
		ssize_t n = read(k->fd, record, sizeof(record));

		if (n > 0)
			add_record(k, log, record, (size_t)n);
		else if (!n || errno == EAGAIN)
			return 0;
		else if (errno == EPIPE) /* the next read gives the oldest that is left */
			log->overrun = k->overrun = true;
		else if (errno != EINTR)
			return -errno;
	}
}

int kmt_kmsg_read_new(struct kmt_kmsg *k, struct kmt_kmsg_log *log)
{
	struct stat st;

	if (k->fd < 0)
		return -k->errnum;
	if (!fstat(k->fd, &st) && S_ISREG(st.st_mode))
		return read_saved(k, log);
	return read_device(k, log);
}

const char *kmt_kmsg_lost_text(const struct kmt_kmsg_log *log, struct kmt_arena *arena)
{
	static const char why[] = "the kernel overwrote what had not been read";

	if (!log->overrun)
		return NULL;
	if (!log->lost)
		return kmt_arena_printf(arena, "records of the kernel log were lost: %s", why);
	return log->lost == 1 ? kmt_arena_printf(arena, "1 record of the kernel log was lost: %s", why)
			      : kmt_arena_printf(arena, "%" PRIu64 " records of the kernel log were lost: %s",
					log->lost, why);
}

const char *kmt_kmsg_text(const struct kmt_kmsg_record *record, struct kmt_arena *arena)
{
	return kmt_arena_printf(arena, "[%5" PRIu64 ".%06" PRIu64 "] %s", record->usec / 1000000,
		record->usec % 1000000, record->text);
}

void kmt_kmsg_log_free(struct kmt_kmsg_log *log)
{
	kmt_vec_free(&log->records);
	kmt_arena_free(&log->arena);
	log->overrun = false;
	log->lost = 0;
}

void kmt_kmsg_open_end(struct kmt_kmsg *k, const struct kmt_root *root)
{
	struct kmt_kmsg_log before = {0};

	kmt_kmsg_open_start(k, root);
	if (k->fd >= 0)
		kmt_kmsg_read_new(k, &before);
	kmt_kmsg_log_free(&before);
}
