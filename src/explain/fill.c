/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tokens of the texts in the rules. */
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <kmt/base/alloc.h>
#include <kmt/base/strbuf.h>
#include <kmt/check/check.h>
#include "rules_priv.h"

#define SHOWN_SYMBOLS 4

struct fill {
	const struct kmt_rule_match *match;
	struct kmt_arena *arena;
};

static void add(struct kmt_strbuf *out, const char *s)
{
	kmt_strbuf_addstr(out, s ? s : "");
}

static void put_module(const struct fill *fill, struct kmt_strbuf *out)
{
	add(out, fill->match->failure->step->module);
}

static void put_driver(const struct fill *fill, struct kmt_strbuf *out)
{
	add(out, fill->match->failure->step->driver);
}

static void put_file(const struct fill *fill, struct kmt_strbuf *out)
{
	add(out, fill->match->failure->step->path);
}

static void put_capture(const struct fill *fill, size_t i, struct kmt_strbuf *out)
{
	const struct kmt_capture *cap = &fill->match->cap[i];

	if (cap->s)
		kmt_strbuf_add(out, cap->s, cap->n);
}

static void put_1(const struct fill *fill, struct kmt_strbuf *out)
{
	put_capture(fill, 0, out);
}

static void put_2(const struct fill *fill, struct kmt_strbuf *out)
{
	put_capture(fill, 1, out);
}

static bool same_capture(const struct kmt_capture *a, const struct kmt_capture *b)
{
	return a->n == b->n && !memcmp(a->s, b->s, a->n);
}

/* The symbols that the kernel named, each once: "a, b, c, d and 3 more". */
static void put_all(const struct fill *fill, struct kmt_strbuf *out)
{
	const struct kmt_failure *f = fill->match->failure;
	const struct kmt_rule *rule = fill->match->rule;
	struct kmt_capture seen[SHOWN_SYMBOLS];
	size_t shown = 0, more = 0;

	for (size_t i = 0; i < f->lines->n; i++) {
		struct kmt_capture cap[KMT_CAPTURES];
		bool again = false;

		if (!kmt_pattern_match(rule->line, f->step->module, f->lines->v[i], cap) ||
			(rule->when && !rule->when(f, cap)))
			continue;
		for (size_t j = 0; j < shown; j++)
			again |= same_capture(&seen[j], &cap[0]);
		if (again)
			continue;
		if (shown == SHOWN_SYMBOLS) {
			more++;
			continue;
		}
		kmt_strbuf_addf(out, "%s%.*s", shown ? ", " : "", (int)cap[0].n, cap[0].s);
		seen[shown++] = cap[0];
	}
	if (more)
		kmt_strbuf_addf(out, " and %zu more", more);
}

static void put_errno(const struct fill *fill, struct kmt_strbuf *out)
{
	add(out, kmt_errno_text(fill->match->failure->errnum, fill->arena));
}

static void put_kernel(const struct fill *fill, struct kmt_strbuf *out)
{
	add(out, fill->match->failure->policy->release);
}

static void put_vermagic(const struct fill *fill, struct kmt_strbuf *out)
{
	add(out, fill->match->failure->facts->vermagic);
}

static void put_license(const struct fill *fill, struct kmt_strbuf *out)
{
	add(out, fill->match->failure->facts->license);
}

static void put_provider(const struct fill *fill, struct kmt_strbuf *out)
{
	const struct kmt_symbol_fact *s =
		kmt_rule_symbol(fill->match->failure, fill->match->cap);

	add(out, s ? s->provider : NULL);
}

static void put_lockdown(const struct fill *fill, struct kmt_strbuf *out)
{
	add(out, fill->match->failure->policy->lockdown);
}

static void put_compression(const struct fill *fill, struct kmt_strbuf *out)
{
	enum kmt_compression c = fill->match->failure->facts->compression;

	if (c != KMT_COMP_NONE)
		add(out, kmt_compression_name(c));
}

static void put_signed(const struct fill *fill, struct kmt_strbuf *out)
{
	const struct kmt_kofile_facts *facts = fill->match->failure->facts;

	if (!facts->is_module)
		add(out, "not signed so");
	else
		add(out, facts->is_signed ? "signed with another key" : "not signed");
}

/* The kernel gives the number; a name says more. */
static void put_arch(const struct fill *fill, struct kmt_strbuf *out)
{
	const struct kmt_capture *cap = &fill->match->cap[0];

	if (cap->s)
		kmt_strbuf_addstr(out, kmt_machine_text((unsigned int)strtoul(cap->s, NULL, 10), fill->arena));
}

/* What two version magics differ in: "+theirs -ours" for release and build options. */
static void put_differ(const struct fill *fill, struct kmt_strbuf *out)
{
	const struct kmt_capture *cap = fill->match->cap;

	if (cap[0].s && cap[1].s)
		kmt_vermagic_differ(kmt_arena_strndup(fill->arena, cap[0].s, cap[0].n),
			kmt_arena_strndup(fill->arena, cap[1].s, cap[1].n), out);
}

static void put_origin(const struct fill *fill, struct kmt_strbuf *out)
{
	add(out, kmt_origin_text(&fill->match->failure->step->origin, fill->arena));
}

static void put_command(const struct fill *fill, struct kmt_strbuf *out)
{
	add(out, fill->match->failure->step->command);
}

static void put_status(const struct fill *fill, struct kmt_strbuf *out)
{
	kmt_strbuf_addf(out, "%d", WEXITSTATUS(fill->match->failure->status));
}

static void put_signal(const struct fill *fill, struct kmt_strbuf *out)
{
	int signo = WTERMSIG(fill->match->failure->status);

	kmt_strbuf_addf(out, "%d (%s)", signo, strsignal(signo));
}

static const struct token {
	const char *name;
	void (*put)(const struct fill *fill, struct kmt_strbuf *out);
} tokens[] = {
	{"1", put_1},
	{"2", put_2},
	{"all", put_all},
	{"arch", put_arch},
	{"command", put_command},
	{"compression", put_compression},
	{"differ", put_differ},
	{"driver", put_driver},
	{"errno", put_errno},
	{"file", put_file},
	{"kernel", put_kernel},
	{"license", put_license},
	{"lockdown", put_lockdown},
	{"module", put_module},
	{"origin", put_origin},
	{"provider", put_provider},
	{"signal", put_signal},
	{"signed", put_signed},
	{"status", put_status},
	{"vermagic", put_vermagic},
};

/* Puts the value of the token at S ("{name}") and returns its end; false in *FOUND if it has none. */
static const char *put_token(
	const struct fill *fill, const char *s, struct kmt_strbuf *out, bool *found)
{
	size_t n = strcspn(s + 1, "}");
	size_t before = out->len;

	for (size_t i = 0; i < KMT_ARRAY_SIZE(tokens); i++) {
		if (strlen(tokens[i].name) == n && !memcmp(tokens[i].name, s + 1, n)) {
			kmt_autostrbuf struct kmt_strbuf value = KMT_STRBUF_INIT;

			tokens[i].put(fill, &value);
			kmt_strbuf_add(out, kmt_strbuf_str(&value), value.len);
		}
	}
	if (out->len == before)
		*found = false;
	return s + 1 + n + (s[1 + n] == '}');
}

/* Up to the end of the template, or of the optional part that S begins in. */
static const char *put_part(
	const struct fill *fill, const char *s, char end, struct kmt_strbuf *out, bool *found)
{
	while (*s && *s != end) {
		if (*s == '{') {
			s = put_token(fill, s, out, found);
		} else if (*s == '[' && !end) {
			size_t before = out->len;
			bool whole = true;

			s = put_part(fill, s + 1, ']', out, &whole);
			if (!whole)
				kmt_strbuf_truncate(out, before);
		} else {
			kmt_strbuf_addc(out, *s++);
		}
	}
	return *s ? s + 1 : s;
}

const char *kmt_rule_fill(
	const char *template, const struct kmt_rule_match *match, struct kmt_arena *arena)
{
	const struct fill fill = {match, arena};
	kmt_autostrbuf struct kmt_strbuf out = KMT_STRBUF_INIT;
	bool found = true;

	if (!template)
		return NULL;
	put_part(&fill, template, '\0', &out, &found);
	return kmt_arena_strdup(arena, kmt_strbuf_str(&out));
}

/* Numbers that never leave the kernel by rule, but come out of init functions (linux/errno.h). */
const char *kmt_errno_text(int errnum, struct kmt_arena *arena)
{
	static const struct {
		int errnum;
		const char *text;
	} internal[] = {
		{512, "interrupted (ERESTARTSYS)"},
		{517, "what it depends on is not ready yet (EPROBE_DEFER)"},
		{524, "not supported (ENOTSUPP)"},
	};

	for (size_t i = 0; i < KMT_ARRAY_SIZE(internal); i++)
		if (internal[i].errnum == errnum)
			return internal[i].text;
	return kmt_arena_strdup(arena, strerror(errnum));
}

const struct kmt_symbol_fact *kmt_rule_symbol(
	const struct kmt_failure *f, const struct kmt_capture *cap)
{
	const struct kmt_symbol_fact *s;

	kmt_vec_foreach(s, &f->facts->symbols)
		if (cap->s && strlen(s->name) == cap->n && !memcmp(s->name, cap->s, cap->n))
			return s;
	return NULL;
}
