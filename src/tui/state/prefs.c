/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/tui/prefs.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <kmt/base/name.h>
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

/* All settings but colours: those of the table, then those that keys change. */
enum {
	ORDER = KMT_PREF_COUNT, /* one for each view */
	TREE = ORDER + KMT_VIEW_COUNT,
	SPLIT,
	WIDTH,
	PINS,
	SETTINGS,
};

static char *setting_key(int i)
{
	static const char *const keys[SETTINGS] = {[TREE] = "tree", [SPLIT] = "split", [WIDTH] = "width",
		[PINS] = "pins"};

	if (i < ORDER)
		return kmt_strdup(kmt_pref_defs[i].key);
	if (i < TREE)
		return kmt_asprintf("sort.%s", kmt_pref_defs[KMT_PREF_VIEW].values[i - ORDER]);
	return kmt_strdup(keys[i]);
}

static char *get_pins(const struct kmt_tags *pins)
{
	kmt_autostrbuf struct kmt_strbuf text = KMT_STRBUF_INIT;

	for (size_t i = 0; i < pins->names.n; i++)
		kmt_strbuf_item(&text, " ", "%s", pins->names.v[i]);
	return kmt_strdup(kmt_strbuf_str(&text));
}

static char *setting_get(const struct kmt_prefs *p, int i)
{
	const struct kmt_pref_order *order = &p->order[i >= ORDER && i < TREE ? i - ORDER : 0];
	const char *own = i >= ORDER && i < TREE ? kmt_views[i - ORDER]->sort : NULL;

	if (i < ORDER)
		return kmt_strdup(kmt_pref_defs[i].values[p->chosen[i]]);
	if (i < TREE)
		return kmt_asprintf("%s%s", order->descending ? "-" : "",
			order->column ? order->column : own ? own : "none");
	if (i == TREE)
		return kmt_strdup(p->tree ? "on" : "off");
	if (i == PINS)
		return get_pins(&p->pins);
	return kmt_asprintf("%d", i == SPLIT ? p->split : p->width);
}

static bool set_choice(struct kmt_prefs *p, int pref, const char *text)
{
	for (unsigned char i = 0; kmt_pref_defs[pref].values[i]; i++)
		if (!strcmp(kmt_pref_defs[pref].values[i], text)) {
			p->chosen[pref] = i;
			return true;
		}
	return false;
}

static bool set_order(struct kmt_pref_order *order, enum kmt_view view, const char *text)
{
	bool descending = *text == '-';
	const char *name = text + descending;
	const struct kmt_view_column *c = kmt_views[view]->columns;

	while (c->name && strcmp(c->name, name) != 0)
		c++;
	if (!c->name && (kmt_views[view]->sort || strcmp(name, "none") != 0))
		return false;
	*order = (struct kmt_pref_order){c->name, descending};
	return true;
}

static bool set_number(int *to, const char *text)
{
	bool negative = *text == '-';
	uint64_t n;

	if (kmt_num_u64(text + negative, 10, &n) || n > KMT_PREF_SPLIT_MAX)
		return false;
	*to = negative ? -(int)n : (int)n;
	return true;
}

static bool set_pins(struct kmt_tags *pins, const char *text)
{
	kmt_tags_free(pins);
	for (size_t n; *text; text += n) {
		kmt_autofree char *word = NULL;
		char name[KMT_NAME_MAX];

		text += strspn(text, " \t");
		n = strcspn(text, " \t");
		word = kmt_strndup(text, n);
		if (!n)
			break;
		if (kmt_name_normalize(word, name, sizeof(name))) {
			kmt_tags_free(pins);
			return false;
		}
		kmt_tags_add(pins, name);
	}
	return true;
}

/* False: TEXT is no value of it. */
static bool setting_set(struct kmt_prefs *p, int i, const char *text)
{
	if (i < ORDER)
		return set_choice(p, i, text);
	if (i < TREE)
		return set_order(&p->order[i - ORDER], (enum kmt_view)(i - ORDER), text);
	if (i == PINS)
		return set_pins(&p->pins, text);
	if (i != TREE)
		return set_number(i == SPLIT ? &p->split : &p->width, text);
	p->tree = !strcmp(text, "on");
	return p->tree || !strcmp(text, "off");
}

static int find_setting(const char *key)
{
	for (int i = 0; i < SETTINGS; i++) {
		kmt_autofree char *name = setting_key(i);

		if (!strcmp(name, key))
			return i;
	}
	return SETTINGS;
}

/* One line: its setting, or SETTINGS with the reason in *WHY (NULL: there is nothing on it). */
static int parse_line(const char *line, size_t n, struct kmt_prefs *p, const char **why)
{
	const char *equals = memchr(line, '=', n);
	kmt_autofree char *whole = trimmed(line, n), *key = NULL, *text = NULL;
	int i;

	*why = NULL;
	if (!*whole || *whole == '#')
		return SETTINGS;
	*why = "no 'key = value'";
	if (!equals)
		return SETTINGS;
	key = trimmed(line, (size_t)(equals - line));
	text = trimmed(equals + 1, n - (size_t)(equals + 1 - line));
	i = find_setting(key);
	*why = i == SETTINGS ? "unknown setting" : setting_set(p, i, text) ? NULL : "unknown value";
	return *why ? SETTINGS : i;
}

void kmt_prefs_parse(struct kmt_prefs *p, const char *path, const char *text, struct kmt_diag *diag)
{
	struct kmt_origin at = {.file = path};

	for (size_t n; *text; text += n + (text[n] == '\n')) {
		const char *why;

		n = strcspn(text, "\n");
		at.line++;
		if (!parse_color_line(text, n, p, &why))
			parse_line(text, n, p, &why);
		if (why)
			kmt_diag_add(diag, &at, "%s", why);
	}
}

static bool is_same(const struct kmt_prefs *a, const struct kmt_prefs *b, int i)
{
	kmt_autofree char *one = setting_get(a, i), *other = setting_get(b, i);

	return !strcmp(one, other);
}

static void add_setting(const struct kmt_prefs *p, int i, struct kmt_strbuf *out)
{
	kmt_autofree char *key = setting_key(i), *value = setting_get(p, i);

	kmt_strbuf_addf(out, "%s = %s\n", key, value);
}

/* A line that says what it shall say stays as somebody wrote it. */
void kmt_prefs_format(const struct kmt_prefs *p, const char *text, struct kmt_strbuf *out)
{
	static const struct kmt_prefs defaults;
	bool there[SETTINGS + 1] = {false};

	for (size_t n; *text; text += n + (text[n] == '\n')) {
		struct kmt_prefs line = {0};
		const char *why;
		int i;

		n = strcspn(text, "\n");
		i = parse_line(text, n, &line, &why);
		there[i] = true;
		if (i < SETTINGS && !is_same(&line, p, i)) {
			add_setting(p, i, out);
		} else {
			kmt_strbuf_add(out, text, n);
			kmt_strbuf_addc(out, '\n');
		}
		kmt_prefs_free(&line);
	}
	for (int i = 0; i < SETTINGS; i++)
		if (!there[i] && !is_same(p, &defaults, i))
			add_setting(p, i, out);
}

void kmt_prefs_free(struct kmt_prefs *p)
{
	kmt_tags_free(&p->pins);
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
