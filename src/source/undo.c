/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/source/undo.h>

#include <errno.h>
#include <string.h>

#include <kmt/base/num.h>

/* A line that names format and version, then for each file three blobs: path, before, after. A blob is
 * its length in decimal and a newline, its bytes, and a newline; "-" for a file that is not there. The path
 * of a directory that was created ends in '/'. */
static const char first_line[] = "kmtool-undo 1\n", first_of_backup[] = "kmtool-backup 1\n";

static void write_blob(struct kmt_strbuf *out, const char *s, size_t n)
{
	if (!s) {
		kmt_strbuf_addstr(out, "-\n");
		return;
	}
	kmt_strbuf_addf(out, "%zu\n", n);
	kmt_strbuf_add(out, s, n);
	kmt_strbuf_addc(out, '\n');
}

static void write_record(const char *first, const struct kmt_undo *undo, struct kmt_strbuf *out)
{
	kmt_strbuf_addstr(out, first);
	for (size_t i = 0; i < undo->dirs.n; i++) {
		kmt_autofree char *path = kmt_asprintf("%s/", undo->dirs.v[i]);

		write_blob(out, path, strlen(path));
		write_blob(out, NULL, 0);
		write_blob(out, NULL, 0);
	}
	for (size_t i = 0; i < undo->files.n; i++) {
		const struct kmt_undo_file *f = &undo->files.v[i];

		write_blob(out, f->path, strlen(f->path));
		write_blob(out, f->before, f->before_n);
		write_blob(out, f->after, f->after_n);
	}
}

void kmt_undo_write(const struct kmt_undo *undo, struct kmt_strbuf *out)
{
	write_record(first_line, undo, out);
}

void kmt_undo_write_backup(const struct kmt_undo *files, struct kmt_strbuf *out)
{
	write_record(first_of_backup, files, out);
}

struct cursor {
	const char *p, *end;
	struct kmt_arena *arena;
};

static int read_blob(struct cursor *c, const char **out, size_t *out_n)
{
	const char *newline = memchr(c->p, '\n', (size_t)(c->end - c->p));
	char number[24];
	uint64_t n;
	char *copy;

	if (!newline || (size_t)(newline - c->p) >= sizeof(number))
		return -EBADMSG;
	memcpy(number, c->p, (size_t)(newline - c->p));
	number[newline - c->p] = '\0';
	c->p = newline + 1;
	*out = NULL;
	*out_n = 0;
	if (!strcmp(number, "-"))
		return 0;
	if (kmt_num_u64(number, 10, &n) || n >= (uint64_t)(c->end - c->p) || c->p[n] != '\n')
		return -EBADMSG;
	copy = kmt_arena_alloc(c->arena, (size_t)n + 1);
	memcpy(copy, c->p, (size_t)n);
	c->p += n + 1;
	*out = copy;
	*out_n = (size_t)n;
	return 0;
}

static int read_file(struct cursor *c, struct kmt_undo_file *f)
{
	size_t path_n;
	int r = read_blob(c, &f->path, &path_n);

	if (r < 0)
		return r;
	if (!f->path || *f->path != '/' || strlen(f->path) != path_n)
		return -EBADMSG;
	r = read_blob(c, &f->before, &f->before_n);
	return r < 0 ? r : read_blob(c, &f->after, &f->after_n);
}

static void add_row(struct cursor *c, const struct kmt_undo_file *f, struct kmt_undo *out)
{
	size_t n = strlen(f->path);

	if (f->path[n - 1] == '/')
		kmt_vec_push(&out->dirs, kmt_arena_strndup(c->arena, f->path, n - 1));
	else
		kmt_vec_push(&out->files, *f);
}

static int parse_record(const char *first, const char *text, size_t n, struct kmt_arena *arena,
	struct kmt_undo *out)
{
	struct cursor c = {text, text + n, arena};

	if (n < strlen(first) || memcmp(text, first, strlen(first)))
		return -EBADMSG;
	c.p += strlen(first);
	while (c.p < c.end) {
		struct kmt_undo_file f;
		int r = read_file(&c, &f);

		if (r < 0) {
			kmt_undo_free(out);
			return r;
		}
		add_row(&c, &f, out);
	}
	return 0;
}

int kmt_undo_parse(const char *text, size_t n, struct kmt_arena *arena, struct kmt_undo *out)
{
	return parse_record(first_line, text, n, arena, out);
}

int kmt_undo_parse_backup(const char *text, size_t n, struct kmt_arena *arena, struct kmt_undo *out)
{
	int r = parse_record(first_of_backup, text, n, arena, out);
	bool bad = !r && out->dirs.n;

	for (size_t i = 0; !r && i < out->files.n; i++)
		bad |= out->files.v[i].after != NULL;
	if (!bad)
		return r;
	kmt_undo_free(out);
	return -EBADMSG;
}

void kmt_undo_free(struct kmt_undo *undo)
{
	kmt_vec_free(&undo->files);
	kmt_vec_free(&undo->dirs);
}
