/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/index/depmodd.h>

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include <kmt/base/map.h>
#include <kmt/base/name.h>
#include <kmt/base/strbuf.h>
#include <kmt/sys/paths.h>

#define SEPARATORS " \t"
/* Above every rank that search lines give. */
#define OVERRIDE_RANK (INT_MAX / 2)
/* Of a pattern for kernel versions. */
#define PATTERN_MAX 256
#define REPEATS_MAX 256

/* One line: what it says and where it stands. */
struct line {
	char *rest;	/* the words that are left */
	const char *version;
	struct kmt_origin origin;
	struct kmt_diag *diag;
};

static char *next_word(struct line *l)
{
	return strtok_r(NULL, SEPARATORS, &l->rest);
}

/*
 * regcomp(3) writes what is repeated once for each time, and that again where repetitions are nested:
 * "6++++..." from an image takes all memory there is. No real pattern comes near these limits.
 */
static bool is_affordable(const char *pattern)
{
	unsigned long times = 1, n = strlen(pattern);

	for (const char *p = pattern; n <= PATTERN_MAX && *p && times <= REPEATS_MAX; p++) {
		unsigned long most = 1;

		if (p[0] == '\\' && p[1]) {
			if (isdigit((unsigned char)*++p)) /* what a group matched: slow to match */
				return false;
		} else if (*p == '+') {
			times *= 2;
		} else if (*p == '{') {
			for (; *p && *p != '}'; p++) {
				unsigned long count = isdigit((unsigned char)*p) ? strtoul(p, NULL, 10) : 0;

				if (count > most)
					most = count < REPEATS_MAX ? count : REPEATS_MAX + 1;
			}
			times *= most;
			if (!*p)
				break;
		}
	}
	return n <= PATTERN_MAX && times <= REPEATS_MAX;
}

static bool kernel_matches(const struct line *l, const char *pattern)
{
	regex_t re;
	bool match;

	if (!strcmp(pattern, "*"))
		return true;
	if (!is_affordable(pattern)) {
		kmt_diag_add(l->diag, &l->origin, "'%.60s' is too complex: line ignored", pattern);
		return false;
	}
	if (regcomp(&re, pattern, REG_EXTENDED | REG_NOSUB)) {
		kmt_diag_add(l->diag, &l->origin, "'%s' is no regular expression: line ignored",
			pattern);
		return false;
	}
	match = !regexec(&re, l->version, 0, NULL, 0);
	regfree(&re);
	return match;
}

static bool parse_search(struct kmt_depmodd *conf, struct line *l)
{
	char *word;

	while ((word = next_word(l))) {
		struct kmt_search s = {KMT_SEARCH_DIR, NULL};

		if (!strcmp(word, "built-in"))
			s.kind = KMT_SEARCH_BUILTIN;
		else if (!strcmp(word, "external"))
			s.kind = KMT_SEARCH_EXTERNAL;
		else
			s.dir = kmt_arena_strdup(&conf->arena, word);
		kmt_vec_push(&conf->search, s);
	}
	return true;
}

static bool parse_override(struct kmt_depmodd *conf, struct line *l)
{
	const char *module = next_word(l), *kernel = next_word(l), *dir = next_word(l);

	if (!dir)
		return false;
	if (kernel_matches(l, kernel))
		kmt_vec_push(&conf->overrides,
			kmt_arena_printf(&conf->arena, "%s/%s", dir, module));
	return true;
}

static bool parse_external(struct kmt_depmodd *conf, struct line *l)
{
	const char *kernel = next_word(l), *dir = next_word(l);

	if (!dir)
		return false;
	if (*dir != '/') {
		kmt_diag_add(l->diag, &l->origin, "'%s' is not an absolute path: line ignored", dir);
		return true;
	}
	if (kernel_matches(l, kernel))
		kmt_vec_push(&conf->externals, kmt_arena_strdup(&conf->arena, dir));
	return true;
}

static bool parse_exclude(struct kmt_depmodd *conf, struct line *l)
{
	const char *word;

	while ((word = next_word(l)))
		kmt_vec_push(&conf->excludes, kmt_arena_strdup(&conf->arena, word));
	return true;
}

static bool parse_nothing(struct kmt_depmodd *conf, struct line *l)
{
	kmt_diag_add(l->diag, &l->origin, "this directive has never had an effect: line ignored");
	return true;
}

static void parse_line(struct kmt_depmodd *conf, char *text, struct line *l)
{
	static const struct {
		const char *word;
		bool (*parse)(struct kmt_depmodd *conf, struct line *l);
	} directives[] = {
		{"search", parse_search},
		{"override", parse_override},
		{"external", parse_external},
		{"exclude", parse_exclude},
		{"include", parse_nothing},
		{"make_map_files", parse_nothing},
	};
	const char *word;

	if (*text == '#')
		return;
	word = strtok_r(text, SEPARATORS, &l->rest);
	if (!word)
		return;
	for (size_t i = 0; i < KMT_ARRAY_SIZE(directives); i++)
		if (!strcmp(word, directives[i].word) && directives[i].parse(conf, l))
			return;
	kmt_diag_add(l->diag, &l->origin, "ignoring bad line starting with '%s'", word);
}

/* Takes one line from TEXT, in place: a backslash joins it with the next one, or is dropped before any
 * other character. Returns how many bytes were used and adds to *LINES. */
static size_t join_line(char *text, size_t n, unsigned int *lines)
{
	size_t from = 0, to = 0;

	while (from < n && text[from] != '\n') {
		if (text[from] == '\\' && from + 1 < n) {
			from++;
			if (text[from] == '\n') {
				(*lines)++;
				from++;
				continue;
			}
		}
		text[to++] = text[from++];
	}
	(*lines)++;
	text[to] = '\0';
	return from < n ? from + 1 : n;
}

void kmt_depmodd_parse(struct kmt_depmodd *conf, const char *file, char *text, size_t n,
	const char *version, struct kmt_diag *diag)
{
	struct line l = {.version = version, .origin = {.file = file}, .diag = diag};

	while (n) {
		size_t used = join_line(text, n, &l.origin.line);

		parse_line(conf, text, &l);
		text += used;
		n -= used;
	}
}

void kmt_depmodd_finish(struct kmt_depmodd *conf)
{
	if (!conf->search.n)
		kmt_vec_push(&conf->search, (struct kmt_search){KMT_SEARCH_DIR, "updates"});
}

void kmt_depmodd_free(struct kmt_depmodd *conf)
{
	kmt_vec_free(&conf->search);
	kmt_vec_free(&conf->overrides);
	kmt_vec_free(&conf->externals);
	kmt_vec_free(&conf->excludes);
	kmt_vec_free(&conf->files);
	kmt_arena_free(&conf->arena);
}

bool kmt_depmodd_excludes(const struct kmt_depmodd *conf, const char *name)
{
	for (size_t i = 0; i < conf->excludes.n; i++)
		if (!strcmp(conf->excludes.v[i], name))
			return true;
	return false;
}

/* Whether PATH is below DIR. */
static bool is_below(const char *path, const char *dir)
{
	size_t n = strlen(dir);

	return path && !strncmp(path, dir, n) && path[n] == '/';
}

/* OVERRIDE is "SUBDIR/MODULE", REL is "SUBDIR/MODULE.ko.xz"; in MODULE '-' and '_' are the same. */
static bool overrides(const char *override, const char *rel)
{
	const char *module = strrchr(override, '/');
	size_t dir = (size_t)(module - override);
	char name[KMT_NAME_MAX];

	if (strncmp(rel, override, dir) || rel[dir] != '/' || strchr(rel + dir + 1, '/'))
		return false;
	if (kmt_name_from_path(rel, name, sizeof(name)))
		return false;
	return kmt_name_equal(name, module + 1);
}

/* As kmod counts: from the last search entry to the first, and the last hit is the one that stays. */
static int search_rank(const struct kmt_depmodd *conf, const char *rel, const char *path)
{
	int i = 0, found = -1, builtin = -1;

	for (size_t s = conf->search.n; s; s--, i++) {
		const struct kmt_search *search = &conf->search.v[s - 1];

		switch (search->kind) {
		case KMT_SEARCH_BUILTIN:
			builtin = i;
			break;
		case KMT_SEARCH_EXTERNAL:
			for (size_t e = conf->externals.n; e; e--, i++)
				if (is_below(path, conf->externals.v[e - 1]))
					found = i;
			break;
		case KMT_SEARCH_DIR:
			if (is_below(rel, search->dir))
				found = i;
			break;
		}
	}
	return found < 0 ? builtin : found;
}

int kmt_depmodd_rank(const struct kmt_depmodd *conf, const char *rel, const char *path)
{
	for (size_t i = conf->overrides.n; rel && i; i--)
		if (overrides(conf->overrides.v[i - 1], rel))
			return OVERRIDE_RANK + (int)i;
	return search_rank(conf, rel, path);
}

/* The files to read, before they are sorted. */
struct collect {
	const struct kmt_root *root;
	struct kmt_depmodd *conf;
	struct kmt_map by_name; /* base name -> path */
};

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static void add_file(struct collect *c, const char *path)
{
	const char *own = kmt_arena_strdup(&c->conf->arena, path);

	if (!kmt_map_add(&c->by_name, base_name(own), (void *)own))
		kmt_vec_push(&c->conf->files, own);
}

static bool is_conf_name(const char *name)
{
	size_t n = strlen(name);

	return *name != '.' && n > strlen(".conf") && !strcmp(name + n - strlen(".conf"), ".conf");
}

static int add_dir(struct collect *c, const char *dir)
{
	struct kmt_strv names = {0};
	int r = kmt_root_list(c->root, dir, &names);

	if (r < 0)
		return r;
	for (size_t i = 0; i < names.n; i++) {
		kmt_autofree char *path = kmt_asprintf("%s/%s", dir, names.v[i]);

		if (is_conf_name(names.v[i]))
			add_file(c, path);
	}
	kmt_root_list_free(&names);
	return 0;
}

static int add_named(struct collect *c, const struct kmt_strv *paths, struct kmt_err *err)
{
	for (size_t i = 0; i < paths->n; i++) {
		const char *path = paths->v[i];
		struct stat st;
		int r = kmt_root_stat(c->root, path, &st);

		if (!r && S_ISDIR(st.st_mode))
			r = add_dir(c, path);
		else if (!r)
			add_file(c, path);
		if (r < 0)
			return kmt_err_errno(err, -r, "%s%s", c->root->path, path);
	}
	return 0;
}

static void add_usual(struct collect *c)
{
	static const char *const dirs[] = KMT_DEPMOD_D_DIRS;

	for (size_t i = 0; i < KMT_ARRAY_SIZE(dirs); i++)
		add_dir(c, dirs[i]); /* most machines have only one of them */
}

static int compare_base_names(const void *a, const void *b)
{
	return strcmp(base_name(*(const char *const *)a), base_name(*(const char *const *)b));
}

/* A file that cannot be read is told and left out: depmod does the same. */
static void read_files(struct kmt_depmodd *conf, const struct kmt_root *root, const char *version,
	struct kmt_diag *diag)
{
	for (size_t i = 0; i < conf->files.n; i++) {
		kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;
		kmt_autoerr struct kmt_err err = KMT_ERR_INIT;

		if (kmt_root_read(root, conf->files.v[i], 0, &text, &err) < 0)
			kmt_diag_add(diag, NULL, "%s", err.msg);
		else if (text.len)
			kmt_depmodd_parse(conf, conf->files.v[i], text.s, text.len, version, diag);
	}
}

int kmt_depmodd_read(struct kmt_depmodd *conf, const struct kmt_root *root, const char *version,
	const struct kmt_strv *paths, struct kmt_diag *diag, struct kmt_err *err)
{
	struct collect c = {.root = root, .conf = conf};
	int r = 0;

	if (paths)
		r = add_named(&c, paths, err);
	else
		add_usual(&c);
	kmt_map_free(&c.by_name);
	if (r < 0)
		return r;
	if (conf->files.n)
		qsort(conf->files.v, conf->files.n, sizeof(*conf->files.v), compare_base_names);
	read_files(conf, root, version, diag);
	kmt_depmodd_finish(conf);
	return 0;
}
