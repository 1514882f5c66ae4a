/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A line is (kernel/module/procfs.c, m_show()):
 *   NAME SIZE REFS HOLDERS STATE ADDRESS [(TAINT)]
 * HOLDERS is "-" or a comma after every name, "[permanent]" being one of them. A kernel that cannot
 * unload modules writes "-" for REFS. TAINT ends in '+' while loading and in '-' while unloading.
 */
#include <kmt/source/procmodules.h>

#include <stdlib.h>
#include <string.h>

#include <kmt/base/name.h>
#include <kmt/base/num.h>
#include <kmt/sys/paths.h>

/* A line of the kernel with every module as a holder is below this. */
#define LINE_MAX_BYTES (1u << 20)
#define FIELDS 7

/* The next blank-separated word of [*S, END), terminated in place; NULL if there is none. */
static char *next_word(char **s, char *end)
{
	char *word;

	while (*s < end && (**s == ' ' || **s == '\t'))
		(*s)++;
	if (*s == end)
		return NULL;
	word = *s;
	while (*s < end && **s != ' ' && **s != '\t')
		(*s)++;
	if (*s < end)
		*(*s)++ = '\0';
	return word;
}

/* The normal form of a name that may be used as a directory name; NULL if it cannot be one. */
static const char *take_name(struct kmt_arena *arena, const char *word)
{
	char name[KMT_NAME_MAX];

	if (*word == '.' || kmt_name_normalize(word, name, sizeof(name)))
		return NULL;
	return kmt_arena_strdup(arena, name);
}

static bool take_holders(char *word, struct kmt_arena *arena, struct kmt_procmod *out)
{
	char *next, *saved = NULL;

	if (!strcmp(word, "-"))
		return true;
	for (next = strtok_r(word, ",", &saved); next; next = strtok_r(NULL, ",", &saved)) {
		const char *name;

		if (!strcmp(next, "[permanent]")) {
			out->permanent = true;
			continue;
		}
		name = take_name(arena, next);
		if (!name)
			return false;
		kmt_vec_push(&out->holders, name);
	}
	return true;
}

static bool take_state(const char *word, enum kmt_state *out)
{
	static const char *const words[] = {
		[KMT_STATE_LIVE] = "Live",
		[KMT_STATE_LOADING] = "Loading",
		[KMT_STATE_UNLOADING] = "Unloading",
	};

	for (size_t i = 0; i < KMT_ARRAY_SIZE(words); i++)
		if (!strcmp(words[i], word)) {
			*out = (enum kmt_state)i;
			return true;
		}
	return false;
}

/* "(OE+)": the letters alone. */
static const char *take_taint(const char *word, struct kmt_arena *arena)
{
	size_t n;

	if (!word || *word != '(')
		return "";
	n = strspn(word + 1, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
	return kmt_arena_strndup(arena, word + 1, n);
}

static bool take_refs(const char *word, int64_t *out)
{
	if (!strcmp(word, "-")) {
		*out = -1;
		return true;
	}
	return !kmt_num_i64(word, 10, out) && *out >= 0;
}

/* Splits [LINE, END) in place. */
static bool parse_line(char *line, char *end, struct kmt_arena *arena, struct kmt_procmod *out)
{
	char *field[FIELDS] = {NULL};
	size_t n = 0;

	while (n < FIELDS && (field[n] = next_word(&line, end)))
		n++;
	if (n < FIELDS - 1) /* the taint letters are optional */
		return false;
	*out = (struct kmt_procmod){.taint = take_taint(field[6], arena)};
	out->name = take_name(arena, field[0]);
	return out->name && !kmt_num_u64(field[1], 10, &out->size) &&
	       take_refs(field[2], &out->refs) && take_holders(field[3], arena, out) &&
	       take_state(field[4], &out->state) && !strncmp(field[5], "0x", 2) &&
	       !kmt_num_u64(field[5] + 2, 16, &out->addr);
}

void kmt_procmodules_parse(const char *text, size_t n, struct kmt_arena *arena,
	struct kmt_procmodules *out, struct kmt_diag *diag)
{
	struct kmt_origin at = {.file = KMT_PATH_PROC_MODULES};

	for (const char *end = text + n; text < end;) {
		const char *stop = memchr(text, '\n', (size_t)(end - text));
		size_t len = (size_t)((stop ? stop : end) - text);
		struct kmt_procmod row = {0};
		kmt_autofree char *line = NULL;
		bool ok = false;

		at.line++;
		if (len <= LINE_MAX_BYTES) {
			line = kmt_alloc(len + 1);
			memcpy(line, text, len);
			ok = parse_line(line, line + len, arena, &row);
		}
		if (ok) {
			kmt_vec_push(&out->rows, row);
		} else {
			kmt_diag_add(diag, &at, "this line is no module: skipped");
			kmt_vec_free(&row.holders);
		}
		text += len + 1;
	}
}

void kmt_procmodules_free(struct kmt_procmodules *m)
{
	for (size_t i = 0; i < m->rows.n; i++)
		kmt_vec_free(&m->rows.v[i].holders);
	kmt_vec_free(&m->rows);
}
