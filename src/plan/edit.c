/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/plan/edit.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include <kmt/base/alloc.h>
#include <kmt/source/confdirs.h>
#include <kmt/source/conftext.h>
#include <kmt/sys/paths.h>

int kmt_edit_file(const char *name, const char *own, struct kmt_arena *arena, const char **path,
	struct kmt_err *err)
{
	static const char *const dirs[] = KMT_MODPROBE_D_DIRS;
	const char *base;
	size_t n;

	if (!name)
		name = own;
	*path = strchr(name, '/') ? kmt_arena_strdup(arena, name)
				  : kmt_arena_printf(arena, "%s/%s", KMT_PATH_MODPROBE_D, name);
	base = strrchr(*path, '/');
	n = strlen(base);
	if (!kmt_confdirs_have(dirs, KMT_ARRAY_SIZE(dirs), *path))
		return kmt_err_set(err, KMT_ERR_USAGE, EINVAL, "%s: modprobe reads no configuration there", *path);
	if (n <= strlen("/.conf") || base[1] == '.' || strcmp(base + n - strlen(".conf"), ".conf") != 0)
		return kmt_err_set(
			err, KMT_ERR_USAGE, EINVAL, "%s: modprobe reads only files named *.conf", *path);
	return 0;
}

int kmt_edit_open(struct kmt_edit *e, const struct kmt_root *root, const char *path, struct kmt_err *err)
{
	struct stat st;
	int r = kmt_root_stat(root, path, &st);

	*e = (struct kmt_edit){.path = path, .join = true};
	if (kmt_conf_file_is_mask(root, path) || (!r && !S_ISREG(st.st_mode))) {
		kmt_err_set(err, KMT_ERR_REFUSED, EINVAL, "%s%s is not a regular file%s", root->path,
			path, kmt_conf_file_is_mask(root, path) ? ": it masks files of that name" : "");
		kmt_err_hint(err, "remove it first, or choose another file with --file");
		return -EINVAL;
	}
	if (r == -ENOENT) {
		e->absent = true;
		return 0;
	}
	if (r < 0)
		return kmt_err_errno(err, -r, "%s%s", root->path, path);
	r = kmt_root_read(root, path, KMT_EDIT_MAX, &e->old, err);
	if (!r)
		kmt_strbuf_add(&e->text, e->old.s, e->old.len);
	else
		kmt_edit_close(e);
	return r;
}

int kmt_edit_open_over(struct kmt_edit *e, const struct kmt_root *root, const char *path,
	const char *masked, struct kmt_err *err)
{
	int r = kmt_edit_open(e, root, path, err);

	return r || !e->absent ? r : kmt_root_read(root, masked, KMT_EDIT_MAX, &e->text, err);
}

void kmt_edit_close(struct kmt_edit *e)
{
	kmt_strbuf_free(&e->old);
	kmt_strbuf_free(&e->text);
}

static void set_text(struct kmt_edit *e, struct kmt_strbuf *text)
{
	kmt_strbuf_free(&e->text);
	e->text = *text;
}

void kmt_edit_append(struct kmt_edit *e, const char *line)
{
	struct kmt_strbuf out = KMT_STRBUF_INIT;

	kmt_conftext_append(kmt_strbuf_str(&e->text), e->text.len, line, &out);
	set_text(e, &out);
}

typedef int (*kmt_edit_fn)(const struct kmt_strbuf *text, const struct kmt_conftext *t, size_t i,
	const char *line, struct kmt_strbuf *out);

/* Finds the line and hands it to CHANGE. */
static int change_line(struct kmt_edit *e, unsigned int number, const char *line, kmt_edit_fn change)
{
	struct kmt_strbuf out = KMT_STRBUF_INIT;
	struct kmt_conftext t = {0};
	size_t i;
	int r;

	kmt_conftext_split(kmt_strbuf_str(&e->text), e->text.len, e->join, &t);
	i = kmt_conftext_find(&t, number);
	r = i < t.lines.n ? change(&e->text, &t, i, line, &out) : -ENOENT;
	kmt_conftext_free(&t);
	if (!r)
		set_text(e, &out);
	return r;
}

static int replace(const struct kmt_strbuf *text, const struct kmt_conftext *t, size_t i, const char *line,
	struct kmt_strbuf *out)
{
	kmt_conftext_replace(text->s, text->len, t, i, line, out);
	return 0;
}

static int comment_out(const struct kmt_strbuf *text, const struct kmt_conftext *t, size_t i,
	const char *line, struct kmt_strbuf *out)
{
	kmt_conftext_comment_out(text->s, text->len, t, i, out);
	return 0;
}

static int restore(const struct kmt_strbuf *text, const struct kmt_conftext *t, size_t i, const char *line,
	struct kmt_strbuf *out)
{
	if (!kmt_conftext_is_marked(text->s, &t->lines.v[i]))
		return -EINVAL;
	kmt_conftext_restore(text->s, text->len, t, i, out);
	return 0;
}

int kmt_edit_replace(struct kmt_edit *e, unsigned int number, const char *line)
{
	return change_line(e, number, line, replace);
}

int kmt_edit_comment_out(struct kmt_edit *e, unsigned int number)
{
	return change_line(e, number, NULL, comment_out);
}

int kmt_edit_restore(struct kmt_edit *e, unsigned int number)
{
	return change_line(e, number, NULL, restore);
}

static bool is_ours(const char *path)
{
	const char *name = strrchr(path, '/');

	return name && !strncmp(name, "/kmtool-", strlen("/kmtool-"));
}

static const char *keep(struct kmt_arena *arena, const struct kmt_strbuf *b)
{
	char *copy = kmt_arena_alloc(arena, b->len + 1);

	memcpy(copy, kmt_strbuf_str(b), b->len);
	return copy;
}

static void add_write(const struct kmt_edit *e, struct kmt_plan *plan, const char *module, bool gone)
{
	struct kmt_write *w = KMT_ARENA_NEW(&plan->arena, struct kmt_write);

	*w = (struct kmt_write){.absent = e->absent, .old_n = e->old.len, .n = e->text.len};
	w->old = keep(&plan->arena, &e->old);
	w->data = gone ? NULL : keep(&plan->arena, &e->text);
	kmt_vec_push(&plan->steps, (struct kmt_step){
					   .kind = KMT_STEP_WRITE,
					   .module = module ? kmt_arena_strdup(&plan->arena, module) : "",
					   .path = kmt_arena_strdup(&plan->arena, e->path),
					   .params = "",
					   .write = w,
					   .required = true,
				   });
}

static bool same_text(const struct kmt_edit *e)
{
	return e->text.len == e->old.len &&
	       !memcmp(kmt_strbuf_str(&e->text), kmt_strbuf_str(&e->old), e->old.len);
}

void kmt_edit_plan(const struct kmt_edit *e, struct kmt_plan *plan, const char *module)
{
	bool gone = !e->text.len && (e->absent || is_ours(e->path));

	if (e->absent ? !gone : !same_text(e))
		add_write(e, plan, module, gone);
}

void kmt_edit_plan_state(const struct kmt_edit *e, struct kmt_plan *plan, bool exists)
{
	if (e->absent ? exists : !exists || !same_text(e))
		add_write(e, plan, NULL, !exists);
}
