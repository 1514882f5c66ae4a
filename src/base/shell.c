/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/base/shell.h>

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include <kmt/base/escape.h>

static bool is_visible(const char *word)
{
	size_t len;

	for (; *word; word += len) {
		len = kmt_utf8_len(word, strlen(word));
		if (!len || kmt_char_is_hidden(kmt_utf8_decode(word, len)))
			return false;
	}
	return true;
}

/* $'...': the only quoting that can spell a control character without holding it. */
static void add_ansi_c(struct kmt_strbuf *out, const char *word)
{
	kmt_strbuf_addstr(out, "$'");
	for (; *word; word++) {
		unsigned char c = (unsigned char)*word;

		if (c >= 0x20 && c < 0x7f && c != '\'' && c != '\\')
			kmt_strbuf_addc(out, *word);
		else
			kmt_strbuf_addf(out, "\\%03o", c);
	}
	kmt_strbuf_addc(out, '\'');
}

void kmt_shell_add(struct kmt_strbuf *out, const char *word)
{
	static const char plain[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+./:=,@%";

	kmt_strbuf_addc(out, ' ');
	if (*word && strspn(word, plain) == strlen(word)) {
		kmt_strbuf_addstr(out, word);
		return;
	}
	if (!is_visible(word)) {
		add_ansi_c(out, word);
		return;
	}
	kmt_strbuf_addc(out, '\'');
	for (; *word; word++) {
		if (*word == '\'')
			kmt_strbuf_addstr(out, "'\\''");
		else
			kmt_strbuf_addc(out, *word);
	}
	kmt_strbuf_addc(out, '\'');
}

/* Adds the word that begins at LINE. Returns what follows it; NULL if a quote is not closed. */
static const char *take_word(const char *line, struct kmt_strbuf *word)
{
	char quote = '\0';

	for (; *line && (quote || *line != ' '); line++) {
		bool escapes = *line == '\\' && line[1] &&
			       (!quote || (quote == '"' && strchr("\\\"$`", line[1])));

		if (escapes)
			kmt_strbuf_addc(word, *++line);
		else if (!quote && (*line == '"' || *line == '\''))
			quote = *line;
		else if (quote && *line == quote)
			quote = '\0';
		else
			kmt_strbuf_addc(word, *line);
	}
	return quote ? NULL : line;
}

int kmt_shell_split(const char *line, struct kmt_arena *arena, struct kmt_strv *out)
{
	kmt_autostrbuf struct kmt_strbuf word = KMT_STRBUF_INIT;

	while (line && *(line += strspn(line, " "))) {
		kmt_strbuf_truncate(&word, 0);
		line = take_word(line, &word);
		if (line)
			kmt_vec_push(out, kmt_arena_strdup(arena, kmt_strbuf_str(&word)));
	}
	return line ? 0 : -EINVAL;
}
