/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Makes module files, thousands in a second: each line of standard input is "PATH WORD...", with the words
 * of tests/unit/elf_words.h; their directories must be there. "PATH @NUMBER" makes a module whose .modinfo
 * claims to have that many bytes.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <kmt/base/alloc.h>
#include <kmt/base/vec.h>
#include "tests/unit/elf_fixture.h"
#include "tests/unit/elf_words.h"

static void claim(const char *size, struct kmt_strbuf *out)
{
	struct elf_fixture elf;
	size_t section;

	elf_fixture_init(&elf, true, false, EM_X86_64);
	section = elf_fixture_add(&elf, ".modinfo", SHT_PROGBITS, "license=GPL", 12);
	elf.sections[section].claim_size = strtoull(size, NULL, 0);
	elf_fixture_write(&elf, out);
}

static int write_file(const char *path, const struct kmt_strbuf *data)
{
	FILE *f = fopen(path, "w");

	if (!f || fwrite(data->s, 1, data->len, f) != data->len || fclose(f)) {
		fprintf(stderr, "make_modules: %s: %s\n", path, strerror(errno));
		return 1;
	}
	return 0;
}

int main(void)
{
	KMT_VEC(const char *) words = {0};
	struct kmt_strbuf out = KMT_STRBUF_INIT;
	char *line = NULL, *rest, *path;
	size_t room = 0;
	int status = 0;

	while (!status && getline(&line, &room, stdin) > 0) {
		path = strtok_r(line, " \n", &rest);
		if (!path)
			continue;
		words.n = 0;
		do
			kmt_vec_push(&words, strtok_r(NULL, " \n", &rest));
		while (words.v[words.n - 1]);
		if (words.v[0] && *words.v[0] == '@')
			claim(words.v[0] + 1, &out);
		else
			elf_words(words.v, &out);
		status = write_file(path, &out);
	}
	free(line);
	kmt_vec_free(&words);
	kmt_strbuf_free(&out);
	return status;
}
