/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/plan/edit.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <kmt/base/alloc.h>
#include <kmt/model/params.h>
#include <kmt/source/confdirs.h>
#include <kmt/source/conftext.h>
#include <kmt/sys/paths.h>

/* Edits of what lines mean: options of a module, the one line that counts for a pattern. */

static void parse(const struct kmt_edit *e, struct kmt_conf *conf)
{
	struct kmt_conf_file *file = KMT_ARENA_NEW(&conf->arena, struct kmt_conf_file);

	file->path = e->path;
	kmt_modprobed_parse(file, kmt_strbuf_str(&e->text), e->text.len, conf, NULL);
}

struct option {
	const char *name;
	size_t name_len;
	const char *word; /* what it becomes; NULL: it goes */
	bool written;	  /* WORD is in a line already */
};

/* What happens to the words of an options line. False if it stays as it is. */
static bool rewrite(const char *s, struct option *option, struct kmt_strbuf *out)
{
	kmt_autofree char *name = kmt_strndup(option->name, option->name_len);
	struct kmt_param_word word;
	size_t last = 0, n = 0, ours = 0;
	const char *p = s;
	bool changed = false;

	while (kmt_param_word_next(&p, &word)) {
		n++;
		if (kmt_param_word_is(&word, name))
			last = n;
	}
	for (n = 0, p = s; kmt_param_word_next(&p, &word);) {
		const char *start = word.name - (word.name > s && word.name[-1] == '"');
		bool is_last = ++n == last && option->word && !option->written;

		if (!kmt_param_word_is(&word, name)) {
			kmt_strbuf_addc(out, ' ');
			kmt_strbuf_add(out, start, (size_t)(p - start));
			continue;
		}
		ours++;
		if (is_last)
			kmt_strbuf_addf(out, " %s", option->word);
		changed |= !is_last || strlen(option->word) != (size_t)(p - start) ||
			   memcmp(option->word, start, (size_t)(p - start));
	}
	option->written |= ours && option->word;
	return changed;
}

static void set_options_line(struct kmt_edit *e, const struct kmt_conf_line *line, struct option *option)
{
	kmt_autostrbuf struct kmt_strbuf words = KMT_STRBUF_INIT, text = KMT_STRBUF_INIT;

	if (!rewrite(line->value, option, &words))
		return;
	kmt_strbuf_addf(&text, "options %s", line->pattern);
	kmt_conftext_escape(kmt_strbuf_str(&words), &text);
	kmt_edit_replace(e, line->origin.line, words.len ? text.s : NULL);
}

int kmt_edit_set_option(struct kmt_edit *e, const char *module, const char *name, size_t name_len,
	const char *value, struct kmt_err *err)
{
	kmt_autostrbuf struct kmt_strbuf word = KMT_STRBUF_INIT, line = KMT_STRBUF_INIT;
	struct option option = {.name = name, .name_len = name_len};
	struct kmt_conf conf = {0};

	if (value && kmt_param_word_write(name, name_len, value, &word) < 0)
		return kmt_err_set(err, KMT_ERR_USAGE, EINVAL,
			"the value of %.*s cannot be written into a configuration file: it has a quote or a line break in it",
			(int)name_len, name);
	option.word = value ? kmt_strbuf_str(&word) : NULL;
	parse(e, &conf);
	/* From the end on, so that line numbers stay right. */
	for (size_t i = conf.lines.n; i-- > 0;)
		if (conf.lines.v[i].kind == KMT_CONF_OPTIONS && !strcmp(conf.lines.v[i].pattern, module))
			set_options_line(e, &conf.lines.v[i], &option);
	kmt_conf_free(&conf);
	if (!value || option.written)
		return 0;
	kmt_strbuf_addf(&line, "options %s ", module);
	kmt_conftext_escape(option.word, &line);
	kmt_edit_append(e, line.s);
	return 0;
}

void kmt_edit_set_line(
	struct kmt_edit *e, enum kmt_conf_kind kind, const char *pattern, const char *text)
{
	kmt_autostrbuf struct kmt_strbuf line = KMT_STRBUF_INIT;
	const struct kmt_conf_line *old = NULL, *l;
	struct kmt_conf conf = {0};

	kmt_strbuf_addf(&line, "%s %s", kmt_conf_kind_name(kind), pattern);
	if (*text) {
		kmt_strbuf_addc(&line, ' ');
		kmt_conftext_escape(text, &line);
	}
	parse(e, &conf);
	kmt_vec_foreach(l, &conf.lines) {
		if (!old && l->kind == kind && !strcmp(l->pattern, pattern))
			old = l;
	}
	if (!old)
		kmt_edit_append(e, line.s);
	else if (strcmp(old->value, text) != 0)
		kmt_edit_replace(e, old->origin.line, line.s);
	kmt_conf_free(&conf);
}

void kmt_edit_preview(struct kmt_plan *plan, const struct kmt_root *root, struct kmt_root *out)
{
	struct kmt_root_overlay *files =
		kmt_arena_alloc(&plan->arena, (plan->steps.n + 1) * sizeof(*files));
	const struct kmt_step *step;
	size_t n = 0;

	kmt_vec_foreach(step, &plan->steps) {
		if (step->kind == KMT_STEP_WRITE)
			files[n++] = (struct kmt_root_overlay){step->path, step->write->data,
				step->write->data ? step->write->n : 0};
	}
	*out = *root;
	out->overlay = files;
	out->n_overlay = n;
}

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

/* Directories above PATH, the topmost first: the next after the first AT bytes of it; NULL at the end. */
static char *next_above(const char *path, size_t *at)
{
	const char *slash = strchr(path + *at + 1, '/');

	if (!slash)
		return NULL;
	*at = (size_t)(slash - path);
	return kmt_strndup(path, *at);
}

static int check_above(const struct kmt_root *root, const char *path, struct kmt_err *err)
{
	struct stat st;
	size_t at = 0;
	int r = 0;

	for (char *dir; !r && (dir = next_above(path, &at)); free(dir))
		if (!kmt_root_lstat(root, dir, &st) && kmt_root_stat(root, dir, &st) == -ENOENT)
			r = kmt_err_set(err, KMT_ERR_REFUSED, ENOENT, "%s%s is a link to nothing", root->path, dir);
	return r;
}

int kmt_edit_open(struct kmt_edit *e, const struct kmt_root *root, const char *path, struct kmt_err *err)
{
	struct stat st;
	int r = kmt_root_stat(root, path, &st);

	*e = (struct kmt_edit){.root = root, .path = path, .join = true};
	if (kmt_conf_file_is_mask(root, path) || (!r && !S_ISREG(st.st_mode))) {
		kmt_err_set(err, KMT_ERR_REFUSED, EINVAL, "%s%s is not a regular file%s", root->path,
			path, kmt_conf_file_is_mask(root, path) ? ": it masks files of that name" : "");
		kmt_err_hint(err, "remove it first, or choose another file with --file");
		return -EINVAL;
	}
	if (r == -ENOENT) {
		e->absent = true;
		return check_above(root, path, err);
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

static void add_dir_step(struct kmt_plan *plan, enum kmt_step_kind kind, const char *dir)
{
	kmt_vec_push(&plan->steps, (struct kmt_step){
					   .kind = kind,
					   .module = "",
					   .path = kmt_arena_strdup(&plan->arena, dir),
					   .params = "",
					   .required = true,
				   });
}

static void add_missing_above(const struct kmt_root *root, const char *path, struct kmt_plan *plan)
{
	size_t at = 0;

	for (char *dir; (dir = next_above(path, &at)); free(dir))
		if (!kmt_root_exists(root, dir) && !kmt_plan_has_path(plan, KMT_STEP_MKDIR, dir))
			add_dir_step(plan, KMT_STEP_MKDIR, dir);
}

static bool will_go(const struct kmt_plan *plan, const char *path)
{
	const struct kmt_step *step;

	kmt_vec_foreach(step, &plan->steps) {
		if (step->kind == KMT_STEP_WRITE && !step->write->data && !strcmp(step->path, path))
			return true;
	}
	return false;
}

void kmt_edit_plan_rmdir(const struct kmt_root *root, const char *dir, struct kmt_plan *plan)
{
	struct kmt_strv names = {0};
	bool is_empty = !kmt_root_list(root, dir, &names);

	for (size_t i = 0; is_empty && i < names.n; i++) {
		kmt_autofree char *path = kmt_asprintf("%s/%s", dir, names.v[i]);

		is_empty = !strcmp(path, KMT_PATH_UNDO) || will_go(plan, path);
	}
	kmt_root_list_free(&names);
	if (is_empty)
		add_dir_step(plan, KMT_STEP_RMDIR, dir);
}

static void add_write(const struct kmt_edit *e, struct kmt_plan *plan, const char *module, bool gone)
{
	struct kmt_write *w = KMT_ARENA_NEW(&plan->arena, struct kmt_write);

	add_missing_above(e->root, KMT_PATH_UNDO, plan);
	if (!gone)
		add_missing_above(e->root, e->path, plan);
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
