/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rules about how lines are written, and which of them count. */
#include "lint_priv.h"

#include <string.h>
#include <strings.h>

#include <kmt/model/config.h>

/* A line that cannot be parsed, of this kind: one that was meant as a comment, or not. */
static void bad_lines(struct kmt_lint *lint, bool comments)
{
	const struct kmt_setting *s;

	kmt_vec_foreach(s, &lint->settings->rows) {
		const char *text = s->value + strspn(s->value, " \t");

		if (s->kind != KMT_CONF_WRONG || (*text == '#') != comments)
			continue;
		kmt_lint_add(lint, &s->origin, NULL, "\"%.60s%s\" is ignored: %s", text,
			strlen(text) > 60 ? "..." : "", s->reason)
			->fix = comments ? "move the '#' to the first column" : "correct the line, or remove it";
	}
}

int kmt_lint_bad_line(struct kmt_lint *lint, struct kmt_err *err)
{
	bad_lines(lint, false);
	return 0;
}

int kmt_lint_comment(struct kmt_lint *lint, struct kmt_err *err)
{
	bad_lines(lint, true);
	return 0;
}

/* In a command a '#' is a comment, for the shell. */
int kmt_lint_trailing_comment(struct kmt_lint *lint, struct kmt_err *err)
{
	const struct kmt_setting *s;

	kmt_vec_foreach(s, &lint->settings->rows) {
		const char *hash;

		if (!s->line || s->kind == KMT_CONF_INSTALL || s->kind == KMT_CONF_REMOVE ||
			s->source == KMT_SETTING_TREE)
			continue;
		hash = kmt_lint_comment_in(s->value);
		if (!hash)
			continue;
		kmt_lint_add(lint, &s->origin, s->name,
			"\"%.60s\" is no comment here, but a part of the %s line", hash, kmt_conf_kind_name(s->kind))
			->fix = "put the comment on a line of its own";
	}
	return 0;
}

/* modprobe and the kernel take it for the last character of the value; where it reads words, for a blank. */
int kmt_lint_carriage_return(struct kmt_lint *lint, struct kmt_err *err)
{
	const struct kmt_setting *s;

	kmt_vec_foreach(s, &lint->settings->rows) {
		size_t n = strlen(s->value);

		if (s->line && n && s->value[n - 1] == '\r')
			kmt_lint_add(lint, &s->origin, s->name,
				"the %s line ends with a carriage return, which becomes a part of it",
				kmt_conf_kind_name(s->kind))
				->fix = kmt_arena_printf(&lint->arena, "sed -i 's/\\r$//' %s", s->origin.file);
	}
	return 0;
}

int kmt_lint_extra_words(struct kmt_lint *lint, struct kmt_err *err)
{
	const struct kmt_setting *s;

	kmt_vec_foreach(s, &lint->settings->rows) {
		const char *extra = s->line ? s->line->extra : NULL;

		/* A comment is as good as nothing here. */
		if (!extra || !*extra || *extra == '#' || !kmt_setting_is_local(s))
			continue;
		kmt_lint_add(lint, &s->origin, s->name, "modprobe does not look at what follows %s: \"%.60s\"",
			s->kind == KMT_CONF_ALIAS ? s->value : s->name, extra)
			->fix = kmt_arena_printf(&lint->arena, "write one %s line for each module", kmt_conf_kind_name(s->kind));
	}
	return 0;
}

/* Names that say that the file is not to be read. */
static bool is_put_away(const char *name)
{
	static const char *const endings[] = {"~", ".bak", ".disabled", ".off", ".orig", ".old", ".save",
		".rpmnew", ".rpmorig", ".rpmsave", ".pacnew", ".pacsave", ".dpkg-dist", ".dpkg-new",
		".dpkg-old", ".dpkg-bak", ".dpkg-tmp", ".ucf-dist", ".ucf-new", ".ucf-old", ".md", ".txt"};
	size_t n = strlen(name);

	for (size_t i = 0; i < KMT_ARRAY_SIZE(endings); i++) {
		size_t e = strlen(endings[i]);

		if (n > e && !strcmp(name + n - e, endings[i]))
			return true;
	}
	return *name == '.' || !strncmp(name, "README", 6);
}

static void not_conf(struct kmt_lint *lint, const struct kmt_conf_files *files)
{
	const struct kmt_conf_file *file;

	kmt_vec_foreach(file, &files->rows) {
		const struct kmt_origin origin = {.file = file->path};
		const char *name = strrchr(file->path, '/') + 1;

		if (file->state != KMT_CONF_FILE_IGNORED || is_put_away(name))
			continue;
		kmt_lint_add(lint, &origin, NULL, "not read: %s", file->reason)->fix =
			file->directory
				? "move what is in it one directory up, or all of it elsewhere"
				: kmt_arena_printf(&lint->arena, "rename it to %s.conf, or move it elsewhere", name);
	}
}

int kmt_lint_not_conf(struct kmt_lint *lint, struct kmt_err *err)
{
	not_conf(lint, &lint->snap->conf.files);
	not_conf(lint, &lint->settings->boot.files);
	return 0;
}

static void masked_files(struct kmt_lint *lint, const struct kmt_conf_files *files)
{
	const struct kmt_conf_file *file;

	for (size_t i = 1; i < files->rows.n; i++) {
		struct kmt_origin origin;

		file = &files->rows.v[i];
		origin = (struct kmt_origin){.file = file->masked_by};
		/* A link to /dev/null is meant so. */
		if (file->state != KMT_CONF_FILE_MASKED || !kmt_setting_is_vendor_file(file->path) ||
			kmt_setting_is_vendor_file(file->masked_by) ||
			kmt_conf_file_is_mask(lint->snap->root, file->masked_by))
			continue;
		kmt_lint_add(lint, &origin, NULL, "%s is not read: this file has its name", file->path)->fix =
			kmt_arena_printf(&lint->arena, "rename this file, if the lines of %s are to count as well", file->path);
	}
}

int kmt_lint_masked_file(struct kmt_lint *lint, struct kmt_err *err)
{
	masked_files(lint, &lint->snap->conf.files);
	masked_files(lint, &lint->settings->boot.files);
	return 0;
}

static bool is_first_only(const struct kmt_setting *s)
{
	return s->line && s->effect == KMT_SETTING_SHADOWED && s->kind != KMT_CONF_OPTIONS &&
	       s->source == KMT_SETTING_MODPROBE_D;
}

/* Whether the line that counts belongs to the module tree. */
static bool by_tree(const struct kmt_setting *s)
{
	return s->by_line && s->by_line->file->shipped;
}

/* Whether the line that counts does the same. */
static bool by_same(const struct kmt_setting *s)
{
	const char *value = s->by_line->value + strspn(s->by_line->value, " \t");

	return !strcmp(value, s->value) || (s->kind == KMT_CONF_INSTALL && kmt_config_command_blocks(value) &&
						    kmt_config_command_blocks(s->value));
}

int kmt_lint_shadowed(struct kmt_lint *lint, struct kmt_err *err)
{
	const struct kmt_setting *s;

	kmt_vec_foreach(s, &lint->settings->rows) {
		if (!is_first_only(s) || by_tree(s) || by_same(s))
			continue;
		kmt_lint_add(lint, &s->origin, s->name, "this %s line has no effect: %s",
			kmt_conf_kind_name(s->kind), s->reason)
			->fix = kmt_arena_printf(&lint->arena, "remove one of the two, or put all into %s",
			kmt_setting_where(&s->by, &lint->arena));
	}
	return 0;
}

int kmt_lint_shadowed_same(struct kmt_lint *lint, struct kmt_err *err)
{
	const struct kmt_setting *s;

	kmt_vec_foreach(s, &lint->settings->rows) {
		if (is_first_only(s) && by_same(s))
			kmt_lint_add(lint, &s->origin, s->name, "%s does the same, and is the line that counts",
				kmt_setting_where(&s->by, &lint->arena))
				->fix = "remove this line";
	}
	return 0;
}

int kmt_lint_after_softdep(struct kmt_lint *lint, struct kmt_err *err)
{
	const struct kmt_setting *s;

	kmt_vec_foreach(s, &lint->settings->rows) {
		if (!is_first_only(s) || !by_tree(s) || by_same(s))
			continue;
		kmt_lint_add(lint, &s->origin, s->name,
			"this %s line has no effect: what the module ships (%s) is read first, "
			"as files are read in the order of their names",
			kmt_conf_kind_name(s->kind), kmt_setting_where(&s->by, &lint->arena))
			->fix = kmt_arena_printf(&lint->arena, 
			"rename the file so that it sorts before %s, and repeat there what is to stay of "
			"that line",
			strrchr(s->by.file, '/') + 1);
	}
	return 0;
}

int kmt_lint_void_install(struct kmt_lint *lint, struct kmt_err *err)
{
	const struct kmt_setting *s;

	kmt_vec_foreach(s, &lint->settings->rows) {
		bool blocks;

		if (s->kind != KMT_CONF_INSTALL || s->effect != KMT_SETTING_IGNORED || !s->line ||
			s->line->file->shipped || s->line->file->masked_by ||
			kmt_snapshot_is_builtin(lint->snap, s->name))
			continue;
		blocks = kmt_config_command_blocks(s->value);
		kmt_lint_add(lint, &s->origin, s->name, "%s: %s", blocks ? "it does not block the module" : "it is not run",
			s->reason)
			->fix = blocks ? kmt_arena_printf(&lint->arena, "kmtool block %s", s->name)
				       : kmt_arena_printf(&lint->arena, 
						 "write 'softdep %s pre:' into a file that sorts before "
						 "modules.softdep, and load in the command what that names",
						 s->name);
	}
	return 0;
}

/* "pre", "pre:", "pre:NAME" in any spelling: *NAME is what is left of the word. */
static bool is_label(const char *word, size_t n, const char *label, const char **name)
{
	size_t len = strlen(label);

	if (n < len || strncasecmp(word, label, len) != 0 || (n > len && word[len] != ':'))
		return false;
	*name = word + len + (n > len);
	return true;
}

bool kmt_lint_has_label(const char *word)
{
	const char *name;

	return is_label(word, strlen(word), "pre", &name) || is_label(word, strlen(word), "post", &name);
}

static size_t count_labels(const struct kmt_strv *names)
{
	size_t n = 0;

	for (size_t i = 0; i < names->n; i++)
		n += kmt_lint_has_label(names->v[i]);
	return n;
}

/* The rest of the softdep line as it was meant: names without a label are to be loaded before. DROPPED: how
 * many names modprobe does not see. */
static const char *mended(struct kmt_lint *lint, const struct kmt_conf_line *line, size_t *dropped)
{
	kmt_autostrbuf struct kmt_strbuf pre = KMT_STRBUF_INIT, post = KMT_STRBUF_INIT;
	struct kmt_strbuf *list = &pre;
	size_t seen = line->deps->pre.n + line->deps->post.n, n, names = 0;
	size_t labels = count_labels(&line->deps->pre) + count_labels(&line->deps->post);

	for (const char *s = line->value + strspn(line->value, " \t"); *s; s += n + strspn(s + n, " \t")) {
		const char *name = s;

		n = strcspn(s, " \t");
		if (is_label(s, n, "pre", &name))
			list = &pre;
		else if (is_label(s, n, "post", &name))
			list = &post;
		else if (*name == ':')
			name++;
		if (name == s + n)
			continue;
		kmt_strbuf_addf(list, " %.*s", (int)(s + n - name), name);
		names++;
	}
	*dropped = labels + (names > seen ? names - seen : 0);
	return kmt_arena_printf(&lint->arena, "softdep %s%s%s%s%s", line->pattern,
		pre.len ? " pre:" : "", kmt_strbuf_str(&pre), post.len ? " post:" : "", kmt_strbuf_str(&post));
}

int kmt_lint_empty_softdep(struct kmt_lint *lint, struct kmt_err *err)
{
	const struct kmt_setting *s;

	kmt_vec_foreach(s, &lint->settings->rows) {
		const char *fix;
		size_t dropped;

		if (s->kind != KMT_CONF_SOFTDEP || s->source == KMT_SETTING_TREE || s->line->file->masked_by ||
			kmt_lint_comment_in(s->value))
			continue;
		fix = mended(lint, s->line, &dropped);
		if (dropped)
			kmt_lint_add(lint, &s->origin, s->name,
				"names must follow pre: or post:, each a word of its own: modprobe does not see %s "
				"in \"%.60s\"",
				kmt_setting_is_void(s->line) ? "any" : "all", s->value)
				->fix = fix;
	}
	return 0;
}

struct sorted {
	KMT_VEC(const struct kmt_setting *) rows;
};

static int compare_text(const struct kmt_setting *a, const struct kmt_setting *b)
{
	int r = (int)a->kind - (int)b->kind;

	if (!r)
		r = strcmp(a->name, b->name);
	return r ? r : strcmp(a->value, b->value);
}

static int compare_rows(const void *a, const void *b)
{
	const struct kmt_setting *const *x = a, *const *y = b;
	int r = compare_text(*x, *y);

	return r ? r : *x < *y ? -1 : *x > *y;
}

/* The lines that are not ignored, those that say the same side by side. Other directives than these have a
 * rule of their own: of two lines only one counts. */
static void sort_lines(const struct kmt_lint *lint, struct sorted *out)
{
	const struct kmt_setting *s;

	kmt_vec_foreach(s, &lint->settings->rows) {
		if (s->line && s->effect != KMT_SETTING_IGNORED &&
			(s->kind == KMT_CONF_BLACKLIST || s->kind == KMT_CONF_ALIAS ||
				s->kind == KMT_CONF_OPTIONS))
			kmt_vec_push(&out->rows, s);
	}
	if (out->rows.n)
		qsort(out->rows.v, out->rows.n, sizeof(*out->rows.v), compare_rows);
}

/* 'kmtool block' writes a blacklist line whatever others there are. */
static bool is_block(const struct kmt_setting *s)
{
	return s->kind == KMT_CONF_BLACKLIST && strstr(s->origin.file, KMT_BLOCK_FILE);
}

int kmt_lint_duplicate(struct kmt_lint *lint, struct kmt_err *err)
{
	const struct kmt_setting *first = NULL;
	struct sorted sorted = {0};

	sort_lines(lint, &sorted);
	for (size_t i = 0; i < sorted.rows.n; i++) {
		const struct kmt_setting *s = sorted.rows.v[i];

		if (!first || compare_text(first, s))
			first = s;
		else if (kmt_setting_is_local(s) && !is_block(s) && !is_block(first))
			kmt_lint_add(lint, &s->origin, s->name, "%s says the same",
				kmt_setting_where(&first->origin, &lint->arena))
				->fix = "remove one of the two";
	}
	kmt_vec_free(&sorted.rows);
	return 0;
}

/* A distribution's defaults are there to be overridden, and repeated lines have a rule of their own. */
int kmt_lint_overridden(struct kmt_lint *lint, struct kmt_err *err)
{
	struct sorted sorted = {0};

	sort_lines(lint, &sorted);
	for (size_t i = 0; i < sorted.rows.n; i++) {
		const struct kmt_setting *s = sorted.rows.v[i];

		if (s->kind != KMT_CONF_OPTIONS || !s->reason || !kmt_setting_is_local(s) ||
			(i + 1 < sorted.rows.n && !compare_text(s, sorted.rows.v[i + 1])))
			continue;
		kmt_lint_add(lint, &s->origin, s->name, "%s, and the kernel takes the last one", s->reason)->fix =
			"remove the one that is not meant";
	}
	kmt_vec_free(&sorted.rows);
	return 0;
}

int kmt_lint_options_pattern(struct kmt_lint *lint, struct kmt_err *err)
{
	const struct kmt_setting *s;

	kmt_vec_foreach(s, &lint->settings->rows) {
		if (s->kind == KMT_CONF_OPTIONS && s->effect == KMT_SETTING_IGNORED && s->reason &&
			kmt_conf_is_pattern(s->name) && s->source == KMT_SETTING_MODPROBE_D)
			kmt_lint_add(lint, &s->origin, NULL, "%s", s->reason)->fix =
				"write one options line for each module";
	}
	return 0;
}
