/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/source/mentions.h>

#include <ctype.h>
#include <string.h>

#include <kmt/base/map.h>
#include <kmt/base/slice.h>
#include <kmt/sys/paths.h>

#define FILE_MAX ((size_t)1 << 20)
#define FILES_MAX 20000u
#define ROWS_MAX 1000u
#define TEXT_MAX 160

static bool is_word_char(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '-';
}

/* Whether the line has WORD as a whole word. */
static bool has_word(const char *s, size_t n, const char *word)
{
	for (size_t at = 0, end; at < n; at = end) {
		size_t i = 0;

		for (end = at; end < n && is_word_char(s[end]);)
			end++;
		while (at + i < end && word[i] && (s[at + i] == '-' ? '_' : s[at + i]) == word[i])
			i++;
		if (end > at && at + i == end && !word[i])
			return true;
		end += end == at;
	}
	return false;
}

static bool begins(const char *s, size_t n, const char *prefix)
{
	return n >= strlen(prefix) && !strncmp(s, prefix, strlen(prefix));
}

static void add_line(const char *s, size_t n, const struct kmt_origin *origin, const char *name,
	struct kmt_arena *arena, struct kmt_mentions *out)
{
	static const char *const loaders[] = {"modprobe", "kmod", "insmod"};
	struct kmt_mention row = {.origin = *origin};

	while (n && isspace((unsigned char)*s)) {
		s++;
		n--;
	}
	while (n && isspace((unsigned char)s[n - 1]))
		n--;
	if (!n || *s == '#' || *s == ';' || begins(s, n, "Description=") || begins(s, n, "Documentation=") ||
		out->rows.n >= ROWS_MAX || !has_word(s, n, name))
		return;
	for (size_t i = 0; i < KMT_ARRAY_SIZE(loaders); i++)
		row.loads |= has_word(s, n, loaders[i]);
	row.text = kmt_arena_printf(
		arena, "%.*s%s", (int)(n < TEXT_MAX ? n : TEXT_MAX), s, n > TEXT_MAX ? "..." : "");
	kmt_vec_push(&out->rows, row);
}

void kmt_mentions_parse(const char *file, const char *text, size_t n, const char *name,
	struct kmt_arena *arena, struct kmt_mentions *out)
{
	struct kmt_origin origin = {.file = file, .line = 1};
	struct kmt_slice rest = {text, n}, line;

	for (; kmt_slice_line(&rest, &line); origin.line++)
		add_line(line.s, strnlen(line.s, line.n), &origin, name, arena, out);
}

static bool ends_in(const char *name, const char *const *endings)
{
	for (size_t n = strlen(name); *endings; endings++)
		if (n > strlen(*endings) && !strcmp(name + n - strlen(*endings), *endings))
			return true;
	return false;
}

struct reading {
	const struct kmt_root *root;
	const char *name;
	const char *const *endings;
	struct kmt_map seen; /* file names that a directory before has, below the directory: they count */
	size_t n_files;
	struct kmt_arena *arena;
	struct kmt_mentions *out;
};

static void read_file(struct reading *r, const char *path, const char *below)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;

	if (r->n_files >= FILES_MAX || kmt_map_get(&r->seen, below))
		return;
	r->n_files++;
	kmt_map_add(&r->seen, below, r);
	if (!kmt_root_read(r->root, path, FILE_MAX, &text, NULL))
		kmt_mentions_parse(path, kmt_strbuf_str(&text), text.len, r->name, r->arena, r->out);
}

/* A directory, and the drop-ins in those that are in it: "NAME.d". */
static void read_dir(struct reading *r, const char *dir, const char *below)
{
	static const char *const drop_in[] = {".d", NULL};
	struct kmt_strv names = {0};

	if (kmt_root_list(r->root, dir, &names) < 0)
		return;
	for (size_t i = 0; i < names.n; i++) {
		const char *path = kmt_arena_printf(r->arena, "%s/%s", dir, names.v[i]);
		const char *rest = kmt_arena_printf(r->arena, "%s/%s", below, names.v[i]);

		if (ends_in(names.v[i], r->endings))
			read_file(r, path, rest);
		else if (!*below && ends_in(names.v[i], drop_in))
			read_dir(r, path, rest);
	}
	kmt_root_list_free(&names);
}

void kmt_mentions_read(const struct kmt_root *root, enum kmt_mentions_kind kind, const char *name,
	struct kmt_arena *arena, struct kmt_mentions *out)
{
	static const char *const dirs[][5] = {KMT_UDEV_RULES_DIRS, KMT_SYSTEMD_UNIT_DIRS};
	static const char *const endings[][6] = {
		{".rules"}, {".conf", ".mount", ".service", ".socket", ".target"}};
	struct reading r = {.root = root, .name = name, .endings = endings[kind],
		.arena = arena, .out = out};

	for (size_t i = 0; i < KMT_ARRAY_SIZE(dirs[0]); i++)
		read_dir(&r, dirs[kind][i], "");
	kmt_map_free(&r.seen);
}
