/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <kmt/base/shell.h>

#include <string.h>

void kmt_shell_add(struct kmt_strbuf *out, const char *word)
{
	static const char plain[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+./:=,@%";

	kmt_strbuf_addc(out, ' ');
	if (*word && strspn(word, plain) == strlen(word)) {
		kmt_strbuf_addstr(out, word);
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
