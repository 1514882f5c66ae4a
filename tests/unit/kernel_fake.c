/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel_fake.h"

#include <signal.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <kmt/base/alloc.h>
#include <kmt/base/arena.h>
#include <kmt/base/name.h>
#include <kmt/base/strbuf.h>
#include <kmt/base/vec.h>

#define BYTES 64 /* of an inserted file that are kept */

struct need {
	const char *user, *used;
};

struct module {
	const char *name;
	unsigned int refs; /* without holders */
};

struct kmt_fake {
	const char *dir;
	KMT_VEC(struct module) loaded; /* oldest first */
	KMT_VEC(struct need) needs;
	KMT_VEC(struct kmt_fake_script) scripts;
	struct kmt_strbuf calls;
	unsigned int log_seq;
	bool keeps_writes;
	struct kmt_strbuf bytes;
	struct kmt_arena arena;
};

static struct module *find(const struct kmt_fake *f, const char *name)
{
	struct module *m;

	kmt_vec_foreach(m, &f->loaded)
		if (kmt_name_equal(m->name, name))
			return m;
	return NULL;
}

static struct kmt_strv holders(const struct kmt_fake *f, const char *name)
{
	struct kmt_strv out = {0};

	for (size_t i = 0; i < f->needs.n; i++)
		if (kmt_name_equal(f->needs.v[i].used, name) && find(f, f->needs.v[i].user))
			kmt_vec_push(&out, f->needs.v[i].user);
	return out;
}

static FILE *open_file(const struct kmt_fake *f, const char *path, const char *mode)
{
	kmt_autofree char *full = kmt_asprintf("%s%s", f->dir, path);
	FILE *file = fopen(full, mode);

	if (!file)
		abort();
	return file;
}

static void make_dir(const struct kmt_fake *f, const char *path)
{
	kmt_autofree char *full = kmt_asprintf("%s%s", f->dir, path);

	mkdir(full, 0755);
}

static void write_attr(const struct kmt_fake *f, const char *name, const char *attr, const char *text)
{
	kmt_autofree char *path = kmt_asprintf("/sys/module/%s/%s", name, attr);
	FILE *file = open_file(f, path, "w");

	fputs(text, file);
	fclose(file);
}

/* Empties a directory of files; none is no matter. */
static void empty_dir(const struct kmt_fake *f, const char *path)
{
	kmt_autofree char *full = kmt_asprintf("%s%s", f->dir, path);
	DIR *dir = opendir(full);
	const struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		unlinkat(dirfd(dir), entry->d_name, 0);
	if (dir)
		closedir(dir);
}

static void show_holders(const struct kmt_fake *f, const char *name, const struct kmt_strv *users)
{
	kmt_autofree char *dir = kmt_asprintf("/sys/module/%s/holders", name);

	make_dir(f, dir);
	empty_dir(f, dir);
	for (size_t i = 0; i < users->n; i++) {
		kmt_autofree char *attr = kmt_asprintf("holders/%s", users->v[i]);

		write_attr(f, name, attr, "");
	}
}

static void show_module(const struct kmt_fake *f, const struct module *m, FILE *list)
{
	struct kmt_strv users = holders(f, m->name);
	kmt_autofree char *dir = kmt_asprintf("/sys/module/%s", m->name);
	kmt_autofree char *refs = kmt_asprintf("%zu\n", m->refs + users.n);

	make_dir(f, dir);
	write_attr(f, m->name, "initstate", "live\n");
	write_attr(f, m->name, "refcnt", refs);
	show_holders(f, m->name, &users);
	fprintf(list, "%s 16384 %zu ", m->name, m->refs + users.n);
	for (size_t i = 0; i < users.n; i++)
		fprintf(list, "%s,", users.v[i]);
	fprintf(list, "%s Live 0xffffffffc0201000\n", users.n ? "" : "-");
	kmt_vec_free(&users);
}

static void show(const struct kmt_fake *f)
{
	FILE *list = open_file(f, "/proc/modules", "w");

	for (size_t i = f->loaded.n; i-- > 0;)
		show_module(f, &f->loaded.v[i], list);
	fclose(list);
}

static void hide(const struct kmt_fake *f, const char *name)
{
	kmt_autofree char *dir = kmt_asprintf("/sys/module/%s", name);
	kmt_autofree char *in_dir = kmt_asprintf("%s/holders", dir);
	kmt_autofree char *full = kmt_asprintf("%s%s", f->dir, dir);
	kmt_autofree char *full_in_dir = kmt_asprintf("%s%s", f->dir, in_dir);

	empty_dir(f, in_dir);
	rmdir(full_in_dir);
	empty_dir(f, dir);
	rmdir(full);
}

static void add(struct kmt_fake *f, const char *name, unsigned int refs)
{
	struct module m = {.name = kmt_arena_strdup(&f->arena, name), .refs = refs};

	kmt_vec_push(&f->loaded, m);
	show(f);
}

static void drop(struct kmt_fake *f, struct module *m)
{
	hide(f, m->name);
	memmove(m, m + 1, (size_t)(f->loaded.v + f->loaded.n - (m + 1)) * sizeof(*m));
	f->loaded.n--;
	show(f);
}

static void write_log(struct kmt_fake *f, const char *text)
{
	FILE *file = open_file(f, "/dev/kmsg", "a");

	while (*text) {
		unsigned int priority = 4;
		int skip = 0, n;

		if (sscanf(text, "<%u>%n", &priority, &skip) == 1)
			text += skip;
		n = (int)strcspn(text, "\n");
		fprintf(file, "%u,%u,1000,-;%.*s\n", priority, f->log_seq++, n, text);
		text += n;
		text += *text == '\n';
	}
	fclose(file);
}

static const struct kmt_fake_script nothing;

/* The script for this call, used up by one. */
static struct kmt_fake_script play(struct kmt_fake *f, const char *op, const char *module)
{
	struct kmt_fake_script *s;

	kmt_vec_foreach(s, &f->scripts) {
		if (!s->times || strcmp(s->op, op) != 0 || !kmt_name_equal(s->module, module))
			continue;
		s->times--;
		if (s->log)
			write_log(f, s->log);
		if (s->raise)
			raise(s->raise);
		return *s;
	}
	return nothing;
}

static int insert_name(struct kmt_fake *f, const char *op, const char *name)
{
	struct kmt_fake_script s = play(f, op, name);

	if (s.appears)
		add(f, name, 0);
	if (s.errnum)
		return -s.errnum;
	if (find(f, name))
		return -EEXIST;
	for (size_t i = 0; i < f->needs.n; i++)
		if (kmt_name_equal(f->needs.v[i].user, name) && !find(f, f->needs.v[i].used))
			return -ENOENT;
	add(f, name, 0);
	return 0;
}

static int fake_insert(
	struct kmt_kernel *k, int fd, const char *path, const char *params, unsigned int flags)
{
	struct kmt_fake *f = k->data;
	char name[KMT_NAME_MAX], bytes[BYTES];
	ssize_t n = pread(fd, bytes, sizeof(bytes), 0);

	kmt_strbuf_truncate(&f->bytes, 0);
	if (n > 0)
		kmt_strbuf_add(&f->bytes, bytes, (size_t)n);

	kmt_strbuf_addf(&f->calls, "insert %s%s%s", path, *params ? " " : "", params);
	if (flags)
		kmt_strbuf_addf(&f->calls, " flags=%u", flags);
	kmt_strbuf_addc(&f->calls, '\n');
	if (kmt_name_from_path(path, name, sizeof(name)) < 0)
		return -EINVAL;
	return insert_name(f, "insert", name);
}

/* A module in memory has no file name here: its bytes are its name. */
static int fake_insert_image(
	struct kmt_kernel *k, const void *data, size_t n, const char *params, unsigned int flags)
{
	struct kmt_fake *f = k->data;
	kmt_autofree char *name = kmt_strndup(data, n);

	kmt_strbuf_addf(&f->calls, "insert-image %s%s%s", name, *params ? " " : "", params);
	if (flags)
		kmt_strbuf_addf(&f->calls, " flags=%u", flags);
	kmt_strbuf_addc(&f->calls, '\n');
	return insert_name(f, "insert-image", name);
}

static int fake_remove(struct kmt_kernel *k, const char *name, unsigned int flags)
{
	struct kmt_fake *f = k->data;
	struct kmt_fake_script s;
	struct kmt_strv users = holders(f, name);
	struct module *m;
	bool busy = users.n > 0;

	kmt_vec_free(&users);
	kmt_strbuf_addf(&f->calls, "remove %s%s\n", name, flags & KMT_REMOVE_FORCE ? " force" : "");
	s = play(f, "remove", name);
	m = find(f, name);
	if (s.appears && m) {
		drop(f, m);
		m = NULL;
	}
	if (s.errnum)
		return -s.errnum;
	if (!m)
		return -ENOENT;
	if (!(flags & KMT_REMOVE_FORCE) && (busy || m->refs))
		return -EAGAIN;
	drop(f, m);
	return 0;
}

static int fake_run(
	struct kmt_kernel *k, const char *command, const char *module, const char *opts, struct kmt_strbuf *output,
	int *status)
{
	struct kmt_fake *f = k->data;
	struct kmt_fake_script s;

	kmt_strbuf_addf(&f->calls, "run %s %s%s%s\n", module, command, opts && *opts ? " opts=" : "",
		opts ? opts : "");
	s = play(f, "run", module);
	if (output && s.prints)
		kmt_strbuf_addstr(output, s.prints);
	*status = s.status;
	return -s.errnum;
}

static int fake_write(struct kmt_kernel *k, const char *path, const void *data, size_t n)
{
	struct kmt_fake *f = k->data;
	kmt_autofree char *full = kmt_asprintf("%s%s", f->dir, path);
	struct kmt_fake_script s;
	FILE *file;

	kmt_strbuf_addf(&f->calls, "write %s %.*s\n", path, (int)n, (const char *)data);
	s = play(f, "write", path);
	file = s.errnum || !f->keeps_writes ? NULL : fopen(full, "r+");
	if (!file)
		return -s.errnum;
	fwrite(data, 1, n, file);
	fputc('\n', file);
	fclose(file);
	return truncate(full, (off_t)n + 1) ? -errno : 0;
}

static void fake_sleep_ms(struct kmt_kernel *k, unsigned int ms)
{
	struct kmt_fake *f = k->data;

	kmt_strbuf_addf(&f->calls, "sleep %u\n", ms);
}

static const struct kmt_kernel_ops fake_ops = {
	.insert = fake_insert,
	.insert_image = fake_insert_image,
	.remove = fake_remove,
	.run = fake_run,
	.write = fake_write,
	.sleep_ms = fake_sleep_ms,
};

struct kmt_fake *kmt_fake_new(const char *dir)
{
	static const char *const dirs[] = {"/proc", "/sys", "/sys/module", "/dev"};
	struct kmt_fake *f = kmt_alloc(sizeof(*f));

	f->dir = kmt_arena_strdup(&f->arena, dir);
	for (size_t i = 0; i < KMT_ARRAY_SIZE(dirs); i++)
		make_dir(f, dirs[i]);
	fclose(open_file(f, "/dev/kmsg", "w"));
	show(f);
	return f;
}

void kmt_fake_keep_writes(struct kmt_fake *f, bool keep)
{
	f->keeps_writes = keep;
}

void kmt_fake_free(struct kmt_fake *f)
{
	kmt_vec_free(&f->loaded);
	kmt_vec_free(&f->needs);
	kmt_vec_free(&f->scripts);
	kmt_strbuf_free(&f->calls);
	kmt_strbuf_free(&f->bytes);
	kmt_arena_free(&f->arena);
	free(f);
}

struct kmt_kernel kmt_fake_kernel(struct kmt_fake *f)
{
	return (struct kmt_kernel){.ops = &fake_ops, .data = f};
}

void kmt_fake_needs(struct kmt_fake *f, const char *user, const char *used)
{
	kmt_vec_push(&f->needs, (struct need){.user = user, .used = used});
}

void kmt_fake_loaded(struct kmt_fake *f, const char *name, unsigned int refs)
{
	add(f, name, refs);
}

void kmt_fake_script(struct kmt_fake *f, struct kmt_fake_script script)
{
	if (!script.times)
		script.times = 1;
	kmt_vec_push(&f->scripts, script);
}

bool kmt_fake_command(struct kmt_fake *f, const char *line)
{
	char name[2][64], log[256] = "";
	int number;

	if (sscanf(line, "fail %63s %63s %d %255[^\n]", name[0], name[1], &number, log) >= 3)
		kmt_fake_script(f, (struct kmt_fake_script){.op = kmt_arena_strdup(&f->arena, name[0]),
					   .module = kmt_arena_strdup(&f->arena, name[1]),
					   .errnum = number,
					   .log = *log ? kmt_arena_strdup(&f->arena, log) : NULL});
	else if (sscanf(line, "prints %63s %d %255[^\n]", name[0], &number, log) == 3)
		kmt_fake_script(f, (struct kmt_fake_script){.op = "run",
					   .module = kmt_arena_strdup(&f->arena, name[0]),
					   .status = number << 8,
					   .prints = kmt_arena_strdup(&f->arena, log)});
	else if (sscanf(line, "needs %63s %63s", name[0], name[1]) == 2)
		kmt_fake_needs(f, kmt_arena_strdup(&f->arena, name[0]), kmt_arena_strdup(&f->arena, name[1]));
	else if (sscanf(line, "loaded %63s %d", name[0], &number) == 2)
		kmt_fake_loaded(f, kmt_arena_strdup(&f->arena, name[0]), (unsigned int)number);
	else if (sscanf(line, "meanwhile %63s %63s", name[0], name[1]) == 2)
		kmt_fake_script(f, (struct kmt_fake_script){.op = kmt_arena_strdup(&f->arena, name[0]),
					   .module = kmt_arena_strdup(&f->arena, name[1]),
					   .appears = true});
	else if (sscanf(line, "exits %63s %d", name[0], &number) == 2)
		kmt_fake_script(f, (struct kmt_fake_script){
					   .op = "run", .module = kmt_arena_strdup(&f->arena, name[0]), .status = number});
	else if (!strcmp(line, "deaf"))
		kmt_fake_keep_writes(f, false);
	else
		return false;
	return true;
}

const char *kmt_fake_bytes(const struct kmt_fake *f)
{
	return kmt_strbuf_str(&f->bytes);
}

const char *kmt_fake_calls(const struct kmt_fake *f)
{
	return kmt_strbuf_str(&f->calls);
}

char *kmt_fake_modules(const struct kmt_fake *f)
{
	struct kmt_strbuf out = KMT_STRBUF_INIT;

	for (size_t i = f->loaded.n; i-- > 0;)
		kmt_strbuf_addf(&out, "%s%s", out.len ? " " : "", f->loaded.v[i].name);
	return kmt_strbuf_steal(&out);
}
