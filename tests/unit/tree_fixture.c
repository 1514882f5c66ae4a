/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tree_fixture.h"

#include <kmt/base/alloc.h>
#include "elf_words.h"

void tree_module(const struct fixture *f, const char *path, const char *const *words)
{
	kmt_autofree char *full = kmt_asprintf(TREE "/%s", path);
	kmt_autostrbuf struct kmt_strbuf out = KMT_STRBUF_INIT;

	elf_words(words, &out);
	fixture_write(f, full, out.s, out.len);
}

void tree_own_files(const struct fixture *f, const char *order)
{
	fixture_text(f, TREE "/modules.order", order);
	fixture_text(f, TREE "/modules.builtin", "");
	fixture_text(f, TREE "/modules.builtin.modinfo", "");
}
