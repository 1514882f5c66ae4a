/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/model/params.h>

#include <errno.h>
#include <string.h>

#include <kmt/base/name.h>
#include <kmt/base/num.h>
#include <kmt/base/strbuf.h>

#define CHARP_MAX 1024 /* kernel/params.c, param_set_charp() */
#define KERNEL_BLANKS " \t\n\v\f\r" /* isspace() */
#define OF_LONG 0 /* bits: those of a long */

enum type_kind { TYPE_SIGNED, TYPE_UNSIGNED, TYPE_BOOL, TYPE_TEXT };

/* linux/moduleparam.h, kernel/params.c */
struct type {
	const char *name;
	enum type_kind kind;
	unsigned int bits;
	bool may_be_alone;  /* NAME without a value is "true" */
	size_t max_len;	    /* of a text, 0: not known */
};

static const struct type types[] = {
	{"byte", TYPE_UNSIGNED, .bits = 8},
	{"short", TYPE_SIGNED, .bits = 16},
	{"ushort", TYPE_UNSIGNED, .bits = 16},
	{"int", TYPE_SIGNED, .bits = 32},
	{"uint", TYPE_UNSIGNED, .bits = 32},
	{"hexint", TYPE_UNSIGNED, .bits = 32},
	{"long", TYPE_SIGNED, .bits = OF_LONG},
	{"ulong", TYPE_UNSIGNED, .bits = OF_LONG},
	{"ullong", TYPE_UNSIGNED, .bits = 64},
	{"bool", TYPE_BOOL, .may_be_alone = true},
	{"bool_enable_only", TYPE_BOOL, .may_be_alone = true},
	{"bint", TYPE_BOOL, .may_be_alone = true},
	{"invbool", TYPE_BOOL, .may_be_alone = false},
	{"charp", TYPE_TEXT, .max_len = CHARP_MAX},
	{"string", TYPE_TEXT, .max_len = 0},
};

static const struct type *find_type(const char *name)
{
	for (size_t i = 0; i < KMT_ARRAY_SIZE(types); i++)
		if (!strcmp(types[i].name, name))
			return &types[i];
	return NULL;
}

static const char *number_wrong(const struct type *type, const char *s, unsigned int long_bits)
{
	unsigned int bits = type->bits == OF_LONG ? long_bits : type->bits;
	bool negative = *s == '-';
	uint64_t n, most = bits == 64 ? UINT64_MAX : (UINT64_C(1) << bits) - 1;
	int r;

	if (negative && type->kind == TYPE_UNSIGNED)
		return "negative";
	s += *s == '-' || *s == '+';
	if (strpbrk(s, "+- \t"))
		return "not a number";
	r = kmt_num_u64(s, 0, &n);
	if (r == -EINVAL)
		return "not a number";
	if (type->kind == TYPE_SIGNED)
		most = most / 2 + negative;
	return r == -ERANGE || n > most ? "too large" : NULL;
}

/* lib/kstrtox.c, kstrtobool(): only the first letter counts, after an "o" the second. */
static const char *bool_wrong(const char *s)
{
	if (*s && strchr("yYnN01tTfF", *s))
		return NULL;
	if ((*s == 'o' || *s == 'O') && s[1] && strchr("nNfF", s[1]))
		return NULL;
	return "neither Y nor N";
}

static const char *single_wrong(const struct type *type, const char *s, unsigned int long_bits)
{
	switch (type->kind) {
	case TYPE_SIGNED:
	case TYPE_UNSIGNED:
		return number_wrong(type, s, long_bits);
	case TYPE_BOOL:
		return bool_wrong(s);
	case TYPE_TEXT:
		break;
	}
	return type->max_len && strlen(s) > type->max_len ? "too long" : NULL;
}

static const char *array_wrong(const struct type *type, const char *s, unsigned int long_bits)
{
	kmt_autostrbuf struct kmt_strbuf element = KMT_STRBUF_INIT;
	const char *wrong = NULL;

	for (;;) {
		size_t n = strcspn(s, ",");

		kmt_strbuf_truncate(&element, 0);
		kmt_strbuf_add(&element, s, n);
		wrong = single_wrong(type, kmt_strbuf_str(&element), long_bits);
		if (wrong || !s[n])
			return wrong;
		s += n + 1;
	}
}

const char *kmt_params_value_wrong(const char *type_name, const char *value, unsigned int long_bits)
{
	static const char array[] = "array of ";
	bool is_array = !strncmp(type_name, array, sizeof(array) - 1);
	const struct type *type = find_type(is_array ? type_name + sizeof(array) - 1 : type_name);

	if (!type)
		return NULL;
	if (!value)
		return type->may_be_alone && !is_array ? NULL : "no value";
	return is_array ? array_wrong(type, value, long_bits) : single_wrong(type, value, long_bits);
}

/* The kernel takes '-' for '_' here too. */
static bool same_name(const char *a, size_t a_len, const char *b, size_t b_len)
{
	if (a_len != b_len)
		return false;
	for (size_t i = 0; i < a_len; i++) {
		char x = a[i] == '-' ? '_' : a[i], y = b[i] == '-' ? '_' : b[i];

		if (x != y)
			return false;
	}
	return true;
}

static bool bool_value(const char *s)
{
	return *s && (strchr("yYtT1", *s) || ((*s == 'o' || *s == 'O') && (s[1] == 'n' || s[1] == 'N')));
}

static bool same_number(const char *a, const char *b)
{
	int64_t x, y;
	uint64_t u, v;

	if (!kmt_num_i64(a, 0, &x) && !kmt_num_i64(b, 0, &y))
		return x == y;
	return !kmt_num_u64(a, 0, &u) && !kmt_num_u64(b, 0, &v) && u == v;
}

static bool same_single(const struct type *type, const char *a, const char *b)
{
	if (!strcmp(a, b))
		return true;
	if (!type)
		return same_number(a, b) || (!bool_wrong(a) && !bool_wrong(b) && bool_value(a) == bool_value(b));
	switch (type->kind) {
	case TYPE_SIGNED:
	case TYPE_UNSIGNED:
		return same_number(a, b);
	case TYPE_BOOL:
		return !bool_wrong(a) && !bool_wrong(b) && bool_value(a) == bool_value(b);
	case TYPE_TEXT:
		break;
	}
	return false;
}

bool kmt_params_same_value(const char *type_name, const char *a, const char *b)
{
	static const char array[] = "array of ";
	bool is_array = type_name && !strncmp(type_name, array, sizeof(array) - 1);
	const struct type *type = NULL;

	if (type_name)
		type = find_type(is_array ? type_name + sizeof(array) - 1 : type_name);
	while (is_array) {
		size_t n = strcspn(a, ","), m = strcspn(b, ",");
		kmt_autofree char *x = kmt_strndup(a, n), *y = kmt_strndup(b, m);

		if (!same_single(type, x, y) || a[n] != b[m])
			return false;
		if (!a[n])
			return true;
		a += n + 1;
		b += m + 1;
	}
	return same_single(type, a, b);
}

int kmt_param_word_write(const char *name, size_t name_len, const char *value, struct kmt_strbuf *out)
{
	bool blanks;

	if (value && strpbrk(value, "\"\n\r"))
		return -EINVAL;
	blanks = value && strpbrk(value, KERNEL_BLANKS);
	kmt_strbuf_add(out, name, name_len);
	if (value)
		kmt_strbuf_addf(out, "=%s%s%s", blanks ? "\"" : "", value, blanks ? "\"" : "");
	return 0;
}

bool kmt_param_word_next(const char **s, struct kmt_param_word *out)
{
	const char *p = *s + strspn(*s, KERNEL_BLANKS), *equals = NULL, *end;
	bool quoted = *p == '"', in_quotes = quoted;

	if (!*p)
		return false;
	*out = (struct kmt_param_word){.name = p + quoted};
	for (end = p + quoted; *end && (in_quotes || !strchr(KERNEL_BLANKS, *end)); end++) {
		if (*end == '=' && !equals)
			equals = end;
		in_quotes ^= *end == '"';
	}
	*s = end;
	if (quoted && end > out->name && end[-1] == '"')
		end--;
	out->name_len = (size_t)((equals ? equals : end) - out->name);
	if (!equals)
		return true;
	out->value = equals + 1;
	if (*out->value == '"') {
		out->value++;
		if (!quoted && end > out->value && end[-1] == '"')
			end--;
	}
	out->value_len = (size_t)(end - out->value);
	return true;
}

bool kmt_param_word_is(const struct kmt_param_word *word, const char *name)
{
	return same_name(word->name, word->name_len, name, strlen(name));
}

const char *kmt_config_value(const struct kmt_config_options *options, const char *name,
	struct kmt_arena *arena, struct kmt_origin *origin)
{
	const struct kmt_config_option *option;
	struct kmt_param_word word, last = {0};
	bool found = false;

	kmt_vec_foreach(option, &options->rows) {
		const char *s = option->text;

		while (kmt_param_word_next(&s, &word)) {
			if (!kmt_param_word_is(&word, name))
				continue;
			found = true;
			last = word;
			*origin = option->origin;
		}
	}
	if (!found)
		return NULL;
	return last.value ? kmt_arena_strndup(arena, last.value, last.value_len) : "";
}

char *kmt_param_unquoted(struct kmt_arena *arena, const char *value)
{
	size_t n = strlen(value);

	if (n >= 2 && *value == '"' && value[n - 1] == '"')
		return kmt_arena_strndup(arena, value + 1, n - 2);
	return kmt_arena_strdup(arena, value);
}
