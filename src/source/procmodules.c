/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A line is (kernel/module/procfs.c, m_show()):
 *   NAME SIZE REFS HOLDERS STATE ADDRESS [(TAINT)]
 * HOLDERS is "-" or a comma after every name, "[permanent]" being one of them. A kernel that cannot
 * unload modules writes "-" for REFS; others -1 while a module unloads: the reference that each live module
 * has on itself is gone then. TAINT ends in '+' while loading and in '-' while unloading.
 */
#include <kmt/source/procmodules.h>

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <kmt/base/name.h>
#include <kmt/base/num.h>
#include <kmt/sys/paths.h>

/* A line of the kernel with every module as a holder is below this. */
#define LINE_MAX_BYTES (1u << 20)

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
	bool ok = true;

	if (!strcmp(word, "-"))
		return true;
	for (next = strtok_r(word, ",", &saved); next; next = strtok_r(NULL, ",", &saved)) {
		const char *name;

		if (!strcmp(next, "[permanent]")) {
			out->permanent = true;
			continue;
		}
		name = take_name(arena, next);
		if (name)
			kmt_vec_push(&out->holders, name);
		ok &= name != NULL;
	}
	return ok;
}

const char *kmt_state_word(enum kmt_state state)
{
	static const char *const words[] = {
		[KMT_STATE_LIVE] = "live",
		[KMT_STATE_LOADING] = "loading",
		[KMT_STATE_UNLOADING] = "unloading",
		[KMT_STATE_UNKNOWN] = "unknown",
	};

	return words[state];
}

/* The kernel writes the words with a capital letter. */
static bool take_state(const char *word, enum kmt_state *out)
{
	for (*out = KMT_STATE_LIVE; *out < KMT_STATE_UNKNOWN; (*out)++)
		if (*word != *kmt_state_word(*out) && !strcasecmp(word, kmt_state_word(*out)))
			return true;
	return false;
}

/* "(OE+)": the letters alone. */
static const char *take_taint(const char *word, struct kmt_arena *arena)
{
	size_t n;

	if (*word != '(')
		return "";
	n = strspn(word + 1, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
	return kmt_arena_strndup(arena, word + 1, n);
}

static bool take_refs(const char *word, struct kmt_procmod *out)
{
	out->refs_unknown = !strcmp(word, "-") || kmt_num_i64(word, 10, &out->refs) != 0;
	if (out->refs_unknown)
		out->refs = -1;
	return !out->refs_unknown || !strcmp(word, "-");
}

static bool take_number(const char *word, int base, uint64_t *out)
{
	if (!kmt_num_u64(word, base, out))
		return true;
	*out = 0;
	return false;
}

enum { NAME, SIZE, REFS, HOLDERS, STATE, ADDRESS, TAINT, FIELDS };

/* The fields behind the name; a name of one that is not understood, NULL if all are. */
static const char *take_fields(char *const field[FIELDS], struct kmt_arena *arena, struct kmt_procmod *out)
{
	const char *bad = NULL;

	if (!take_number(field[SIZE], 10, &out->size))
		bad = "size";
	if (!take_refs(field[REFS], out))
		bad = "reference count";
	if (!take_holders(field[HOLDERS], arena, out))
		bad = "holders";
	if (!take_state(field[STATE], &out->state))
		bad = "state";
	if (strncmp(field[ADDRESS], "0x", 2) != 0 || !take_number(field[ADDRESS] + 2, 16, &out->addr))
		bad = "address";
	out->taint = take_taint(field[TAINT], arena);
	return bad;
}

/* Splits [LINE, END) in place. False if it has no name, or nothing but one. */
static bool parse_line(char *line, char *end, struct kmt_arena *arena, struct kmt_procmod *out,
	struct kmt_diag *diag, const struct kmt_origin *at)
{
	char none[] = "", *field[FIELDS];
	const char *bad;

	for (size_t i = 0; i < FIELDS; i++) {
		field[i] = next_word(&line, end);
		if (!field[i])
			field[i] = none;
	}
	*out = (struct kmt_procmod){.name = take_name(arena, field[NAME])};
	if (!out->name)
		return false;
	bad = take_fields(field, arena, out);
	if (!out->size && out->state == KMT_STATE_UNKNOWN && !out->addr) {
		kmt_vec_free(&out->holders);
		return false;
	}
	if (bad)
		kmt_diag_add(diag, at, "cannot read the %s of %s", bad, out->name);
	return true;
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
			ok = parse_line(line, line + len, arena, &row, diag, &at);
		}
		if (ok)
			kmt_vec_push(&out->rows, row);
		else
			kmt_diag_add(diag, &at, "not a module: line skipped");
		text += len + 1;
	}
}

void kmt_procmodules_free(struct kmt_procmodules *m)
{
	for (size_t i = 0; i < m->rows.n; i++)
		kmt_vec_free(&m->rows.v[i].holders);
	kmt_vec_free(&m->rows);
}
