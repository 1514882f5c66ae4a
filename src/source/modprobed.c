/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The text of one modprobe.d file. What looks odd here is what modprobe does: a '#' is a comment only in
 * the first column; a backslash takes the next character as it is, and joins lines, comments too; the
 * rest of a line starts after exactly one blank.
 */
#include <kmt/source/modprobed.h>

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include <kmt/base/name.h>
#include <kmt/base/strbuf.h>
#include <kmt/sys/paths.h>

/* All modprobe.d files below a root, with modules.softdep and modules.weakdep of the tree among them. */

static void read_file(const struct kmt_root *root, const struct kmt_conf_file *file, struct kmt_conf *out,
	struct kmt_diag *diag)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;

	if (!kmt_confdirs_read(root, &out->files, file, &text, diag))
		kmt_modprobed_parse(file, kmt_strbuf_str(&text), text.len, out, diag);
}

void kmt_modprobed_read_places(const struct kmt_root *root, const char *const *places, size_t n,
	const char *tree_dir, struct kmt_conf *out, struct kmt_diag *diag)
{
	const struct kmt_conf_file *file;

	kmt_confdirs_list(root, places, n, tree_dir, &out->arena, &out->files, diag);
	kmt_vec_foreach(file, &out->files.rows) {
		if (file->state == KMT_CONF_FILE_READ)
			read_file(root, file, out, diag);
	}
}

int kmt_modprobed_read(const struct kmt_root *root, const char *tree_dir, struct kmt_conf *out,
	struct kmt_diag *diag, struct kmt_err *err)
{
	static const char *const dirs[] = KMT_MODPROBE_D_DIRS;

	kmt_modprobed_read_places(root, dirs, KMT_ARRAY_SIZE(dirs), tree_dir, out, diag);
	return 0;
}

void kmt_modprobed_read_masked(
	const struct kmt_root *root, const struct kmt_conf_files *files, struct kmt_conf *out)
{
	const struct kmt_conf_file *file;

	kmt_vec_foreach(file, &files->rows) {
		if (file->state == KMT_CONF_FILE_MASKED)
			read_file(root, file, out, NULL);
	}
}

static const char *const kind_names[KMT_CONF_COUNT] = {
	[KMT_CONF_ALIAS] = "alias",
	[KMT_CONF_BLACKLIST] = "blacklist",
	[KMT_CONF_OPTIONS] = "options",
	[KMT_CONF_INSTALL] = "install",
	[KMT_CONF_REMOVE] = "remove",
	[KMT_CONF_SOFTDEP] = "softdep",
	[KMT_CONF_WEAKDEP] = "weakdep",
	[KMT_CONF_MODPROBE_BLACKLIST] = "modprobe.blacklist",
	[KMT_CONF_MODULE_BLACKLIST] = "module_blacklist",
	[KMT_CONF_MODULES_LOAD] = "modules_load",
	[KMT_CONF_LOAD] = "load",
};

struct reader {
	const char *p, *end;
	unsigned int line, next_line;
	struct kmt_strbuf text; /* of the directive, lines joined */
};

const char *kmt_conf_kind_name(enum kmt_conf_kind kind)
{
	return kind_names[kind];
}

/* Up to the next newline or backslash. */
static void read_plain(struct reader *r)
{
	const char *start = r->p;

	while (r->p < r->end && *r->p != '\n' && *r->p != '\\')
		r->p++;
	kmt_strbuf_add(&r->text, start, (size_t)(r->p - start));
}

static bool read_directive(struct reader *r)
{
	kmt_strbuf_truncate(&r->text, 0);
	r->line = r->next_line;
	for (read_plain(r); r->p < r->end; read_plain(r)) {
		if (*r->p++ == '\n') {
			r->next_line++;
			return true;
		}
		if (r->p == r->end)
			break;
		if (*r->p == '\n')
			r->next_line++;
		else
			kmt_strbuf_addc(&r->text, *r->p);
		r->p++;
	}
	return r->text.len > 0;
}

/* Cuts the next word out of *P: NULL at the end. *P is then behind the one blank that ends the word. */
static char *next_word(char **p)
{
	char *word = *p + strspn(*p, " \t");
	size_t n = strcspn(word, " \t");

	if (!n)
		return NULL;
	*p = word + n;
	if (**p)
		*(*p)++ = '\0';
	return word;
}

static void split_words(const char *s, struct kmt_arena *arena, struct kmt_strv *out)
{
	while (*s) {
		size_t n = strcspn(s, " \t\n\v\f\r");

		if (n)
			kmt_vec_push(out, kmt_arena_strndup(arena, s, n));
		s += n + (s[n] != '\0');
	}
}

/* "pre: a b post: c"; words before the first of the two count for nothing. */
static void parse_softdep(const char *s, struct kmt_arena *arena, struct kmt_conf_deps *deps)
{
	struct kmt_strv words = {0}, *list = NULL;
	size_t first = 0;

	split_words(s, arena, &words);
	/* With just one blank more than needed before it, modprobe does not know "pre:" or "post:". */
	if (isspace((unsigned char)s[0]) && s[1] && !isspace((unsigned char)s[1]))
		first = 1;
	for (size_t i = first; i < words.n; i++) {
		if (!strcmp(words.v[i], "pre:"))
			list = &deps->pre;
		else if (!strcmp(words.v[i], "post:"))
			list = &deps->post;
		else if (list)
			kmt_vec_push(list, words.v[i]);
	}
	kmt_vec_free(&words);
}

static void tabs_to_blanks(char *s)
{
	while ((s = strchr(s, '\t')))
		*s++ = ' ';
}

/* Returns NULL, or what is wrong. */
static const char *normalize(const char *name, struct kmt_arena *arena, const char **out)
{
	char normal[KMT_ALIAS_MAX];
	int r = kmt_alias_normalize(name, normal, sizeof(normal));

	if (r < 0)
		return r == -ENAMETOOLONG ? "the name is too long" : "unmatched bracket";
	*out = kmt_arena_strdup(arena, normal);
	return NULL;
}

/* What follows the name. Returns NULL, or what is wrong. */
static const char *parse_value(char *rest, struct kmt_arena *arena, struct kmt_conf_line *line)
{
	const char *word;

	line->value = "";
	switch (line->kind) {
	case KMT_CONF_BLACKLIST:
		line->extra = rest + strspn(rest, " \t");
		return NULL;
	case KMT_CONF_ALIAS:
		word = next_word(&rest);
		if (!word)
			return "the module is missing";
		line->extra = rest + strspn(rest, " \t");
		return normalize(word, arena, &line->value);
	default:
		break;
	}
	if (!*rest)
		return "nothing follows the module";
	if (line->kind == KMT_CONF_OPTIONS)
		tabs_to_blanks(rest);
	line->value = rest;
	if (line->kind == KMT_CONF_SOFTDEP || line->kind == KMT_CONF_WEAKDEP)
		line->deps = KMT_ARENA_NEW(arena, struct kmt_conf_deps);
	if (line->kind == KMT_CONF_SOFTDEP)
		parse_softdep(rest, arena, line->deps);
	else if (line->kind == KMT_CONF_WEAKDEP)
		split_words(rest, arena, &line->deps->weak);
	return NULL;
}

const char *kmt_conf_line_name(const struct kmt_conf_line *line)
{
	return line->written ? line->written : line->pattern;
}

enum kmt_conf_kind kmt_conf_kind_of(const char *word, size_t n)
{
	unsigned int kind = 0;

	while (kind < KMT_CONF_DIRECTIVES &&
		(strlen(kind_names[kind]) != n || memcmp(word, kind_names[kind], n) != 0))
		kind++;
	return kind < KMT_CONF_DIRECTIVES ? kind : KMT_CONF_WRONG;
}

/* Returns NULL, or what is wrong. WORD is the directive's name. */
static const char *parse_directive(
	const char *word, char *rest, struct kmt_arena *arena, struct kmt_conf_line *line)
{
	const char *name, *wrong;

	line->kind = kmt_conf_kind_of(word, strlen(word));
	if (!strcmp(word, "include") || !strcmp(word, "config"))
		return "modprobe does not read other files any more";
	if (line->kind == KMT_CONF_WRONG)
		return *word == '#' ? "a comment has to start in the first column"
				    : "modprobe knows no such directive";
	name = next_word(&rest);
	if (!name)
		return "the module is missing";
	if (line->kind == KMT_CONF_ALIAS)
		line->written = name;
	wrong = normalize(name, arena, &line->pattern);
	return wrong ? wrong : parse_value(rest, arena, line);
}

static void add_directive(
	const char *text, const struct kmt_conf_line *empty, struct kmt_conf *out, struct kmt_diag *diag)
{
	struct kmt_conf_line line = *empty;
	char *rest = kmt_arena_strdup(&out->arena, text); /* cut into what the line points to */
	const char *word = next_word(&rest);

	if (!word)
		return;
	line.wrong = parse_directive(word, rest, &out->arena, &line);
	if (line.wrong) {
		kmt_diag_add(diag, &line.origin, "'%s' ignored: %s", word, line.wrong);
		line.kind = KMT_CONF_WRONG;
		line.pattern = NULL;
		line.value = kmt_arena_strdup(&out->arena, text);
	}
	kmt_vec_push(&out->lines, line);
}

void kmt_modprobed_parse(const struct kmt_conf_file *file, const char *text, size_t n, struct kmt_conf *out,
	struct kmt_diag *diag)
{
	struct reader r = {.p = text, .end = text + n, .next_line = 1};

	while (read_directive(&r)) {
		const struct kmt_conf_line line = {.file = file, .origin = {file->path, r.line}};

		if (r.text.len && *r.text.s != '#')
			add_directive(r.text.s, &line, out, diag);
	}
	kmt_strbuf_free(&r.text);
}

void kmt_conf_free(struct kmt_conf *conf)
{
	const struct kmt_conf_line *line;

	kmt_vec_foreach(line, &conf->lines) {
		if (!line->deps)
			continue;
		kmt_vec_free(&line->deps->pre);
		kmt_vec_free(&line->deps->post);
		kmt_vec_free(&line->deps->weak);
	}
	kmt_vec_free(&conf->lines);
	kmt_vec_free(&conf->files.rows);
	kmt_arena_free(&conf->arena);
	*conf = (struct kmt_conf){0};
}
