/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/out/log.h>

#include <ctype.h>
#include <string.h>

#include <kmt/base/name.h>

const char *kmt_log_level_name(unsigned int level)
{
	static const char *const names[] = {
		"emerg", "alert", "crit", "err", "warn", "notice", "info", "debug"};

	return level < KMT_ARRAY_SIZE(names) ? names[level] : "?";
}

enum kmt_hue kmt_log_level_hue(unsigned int level)
{
	if (level <= 3)
		return KMT_HUE_BAD;
	if (level == 4)
		return KMT_HUE_WARN;
	return level == 7 ? KMT_HUE_DIM : KMT_HUE_NONE;
}

static bool is_name_char(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '-';
}

size_t kmt_log_word(const char **text)
{
	size_t n = 0;

	while (**text && !is_name_char(**text))
		++*text;
	while (is_name_char((*text)[n]))
		n++;
	return n;
}

bool kmt_log_names(const char *text, const char *name)
{
	size_t n = strlen(name), len;

	for (; (len = kmt_log_word(&text)); text += len)
		if (len == n) {
			kmt_autofree char *word = kmt_strndup(text, len);

			if (kmt_name_equal(word, name))
				return true;
		}
	return false;
}

static void get_time(const void *row, void *ctx, struct kmt_cell *out)
{
	out->n = ((const struct kmt_kmsg_record *)row)->usec;
	out->hue = KMT_HUE_DIM;
}

static void get_level(const void *row, void *ctx, struct kmt_cell *out)
{
	const struct kmt_kmsg_record *record = row;

	out->s = kmt_log_level_name(record->level);
	out->hue = kmt_log_level_hue(record->level);
}

static void get_text(const void *row, void *ctx, struct kmt_cell *out)
{
	const struct kmt_kmsg_record *record = row;

	out->s = record->text;
	out->hue = kmt_log_level_hue(record->level);
}

const struct kmt_column kmt_log_columns[] = {
	{"time", "TIME", KMT_CELL_USEC, true, .help = "since boot", .get = get_time},
	{"level", "LEVEL", KMT_CELL_STRING, true, .whole = true,
		.help = "emerg, alert, crit, err, warn, notice, info, debug",
		.get = get_level},
	{"text", "TEXT", KMT_CELL_STRING, true, .help = "what it says", .get = get_text},
	{0},
};
