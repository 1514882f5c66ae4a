/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/tui/prefs.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <kmt/base/num.h>
#include <kmt/sys/file.h>

#define FILE_SIZE_MAX (64u << 10)

const struct kmt_pref_def kmt_pref_defs[KMT_PREF_COUNT] = {
	[KMT_PREF_COLORS] = {"colors", "Colours", {"default", "light", "dark", "high-contrast", "mono"},
		"default is light or dark, as the terminal is"},
	[KMT_PREF_MOUSE] = {"mouse", "Mouse", {"on", "off"}, "off lets the terminal select text"},
	[KMT_PREF_CHARACTERS] = {"characters", "Characters", {"auto", "ascii"},
		"auto draws lines if the locale supports it"},
	[KMT_PREF_VIEW] = {"view", "First view", {"loaded", "available", "built-in", "config", "log", "devices"},
		"the view to start with"},
};

char *kmt_prefs_path(void)
{
	const char *dir = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");

	/* A relative one is to be ignored, says the XDG Base Directory Specification. */
	if (dir && *dir == '/')
		return kmt_asprintf("%s/kmtool/browse.conf", dir);
	return home && *home == '/' ? kmt_asprintf("%s/.config/kmtool/browse.conf", home) : NULL;
}

/* Without blanks around it. */
static char *trimmed(const char *s, size_t n)
{
	while (n && (*s == ' ' || *s == '\t')) {
		s++;
		n--;
	}
	while (n && (s[n - 1] == ' ' || s[n - 1] == '\t' || s[n - 1] == '\r'))
		n--;
	return kmt_strndup(s, n);
}

static const char *const role_names[KMT_ROLE_COUNT] = {
	[KMT_ROLE_TEXT] = "text", [KMT_ROLE_DIM] = "dim", [KMT_ROLE_NAME] = "name", [KMT_ROLE_GOOD] = "good",
	[KMT_ROLE_WARN] = "warn", [KMT_ROLE_BAD] = "bad", [KMT_ROLE_HEADER] = "header",
	[KMT_ROLE_HEADING] = "heading", [KMT_ROLE_TAB] = "tab", [KMT_ROLE_LABEL] = "label",
	[KMT_ROLE_BORDER] = "border", [KMT_ROLE_FOCUS] = "focus", [KMT_ROLE_ASIDE] = "aside",
	[KMT_ROLE_KEY] = "key", [KMT_ROLE_ACTION] = "action", [KMT_ROLE_BUTTON] = "button",
	[KMT_ROLE_PROMPT] = "prompt", [KMT_ROLE_BAR] = "bar",
	[KMT_ROLE_MATCH] = "match"};

/* A name of the first eight, or a number of 256; -1: none. */
static int parse_color(const char *text)
{
	static const char *const names[] = {"black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"};
	uint64_t n;

	for (size_t i = 0; i < KMT_ARRAY_SIZE(names); i++)
		if (!strcmp(names[i], text))
			return (int)i;
	return !kmt_num_u64(text, 10, &n) && n < 256 ? (int)n : -1;
}

/* The line "color.ROLE = COLOR". False: it is none; *WHY, if it is one that is wrong. */
static bool parse_color_line(const char *line, size_t n, struct kmt_prefs *p, const char **why)
{
	static const char prefix[] = "color.";
	const char *equals = memchr(line, '=', n);
	kmt_autofree char *key = equals ? trimmed(line, (size_t)(equals - line)) : NULL;
	kmt_autofree char *text = equals ? trimmed(equals + 1, n - (size_t)(equals + 1 - line)) : NULL;
	size_t role = 0;
	int color;

	if (!key || strncmp(key, prefix, strlen(prefix)) != 0)
		return false;
	while (role < KMT_ROLE_COUNT && strcmp(role_names[role], key + strlen(prefix)) != 0)
		role++;
	color = parse_color(text);
	*why = role == KMT_ROLE_COUNT ? "unknown setting" : color < 0 ? "unknown value" : NULL;
	if (!*why)
		p->colors[role] = (short)(color + 1);
	return true;
}

/* One line: its setting, or KMT_PREF_COUNT with the reason in *WHY (NULL: there is nothing on it). */
static enum kmt_pref parse_line(const char *line, size_t n, unsigned char *value, const char **why)
{
	const char *equals = memchr(line, '=', n);
	kmt_autofree char *whole = trimmed(line, n), *key = NULL, *text = NULL;
	int pref = 0;

	*why = NULL;
	if (!*whole || *whole == '#')
		return KMT_PREF_COUNT;
	*why = "no 'key = value'";
	if (!equals)
		return KMT_PREF_COUNT;
	key = trimmed(line, (size_t)(equals - line));
	text = trimmed(equals + 1, n - (size_t)(equals + 1 - line));
	while (pref < KMT_PREF_COUNT && strcmp(kmt_pref_defs[pref].key, key))
		pref++;
	*why = "unknown setting";
	if (pref == KMT_PREF_COUNT)
		return KMT_PREF_COUNT;
	for (unsigned char i = 0; kmt_pref_defs[pref].values[i]; i++)
		if (!strcmp(kmt_pref_defs[pref].values[i], text)) {
			*value = i;
			return (enum kmt_pref)pref;
		}
	*why = "unknown value";
	return KMT_PREF_COUNT;
}

void kmt_prefs_parse(struct kmt_prefs *p, const char *path, const char *text, struct kmt_diag *diag)
{
	struct kmt_origin at = {.file = path};

	for (size_t n; *text; text += n + (text[n] == '\n')) {
		unsigned char value;
		const char *why;
		enum kmt_pref pref;

		n = strcspn(text, "\n");
		at.line++;
		if (parse_color_line(text, n, p, &why))
			pref = KMT_PREF_COUNT;
		else
			pref = parse_line(text, n, &value, &why);
		if (pref < KMT_PREF_COUNT)
			p->chosen[pref] = value;
		else if (why)
			kmt_diag_add(diag, &at, "%s", why);
	}
}

static void add_setting(const struct kmt_prefs *p, int pref, struct kmt_strbuf *out)
{
	const struct kmt_pref_def *def = &kmt_pref_defs[pref];

	kmt_strbuf_addf(out, "%s = %s\n", def->key, def->values[p->chosen[pref]]);
}

/* A line that says what it shall say stays as somebody wrote it. */
void kmt_prefs_format(const struct kmt_prefs *p, const char *text, struct kmt_strbuf *out)
{
	bool there[KMT_PREF_COUNT] = {false};

	for (size_t n; *text; text += n + (text[n] == '\n')) {
		unsigned char value;
		const char *why;
		enum kmt_pref pref;

		n = strcspn(text, "\n");
		pref = parse_line(text, n, &value, &why);
		if (pref < KMT_PREF_COUNT)
			there[pref] = true;
		if (pref < KMT_PREF_COUNT && value != p->chosen[pref]) {
			add_setting(p, pref, out);
			continue;
		}
		kmt_strbuf_add(out, text, n);
		kmt_strbuf_addc(out, '\n');
	}
	for (int pref = 0; pref < KMT_PREF_COUNT; pref++)
		if (!there[pref] && p->chosen[pref])
			add_setting(p, pref, out);
}

/* Who may change the path can lead root's browser to any file by a link. */
static bool is_in_other_hands(const struct kmt_root *host, const char *path)
{
	kmt_autofree char *part = kmt_strdup(path);
	struct stat st;

	if (geteuid())
		return false;
	for (size_t i = 1; part[i - 1]; i++) {
		if (path[i] && path[i] != '/')
			continue;
		part[i] = '\0';
		if (!kmt_root_stat(host, part, &st) && st.st_uid)
			return true;
		part[i] = path[i];
	}
	return false;
}

static int read_text(const struct kmt_root *host, const char *path, struct kmt_strbuf *out)
{
	if (is_in_other_hands(host, path))
		return -EPERM;
	return kmt_root_read(host, path, FILE_SIZE_MAX, out, NULL);
}

void kmt_prefs_read(
	struct kmt_prefs *p, const struct kmt_root *host, const char *path, struct kmt_diag *diag)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;

	if (!read_text(host, path, &text))
		kmt_prefs_parse(p, path, kmt_strbuf_str(&text), diag);
}

int kmt_prefs_write(
	const struct kmt_prefs *p, const struct kmt_root *host, const char *path, struct kmt_err *err)
{
	kmt_autostrbuf struct kmt_strbuf before = KMT_STRBUF_INIT, after = KMT_STRBUF_INIT;
	int r = read_text(host, path, &before);

	/* What cannot be read must not be lost. */
	if (r && r != -ENOENT)
		return kmt_err_errno(err, -r, "%s", path);
	kmt_prefs_format(p, kmt_strbuf_str(&before), &after);
	if (!strcmp(kmt_strbuf_str(&before), kmt_strbuf_str(&after)))
		return 0;
	/* Private, as the specification wants them. What fails here fails again below, and is told then. */
	kmt_file_make_parents(path, 0700);
	return kmt_file_replace(host, path, kmt_strbuf_str(&after), after.len, 0644, err);
}

void kmt_prefs_step(struct kmt_prefs *p, enum kmt_pref which, int step)
{
	int n = 0, at;

	while (n < KMT_PREF_VALUES && kmt_pref_defs[which].values[n])
		n++;
	at = (p->chosen[which] + step + n) % n;
	p->chosen[which] = (unsigned char)at;
}
